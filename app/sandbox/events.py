"""SendGrid's event webhook: queued one by one, posted signed and in batches, some twice or out of order."""

import json
import random
import secrets
import sqlite3
from collections.abc import Sequence

import requests

from app.sandbox.mail import Email
from app.sandbox.personas import dice
from app.sandbox.post import call
from app.sandbox.signing import sendgrid_headers
from app.sandbox.world import World

MAX_BATCH = 500
MAX_BATCH_BYTES = 768_000
GIVE_UP = 24 * 3600.0
TWICE, LATE = 0.02, 0.03


def queue(
    world: World, db: sqlite3.Connection, email: Email, name: str, delay: float = 0.0, **fields: object
) -> None:
    """Queue one event that happens `delay` human seconds from now; kept only if the account has a webhook.

    About 3 % arrive late, after what followed them, and about 2 % twice, with the same sg_event_id.
    """
    if not world.config.events_url:
        return
    due = world.later(delay)
    body = _object(email, name, int(due + world.shift), fields)
    throw = dice(world.config.seed, email.address, f"{name}{email.custom}")
    rates = world.faults.rates
    late = throw.uniform(5, 90) / world.config.speed if throw.random() < LATE + rates.late else 0.0
    copies = [due + late]
    if throw.random() < TWICE + rates.twice:
        copies.append(due + late + throw.uniform(1, 60) / world.config.speed)
    db.executemany(
        "INSERT INTO events (due, born, body) VALUES (?, ?, ?)", [(at, due, body) for at in copies]
    )


def take_batch(rows: Sequence[sqlite3.Row]) -> tuple[list[sqlite3.Row], list[sqlite3.Row]]:
    """What fits in one POST, and the rest."""
    size = 0
    for index, row in enumerate(rows):
        size += len(row["body"]) + 3
        if size > MAX_BATCH_BYTES:
            return list(rows[:index]), list(rows[index:])
    return list(rows), []


def post_batch(world: World, rows: Sequence[sqlite3.Row]) -> None:
    """Post one batch: gone on 2xx, else again at growing intervals until 24 (scaled) hours have passed."""
    if world.faults.throw("shuffled"):
        rows = random.sample(rows, len(rows))
    body = ("[" + ",\r\n".join(row["body"] for row in rows) + "]\r\n").encode()
    headers = sendgrid_headers(world.key, int(world.now()), body)
    headers |= {"Content-Type": "application/json", "User-Agent": "SendGrid Event API"}
    try:
        taken = call(world.config.events_url, body, headers).status_code // 100 == 2
    except requests.RequestException:
        taken = False
    with world.memory.write() as db:
        if taken:
            db.executemany("DELETE FROM events WHERE id = ?", [(row["id"],) for row in rows])
            return
        for row in rows:
            due = world.again(min(3600.0, 30.0 * 2.0 ** row["attempt"]))
            if due - row["born"] > GIVE_UP / world.config.speed:
                db.execute("DELETE FROM events WHERE id = ?", (row["id"],))
            else:
                sql = "UPDATE events SET claimed = 0, attempt = attempt + 1, due = ? WHERE id = ?"
                db.execute(sql, (due, row["id"]))


def _object(email: Email, name: str, timestamp: int, fields: dict[str, object]) -> str:
    """One event: our custom_args at the top level, under SendGrid's own keys; `<` escaped as theirs is."""
    event: dict[str, object] = {**email.custom, "email": email.address, "timestamp": timestamp, "event": name}
    if name not in ("open", "click", "spamreport", "unsubscribe"):
        event["smtp-id"] = email.smtp_id
    if email.categories:
        event["category"] = list(email.categories)
    event |= {"sg_event_id": secrets.token_urlsafe(24), "sg_message_id": email.id, **fields}
    text = json.dumps(event, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
