"""Warnings and SMS lengths: what `riattiva surveys check` tells about a survey that loads."""

import json
from typing import Any

import pytest

from app.channels.segments import segments
from app.surveys.check import check
from app.surveys.definition import from_source, load_all, parse
from app.surveys.problems import BadSurvey, Severity
from tests.paths import ROOT

TEXT = (ROOT / "tests" / "surveys" / "files" / "riattivazione.yaml").read_text(encoding="utf-8")


def _count(text: str) -> int:
    return segments(text).count


def test_the_surveys_we_ship_have_nothing_to_mend() -> None:
    for survey in load_all(ROOT / "surveys").values():
        assert [str(problem) for problem in check(survey, _count)] == []


def test_only_a_consent_question_asks_for_a_confirmation() -> None:
    good = TEXT.replace("    kind: consent\n", "    kind: consent\n    double_opt_in: true\n")
    assert parse(good, "").questions["consent"].double_opt_in
    with pytest.raises(BadSurvey, match="only a consent question"):
        parse(TEXT.replace("    kind: nps\n", "    kind: nps\n    double_opt_in: true\n"), "")


def test_a_text_too_long_for_sms_is_an_error_at_its_line() -> None:
    text = TEXT.replace("Che bello, grazie!", "Che bello, grazie! " + "Davvero tanto. " * 40)
    (problem,) = check(parse(text, ""), _count)
    assert problem.severity is Severity.ERROR
    assert "SMS segments" in problem.text
    assert problem.line == text[: text.index("Che bello")].count("\n") + 1


def test_one_emoji_makes_a_long_text_too_long() -> None:
    text = TEXT.replace(
        "Ultima domanda: restiamo in contatto?", "Ultima domanda \U0001f60a restiamo in contatto?"
    )
    (problem,) = check(parse(text, ""), _count)
    assert problem.severity is Severity.ERROR
    assert "do without \U0001f60a, which" in problem.text


def test_a_gap_in_the_scores_and_a_spare_language_are_warnings() -> None:
    text = TEXT.replace("{from: 7, to: 8,", "{from: 8, to: 8,")
    text = text.replace("closing:\n", 'closing:\n  de: "Danke."\n')
    problems = check(parse(text, ""))
    assert [problem.severity for problem in problems] == [Severity.WARNING, Severity.WARNING]
    assert "no branch takes 7" in problems[0].text
    assert "does not speak `de`" in problems[1].text


EVERYTHING = (ROOT / "tests" / "surveys" / "files" / "everything.yaml").read_text(encoding="utf-8")
STAYING = "      - {is: [leave], go: goodbye}\n"

# what is changed in the sound survey of every kind, the words whose line must be named, what the message must say
SLIPS: dict[str, tuple[str, str, str, str]] = {
    "no subject": (
        "{answer: score, from: 9, to: 10, go: fan}",
        "{go: fan}",
        "{go: fan}",
        "needs a condition",
    ),
    "two tests": (
        "{is: [leave], go",
        "{is: [leave], sentiment: [negative], go",
        "{is: [leave]",
        "keep one, or write",
    ),
    "two subjects": (
        "{attribute: livello,",
        "{answer: score, attribute: livello,",
        "{answer: score, att",
        "keep one, or",
    ),
    "all and more": (
        "        go: why\n        alert",
        "        is: [x]\n        go: why\n        alert",
        "      - all",
        "keep one",
    ),
    "a number of an attribute": (
        "livello, is: [VIP]",
        "livello, from: 1, to: 2",
        "{attribute: livello",
        "compare it with `is`",
    ),
    "statement without subject": (
        "{attribute: livello, is",
        "{is",
        "{is: [VIP]",
        "say what the condition is about",
    ),
    "not asked yet": (
        "{sentiment: [negative], go",
        "{answer: guests, from: 1, to: 2, go",
        "{answer: guests, from: 1, to: 2, go",
        "`guests` is not asked before this point",
    ),
    "no such answer": (
        "{answer: score, from: 9, to: 10, go",
        "{answer: scor, from: 9, to: 10, go",
        "{answer: scor,",
        "`scor` is no question with an answer",
    ),
    "a statement's answer": (
        "{answer: score, from: 9, to: 10, go",
        "{answer: sorry, is: [x], go",
        "{answer: sorry,",
        "`sorry` is no question with an answer",
    ),
    "no such option": (
        "{is: [leave], go",
        "{is: [leaves], go",
        "{is: [leaves]",
        "`leaves` is no possible answer",
    ),
    "off the scale": (
        "{answer: score, from: 9, to: 10, go",
        "{answer: score, from: 9, to: 11, go",
        "to: 11",
        "`11` is no possible answer here: the scale is 0 to 10",
    ),
    "beyond the bounds": (
        "{answer: guests, from: 1, to: 500}, at",
        "{answer: guests, from: 501, to: 600}, at",
        "from: 501",
        "takes no number from 501 to 600",
    ),
    "upside down": (
        "{answer: score, from: 9, to: 10, go",
        "{answer: score, from: 10, to: 9, go",
        "to: 9, go",
        "no number lies between",
    ),
    "no number": (
        "{is: [leave], go",
        "{from: 1, to: 2, go",
        "{from: 1, to: 2, go",
        "is answered with no number",
    ),
    "no words": (
        "{is: [leave], go",
        "{sentiment: [negative], go: goodbye}\n      - {is: [leave], go",
        "{sentiment: [negative], go: goodbye}",
        "only a text or a rating sounds",
    ),
    "branch to nowhere": (
        STAYING,
        STAYING.replace("goodbye", "in_charge2"),
        "{is: [leave]",
        "`in_charge2`, which does not exist",
    ),
    "a circle through a quota": (
        "at_most: 2, go: waiting_list",
        "at_most: 2, go: score",
        "  - id: score",
        "never ends",
    ),
    "quota to nowhere": (
        "at_most: 2, go: waiting_list",
        "at_most: 2, go: list",
        "at_most: 2, go: list",
        "leads to `list`",
    ),
    "quota of two questions": (
        "when: {answer: guests, from: 1, to: 500}, at",
        "when: {all: [{answer: guests, from: 1, to: 500}, {answer: score, from: 1, to: 2}]}, at",
        "{id: seats",
        "the answers to one question",
    ),
    "two quotas of a name": (
        "quotas:\n",
        "quotas:\n  - {id: seats, when: {answer: score, from: 1, to: 2}, at_most: 2, go: end}\n",
        "  - {id: seats, when: {answer: score",
        "rename one",
    ),
    "too many options": (
        "at_most: 2\n",
        "at_most: 4\n",
        "at_most: 4",
        "cannot be answered with 0 to 4 of 3 options",
    ),
    "no number possible": ("max: 500", "max: -1", "min: 0", "no number lies between 0 and -1"),
    "half bounds": ("min: 0\n", "min: 0.5\n", "min: 0.5", "takes whole numbers only"),
    "key of another kind": (
        "kind: date\n",
        "kind: date\n    min: 3\n",
        "min: 3",
        "only a number question can take `min`",
    ),
    "sets of a contact": ("    of: self\n", "    of: self\n    sets: x\n", "sets: x", "can take `sets`"),
    "no reask": (
        '    reask: {it: "Per esempio 3 dicembre.", en: "3 December, for instance."}\n',
        "",
        "  - id: visit",
        "`reask` is missing",
    ),
    "heard twice": (
        'label: {it: "SONO IO", en: "STILL ME"}}',
        'label: {it: "SONO IO", en: "STILL ME"}, hears: [wrong_person]}',
        '    options:\n      - {value: "yes"',
        "`hears` belongs to a choice",
    ),
    "silence too short": (
        "close_after_hours: 96",
        "close_after_hours: 20",
        "silence:",
        "closes before the reminder",
    ),
    "answer not asked yet": (
        'it: "Come mai?"',
        'it: "Come mai {answer.guests}?"',
        "Come mai",
        "is not asked before this text",
    ),
    "no fallback": (
        'it: "Grazie di cuore!"',
        'it: "Grazie per il {answer.score}!"',
        "Grazie per il",
        "give it a fallback: answer.score",
    ),
    "no such piped answer": (
        "in {answer.guests}; ti",
        "in {answer.gusts}; ti",
        "{answer.gusts}",
        "there is no such answer",
    ),
    "an answer in an email": (
        '"Ciao {first_name}, ci aiuti?"',
        '"Ciao {answer.topics}, ci aiuti?"',
        "Ciao {answer.topics}",
        "emails and fallbacks know no answers",
    ),
    "a name in a label": (
        'label: {it: "Prezzi"',
        'label: {it: "Prezzi {first_name}"',
        "Prezzi {first",
        "takes no values",
    ),
    "unknown in set": (
        'visita: "in {answer.guests}"',
        'visita: "in {guests}"',
        "{guests}",
        "cannot be filled in",
    ),
    "contact data in set": (
        'temi: "{answer.topics}"',
        'temi: "{answer.details}"',
        "answer.details",
        "kept with the contact already",
    ),
    "carrier keyword": (
        'it: "LASCIO", en: "LEAVE"',
        'it: "LASCIO", en: "Quit!"',
        "Quit!",
        "`Quit!` is an opt-out or help keyword",
    ),
    "our own keyword": ('label: {it: "Prezzi"', 'label: {it: "Basta."', "Basta.", "`Basta.` is an opt-out"),
    "a stop in words": (
        'label: {it: "Prezzi"',
        'label: {it: "stop forse"',
        "stop forse",
        "`stop forse` would be heard as a stop",
    ),
    "a stop in more words": (
        'it: "LASCIO", en: "LEAVE"',
        'it: "LASCIO", en: "Do not write to me any more"',
        "any more",
        "would be heard as a stop",
    ),
    "a word for skipping": ('label: {it: "Prezzi"', 'label: {it: "Passo"', "Passo", "how people skip"),
    "a consent that is a skip": ('it: "LASCIO", en', 'it: "PASSO", en', "PASSO", "how people skip"),
    "a number for a label": (
        'label: {it: "Prezzi"',
        'label: {it: "2"',
        'it: "2"',
        "could be the number of another option",
    ),
    "asks for a carrier's word": (
        'it: "Come mai?"',
        'it: "Come mai? Rispondi INFO per saperne di più."',
        "INFO",
        "`INFO` is a word that carriers take away",
    ),
    "a shortener": (
        'it: "Grazie di cuore!"',
        'it: "Grazie! bit.ly/abc"',
        "bit.ly",
        "`bit.ly` is a public shortener",
    ),
    "late in one language": (
        ', en: "The survey was closed, but we have made a note."',
        "",
        "late:",
        "the text in `en` is missing",
    ),
    "nothing done at the end": ("tag: promoter}", "tags: promoter}", "tags: promoter}", "`tag`?"),
    "too small a budget": ("max_messages: 30", "max_messages: 3", "max_messages: 3", "minimum is 4"),
}


def _line(text: str, mark: str) -> int:
    return text[: text.index(mark)].count("\n") + 1


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_in_the_new_language_is_named_at_its_line(name: str) -> None:
    old, new, mark, says = SLIPS[name]
    assert EVERYTHING.count(old) >= 1
    text = EVERYTHING.replace(old, new, 1)
    with pytest.raises(BadSurvey) as caught:
        parse(text, "some.yaml")
    told = [str(problem) for problem in caught.value.problems]
    assert any(one.startswith(f"some.yaml:{_line(text, mark)}:") and says in one for one in told), told


def test_nobody_is_asked_anything_after_leaving() -> None:
    text = EVERYTHING.replace(STAYING, "      - {is: [leave], go: visit2}\n").replace(
        "quotas:\n", '  - {id: visit2, kind: text, text: {it: "Perché?", en: "Why?"}, next: end}\n\nquotas:\n'
    )
    text = text.replace("  - id: goodbye\n", "  - id: goodbye_\n").replace("go: goodbye}", "go: visit2}")
    text = text.replace(
        "- {answer: score, from: 9", "- {is: [less_often], go: goodbye_}\n      - {answer: score, from: 9"
    )
    with pytest.raises(BadSurvey, match="nobody is asked anything after leaving"):
        parse(text, "")


def test_links_lead_to_our_own_domain() -> None:
    text = EVERYTHING.replace(
        'it: "Grazie di cuore!"', 'it: "Grazie! Leggi su www.altrove.it/x o su feste.aurora.it."'
    )
    problems = check(parse(text, ""), _count, host="aurora.it")
    assert [problem.text for problem in problems] == [
        "`altrove.it` is not our own domain (aurora.it), and carriers filter foreign links: remove it"
    ]
    assert (
        check(parse(text.replace("www.altrove.it/x", "info@altrove.it"), ""), _count, host="aurora.it") == []
    )


def test_a_frozen_survey_is_not_held_to_rules_about_words_that_came_later() -> None:
    survey = parse(EVERYTHING, "")
    source: dict[str, Any] = json.loads(json.dumps(survey.source))
    source["closing"]["it"] = "Grazie! bit.ly/abc"
    assert from_source(source).closing["it"] == "Grazie! bit.ly/abc"
    source["questions"][1]["next"] = "nowhere"
    with pytest.raises(BadSurvey, match="which does not exist"):
        from_source(source)
