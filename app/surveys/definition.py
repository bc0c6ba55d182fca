"""Reads survey files: what the rest of the house holds as a Survey has passed through here and is sound."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from app.surveys.check import check, structure
from app.surveys.document import Path_, parse_document, schema_problems
from app.surveys.problems import BadSurvey, Problem, Severity
from app.surveys.survey import (
    Branch,
    Condition,
    EmailWords,
    EndAction,
    Kind,
    Layout,
    Option,
    Paragraph,
    Question,
    Quota,
    Silence,
    SmsWords,
    Survey,
    When,
    Whose,
)

__all__ = ["BadSurvey", "Kind", "Question", "Survey", "from_source", "load", "load_all", "parse"]

CHANNELS = ("sms", "web", "email")
MAX_MESSAGES = 20
# Where a canonical document names an attribute: in a condition, or in a text.
_ATTRIBUTE = re.compile(r'"attribute":"([^"]+)"|\{attribute\.([\w.-]+)\}')
FIELDS = {Whose.SELF: ("email", "phone"), Whose.SUCCESSOR: ("name", "email", "phone")}
SCHEMA = Path(__file__).resolve().parents[2] / "surveys" / "schema.json"


def load(path: Path) -> Survey:
    """The survey of one file; raises BadSurvey with every error and its line. The slug is the file's name."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text: save it as UTF-8"
        raise BadSurvey([Problem(None, Severity.ERROR, f"cannot be read: {said}", str(path))]) from error
    survey = replace(parse(text, str(path)), layout=_layout(path))
    if survey.slug != path.stem:
        said = f"slug: `{survey.slug}` must be the file's name; write `{path.stem}` or rename the file"
        raise BadSurvey([Problem(survey.lines.get(("slug",)), Severity.ERROR, said, str(path))])
    return survey


def _layout(path: Path) -> Layout | None:
    """The layout of the survey's emails, where one lies beside its file."""
    beside = [path.with_suffix(ending) for ending in (".mjml", ".html") if path.with_suffix(ending).exists()]
    if len(beside) > 1:
        said = f"{beside[0].name} and {beside[1].name} are both its layout: keep one"
        raise BadSurvey([Problem(None, Severity.ERROR, said, str(path))])
    try:
        return Layout(beside[0].name, beside[0].read_text(encoding="utf-8")) if beside else None
    except (OSError, UnicodeDecodeError) as error:
        said = "cannot be read: save it as UTF-8 text"
        raise BadSurvey([Problem(None, Severity.ERROR, said, str(beside[0]))]) from error


def load_all(folder: Path) -> dict[str, Survey]:
    """Every survey of a folder by slug; raises one BadSurvey with the errors of all files."""
    surveys: dict[str, Survey] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            surveys[path.stem] = load(path)
        except BadSurvey as error:
            problems.extend(error.problems)
    if problems:
        raise BadSurvey(problems)
    return surveys


@lru_cache(maxsize=32)
def parse(text: str, where: str) -> Survey:
    """The survey written in `text`; raises BadSurvey with every error, each at its line of `where`."""
    document, lines, problems = parse_document(text, where)
    if document is not None or not problems:
        problems += schema_problems(document, lines, where, _validator(), "the survey")
    if problems:
        raise BadSurvey(sorted(problems, key=lambda problem: problem.line or 0))
    survey = _survey(document, lines)
    errors = [problem for problem in check(survey, where=where) if problem.severity is Severity.ERROR]
    if errors:
        raise BadSurvey(errors)
    return survey


def from_source(source: Mapping[str, object]) -> Survey:
    """The survey again from the `source` frozen into a wave, with the same version; raises BadSurvey.

    Only what it needs to be walked is asked for: its words were checked when it was frozen.
    """
    problems = schema_problems(source, {}, "", _validator(), "the survey")
    if problems:
        raise BadSurvey(problems)
    survey = _survey(source, {})
    if problems := structure(survey):
        raise BadSurvey(problems)
    return survey


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _survey(document: Any, lines: Mapping[Path_, int]) -> Survey:
    # Key order is left out of the hash: a database may give the frozen source back in another order.
    canonical = _canonical(document)
    # Which paragraphs an email has is no part of the walk.
    walked = _canonical({key: value for key, value in document.items() if key != "emails"})
    return Survey(
        slug=document["slug"],
        title=document["title"],
        languages=tuple(document["languages"]),
        questions={item["id"]: _question(item) for item in document["questions"]},
        start=document["start"],
        expires_after=timedelta(days=document["expires_after_days"]),
        fallbacks=document["fallbacks"],
        closing=document["closing"],
        wrong_person=document["wrong_person"],
        moved_on=document["moved_on"],
        sms=SmsWords(**document["sms"]),
        emails={step: _emails(languages) for step, languages in document["emails"].items()},
        late=document.get("late", {}),
        silence=_silence(document["silence"]) if "silence" in document else None,
        quotas=tuple(_quota(item) for item in document.get("quotas", ())),
        at_end=tuple(_end_action(item) for item in document.get("at_end", ())),
        max_messages=document.get("max_messages", MAX_MESSAGES),
        attributes=frozenset(filter(None, chain.from_iterable(_ATTRIBUTE.findall(walked)))),
        version=hashlib.sha256(canonical.encode()).hexdigest()[:16],
        source=json.loads(canonical),
        lines=lines,
    )


def _canonical(document: Any) -> str:
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _question(item: Mapping[str, Any]) -> Question:
    of = Whose(item.get("of", Whose.SELF))
    asks_for = FIELDS[of] if item["kind"] == Kind.CONTACT else ()
    return Question(
        id=item["id"],
        kind=Kind(item["kind"]),
        text=item["text"],
        channels={channel: item[channel] for channel in CHANNELS if channel in item},
        options=tuple(_option(option) for option in item.get("options", ())),
        branches=tuple(_branch(branch, item["id"]) for branch in item.get("branches", ())),
        next=item["next"],
        reask=item.get("reask", {}),
        max_reasks=item.get("max_reasks", 2),
        double_opt_in=item.get("double_opt_in", False),
        at_least=item.get("at_least", 1),
        at_most=item.get("at_most"),
        minimum=item.get("min"),
        maximum=item.get("max"),
        whole=item.get("whole", True),
        when=When(item.get("when", When.ANY)),
        of=of,
        fields=tuple(item.get("fields", asks_for)),
        sets=item.get("sets"),
    )


def _option(item: Mapping[str, Any]) -> Option:
    return Option(item["value"], item["label"], tuple(item.get("hears", ())))


def _branch(item: Mapping[str, Any], question: str) -> Branch:
    return Branch(_condition(item, question), item["go"], item.get("alert"))


def _condition(item: Mapping[str, Any], question: str | None = None) -> Condition:
    """`question` is what a condition without a subject is about."""
    if "all" in item:
        return Condition(all=tuple(_condition(part, question) for part in item["all"]))
    attribute = item.get("attribute")
    return Condition(
        answer=item.get("answer", None if attribute else question),
        attribute=attribute,
        low=item.get("from"),
        high=item.get("to"),
        among=tuple(item.get("is", ())),
        sentiment=tuple(item.get("sentiment", ())),
    )


def _quota(item: Mapping[str, Any]) -> Quota:
    return Quota(item["id"], _condition(item["when"]), item["at_most"], item["go"])


def _end_action(item: Mapping[str, Any]) -> EndAction:
    when = _condition(item["when"]) if "when" in item else None
    return EndAction(when, item.get("tag"), item.get("alert"), item.get("set", {}), item.get("call", False))


def _silence(item: Mapping[str, Any]) -> Silence:
    remind, close = timedelta(hours=item["remind_after_hours"]), timedelta(hours=item["close_after_hours"])
    return Silence(remind, item["reminders"], close)


def _emails(languages: Mapping[str, Mapping[str, Any]]) -> dict[str, EmailWords]:
    return {
        lang: EmailWords(**{**words, "body": tuple(_paragraph(part) for part in words["body"])})
        for lang, words in languages.items()
    }


def _paragraph(item: str | Mapping[str, Any]) -> Paragraph:
    return Paragraph(item) if isinstance(item, str) else Paragraph(item["text"], _condition(item["when"]))
