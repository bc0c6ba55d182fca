"""Who a contact is, decided by the seed and their address, so that a demo meets them again."""

import hashlib
import random
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a contact takes a message."""

    SILENT = "silent"
    DELIGHTED = "delighted"
    LUKEWARM = "lukewarm"
    ANGRY = "angry"
    STOPS = "stops"
    STOPS_IN_WORDS = "stops in words"
    WRONG_PERSON = "wrong person"
    GONE = "gone"
    UNREACHABLE = "unreachable"
    AWAY = "away"
    COMPLAINS = "complains"
    LOGS_IN = "logs in"
    BUYS = "buys"


WEIGHTS = {
    Kind.SILENT: 30.0,
    Kind.DELIGHTED: 19.0,
    Kind.LUKEWARM: 16.0,
    Kind.ANGRY: 10.0,
    Kind.STOPS: 4.0,
    Kind.STOPS_IN_WORDS: 4.0,
    Kind.WRONG_PERSON: 2.5,
    Kind.GONE: 3.0,
    Kind.UNREACHABLE: 2.2,
    Kind.AWAY: 4.0,
    Kind.COMPLAINS: 0.3,
    Kind.LOGS_IN: 2.5,
    Kind.BUYS: 2.5,
}
ANSWERING = frozenset({Kind.DELIGHTED, Kind.LUKEWARM, Kind.ANGRY})
SCORES = {Kind.DELIGHTED: (9, 10), Kind.LUKEWARM: (6, 7, 8), Kind.ANGRY: (0, 1, 2, 3, 4, 5)}


@dataclass(frozen=True, slots=True)
class Persona:
    """`score` is 0-10; `writes` answers emails by replying rather than by clicking; `scanned` and `proxied` are
    machines in front of the mailbox: one follows every link and submits every form, the other loads every image."""

    kind: Kind
    score: int
    stays: bool
    writes: bool
    opens: bool
    scanned: bool
    proxied: bool
    charset: str


def dice(seed: int, address: str, purpose: str) -> random.Random:
    """The same throws for the same person and purpose."""
    digest = hashlib.blake2b(f"{seed}\0{address.strip().lower()}\0{purpose}".encode(), digest_size=8).digest()
    return random.Random(int.from_bytes(digest))


def persona_of(seed: int, address: str, scanners: float = 0.1) -> Persona:
    """The person behind an email address or phone number; a greater share of `scanners` changes nobody else."""
    throw = dice(seed, address, "persona")
    kind = throw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    score = throw.choice(SCORES.get(kind, (5,)))
    stays = throw.random() < (0.08 if kind is Kind.ANGRY else 0.95)
    return Persona(
        kind=kind,
        score=score,
        stays=stays,
        writes=throw.random() < 0.3,
        opens=kind is not Kind.SILENT or throw.random() < 0.35,
        scanned=throw.random() < scanners,
        proxied=throw.random() < 0.25,
        charset=throw.choice(("utf-8", "utf-8", "iso-8859-1", "windows-1252")),
    )


def home_of(seed: int, address: str) -> str:
    """The network address they read from: their own, or one of those a mobile network gives to thousands."""
    throw = dice(seed, address, "home")
    if throw.random() < 0.15:
        return f"203.0.113.{throw.randrange(20, 28)}"
    return f"2001:db8:{throw.randrange(1, 2**16):x}:{throw.randrange(2**16):x}::25"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A link scanner: what it calls itself, from where it comes, and how many seconds after the delivery."""

    disguised: bool
    ip: str
    after: float


def gateway_of(seed: int, address: str) -> Gateway:
    """The scanner in front of a mailbox: a third look like a browser, a quarter take their time."""
    throw = dice(seed, address, "gateway")
    after = throw.uniform(0.5, 2) if throw.random() < 0.75 else throw.uniform(60, 900)
    return Gateway(throw.random() < 1 / 3, f"198.51.100.{throw.randrange(64, 70)}", after)
