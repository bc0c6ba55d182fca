"""Reading lists of people who said stop, from any tool: which cells are addresses, and since when and why."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.contacts import phones
from app.contacts.addresses import email_key
from app.errors import BadInput
from app.files import cells, tables
from app.files.tables import Record

SAMPLE = 500
SOFT = "soft"
"""A message that was refused for the time being: it says nothing about the person or the address."""
STAYS = "stays"
_EMAIL = re.compile(r"(?:mailto:)?[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")
_IN_BRACKETS = re.compile(r"<([^<>]+)>")
_SEVERAL = re.compile(r"[;,|\n]")
_PHONE = re.compile(r"\+?[\d\s().\u00a0/-]{7,24}")

# In this order: "unsubscribed (spam)" is a complaint, "soft bounce" is no bounce.
_REASONS = (
    (SOFT, r"soft|tempor|deferred|\bblocks?\b(?! ?list)"),
    ("complaint", r"spam|complain|abuse|reclam|segnalat|feedback loop|junk"),
    (
        "hard_bounce",
        r"bounc|rimbalz|invalid|non valid|inesist|clean|ripulit|undeliver|unknown (?:user|recipient)|not exist"
        r"|no such|unavailable|rejected|syntax",
    ),
    (
        "unsubscribed",
        r"unsub|opt(?:ed)?[ _-]?out|disiscri|cancell|revoc|withdr|stop|block ?list|black ?list|bloccat|blocked"
        r"|do not|non contatt|remov|rimoss|exclu|esclus|suppress|soppress|lista nera|21610",
    ),
)
_PLAINLY = tuple((reason, re.compile(words)) for reason, words in _REASONS)
_STAYING = re.compile(r"(?:re)?subscribed|iscritt[oa]|opt(?:ed)? ?in")
_SMTP = re.compile(r"^\s*([45])\d\d\b|\b([45])\.\d{1,3}\.\d")
"""A mail server's own answer: whatever words it has, its code says whether it was final (RFC 3463)."""
_OF_WHY = re.compile(
    r"reason|motiv|caus[ae]|type|tipo|stat(?:us|o)|event|categor|classification|descri|diagnos|error|response"
)
_OF_STOPS = re.compile(
    r"unsub|opt.?out|opted out|disiscri|do not|non contatt|block|black|bounced|complain|clean|exclu|suppress|stop"
)
_OF_WHEN = re.compile(r"time|date|data|created|added|when|since|quando|timestamp|\b(?:on|at|il)\b|giorno")
_OTHER_TIMES = re.compile(
    r"opt.?in|confirm|birth|nascita|changed|signup|last open|last click|first|subscribe on"
)
_OF_PHONES = re.compile(
    r"phone|tel|mobile|cell|sms|numero|number|whatsapp|msisdn|recapit|from|^to$|recipient"
)
_OF_OTHERS = re.compile(
    r"owner|agent|propriet|referente|manager|sender|mittente|campaign|created by|added by"
)
_SENDGRID = {
    # What SendGrid's own exports are made of: their columns alone tell which list one is.
    frozenset(("email", "created")): "unsubscribed",
    frozenset(("ip", "email", "created")): "complaint",
    frozenset(("reason", "email", "created")): "hard_bounce",
    frozenset(("status", "reason", "email", "created")): "hard_bounce",
}


class Entry(NamedTuple):
    """One address somebody asked to leave alone: `said` is the cell that gave the reason, if one did."""

    line: int
    channel: str
    address: str
    reason: str
    at: datetime | None
    said: str


@dataclass(slots=True)
class Reading:
    """What a list is made of, and the rows that named nobody while it was read."""

    header: list[str]
    places: list[int]
    """The columns of addresses; a cell may hold an email or a number."""
    why: list[int]
    flags: list[int]
    """Columns of yes and no."""
    when: list[int]
    shape: str | None
    """What every row of a known export stands for."""
    fallback: str | None
    """What the file stands for, or what we were told, where a row says nothing."""
    day_first: bool
    country: str
    zone: ZoneInfo
    now: datetime
    rows: int = 0
    left_out: int = 0
    """Rows that say the person stays, or that a message was refused only for the time being."""
    rejected: int = 0
    rejects: list[dict[str, object]] = field(default_factory=list)
    """The first hundred rows without an address: line, value, reason."""


def entries(
    file: Path, *, reason: str | None, country: str, zone: ZoneInfo, now: datetime
) -> tuple[Reading, Iterator[Entry]]:
    """How a list is read, and its entries one at a time; raises BadInput when it holds no addresses.

    `reason` stands where neither the row nor the shape of the file tells one; `country` (ISO 3166-1) is where numbers
    without prefix are dialled.
    """
    table = tables.open_table(file)
    sample = list(islice(table.records(), SAMPLE))
    reading = _recognise(table.header, sample, file.name, reason, country, zone, now)
    if not reading.places:
        raise BadInput(
            "no column of email addresses or phone numbers",
            where=str(file),
            mend="One address a line is enough.",
        )
    return reading, _entries(table.records(), reading)


def reason_of(said: str) -> str | None:
    """`unsubscribed`, `complaint`, `hard_bounce`, SOFT or STAYS as the words of any tool mean it; None if neither."""
    words = " ".join(re.split(r"[\s_]+", said.strip().lower()))
    if answer := _SMTP.search(words):
        return SOFT if "4" in answer.groups() else "hard_bounce"
    if _STAYING.fullmatch(words):
        return STAYS
    return next((reason for reason, pattern in _PLAINLY if pattern.search(words)), None)


def _recognise(
    header: list[str],
    sample: Sequence[Record],
    name: str,
    reason: str | None,
    country: str,
    zone: ZoneInfo,
    now: datetime,
) -> Reading:
    columns = [[cell for row in sample if place < len(row.cells) and (cell := row.cells[place].strip())]
               for place in range(len(header))]  # fmt: skip
    titles = [" ".join(re.split(r"[\s_]+", title.lower())) for title in header]
    places = _places(titles, columns, country)
    free = [i for i in range(len(header)) if i not in places and header[i]]
    when = [i for i in free if _OF_WHEN.search(titles[i]) and not _OTHER_TIMES.search(titles[i])]
    when = [
        i for i in when if _mostly(lambda cell: _at(cell, True, zone) or _at(cell, False, zone), columns[i])
    ]
    when.sort(key=lambda i: not _OF_STOPS.search(titles[i]))
    flags = [
        i
        for i in free
        if _OF_STOPS.search(titles[i]) and _mostly(lambda c: cells.yes_no(c) is not None, columns[i])
    ]
    why = [i for i in free if i not in when and i not in flags and _OF_WHY.search(titles[i])]
    days = [re.match(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d", cell) for i in when for cell in columns[i]]
    month_first = any(found and int(found[2]) > 12 for found in days)
    shape, named = _of_file(titles, name)
    return Reading(
        header=header,
        places=places,
        why=why,
        flags=flags,
        when=when,
        shape=shape,
        fallback=reason or named,
        day_first=not month_first,
        country=country,
        zone=zone,
        now=now,
    )


def _places(titles: Sequence[str], columns: Sequence[Sequence[str]], country: str) -> list[int]:
    """The columns that hold addresses of the people the list is about."""
    own = [i for i, title in enumerate(titles) if not _OF_OTHERS.search(title)]
    emails = [i for i in own if _mostly(lambda cell: any(map(_email, _SEVERAL.split(cell))), columns[i])]
    numbers = [
        i
        for i in own
        if i not in emails
        and (not emails or _OF_PHONES.search(titles[i]))
        and not _OF_WHEN.search(titles[i])
        and _mostly(lambda cell: any(_addresses(cell, country)), columns[i])
    ]
    # A column that always says the same next to one that does not is our own number, not a person's.
    varied = [i for i in numbers if len(set(columns[i])) > 1]
    return emails + (varied or numbers)


def _of_file(titles: Sequence[str], name: str) -> tuple[str | None, str | None]:
    """The reason every row of a known export stands for; else the one its columns or its name tell."""
    named = reason_of(re.sub(r"[^a-z]+", " ", Path(name).stem.lower()))
    shape = _SENDGRID.get(frozenset(titles))
    if shape == "hard_bounce" and named == SOFT:
        return SOFT, None
    told = (reason_of(title) for title in titles if "time" in title)
    sure = (reason for reason in (*told, named) if reason not in (None, SOFT, STAYS))
    return shape, next(sure, None)


def _entries(records: Iterator[Record], reading: Reading) -> Iterator[Entry]:
    for record in records:
        reading.rows += 1
        found = [one for i in reading.places for one in _addresses(_cell(record.cells, i), reading.country)]
        if not found:
            reading.rejected += 1
            if len(reading.rejects) < 100:
                value = next((cell for cell in record.cells if cell.strip()), "")
                reading.rejects.append(
                    {"line": record.line, "value": value, "reason": "no address in this row"}
                )
            continue
        reason, said = _reason(record.cells, reading)
        if reason in (SOFT, STAYS):
            reading.left_out += 1
            continue
        times = (_at(_cell(record.cells, i), reading.day_first, reading.zone) for i in reading.when)
        at = next((at for at in times if at), None)
        by_email = any(channel == "email" for channel, _ in found)
        for channel, address in dict.fromkeys(found):
            if channel == "sms" and reason == "hard_bounce" and by_email:
                continue  # it is the email that came back
            why = "bad_number" if reason == "hard_bounce" and channel == "sms" else reason
            yield Entry(record.line, channel, address, why, min(at, reading.now) if at else None, said)


def _reason(given: Sequence[str], reading: Reading) -> tuple[str, str]:
    """Why the row stands in the list, and the cell that says so; where several do, what asks most of us."""
    told: dict[str, str] = {}
    for i in (*reading.flags, *reading.why):
        cell = _cell(given, i)
        yes = cells.yes_no(cell) if i in reading.flags else None
        reason = (
            reason_of(cell)
            if yes is None
            else (reason_of(reading.header[i]) or "unsubscribed")
            if yes
            else STAYS
        )
        # A list of people who left is believed before a word for the state of a customer in it.
        if cell and reason and not (reason == STAYS and yes is None and reading.fallback):
            told.setdefault(reason, f"{reading.header[i]}: {cell}"[:500])
    if reading.shape:
        return reading.shape, next(iter(told.values()), "")
    for reason in ("complaint", "hard_bounce", "unsubscribed", STAYS, SOFT):
        if reason in told:
            return reason, told[reason]
    return reading.fallback or "manual", ""


def _addresses(cell: str, country: str) -> Iterator[tuple[str, str]]:
    """(channel, address) of everybody in a cell."""
    for part in _SEVERAL.split(cell):
        if email := _email(part):
            yield "email", email
        elif number := _number(part, country):
            yield "sms", number


def _mostly(wanted: object, found: Sequence[str]) -> bool:
    return bool(found) and sum(bool(wanted(cell)) for cell in found) * 2 >= len(found)  # type: ignore[operator]


def _cell(given: Sequence[str], place: int) -> str:
    return given[place].strip() if place < len(given) else ""


def _email(cell: str) -> str | None:
    """The address in a cell as addresses are compared. One no mail could reach is kept too: it harms nobody."""
    bracketed = _IN_BRACKETS.search(cell)
    address = (bracketed[1] if bracketed else cell).strip().strip("'\"").removeprefix("mailto:")
    return email_key(address) if _EMAIL.fullmatch(address) else None


def _number(cell: str, country: str) -> str | None:
    bare = cell.strip().strip("'\"").removeprefix("whatsapp:").removeprefix("tel:")
    if not _PHONE.fullmatch(bare) or sum(char.isdigit() for char in bare) < 7:
        return None
    phone = phones.read(bare, country=country, mobile=True)
    if phone is None and bare.isdecimal() and len(bare) > 10:
        # Tools that send texts drop the plus of a full number.
        phone = phones.read(f"+{bare}", country=country, mobile=True)
    return phone.number if phone else None


def _at(cell: str, day_first: bool, zone: ZoneInfo) -> datetime | None:
    """A moment as any tool writes it; SendGrid counts seconds since 1970, others milliseconds."""
    if cell.isdecimal() and len(cell) in (10, 13):
        return datetime.fromtimestamp(int(cell[:10]), UTC)
    return cells.moment(cell, day_first=day_first, zone=zone) if cell else None
