"""Whatever the providers sign, however odd, is taken with a 2xx, and then read or set aside as malformed: no event of
theirs is an error of ours, on either database."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from app import runtime
from app.intake.models import RawEvent
from app.runtime import Runtime
from tests.fuzzing import Tally, fuzz
from tests.waves.small_wave import SmallWave, launch_wave
from tests.webhooks.doors import doors, expand_all, from_sendgrid, from_twilio

pytestmark = pytest.mark.long

TEXT = st.text(max_size=30) | st.sampled_from(
    ["", "\0", "a\0b", "STOP", "sì", "9", "9" * 400, "\N{PILE OF POO}" * 80]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from(["\ud800", 10**400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
TIMES = st.sampled_from(
    [0, 1, 1_700_000_000, 1_700_000_000_000, -1, 10**30, "1e99", "1700000000", None, True]
)


def events(wave: SmallWave) -> st.SearchStrategy[bytes]:
    """Batches of SendGrid: some about messages of ours, some about nobody's, some no batch at all."""
    ours = [message.id for message in wave.messages.values()]
    kinds = [
        "processed",
        "deferred",
        "delivered",
        "bounce",
        "blocked",
        "dropped",
        "open",
        "click",
        "spamreport",
    ]
    kinds += ["unsubscribe", "group_resubscribe", "account_status_change", "new_kind"]
    event = st.fixed_dictionaries(
        {"event": st.sampled_from(kinds) | JSON, "timestamp": TIMES | JSON},
        optional={
            "sg_event_id": st.sampled_from(["e1", "e2", "e3"]) | JSON,
            "sg_message_id": st.sampled_from(["abc.filter1", ""]) | JSON,
            "w_message": st.sampled_from(ours) | JSON,
            "email": st.sampled_from([c.email for c in wave.contacts.values() if c.email]) | JSON,
            "reason": st.sampled_from(["550 5.1.1 unknown", "mailbox full"]) | JSON,
            "status": st.sampled_from(["5.1.1", "4.2.2"]) | JSON,
            "type": st.sampled_from(["bounce", "blocked"]) | JSON,
            "url": st.sampled_from(["https://azienda.example/s/x", "https://["]) | JSON,
            "useragent": TEXT | JSON,
            "ip": st.sampled_from(["127.0.0.1", "::1", "x"]) | JSON,
            "sg_machine_open": st.booleans() | JSON,
            "asm_group_id": JSON,
        },
    )
    return (st.lists(event | JSON, max_size=5) | JSON).map(
        lambda batch: json.dumps(batch).encode()
    ) | st.binary(max_size=60)


def forms(wave: SmallWave) -> st.SearchStrategy[tuple[str, str, str]]:
    """(door, body, query) of what Twilio posts."""
    phones = [contact.phone for contact in wave.contacts.values()]
    ours = [message.id for message in wave.messages.values()]
    states = ["queued", "sent", "delivered", "undelivered", "failed", "read", "odd"]
    fields: dict[str, list[str | None]] = {
        "MessageSid": ["SM" + "1" * 32, "SM" + "2" * 32, ""],
        "AccountSid": ["AC1"],
        "From": [*phones, "+39", "Officine", "whatsapp:+393471234567"],
        "To": ["+15005550006", ""],
        "Body": ["STOP", "9", "sì", "basta", "ok\0", ""],
        "MessageStatus": list(states),
        "SmsStatus": ["received"],
        "ErrorCode": ["30005", "21610", "abc", ""],
        "NumMedia": ["0", "2", "99999999999999999999", "x"],
        "MediaUrl0": ["https://api.example/x"],
        "NumSegments": ["1", "-1"],
        "OptOutType": ["STOP", "START", "HELP", "odd"],
        "RawDlrDoneDate": ["2601051000", "9999999999", "x"],
    }
    some = st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(known) | TEXT for name, known in fields.items()}
    )
    query = st.fixed_dictionaries({}, optional={"m": st.sampled_from(ours) | TEXT, "a": TEXT}).map(urlencode)
    body = some.map(urlencode) | st.sampled_from(["Body=%FF&From=%00", "&&==", "Body=" + "%" * 50])
    return st.tuples(st.sampled_from(["messages", "status"]), body, query)


PARTS = (
    "from",
    "to",
    "subject",
    "text",
    "html",
    "headers",
    "envelope",
    "charsets",
    "spam_score",
    "SPF",
    "email",
)


def mails(wave: SmallWave) -> st.SearchStrategy[dict[str, str]]:
    """The form of an inbound mail."""
    senders = [contact.email for contact in wave.contacts.values() if contact.email]
    known: dict[str, list[str]] = {
        "from": [*senders, *(f"Ada <{one}>" for one in senders), "<>", '"'],
        "to": ["risposte@azienda.example", ""],
        "headers": [
            "Auto-Submitted: auto-replied",
            "Message-ID: <1@x>\nDate: odd",
            "Date: Mon, 5 Jan 2026 10:00:00 +0100",
        ],
        "envelope": ['{"to":["risposte@azienda.example"],"from":"ada@x.example"}', "{", "[]", "null"],
        "charsets": ['{"text":"utf-8"}', '{"text":"klingon"}', "[1]", "x"],
        "spam_score": ["0.1", "nan", "high"],
        "text": ["9", "Non scrivetemi più", "> citato\nsì", ""],
        "html": ["<p>9</p>", "<" * 50],
        "email": [
            "From: ada@x.example\r\nSubject: x\r\n\r\n9",
            "no mail",
            "Content-Type: text/plain; charset=x\r\n\r\n\xff",
        ],
    }
    return st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(known.get(name, [""])) | TEXT for name in PARTS}
    )


def as_form(fields: dict[str, str], boundary: str = "xYzZY") -> bytes:
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return ("".join(parts) + f"--{boundary}--\r\n").encode(errors="surrogatepass")


def read_all(before: int) -> int:
    """Everything that came in is read; fails where it was set aside for an error that is ours. Returns the last id."""
    expand_all()
    with runtime.reading() as db:
        new = db.execute(
            select(RawEvent.id, RawEvent.state, RawEvent.reason, RawEvent.body).where(
                col(RawEvent.id) > before
            )
        ).all()
    for _, state, reason, body in new:
        assert state == "expanded" or (state == "quarantined" and "Malformed" in (reason or "")), (
            reason,
            body,
        )
    return max((row[0] for row in new), default=before)


def test_whatever_the_providers_sign_is_taken_and_read(rt: Runtime) -> None:
    wave, client, tally = (
        launch_wave(rt, ["ada", "eva"], ["ugo"]),
        doors(rt),
        Tally("signed posts of the providers"),
    )
    last = 0

    @fuzz(batch=events(wave), form=forms(wave), mail=mails(wave))
    def ask(batch: bytes, form: tuple[str, str, str], mail: dict[str, Any]) -> None:
        nonlocal last
        answers = [
            from_sendgrid(client, batch),
            from_twilio(client, *form),
            from_sendgrid(client, as_form(mail), "inbound", "multipart/form-data; boundary=xYzZY"),
        ]
        tally.met.update(answer.status_code for answer in answers)
        # A body that looks like the other door's is refused on purpose, as anything unsigned is.
        assert answers[0].status_code in ((204, 403) if batch.startswith(b"--") else (204,))
        assert [answer.status_code for answer in answers[1:]] == [200 if form[0] == "messages" else 204, 204]
        last = read_all(last)

    ask()
    tally.tell()
