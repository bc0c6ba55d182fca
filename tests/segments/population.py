"""Some contacts whose facts lie on the borders of what rules ask, as plain values and as rows."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from app import runtime
from app.contacts.models import Consent, Contact, ContactKey, Owner
from app.conversations.models import Answer, Conversation, SurveyVersion
from app.db import Session, new_id
from app.engagement.models import Dormancy, Interaction
from app.feedback.models import Rating, SentimentReading
from app.messages.models import MessageGroup
from app.scoring.models import ScoreRow

AS_OF = datetime(2026, 3, 29, 10, 0, tzinfo=UTC)  # the clocks of Rome changed in the night before
DAYS = (0, 1, 29, 30, 31, 90, 180, 360, 361, 400)
LANGUAGES, COUNTRIES = ("it", "en", "de"), ("IT", "CH")
TEXTS = ("Meccanica", "meccanica", "ÀTESSILE", "àtessile", "100%", "100_", 'a"b', "60121", "007", "2025-03-30",
         "2026-02-27T23:30:00+00:00", "2026-99-99x")  # fmt: skip
NUMBERS = (0, 3, -1, 60121, 0.1, 11501.01, 1e6)
NAMES = ("settore", "fatturato", "x.y", "città'", "manca")
KINDS = ("purchase", "login", "webinar", "open", "unsubscribe")
FEW = ("", "1", "12")
STAGES = ("loyal", "lost")
Person = dict[str, Any]


def invent(seed: int, size: int = 40) -> list[Person]:
    """The same people for the same seed."""
    luck = random.Random(seed)
    return [_person(luck) for _ in range(size)]


def _moment(luck: random.Random) -> datetime:
    """Often exactly so many days before `AS_OF`, sometimes a moment beside it, now and then after it."""
    beside = luck.choice([timedelta(0), timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1),
                          timedelta(hours=9), timedelta(days=7)])  # fmt: skip
    return AS_OF - timedelta(days=luck.choice(DAYS)) + beside


def _value(luck: random.Random) -> Any:
    one = luck.choice([luck.choice(TEXTS), luck.choice(NUMBERS), luck.choice([True, False, None])])
    return [one, luck.choice(TEXTS)] if luck.random() < 0.1 else one


def _event(luck: random.Random) -> Person:
    kind = luck.choice(KINDS)
    machine = kind == "open" and luck.random() < 0.5
    human = kind != "unsubscribe" and not machine
    grade = "machine_open" if machine else "open" if kind == "open" else "act" if human else "none"
    paid = kind == "purchase"
    return {
        "kind": kind,
        "grade": grade,
        "human": human,
        "at": _moment(luck),
        "amount": Decimal(luck.choice(["0.10", "0.20", "100.00", "250.50"])) if paid else None,
        "currency": luck.choice(["EUR", "CHF", None]) if paid else None,
        "detail": luck.choice(["", "Ordine 100%", "ordine 12"]),
        "source": luck.choice(["crm", "shop"]),
    }


def _person(luck: random.Random) -> Person:
    some = lambda *choices: luck.choice([*choices, None])  # noqa: E731
    name = some("anna", "BRUNO", "àda")
    return {
        "id": new_id(),
        "first_name": name,
        "email": f"{new_id()}@{luck.choice(['libero.it', 'ditta.example'])}" if luck.random() < 0.7 else None,
        "phone": None,
        "company": some("Rossi S.r.l.", "rossi s.r.l.", "Bianchi & C."),
        "language": some(*LANGUAGES),
        "country": some(*COUNTRIES),
        "owner": some("Bianchi", "Verdi"),
        "attributes": {one: _value(luck) for one in NAMES[:-1] if luck.random() < 0.7},
        "created": _moment(luck),
        "sources": [one for one in ("crm", "shop") if luck.random() < 0.4],
        "events": [_event(luck) for _ in range(luck.choice([0, 1, 3, 6]))],
        "ratings": [
            (luck.choice(["nps", "csat"]), luck.randint(0, 10), _moment(luck)) for _ in luck.choice((*FEW, "123"))
        ],
        "sentiments": [(luck.choice(["positive", "neutral", "negative"]), _moment(luck)) for _ in luck.choice(FEW)],
        "answers": [
            (luck.choice(["visita", "ritorno"]), luck.choice(["voto", "perche"]), luck.choice([9, "bene", None]),
             _moment(luck))
            for _ in range(luck.randint(0, 3))
        ],
        "consent": some("granted", "withdrawn", "granted then withdrawn"),
        "score": some((60, 5, "loyal"), (10, None, "lost")),
        "sends": some(0, 5),
    }  # fmt: skip


def store(db: Session, people: list[Person]) -> None:
    """Write them all; what is not asked about has some value."""
    owners = {name: Owner(name=name) for name in ("Bianchi", "Verdi")}
    versions = [
        SurveyVersion(version=slug, slug=slug, source={}, frozen_at=AS_OF) for slug in ("visita", "ritorno")
    ]
    db.add_all([*owners.values(), *versions])
    groups = {slug: MessageGroup(id=new_id(), state="open") for slug in ("visita", "ritorno")}
    db.add_all(groups.values())
    db.flush()
    for person in people:
        owner = owners.get(person["owner"])
        columns = ("id", "first_name", "email", "phone", "company", "language", "country", "attributes")
        db.add(
            Contact(
                **{name: person[name] for name in columns},
                email_key=person["email"],
                owner_id=owner.id if owner else None,
                created_at=person["created"],
                updated_at=AS_OF,
            )
        )
    db.flush()
    for person in people:
        rows = _rows(person, groups)
        for ready in (rows, _answers(person, [row for row in rows if isinstance(row, Conversation)])):
            db.add_all(ready)
            db.flush()


def _rows(person: Person, groups: dict[str, MessageGroup]) -> list[Any]:
    of = {"contact_id": person["id"]}
    rows: list[Any] = [
        ContactKey(source=one, key=person["id"], **of) for one in (*person["sources"], "email")
    ]
    rows += [Interaction(dedupe_key=new_id(), **event, **of) for event in person["events"]]
    rows += [
        Rating(kind=kind, value=value, at=at, source="x", source_key=new_id(), **of)
        for kind, value, at in person["ratings"]
    ]
    rows += [
        SentimentReading(label=label, score=0, language="it", decided_by="x", needs_review=False, source="x", at=at,
                         source_key=new_id(), **of)
        for label, at in person["sentiments"]
    ]  # fmt: skip
    talks = [
        Conversation(group_id=group.id, survey_version=slug, language="it", channel="sms", created_at=AS_OF,
                     updated_at=AS_OF, expires_at=AS_OF, **of)
        for slug, group in groups.items()
    ]  # fmt: skip
    rows += talks
    for number, state in enumerate((person["consent"] or "").split(" then ")):
        if state:
            at = AS_OF - timedelta(days=10 - number)
            rows.append(
                Consent(
                    channel="email", state=state, basis="consent", at=at, recorded_at=at, source="x", **of
                )
            )
    if person["score"]:
        value, recency, stage = person["score"]
        rows.append(ScoreRow(value=value, recency=recency, engagement=0, advocacy=0, risk=0, stage=stage, purchases=0,
                             spent=0, at=AS_OF, **of))  # fmt: skip
    if person["sends"] is not None:
        last = last_engaged(person)
        rows.append(Dormancy(sends_since=person["sends"], last_engaged_at=last,
                             dormant_at=last and last + timedelta(days=360), **of))  # fmt: skip
    return rows


def _answers(person: Person, talks: list[Conversation]) -> list[Any]:
    held = {talk.survey_version: talk.id for talk in talks}
    return [
        Answer(conversation_id=held[slug], contact_id=person["id"], question=question, kind="x", value=value,
               channel="sms", at=at)
        for slug, question, value, at in person["answers"]
    ]  # fmt: skip


def last_engaged(person: Person) -> datetime | None:
    return max((e["at"] for e in person["events"] if e["human"] and e["at"] <= AS_OF), default=None)


def stored(seed: int) -> list[Person]:
    """People invented and written in a transaction of their own."""
    people = invent(seed)
    with runtime.session() as db:
        store(db, people)
    return people
