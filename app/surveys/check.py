"""Finds what would embarrass us in front of a contact before a survey is ever sent."""

from collections import Counter
from collections.abc import Callable, Iterator

from app.surveys import check_words, graph
from app.surveys.check_words import Finding
from app.surveys.document import Path_, line_of
from app.surveys.problems import Problem, Severity
from app.surveys.survey import END, LEAVE, SCALES, STAY, Kind, Question, Survey

ERROR, WARNING = Severity.ERROR, Severity.WARNING


def check(survey: Survey, segments: Callable[[str], int] | None = None, *, where: str = "") -> list[Problem]:
    """Every problem of a survey in the order of its file; errors forbid sending, warnings deserve a look.

    `segments` counts the SMS segments of a text as the carrier does; without it lengths are not checked.
    """
    findings = list(_questions(survey))
    # A graph with loose ends cannot be walked, and texts that are missing cannot be measured.
    if not findings:
        findings += _paths(survey)
    languages = list(check_words.languages(survey))
    findings += languages
    findings += check_words.placeholders(survey)
    if not any(severity is ERROR for _, severity, _ in languages):
        findings += check_words.labels(survey)
        findings += check_words.frame(survey)
        if segments is not None:
            findings += check_words.lengths(survey, segments)
    problems = [
        Problem(line_of(survey.lines, path), severity, text, where) for path, severity, text in findings
    ]
    return sorted(problems, key=lambda problem: problem.line or 0)


def _questions(survey: Survey) -> Iterator[Finding]:
    if survey.start not in survey.questions:
        yield ("start",), ERROR, f"start: there is no question `{survey.start}`; use one of {_known(survey)}"
    source = survey.source["questions"]
    assert isinstance(source, list)
    ids = Counter(item["id"] for item in source)
    for number, item in enumerate(source):
        if item["id"] == END:
            yield (
                ("questions", number, "id"),
                ERROR,
                "`end` is where every path ends: give the question another id",
            )
        if ids[item["id"]] > 1:
            yield ("questions", number, "id"), ERROR, f"two questions are called `{item['id']}`: rename one"
    if max(ids.values()) == 1:
        for number, question in enumerate(survey.questions.values()):
            for path, severity, text in _question(survey, question):
                yield ("questions", number, *path), severity, f"question {question.id}: {text}"


def _question(survey: Survey, question: Question) -> Iterator[Finding]:
    for path, target in _goes(question):
        if target != END and target not in survey.questions:
            yield path, ERROR, f"leads to `{target}`, which does not exist; use {_known(survey)} or end"
    values = [option.value for option in question.options]
    has_options = question.kind in (Kind.CHOICE, Kind.CONSENT)
    if has_options and not values:
        yield (), ERROR, f"a {question.kind} question needs `options`: add them"
    if values and not has_options:
        yield (
            ("options",),
            ERROR,
            f"a {question.kind} question has no options: remove them or make it a choice",
        )
    if len(set(values)) < len(values):
        yield ("options",), ERROR, "two options have the same value: change one"
    if question.kind is Kind.CONSENT and values and sorted(values) != [LEAVE, STAY]:
        yield ("options",), ERROR, "a consent question has exactly the options `stay` and `leave`"
    if question.double_opt_in and question.kind is not Kind.CONSENT:
        yield ("double_opt_in",), ERROR, "only a consent question can ask for a confirmation: remove the key"
    if not question.reask and (has_options or question.kind in SCALES):
        yield (), ERROR, "`reask` is missing: write what to say when the answer was not understood"
    yield from _branches(question, values)


def _goes(question: Question) -> Iterator[tuple[Path_, str]]:
    for number, branch in enumerate(question.branches):
        yield ("branches", number, "go"), branch.go
    yield ("next",), question.next


def _branches(question: Question, values: list[str]) -> Iterator[Finding]:
    taken: dict[int | str, int] = {}
    scale = SCALES.get(question.kind)
    for number, branch in enumerate(question.branches):
        path: Path_ = ("branches", number)
        if branch.low is not None and branch.among:
            yield path, ERROR, "a branch takes either `from` and `to` or `is`: keep one"
            continue
        answers: list[int | str] = list(branch.among)
        if branch.low is not None and branch.high is not None:
            answers = list(range(branch.low, branch.high + 1))
        if not answers:
            yield path, ERROR, "a branch needs a condition: give `from` and `to`, or `is`"
        for answer in answers:
            if answer not in (scale if scale is not None else values):
                yield (
                    path,
                    ERROR,
                    f"`{answer}` is no possible answer here: mend the condition or remove the branch",
                )
            elif answer in taken:
                yield (
                    path,
                    ERROR,
                    f"`{answer}` already belongs to branch {taken[answer]}: make them exclusive",
                )
            taken.setdefault(answer, number + 1)
    left = [str(value) for value in scale or () if value not in taken]
    if question.branches and left:
        yield ("branches",), WARNING, f"no branch takes {', '.join(left)}: they go on to `{question.next}`"


def _paths(survey: Survey) -> Iterator[Finding]:
    numbers = {name: number for number, name in enumerate(survey.questions)}
    round_trip = graph.circle(survey)
    if round_trip:
        shown = " > ".join(round_trip)
        yield ("questions", numbers[round_trip[0]]), ERROR, f"{shown} never ends: let one of them lead to end"
    for name in survey.questions.keys() - graph.reachable(survey):
        yield (
            ("questions", numbers[name]),
            ERROR,
            f"question {name}: nothing leads here; add a branch or remove it",
        )


def _known(survey: Survey) -> str:
    return ", ".join(survey.questions)
