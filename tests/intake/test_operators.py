"""What operators see of the providers' doors is true, costs little, names nobody, and posts can be read again."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from click.testing import CliRunner, Result
from prometheus_client.parser import text_string_to_metric_families

from app import runtime
from app.cli.main import main
from app.intake import refusals
from app.intake.models import Route
from app.runtime import Runtime
from tests.webhooks.doors import doors, expand_all, from_sendgrid

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DELIVERED = {"event": "delivered", "sg_event_id": "e1", "email": "ada@ditta.example", "timestamp": 1}


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


def scraped(rt: Runtime) -> dict[str, float]:
    """What Prometheus reads: name{label values} -> value."""
    answer = doors(rt).get("/metrics")
    assert answer.content_type.startswith("text/plain; version=")
    families = list(text_string_to_metric_families(answer.text))
    assert all(family.documentation and family.type in ("counter", "gauge") for family in families)
    return {
        f"{one.name}{{{','.join(one.labels.values())}}}": one.value
        for family in families
        for one in family.samples
    }


def test_every_figure_of_a_door_is_told(rt: Runtime) -> None:
    client = doors(rt)
    good = json.dumps([DELIVERED, {"event": "sneezed", "sg_event_id": "e2"}]).encode()
    for body in (good, good, b"no json"):
        assert from_sendgrid(client, body).status_code == 204
    refusals.note(Route.SENDGRID_EVENTS, "forged")
    refusals.flush()
    before = scraped(rt)
    waiting = status(rt)["sendgrid_events"]
    assert (waiting["accepted"], waiting["accepted_last_hour"], waiting["waiting"]) == (2, 2, 2)
    assert (waiting["duplicates"], sum(waiting["refused"].values())) == (1, 1)
    expand_all()
    door = status(rt)["sendgrid_events"]
    assert (door["accepted"], door["expanded"], door["waiting"], door["quarantined"]) == (2, 1, 0, 1)
    assert door["last_error"]["what"] == "quarantined"
    assert status(rt)["twilio_status"]["health"] == "silent"
    after = scraped(rt)
    assert after["riattiva_webhook_posts_accepted_total{sendgrid_events}"] == 2
    assert after["riattiva_webhook_posts{sendgrid_events,quarantined}"] == 1
    assert all(after[name] >= value for name, value in before.items() if "_total" in name)
