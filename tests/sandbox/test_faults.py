"""The providers on a bad day: what they took stands on their bill, and our clients judge each answer truly."""

import json
from pathlib import Path

import pytest
import requests

from app.channels.base import Accepted, Channel, NothingAccepted, SendResult, Unknown
from app.channels.sendgrid import SendGrid
from app.channels.twilio import Twilio
from app.sandbox.config import from_env
from app.sandbox.faults import Rates, parse
from tests.channels.examples import CALLBACK, CONTENT, RECIPIENT, SMS
from tests.sandbox.conftest import Product, Running, Start
from tests.sandbox.test_sendgrid import events_of, mail, send

FATES = {
    "busy": (NothingAccepted, 0),
    "broken_before": (Unknown, 0),
    "broken_after": (Unknown, 1),
    "reset_before": (Unknown, 0),
    "reset_after": (Unknown, 1),
    "slow": (Accepted, 1),
}


def ask(sandbox: Running, channel: Channel) -> SendResult:
    config = sandbox.config
    if channel is Channel.EMAIL:
        return SendGrid(config.sendgrid_api_key, sandbox.url).send(CONTENT, [RECIPIENT])
    twilio = Twilio(config.twilio_account_sid, config.twilio_auth_token, sandbox.url, "+15005550006")
    return twilio.send(SMS, CALLBACK)


def lines(sandbox: Running, book: str) -> list[dict[str, object]]:
    file = sandbox.config.data / book
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("fault", FATES)
def test_each_fault_is_what_it_says_and_is_written_down(start: Start, fault: str, channel: Channel) -> None:
    sandbox = start(faults=Rates(**{fault: 1.0}))
    expected, taken = FATES[fault]
    result = ask(sandbox, channel)
    assert isinstance(result, expected), result
    assert len(lines(sandbox, "accepted.jsonl")) == taken
    ours = RECIPIENT.message_id if channel is Channel.EMAIL else SMS.message_id
    (noted,) = lines(sandbox, "faults.jsonl")
    assert (noted["fault"], ours in noted["messages"]) == (fault, True)  # type: ignore[operator]
    if fault == "busy" and channel is Channel.EMAIL:
        assert isinstance(result, NothingAccepted)
        assert result.retry_after is not None
        assert 0 < result.retry_after <= 2


def test_the_weather_can_be_changed_while_it_runs(start: Start) -> None:
    sandbox = start()
    assert isinstance(ask(sandbox, Channel.SMS), Accepted)
    requests.post(f"{sandbox.url}/faults", json={"busy": 1}, timeout=5).raise_for_status()
    assert isinstance(ask(sandbox, Channel.SMS), NothingAccepted)
    shown = requests.post(f"{sandbox.url}/faults", json={"busy": 0}, timeout=5).json()
    assert (shown["rates"]["busy"], shown["met"]) == (0, {"busy": 1})
    assert isinstance(ask(sandbox, Channel.SMS), Accepted)
    assert requests.post(f"{sandbox.url}/faults", json={"bussy": 1}, timeout=5).status_code == 400


def test_webhooks_come_doubled_late_and_shuffled(start: Start, product: Product) -> None:
    sandbox = start(speed=100.0, faults=Rates(twice=0.9, late=0.5, shuffled=1.0))
    send(sandbox, mail(*(f"p{number}@ditta.example" for number in range(20))))
    product.waits_for("/events", 3)
    for number in range(4, 40):
        keys = [str(event["sg_event_id"]) for event in events_of(product.taken)]
        if len(keys) > len(set(keys)) > 20:
            return
        product.waits_for("/events", number)
    pytest.fail("no event came twice")


def test_faults_are_told_by_the_environment(tmp_path: Path) -> None:
    told = from_env(tmp_path, env={"SANDBOX_FAULTS": "busy=0.05, reset_after=1"})
    assert told.faults == Rates(busy=0.05, reset_after=1.0)
    for wrong in ("busy", "busy=2", "rain=0.1"):
        with pytest.raises(ValueError, match="SANDBOX_FAULTS"):
            parse(wrong)
