"""How well replies are understood, on the test half of our own set; what must always hold."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.language import sentiment
from app.language.reading import Intent, Reading, Sentiment, read

ROWS = [
    json.loads(line) for line in Path(__file__).with_name("replies.jsonl").read_text("utf-8").splitlines()
]
Judged = list[tuple[dict[str, Any], Reading]]


def judged(lang: str) -> Judged:
    rows = [row for row in ROWS if row["split"] == "test" and row["lang"] == lang]
    return [(row, read(row["text"], lang=lang, scale=row["scale"], channel=row["channel"])) for row in rows]


def macro_f1(rows: Judged) -> float:
    scores = []
    for label in Sentiment:
        hits = sum(row["sentiment"] == label == reading.sentiment for row, reading in rows)
        either = sum((row["sentiment"] == label) + (reading.sentiment == label) for row, reading in rows)
        scores.append(2 * hits / either)
    return sum(scores) / len(scores)


@pytest.mark.parametrize("lang", ["it", "en"])
def test_replies_of_the_test_half_are_understood(lang: str) -> None:
    rows = judged(lang)
    asked = [reading for row, reading in rows if "unsubscribe" in row["intents"]]
    taken = [row for row, reading in rows if reading.has(Intent.UNSUBSCRIBE)]
    rated = [
        (row["rating"], reading.rating and reading.rating.value) for row, reading in rows if row["scale"]
    ]
    assert macro_f1(rows) >= 0.75
    assert sum(reading.has(Intent.UNSUBSCRIBE) for reading in asked) / len(asked) >= 0.95
    assert sum("unsubscribe" in row["intents"] for row in taken) / len(taken) >= 0.90
    assert sum(told == found for told, found in rated) / len(rated) >= 0.95
    assert (
        sum({*row["intents"]} == {span.intent for span in reading.intents} for row, reading in rows)
        / len(rows)
        >= 0.80
    )
    assert sum(reading.lang == lang for _, reading in rows) / len(rows) >= 0.98


@pytest.mark.parametrize("lang", ["it", "en"])
def test_the_language_is_told_without_a_prior(lang: str) -> None:
    texts = [row["text"] for row in ROWS if row["lang"] == lang and len(row["text"].split()) > 3]
    assert sum(read(text).lang == lang for text in texts) / len(texts) >= 0.95


@pytest.mark.parametrize("text", ["6", "ok", "STOP", "👍", "10/10", ""])
def test_the_contacts_language_decides_where_words_do_not(text: str) -> None:
    assert {read(text, lang=lang).lang for lang in ("it", "en", "de")} == {"it", "en", "de"} or text == ""


@pytest.mark.parametrize(
    ("text", "intent", "evidence"),
    [
        ("Buongiorno, TOGLIETEMI dalla lista!", Intent.UNSUBSCRIBE, "TOGLIETEMI dalla lista"),
        ("nn scrivetemi più", Intent.UNSUBSCRIBE, "nn scrivetemi più"),
        ("ok, richiamatemi domani dopo le 15", Intent.CALLBACK, "richiamatemi domani dopo le 15"),
        ("Graaazie mille", Intent.THANKS, "Graaazie mille"),
        ("Non sono Giuseppe", Intent.WRONG_PERSON, "Non sono Giuseppe"),
        ("quando riaprite?", Intent.QUESTION, "quando riaprite?"),
    ],
)
def test_the_evidence_is_in_the_contacts_own_words(text: str, intent: Intent, evidence: str) -> None:
    spans = [span for span in read(text, lang="it").intents if span.intent is intent]
    assert [span.text for span in spans] == [evidence]


@pytest.mark.parametrize(
    "text",
    ["non cancellatemi", "please don't unsubscribe me", "non toglietemi dalla lista", "don't remove me",
     "I was removed by mistake"],
)  # fmt: skip
def test_asking_to_be_kept_is_no_opt_out(text: str) -> None:
    reading = read(text)
    assert reading.has(Intent.STAY)
    assert not reading.has(Intent.UNSUBSCRIBE)


@pytest.mark.parametrize(
    "text",
    [
        "perché non mi cancellate?",
        "come mi disiscrivo?",
        "se continuate così cancellatemi",
        "maybe remove me",
    ],
)
def test_a_doubtful_opt_out_is_honoured_and_seen_by_a_person(text: str) -> None:
    reading = read(text)
    assert reading.has(Intent.UNSUBSCRIBE)
    assert reading.needs_review


def test_a_polite_opt_out_is_neutral_and_a_hostile_one_is_not() -> None:
    assert read("cancellatemi per favore", lang="it").sentiment is Sentiment.NEUTRAL
    assert read("cancellatemi, siete pessimi e maleducati", lang="it").sentiment is Sentiment.NEGATIVE


def test_greetings_in_an_out_of_office_are_no_praise() -> None:
    reading = read("Out of office until 7 January. Happy holidays, best wishes and a wonderful new year!")
    assert (reading.sentiment, reading.score) == (Sentiment.NEUTRAL, 0.0)


def test_a_batch_is_scored_in_order_and_sums_to_one() -> None:
    scores = sentiment.score(
        ["ottimo servizio", "terrible service", "😡", "Der Service"], ["it", "en", "de", "de"]
    )
    assert [max(range(3), key=lambda place, s=score: s[place]) for score in scores] == [2, 0, 0, 1]
    assert all(abs(sum(score) - 1) < 1e-9 for score in scores)


WORDS = st.sampled_from(
    ["non", "cancellatemi", "8", "/", "10", "😡", "ﬁne", "½", "🔟", "8️⃣", "stop", "?", "é", "e\u0301", "x",
     "…", "graaazie", "don’t",
     "remove me", "\n", "\u0000", "İ", "ß", "2.000", "tra 7 e 8", "5 stelle", "⭐", "sei", ",5",
     "²", "٣", "null", "\ud800"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(WORDS, max_size=12).map(" ".join)), st.sampled_from([None, 5, 10]))
@example("²", 10)
@example("8" * 500, 10)
@example("\ud800 8", 10)
def test_any_text_is_read_and_every_span_stands_in_it(text: str, scale: int | None) -> None:
    reading = read(text, scale=scale)
    assert -1 <= reading.score <= 1
    assert all(span.text == text[span.start : span.end] and span.text for span in reading.intents)
    if reading.rating and scale:
        assert reading.rating.scale == scale
        assert (1 if scale == 5 else 0) <= reading.rating.value <= scale


@pytest.mark.parametrize(
    "piece", ["non ", "8 ", "a", "don't ", "stop ", "\n", "> ", "?", "il ", "tre ", "⭐ ", "per favore "]
)
def test_a_very_long_reply_is_read_in_bounded_time(piece: str) -> None:
    began = time.perf_counter()
    read(piece * 20_000, lang="it", scale=10, channel="email")
    assert time.perf_counter() - began < 2
