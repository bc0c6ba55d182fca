"""What operators see of the providers' doors is true, costs little, names nobody, and posts can be read again."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import SQLModel

from app import runtime
from app.cli.main import main
from app.db import table_of
from app.factory import create_app
from app.intake import jobs, refusals
from app.intake.models import DoorCount, RawEvent
from app.runtime import Runtime
from tests.intake.test_any_order import EMAILS, TEXTS, events, post
from tests.paths import ROOT
from tests.waves.small_wave import launch_wave
from tests.webhooks.doors import doors, expand_all, from_sendgrid, from_twilio, kept

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DELIVERED = {"event": "delivered", "sg_event_id": "e1", "email": "ada@ditta.example", "timestamp": 1}
SNEEZED = {"event": "sneezed by ada@ditta.example", "sg_event_id": "e2"}


def command(rt: Runtime, *words: str) -> Result:
    """`riattiva webhooks …` in the installation of this runtime, which stays the process's."""
    env = {"DATA_DIR": str(rt.settings.data_dir), "DATABASE_URL": rt.settings.database_url}
    present = runtime.current()
    said = CliRunner().invoke(main, ["webhooks", *words], env=env)
    if runtime.current() is not present:
        runtime.current().engine.dispose()
        runtime.install(present)
    return said


def status(rt: Runtime) -> Mapping[str, Any]:
    """door -> its figures."""
    said = command(rt, "status", "--json")
    assert said.exit_code == 0, said.output
    return {door["door"]: door for door in json.loads(said.stdout)["doors"]}


def scraped() -> dict[str, float]:
    """What Prometheus reads: name{label values} -> value."""
    answer = create_app(runtime.current()).test_client().get("/metrics")
    assert answer.content_type.startswith("text/plain; version=")
    assert "ada@" not in answer.text
    families = list(text_string_to_metric_families(answer.text))
    assert all(family.documentation and family.type in ("counter", "gauge") for family in families)
    return {
        f"{one.name}{{{','.join(one.labels.values())}}}": one.value
        for family in families
        for one in family.samples
    }


def dropped(before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    """The counters that went back, which Prometheus would take for a restart."""
    return [name for name, value in before.items() if "_total" in name and after.get(name, 0) < value]


def everything() -> dict[str, Any]:
    """Every row of every table but the raw events and what is counted of them."""
    apart = (table_of(RawEvent), table_of(DoorCount))
    with runtime.reading() as db:
        return {
            table.name: sorted(map(repr, db.execute(table.select())))
            for table in SQLModel.metadata.sorted_tables
            if table not in apart
        }


def test_every_figure_of_a_door_is_told(rt: Runtime) -> None:
    client = doors(rt)
    good = json.dumps([DELIVERED, SNEEZED]).encode()
    for body in (good, good, b"no json"):
        assert from_sendgrid(client, body).status_code == 204
    assert client.post("/webhooks/sendgrid/events", data=good).status_code == 403
    refusals.flush()
    before = scraped()
    waiting = status(rt)["sendgrid_events"]
    assert (waiting["accepted"], waiting["accepted_last_hour"], waiting["waiting"]) == (2, 2, 2)
    assert (waiting["duplicates"], sum(waiting["refused"].values())) == (1, 1)
    expand_all()
    door, after = status(rt)["sendgrid_events"], scraped()
    assert (door["accepted"], door["expanded"], door["waiting"], door["quarantined"]) == (2, 1, 0, 1)
    assert (door["events"], list(door["events_unknown"].values())) == (2, [1])
    assert door["last_error"]["what"] == "quarantined"
    assert door["health"] == "look"
    assert status(rt)["twilio_status"]["health"] == "silent"
    assert after["riattiva_webhook_posts_accepted_total{sendgrid_events}"] == 2
    assert after["riattiva_webhook_posts{sendgrid_events,quarantined}"] == 1
    assert dropped(before, after) == []
    for word in ("sendgrid: look", "accepted", "MalformedBody"):
        assert word in command(rt, "status").stdout


@ON_SQLITE
def test_what_is_set_aside_is_shown_without_the_contact_and_read_again(rt: Runtime) -> None:
    client = doors(rt)
    assert from_sendgrid(client, b"ada@ditta.example \x1b[2J").status_code == 204
    assert from_twilio(client, "messages", "Body=ciao").status_code == 200
    assert len(expand_all()) == 2
    listed = command(rt, "quarantine")
    assert "MalformedBody" in listed.stdout
    assert "ada@" not in listed.output
    (mail,) = json.loads(command(rt, "quarantine", "--door", "sendgrid_events", "--json").stdout)
    shown = command(rt, "quarantine", "--show", str(mail["id"]))
    assert "ada@ditta.example \\x1b[2J" in shown.stdout, "the body, and nothing that steers the terminal"
    assert command(rt, "replay", "--door", "twilio_messages").stdout == "1 post will be read again\n"
    assert status(rt)["twilio_messages"]["again"] == 1
    assert command(rt, "replay", "--id", str(mail["id"])).stdout == "1 post will be read again\n"
    assert len(expand_all()) == 2, "their cause is not mended"
    assert {one.state for one in kept()} == {"quarantined"}
    for wrong in (["--id", "4711"], ["--since", "ieri"], ["--door", "front"]):
        assert command(rt, "replay", *wrong).exit_code == 2, wrong
    assert command(rt, "quarantine", "--show", "4711").exit_code == 2


def test_reading_everything_again_changes_nothing_that_stands(rt: Runtime) -> None:
    client, wave = doors(rt), launch_wave(rt, list(EMAILS), list(TEXTS))
    post(client, wave, list(enumerate(events())))
    phone = wave.contacts["phone_reads"].phone or ""
    for sid, said in (("SM1", "8"), ("SM2", "non scrivetemi più")):
        text = f"MessageSid={sid}&From=%2B{phone[1:]}&To=%2B1555&Body={said}&NumMedia=0"
        assert from_twilio(client, "messages", text).status_code == 200
    mail = {
        "from": f"Ada <{wave.contacts['reads'].email}>",
        "to": "ciao@azienda.example",
        "text": "Grazie, 9!",
    }
    parts = [f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in mail.items()]
    body = ("".join(parts) + "--b--\r\n").encode()
    assert from_sendgrid(client, body, "inbound", "multipart/form-data; boundary=b").status_code == 204
    assert from_sendgrid(client, json.dumps([DELIVERED, 7]).encode()).status_code == 204
    assert len(expand_all()) == 1, "one event of the last post"
    assert command(rt, "replay").stdout == "1 post will be read again\n"
    assert len(expand_all()) == 1
    before, figures, posts = everything(), scraped(), len(kept())
    again = command(rt, "replay", "--expanded", "--since", "2020-01-01")
    assert again.stdout == f"{posts} posts will be read again\n"
    assert len(expand_all()) == 1
    assert len(kept()) == posts
    assert everything() == before
    after = scraped()
    assert dropped(figures, after) == []
    accepted = [name for name in figures if "accepted" in name or "expanded" in name]
    assert [after[name] for name in accepted] == [figures[name] for name in accepted]


def test_what_was_read_leaves_after_its_time_and_no_figure_drops(rt: Runtime) -> None:
    client = doors(rt)
    for body in (json.dumps([DELIVERED]).encode(), b"no json"):
        assert from_sendgrid(client, body).status_code == 204
    expand_all()
    before, receipts = scraped(), everything()["receipts"]
    jobs.tidy()
    assert len(kept()) == 2
    assert from_twilio(client, "messages", "Body=ciao").status_code == 200
    runtime.install(replace(rt, clock_ahead=timedelta(days=31)))
    jobs.tidy()
    assert [one.state for one in kept()] == ["quarantined", "received"]
    assert everything()["receipts"] == receipts
    assert dropped(before, scraped()) == []


@pytest.mark.long
@ON_SQLITE
def test_a_clean_stop_loses_no_refusal(rt: Runtime) -> None:
    code = """if True:
        from app import settings
        from app.accounts import installation
        from app.intake import refusals
        from app.intake.models import Route
        installation.start(settings.load())
        for _ in range(1000):
            refusals.note(Route.TWILIO_STATUS, "forged")"""
    env = {"DATA_DIR": str(rt.settings.data_dir), "DATABASE_URL": rt.settings.database_url}
    subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, check=True)
    assert status(rt)["twilio_status"]["refused"] == {"forged": 1000}
