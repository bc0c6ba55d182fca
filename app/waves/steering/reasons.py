"""Why a wave was paused, said in the reader's language from a code and its figures."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.translations import N_, gettext, money, number

BRAKES = {
    "bounces": N_("%(share)s %% of %(of)s messages bounced; the limit is %(limit)s %%"),
    "complaints": N_("%(share)s %% of %(of)s messages were marked as spam; the limit is %(limit)s %%"),
    "opt_outs": N_("%(share)s %% of those reached by %(of)s messages opted out; the limit is %(limit)s %%"),
    "negative": N_(
        "%(share)s %% of the %(of)s people who were heard sounded negative; the limit is %(limit)s %%"
    ),
}
STALE = N_("“%(step)s” was due %(hours)s hours ago, and nothing was running: resume to send it now")
BUDGET = N_("the budget for texts is used up: %(spent)s of %(budget)s")


def say(lang: str, why: Mapping[str, Any]) -> str:
    """The sentence behind a `why` (of a wave, or of a domain that is held); `code` names it."""
    code = str(why["code"])
    if code in BRAKES:
        figures = {name: number(lang, why[name]) for name in ("share", "of", "limit")}
        return gettext(lang, BRAKES[code], **figures)
    if code == "stale":
        return gettext(lang, STALE, step=why["step"], hours=number(lang, why["hours"]))
    if code == "budget":
        amounts = {name: money(lang, Decimal(why[name]), why["currency"]) for name in ("spent", "budget")}
        return gettext(lang, BUDGET, **amounts)
    return str(why.get("said", code))
