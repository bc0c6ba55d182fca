"""The review list: two records side by side, why they may be one person, and what was merged before."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import runtime
from app.accounts.models import Role
from app.contacts import doubles as pairs
from app.contacts.doubles_words import in_words
from app.contacts.models import Contact, Double, DoubleState, Owner
from app.db import Session
from app.dossier import merge as merging
from app.dossier.models import Merge
from app.errors import BadInput
from app.translations import N_
from app.web.guard import bp, need, own_id, say

PAGE = 10
MERGES = 20
FIELDS = {
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "company": N_("Company"),
    "job_title": N_("Job title"),
    "email": N_("Email"),
    "phone": N_("Phone"),
    "owner": N_("Owner"),
    "language": N_("Language"),
    "country": N_("Country"),
    "created": N_("In the CRM since"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field of both records."""

    name: str
    one: Any
    other: Any

    @property
    def differs(self) -> bool:
        return bool(self.one and self.other and self.one != self.other)


@bp.get("/contacts/doubles")
def doubles() -> str:
    """A page of pairs to look at, the surest first; `?after=` is score~id of the last one of the page before."""
    after = request.args.get("after")
    with runtime.reading() as db:
        found = pairs.listed(db, after=_place(after) if after else None, limit=PAGE + 1)
        shown = [shown for pair in found[:PAGE] if (shown := _side_by_side(db, pair))]
        more = f"{found[PAGE - 1].score}~{found[PAGE - 1].id}" if len(found) > PAGE else None
        return render_template(
            "web/doubles.html", pairs=shown, waiting=pairs.count(db)[DoubleState.OPEN], after=after, more=more
        )


@bp.get("/contacts/merges")
def merges() -> str:
    """What was merged, the newest first; `?before=` is the last id of the page before."""
    before = request.args.get("before")
    with runtime.reading() as db:
        found = merging.newest(db, before=own_id(before) if before else None, limit=MERGES + 1)
        more = found[MERGES - 1].id if len(found) > MERGES else None
        shown = [_merged(db, one) for one in found[:MERGES]]
    return render_template("web/merges.html", merges=shown, before=before, more=more)


@bp.post("/contacts/doubles/<pair_id>")
def decide(pair_id: str) -> Response:
    """`decision=merge`: one person; `decision=reject`: two people."""
    by, pair_id = need(Role.MARKETER).email, own_id(pair_id)
    rt, decision = runtime.current(), request.form.get("decision")
    if decision not in ("merge", "reject"):
        raise BadInput("this is no decision", where="decision")
    with runtime.session() as db:
        if decision == "merge":
            key = rt.settings.suppression_key
            merging.merge_pair(db, pair_id, hash_key=key, at=rt.now(), actor=f"user:{by}")
        else:
            pairs.reject(db, pair_id, by=f"user:{by}", now=rt.now())
    merged = decision == "merge"
    flash(say("Merged. “What was merged” can undo it.") if merged else say("Noted: two people."))
    return redirect(url_for("web.doubles"), 303)


@bp.post("/contacts/merges/<merge_id>/undo")
def undo(merge_id: str) -> Response:
    by, rt = need(Role.MARKETER).email, runtime.current()
    with runtime.session() as db:
        key = rt.settings.suppression_key
        merging.unmerge(db, own_id(merge_id), hash_key=key, at=rt.now(), actor=f"user:{by}")
    flash(say("They are two contacts again."))
    return redirect(url_for("web.merges"), 303)


def _place(after: str) -> tuple[float, str]:
    score, _, id_ = after.partition("~")
    try:
        return float(score), own_id(id_)
    except ValueError as error:
        raise BadInput("this is no place in the list", where="after") from error


def _side_by_side(db: Session, pair: Double) -> dict[str, Any] | None:
    one, other = db.get(Contact, pair.one), db.get(Contact, pair.other)
    if one is None or other is None:
        return None
    mine, theirs = _record(db, one), _record(db, other)
    lines = [Line(say(text), mine[name], theirs[name]) for name, text in FIELDS.items()]
    lines += [
        Line(name, one.attributes.get(name), other.attributes.get(name))
        for name in sorted({*one.attributes, *other.attributes})
    ]
    return {
        "pair": pair,
        "one": one,
        "other": other,
        "lines": [line for line in lines if line.one or line.other],
        "reasons": in_words(pair.reasons, say),
    }


def _record(db: Session, contact: Contact) -> dict[str, Any]:
    owner = db.get(Owner, contact.owner_id) if contact.owner_id else None
    at = contact.crm_created_at
    return contact.model_dump() | {"owner": owner and owner.name, "created": at and f"{at:%Y-%m-%d}"}


def _merged(db: Session, one: Merge) -> dict[str, Any]:
    before = one.snapshot
    lost = {}
    for name, (value, *_) in before["lost"].items():
        if name == "owner_id":
            owner = db.get(Owner, value)
            name, value = "owner", owner.name if owner else value
        lost[say(FIELDS[name]) if name in FIELDS else name.removeprefix("attributes.")] = value
    return {"merge": one, "keep": before["keep"], "gone": before["gone"], "lost": lost}
