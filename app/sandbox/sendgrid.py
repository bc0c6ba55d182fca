"""SendGrid's HTTP API as its documentation describes it: mail send, suppressions, the webhook's key."""

import hmac
import json
import secrets
import sqlite3
from typing import Any

from flask import Blueprint, Response, request

from app.sandbox.mail_rules import MAX_MESSAGE, custom_args, problem, problems, recipients
from app.sandbox.memory import Lane, plan_all
from app.sandbox.signing import public_key
from app.sandbox.world import World

LISTS = {
    "bounces": "Bounced Address",
    "spam_reports": "Spam Reporting Address",
    "unsubscribes": "Unsubscribed Address",
}
SILENT = ("blocks", "invalid_emails")
"""Lists that can be read; nobody in the sandbox gets onto them by themselves."""
TOO_LARGE = (
    "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n"
    "<center><h1>413 Request Entity Too Large</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


def doors(world: World) -> Blueprint:
    """Routes under /v3, all behind the API key."""
    api = Blueprint("sendgrid", __name__, url_prefix="/v3")

    @api.before_request
    def check_key() -> Response | None:
        expected = f"Bearer {world.config.sendgrid_api_key}"
        if hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
            return None
        text = "The provided authorization grant is invalid, expired, or revoked"
        return _answer(401, {"errors": [problem(text, None)]})

    @api.post("/mail/send")
    def send() -> Response:
        return _send(world)

    @api.get("/user/webhooks/event/settings/signed")
    @api.get("/user/webhooks/event/settings/signed/<webhook>")
    def signed(webhook: str = "sandbox") -> Response:
        return _answer(200, {"id": webhook, "public_key": public_key(world.key)})

    @api.get("/suppression/<name>")
    def listed(name: str) -> Response:
        if name not in (*LISTS, *SILENT):
            return _answer(404, {"errors": [problem("not found", None)]})
        return _answer(200, _suppressed(world, name))

    @api.get("/asm/suppressions")
    def in_groups() -> Response:
        rows = world.memory.rows("SELECT * FROM suppressions WHERE list = 'groups' ORDER BY rowid")
        group = {"group_id": 1, "group_name": "News"}
        return _answer(
            200, [{"email": row["address"], "created_at": int(row["at"]), **group} for row in rows]
        )

    @api.post("/asm/suppressions/global")
    def unsubscribe() -> Response:
        addresses = (request.get_json(silent=True) or {}).get("recipient_emails") or []
        with world.memory.write() as db:
            for address in addresses:
                suppress(db, "unsubscribes", str(address), "", world.now())
        return _answer(201, {"recipient_emails": addresses})

    return api


def suppress(db: sqlite3.Connection, name: str, address: str, reason: str, at: float) -> None:
    """Put an address on one of the account's lists; the first reason stays."""
    db.execute("INSERT OR IGNORE INTO suppressions VALUES (?, ?, ?, ?)", (name, address.lower(), reason, at))


def why_dropped(db: sqlite3.Connection, address: str) -> str | None:
    """The documented reason of a `dropped` event, or None when the address may be written to."""
    found = {
        row["list"]
        for row in db.execute(
            "SELECT list FROM suppressions WHERE address = ?", (address.lower(),)
        ).fetchall()
    }
    return next((reason for name, reason in LISTS.items() if name in found), None)


def _suppressed(world: World, name: str) -> list[dict[str, object]]:
    """One list, newest first, in the shape each list has; `limit` and `offset` page it, times narrow it."""
    limit, offset = request.args.get("limit", 500, type=int), request.args.get("offset", 0, type=int)
    begin, end = request.args.get("start_time", 0, type=int), request.args.get("end_time", 2**40, type=int)
    sql = (
        "SELECT * FROM suppressions WHERE list = ? AND at >= ? AND at <= ? "
        "ORDER BY at DESC, rowid DESC LIMIT ? OFFSET ?"
    )
    extra: dict[str, tuple[str, ...]] = {
        "bounces": ("reason", "status"),
        "blocks": ("reason", "status"),
        "invalid_emails": ("reason",),
        "spam_reports": ("ip",),
    }
    values = {"ip": "198.51.100.7", "status": "5.1.1"}
    return [
        {"created": int(row["at"]), "email": row["address"]}
        | {key: values.get(key, row["reason"]) for key in extra.get(name, ())}
        for row in world.memory.rows(sql, name, begin, end, min(limit, 500), offset)
    ]


def _answer(status: int, body: object) -> Response:
    return Response(json.dumps(body), status=status, mimetype="application/json")


def _send(world: World) -> Response:
    raw = request.get_data()
    if len(raw) >= MAX_MESSAGE:
        return Response(TOO_LARGE, status=413, mimetype="text/html")
    if request.mimetype != "application/json":
        return _answer(415, {"errors": [problem("Content-Type should be application/json.", None)]})
    try:
        body = json.loads(raw)
    except ValueError:
        return _answer(400, {"errors": [problem("Bad Request", None)]})
    found = problems(body, world.now())
    if found:
        return _answer(400, {"errors": found})
    settings = body.get("mail_settings") or {}
    if (settings.get("sandbox_mode") or {}).get("enable") is True:
        return Response(status=200)
    response = Response(status=202)
    response.headers["X-Message-Id"] = _accept(world, body)
    return response


def _accept(world: World, body: dict[str, Any]) -> str:
    """Remember a row per recipient and when each is due; the message itself is stored once."""
    mailing, at = secrets.token_urlsafe(16), world.now()
    server = f"recvd-{secrets.token_hex(5)}-{secrets.token_hex(3)}-1-{int(at):X}"
    emails: list[tuple[object, ...]] = []
    steps: list[tuple[float, dict[str, str]]] = []
    bill: list[dict[str, object]] = []
    personalizations = body["personalizations"]
    for personalization in personalizations:
        custom = custom_args(body, personalization)
        wait = max(0.0, (personalization.get("send_at") or body.get("send_at") or 0) - at)
        kept = {
            key: personalization[key]
            for key in ("subject", "substitutions", "headers")
            if key in personalization
        }
        for _, _, recipient in recipients(personalization):
            email = f"{mailing}.{server}-{len(emails)}.0"
            address = recipient["email"]
            kept_for = json.dumps({**kept, "name": recipient.get("name")})
            emails.append((email, mailing, kept_for, address, json.dumps(custom), at, "accepted"))
            steps.append((world.later(wait), {"email": email}))
            bill.append(
                {
                    "provider": "sendgrid",
                    "id": email,
                    "custom": custom,
                    "to": address,
                    "at": world.date(at).isoformat(),
                }
            )
    common = {key: value for key, value in body.items() if key not in ("personalizations", "attachments")}
    with world.memory.write() as db:
        db.execute("INSERT INTO mailings VALUES (?, ?)", (mailing, json.dumps(common)))
        db.executemany("INSERT INTO emails VALUES (?, ?, ?, ?, ?, ?, ?)", emails)
        plan_all(db, Lane.STATE, "email.process", steps)
        world.bill(bill)
    world.wake.set()
    return mailing
