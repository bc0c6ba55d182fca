"""What was accepted while the database was away: files under DATA_DIR, brought home in order, each once."""

import contextlib
import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DataError, IntegrityError

from app import runtime
from app.errors import NotAvailable
from app.intake.accept import Post, keep
from app.intake.models import Route

log = logging.getLogger(__name__)

FOLDER = "spool"
ROOM = 2**30
"""Bytes the spool may hold; then the provider is asked to come back."""
RECOUNT = 5.0
"""Seconds for which the room taken is believed: other processes fill and empty the same folder."""
PAGE, PAGE_BYTES = 200, 2**22
"""Posts of one transaction while draining: at most so many, and not many more bytes."""
ABANDONED = 3600.0
"""Seconds after which a file that was never finished is nobody's."""
WAITING, UNFINISHED, ASIDE = ".post", ".part", ".aside"

_taken: dict[Path, tuple[float, int]] = {}


def lay(one: Post) -> None:
    """Have the disk keep a post, whatever happens to us then. Raises NotAvailable when there is no room for it."""
    folder = _folder()
    name = f"{one.at:%Y%m%d%H%M%S%f}-{one.digest}"
    said = {"route": one.route, "content_type": one.content_type, "query": one.query, "digest": one.digest}
    head = json.dumps(said | {"at": one.at.isoformat(), "bytes": len(one.body)}).encode() + b"\n"
    draft = folder / f"{name}-{os.getpid()}{UNFINISHED}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _take_room(folder, len(head) + len(one.body))
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(head)
            file.write(one.body)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(folder / f"{name}{WAITING}")
        _sync(folder)
    except FileExistsError:
        raise NotAvailable("the same post is being laid in the spool at this very moment") from None
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise NotAvailable(f"a post can be kept nowhere: {error.strerror}") from error


def empty() -> bool:
    """Whether nothing waits to be brought home; asked before every write, so it costs next to nothing."""
    try:
        with os.scandir(f"{runtime.current().settings.data_dir}/{FOLDER}") as entries:
            return not any(entry.name.endswith(WAITING) for entry in entries)
    except FileNotFoundError:
        return True


def drain() -> set[Route]:
    """Bring everything home, oldest first; returns the routes that got something new.

    One process at a time, the others wait. What was brought home by one that died before it could say so is known
    by its digest. Raises what the database raises while it is still away: the rest stays where it is.
    """
    routes: set[Route] = set()
    if empty():
        return routes
    with _alone():
        while files := _oldest():
            for page in _pages(files):
                routes |= _bring(page)
    _taken.clear()
    return routes


def held() -> int:
    """How many posts wait to be brought home."""
    return len(_oldest()) if not empty() else 0


def _bring(files: Sequence[Path]) -> set[Route]:
    posts = [one for one in map(_read, files) if one is not None]
    try:
        with runtime.session() as db:
            new = keep(db, posts) if posts else set()
    except (DataError, IntegrityError) as error:
        if len(files) > 1:
            return set[Route]().union(*(_bring([file]) for file in files))
        _set_aside(files[0], type(error).__name__)
        return set()
    for file in files:
        file.unlink(missing_ok=True)
    return {one.route for one in posts if one.digest in new}


def _read(file: Path) -> Post | None:
    head, _, body = file.read_bytes().partition(b"\n")
    try:
        said = json.loads(head)
        if said["bytes"] != len(body):
            raise ValueError("not what was laid there")
        at = datetime.fromisoformat(said["at"])
        return Post(Route(said["route"]), body, said["content_type"], said["query"], at, said["digest"])
    except (ValueError, TypeError, KeyError) as error:
        _set_aside(file, type(error).__name__)
        return None


def _set_aside(file: Path, why: str) -> None:
    # Never thrown away: somebody was told that we have it.
    log.error("%s cannot be brought home and stays as %s: %s", file.name, ASIDE, why)
    with contextlib.suppress(FileNotFoundError):
        file.rename(file.with_suffix(ASIDE))


def _oldest() -> list[Path]:
    found, now = [], time.time()
    for file in _folder().iterdir():
        if file.suffix == WAITING:
            found.append(file)
        elif file.suffix == UNFINISHED:
            with contextlib.suppress(FileNotFoundError):
                if file.stat().st_mtime < now - ABANDONED:
                    file.unlink()
    return sorted(found)


def _pages(files: Sequence[Path]) -> Iterator[list[Path]]:
    page: list[Path] = []
    size = 0
    for file in files:
        page.append(file)
        size += file.stat().st_size
        if len(page) == PAGE or size > PAGE_BYTES:
            yield page
            page, size = [], 0
    if page:
        yield page


def _take_room(folder: Path, size: int) -> None:
    counted, taken = _taken.get(folder, (0.0, 0))
    if not counted or time.monotonic() - counted > RECOUNT:
        counted, taken = time.monotonic(), 0
        with os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    taken += entry.stat().st_size
    if taken + size > ROOM:
        raise NotAvailable("the spool is full: the database has been away for too long")
    _taken[folder] = (counted, taken + size)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    handle = os.open(_folder(), os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _folder() -> Path:
    return runtime.current().settings.data_dir / FOLDER


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
