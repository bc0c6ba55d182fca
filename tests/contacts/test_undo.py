"""Undoing an import, rehearsing one, and finishing one that was killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from app import runtime
from app.contacts import suppression, undo
from app.contacts.addresses import address_hash
from app.contacts.imports import run as imports
from app.contacts.imports.plan import plan
from app.contacts.models import ContactImport, ContactKey
from app.engagement.models import Grade, Kind
from app.engagement.record import record
from app.errors import Conflict
from app.runtime import Runtime
from tests.contacts.importing import KEY, ROME, bring, consents, outcome, people, write
from tests.paths import ROOT

HEAD = "Codice;Nome;Cognome;Email;Cellulare;Azienda;Data inserimento;Consenso email;Consenso SMS;Settore\n"
FIRST = "C1;Ada;Uno;ada@uno.example;3866085470;Uno Srl;01/01/2020;S;S;X\n"
SECOND = (
    "C1;Ada;Uno;ada.nuova@uno.example;3866085471;Uno Spa;01/01/2022;S;S;Y\n"
    "C2;Bea;Due;b@due.example;;;01/01/2020;S;;X\n"
    "C3;Cleo;Tre;c@tre.example;;;01/01/2020;NO;;X\n"
    "C4;Dina;Quattro;d@quattro.example;;;01/01/2020;S;;X\n"
)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def undone(import_id: str, **more: Any) -> dict[str, int]:
    return undo.undo(runtime.session, import_id, hash_key=KEY, now=runtime.now(), actor="user:test", **more)


def held() -> list[dict[str, Any]]:
    with runtime.reading() as db:
        keys = sorted((key.source, key.key, key.contact_id) for key in db.exec(select(ContactKey)))
    return [*(one.model_dump(exclude={"updated_at"}) for one in people()), {"keys": keys}]


def test_undo_restores_what_was_except_stops_and_what_happened_since(rt: Runtime, tmp_path: Path) -> None:
    bring(tmp_path, HEAD + FIRST)
    before = held()
    second = bring(tmp_path, HEAD + SECOND)
    assert outcome(second) == {"updated": 1, "created": 3}
    assert second.changes["email"] == 1
    by_name = {one.first_name: one for one in people()}
    with runtime.session() as db:
        record(db, by_name["Dina"].id, Kind.LOGIN, Grade.ACT, rt.now(), "crm", "login 1")
        suppression.suppress(
            db,
            [("sms", address_hash(KEY, "sms", "+393866085470"))],
            reason="keyword",
            source="sms",
            at=rt.now(),
        )
    assert undone(second.import_id) == {"removed": 2, "restored": 1, "kept": 1, "untouched": 0}
    left = {one.first_name: one for one in people()}
    assert left.keys() == {"Ada", "Dina"}, "whoever did something since stays"
    assert held()[0] == before[0], "Ada is as she was"
    assert consents(left["Dina"]) == {}, "but nothing the import granted counts"
    with runtime.reading() as db:
        stops = [
            ("sms", address_hash(KEY, "sms", "+393866085470")),
            ("email", address_hash(KEY, "email", "c@tre.example")),
        ]
        assert suppression.suppressed(db, stops) == set(stops), "a no outlives the contact it came with"
    with pytest.raises(Conflict, match="is undone"):
        undone(second.import_id)
    again = bring(tmp_path, HEAD + SECOND)
    assert outcome(again) == {"updated": 2, "created": 2}, "Dina says yes anew"
    assert again.counts["stay_out"] == 1, "Cleo is in the CRM again, and stays out"


def test_what_a_later_import_vouches_for_stays(rt: Runtime, tmp_path: Path) -> None:
    first = bring(tmp_path, HEAD + FIRST)
    second = bring(tmp_path, HEAD + FIRST.replace("Uno Srl", "Uno Srl unipersonale"), name="altro.csv")
    assert undone(first.import_id) == {"removed": 0, "restored": 0, "kept": 1, "untouched": 0}
    assert [one.company for one in people()] == ["Uno Srl unipersonale"]
    assert undone(second.import_id)["removed"] == 1, "now nobody vouches for her"


@only_sqlite
def test_an_undo_that_was_cut_off_goes_on(rt: Runtime, tmp_path: Path) -> None:
    rows = "".join(f"C{n};Ada;Uno{n};p{n}@uno.example;;;01/01/2020;S;;X\n" for n in range(1200))
    made = bring(tmp_path, HEAD + rows)

    def power_cut(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undone(made.import_id, tick=power_cut)
    assert len(people()) == 200
    assert undone(made.import_id)["removed"] == 1200
    assert people() == []


rows_of = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 4), st.sampled_from(["", "3866085470", "3866085471"]),
        st.sampled_from(["S", "NO", ""]), st.sampled_from(["Uno", "Due"]),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


def lines(drawn: list[tuple[int, int, str, str, str]]) -> str:
    return HEAD + "".join(
        f"C{key};Nome{who};Cognome{who};p{who}@uno.example;{phone};{company};01/01/2020;{said};;X\n"
        for key, who, phone, said, company in drawn
    )


@only_sqlite
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=rows_of, new=rows_of)
def test_a_rehearsal_says_what_comes_and_undo_takes_it_back(
    rt: Runtime, tmp_path: Path, old: Any, new: Any
) -> None:
    with runtime.reading() as db:
        earlier = list(db.exec(select(ContactImport.id).where(ContactImport.state == "done")))
    for import_id in earlier:
        undone(import_id)
    assert people() == [], "every example begins with nobody"
    bring(tmp_path, lines(old), name="vecchio.csv")
    before = held()
    planned = plan(write(tmp_path, lines(new), name="nuovo.csv"), country="IT", zone=ROME)
    terms: dict[str, Any] = {"hash_key": KEY, "now": rt.now(), "rejects": tmp_path / "r.csv"}
    said = imports.rehearse(planned, runtime.reading, **terms)
    assert held() == before, "a rehearsal writes nothing"
    done = imports.run(planned, runtime.session, **terms)
    assert (said.counts, said.changes) == (done.counts, done.changes)
    undone(done.import_id)
    assert held() == before


@pytest.mark.long
def test_an_import_killed_anywhere_is_finished_by_the_same_command(tmp_path: Path) -> None:
    rows = 9_000
    file = tmp_path / "contatti.csv"
    padding = "x" * 240  # long enough for the file to be read in a process of its own
    file.write_text(
        "Codice;Nome;Cognome;Email;Note\n"
        + "".join(f"C{n};Ada;Uno{n};p{n}@uno.example;{padding}\n" for n in range(rows))
    )
    command = [
        sys.executable,
        "-c",
        "from app.cli import main; main()",
        "contacts",
        "import",
        str(file),
        "--json",
    ]
    environment = {**os.environ, "DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as cut:
        database = tmp_path / "data" / "riattiva.db"
        while cut.poll() is None and not (
            Path(f"{database}-wal").exists() and Path(f"{database}-wal").stat().st_size > 4_000_000
        ):
            time.sleep(0.02)
        cut.send_signal(signal.SIGKILL)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert (told["rows"], told["created"]) == (rows, rows)
    assert told["resumed_after"] > 0
    listed = subprocess.run(
        [*command[:4], "imports", "--json"], env=environment, capture_output=True, text=True, check=True
    )
    assert [(one["state"], one["rows"]) for one in json.loads(listed.stdout)] == [("done", told["rows"])]
    shown = subprocess.run(
        [*command[:4], "show", "C8999", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(shown.stdout)["email"] == "p8999@uno.example"
