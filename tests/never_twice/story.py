"""What these tests tell: one dormant contact in a wave, what they and the providers say, and what then leaves."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from app import runtime
from app.channels.base import Channel, EventKind, ProviderEvent
from app.contacts import consent, suppression
from app.contacts.addresses import email_key, hashes
from app.contacts.models import ConsentState, Contact, PhoneKind
from app.conversations.models import Conversation
from app.db import new_id, table_of
from app.intake import events, replies
from app.intake.reply import Reply
from app.messages import batches as sending
from app.messages.models import Message, State
from app.outcomes.models import Outcome
from app.runtime import Runtime
from app.waves import batches, launch
from app.waves.definition import from_source
from app.waves.models import Wave, WaveState

Steps = Sequence[Mapping[str, Any]]
BY_EMAIL: Steps = [{"name": "invite", "channels": ["email"]}]
BY_SMS: Steps = [{"name": "invite", "channels": ["sms"]}]
REMINDED: Steps = [
    {"name": "invite", "channels": ["sms"]},
    {"name": "reminder", "after": "1 second", "channels": ["email"], "only": "no_answer"},
]
REMINDER_DUE = timedelta(seconds=5)
AWAY = "Sono fuori ufficio fino al 20 agosto, risponderò al mio rientro"


def somebody() -> Contact:
    """A contact with an email, a mobile and consent to both; their company is theirs alone."""
    mark, now = new_id()[-10:], runtime.now()
    address = f"ada.{mark}@ditta.example"
    contact = Contact(
        email=address,
        email_key=email_key(address),
        phone=f"+39347{int(new_id()[-8:], 16) % 10**7:07d}",
        phone_kind=PhoneKind.MOBILE,
        first_name="Ada",
        company=mark,
        language="it",
        created_at=now,
        updated_at=now,
    )
    with runtime.session() as db:
        db.add(contact)
        db.flush()
        given = now - timedelta(days=400)
        channels = ["email", "sms"]
        consent.record(
            db, contact.id, channels, ConsentState.GRANTED, at=given, recorded_at=now, source="import:crm"
        )
    return contact


def launched(rt: Runtime, contact: Contact, steps: Steps) -> str:
    """A wave to this contact alone, of which nothing is planned yet; returns its id."""
    definition = {
        "name": f"Ondata {contact.company}",
        "survey": "riattivazione",
        "segment": {"company": [contact.company]},
        "control": 0,
        "steps": steps,
        "window": {"from": "00:00", "to": "24:00"},
    }
    with runtime.session() as db:
        return launch.launch(db, rt, from_source(definition), by="prova", now=rt.now()).id


def plan(rt: Runtime, wave_id: str, *, after: timedelta = timedelta()) -> None:
    """Plan the step that is due by then."""
    with runtime.session() as db:
        batches.plan_page(db, rt, wave_id, now=rt.now() + after)


def under_way(rt: Runtime, contact: Contact, steps: Steps = REMINDED) -> str:
    """A wave to this contact whose invite has arrived; returns its id."""
    wave_id = launched(rt, contact, steps)
    plan(rt, wave_id)
    sent = update(table_of(Message)).where(col(Message.group_id) == wave_id)
    with runtime.session() as db:
        db.execute(sent.values(state=State.DELIVERED, accepted_at=rt.now(), delivered_at=rt.now()))
    return wave_id


def finish(wave_id: str) -> None:
    """The time for answers is over."""
    with runtime.session() as db:
        wave = db.get_one(Wave, wave_id)
        wave.state, wave.finished_at = WaveState.FINISHED, runtime.now()
        db.add(wave)


def texted(contact: Contact, words: str, *, at: datetime | None = None) -> Reply:
    """A text of theirs, accepted at that time (now)."""
    sid = "SM" + new_id().replace("-", "")
    phone = contact.phone or ""
    return Reply(channel=Channel.SMS, address=phone, text=words, provider_id=sid, at=at or runtime.now())


def says(contact: Contact, words: str, *, at: datetime | None = None) -> None:
    """The contact texts these words, and they are read."""
    with runtime.session() as db:
        replies.hear(db, texted(contact, words, at=at))


def reports(provider: str, kind: EventKind, message: Message, code: str) -> None:
    """The provider tells what became of a message."""
    event = ProviderEvent(
        event_id=new_id(),
        kind=kind,
        message_id=message.id,
        provider_id="SM1",
        address=message.address,
        at=None,
        code=code,
        reason="no",
        machine=False,
        url=None,
        user_agent=None,
        ip=None,
        raw={},
    )
    with runtime.session() as db:
        events.take(db, provider, [event], received_at=runtime.now())


def leaves(channel: Channel, *, at: datetime) -> set[str]:
    """The ids of the messages that a sender would hand to the provider at that time."""
    with runtime.session() as db:
        claimed = sending.claim(db, channel, worker="prova", size=10, now=at)
    if claimed is None:
        return set()
    with runtime.session() as db:
        return sending.cross(db, claimed, now=at)


def messages(wave_id: str, step: str) -> Sequence[Message]:
    """What was planned for one step of the wave."""
    query = select(Message).where(Message.group_id == wave_id, Message.step == step)
    with runtime.reading() as db:
        return db.exec(query.order_by(col(Message.id))).all()


def conversation(wave_id: str, contact: Contact) -> Conversation:
    """Their walk through the survey of this wave."""
    query = select(Conversation).where(
        Conversation.group_id == wave_id, Conversation.contact_id == contact.id
    )
    with runtime.reading() as db:
        return db.exec(query).one()


def verdict(wave_id: str, contact: Contact) -> tuple[str, str]:
    """(verdict, the rule that gave it)."""
    with runtime.reading() as db:
        outcome = db.get_one(Outcome, (wave_id, contact.id))
    return outcome.verdict, outcome.rule


def addresses(contact: Contact) -> list[tuple[str, str]]:
    """(channel, hash) of both addresses: email, then mobile."""
    return list(hashes(runtime.current().settings.suppression_key, contact.email, contact.phone))


def suppressed(contact: Contact) -> set[str]:
    """The channels on which this contact must not be written to."""
    with runtime.reading() as db:
        return {row.channel for row in suppression.held(db, addresses(contact))}
