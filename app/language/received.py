"""Reads replies as they arrived: mails are stripped first, and the evidence still stands in what was given."""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.language.reading import read_many
from app.language.replies import strip_reply
from app.language.vocabulary import Reading, Reply, Span

_EMAIL = "email"


def read_received(replies: Sequence[Reply]) -> list[Reading]:
    """`read_many` of replies whose mails (channel email) still carry quotations, headers and signature.

    Spans are offsets into the texts given here.
    """
    own = [
        strip_reply(reply.text, reply.lang or "it") if reply.channel == _EMAIL else reply.text
        for reply in replies
    ]
    readings = read_many([replace(reply, text=text) for reply, text in zip(replies, own, strict=True)])
    return [
        replace(reading, intents=_moved(reading.intents, text, reply.text)) if text != reply.text else reading
        for reply, text, reading in zip(replies, own, readings, strict=True)
    ]


def _moved(spans: tuple[Span, ...], own: str, whole: str) -> tuple[Span, ...]:
    if not spans:
        return ()
    starts = _places(own, whole)
    moved = []
    for span in spans:
        start, end = starts[span.start], starts[span.end - 1] + 1
        moved.append(Span(span.intent, start, end, whole[start:end]))
    return tuple(moved)


def _places(own: str, whole: str) -> list[int]:
    """Where each character of `own` stands in `whole`: in one piece, else line by line, in their order."""
    plain = whole.replace("\u00a0", " ")
    starts: list[int] = []
    place = 0
    for line in own.split("\n"):
        found = re.compile(rf"^[ \t]*{re.escape(line)}", re.MULTILINE).search(plain, place)
        if found is None:
            found = re.compile(re.escape(line)).search(plain, place)
        if found:
            place = found.end()
            starts += range(place - len(line), place)
        else:
            starts += [place] * len(line)
        starts.append(place)  # the line's end; a reply never begins there
    return starts
