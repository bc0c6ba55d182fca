"""Whatever people write or press, a conversation asks or ends, and the first text says who we are."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.surveys import engine
from app.surveys.definition import load, parse
from app.surveys.piping import fill
from app.surveys.wording import email
from tests.paths import ROOT

FILE = ROOT / "tests" / "surveys" / "files" / "riattivazione.yaml"
SURVEY = load(FILE)
SHIPPED = load(ROOT / "surveys" / "riattivazione.yaml")
TODAY = date(2026, 11, 22)
VALUES = {"first_name": "Chiara", "organisation": "Officine Rossi"}

_presses = st.tuples(
    st.sampled_from([*SURVEY.questions, "nowhere"]),
    st.sampled_from(["0", "3", "7", "10", "11", "-1", "٣", "stay", "leave", "", "tutto bene"])
    | st.text(max_size=10),
)


@settings(max_examples=100, deadline=None)
@given(presses=st.lists(_presses, max_size=10))
def test_pressing_twice_is_pressing_once(presses: list[tuple[str, str]]) -> None:
    def walked(times: int) -> tuple[engine.State, list[engine.Effect]]:
        state = engine.start(SURVEY, lang="it", channel="web", values=VALUES).state
        effects: list[engine.Effect] = []
        for press in presses:
            for _ in range(times):
                try:
                    step = engine.submit(SURVEY, state, *press, channel="web", values=VALUES, today=TODAY)
                except engine.BadAnswer:
                    continue
                state, effects = step.state, [*effects, *step.effects]
        return state, effects

    assert walked(2) == walked(1)


@settings(deadline=None)
@given(text=st.text(max_size=200))
def test_whatever_is_written_as_the_reason_can_be_stored(text: str) -> None:
    state = engine.start(SURVEY, lang="it", channel="sms", values=VALUES).state
    state = engine.submit(SURVEY, state, "nps", "5", channel="web", values=VALUES, today=TODAY).state
    step = engine.receive(SURVEY, state, text, channel="sms", values=VALUES, today=TODAY)
    for effect in step.effects:
        if isinstance(effect, engine.Answered):
            assert "\x00" not in effect.text
            assert effect.text.encode("utf-8")


def test_a_score_of_nought_is_an_answer() -> None:
    state = engine.start(SURVEY, lang="en", channel="sms", values=VALUES).state
    step = engine.receive(SURVEY, state, "0", channel="sms", values=VALUES, today=TODAY)
    assert step.state.answers == {"nps": 0}
    assert engine.Alert("detractor") in step.effects
    again = engine.submit(SURVEY, step.state, "nps", "0", channel="web", values=VALUES, today=TODAY)
    assert again.effects == ()


@pytest.mark.parametrize(
    ("lang", "sender"), [("it-IT", "siamo Officine Rossi"), ("en", "this is Officine Rossi")]
)
def test_the_first_sms_says_who_writes_and_how_to_stop(lang: str, sender: str) -> None:
    text = engine.opening(SURVEY, lang=lang, channel="sms", values=VALUES)
    assert sender in text
    assert "STOP" in text.splitlines()[-1]
    step = engine.start(SURVEY, lang=lang, channel="sms", values=VALUES)
    assert step.effects == (engine.Ask("nps", text),)


def test_a_reminder_asks_the_present_question() -> None:
    state = engine.start(SURVEY, lang="it", channel="sms", values=VALUES).state
    state = engine.receive(SURVEY, state, "9", channel="sms", values=VALUES, today=TODAY).state
    text = engine.reminder(SURVEY, state, VALUES)
    assert "Che cosa apprezzi" in text
    assert "STOP" in text
    over = engine.State(None, {}, 0, True, "sms", "it")
    assert engine.reminder(SURVEY, over, VALUES) == ""


def test_a_conversation_left_half_way_is_closed_kindly() -> None:
    state = engine.start(SURVEY, lang="it", channel="sms", values=VALUES).state
    assert engine.closing(SURVEY, state, VALUES).startswith("Grazie del tuo tempo")


def test_a_page_offers_every_score_of_the_scale() -> None:
    state = engine.start(SURVEY, lang="it", channel="email", values=VALUES).state
    prompt = engine.prompt(SURVEY, state, channel="web", values=VALUES)
    assert prompt is not None
    assert [value for value, _ in prompt.options] == [str(score) for score in range(11)]
    assert (prompt.scale, prompt.step, prompt.of) == (10, 1, 3)
    assert "Officine Rossi" in prompt.text


def test_consent_keeps_the_words_of_the_channel_it_was_given_on() -> None:
    def granted(channel: str) -> Any:
        state = engine.State("consent", {"nps": 9, "why_high": "x"}, 0, False, channel, "it")
        if channel == "sms":
            return engine.receive(SURVEY, state, "resto", channel="sms", values=VALUES, today=TODAY).effects[
                1
            ]
        return engine.submit(
            SURVEY, state, "consent", "stay", channel="web", values=VALUES, today=TODAY
        ).effects[1]

    assert granted("sms").wording.endswith("Rispondi RESTO o LASCIO.")
    assert granted("web").wording.endswith("puoi dire basta quando vuoi.")
    assert "Officine Rossi" in granted("web").wording


def test_a_csat_question_takes_one_to_five() -> None:
    text = (
        FILE.read_text(encoding="utf-8")
        .replace("kind: nps", "kind: csat")
        .replace("from: 0, to: 6", "from: 1, to: 2")
    )
    text = text.replace("from: 7, to: 8", "from: 3, to: 3").replace("from: 9, to: 10", "from: 4, to: 5")
    survey = parse(text, "")
    state = engine.start(survey, lang="it", channel="sms", values=VALUES).state
    assert engine.receive(
        survey, state, "4 su 5", channel="sms", values=VALUES, today=TODAY
    ).state.answers == {"nps": 4}
    with pytest.raises(engine.BadAnswer):
        engine.submit(survey, state, "nps", "0", channel="web", values=VALUES, today=TODAY)


def test_values_are_never_read_as_placeholders() -> None:
    assert (
        fill("Ciao {first_name}!", {"first_name": "{organisation}"}, {"organisation": "x"})
        == "Ciao {organisation}!"
    )
    assert fill("Ciao {first_name}, eccoci", {"first_name": "  "}, {"first_name": ""}) == "Ciao, eccoci"
    assert fill("Ciao {first_name}", {"first_name": "Anna\nMaria"}, {}) == "Ciao Anna Maria"


def test_email_words_come_filled_in_both_languages() -> None:
    for step in ("invite", "reminder", "last_call"):
        for lang, hello in (("it", "Ciao Chiara,"), ("en", "Hello Chiara,")):
            words = email(SHIPPED, step, lang=lang, values=VALUES)
            assert any(paragraph.text.startswith(hello) for paragraph in words.body) or step == "last_call"
            assert "Officine Rossi" in words.rating_caption
            assert not any(
                "{" in paragraph
                for paragraph in (words.subject, words.preheader, *(part.text for part in words.body))
            )
