"""What must hold of every reading, whatever was written."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.language.reading import Intent, Sentiment, read


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
    ["unsubscribe? no way, love it", "Unsubscribe? Never!", "cancellarmi? Mai e poi mai, siete bravissimi",
     "disiscrivermi? neanche per sogno", "abmelden? niemals!"],
)  # fmt: skip
def test_who_scorns_the_thought_of_leaving_does_not_leave(text: str) -> None:
    reading = read(text)
    assert reading.has(Intent.STAY)
    assert not reading.has(Intent.UNSUBSCRIBE)
    assert reading.sentiment is not Sentiment.NEGATIVE


@pytest.mark.parametrize(
    "text",
    ["unsubscribe? nope, doesn't work", "unsubscribe? never works", "unsubscribe? no way to do it, remove me",
     "unsubscribe? never, I wish you'd stop", "cancellarmi? certo che no, ma basta sms", "unsubscribe?"],
)  # fmt: skip
def test_a_question_that_may_be_the_wish_is_one(text: str) -> None:
    assert read(text).has(Intent.UNSUBSCRIBE)


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


def test_blame_is_no_abuse_without_a_word_of_abuse() -> None:
    for text in ("ma siete lenti", "siete lenti!", "siete lenti ma va bene"):
        assert not read(text, lang="it").has(Intent.ABUSE)
    assert read("ma siete idioti", lang="it").has(Intent.ABUSE)


def test_praise_beside_a_complaint_is_mockery_or_seen_by_a_person() -> None:
    assert read("Wow, fantastic job losing my order twice").sentiment is Sentiment.NEGATIVE
    doubtful = read("Bravissimi, gentilissimi e simpatici, fattura sbagliata a parte", lang="it")
    assert doubtful.has(Intent.COMPLAINT)
    assert doubtful.sentiment is not Sentiment.POSITIVE or doubtful.needs_review


def test_greetings_in_an_out_of_office_are_no_praise() -> None:
    reading = read("Out of office until 7 January. Happy holidays, best wishes and a wonderful new year!")
    assert (reading.sentiment, reading.score) == (Sentiment.NEUTRAL, 0.0)


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
