"""The composition root: the only module that knows every room. Makes the web application and names the sweeps."""

import logging

from flask import Flask, Request, Response, g, jsonify, render_template, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app import api, public, runtime, translations, web, webhooks
from app.errors import NotAvailable
from app.runtime import Runtime

SWEEPS: list[tuple[str, str, int]] = [
    ("replies", "app.intake.jobs.sweep", 5),
    ("bulk", "app.intake.jobs.tidy", 600),
    ("sending", "app.messages.jobs.sweep", 5),
    ("bulk", "app.waves.jobs.sweep", 2),
    ("bulk", "app.waves.jobs.repeat", 30),
    ("bulk", "app.waves.jobs.enter", 15),
    ("bulk", "app.conversations.jobs.sweep", 60),
    ("bulk", "app.engagement.jobs.sweep", 30),
    ("bulk", "app.feedback.jobs.sweep", 60),
    ("bulk", "app.outcomes.jobs.sweep", 5),
    ("bulk", "app.dossier.jobs.settle", 300),
    ("bulk", "app.scoring.jobs.sweep", 60),
    ("bulk", "app.contacts.jobs.sweep", 15),
    ("bulk", "app.contacts.jobs.pull_lists", 24 * 3600),
]
"""(queue, job, seconds): what is looked at again, in case a doorbell was not heard."""

PROGRAMS = ("/api/", "/webhooks/", "/readyz", "/metrics")
"""What is asked by programs: they get their errors as JSON, people get a page."""

log = logging.getLogger(__name__)


def create_app(rt: Runtime) -> Flask:
    """The WSGI application on an installed runtime."""
    app = Flask("app", static_folder=None)
    app.session_interface = _Sessions()
    app.config.update(
        SECRET_KEY=rt.settings.secret_keys[0] if rt.settings.secret_keys else None,
        SECRET_KEY_FALLBACKS=rt.settings.secret_keys[1:],
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=rt.settings.public_url.startswith("https://"),
        MAX_CONTENT_LENGTH=1024 * 1024,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    translations.install(app.jinja_env, lambda: g.get("language", rt.settings.default_language))
    for door in (web, public, webhooks, api):
        app.register_blueprint(door.bp)
    app.add_url_rule("/healthz", view_func=_healthz)
    app.add_url_rule("/readyz", view_func=_readyz)
    app.add_url_rule("/metrics", view_func=webhooks.metrics)
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(OperationalError, _away)
    app.register_error_handler(NotAvailable, _away)
    return app


class _Sessions(SecureCookieSessionInterface):
    """Providers bring no cookie: looking for one is a sixth of the web framework's share of accepting a post."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith("/webhooks/"):
            return self.make_null_session(app)
        return super().open_session(app, request)


def _healthz() -> Response:
    return Response("ok\n", content_type="text/plain")


def _readyz() -> tuple[Response, int] | Response:
    """Ready when the database answers; a missing queue is said but does not stop us: the sweep catches up."""
    with runtime.reading() as db:
        db.execute(text("SELECT 1"))
    return jsonify({"database": "ok"})


def _explain(error: HTTPException) -> Response | tuple[Response | str, int]:
    """A clear page, or JSON for a program; never a traceback."""
    code = error.code or 500
    if request.path.startswith(PROGRAMS):
        return jsonify({"error": error.name, "detail": error.description}), code
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    return _problem(code)


def _problem(code: int) -> tuple[str, int]:
    g.language = request.accept_languages.best_match(translations.contact_languages) or "it"
    return render_template("public/problem.html", code=code, language=g.language), code


def _away(error: Exception) -> tuple[Response | str, int]:
    log.error("not available: %s", type(error).__name__)
    if not request.path.startswith(PROGRAMS):
        return _problem(503)
    return jsonify({"error": "Service Unavailable", "detail": "please try again in a moment"}), 503
