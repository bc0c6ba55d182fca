"""Workbooks, JSON lines and packed files: told apart by content, read row by row, refused in words."""

import gzip
import io
import json
import zipfile
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Protection

from app.errors import BadInput
from app.files import tables
from tests.contacts.importing import write

CSV = "Codice;E-mail;Nome\nC1;a@uno.example;Nicolò\nC2;b@due.example;Zoë\n"
CELLS = [["C1", "a@uno.example", "Nicolò"], ["C2", "b@due.example", "Zoë"]]


def workbook(path: Path, rows: list[list[object]], formats: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Leggimi"
    book.active["A1"] = "Esportazione del CRM"
    hidden = book.create_sheet("Vecchi")
    hidden.append(["E-mail", "Nome"])
    hidden.sheet_state = "hidden"
    sheet = book.create_sheet("Contatti")
    for row in rows:
        sheet.append(row)
    for place, form in (formats or {}).items():
        sheet[place].number_format = form
    sheet["A1"].protection = Protection(locked=True)
    book.save(path)
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_workbook_is_read_as_a_person_sees_it(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Elenco clienti al 1/3/2024"],
        [],
        ["E-mail", "Cellulare", "Nato il", "Creato", "Quota", "Attivo", "CAP", "Totale", "Ora", "Nota"],
        ["a@uno.example", 3866085470, date(1980, 5, 1), datetime.fromisoformat("2024-03-01T15:30"), 0.125,
         True, 121, 11501.01,
         time(9, 30), " due\nrighe "],
        ["b@uno.example", 3866085471.0, None, None, None, False, None, 1e15, None, "Nicolò_x000D_"],
        [],
        ["c@uno.example"],
    ]  # fmt: skip
    file = workbook(tmp_path / "clienti.xlsx", rows, {"E4": "0%", "G4": "00000"})
    table = tables.open_table(file)
    assert table.recognised() == "Excel workbook, sheet 'Contatti', 10 columns"
    assert table.header_line == 3
    first, second, third = table.records()
    assert first.cells == [
        "a@uno.example", "3866085470", "1980-05-01", "2024-03-01 15:30:00", "12.5%", "true", "00121", "11501.01",
        "09:30:00", " due\nrighe ",
    ]  # fmt: skip
    assert second.cells[:2] == ["b@uno.example", "3866085471"]
    assert second.cells[7:] == ["1000000000000000", "", "Nicolò\r"]
    assert (third.line, third.cells) == (7, ["c@uno.example", *[""] * 9])


def test_the_strings_excel_keeps_apart_are_found(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "plain.xlsx", [["E-mail", "Nome"], ["a@uno.example", "Ada"]])
    with zipfile.ZipFile(plain) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types, sheet = "[Content_Types].xml", next(name for name in parts if name.endswith("sheet3.xml"))
    over = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    parts[types] = parts[types].replace(b"</Types>", over.encode())
    parts["xl/sharedStrings.xml"] = (
        f"<sst {space}><si><t>E-mail</t></si><si><t>Nome</t></si><si><t>a@uno.example</t></si><si><r><t>Nicol</t></r>"
        "<r><t>ò &amp; Zoë</t></r><rPh><t>kana</t></rPh></si><si><t/></si></sst>"
    ).encode()
    parts[sheet] = (
        f'<worksheet {space}><sheetData><row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>'
        '<row r="5" ht="15"><c r="A5" t="s"><v>2</v></c><c r="B5" t="s"><v>4</v></c><c r="C5" t="s"><v>3</v></c></row>'
        "</sheetData></worksheet>"
    ).encode()
    table = tables.open_table(zipped(tmp_path / "excel.xlsx", parts))
    assert table.header == ["E-mail", "", "Nome"]
    assert [(record.line, record.cells) for record in table.records()] == [
        (5, ["a@uno.example", "", "Nicolò & Zoë"])
    ]


def test_a_workbook_that_could_explode_or_is_broken_is_refused(tmp_path: Path) -> None:
    good = workbook(tmp_path / "good.xlsx", [["E-mail", "Nome"], ["a@uno.example", "Ada"]])
    with zipfile.ZipFile(good) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = next(name for name in parts if name.endswith("sheet3.xml"))
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + parts[sheet].partition(b"?>")[2]
    for change in ({sheet: entity}, {sheet: parts[sheet][:-60]}, {"xl/workbook.xml": b"<workbook"}):
        with pytest.raises(BadInput, match="damaged") as refused:
            list(tables.open_table(zipped(tmp_path / "bad.xlsx", parts | change)).records())
        assert refused.value.mend


def test_json_lines_give_every_key_a_column_and_a_broken_line_costs_itself(tmp_path: Path) -> None:
    lines = [
        {"id": 7, "properties": {"email": "a@uno.example", "tags": ["x", "y"]}, "ok": True},
        {"id": 8.0, "properties": {"email": "b@uno.example", "phone": None}, "late": "1;2"},
    ]
    first, second = (json.dumps(line) for line in lines)
    table = tables.open_table(write(tmp_path, f"{first}\n\n{{broken\n{second}\n", "crm.ndjson"))
    assert table.header == ["id", "properties.email", "properties.tags", "ok", "properties.phone", "late"]
    assert [(record.line, record.cells) for record in table.records()] == [
        (1, ["7", "a@uno.example", "x;y", "true", "", ""]),
        (3, ["{broken"]),
        (4, ["8", "b@uno.example", "", "", "", "1;2"]),
    ]
    assert [bool(record.broken) for record in table.records()] == [False, True, False]


@pytest.mark.parametrize("name", ["list.csv.gz", "without-a-name"])
def test_gzip_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    table = tables.open_table(write(tmp_path, gzip.compress(CSV.encode("cp1252")), name))
    assert [record.cells for record in table.records()] == CELLS
    assert table.recognised() == "gzip, cp1252, semicolon, 3 columns"


def test_a_table_in_a_zip_archive_is_found_or_named(tmp_path: Path) -> None:
    one = zipped(
        tmp_path / "one.zip", {"__MACOSX/._a.csv": b"x", "export/a.csv": CSV.encode(), "read.me": b"x"}
    )
    table = tables.open_table(one)
    assert [record.cells for record in table.records()] == CELLS
    assert table.name == "a.csv"
    book = io.BytesIO()
    book.write(workbook(tmp_path / "b.xlsx", [["E-mail", "Nome"], ["a@uno.example", "Ada"]]).read_bytes())
    two = zipped(
        tmp_path / "two.zip",
        {"a.csv": CSV.encode(), "b.xlsx": book.getvalue(), "c.csv.gz": gzip.compress(CSV.encode())},
    )
    with pytest.raises(BadInput, match=r"several tables \(a\.csv, b\.xlsx, c\.csv\.gz\).*two\.zip/a\.csv"):
        tables.open_table(two)
    assert [record.cells for record in tables.open_table(two / "b.xlsx").records()] == [
        ["a@uno.example", "Ada"]
    ]
    assert [record.cells for record in tables.open_table(two / "c.csv.gz").records()] == CELLS
    assert tables.file_hash(two / "a.csv") != tables.file_hash(two / "c.csv.gz")
    with pytest.raises(BadInput, match="no such table"):
        tables.open_table(two / "d.csv")


def test_an_archive_that_breaks_off_names_the_row_reached(tmp_path: Path) -> None:
    rows = "".join(f"C{n};p{n * 7919 % 100003}@uno.example;x{n * 104729 % 1000003}\n" for n in range(60_000))
    packed = gzip.compress(("Codice;E-mail;Nome\n" + rows).encode())
    table = tables.open_table(write(tmp_path, packed[: len(packed) * 3 // 4], "cut.csv.gz"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"damaged after line \d{4,}"):
        list(table.records())


def test_a_bomb_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "bomb.csv.gz", "wb") as handle:
        handle.write(b"E-mail;Nome\na@uno.example;")
        for _ in range(80):
            handle.write(b"x" * (1 << 20))
    with pytest.raises(BadInput, match="longer than 32 MB"):
        list(tables.open_table(tmp_path / "bomb.csv.gz").records())


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("samples")
    book = workbook(folder / "b.xlsx", [["E-mail", "Nome"], ["a@uno.example", "Ada"]]).read_bytes()
    lines = b'{"email": "a@uno.example", "n": [1]}\n{"email": "b@uno.example"}\n'
    text = CSV.encode("utf-16")
    archive = zipped(folder / "a.zip", {"a.csv": CSV.encode()}).read_bytes()
    return [book, lines, text, archive, gzip.compress(CSV.encode())]


@settings(max_examples=120, deadline=None)
@given(which=st.integers(0, 4), where=st.floats(0, 1), out=st.integers(0, 300), put=st.binary(max_size=4))
def test_whatever_is_broken_is_a_bad_input_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory,
    samples: list[bytes],
    which: int,
    where: float,
    out: int,
    put: bytes,
) -> None:
    given_bytes = samples[which]
    at = int(where * len(given_bytes))
    file = tmp_path_factory.getbasetemp() / "broken.bin"
    file.write_bytes(given_bytes[:at] + put + given_bytes[at + out :])
    with suppress(BadInput):
        assert all(record.line > 0 for record in tables.open_table(file).records())
