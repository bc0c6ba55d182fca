"""Consent is looked at when a wave is planned, and once more at the moment a message would leave."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app import runtime
from app.channels.base import Channel
from app.contacts import consent, declarations, undo
from app.contacts import jobs as contact_jobs
from app.contacts.imports import run as imports
from app.contacts.imports.plan import plan as plan_import
from app.contacts.models import ConsentState, Contact
from app.conversations import saying, walks
from app.db import new_id
from app.messages import batches
from app.messages.models import Message
from app.runtime import Runtime
from app.waves.models import WaveMember
from tests.contacts.importing import ROME, write
from tests.never_twice.story import BY_EMAIL, conversation, launched, leaves, messages, plan

STATEMENT = "Raccolti in fiera nel 2024, con modulo cartaceo firmato."


class Town:
    """One contact, imported into a company of their own, and what files say of them later."""

    def __init__(self, rt: Runtime, folder: Path) -> None:
        self.rt, self.folder, self.mark = rt, folder, new_id()[-10:]

    def brings(self, said: str, source: str = "crm") -> str:
        """Import the contact with this cell in the column of consents; returns the import's id."""
        rows = f"Codice;Nome;Email;Azienda;Consenso marketing\n{self.mark};Ada;ada.{self.mark}@x.example;{self.mark};"
        file = write(self.folder, f"{rows}{said}\n", f"{source}.csv")
        done = imports.run(
            plan_import(file, source=source, country="IT", zone=ROME),
            runtime.session,
            hash_key=self.rt.settings.suppression_key,
            now=self.rt.now(),
            rejects=self.folder / "rejects.csv",
        )
        return str(done.import_id)

    @property
    def contact(self) -> Contact:
        with runtime.reading() as db:
            return db.query(Contact).filter_by(company=self.mark).one()

    def declares(self) -> str:
        with runtime.session() as db:
            made = declarations.declare(
                db, "crm", statement=STATEMENT, by="Maria Bo", basis="consent", actor="p", at=self.rt.now()
            )
        contact_jobs.declare(made.id)
        return made.id


@pytest.fixture
def town(rt: Runtime, tmp_path: Path) -> Town:
    return Town(rt, tmp_path)


def says_no(town: Town) -> Callable[[], object]:
    town.brings("S")
    return lambda: town.brings("N", "newsletter")


def import_undone(town: Town) -> Callable[[], object]:
    town.brings("")
    granting = town.brings("S", "newsletter")
    key = town.rt.settings.suppression_key
    return lambda: undo.undo(runtime.session, granting, hash_key=key, now=town.rt.now(), actor="user:prova")


def declaration_withdrawn(town: Town) -> Callable[[], object]:
    town.brings("")
    made = town.declares()

    def act() -> None:
        with runtime.session() as db:
            declarations.withdraw(db, made, actor="user:prova", at=town.rt.now())

    return act


CHANGES = [
    (says_no, "consent_withdrawn"),
    (import_undone, "no_consent"),
    (declaration_withdrawn, "no_consent"),
]


@pytest.mark.parametrize(("begin", "reason"), CHANGES, ids=[begin.__name__ for begin, _ in CHANGES])
def test_consent_that_ends_between_planning_and_sending_stops_the_message(
    town: Town, begin: Callable[[Town], Callable[[], object]], reason: str
) -> None:
    rt, end = town.rt, begin(town)
    wave_id = launched(rt, town.contact, BY_EMAIL)
    plan(rt, wave_id)
    (message,) = messages(wave_id, "invite")
    with runtime.session() as db:
        claimed = batches.claim(db, Channel.EMAIL, worker="prova", size=10, now=rt.now())
    assert claimed is not None, "until now everything was right"
    end()
    with runtime.session() as db:
        assert batches.cross(db, claimed, now=rt.now()) == set()
    with runtime.reading() as db:
        held = db.get_one(Message, message.id)
        assert (held.state, held.reason) == ("withdrawn", reason)


@pytest.mark.parametrize(("begin", "reason"), CHANGES, ids=[begin.__name__ for begin, _ in CHANGES])
def test_consent_that_ends_before_planning_leaves_them_out_and_counted(
    town: Town, begin: Callable[[Town], Callable[[], object]], reason: str
) -> None:
    rt, end = town.rt, begin(town)
    wave_id = launched(rt, town.contact, BY_EMAIL)
    end()
    plan(rt, wave_id)
    assert messages(wave_id, "invite") == []
    with runtime.reading() as db:
        member = db.get_one(WaveMember, (wave_id, town.contact.id))
        assert (member.arm, member.reason) == ("excluded", reason)


def test_a_request_refused_whole_is_not_made_again_without_consent(town: Town) -> None:
    rt, end = town.rt, says_no(town)
    wave_id = launched(rt, town.contact, BY_EMAIL)
    plan(rt, wave_id)
    (message,) = leaves(Channel.EMAIL, at=rt.now())
    end()
    with runtime.session() as db:
        assert batches.still_wanted(db, [message], now=rt.now()) == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_wrote_to_us_is_answered_whatever_was_recorded(town: Town) -> None:
    rt = town.rt
    town.brings("S")
    wave_id = launched(rt, town.contact, BY_EMAIL)
    plan(rt, wave_id)
    leaves(Channel.EMAIL, at=rt.now())
    town.brings("N", "newsletter")
    with runtime.session() as db:
        walk = walks.open_walk(db, conversation(wave_id, town.contact).id)
        assert walk is not None
        saying.say(db, walk, "Grazie a te", Channel.EMAIL, rt.now())
    assert len(leaves(Channel.EMAIL, at=rt.now())) == 1
    with runtime.reading() as db:
        assert consent.present(db, town.contact.id) == {"email": ConsentState.WITHDRAWN}
