"""Turn by turn through a survey of every kind: timing, corrections, quotas, lateness, the end and its actions."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.surveys import engine
from app.surveys.definition import load
from app.surveys.engine import Answered, Ask, Ended, QuotaTaken, Say, SetAttribute, State, Step, Tag, Timing
from tests.paths import ROOT

SURVEY = load(ROOT / "tests" / "surveys" / "files" / "everything.yaml")
VALUES = {"first_name": "Chiara", "organisation": "Officine Rossi"}
TODAY = date(2026, 11, 22)
HAPPY = ("9", "1 e 3", "in due", "3 dicembre", "sono io", "ok")


class Talk:
    """A conversation by text whose state is stored and read back between turns."""

    def __init__(self, lang: str = "it", channel: str = "sms", **attributes: str) -> None:
        step = engine.start(SURVEY, lang=lang, channel=channel, values=VALUES, attributes=attributes)
        self.state, self.effects = step.state, step.effects

    def says(self, *texts: str, **more: Any) -> "Talk":
        for text in texts:
            state = self._stored()
            self._keep(engine.receive(SURVEY, state, text, channel="sms", values=VALUES, today=TODAY, **more))
        return self

    def presses(self, question: str, value: Any, **more: Any) -> "Talk":
        about: dict[str, Any] = {"channel": "web", "values": VALUES, "today": TODAY, **more}
        self._keep(engine.submit(SURVEY, self._stored(), question, value, **about))
        return self

    def _stored(self) -> State:
        return State.from_json(json.loads(json.dumps(self.state.to_json())))

    def _keep(self, step: Step) -> None:
        self.state, self.effects = step.state, step.effects

    def told(self, kind: type[Any]) -> list[Any]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    @property
    def text(self) -> str:
        return "\n".join(effect.text for effect in self.effects if isinstance(effect, Ask | Say))


def test_every_kind_is_asked_answered_and_kept_as_its_own_type() -> None:
    talk = Talk().says(*HAPPY, "resto")
    assert talk.state.answers == {
        "score": 9, "topics": ("prices", "events"), "guests": 2, "visit": "2026-12-03", "in_charge": "yes",
        "details": {}, "consent": "stay",
    }  # fmt: skip
    assert talk.told(Ended) == [Ended("completed")]
    assert talk.text == "Grazie di cuore!"


def test_the_way_depends_on_attributes_as_they_were_at_the_start() -> None:
    assert Talk().state.question == "score"
    assert Talk(livello=" vip ", altro="x").state.question == "visit"
    assert Talk(livello="VIP", altro="x").state.attributes == {"livello": "VIP"}
    assert Talk(settore="metalli").says("3").told(engine.Alert) == [engine.Alert("key_detractor")]
    assert Talk(settore="Legno").says("3").told(engine.Alert) == [engine.Alert("detractor")]


def test_the_way_depends_on_how_the_words_sound() -> None:
    assert Talk().says("3", "consegne pessime, sempre in ritardo").text.startswith("Ci dispiace.")
    assert Talk().says("6", "siete bravissimi, davvero ottimi").text.startswith("Di che cosa")
    assert Talk().says("3, servizio pessimo e personale scortese").text.startswith("Ci dispiace.")


def test_earlier_answers_and_attributes_are_said_back_in_the_contacts_language() -> None:
    assert "Parliamo di Metalli." in Talk(settore="Metalli").text
    assert "Parliamo di il tuo settore." in Talk().text
    end = Talk().says("7", "2", "1.000", "500", "3 dicembre", "1", "ok", "resto")
    assert end.text == "Ci vediamo 3 dicembre 2026 in 500; ti scriviamo di Novità di prodotto."
    english = Talk("en").says("7", "none", "2", "December 3", "still me", "ok", "stay")
    assert english.text == "See you 3 December 2026, 2 of you; we write about nothing special."


def test_an_answer_put_off_the_way_counts_no_more() -> None:
    talk = Talk().says(*HAPPY[:-1], "ok").presses("score", "3").presses("why", "lenti").presses("score", "10")
    assert talk.state.question == "consent"
    assert talk.says("resto").told(Tag) == [Tag("promoter")]
    assert "unhappy" not in {alert.reason for alert in talk.told(engine.Alert)}


# --- corrections and timing ---


@pytest.mark.parametrize(
    ("first", "second", "question", "value"),
    [
        ("8", "no scusa, 7", "score", 7), ("8", "anzi 9", "score", 9), ("8", "volevo dire 6", "score", 6),
        ("8", "mi sono sbagliata, 10", "score", 10), ("8", "sorry, 9 not 6", "score", 9),
    ],
)  # fmt: skip
def test_an_open_correction_amends_and_the_present_question_is_asked_again(
    first: str, second: str, question: str, value: int
) -> None:
    talk = Talk().says(first, second)
    assert talk.state.answers[question] == value
    assert [(one.amends, one.value) for one in talk.told(Answered)] == [(True, value)]
    assert len(talk.told(Ask)) == 1


def test_a_bare_score_is_no_reason_but_another_score() -> None:
    talk = Talk().says("3", "8")
    assert talk.state.answers == {"score": 8}
    assert talk.state.question == "topics"
    assert Talk().says("3", "3").effects == ()
    assert Talk().says("3", "no, 2 settimane di ritardo").state.answers["score"] == 3
    assert Talk().says("3", "no scusa, 5 perché siete cari").state.answers == {
        "score": 5,
        "why": "perché siete cari",
    }


def test_corrections_of_other_kinds() -> None:
    talk = Talk().says("9", "1", "no scusa, la 2")
    assert talk.state.answers["topics"] == ("news",)
    talk.says("3", "ops, volevo dire 5")
    assert talk.state.answers["guests"] == 5
    talk.says("3 dicembre", "anzi il 4 dicembre")
    assert talk.state.answers["visit"] == "2026-12-04"
    talk.says("sono io", "ok", "resto", "no scusa, LASCIO")
    assert talk.state.answers["consent"] == "leave"
    assert talk.text == "Fatto, non ti scriviamo più."


def test_a_reply_that_corrects_itself_answers_the_present_question() -> None:
    talk = Talk().says("8, anzi no 7")
    assert talk.state.answers == {"score": 7}


def test_early_a_second_message_amends_what_the_first_answered() -> None:
    talk = Talk().says("8").says("9", timing=Timing.EARLY)
    assert talk.state.answers == {"score": 9}
    assert [ask.question for ask in talk.told(Ask)] == ["topics"]
    talk.says("9", timing=Timing.EARLY)
    assert talk.effects == ()
    talk.says("1").says("e 3", timing=Timing.EARLY)
    assert talk.state.answers["topics"] == ("prices", "events")
    talk.says("boh", timing=Timing.EARLY)
    assert talk.told(Ask) == []


def test_early_words_after_a_rating_are_its_reason() -> None:
    talk = Talk().says("4").says("consegne sempre in ritardo", timing=Timing.EARLY)
    assert talk.state.answers["why"] == "consegne sempre in ritardo"
    assert talk.text.startswith("Ci dispiace.")
    talk.says("e nessuno risponde", timing=Timing.EARLY)
    assert talk.state.answers["why"] == "consegne sempre in ritardo\ne nessuno risponde"
    assert talk.told(Answered)[0].amends
    # The queued message is replaced whole, so what led to the question is said with it.
    assert talk.text.startswith("Ci dispiace.")
    talk.says("anzi 3", timing=Timing.EARLY)
    assert talk.state.answers["score"] == 3


def test_crossing_words_are_added_to_the_text_before_once_and_nothing_is_asked_twice() -> None:
    talk = (
        Talk().says("4", "consegne in ritardo").says("e il call center è un disastro", timing=Timing.CROSSING)
    )
    assert talk.state.answers["why"] == "consegne in ritardo\ne il call center è un disastro"
    assert talk.text == ""
    assert Talk().says("4", "lenti").says("grazie!", timing=Timing.CROSSING).effects == ()
    talk.says("insomma una delusione", timing=Timing.CROSSING)
    assert talk.text.startswith("Al massimo due")
    assert Talk().says("4", "lenti").says("1 e 2", timing=Timing.CROSSING).state.question == "guests"


def test_a_second_correction_of_a_skipped_question_is_its_answer() -> None:
    talk = Talk().says("boh", "mah", "chissà")
    assert talk.state.skipped == ("score",)
    talk.says("no scusate, 8")
    assert talk.state.answers == {"score": 8}
    assert not talk.state.skipped


# --- passing over, re-asking ---


def test_a_question_is_asked_at_most_twice_more_then_passed_over() -> None:
    talk = Talk().says("9")
    assert [talk.says("boh").told(Ask)[0].question for _ in range(3)] == ["topics", "topics", "guests"]
    assert talk.says("passo").state.question == "visit"
    assert talk.presses("visit", None).state.question == "in_charge"
    assert talk.state.skipped == ("topics", "guests", "visit")
    assert talk.presses("guests", "4").state.skipped == ("topics", "visit")
    with pytest.raises(engine.BadAnswer):
        talk.says("sono io", "ok").presses("consent", None)


def test_data_of_a_successor_told_with_the_answer_are_not_asked_for_again() -> None:
    talk = Talk().says("9", "1", "2", "domani", "no, ora c'è Paola Verdi, paola@ferro.it")
    assert talk.told(engine.Correction) == [
        engine.Correction("successor", "successor", {"name": "Paola Verdi", "email": "paola@ferro.it"})
    ]
    assert talk.told(Ended) == [Ended("completed")]
    asked = Talk().says("9", "1", "2", "domani", "un collega")
    assert asked.state.question == "successor"


def test_a_wish_that_an_option_hears_is_told_to_the_caller() -> None:
    asked = Talk().says("9", "1", "2", "domani")
    assert engine.expects(SURVEY, asked.state, "wrong_person")
    assert not engine.expects(SURVEY, Talk().state, "wrong_person")


# --- quotas ---


def test_a_quota_counts_the_first_answer_under_it_and_turns_away_when_full() -> None:
    talk = Talk().says("9", "1", "2")
    assert talk.told(QuotaTaken) == [QuotaTaken("seats")]
    assert talk.presses("guests", "5").told(QuotaTaken) == []
    full = Talk().says("9", "1").says("2", full={"seats"})
    assert full.text.startswith("Siamo al completo")
    assert full.told(Ended) == [Ended("completed")]
    assert full.told(QuotaTaken) == []
    # Nobody is put on the waiting list by a quota that fills up after them.
    assert talk.presses("guests", "4", full={"seats"}).state.question == "visit"
    assert Talk().says("9", "1").says("nessuno", full={"seats"}).state.question == "visit"


# --- the end ---


def test_what_is_done_at_the_end_is_done_again_after_an_amendment() -> None:
    talk = Talk().says(*HAPPY, "resto")
    assert talk.effects[-1] == Ended("completed")
    sets = {one.name: one.value for one in talk.told(SetAttribute)}
    assert sets == {"temi": ["prices", "events"], "visita": "in 2", "visto": "si"}
    assert talk.told(Tag) == [Tag("promoter")]
    talk.presses("score", "5").presses("why", "")
    assert talk.told(Tag) == [Tag("promoter", held=False)]
    assert talk.told(engine.CallRequested) == [engine.CallRequested()]
    assert talk.told(Ended) == [Ended("completed")]


def test_an_answer_becomes_an_attribute_when_it_is_given() -> None:
    assert Talk().says("9", "1 e 3").told(SetAttribute) == [SetAttribute("interessi", ["prices", "events"])]


def test_leaving_after_the_end_is_always_heard() -> None:
    talk = Talk().says(*HAPPY, "meno spesso")
    (granted,) = [effect for effect in talk.says("lascio").effects if isinstance(effect, engine.Consent)]
    assert (granted.granted, granted.decision) == (False, "leave")
    assert talk.says("buona giornata").effects == ()


def test_leaving_said_too_early_is_heard_and_nothing_more_is_asked() -> None:
    talk = Talk().says("9", "1", "lascio")
    assert talk.text == "Fatto, non ti scriviamo più."
    assert [one.decision for one in talk.told(engine.Consent)] == ["leave"]
    assert talk.state.done
    assert talk.presses("score", "2").told(Ask) == []
    assert talk.says("resto").state.question == "why"
    late = Talk().says("9").says("LASCIO", late=True)
    assert [one.decision for one in late.told(engine.Consent)] == ["leave"]
    assert late.text == "Fatto, non ti scriviamo più."
    queued = Talk().says("9", "1", "2", "domani", "sono io", "ok").says("LASCIO", timing=Timing.EARLY)
    assert queued.state.answers["consent"] == "leave"
    assert Talk().says("3", "no").state.answers["why"] == "no"


# --- late ---


def test_late_the_answer_is_kept_and_acknowledged_once_and_nothing_more_is_asked() -> None:
    talk = Talk().says("9").says("i prezzi", late=True)
    assert talk.state.answers["topics"] == ("prices",)
    assert talk.text == "Il sondaggio era chiuso, ma abbiamo preso nota."
    assert talk.told(Ended) == [Ended("late")]
    assert talk.says("grazie", late=True).effects == ()
    assert talk.says("no scusa, le fiere", late=True).state.answers["topics"] == ("events",)
    assert talk.text == ""
    page = engine.prompt(SURVEY, talk.state, channel="web", values=VALUES)
    assert page is not None
    assert page.question == "guests"
    assert talk.presses("guests", "3", late=True).state.question == "visit"
    assert Talk().says("9").says("boh", late=True).effects == ()


# --- the budget ---


def test_when_the_texts_are_spent_answers_still_count_and_one_closing_is_said() -> None:
    talk = Talk()
    talk.state = replace(talk.state, said=SURVEY.max_messages - 2)
    assert talk.says("9").told(Ask)
    talk.says("1")
    assert [type(effect) for effect in talk.effects] == [Answered, SetAttribute, Say]
    assert talk.text == "Grazie!"
    assert talk.state.said == SURVEY.max_messages
    assert talk.says("2", "domani", "sono io", "ok", "resto").state.done
    assert talk.text == ""
    assert talk.told(Ended) == [Ended("completed")]
    assert engine.reminder(SURVEY, replace(Talk().state, said=29), VALUES) == ""


# --- pages ---


def test_a_page_shows_what_was_answered_and_the_way_back() -> None:
    talk = Talk().says("9", "1 e 3", "12", "3 dicembre")
    seen = {
        name: engine.prompt(SURVEY, talk.state, channel="web", values=VALUES, question=name)
        for name in SURVEY.questions
    }
    assert {name: page.value for name, page in seen.items() if page and page.question == name} == {
        "score": "9", "topics": ("prices", "events"), "guests": "12", "visit": "2026-12-03", "in_charge": None,
    }  # fmt: skip
    back = seen["guests"]
    assert back is not None
    assert (back.previous, back.step, back.minimum, back.maximum) == ("topics", 3, 0, 500)
    present = seen["in_charge"]
    assert present is not None
    assert present.previous == "visit"
    topics = seen["topics"]
    assert topics is not None
    assert (topics.at_least, topics.at_most) == (0, 2)


@pytest.mark.parametrize(
    ("question", "value", "kept"),
    [
        ("topics", ["events", "prices"], ("prices", "events")), ("topics", [], ()), ("topics", "", ()),
        ("topics", ["prices", "news", "events"], None), ("topics", ["x"], None),
        ("guests", "12", 12), ("guests", "2.5", None), ("guests", "501", None), ("guests", "", None),
        ("guests", "1e3", None),
        ("visit", "2026-12-03", "2026-12-03"), ("visit", "2026-11-21", None), ("visit", "domani", None),
        ("details", {"email": "a@b.it", "phone": " "}, {"email": "a@b.it"}), ("details", {}, {}),
        ("details", {"name": "x"}, {}),
        ("successor", {}, None), ("successor", {"name": "Anna"}, {"name": "Anna"}),
        ("consent", "topics", None),
    ],
)  # fmt: skip
def test_a_form_is_exact(question: str, value: Any, kept: Any) -> None:
    talk = Talk().says("9", "2", "3", "domani", "un collega" if question == "successor" else "sono io")
    if question == "consent":
        talk.says("ok")
    if kept is None:
        with pytest.raises(engine.BadAnswer):
            talk.presses(question, value)
    else:
        assert talk.presses(question, value).state.answers[question] == kept


def test_a_state_stored_by_an_earlier_version_goes_on() -> None:
    old = {
        "question": "score",
        "answers": {},
        "reasks": 1,
        "done": False,
        "channel": "sms",
        "lang": "it",
        "skipped": [],
    }
    step = engine.receive(SURVEY, State.from_json(old), "9", channel="sms", values=VALUES, today=TODAY)
    assert step.state.question == "topics"
