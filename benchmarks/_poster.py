"""SendGrid's side of the door in a process of its own: `python -m benchmarks._poster`, told what to do on stdin."""

import base64
import json
import resource
import secrets
import socket
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

EVENTS = 100
LENGTH = 60_000
"""Events of one post, and about how many bytes they are."""


class Posts:
    """Signed posts, each another one: what differs stands at the front, the rest is shared by all."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        key = load_pem_private_key(told["key"].encode(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.rest = b"".join(b",\r\n" + _event(secrets.token_urlsafe(33)) for _ in range(EVENTS - 1))
        self.rest += b"]\r\n"
        self.fronts = [self._front(told, key, number) for number in range(told["posts"])]

    def _front(self, told: Mapping[str, Any], key: ec.EllipticCurvePrivateKey, number: int) -> bytes:
        first = b"[" + _event(f"{told['run']}-{number:07}")
        stamp = str(int(time.time()))
        signed = sha256(stamp.encode() + first + self.rest).digest()
        signature = base64.b64encode(key.sign(signed, ec.ECDSA(Prehashed(SHA256())))).decode()
        head = (
            "POST /webhooks/sendgrid/events HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: SendGrid Event API\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(first) + len(self.rest)}\r\n"
            f"X-Twilio-Email-Event-Webhook-Signature: {signature}\r\n"
            f"X-Twilio-Email-Event-Webhook-Timestamp: {stamp}\r\n\r\n"
        )
        return head.encode() + first


def _event(event_id: str) -> bytes:
    """As SendGrid tells of a delivery: names that repeat, and ids, addresses and answers that do not."""
    request, hexed = secrets.token_urlsafe(16), secrets.token_hex
    said = {
        "email": f"{hexed(5)}.{hexed(4)}@azienda{hexed(2)}.example",
        "timestamp": 1790000000,
        "smtp-id": f"<{request}@geopod-ismtpd-{hexed(1)}>",
        "event": "delivered",
        "category": ["riattiva"],
        "w_message": str(uuid.uuid4()),
        "sg_event_id": event_id,
        "sg_message_id": f"{request}.recvd-{hexed(5)}-{hexed(3)}-1-{hexed(4).upper()}-{secrets.randbelow(99)}.0",
        "response": f"250 2.0.0 OK  17900{secrets.randbelow(99999)} {hexed(14)}.{secrets.randbelow(999)} - gsmtp "
        f"[{hexed(6)}@mx{secrets.randbelow(9)}.azienda.example, queued]",
        "ip": f"168.245.{secrets.randbelow(256)}.{secrets.randbelow(256)}",
        "tls": 1,
        "pool": {"name": "riattiva", "id": 210},
        "asm_group_id": 20481,
    }
    return json.dumps(said).encode()


def post_all(told: Mapping[str, Any]) -> dict[str, Any]:
    """Post everything over so many kept connections, at `pace` posts a second or (0) as fast as answers come.

    `waits` are the seconds from the moment a post was due until its answer was read.
    """
    posts, turn = Posts(told), count()
    waits: list[float] = []
    # A first connection may find nothing warm.
    started, before = time.perf_counter() + 0.2, _cpu()
    failed: list[str] = []

    def poster() -> None:
        try:
            with socket.create_connection(("127.0.0.1", told["port"])) as wire:
                wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while (number := next(turn)) < len(posts.fronts):
                    due = (
                        started + number / told["pace"] if told["pace"] else max(started, time.perf_counter())
                    )
                    time.sleep(max(0.0, due - time.perf_counter()))
                    _post(wire, (posts.fronts[number], posts.rest))
                    waits.append(time.perf_counter() - due)
        except Exception as error:
            failed.append(repr(error))

    threads = [threading.Thread(target=poster) for _ in range(told["connections"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    return {"seconds": took, "cpu": (_cpu() - before) / took, "waits": waits, "failed": failed}


def _post(wire: socket.socket, parts: Sequence[bytes]) -> None:
    whole = sum(map(len, parts))
    sent = wire.sendmsg(parts)
    if sent < whole:
        wire.sendall(b"".join(parts)[sent:])
    said = b""
    while b"\r\n\r\n" not in said:
        more = wire.recv(4096)
        assert more, "the connection was closed"
        said += more
    assert said.startswith(b"HTTP/1.1 204"), said[:300]


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(json.dumps(post_all(json.load(sys.stdin))))
