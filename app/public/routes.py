"""The contact's three doors; a GET shows, only a POST changes anything."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app import runtime, tokens
from app.channels.base import Channel
from app.channels.texts import storable
from app.contacts import consent, find, suppression
from app.contacts.models import Contact
from app.conversations import walks
from app.conversations.models import ConversationState
from app.conversations.walks import Walk
from app.db import Session
from app.intake import confirmations, replies, stops
from app.messages.letters import organisation_name
from app.messages.models import Message
from app.outcomes.decide import redecide
from app.surveys import engine
from app.surveys.engine import BadAnswer
from app.tokens import BadToken, Purpose
from app.translations import N_, gettext

bp = Blueprint(
    "public", __name__, template_folder="templates", static_folder="static", static_url_path="/static/public"
)

ANSWER_LIMIT = 64 * 2**10
"""Bytes of one submitted form; the longest answer anyone types."""
ALL = "all"
BUTTONS = {
    str(Channel.EMAIL): N_("No more emails"),
    str(Channel.SMS): N_("No more texts"),
    ALL: N_("No more messages at all"),
}
"""What each choice is called on the page: the wording the ledger keeps."""
CONFIRM_BUTTON = N_("Yes, you may write to me")
ONE_CLICK = "List-Unsubscribe=One-Click"
"""RFC 8058: all that a mail client tells; its user pressed a button in the mail client's own words."""


@bp.after_request
def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/s/<token>")
def survey(token: str) -> AnyResponse:
    """The question that is open now; `?a=` preselects an answer, which counts only when confirmed."""
    conversation_id = _ids(Purpose.SURVEY, token)[0]
    with runtime.reading() as db:
        walk = walks.open_walk(db, conversation_id, lock=False, language=request.args.get("lang"))
    if walk is None:
        abort(404)
    return _show(walk, token, chosen=request.args.get("a", ""))


@bp.post("/s/<token>")
def answer(token: str) -> AnyResponse:
    """One answer; posting it twice changes nothing, posting an earlier question again corrects it."""
    conversation_id = _ids(Purpose.SURVEY, token)[0]
    request.max_content_length = ANSWER_LIMIT
    question, value = request.form.get("question", ""), storable(request.form.get("answer", ""))
    language = request.form.get("lang", "")
    try:
        with runtime.session() as db:
            walk = replies.submit(
                db, conversation_id, question, value, language=language, evidence=_evidence()
            )
    except BadAnswer as error:
        with runtime.reading() as db:
            walk = walks.open_walk(db, conversation_id, lock=False, language=language)
        if walk is None:
            abort(404)
        return _show(walk, token, chosen=value, problem=error.what, status=422)
    if walk is None:
        abort(404)
    return redirect(url_for("public.survey", token=token, lang=language or None), code=303)


@bp.get("/p/<token>")
def preferences(token: str) -> AnyResponse:
    """What the contact may choose; nothing happens until a button is pressed."""
    message_id = _ids(Purpose.PREFERENCES, token)[0]
    return _preferences(message_id, token)


@bp.post("/p/<token>")
def choose(token: str) -> AnyResponse:
    """A pressed button: `email` or `sms` stops that channel's address, anything else stops everything.

    Pressing it again changes nothing and writes nothing.
    """
    message_id = _ids(Purpose.PREFERENCES, token)[0]
    request.max_content_length = ANSWER_LIMIT
    given = request.form.get("stop", ALL)
    wanted = given if given in BUTTONS else ALL
    with runtime.session() as db:
        message, contact = _message(db, message_id, lock=True)
        addresses = [pair for pair in _addresses(db, message, contact) if wanted in (ALL, pair[0])]
        language = _language(contact)
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
    return _preferences(message_id, token, done=wanted)


@bp.get("/u/<token>")
def unsubscribe_page(token: str) -> AnyResponse:
    """Somebody opened the header's link: show the choice, change nothing (scanners open links too)."""
    message_id = _ids(Purpose.UNSUBSCRIBE, token)[0]
    keys = runtime.current().settings.secret_keys
    return _preferences(message_id, tokens.make(keys, Purpose.PREFERENCES, message_id))


@bp.post("/u/<token>")
def unsubscribe(token: str) -> AnyResponse:
    """RFC 8058: any POST to a valid token unsubscribes at once, whatever its body; again is fine."""
    message_id = _ids(Purpose.UNSUBSCRIBE, token)[0]
    with runtime.session() as db:
        message, contact = _message(db, message_id, lock=True)
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


@bp.get("/c/<token>")
def confirmation(token: str) -> AnyResponse:
    """Asks once more whether we may write; nothing is granted until the button is pressed."""
    message_id = _ids(Purpose.CONFIRM, token)[0]
    with runtime.reading() as db:
        message, contact = _message(db, message_id)
        stands = confirmations.standing(db, message, at=runtime.now())
    if stands is None:
        abort(404)
    return _page("confirm", _language(contact), token=token, stands=stands)


@bp.post("/c/<token>")
def confirm(token: str) -> AnyResponse:
    """The confirmation of a yes (double opt-in); again changes nothing."""
    message_id = _ids(Purpose.CONFIRM, token)[0]
    request.max_content_length = ANSWER_LIMIT
    with runtime.session() as db:
        message, contact = _message(db, message_id, lock=True)
        language = _language(contact)
        stands = confirmations.by_link(
            db,
            message,
            wording=gettext(language, CONFIRM_BUTTON),
            evidence=_evidence() | {"language": language},
        )
    if stands is None:
        abort(404)
    return _page("confirm", language, token=token, stands=stands)


def _show(walk: Walk, token: str, *, chosen: str, problem: str = "", status: int = 200) -> AnyResponse:
    prompt = walks.shown(walk)
    if walk.conversation.state == ConversationState.STOPPED:
        return _page("stopped", walk.state.lang, walk=walk)
    if prompt is None:
        closing = engine.closing(walk.survey, walk.state, walk.values)
        return _page("thanks", walk.state.lang, walk=walk, closing=closing)
    offered = [value for value, _ in prompt.options]
    return _page(
        "question",
        walk.state.lang,
        status,
        walk=walk,
        token=token,
        prompt=prompt,
        chosen=chosen if chosen in offered or not offered else "",
        problem=problem,
    )


def _page(name: str, language: str, status: int = 200, **facts: Any) -> AnyResponse:
    g.language = language
    settings = runtime.current().settings
    facts |= {
        "language": language,
        "organisation": organisation_name(settings),
        "postal_address": settings.postal_address,
        "privacy_url": settings.privacy_url,
    }
    return make_response(render_template(f"public/{name}.html", **facts), status)


def _ids(purpose: Purpose, token: str) -> list[str]:
    try:
        ids = tokens.read(runtime.current().settings.secret_keys, purpose, token)
    except BadToken:
        abort(404)
    return ids


def _message(db: Session, message_id: str, *, lock: bool = False) -> tuple[Message, Contact | None]:
    message = db.get(Message, message_id)
    if message is None:
        abort(404)
    if message.contact_id is None:
        return message, None
    if lock:
        return message, find.hold(db, message.contact_id)
    return message, db.get(Contact, message.contact_id)


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
        evidence=_evidence() | {name: value for name, value in shown.items() if value},
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


def _preferences(message_id: str, token: str, *, done: str | None = None) -> AnyResponse:
    """The page of choices, as they stand: `done` is what was chosen just now."""
    with runtime.reading() as db:
        message, contact = _message(db, message_id)
        every = _addresses(db, message, contact)
        stopped = {
            channel: _stopped(db, contact, [pair for pair in every if pair[0] == channel])
            for channel in sorted({channel for channel, _ in every})
        }
    return _page("preferences", _language(contact), token=token, stopped=stopped, done=done)


def _language(contact: Contact | None) -> str:
    wanted = request.args.get("lang") or (contact.language if contact else None) or ""
    return wanted if wanted in ("it", "en") else "it" if wanted == "" else "en"


def _evidence() -> dict[str, Any]:
    return {"ip": request.remote_addr or "", "user_agent": (request.user_agent.string or "")[:300]}
