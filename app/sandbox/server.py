"""The sandbox as one WSGI app, and the process that serves it and goes down cleanly."""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app.sandbox import actions, faults, pages, sendgrid, twilio
from app.sandbox.config import Config
from app.sandbox.world import open_world

PR_SET_PDEATHSIG = 1


class _KeepAlive(WSGIRequestHandler):
    """HTTP/1.1 without Nagle's wait (header and body are two writes) or a log line per request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


def create_app(config: Config) -> Flask:
    """Open the memory under `config.data` and start doing what is due; `close(app)` stops it."""
    world = open_world(config)
    app = Flask(__name__)
    app.register_blueprint(sendgrid.doors(world))
    app.register_blueprint(twilio.doors(world))
    app.register_blueprint(pages.doors(world))
    app.register_blueprint(faults.doors(world.faults))
    app.wsgi_app = faults.Misbehaving(app.wsgi_app, world.faults, world.note_fault)  # type: ignore[method-assign, assignment]
    stop_actions = actions.start(world)

    def stop() -> None:
        stop_actions()
        world.memory.close()

    app.extensions["sandbox"] = stop
    return app


def close(app: Flask) -> None:
    """Finish what is on the wire and close; a later `create_app` on the same directory goes on from there."""
    stop: Callable[[], None] = app.extensions["sandbox"]
    stop()


def serve(config: Config, port: int) -> None:
    """Serve on 127.0.0.1 until SIGTERM or SIGINT (or the parent's pipe closes); port 0 takes any free one."""
    app = create_app(config)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_KeepAlive)

    def stop(signum: int = 0, frame: FrameType | None = None) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, stop)
    pipe = os.environ.get("RIATTIVA_PARENT_PIPE", "")
    if pipe:
        threading.Thread(target=_until_closed, args=(int(pipe), stop), daemon=True).start()
    sys.stderr.write(f"sandbox ready on http://127.0.0.1:{server.port}\n")
    sys.stderr.flush()
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        server.server_close()
        close(app)


def die_with_parent() -> None:
    """On Linux, ask for SIGTERM when the thread that started us ends; elsewhere the pipe must do."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _until_closed(pipe: int, stop: Callable[[], None]) -> None:
    """Whoever holds the pipe's other end is our parent: its end is ours."""
    while os.read(pipe, 1):
        continue
    stop()
