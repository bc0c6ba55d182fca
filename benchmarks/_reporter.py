"""SendGrid's stand-in that also reports: takes whole requests, and posts `processed` and `delivered` for each email.

`python -m benchmarks._reporter PORT WEBHOOK_PORT`, with the key it signs by in BENCH_KEY (PEM).
"""

import asyncio
import base64
import json
import os
import secrets
import sys
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

EVENTS = 100
POSTERS = 4
REPORTS = ("processed", "delivered")


def signed(key: ec.EllipticCurvePrivateKey, body: bytes) -> dict[str, str]:
    """The headers of an event webhook with this body."""
    stamp = str(int(time.time()))
    signature = base64.b64encode(key.sign(stamp.encode() + body, ec.ECDSA(SHA256()))).decode()
    return {
        "Content-Type": "application/json",
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
    }


async def _serve(port: int, webhook: int, key: ec.EllipticCurvePrivateKey) -> None:
    told: asyncio.Queue[list[dict[str, Any]]] = asyncio.Queue()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await _answer(reader, writer, told)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", port)
    await asyncio.gather(server.serve_forever(), *(_report(told, webhook, key) for _ in range(POSTERS)))


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, told: asyncio.Queue[list[dict[str, Any]]]
) -> None:
    _, *lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
    fields = dict(line.split(b": ", 1) for line in lines if b": " in line)
    body = json.loads(await reader.readexactly(int(fields.get(b"content-length", b"0"))))
    request = secrets.token_urlsafe(16)
    writer.write(b"HTTP/1.1 202 Accepted\r\nX-Message-Id: %s\r\nContent-Length: 0\r\n\r\n" % request.encode())
    await writer.drain()
    people = [(one["to"][0]["email"], one["custom_args"]["w_message"]) for one in body["personalizations"]]
    for kind in REPORTS:
        for start in range(0, len(people), EVENTS):
            told.put_nowait([_event(kind, request, *one) for one in people[start : start + EVENTS]])


def _event(kind: str, request: str, email: str, message_id: str) -> dict[str, Any]:
    ids = {"sg_event_id": secrets.token_urlsafe(16), "sg_message_id": f"{request}.recvd-5f54-1-67BA-6.0"}
    said = {"event": kind, "email": email, "w_message": message_id, "timestamp": int(time.time())}
    return (
        ids
        | said
        | {"smtp-id": f"<{request}@geopod-ismtpd-6>", "response": "250 2.0.0 OK 1461095248 - gsmtp"}
    )


async def _report(
    told: asyncio.Queue[list[dict[str, Any]]], webhook: int, key: ec.EllipticCurvePrivateKey
) -> None:
    """One poster: each batch until it is taken, over a connection of its own."""
    while True:
        body = json.dumps(await told.get()).encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in signed(key, body).items())
        start = (
            f"POST /webhooks/sendgrid/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        )
        post = start.encode() + head.encode() + b"Connection: close\r\n\r\n" + body
        while not await _taken(webhook, post):
            await asyncio.sleep(0.5)


async def _taken(webhook: int, post: bytes) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", webhook)
        writer.write(post)
        status = await reader.readuntil(b"\r\n")
        writer.close()
    except (OSError, asyncio.IncompleteReadError):
        return False
    return b" 20" in status


if __name__ == "__main__":
    loaded = load_pem_private_key(os.environ["BENCH_KEY"].encode(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2]), loaded))
