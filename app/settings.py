"""Everything the operator can set, read once at start from the environment, `.env` and DATA_DIR."""

import contextlib
import os
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.errors import BadInput

Words = Annotated[list[str], NoDecode]

SECRETS_FILE = "secrets.env"
RUNNING_FILE = "running.env"
MESSAGING_SERVICE = re.compile("MG[0-9a-fA-F]{32}")
"""What TWILIO_MESSAGING_SERVICE_SID looks like; all else with a letter in it is a name."""
LOCAL = ("127.0.0.1", "localhost", "::1")
"""Hosts that are this machine, for itself alone."""
_LETTER = re.compile("[A-Za-z]")


class Settings(BaseSettings):
    """The settings of one installation. Lists are written with commas."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    riattiva_env: str = "development"
    """`production` turns every unsafe default into a refusal to start."""
    data_dir: Path = Path("data")
    """Where SQLite, the embedded Valkey, secrets, exports and logs live."""
    database_url: str = ""
    """Empty: SQLite under DATA_DIR. Otherwise postgresql+psycopg://…"""
    redis_url: str = ""
    """Empty: the embedded Valkey that `riattiva up` starts."""
    secret_keys: Words = Field(default_factory=list)
    """The first signs links and sessions, any verifies."""
    suppression_key: str = ""
    """Keys the hashes of suppressed addresses; made once, kept with the backups, never rotated."""
    public_url: str = "http://127.0.0.1:8000"
    """How contacts and providers reach this service, without a trailing slash."""

    sendgrid_api_key: str = ""
    sendgrid_base_url: str = "https://api.sendgrid.com"
    sendgrid_from_email: str = ""
    sendgrid_from_name: str = ""
    sendgrid_webhook_public_keys: Words = Field(default_factory=list)
    sendgrid_webhook_max_skew_hours: float = Field(default=25, gt=0, le=8760)
    """How old a signed post may be, or how far ahead of our clock; SendGrid tries for a day."""
    sendgrid_inbound_domain: str = ""
    """Replies go to reply+TOKEN@ this domain; empty: to the sender."""
    sendgrid_inbound_secret: str = ""
    """The last part of /webhooks/sendgrid/inbound/SECRET where parse posts are not signed."""

    twilio_account_sid: str = ""
    twilio_auth_tokens: Words = Field(default_factory=list)
    """The first signs our calls, any verifies a webhook."""
    twilio_shared_keys: Words = Field(default_factory=list)
    twilio_base_url: str = "https://api.twilio.com"
    twilio_from: str = ""
    twilio_messaging_service_sid: str = ""

    emails_per_second: int = Field(default=1_000, ge=1)
    texts_per_second: int = Field(default=100, ge=1)
    """How many messages of waves leave a second at most, from all processes together; answers to people do not wait
    for them."""

    organisation_name: str = ""
    postal_address: str = ""
    privacy_url: str = ""

    sentiment_model: str = "builtin"
    """Which entry point of `riattiva.sentiment` judges how a reply sounds: builtin, onnx or a plug-in's own."""
    sentiment_model_dir: Path | None = None
    """The folder that model is read from; nothing is ever downloaded."""

    raw_events_days: int = Field(default=30, ge=1)
    """For how long what the providers posted is kept byte for byte, once it is read; receipts stay."""

    default_country: str = "IT"
    default_language: str = "it"
    timezone: str = "Europe/Rome"
    riattiva_now: str = ""
    """Tests and demos: where the clock starts (ISO 8601, optionally `@unix second it was true`)."""

    @field_validator(
        "secret_keys",
        "sendgrid_webhook_public_keys",
        "twilio_auth_tokens",
        "twilio_shared_keys",
        mode="before",
    )
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [word for word in value.replace(",", " ").split() if word]
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is no time zone; write one like Europe/Rome") from error
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must start with postgresql+psycopg:// (or be empty: SQLite under DATA_DIR)")
        return value

    @field_validator("public_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("http", "https"):
            raise ValueError(f"{value!r} must start with http:// or https://")
        return value.rstrip("/")

    @property
    def database(self) -> str:
        """The URL the engine opens."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'riattiva.db').resolve()}"

    @property
    def sandboxed(self) -> bool:
        """No real provider is configured: what is sent goes to the sandbox and nowhere else."""
        real = [
            base
            for key, base in (
                (self.sendgrid_api_key, self.sendgrid_base_url),
                (self.twilio_account_sid, self.twilio_base_url),
            )
            if key and urlsplit(base).hostname not in LOCAL
        ]
        return not real

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def sms_sender(self) -> str:
        """What texts come from: the messaging service when there is one, else the number."""
        return self.twilio_messaging_service_sid or self.twilio_from

    @property
    def can_receive_texts(self) -> bool:
        """Whether people can text back: a name such as RIATTIVA only sends."""
        sender = self.sms_sender
        service = self.twilio_messaging_service_sid or MESSAGING_SERVICE.fullmatch(sender)
        return bool(service) or not _LETTER.search(sender)


def load(data_dir: Path | None = None, *, make_secrets: bool = False, **given: Any) -> Settings:
    """Read the settings; raises BadInput naming every setting that is wrong.

    Order, later wins: DATA_DIR/secrets.env, DATA_DIR/running.env (what `up` found out), .env, the environment.
    With `make_secrets` a first start on embedded parts writes its own secrets (mode 600).
    """
    folder = data_dir or Path(os.environ.get("DATA_DIR") or _dotenv_value("DATA_DIR") or "data")
    if make_secrets and (os.environ.get("RIATTIVA_ENV") or _dotenv_value("RIATTIVA_ENV")) != "production":
        _make_secrets(folder)
    files = (folder / SECRETS_FILE, folder / RUNNING_FILE, Path(".env"))
    try:
        settings = Settings(_env_file=files, **{**given, "data_dir": folder})  # type: ignore[call-arg]
    except ValidationError as error:
        lines = [
            f"{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()
        ]
        raise BadInput("; ".join(lines), where="settings") from None
    _refuse_unsafe(settings)
    return settings


def clock_start(value: str) -> timedelta:
    """How far the clock is ahead of the real one, from RIATTIVA_NOW; raises BadInput."""
    if not value:
        return timedelta(0)
    stamp, _, true_at = value.partition("@")
    try:
        start = datetime.fromisoformat(stamp)
        real = datetime.fromtimestamp(float(true_at), UTC) if true_at else datetime.now(UTC)
    except ValueError as error:
        raise BadInput(f"RIATTIVA_NOW={value!r} is no ISO 8601 time", where="settings") from error
    return (start if start.tzinfo else start.replace(tzinfo=UTC)) - real


def _dotenv_value(name: str) -> str:
    file = Path(".env")
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    for line in lines:
        key, _, value = line.partition("=")
        if key.strip() == name:
            return value.strip().strip("'\"")
    return ""


def _make_secrets(folder: Path) -> None:
    try:
        # Contacts' data will lie here: for nobody but us.
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadInput(f"cannot be made: {error.strerror}", where=f"DATA_DIR={folder}") from None
    wanted = {
        "SECRET_KEYS": secrets.token_urlsafe(32),
        "SUPPRESSION_KEY": secrets.token_urlsafe(32),
        "SENDGRID_INBOUND_SECRET": secrets.token_urlsafe(24),
    }
    file = folder / SECRETS_FILE
    if file.exists():
        return
    # Written aside and linked: of two first starts at once one wins, and neither sees half a file.
    draft = folder / f"{SECRETS_FILE}.{os.getpid()}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.writelines(f"{name}={value}\n" for name, value in wanted.items())
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()


def _refuse_unsafe(settings: Settings) -> None:
    if settings.riattiva_env != "production":
        return
    wrong = []
    if not settings.secret_keys or any(len(key) < 32 for key in settings.secret_keys):
        wrong.append("SECRET_KEYS is missing or shorter than 32 characters")
    if len(settings.suppression_key) < 32:
        wrong.append("SUPPRESSION_KEY is missing or shorter than 32 characters")
    if not settings.public_url.startswith("https://"):
        wrong.append("PUBLIC_URL must be https")
    if settings.riattiva_now:
        wrong.append("RIATTIVA_NOW is for tests and demos")
    if settings.sendgrid_inbound_domain and len(settings.sendgrid_inbound_secret) < 16:
        wrong.append("SENDGRID_INBOUND_SECRET is missing: the inbound route would be unprotected")
    for name, base, host in (
        ("SENDGRID_BASE_URL", settings.sendgrid_base_url, "sendgrid.com"),
        ("TWILIO_BASE_URL", settings.twilio_base_url, "twilio.com"),
    ):
        address = urlsplit(base)
        known = address.hostname == host or (address.hostname or "").endswith("." + host)
        if address.scheme != "https" or not known:
            wrong.append(f"{name} is not the provider's own address")
    if wrong:
        raise BadInput("; ".join(wrong), where="settings (RIATTIVA_ENV=production)")
