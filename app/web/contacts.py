"""The contacts: finding one, and everything known about them."""

from flask import render_template, request

from app import runtime
from app.reports import contact as report
from app.web.guard import bp, own_id

PAGE = 50
LINES = 40


@bp.get("/contacts")
def contacts() -> str:
    """A page of contacts that hold the words of `?q=`; `?after=` is the last id of the page before."""
    words = request.args.get("q", "").strip()
    after = request.args.get("after")
    with runtime.reading() as db:
        found = report.search(
            db, words, now=runtime.now(), after=own_id(after) if after else None, limit=PAGE + 1
        )
        more = found[PAGE - 1].contact.id if len(found) > PAGE else None
        return render_template("web/contacts.html", found=found[:PAGE], words=words, after=after, more=more)


@bp.get("/contacts/<contact_id>")
def contact(contact_id: str) -> str:
    """One contact; `?before=` goes further back in their timeline."""
    contact_id, before = own_id(contact_id), request.args.get("before")
    rt = runtime.current()
    with runtime.reading() as db:
        card = report.card(db, contact_id, suppression_key=rt.settings.suppression_key, now=rt.now())
        lines = report.timeline(db, contact_id, before, LINES + 1)
        more = lines[LINES - 1].place if len(lines) > LINES else None
        return render_template("web/contact.html", card=card, lines=lines[:LINES], before=before, more=more)
