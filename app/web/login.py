"""Coming in and going out: log-in, log-out, the one-time link of the first admin, and the language."""

from flask import abort, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app import runtime
from app.accounts import setup as first
from app.accounts import throttle, users
from app.errors import BadInput
from app.translations import languages
from app.web.guard import LANGUAGE_COOKIE, bp, local, remember, say

YEAR = 365 * 86_400


@bp.get("/login")
def log_in() -> str:
    return render_template("web/login.html", next=request.args.get("next", ""))


@bp.post("/login")
def enter() -> Response | tuple[str, int]:
    """Log in and go on to `next`; after too many failures from one address the answer is 429."""
    rt, email = runtime.current(), request.form.get("email", "")
    addresses = (f"net:{request.remote_addr}", f"email:{email.strip()}")
    if not throttle.may_try(rt.redis, addresses, rt.now()):
        return _again(say("Too many tries. Wait a quarter of an hour and try again."), 429)
    with runtime.reading() as db:
        user = users.authenticate(db, email, request.form.get("password", ""))
        if user is None:
            return _again(say("The email or the password is not right."), 401)
        remember(user)
    throttle.forget(rt.redis, addresses)
    return redirect(local(request.form.get("next")), 303)


@bp.post("/logout")
def log_out() -> Response:
    session.clear()
    return redirect(url_for("web.log_in"), 303)


@bp.get("/setup/<token>")
def setup(token: str) -> str:
    with runtime.reading() as db:
        if not first.is_open(db, token):
            abort(404, say("This link was used already, or a newer one was made."))
    return render_template("web/setup.html", token=token, minimum=users.MIN_PASSWORD)


@bp.post("/setup/<token>")
def make_admin(token: str) -> Response | tuple[str, int]:
    """Make the first admin, use the link up, and log in."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        with runtime.session() as db:
            user = first.make_first_admin(db, token, email, password, runtime.now())
    except BadInput as error:
        words = {
            "email": say("This does not look like an email address."),
            "password": say("The password is too short."),
        }
        problem = words.get(error.where, str(error))
        page = render_template(
            "web/setup.html",
            token=token,
            minimum=users.MIN_PASSWORD,
            email=email,
            problem=problem,
            wrong=error.where,
        )
        return page, 400
    remember(user)
    return redirect(url_for("web.waves"), 303)


@bp.post("/language")
def speak() -> Response:
    """Keep the reader's choice of language and show the same page in it."""
    response = redirect(local(request.form.get("next")), 303)
    chosen = request.form.get("language", "")
    if chosen in languages:
        secure = runtime.current().settings.public_url.startswith("https://")
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=secure
        )
    return response


def _again(problem: str, code: int) -> tuple[str, int]:
    g.user = None
    page = render_template(
        "web/login.html",
        next=request.form.get("next", ""),
        email=request.form.get("email", ""),
        problem=problem,
    )
    return page, code
