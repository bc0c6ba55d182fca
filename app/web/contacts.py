"""The contacts: finding one, and everything known about them."""

from collections.abc import Sequence

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import runtime
from app.contacts import find, suppression
from app.engagement import evidence_words
from app.feedback.find import Opinion
from app.reports import contact as report
from app.reports.timeline import timeline
from app.scoring import explain
from app.web import charts
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
def contact(contact_id: str) -> str | Response:
    """One contact; `?before=` goes further back in their timeline."""
    contact_id, before = own_id(contact_id), request.args.get("before")
    rt = runtime.current()
    with runtime.reading() as db:
        if became := find.now_known_as(db, contact_id):
            return redirect(url_for("web.contact", contact_id=became))
        card = report.card(
            db,
            contact_id,
            suppression_key=rt.settings.suppression_key,
            now=rt.now(),
            language=g.language,
        )
        lines = timeline(db, contact_id, before, LINES + 1)
        more = lines[LINES - 1].place if len(lines) > LINES else None
        score, parts = explain.of_contact(db, contact_id, now=rt.now(), lang=g.language)
        return render_template(
            "web/contact.html",
            card=card,
            may_lift=any(
                stop.reason not in suppression.OF_THE_ADDRESS for stop in card.suppressions.values()
            ),
            score=score,
            stage=explain.stage_name(score.stage, g.language),
            score_parts=parts,
            ratings=_line(card.ratings),
            lines=lines[:LINES],
            why=lambda line: evidence_words.why(g.language, line.grade, line.reasons),
            before=before,
            more=more,
        )


def _line(ratings: Sequence[Opinion]) -> dict[str, object] | None:
    """The last ratings as a line and as numbers; None for fewer than two."""
    if len(ratings) < 2:
        return None
    values = [one.value or 0 for one in ratings]
    most = 10 if ratings[0].kind == "nps" else 5
    return {"points": charts.sparkline(values, most), "values": values, "kind": ratings[0].kind}
