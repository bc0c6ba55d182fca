"""All that providers tell of a wave: shuffled, doubled, parcelled otherwise and early, it ends as once in order."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app import runtime
from app.contacts.addresses import hashes
from app.contacts.models import Consent, Suppression
from app.conversations.models import Conversation
from app.db import new_id, table_of
from app.engagement import sends
from app.engagement.models import Dormancy, Interaction, Send
from app.intake import reports
from app.intake.accept import accept
from app.intake.models import Route
from app.messages import batches, tallies
from app.messages.models import Attempt, Message, MessageGroup, Receipt, State, Tally
from app.outcomes.models import Outcome
from app.runtime import Runtime
from tests.waves.small_wave import SmallWave, launch_wave
from tests.webhooks.doors import expand_all

Said = dict[str, Any]
DEAD = {"event": "bounce", "type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 unknown"}
FULL = {"event": "bounce", "type": "blocked", "status": "5.2.2", "reason": "552 5.2.2 over quota"}
NAMELESS, OURS_ALONE = {"-ids": True, "-request": True}, {"-request": True}
"""What an event leaves out: all ids (a bounce that came by mail a day later), or the request's."""
EMAILS: dict[str, list[Said]] = {
    "reads": [{"event": "processed"}, {"event": "delivered"}, {"event": "open"}, {"event": "open"}],
    "scanned": [
        {"event": "delivered"},
        {"event": "open", "sg_machine_open": True},
        {"event": "click", "url": "https://azienda.example/s/a"},
        {"event": "click", "url": "https://azienda.example/p/b"},
    ],
    "unsure": [{"event": "processed", **OURS_ALONE}, {"event": "open", "-ids": True}],
    "dead": [{"event": "processed"}, {"event": "deferred", "attempt": "1"}, DEAD],
    "dead_late": [{"event": "delivered"}, {**DEAD, **NAMELESS}],
    "full_then_dead": [FULL, {"event": "delivered"}, {**DEAD, "-ids": True}],
    "full": [{"event": "deferred", "attempt": "2"}, FULL, {**FULL, "reason": "552 still over quota"}],
    "dropped": [{"event": "processed"}, {"event": "dropped", "reason": "Bounced Address"}],
    "left_there": [{"event": "dropped", "reason": "Unsubscribed Address"}],
    "complains": [{"event": "delivered"}, {"event": "spamreport", **OURS_ALONE}],
    "leaves": [{"event": "delivered"}, {"event": "open"}, {"event": "unsubscribe"}],
    "back_there": [{"event": "group_unsubscribe", "asm_group_id": 7}, {"event": "group_resubscribe"}],
    "odd": [{"event": "read_by_cat", "purr": [1, {"a": None}]}, {"event": "delivered", "timestamp": "soon"}],
}
TEXTS: dict[str, list[tuple[str, str]]] = {
    "phone_reads": [("queued", ""), ("sent", ""), ("delivered", "")],
    "phone_off": [("sent", ""), ("undelivered", "30003")],
    "phone_unknown": [("queued", ""), ("undelivered", "30005")],
    "phone_stopped": [("failed", "21610")],
    "phone_filtered": [("sent", ""), ("undelivered", "30007")],
    "phone_canceled": [("accepted", ""), ("canceled", "")],
}
Told = tuple[int, str, Any]
"""Number, person, what was said of their message."""
TOLD: list[Told] = [
    (number, name, said)
    for number, (name, said) in enumerate(
        (name, said) for stories in (EMAILS, TEXTS) for name, story in stories.items() for said in story
    )
]


class Played:
    """One wave and what is told of it; the clock of providers starts when the wave was called."""

    def __init__(self, rt: Runtime) -> None:
        self.rt, self.start = rt, rt.now().replace(microsecond=0) - timedelta(hours=2)
        self.wave: SmallWave = launch_wave(rt, list(EMAILS), list(TEXTS))
        self.mark = new_id()
        self.attempts: dict[str, str] = {}
        ids = {kind: [self.wave.messages[name].id for name in names] for kind, names in self._kinds()}
        with runtime.session() as db:
            for kind, theirs in ids.items():
                attempt = Attempt(channel=kind, worker="w", started_at=self.start, leased_until=self.start)
                db.add(attempt)
                db.flush()
                called = {"called_at": self.start, "attempt_id": attempt.id, "accepted_at": None}
                ours = update(table_of(Message)).where(table_of(Message).c.id.in_(theirs))
                db.execute(ours.values(state=State.CALLING, **called))

    @staticmethod
    def _kinds() -> list[tuple[str, list[str]]]:
        return [("email", list(EMAILS)), ("sms", list(TEXTS))]

    def record(self) -> None:
        """The senders write down what the providers answered."""
        given = {self.wave.messages[name].id: f"req-{self.mark}" for name in EMAILS}
        given |= {self.wave.messages[name].id: f"SM{self.wave.messages[name].id}" for name in TEXTS}
        with runtime.session() as db:
            batches.accepted(db, given, now=self.start + timedelta(seconds=1))

    def tell(self, parcel: Sequence[Told]) -> None:
        """One post of SendGrid's with the emails' events, and one of Twilio's for each of the texts'."""
        told_at = self.start + timedelta(hours=1)
        batch = [self._event(*one) for one in parcel if one[1] in EMAILS]
        with runtime.session() as db:
            if batch:
                accept(db, Route.SENDGRID_EVENTS, json.dumps(batch).encode(), now=told_at)
            for _, name, said in parcel:
                if name in TEXTS:
                    accept(db, Route.TWILIO_STATUS, *self._callback(name, said), now=told_at)
        assert expand_all() == {}

    def _event(self, number: int, name: str, said: Said) -> Said:
        message = self.wave.messages[name]
        event = {"email": message.address.title(), "timestamp": int(self.start.timestamp()) + 60 + number}
        event |= {"sg_event_id": f"{self.mark}-{number}"} if number % 5 else {"w_mark": self.mark}
        event |= {} if "-ids" in said else {"w_message": message.id}
        event |= {} if "-request" in said else {"sg_message_id": f"req-{self.mark}.filter0.1.2"}
        return event | {key: value for key, value in said.items() if not key.startswith("-")}

    def _callback(self, name: str, said: tuple[str, str]) -> tuple[bytes]:
        status, code = said
        message = self.wave.messages[name]
        form = {"MessageSid": f"SM{message.id}", "MessageStatus": status, "To": message.address}
        return (urlencode(form | ({"ErrorCode": code} if code else {})).encode(),)

    def settle(self) -> None:
        """Days later: what waited for its message has found it, and everything is added up."""
        with runtime.session() as db:
            while reports.look_again(db, now=self.rt.now() + timedelta(hours=3)):
                pass
            while tallies.add_up(db):
                pass
            while sends.count_page(db):
                pass

    def end(self) -> dict[str, Any]:
        """Every column of this wave's rows that means something; people and messages by their names."""
        names = {contact.id: name for name, contact in self.wave.contacts.items()}
        names |= {message.id: f"to {name}" for name, message in self.wave.messages.items()}
        names |= {id_.replace("-", ""): name for id_, name in names.items()}
        names |= {self.mark: "mark", self.wave.id: "wave"}
        for name, contact in self.wave.contacts.items():
            key = self.rt.settings.suppression_key
            names |= {
                hashed: f"{channel} of {name}"
                for channel, hashed in hashes(key, contact.email, contact.phone)
            }

        def plain(value: Any) -> Any:
            if isinstance(value, datetime):
                since = (value - self.start).total_seconds()
                # What our own clock says of the play itself.
                return since if since < 7_000 else "now"
            text = json.dumps(value, sort_keys=True, default=str)
            for id_, name in names.items():
                text = text.replace(id_, name)
            return text

        def rows(db: Any, model: Any, where: Any, *columns: str) -> list[Any]:
            table = table_of(model)
            found = db.execute(select(*(table.c[name] for name in columns)).where(where(table.c)))
            return sorted((tuple(map(plain, row)) for row in found), key=repr)

        people = [contact.id for contact in self.wave.contacts.values()]
        ids = [message.id for message in self.wave.messages.values()]
        stops = [hashed for hashed in names if names[hashed].partition(" ")[0] in ("email", "sms")]
        with runtime.reading() as db:
            return {
                "messages": rows(
                    db, Message, lambda c: c.id.in_(ids),
                    "id", "state", "code", "reason", "delivered_at", "accepted_at", "provider_id", "recalled",
                ),
                "receipts": rows(db, Receipt, lambda c: c.message_id.in_(ids), "message_id", "kind", "at", "code"),
                "stops": rows(
                    db, Suppression, lambda c: c.address_hash.in_(stops),
                    "address_hash", "reason", "source", "at", "lifted_at",
                ),
                "consents": rows(
                    db, Consent, lambda c: c.contact_id.in_(people),
                    "contact_id", "channel", "state", "at", "source", "wording",
                ),
                "signs": rows(
                    db, Interaction, lambda c: c.contact_id.in_(people),
                    "contact_id", "kind", "grade", "human", "at", "reasons", "message_id",
                ),
                "dormancy": rows(
                    db, Dormancy, lambda c: c.contact_id.in_(people),
                    "contact_id", "last_engaged_at", "last_kind", "sends_since",
                ),
                "sends": rows(db, Send, lambda c: c.contact_id.in_(people), "contact_id", "key", "at"),
                "verdicts": rows(
                    db, Outcome, lambda c: c.contact_id.in_(people), "contact_id", "verdict", "rule"
                ),
                "talks": rows(db, Conversation, lambda c: c.contact_id.in_(people), "contact_id", "state"),
                "tallies": rows(
                    db, Tally, lambda c: c.group_id == self.wave.id, "domain", "reached", "bounced", "complained"
                ),
                "wave": rows(db, MessageGroup, lambda c: c.id == self.wave.id, "state"),
            }  # fmt: skip


EXPECTED: dict[str, Mapping[str, Any]] = {}


def check(rt: Runtime, data: st.DataObject) -> None:
    engine = rt.engine.dialect.name
    if engine not in EXPECTED:
        played = Played(rt)
        played.record()
        for one in TOLD:
            played.tell([one])
        played.settle()
        EXPECTED[engine] = played.end()
    row = data.draw(st.permutations(TOLD)) + data.draw(st.lists(st.sampled_from(TOLD), max_size=len(TOLD)))
    cuts = sorted({0, len(row), *data.draw(st.sets(st.integers(1, len(row) - 1), max_size=5))})
    parcels = [row[a:b] for a, b in pairwise(cuts)]
    recorded = data.draw(st.integers(0, len(parcels)))
    played = Played(rt)
    for number, parcel in enumerate(parcels):
        if number == recorded:
            played.record()
        played.tell(parcel)
    if recorded == len(parcels):
        played.record()
    played.settle()
    ended, expected = played.end(), EXPECTED[engine]
    differ = {
        name: (
            [r for r in ended[name] if r not in expected[name]],
            [r for r in expected[name] if r not in ended[name]],
        )
        for name in expected
        if ended[name] != expected[name]
    }
    assert differ == {}


FRUGAL = {
    "deadline": None,
    # A smaller counterexample is not worth minutes of replaying waves.
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": [
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
        HealthCheck.too_slow,
    ],
}


@settings(max_examples=3, **FRUGAL)  # type: ignore[arg-type]
@given(data=st.data())
def test_any_order_ends_as_once_in_order(rt: Runtime, data: st.DataObject) -> None:
    check(rt, data)


@pytest.mark.long
@settings(max_examples=60, **FRUGAL)  # type: ignore[arg-type]
@given(data=st.data())
def test_any_of_many_orders_ends_as_once_in_order(rt: Runtime, data: st.DataObject) -> None:
    check(rt, data)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_once_in_order_ends_in(rt: Runtime) -> None:
    played = Played(rt)
    played.record()
    played.tell(TOLD)
    played.settle()
    states = {row[0].strip('"').removeprefix("to "): row[1].strip('"') for row in played.end()["messages"]}
    failed = {"dead", "dead_late", "full_then_dead", "full", "dropped", "left_there"}
    failed |= {name for name, story in TEXTS.items() if story[-1][0] not in ("delivered", "sent")}
    assert {name for name, state in states.items() if state == "failed"} == failed
    assert {state for name, state in states.items() if name not in failed} == {"delivered"}
