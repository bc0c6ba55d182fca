"""Pictures and files that come by text: nobody looks at them, and it is said so, kindly and once."""

from app import runtime
from app.conversations import saying, walks
from app.conversations.walks import Walk
from app.db import Session
from app.intake.reply import Reply

_WORDS = {
    "it": "Grazie! Purtroppo qui non riceviamo immagini né file: scrivici con un semplice SMS.",
    "en": "Thank you! Sorry, we cannot receive pictures or files here: please send us a plain text.",
    "de": "Danke! Bilder und Dateien kommen hier leider nicht an: Bitte schreiben Sie uns eine einfache SMS.",
    "fr": "Merci ! Nous ne recevons ici ni images ni fichiers : écrivez-nous un simple SMS.",
}


def decline(db: Session, reply: Reply, walk: Walk | None) -> None:
    """Ask for a plain text instead, once per conversation, which stays where it stands."""
    if walk is None or walk.conversation.state not in walks.LIVE:
        return
    words = _WORDS.get(walk.conversation.language, _WORDS["en"])
    once = f"pictures:{walk.conversation.id}"
    saying.say(db, walk, words, reply.channel, runtime.now(), address=reply.address, once_key=once)
