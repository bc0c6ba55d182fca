"""Texts as they are kept, and what Twilio's opt-out keywords do to a number before a text is forwarded."""

import secrets
import sqlite3

from app.sandbox.memory import Lane, plan
from app.sandbox.segments import count_segments
from app.sandbox.world import World

STOP = frozenset(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"])
START = frozenset(["START", "YES", "UNSTOP"])
HELP = frozenset(["HELP", "INFO"])
SAID_STOP = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
SAID_START = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
SAID_HELP = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


def receive(world: World, db: sqlite3.Connection, phone: str, ours: str, service: str, body: str) -> str:
    """A person's text arrives at our number: keywords act here, and it is forwarded all the same.

    Returns the message's sid. STOP blocks the number for that sender (or its messaging service) until START.
    """
    sid, sender, word = "SM" + secrets.token_hex(16), service or ours, body.strip().upper()
    insert(db, sid, phone, ours, service, "inbound", body, "received", "", world.now())
    said, kind = "", ""
    if word in STOP:
        db.execute("INSERT OR IGNORE INTO blocked VALUES (?, ?)", (phone, sender))
        said, kind = SAID_STOP, "STOP"
    elif word in START:
        db.execute("DELETE FROM blocked WHERE phone = ? AND sender = ?", (phone, sender))
        said, kind = SAID_START, "START"
    elif word in HELP:
        said, kind = SAID_HELP, "HELP"
    if said:
        auto = "SM" + secrets.token_hex(16)
        insert(db, auto, phone, ours, service, "outbound-reply", said, "delivered", "", world.now() + 0.001)
    plan(db, world.later(1), Lane.WIRE, "text.forward", {"sid": sid, "opt_out": kind})
    return sid


def insert(
    db: sqlite3.Connection,
    sid: str,
    phone: str,
    ours: str,
    service: str,
    direction: str,
    body: str,
    status: str,
    callback: str,
    at: float,
) -> None:
    """One row: `direction` and `status` in Twilio's words, `at` in Unix seconds."""
    db.execute(
        "INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, NULL)",
        (sid, phone, ours, service, direction, body, status, count_segments(body), callback, at),
    )
