"""The questions of a survey as a graph: what follows what, what is never reached, what never ends."""

from functools import cache

from app.surveys.survey import END, Kind, Question, Survey


def targets(survey: Survey, question: Question) -> tuple[str, ...]:
    """Where one may go from a question, `end` included, without repeats."""
    branched = [branch.go for branch in question.branches]
    crowded = [quota.go for quota in survey.quotas if quota.question == question.id]
    return tuple(dict.fromkeys([*crowded, *branched, question.next]))


def reachable(survey: Survey, start: str | None = None) -> set[str]:
    """The questions one may come to from `start`, itself included; from the survey's own when None."""
    found: set[str] = set()
    waiting = [start or survey.start]
    while waiting:
        name = waiting.pop()
        if name != END and name not in found:
            found.add(name)
            waiting.extend(targets(survey, survey.questions[name]))
    return found


def circle(survey: Survey) -> tuple[str, ...]:
    """The ids of a path that comes back to where it began, empty when every path ends."""
    safe: set[str] = set()

    def search(name: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if name in path:
            return (*path[path.index(name) :], name)
        if name == END or name in safe:
            return ()
        for target in targets(survey, survey.questions[name]):
            if found := search(target, (*path, name)):
                return found
        safe.add(name)
        return ()

    return next((found for name in survey.questions if (found := search(name, ()))), ())


def ordered(survey: Survey) -> list[str]:
    """The questions, each after all that may lead to it; the survey must be free of circles."""
    found: list[str] = []

    def visit(name: str) -> None:
        if name == END or name in found:
            return
        for target in targets(survey, survey.questions[name]):
            visit(target)
        found.append(name)

    for name in survey.questions:
        visit(name)
    return found[::-1]


def longest(survey: Survey, name: str) -> int:
    """How many answers are still asked from `name` on, at most; the survey must be free of circles."""

    @cache
    def length(name: str) -> int:
        if name == END:
            return 0
        question = survey.questions[name]
        asked = 0 if question.kind is Kind.STATEMENT else 1
        return asked + max(length(target) for target in targets(survey, question))

    return length(name)


def asked_before(survey: Survey) -> dict[str, set[str]]:
    """For each question, those that may be asked before it on some way; free of circles, like the survey."""
    found: dict[str, set[str]] = {name: set() for name in survey.questions}
    for name, question in survey.questions.items():
        if question.kind is not Kind.STATEMENT:
            for later in reachable(survey, name) - {name}:
                found[later].add(name)
    return found
