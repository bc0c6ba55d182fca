"""What the benchmarks of waves share: dormant people, a wave to all of them, and the same rows with nothing around."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select, text

from app import runtime
from app.channels.base import Channel
from app.contacts.addresses import address_hash
from app.contacts.models import Consent, Contact
from app.conversations.models import Conversation
from app.db import insert_all, new_id, table_of
from app.engagement.models import Interaction
from app.messages.models import Attempt, Content, Message, State
from app.runtime import Runtime
from app.waves import launch
from app.waves.definition import from_source
from app.waves.models import WaveMember
from benchmarks.conversations import consent_of

PAGE = 1_000
"""Rows of one bare transaction, and recipients of one request."""
ROOT = Path(__file__).resolve().parent.parent
FREE_PACE = 10_000_000
"""Messages a second: what is measured is us, not the pace a provider is spoken to at."""


@contextmanager
def sink(seconds: float = 0.0) -> Iterator[str]:
    """The base URL of a provider that takes everything, each call `seconds` later."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    argv = [sys.executable, "-m", "benchmarks._provider", str(port), str(seconds)]
    process = subprocess.Popen(argv, cwd=ROOT)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def provided(base_url: str) -> dict[str, Any]:
    """Settings that send to that provider."""
    return {
        "sendgrid_api_key": "SG.bench",
        "sendgrid_base_url": base_url,
        "sendgrid_from_email": "bench@bench.example",
        "sendgrid_inbound_domain": "reply.bench.example",
        "twilio_account_sid": "AC" + "0" * 32,
        "twilio_auth_tokens": ["0" * 32],
        "twilio_base_url": base_url,
        "twilio_from": "+15005550006",
        "organisation_name": "Officine Aurora",
        "emails_per_second": FREE_PACE,
        "texts_per_second": FREE_PACE,
    }


@contextmanager
def worker(rt: Runtime, name: str) -> Iterator[None]:
    """A worker process of this installation, as `riattiva up` starts it."""
    given = rt.settings.model_dump(include={*provided("")}, exclude={"twilio_auth_tokens"})
    env = os.environ | {name.upper(): str(value) for name, value in given.items()}
    env |= {
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(rt.settings.data_dir),
        "DATABASE_URL": rt.settings.database,
        "REDIS_URL": str(rt.settings.redis_url),
        "TWILIO_AUTH_TOKENS": ",".join(rt.settings.twilio_auth_tokens),
        "EMAILS_PER_SECOND": str(FREE_PACE),
    }
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "worker.py"), name], env=env, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def fill(rt: Runtime, rows: int, channel: Channel = Channel.EMAIL) -> None:
    """Contacts who bought something two years ago and since then were silent, with consent on that channel."""
    luck, then = random.Random(3), rt.now() - timedelta(days=700)
    people = ({"id": new_id()} | _person(number, luck, rt) for number in range(rows))
    while page := list(islice(people, 10_000)):
        bought = [
            {"contact_id": one["id"], "kind": "purchase", "grade": "act", "human": True, "at": then}
            | {"amount": 120, "currency": "EUR", "detail": "", "source": "bench", "dedupe_key": one["id"]}
            for one in page
        ]
        with runtime.bulk_session() as db:
            insert_all(db, Contact, page)
            insert_all(db, Consent, [consent_of(one["id"], channel, rt) for one in page])
            insert_all(db, Interaction, bought)
    settle(rt)


def _person(number: int, luck: random.Random, rt: Runtime) -> dict[str, Any]:
    email = f"anna.rossi{number}@azienda{number % 3000}.example"
    return {
        "email": email,
        "email_key": email,
        "phone": f"+39347{number:07}",
        "phone_kind": "mobile",
        "first_name": luck.choice(("Anna", "Bruno", "Carla", "Dario")),
        "last_name": luck.choice(("Rossi", "D'Angelo", "Bianchi")),
        "company": f"Azienda {number % 3000}",
        "language": luck.choices(("it", "en", "de"), (80, 15, 5))[0],
        "country": "IT",
        "attributes": {"settore": "Edilizia", "città": "Torino"},
        "created_at": rt.now(),
        "updated_at": rt.now(),
    }


def settle(rt: Runtime) -> None:
    """Statistics as a database that has lived for a while has them."""
    sqlite = rt.engine.dialect.name == "sqlite"
    with rt.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE" if sqlite else "VACUUM ANALYZE")


def launched(rt: Runtime, channel: Channel = Channel.EMAIL) -> str:
    """A wave to everybody dormant; planning has been rung for. Returns its id."""
    definition = {
        "name": "Bench",
        "survey": "riattivazione",
        "segment": {"dormancy": "dormant"},
        "control": 10,
        "steps": [{"name": "invite", "channels": [channel]}],
        "window": {"from": "00:00", "to": "24:00"},
    }
    with runtime.session() as db:
        return launch.launch(db, rt, from_source(definition), by="bench", now=rt.now()).id


def in_state(state: State) -> int:
    """How many messages there are in that state."""
    with runtime.reading() as db:
        table = table_of(Message)
        counted = select(func.count()).select_from(table).where(table.c.state == state)
        return int(db.execute(counted).scalar_one())


class Bare:
    """The rows a planned wave consists of, and the three statements that send them, with nothing else around them.

    `like` are a member, a conversation and a message as the planner wrote them.
    """

    def __init__(self, rt: Runtime, like: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]) -> None:
        self.rt, self.member, self.conversation, self.message = rt, *like
        self.group = launched(rt)

    def insert(self) -> float:
        """Seconds to insert one member, conversation and message for each contact, page by page."""
        took, cursor = 0.0, ""
        people = select(table_of(Contact).c.id, table_of(Contact).c.email).order_by(table_of(Contact).c.id)
        while True:
            with runtime.reading() as db:
                after = people.where(table_of(Contact).c.id > cursor) if cursor else people
                page = [(row.id, str(row.email)) for row in db.execute(after.limit(PAGE))]
            if not page:
                return took
            cursor = page[-1][0]
            rows = [self._rows(*one) for one in page]
            started = time.perf_counter()
            with runtime.session() as db:
                for model, named in ((WaveMember, 0), (Conversation, 1), (Message, 2)):
                    insert_all(db, model, [row[named] for row in rows])
            took += time.perf_counter() - started

    def send(self, size: int = PAGE) -> float:
        """Seconds for claim, cross and complete of everything, each statement a transaction."""
        took, more = 0.0, True
        while more:
            with runtime.session() as db:
                attempt = new_id()
                now = self.rt.now()
                opened = {"id": attempt, "channel": "email", "worker": "bench", "started_at": now}
                insert_all(db, Attempt, [opened | {"leased_until": now + timedelta(seconds=120)}])
            started = time.perf_counter()
            more = three_statements(attempt, self.group, size)
            took += time.perf_counter() - started
        return took

    def post(self, base_url: str, rows: int) -> float:
        """Seconds for handing everything over, a request of a thousand at a time; what it says is ready."""
        took = 0.0
        with runtime.reading() as db:
            content = table_of(Content)
            subject, plain, html = db.execute(
                select(content.c.subject, content.c.text, content.c.html)
                .where(content.c.language == "it")
                .limit(1)
            ).one()
        substitutions = {f"-rv_{name}-": value for name, value in self.message["values_"].items()}
        one = {"to": [{"email": self.message["address"]}], "custom_args": {"message_id": self.message["id"]}}
        one |= {
            "substitutions": substitutions,
            "headers": {"List-Unsubscribe": "x" * 150, "List-Id": "x" * 40},
        }
        for _ in range(0, rows, PAGE):
            started = time.perf_counter()
            body = {"personalizations": [one] * PAGE, "subject": subject, "from": {"email": "a@b.example"}}
            body["content"] = [{"type": "text/plain", "value": plain}, {"type": "text/html", "value": html}]
            connection = HTTPConnection(base_url.removeprefix("http://"))
            connection.request(
                "POST", "/v3/mail/send", orjson.dumps(body), {"Content-Type": "application/json"}
            )
            answer = connection.getresponse()
            answer.read()
            connection.close()
            took += time.perf_counter() - started
            assert answer.status == 202, answer.status
        return took

    def _rows(self, contact_id: str, email: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        conversation, hashed = new_id(), address_hash("k" * 32, Channel.EMAIL, email)
        ours = {"contact_id": contact_id}
        return (
            self.member | ours | {"wave_id": self.group},
            self.conversation | ours | {"id": conversation, "group_id": self.group},
            self.message
            | ours
            | {"id": new_id(), "conversation_id": conversation, "group_id": self.group, "content_id": None}
            | {"address": email, "address_hash": hashed, "once_key": f"{self.group}:invite:email:{hashed}"},
        )


def three_statements(attempt: str, group: str, size: int) -> bool:
    """Claim, cross and complete of so many of a group for one attempt; False when nothing was due."""
    now = runtime.now()
    with runtime.session() as db:
        given: dict[str, Any] = {"a": _wire(db, attempt), "g": _wire(db, group), "size": size}
        given["now"] = now.replace(tzinfo=None) if _sqlite(db) else now
        claimed = db.connection().execute(_CLAIM, given).rowcount
    if not claimed:
        return False
    with runtime.session() as db:
        crossed = db.connection().execute(_CROSS, given).all()
    with runtime.session() as db:
        db.connection().execute(_COMPLETE, given)
    return bool(crossed)


_CLAIM = text(
    "UPDATE messages SET state = 'claimed', attempt_id = :a WHERE id IN (SELECT id FROM messages"
    " WHERE channel = 'email' AND state = 'queued' AND group_id = :g AND not_before <= :now"
    " ORDER BY not_before, id LIMIT :size)"
)
_CROSS = text(
    "UPDATE messages SET state = 'calling', called_at = :now WHERE attempt_id = :a AND state = 'claimed'"
    " RETURNING id"
)
_COMPLETE = text(
    "UPDATE messages SET state = 'accepted', provider_id = 'x', accepted_at = :now"
    " WHERE attempt_id = :a AND state = 'calling'"
)


def _sqlite(db: Any) -> bool:
    return bool(db.get_bind().dialect.name == "sqlite")


def _wire(db: Any, id_: str) -> str:
    return id_.replace("-", "") if _sqlite(db) else id_


def as_planned() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A member, a conversation and a message as the planner writes them."""
    with runtime.reading() as db:
        message = db.execute(select(table_of(Message)).limit(1)).one()
        one = table_of(Conversation)
        conversation = db.execute(select(one).where(one.c.id == message.conversation_id)).one()
        member = table_of(WaveMember)
        enrolled = db.execute(select(member).where(member.c.contact_id == message.contact_id)).one()
    rows = [dict(row._mapping) for row in (enrolled, conversation, message)]
    rows[2]["values_"] = rows[2].pop("values_", None) or rows[2].pop("values")
    empty = {name for name, value in rows[2].items() if value is None} - {"content_id"}
    return rows[0], rows[1], {name: value for name, value in rows[2].items() if name not in empty}
