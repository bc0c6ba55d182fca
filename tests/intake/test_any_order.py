"""Whatever the order, the doubling and the parcelling of what providers post, people end up the same."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from app import runtime
from app.contacts import consent
from app.contacts.addresses import hashes
from app.contacts.models import Consent
from app.contacts.suppression import held
from app.engagement.models import Interaction
from app.messages.models import Message
from app.outcomes import decide
from app.outcomes.models import Outcome
from app.runtime import Runtime
from app.waves.models import Wave, WaveState
from tests.waves.small_wave import SmallWave, launch_wave
from tests.webhooks.doors import doors, expand_all, from_sendgrid, from_twilio

BOUNCED: dict[str, Any] = {"event": "bounce", "type": "bounce", "status": "5.1.1"}
EMAILS: dict[str, list[dict[str, Any]]] = {
    "reads": [{"event": "processed"}, {"event": "delivered"}, {"event": "open"}],
    "scanned": [
        {"event": "delivered"},
        {"event": "open", "sg_machine_open": True},
        {"event": "click", "useragent": "MailGateway-LinkScan/3.1"},
    ],
    "bounces": [{"event": "processed"}, BOUNCED],
    "bounces_late": [{"event": "deferred"}, {"event": "delivered"}, BOUNCED],
    "full": [{"event": "deferred"}, {"event": "bounce", "type": "blocked", "status": "5.2.2"}],
    "dropped": [{"event": "dropped", "reason": "Bounced Address"}],
    "complains": [{"event": "delivered"}, {"event": "spamreport"}],
    "leaves": [{"event": "delivered"}, {"event": "open"}, {"event": "unsubscribe"}],
    "leaves_angry": [{"event": "delivered"}, {"event": "group_unsubscribe"}, {"event": "spamreport"}],
}
TEXTS: dict[str, list[tuple[str, str]]] = {
    "phone_reads": [("queued", ""), ("sent", ""), ("delivered", "")],
    "phone_unknown": [("sent", ""), ("undelivered", "30005")],
    "phone_stopped": [("queued", ""), ("failed", "21610")],
}
Post = tuple[str, tuple[Any, ...]]


def events() -> list[Post]:
    """(person, what happened), in the order it happened."""
    return [(name, (said,)) for name, all_said in EMAILS.items() for said in all_said] + [
        (name, report) for name, reports in TEXTS.items() for report in reports
    ]


def post(client: FlaskClient, wave: SmallWave, parcel: Sequence[tuple[int, Post]]) -> None:
    """One SendGrid batch of the emails' events, and one callback for each of the texts'."""
    batch = []
    for number, (name, what) in parcel:
        message = wave.messages[name]
        if name in EMAILS:
            at = int(message.created_at.timestamp()) + number
            ids = {"sg_event_id": f"{message.id}-{number}", "w_message": message.id, "email": message.address}
            batch.append({**ids, "timestamp": at, **what[0]})
        else:
            status, code = what
            body = f"MessageSid=SM{message.id}&MessageStatus={status}" + (
                f"&ErrorCode={code}" if code else ""
            )
            assert from_twilio(client, "status", body, f"m={message.id}").status_code == 204
    if batch:
        assert from_sendgrid(client, json.dumps(batch).encode()).status_code == 204


def state(rt: Runtime, wave: SmallWave) -> Mapping[str, Any]:
    """Person -> everything a marketer or the contact would notice."""
    found = {}
    with runtime.reading() as db:
        for name, contact in wave.contacts.items():
            message = db.get_one(Message, wave.messages[name].id)
            outcome = db.get(Outcome, (wave.id, contact.id))
            stops = held(db, list(hashes(rt.settings.suppression_key, contact.email, contact.phone)))
            signs = db.exec(select(Interaction).where(Interaction.contact_id == contact.id))
            found[name] = {
                "message": (message.state, message.code, message.delivered_at is not None),
                "stopped": sorted(stop.channel for stop in stops),
                # Of two reasons the first to arrive is kept.
                "why": sorted({stop.reason for stop in stops} if name != "leaves_angry" else ()),
                "consent": consent.present(db, contact.id),
                "ledger": len(db.exec(select(Consent).where(Consent.contact_id == contact.id)).all()),
                "verdict": outcome and (outcome.verdict, outcome.rule),
                "signs": sorted((sign.kind, sign.grade) for sign in signs),
            }
    return found


def play(rt: Runtime, parcels: Sequence[Sequence[tuple[int, Post]]] | None, over: bool) -> Mapping[str, Any]:
    """What becomes of a fresh wave; `parcels` None: once, in order, one by one."""
    client = doors(rt)
    wave = launch_wave(rt, list(EMAILS), list(TEXTS))
    if over:
        finish(rt, wave)
    for parcel in parcels if parcels is not None else [[one] for one in enumerate(events())]:
        post(client, wave, parcel)
        assert expand_all() == {}
    return state(rt, wave)


def finish(rt: Runtime, wave: SmallWave) -> None:
    """The wave ends, and everybody gets their last verdict."""
    with runtime.session() as db:
        held = db.get_one(Wave, wave.id)
        held.state, held.finished_at = WaveState.FINISHED, rt.now() + timedelta(milliseconds=1)
        while decide.decide_page(db, now=rt.now() + timedelta(seconds=1)):
            pass


EXPECTED: dict[tuple[str, bool], Mapping[str, Any]] = {}
COUNT = len(events())


@settings(
    max_examples=3,
    deadline=None,
    # A smaller counterexample is not worth minutes of replaying waves.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), over=st.booleans())
def test_order_doubles_and_parcels_change_nothing(rt: Runtime, data: st.DataObject, over: bool) -> None:
    known = (rt.engine.dialect.name, over)
    if known not in EXPECTED:
        EXPECTED[known] = play(rt, None, over)
    order = data.draw(st.permutations(range(COUNT)))
    again = data.draw(st.permutations(range(COUNT)))
    cuts = sorted({COUNT, *data.draw(st.sets(st.integers(1, 2 * COUNT - 1), max_size=4))})
    told = list(enumerate(events()))
    row = [told[number] for number in (*order, *again)]
    parcels = [row[a:b] for a, b in zip([0, *cuts], [*cuts, len(row)], strict=True)]
    ended, expected = play(rt, parcels, over), EXPECTED[known]
    assert {name: (ended[name], expected[name]) for name in expected if ended[name] != expected[name]} == {}


MEANS: dict[str, tuple[str, list[str], tuple[str, str] | None]] = {
    "reads": ("delivered", [], None),
    "scanned": ("delivered", [], None),
    "bounces": ("failed", ["email"], ("undecided", "wave_under_way")),
    "bounces_late": ("failed", ["email"], ("undecided", "wave_under_way")),
    "full": ("failed", [], None),
    "dropped": ("failed", ["email"], ("undecided", "wave_under_way")),
    "complains": ("delivered", ["email", "sms"], ("removable", "asked_to_stop")),
    "leaves": ("delivered", ["email"], ("removable", "asked_to_stop")),
    "leaves_angry": ("delivered", ["email", "sms"], ("removable", "asked_to_stop")),
    "phone_reads": ("delivered", [], None),
    "phone_unknown": ("failed", ["sms"], ("removable", "cannot_be_reached")),
    "phone_stopped": ("failed", ["sms"], ("removable", "asked_to_stop")),
}
"""Person -> state of their message, channels that are stopped, verdict; none while nothing tells."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_each_report_means(rt: Runtime) -> None:
    ended = play(rt, None, over=False)
    assert {name: (one["message"][0], one["stopped"], one["verdict"]) for name, one in ended.items()} == MEANS
    assert ended["reads"]["signs"] == [("open", "open")]
    assert ended["scanned"]["signs"] == [("click", "machine_click"), ("open", "machine_open")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_delivery_told_after_the_end_still_counts(rt: Runtime) -> None:
    client, wave = doors(rt), launch_wave(rt, ["reads"])
    finish(rt, wave)
    assert state(rt, wave)["reads"]["verdict"] == ("undecided", "never_reached")
    post(client, wave, [(0, ("reads", ({"event": "delivered"},)))])
    assert expand_all() == {}
    assert state(rt, wave)["reads"]["verdict"] == ("removable", "silent_to_the_end")
