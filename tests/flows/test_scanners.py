"""Link scanners in front of people's mailboxes open, follow and submit whatever they find, and change nothing."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import update
from sqlmodel import col, func, select

from app import runtime
from app.cli.service import running
from app.contacts import consent
from app.contacts.addresses import hashes
from app.contacts.models import Consent, Contact
from app.contacts.suppression import held
from app.conversations.models import Answer
from app.db import table_of
from app.engagement.models import Dormancy, Interaction
from app.feedback.models import Rating
from app.intake.models import RawEvent, RawState
from app.messages.models import Message, Receipt
from app.outcomes.models import Outcome
from app.runtime import Runtime
from app.sandbox.browser import forms
from app.sandbox.personas import ANSWERING, Kind, gateway_of, persona_of
from app.tokens import Purpose
from tests.flows.conftest import Installation, eventually, free_port, surroundings
from tests.public.conftest import stops
from tests.waves.small_wave import launch_wave
from tests.web.test_browser import site

__all__ = ["site"]
SEED = 1
"""The seed of the sandbox that `up` starts."""
SHARE = 0.3
SPEED = 600.0
PEOPLE = [f"persona{number}@ditta-scansioni.example" for number in range(60)]
GATEWAYS = "198.51.100."


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_scanner_at_every_link_of_a_letter_changes_nothing(rt: Runtime, site: str) -> None:
    wave = launch_wave(rt, ["ada", "ugo"])
    with runtime.session() as db:
        db.execute(update(table_of(Message)).values(state="delivered"))
    before = _rows()
    links = [site + wave.link(purpose, "ada") for purpose in (Purpose.SURVEY, Purpose.PREFERENCES)]
    links += [f"{links[0]}?a={score}" for score in range(11)]
    for link in [*links, site + wave.link(Purpose.UNSUBSCRIBE, "ada")]:
        assert requests.head(link, timeout=10).status_code == 200
        page = requests.get(link, timeout=10).text
        for form in forms(page):
            requests.post(site + form.action, data=form.stands, timeout=10)
    for link in links:
        requests.post(link, timeout=10)
        requests.put(link, timeout=10)
        requests.delete(link, timeout=10)
    assert _rows() == before
    assert stops(wave.contacts["ada"]) == []


def _rows() -> Mapping[str, int]:
    """How much is kept of whatever a contact may have done."""
    kept = (Answer, Consent, Interaction, Outcome, Rating, Message)
    with runtime.reading() as db:
        return {one.__tablename__: db.scalar(select(func.count()).select_from(one)) or 0 for one in kept}


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a wave: of each person, and of their clicks (network address, grade)."""

    people: Mapping[str, Mapping[str, Any]]
    clicks: list[tuple[str, str]]


@pytest.mark.long
def test_the_same_wave_with_and_without_scanners_ends_the_same(tmp_path: Path) -> None:
    plain = play(tmp_path / "plain", 0.0)
    scanned = play(tmp_path / "scanned", SHARE)
    behind = {name for name in PEOPLE if persona_of(SEED, name, SHARE).scanned}
    assert 0.2 < len(behind) / len(PEOPLE) < 0.4
    different = {
        name: (plain.people[name], scanned.people[name])
        for name in PEOPLE
        if plain.people[name] != scanned.people[name]
    }
    assert different == {}
    only_scanned = [name for name in behind if persona_of(SEED, name).kind is Kind.SILENT]
    assert only_scanned
    for name in only_scanned:
        held = scanned.people[name]
        assert (held["verdict"], held["last_sign"], held["ratings"]) == (None, None, [])
    by_machine = [grade for ip, grade in scanned.clicks if ip.startswith(GATEWAYS)]
    by_people = [grade for ip, grade in scanned.clicks if not ip.startswith(GATEWAYS)]
    assert len(by_machine) > 10 * len(behind) > 0
    assert set(by_machine) == {"machine_click"}
    assert set(by_people) <= {"click", "unproven"}, "nobody who is scanned is taken for their scanner"
    assert by_people.count("click") >= 0.9 * len(by_people) > 0


def play(data: Path, scanners: float) -> Played:
    """A wave to PEOPLE, who read and answer as the sandbox plays them."""
    data.mkdir()
    with installed(data, scanners) as riattiva:
        rows = [{"Codice": name, "Nome": "Ada", "E-mail": name, "Consenso marketing": "S"} for name in PEOPLE]
        wave = riattiva.launch(data, riattiva.people(data, *rows), channels="email")
        state = eventually(lambda: settled(wave, riattiva), 240)
        with runtime.reading() as db:
            ip = Receipt.facts["ip"].as_string()  # type: ignore[index]
            keys = "event:" + func.substr(Receipt.event_key, len("sendgrid:") + 1)
            clicks = select(ip, Interaction.grade).join(Interaction, col(Interaction.dedupe_key) == keys)
            graded = db.exec(clicks.where(Receipt.kind == "clicked")).all()
        return Played(state, [(str(ip), grade) for ip, grade in graded])


@contextmanager
def installed(data: Path, scanners: float) -> Iterator[Installation]:
    env = {
        "DATA_DIR": str(data / "up"),
        "DATABASE_URL": "",
        "SANDBOX_SCANNERS": str(scanners),
        "SANDBOX_SILENT_PERSONAS": "",
    }
    with surroundings(env), running(data / "up", port=free_port(), sandbox_speed=SPEED) as service:
        yield Installation(service, data / "up", env)


def settled(wave: str, riattiva: Installation) -> Mapping[str, Mapping[str, Any]] | None:
    """What everybody did, once the outspoken have spoken and nothing has happened for a while."""
    spoken = [name for name in PEOPLE if persona_of(SEED, name).kind in ANSWERING]
    state = people(wave)
    if not all(state[name]["ratings"] for name in spoken):
        return None
    slowest = max(gateway_of(SEED, name).after for name in PEOPLE) / SPEED
    time.sleep(slowest + 2.5)
    with runtime.reading() as db:
        unread = db.exec(select(RawEvent.id).where(RawEvent.state == RawState.NEW).limit(1)).first()
    return state if unread is None and people(wave) == state else None


def people(wave: str) -> Mapping[str, Mapping[str, Any]]:
    """Address -> everything a marketer or the contact would notice."""
    found, key = {}, runtime.current().settings.suppression_key
    with runtime.reading() as db:
        for contact in db.exec(select(Contact)):
            outcome, quiet = db.get(Outcome, (wave, contact.id)), db.get(Dormancy, contact.id)
            rated = select(Rating.kind, Rating.value).where(Rating.contact_id == contact.id)
            said = select(Answer.question, Answer.text).where(Answer.contact_id == contact.id)
            found[str(contact.email)] = {
                "verdict": outcome and (outcome.verdict, outcome.rule),
                "ratings": sorted(db.exec(rated).all()),
                "answers": sorted(db.exec(said).all()),
                "consent": consent.present(db, contact.id),
                "stopped": sorted(
                    (stop.channel, stop.reason) for stop in held(db, list(hashes(key, contact.email, None)))
                ),
                "last_sign": quiet.last_kind if quiet else None,
            }
    return found
