"""Exports as the usual CRMs write them: every column understood, every stop, bounce and consent heard."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.contacts.imports import rows
from app.contacts.imports.plan import Plan, plan
from tests.contacts.importing import ROME, write

EXPORTS = Path(__file__).with_name("exports")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def told(planned: Plan) -> list[dict[str, Any]]:
    """What each row says, in plain words: who, and what may be done."""
    reading = rows.Reading(planned.columns, planned.country, planned.zone, NOW)
    found = []
    for record in planned.table.records():
        row = rows.read(record, reading)
        name = f"{row.values.get('first_name')} {row.values.get('last_name')}"
        one: dict[str, Any] = {"who": f"{name}, {row.email}, {row.phone.number if row.phone else None}"}
        if row.said:
            one["said"] = [
                f"{said.channel} {said.state} {said.at and said.at.date()} ({said.wording})"
                for said in row.said
            ]
            evidence = {name: cell for said in row.said for name, cell in said.evidence.items()}
            if evidence:
                one["evidence"] = evidence
        if row.stops:
            one["stops"] = [f"{channel} {why} {at and at.date()}" for channel, why, at in row.stops]
        if row.problems:
            one["problems"] = [f"{problem.field}: {problem.reason}" for problem in row.problems]
        found.append(one)
    return found


@pytest.mark.parametrize(
    "file", sorted(EXPORTS.glob("*.jsonl")) + sorted(EXPORTS.glob("*.csv")), ids=lambda file: file.name
)
def test_an_export_is_understood_to_the_last_column(file: Path) -> None:
    planned = plan(file, country="IT", zone=ROME)
    expected = yaml.safe_load((EXPORTS / "expected.yaml").read_text("utf-8"))[file.name]
    assert planned.columns.said() == expected["columns"]
    assert list(planned.columns.notes) == expected.get("notes", [])
    assert told(planned) == expected["rows"]


@pytest.mark.parametrize(
    ("name", "header", "row", "stops"),
    [
        ("disiscritti 2024.csv", "Email,Nome", "a@uno.example,Ada", ["email unsubscribed"]),
        (
            "Blacklisted Email Address (mail.blacklist).csv",
            "Email,Active",
            "a@uno.example,True",
            ["email unsubscribed"],
        ),
        ("hard-bounces.csv", "Email,Nome", "a@uno.example,Ada", ["email hard_bounce"]),
        ("spam_reports.csv", "Email,created", "a@uno.example,x", ["email complaint", "sms complaint"]),
        ("iscritti-e-disiscritti.csv", "Email,Nome", "a@uno.example,Ada", []),
        ("lista-cleaned.csv", "Email,Nome", "a@uno.example,Ada", []),
        ("unsubscribes-and-bounces.csv", "Email,Portal Unsubscribe", "a@uno.example,FALSE", []),
        ("x.csv", "Email,UNSUB_TIME", "a@uno.example,not a date", ["email unsubscribed"]),
        ("x.csv", "Email,sakari_opted_out_sms", "a@uno.example,2024-01-02", ["sms unsubscribed"]),
        ("x.csv", "Email,Opposizione al marketing", "a@uno.example,SI", ["email unsubscribed"]),
        ("x.csv", "Email,donotbulkemail", "a@uno.example,Do Not Allow", ["email unsubscribed"]),
        ("x.csv", "Email,donotbulkemail", "a@uno.example,Allow", []),
        ("x.csv", "Email,Portal Spam Report", "a@uno.example,TRUE", ["email complaint", "sms complaint"]),
        ("x.csv", "Email,Unsubscribe link", "a@uno.example,https://u.example/1", []),
        ("x.csv", "Email,Fax Opt Out", "a@uno.example,1", []),
        (
            "x.csv",
            "Email,marketing_emails_unsubscribed_at",
            "a@uno.example,2024-01-02",
            ["email unsubscribed"],
        ),
        ("x.csv", "Email,Opt Out", "a@uno.example,TRUE,shifted", ["email unsubscribed"]),
    ],
)
def test_a_stop_is_heard_wherever_it_stands(
    tmp_path: Path, name: str, header: str, row: str, stops: list[str]
) -> None:
    (one,) = told(plan(write(tmp_path, f"{header}\n{row}\n", name), country="IT", zone=ROME))
    assert [stop.rpartition(" ")[0] for stop in one.get("stops", [])] == stops


@pytest.mark.parametrize(
    ("basis", "state"),
    [
        ("Freely given consent from contact", "granted"),
        ("Not applicable;Legitimate interest - other", "granted"),
        ("Consenso", "granted"),
        ("Consent - Pending", None),
        ("Consent - Not Responded", None),
        ("Consenso non richiesto", None),
        ("Not applicable", None),
        ("Legal Obligation", None),
        ("Consent withdrawn", "withdrawn"),
        ("Consenso revocato", "withdrawn"),
    ],
)
def test_only_a_basis_that_stands_allows_anything(tmp_path: Path, basis: str, state: str | None) -> None:
    file = write(tmp_path, f"Email,Legal basis\na@uno.example,{basis}\n")
    (one,) = told(plan(file, country="IT", zone=ROME))
    assert [line.split()[1] for line in one.get("said", [])] == ([state] if state else [])


def test_a_row_of_the_wrong_width_proves_no_consent_and_is_kept_for_gaps_only(tmp_path: Path) -> None:
    lines = (
        "C1;a@uno.example;Ada;una nota; con punto;01/02/2020;S;S\n"
        "C2;b@uno.example;Bea;nota;01/02/2020;S\n"
        "C3;c@uno.example;Cleo;nota;01/02/2020;S;N;x\n"
    )
    file = write(
        tmp_path, "Codice;E-mail;Nome;Note;Data inserimento;Consenso marketing;Disiscritto\n" + lines
    )
    planned = plan(file, country="IT", zone=ROME)
    shifted, short, longer = told(planned)
    assert "said" not in short
    assert "said" not in longer
    assert [line.split()[1] for line in shifted["said"]] == ["withdrawn"], "what may be a stop is one"
    reading = rows.Reading(planned.columns, planned.country, planned.zone, NOW)
    first = rows.read(next(planned.table.records()), reading)
    assert (first.values, first.attributes, first.guesses["first_name"]) == ({}, {}, "Ada")
    assert all("cells expected" in one["problems"][0] for one in (shifted, short, longer))
