"""Texts from numbers we know nothing of: answered once, ever, and kindly; the rest is only kept."""

from app import runtime
from app.channels.base import Channel
from app.contacts import phones, suppression
from app.contacts.addresses import address_hash
from app.contacts.models import PhoneKind
from app.conversations import saying
from app.db import Session
from app.intake.reply import Reply
from app.messages import letters

_WORDS = {
    "it": "{organisation}: grazie del messaggio! Non conosciamo questo numero e da qui non possiamo aiutarti. "
    "Se ci hai scritto per errore, non devi fare altro.",
    "en": "{organisation}: thank you for your message! We do not know this number and cannot help you here. "
    "If you texted us by mistake, there is nothing you need to do.",
    "de": "{organisation}: danke für Ihre Nachricht! Wir kennen diese Nummer nicht und können hier nicht helfen. "
    "Falls es ein Versehen war, brauchen Sie nichts weiter zu tun.",
    "fr": "{organisation} : merci de votre message ! Nous ne connaissons pas ce numéro et ne pouvons pas vous aider "
    "ici. Si c'était une erreur, vous n'avez rien à faire.",
}


def answer(db: Session, reply: Reply) -> None:
    """Say once that we do not know them. Emails get none: whom they claim to be from is easily made up, and our
    answer would go to somebody who wrote nothing; nor do short codes and landlines, which no hand texts from."""
    rt = runtime.current()
    if reply.channel is not Channel.SMS:
        return
    phone = phones.read(reply.address, country=rt.settings.default_country, mobile=True)
    if phone is None or phone.kind is not PhoneKind.MOBILE:
        return
    hashed = address_hash(rt.settings.suppression_key, Channel.SMS, reply.address)
    if suppression.suppressed(db, [(Channel.SMS, hashed)]):
        return
    words = _WORDS.get(rt.settings.default_language, _WORDS["en"])
    words = words.replace("{organisation}", letters.organisation_name(rt.settings))
    saying.put(db, Channel.SMS, reply.address, rt.now(), text=words, once_key=f"stranger:{hashed}")
