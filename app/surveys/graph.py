"""The questions of a survey as a graph: what follows what, what is never reached, what never ends."""

from app.surveys.survey import END, Kind, Question, Survey


def targets(question: Question) -> tuple[str, ...]:
    """Where one may go from a question, `end` included, without repeats."""
    return tuple(dict.fromkeys([*(branch.go for branch in question.branches), question.next]))


def reachable(survey: Survey) -> set[str]:
    found: set[str] = set()
    waiting = [survey.start]
    while waiting:
        name = waiting.pop()
        if name != END and name not in found:
            found.add(name)
            waiting.extend(targets(survey.questions[name]))
    return found


def circle(survey: Survey) -> tuple[str, ...]:
    """The ids of a path that comes back to where it began, empty when every path ends."""
    safe: set[str] = set()

    def search(name: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if name in path:
            return (*path[path.index(name) :], name)
        if name == END or name in safe:
            return ()
        for target in targets(survey.questions[name]):
            if found := search(target, (*path, name)):
                return found
        safe.add(name)
        return ()

    return next((found for name in survey.questions if (found := search(name, ()))), ())


def longest(survey: Survey, name: str) -> int:
    """How many answers are still asked from `name` on, at most; the survey must be free of circles."""
    if name == END:
        return 0
    question = survey.questions[name]
    asked = 0 if question.kind is Kind.STATEMENT else 1
    return asked + max(longest(survey, target) for target in targets(question))
