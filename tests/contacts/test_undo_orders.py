"""Undoing one of several imports, in any order and in the middle of another's work: nobody gains by it."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel, select

from app import runtime
from app.contacts import consent, declarations, suppression
from app.contacts.addresses import address_hash
from app.contacts.imports import run as imports
from app.contacts.imports import turn
from app.contacts.imports.plan import plan
from app.contacts.imports.run import Result
from app.contacts.models import ContactImport, ContactKey
from app.dossier import undo
from app.engagement.models import Grade, Kind
from app.engagement.record import record
from app.runtime import Runtime
from tests.contacts.importing import KEY, ROME, outcome, people, write

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HEAD = "Codice;Nome;Cognome;Email;Cellulare;Azienda;Consenso email;Consenso SMS\n"
STATEMENT = "Raccolti in fiera nel 2024, con modulo cartaceo firmato."


def bring(folder: Path, rows: str, source: str = "crm") -> Result:
    planned = plan(write(folder, HEAD + rows), source=source, country="IT", zone=ROME)
    return imports.run(
        planned, runtime.session, hash_key=KEY, now=runtime.now(), rejects=folder / "rejects.csv"
    )


def undone(import_id: str) -> None:
    undo.undo_import(runtime.session, import_id, hash_key=KEY, now=runtime.now(), actor="user:test")


def by_email() -> list[str]:
    """The addresses that may be written to by email."""
    found = []
    with runtime.reading() as db:
        for one in people():
            pair = ("email", address_hash(KEY, "email", one.email or ""))
            granted = consent.present(db, one.id).get("email") == "granted"
            if one.email and granted and not suppression.suppressed(db, [pair]):
                found.append(one.email)
    return sorted(found)


def names() -> set[tuple[str, str]]:
    with runtime.reading() as db:
        return {(key.source, key.key) for key in db.exec(select(ContactKey))}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_updates_either_is_undone_first(rt: Runtime, tmp_path: Path, order: tuple[int, int]) -> None:
    bring(tmp_path, "C1;Ada;Uno;ada@uno.example;;Uno;S;\n")
    before = [one.model_dump(exclude={"updated_at"}) for one in people()], names()
    both = [
        bring(tmp_path, f"C1;Ada;Uno;ada@{name}.example;;{name};S;\n").import_id for name in ("due", "tre")
    ]
    undone(both[order[0]])
    if order == (0, 1):
        assert people()[0].email == "ada@tre.example", "what replaced it since stays"
        assert ("email", "ada@uno.example") in names(), "and the address before is still theirs"
    undone(both[order[1]])
    assert ([one.model_dump(exclude={"updated_at"}) for one in people()], names()) == before


def test_who_inherits_a_contact_can_still_undo_its_own_changes(rt: Runtime, tmp_path: Path) -> None:
    made = bring(tmp_path, "C1;Ada;Uno;ada@uno.example;;Uno;S;\n")
    changed = bring(tmp_path, "C1;Ada;Uno;ada@uno.example;;Due;S;\n")
    bring(tmp_path, "C1;Ada;Uno;ada@uno.example;;;S;\n", source="altro")
    undone(made.import_id)
    undone(changed.import_id)
    assert [one.company for one in people()] == ["Uno"]


def test_a_stop_on_an_address_that_goes_follows_to_the_one_that_comes_back(
    rt: Runtime, tmp_path: Path
) -> None:
    bring(tmp_path, "C1;Ada;Uno;ada@uno.example;;;S;\n")
    second = bring(tmp_path, "C1;Ada;Uno;ada@due.example;;;S;\n")
    listed = [("email", address_hash(KEY, "email", "ada@due.example"))]
    with runtime.session() as db:
        suppression.suppress(db, listed, reason="manual", source="list:x", at=rt.now())
    undone(second.import_id)
    assert people()[0].email == "ada@uno.example"
    assert by_email() == []


def test_the_no_of_a_contact_who_goes_stands_at_their_second_address_too(rt: Runtime, tmp_path: Path) -> None:
    first = bring(tmp_path, "C1;Ada;Uno;ada@uno.example, ada@casa.example;;;N;\n")
    undone(first.import_id)
    bring(tmp_path, "C7;Ada;Uno;ada@casa.example;;;S;\n", source="altro")
    assert by_email() == []


def test_a_declaration_lets_go_of_who_no_longer_comes_from_its_source(rt: Runtime, tmp_path: Path) -> None:
    bring(tmp_path, "C1;Ada;Uno;ada@uno.example;;;;\n")
    bring(tmp_path, "F1;Bea;Due;bea@due.example;;;;\n", source="fiera")
    with runtime.session() as db:
        made = declarations.declare(
            db, "fiera", statement=STATEMENT, by="M", basis="consent", actor="p", at=rt.now()
        )
        declarations.apply_page(db, made.id, now=rt.now())
    rows = "F2;Ada;Uno;ada@uno.example;;;;\nF1;Bea;Due;bea@due.example;;;;\n"
    planned = plan(write(tmp_path, HEAD + rows), source="fiera", country="IT", zone=ROME)
    rehearsed = imports.rehearse(
        planned, runtime.reading, hash_key=KEY, now=rt.now(), rejects=tmp_path / "rejects.csv"
    )
    second = bring(tmp_path, rows, source="fiera")
    assert rehearsed.counts == second.counts, "the rehearsal knows of the declaration"
    assert by_email() == ["ada@uno.example", "bea@due.example"]
    undone(second.import_id)
    assert by_email() == ["bea@due.example"]


def test_an_import_undone_while_its_process_slept_begins_anew(rt: Runtime, tmp_path: Path) -> None:
    rows = "".join(f"K{i};N{i};C{i};n{i}@x.example;;;S;\n" for i in range(1_100))
    planned = plan(write(tmp_path, HEAD + rows), source="crm", country="IT", zone=ROME)

    def stopped_and_undone(_: int) -> None:
        with runtime.session() as db:
            import_id = db.exec(select(ContactImport.id)).one()
            turn.stop(db, import_id)
        undone(import_id)

    with pytest.raises(Exception, match="taken over"):
        imports.run(
            planned, runtime.session, hash_key=KEY, now=rt.now(), rejects=tmp_path / "r.csv",
            tick=stopped_and_undone,
        )  # fmt: skip
    assert bring(tmp_path, rows).counts["created"] == len(people()) == 1_100


def test_two_with_a_history_are_not_made_one_by_an_import_that_goes_on(rt: Runtime, tmp_path: Path) -> None:
    rows = "Z0;N1;C1;;3866085470;;;S\n"
    rows += "".join(f"K{i};N{i};C{i};n{i}@x.example;;;S;\n" for i in range(1_000))
    rows += "Z1;N1;C1;n1@x.example;3866085470;;S;\n"
    planned = plan(write(tmp_path, HEAD + rows), source="crm", country="IT", zone=ROME)

    def cut(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imports.run(
            planned, runtime.session, hash_key=KEY, now=rt.now(), rejects=tmp_path / "r.csv", tick=cut
        )
    with runtime.session() as db:
        for one in people():
            if one.first_name == "N1":
                record(db, one.id, Kind.LOGIN, Grade.ACT, rt.now(), "crm", f"login {one.id}")
    done = bring(tmp_path, rows)
    assert outcome(done) == {"created": 1_001, "merged": 1}
    assert done.counts["possible_doubles"] == 1, "the merge that follows moves what happened with them"


def test_every_table_that_names_contacts_finds_their_rows_by_an_index(rt: Runtime) -> None:
    with runtime.reading() as db:
        for table in SQLModel.metadata.tables.values():
            for key in table.foreign_keys:
                if key.target_fullname == "contacts.id":
                    asked = f"EXPLAIN QUERY PLAN SELECT 1 FROM {table.name} WHERE {key.parent.name} = 'x'"
                    (step,) = db.execute(text(asked)).all()
                    assert step.detail.startswith("SEARCH"), f"{table.name}: removing contacts reads it whole"
