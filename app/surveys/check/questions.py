"""Checks each question by itself: its id, where it leads, the keys of its kind; quotas and silence too."""

from collections import Counter
from collections.abc import Iterator, Mapping

from app.surveys import graph
from app.surveys.document import Path_
from app.surveys.problems import Severity
from app.surveys.survey import (
    END,
    LEAVE,
    LESS_OFTEN,
    SCALES,
    STAY,
    TOPICS,
    WITH_OPTIONS,
    Branch,
    Kind,
    Question,
    Survey,
)

Finding = tuple[Path_, Severity, str]
ERROR, WARNING = Severity.ERROR, Severity.WARNING

# Which keys belong to some kinds only.
_KEYS: Mapping[str, frozenset[Kind]] = {
    "options": WITH_OPTIONS,
    "double_opt_in": frozenset({Kind.CONSENT}),
    **dict.fromkeys(("at_least", "at_most"), frozenset({Kind.CHOICES})),
    **dict.fromkeys(("min", "max", "whole"), frozenset({Kind.NUMBER})),
    "when": frozenset({Kind.DATE}),
    **dict.fromkeys(("of", "fields"), frozenset({Kind.CONTACT})),
    "sets": frozenset(Kind) - {Kind.STATEMENT, Kind.CONTACT},
    **dict.fromkeys(("reask", "max_reasks"), frozenset(Kind) - {Kind.STATEMENT}),
}
_WITHOUT_REASK = (Kind.TEXT, Kind.STATEMENT)


def questions(survey: Survey) -> Iterator[Finding]:
    """Errors of single questions, and of what leads to them."""
    if survey.start not in survey.questions:
        yield ("start",), ERROR, f"start: there is no question `{survey.start}`; use one of {_known(survey)}"
    source = survey.source["questions"]
    assert isinstance(source, list)
    ids = Counter(item["id"] for item in source)
    for number, item in enumerate(source):
        if item["id"] == END:
            said = "`end` is where every path ends: give the question another id"
            yield ("questions", number, "id"), ERROR, said
        if ids[item["id"]] > 1:
            yield ("questions", number, "id"), ERROR, f"two questions are called `{item['id']}`: rename one"
    if max(ids.values()) == 1:
        for number, question in enumerate(survey.questions.values()):
            for path, severity, text in _question(survey, question, source[number]):
                yield ("questions", number, *path), severity, f"question {question.id}: {text}"
    yield from _quotas(survey)
    yield from _silence(survey)


def _question(survey: Survey, question: Question, source: Mapping[str, object]) -> Iterator[Finding]:
    for path, target in _goes(question):
        if target != END and target not in survey.questions:
            yield path, ERROR, f"leads to `{target}`, which does not exist; use {_known(survey)} or end"
    for key, kinds in _KEYS.items():
        if key in source and question.kind not in kinds:
            yield (key,), ERROR, f"only a {' or '.join(_sorted(kinds))} question can take `{key}`: remove it"
    yield from _options(question)
    yield from _bounds(question)
    if not question.reask and question.kind not in _WITHOUT_REASK:
        yield (), ERROR, "`reask` is missing: write what to say when the answer was not understood"


def _sorted(kinds: frozenset[Kind]) -> list[Kind]:
    return [kind for kind in Kind if kind in kinds]


def _options(question: Question) -> Iterator[Finding]:
    values = [option.value for option in question.options]
    if question.kind in WITH_OPTIONS and not values:
        yield (), ERROR, f"a {question.kind} question needs `options`: add them"
    if len(set(values)) < len(values):
        yield ("options",), ERROR, "two options have the same value: change one"
    heard = Counter(intent for option in question.options for intent in option.hears)
    if heard and (question.kind is not Kind.CHOICE or max(heard.values()) > 1):
        said = "`hears` belongs to a choice, and each wish to one of its options: remove what is too much"
        yield ("options",), ERROR, said
    if question.kind is not Kind.CONSENT or not values:
        return
    if not {STAY, LEAVE} <= set(values) <= {STAY, LEAVE, LESS_OFTEN, TOPICS}:
        said = "a consent question has the options `stay` and `leave`, and may have `less_often` and `topics`"
        yield ("options",), ERROR, f"{said}: add what is missing, remove the rest"


def _bounds(question: Question) -> Iterator[Finding]:
    if question.kind is Kind.CHOICES and question.options:
        most = question.at_most or len(question.options)
        if not question.at_least <= most <= len(question.options):
            said = f"cannot be answered with {question.at_least} to {most} of {len(question.options)} options"
            yield ("at_most",), ERROR, f"{said}: change at_least or at_most"
    low, high = question.minimum, question.maximum
    if low is not None and high is not None and low > high:
        yield ("min",), ERROR, f"no number lies between {low} and {high}: change min or max"
    if question.whole and any(bound is not None and bound % 1 for bound in (low, high)):
        yield ("min",), ERROR, "takes whole numbers only: give whole bounds, or write `whole: false`"


def _quotas(survey: Survey) -> Iterator[Finding]:
    ids = Counter(quota.id for quota in survey.quotas)
    for number, quota in enumerate(survey.quotas):
        path: Path_ = ("quotas", number)
        if ids[quota.id] > 1:
            yield (*path, "id"), ERROR, f"two quotas are called `{quota.id}`: rename one"
        if quota.go != END and quota.go not in survey.questions:
            said = (
                f"quota {quota.id}: leads to `{quota.go}`, which does not exist; use {_known(survey)} or end"
            )
            yield (*path, "go"), ERROR, said
        subjects = {part.answer for part in quota.when.parts() if part.answer}
        if len(subjects) != 1:
            said = "a quota counts the answers to one question: name it once with `answer`"
            yield (*path, "when"), ERROR, f"quota {quota.id}: {said}"


def _silence(survey: Survey) -> Iterator[Finding]:
    silence = survey.silence
    if silence and silence.reminders and silence.close_after <= silence.remind_after:
        said = "silence: the conversation closes before the reminder; raise close_after_hours"
        yield ("silence", "close_after_hours"), ERROR, said


def _goes(question: Question) -> Iterator[tuple[Path_, str]]:
    for number, branch in enumerate(question.branches):
        yield ("branches", number, "go"), branch.go
    yield ("next",), question.next


def gaps(survey: Survey) -> Iterator[Finding]:
    """Warnings for scores between two branches that no branch takes."""
    for number, question in enumerate(survey.questions.values()):
        taken = {score for branch in question.branches for score in scores(question, branch)}
        if not taken or any(not branch_is_plain(question, branch) for branch in question.branches):
            continue
        left = [str(score) for score in SCALES[question.kind] if min(taken) < score < max(taken)]
        left = [score for score in left if int(score) not in taken]
        if left:
            said = f"no branch takes {', '.join(left)}: they go on to `{question.next}`"
            yield ("questions", number, "branches"), WARNING, f"question {question.id}: {said}"


def after_leaving(survey: Survey) -> Iterator[Finding]:
    """Errors for questions that would follow a `leave`: whoever leaves is never asked anything more."""
    for number, question in enumerate(survey.questions.values()):
        if question.kind is not Kind.CONSENT:
            continue
        for target in _when_leaving(question):
            reached = graph.reachable(survey, target) if target != END else set()
            asked = [name for name in reached if survey.questions[name].kind is not Kind.STATEMENT]
            if asked:
                said = f"`leave` leads to `{sorted(asked)[0]}`, but nobody is asked anything after leaving"
                mend = "add a branch {is: [leave]} to a statement or to end"
                yield ("questions", number), ERROR, f"question {question.id}: {said}: {mend}"
                break


def _when_leaving(question: Question) -> Iterator[str]:
    """Where `leave` may lead: past branches that are about another option, up to one that surely takes it."""
    for branch in question.branches:
        about_this = branch.when.answer == question.id and not branch.when.all
        if about_this and LEAVE not in branch.when.among:
            continue
        yield branch.go
        if about_this:
            return
    yield question.next


def branch_is_plain(question: Question, branch: Branch) -> bool:
    """Whether a branch is about nothing but the number answered here."""
    return branch.when.answer == question.id and branch.when.low is not None


def scores(question: Question, branch: Branch) -> list[int]:
    """The scores of a rating that a plain branch takes."""
    low, high = branch.when.low, branch.when.high
    if not branch_is_plain(question, branch) or low is None or high is None:
        return []
    return [score for score in SCALES.get(question.kind, ()) if low <= score <= high]


def _known(survey: Survey) -> str:
    return ", ".join(survey.questions)
