"""Finds what would embarrass us in front of a contact before a survey is ever sent."""

from collections.abc import Callable, Iterator

from app.surveys import graph
from app.surveys.check import conditions, emails, lengths, questions, ways, words
from app.surveys.check.questions import Finding
from app.surveys.document import line_of
from app.surveys.problems import Problem, Severity
from app.surveys.survey import Survey

ERROR = Severity.ERROR


def check(
    survey: Survey,
    segments: Callable[[str], int] | None = None,
    *,
    where: str = "",
    host: str | None = None,
) -> list[Problem]:
    """Every problem of a survey in the order of its file; errors forbid sending, warnings deserve a look.

    `segments` counts the SMS segments of a text as the carrier does; without it lengths are not checked.
    `host` is where our own links lead, empty when nowhere yet (any link is then a warning); without it only links
    that carriers filter anywhere are told.
    """
    findings = list(_shape(survey))
    sound = not findings
    # Texts that are missing cannot be measured, nor what stands before a question in a graph with loose ends.
    languages = list(words.languages(survey))
    findings += languages
    findings += words.placeholders(survey, sound=sound)
    findings += words.links(survey, host)
    findings += emails.emails(survey)
    if not any(severity is ERROR for _, severity, _ in languages):
        findings += words.labels(survey)
        findings += words.frame(survey)
        if segments is not None and sound:
            findings += lengths.lengths(survey, segments)
    if sound:
        findings += questions.gaps(survey)
        findings += questions.after_leaving(survey)
        findings += ways.ways(survey)
    return _problems(survey, findings, where)


def structure(survey: Survey) -> list[Problem]:
    """The errors without which a survey can be walked: what a frozen one is still asked for."""
    return _problems(survey, _shape(survey), "")


def _shape(survey: Survey) -> Iterator[Finding]:
    findings = list(questions.questions(survey))
    yield from findings
    if findings:
        return
    broken = list(_paths(survey))
    yield from broken
    yield from conditions.conditions(survey, ordered=not broken)


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


def _problems(survey: Survey, findings: Iterator[Finding] | list[Finding], where: str) -> list[Problem]:
    found = [Problem(line_of(survey.lines, path), severity, text, where) for path, severity, text in findings]
    return sorted(found, key=lambda problem: problem.line or 0)
