"""The words other systems use for what contacts do, and what each sign is worth."""

import re

from app.engagement.models import Grade, Kind
from app.files.cells import plain

_WORDS = {
    Kind.OPEN: "email open|open|opened|email opened|apertura|aperta|email aperta|emailopen|apertura email",
    Kind.CLICK: "email click|click|clicked|email clicked|clic|link click|emailclick|clic email",
    Kind.REPLY: "reply|replied|email reply|risposta|sms reply|email replied|risposta email",
    Kind.ANSWER: "answer|survey answer|survey response|survey completed|form submission|form submitted",
    Kind.PAGE_VIEW: "page view|pageview|page viewed|visit|visita|website visit|visita pagina|pagina vista",
    Kind.LOGIN: "login|log in|signin|sign in|logged in|accesso|account login",
    Kind.PURCHASE: "purchase|order|acquisto|ordine|purchased|order placed|transaction|sale|vendita|fattura",
    Kind.WEBINAR: "webinar attended|webinar|webinar joined|event attended|evento|partecipazione webinar",
    Kind.REVIEW: "review|recensione|review left|rating|valutazione|comment|commento",
    Kind.POINTS: "loyalty redeemed|points|points redeemed|punti|punti usati|loyalty points|reward redeemed",
    Kind.BOUNCE: "email bounce|bounce|bounced|hard bounce|soft bounce|rimbalzo|email bounced"
    "|hard bounced|soft bounced|bounce hard|bounce soft|rimbalzato|rimbalzata|rimbalzo hard|rimbalzo soft",
    Kind.UNSUBSCRIBE: "unsubscribe|unsubscribed|opt out|optout|disiscrizione|disiscritto|cancellazione"
    "|group unsubscribe|global unsubscribe|list unsubscribe|email unsubscribe|email unsubscribed|opted out"
    "|iscrizione annullata|annullamento iscrizione|annulla iscrizione|revoca consenso|sms stop|stop",
    Kind.SENT: "email sent|sent|email delivered|delivered|inviata|email inviata|inviato|consegnata|email consegnata",
    Kind.COMPLAINT: "spam report|spamreport|spam|complaint|spam complaint|abuse|marked as spam|reported spam"
    "|segnalazione spam|segnalato come spam|segnalato spam|segnalazione di spam|reclamo spam|reclamo",
}
_KIND_OF = {word: kind for kind, words in _WORDS.items() for word in words.split("|")}
_MACHINE = frozenset({"machine", "bot", "scanner", "proxy", "prefetch", "automatic", "automatico", "mpp"})
_GRADES = {
    Kind.OPEN: Grade.OPEN,
    Kind.CLICK: Grade.CLICK,
    Kind.PAGE_VIEW: Grade.CLICK,
    Kind.REPLY: Grade.REPLY,
    Kind.ANSWER: Grade.ANSWER,
    Kind.BOUNCE: Grade.NONE,
    Kind.UNSUBSCRIBE: Grade.NONE,
    Kind.COMPLAINT: Grade.NONE,
    Kind.SENT: Grade.NONE,
}
_BY_MACHINE = {Kind.OPEN: Grade.MACHINE_OPEN, Kind.CLICK: Grade.MACHINE_CLICK}
_NO_SIGN_OF_LIFE = frozenset({Grade.NONE, Grade.MACHINE_OPEN, Grade.MACHINE_CLICK, Grade.UNPROVEN})
# RFC 3463: a status of class 5 is permanent; RFC 5321 replies begin with the same digit.
_PERMANENT = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b|\b5\d\d\b")


def kind_of(word: str) -> tuple[Kind, bool] | None:
    """The kind a word means, and whether it says that a machine did it; None for no word we know."""
    words = plain(word).split()
    by_machine = bool(words) and words[0] in _MACHINE
    kind = _KIND_OF.get(" ".join(words[1:] if by_machine else words))
    return (kind, by_machine) if kind else None


def grade_of(kind: Kind, *, by_machine: bool = False) -> Grade:
    """How strong a sign a kind is; what a page view is worth is what the click that led there is."""
    if by_machine and kind in _BY_MACHINE:
        return _BY_MACHINE[kind]
    return _GRADES.get(kind, Grade.ACT)


def says_machine(detail: str) -> bool:
    """Whether the detail of an open or click says that no person did it (a page on robots does not)."""
    words = set(plain(detail).split())
    return bool(words) and words <= _MACHINE | {"open", "click"}


def is_human(grade: str) -> bool:
    """Whether a grade is the contact's own sign of life."""
    return grade not in _NO_SIGN_OF_LIFE


def is_hard_bounce(word: str, detail: str) -> bool:
    """Whether a bounce is for good; one that says neither is taken for a soft one."""
    said = plain(f"{word} {detail}").split()
    return "soft" not in said and ("hard" in said or bool(_PERMANENT.search(detail)))
