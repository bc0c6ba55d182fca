"""What holds for every page of the marketer: log-in, roles, forged forms, language, headers, errors."""

import hmac
import logging
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, session, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app import runtime
from app.accounts import users
from app.accounts.models import Role, User
from app.errors import BadInput, Conflict, NotAvailable, NotFound
from app.messages import halts
from app.messages.models import Halt
from app.translations import gettext, languages
from app.web.labels import label

bp = Blueprint(
    "web", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
)

log = logging.getLogger(__name__)

SESSION_HOURS = 12
LANGUAGE_COOKIE = "language"
_OPEN = {f"web.{name}" for name in ("static", "log_in", "enter", "setup", "make_admin", "speak")}
_RANKS = {Role.VIEWER: 0, Role.MARKETER: 1, Role.ADMIN: 2}
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; object-src 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """The user behind a request, free of any database session."""

    id: str
    email: str
    role: Role

    def at_least(self, role: Role) -> bool:
        return _RANKS[self.role] >= _RANKS[role]


@bp.before_request
def guard() -> AnyResponse | None:
    """Nobody passes without a log-in but to the pages that give one, and no form without its token."""
    g.language = _language()
    if request.method == "POST" and not _own_form():
        abort(403, say("This form is too old. Go back, reload the page and try again."))
    if request.endpoint in _OPEN:
        return None
    g.user = _user()
    if g.user is not None:
        return None
    if request.endpoint in ("web.live", "web.live_import"):
        abort(401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("web.log_in", next=wanted), 303)


@bp.after_request
def harden(response: Response) -> Response:
    response.headers.update(_HEADERS)
    if request.endpoint != "web.static":
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.context_processor
def words() -> dict[str, object]:
    """What every template may use."""
    user: Visitor | None = g.get("user")
    return {
        "csrf": form_token(),
        "user": user,
        "is_admin": user is not None and user.at_least(Role.ADMIN),
        "halt": _halt() if user else None,
        "may_change": user is not None and user.at_least(Role.MARKETER),
        "language": g.language,
        "languages": languages,
        "label": lambda code: label(g.language, code),
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
        "organisation": runtime.current().settings.organisation_name,
    }


@bp.errorhandler(HTTPException)
def explain(error: HTTPException) -> tuple[str, int] | AnyResponse:
    """The error as a page in the reader's language."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    code = error.code or 500
    # A description of our own says more than the code; Werkzeug's is English and technical.
    own = error.description if error.description != type(error).description else None
    return render_template("web/problem.html", code=code, detail=own), code


@bp.errorhandler(NotFound)
def missing(_error: NotFound) -> tuple[str, int]:
    return render_template("web/problem.html", code=404, detail=None), 404


@bp.errorhandler(BadInput)
def refused(error: BadInput) -> tuple[str, int]:
    return render_template("web/problem.html", code=400, detail=str(error)), 400


@bp.errorhandler(NotAvailable)
@bp.errorhandler(OperationalError)
def away(error: Exception) -> tuple[str, int]:
    log.error("a page needs what is not available: %s", type(error).__name__)
    return render_template("web/problem.html", code=503, detail=None), 503


@bp.errorhandler(Conflict)
def too_late(_error: Conflict) -> AnyResponse:
    """What was pressed no longer fits: show the page as it is now, and say so."""
    flash(say("Meanwhile the state has changed: this is how it stands now."))
    return redirect(local(request.referrer and urlsplit(request.referrer).path), 303)


def say(text: str, **values: object) -> str:
    """`text` in the reader's language."""
    return gettext(g.language, text, **values)


def need(role: Role) -> Visitor:
    """The user, who must have at least this role; otherwise the answer is 403."""
    user: Visitor = g.user
    if not user.at_least(role):
        abort(403, say("Your role may look at this, but not change it."))
    return user


def own_id(text: str) -> str:
    """The id in a URL in its canonical form; what is no UUID is 404 like one that nothing has."""
    try:
        return str(UUID(text))
    except ValueError:
        abort(404)


def remember(user: User) -> None:
    """Log in: a new session, so that nothing planted in the old one survives."""
    session.clear()
    session["user"] = user.id
    session["since"] = runtime.now().timestamp()


def form_token() -> str:
    """What every form carries back, known to this session only."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def local(path: str | None) -> str:
    """A path on this site to go on to; anything else becomes the first page."""
    # A second slash or a backslash makes browsers read a host; control characters are dropped by them.
    fits = path and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if fits and path else url_for("web.waves")


def _own_form() -> bool:
    return hmac.compare_digest(form_token().encode(), request.form.get("csrf", "").encode())


def _halt() -> Halt | None:
    """The kill switch, while it holds: every page says so."""
    try:
        with runtime.reading() as db:
            return halts.present(db)
    except OperationalError:
        return None  # the page that says so needs its words, too


def _user() -> Visitor | None:
    user_id = session.get("user")
    if not user_id or runtime.now().timestamp() - session.get("since", 0) > SESSION_HOURS * 3600:
        return None
    with runtime.reading() as db:
        user = users.find(db, user_id)
        return Visitor(user.id, user.email, Role(user.role)) if user else None


def _language() -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in languages:
        return chosen
    default = runtime.current().settings.default_language
    return request.accept_languages.best_match(languages) or (default if default in languages else "en")
