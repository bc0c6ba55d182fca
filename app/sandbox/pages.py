"""Pages where a person sees what was sent and plays the contacts; only a pressed button changes anything."""

import re
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from app.sandbox import phones, readers
from app.sandbox.browser import links
from app.sandbox.mail import Email, find_email
from app.sandbox.world import World

NEWEST = 200
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; frame-ancestors 'none'; base-uri 'none'"
)


def doors(world: World) -> Blueprint:
    """The pages; a POST must come from one of them."""
    web = Blueprint("pages", __name__, template_folder="templates")

    @web.before_request
    def same_origin() -> None:
        origin = request.headers.get("Origin")
        if request.method == "POST" and origin and urlsplit(origin).netloc != request.host:
            abort(403)

    @web.after_request
    def guard(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @web.app_template_filter("clock")
    def clock(at: float) -> str:
        return world.date(at).strftime("%Y-%m-%d %H:%M:%S UTC")

    @web.get("/")
    def home() -> str:
        emails = world.memory.rows("SELECT id FROM emails ORDER BY at DESC, rowid DESC LIMIT ?", NEWEST)
        sql = "SELECT phone, count(*) AS texts, max(at) AS at FROM texts GROUP BY phone ORDER BY 3 DESC"
        threads = world.memory.rows(f"{sql} LIMIT ?", NEWEST)
        found = (find_email(world.memory, row["id"]) for row in emails)
        return render_template("home.html", emails=[email for email in found if email], threads=threads)

    @web.get("/emails/<email>")
    def show_email(email: str) -> str:
        found = _email(world, email)
        replies = world.memory.rows("SELECT * FROM replies WHERE email = ? ORDER BY at", email)
        return render_template(
            "email.html",
            email=found,
            links=links(found.html),
            replies=replies,
            one_click=readers.one_click_url(found) or found.tracks_subscription,
        )

    @web.post("/emails/<email>/<deed>")
    def do_email(email: str, deed: str) -> Response:
        return _do(world, _email(world, email), deed)

    @web.get("/phones/<number>")
    def show_phone(number: str) -> str:
        texts = world.memory.rows("SELECT * FROM texts WHERE phone = ? ORDER BY at", number)
        blocked = world.memory.rows("SELECT sender FROM blocked WHERE phone = ?", number)
        return render_template("phone.html", number=number, texts=texts, blocked=blocked)

    @web.post("/phones/<number>/reply")
    def reply_text(number: str) -> Response:
        return _reply_text(world, number, request.form.get("body", "").strip())

    return web


def _email(world: World, email: str) -> Email:
    found = find_email(world.memory, email)
    if found is None:
        abort(404)
    return found


def _do(world: World, email: Email, deed: str) -> Response:
    """What a contact does with an email: open, click, reply, bounce, complain, unsubscribe."""
    back = redirect(url_for("pages.show_email", email=email.id), 303)
    with world.memory.write() as db:
        if deed == "open":
            readers.opened(world, db, email)
        elif deed == "click":
            url = request.form.get("url", "")
            if url not in links(email.html):
                abort(400)
            readers.clicked(world, db, email, url)
            back = redirect(url, 303)
        elif deed == "reply":
            text = request.form.get("text", "").replace("\r\n", "\n").strip() or abort(400)
            readers.write(world, db, {"email": email.id, "text": text})
        elif deed == "bounce":
            readers.bounce(world, db, email)
        elif deed == "complain":
            readers.complain(world, db, {"email": email.id})
        elif deed == "unsubscribe":
            readers.unsubscribe(world, db, {"email": email.id})
        else:
            abort(404)
    world.wake.set()
    return back


def _reply_text(world: World, number: str, body: str) -> Response:
    """Text our side from `number`: to the sender who wrote last, or to the sandbox's own number."""
    if not body or not re.fullmatch(r"\+\d{7,15}", number):
        abort(400)
    sql = "SELECT ours, service FROM texts WHERE phone = ? AND direction = 'outbound-api' ORDER BY at DESC"
    last = world.memory.row(f"{sql} LIMIT 1", number)
    ours, service = (last["ours"], last["service"]) if last else (world.config.number, "")
    with world.memory.write() as db:
        phones.say(world, db, {"phone": number, "ours": ours, "service": service, "body": body})
    world.wake.set()
    return redirect(f"/phones/{quote(number)}", 303)
