"""Whether a person sent a form: they filled something in or pressed a button, and looked at the page before.

Link scanners submit forms, too, with whatever stands in them already: hidden fields, and answers that a link of the
email chose. None of that counts.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from flask import request
from itsdangerous import BadSignature, TimestampSigner
from werkzeug.datastructures import MultiDict

from app import runtime
from app.engagement import agents

BUTTONS = ("go", "skip", "same", "switch")
"""The names of the buttons of a question's page: a browser tells the one that was pressed, also by the Enter key."""
SHOWN = "shown"
"""The hidden field that tells when the page was made, for whom, and what the page itself had filled in."""
LOOKED = 3.0
"""Seconds from a page's making to its form: less is no reader."""
AT_MOST = 24 * 3600.0
"""Seconds after which a form tells nothing of how long somebody looked."""


class Shown(NamedTuple):
    """What a form tells of the page it stood on."""

    id: str
    filled: str
    made: datetime


def by_person(form: MultiDict[str, str], given: Iterable[str]) -> bool:
    """Whether a button was pressed or, where a form comes without one, something is `given` that the page had not
    filled in itself."""
    if any(name in form for name in BUTTONS):
        return True
    filled, shown = _mark(given), _shown(form)
    return filled != _mark(()) and (shown is None or shown.filled != filled)


def stamp(id_: str, stands: Iterable[str]) -> str:
    """The value of SHOWN for a page about this id in whose fields this `stands` already."""
    return _signer().sign(f"{id_}|{_mark(stands)}").decode()


def looked_for(id_: str, form: MultiDict[str, str]) -> float | None:
    """How many seconds the page about this id was looked at before its form was sent, when that tells of a person:
    neither at once nor by a program. None otherwise."""
    shown, agent = _shown(form), request.user_agent.string or ""
    if shown is None or shown.id != id_ or not agent or agents.is_program(agent):
        return None
    seconds = (runtime.now() - shown.made).total_seconds()
    return seconds if LOOKED <= seconds <= AT_MOST else None


def _shown(form: MultiDict[str, str]) -> Shown | None:
    try:
        signed, made = _signer().unsign(form.get(SHOWN, ""), return_timestamp=True)
    except BadSignature:
        return None
    id_, _, filled = signed.decode().partition("|")
    return Shown(id_, filled, made)


def _mark(values: Iterable[str]) -> str:
    """The same for the same values, whatever their order; says nothing of them."""
    held = "\x1f".join(sorted({value.strip() for value in values} - {""}))
    return hashlib.blake2b(held.encode(errors="replace"), digest_size=6).hexdigest()


class _ByOurClock(TimestampSigner):
    def get_timestamp(self) -> int:
        return int(runtime.now().timestamp())

    def timestamp_to_datetime(self, ts: int) -> datetime:
        return datetime.fromtimestamp(ts, tz=runtime.now().tzinfo)


def _signer() -> TimestampSigner:
    keys = runtime.current().settings.secret_keys
    # itsdangerous signs with the last key of the list and verifies with any.
    return _ByOurClock(list(reversed(keys)), salt="riattiva.page")
