"""A small wave launched from the shell, and the two books that must agree: the sandbox's bill and our ledger."""

import csv
import json
from collections import Counter
from pathlib import Path

from sqlmodel import col, select

from app import db as database
from app.messages.models import Attempt, Message
from tests.flows.conftest import COLUMNS, WAVE
from tests.service.processes import Place


def import_people(at: Place, company: str, phones: list[str]) -> None:
    """Import these people, who may be texted, as the staff of a company."""
    people = at.data / f"{company}.csv"
    given = {"Nome": "Lia", "Ragione sociale": company, "Lingua": "IT", "Consenso SMS": "S"}
    with people.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, delimiter=";")
        writer.writeheader()
        for number, phone in enumerate(phones):
            writer.writerow(given | {"Codice": f"{company}-{number}", "Cellulare": phone})
    told = json.loads(at.riattiva("contacts", "import", str(people), "--source", "prova", "--json"))
    assert told["created"] == len(phones), told


def launch(at: Place, company: str, phones: list[str]) -> str:
    """Import these people and text them all; the wave's id."""
    import_people(at, company, phones)
    wave = at.data / f"{company}.yaml"
    wave.write_text(
        WAVE.format(name=company, company=company, channels="sms", control=0, more="", answers_until="1 day")
    )
    return str(json.loads(at.riattiva("waves", "launch", str(wave), "--json"))["wave_id"])


def ledger(url: str, wave: str) -> dict[str, str]:
    """Our messages of this wave: id and state."""
    engine = database.open_engine(url)
    with database.reading(engine) as db:
        found = select(Message.id, Message.state).where(Message.group_id == wave, Message.direction == "out")
        rows = dict(db.exec(found).all())
    engine.dispose()
    return rows


def senders(url: str, wave: str) -> set[str]:
    """Which processes carried this wave's messages."""
    engine = database.open_engine(url)
    with database.reading(engine) as db:
        carried = select(Attempt.worker).join(Message, col(Message.attempt_id) == Attempt.id)
        found = set(db.exec(carried.where(Message.group_id == wave)).all())
    engine.dispose()
    return found


def bill(sandbox: Path) -> Counter[str]:
    """What the provider accepted, by its own account: our message ids and how often each."""
    with (sandbox / "accepted.jsonl").open(encoding="utf-8") as lines:
        custom = [json.loads(line)["custom"] for line in lines]
    return Counter(str(one.get("w_message") or one.get("m")) for one in custom)


def settled(url: str, wave: str, count: int) -> bool:
    """Whether all messages of the wave are delivered, by the provider's own receipts."""
    states = ledger(url, wave)
    return len(states) == count and set(states.values()) == {"delivered"}


def once_each(url: str, wave: str, sandbox: Path) -> bool:
    """Whether the provider accepted each message of the wave exactly once."""
    accepted = bill(sandbox)
    return all(accepted[message] == 1 for message in ledger(url, wave))
