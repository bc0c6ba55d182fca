"""The thread that writes down what the door has verified: all that waits at once, in one transaction.

Post by post, most of the work is that of the transactions. And a door that does not wait for the database longer
than it wants to can lay a post in the spool instead: what was written in the end as well is known by its digest.
"""

import logging
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue

from app import runtime
from app.db import Wire
from app.intake import spool
from app.intake.accept import BY_PEOPLE, Post, insert, keep
from app.webhooks.bell import Bell

log = logging.getLogger(__name__)

PATIENCE, LITTLE_PATIENCE = 4.0, 0.2
"""Seconds a post waits to be written, and how long while the last attempt has failed or is stuck. Twilio hangs up
after 15."""
MOST = 64
"""Posts of one transaction."""
LOOK = 1.0
"""Seconds after which a clerk with nothing to do looks into the spool."""


class _Handed:
    """A post with its fate; the lock is held until that is known."""

    __slots__ = ("error", "known", "new", "post")

    def __init__(self, post: Post) -> None:
        self.post = post
        self.new = False
        self.error: Exception | None = None
        self.known = threading.Lock()
        self.known.acquire()


class Clerk:
    """One for each process; its thread begins with the first post."""

    def __init__(self) -> None:
        self._handed: SimpleQueue[_Handed] = SimpleQueue()
        self._bell = Bell()
        self._well = True
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wire: Wire | None = None

    def keep(self, post: Post) -> bool:
        """Have a post written; False when it was accepted before.

        Raises TimeoutError when the database does not answer in time, else whatever it raised.
        """
        self._start()
        handed = _Handed(post)
        self._handed.put(handed)
        if not handed.known.acquire(timeout=PATIENCE if self._well else LITTLE_PATIENCE):
            self._well = False
            raise TimeoutError("the database does not answer")
        if handed.error is not None:
            raise handed.error
        return handed.new

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            with self._starting:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._work, name="clerk", daemon=True)
                    self._thread.start()

    def _work(self) -> None:
        while True:
            handed = self._next()
            try:
                self._write(handed)
                self._well = True
            except Exception as error:  # whatever is wrong, who waits lays the post in the spool
                if self._well:
                    log.error("posts go into the spool: %s", type(error).__name__)
                self._well = False
                self._hang_up()
                for one in handed:
                    one.error = error
            for one in handed:
                one.known.release()

    def _next(self) -> list[_Handed]:
        """All that waits; nothing when nobody came for a while."""
        found: list[_Handed] = []
        try:
            found.append(self._handed.get(timeout=LOOK))
            while len(found) < MOST:
                found.append(self._handed.get_nowait())
        except Empty:
            pass
        return found

    def _write(self, handed: list[_Handed]) -> None:
        # What came before us stands before us: a person's second message must not overtake the first.
        routes = spool.drain()
        if handed:
            new = self._keep([one.post for one in handed])
            for one in handed:
                one.new = one.post.digest in new
            routes |= {one.post.route for one in handed if one.new}
        for route in routes:
            self._bell.ring(route)

    def _keep(self, posts: list[Post]) -> set[str]:
        if any(post.route in BY_PEOPLE for post in posts):
            with runtime.session() as db:
                return keep(db, posts)
        engine = runtime.current().engine
        if self._wire is None or self._wire.engine is not engine:
            self._hang_up()
            self._wire = Wire(engine)
        return {digest for (digest,) in self._wire.run(*insert(engine.dialect, posts))}

    def _hang_up(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            with suppress(Exception):
                wire.close()
