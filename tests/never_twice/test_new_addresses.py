"""Who wants nothing more is not reached at an address that is learned only afterwards."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from app import runtime
from app.contacts import blocklist, consent, find
from app.contacts.imports import run as imports
from app.contacts.imports.plan import plan
from app.contacts.models import Contact
from app.contacts.stop_lists import Entry
from app.intake import stops
from app.runtime import Runtime
from tests.contacts.importing import KEY, ROME, write

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def bring(folder: Path, content: str) -> None:
    planned = plan(write(folder, content), source="crm", country="IT", zone=ROME)
    imports.run(planned, runtime.session, hash_key=KEY, now=runtime.now(), rejects=folder / "r.csv")


def ada() -> Contact:
    with runtime.reading() as db:
        return db.exec(select(Contact)).one()


def left(_: Path) -> None:
    now = runtime.now()
    with runtime.session() as db:
        every = find.every_address(db, ada(), KEY)
        stops.stop(
            db, ada(), every, reason="left", source="email", wording="Non scrivetemi più", at=now, now=now
        )


def complained_elsewhere(_: Path) -> None:
    entry = Entry(1, "email", "ada@x.example", "complaint", None, "")
    with runtime.session() as db:
        blocklist.suppress(db, [entry], source="list:x", hash_key=KEY, now=runtime.now())


def complained_in_a_file(folder: Path) -> None:
    bring(folder, "Codice;Nome;Email;Segnalato come spam\nC1;Ada;ada@x.example;S\n")


@pytest.mark.parametrize("way", [left, complained_elsewhere, complained_in_a_file])
def test_a_phone_learned_after_a_stop_to_everything_stays_silent(
    rt: Runtime, tmp_path: Path, way: Callable[[Path], None]
) -> None:
    bring(tmp_path, "Codice;Nome;Email;Consenso email\nC1;Ada;ada@x.example;S\n")
    way(tmp_path)
    bring(tmp_path, "Codice;Nome;Email;Cellulare;Consenso SMS\nC1;Ada;ada@x.example;3866085470;S\n")
    assert ada().phone
    with runtime.reading() as db:
        assert consent.present(db, ada().id) == {"email": "withdrawn", "sms": "withdrawn"}
