"""Whatever people write or press, at whatever moment: every survey we ship ends or falls silent in time."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.surveys import engine
from app.surveys.definition import load_all
from app.surveys.engine import Ask, BadAnswer, Consent, Say, State, Step, Timing
from app.surveys.survey import Survey
from tests.paths import ROOT

SURVEYS = load_all(ROOT / "surveys") | load_all(ROOT / "tests" / "surveys" / "files")
VALUES = {"first_name": "Chiara", "organisation": "Officine Rossi"}
TODAY = date(2026, 11, 22)
TEXTS = (
    "0", "3", "7", "9", "10", "11", "2 e 3", "6, consegne lente", "sì", "no", "ja", "oui", "ok", "forse",
    "tutte", "nessuna", "no scusa, 7", "anzi 2", "I meant 9", "volevo dire LASCIO", "domani",
    "3 dicembre", "31/02", "12 persone", "cinquecento", "Paola Verdi, paola@ferro.it", "+39 345 1234567",
    "passo", "grazie!", "RESTO", "lascio", "meno spesso", "boh", "", "siete pessimi, un disastro",
    "bravissimi, ottimo lavoro", "avete sbagliato persona", "chiamatemi domani alle 10",
    "Risposta automatica: sono fuori ufficio", "\U0001f44d\U0001f3fd", "8\ufe0f\u20e3", "\u0661\u0662",
    "\ud800", "a\x00b", "\u202e9", "x" * 400, "{answer.nps}", "-5", "1e9", "99999999999999999999",
    "10/10/10/10",
)  # fmt: skip


def _turns(survey: Survey) -> st.SearchStrategy[tuple[Any, ...]]:
    words = {
        label for q in survey.questions.values() for option in q.options for label in option.label.values()
    }
    values = [option.value for q in survey.questions.values() for option in q.options]
    texts = st.sampled_from([*TEXTS, *sorted(words)]) | st.text(max_size=12)
    says = st.tuples(st.just("says"), texts, st.sampled_from(Timing), st.sampled_from([False] * 5 + [True]))
    value = st.sampled_from([*TEXTS, *values, "2026-12-24", "2.5"]) | st.none()
    fields = st.dictionaries(
        st.sampled_from(["email", "phone", "name", "x"]), st.sampled_from(TEXTS), max_size=2
    )
    presses = st.tuples(
        st.just("presses"),
        st.sampled_from([*survey.questions, "nowhere", None]),
        value | st.lists(st.sampled_from([*values, "x"]), max_size=3) | fields,
        st.booleans(),
    )
    return says | says | says | presses


def _step(survey: Survey, state: State, turn: tuple[Any, ...]) -> Step:
    about: dict[str, Any] = {"values": VALUES, "today": TODAY, "full": {q.id for q in survey.quotas[:1]}}
    if turn[0] == "says":
        _, text, timing, late = turn
        return engine.receive(survey, state, text, channel="sms", timing=timing, late=late, **about)
    _, question, value, late = turn
    return engine.submit(
        survey, state, question or state.question or "", value, channel="web", late=late, **about
    )


def _left(step: Step, left: bool) -> bool:
    decisions = [effect.decision for effect in step.effects if isinstance(effect, Consent)]
    return decisions[-1] == "leave" if decisions else left


@pytest.mark.parametrize("slug", SURVEYS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_conversation_ends_or_keeps_to_its_budget(slug: str, data: st.DataObject) -> None:
    survey = SURVEYS[slug]
    attributes = data.draw(
        st.dictionaries(st.sampled_from(sorted(survey.attributes) or ["x"]), st.text(max_size=5))
    )
    lang = data.draw(st.sampled_from(survey.languages))
    state = engine.start(survey, lang=lang, channel="sms", values=VALUES, attributes=attributes).state
    texts, left = 1, False
    for turn in data.draw(st.lists(_turns(survey), max_size=14)):
        state = State.from_json(json.loads(json.dumps(state.to_json())))
        try:
            step = _step(survey, state, turn)
        except BadAnswer:
            if turn[0] == "says":
                raise
            continue
        asked = [effect.question for effect in step.effects if isinstance(effect, Ask)]
        assert asked in ([], [step.state.question])
        assert not (step.state.done and asked)
        left = _left(step, left)
        if turn[0] == "says":
            assert not (left and asked), "nobody is asked after leaving"
            texts += any(isinstance(effect, Ask | Say) for effect in step.effects)
            assert texts <= survey.max_messages
        assert not step.state.done or step.state.question is None
        assert engine.closing(survey, step.state, VALUES)
        page = engine.prompt(survey, step.state, channel="web", values=VALUES)
        assert page is None or 1 <= page.step <= page.of
        state = step.state
    _goes_to_its_end(survey, state)


def _goes_to_its_end(survey: Survey, state: State) -> None:
    """Nonsense alone, for as long as it takes, comes to the end: every question is passed over in time."""
    state = replace(state, question=state.question or (None if state.done else _open(survey, state)))
    for _ in range(3 * len(survey.questions) + 3):
        if state.question is None:
            break
        state = engine.receive(survey, state, "boh ???", channel="sms", values=VALUES, today=TODAY).state
    assert state.question is None


def _open(survey: Survey, state: State) -> str | None:
    page = engine.prompt(survey, state, channel="web", values=VALUES)
    return page.question if page else None
