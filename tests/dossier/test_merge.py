"""Two contacts become one and two again: nobody is written to twice, no stop is lost, all comes back."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import SQLModel, col

from app import runtime
from app.channels.base import Channel, EventKind
from app.contacts import consent, find, suppression
from app.contacts.addresses import hashes
from app.contacts.models import Consent, ConsentState, Contact, PhoneKind
from app.conversations.models import Answer, ConversationState
from app.db import Session, table_of
from app.dossier import merge as merging
from app.dossier.models import Merge
from app.engagement.models import Grade, Interaction, Kind
from app.engagement.record import record
from app.errors import Conflict, NotFound
from app.factory import create_app
from app.feedback.models import Rating
from app.messages.models import Message, State
from app.outcomes.decide import redecide
from app.runtime import Runtime
from app.tokens import Purpose
from app.waves.models import Arm, WaveMember
from tests.never_twice import story
from tests.waves.small_wave import SmallWave, launch_wave

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LEFT_ALONE = {"merges", "doubles", "journal", "scores", "score_bounds", "contact_looks", "contact_blocks"}


def join(rt: Runtime, keep: str, gone: str) -> str:
    with runtime.session() as db:
        key = rt.settings.suppression_key
        return merging.merge(db, keep, gone, hash_key=key, at=runtime.now(), actor="user:prova")


def apart(rt: Runtime, merge_id: str) -> None:
    with runtime.session() as db:
        key = rt.settings.suppression_key
        merging.unmerge(db, merge_id, hash_key=key, at=runtime.now(), actor="user:prova")


def everything() -> dict[str, list[str]]:
    """Every row of every table that a merge and its undo must leave as it was."""
    found = {}
    with runtime.reading() as db:
        for name, table in SQLModel.metadata.tables.items():
            if name not in LEFT_ALONE:
                columns = [c for c in table.c if c.name not in ("updated_at", "decided_at")]
                found[name] = sorted(repr(tuple(row)) for row in db.execute(select(*columns)))
    return found


def lived(rt: Runtime) -> SmallWave:
    """Two people of one wave, each with a history of their own."""
    wave = launch_wave(rt, ["ada", "bea"])
    now = rt.now()
    with runtime.session() as db:
        for name, days in (("ada", 9), ("bea", 3)):
            held = wave.contacts[name]
            at = now - timedelta(days=days)
            record(db, held.id, Kind.PURCHASE, Grade.ACT, at, source="crm", dedupe_key=f"p:{held.id}")
            db.add(
                Rating(contact_id=held.id, kind="nps", value=days, source="web", at=at, source_key=held.id)
            )
    return wave


def stopped(rt: Runtime, contact: Contact) -> set[str]:
    with runtime.reading() as db:
        pairs = list(hashes(rt.settings.suppression_key, contact.email, contact.phone))
        return {channel for channel, _ in suppression.suppressed(db, pairs)}


def test_all_comes_together_and_comes_apart_again(rt: Runtime) -> None:
    wave = lived(rt)
    ada, bea = wave.contacts["ada"], wave.contacts["bea"]
    with runtime.session() as db:
        for held in (ada, bea):
            redecide(db, held.id, now=rt.now())
    before = everything()
    merge_id = join(rt, ada.id, bea.id)
    with runtime.reading() as db:
        assert db.get(Contact, bea.id) is None
        kept = find.one(db, bea.id, country="IT")
        assert kept.id == ada.id == find.one(db, str(bea.email), country="IT").id
        assert find.one(db, str(bea.phone), country="IT").id == ada.id
        for model in (Interaction, Rating, Message, Consent):
            owners = db.execute(select(table_of(model).c.contact_id).distinct()).scalars().all()
            assert owners == [ada.id], model
    apart(rt, merge_id)
    after = everything()
    assert {name for name in before if before[name] != after[name]} == set()
    with pytest.raises(Conflict):
        apart(rt, merge_id)
    with pytest.raises(NotFound):
        join(rt, ada.id, merge_id)


@on_sqlite
def test_every_table_that_names_a_contact_has_its_room_in_a_merge(rt: Runtime) -> None:
    """A room that is forgotten would keep a merge from happening: PostgreSQL and SQLite hold its rows."""
    held = {
        name
        for name, table in SQLModel.metadata.tables.items()
        if any(key.column.table.name == "contacts" for key in table.foreign_keys)
    }
    assert held == {
        "answers", "consents", "contact_edits", "contact_keys", "conversations", "dormancy", "interactions", "messages",
        "outcomes", "ratings", "scores", "sends", "sentiments", "wave_members",
    }  # fmt: skip


WAYS = ["one click", "preferences", "texts STOP", "complaint", "in words"]


@pytest.mark.parametrize("way", WAYS)
@on_sqlite
def test_a_stop_on_what_the_gone_contact_received_reaches_the_kept_one(rt: Runtime, way: str) -> None:
    wave = launch_wave(rt, ["ada", "bea"])
    ada, bea = wave.contacts["ada"], wave.contacts["bea"]
    join(rt, ada.id, bea.id)
    browser = create_app(rt).test_client()
    every = {(who, channel) for who in "ab" for channel in ("email", "sms")}
    suppresses = every
    if way == "one click":
        assert browser.post(wave.link(Purpose.UNSUBSCRIBE, "bea")).status_code == 200
        suppresses = {("b", "email")}
    elif way == "preferences":
        assert browser.post(wave.link(Purpose.PREFERENCES, "bea"), data={"stop": "all"}).status_code == 200
    elif way == "texts STOP":
        story.says(bea, "STOP")
        suppresses = {("b", "sms")}
    elif way == "complaint":
        story.reports("sendgrid", EventKind.COMPLAINED, wave.messages["bea"], "spam")
    else:
        story.says(bea, "toglietemi dalla lista, basta")
    held = {("a", c) for c in stopped(rt, ada)} | {("b", c) for c in stopped(rt, bea)}
    assert held >= suppresses
    channel = "sms" if way == "texts STOP" else "email"
    with runtime.reading() as db:
        assert consent.present(db, ada.id)[channel] == ConsentState.WITHDRAWN
        live = (ConversationState.WAITING, ConversationState.RUNNING)
        assert not [c for c in db.scalars(select(story.Conversation)) if c.state in live]
        owners = {line.contact_id for line in db.scalars(select(Consent))}
    assert owners == {ada.id}


def test_a_stop_pressed_in_the_very_moment_of_a_merge_is_heard(rt: Runtime) -> None:
    wave = launch_wave(rt, ["ada", "bea"])
    ada, bea = wave.contacts["ada"], wave.contacts["bea"]
    answers: list[int] = []

    def press() -> None:
        page = create_app(rt).test_client().post(wave.link(Purpose.PREFERENCES, "bea"), data={"stop": "all"})
        answers.append(page.status_code)

    with runtime.session() as db:
        key = rt.settings.suppression_key
        merging.merge(db, ada.id, bea.id, hash_key=key, at=runtime.now(), actor="system")
        finger = threading.Thread(target=press)
        finger.start()
        time.sleep(0.3)
    finger.join(20)
    assert answers == [200]
    assert stopped(rt, ada) == stopped(rt, bea) == {"email", "sms"}
    with runtime.reading() as db:
        assert set(consent.present(db, ada.id).values()) == {ConsentState.WITHDRAWN}


@on_sqlite
def test_an_answer_on_the_gone_contacts_link_is_the_kept_ones(rt: Runtime) -> None:
    wave = launch_wave(rt, ["ada", "bea"])
    join(rt, wave.contacts["ada"].id, wave.contacts["bea"].id)
    browser, link = create_app(rt).test_client(), wave.link(Purpose.SURVEY, "bea")
    assert browser.post(link, data={"question": "nps", "answer": "9"}).status_code == 303
    with runtime.reading() as db:
        (answer,) = db.scalars(select(Answer)).all()
        (rating,) = db.scalars(select(Rating)).all()
    assert (answer.contact_id, answer.conversation_id) == (
        wave.contacts["ada"].id,
        wave.conversations["ada"].id,
    )
    assert rating.contact_id == wave.contacts["ada"].id


@on_sqlite
def test_nobody_is_written_to_twice(rt: Runtime) -> None:
    wave = launch_wave(rt, ["ada", "bea"])
    with runtime.session() as db:
        db.execute(update(table_of(Message)).values(state=State.QUEUED, accepted_at=None))
    merge_id = join(rt, wave.contacts["ada"].id, wave.contacts["bea"].id)
    with runtime.reading() as db:
        states = dict(db.execute(select(table_of(Message).c.id, table_of(Message).c.state)).all())
    assert states == {wave.messages["ada"].id: State.QUEUED, wave.messages["bea"].id: State.WITHDRAWN}
    apart(rt, merge_id)
    assert story.leaves(Channel.EMAIL, at=rt.now() + timedelta(days=1)) == set(states)


@on_sqlite
def test_what_has_left_already_counts(rt: Runtime) -> None:
    """The one who was written to stands for both, though it is the contact that goes."""
    wave = launch_wave(rt, ["ada", "bea"])
    with runtime.session() as db:
        mine = col(Message.id) == wave.messages["ada"].id
        db.execute(update(table_of(Message)).where(mine).values(state=State.QUEUED, accepted_at=None))
    join(rt, wave.contacts["ada"].id, wave.contacts["bea"].id)
    assert story.leaves(Channel.EMAIL, at=rt.now() + timedelta(days=1)) == set()


@on_sqlite
def test_a_control_stays_a_control(rt: Runtime) -> None:
    wave = launch_wave(rt, ["ada", "bea"])
    with runtime.session() as db:
        db.execute(update(table_of(Message)).values(state=State.QUEUED, accepted_at=None))
        bea = (wave.id, wave.contacts["bea"].id)
        db.get_one(WaveMember, bea).arm = Arm.CONTROL
    merge_id = join(rt, wave.contacts["ada"].id, wave.contacts["bea"].id)
    with runtime.reading() as db:
        (member,) = db.scalars(select(WaveMember)).all()
        assert (member.contact_id, member.arm) == (wave.contacts["ada"].id, Arm.CONTROL)
    assert story.leaves(Channel.EMAIL, at=rt.now() + timedelta(days=1)) == set()
    apart(rt, merge_id)
    with runtime.reading() as db:
        assert {m.contact_id: m.arm for m in db.scalars(select(WaveMember))} == {
            wave.contacts["ada"].id: Arm.TREATED,
            wave.contacts["bea"].id: Arm.CONTROL,
        }


@on_sqlite
def test_who_was_written_to_was_treated(rt: Runtime) -> None:
    """Or the comparison would count what a message did to them as if there had been none."""
    wave = launch_wave(rt, ["ada", "bea"])
    with runtime.session() as db:
        db.get_one(WaveMember, (wave.id, wave.contacts["ada"].id)).arm = Arm.CONTROL
    merge_id = join(rt, wave.contacts["ada"].id, wave.contacts["bea"].id)
    with runtime.reading() as db:
        assert [member.arm for member in db.scalars(select(WaveMember))] == [Arm.TREATED]
    apart(rt, merge_id)
    with runtime.reading() as db:
        arms = {member.contact_id: member.arm for member in db.scalars(select(WaveMember))}
        assert arms == {wave.contacts["ada"].id: Arm.CONTROL, wave.contacts["bea"].id: Arm.TREATED}


def a_contact(db: Session, **given: Any) -> Contact:
    now = runtime.now()
    email = given.get("email")
    held = Contact(created_at=now, updated_at=now, email_key=email and email.lower(), **given)
    db.add(held)
    db.flush()
    return held


def said(db: Session, held: Contact, channel: str, state: ConsentState, source: str, days: int) -> None:
    at = runtime.now() - timedelta(days=days)
    consent.record(db, held.id, [channel], state, at=at, recorded_at=at, source=source)


@on_sqlite
def test_no_consent_grows_and_no_stop_shrinks(rt: Runtime) -> None:
    """A no of one stands against the other's later imported yes; a stop at one address follows to the other."""
    key = rt.settings.suppression_key
    with runtime.session() as db:
        old = a_contact(db, email="ada@libero.it", phone="+393471111111", phone_kind=PhoneKind.MOBILE)
        new = a_contact(db, email="ada.rossi@ditta.it", phone="+393472222222", phone_kind=PhoneKind.MOBILE)
        said(db, old, "email", ConsentState.WITHDRAWN, "web", 300)
        said(db, new, "email", ConsentState.GRANTED, "import:crm", 10)
        said(db, new, "sms", ConsentState.GRANTED, "import:crm", 10)
        stop = list(hashes(key, None, old.phone))
        suppression.suppress(db, stop, reason="keyword", source="sms", at=runtime.now())
    merge_id = join(rt, new.id, old.id)
    with runtime.reading() as db:
        assert consent.present(db, new.id)["email"] == ConsentState.WITHDRAWN
    assert stopped(rt, new) == stopped(rt, old) == {"sms"}
    with runtime.session() as db:
        said(db, db.get_one(Contact, new.id), "sms", ConsentState.WITHDRAWN, "sms", 0)
        db.execute(update(table_of(Consent)).where(col(Consent.source) == "sms").values(recorded_at=rt.now()))
    apart(rt, merge_id)
    with runtime.reading() as db:
        # Theirs alone again is the old no; the one said since holds for both.
        assert consent.present(db, new.id) == {"email": "granted", "sms": "withdrawn"}
        assert consent.present(db, old.id) == {"email": "withdrawn", "sms": "withdrawn"}
    assert stopped(rt, new) == stopped(rt, old) == {"sms"}


@on_sqlite
def test_the_best_of_both_is_kept_and_the_rest_remembered(rt: Runtime) -> None:
    day = runtime.now() - timedelta(days=100)
    with runtime.session() as db:
        keep = a_contact(
            db, first_name="M.", last_name="Rossi", email="info@ditta.it", phone="+390212345678",
            phone_kind=PhoneKind.LANDLINE, company="Ditta Srl", crm_created_at=day,
            attributes={"settore": "Tessile"},
        )  # fmt: skip
        gone = a_contact(
            db, first_name="Mario", last_name="Rossi", email="mario@ditta.it", phone="+393471234567",
            phone_kind=PhoneKind.MOBILE, company="Ditta S.r.l.", job_title="Titolare",
            crm_created_at=day + timedelta(days=1), attributes={"cap": 20121},
        )  # fmt: skip
    merge_id = join(rt, keep.id, gone.id)
    with runtime.session() as db:
        held = db.get_one(Contact, keep.id)
        assert (held.first_name, held.email, held.phone) == ("Mario", "mario@ditta.it", "+393471234567")
        assert (held.company, held.job_title) == ("Ditta S.r.l.", "Titolare")
        assert held.attributes == {"settore": "Tessile", "cap": 20121, "landline": "+390212345678"}
        lost = db.get_one(Merge, merge_id).snapshot["lost"]
        assert lost["company"] == ["Ditta Srl", "", day.isoformat()]
        assert set(lost) == {"company", "first_name", "email", "phone"}
        held.job_title = "Presidente"
    apart(rt, merge_id)
    with runtime.reading() as db:
        held, back = db.get_one(Contact, keep.id), db.get_one(Contact, gone.id)
        assert (held.first_name, held.email, held.attributes) == (
            "M.",
            "info@ditta.it",
            {"settore": "Tessile"},
        )
        assert held.job_title == "Presidente", "changed since: it stays"
        assert (back.first_name, back.attributes) == ("Mario", {"cap": 20121})
