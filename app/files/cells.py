"""What a cell means: dates, numbers, yes and no, languages, countries. Pure; None where it means nothing."""

import re
import unicodedata
from datetime import UTC, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global

_EMPTY = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        ".",
        "n/a",
        "n.d.",
        "nd",
        "#n/d",
        "#n/a",
        "null",
        "nan",
        "none",
        "0000-00-00",
        "0000-00-00 00:00:00",
        "00/00/0000",
    }
)
_YES = frozenset((
    "1", "s", "si", "y", "yes", "x", "t", "true", "vero", "ok", "on", "oui", "ja", "v",
    "iscritto", "iscritta", "subscribed", "granted", "optin", "opt in", "opted in", "consenso", "acconsento",
    "accetto", "accettato", "concesso", "attivo", "active", "confirmed", "confermato", "dato", "prestato",
))  # fmt: skip
_NO = frozenset((
    "0", "n", "no", "f", "false", "falso", "off", "non", "nein", "optout", "opt out", "opted out",
    "unsubscribed", "disiscritto", "disiscritta", "withdrawn", "revocato", "negato", "rifiutato", "declined",
    "denied", "nego", "non acconsento", "no consent", "non concesso", "cancellato",
))  # fmt: skip
_UNKNOWN = frozenset({"not applicable", "non applicabile", "unknown", "sconosciuto", "no data"})
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_LOCAL = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
_WEEKDAY = r"(?:[^\W\d]+\.?,?\s+)?"
_DAY_MONTH = re.compile(
    _WEEKDAY
    + r"(?P<day>\d{1,2})(?:st|nd|rd|th|[°º.])?[\s-]+(?:de\s+)?"
    + r"(?P<month>[^\W\d]{3,})\.?,?[\s-]+(?:de\s+)?(?P<year>\d{4})\b"
)
_MONTH_DAY = re.compile(
    _WEEKDAY + r"(?P<month>[^\W\d]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})\b"
)
_TIME = re.compile(r"[T ,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?(?:\s*([AaPp])\.?[Mm]\.?)?")
_NUMBER = re.compile(r"[-+]?[\d.,'\u2019 \xa0]*\d[\d.,]*")
_MAIN_ZONE = {
    "US": "America/New_York", "CA": "America/Toronto", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "RU": "Europe/Moscow", "MX": "America/Mexico_City", "ES": "Europe/Madrid", "PT": "Europe/Lisbon",
    "AR": "America/Argentina/Buenos_Aires", "CN": "Asia/Shanghai", "CL": "America/Santiago",
    "UA": "Europe/Kiev", "NZ": "Pacific/Auckland", "ID": "Asia/Jakarta", "KZ": "Asia/Almaty",
}  # fmt: skip
_SHORT_COUNTRIES = {
    "uk": "GB",
    "england": "GB",
    "usa": "US",
    "ita": "IT",
    "deu": "DE",
    "fra": "FR",
    "gbr": "GB",
}
_SHORT_LANGUAGES = {"ita": "it", "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "esp": "es"}
_READERS = ("it", "en", "de", "fr", "es")


def plain(text: str) -> str:
    """Lower case, no accents, single spaces, letters and digits only: how words of a file are compared."""
    if text.isascii():
        base = text
    else:
        base = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", base.lower()))


def text(cell: str, *, name: bool = False) -> str | None:
    """The cell without stray space; None for what only marks an empty one (but people are called Null)."""
    value = " ".join(cell.split()) if name else cell.strip()
    if value and value[0] not in "-.#0nN":
        return value
    if value.lower() in _EMPTY and not (name and value.isalpha() and len(value) > 2):
        return None
    return value


@cache
def yes_no(cell: str) -> bool | None:
    """True, False, or None where the cell says neither: no answer is never a yes."""
    word = plain(cell)
    if word in _YES:
        return True
    return False if word in _NO else None


def says_unknown(cell: str) -> bool:
    """Whether the cell is a CRM's way to say that nobody knows."""
    return text(cell) is None or plain(cell) in _UNKNOWN


def number(cell: str, *, decimal_comma: bool) -> int | float | None:
    """An amount such as `11.501,01 €`, or a percentage (12,5 % is 12.5); None when it is none."""
    bare = cell.strip().strip("€$£% \xa0").removeprefix("EUR").removesuffix("EUR").strip()
    if not _NUMBER.fullmatch(bare):
        return None
    bare = re.sub(r"['\u2019 \xa0]", "", bare)
    if "," in bare and "." in bare:
        decimal_comma = bare.rfind(",") > bare.rfind(".")
    group, point = (".", ",") if decimal_comma else (",", ".")
    if bare.count(point) > 1 or (
        group in bare and not re.fullmatch(rf"[-+]?\d{{1,3}}(\{group}\d{{3}})+(\{point}\d*)?", bare)
    ):
        return None
    bare = bare.replace(group, "").replace(point, ".")
    value = float(bare)
    return int(value) if "." not in bare and abs(value) < 2**53 else value


def moment(cell: str, *, day_first: bool, zone: ZoneInfo) -> datetime | None:
    """A date or time as aware UTC; without a zone it is `zone`'s, a bare date midnight. None if no date."""
    value = cell.strip()
    if len(value) < 11:
        return _date_of(value, day_first, zone)
    return _moment(value, day_first, zone)


def _moment(value: str, day_first: bool, zone: ZoneInfo) -> datetime | None:
    if value[4:5] == value[7:8] == "-":
        try:
            exact = datetime.fromisoformat(value)
            return (exact if exact.tzinfo else exact.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    found = _day(value, day_first=day_first)
    if found is None:
        return None
    parts, end = found
    rest = value[end:].strip().removesuffix("UTC").removesuffix("Z").strip()
    in_zone = ZoneInfo("UTC") if value.endswith(("Z", "UTC")) else zone
    clock = (0, 0, 0)
    if rest:
        time = _TIME.fullmatch(" " + rest.lstrip("T"))
        if time is None:
            return None
        hour = int(time[1])
        if time[4]:
            hour = hour % 12 + (12 if time[4] in "pP" else 0)
        clock = (hour, int(time[2]), int(time[3] or 0))
    try:
        year, month, day = (int(part) for part in parts)
        return datetime(year, month, day, *clock, tzinfo=in_zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_date_of = lru_cache(20_000)(_moment)  # a file has many rows of the same day


def names_month(cell: str) -> bool:
    """Whether the cell is a date that names its month: `March 5, 2021`, `5 mar 2021`."""
    return _named_day(cell.strip()) is not None


def _day(value: str, *, day_first: bool) -> tuple[tuple[str, str, str], int] | None:
    """((year, month, day), where the date ends) of a cell that begins with one."""
    if found := _ISO.match(value):
        return (found[1], found[2], found[3]), found.end()
    if not (found := _LOCAL.match(value)):
        return _named_day(value)
    first, second, year = found.groups()
    century = "" if len(year) == 4 else "20" if int(year) < 70 else "19"
    month, day = (second, first) if day_first else (first, second)
    return (century + year, month, day), found.end()


def _named_day(value: str) -> tuple[tuple[str, str, str], int] | None:
    for shape in (_DAY_MONTH, _MONTH_DAY):
        found = shape.match(value)
        month = _month_names().get(plain(found["month"])) if found else None
        if found and month:
            return (found["year"], str(month), found["day"]), found.end()
    return None


def day_of(at: datetime, zone: ZoneInfo) -> str:
    """The ISO date a time falls on in `zone`."""
    return at.astimezone(zone).date().isoformat()


@cache
def language(cell: str) -> str | None:
    """ISO 639-1 of `IT`, `it-IT`, `Italiano`, `Tedesco`, `English (UK)`; None when no language is meant."""
    words = plain(cell).split()
    if not words:
        return None
    known = _language_names()
    for word in (" ".join(words), words[0]):
        if word in known:
            return known[word]
    return None


@cache
def country(cell: str) -> str | None:
    """ISO 3166-1 alpha-2 of `Italia`, `Italy`, `IT`, `Germania`; None when no country is meant."""
    word = plain(cell)
    if word.upper() in get_global("territory_zones"):
        return word.upper()
    return _country_names().get(word)


def has_zone(country_code: str | None) -> bool:
    """Whether this is a country (`001`, the world, is none) whose clock we know."""
    return country_code in get_global("territory_zones")


@cache
def zone_of(country_code: str) -> str | None:
    """The IANA time zone most people of a country live in (CLDR's territory table)."""
    zones = get_global("territory_zones").get(country_code) or [None]
    return _MAIN_ZONE.get(country_code) or zones[0]


@cache
def _month_names() -> dict[str, int]:
    names = {"sept": 9, "sett": 9}
    for reader in _READERS:
        for width in ("wide", "abbreviated"):
            for month, name in Locale(reader).months["format"][width].items():
                names.setdefault(plain(name), month)
    return names


@cache
def _language_names() -> dict[str, str]:
    names = dict(_SHORT_LANGUAGES)
    for reader in _READERS:
        for code, name in Locale(reader).languages.items():
            if len(code) == 2:
                names.setdefault(plain(name), code)
                names.setdefault(code, code)
    return names


@cache
def _country_names() -> dict[str, str]:
    names = dict(_SHORT_COUNTRIES)
    for reader in _READERS:
        for code, name in Locale(reader).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(plain(name), code)
    return names
