"""Tells robots from people by what the mail says about itself: auto-replies and delivery reports."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache

from app.language.dates import find_date
from app.language.normal import normalise


class Automatic(StrEnum):
    AUTO_REPLY = "auto_reply"
    DELIVERY_REPORT = "delivery_report"


# Subjects and opening words in normal form; Italian, English, German, French in turn.
_AUTO_SUBJECT = (
    r"(?:risposta|messaggio|rispondi) automatic[oa]|fuori (?:ufficio|sede)|assen(?:te|za) (?:dall'ufficio|"
    r"dal|per|fino)|"
    r"(?:sono |siamo )?in ferie|ferie\b|chiusura (?:estiva|natalizia|uffici|aziendale)|chiuso per ferie|"
    r"(?:auto(?:matic)?|automated)[ :-]*(?:reply|response|answer)|autoreply|out of (?:the )?office|ooo\b|"
    r"away from|"
    r"(?:i am |im )?(?:currently )?(?:on|away on) (?:annual |parental |maternity )?(?:leave|vacation|"
    r"holiday)|"
    r"abwesenheit\w*|automatische (?:antwort|antwortmail|ruckantwort)|nicht im (?:haus|buro)|im urlaub|"
    r"reponse automatique|absence du bureau|absent(?:e)? du bureau|message d'absence|en conges?\b"
)
_REPORT_SUBJECT = (
    r"mancato recapito|messaggio non (?:recapitato|consegnato)|notifica (?:di )?(?:mancat\w+|"
    r"stato del recapito)|"
    r"non recapitabile|avviso di mancata consegna|impossibile (?:consegnare|recapitare)|"
    r"undeliver(?:ed|able)|delivery (?:status notification|failure|has failed|incomplete)|"
    r"mail delivery (?:failed|subsystem)|"
    r"mail system error|message (?:not delivered|undeliverable|could not be delivered)|returned mail|"
    r"failure notice|"
    r"unzustellbar|zustellung fehlgeschlagen|nicht zustellbar|unzustellbarkeitsbericht|"
    r"non remis|message non (?:remis|delivre|distribue)|echec de (?:la )?(?:remise|distribution)|"
    r"notification d'etat de remise"
)
_AUTO_TEXT = (
    r"(?:questa e una |la presente e una )?(?:risposta automatica|e-?mail automatica)|"
    r"messaggio (?:generato|inviato) automaticamente|"
    r"messaggio automatico|(?:saro|sono|saremo) (?:assente|fuori ufficio) (?:dall'ufficio|dal|fino|e rientr)|"
    r"this is an automat(?:ed|ic) (?:reply|response|message)|(?:i am|"
    r"im) (?:currently )?out of (?:the )?office|"
    r"(?:dies|das) ist eine automatisch|automatisch (?:generierte|erstellte) (?:antwort|nachricht|e-?mail)|"
    r"(?:ich bin|bin) (?:derzeit |momentan |zurzeit |bis )?(?:nicht im (?:buro|haus)|abwesend|im urlaub)|"
    r"(?:ceci est un|message|reponse) (?:message |reponse )?automatique|"
    r"je suis (?:actuellement )?(?:absent|en conge)"
)
_BULK_PRECEDENCE = {"auto_reply", "auto-reply"}
_ROBOTS = re.compile(r"^\W*(?:mailer-daemon|postmaster)@|<(?:mailer-daemon|postmaster)@")


@cache
def _starts(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{pattern})")


@cache
def _within(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})")


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
    if _starts(_REPORT_SUBJECT).match(subject) and (null_path or robot or "auto-submitted" in fields):
        return Automatic.DELIVERY_REPORT
    if (
        _says_auto(fields)
        or null_path
        or content.startswith("multipart/report")
        or _starts(_AUTO_SUBJECT).match(subject)
    ):
        return Automatic.DELIVERY_REPORT if robot else Automatic.AUTO_REPLY
    return Automatic.AUTO_REPLY if _within(_AUTO_TEXT).search(normalise(text[:600]).text) else None


def _says_auto(fields: Mapping[str, str]) -> bool:
    submitted = fields.get("auto-submitted", "no").lower().split(";")[0].strip()
    suppressed = fields.get("x-auto-response-suppress", "").lower()
    return (
        submitted != "no"
        or any(name in fields for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-vacation"))
        or fields.get("precedence", "").lower() in _BULK_PRECEDENCE
        or suppressed == "all"
    )


_RETURN = (
    r"rientr\w+|riap(?:r|ert)\w+|tornero|torno|ritorn\w+|di nuovo (?:in ufficio|disponibile)|back|return\w*|resum\w+|"
    r"a partire dal|until|till|"
    r"a(?= (?:lune|marte|mercole|giove|vener)di\b)|a(?= (?:sabato|domenica)\b)|"
    r"through|fino|sino|al|to|wieder|ab|bis|zuruck|retour|jusqu'?au?|a partir du|au"
)
_AFTER = 40  # characters: how far behind a word of return its day stands


def return_date(text: str, today: date) -> date | None:
    """The day an absent person is back (or absent until), from `today` on; day before month.

    A date without a year is the next such day; of several the last one told after a word of return, else
    the first in the text.
    """
    plain = normalise(text[:2000]).text
    told = [
        plain[match.end() : match.end() + _AFTER] for match in _within(rf"(?:{_RETURN})\b").finditer(plain)
    ]
    days = [day for after in told if (day := find_date(after, today, "future")) is not None]
    return max(days) if days else find_date(plain, today, "future") if told else None
