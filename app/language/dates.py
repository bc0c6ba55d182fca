"""Finds the one day a reply names: "3 dicembre", "03/12", "lunedì prossimo", "in two weeks", "demain"."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Literal

from dateutil.relativedelta import relativedelta

from app.language.normal import normalise

Side = Literal["future", "past", "any"]
_READ = 500  # characters; a day is told in a sentence, not in a letter

_MONTH_NAMES = (
    "gennaio gen january jan januar janner janvier janv",
    "febbraio feb february februar fevrier fevr",
    "marzo mar march marz mars",
    "aprile apr april avril avr",
    "maggio mag may mai",
    "giugno giu june jun juni juin",
    "luglio lug july jul juli juillet juil",
    "agosto ago august aug aout",
    "settembre set sett september sep sept septembre",
    "ottobre ott october oct oktober okt octobre",
    "novembre nov november",
    "dicembre dic december dec dezember dez decembre",
)
MONTHS: Mapping[str, int] = {
    name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()
}
_WEEKDAY_NAMES = (
    "lunedi lun monday mon montag lundi",
    "martedi tuesday tue dienstag mardi",
    "mercoledi mer wednesday wed mittwoch mercredi",
    "giovedi gio thursday thu donnerstag jeudi",
    "venerdi ven friday fri freitag vendredi",
    "sabato sab saturday sat samstag sonnabend samedi",
    "domenica dom sunday sun sonntag dimanche",
)
WEEKDAYS: Mapping[str, int] = {
    name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in names.split()
}
_NEAR: Mapping[str, int] = {
    **dict.fromkeys(("oggi", "today", "heute", "aujourd'hui", "aujourdhui", "stasera", "tonight"), 0),
    **dict.fromkeys(("domani", "domattina", "tomorrow", "morgen", "demain"), 1),
    **dict.fromkeys(("dopodomani", "dopo domani", "day after tomorrow", "ubermorgen", "uebermorgen"), 2),
    **dict.fromkeys(("apres-demain", "apres demain"), 2),
    **dict.fromkeys(("ieri", "yesterday", "gestern", "hier"), -1),
    **dict.fromkeys(("l'altro ieri", "altroieri", "day before yesterday", "vorgestern", "avant-hier"), -2),
}
_COUNTS: Mapping[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "un un' una uno a an one ein eine einem einer einen une",
            "due two zwei deux",
            "tre three drei trois",
            "quattro four vier quatre",
            "cinque five funf cinq",
            "sei six sechs",
            "sette seven sieben sept",
            "otto eight acht huit",
            "nove nine neun neuf",
            "dieci ten zehn dix",
        ),
        1,
    )
    for word in words.split()
}
_UNITS: Mapping[str, str] = {
    **dict.fromkeys(
        ("giorno", "giorni", "gg", "day", "days", "tag", "tage", "tagen", "jour", "jours"), "days"
    ),
    **dict.fromkeys(("settimana", "settimane", "week", "weeks", "woche", "wochen"), "weeks"),
    **dict.fromkeys(("semaine", "semaines"), "weeks"),
    **dict.fromkeys(("mese", "mesi", "month", "months", "monat", "monate", "monaten", "mois"), "months"),
    **dict.fromkeys(("anno", "anni", "year", "years", "jahr", "jahre", "jahren", "an", "ans"), "years"),
}
_EITHER = r"(?: ?- ?| (?:o|e|ed|oppure|or|and|oder|und|ou|et|al|to|bis|au) (?:il |the |den |le )?)"

_BARE_DAY = re.compile(
    r"\W*(?:(?:per|for|am|on|verso) )?(?:il |the |den |der |le |l')?(?:giorno )?(\d{1,2})(?:\.|th|st|nd|rd)?\W*"
)


def find_date(text: str, today: date, side: Side = "any") -> date | None:
    """The day a reply names, or None when it names none, several, or one that does not exist.

    Italian, English, German and French; day before month ("3/12" is 3 December), unless only the other way
    makes a date. A day without a year is the next such day for `future`, the last for `past`, and for `any`
    the nearest; `today` counts as both. Ahead of it a weekday is never today itself.
    """
    plain = normalise(text[:_READ]).text
    found = {
        day
        for finder in (_written, _month_end, _near, _away, _weekday, _day_alone)
        for day in finder(plain, today, side)
    }
    # "lunedì 7 dicembre", "domani, 23 novembre": the written day is the exact one.
    exact = set(_written(plain, today, side))
    chosen = exact or found
    return chosen.pop() if len(chosen) == 1 and not _several(plain) else None


@cache
def _written_day() -> re.Pattern[str]:
    names = "|".join(sorted(MONTHS, key=len, reverse=True))
    return re.compile(
        r"\b(?P<iso>\d{4}-\d{1,2}-\d{1,2})\b"
        r"|(?<![\d/.,-])(?P<day>\d{1,2})(?:(?P<sep>[/.-])| )(?P<month>\d{1,2})"
        r"(?:(?(sep)(?P=sep)| )(?P<year>\d{4}|\d{2}))?(?![\d/]|[.,-]\d)"
        r"|(?<![\d/.,-])(?P<day_first>\d{1,2})(?:st|nd|rd|th|er|°|\.)?(?: of| di| de)? ?"
        rf"(?P<named>{names})\b\.?(?:,? (?:del )?(?P<its_year>\d{{4}}|'?\d{{2}}\b(?! ?[:h])))?"
        rf"|\b(?P<named_first>{names})\b\.? (?:the )?(?P<its_day>\d{{1,2}})(?:st|nd|rd|th)?\b"
        r"(?:,? (?P<last_year>\d{4}))?"
    )


@cache
def _either() -> re.Pattern[str]:
    months = "|".join(MONTHS)
    return re.compile(
        rf"\b\d{{1,2}}{_EITHER}\d{{1,2}}(?:\.|th|nd|rd|st)? (?:{months})\b|\b\d{{1,2}}/\d{{1,2}}{_EITHER}\d{{1,2}}/"
    )


def _several(text: str) -> bool:
    """Whether one of two days is meant: "il 3 o il 4 dicembre"."""
    return _either().search(text) is not None


def _written(text: str, today: date, side: Side) -> Iterator[date]:
    for match in _written_day().finditer(text):
        part = match.groupdict()
        if part["iso"]:
            year, month, day = map(int, part["iso"].split("-"))
            made = _made(year, month, day)
        elif part["day"]:
            # Two numbers with a space between them are a date only with a year: "3 12 2026".
            if not part["sep"] and not part["year"]:
                continue
            made = _dated(int(part["day"]), int(part["month"]), part["year"], today, side)
        elif part["named"]:
            made = _dated(int(part["day_first"]), MONTHS[part["named"]], part["its_year"], today, side)
        else:
            month = MONTHS[part["named_first"]]
            made = _dated(int(part["its_day"]), month, part["last_year"], today, side)
        if made:
            yield made


@cache
def _end_of_month() -> re.Pattern[str]:
    names = "|".join(sorted(MONTHS, key=len, reverse=True))
    return re.compile(rf"\b(?:fine|end of|ende|fin)(?: di| de| d')? ?({names})\b(?: (\d{{4}}))?")


def _month_end(text: str, today: date, side: Side) -> Iterator[date]:
    for match in _end_of_month().finditer(text):
        first = _dated(1, MONTHS[match[1]], match[2], today.replace(day=1), side)
        if first:
            yield first + relativedelta(day=31)


def _near(text: str, today: date, side: Side) -> Iterator[date]:
    names = "|".join(re.escape(name) for name in sorted(_NEAR, key=len, reverse=True))
    for match in re.finditer(rf"(?<!\w)(?:{names})(?!\w)", text):
        # "domani mattina" and "morgen früh" are tomorrow; "guten Morgen" is a greeting.
        if not re.search(r"\b(?:guten|gute|good) $", text[: match.start()]):
            yield today + timedelta(days=_NEAR[match.group()])


@cache
def _distance() -> re.Pattern[str]:
    count, unit = rf"(?:\d{{1,3}}|{'|'.join(_COUNTS)})", "|".join(_UNITS)
    return re.compile(
        rf"\b(?P<ahead>tra|fra|in|dans|entro)? ?(?P<ago>vor|il y a)? ?\b(?P<count>{count}) ?(?P<unit>{unit})\b"
        r"(?: (?P<fa>fa|ago))?"
    )


def _away(text: str, today: date, side: Side) -> Iterator[date]:
    for match in _distance().finditer(text):
        past = bool(match["ago"] or match["fa"])
        if not past and not match["ahead"]:
            continue
        number = int(match["count"]) if match["count"].isdecimal() else _COUNTS[match["count"]]
        yield today + relativedelta(**{_UNITS[match["unit"]]: -number if past else number})  # type: ignore[arg-type]


@cache
def _named_weekday() -> re.Pattern[str]:
    days = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
    return re.compile(
        rf"\b(?P<before>scorso |scorsa |last |letzten |vergangenen )?(?P<day>{days})\b"
        r"(?P<after> scors[oa]| passat[oa]| dernier)?"
        r"(?:,? (?:il |the |den |le )?(?P<number>\d{1,2})(?![\d/]|[:.,]\d| ?(?:h|uhr|ore|am|pm)\b))?"
    )


def _weekday(text: str, today: date, side: Side) -> Iterator[date]:
    for match in _named_weekday().finditer(text):
        # "ven", "dom", "sun" and their like are days only beside a number or alone.
        if len(match["day"]) == 3 and not re.fullmatch(r"\W*\w{3}\W*", text):
            continue
        past = side == "past" or bool(match["before"] or match["after"])
        if match["number"]:
            yield from _numbered(
                today, WEEKDAYS[match["day"]], int(match["number"]), "past" if past else side
            )
            continue
        days = (WEEKDAYS[match["day"]] - today.weekday() - 1) % 7 + 1
        yield today + timedelta(days=days - 7 if past and days < 7 else days - 14 if past else days)


def _numbered(today: date, weekday: int, number: int, side: Side) -> Iterator[date]:
    """The nearest "mercoledì 9" on that side; none where the number never falls on that day."""
    months = range(-12, 1) if side == "past" else range(13)
    made = (_made_in(today + relativedelta(months=step), number) for step in months)
    fitting = [day for day in made if day and day.weekday() == weekday and (day <= today) is (side == "past")]
    if fitting:
        yield min(fitting, key=lambda day: abs(day - today))


def _day_alone(text: str, today: date, side: Side) -> Iterator[date]:
    match = _BARE_DAY.fullmatch(text)
    if not match or not 1 <= int(match[1]) <= 31:
        return
    months = (_made_in(today + relativedelta(months=step), int(match[1])) for step in range(-2, 3))
    made = [day for day in months if day]
    if side == "past":
        yield max(day for day in made if day <= today)
    else:
        yield min(day for day in made if day >= today)


def _made_in(month: date, day: int) -> date | None:
    return _made(month.year, month.month, day)


def _dated(day: int, month: int, year: str | None, today: date, side: Side) -> date | None:
    if month > 12 >= day:
        day, month = month, day
    if year:
        number = int(year.lstrip("'"))
        if number < 100:
            number += 2000 if number <= today.year % 100 + 20 else 1900
        return _made(number, month, day)
    made = [one for step in (-1, 0, 1) if (one := _made(today.year + step, month, day))]
    # 29 February may be further away than a year.
    made = made or [one for step in range(-4, 5) if (one := _made(today.year + step, month, day))]
    if side == "future":
        return min((one for one in made if one >= today), default=None)
    if side == "past":
        return max((one for one in made if one <= today), default=None)
    return min(made, key=lambda one: (abs(one - today), one < today), default=None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
