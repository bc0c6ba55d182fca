"""How well and how fast replies are understood, on our own labelled set, beside VADER alone on the same texts."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from app.language.reading import read_many
from app.language.vocabulary import Intent, Reading, Reply, Sentiment
from benchmarks import harness
from benchmarks.harness import Figures

DEFAULT = 20_000
LABELLED = Path(__file__).resolve().parents[1] / "tests" / "language" / "replies.jsonl"
_PAGE = 500
_WORST = 10

Judged = list[tuple[dict[str, Any], Reading]]


@dataclass(frozen=True, slots=True)
class Understanding(Figures):
    """The speed, and for each half and language how often the reading was right."""

    memory_mb: float
    languages: dict[str, dict[str, Any]]
    worst: list[dict[str, Any]]


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Understanding:
    """Replies read whole per second on one core, over texts VADER alone scores per second; then the scores.

    `engine` is not used: no database takes part. Of the test half only counts leave this function.
    """
    labelled = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]
    read_many([_reply(row) for row in labelled])  # phrases are compiled when a text first needs them
    replies = [_reply(row) for row in (labelled * (rows // len(labelled) + 1))[:rows]]
    figures = harness.in_turns(
        "language",
        "none",
        "replies/s",
        "",
        ours=lambda: _rate(rows, lambda: _read(replies)),
        ceiling=_bare([reply.text for reply in replies]),
        runs=runs,
    )
    readings = read_many([_reply(row) for row in labelled])
    judged = list(zip(labelled, readings, strict=True))
    return Understanding(
        **{
            **{name: getattr(figures, name) for name in Figures.__slots__},
            "method": (
                f"{rows:,} replies from {len(labelled)} labelled ones, in pages of {_PAGE}, per second of one core; "
                "ours: language, rating, intents, sentiment and composition; ceiling: VADER's own polarity_scores on "
                "the same texts, which judges only the sentiment, and only of English"
            ),
        },
        memory_mb=_memory(),
        languages={
            half: {lang: scores(rows) for lang, rows in _by_language(judged, half).items()}
            for half in ("test", "dev")
        },
        worst=_worst([pair for pair in judged if pair[0]["split"] == "dev"]),
    )


def scores(rows: Judged) -> dict[str, Any]:
    """What one language's readings got right: shares of 1, and the confusion as told -> read -> count."""
    asked = [(row, reading) for row, reading in rows if row["scale"]]
    return {
        "replies": len(rows),
        "sentiment_macro_f1": macro_f1(rows),
        "confusion": {
            told.value: {
                heard.value: sum(
                    row["sentiment"] == told and reading.sentiment is heard for row, reading in rows
                )
                for heard in Sentiment
            }
            for told in Sentiment
        },
        "intents_exact": _share(rows, lambda row, reading: {*row["intents"]} == _intents(reading)),
        "intents": {intent.value: _precision_recall(rows, intent) for intent in Intent},
        "rating_exact": _share(
            asked, lambda row, reading: row["rating"] == (reading.rating.value if reading.rating else None)
        ),
        "language": _share(rows, lambda row, reading: row["lang"] == reading.lang),
        "needs_review": _share(rows, lambda _, reading: reading.needs_review),
    }


def macro_f1(rows: Judged) -> float:
    """The mean of the F1 of the classes that occur, told or read."""
    found = []
    for label in Sentiment:
        hits = sum(row["sentiment"] == label and reading.sentiment is label for row, reading in rows)
        either = sum((row["sentiment"] == label) + (reading.sentiment is label) for row, reading in rows)
        if either:
            found.append(2 * hits / either)
    return round(sum(found) / len(found), 4)


def report(figures: dict[str, Any]) -> str:
    """The figures for people."""
    lines = [
        f"  {figures['ours']:,.0f} {figures['unit']} whole; VADER alone {figures['ceiling']:,.0f}; "
        f"ratio {figures['ratio']}; {figures['memory_mb']} MB added; {figures['runs']} runs",
        f"  {figures['method']}",
    ]
    for half, languages in figures["languages"].items():
        for lang, found in languages.items():
            lines += ["", f"  {half} half, {lang}: {found['replies']} replies", *_lines(found)]
    lines += ["", "  the worst of the dev half:"]
    lines += [
        f"    {one['lang']} told {one['told']}, read {one['read']} ({one['score']:+.2f}): {one['text']!r}"
        for one in figures["worst"]
    ]
    return "\n".join(lines)


def _lines(found: dict[str, Any]) -> list[str]:
    by_intent = (
        f"{name} {shares['precision']:.2f}/{shares['recall']:.2f} ({shares['told']})"
        for name, shares in found["intents"].items()
        if shares["told"] or shares["read"]
    )
    return [
        f"    sentiment macro-F1 {found['sentiment_macro_f1']:.3f}; intents exact {found['intents_exact']:.3f}; "
        f"rating {found['rating_exact']:.3f}; language {found['language']:.3f}; review {found['needs_review']:.3f}",
        *(f"    told {told}: {dict(heard)}" for told, heard in found["confusion"].items()),
        f"    precision/recall (told): {', '.join(by_intent)}",
    ]


def _reply(row: dict[str, Any]) -> Reply:
    return Reply(row["text"], row["lang"], row["scale"], row["channel"])


def _read(replies: Sequence[Reply]) -> None:
    for start in range(0, len(replies), _PAGE):
        read_many(replies[start : start + _PAGE])


def _bare(texts: Sequence[str]) -> Callable[[], float]:
    analyser = SentimentIntensityAnalyzer()
    return lambda: _rate(len(texts), lambda: [analyser.polarity_scores(text) for text in texts])


def _rate(count: int, work: Callable[[], object]) -> float:
    """How many of `count` per second of one core's time: nothing here waits, and other processes do not count."""
    started = time.process_time()
    work()
    return count / (time.process_time() - started)


# In a process of its own: what a worker holds more once it has read one reply in each language.
_WEIGHED = """
import pathlib, resource
def resident():
    statm = pathlib.Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = resident()
from app.language.reading import read
for lang, text in (("it", "ottimo, la terza volta che si rompe"), ("en", "not bad, cheers"), ("de", "sehr gut"),
                   ("fr", "tres bien")):
    read(text, lang=lang, scale=10)
print(round(resident() - before, 1))
"""


def _memory() -> float:
    done = subprocess.run(
        [sys.executable, "-c", _WEIGHED], cwd=LABELLED.parents[2], capture_output=True, check=True
    )
    return float(done.stdout)


def _by_language(judged: Judged, half: str) -> dict[str, Judged]:
    found: dict[str, Judged] = {}
    for row, reading in judged:
        if row["split"] == half:
            found.setdefault(row["lang"], []).append((row, reading))
    return found


def _intents(reading: Reading) -> set[str]:
    return {span.intent.value for span in reading.intents}


def _share(rows: Judged, right: Callable[[dict[str, Any], Reading], bool]) -> float:
    return round(sum(right(row, reading) for row, reading in rows) / len(rows), 4) if rows else 1.0


def _precision_recall(rows: Judged, intent: Intent) -> dict[str, Any]:
    count = Counter((intent in row["intents"], reading.has(intent)) for row, reading in rows)
    told, read = count[True, True] + count[True, False], count[True, True] + count[False, True]
    return {
        "told": told,
        "read": read,
        "precision": round(count[True, True] / read, 4) if read else 1.0,
        "recall": round(count[True, True] / told, 4) if told else 1.0,
    }


def _worst(judged: Judged) -> list[dict[str, Any]]:
    """The readings furthest from what was told: the wrong label, said with the most certainty."""
    sign = {"negative": -1, "neutral": 0, "positive": 1}
    wrong = [
        (abs(sign[row["sentiment"]] - reading.score), row, reading)
        for row, reading in judged
        if row["sentiment"] != reading.sentiment
    ]
    wrong.sort(key=lambda one: -one[0])
    return [
        {
            "lang": row["lang"],
            "text": row["text"],
            "told": row["sentiment"],
            "read": reading.sentiment.value,
            "score": reading.score,
        }
        for _, row, reading in wrong[:_WORST]
    ]
