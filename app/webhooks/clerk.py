"""The threads that write down what the door has verified: all that waits at once, in one transaction.

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

PATIENCE = 4.0
"""Seconds a post waits to be written; Twilio hangs up after 15. Once one has waited in vain, or failed, all are laid
in the spool at once, until that could be brought home."""
CLERKS = {"sqlite": 1, "postgresql": 4}
"""SQLite has one writer; PostgreSQL commits what several say at once together."""
MOST = 64
"""Posts of one transaction."""
LOOK = 0.5
"""Seconds after which a clerk with nothing to do looks into the spool."""


class NotWritten(Exception):
    """The database did not take a post, as far as is known."""


class _Handed:
    """A post with its fate; the lock is held until that is known."""

    __slots__ = ("known", "new", "post")

    def __init__(self, post: Post) -> None:
        self.post: Post | None = post
        """None once nobody waits for it any more: its body need not be held."""
        self.new: bool | None = None
        self.known = threading.Lock()
        self.known.acquire()


class Desk:
    """Where the door hands in its posts: one for each process. Its clerks begin with the first post."""

    def __init__(self) -> None:
        self.handed: SimpleQueue[_Handed] = SimpleQueue()
        self.bell = Bell()
        self.well = True
        """Whether the last attempt to write succeeded, as far as is known."""
        self._starting = threading.Lock()
        self._clerks: list[_Clerk] = []

    def keep(self, post: Post) -> bool:
        """Have a post written; False when it was accepted before. Raises NotWritten when the database is away."""
        if not self._clerks or not self._clerks[0].is_alive():
            self._start()
        if not self.well:
            raise NotWritten
        handed = _Handed(post)
        self.handed.put(handed)
        if not handed.known.acquire(timeout=PATIENCE):
            handed.post, self.well = None, False
        if handed.new is None:
            raise NotWritten
        return handed.new

    def _start(self) -> None:
        with self._starting:
            if not self._clerks or not self._clerks[0].is_alive():
                self._clerks = [_Clerk(self) for _ in range(CLERKS[runtime.current().engine.dialect.name])]
                for clerk in self._clerks:
                    clerk.start()


class _Clerk(threading.Thread):
    def __init__(self, desk: Desk) -> None:
        super().__init__(name="clerk", daemon=True)
        self._desk = desk
        self._wire: Wire | None = None

    def run(self) -> None:
        desk = self._desk
        while True:
            handed = self._next()
            try:
                self._write([(one, one.post) for one in handed])
                desk.well = True
            except Exception as error:  # whatever is wrong, who waits lays the post in the spool
                if desk.well:
                    log.error("posts go into the spool: %s", type(error).__name__)
                desk.well = False
                self._hang_up()
            for one in handed:
                one.known.release()

    def _next(self) -> list[_Handed]:
        """All that waits; nothing when nobody came for a while."""
        found: list[_Handed] = []
        try:
            found.append(self._desk.handed.get(timeout=LOOK))
            while len(found) < MOST:
                found.append(self._desk.handed.get_nowait())
        except Empty:
            pass
        return found

    def _write(self, handed: list[tuple[_Handed, Post | None]]) -> None:
        # What came before us stands before us: a person's second message must not overtake the first.
        routes = spool.drain()
        if posts := [post for _, post in handed if post is not None]:
            new = self._keep(posts)
            for one, post in handed:
                one.new = post is not None and post.digest in new
            routes |= {post.route for post in posts if post.digest in new}
        for route in routes:
            self._desk.bell.ring(route)

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
