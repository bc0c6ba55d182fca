"""What happens to a text after Twilio accepted it: carriers deliver it or not, and somebody may answer."""

import re
import sqlite3

from app.sandbox import words
from app.sandbox.memory import Lane, plan
from app.sandbox.personas import ANSWERING, Kind, Persona, dice, persona_of
from app.sandbox.readers import Payload, Step
from app.sandbox.texts import receive
from app.sandbox.world import World

MAX_ANSWERS = 8
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
NAME = re.compile("[A-Za-z]")
RATING = re.compile(r"(?=.*(?<![\d/])0(?!\d))(?=.*(?<![\d/])10(?!\d))", re.S)
STAY_OR_LEAVE = re.compile(
    r"(?=.*\b(?:rest[oa]|stay|bleiben|rester)\b)(?=.*\b(?:lasci[oa]|leave|gehen|partir)\b)", re.I | re.S
)
WHY = re.compile(
    r"perch[eé]|motivo|\bcosa\b|\bcome\b|racconta|\bwhy\b|\bwhat\b|how could|reason|tell us", re.I
)


def carry(world: World, db: sqlite3.Connection, payload: Payload) -> None:
    """The text leaves; then the carrier's receipt, now and then before the news that it left."""
    row = _text(db, payload["sid"])
    persona = persona_of(world.config.seed, row["phone"])
    throw = dice(world.config.seed, row["phone"], "carrier")
    error = None
    if not world.config.silent and persona.kind is Kind.GONE:
        error = throw.choice((30005, 30005, 30006))
    elif not world.config.silent and persona.kind is Kind.UNREACHABLE:
        error = throw.choice((30003, 30003, 30008))
    _status(world, db, row["sid"], "sent", throw.uniform(0.5, 1.5))
    arrival = throw.uniform(2, 6)
    _status(world, db, row["sid"], "undelivered" if error else "delivered", arrival, error)
    if error is None and not world.config.silent:
        _react(world, db, row, persona, arrival)


def note_status(world: World, db: sqlite3.Connection, payload: Payload) -> None:
    """A status is reached: kept for look-ups and told to the message's callback (about 2 % out of order)."""
    sid, status, error = payload["sid"], payload["status"], payload.get("error")
    row = _text(db, sid)
    if row["status"] not in ("delivered", "undelivered"):
        sql = "UPDATE texts SET status = ?, error = ?, sent_at = COALESCE(sent_at, ?) WHERE sid = ?"
        db.execute(sql, (status, error, world.now(), sid))
    if row["callback"]:
        late = (
            10.0 if status == "sent" and dice(world.config.seed, row["phone"], sid).random() < 0.02 else 0.0
        )
        if world.faults.throw("late"):
            late = 30.0
        payload = {"sid": sid, "status": status, "error": error}
        for seconds in (late, late + 10.0) if world.faults.throw("twice") else (late,):
            plan(db, world.later(seconds), Lane.WIRE, "text.callback", payload)


def say(world: World, db: sqlite3.Connection, payload: Payload) -> None:
    """A person sends us a text."""
    receive(world, db, payload["phone"], payload["ours"], payload["service"], payload["body"])


def answer_to(world: World, body: str, phone: str, persona: Persona, answered: int) -> str:
    """What this person texts back to `body` after `answered` texts of theirs; nothing if silent."""
    throw = dice(world.config.seed, phone, f"answer{answered}")
    linked, body = LINK.search(body), LINK.sub("", body)
    lang = words.guess_language(body)
    if persona.kind in ANSWERING:
        if STAY_OR_LEAVE.search(body):
            return words.stay_or_leave(persona, lang)
        if RATING.search(body):
            return words.rating(throw, persona.score, lang, plain=answered > 0)
        asked = "?" in body if answered else WHY.search(body) and not linked
        return words.reason(throw, persona, lang) if asked else ""
    if answered:
        return ""
    if persona.kind is Kind.STOPS:
        return throw.choice(("STOP", "Stop", "BASTA")) if lang == "it" else throw.choice(("STOP", "stop"))
    if persona.kind is Kind.STOPS_IN_WORDS:
        return words.stop(throw, lang)
    return words.wrong(throw, lang, by_email=False) if persona.kind is Kind.WRONG_PERSON else ""


def _react(world: World, db: sqlite3.Connection, row: sqlite3.Row, persona: Persona, arrival: float) -> None:
    phone, body = row["phone"], row["body"]
    sql = "SELECT count(*) FROM texts WHERE phone = ? AND direction = 'inbound'"
    answered: int = db.execute(sql, (phone,)).fetchone()[0]
    if answered >= MAX_ANSWERS:
        return
    due = world.later(arrival + dice(world.config.seed, phone, f"delay{answered}").uniform(10, 180))
    said = answer_to(world, body, phone, persona, answered)
    if said and (row["service"] or not NAME.search(row["ours"])):  # nobody can text back to a name
        payload = {"phone": phone, "ours": row["ours"], "service": row["service"], "body": said}
        plan(db, due, Lane.STATE, "text.say", payload)
    elif persona.kind in ANSWERING and answered == 0 and LINK.search(body):
        link = {
            "url": LINK.findall(body)[0],
            "address": phone,
            "lang": words.guess_language(LINK.sub("", body)),
        }
        plan(db, due, Lane.WIRE, "pages.walk", link)
    elif persona.kind in (Kind.LOGS_IN, Kind.BUYS) and answered == 0:
        plan(db, due, Lane.WIRE, "act", {"address": phone})


def _status(
    world: World, db: sqlite3.Connection, sid: str, status: str, seconds: float, error: int | None = None
) -> None:
    payload = {"sid": sid, "status": status, "error": error}
    plan(db, world.later(seconds), Lane.STATE, "text.status", payload)


def _text(db: sqlite3.Connection, sid: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute("SELECT * FROM texts WHERE sid = ?", (sid,)).fetchone()
    if row is None:
        raise LookupError(f"no text {sid}")
    return row


STEPS: dict[str, Step] = {"text.carry": carry, "text.status": note_status, "text.say": say}
