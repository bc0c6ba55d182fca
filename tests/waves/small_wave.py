"""A small wave, launched and planned by the product itself, whose messages the provider has taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import col, select

from app import runtime, tokens
from app.contacts import consent
from app.contacts.addresses import email_key
from app.contacts.models import ConsentState, Contact, PhoneKind
from app.conversations.models import Conversation
from app.db import new_id, table_of
from app.messages.models import Message, State
from app.runtime import Runtime
from app.tokens import Purpose
from app.waves import batches, launch
from app.waves.definition import from_source


@dataclass(frozen=True, slots=True)
class SmallWave:
    """Name -> what the wave made for that person."""

    id: str
    contacts: Mapping[str, Contact]
    messages: Mapping[str, Message]
    conversations: Mapping[str, Conversation]

    def link(self, purpose: Purpose, name: str) -> str:
        """The page a link of this person's message leads to."""
        held = self.conversations if purpose is Purpose.SURVEY else self.messages
        keys = runtime.current().settings.secret_keys
        return f"/{purpose.value}/{tokens.make(keys, purpose, held[name].id)}"


def launch_wave(
    rt: Runtime,
    by_email: Sequence[str],
    by_sms: Sequence[str] = (),
    *,
    first_name: str = "Ada",
    language: str = "it",
    survey: str = "riattivazione",
) -> SmallWave:
    """A wave to fresh people: those in `by_email` have both addresses, those in `by_sms` only a mobile."""
    mark, now = new_id()[-10:], rt.now()
    contacts = {
        name: person(mark, name, name in by_email, first_name, language) for name in (*by_email, *by_sms)
    }
    with runtime.session() as db:
        db.add_all(contacts.values())
        db.flush()
        for contact in contacts.values():
            consent.record(
                db,
                contact.id,
                ["email", "sms"],
                ConsentState.GRANTED,
                at=now,
                recorded_at=now,
                source="import:crm",
            )
        definition = {
            "name": f"Ondata {mark}",
            "survey": survey,
            "segment": {"company": [mark]},
            "control": 0,
            "steps": [{"name": "invite", "channels": ["email", "sms"]}],
            "window": {"from": "00:00", "to": "24:00"},
        }
        wave_id = launch.launch(db, rt, from_source(definition), by="prova", now=now).id
        batches.plan_page(db, rt, wave_id, now=now)
        sent = update(table_of(Message)).where(col(Message.group_id) == wave_id)
        db.execute(sent.values(state=State.ACCEPTED, accepted_at=now))
    names = {contact.id: name for name, contact in contacts.items()}
    with runtime.reading() as db:
        messages = db.exec(select(Message).where(Message.group_id == wave_id)).all()
        talks = db.exec(select(Conversation).where(Conversation.group_id == wave_id)).all()
    assert len(messages) == len(contacts), "everybody was written to"
    return SmallWave(
        wave_id,
        contacts,
        {names[str(message.contact_id)]: message for message in messages},
        {names[talk.contact_id]: talk for talk in talks},
    )


def person(mark: str, name: str, has_email: bool, first_name: str, language: str) -> Contact:
    address = f"{name}.{mark}@ditta.example" if has_email else None
    now = runtime.now()
    return Contact(
        email=address,
        email_key=email_key(address) if address else None,
        phone=f"+39347{int(new_id()[-8:], 16) % 10**7:07d}",
        phone_kind=PhoneKind.MOBILE,
        first_name=first_name,
        last_name=name,
        company=mark,
        language=language,
        created_at=now,
        updated_at=now,
    )
