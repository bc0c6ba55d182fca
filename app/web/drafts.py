"""What the form of a new wave says, as a wave file."""

from collections.abc import Iterator
from typing import Any

import yaml
from werkzeug.datastructures import MultiDict

from app.translations import N_
from app.waves.notation import DAYS

ORDERS = {
    "email, sms": N_("Email, else SMS"),
    "sms, email": N_("SMS, else email"),
    "email": N_("Email only"),
    "sms": N_("SMS only"),
}
TEXTS = {
    "question": N_("The question: they answer by text"),
    "link": N_("A link to the survey’s page"),
}
WHEN = {
    "": N_("At the launch, to all of them"),
    "did": N_("To each when they did something"),
    "quiet": N_("To each when they have not done it for long"),
}
"""What lets people enter: the launch, or as in an automation."""
FIRST = "email, sms"
BRAKES = (("bounces", "5"), ("complaints", "0.3"), ("opt_outs", "10"), ("negative", "30"))
"""Name, and percent when not given."""
FURTHER = ("reminder", "last_call")
"""The steps after the invitation, as the emails of a survey are called."""
DORMANT = {"dormancy": "dormant"}
REACHABLE = {"any": [{"email": {"known": True}}, {"phone": {"known": True}}]}
"""Who just did something is not dormant: of an automation everybody may enter."""
START: MultiDict[str, str] = MultiDict(
    [
        *(
            ("survey", "riattivazione"),
            ("order", FIRST),
            ("control", "10"),
            ("opens", "09:00"),
            ("closes", "19:00"),
        ),
        *(("reminder", "4"), ("last_call", "10"), ("rest", "14"), ("currency", "EUR")),
        *(("days", one) for one in DAYS[:5]),
        *BRAKES,
    ]
)
"""What the form says at first."""


def as_file(form: MultiDict[str, str]) -> str:
    """The file. What was left empty is left out; what is no number stands as it was typed, for the schema to refuse."""
    return yaml.safe_dump(_document(form), allow_unicode=True, sort_keys=False, width=100)


def _document(form: MultiDict[str, str]) -> dict[str, Any]:
    trigger = _trigger(form)
    document: dict[str, Any] = {
        "name": form.get("name", "").strip(),
        "survey": form.get("survey", ""),
        "segment": form.get("segment") or (REACHABLE if trigger else DORMANT),
        "trigger": trigger,
        "control": _number(form.get("control", "")),
        "steps": list(_steps(form)),
        "window": _window(form),
        "pace": _numbers(form, "per_hour", "per_day", "domain_per_hour"),
        "spread": _span(form, "spread"),
        "rest": _span(form, "rest"),
        "brakes": _numbers(form, *(name for name, _ in BRAKES)),
    }
    if amount := form.get("budget", "").strip():
        document["budget"] = {
            "amount": amount.replace(",", "."),
            "currency": form.get("currency", "").strip(),
        }
    return {name: value for name, value in document.items() if value not in (None, {})}


def _steps(form: MultiDict[str, str]) -> Iterator[dict[str, Any]]:
    channels = [one.strip() for one in form.get("order", FIRST).split(",")]
    texts = {"sms": "link"} if form.get("sms") == "link" and "sms" in channels else {}
    yield {"name": "invite", "channels": channels, **texts}
    for name in FURTHER:
        if after := _span(form, name):
            yield {"name": name, "after": after, "only": "no_answer"}


def _trigger(form: MultiDict[str, str]) -> dict[str, Any] | None:
    when = form.get("when")
    if when not in ("did", "quiet"):
        return None
    did: Any = form.get("did") or None
    if did and (page := form.get("page", "").strip()):
        did = {"what": did, "page": page}
    quiet_for = _span(form, "quiet_for") if when == "quiet" else None
    spans = {"quiet_for": quiet_for, "wait": _span(form, "wait"), "again_after": _span(form, "again_after")}
    return {name: given for name, given in {"did": did, **spans}.items() if given}


def _window(form: MultiDict[str, str]) -> dict[str, Any]:
    window: dict[str, Any] = {"from": form.get("opens", ""), "to": form.get("closes", "")}
    days = [one for one in form.getlist("days") if one in DAYS]
    if len(days) < len(DAYS):
        window["days"] = days
    if form.get("holidays"):
        window["holidays"] = "skip"
    return window


def _span(form: MultiDict[str, str], name: str) -> str | None:
    days = form.get(name, "").strip()
    return (f"{days} day" if days == "1" else f"{days} days") if days else None


def _numbers(form: MultiDict[str, str], *names: str) -> dict[str, Any]:
    return {name: _number(given) for name in names if (given := form.get(name, "").strip())}


def _number(given: str) -> int | float | str | None:
    given = given.strip().replace(",", ".")
    if not given:
        return None
    try:
        return int(given)
    except ValueError:
        pass
    try:
        return float(given)
    except ValueError:
        return given
