"""A running sandbox and the product's side of the wire: a tiny server that keeps what is posted to it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from app.sandbox.config import Config
from app.sandbox.server import close, create_app


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


@dataclass(frozen=True, slots=True)
class Taken:
    """One request as it came: `target` is path and raw query."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    form: dict[str, str]


@dataclass(slots=True)
class Product:
    """Answers 204 unless `answer` says otherwise; `waits_for` blocks until enough requests match."""

    url: str = ""
    taken: list[Taken] = field(default_factory=list)
    answer: Callable[[Taken], Response] = lambda _: Response(status=204)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Any:
        request = Request(environ)
        body = request.get_data()
        target = request.path + (f"?{request.query_string.decode()}" if request.query_string else "")
        taken = Taken(request.method, target, dict(request.headers), body, request.form.to_dict())
        response = self.answer(taken)
        self.taken.append(taken)
        return response(environ, start)

    def waits_for(self, path: str, count: int = 1, seconds: float = 8.0) -> list[Taken]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [taken for taken in self.taken if taken.target.startswith(path)]
            if len(found) >= count:
                return found
            time.sleep(0.01)
        seen = [(taken.method, taken.target) for taken in self.taken]
        raise AssertionError(f"{count} requests to {path} did not come; came: {seen}")


@dataclass(frozen=True, slots=True)
class Running:
    url: str
    config: Config
    stop: Callable[[], None]


Start = Callable[..., Running]


def in_thread(server: BaseWSGIServer) -> threading.Thread:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    return thread


@pytest.fixture
def product() -> Iterator[Product]:
    listening = Product()
    server = make_server("127.0.0.1", 0, listening, threaded=True, request_handler=Quiet)
    listening.url = f"http://127.0.0.1:{server.port}"
    in_thread(server)
    yield listening
    server.shutdown()
    server.server_close()


@pytest.fixture
def start(tmp_path: Path, product: Product) -> Iterator[Start]:
    """Start a sandbox on the test's directory; its people are silent and fast unless told otherwise."""
    running: list[Running] = []

    def begin(**changes: Any) -> Running:
        settings: dict[str, Any] = {
            "data": tmp_path / "sandbox",
            "speed": 2000.0,
            "silent": True,
            "events_url": f"{product.url}/events",
            "inbound_email_url": f"{product.url}/inbound",
            "inbound_sms_url": f"{product.url}/messages?x=%C3%A9",
        }
        config = Config(**{**settings, **changes})
        app = create_app(config)
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        in_thread(server)
        stopped = threading.Event()

        def stop() -> None:
            if not stopped.is_set():
                stopped.set()
                server.shutdown()
                server.server_close()
                close(app)

        running.append(Running(f"http://127.0.0.1:{server.port}", config, stop))
        return running[-1]

    yield begin
    for one in running:
        one.stop()


@pytest.fixture
def dead_url() -> str:
    """Where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
