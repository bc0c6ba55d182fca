"""The texts a contact gets to see, filled in: questions, first SMS, reminder, closing, emails, pages."""

from collections.abc import Mapping
from dataclasses import fields

from app.surveys import graph
from app.surveys.piping import OPTIONS, fill
from app.surveys.steps import Prompt, State
from app.surveys.survey import SCALES, EmailWords, Kind, Question, Survey
from app.surveys.walk import Walk, walk

Values = Mapping[str, str]


def render(survey: Survey, text: str, lang: str, values: Values) -> str:
    """A text of the survey with the contact's values, or the file's fallbacks, in it."""
    return fill(text, values, {name: words[lang] for name, words in survey.fallbacks.items()})


def asked(survey: Survey, question: Question, lang: str, channel: str, values: Values) -> str:
    """The question as shown on a channel; this is the wording a consent refers to."""
    return render(survey, _with_options(question, question.wording(lang, channel), lang), lang, values)


def asked_again(survey: Survey, question: Question, lang: str, channel: str, values: Values) -> str:
    """What to say when the reply was not understood; a question without such words is repeated."""
    again = question.reask[lang] if question.reask else question.wording(lang, channel)
    return render(survey, _with_options(question, again, lang), lang, values)


def question_text(survey: Survey, at: Walk, lang: str, channel: str, values: Values) -> str:
    """The open question of a walk, after the statements that lead to it, one to a line."""
    parts = [*at.said, *([at.question] if at.question else [])]
    return "\n".join(asked(survey, part, lang, channel, values) for part in parts)


def closing_text(survey: Survey, at: Walk, lang: str, channel: str, values: Values) -> str:
    """The last words of a walk: its closing statements, or the survey's own closing."""
    return question_text(survey, at, lang, channel, values) or render(
        survey, survey.closing[lang], lang, values
    )


def opening(survey: Survey, *, lang: str, channel: str, values: Values) -> str:
    """The first text of a conversation: by SMS it names the sender and the way out, else it only asks."""
    lang = survey.language(lang)
    first = question_text(survey, walk(survey, {}, ()), lang, channel, values)
    if channel != "sms":
        return first
    return _framed(survey, survey.sms.opening[lang], first, lang, values)


def reminder(survey: Survey, state: State, values: Values) -> str:
    """The SMS that asks the present question once more; empty when nothing is being asked."""
    at = walk(survey, state.answers, state.skipped)
    if state.done or at.question is None:
        return ""
    again = question_text(survey, at, state.lang, "sms", values)
    return _framed(survey, survey.sms.reminder[state.lang], again, state.lang, values)


def closing(survey: Survey, state: State, values: Values) -> str:
    """The words that end the conversation as it went; half-way through they are the survey's own closing."""
    at = walk(survey, state.answers, state.skipped)
    if at.question is not None:
        # Only someone who said we had the wrong person is done while a question is open.
        words = survey.wrong_person if state.done else survey.closing
        return render(survey, words[state.lang], state.lang, values)
    return closing_text(survey, at, state.lang, state.channel, values)


def email(survey: Survey, step: str, *, lang: str, values: Values) -> EmailWords:
    """The plain words of one email (`invite`, `reminder`, `last_call`); KeyError when the file lacks it."""
    lang = survey.language(lang)
    words = survey.emails[step][lang]
    texts = {f.name: getattr(words, f.name) for f in fields(words) if f.name != "body"}
    filled = {name: render(survey, text, lang, values) for name, text in texts.items()}
    return EmailWords(**filled, body=tuple(render(survey, text, lang, values) for text in words.body))


def prompt(survey: Survey, state: State, *, channel: str, values: Values) -> Prompt | None:
    """What a page shows now; None once the conversation is done."""
    at = walk(survey, state.answers, state.skipped)
    if state.done or at.question is None:
        return None
    question, scale = at.question, SCALES.get(at.question.kind)
    options = tuple((option.value, option.label[state.lang]) for option in question.options)
    step = len(at.passed) + 1
    return Prompt(
        question=question.id,
        kind=question.kind,
        text=question_text(survey, at, state.lang, channel, values),
        options=tuple((str(value), str(value)) for value in scale) if scale else options,
        scale=scale[-1] if scale else None,
        step=step,
        of=step - 1 + graph.longest(survey, question.id),
    )


def _framed(survey: Survey, before: str, text: str, lang: str, values: Values) -> str:
    frame = (
        render(survey, before, lang, values),
        text,
        render(survey, survey.sms.way_out[lang], lang, values),
    )
    return "\n".join(frame)


def _with_options(question: Question, text: str, lang: str) -> str:
    if question.kind not in (Kind.CHOICE, Kind.CONSENT):
        return text
    listed = ", ".join(f"{number} {option.label[lang]}" for number, option in enumerate(question.options, 1))
    return text.replace(f"{{{OPTIONS}}}", listed)
