"""Double opt-in's page: the yes is asked for once more, and granted by a pressed button only."""

from flask import abort, request
from werkzeug.wrappers import Response

from app import runtime
from app.intake import confirmations
from app.public.pages import FORM_LIMIT, bp, evidence, language_of, message_of, show
from app.tokens import Purpose
from app.translations import N_, gettext

BUTTON = N_("Yes, you may write to me")


@bp.get("/c/<token>")
def confirmation(token: str) -> Response:
    """Asks once more whether we may write; nothing is granted until the button is pressed."""
    with runtime.reading() as db:
        message, contact = message_of(db, Purpose.CONFIRM, token)
        stands = confirmations.standing(db, message, at=runtime.now())
    if stands is None:
        abort(404)
    return show("confirm", language_of(contact), token=token, stands=stands)


@bp.post("/c/<token>")
def confirm(token: str) -> Response:
    """The confirmation of a yes (double opt-in); again changes nothing, nor does a form without its button."""
    request.max_content_length = FORM_LIMIT
    if request.form.get("confirm") != "yes":
        return confirmation(token)
    with runtime.session() as db:
        message, contact = message_of(db, Purpose.CONFIRM, token, lock=True)
        language = language_of(contact)
        stands = confirmations.by_link(
            db,
            message,
            wording=gettext(language, BUTTON),
            evidence=evidence() | {"language": language},
        )
    if stands is None:
        abort(404)
    return show("confirm", language, token=token, stands=stands)
