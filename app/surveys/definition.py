"""Reads survey files: what the rest of the house holds as a Survey has passed through here and is sound."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from app.surveys.check import check
from app.surveys.document import Path_, parse_document, schema_problems
from app.surveys.problems import BadSurvey, Problem, Severity
from app.surveys.survey import Branch, EmailWords, Kind, Option, Question, SmsWords, Survey

__all__ = ["BadSurvey", "Kind", "Question", "Survey", "from_source", "load", "load_all", "parse"]

CHANNELS = ("sms", "web", "email")
SCHEMA = Path(__file__).resolve().parents[2] / "surveys" / "schema.json"


def load(path: Path) -> Survey:
    """The survey of one file; raises BadSurvey with every error and its line. The slug is the file's name."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text: save it as UTF-8"
        raise BadSurvey([Problem(None, Severity.ERROR, f"cannot be read: {said}", str(path))]) from error
    survey = parse(text, str(path))
    if survey.slug != path.stem:
        said = f"slug: `{survey.slug}` must be the file's name; write `{path.stem}` or rename the file"
        raise BadSurvey([Problem(survey.lines.get(("slug",)), Severity.ERROR, said, str(path))])
    return survey


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


def parse(text: str, where: str) -> Survey:
    """The survey written in `text`; raises BadSurvey with every error, each at its line of `where`."""
    document, lines, problems = parse_document(text, where)
    if document is not None or not problems:
        problems += schema_problems(document, lines, where, _validator(), "the survey")
    if problems:
        raise BadSurvey(sorted(problems, key=lambda problem: problem.line or 0))
    return _sound(document, lines, where)


def from_source(source: Mapping[str, object]) -> Survey:
    """The survey again from the `source` frozen into a wave, with the same version; raises BadSurvey."""
    problems = schema_problems(source, {}, "", _validator(), "the survey")
    if problems:
        raise BadSurvey(problems)
    return _sound(source, {}, "")


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _sound(document: Any, lines: Mapping[Path_, int], where: str) -> Survey:
    survey = _survey(document, lines)
    errors = [problem for problem in check(survey, where=where) if problem.severity is Severity.ERROR]
    if errors:
        raise BadSurvey(errors)
    return survey


def _survey(document: Mapping[str, Any], lines: Mapping[Path_, int]) -> Survey:
    # Key order is left out of the hash: a database may give the frozen source back in another order.
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
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
        version=hashlib.sha256(canonical.encode()).hexdigest()[:16],
        source=json.loads(canonical),
        lines=lines,
    )


def _question(item: Mapping[str, Any]) -> Question:
    return Question(
        id=item["id"],
        kind=Kind(item["kind"]),
        text=item["text"],
        channels={channel: item[channel] for channel in CHANNELS if channel in item},
        options=tuple(Option(option["value"], option["label"]) for option in item.get("options", ())),
        branches=tuple(_branch(branch) for branch in item.get("branches", ())),
        next=item["next"],
        reask=item.get("reask", {}),
        max_reasks=item.get("max_reasks", 2),
        double_opt_in=item.get("double_opt_in", False),
    )


def _branch(item: Mapping[str, Any]) -> Branch:
    return Branch(item["go"], item.get("from"), item.get("to"), tuple(item.get("is", ())), item.get("alert"))


def _emails(languages: Mapping[str, Mapping[str, Any]]) -> dict[str, EmailWords]:
    return {lang: EmailWords(**{**words, "body": tuple(words["body"])}) for lang, words in languages.items()}
