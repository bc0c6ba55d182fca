"""The commands as a marketer types them: counts, exit codes, nothing changed by a dry run or a bad file."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli.consents import contacts
from app.cli.dormancy import dormancy
from app.cli.imports import interactions
from tests.contacts.importing import write

ROWS = (
    "Codice;Nome;Cognome;E-mail;Cellulare;Data inserimento;Consenso marketing;Agente;Settore\n"
    "C1;Ada;Uno;ada@uno.example;3866085470;01/01/2020;S;Ferri;Tessile\n"
    "C2;Bea;Due;;;01/01/2020;S;Ferri;Legno\n"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "REDIS_URL", "RIATTIVA_NOW"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def call(command: Any, *words: str) -> Any:
    result = CliRunner().invoke(command, [*words, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_import_show_suppress_and_dormancy(home: Path) -> None:
    file = str(write(home, ROWS))
    would = call(contacts, "import", file, "--dry-run")
    assert (would["created"], would["rejected"], would["dry_run"]) == (1, 1, True)
    done = call(contacts, "import", file, "--rejects", str(home / "no.csv"))
    assert (done["rows"], done["created"], done["rejected"]) == (2, 1, 1), "the dry run left nothing behind"
    assert (done["warnings"], done["may_email"], done["may_sms"]) == (0, 1, 0)
    assert Path(done["rejects_path"]).read_text("utf-8-sig").count("\n") == 2
    history = "email,type,occurred_at,value,detail\nada@uno.example,purchase,2026-01-01T12:00:00Z,10,\n"
    assert call(interactions, "import", str(write(home, history, "i.csv")))["added"] == 1
    assert call(contacts, "suppress", "+393866085470", "--reason", "asked")["suppressed"] == 1
    ada = call(contacts, "show", "386 6085470")
    assert ada["email"] == "ada@uno.example"
    assert ada["owner"] == "Ferri"
    assert ada["consent"] == {"email": "granted", "sms": "unknown"}
    assert [(one["channel"], one["reason"]) for one in ada["suppressed"]] == [("sms", "asked")]
    assert ada["last_engaged_at"].startswith("2026-01-01T12:00")
    assert ada["attributes"] == {"settore": "Tessile"}
    assert [line["state"] for line in call(contacts, "consent", ada["id"])["ledger"]] == ["granted"]
    counted = call(dormancy, "--as-of", "2026-01-01")
    assert {name: n for name, n in counted.items() if n and name != "as_of"} == {"active": 1}
    assert counted["as_of"].startswith("2026-01-01T23:59:59")
    assert call(dormancy, "--as-of", "2025-12-31")["never_engaged"] == 1


def test_the_report_for_people_says_who_may_be_written_to_and_what_columns_repeat(home: Path) -> None:
    file = write(home, "Email;Nome;Nome;Newsletter\na@uno.example;Ada;Bea;S\n")
    result = CliRunner().invoke(contacts, ["import", str(file)], catch_exceptions=False)
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert {"may email 1", "may sms 0", "warnings 1"} <= set(lines)
    assert any("Nome (column 3)" in note for note in call(contacts, "import", str(file))["notes"])


@pytest.mark.parametrize(
    ("command", "words", "said"),
    [
        (contacts, ("import", "nowhere.csv"), "no such file"),
        (contacts, ("import", "."), "not a file"),
        (contacts, ("import", "gestionale.csv", "--default-country", "Italy"), "country code"),
        (contacts, ("import", "gestionale.csv", "--default-country", "ZZ"), "country code"),
        (contacts, ("import", "gestionale.csv", "--mapping", "none.yaml"), "no such mapping"),
        (contacts, ("show", "nobody@uno.example"), "no contact is known"),
        (contacts, ("suppress", "what"), "no file, no email address"),
        (contacts, ("suppress", "+39347111"), "no possible phone number"),
        (contacts, ("suppress", "a@@b"), "no email address"),
        (interactions, ("import", "gestionale.csv"), "no column for"),
        (dormancy, ("--as-of", "yesterday"), "no ISO date"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_2(
    home: Path, command: Any, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(home, ROWS)
    result = CliRunner().invoke(command, list(words))
    assert result.exit_code == 2
    assert said in " ".join((result.output + capsys.readouterr().err).split())
