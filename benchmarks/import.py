"""Importing contacts against the libraries that check their addresses, which no importer can do without."""

import csv
import random
import resource
import tempfile
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
from email_validator import validate_email
from sqlalchemy import text

from app import runtime
from app.contacts.imports import run as imports
from app.contacts.imports.plan import Plan, plan
from benchmarks.harness import Figures, in_turns, installation, rate

_METHOD = (
    "{rows} rows of 20 columns (CSV, dates, amounts, consent, two phone columns of which the second is filled in every "
    "third row), all new contacts, imported as the command does; ceiling: csv.reader, email_validator and "
    "phonenumbers (parse, is_valid_number, number_type, format) on the same file in one process, and nothing "
    "else. Ours reads in a second process. Peak memory of the importing process: {memory} MB"
)
_HEADER = (
    "codice;nome;cognome;azienda;email;cellulare;telefono;ruolo;lingua;paese;citta;provincia;cap;settore;dipendenti;"
    "fatturato;agente;data inserimento;consenso email;note"
)
_FIRST = [
    "Mario",
    "Giulia",
    "Luca",
    "Anna",
    "Paolo",
    "Francesca",
    "Marco",
    "Sara",
    "Andrea",
    "Chiara",
    "Davide",
    "Elena",
    "Matteo",
    "Laura",
    "Simone",
]
_LAST = [
    "Rossi",
    "Bianchi",
    "Ferrari",
    "Russo",
    "Esposito",
    "Romano",
    "Colombo",
    "Ricci",
    "Marino",
    "Greco",
    "Bruno",
    "Gallo",
    "Conti",
    "Costa",
]


def measure(engine: str, *, runs: int, rows: int = 100_000) -> Figures:
    """Rows per second."""
    with tempfile.TemporaryDirectory(prefix="riattiva-bench-") as folder:
        file = Path(folder) / "contacts.csv"
        _write(file, rows)
        found = in_turns(
            "import",
            engine,
            "rows/s",
            _METHOD,
            ours=partial(_ours, engine, file, rows),
            ceiling=lambda: rate(rows, partial(_validate, file)),
            runs=runs,
        )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Figures(**{**_as_dict(found), "method": _METHOD.format(rows=f"{rows:,}", memory=memory)})


def _as_dict(found: Figures) -> dict[str, object]:
    return {name: getattr(found, name) for name in Figures.__slots__}


def _ours(engine: str, file: Path, rows: int) -> float:
    with installation(engine) as rt:
        planned = plan(file, country="IT", zone=ZoneInfo("Europe/Rome"))
        speed = rate(rows, partial(_import, planned, file.parent))
        with rt.engine.connect() as connection:
            held = connection.execute(text("SELECT count(*) FROM contacts")).scalar_one()
        assert held == rows, f"{held} of {rows} contacts"
    return speed


def _import(planned: Plan, folder: Path) -> None:
    imports.run(
        planned,
        runtime.bulk_session,
        hash_key="k" * 32,
        now=runtime.now(),
        rejects=folder / "rejects.csv",
    )


def _validate(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as handle:
        for row in csv.reader(handle, delimiter=";"):
            if "@" not in row[4]:
                continue
            validate_email(row[4], check_deliverability=False)
            for cell in filter(None, (row[5], row[6])):
                number = phonenumbers.parse(cell, "IT")
                phonenumbers.is_valid_number(number)
                phonenumbers.number_type(number)
                phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _write(file: Path, rows: int) -> None:
    draw = random.Random(7)
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";")
        writer.writerow(_HEADER.split(";"))
        for n in range(rows):
            first, last = draw.choice(_FIRST), draw.choice(_LAST)
            writer.writerow(
                [
                    f"C{n:07d}",
                    first,
                    last,
                    f"{last} {n % 5000} S.r.l.",
                    f"{first}.{last}{n}@azienda{n % 3000}.it".lower(),
                    f"+39 3{20 + n % 70} {n % 10_000_000:07d}",
                    f"0{draw.randrange(2, 99)} {draw.randrange(100_000, 9_999_999)}" if n % 3 == 0 else "",
                    "Responsabile acquisti",
                    "it",
                    "Italia",
                    "Milano",
                    "MI",
                    f"{draw.randrange(10_000, 99_999):05d}",
                    draw.choice(["Edilizia", "Chimica", "Servizi"]),
                    draw.randrange(1, 500),
                    f"{draw.randrange(1_000, 999_999)},{draw.randrange(10, 99)}",
                    f"Agente {n % 40}",
                    f"{draw.randrange(1, 28):02d}/{draw.randrange(1, 12):02d}/20{draw.randrange(15, 25)}",
                    draw.choice(["si", "no", ""]),
                    "nessuna",
                ]
            )
