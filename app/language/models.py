"""Which sentiment model is asked: the built-in one, or a stronger one that an entry point names."""

import logging
import math
from collections.abc import Sequence
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from app.language import sentiment
from app.language.sentiment import Probabilities

GROUP = "riattiva.sentiment"
BUILT_IN = "builtin"

_log = logging.getLogger(__name__)
_chosen: list[tuple[str, Path | None]] = [(BUILT_IN, None)]


class Model(Protocol):
    """What an entry point's callable gives when it is called with the model's folder (None: not set)."""

    @property
    def version(self) -> str:
        """Kept with every reading, so that a wrong one can be traced: "onnx tone-it 3f2a90c1"."""
        ...

    def score(self, texts: Sequence[str], langs: Sequence[str]) -> Sequence[Probabilities]:
        """(negative, neutral, positive) of each text, summing to 1, in the order of the texts."""
        ...


def choose(name: str, folder: Path | None = None) -> None:
    """Take the model of that name for this process; it is opened when the first text is read.

    A model that is missing or fails is replaced by the built-in one, and the log says so once.
    """
    _chosen[:] = [(name, folder)]
    _open.cache_clear()
    _warn.cache_clear()


def hear(texts: Sequence[str], langs: Sequence[str]) -> tuple[Sequence[Probabilities], str]:
    """How the texts sound to the chosen model, and the version of the model that judged them."""
    model = _open(*_chosen[0])
    try:
        heard = [_checked(one) for one in model.score(texts, langs)]
        if len(heard) == len(texts):
            return heard, model.version
        reason = f"{len(heard)} answers to {len(texts)} texts"
    except (
        Exception
    ) as error:  # a plugged-in model may fail in any way; its message may hold a contact's words
        reason = type(error).__name__
    _warn(f"failed ({reason})")
    return sentiment.BUILT_IN.score(texts, langs), sentiment.BUILT_IN.version


@cache
def _open(name: str, folder: Path | None) -> Model:
    if name == BUILT_IN:
        return sentiment.BUILT_IN
    try:
        for entry in entry_points(group=GROUP, name=name):
            opened: Model = entry.load()(folder)
            return opened
        _warn("is not installed")
    except Exception as error:  # no contact has spoken yet: what went wrong may be told in full
        _warn(f"cannot be opened ({error})")
    return sentiment.BUILT_IN


@cache
def _warn(what: str) -> None:
    _log.warning("sentiment model %r %s: the built-in one judges instead", _chosen[0][0], what)


def _checked(one: Probabilities) -> Probabilities:
    negative, neutral, positive = (float(share) for share in one)
    if min(negative, neutral, positive) < 0 or not math.isclose(
        negative + neutral + positive, 1, abs_tol=0.01
    ):
        raise ValueError("three probabilities sum to 1")
    return negative, neutral, positive
