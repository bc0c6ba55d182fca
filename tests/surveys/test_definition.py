"""Reading survey files: the sound one loads and survives freezing, and every slip is named at its line."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.surveys.definition import BadSurvey, from_source, load, load_all, parse
from app.surveys.problems import Problem
from tests.paths import ROOT

FILE = ROOT / "tests" / "surveys" / "files" / "riattivazione.yaml"
TEXT = FILE.read_text(encoding="utf-8")

# what is changed in the sound file, the words whose line must be named, what the message must say
SLIPS: dict[str, tuple[str, str, str, str]] = {
    "tab for indent": ("slug: riattivazione", "slug:\n\t- x", "\t- x", "not YAML"),
    "unknown key": (
        "expires_after_days: 14",
        "expires_after_days: 14\nexpire: 3",
        "expire: 3",
        "expires_after_days",
    ),
    "typo in a question": (
        '    reask:\n      it: "Scusa',
        '    reaks:\n      it: "Scusa',
        "reaks:",
        "`reask`?",
    ),
    "same key twice": ("start: nps", "start: nps\nstart: other", "start: other", "stands twice"),
    "alias": ("languages: [it, en]", "languages: &l [it, en]\nclosing: *l", "languages:", "anchors"),
    "unknown kind": ("kind: nps", "kind: smileys", "kind: smileys", "choose one of nps"),
    "number for text": (
        '  it: "Grazie del tuo tempo,',
        '  de: 12\n  it: "Grazie del tuo tempo,',
        "de: 12",
        "a text",
    ),
    "no start": ("start: nps", "start: npx", "start: npx", "there is no question `npx`"),
    "branch to nowhere": (
        "go: why_mid}",
        "go: why_middle}",
        "{from: 7",
        "`why_middle`, which does not exist",
    ),
    "next to nowhere": ("    next: end", "    next: fine", "next: fine", "`fine`, which does not exist"),
    "unreachable": ("go: why_high}", "go: why_mid}", "- id: why_high", "nothing leads here"),
    "overlap": ("{from: 7, to: 8", "{from: 6, to: 8", "{from: 6, to: 8", "`6` already belongs to branch 1"),
    "off the scale": (
        "{from: 9, to: 10, go: why_high}",
        "{is: [ten], go: why_high}",
        "{is: [ten]",
        "no possible answer",
    ),
    "open range": ("{from: 9, to: 10,", "{from: 9,", "{from: 9,", "belong together"),
    "language missing": (
        '      en: "Thank you! What would',
        '      de: "Danke! What would',
        'text:\n      it: "Grazie! Che cosa ci',
        "`en` is missing",
    ),
    "carrier keyword": ('en: "STAY"}', 'en: "YES"}', 'en: "YES"}', "`YES` is an opt-out or help keyword"),
    "our own keyword": ('it: "LASCIO"', 'it: "BASTA"', 'it: "BASTA"', "`BASTA` is an opt-out"),
    "label not in sms": ("Reply STAY or LEAVE.", "What do you say?", "What do you say?", "name STAY, LEAVE"),
    "unknown name": (
        "Ciao {first_name}, siamo",
        "Ciao {nome}, siamo",
        "Ciao {nome}",
        "{nome} cannot be filled in",
    ),
    "no fallback": (
        "Ciao {first_name}, siamo",
        "Ciao {company}, siamo",
        "Ciao {company}",
        "give it a fallback",
    ),
    "stray brace": ("Che cosa apprezzi", "Che cosa} apprezzi", "Che cosa}", "a brace stands alone"),
    "hole": ("Come siamo andati", "{first_name}, come siamo andati", "{first_name}, come", "reads badly"),
    "no way out": ("Reply STOP to opt out.", "Reply NO to opt out.", "Reply NO", "name STOP"),
    "nameless": ("this is {organisation}:", "this is us:", "this is us", "{organisation}"),
    "third option": (
        "      - value: leave\n",
        "      - value: maybe\n        label: {it: FORSE, en: MAYBE}\n      - value: leave\n",
        "    options:",
        "has the options `stay` and `leave`",
    ),
    "reserved id": ("- id: why_high", "- id: end", "- id: end", "another id"),
    "two of a name": ("- id: why_high", "- id: why_mid", "- id: why_mid", "rename one"),
}


def _line(text: str, mark: str) -> int:
    place = text.index(mark)
    return text[: place + len(mark) - len(mark.lstrip("\n"))].count("\n") + 1


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_named_at_its_line(name: str) -> None:
    old, new, mark, says = SLIPS[name]
    assert old in TEXT
    text = TEXT.replace(old, new, 1) if name != "unreachable" else TEXT.replace(old, new)
    with pytest.raises(BadSurvey) as caught:
        parse(text, "some.yaml")
    told = [str(problem) for problem in caught.value.problems]
    assert any(one.startswith(f"some.yaml:{_line(text, mark)}:") and says in one for one in told), told


def test_a_path_that_never_ends_is_shown() -> None:
    text = TEXT.replace("go: thanks_stay}", "go: nps}")
    with pytest.raises(BadSurvey, match=r"nps > why_low > consent > nps never ends") as caught:
        parse(text, "some.yaml")
    assert caught.value.problems[0].line == _line(text, "  - id: nps")


def test_all_errors_are_told_at_once() -> None:
    text = TEXT.replace('en: "STAY"}', 'en: "END"}').replace("Ciao {first_name}, siamo", "Ciao {nome}, siamo")
    with pytest.raises(BadSurvey) as caught:
        parse(text, "some.yaml")
    assert {_line(text, '"END"'), _line(text, "{nome}")} <= {
        problem.line for problem in caught.value.problems
    }


@pytest.mark.parametrize(
    "text", ["", "- a\n- b", "just words", "a: [", "\x00", "slug: {a: b}", "!", "~", "? [a]\n: b"]
)
def test_what_is_no_survey_is_refused(text: str) -> None:
    with pytest.raises(BadSurvey):
        parse(text, "some.yaml")


@settings(max_examples=60, deadline=None)
@given(
    place=st.integers(0, len(TEXT)),
    cut=st.integers(0, 30),
    slip=st.text(max_size=6)
    | st.sampled_from(["{", "- ", "\n", ": ", '"', "&a ", "*a", "!!binary x", "? ", "|"]),
)
def test_a_slip_of_the_hand_is_told_or_harmless(place: int, cut: int, slip: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        survey = parse(TEXT[:place] + slip + TEXT[place + cut :], "some.yaml")
        assert from_source(survey.source) == survey
    except BadSurvey as error:
        problems = error.problems
    assert all(problem.line and problem.text for problem in problems)


def test_the_file_name_is_the_slug(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("slug: [", encoding="utf-8")
    with pytest.raises(BadSurvey) as caught:
        load_all(tmp_path)
    told = str(caught.value)
    assert "broken.yaml:1" in told
    assert f"other.yaml:{_line(TEXT, 'slug:')}" in told
    with pytest.raises(BadSurvey, match="cannot be read"):
        load(tmp_path / "absent.yaml")


def _shuffled(value: Any, order: Callable[[list[str]], None]) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        order(keys)
        return {key: _shuffled(value[key], order) for key in keys}
    return [_shuffled(item, order) for item in value] if isinstance(value, list) else value


def test_a_frozen_survey_is_the_same_survey() -> None:
    survey = load(FILE)
    frozen = json.loads(json.dumps(survey.source))
    again = from_source(_shuffled(frozen, random.Random(7).shuffle))
    assert again == survey
    assert list(again.questions) == list(survey.questions)
    assert again.version == survey.version


def test_the_version_follows_the_words_and_not_the_layout() -> None:
    survey = parse(TEXT, "")
    assert parse(TEXT.replace("# What stands in", "# Nothing"), "").version == survey.version
    assert parse(TEXT.replace("Che bello, grazie!", "Grazie!"), "").version != survey.version
