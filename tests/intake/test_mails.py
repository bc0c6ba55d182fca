"""Mails at the inbound door: whose conversation they go on with, and what machines' mails bring about."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from app import runtime, tokens
from app.channels.base import Channel
from app.db import table_of
from app.messages import emails
from app.messages.models import Content, Message
from app.runtime import Runtime
from app.web.labels import label
from tests.channels.mails import EXAMPLES
from tests.channels.mails.build import REPLY_TO, SMTP_ID
from tests.channels.mails.post import CONTENT_TYPE, parsed_form, raw_form
from tests.conversations.talk import Talk, asked
from tests.never_twice.story import messages, plan, suppressed
from tests.webhooks.doors import expand_all, from_sendgrid, kept

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
REQUEST = SMTP_ID.strip("<>").partition("@")[0]
NOBODY = "info@officinerossi.example"


def invited(rt: Runtime, **more: Any) -> tuple[Talk, Message]:
    """Somebody whose emailed invitation SendGrid took with the request id of the examples."""
    talk = asked(rt, channel="email", **more)
    with runtime.session() as db:
        mine = col(Message.conversation_id) == talk.conversation_id
        db.execute(update(table_of(Message)).where(mine).values(provider_id=REQUEST))
        return talk, db.exec(select(Message).where(mine)).one()


def comes(talk: Talk, name: str, to: str, *, form: str = "raw", sender: str | None = None) -> Message | None:
    """This example comes in as the contact's own; the row of the mail, once it is read."""
    here = sender or str(talk.contact.email)
    raw = re.sub(rb"(?i)m\.bianchi@ditta\.example", here.encode(), EXAMPLES[name].raw)
    raw = raw.replace(REPLY_TO.encode(), to.encode())
    body = {"raw": raw_form, "parsed": parsed_form}[form](raw, to)
    before = len(heard())
    assert from_sendgrid(talk.client, body, "inbound", CONTENT_TYPE).status_code == 204
    assert expand_all() == {}
    return heard()[-1] if len(heard()) > before else None


def heard() -> list[Message]:
    with runtime.reading() as db:
        found = select(Message).where(Message.direction == "in", Message.channel == Channel.EMAIL)
        return list(db.exec(found.order_by(col(Message.id))).all())


def reply_to(rt: Runtime, message: Message) -> str:
    return f"reply+{tokens.make_reply(rt.settings.secret_keys, message.id)}@risposte.azienda.example"


def state_of(message: Message) -> tuple[str, str | None]:
    with runtime.reading() as db:
        now = db.get_one(Message, message.id)
        return now.state, now.code


@pytest.mark.parametrize("form", ["raw", "parsed"])
def test_a_reply_goes_on_with_the_conversation_whose_address_it_came_to(rt: Runtime, form: str) -> None:
    talk, message = invited(rt)
    got = comes(talk, "gmail, it", reply_to(rt, message).upper(), form=form, sender="altro@altrove.example")
    assert got is not None
    assert (got.conversation_id, got.contact_id) == (talk.conversation_id, talk.contact.id)
    assert got.text == "Direi un bel 9!"
    assert talk.given() != []


def test_a_reply_without_that_address_is_known_by_what_it_answers(rt: Runtime) -> None:
    other, _ = invited(rt)
    talk, _ = invited(rt)  # the same request of SendGrid
    got = comes(talk, "outlook, it", NOBODY)
    assert got is not None
    assert got.conversation_id == talk.conversation_id
    stranger = comes(talk, "outlook, en", NOBODY, sender="altro@altrove.example")
    assert stranger is not None
    assert stranger.conversation_id is None, "of two who may be meant it is neither"
    assert len({other.conversation_id, talk.conversation_id}) == 2


def test_one_alone_in_its_request_may_answer_from_another_address(rt: Runtime) -> None:
    talk, _ = invited(rt)
    got = comes(talk, "gmail, it", NOBODY, sender="altro@altrove.example")
    assert got is not None
    assert got.conversation_id == talk.conversation_id


def test_our_own_words_are_never_theirs_however_they_are_quoted(rt: Runtime) -> None:
    talk, message = invited(rt)
    with runtime.reading() as db:
        text = db.get_one(Content, message.content_id).text
    values = emails.values_of(rt.settings, text, message)
    ours = re.sub("-rv_(.+?)-", lambda found: values[found[1]], text)
    raw = EXAMPLES["no quotation, greeting and name"].raw
    body = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\nOtto\r\n\r\n" + ours.replace("\n", "\r\n").encode()
    form = raw_form(
        body.replace(b"m.bianchi@ditta.example", str(talk.contact.email).encode()), reply_to(rt, message)
    )
    assert from_sendgrid(talk.client, form, "inbound", CONTENT_TYPE).status_code == 204
    assert expand_all() == {}
    assert heard()[-1].text == "Otto"
    assert suppressed(talk.contact) == set()


@pytest.mark.parametrize("form", ["raw", "parsed"])
@pytest.mark.parametrize(
    ("name", "state", "stopped"),
    [
        ("report: user unknown", ("failed", "5.1.1"), True),
        ("report: whole message returned", ("failed", "5.1.10"), True),
        ("report: alias with its original address", ("failed", "5.1.1"), True),
        ("report: of a forward's target", ("failed", "5.1.1"), False),
        ("report: mailbox full", ("failed", "4.2.2"), False),
        ("report: gave up after days", ("failed", "4.4.7"), False),
        ("report: delayed", ("delivered", None), False),
        ("report: delivered", ("delivered", None), False),
        ("report: qmail, no structure", ("failed", "5.1.1"), True),
        ("report: exchange, it", ("failed", "5.1.10"), True),
    ],
)
def test_a_delivery_report_by_mail_counts_as_the_providers_own(
    rt: Runtime, name: str, form: str, state: tuple[str, str | None], stopped: bool
) -> None:
    talk, message = invited(rt)
    # To our sender, who is on no list: the message it returns is all there is to go by.
    for _ in range(2):
        got = comes(talk, name, NOBODY, form=form)
        assert state_of(message) == state
        assert suppressed(talk.contact) == ({"email"} if stopped else set())
        assert got is None or got.reason == "delivery_report"
    assert talk.outbox() == []


def test_a_report_that_names_no_message_of_ours_stops_nobody(rt: Runtime) -> None:
    talk, message = invited(rt)
    with runtime.session() as db:
        db.execute(
            update(table_of(Message)).where(col(Message.id) == message.id).values(provider_id="another")
        )
    comes(talk, "report: user unknown", NOBODY)
    assert state_of(message) == ("delivered", None)
    assert suppressed(talk.contact) == set()


def test_an_absent_persons_machine_is_heard_but_not_answered(rt: Runtime) -> None:
    talk, message = invited(rt)
    got = comes(talk, "away: maternity, en", reply_to(rt, message))
    assert got is not None
    # The day it names is in the past by now.
    assert (got.reason, got.not_after, got.conversation_id) == ("auto_reply", None, talk.conversation_id)
    assert talk.outbox() == []
    assert talk.answers() == []


STEPS = [
    {"name": "invite", "channels": ["email"]},
    {"name": "reminder", "after": "3 days", "channels": ["email"], "email": "invite"},
]


@pytest.mark.parametrize(("away", "left"), [(6, 1), (60, 0)])
def test_the_next_step_waits_until_they_are_back(rt: Runtime, away: int, left: int) -> None:
    talk, message = invited(rt, steps=STEPS)
    zone = rt.settings.zone
    day = (runtime.now().astimezone(zone) + timedelta(days=away)).date()
    raw = EXAMPLES["away: maternity, en"].raw.replace(b"2026-04-01", day.isoformat().encode())
    raw = raw.replace(b"3 Nov 2025", f"{runtime.now():%d %b %Y}".encode())
    form = raw_form(raw, reply_to(rt, message))
    assert from_sendgrid(talk.client, form, "inbound", CONTENT_TYPE).status_code == 204
    assert expand_all() == {}
    got = heard()[-1]
    assert got.reason == "out_of_office"
    assert got.not_after is not None
    assert got.not_after.astimezone(zone).date() == day
    plan(runtime.current(), talk.wave_id, after=timedelta(days=3, hours=1))
    reminders = messages(talk.wave_id, "reminder")
    assert len(reminders) == left
    assert all(one.not_before.astimezone(zone).date() == day for one in reminders)


def test_who_has_left_the_company_is_written_to_no_more(rt: Runtime) -> None:
    talk, message = invited(rt)
    got = comes(talk, "no longer with the company", reply_to(rt, message))
    assert got is not None
    assert got.reason == "auto_reply"
    assert "email" in suppressed(talk.contact)
    assert talk.now().state == "stopped"


@pytest.mark.parametrize(
    "name", ["forwarded without a word, gmail", "forwarded without a word, outlook", "sent back as it came"]
)
def test_our_mail_passed_on_without_a_word_says_nothing(rt: Runtime, name: str) -> None:
    talk, message = invited(rt)
    got = comes(talk, name, reply_to(rt, message))
    assert got is not None
    assert (got.reason, got.text) == ("no_words", "")
    assert talk.outbox() == []
    assert suppressed(talk.contact) == set()


def test_what_is_attached_stays_out_of_the_database_and_the_same_mail_is_still_the_same(rt: Runtime) -> None:
    talk, message = invited(rt)
    name, to = "text and html within a mixed mail with a picture", reply_to(rt, message)
    assert comes(talk, name, to) is not None
    assert comes(talk, name, to) is None, "a retry of the very same bytes"
    [raw] = kept()
    assert b"foto.png" in bytes(raw.body)
    assert len(raw.body) < 2_000


def test_the_reasons_have_names(rt: Runtime) -> None:
    for code in ("out_of_office", "auto_reply", "delivery_report", "no_words"):
        assert label("it", f"reason.{code}") != code.replace("_", " ")
