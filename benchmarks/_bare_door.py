"""The least a door can do, as the ceiling of `webhooks`: a bare Flask route, verify, one raw row, 204."""

import base64
import os
import sqlite3
import threading
import time
from collections.abc import Callable

import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from flask import Flask, Response, request

_KEY = load_der_public_key(base64.b64decode(os.environ["SENDGRID_WEBHOOK_PUBLIC_KEYS"]))
assert isinstance(_KEY, ec.EllipticCurvePublicKey)
_URL = os.environ["DATABASE_URL"]


def _sqlite() -> Callable[[bytes], object]:
    # One connection behind one lock: several would only poll for SQLite's.
    one = sqlite3.connect(_URL.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    one.execute("PRAGMA journal_mode=WAL")
    one.execute("PRAGMA synchronous=FULL")
    one.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, at REAL, body BLOB)")
    turn = threading.Lock()

    def insert(body: bytes) -> None:
        with turn:
            one.execute("INSERT INTO bare (at, body) VALUES (?, ?)", (time.time(), body))

    return insert


def _postgres() -> Callable[[bytes], object]:
    url, own = _URL.replace("+psycopg", ""), threading.local()
    with psycopg.connect(url, autocommit=True) as first:
        first.execute("CREATE TABLE IF NOT EXISTS bare (id BIGSERIAL PRIMARY KEY, at FLOAT8, body BYTEA)")

    def insert(body: bytes) -> None:
        if not hasattr(own, "one"):
            own.one = psycopg.connect(url, autocommit=True)
        own.one.execute(b"INSERT INTO bare (at, body) VALUES (%s, %s)", (time.time(), body))

    return insert


_insert = _sqlite() if _URL.startswith("sqlite") else _postgres()
app = Flask(__name__)


@app.post("/webhooks/sendgrid/events")
def events() -> Response:
    body = request.get_data()
    stamp = request.headers["X-Twilio-Email-Event-Webhook-Timestamp"]
    signature = base64.b64decode(request.headers["X-Twilio-Email-Event-Webhook-Signature"])
    _KEY.verify(signature, stamp.encode() + body, ec.ECDSA(SHA256()))
    _insert(body)
    return Response(status=204)


@app.get("/readyz")
def ready() -> str:
    return "ok"
