"""Double opt-in: a yes is asked for once more on the channel it came by, and counts only when confirmed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import col, select

from app import runtime
from app.channels.base import Channel
from app.contacts import consent, find, suppression
from app.contacts.addresses import address_hash
from app.contacts.models import Consent, ConsentState, Contact
from app.conversations import saying
from app.conversations.walks import Walk
from app.db import Session, new_id
from app.journal.record import record
from app.messages import letters, outbox, short_links
from app.messages.models import CONFIRMING, Direction, Message
from app.outcomes.decide import redecide

VALID = timedelta(days=14)
"""How long after their yes a person may confirm it."""
WORDS = frozenset(
    (
        *("CONFERMO", "CONFERMA", "SÌ CONFERMO", "SI CONFERMO", "CONFIRM", "CONFIRMED"),
        *("BESTÄTIGE", "BESTÄTIGEN", "ICH BESTÄTIGE", "BESTAETIGE", "CONFIRME", "CONFIRMER", "JE CONFIRME"),
    )
)
YES = frozenset(("SI", "SÌ", "SI'", "YES", "JA", "OUI"))
"""Enough when nothing else was asked."""

_LETTERS: Mapping[str, letters.Words] = {
    "it": letters.Words(
        subject="Manca solo la tua conferma",
        preheader="Un clic, e solo allora ti scriveremo.",
        heading="Restiamo in contatto?",
        paragraphs=(
            "Ci hai detto che possiamo scriverti ancora. Per essere certi che sia stata una tua scelta, ti chiediamo "
            "di confermarla.",
            "Se non confermi, non succede nulla e non ti scriveremo.",
        ),
        button="Conferma",
        link="c/-rv_confirm-",
    ),
    "en": letters.Words(
        subject="We only need your confirmation",
        preheader="One click, and only then will we write to you.",
        heading="Shall we stay in touch?",
        paragraphs=(
            "You told us that we may keep writing to you. To be sure that this was your choice, we ask you to confirm "
            "it.",
            "If you do not confirm, nothing happens and we will not write.",
        ),
        button="Confirm",
        link="c/-rv_confirm-",
    ),
    "de": letters.Words(
        subject="Es fehlt nur noch Ihre Bestätigung",
        preheader="Ein Klick, und erst dann schreiben wir Ihnen.",
        heading="Bleiben wir in Kontakt?",
        paragraphs=(
            "Sie haben uns gesagt, dass wir Ihnen weiter schreiben dürfen. Damit es sicher Ihre Entscheidung ist, "
            "bitten wir Sie, das zu bestätigen.",
            "Wenn Sie nicht bestätigen, geschieht nichts, und wir schreiben Ihnen nicht.",
        ),
        button="Bestätigen",
        link="c/-rv_confirm-",
    ),
    "fr": letters.Words(
        subject="Il ne manque que votre confirmation",
        preheader="Un clic, et alors seulement nous vous écrirons.",
        heading="Restons-nous en contact ?",
        paragraphs=(
            "Vous nous avez dit que nous pouvions continuer à vous écrire. Pour être certains que c’était votre choix, "
            "nous vous demandons de le confirmer.",
            "Si vous ne confirmez pas, il ne se passe rien et nous ne vous écrirons pas.",
        ),
        button="Confirmer",
        link="c/-rv_confirm-",
    ),
}
_LINKED_TEXTS = {
    "it": "{organisation}: conferma qui se possiamo scriverti ancora, altrimenti non lo faremo: -rv_confirm-",
    "en": "{organisation}: confirm here if we may keep writing to you, or else we will not: -rv_confirm-",
    "de": "{organisation}: Bestätigen Sie hier, wenn wir Ihnen weiter schreiben dürfen, sonst tun wir es nicht: "
    "-rv_confirm-",
    "fr": "{organisation} : confirmez ici si nous pouvons vous écrire, sinon nous ne le ferons pas : -rv_confirm-",
}
"""From a sender that nobody can text back to."""
_TEXTS = {
    "it": "{organisation}: rispondi CONFERMO se possiamo scriverti ancora. Senza conferma non lo faremo.",
    "en": "{organisation}: reply CONFIRM if we may keep writing to you. Without it we will not.",
    "de": "{organisation}: Antworten Sie BESTÄTIGEN, wenn wir Ihnen weiter schreiben dürfen. Sonst tun wir es nicht.",
    "fr": "{organisation} : répondez CONFIRMER si nous pouvons vous écrire. Sans réponse, nous ne le ferons pas.",
}


class Standing(StrEnum):
    """What became of a request to confirm."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    STOPPED = "stopped"
    """They said stop after their yes, so the yes is no longer theirs to confirm."""


def ask(db: Session, walk: Walk, channel: Channel, *, now: datetime) -> str | None:
    """Queue the request to confirm (one per conversation); returns its id, None without an address there.

    It is marketing: it leaves only if the person may be written to on that channel when it does.
    """
    contact, rt = walk.contact, runtime.current()
    address = contact.email if channel is Channel.EMAIL else contact.phone
    if not address:
        return None
    language = walk.conversation.language if walk.conversation.language in _TEXTS else "en"
    message_id = new_id()
    row: dict[str, Any] = {
        "id": message_id,
        "channel": channel,
        "contact_id": contact.id,
        "conversation_id": walk.conversation.id,
        "step": CONFIRMING,
        "address": address,
        "address_hash": address_hash(rt.settings.suppression_key, channel, address),
        "once_key": f"{CONFIRMING}:{walk.conversation.id}",
        "not_before": now,
        "not_after": now + VALID,
        "created_at": now,
    }
    if channel is Channel.EMAIL:
        row |= saying.as_letter(db, walk, _LETTERS[language], language)
    else:
        name = letters.organisation_name(rt.settings)
        texts = _TEXTS if rt.settings.can_receive_texts else _LINKED_TEXTS
        text, ids = texts[language].replace("{organisation}", name), {"message_id": message_id}
        row["text"] = short_links.fill(rt.settings, text, conversation_id=walk.conversation.id, **ids)
    outbox.put(db, [row])
    outbox.ring(db, channel)
    return message_id


def by_link(db: Session, message: Message, *, wording: str, evidence: dict[str, Any]) -> Standing | None:
    """The button of the confirmation page was pressed; how it stands now, None when nothing was asked."""
    now = runtime.now()
    return _confirm(db, message, source="web", wording=wording, at=now, evidence=evidence)


def by_text(
    db: Session, contact: Contact, words: str, *, alone: bool, at: datetime, evidence: dict[str, Any]
) -> Standing | None:
    """A text that is nothing but a confirmation; None when it is none, or nothing waits for one: it may answer a
    question then. `alone`: no question is open besides."""
    said = words.strip().rstrip("!. ").upper()
    if said not in WORDS and not (alone and said in YES):
        return None
    asked = select(Message).where(
        col(Message.contact_id) == contact.id,
        col(Message.step) == CONFIRMING,
        col(Message.channel) == Channel.SMS,
        col(Message.direction) == Direction.OUT,
        # A person can only answer what has left.
        col(Message.called_at).is_not(None),
    )
    message = db.exec(asked.order_by(col(Message.created_at).desc()).limit(1)).first()
    if message is None or standing(db, message, at=at) is not Standing.OPEN:
        return None
    return _confirm(db, message, source="sms", wording=words, at=at, evidence=evidence)


def standing(db: Session, message: Message, *, at: datetime) -> Standing | None:
    """How the request this message makes stands at that time; None when it makes none."""
    return _read(db, message, at)[0]


def _confirm(
    db: Session, message: Message, *, source: str, wording: str, at: datetime, evidence: dict[str, Any]
) -> Standing | None:
    contact = db.get(Contact, message.contact_id) if message.contact_id else None
    if contact is None:
        return None
    find.lock(db, [contact.id])
    stands, asked = _read(db, message, at)
    if stands is not Standing.OPEN:
        return stands
    key, now = runtime.current().settings.suppression_key, runtime.now()
    addresses = find.every_address(db, contact, key)
    said = {"confirmed_with": wording, "message": message.id, "message_provider_id": message.provider_id}
    for line in asked:
        consent.opt_in(
            db,
            contact.id,
            [pair for pair in addresses if pair[0] == line.channel],
            at=at,
            recorded_at=now,
            source=source,
            wording=line.wording,
            evidence=evidence | said | {"request": line.id},
            keep=suppression.LASTING,
        )
    record(db, at=now, actor="contact", verb="confirmed", subject=("contact", contact.id))
    db.flush()
    redecide(db, contact.id, now=now)
    return Standing.CONFIRMED


def _read(db: Session, message: Message, at: datetime) -> tuple[Standing | None, Sequence[Consent]]:
    """How the request stands, and its lines that nobody confirmed yet, one per channel."""
    ledger = select(Consent).where(col(Consent.contact_id) == message.contact_id)
    lines = db.exec(ledger.order_by(col(Consent.at), col(Consent.id))).all()
    asked = {
        line.channel: line
        for line in lines
        if line.state == ConsentState.REQUESTED
        and line.evidence.get("conversation") == message.conversation_id
    }
    if message.step != CONFIRMING or not asked:
        return None, ()
    answered = {line.evidence.get("request") for line in lines if line.state == ConsentState.GRANTED}
    waiting = [line for line in asked.values() if line.id not in answered]
    given = max(line.at for line in asked.values())
    if any(line.state == ConsentState.WITHDRAWN and line.at >= given for line in lines):
        return Standing.STOPPED, ()
    if not waiting:
        return Standing.CONFIRMED, ()
    return (Standing.OPEN, waiting) if at <= given + VALID else (Standing.EXPIRED, ())
