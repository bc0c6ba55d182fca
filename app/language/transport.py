"""Tells robots from people by what the mail says about itself: auto-replies and delivery reports."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from app.language.normal import normalise


class Automatic(StrEnum):
    AUTO_REPLY = "auto_reply"
    DELIVERY_REPORT = "delivery_report"


_AUTO_SUBJECT = re.compile(
    r"^\W*(?:(?:auto(?:matic)?|automated)[ :-]*(?:reply|response|answer)|autoreply|out of (?:the )?office|"
    r"(?:i am |im )?(?:currently )?(?:on|away on) (?:annual |parental )?(?:leave|vacation|holiday)|"
    r"risposta automatica|"
    r"messaggio automatico|fuori (?:ufficio|sede)|assen(?:te|za) dall'ufficio|ferie|in ferie|"
    r"abwesenheit\w*|automatische antwort|reponse automatique|absence du bureau)"
)
_REPORT_SUBJECT = re.compile(
    r"^\W*(?:undeliver(?:ed|able)|delivery (?:status notification|failure|has failed)|"
    r"mail delivery (?:failed|subsystem)|"
    r"returned mail|failure notice|mancato recapito|messaggio non recapitato|notifica (?:di )?mancat\w+|"
    r"non recapitabile|"
    r"avviso di mancata consegna|unzustellbar)"
)
_AUTO_TEXT = re.compile(
    r"\b(?:questa e una risposta automatica|messaggio generato automaticamente|this is an automat(?:ed|"
    r"ic) (?:reply|response|message)|"
    r"i am (?:currently )?out of (?:the )?office|saro assente (?:dall'ufficio|dal|fino)|"
    r"sono fuori ufficio (?:fino|dal))"
)
_BULK_PRECEDENCE = {"auto_reply", "auto-reply"}
_ROBOTS = re.compile(r"^\W*(?:mailer-daemon|postmaster)@|<(?:mailer-daemon|postmaster)@")


def automatic(headers: Mapping[str, str], text: str = "") -> Automatic | None:
    """Whether a machine wrote this mail, by its headers (in any case), subject and opening words.

    RFC 3834 (Auto-Submitted), RFC 3464 (multipart/report; report-type=delivery-status), RFC 5321 4.5.5
    (the null reverse-path of reports); X-Autoreply, X-Autorespond, X-Auto-Response-Suppress and
    Precedence as sent by responders and Exchange. X-Auto-Response-Suppress alone is set on ordinary
    Exchange mail too, so only its strongest form, together with the null path or a subject, says robot.
    """
    fields = {name.lower(): value.strip() for name, value in headers.items()}
    subject = normalise(fields.get("subject", "")[:300]).text
    content = fields.get("content-type", "").lower()
    null_path = fields.get("return-path", "-").replace(" ", "") == "<>"
    robot = _ROBOTS.search(fields.get("from", "").lower()) is not None
    if content.startswith("multipart/report") and "disposition-notification" not in content:
        return Automatic.DELIVERY_REPORT
    if _REPORT_SUBJECT.match(subject) and (null_path or robot or "auto-submitted" in fields):
        return Automatic.DELIVERY_REPORT
    if (
        _says_auto(fields)
        or null_path
        or content.startswith("multipart/report")
        or _AUTO_SUBJECT.match(subject)
    ):
        return Automatic.DELIVERY_REPORT if robot else Automatic.AUTO_REPLY
    return Automatic.AUTO_REPLY if _AUTO_TEXT.search(normalise(text[:600]).text) else None


def _says_auto(fields: Mapping[str, str]) -> bool:
    submitted = fields.get("auto-submitted", "no").lower().split(";")[0].strip()
    suppressed = fields.get("x-auto-response-suppress", "").lower()
    return (
        submitted != "no"
        or any(name in fields for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-vacation"))
        or fields.get("precedence", "").lower() in _BULK_PRECEDENCE
        or suppressed == "all"
    )


_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            *("gen jan", "feb", "mar", "apr", "mag may", "giu jun"),
            *("lug jul", "ago aug", "set sep", "ott oct", "nov", "dic dec"),
        ],
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        [
            *("lunedi monday", "martedi tuesday", "mercoledi wednesday", "giovedi thursday"),
            *("venerdi friday", "sabato saturday", "domenica sunday"),
        ]
    )
    for name in names.split()
}
_MONTH = (
    r"(gen|jan|feb|mar|apr|mag|may|giu|jun|lug|jul|ago|aug|set|sep|ott|oct|nov|dic|dec)"
    r"(?:n?aio|braio|zo|ile|gio|gno|lio|osto|tembre|obre|embre|uary|ruary|ch|il|e|y|ust|tember|ober|ember|"
    r"t)?\.?"
)
_DATED = re.compile(
    rf"\b(?:(\d{{4}})-(\d{{2}})-(\d{{2}})|(\d{{1,2}})[/.-](\d{{1,2}})(?:[/.-](\d{{2,4}}))?|"
    rf"(?:l')?(\d{{1,2}})(?:st|nd|rd|th|°)?(?: of| di)? {_MONTH}(?:,? (\d{{4}}))?|"
    rf"{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}}))?)"
)
_RETURN = re.compile(
    r"\b(?:rientr\w+|tornero|torno|ritorn\w+|di nuovo (?:in ufficio|disponibile)|back|return\w*|resum\w+|"
    r"a partire dal|"
    r"until|till|through|fino|sino|al|to)\b"
)
_DAYNAMED = re.compile(rf"\b({'|'.join(_WEEKDAYS)})\b")


def return_date(text: str, today: date) -> date | None:
    """The day an absent person is back (or absent until), from `today` on; day before month.

    A date without a year is the next such day; of several dates the one after a word of return, else
    the last.
    """
    plain = normalise(text[:2000]).text
    dates = [(m.start(), day) for m in _DATED.finditer(plain) if (day := _day(m, today)) and day >= today]
    returns = [match.end() for match in _RETURN.finditer(plain)]
    after = [day for start, day in dates if any(0 <= start - end <= 30 for end in returns)]
    if after or dates:
        return max(after) if after else dates[-1][1]
    named = _DAYNAMED.search(plain) if returns else None
    if named:
        return today + timedelta(days=(_WEEKDAYS[named.group(1)] - today.weekday() - 1) % 7 + 1)
    return today + timedelta(days=1) if returns and re.search(r"\b(?:domani|tomorrow)\b", plain) else None


def _day(match: re.Match[str], today: date) -> date | None:
    groups = match.groups()
    iso_year, iso_month, iso_day, day, month, year = groups[:6]
    day_first, named, its_year, named_first, its_day, last_year = groups[6:]
    if iso_year:
        return _made(int(iso_year), int(iso_month), int(iso_day))
    if day:
        return _dated(int(day), int(month), year, today)
    if named:
        return _dated(int(day_first), _MONTHS[named], its_year, today)
    return _dated(int(its_day), _MONTHS[named_first], last_year, today)


def _dated(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _made(int(year) + (2000 if len(year) == 2 else 0), month, day)
    if month > 12 >= day:
        day, month = month, day
    made = _made(today.year, month, day)
    if made and made < today - timedelta(days=60):
        return made + relativedelta(years=1)
    return made


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
