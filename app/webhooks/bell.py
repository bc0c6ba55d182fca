"""The thread that rings for what was accepted, so that no post waits for Redis."""

import threading
import time
from queue import Empty, SimpleQueue

from app import runtime
from app.intake.models import Route

PAUSE = 0.05
"""Seconds between two rings: the first is rung for at once, those that come meanwhile together."""
REST = 5.0
"""Seconds after a ring that nobody heard; the sweep looks as often."""


class Bell:
    """Rings after `ring` was called, each time a run may have looked already; its thread begins with the first."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[Route] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def ring(self, route: Route) -> None:
        """Ask a worker to expand this route's posts, soon and without waiting."""
        self._asked.put(route)
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="bell", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while True:
            heard = [runtime.ring("replies", "app.intake.jobs.expand", route) for route in self._next()]
            time.sleep(PAUSE if all(heard) else REST)

    def _next(self) -> set[Route]:
        routes = {self._asked.get()}
        try:
            while True:
                routes.add(self._asked.get_nowait())
        except Empty:
            return routes
