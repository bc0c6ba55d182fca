"""Twilio's Messages resource as its documentation describes it, and what its keywords do to a number."""

import hmac
import json
import re
import secrets
import sqlite3
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, request

from app.sandbox.memory import Lane, plan
from app.sandbox.texts import insert
from app.sandbox.world import World

E164 = re.compile(r"\+[1-9]\d{6,14}")
LANDLINE = re.compile(r"\+(?:390\d+|44[12]\d+|33[1-5]\d+|49[2-9]\d+)")
SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,6}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
MAGIC = {
    "+15005550001": (21211, "Invalid 'To' Phone Number: {to}"),
    "+15005550002": (
        21612,
        "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number",
    ),
    "+15005550003": (
        21408,
        "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}",
    ),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number is not a valid mobile number: {to}"),
}


class Refused(Exception):
    """A request Twilio answers with an error: HTTP status, its code and its words."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def doors(world: World) -> Blueprint:
    """Routes under /2010-04-01/Accounts/{sid}, all behind basic authentication."""
    api = Blueprint("twilio", __name__, url_prefix="/2010-04-01/Accounts/<account>")

    @api.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        info = f"https://www.twilio.com/docs/errors/{error.code}"
        body = {"code": error.code, "message": error.message, "more_info": info, "status": error.status}
        return _answer(error.status, body)

    @api.before_request
    def check_credentials() -> None:
        given = request.authorization
        name = (given.username or "") if given else ""
        password = (given.password or "") if given else ""
        right = hmac.compare_digest(password.encode(), world.config.twilio_auth_token.encode())
        if name != world.config.twilio_account_sid or not right:
            raise Refused(401, 20003, "Authenticate")
        if (request.view_args or {}).get("account") != world.config.twilio_account_sid:
            raise Refused(404, 20404, f"The requested resource {request.path} was not found")

    @api.post("/Messages.json")
    def create(account: str) -> Response:
        return _answer(201, _create(world))

    @api.get("/Messages/<sid>.json")
    def fetch(account: str, sid: str) -> Response:
        row = world.memory.row("SELECT * FROM texts WHERE sid = ?", sid)
        if row is None:
            raise Refused(404, 20404, f"The requested resource {request.path} was not found")
        return _answer(200, _message(world, row))

    @api.get("/Messages.json")
    def search(account: str) -> Response:
        return _answer(200, _search(world))

    return api


def _answer(status: int, body: object) -> Response:
    return Response(json.dumps(body), status=status, mimetype="application/json")


def _create(world: World) -> dict[str, object]:
    form = request.form
    to, service = form.get("To", ""), form.get("MessagingServiceSid", "")
    ours, body, callback = form.get("From", ""), form.get("Body", ""), form.get("StatusCallback", "")
    _check(to, ours, service, body, callback, form.get("ValidityPeriod", "36000"))
    sid, at = "SM" + secrets.token_hex(16), world.now()
    with world.memory.write() as db:
        if db.execute(
            "SELECT 1 FROM blocked WHERE phone = ? AND sender = ?", (to, service or ours)
        ).fetchone():
            raise Refused(400, *MAGIC["+15005550004"])
        number = ours or world.config.number
        status = "accepted" if service else "queued"
        insert(db, sid, to, number, service, "outbound-api", body, status, callback, at)
        plan(db, world.later(0), Lane.STATE, "text.carry", {"sid": sid})
        custom = dict(parse_qsl(urlsplit(callback).query, keep_blank_values=True))
        world.bill(
            [{"provider": "twilio", "id": sid, "custom": custom, "to": to, "at": world.date(at).isoformat()}]
        )
    world.wake.set()
    row = world.memory.row("SELECT * FROM texts WHERE sid = ?", sid)
    if row is None:
        raise Refused(500, 20500, "Internal server error")
    return _message(world, row)


def _check(to: str, ours: str, service: str, body: str, callback: str, validity: str) -> None:
    """Raise what Twilio answers to a request it does not accept (error dictionary)."""
    if not to:
        raise Refused(400, 21604, "A 'To' phone number is required.")
    if to in MAGIC:
        code, message = MAGIC[to]
        raise Refused(400, code, message.format(to=to))
    if not E164.fullmatch(to):
        raise Refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not ours and not service:
        raise Refused(400, 21603, "A 'From' phone number is required.")
    if ours == "+15005550008":
        raise Refused(
            400, 21611, f"This 'From' number has exceeded the maximum number of queued messages: {ours}"
        )
    if ours and (ours == "+15005550007" or not SENDER.fullmatch(ours)):
        text = "is not a valid, SMS-capable inbound phone number or short code for your account."
        raise Refused(400, 21606, f"The 'From' phone number {ours} {text}")
    if service and not re.fullmatch(r"MG[0-9a-fA-F]{32}", service):
        raise Refused(400, 21701, f"The Messaging Service {service} does not exist")
    if not body:
        raise Refused(400, 21602, "Message body is required.")
    if len(body) > 1600:
        raise Refused(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    if LANDLINE.fullmatch(to):
        raise Refused(400, 21614, f"'To' number is not a valid mobile number: {to}")
    parts = urlsplit(callback)
    if callback and (parts.scheme not in ("http", "https") or not parts.hostname or "_" in parts.hostname):
        raise Refused(400, 21609, f"The 'StatusCallback' URL {callback} is not a valid URL.")
    if not validity.isdecimal() or not 1 <= int(validity) <= 36000:
        raise Refused(400, 21624, f"The ValidityPeriod {validity} is not between 1 and 36000 seconds")


def _message(world: World, row: sqlite3.Row) -> dict[str, object]:
    """A row as the API shows it: dates in RFC 2822, counts as strings, no `from` until a service picks."""
    account, sid = world.config.twilio_account_sid, row["sid"]
    uri = f"/2010-04-01/Accounts/{account}/Messages/{sid}"
    inbound, waiting = row["direction"] == "inbound", row["status"] == "accepted"
    sent = row["at"] if inbound else row["sent_at"]
    created = format_datetime(world.date(row["at"]))
    return {
        "sid": sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "messaging_service_sid": row["service"] or None,
        "to": row["ours"] if inbound else row["phone"],
        "from": row["phone"] if inbound else (None if waiting else row["ours"]),
        "body": row["body"],
        "status": row["status"],
        "direction": row["direction"],
        "num_segments": "0" if waiting else str(row["segments"]),
        "num_media": "0",
        "error_code": row["error"],
        "error_message": None,
        "price": None,
        "price_unit": "USD",
        "date_created": created,
        "date_updated": format_datetime(world.date(sent)) if sent else created,
        "date_sent": format_datetime(world.date(sent)) if sent else None,
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


def _search(world: World) -> dict[str, object]:
    """List newest first, by To, From and DateSent with =, >= or <= (`DateSent`, `DateSent>`, `DateSent<`)."""
    asked = request.args
    size = min(1000, max(1, asked.get("PageSize", 50, type=int)))
    page = max(0, asked.get("Page", 0, type=int))
    sent = "COALESCE(sent_at, at)"
    rules, values = ["1 = 1"], list[object]()
    for name, inbound in (("To", False), ("From", True)):
        if name in asked:
            phone, ours = ("=", "!=") if inbound else ("!=", "=")
            rules.append(
                f"((direction {phone} 'inbound' AND phone = ?) OR (direction {ours} 'inbound' AND ours = ?))"
            )
            values += [asked[name]] * 2
    for name, rule in (("DateSent", "day"), ("DateSent>", ">="), ("DateSent<", "<=")):
        if name in asked:
            start, end = _moment(asked[name])
            rules.append(f"{sent} >= ? AND {sent} < ?" if rule == "day" else f"{sent} {rule} ?")
            values += [start, end] if rule == "day" else [start]
    sql = f"SELECT * FROM texts WHERE {' AND '.join(rules)} ORDER BY at DESC, sid LIMIT ? OFFSET ?"  # noqa: S608
    rows = world.memory.rows(sql, *values, size + 1, page * size)
    more = {key: value for key, value in asked.items() if key != "Page"}
    path = request.path

    def link(number: int) -> str:
        return f"{path}?{urlencode({**more, 'Page': number})}"

    return {
        "messages": [_message(world, row) for row in rows[:size]],
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(0, len(rows[:size]) - 1),
        "uri": link(page),
        "first_page_uri": link(0),
        "previous_page_uri": link(page - 1) if page else None,
        "next_page_uri": link(page + 1) if len(rows) > size else None,
    }


def _moment(text: str) -> tuple[float, float]:
    """A DateSent value as the span it names, in Unix seconds: a UTC day (its midnight) or a second."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(400, 20001, f"DateSent {text} is not a date") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    span = timedelta(days=1) if at.time() == time() else timedelta(seconds=1)
    return at.timestamp(), (at + span).timestamp()
