"""What lets people enter an automation, said in the reader's language."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal

import yaml
from babel.dates import format_timedelta

from app.engagement.models import Kind
from app.translations import N_, gettext
from app.waves.definition import Trigger

KINDS = {
    Kind.OPEN: N_("Opened an email"),
    Kind.CLICK: N_("Clicked a link"),
    Kind.REPLY: N_("Replied"),
    Kind.ANSWER: N_("Answered"),
    Kind.PAGE_VIEW: N_("Viewed a page"),
    Kind.LOGIN: N_("Logged in"),
    Kind.PURCHASE: N_("Bought something"),
    Kind.WEBINAR: N_("Attended a webinar"),
    Kind.REVIEW: N_("Wrote a review"),
    Kind.POINTS: N_("Used points"),
}
_UNITS: tuple[tuple[Literal["day", "hour", "minute", "second"], int], ...] = (
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)


def say(lang: str, trigger: Trigger) -> Iterator[tuple[str, str]]:
    """What is asked, and the answer, in a few lines."""
    event = _event(lang, trigger.did)
    if trigger.quiet_for:
        event = gettext(
            lang, N_("%(span)s without: %(event)s"), span=_span(lang, trigger.quiet_for), event=event
        )
    yield gettext(lang, N_("They enter with")), event
    first = gettext(lang, N_("at once"))
    if trigger.wait:
        first = gettext(lang, N_("%(span)s later"), span=_span(lang, trigger.wait))
    yield gettext(lang, N_("First message")), first
    if trigger.unless:
        yield gettext(lang, N_("Not to whom this holds for by then")), _rule(trigger.unless)
    yield gettext(lang, N_("Counts if we learn of it within")), _span(lang, trigger.within)
    again = gettext(lang, N_("never"))
    if trigger.again_after:
        again = gettext(lang, N_("%(span)s later at the earliest"), span=_span(lang, trigger.again_after))
    yield gettext(lang, N_("The same person again")), again


def _event(lang: str, did: Any) -> str:
    if not did:
        return gettext(lang, N_("Anything they do themselves"))
    given: Mapping[str, Any] = did if isinstance(did, Mapping) else {"what": did}
    kinds = given.get("what", [])
    names = [
        gettext(lang, KINDS[Kind(kind)]) if kind in KINDS else str(kind)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    ]
    rest = {name: value for name, value in given.items() if name != "what"}
    said = ", ".join(names) or gettext(lang, N_("Anything they do themselves"))
    return f"{said} ({_rule(rest)})" if rest else said


def _rule(rule: Any) -> str:
    """A rule as a wave file would write it, on one line."""
    if isinstance(rule, str):
        return rule
    text: str = yaml.safe_dump(
        rule, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6
    )
    return text.strip().removeprefix("{").removesuffix("}")


def _span(lang: str, span: timedelta) -> str:
    unit, _ = next((unit, size) for unit, size in _UNITS if int(span.total_seconds()) % size == 0)
    # Of a longer unit so many never are: the exact number is wanted.
    return format_timedelta(span, granularity=unit, threshold=10**9, locale=lang)
