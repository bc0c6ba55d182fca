"""The providers' door for operators: whether posts arrive, are read in time, and what could not be read."""

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import runtime
from app.accounts.models import Role
from app.intake import aside, expand, spool, standing
from app.intake.doors import LATE, PROVIDERS, Door, last_error, worst
from app.web.charts import hours
from app.web.guard import bp, need, say

HOURS = 48
PAGE = 20
SUMS = ("accepted_last_hour", "accepted_last_day", "per_minute", "waiting", "quarantined")


@bp.get("/providers")
def providers() -> str:
    """Every provider at a glance; `?before=` asks for older posts that were set aside."""
    need(Role.ADMIN)
    rt, before = runtime.current(), request.args.get("before", type=int)
    now = rt.now()
    with runtime.reading() as db:
        doors = standing.doors(db, now)
        begins, accepted = standing.hourly(db, now, rt.settings.zone, HOURS)
        lines = aside.newest(db, before=before, limit=PAGE + 1)
    return render_template(
        "web/providers.html",
        providers=[
            _provider(name, [doors[route] for route in routes], begins, [accepted[route] for route in routes])
            for name, routes in PROVIDERS.items()
        ],
        lines=lines[:PAGE],
        more=lines[PAGE - 1].id if len(lines) > PAGE else None,
        before=before,
        spooled=spool.held(),
        late=LATE.total_seconds(),
    )


@bp.post("/providers/replay")
def read_again() -> Response:
    """Have one post that was set aside read once more, or all of them."""
    need(Role.ADMIN)
    raw_id, count, after = request.form.get("id", type=int), 0, 0
    if raw_id is None and "all" not in request.form:
        abort(400)
    while True:
        with runtime.reading() as db:
            ids = aside.choose(db, raw_id=raw_id, after=after)
        if not ids:
            break
        with runtime.session() as db:
            count += expand.replay(db, ids)
        after = ids[-1]
    flash(say("Will be read again in a moment: %(count)s.", count=count))
    return redirect(url_for("web.providers"), 303)


def _provider(
    name: str, doors: list[Door], begins: list[datetime], accepted: list[list[int]]
) -> dict[str, Any]:
    chart = hours(begins, [sum(one) for one in zip(*accepted, strict=True)])
    return {
        "name": name,
        "health": worst(doors),
        "doors": doors,
        "chart": chart,
        "busiest": max(chart, key=lambda hour: hour.value),
        "last_at": max((door.last_at for door in doors if door.last_at), default=None),
        "last_error": last_error(doors),
        "lag": max(door.lag_seconds for door in doors),
        **{figure: sum(getattr(door, figure) for door in doors) for figure in SUMS},
    }
