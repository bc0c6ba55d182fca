"""Rejected rows come back: what is written for people to mend is read again as it was given."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.files import findings, tables
from app.files.findings import Findings, Problem

HEADER = ["=Codice", "E-mail", "Nota"]
cell = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)
tricky = st.sampled_from(
    ["+39 386", "'=1", "''-", "=cmd", "-", "@x", "'", '"', "a;b", "x\r\ny", "\t", "riattiva_line"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(cell | tricky, min_size=1, max_size=6), min_size=1, max_size=6))
def test_any_cells_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    file = tmp_path_factory.mktemp("rejects") / "rejects.csv"
    rows = [row for row in rows if any(one.strip() for one in row)]
    written = Findings(file, HEADER, "=erp")
    for line, row in enumerate([["first", "a", "b"], *rows], 2):
        written.note(file, line, Problem("email", "@", "no, none"), row)
    written.close()
    table = tables.open_table(file)
    assert table.header[: len(HEADER)] == HEADER  # where most rows are wider, unnamed columns follow
    assert table.source_hint == "=erp"
    assert [record.cells for record in table.records()] == [["first", "a", "b"], *rows]
    assert all(
        not one.startswith(("=", "+", "-", "@")) for row in csv.reader(file.open(newline="")) for one in row
    )


def test_every_line_says_where_what_and_why(tmp_path: Path) -> None:
    found = Findings(tmp_path / "no.csv", HEADER, "erp")
    found.note(found.rejects, 7, Problem("email", "mario@", "no address"), ["C1", "mario@", "x", "too many"])
    found.note(found.warnings, 8, Problem("row", "2", "3 cells expected"), ["C2"])
    found.close()
    rejected = list(csv.reader((tmp_path / "no.csv").open(encoding="utf-8-sig", newline="")))
    assert rejected == [
        [*findings.COLUMNS, "'=Codice", "E-mail", "Nota"],
        ["7", "email", "mario@", "no address", "erp", "C1", "mario@", "x", "too many"],
    ]
    (warned,) = tables.open_table(tmp_path / "no-warnings.csv").records()
    assert warned.cells == ["C2"]
