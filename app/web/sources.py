"""Where contacts came from, who of them may be written to, and the declarations that speak for the rest."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import runtime
from app.accounts.models import Role
from app.contacts import declarations
from app.db import Session
from app.errors import BadInput
from app.web.guard import bp, need, own_id


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent and could not be taken, with what is wrong in it."""

    source: str = ""
    statement: str = ""
    by: str = ""
    basis: str = ""
    problem: str = ""


@bp.get("/contacts/sources")
def sources() -> str:
    return _page(Typed())


@bp.post("/contacts/sources")
def declare() -> Response | tuple[str, int]:
    """A declaration, signed with a typed name; a job then applies it."""
    visitor, form = need(Role.ADMIN), request.form
    typed = Typed(*(form.get(name, "") for name in ("source", "statement", "by", "basis")))
    try:
        with runtime.session() as db:
            made = declarations.declare(
                db,
                typed.source,
                statement=typed.statement,
                by=typed.by,
                basis=typed.basis,
                actor=f"user:{visitor.id}",
                at=runtime.now(),
            )
            # The first thousand at once, so that the page already tells what came of it.
            more = declarations.apply_page(db, made.id, now=runtime.now())
            if more:
                runtime.ring_after_commit(db, "bulk", "app.contacts.jobs.declare", made.id)
    except BadInput as error:
        wrong = Typed(typed.source, typed.statement, typed.by, typed.basis, str(error))
        return _page(wrong), 400
    return redirect(url_for("web.sources"), 303)


@bp.post("/contacts/sources/<declaration_id>/withdraw")
def withdraw(declaration_id: str) -> Response:
    visitor, declaration_id = need(Role.ADMIN), own_id(declaration_id)
    with runtime.session() as db:
        declarations.withdraw(db, declaration_id, actor=f"user:{visitor.id}", at=runtime.now())
    return redirect(url_for("web.sources"), 303)


def _page(typed: Typed) -> str:
    with runtime.reading() as db:
        return _rendered(db, typed)


def _rendered(db: Session, typed: Typed) -> str:
    made = declarations.all_of(db)
    return render_template(
        "web/sources.html",
        standings=declarations.standings(db),
        declarations=made,
        in_force={one.source for one in made if one.withdrawn_at is None},
        bases=declarations.BASES,
        shortest=declarations.SHORTEST,
        typed=typed,
    )
