"""Providers on a bad day: busy, broken, cut off before or after they took a message, slow; webhooks doubled or late."""

import json
import random
import socket
import struct
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Blueprint, Response, request

MAIL, TEXTS = "/v3/mail/send", "/Messages.json"
SLOWEST = 3.0
"""Seconds, at most, that a slow answer takes."""
COME_BACK = 2
"""Seconds after which a busy SendGrid says to come back."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Probabilities from 0 to 1. `..._before`: nothing was taken; `..._after`: it was, and the answer lies or is
    lost. `twice`, `late` and `shuffled` are about webhooks, beyond the few that always are."""

    busy: float = 0.0
    broken_before: float = 0.0
    broken_after: float = 0.0
    reset_before: float = 0.0
    reset_after: float = 0.0
    slow: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    shuffled: float = 0.0


REQUESTS = ("busy", "broken_before", "broken_after", "reset_before", "reset_after", "slow")


def parse(text: str) -> Rates:
    """`busy=0.05, reset_after=0.02`. Raises ValueError when a name or a number is none of ours."""
    pairs = (part.partition("=") for part in text.replace(" ", "").split(",") if part)
    return changed(Rates(), {name: float(value or "nan") for name, _, value in pairs})


def changed(rates: Rates, given: Mapping[str, object]) -> Rates:
    """The rates with these ones instead. Raises ValueError."""
    known = {one.name for one in fields(Rates)}
    for name, value in given.items():
        if name not in known or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise ValueError(
                f"SANDBOX_FAULTS: {name}={value} is no probability of {', '.join(sorted(known))}"
            )
    return replace(rates, **{name: float(str(value)) for name, value in given.items()})


@dataclass(slots=True)
class Faults:
    """The rates in force, the dice, and how often each fault was met; safe to share between threads."""

    rates: Rates
    dice: random.Random
    met: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def throw(self, *names: str) -> str:
        """One of these faults, or nothing."""
        with self.lock:
            left = self.dice.random()
            for name in names:
                left -= getattr(self.rates, name)
                if left < 0:
                    self.met[name] = self.met.get(name, 0) + 1
                    return name
        return ""


def doors(faults: Faults) -> Blueprint:
    """`/faults`: GET shows the rates and how often each was met, POST changes some."""
    control = Blueprint("faults", __name__)

    @control.get("/faults")
    def show() -> dict[str, Any]:
        return {"rates": asdict(faults.rates), "met": faults.met}

    @control.post("/faults")
    def change() -> Response | dict[str, Any]:
        try:
            faults.rates = changed(faults.rates, dict(request.get_json()))
        except (ValueError, TypeError) as error:
            return Response(str(error), status=400, mimetype="text/plain")
        return show()

    return control


class Misbehaving:
    """Stands before the providers' doors; each fault met is told to `note`, with the request's own ids."""

    def __init__(self, app: WSGIApplication, faults: Faults, note: Any) -> None:
        self._app, self._faults, self._note = app, faults, note

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != MAIL and not path.endswith(TEXTS):
            return self._app(environ, start)
        fault = self._faults.throw(*REQUESTS)
        if not fault:
            return self._app(environ, start)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        self._note(fault, path, _ours(path, body))
        if fault == "slow":
            time.sleep(random.uniform(0.5, SLOWEST))
            return self._app(environ, start)
        if fault.endswith("_after"):
            # Taken as ever; only the caller does not hear of it.
            for _ in self._app(environ, lambda *_: lambda _: None):
                pass
        if fault.startswith("reset"):
            return _tear(environ)
        return _busy(path, start) if fault == "busy" else _broken(path, start)


def _ours(path: str, body: bytes) -> list[str]:
    """The ids the client gave its messages: custom_args of SendGrid, the StatusCallback's query at Twilio."""
    if path == MAIL:
        people = json.loads(body).get("personalizations", [])
        return [value for person in people for value in person.get("custom_args", {}).values()]
    callback = parse_qs(body.decode()).get("StatusCallback", [""])[0]
    return [value for _, value in parse_qsl(urlsplit(callback).query)]


def _busy(path: str, start: StartResponse) -> list[bytes]:
    if path != MAIL:
        said: dict[str, object] = {"code": 20429, "message": "Too Many Requests", "status": 429}
        return _answer(start, "429 Too Many Requests", said)
    reset = ("X-RateLimit-Reset", str(int(time.time()) + COME_BACK))
    errors = [{"field": None, "message": "too many requests"}]
    return _answer(start, "429 Too Many Requests", {"errors": errors}, reset)


def _broken(path: str, start: StartResponse) -> list[bytes]:
    errors = [{"field": None, "help": None, "message": "internal server error"}]
    said: dict[str, object] = {"code": 20500, "message": "Internal server error", "status": 500}
    return _answer(start, "500 Internal Server Error", {"errors": errors} if path == MAIL else said)


def _answer(
    start: StartResponse, status: str, said: Mapping[str, object], *headers: tuple[str, str]
) -> list[bytes]:
    body = json.dumps(said).encode()
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers])
    return [body]


def _tear(environ: WSGIEnvironment) -> Iterable[bytes]:
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("torn down on purpose")
