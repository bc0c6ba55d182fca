"""`python -m tests.chaos.run`: import, launch, storm, calm, compare; exit status 1 when anything is wrong."""

import csv
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from app.messages.models import State
from tests.chaos import books
from tests.chaos.house import House, cleared, standing
from tests.chaos.storm import WEATHER, Storm
from tests.flows.conftest import COLUMNS, WAVE

SENDERS = {"sqlite": 1, "postgres": 4}
STOPPERS = 0.03
"""The share of people who say stop while the waves are under way."""


def say(words: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {words}\n")
    sys.stdout.flush()


def addresses(count: int) -> dict[str, list[str]]:
    return {
        "sms": [f"+39347{number:07d}" for number in range(count)],
        "email": [f"p{number:06d}@ditta.example" for number in range(count)],
    }


def bring(house: House, people: dict[str, list[str]]) -> None:
    """Import them all: who has a mobile is of one company, who has a mailbox of another."""
    file = house.data / "people.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, delimiter=";")
        writer.writeheader()
        for channel, column, consent in (
            ("sms", "Cellulare", "Consenso SMS"),
            ("email", "E-mail", "Consenso marketing"),
        ):
            for number, one in enumerate(people[channel]):
                told = {"Codice": f"{channel}-{number}", "Nome": "Lia", "Lingua": "IT", consent: "S"}
                writer.writerow(told | {column: one, "Ragione sociale": channel})
    told = json.loads(house.riattiva("contacts", "import", str(file), "--source", "chaos", "--json"))
    assert told["created"] == sum(map(len, people.values())), told


def launch(house: House, channel: str) -> str:
    file = house.data / f"{channel}.yaml"
    file.write_text(
        WAVE.format(
            name=channel, company=channel, channels=channel, control=0, more="", answers_until="1 day"
        )
    )
    return str(json.loads(house.riattiva("waves", "launch", str(file), "--yes", "--json"))["wave_id"])


def rage(storm: Storm, count: int, waves: list[str], people: dict[str, list[str]], limit: float) -> None:
    """Until everything has left, or the limit is reached: something goes wrong every other moment."""
    dice = storm.dice
    willing = [one for channel in people.values() for one in dice.sample(channel, int(count * STOPPERS))]
    dice.shuffle(willing)
    began = shown = time.monotonic()
    held, done = 0, 0.0
    while time.monotonic() - began < limit:
        done = _moved(storm, count, done)
        time.sleep(dice.uniform(0.1, 1.5))
        storm.blow()
        for _ in range(max(1, len(willing) * 2 // max(20, count // 50))):
            if willing and done < 1:
                storm.say_stop(willing.pop())
        if held < len(waves) and done > 0.3 * (held + 1):
            storm.hold(waves[held], 3.0)
            held += 1
        if time.monotonic() - shown > 20:
            shown = time.monotonic()
            say(f"  {done:.0%} have left; {dict(storm.met)}")
        if done == 1:
            break


def _moved(storm: Storm, count: int, before: float) -> float:
    """What share has left, once more has than before, or for some seconds nothing did: a storm that lets nobody
    come to work meets nobody at work."""
    until = time.monotonic() + 8
    while True:
        storm.house.revive()
        done = _gone(count)
        if done > before or time.monotonic() > until:
            return done
        time.sleep(0.2)


def _gone(count: int) -> float:
    try:
        found, out = books.counts(), books.left_out()
    except DBAPIError:
        return 0.0
    return (sum(found.values()) + out - sum(found[state] for state in books.OPEN)) / (2 * count)


def settle(storm: Storm, limit: float) -> None:
    """No more blows: wait until nothing is under way, here or outside, or nothing moved for `limit` seconds."""
    quiet = dict.fromkeys(WEATHER, 0.0)
    say(f"calm; the providers' faults: {storm.weather(**quiet)}")
    moved, last = time.monotonic(), Counter[str]()
    while time.monotonic() - moved < limit:
        storm.house.revive()
        time.sleep(1)
        try:
            found, posts = books.counts(), books.unread()
        except DBAPIError:
            continue
        if found != last:
            moved, last = time.monotonic(), found
        under_way = sum(found[state] for state in (*books.OPEN, State.UNKNOWN))
        if not under_way and not posts["received"] and not books.outside(storm.house.bill):
            return
    say(f"still under way after {limit:.0f} s: {dict(books.counts())}, {dict(books.unread())} posts unread")


def story(engine: str, count: int, seed: int, minutes: float, folder: Path) -> bool:
    """One run on one database; whether the books agree."""
    people, began = addresses(count), time.monotonic()
    say(f"{engine}: {count} texts and {count} emails, {SENDERS[engine]} sender(s), seed {seed}")
    with standing(cleared(folder / engine), engine, SENDERS[engine], count, seed) as house:
        storm = Storm(house, random.Random(seed))
        bring(house, people)
        waves = [launch(house, channel) for channel in people]
        say(f"launched after {time.monotonic() - began:.0f} s; the storm begins")
        storm.weather(**WEATHER)
        house.open()
        over = threading.Event()
        waking = threading.Thread(target=storm.wake, args=(over,))
        waking.start()
        try:
            rage(storm, count, waves, people, minutes * 60)
        finally:
            over.set()
            waking.join()
        settle(storm, 120.0 + count / 25)
        rows = books.ours()
        left_out = sum(
            figures["left_out"].get("suppressed", 0) + figures["left_out"].get("consent_withdrawn", 0)
            for figures in (json.loads(house.riattiva("waves", "status", wave, "--json")) for wave in waves)
        )
        wrong = books.violations(storm, rows, 2 * count - left_out)
    states = {channel: Counter(row.state for row in rows if row.channel == channel) for channel in people}
    for channel, found in states.items():
        say(f"  {channel}: " + ", ".join(f"{number} {state}" for state, number in sorted(found.items())))
    say(
        f"  blows: {dict(storm.met)}; {len(storm.stopped)} stops, {len(storm.held)} pauses, {left_out} left out"
    )
    say(f"{engine}: {len(wrong)} violations after {time.monotonic() - began:.0f} s")
    for line in wrong[:40]:
        say(f"  {line}")
    return not wrong


def main() -> int:
    count = int(os.environ.get("CHAOS_MESSAGES", "500"))
    seed = int(os.environ.get("CHAOS_SEED", "1"))
    minutes = float(os.environ.get("CHAOS_MINUTES", str(max(5.0, count / 300))))
    asked = os.environ.get("CHAOS_ENGINE", "both")
    engines = list(SENDERS) if asked == "both" else [asked]
    with tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as made:
        folder = Path(os.environ.get("CHAOS_KEEP", made))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        agreed = [story(engine, count, seed, minutes, folder) for engine in engines]
        return 0 if all(agreed) else 1


if __name__ == "__main__":
    sys.exit(main())
