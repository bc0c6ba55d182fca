"""History, latest, class and trend of what a contact thinks; reviews; a person's second look."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from app import runtime
from app.contacts.models import Contact
from app.db import new_id
from app.engagement.models import Grade, Interaction, Kind
from app.engagement.policies import present
from app.engagement.record import record
from app.feedback import correct, find, jobs
from app.feedback import record as feedback
from app.feedback.models import Rating, SentimentReading
from app.intake import acts
from app.language.reading import read
from app.runtime import Runtime
from app.segments import membership
from tests.never_twice.story import somebody

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def rated(rt: Runtime, kind: str, *given: tuple[int, int]) -> Contact:
    """Somebody who gave these (value, days ago)."""
    ada = somebody()
    with runtime.session() as db:
        for value, days in given:
            at = rt.now() - timedelta(days=days)
            feedback.rating(db, ada.id, kind=kind, value=value, source="sms", source_key=new_id(), at=at)
    return ada


def selected(rt: Runtime, rule: dict[str, object]) -> set[str]:
    with runtime.reading() as db:
        return set(db.execute(membership.members(rule, as_of=rt.now(), policy=present(db))).scalars())


def test_latest_class_and_trend_say_the_same_in_python_and_in_segments(rt: Runtime) -> None:
    up = rated(rt, "nps", (4, 300), (5, 200), (9, 3))
    down = rated(rt, "csat", (5, 90), (4, 9))
    steady = rated(rt, "nps", (8, 100), (7, 50), (8, 20), (7, 10))
    old = rated(rt, "nps", (10, 500), (6, 400))
    once = rated(rt, "nps", (7, 1))
    for direction, who in (("improving", up), ("declining", down), ("steady", steady)):
        assert selected(rt, {"rating": {"trend": direction}}) == {who.id}
    assert selected(rt, {"rating.trend": {"known": False}}) == {old.id, once.id}
    assert selected(rt, {"nps_class": ["detractor", "promoter"]}) == {up.id, old.id}
    with runtime.reading() as db:
        assert find.latest(db, up.id, now=rt.now()).rating == {
            "nps": 9, "nps_class": "promoter", "csat": None, "trend": "improving",
            "trend_of": {"kind": "nps", "before": 4.5, "newest": 9},
        }  # fmt: skip
        assert find.latest(db, once.id, now=rt.now()).trend is None
        assert find.latest(db, somebody().id, now=rt.now()).rating is None
        assert [one.value for one in find.history(db, up.id)] == [9, 5, 4]
        assert [one.value for one in find.ratings(db, steady.id, limit=2)] == [8, 7]


def test_reviews_become_ratings_once_however_they_came(rt: Runtime) -> None:
    ada, now = somebody(), rt.now()
    stars = {"4.5": 5, "2": 2, "8": 4, "0": 1}
    with runtime.session() as db:
        for number, amount in enumerate(stars):
            at = now - timedelta(days=number + 1)
            record(
                db, ada.id, Kind.REVIEW, Grade.ACT, at, "import:interactions", new_id(), Decimal(amount), None, "ok"
            )  # fmt: skip
        record(db, ada.id, Kind.REVIEW, Grade.ACT, now, "import:interactions", new_id(), detail="no stars")
    for _ in range(2):
        jobs.sweep()
    with runtime.reading() as db:
        reviews = db.exec(select(Rating).where(Rating.source == "review").order_by(Rating.at.desc())).all()  # type: ignore[attr-defined]
        assert [one.value for one in reviews] == list(stars.values())
        assert db.exec(select(Interaction).where(Interaction.kind == "review")).all()
        assert find.latest(db, ada.id, now=now).csat == 5


def test_the_words_of_a_review_without_stars_are_a_sentiment(rt: Runtime) -> None:
    ada, now = somebody(), rt.now()
    words = {"Servizio pessimo, mai più": "negative", "Bravissimi, ottimo lavoro!": "positive"}
    with runtime.session() as db:
        for days, said in enumerate(words):
            at = now - timedelta(days=days)
            record(db, ada.id, Kind.REVIEW, Grade.ACT, at, "import:interactions", new_id(), detail=said)
        record(db, ada.id, Kind.REVIEW, Grade.ACT, now, "import:interactions", new_id())
        record(
            db,
            ada.id,
            Kind.REVIEW,
            Grade.ACT,
            now,
            "import:interactions",
            new_id(),
            Decimal(1),
            None,
            "pessimi",
        )
    for _ in range(2):
        jobs.sweep()
    with runtime.reading() as db:
        kept = db.exec(select(SentimentReading).where(SentimentReading.contact_id == ada.id)).all()
        assert {one.text: one.label for one in kept} == words, "stars say it by themselves"
        assert {(one.source, one.angry) for one in kept} == {("review", False)}
        assert find.latest(db, ada.id, now=now).sentiment == "negative"
    assert selected(rt, {"sentiment": "negative"}) == {ada.id}


@ON_SQLITE
def test_a_review_told_by_a_program_counts_at_once(rt: Runtime) -> None:
    ada = somebody()
    event = acts.Event((str(ada.email),), Kind.REVIEW, False, rt.now(), Decimal(2), None, "lenti", "")
    with runtime.session() as db:
        assert acts.take(db, [(event, "")]) == (1, [])
    with runtime.reading() as db:
        assert find.latest(db, ada.id, now=rt.now()).csat == 2
    assert selected(rt, {"rating": {"csat": {"at_most": 2}}}) == {ada.id}
    event = acts.Event(
        (str(ada.email),), Kind.REVIEW, False, rt.now(), None, None, "Servizio pessimo, mai più", ""
    )
    with runtime.session() as db:
        assert acts.take(db, [(event, "")]) == (1, [])
    assert selected(rt, {"sentiment": "negative"}) == {ada.id}


@ON_SQLITE
def test_a_second_look_counts_and_the_reading_stays_until_other_words_come(rt: Runtime) -> None:
    ada = somebody()

    def wrote(text: str) -> SentimentReading:
        with runtime.session() as db:
            feedback.sentiment(
                db, ada.id, read(text, lang="it"), text=text, source="sms", source_key="one", at=rt.now()
            )  # fmt: skip
        with runtime.reading() as db:
            return db.exec(select(SentimentReading)).one()

    held = wrote("ottimo servizio, bravissimi!")
    with runtime.session() as db:
        correct.correct(db, int(held.id or 0), "negative", by="user:prova", at=rt.now())
    again = wrote("ottimo servizio, bravissimi!")
    assert (again.label, again.corrected_label, again.present_label) == ("positive", "negative", "negative")
    assert selected(rt, {"sentiment": "negative"}) == {ada.id}
    amended = wrote("tutto bene, grazie mille")
    assert (amended.corrected_label, amended.corrected_by, amended.present_label) == (None, None, "positive")
