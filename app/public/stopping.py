"""The ways out: the preferences behind a letter's link, and the mail client's one-click unsubscribe."""

from collections.abc import Sequence

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from app import runtime, tokens
from app.channels.base import Channel
from app.contacts import consent, find, suppression
from app.contacts.models import Contact
from app.db import Session
from app.intake import stops
from app.messages.models import Message
from app.outcomes.decide import redecide
from app.public.pages import FORM_LIMIT, bp, evidence, id_in, language_of, message_of, show
from app.tokens import Purpose
from app.translations import N_, gettext

ALL = "all"
BUTTONS = {
    str(Channel.EMAIL): N_("No more emails"),
    str(Channel.SMS): N_("No more texts"),
    ALL: N_("No more messages at all"),
}
"""What each choice is called on the page: the wording the ledger keeps."""
ONE_CLICK = "List-Unsubscribe=One-Click"
"""RFC 8058: all that a mail client tells; its user pressed a button in the mail client's own words."""


@bp.get("/p/<token>")
def preferences(token: str) -> AnyResponse:
    """What the contact may choose; nothing happens until a button is pressed."""
    return _choices(token)


@bp.post("/p/<token>")
def choose(token: str) -> AnyResponse:
    """A pressed button: `email` or `sms` stops that channel's address, `all` stops everything.

    Pressing it again changes nothing and writes nothing. A form without its button was sent by no person: scanners
    submit what they find, and the page comes back as it was.
    """
    request.max_content_length = FORM_LIMIT
    wanted = request.form.get("stop", "")
    if wanted not in BUTTONS:
        return _choices(token)
    with runtime.session() as db:
        message, contact = message_of(db, Purpose.PREFERENCES, token, lock=True)
        addresses = [pair for pair in _addresses(db, message, contact) if wanted in (ALL, pair[0])]
        language = language_of(contact)
        _stop(
            db,
            message,
            contact,
            addresses,
            reason=f"preferences_{wanted}",
            source="web",
            wording=gettext(language, BUTTONS[wanted]),
            language=language,
        )
    return _choices(token, done=wanted)


@bp.get("/u/<token>")
def unsubscribe_page(token: str) -> AnyResponse:
    """Somebody opened the header's link: show the choice, change nothing (scanners open links too)."""
    message_id = id_in(Purpose.UNSUBSCRIBE, token)
    return _choices(tokens.make(runtime.current().settings.secret_keys, Purpose.PREFERENCES, message_id))


@bp.post("/u/<token>")
def unsubscribe(token: str) -> AnyResponse:
    """RFC 8058: any POST to a valid token unsubscribes at once, whatever its body; again is fine."""
    message_id = id_in(Purpose.UNSUBSCRIBE, token)
    with runtime.session() as db:
        # Who was erased with all that we wrote to them is suppressed already: to their mail client that is a yes.
        if db.get(Message, message_id) is not None:
            message, contact = message_of(db, Purpose.UNSUBSCRIBE, token, lock=True)
            _stop(
                db,
                message,
                contact,
                [(message.channel, message.address_hash)],
                reason="one_click",
                source="one_click",
                wording=ONE_CLICK,
            )
    return Response("unsubscribed\n", content_type="text/plain; charset=utf-8")


def _stop(
    db: Session,
    message: Message,
    contact: Contact | None,
    addresses: list[tuple[str, str]],
    *,
    reason: str,
    source: str,
    wording: str,
    language: str = "",
) -> None:
    if _stopped(db, contact, addresses, channels=tuple(Channel) if reason in suppression.PERSON_WIDE else ()):
        return
    now = runtime.now()
    shown = {"message": message.id, "provider_id": message.provider_id, "language": language}
    stops.stop(
        db,
        contact,
        addresses,
        reason=reason,
        source=source,
        wording=wording,
        at=now,
        now=now,
        evidence=evidence() | {name: value for name, value in shown.items() if value},
    )
    if contact is not None:
        redecide(db, contact.id, now=now)


def _stopped(
    db: Session, contact: Contact | None, addresses: list[tuple[str, str]], *, channels: Sequence[str] = ()
) -> bool:
    """Whether all of these were stopped before, the ledger says so (for these `channels` too), and another stop
    would say nothing new."""
    if not addresses or suppression.suppressed(db, addresses) != set(addresses):
        return False
    said = consent.present(db, contact.id) if contact else {}
    return contact is None or all(
        said.get(channel) == "withdrawn" for channel in {*channels, *(channel for channel, _ in addresses)}
    )


def _addresses(db: Session, message: Message, contact: Contact | None) -> list[tuple[str, str]]:
    """(channel, hash) of the address a message went to and of every other one of that person."""
    key = runtime.current().settings.suppression_key
    own = (message.channel, message.address_hash)
    return sorted({own, *(find.every_address(db, contact, key) if contact else ())})


def _choices(token: str, *, done: str | None = None) -> AnyResponse:
    """The page of choices, as they stand: `done` is what was chosen just now."""
    with runtime.reading() as db:
        message, contact = message_of(db, Purpose.PREFERENCES, token)
        every = _addresses(db, message, contact)
        stopped = {
            channel: _stopped(db, contact, [pair for pair in every if pair[0] == channel])
            for channel in sorted({channel for channel, _ in every})
        }
    return show("preferences", language_of(contact), token=token, stopped=stopped, done=done)
