"""Importing what contacts did elsewhere: opens, purchases, log-ins, and the stops they said there."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.contacts import consent, find, phones, suppression
from app.contacts.addresses import email_key, hashes
from app.contacts.imports import run as imports
from app.contacts.imports import turn
from app.contacts.imports.run import Result
from app.contacts.imports.turn import Transaction
from app.contacts.models import ConsentState
from app.engagement.models import Kind
from app.engagement.record import record_many
from app.engagement.words import grade_of, is_hard_bounce, kind_of, says_machine
from app.errors import BadInput
from app.files import cells, tables
from app.files.findings import Findings, Problem
from app.files.tables import Record, Table

PAGE = 2_000
SOURCE = "import:interactions"
_HEADERS = {
    "who": "email|e mail|mail|phone|telefono|cellulare|mobile|key|codice|contact|contact id|contatto|"
    "email address|codice cliente|record id|address|indirizzo|recipient",
    "type": "type|tipo|event|evento|event type|kind|activity type|tipo evento|activity|action",
    "at": "occurred at|at|date|data|timestamp|time|when|data evento|event date|created at|data e ora",
    "value": "value|valore|amount|importo|totale|total|punti|points|rating|stelle",
    "currency": "currency|valuta|divisa",
    "detail": "detail|dettaglio|details|note|description|descrizione|url|page|reason|subject|text|testo",
}
_FIELD_OF = {name: field for field, names in _HEADERS.items() for name in names.split("|")}


class _Event(NamedTuple):
    """One row that could be read."""

    record: Record
    who: str
    kind: Kind
    machine: bool
    at: datetime
    amount: Decimal | None
    currency: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class History:
    """A recognised interactions file: where its columns stand, and whose clock and prefix it means."""

    table: Table
    places: dict[str, int]
    country: str
    zone: ZoneInfo


def plan(file: Path, *, country: str, zone: ZoneInfo) -> History:
    """Recognise an interactions file; raises BadInput when it lacks the person, the type or the time."""
    table = tables.open_table(file)
    places: dict[str, int] = {}
    for place, header in enumerate(table.header):
        field = _FIELD_OF.get(cells.plain(header))
        if field:
            places.setdefault(field, place)
    missing = [name for name in ("who", "type", "at") if name not in places]
    if missing:
        words = {"who": "email, phone or key", "type": "type", "at": "occurred_at"}
        raise BadInput(
            f"no column for {' and '.join(words[name] for name in missing)}",
            where=str(file),
            mend="The columns are email (or phone, or key), type, occurred_at, value, detail.",
        )
    if not any(islice(table.records(), 1)):
        raise BadInput("the file has a header but no rows", where=str(file), mend="Export it again.")
    return History(table, places, country.upper(), zone)


def run(
    history: History,
    transaction: Transaction,
    *,
    hash_key: str,
    now: datetime,
    rejects: Path,
    tick: Callable[[int], None] = lambda _: None,
) -> Result:
    """Import the history, one transaction per page of 2,000 rows; what is there already is unchanged."""
    findings, done = Findings(rejects), False
    with transaction() as db:
        import_id = turn.claim(db, "interactions", history.table, SOURCE, now)
    counts: Counter[str] = Counter()
    try:
        for page in imports.in_pages(history.table, PAGE):
            with transaction() as db:
                _apply(db, history, page, counts, findings, hash_key=hash_key, now=now)
                turn.beat(db, import_id, imports.tally(counts, _OUTCOMES), page[-1].line)
            tick(counts["rows"])
        with transaction() as db:
            turn.finish(db, import_id, imports.tally(counts, _OUTCOMES), now)
        done = True
    finally:
        findings.close()
        if not done:
            turn.give_up(transaction, import_id)
    return Result(import_id, imports.tally(counts, _OUTCOMES), findings.written(findings.rejects))


_OUTCOMES = ("rows", "added", "unchanged", "rejected")


def _apply(
    db: Session,
    history: History,
    page: Sequence[Record],
    counts: Counter[str],
    findings: Findings,
    *,
    hash_key: str,
    now: datetime,
) -> None:
    counts["rows"] += len(page)
    events: list[_Event] = []
    for record in page:
        event = _read(record, history, now)
        if isinstance(event, Problem):
            counts["rejected"] += 1
            findings.note(findings.rejects, record.line, event, record.cells)
        else:
            events.append(event)
    contacts = find.by_names(db, {event.who for event in events})
    rows, stops = [], []
    for event in events:
        contact_id = contacts.get(event.who)
        if contact_id is None:
            counts["rejected"] += 1
            unknown = Problem("contact", event.who, "nobody in the contacts has this address or key")
            findings.note(findings.rejects, event.record.line, unknown, event.record.cells)
            continue
        rows.append(_row(event, contact_id))
        if event.kind in _STOPS:
            stops.append((contact_id, event))
    added = record_many(db, rows)
    counts["added"] += added
    counts["unchanged"] += len(rows) - added
    _obey(db, stops, hash_key=hash_key, now=now)


def _read(record: Record, history: History, now: datetime) -> _Event | Problem:
    given = {name: record.cells[i].strip() for name, i in history.places.items() if i < len(record.cells)}
    who = _who(given.get("who", ""), history.country)
    if not who:
        return Problem("contact", "", "no address and no key")
    word = given.get("type", "")
    known = kind_of(word)
    if known is None:
        return Problem("type", word, "no kind of interaction we know")
    at = cells.moment(given.get("at", ""), day_first=True, zone=history.zone)
    if at is None:
        return Problem("occurred_at", given.get("at", ""), "no time of the calendar")
    if at > now:
        return Problem("occurred_at", given["at"], "this lies in the future")
    amount = cells.number(given["value"], decimal_comma=False) if given.get("value") else None
    if given.get("value") and amount is None:
        return Problem("value", given["value"], "no number")
    kind, by_machine = known
    detail = given.get("detail", "")
    if kind is Kind.BOUNCE and not detail:
        detail = word
    exact = Decimal(str(amount)) if amount is not None else None
    machine = by_machine or says_machine(detail)
    return _Event(record, who, kind, machine, at, exact, given.get("currency") or None, detail)


def _who(cell: str, country: str) -> str:
    """An address as it is compared, or a key as it stands."""
    if "@" in cell:
        return email_key(cell)
    phone = (
        phones.read(cell, country=country) if cell.startswith(("+", "00", "3")) and len(cell) > 8 else None
    )
    return phone.number if phone else cell


def _row(event: _Event, contact_id: str) -> dict[str, Any]:
    facts = (event.who, event.kind, event.at.isoformat(), str(event.amount), event.detail)
    return {
        "contact_id": contact_id,
        "kind": event.kind,
        "grade": grade_of(event.kind, by_machine=event.machine),
        "at": event.at,
        "source": SOURCE,
        "dedupe_key": hashlib.blake2b("\x1f".join(facts).encode(), digest_size=16).hexdigest(),
        "amount": event.amount,
        "currency": event.currency,
        "detail": event.detail,
        "message_id": None,
    }


_STOPS = (Kind.UNSUBSCRIBE, Kind.COMPLAINT, Kind.BOUNCE)


def _obey(db: Session, stops: Sequence[tuple[str, _Event]], *, hash_key: str, now: datetime) -> None:
    """What a contact stopped elsewhere stays stopped here: at the time they said it, once."""
    if not stops:
        return
    ids = {contact_id for contact_id, _ in stops}
    people, undated = find.addresses_of(db, ids), consent.undated_grants(db, ids)
    withdrawn: list[dict[str, Any]] = []
    for contact_id, event in stops:
        email, phone = people[contact_id]
        own = set(hashes(hash_key, email, phone)) | (
            set(hashes(hash_key, event.who, None)) if "@" in event.who else set()
        )
        on_email = {pair for pair in own if pair[0] == "email"}
        if event.kind is Kind.BOUNCE:
            if is_hard_bounce("", event.detail) and "@" in event.who:
                _suppress(db, set(hashes(hash_key, event.who, None)), "hard_bounce", event.at)
            continue
        complaint = event.kind is Kind.COMPLAINT
        _suppress(db, own if complaint else on_email, "complaint" if complaint else "unsubscribed", event.at)
        for channel in ("email", "sms") if complaint else ("email",):
            at = max(event.at, undated.get((contact_id, channel), event.at))
            withdrawn.append(_withdrawal(contact_id, channel, at, event, now))
    consent.append_once(db, withdrawn)


def _suppress(db: Session, addresses: set[tuple[str, str]], reason: str, at: datetime) -> None:
    suppression.suppress(db, addresses, reason=reason, source=SOURCE, at=at)


def _withdrawal(contact_id: str, channel: str, at: datetime, event: _Event, now: datetime) -> dict[str, Any]:
    return {
        "contact_id": contact_id,
        "channel": channel,
        "state": ConsentState.WITHDRAWN,
        "basis": "consent",
        "at": at,
        "recorded_at": now,
        "source": SOURCE,
        "wording": "",
        "evidence": {"kind": event.kind, "said_at": event.at.isoformat()},
    }
