"""What a process holds (settings, engine, queue, channels, surveys, clock) and the two ways into the database."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis import Redis
from sqlalchemy import Engine

from app import db as database
from app import queue
from app.channels.sendgrid import SendGrid
from app.channels.twilio import Twilio
from app.db import Session
from app.embedded import valkey_url
from app.errors import NotAvailable
from app.language import models
from app.settings import Settings, clock_start
from app.surveys.definition import Survey, load_all

SURVEYS_FOLDER = Path(__file__).resolve().parent.parent / "surveys"


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything a process needs, made once at its start."""

    settings: Settings
    engine: Engine
    redis: Redis
    surveys: dict[str, Survey]
    clock_ahead: timedelta
    email: SendGrid | None
    sms: Twilio | None

    def now(self) -> datetime:
        """The product's time, aware UTC. Leases use the database's clock instead."""
        return datetime.now(UTC) + self.clock_ahead


_current: list[Runtime] = []


def open_runtime(settings: Settings) -> Runtime:
    """Open the parts a process needs; surveys are loaded and checked here, so a bad file stops the start."""
    models.choose(settings.sentiment_model, settings.sentiment_model_dir)
    return Runtime(
        settings=settings,
        engine=database.open_engine(settings.database),
        redis=queue.connect(settings.redis_url or valkey_url(settings.data_dir)),
        surveys=load_all(SURVEYS_FOLDER),
        clock_ahead=clock_start(settings.riattiva_now),
        email=SendGrid(settings.sendgrid_api_key, settings.sendgrid_base_url)
        if settings.sendgrid_api_key
        else None,
        sms=Twilio(
            settings.twilio_account_sid,
            settings.twilio_auth_tokens[0],
            settings.twilio_base_url,
            settings.sms_sender,
        )
        if settings.twilio_account_sid and settings.twilio_auth_tokens
        else None,
    )


def install(runtime: Runtime) -> None:
    """Make this the process's runtime; the edges call it once (tests: once per installation)."""
    _current[:] = [runtime]


def current() -> Runtime:
    """The process's runtime; raises NotAvailable when none was installed."""
    if not _current:
        raise NotAvailable("the runtime is not open: start from the command line, worker.py or wsgi.py")
    return _current[0]


def now() -> datetime:
    return current().now()


def collect_seldom() -> None:
    """What a process does at its start that works in pages: a thousand rows are made and thrown away whole, and the
    collector would look through them time and again for circles that are not there, for a tenth of all the work."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@contextmanager
def session() -> Iterator[Session]:
    """A transaction that writes; commits at the end, rolls back on an exception."""
    rt = current()
    with database.writing(rt.engine) as db:
        queue.attach(db, rt.redis)
        yield db


@contextmanager
def bulk_session() -> Iterator[Session]:
    """As `session`, for one page of a long import that goes on where it stopped, even after a power cut."""
    rt = current()
    with database.writing(rt.engine, bulk=True) as db:
        queue.attach(db, rt.redis)
        yield db


@contextmanager
def reading() -> Iterator[Session]:
    """A transaction that only reads and never takes the write lock."""
    with database.reading(current().engine) as db:
        yield db


def ring(queue_name: str, job: str, *args: str) -> bool:
    """Ask a worker to run a job; False when Redis is away (the sweep rings again)."""
    return queue.ring(current().redis, queue_name, job, *args)


def ring_after_commit(db: Session, queue_name: str, job: str, *args: str) -> None:
    """Ring once this transaction has committed; never when it is rolled back."""
    queue.ring_after_commit(db, queue_name, job, *args)
