"""How well replies are understood: the gates, on the half of our labelled set that no model was learnt from."""

import json
from typing import Any

import pytest

from app.language.reading import Reply, read_many
from benchmarks.language import LABELLED, Judged, measure, report, scores

ROWS: list[dict[str, Any]] = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]
UNSEEN = LABELLED.with_name("unseen.jsonl")
EVERYDAY = LABELLED.with_name("everyday.jsonl")
LANGUAGES = ("it", "en")


def judged(rows: list[dict[str, Any]], *, prior: bool = True) -> Judged:
    replies = [
        Reply(row["text"], row["lang"] if prior else None, row["scale"], row["channel"]) for row in rows
    ]
    return list(zip(rows, read_many(replies), strict=True))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_gates_hold_on_replies_never_learnt_from(lang: str) -> None:
    found = scores(judged([row for row in ROWS if row["split"] == "test" and row["lang"] == lang]))
    assert found["replies"] >= 150
    assert found["sentiment_macro_f1"] >= 0.80
    assert found["intents_exact"] >= 0.80
    assert found["rating_exact"] >= 0.95
    assert found["language"] >= 0.98
    assert found["needs_review"] <= 0.15, "a person's time is dear"


def test_opt_outs_are_heard_on_replies_never_learnt_from() -> None:
    """Both languages together: the half holds too few of one to tell 0.95 from 0.97."""
    found = scores(judged([row for row in ROWS if row["split"] == "test"]))["intents"]["unsubscribe"]
    assert found["told"] >= 75
    assert found["recall"] >= 0.95
    assert found["precision"] >= 0.90


def test_the_gates_hold_on_an_everyday_inbox_of_another_writer() -> None:
    """`everyday.jsonl` was written apart; no rule was written and no model learnt with it in sight."""
    rows = [json.loads(line) for line in EVERYDAY.read_text("utf-8").splitlines()]
    for lang in LANGUAGES:
        found = scores(judged([row for row in rows if row["lang"] == lang]))
        assert found["sentiment_macro_f1"] >= 0.80
        assert found["intents_exact"] >= 0.80
        assert found["rating_exact"] >= 0.95
        assert found["language"] >= 0.98
    opt_outs = scores(judged(rows))["intents"]["unsubscribe"]
    assert opt_outs["told"] >= 100
    assert opt_outs["recall"] >= 0.95
    assert opt_outs["precision"] >= 0.90


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_reached_on_harder_replies_is_kept(lang: str) -> None:
    """`unseen.jsonl`, of yet another writer: idiom, irony, regional speech."""
    rows = [json.loads(line) for line in UNSEEN.read_text("utf-8").splitlines()]
    found = scores(judged([row for row in rows if row["lang"] == lang]))
    assert found["sentiment_macro_f1"] >= 0.80
    assert found["intents_exact"] >= 0.80
    assert found["rating_exact"] >= 0.95
    assert found["intents"]["unsubscribe"]["recall"] >= 0.90
    assert found["intents"]["unsubscribe"]["precision"] >= 0.85


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_language_is_told_without_a_prior_and_against_a_wrong_one(lang: str) -> None:
    rows = [row for row in ROWS if row["lang"] == lang and len(row["text"].split()) > 3]
    wrong = {"it": "en", "en": "it"}[lang]
    against = read_many([Reply(row["text"], wrong) for row in rows])
    assert sum(reading.lang == lang for _, reading in judged(rows, prior=False)) / len(rows) >= 0.98
    assert sum(reading.lang == lang for reading in against) / len(rows) >= 0.95


def test_the_sign_of_the_score_is_that_of_the_sentiment() -> None:
    for row, reading in judged(ROWS):
        sign = {
            "positive": reading.score > 0,
            "negative": reading.score < 0,
            "neutral": abs(reading.score) < 0.5,
        }
        assert sign[reading.sentiment], row["text"]
        assert 0 < reading.confidence <= 1


def test_the_benchmark_tells_speed_and_scores_but_no_reply_of_the_test_half() -> None:
    found = measure("sqlite", runs=1, rows=500)
    said = report({name: getattr(found, name) for name in ("languages", "worst", *FIGURES)})
    assert (found.name, found.unit) == ("language", "replies/s")
    assert found.ratio > 0
    assert found.memory_mb < 60
    assert {lang for half in found.languages.values() for lang in half} >= set(LANGUAGES)
    assert not any(row["text"] in said for row in ROWS if row["split"] == "test" and len(row["text"]) > 30)


FIGURES = ("ours", "ceiling", "ratio", "unit", "runs", "method", "memory_mb")
