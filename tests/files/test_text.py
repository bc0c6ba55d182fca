"""Text tables as CRMs write them: whatever the encoding, delimiter and quoting, every row arrives as it was."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.files import tables
from tests.contacts.importing import write

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


def test_a_stray_quote_within_a_line_swallows_no_other_row(tmp_path: Path) -> None:
    content = 'E-mail;A;B;C\na@uno.example;"b"c";"d;e\nb@uno.example;1;2;3\nc@uno.example;"4";5;6\n'
    first, second, third = tables.open_table(write(tmp_path, content)).records()
    assert first.cells[0] == "a@uno.example"
    assert (second.line, second.cells) == (3, ["b@uno.example", "1", "2", "3"])
    assert (third.line, third.cells) == (4, ["c@uno.example", "4", "5", "6"])


def test_a_cell_beyond_measure_costs_its_row(tmp_path: Path) -> None:
    content = f"E-mail;Nota\na@uno.example;{'x' * ((1 << 24) + 1)}\nb@uno.example;y\n"
    first, second = tables.open_table(write(tmp_path, content), encoding="utf-8", delimiter=";").records()
    assert first.broken
    assert (first.line, second.line, second.cells) == (2, 3, ["b@uno.example", "y"])


def test_a_separator_at_the_end_of_every_row_is_no_shift(tmp_path: Path) -> None:
    rows = "a@uno.example;Ada;\nb@uno.example;Bea;\n"
    for header in ("E-mail;Nome;\n", "E-mail;Nome\n"):
        table = tables.open_table(write(tmp_path, header + rows))
        assert table.header[:2] == ["E-mail", "Nome"]
        assert {len(record.cells) for record in table.records()} == {len(table.header)}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b" \n\n", "empty"),
        ("book.xlsx", b"PK\x03\x04rest", "Excel workbook or a zip archive but is damaged"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0.." + "EncryptedPackage".encode("utf-16-le"), "with a password"),
        ("old.xls", b"\xd0\xcf\x11\xe0rest", "old Excel workbook"),
        ("photo.png", b"\x89PNG\r\n\x1a\n", "PNG"),
        ("paper.pdf", b"%PDF-1.7", "PDF"),
        ("list.csv.gz", b"\x1f\x8b\x08", "gzip"),
        ("memory.bin", b"E-mail;\x00\x01\x02", "binary"),
        ("table.xls", b"<html><table><tr><th>Email</th></tr></table></html>", "HTML"),
        ("list.json", b'[\n  {"email": "a@uno.example"}\n]', "JSON list"),
        ("one.json", b'{\n  "email": "a@uno.example"\n}', "one JSON document"),
        ("api.json", b'{"contacts": [{"email": "a@uno.example"}]}', "one JSON document"),
        ("none.jsonl", b"[1]\n2\n", "no line of the file is a JSON object"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        tables.open_table(write(tmp_path, content, name))
    assert refused.value.mend


def test_a_stray_nul_at_the_beginning_makes_no_binary_file(tmp_path: Path) -> None:
    table = tables.open_table(write(tmp_path, b"Email,Nome\na@uno.example,An\x00na\nb@uno.example,Bea\n"))
    assert [record.cells[1] for record in table.records()] == ["Anna", "Bea"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.csv: there is no such file"):
        tables.open_table(tmp_path / "nowhere.csv")
