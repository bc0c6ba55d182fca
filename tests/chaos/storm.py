"""What befalls the service while it sends: kills, sleeps, an emptied Redis, stops by contacts, a held wave."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import requests
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from app import queue, runtime
from app.contacts.addresses import hashes
from app.contacts.models import Contact
from app.db import Session
from app.errors import Conflict
from app.intake import stops
from app.waves.steering import control
from tests.chaos.house import House
from tests.chaos.worker import LEASE

WEATHER = {
    "busy": 0.03,
    "broken_before": 0.01,
    "broken_after": 0.01,
    "reset_before": 0.01,
    "reset_after": 0.02,
    "slow": 0.05,
    "twice": 0.2,
    "late": 0.2,
    "shuffled": 0.5,
}
BLOWS = {
    "sender": 40,
    "pause": 12,
    "bulk": 10,
    "replies": 10,
    "scheduler": 4,
    "web": 8,
    "valkey": 5,
    "flush": 5,
    "postgres": 6,
    "session": 6,
}
"""How often each is met, among a hundred or so."""
SPARED = (6.0, 20.0)
"""Seconds that a process lives at least, and a sender at most."""


@dataclass
class Storm:
    """What happened when: the books are read with this beside them."""

    house: House
    dice: random.Random
    met: Counter[str] = field(default_factory=Counter)
    database_deaths: list[float] = field(default_factory=list)
    asleep: dict[int, float] = field(default_factory=dict)
    stopped: dict[str, float] = field(default_factory=dict)
    """Address -> when its stop had been committed."""
    held: list[tuple[str, float, float]] = field(default_factory=list)
    """(wave, when the pause had been committed, when it was to go on)."""

    def blow(self) -> None:
        """One thing goes wrong."""
        blows = {name: weight for name, weight in BLOWS.items() if self._possible(name)}
        (name,) = self.dice.choices(list(blows), list(blows.values()))
        house = self.house
        if name == "sender":
            victim = self.dice.choice(house.senders)
            if house.age(victim) < self.dice.uniform(*SPARED):
                return  # one that never gets to work proves nothing
            self.asleep.pop(house.processes[victim].pid, None)
            house.kill(victim)
        elif name == "pause":
            process = house.processes[self.dice.choice(house.senders)]
            process.send_signal(signal.SIGSTOP)
            # Most wake after their lease ran out, some before.
            self.asleep[process.pid] = time.time() + LEASE.total_seconds() * self.dice.uniform(0.3, 2)
        elif name == "flush":
            with suppress(RedisError):
                queue.connect(house.valkey.url).flushall()
        elif name == "valkey":
            with suppress(ProcessLookupError):  # it may be down already
                os.kill(house.valkey.pid, signal.SIGKILL)
        elif house.postgres is not None and name in ("postgres", "session"):
            self.database_deaths.append(time.time())
            (house.postgres.kill if name == "postgres" else house.postgres.kill_session)()
        elif house.age(name) > SPARED[0]:
            house.kill(name)
        self.met[name] += 1

    def _possible(self, name: str) -> bool:
        if name in ("postgres", "session"):
            return self.house.postgres is not None
        return name != "pause" or len(self.asleep) < max(1, len(self.house.senders) - 1)

    def wake(self, over: threading.Event) -> None:
        """Let those go on whose sleep is over, and at the end all; for a thread of its own, as a sender that
        sleeps in a transaction may hold up everybody, us too."""
        while not over.wait(0.2) or self.asleep:
            for pid, until in list(self.asleep.items()):
                if over.is_set() or time.time() > until:
                    self.asleep.pop(pid, None)
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGCONT)

    def say_stop(self, address: str) -> None:
        """A contact says stop on a page; the time is taken when it stands in the database."""
        now = runtime.now()
        column = Contact.email if "@" in address else Contact.phone
        try:
            with runtime.session() as db:
                contact = db.exec(select(Contact).where(column == address)).one()
                pairs = list(hashes(runtime.current().settings.suppression_key, contact.email, contact.phone))
                stops.stop(
                    db,
                    contact,
                    pairs,
                    reason="preferences_all",
                    source="web",
                    wording="Basta",
                    at=now,
                    now=now,
                )
        except DBAPIError:
            return  # the page would ask them to try again in a moment
        self.stopped[address] = time.time()

    def hold(self, wave: str, seconds: float) -> None:
        """The marketer pauses a wave for a while."""
        now = runtime.now()
        self._surely(lambda db: control.pause(db, wave, by="chaos", reason="a look at it", now=now))
        since = time.time()
        time.sleep(seconds)
        self.held.append((wave, since, time.time()))
        self._surely(lambda db: control.resume(db, wave, by="chaos", now=now))

    def _surely(self, write: Callable[[Session], object]) -> None:
        """Press the button until it is done: Conflict means that it was, and nobody could tell us."""
        while True:
            try:
                with runtime.session() as db:
                    write(db)
            except DBAPIError:
                self.house.revive()
                time.sleep(0.5)
            except Conflict:
                return
            else:
                return

    def weather(self, **rates: float) -> dict[str, int]:
        """Change how the providers misbehave; how often each fault was met so far."""
        told = requests.post(f"{self.house.sandbox}/faults", json=rates, timeout=30)
        told.raise_for_status()
        return dict(told.json()["met"])
