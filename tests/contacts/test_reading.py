"""Columns of files as CRMs write them, and the mapping that overrules what was recognised."""

from dataclasses import replace
from pathlib import Path

import pytest

from app import runtime
from app.contacts.imports import columns, full_names, mappings
from app.contacts.imports.columns import Field, Mapping
from app.contacts.imports.plan import plan
from app.errors import BadInput
from app.files.findings import Findings, Problem
from app.runtime import Runtime
from tests.contacts.importing import ROME, write


def test_a_bare_list_of_addresses_needs_no_header(tmp_path: Path) -> None:
    planned = plan(write(tmp_path, "a@uno.example\nb@due.example\n"), country="IT", zone=ROME)
    assert len(list(planned.table.records())) == 2
    assert Field.EMAIL in planned.columns.places


def test_a_bare_list_of_phone_numbers_needs_no_header(tmp_path: Path) -> None:
    for content in ("+39 386 6085470\n386 6085471\n", "3866085470\n3866085471\n"):
        planned = plan(write(tmp_path, content), country="IT", zone=ROME)
        assert len(list(planned.table.records())) == 2
        assert Field.PHONE in planned.columns.places


@pytest.mark.parametrize(
    ("header", "places"),
    [
        (
            "Contact ID,First Name,Last Name,Account Name,Title,Email,Mobile,Email Opt Out,Created Date",
            "salesforce",
        ),
        (
            "Person - ID,Person - Name,Person - Email - Work,Person - Phone - Mobile,Person - Owner",
            "pipedrive",
        ),
        ("Email Address,First Name,Last Name,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME,LEID", "mailchimp"),
        ("Id,FirstName,LastName,Email,MobilePhone,MailingCountry,CreatedDate,HasOptedOutOfEmail", "soql"),
        ("Person - ID,Person - Email - Work,Person - Email - Home,Person - Person created", "persons"),
        ("CONTACT ID,EMAIL,FIRSTNAME,LASTNAME,SMS,EMAIL_BLACKLISTED,ADDED_TIME", "brevo"),
        ("Email,First Name,Last Name,Phone,Date Added,Language", "activecampaign"),
    ],
)
def test_the_columns_of_the_usual_crms_are_known(tmp_path: Path, header: str, places: str) -> None:
    file = write(tmp_path, f"{header}\n" + ",".join("x" for _ in header.split(",")) + "\n", f"{places}.csv")
    planned = plan(file, country="IT", zone=ROME)
    assert not planned.columns.attributes
    assert Field.EMAIL in planned.columns.places


def test_content_overrules_a_name_that_cannot_be_true(tmp_path: Path) -> None:
    content = "Email;Contatto web;Nome\n" + "".join(f"S;p{n}@uno.example;Anna\n" for n in range(5))
    planned = plan(write(tmp_path, content), country="IT", zone=ROME)
    assert planned.columns.places[Field.CONSENT_EMAIL] == (0,)


def test_a_mapping_rules_over_recognition(tmp_path: Path) -> None:
    file = write(
        tmp_path, "source: erp\ncolumns:\n  X1: email\n  X2: attribute grado\n  X3: ignore\n", "m.yaml"
    )
    mapping = columns.read_mapping(file)
    content = write(tmp_path, "X1;X2;X3\na@uno.example;4;z\n")
    planned = plan(content, mapping=mapping, country="IT", zone=ROME)
    assert planned.source == "erp"
    assert planned.columns.said() == {"X1": "email", "X2": "attribute grado (integer)"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: {X1: emial}", "cannot be 'emial'"),
        ("colums: {}", "unknown setting 'colums'"),
        ("columns: [", "no YAML"),
        ("dates: sideways", "must be 'day first'"),
        ("- a\n- b", "unknown setting"),
    ],
)
def test_a_wrong_mapping_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        columns.read_mapping(write(tmp_path, text, "m.yaml"))


def test_a_mapping_for_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Posta"):
        plan(
            write(tmp_path, "X1\na@uno.example\n"),
            mapping=Mapping(columns={"Posta": "email"}),
            country="IT",
            zone=ROME,
        )


def test_unknown_columns_have_the_kind_of_their_values(tmp_path: Path) -> None:
    header = "Email;Dipendenti;Sconto;Cliente dal;Ultimo accesso;VIP;Interessi;Taglia;CAP;Quota\n"
    row = "a@uno.example;12;1,5;05/03/2021;05/03/2021 10:30;Si;news;S;00121;12,5%\n"
    other = "b@uno.example;7;2,25;06/03/2021;06/03/2021 11:30;No;news,eventi;M;20121;3%\n".replace(
        ",eventi", "|eventi"
    )
    file = write(tmp_path, header + row + other)
    kinds = dict(plan(file, country="IT", zone=ROME).columns.attributes.values())
    assert kinds == {
        "dipendenti": "integer", "sconto": "decimal", "cliente_dal": "date", "ultimo_accesso": "datetime",
        "vip": "boolean", "interessi": "text", "taglia": "text", "cap": "text", "quota": "decimal",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Mario Rossi", "Mario", "Rossi"),
        ("ROSSI MARIO", "MARIO", "ROSSI"),
        ("ROSSI Mario", "Mario", "ROSSI"),
        ("Rossi, Mario", "Mario", "Rossi"),
        ("Dott. Mario Rossi", "Mario", "Rossi"),
        ("Dott.ssa Anna De Luca", "Anna", "De Luca"),
        ("De Luca Anna", "Anna", "De Luca"),
        ("Ing. Prof. Giovanni Bianchi", "Giovanni", "Bianchi"),
        ("Maria Grazia Verdi", "Maria Grazia", "Verdi"),
        ("Sig.ra Lucia Della Valle", "Lucia", "Della Valle"),
        ("DELLA VALLE LUCIA", "LUCIA", "DELLA VALLE"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Drago Ivan", "Ivan", "Drago"),
        ("Madonna", "Madonna", None),
        ("Xu Wei", "Xu", "Wei"),
    ],
)
def test_whole_names(name: str, first: str, last: str | None) -> None:
    assert full_names.split(name) == (first, last)


def test_the_custom_of_a_column_decides_names_nobody_knows() -> None:
    assert full_names.surname_first(["Rossi Mario", "Bianchi Anna", "Xu Wei"], "Nominativo")
    assert not full_names.surname_first(["Mario Rossi", "Xu Wei"], "Nominativo")
    assert full_names.split("Xu Wei", surname_first=True) == ("Wei", "Xu")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_mapping_is_kept_with_its_source(rt: Runtime, tmp_path: Path) -> None:
    laid_down = Mapping(dates="day first", columns={"X1": "email", "X9": "ignore"})
    with runtime.session() as db:
        mappings.save(db, "erp", Mapping(columns={"Old": "email"}), rt.now())
        mappings.save(db, "erp", laid_down, rt.now())
    with runtime.reading() as db:
        kept = mappings.saved(db, "erp")
        assert mappings.saved(db, "other") is None
    assert kept == replace(laid_down, source="erp", saved=True)
    planned = plan(write(tmp_path, "X1;X2\na@uno.example;4\n"), mapping=kept, country="IT", zone=ROME)
    assert planned.columns.said() == {"X1": "email", "X2": "attribute x2 (integer)"}
    assert "'X9' that is not here" in planned.columns.notes[0]


def test_mended_rejects_come_from_the_source_they_were_rejected_from(tmp_path: Path) -> None:
    found = Findings(tmp_path / "no.csv", ["Codice", "E-mail", "Cellulare"], "erp")
    found.note(
        found.rejects, 7, Problem("email", "a@", "no address"), ["C1", "a@uno.example", "+39 386 6085470"]
    )
    found.close()
    planned = plan(tmp_path / "no.csv", country="IT", zone=ROME)
    assert planned.source == "erp"
    assert planned.columns.said() == {"Codice": "key", "E-mail": "email", "Cellulare": "mobile"}
