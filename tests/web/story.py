"""A small installation written straight into the tables: one wave under way and the people in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.contacts.addresses import address_hash
from app.contacts.models import Consent, Contact, Owner, Suppression
from app.conversations.models import Answer, Conversation, SurveyVersion
from app.db import Session, new_id
from app.engagement.dormancy import recompute_for
from app.engagement.models import Interaction
from app.feedback.models import Rating, SentimentReading
from app.messages.models import Content, Message, MessageGroup
from app.outcomes.models import Outcome
from app.settings import Settings
from app.waves.models import Wave, WaveMember

NAMES = [
    ("Giulia", "Ferraris", "Tessitura Ferraris S.r.l."),
    ("Marco", "De Santis", "Officine De Santis"),
    ("Chiara", "Lo Bianco", "Studio Lo Bianco"),
    ("Àngel", "Müller-Brambilla", "Müller & Brambilla Maschinenbau GmbH"),
    ("Paolo", "Conti", "Conti Arredi"),
    ("Francesca", "Rinaldi", "Cantina Rinaldi"),
    ("Tom", "Ashworth", "Ashworth Tools Ltd"),
    ("Elena", "Gallo", "Gallo Logistica"),
]
SAID = [
    (9, "Assistenza rapidissima, siete sempre stati gentili", "positive", "reengaged", "answered"),
    (3, "Tre settimane di ritardo e nessun avviso", "negative", "recover", "unhappy_but_valuable"),
    (10, "Il catalogo nuovo è bellissimo", "positive", "reengaged", "asked_to_stay"),
    (7, "Va bene, ma i prezzi sono saliti", "neutral", "reengaged", "answered"),
    (2, "Non scrivetemi più", "negative", "removable", "asked_to_stop"),
    (8, "", "", "reengaged", "answered"),
]


@dataclass(frozen=True, slots=True)
class Story:
    """The ids that the tests follow."""

    wave_id: str
    happy: str
    gone: str
    people: tuple[str, ...]


def tell(db: Session, settings: Settings, at: datetime, crowd: int = 60) -> Story:
    """Write the installation; `crowd` more contacts are part of the wave and have said nothing yet."""
    wave_id = _wave(db, at)
    owner = Owner(name="Laura Bassi", email="laura@example.com")
    db.add(owner)
    db.flush()
    named = [_contact(db, at, number, name, owner.id) for number, name in enumerate(NAMES)]
    others = [
        Contact(
            email=f"cliente{n}@example.com",
            first_name="Cliente",
            last_name=f"{n}",
            created_at=at,
            updated_at=at,
        )
        for n in range(crowd)
    ]
    db.add_all([*named, *others])
    db.flush()
    for number, contact in enumerate([*named, *others]):
        arm = "control" if number % 9 == 7 else "excluded" if number % 13 == 12 else "treated"
        reason = ("no_consent" if number % 2 else "suppressed") if arm == "excluded" else None
        db.add(
            WaveMember(
                wave_id=wave_id,
                contact_id=contact.id,
                arm=arm,
                reason=reason,
                language="it",
                dormancy="dormant",
            )
        )
        if arm == "treated":
            state = "delivered" if number % 7 < 5 else "queued" if number % 7 == 5 else "failed"
            _invite(db, settings, wave_id, contact, at + timedelta(hours=1), state)
    for contact, said in zip(named, SAID, strict=False):
        _converse(db, wave_id, contact, at + timedelta(hours=30), *said)
    _past(db, settings, at, happy=named[0], gone=named[4])
    return Story(wave_id, named[0].id, named[4].id, tuple(contact.id for contact in named))


def _wave(db: Session, at: datetime) -> str:
    wave_id = new_id()
    db.add(MessageGroup(id=wave_id))
    db.add(SurveyVersion(version="v1", slug="riattivazione", source={}, frozen_at=at))
    db.flush()
    db.add(
        Wave(
            id=wave_id,
            name="Riattivazione d’autunno: clienti fermi da un anno",
            definition={"name": "Riattivazione"},
            survey_version="v1",
            launched_by="system",
            launched_at=at,
        )
    )
    db.flush()
    return wave_id


def _contact(db: Session, at: datetime, number: int, name: tuple[str, str, str], owner_id: str) -> Contact:
    first, last, company = name
    address = f"{first}.{last}@example.com".lower().replace(" ", "")
    return Contact(
        email=address,
        email_key=address,
        phone=f"+39333123450{number}",
        phone_kind="mobile",
        first_name=first,
        last_name=last,
        company=company,
        job_title="Responsabile acquisti",
        language="it",
        country="IT",
        owner_id=owner_id,
        attributes={"settore": "tessile", "cliente_dal": "2019"},
        crm_created_at=at - timedelta(days=2000),
        created_at=at,
        updated_at=at,
    )


def _invite(
    db: Session, settings: Settings, wave_id: str, contact: Contact, at: datetime, state: str
) -> None:
    content = Content(channel="email", language="it", subject="-rv_first_name-, ci manchi", text="…")
    db.add(content)
    db.flush()
    address = contact.email or ""
    reached = at + timedelta(minutes=2) if state == "delivered" else None
    db.add(
        Message(
            direction="out",
            channel="email",
            state=state,
            contact_id=contact.id,
            group_id=wave_id,
            step="invite",
            content_id=content.id,
            values={"first_name": contact.first_name or ""},
            address=address,
            address_hash=address_hash(settings.suppression_key, "email", address),
            not_before=at,
            created_at=at,
            accepted_at=reached,
            delivered_at=reached,
            reason="550 mailbox unavailable" if state == "failed" else None,
        )
    )


def _converse(
    db: Session,
    wave_id: str,
    contact: Contact,
    at: datetime,
    score: int,
    words: str,
    mood: str,
    verdict: str,
    rule: str,
) -> None:
    talk = Conversation(
        contact_id=contact.id,
        group_id=wave_id,
        survey_version="v1",
        language="it",
        channel="email",
        created_at=at,
        updated_at=at,
        expires_at=at + timedelta(days=30),
    )
    db.add(talk)
    db.flush()
    answers: list[tuple[str, str, Any, str]] = [("nps", "nps", score, str(score))]
    answers += [("why", "text", words, words)] if words else []
    for minute, (question, kind, value, text) in enumerate(answers):
        said_at = at + timedelta(minutes=minute)
        db.add(
            Answer(
                conversation_id=talk.id,
                contact_id=contact.id,
                question=question,
                kind=kind,
                value=value,
                text=text,
                channel="web",
                at=said_at,
            )
        )
    db.add(
        Rating(
            contact_id=contact.id,
            group_id=wave_id,
            kind="nps",
            value=score,
            source="web",
            at=at,
            source_key=f"{talk.id}:nps",
        )
    )
    if mood:
        db.add(
            SentimentReading(
                contact_id=contact.id,
                group_id=wave_id,
                label=mood,
                score=0.5,
                text=words,
                language="it",
                decided_by="words",
                needs_review=False,
                source="web",
                at=at,
                source_key=f"{talk.id}:why",
            )
        )
    evidence = [{"what": "answer:nps", "at": at.isoformat(), "detail": f"{score} (web)"}]
    db.add(
        Outcome(
            wave_id=wave_id,
            contact_id=contact.id,
            verdict=verdict,
            rule=rule,
            evidence=evidence,
            decided_at=at,
        )
    )
    _act(db, contact, "answer", "answer", True, at, source="riattiva")


def _past(db: Session, settings: Settings, at: datetime, *, happy: Contact, gone: Contact) -> None:
    _act(db, happy, "purchase", "act", True, at - timedelta(days=420), amount=Decimal("1240.50"))
    _act(db, happy, "webinar", "act", True, at - timedelta(days=500), detail="Tessuti tecnici 2025")
    _act(db, happy, "open", "machine_open", False, at + timedelta(hours=2))
    hasty, at_once = {"after": 4, "links": 7}, at + timedelta(hours=2, seconds=4)
    _act(db, happy, "click", "machine_click", False, at_once, reasons=hasty)
    _act(db, happy, "click", "unproven", False, at + timedelta(hours=3), reasons={})
    db.add(
        Rating(
            contact_id=happy.id,
            kind="csat",
            value=5,
            source="review",
            at=at - timedelta(days=410),
            source_key=f"review:{happy.id}",
        )
    )
    for channel, state, source, words in (
        ("email", "granted", "import:hubspot", "marketing_opt_in = yes"),
        ("sms", "granted", "web", "Restiamo in contatto?"),
    ):
        db.add(
            Consent(
                contact_id=happy.id,
                channel=channel,
                state=state,
                basis="consent",
                at=at,
                recorded_at=at,
                source=source,
                wording=words,
            )
        )
    db.add(
        Consent(
            contact_id=gone.id,
            channel="email",
            state="withdrawn",
            basis="consent",
            at=at + timedelta(hours=31),
            recorded_at=at,
            source="email",
            wording="Non scrivetemi più",
        )
    )
    db.add(
        Suppression(
            channel="email",
            address_hash=address_hash(settings.suppression_key, "email", gone.email or ""),
            reason="asked_to_stop",
            source="email",
            at=at + timedelta(hours=31),
        )
    )
    db.add(
        Message(
            direction="in",
            channel="email",
            state="read",
            contact_id=gone.id,
            text="Non scrivetemi più, grazie.",
            address=gone.email or "",
            address_hash="",
            not_before=at,
            created_at=at + timedelta(hours=31),
        )
    )


def _act(
    db: Session,
    contact: Contact,
    kind: str,
    grade: str,
    human: bool,
    at: datetime,
    *,
    source: str = "crm",
    amount: Decimal | None = None,
    detail: str = "",
    reasons: dict[str, Any] | None = None,
) -> None:
    db.add(
        Interaction(
            contact_id=contact.id,
            kind=kind,
            grade=grade,
            human=human,
            at=at,
            amount=amount,
            detail=detail,
            currency="EUR" if amount else None,
            source=source,
            dedupe_key=new_id(),
            reasons=reasons,
        )
    )
    db.flush()
    recompute_for(db, [contact.id])
