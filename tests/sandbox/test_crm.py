"""The sample CRM's files have the real ones' shape, faults and shares."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from app.sandbox import crm
from tests.paths import SHARED

AS_OF = date(2026, 11, 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("crm")
    crm.write(out, 2000, 7, AS_OF)
    return out


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="cp1252", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_the_header_is_the_real_one_and_faults_are_there(made: Path) -> None:
    header, *rows = read(made / "gestionale.csv")
    assert header == read(SHARED / "data" / "gestionale.csv")[0]
    assert 2060 <= len(rows) <= 2150
    assert Counter(map(len, rows)) == {21: len(rows) - 3, 9: 2, 23: 1}
    text = (made / "gestionale.csv").read_text(encoding="cp1252")
    assert all(bad in text for bad in (*crm.BAD_DATES, "=HYPERLINK", "18;\nnon prima", "info(at)"))


@pytest.mark.long
def test_two_runs_give_the_same_bytes_and_another_seed_does_not(made: Path, tmp_path: Path) -> None:
    crm.write(tmp_path / "same", 2000, 7, AS_OF)
    crm.write(tmp_path / "other", 2000, 8, AS_OF)
    for name in ("gestionale.csv", "interactions.csv"):
        assert (tmp_path / "same" / name).read_bytes() == (made / name).read_bytes()
        assert (tmp_path / "other" / name).read_bytes() != (made / name).read_bytes()


def test_dormancy_is_spread_as_promised(made: Path) -> None:
    last: dict[str, date] = {}
    types: Counter[str] = Counter()
    with (made / "interactions.csv").open(encoding="utf-8", newline="") as file:
        for act in csv.DictReader(file):
            types[act["type"]] += 1
            day = date.fromisoformat(act["occurred_at"][:10])
            assert day <= AS_OF
            if (
                act["type"] not in ("email_bounce", "unsubscribe", "spam_report")
                and act["detail"] != "machine"
            ):
                last[act["email"]] = max(day, last.get(act["email"], day))
    ages = [(AS_OF - day).days for day in last.values()]
    active = sum(age < 180 for age in ages) / 2000
    cooling = sum(180 <= age < 360 for age in ages) / 2000
    assert abs(active - 0.40) < 0.04
    assert abs(cooling - 0.15) < 0.03
    assert 15 <= sum(types.values()) / 2000 <= 25
    with (SHARED / "data" / "interactions.csv").open(encoding="utf-8", newline="") as file:
        assert set(types) == {act["type"] for act in csv.DictReader(file)}


def test_doubles_are_the_same_person_written_otherwise(made: Path) -> None:
    rows = [row for row in read(made / "gestionale.csv")[1:] if len(row) == 21]
    once = {row[0]: row for row in rows if not row[0].startswith("C9")}
    doubles = [row for row in rows if row[0].startswith("C9")]
    assert 60 <= len(doubles) <= 140
    for row in doubles:
        original = once.get(f"C{int(row[0][2:]) + 1:06}")
        if original:
            digits = [[c for c in found[5] if c.isdecimal()] for found in (row, original)]
            assert row[4].strip().lower() == original[4].strip().lower() or digits[0] == digits[1]
