"""Files as CRMs write them: whatever the encoding, delimiter and quoting, every row arrives as it was."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contacts.imports import columns
from app.contacts.imports import run as imports
from app.contacts.imports.columns import Field, Mapping
from app.errors import BadInput
from app.files import tables
from tests.contacts.importing import ROME, write

TEXT = "Codice;E-mail;Nome;Note\nC1;a@uno.example;Nicolò;perché è già così\nC2;b@due.example;Zoë;più\n"


@pytest.mark.parametrize(
    "encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "mac_roman", "cp850"]
)
def test_accents_survive_every_encoding(tmp_path: Path, encoding: str) -> None:
    table = tables.open_table(write(tmp_path, TEXT.encode(encoding)))
    assert [record.cells for record in table.records()] == [
        ["C1", "a@uno.example", "Nicolò", "perché è già così"],
        ["C2", "b@due.example", "Zoë", "più"],
    ]


def test_a_few_windows_bytes_do_not_spoil_a_utf8_file(tmp_path: Path) -> None:
    rows = "".join(f"C{n};p{n}@uno.example;Nicolò;è\n" for n in range(50))
    content = b"Codice;E-mail;Nome;Note\n" + rows.encode() + b"C99;z@uno.example;Nicol\xf2;x\n"
    cells = [record.cells[2] for record in tables.open_table(write(tmp_path, content)).records()]
    assert set(cells) == {"Nicolò"}


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "^", "~"])
def test_any_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = ["Codice;E-mail;Nome", *(f"C{n};p{n}@uno.example;Anna" for n in range(5))]
    table = tables.open_table(write(tmp_path, "\r\n".join(lines).replace(";", delimiter)))
    assert table.delimiter == delimiter
    assert table.header == ["Codice", "E-mail", "Nome"]


def test_a_cell_may_hold_lines_and_mixed_line_ends_count_as_lines(tmp_path: Path) -> None:
    content = 'Codice;E-mail;Note\r\nC1;a@uno.example;"dopo le 18;\nnon ""prima"""\r\nC2;b@uno.example;x\n'
    first, second = tables.open_table(write(tmp_path, content)).records()
    assert first.cells[2] == 'dopo le 18;\nnon "prima"'
    assert (first.line, second.line) == (2, 4)


def test_a_forgotten_quote_costs_no_other_row(tmp_path: Path) -> None:
    rows = "".join(f"C{n};p{n}@uno.example;x\n" for n in range(300))
    content = 'Codice;E-mail;Note\nC900;q@uno.example;"mai chiusa\n' + rows
    records = list(tables.open_table(write(tmp_path, content)).records())
    assert len(records) == 301
    assert records[300].cells == ["C299", "p299@uno.example", "x"]


def test_titles_above_the_header_and_excels_separator_line_are_no_data(tmp_path: Path) -> None:
    content = "sep=;\nElenco clienti;;\n;;\nCodice;E-mail;Nome\nC1;a@uno.example;Anna\n"
    table = tables.open_table(write(tmp_path, content))
    assert table.header == ["Codice", "E-mail", "Nome"]
    assert len(list(table.records())) == 1


def test_a_bare_list_of_addresses_needs_no_header(tmp_path: Path) -> None:
    planned = imports.plan(write(tmp_path, "a@uno.example\nb@due.example\n"), country="IT", zone=ROME)
    assert len(list(planned.table.records())) == 2
    assert Field.EMAIL in planned.columns.places


def test_a_bare_list_of_phone_numbers_needs_no_header(tmp_path: Path) -> None:
    for content in ("+39 386 6085470\n386 6085471\n", "3866085470\n3866085471\n"):
        planned = imports.plan(write(tmp_path, content), country="IT", zone=ROME)
        assert len(list(planned.table.records())) == 2
        assert Field.PHONE in planned.columns.places


def test_years_and_dates_are_headers(tmp_path: Path) -> None:
    table = tables.open_table(write(tmp_path, "E-mail;2023-2024;01/02/2024\na@uno.example;5;6\n"))
    assert table.header == ["E-mail", "2023-2024", "01/02/2024"]


cell = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters='"\u2028'), max_size=12
)
body = st.lists(
    st.lists(st.one_of(cell, st.just('a "b";\nc')), min_size=3, max_size=3), min_size=1, max_size=8
)


@given(body)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    given_rows = [[f"p{n}@uno.example", *row] for n, row in enumerate(rows)]
    lines = [tables.as_line(row) for row in (["E-mail", "A", "B", "C"], *given_rows)]
    file = write(tmp_path_factory.mktemp("csv"), "\r\n".join(lines))
    assert [record.cells for record in tables.open_table(file, delimiter=";").records()] == given_rows


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b" \n\n", "empty"),
        ("header.csv", b"E-mail;Nome\n", "no rows"),
        ("book.xlsx", b"PK\x03\x04rest", "Excel"),
        ("old.xls", b"\xd0\xcf\x11\xe0rest", "Excel"),
        ("photo.png", b"\x89PNG\r\n\x1a\n", "PNG"),
        ("paper.pdf", b"%PDF-1.7", "PDF"),
        ("list.csv.gz", b"\x1f\x8b\x08", "gzip"),
        ("memory.bin", b"E-mail;\x00\x01\x02", "binary"),
        ("towns.csv", "Città;Prov.\nMilano;MI\nBari;BA\n".encode(), "no column holds an email"),
    ],
)
def test_what_is_no_list_of_contacts_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        imports.plan(write(tmp_path, content, name), country="IT", zone=ROME)
    assert refused.value.mend


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.csv: there is no such file"):
        imports.plan(tmp_path / "nowhere.csv", country="IT", zone=ROME)


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
    planned = imports.plan(file, country="IT", zone=ROME)
    assert not planned.columns.attributes
    assert Field.EMAIL in planned.columns.places


def test_content_overrules_a_name_that_cannot_be_true(tmp_path: Path) -> None:
    content = "Email;Contatto web;Nome\n" + "".join(f"S;p{n}@uno.example;Anna\n" for n in range(5))
    planned = imports.plan(write(tmp_path, content), country="IT", zone=ROME)
    assert planned.columns.places[Field.CONSENT_EMAIL] == (0,)


def test_a_mapping_rules_over_recognition(tmp_path: Path) -> None:
    file = write(
        tmp_path, "source: erp\ncolumns:\n  X1: email\n  X2: attribute grado\n  X3: ignore\n", "m.yaml"
    )
    mapping = columns.read_mapping(file)
    content = write(tmp_path, "X1;X2;X3\na@uno.example;4;z\n")
    planned = imports.plan(content, mapping=mapping, country="IT", zone=ROME)
    assert planned.source == "erp"
    assert planned.columns.said() == {"X1": "email", "X2": "attribute grado"}


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
        imports.plan(
            write(tmp_path, "X1\na@uno.example\n"),
            mapping=Mapping(columns={"Posta": "email"}),
            country="IT",
            zone=ROME,
        )
