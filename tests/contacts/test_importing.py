"""Imports end with the right people, lose no row and never bring back who said stop; on both databases."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete, select

from app import runtime
from app.contacts import consent, suppression
from app.contacts.addresses import address_hash, hashes
from app.contacts.imports import run as imports
from app.contacts.imports import turn
from app.contacts.imports.columns import Mapping
from app.contacts.imports.plan import plan
from app.contacts.imports.reader import PAGE
from app.contacts.models import (
    Consent,
    ConsentState,
    Contact,
    ContactChange,
    ContactImport,
    ContactKey,
    ImportState,
    Owner,
)
from app.errors import BadInput, Conflict
from app.runtime import Runtime
from tests.contacts.importing import (
    KEY,
    ROME,
    bring,
    consents,
    one,
    outcome,
    people,
    suppressions,
    take,
    write,
)

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HEAD = (
    "Codice;Nome;Cognome;E-mail;Cellulare;Telefono;Data inserimento;Consenso marketing;Consenso SMS;Agente\n"
)


def test_a_new_contact_has_everything_its_row_says(rt: Runtime, tmp_path: Path) -> None:
    head = HEAD.strip() + ";Lingua;Settore;Dipendenti;Data ultimo acquisto;Fatturato totale\n"
    row = "C1;Rocco;Sabbatini;Rocco@Uno.Example;386 6085470;02 9096990;07/03/2018;S;N;Colombo;IT;Tessile;12;"
    result = bring(tmp_path, head + row + "20/07/2026;11.501,01\n")
    contact = one()
    assert outcome(result) == {"created": 1}
    assert (contact.email, contact.email_key) == ("Rocco@Uno.Example", "rocco@uno.example")
    assert (contact.phone, contact.phone_kind) == ("+393866085470", "mobile")
    assert (contact.language, contact.country, contact.time_zone) == ("it", "IT", "Europe/Rome")
    assert contact.attributes == {
        "settore": "Tessile",
        "dipendenti": 12,
        "last_purchase_on": "2026-07-20",
        "revenue": 11501.01,
        "landline": "+39029096990",
    }
    assert consents(contact) == {"email": "granted", "sms": "withdrawn"}
    with runtime.reading() as db:
        assert [owner.name for owner in db.exec(select(Owner))] == ["Colombo"]


@ON_SQLITE
def test_bad_cells_are_left_empty_and_the_row_stays(rt: Runtime, tmp_path: Path) -> None:
    rows = (
        "C1;Ada;Uno;info(at)ditta;3866085470;;ieri;S;;X\n"
        "C2;Bea;Due;b@due.example;12;;31/02/2021;forse;;X\n"
        "C3;Cleo;Tre;c@tre.example\n"
        "C4;Dina;Quattro;d@quattro.example;;;01/01/2020;S;S;X;zu;viel\n"
    )
    result = bring(tmp_path, HEAD + rows)
    assert outcome(result) == {"created": 4}
    assert result.warnings_path is not None
    with Path(result.warnings_path).open(encoding="utf-8-sig", newline="") as file:
        noted = {(int(row["riattiva_line"]), row["riattiva_field"]) for row in csv.DictReader(file)}
    assert noted == {
        (2, "email"), (2, "created_on"), (3, "phone"), (3, "created_on"), (3, "consent_email"),
        (4, "row"), (5, "row"),
    }  # fmt: skip
    by_email = {contact.email: contact for contact in people()}
    assert consents(by_email["b@due.example"]) == {}
    assert consents(by_email["c@tre.example"]) == {}, "what a short row does not say is unknown"
    assert consents(by_email["d@quattro.example"]) == {}, "in a long row a yes may be another column's"


@ON_SQLITE
def test_a_row_without_address_is_rejected_as_given_and_harmless(rt: Runtime, tmp_path: Path) -> None:
    rows = '=1+1;Ada;Uno;mario.rossi@;;;;S;S;X\nC2;Bea;"=cmd";;;;;S;S;X\nC3;C;D;c@x.example\n'
    result = bring(tmp_path, HEAD + rows)
    assert outcome(result) == {"created": 1, "rejected": 2}
    assert result.rejects_path is not None
    with Path(result.rejects_path).open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    said = [first[f"riattiva_{name}"] for name in ("line", "field", "value", "source")]
    assert said == ["2", "email", "mario.rossi@", "gestionale"]
    assert first["Codice"] == "'=1+1"
    assert second["riattiva_reason"] == "no email address and no phone number"


def test_importing_again_changes_nothing_and_writes_no_second_ledger_line(
    rt: Runtime, tmp_path: Path
) -> None:
    content = HEAD + (
        "C1;Ada;Uno;ada@uno.example;3866085470;;01/01/2020;S;;X\n"
        "C9;Ada;Uno;;+39 386 6085470;;01/01/2020;NO;S;X\n"
        ";Bea;Due;b@due.example;;;;;;\n"
        ";;;info@tre.example;;;;S;;\n"
        ";Carlo;;;;02 9096990;;;;\n"
        "C5;;;;;;;;;\n"
    )
    first = bring(tmp_path, content)
    with runtime.reading() as db:
        lines = len(db.exec(select(Consent)).all())
    second = bring(tmp_path, content)
    assert outcome(first) == {"created": 4, "merged": 1, "rejected": 1}
    assert outcome(second) == {"unchanged": 5, "rejected": 1}
    with runtime.reading() as db:
        assert len(db.exec(select(Consent)).all()) == lines


def test_a_changed_record_updates_its_contact_and_a_lost_cell_erases_nothing(
    rt: Runtime, tmp_path: Path
) -> None:
    bring(tmp_path, HEAD + "C1;Ada;Uno;ada@uno.example;3866085470;;01/01/2020;S;;X\n")
    result = bring(tmp_path, HEAD + "C1;Ada;Uno-Due;ada@nuova.example;;;01/01/2020;S;;Y\n")
    contact = one()
    assert outcome(result) == {"updated": 1}
    assert (contact.last_name, contact.email, contact.phone) == (
        "Uno-Due",
        "ada@nuova.example",
        "+393866085470",
    )
    again = bring(tmp_path, HEAD + ";;;ADA@uno.example;;;;;;\n", "altro.csv")
    assert outcome(again) == {"unchanged": 1}, "the old address still means her"


@ON_SQLITE
def test_a_mobile_is_one_person_only_under_compatible_names(rt: Runtime, tmp_path: Path) -> None:
    rows = (
        "C1;Etta;Bulzoni;etta@uno.example;3866085470;;01/01/2020;S;;X\n"
        "C2;Etta;Bulzonu;etta@uno.exmaple;386/6085470;;01/01/2020;S;;X\n"
        "C3;Aldo;Bulzoni;aldo@uno.example;3866085470;;01/01/2020;S;;X\n"
    )
    assert outcome(bring(tmp_path, HEAD + rows)) == {"created": 2, "merged": 1}
    assert [contact.email for contact in people()] == ["aldo@uno.example", "etta@uno.example"]


def test_capitals_replace_no_name_and_a_polite_no_is_a_no(rt: Runtime, tmp_path: Path) -> None:
    rows = (
        "C1;Ada;De Luca;ada@uno.example;;;01/01/2020;No, grazie;;X\n"
        "C2;ADA;DE LUCA;ada@uno.example;;;01/01/2022;;;X\n"
    )
    assert outcome(bring(tmp_path, HEAD + rows)) == {"created": 1, "merged": 1}
    assert (one().first_name, one().last_name) == ("Ada", "De Luca")
    assert consents(one()) == {"email": "withdrawn"}
    assert outcome(bring(tmp_path, HEAD + rows)) == {"unchanged": 2}


def test_strangers_who_share_an_address_stay_two(rt: Runtime, tmp_path: Path) -> None:
    rows = (
        "C1;Ada;Uno;casa@uno.example;;;;;;X\n"
        "C2;Ezio;Nervi;casa@uno.example;;;;;;X\n"
        "C3;Ada;Uni;CASA@uno.example;;;;;;X\n"
    )
    assert outcome(bring(tmp_path, HEAD + rows)) == {"created": 2, "merged": 1}
    assert outcome(bring(tmp_path, HEAD + rows)) == {"unchanged": 3}


@ON_SQLITE
def test_an_office_address_and_a_landline_prove_nothing(rt: Runtime, tmp_path: Path) -> None:
    rows = (
        "C1;Ada;Uno;info@ditta.example;;02 9096990;;;;\nC2;Bea;Due;info@ditta.example;;02 9096990;;;;\n"
        "C3;Ada;Uno;info@ditta.example;;;;;;\n"
    )
    assert outcome(bring(tmp_path, HEAD + rows)) == {"created": 2, "merged": 1}


def test_a_row_that_joins_two_new_contacts_makes_them_one(rt: Runtime, tmp_path: Path) -> None:
    a_page_later = "".join(f"R{n};;;;;;;;;\n" for n in range(PAGE))
    rows = (
        "C3;Ada;Uno;ada@uno.example;;;01/01/2022;S;S;X\n"
        "C2;Ada;Uno;;3866085470;;01/01/2020;NO;;X\n"
        + a_page_later
        + "C1;Ada;Uno;ada@uno.example;3866085470;;01/01/2020;S;;X\n"
    )
    assert outcome(bring(tmp_path, HEAD + rows)) == {"created": 1, "merged": 2, "rejected": PAGE}
    assert consents(one()) == {"email": "withdrawn", "sms": "granted"}
    assert outcome(bring(tmp_path, HEAD + rows)) == {"unchanged": 3, "rejected": PAGE}


@ON_SQLITE
def test_a_key_given_to_somebody_else_does_not_turn_one_into_the_other(rt: Runtime, tmp_path: Path) -> None:
    bring(tmp_path, HEAD + "7;Ada;Uno;ada@uno.example;;;;;;\n")
    content = HEAD + "7;Zeno;Verdi;zeno@due.example;;;;;;\n"
    assert outcome(bring(tmp_path, content)) == {"created": 1}
    assert outcome(bring(tmp_path, content)) == {"unchanged": 1}
    assert [contact.first_name for contact in people()] == ["Ada", "Zeno"]


@ON_SQLITE
def test_hubspot_stops_arrive_as_stops(rt: Runtime, tmp_path: Path) -> None:
    content = (
        "Record ID,Email,Create Date,Unsubscribed from all email,Email hard bounce reason,Legal basis\n"
        "1,a@uno.example,2021-05-13 03:51,true,,Freely given consent from contact\n"
        "2,b@uno.example,2021-05-13 03:51,,UNKNOWN_USER,Legitimate interest – existing customer\n"
        "3,c@uno.example,2021-05-13 03:51,false,,Not applicable\n"
    )
    bring(tmp_path, content, "hubspot.csv")
    a, b, c = people()
    assert [consents(one) for one in (a, b, c)] == [{"email": "withdrawn"}, {"email": "granted"}, {}]
    assert suppressions() == [("email", "hard_bounce"), ("email", "unsubscribed")]
    with runtime.reading() as db:
        (basis,) = db.exec(select(Consent.basis).where(Consent.contact_id == b.id))
    assert basis == "Legitimate interest – existing customer"


@pytest.mark.parametrize("date", ["01/01/2020", "", "01/01/2099"])
def test_no_import_brings_back_who_said_stop(rt: Runtime, tmp_path: Path, date: str) -> None:
    row = HEAD + f"C1;Ada;Uno;ada@uno.example;3866085470;;{date};S;S;X\n"
    bring(tmp_path, row)
    stop(one())
    for name in ("gestionale.csv", "altro-crm.csv"):
        bring(tmp_path, row, name)
        bring(tmp_path, row.replace("ada@uno", "ada@nuova"), name)
    assert consents(one()) == {"email": "withdrawn", "sms": "withdrawn"}
    with runtime.reading() as db:
        now_used = list(hashes(KEY, one().email, one().phone))
        assert suppression.suppressed(db, now_used) == set(now_used), (
            "the stop followed her to the new address"
        )


def stop(contact: Contact) -> None:
    now = runtime.now()
    with runtime.session() as db:
        consent.record(
            db, contact.id, ("email", "sms"), ConsentState.WITHDRAWN, at=now, recorded_at=now, source="reply"
        )
        suppression.suppress(
            db, hashes(KEY, contact.email, contact.phone), reason="keyword", source="reply", at=now
        )


def test_an_import_lifts_no_suppression_and_renews_none_the_contact_lifted(
    rt: Runtime, tmp_path: Path
) -> None:
    content = "Email,Create Date,Unsubscribed\na@uno.example,2021-05-13 03:51,true\n"
    bring(tmp_path, content)
    address = ("email", address_hash(KEY, "email", "a@uno.example"))
    bring(tmp_path, content.replace("true", "false"))
    with runtime.session() as db:
        assert suppression.suppressed(db, [address]) == {address}
        assert suppression.lift(db, *address, at=runtime.now())
    bring(tmp_path, content)
    with runtime.reading() as db:
        assert not suppression.suppressed(db, [address]), "her own later opt-in holds"


def test_one_import_at_a_time(rt: Runtime, tmp_path: Path) -> None:
    content = HEAD + "C1;Ada;Uno;ada@uno.example;;;;;;\n"
    planned = plan(write(tmp_path, content), country="IT", zone=ROME)
    with runtime.session() as db:
        turn.claim(db, "contacts", planned.table, "gestionale", runtime.now())
    with pytest.raises(Conflict, match=r"gestionale\.csv is still being imported"):
        take(planned, tmp_path)
    assert people() == []


@ON_SQLITE
def test_an_import_whose_process_is_gone_blocks_nobody(rt: Runtime, tmp_path: Path) -> None:
    content = HEAD + "C1;Ada;Uno;ada@uno.example;;;;;;\n"
    planned = plan(write(tmp_path, content), country="IT", zone=ROME)
    with runtime.session() as db:
        left = turn.claim(db, "contacts", planned.table, "gestionale", runtime.now())
        with subprocess.Popen([sys.executable, "-c", ""]) as ended:
            left.pid = ended.pid
        db.add(left)
    assert outcome(take(planned, tmp_path)) == {"created": 1}
    with runtime.reading() as db:
        states = sorted(db.exec(select(ContactImport.state)))
    assert states == [ImportState.DONE, ImportState.INTERRUPTED]


def test_an_interrupted_import_is_finished_by_running_it_again(rt: Runtime, tmp_path: Path) -> None:
    rows = "".join(f"C{n};Ada;Uno{n};p{n}@uno.example;;;01/01/2020;S;;X\n" for n in range(1500))
    planned = plan(write(tmp_path, HEAD + rows), country="IT", zone=ROME)

    def power_cut(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imports.run(
            planned,
            runtime.session,
            hash_key=KEY,
            now=runtime.now(),
            rejects=tmp_path / "r.csv",
            tick=power_cut,
        )
    result = take(planned, tmp_path)
    assert result.resumed_after == 1001, "the first page is in: it goes on behind it"
    assert outcome(result) == {"created": 1500}, "and counts the whole file"
    assert len(people()) == 1500
    assert outcome(take(planned, tmp_path)) == {"unchanged": 1500}


@ON_SQLITE
def test_an_unusable_place_for_rejects_is_said_before_anything_is_written(
    rt: Runtime, tmp_path: Path
) -> None:
    planned = plan(write(tmp_path, HEAD + "C1;A;B;a@b.example;;;;;;\n"), country="IT", zone=ROME)
    (tmp_path / "wall").write_text("a file, no folder")
    with pytest.raises(BadInput, match="rejects cannot be written"):
        imports.run(
            planned, runtime.session, hash_key=KEY, now=runtime.now(), rejects=tmp_path / "wall" / "r.csv"
        )
    assert people() == []


@ON_SQLITE
def test_a_mapping_names_attributes_and_ignores(rt: Runtime, tmp_path: Path) -> None:
    mapping = Mapping(columns={"Posta": "email", "Gr.": "attribute grado", "Segreto": "ignore"})
    bring(tmp_path, "Posta;Gr.;Segreto\na@uno.example;4,5;x\n", mapping=mapping)
    assert one().attributes == {"grado": 4.5}


person = st.tuples(
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["S", "N", ""]),
    st.sampled_from(["2020", "2022"]),
)


def lines_of(drawn: list[tuple[int, bool, bool, str, str]]) -> list[str]:
    rows = []
    for n, (who, email, phone, answer, year) in enumerate(drawn):
        address = f"p{who}@uno.example" if email or not phone else ""
        mobile = f"38660854{who}0" if phone else ""
        rows.append(f"K{n};Nome;Cognome{who}{who}{who}{who};{address};{mobile};;01/01/{year};{answer};;X\n")
    return rows


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(person, min_size=2, max_size=8), order=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_neither_people_nor_stops(
    rt: Runtime, tmp_path: Path, drawn: list, order
) -> None:  # type: ignore[no-untyped-def,type-arg]
    rows = lines_of(drawn)
    shuffled = list(rows)
    order.shuffle(shuffled)
    seen = []
    for given_rows in (rows, shuffled, shuffled + rows):
        empty()
        result = bring(tmp_path, HEAD + "".join(given_rows))
        outcome(result)
        again = bring(tmp_path, HEAD + "".join(given_rows))
        assert outcome(again) == {"unchanged": len(given_rows)}
        seen.append([(one.email_key, one.phone, consents(one)) for one in people()])
    assert seen[0] == seen[1] == seen[2]


def empty() -> None:
    with runtime.session() as db:
        for table in (Consent, ContactKey, Contact, ContactChange, ContactImport):
            db.execute(delete(table))
