"""One contact who was asked by SMS or email, and what they and we say to each other, through the providers' doors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import update
from sqlmodel import col, select

from app import runtime, tokens
from app.channels.base import Channel
from app.contacts.models import Contact, ContactKey
from app.conversations import sweep, walks
from app.conversations.models import Answer, Conversation
from app.conversations.walks import Walk
from app.db import Session, new_id, table_of
from app.messages import batches as sending
from app.messages.models import Direction, Message, State
from app.runtime import Runtime
from app.surveys.definition import from_source as rebuilt
from app.surveys.definition import load
from app.tokens import Purpose
from app.waves import batches, launch
from app.waves.definition import from_source
from tests.never_twice.story import leaves, somebody
from tests.webhooks.doors import doors, expand_all, from_sendgrid, from_twilio

PROVA = Path(__file__).parent / "prova.yaml"
OPEN = (State.QUEUED, State.CLAIMED)
FORM = "multipart/form-data; boundary=b"


@dataclass(slots=True)
class Talk:
    """A contact, the wave that asked them, and their conversation."""

    client: FlaskClient
    contact: Contact
    wave_id: str
    conversation_id: str

    def texts(self, words: str, *, phone: str | None = None, **more: str) -> None:
        """They text us, and it is read."""
        post_text(self.client, phone or str(self.contact.phone), words, **more)
        assert expand_all() == {}

    def mails(self, words: str, *, to: str = "risposte@azienda.example", sender: str | None = None) -> None:
        """They write us an email, and it is read."""
        post_mail(self.client, sender or str(self.contact.email), words, to)
        assert expand_all() == {}

    def answers_on_the_page(self, question: str, value: str) -> int:
        """They submit a question of the page; the status of the answer."""
        form = {"question": question, "answer": value}
        return self.client.post(self.page, data=form).status_code

    @property
    def page(self) -> str:
        """The page their links lead to."""
        keys = runtime.current().settings.secret_keys
        return f"/s/{tokens.make(keys, Purpose.SURVEY, self.conversation_id)}"

    def said(self, *states: str) -> list[str]:
        """Our texts of the conversation in these states (those that wait), oldest first."""
        return [message.text for message in self.outbox() if message.state in (states or OPEN)]

    def outbox(self) -> Sequence[Message]:
        """Every message of ours to them that no wave step planned, oldest first."""
        ours = select(Message).where(
            Message.contact_id == self.contact.id,
            Message.direction == Direction.OUT,
            Message.step != "invite",
        )
        with runtime.reading() as db:
            return db.exec(ours.order_by(col(Message.id))).all()

    def hands_over(self, channel: Channel = Channel.SMS, *, delivered: bool = True) -> list[str]:
        """A sender hands what waits to the provider, who takes it; what it said."""
        ids = leaves(channel, at=runtime.now())
        if delivered:
            with runtime.session() as db:
                sending.accepted(db, {id_: f"SM{id_}" for id_ in ids}, now=runtime.now())
        return [message.text for message in self.outbox() if message.id in ids]

    def replies(self, words: str) -> list[str]:
        """They text, long after our last words, and this is what leaves for them."""
        later(minutes=5)
        self.texts(words)
        return self.hands_over()

    def given(self) -> list[tuple[str, Any]]:
        """(question, value) of their answers, a corrected one last."""
        return [(answer.question, answer.value) for answer in self.answers()]

    def answers(self) -> Sequence[Answer]:
        mine = select(Answer).where(Answer.conversation_id == self.conversation_id).order_by(col(Answer.id))
        with runtime.reading() as db:
            return db.exec(mine).all()

    def now(self) -> Conversation:
        with runtime.reading() as db:
            return db.get_one(Conversation, self.conversation_id)

    def walk(self, db: Session) -> Walk:
        """Their walk, with their row locked."""
        walk = walks.open_walk(db, self.conversation_id)
        assert walk is not None
        return walk


def asked(
    rt: Runtime,
    *,
    survey: str = "prova",
    channel: str = "sms",
    contact: Contact | None = None,
    attributes: Mapping[str, Any] | None = None,
    steps: Sequence[Mapping[str, Any]] = (),
) -> Talk:
    """A contact whose invite was delivered an hour ago; `steps`: those of their wave, if it has more."""
    rt.surveys["prova"] = load(PROVA)
    client = doors(rt)
    contact = contact or somebody()
    definition = {
        "name": f"Ondata {contact.company}",
        "survey": survey,
        "segment": {"company": [contact.company]},
        "control": 0,
        "steps": steps or [{"name": "invite", "channels": [channel]}],
        "window": {"from": "00:00", "to": "24:00"},
    }
    opened, now = runtime.current(), runtime.now()
    with runtime.session() as db:
        if attributes:
            held = update(table_of(Contact)).where(col(Contact.id) == contact.id)
            db.execute(held.values(attributes=dict(attributes)))
        wave_id = launch.launch(db, opened, from_source(definition), by="prova", now=now).id
        batches.plan_page(db, opened, wave_id, now=now)
        left = {"state": State.DELIVERED, "called_at": now, "accepted_at": now, "delivered_at": now}
        db.execute(update(table_of(Message)).where(col(Message.group_id) == wave_id).values(**left))
        mine = select(Conversation.id).where(Conversation.group_id == wave_id)
        conversation_id = db.exec(mine.where(Conversation.contact_id == contact.id)).one()
    later(hours=1)
    return Talk(client, contact, wave_id, conversation_id)


def varied(rt: Runtime, **changed: Any) -> str:
    """The slug of a survey that is `prova` but for these keys of its file."""
    source = load(PROVA).source | changed | {"slug": "variata"}
    rt.surveys["variata"] = rebuilt(source)
    return "variata"


def later(**passes: float) -> None:
    """So much time passes (`hours=24`)."""
    rt = runtime.current()
    runtime.install(replace(rt, clock_ahead=rt.clock_ahead + timedelta(**passes)))


def at_local(hour: int) -> None:
    """Time passes until the installation's clock shows this hour of the next day."""
    zone = runtime.current().settings.zone
    here = runtime.now().astimezone(zone)
    then = (here + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)
    later(seconds=(then - here).total_seconds())


def post_text(client: FlaskClient, phone: str, words: str, **more: str) -> None:
    """Twilio posts a text of theirs; it is accepted and not yet read."""
    sid = "SM" + new_id().replace("-", "")
    form = {"MessageSid": sid, "From": phone, "To": "+39055", "Body": words, "NumMedia": "0", **more}
    assert from_twilio(client, "messages", urlencode(form)).status_code == 200


def post_mail(client: FlaskClient, sender: str, words: str, to: str) -> None:
    """SendGrid posts an email of theirs."""
    fields = {
        "headers": f"From: {sender}\nSubject: Re: ciao\nMessage-ID: <{new_id()}@ditta.example>\n",
        "from": sender,
        "to": to,
        "subject": "Re: ciao",
        "text": words,
        "envelope": f'{{"to":["{to}"],"from":"{sender}"}}',
    }
    opening = '--b\r\nContent-Disposition: form-data; name="'
    parts = [f'{opening}{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    mail = "".join([*parts, "--b--\r\n"]).encode()
    assert from_sendgrid(client, mail, "inbound", FORM).status_code == 204


def second_number(contact: Contact, phone: str) -> None:
    """The contact is known by this number too."""
    with runtime.session() as db:
        db.add(ContactKey(source="phone", key=phone, contact_id=contact.id))


def sweeps(*, at: datetime | None = None) -> None:
    """The sweep of silent conversations comes round, twice, as it may."""
    for _ in range(2):
        more = True
        while more:
            with runtime.session() as db:
                more = sweep.sweep(db, now=at or runtime.now())
