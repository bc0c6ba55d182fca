"""What every part of the sandbox holds: settings, memory, key, clock and the providers' bill."""

import json
import random
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from app.sandbox.config import Config
from app.sandbox.faults import Faults
from app.sandbox.memory import Memory
from app.sandbox.signing import load_key


@dataclass(frozen=True, slots=True)
class World:
    """`wake` rings when something became due; `shift` is the visible clock less the real one, in seconds."""

    config: Config
    memory: Memory
    key: EllipticCurvePrivateKey
    shift: float
    faults: Faults
    wake: threading.Event = field(default_factory=threading.Event)
    bill_lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> float:
        """The time the outside world sees, in Unix seconds."""
        return time.time() + self.shift

    def date(self, at: float | None = None) -> datetime:
        return datetime.fromtimestamp(self.now() if at is None else at, tz=UTC)

    def later(self, seconds: float) -> float:
        """When something that takes `seconds` of human time is due, on the real clock."""
        return time.time() + seconds / self.config.speed

    def again(self, seconds: float) -> float:
        """When a machine tries once more: scaled too, but it leaves room for a restart."""
        return time.time() + max(0.25, seconds / self.config.speed)

    def reaches(self, url: str) -> bool:
        """Whether a played contact may follow `url`: this machine and the product's hosts only."""
        config = self.config
        ours = (config.events_url, config.inbound_email_url, config.inbound_sms_url, config.api_url)
        return urlsplit(url).hostname in {
            "127.0.0.1",
            "localhost",
            "::1",
            *(urlsplit(u).hostname for u in ours if u),
        }

    def bill(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Append accepted messages to accepted.jsonl: what the providers would charge for."""
        self._write("accepted.jsonl", lines)

    def note_fault(self, fault: str, path: str, ours: list[str]) -> None:
        """Append what a caller had to suffer to faults.jsonl, with the ids of the messages it was about."""
        at = self.date().isoformat()
        self._write("faults.jsonl", [{"fault": fault, "path": path, "messages": ours, "at": at}])

    def _write(self, name: str, lines: Iterable[Mapping[str, Any]]) -> None:
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        with self.bill_lock, (self.config.data / name).open("a", encoding="utf-8") as book:
            book.write(text)


def open_world(config: Config) -> World:
    config.data.mkdir(parents=True, exist_ok=True)
    shift = config.starts_at.timestamp() - time.time() if config.starts_at else 0.0
    memory, key = Memory(config.data / "sandbox.sqlite3"), load_key(config.data / "signing-key.pem")
    return World(config, memory, key, shift, Faults(config.faults, random.Random(config.seed)))
