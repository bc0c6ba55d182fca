"""Flow 3 and 5: what providers post is heard once and only when signed; what came of it leaves as a file."""

import csv
from pathlib import Path

import requests
from sqlmodel import func, select

from app import runtime
from app.intake.models import RawEvent
from tests.flows.conftest import Installation, address, eventually, mobile

DOORS = (
    "sendgrid/events",
    "sendgrid/inbound",
    "sendgrid/inbound/guessed",
    "twilio/messages",
    "twilio/status",
)


def posts() -> int:
    with runtime.reading() as db:
        return db.exec(select(func.count()).select_from(RawEvent)).one()


def test_an_unsigned_or_forged_post_is_refused_at_every_door(riattiva: Installation) -> None:
    before = posts()
    forged = {
        "X-Twilio-Signature": "Zm9yZ2Vk",
        "X-Twilio-Email-Event-Webhook-Signature": "Zm9yZ2Vk",
        "X-Twilio-Email-Event-Webhook-Timestamp": "1700000000",
    }
    for door in DOORS:
        for headers in ({}, forged):
            url = f"{riattiva.service.url}/webhooks/{door}"
            answer = requests.post(url, data={"Body": "STOP", "From": mobile()}, headers=headers, timeout=10)
            # Inbound mail nobody signed may be a person's words and a setting forgotten: it is to be tried again.
            expected = 503 if door == "sendgrid/inbound" and not headers else 403
            assert answer.status_code == expected, door
    assert posts() == before


def test_a_wave_leaves_as_files_with_its_evidence(riattiva: Installation, tmp_path: Path) -> None:
    stays, stops = mobile(), mobile()
    company = riattiva.people(
        tmp_path,
        {"Nome": "=Ada()", "Cellulare": stays, "Consenso SMS": "S"},
        {"Nome": "Ivo", "Cellulare": stops, "Consenso SMS": "S"},
        {"Nome": "Eva", "E-mail": address("eva"), "Consenso marketing": "S"},
    )
    wave = riattiva.launch(tmp_path, company)
    eventually(lambda: riattiva.status(wave)["delivered"] == 3)
    riattiva.text_back(stays, "9")
    riattiva.text_back(stops, "STOP")
    eventually(lambda: riattiva.status(wave)["reengaged"] == riattiva.status(wave)["removable"] == 1)
    found = {what: exported(riattiva, tmp_path, what, wave) for what in ("reengaged", "removable", "all")}
    (back,) = found["reengaged"]
    assert (back["phone"], back["nps"], back["rule"]) == (stays, "9", "answered")
    assert back["first_name"] == "'=Ada()"
    assert "answer:nps 9 (sms)" in back["evidence"]
    (gone,) = found["removable"]
    assert (gone["phone"], gone["rule"]) == (stops, "asked_to_stop")
    assert "STOP" in gone["evidence"]
    assert len(found["all"]) == 2, "who has done nothing yet has no verdict yet"


def exported(riattiva: Installation, folder: Path, what: str, wave: str) -> list[dict[str, str]]:
    out = folder / f"{what}.csv"
    riattiva.run("export", what, "--wave", wave, "--out", str(out))
    with out.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
