"""`python -m tests.soak.run`: a steady stream of small waves and their replies, and what it leaves behind; exit status
1 when memory, files or what waits grows without end."""

import csv
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests
from redis.exceptions import RedisError
from sqlmodel import col, func, select

from app import db as database
from app.embedded import valkey_url
from app.messages.models import Message
from tests.flows.conftest import COLUMNS, WAVE, eventually, free_port
from tests.service.processes import BIN, Place, Up, place, ready
from tests.soak import gauges
from tests.soak.verdict import Line, judge

MINUTES = float(os.environ.get("SOAK_MINUTES", "10"))
PEOPLE = int(os.environ.get("SOAK_PEOPLE", "40"))
EVERY = float(os.environ.get("SOAK_EVERY", "15"))
"""So many people are imported and written to every so many seconds."""
SPEED = 600
"""Ten minutes of the outside world take a second: most who answer have done so within the run."""
SAMPLE = 5.0
"""Seconds between two readings."""
STOPS_WITHIN = 60.0
"""Seconds it may take to end, as an operator would wait."""


def say(words: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {words}\n")
    sys.stdout.flush()


@dataclass
class Load:
    """The marketer who never rests: imports people and launches a wave to them, again and again."""

    at: Place
    over: threading.Event = field(default_factory=threading.Event)
    waves: int = 0
    failed: list[str] = field(default_factory=list)

    def work(self) -> None:
        due = time.monotonic()
        while not self.over.wait(max(0.0, due - time.monotonic())):
            due = max(due + EVERY, time.monotonic())
            try:
                self._launch(self.waves + 1)
                self.waves += 1
            except Exception as error:  # seen at the end: the service goes on, and so does the soak
                self.failed.append(f"{type(error).__name__}: {str(error)[-300:]}")

    def _launch(self, number: int) -> None:
        company = f"Ditta {number}"
        people = self.at.data / "people.csv"
        with people.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, COLUMNS, delimiter=";")
            writer.writeheader()
            for one in range(number * PEOPLE, (number + 1) * PEOPLE):
                told = {"Codice": f"P{one}", "Nome": "Lia", "Lingua": "IT", "Ragione sociale": company}
                told |= {"Consenso marketing": "S", "Consenso SMS": "S"}
                reached = (
                    {"Cellulare": f"+39347{one:07d}"} if one % 2 else {"E-mail": f"p{one}@ditta.example"}
                )
                writer.writerow(told | reached)
        self.at.riattiva("contacts", "import", str(people), "--source", "soak", "--json")
        wave = self.at.data / "wave.yaml"
        wave.write_text(
            WAVE.format(
                name=company,
                company=company,
                channels="sms, email",
                control=0,
                more="",
                answers_until="1 day",
            )
        )
        self.at.riattiva("waves", "launch", str(wave), "--yes", "--json")


@contextmanager
def standing(data: Path) -> Iterator[tuple[Place, Up, str]]:
    """`riattiva up` with people who answer by themselves; ended as by Ctrl-C."""
    at, port = place(data, SANDBOX_SILENT_PERSONAS="0"), free_port()
    process = at.start(BIN / "riattiva", "up", "--port", str(port), "--sandbox-speed", str(SPEED))
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: process.poll() is not None or ready(url), 120)
        yield at, Up(process, ""), url
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # what it started ends with it
            process.communicate()


def watch(at: Place, up: Up, url: str, seconds: float) -> dict[str, list[tuple[float, float]]]:
    """Read the gauges until the time is over."""
    readings: dict[str, list[tuple[float, float]]] = defaultdict(list)
    began = shown = time.monotonic()
    while (now := time.monotonic()) - began < seconds:
        figures = gauges.database(at.data)
        for name, memory, files in gauges.processes(up.process.pid):
            figures |= {f"{name} MB": memory, f"{name} files": files}
        with suppress(requests.RequestException, RedisError):
            figures |= gauges.redis(valkey_url(at.data)) | gauges.service(url)
        for name, figure in figures.items():
            readings[name].append((now - began, figure))
        if now - shown > 60:
            shown = now
            names = ("messages waiting", "jobs waiting", "lag s", "redis MB")
            say(f"  after {now - began:.0f} s: " + ", ".join(f"{n} {figures.get(n, -1):.0f}" for n in names))
        time.sleep(max(0.0, SAMPLE - (time.monotonic() - now)))
    return readings


def moved(data: Path) -> Counter[str]:
    """What became of the messages, by direction and state."""
    engine = database.open_engine(f"sqlite:///{data / 'riattiva.db'}")
    with database.reading(engine) as db:
        found = db.exec(
            select(Message.direction, Message.state, func.count()).group_by(
                Message.direction, col(Message.state)
            )
        ).all()
    engine.dispose()
    return Counter({f"{direction} {state}": count for direction, state, count in found})


def table(lines: list[Line]) -> None:
    say(f"{'':24}{'first':>10}{'last':>10}{'most':>10}{'per hour':>12}")
    for line in lines:
        figures = f"{line.first:10.1f}{line.last:10.1f}{line.most:10.1f}{line.per_hour:+12.1f}"
        say(f"{line.name:24}{figures}{'   GROWS' if line.bad else ''}")


def story(data: Path) -> bool:
    """One run; whether everything stayed as it was."""
    say(
        f"{MINUTES:g} minutes, a wave to {PEOPLE} people every {EVERY:g} s, the outside world {SPEED} times as fast"
    )
    with standing(data) as (at, up, url):
        load = Load(at)
        launching = threading.Thread(target=load.work)
        launching.start()
        try:
            readings = watch(at, up, url, MINUTES * 60)
        finally:
            load.over.set()
            launching.join()
        ended = up.process.poll()
    stopped = up.process.returncode
    states = moved(data)
    say(
        f"{load.waves} waves launched, {len(load.failed)} failed; "
        + ", ".join(f"{n} {s}" for s, n in states.items())
    )
    lines = [judge(name, points) for name, points in sorted(readings.items()) if len(points) > 6]
    table(lines)
    cries = {
        file.stem: file.read_text(errors="replace").count("Traceback")
        for file in (data / "logs").glob("*.log")
    }
    wrong = [
        f"{line.name} grew by {line.grew:.1f} ({line.per_hour:+.0f} per hour)" for line in lines if line.bad
    ]
    wrong += [f"{count} tracebacks in logs/{name}.log" for name, count in cries.items() if count]
    wrong += [f"a wave was not launched: {one}" for one in load.failed[:3]]
    if ended is not None:
        wrong.append(f"the service ended by itself with {ended}")
    elif stopped:
        wrong.append(f"the service did not stop within {STOPS_WITHIN:.0f} s, or not well: {stopped}")
    if not load.waves or not any(state.startswith("in ") for state in states):
        wrong.append("nobody was written to, or nobody answered: nothing is proved")
    for line in wrong:
        say(f"  {line}")
    say("it stays as it was" if not wrong else f"{len(wrong)} things to look at")
    return not wrong


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as made:
        return 0 if story(Path(os.environ.get("SOAK_KEEP", made)) / "data") else 1


if __name__ == "__main__":
    sys.exit(main())
