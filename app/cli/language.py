"""`riattiva language`: what replies say, a JSON line each, without an installation."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

import click
from babel import localedata

from app import settings
from app.cli.base import Command, Group, progress
from app.errors import BadInput
from app.language import models
from app.language.received import read_received
from app.language.vocabulary import Reading, Reply

_SCALES = (5, 10)
_CHANNELS = ("sms", "web", "email")
_PAGE = 500  # replies read at once; what a million-line file needs in memory
_LINE = 1_000_000  # bytes; no reply is longer
_SHOWN = 10  # faults told of before the rest of a bad file is left unread


@click.group(cls=Group)
def language() -> None:
    """What people write: language, rating, intents, sentiment."""


@language.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Written whole or not at all; else stdout."
)
def classify(file: Path, out: Path | None) -> None:
    """Read the replies of FILE (JSON lines; - is standard input) and answer line for line.

    In: text, and optionally lang (the contact's own language), scale (the question's maximum), channel
    (sms, web or email; an email is stripped of quotations and signature first). Out: lang, sentiment,
    score, intents with their spans, rating, decided_by, confidence, needs_review, versions. A line that
    cannot be read ends the command with its number and exit code 2, and leaves --out as it was.
    """
    chosen = settings.load()
    models.choose(chosen.sentiment_model, chosen.sentiment_model_dir)
    with _opened(file) as lines, _written(out) as answers, progress() as bars:
        bar = bars.add_task("reading", total=None)
        for page in _pages(lines, str(file)):
            answers.write(b"".join(_answer(reading) for reading in read_received(page)))
            bars.advance(bar, len(page))


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        opened = file.open("rb")
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=str(file)) from None
    with opened:
        yield opened


@contextmanager
def _written(out: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a draft beside `out` that takes its name once everything stands in it."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if out.exists() and not out.is_file():
        raise BadInput("is no file", where=str(out))
    try:
        draft = NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False)  # noqa: SIM115
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", where=str(out)) from None
    name = Path(draft.name)
    try:
        with draft:
            yield draft
        name.replace(out)
    finally:
        name.unlink(missing_ok=True)


def _pages(lines: IO[bytes], where: str) -> Iterator[list[Reply]]:
    """Pages of replies, up to the first page with a fault; then BadInput with the first faults of the file."""
    page: list[Reply] = []
    faults: list[str] = []
    blank = 0
    for number, line in enumerate(iter(lambda: lines.readline(_LINE + 1), b""), start=1):
        if not line.strip():
            blank = blank or number
            continue
        if blank:  # blank lines are welcome at the end alone: answers stand line for line
            faults.append(f"line {blank}: is blank")
            blank = 0
        try:
            page.append(_reply(line, first=number == 1))
        except ValueError as error:
            faults.append(f"line {number}: {error}")
        if len(faults) >= _SHOWN or len(line) > _LINE:
            break
        if len(page) == _PAGE:
            if not faults:
                yield page
            page = []
    if faults:
        raise BadInput(
            "; ".join(faults), where=where, mend='Each line is like {"text": "otto, grazie", "scale": 10}.'
        )
    yield page


def _reply(line: bytes, *, first: bool) -> Reply:
    if len(line) > _LINE:
        raise ValueError(f"is longer than {_LINE:,} bytes")
    try:
        given = json.loads(line.decode("utf-8-sig" if first else "utf-8"))
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON ({error.msg} at column {error.colno})") from None
    except RecursionError:
        raise ValueError("is nested too deep") from None
    if not isinstance(given, dict):
        raise ValueError("is no JSON object")
    return Reply(_text(given), _lang(given), _scale(given), _channel(given))


def _text(given: dict[str, Any]) -> str:
    text = given.get("text")
    if not isinstance(text, str):
        raise ValueError("has no text" if text is None else "text is no string")
    return text


def _lang(given: dict[str, Any]) -> str | None:
    lang = given.get("lang")
    if lang is not None and not isinstance(lang, str):
        raise ValueError("lang is no string")
    short = lang.strip().replace("_", "-").split("-")[0].lower() if lang else ""
    if short and (len(short) > 3 or not localedata.exists(short)):
        raise ValueError(f"lang is no language: {short} (it, en, de, fr)")
    return short or None


def _scale(given: dict[str, Any]) -> int | None:
    scale = given.get("scale")
    if scale is None:
        return None
    if isinstance(scale, bool) or not isinstance(scale, int | float) or scale not in _SCALES:
        raise ValueError("scale is none of ours (10 for NPS, 5 for stars)")
    return int(scale)


def _channel(given: dict[str, Any]) -> str:
    channel = given.get("channel") or "sms"
    if channel not in _CHANNELS:
        raise ValueError(f"channel is none of {', '.join(_CHANNELS)}")
    return str(channel)


def _answer(reading: Reading) -> bytes:
    rating = reading.rating
    row = {
        "lang": reading.lang,
        "sentiment": reading.sentiment,
        "score": reading.score,
        "intents": [
            {"intent": span.intent, "start": span.start, "end": span.end, "text": span.text}
            for span in reading.intents
        ],
        "rating": {"value": rating.value, "scale": rating.scale} if rating else None,
        "decided_by": reading.decided_by,
        "confidence": reading.confidence,
        "needs_review": reading.needs_review,
        "versions": reading.versions,
    }
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # half an emoji, as cut texts have it
        return json.dumps(row).encode() + b"\n"
