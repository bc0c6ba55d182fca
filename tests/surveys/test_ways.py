"""Conditions that can never hold are found, and none that can: by example, and against every walk there is."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.surveys.check import check
from app.surveys.check.ways import ways
from app.surveys.conditions import Facts, holds
from app.surveys.definition import BadSurvey, parse
from app.surveys.problems import Severity
from app.surveys.survey import END, Branch, Condition, EndAction, Kind, Option, Question, Survey, Value
from app.surveys.walk import leads
from tests.paths import ROOT

TEXT = (ROOT / "tests" / "surveys" / "files" / "riattivazione.yaml").read_text("utf-8")
HIGH = 'apprezzi di più di noi?"\n      en: "That is lovely to hear, thank you! What do you like most about us?"\n'
STAY = "      - {is: [stay], go: thanks_stay}\n"
AT_END = "at_end:\n  - {when: WHEN, tag: x}\n\nclosing:\n"


def _mended(old: str, new: str) -> str:
    assert TEXT.count(old) == 1
    return TEXT.replace(old, new)


def _at_end(when: str) -> str:
    return _mended("\nclosing:\n", "\n" + AT_END.replace("WHEN", when))


def _after_high(branch: str) -> str:
    return _mended(HIGH, HIGH + f"    branches:\n      - {branch}\n")


IMPOSSIBLE = {
    "two ranges": _mended(
        STAY,
        "      - {all: [{is: [stay]}, {answer: nps, from: 0, to: 3}, {answer: nps, from: 7, to: 10}], go: end}\n"
        + STAY,
    ),
    "two options": _mended(STAY, "      - {all: [{is: [stay]}, {is: [leave]}], go: end}\n" + STAY),
    "two values of an attribute": _mended(
        STAY, "      - {all: [{attribute: a, is: [x, y]}, {attribute: a, is: [z]}], go: end}\n" + STAY
    ),
    "another score than leads here": _after_high("{answer: nps, from: 0, to: 6, go: thanks_stay}"),
    "the same within all": _after_high(
        "{all: [{sentiment: [negative]}, {answer: nps, from: 7, to: 8}], go: thanks_stay}"
    ),
    "two ways at once": _at_end(
        "{all: [{answer: why_low, sentiment: [negative]}, {answer: why_high, sentiment: [positive]}]}"
    ),
    "a way and another's score": _at_end(
        "{all: [{answer: why_low, sentiment: [negative]}, {answer: nps, from: 9, to: 10}]}"
    ),
}
POSSIBLE = {
    "a narrower score": _after_high("{answer: nps, from: 5, to: 9, go: thanks_stay}"),
    "tone and score": _at_end(
        "{all: [{answer: why_low, sentiment: [positive]}, {answer: nps, from: 6, to: 10}]}"
    ),
    "left in the middle": _at_end("{all: [{answer: consent, is: [leave]}, {answer: nps, from: 0, to: 6}]}"),
    "an attribute in capitals": _at_end("{all: [{attribute: a, is: [X]}, {attribute: a, is: [x, y]}]}"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_can_never_hold_is_an_error_at_its_line(name: str) -> None:
    with pytest.raises(BadSurvey, match="can never hold") as caught:
        parse(IMPOSSIBLE[name], "")
    (problem,) = caught.value.problems
    assert problem.line
    line = IMPOSSIBLE[name].splitlines()[problem.line - 1]
    assert "all:" in line or "from: 0, to: 6" in line


@pytest.mark.parametrize("name", POSSIBLE)
def test_what_can_hold_is_good(name: str) -> None:
    assert check(parse(POSSIBLE[name], "")) == []


def test_leaving_comes_from_any_question_to_what_follows_it() -> None:
    only_high = TEXT.replace("    next: consent\n", "    next: end\n").replace(
        HIGH + "    next: end\n", HIGH + "    next: consent\n"
    )
    assert only_high.count("next: consent") == 1
    branch = "      - {all: [{is: [OPTION]}, {answer: nps, from: 0, to: 6}], go: thanks_leave}\n" + STAY
    assert check(parse(only_high.replace(STAY, branch.replace("OPTION", "leave")), "")) == []
    with pytest.raises(BadSurvey, match="no way that leads here allows `consent` and `nps` to be so"):
        parse(only_high.replace(STAY, branch.replace("OPTION", "stay")), "")


def test_a_branch_that_never_has_its_turn_is_a_warning() -> None:
    late = "{all: [{is: [stay]}, {answer: nps, from: 9, to: 10}], go: end}"
    (problem,) = check(parse(_mended(STAY, f"{STAY}      - {late}\n"), ""))
    assert problem.severity is Severity.WARNING
    assert "before this one take all" in problem.text
    assert check(parse(_mended(STAY, f"      - {late}\n{STAY}"), "")) == []


def test_paragraphs_of_an_email_too() -> None:
    body = "body:\n        - text: x\n          when: {all: [{attribute: a, is: [b]}, {attribute: a, is: [c]}]}\n"
    assert "body:\n" in TEXT
    with pytest.raises(BadSurvey, match="exclude each other"):
        parse(TEXT.replace("body:\n", body, 1), "")


def _question(id_: str, kind: Kind, next_: str, **more: object) -> Question:
    return replace(
        Question(id_, kind, {}, {}, (), (), next_, {}, 0),
        **more,  # type: ignore[arg-type]
    )


_OPTIONS = tuple(Option(value, {}) for value in "xyz")
_QUESTIONS = (
    _question("stars", Kind.CSAT, "one"),
    _question("one", Kind.CHOICE, "many", options=_OPTIONS),
    _question("many", Kind.CHOICES, "said", options=_OPTIONS, at_most=2),
    _question("said", Kind.TEXT, "count"),
    _question("count", Kind.NUMBER, "bye", minimum=0, maximum=4),
    _question("bye", Kind.STATEMENT, END),
)
_IDS = [question.id for question in _QUESTIONS]
_BASE = parse(TEXT, "")
_ANSWERS: dict[str, list[Value | None]] = {
    "stars": [None, *range(1, 6)],
    "one": [None, "x", "y", "z"],
    "many": [None, ("x",), ("y",), ("z",), ("x", "y"), ("x", "z"), ("y", "z")],
    "said": [None, "negative", "positive", "neutral"],  # the words are their own tone
    "count": [None, *range(5)],
    "bye": [None],
}


def _scores(name: str, most: int) -> st.SearchStrategy[Condition]:
    bounds = st.tuples(st.integers(0, most), st.integers(0, most)).map(sorted)
    return bounds.map(lambda two: Condition(answer=name, low=two[0], high=two[1]))


def _some(values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values.split()), min_size=1, max_size=2, unique=True).map(tuple)


_PARTS: dict[str, st.SearchStrategy[Condition]] = {
    "stars": _scores("stars", 5),
    "one": _some("x y z").map(lambda among: Condition(answer="one", among=among)),
    "many": _some("x y z").map(lambda among: Condition(answer="many", among=among)),
    "said": _some("negative positive neutral").map(lambda tones: Condition(answer="said", sentiment=tones)),
    "count": _scores("count", 4),
}


@st.composite
def _conditions(draw: st.DrawFn, known: list[str]) -> Condition:
    attribute = _some("v w").map(lambda among: Condition(attribute="a", among=among))
    some = st.one_of(attribute, *(_PARTS[name] for name in known if name in _PARTS))
    parts = draw(st.lists(some, min_size=1, max_size=3))
    return parts[0] if len(parts) == 1 else Condition(all=tuple(parts))


@st.composite
def _surveys(draw: st.DrawFn) -> Survey:
    questions = {}
    for number, question in enumerate(_QUESTIONS):
        on = [*_IDS[number + 1 :], END]
        many = draw(st.integers(0, 2))
        branches = tuple(
            Branch(draw(_conditions(_IDS[: number + 1])), draw(st.sampled_from(on))) for _ in range(many)
        )
        following = draw(st.sampled_from(on[:2]))
        questions[question.id] = replace(question, branches=branches, next=following)
    at_end = tuple(EndAction(draw(_conditions(_IDS))) for _ in range(2))
    return replace(_BASE, questions=questions, start="stars", quotas=(), at_end=at_end)


def _held(survey: Survey) -> Iterator[tuple[object, ...]]:
    """The place of every condition that holds on any walk there is, and ("come", place) of where one comes."""
    for attribute, *chosen in product(("", "v", "w"), *_ANSWERS.values()):
        given = dict(zip(_IDS, chosen, strict=True))
        answers: dict[str, Value] = {}
        facts = Facts(answers, {"said": str(given["said"])}, {"a": attribute})
        name = survey.start
        while name != END:
            question, number = survey.questions[name], _IDS.index(name)
            if (value := given[name]) is not None:
                answers[name] = value
            if value is not None or question.kind is Kind.STATEMENT:
                yield "come", name
                for place, branch in enumerate(question.branches):
                    if holds(branch.when, facts):
                        yield "questions", number, "branches", place
            name = leads(survey, question, facts, {}).go
        for place, action in enumerate(survey.at_end):
            if action.when and holds(action.when, facts):
                yield "at_end", place, "when"


@settings(max_examples=12, deadline=None)
@given(_surveys())
def test_what_holds_on_some_walk_is_never_told_and_what_holds_on_none_is(survey: Survey) -> None:
    found = list(ways(survey))
    told = {path for path, severity, _ in found if severity is Severity.ERROR}
    held = set(_held(survey))
    assert not told & held, "no false alarm"
    reached = [
        ("questions", number, "branches", place)
        for number, question in enumerate(survey.questions.values())
        if ("come", question.id) in held
        for place in range(len(question.branches))
    ]
    # What follows a branch that nobody takes is told only once that one is mended.
    assert found or held.issuperset(reached)
