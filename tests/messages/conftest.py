"""Rows for the outbox: contacts and queued messages, made as the rooms above make them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from app import runtime
from app.channels.base import Channel
from app.contacts import consent
from app.contacts.addresses import address_hash
from app.contacts.models import ConsentState, Contact, PhoneKind
from app.db import Session, new_id
from app.messages import outbox
from app.messages.models import Message
from app.runtime import Runtime

NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
Queue = Callable[..., list[str]]


@pytest.fixture
def queue_up(rt: Runtime) -> Queue:
    """Queue `count` emails (or texts) to as many contacts in one group; their ids."""

    def make(count: int, channel: Channel = Channel.EMAIL, group: str | None = None) -> list[str]:
        group_id = group or new_id()
        with runtime.session() as db:
            if group is None:
                outbox.open_group(db, group_id)
            content = outbox.freeze(db, Channel.EMAIL, "it", text="Ciao", subject="Ciao", html="<p>Ciao</p>")
            ids = [new_id() for _ in range(count)]
            rows = []
            for number, message_id in enumerate(ids):
                contact = Contact(
                    email=f"c{number}.{message_id[-6:]}@ditta.example",
                    email_key=f"c{number}.{message_id[-6:]}@ditta.example",
                    phone=f"+39347{number:07d}",
                    phone_kind=PhoneKind.MOBILE,
                    created_at=NOW,
                    updated_at=NOW,
                )
                db.add(contact)
                db.flush()
                consent.record(
                    db,
                    contact.id,
                    list(Channel),
                    ConsentState.GRANTED,
                    at=NOW,
                    recorded_at=NOW,
                    source="import:crm",
                )
                to = str(contact.email if channel is Channel.EMAIL else contact.phone)
                row = {
                    "id": message_id,
                    "channel": channel,
                    "contact_id": contact.id,
                    "group_id": group_id,
                    "step": "invite",
                    "address": to,
                    "address_hash": address_hash(rt.settings.suppression_key, channel, to),
                    "once_key": f"{group_id}:invite:{message_id}",
                    "not_before": NOW - timedelta(minutes=1),
                    "created_at": NOW,
                }
                rows.append(row | ({"content_id": content} if channel is Channel.EMAIL else {"text": "Ciao"}))
            assert outbox.put(db, rows) == count
        return ids

    return make


def states(db: Session) -> dict[str, str]:
    return {message.id: message.state for message in db.exec(select(Message))}
