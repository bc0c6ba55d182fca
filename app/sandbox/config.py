"""What one sandbox is told at start, so that every other module reads values instead of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app.sandbox.faults import Rates, parse

TEST_KEY = "SG.sandbox"
TEST_ACCOUNT = "AC" + "0" * 32
TEST_TOKEN = "sandbox"  # noqa: S105
TEST_NUMBER = "+15005550006"  # Twilio's own documented test sender


@dataclass(frozen=True, slots=True)
class Config:
    """`speed` divides every human delay (60: a minute takes a second); `starts_at` starts the visible clock.

    An empty URL means that kind of webhook is not configured at the provider: nothing is posted.
    `number` is what contacts see when a message is sent through a messaging service. `scanners` is the share of
    mailboxes with a link scanner in front.
    """

    data: Path
    seed: int = 1
    speed: float = 1.0
    sendgrid_api_key: str = TEST_KEY
    twilio_account_sid: str = TEST_ACCOUNT
    twilio_auth_token: str = TEST_TOKEN
    events_url: str = ""
    inbound_email_url: str = ""
    inbound_sms_url: str = ""
    api_url: str = ""
    api_token: str = ""
    number: str = TEST_NUMBER
    silent: bool = False
    scanners: float = 0.1
    advanced_opt_out: bool = False
    starts_at: datetime | None = None
    faults: Rates = field(default_factory=Rates)


def from_env(
    data: Path, *, seed: int = 1, speed: float = 1.0, env: Mapping[str, str] | None = None
) -> Config:
    """Read SANDBOX_* variables. Raises ValueError when SANDBOX_NOW is not an ISO time with an offset,
    SANDBOX_SCANNERS no number, or SANDBOX_FAULTS names no fault."""
    env = os.environ if env is None else env
    now = env.get("SANDBOX_NOW", "")
    starts_at = datetime.fromisoformat(now) if now else None
    if starts_at is not None and starts_at.tzinfo is None:
        raise ValueError("SANDBOX_NOW needs an offset, e.g. 2026-11-01T09:00:00+01:00")
    return Config(
        data=data,
        seed=seed,
        speed=speed,
        sendgrid_api_key=env.get("SANDBOX_SENDGRID_API_KEY", TEST_KEY),
        twilio_account_sid=env.get("SANDBOX_TWILIO_ACCOUNT_SID", TEST_ACCOUNT),
        twilio_auth_token=env.get("SANDBOX_TWILIO_AUTH_TOKEN", TEST_TOKEN),
        events_url=env.get("SANDBOX_EVENTS_URL", ""),
        inbound_email_url=env.get("SANDBOX_INBOUND_EMAIL_URL", ""),
        inbound_sms_url=env.get("SANDBOX_INBOUND_SMS_URL", ""),
        api_url=env.get("SANDBOX_API_URL", "").rstrip("/"),
        api_token=env.get("SANDBOX_API_TOKEN", ""),
        number=env.get("SANDBOX_TWILIO_NUMBER", TEST_NUMBER),
        silent=env.get("SANDBOX_SILENT_PERSONAS", "") == "1",
        scanners=float(env.get("SANDBOX_SCANNERS", "") or 0.1),
        advanced_opt_out=env.get("SANDBOX_ADVANCED_OPT_OUT", "") == "1",
        starts_at=starts_at,
        faults=parse(env.get("SANDBOX_FAULTS", "")),
    )
