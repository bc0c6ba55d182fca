"""The texts a contact gets to see, filled in: questions, first SMS, reminder, closing, emails, pages."""

from collections.abc import Mapping
from dataclasses import fields, replace

from app.surveys import graph
from app.surveys.conditions import Facts
from app.surveys.piping import OPTIONS, fill
from app.surveys.shown import pipes
from app.surveys.steps import Prompt, State
from app.surveys.survey import SCALES, WITH_OPTIONS, EmailWords, Kind, Question, Survey, Value
from app.surveys.walk import Walk, walk

Values = Mapping[str, str]


def render(survey: Survey, text: str, lang: str, values: Values, facts: Facts | None = None) -> str:
    """A text of the survey with the contact's values and answers, or the file's fallbacks, in it."""
    known = {**values, **pipes(survey, facts, lang)} if facts and "." in text else values
    return fill(text, known, {name: words[lang] for name, words in survey.fallbacks.items()})


def asked(survey: Survey, question: Question, state: State, values: Values) -> str:
    """The question as shown on the state's channel; this is the wording a consent refers to."""
    text = _with_options(question, question.wording(state.lang, state.channel), state.lang)
    return render(survey, text, state.lang, values, walk(survey, state).facts)


def asked_again(survey: Survey, question: Question, state: State, values: Values) -> str:
    """What to say when the reply was not understood; a question without such words is repeated."""
    again = question.reask[state.lang] if question.reask else question.wording(state.lang, state.channel)
    text = _with_options(question, again, state.lang)
    return render(survey, text, state.lang, values, walk(survey, state).facts)


def question_text(survey: Survey, at: Walk, state: State, values: Values) -> str:
    """The open question of a walk, after the statements that lead to it, one to a line."""
    parts = [*at.said, *([at.question] if at.question else [])]
    return "\n".join(
        render(
            survey,
            _with_options(part, part.wording(state.lang, state.channel), state.lang),
            state.lang,
            values,
            at.facts,
        )
        for part in parts
    )


def closing_text(survey: Survey, at: Walk, state: State, values: Values) -> str:
    """The last words of a walk: its closing statements, or the survey's own closing."""
    said = "" if at.question else question_text(survey, at, state, values)
    return said or render(survey, survey.closing[state.lang], state.lang, values, at.facts)


def late_text(survey: Survey, state: State, values: Values) -> str:
    """What someone hears who answers after expiry."""
    words = survey.late or survey.closing
    return render(survey, words[state.lang], state.lang, values, walk(survey, state).facts)


def opening(
    survey: Survey,
    *,
    lang: str,
    channel: str,
    values: Values,
    attributes: Mapping[str, str] | None = None,
) -> str:
    """The first text of a conversation: by SMS it names the sender and the way out, else it only asks."""
    state = beginning(survey, lang=lang, channel=channel, attributes=attributes or {})
    first = question_text(survey, walk(survey, state), state, values)
    return _framed(survey, survey.sms.opening, first, state, values) if channel == "sms" else first


def beginning(survey: Survey, *, lang: str, channel: str, attributes: Mapping[str, str]) -> State:
    """The state before anything is asked, with those of the contact's attributes that the survey names."""
    named = {name: value for name, value in attributes.items() if name in survey.attributes}
    return State(None, {}, 0, False, channel, survey.language(lang), attributes=named)


def reminder(survey: Survey, state: State, values: Values) -> str:
    """The SMS that asks the present question once more; empty when nothing is asked or may be said.

    Whoever sends it keeps the state with `said` raised by one.
    """
    at = walk(survey, state)
    # The last text of the budget is kept for the closing.
    if state.done or at.question is None or state.said + 1 >= survey.max_messages:
        return ""
    state = replace(state, channel="sms")
    return _framed(survey, survey.sms.reminder, asked(survey, at.question, state, values), state, values)


def closing(survey: Survey, state: State, values: Values) -> str:
    """The words that end the conversation as it went; half-way through they are the survey's own closing."""
    at = walk(survey, state)
    if state.done and at.question is not None:
        # Only someone who said we had the wrong person is done while a question is open.
        return render(survey, survey.wrong_person[state.lang], state.lang, values)
    return closing_text(survey, at, state, values)


def email(survey: Survey, step: str, *, lang: str, values: Values) -> EmailWords:
    """The plain words of one email (`invite`, `reminder`, `last_call`); KeyError when the file lacks it."""
    lang = survey.language(lang)
    words = survey.emails[step][lang]
    texts = {f.name: getattr(words, f.name) for f in fields(words) if f.name != "body"}
    filled = {name: render(survey, text, lang, values) for name, text in texts.items()}
    return EmailWords(
        **filled,
        body=tuple(replace(part, text=render(survey, part.text, lang, values)) for part in words.body),
    )


def prompt(
    survey: Survey, state: State, *, channel: str, values: Values, question: str | None = None
) -> Prompt | None:
    """What a page shows now; None once the conversation is done.

    `question` is one answered or skipped before on this way, shown again with its answer; any other is
    ignored.
    """
    state = replace(state, channel=channel)
    at = walk(survey, state)
    if state.done and at.question is not None:
        return None
    before = next((one for one in at.passed if one.id == question), None)
    if before is not None:
        earlier = Walk(at.passed[: at.passed.index(before)], (), before, at.facts)
        return _prompt(survey, earlier, before, state, values)
    return _prompt(survey, at, at.question, state, values) if at.question else None


def _prompt(survey: Survey, at: Walk, question: Question, state: State, values: Values) -> Prompt:
    scale = SCALES.get(question.kind)
    options = tuple((option.value, option.label[state.lang]) for option in question.options)
    step = len(at.passed) + 1
    many = question.kind is Kind.CHOICES
    return Prompt(
        question=question.id,
        kind=question.kind,
        text=question_text(survey, at, state, values),
        options=tuple((str(value), str(value)) for value in scale) if scale else options,
        scale=scale[-1] if scale else None,
        step=step,
        of=step - 1 + graph.longest(survey, question.id),
        minimum=question.minimum,
        maximum=question.maximum,
        whole=question.whole,
        at_least=question.at_least,
        at_most=(question.at_most or len(options)) if many else None,
        when=question.when,
        whose=question.of if question.kind is Kind.CONTACT else "",
        fields=question.fields,
        value=_as_form(at.facts.answers.get(question.id)),
        previous=at.passed[-1].id if at.passed else None,
    )


def _as_form(value: Value | None) -> str | tuple[str, ...] | Mapping[str, str] | None:
    return str(value) if isinstance(value, int | float) else value


def _framed(survey: Survey, before: Mapping[str, str], text: str, state: State, values: Values) -> str:
    facts = walk(survey, state).facts
    text = survey.sms.link.get(state.lang, text)
    around = [
        render(survey, words[state.lang], state.lang, values, facts) for words in (before, survey.sms.way_out)
    ]
    return "\n".join((around[0], text, around[1]))


def _with_options(question: Question, text: str, lang: str) -> str:
    if question.kind not in WITH_OPTIONS:
        return text
    listed = ", ".join(f"{number} {option.label[lang]}" for number, option in enumerate(question.options, 1))
    return text.replace(f"{{{OPTIONS}}}", listed)
