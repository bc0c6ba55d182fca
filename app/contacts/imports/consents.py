"""What one row says of consent: yes and no with their evidence, and the stops, which are always heard."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from app.contacts.imports import standing
from app.contacts.imports.columns import Columns
from app.contacts.imports.fields import STATUSES, Field, stopped_channels
from app.contacts.imports.reading import Reading, filled
from app.contacts.imports.standing import Standing
from app.contacts.models import ConsentState
from app.files import cells
from app.files.findings import Problem

Filled = dict[Field, list[tuple[int, str]]]
"""The filled cells of the fields that speak of consent, with their columns."""

_REASONS = {Standing.UNSUBSCRIBED: "unsubscribed", Standing.COMPLAINED: "complaint"}
_SPEAKING_OF_EMAIL = (*STATUSES, Field.CONSENT_EMAIL, Field.UNSUBSCRIBED)
_STOPPING = (
    (Field.UNSUBSCRIBED, "email"),
    (Field.UNSUBSCRIBED_SMS, "sms"),
    (Field.CONSENT_SMS, "sms"),
    (Field.COMPLAINED, "email"),
    *((place, "email") for place in (*STATUSES, Field.CONSENT_EMAIL)),
)
_STAYS = frozenset((
    "subscribed", "iscritto", "iscritta", "opted in", "opt in", "optin", "allow", "allowed", "consenti", "consentito",
    "active", "attivo", "never", "mai", "not applicable", "non applicabile", "unknown", "sconosciuto",
))  # fmt: skip
_EVIDENCE = {
    "opted_in_at": Field.CONSENT_ON,
    "opted_in_ip": Field.CONSENT_IP,
    "confirmed": Field.CONFIRMED,
    "confirmed_at": Field.CONFIRMED_ON,
    "confirmed_ip": Field.CONFIRMED_IP,
    "legal_basis": Field.LEGAL_BASIS,
}


_POLITE_NO = re.compile(r"\s*no(?:[,;.!]|\s+(?:grazie|thanks|thank you|mai|never))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says about consent on one channel; `at` None when it cannot prove a time."""

    channel: str
    state: ConsentState
    basis: str
    wording: str
    at: datetime | None
    evidence: dict[str, str] = field(default_factory=dict)
    """What else the file tells of how it was given: time and IP of the opt-in and of its confirmation, basis."""


@dataclass(slots=True)
class Heard:
    """All a row says of consent."""

    said: list[Said] = field(default_factory=list)
    stops: list[tuple[str, str, datetime | None]] = field(default_factory=list)
    """(channel, reason, since when)."""


def read(
    given: list[str], reading: Reading, *, dated: datetime | None, whole: bool, problems: list[Problem]
) -> Heard:
    """What the cells say; where they may stand in the wrong columns (not `whole`) only a no counts.

    `dated`: when the source made the record, the time of what has none of its own.
    """
    heard = Heard()
    found: Filled = {}
    for name, places in reading.consents:
        if cells_of := filled(places, given):
            found[name] = cells_of
    if found or reading.columns.everyone:
        heard.said = [
            said
            for said in _said(found, reading, dated, problems)
            if whole or said.state is ConsentState.WITHDRAWN
        ]
        _stops(heard, found, reading, dated, problems)
    return heard


def _said(found: Filled, reading: Reading, dated: datetime | None, problems: list[Problem]) -> Iterator[Said]:
    columns = reading.columns
    asked = _moment(Field.CONSENT_ON, found, reading, problems)
    confirmed = _moment(Field.CONFIRMED_ON, found, reading, problems)
    at = confirmed or asked or dated
    evidence = {name: found[place][0][1] for name, place in _EVIDENCE.items() if place in found}
    for channel, answer, basis, wording in _answers(found, columns, problems):
        state = ConsentState.GRANTED if answer else ConsentState.WITHDRAWN
        yield Said(channel, state, basis, wording, at, evidence)


def _answers(
    found: Filled, columns: Columns, problems: list[Problem]
) -> Iterator[tuple[str, bool, str, str]]:
    """(channel, yes or no, basis, the words) of every cell that answers."""
    for place, channel in ((Field.CONSENT_EMAIL, "email"), (Field.CONSENT_SMS, "sms")):
        for index, cell in found.get(place, ()):
            answer = False if _POLITE_NO.match(cell) else cells.yes_no(cell)
            if answer is not None:
                yield channel, answer, "consent", _wording(columns, index, cell)
            elif not cells.says_unknown(cell) and standing.read(cell, of_subscription=True) is None:
                problems.append(Problem(place, cell, "neither a yes nor a no; taken as unknown"))
    statuses = [(place, *told) for place in STATUSES for told in found.get(place, ())]
    if not any(standing.waits(cell) for _, _, cell in statuses):
        for place, index, cell in statuses:
            if _standing(place, cell, columns) is Standing.SUBSCRIBED:
                yield "email", True, "consent", _wording(columns, index, cell)
    for index, cell in found.get(Field.CONFIRMED, ()):
        if cells.yes_no(cell):
            yield "email", True, "consent", _wording(columns, index, cell)
    for index, cell in found.get(Field.LEGAL_BASIS, ()):
        allowed = standing.basis(cell)
        if allowed is not None:
            yield "email", allowed, cell, _wording(columns, index, cell)
    if columns.everyone is Standing.SUBSCRIBED:
        yield "email", True, "consent", columns.everyone_because


def _stops(
    heard: Heard, found: Filled, reading: Reading, dated: datetime | None, problems: list[Problem]
) -> None:
    columns = reading.columns
    for channel, reason, at, wording in _told(found, reading, problems):
        for one in ("email", "sms") if reason == "complaint" else (channel,):
            heard.stops.append((one, reason, at))
            heard.said.append(Said(one, ConsentState.WITHDRAWN, "consent", wording, at or dated))
    bounced = any(cells.yes_no(cell) is not False for _, cell in found.get(Field.BOUNCED, ())) or any(
        _standing(place, cell, columns) is Standing.BOUNCED
        for place in _SPEAKING_OF_EMAIL
        for _, cell in found.get(place, ())
    )
    if bounced or columns.everyone is Standing.BOUNCED:
        heard.stops.append(("email", "hard_bounce", None))
    if len(heard.stops) > 1:
        heard.stops = list(dict.fromkeys(heard.stops))


def _told(
    found: Filled, reading: Reading, problems: list[Problem]
) -> Iterator[tuple[str, str, datetime | None, str]]:
    """(channel, reason, since when, the words) of every cell that tells a stop, or of the file that does."""
    columns, alone = reading.columns, True
    times = [pair for pair in found.get(Field.UNSUBSCRIBED_ON, ()) if cells.yes_no(pair[1]) is not False]
    since = reading.moment(times[0][1], Field.UNSUBSCRIBED_ON, problems) if times else None
    for place, channel in _STOPPING:
        for index, cell in found.get(place, ()):
            if _stopped(place, cell, columns):
                alone = False
                at = since or cells.moment(cell, day_first=columns.day_first, zone=reading.zone)
                at = min(at, reading.now) if at else None
                told_of = stopped_channels(columns.header[index])
                for one in told_of if place is Field.UNSUBSCRIBED else (channel,):
                    yield one, _reason(place, cell, columns), at, _wording(columns, index, cell)
    if alone and times:
        yield "email", "unsubscribed", since, _wording(columns, *times[0])
    elif alone and columns.everyone in _REASONS:
        yield "email", _REASONS[columns.everyone], None, columns.everyone_because


def _moment(place: Field, found: Filled, reading: Reading, problems: list[Problem]) -> datetime | None:
    return reading.moment(found[place][0][1], place, problems) if place in found else None


def _standing(place: Field, cell: str, columns: Columns) -> Standing | None:
    return standing.read(
        cell, of_subscription=place is not Field.STATUS, coded=columns.coded and place in STATUSES
    )


def _reason(place: Field, cell: str, columns: Columns) -> str:
    complained = place is Field.COMPLAINED or _standing(place, cell, columns) is Standing.COMPLAINED
    return "complaint" if complained else "unsubscribed"


def _stopped(place: Field, cell: str, columns: Columns) -> bool:
    """Whether a cell tells a stop: by a word for one, or in a column that holds nothing else by any yes."""
    told = _standing(place, cell, columns)
    if told in _REASONS or told is Standing.BOUNCED:
        return told is not Standing.BOUNCED
    only_stops = place in (Field.UNSUBSCRIBED, Field.UNSUBSCRIBED_SMS, Field.COMPLAINED)
    # `[]` is an empty list in an export that writes its lists so.
    return only_stops and cells.yes_no(cell) is not False and cells.plain(cell) not in {"", *_STAYS}


def _wording(columns: Columns, index: int, cell: str) -> str:
    return f"{columns.header[index]}: {cell}"
