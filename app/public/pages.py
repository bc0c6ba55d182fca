"""What the contact's doors share: headers, the link's ids, the reader's language, who they are to the ledger."""

from typing import Any

from flask import Blueprint, Response, abort, g, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app import runtime, tokens
from app.contacts import find
from app.contacts.models import Contact
from app.db import Session
from app.messages.letters import organisation_name
from app.messages.models import Message
from app.tokens import BadToken, Purpose
from app.translations import contact_languages

bp = Blueprint(
    "public", __name__, template_folder="templates", static_folder="static", static_url_path="/static/public"
)

FORM_LIMIT = 64 * 2**10
"""Bytes of one submitted form; the longest answer anyone types."""
LANGUAGE_NAMES = {"it": "Italiano", "en": "English", "de": "Deutsch", "fr": "Français"}


@bp.after_request
def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def show(name: str, language: str, status: int = 200, **facts: Any) -> AnyResponse:
    """A page of the contact's in this language, with who writes at its head and foot."""
    g.language = language
    settings = runtime.current().settings
    facts |= {
        "language": language,
        "language_names": LANGUAGE_NAMES,
        "organisation": organisation_name(settings),
        "postal_address": settings.postal_address,
        "privacy_url": settings.privacy_url,
    }
    return make_response(render_template(f"public/{name}.html", **facts), status)


def id_in(purpose: Purpose, token: str) -> str:
    """The id a link of this purpose carries; any other link is answered with a 404."""
    try:
        ids = tokens.read(runtime.current().settings.secret_keys, purpose, token)
    except BadToken:
        abort(404)
    return ids[0]


def message_of(
    db: Session, purpose: Purpose, token: str, *, lock: bool = False
) -> tuple[Message, Contact | None]:
    """The message whose link this is and whom it went to, their row locked where something is to change."""
    message = db.get(Message, id_in(purpose, token))
    if message is None:
        abort(404)
    if message.contact_id is None:
        return message, None
    if lock:
        return message, find.hold(db, message.contact_id)
    return message, db.get(Contact, message.contact_id)


def language_of(contact: Contact | None) -> str:
    """The one chosen on the page, else the contact's, else the installation's; English for one not spoken."""
    default = runtime.current().settings.default_language
    wanted = request.args.get("lang") or (contact.language if contact else None) or default
    return wanted if wanted in contact_languages else "en"


def evidence() -> dict[str, Any]:
    """What is kept of the request beside a consent or a stop."""
    return {"ip": request.remote_addr or "", "user_agent": (request.user_agent.string or "")[:300]}
