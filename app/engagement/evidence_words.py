"""Why an open or a click has its grade, in words."""

from collections.abc import Mapping
from typing import Any

from app.engagement.models import Grade
from app.translations import N_, gettext

_PROXIES = {"apple": "Apple Mail", "gmail": "Gmail", "yahoo": "Yahoo Mail"}
_LEADS = {
    Grade.MACHINE_OPEN: N_("A machine: %(signs)s"),
    Grade.MACHINE_CLICK: N_("A machine, by two signs or more: %(signs)s"),
    Grade.UNPROVEN: N_("One sign of a machine, which is not enough, and none of the person: %(signs)s"),
    Grade.OPEN: N_("One sign of a machine, which is not enough: %(signs)s"),
}
_NONE = {
    Grade.UNPROVEN: N_("Nothing shows who it was"),
    Grade.OPEN: N_("No sign of a machine"),
}
_THEN = {
    "answer": N_("Theirs: they answered soon after"),
    "page_view": N_("Theirs: they used our page soon after"),
    "login": N_("Theirs: they logged in soon after"),
}


def why(lang: str, grade: str, reasons: Mapping[str, Any] | None) -> str:
    """One sentence without its full stop; empty where the grade is as it was told (an import, a reply)."""
    if reasons is None:
        return ""
    if "page" in reasons:
        said = N_("On our page for %(seconds)s seconds, and chose or typed something")
        return gettext(lang, said, seconds=reasons["page"])
    if grade == Grade.CLICK:
        return gettext(lang, _THEN.get(reasons.get("then", ""), ""))
    signs = "; ".join(_signs(lang, reasons))
    if not signs:
        return gettext(lang, _NONE[Grade(grade)]) if grade in _NONE else ""
    return gettext(lang, _LEADS[Grade(grade)], signs=signs) if grade in _LEADS else ""


def _signs(lang: str, reasons: Mapping[str, Any]) -> list[str]:
    found = []
    if reasons.get("provider"):
        found.append(gettext(lang, N_("the provider says so")))
    if proxy := reasons.get("proxy"):
        said = N_("%(name)s loads pictures whether or not anybody reads")
        found.append(gettext(lang, said, name=_PROXIES.get(proxy, proxy)))
    if (after := reasons.get("after")) is not None:
        before = N_("before the email had quite been delivered")
        said = N_("%(seconds)s seconds after the delivery") if after > 0 else before
        found.append(gettext(lang, said, seconds=after) if after > 0 else gettext(lang, said))
    if links := reasons.get("links"):
        found.append(gettext(lang, N_("%(count)s links of the email at once"), count=links))
    if agent := reasons.get("agent"):
        found.append(gettext(lang, N_("by a program (%(agent)s)"), agent=agent))
    if many := reasons.get("recipients"):
        said = N_("from where the same came for %(count)s or more recipients within an hour")
        found.append(gettext(lang, said, count=many))
    return found
