"""The waves: all of them at a glance, one in full, and the three buttons that change it."""

from itertools import groupby
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import runtime
from app.accounts.models import Role
from app.db import Session
from app.reports import wave as report
from app.waves import control, find
from app.waves.models import WaveState
from app.web.charts import Bar, funnel, histogram
from app.web.guard import bp, need, own_id

PAGE = 20
MOST = 200
ANSWERS = 24
OVER = (WaveState.FINISHED, WaveState.CANCELED)


@bp.get("/")
def waves() -> str:
    """The newest waves; `?show=` asks for more of them."""
    shown = min(max(request.args.get("show", PAGE, int), PAGE), MOST)
    with runtime.reading() as db:
        newest = find.newest(db, shown + 1)
        rows = [_figures(db, wave.id) for wave in newest[:shown]]
    more = shown + PAGE if len(newest) > shown and shown < MOST else None
    return render_template("web/waves.html", waves=rows, more=more)


@bp.get("/waves/<wave_id>")
def wave(wave_id: str) -> str:
    return render_template("web/wave.html", **_page(own_id(wave_id)))


@bp.get("/waves/<wave_id>/live")
def live(wave_id: str) -> str:
    """The part of a wave's page that moves, as a fragment."""
    return render_template("web/_live.html", **_page(own_id(wave_id)))


@bp.post("/waves/<wave_id>/pause")
def pause(wave_id: str) -> Response:
    by, wave_id = _by(), own_id(wave_id)
    with runtime.session() as db:
        control.pause(db, wave_id, by=by, reason="by_hand", now=runtime.now())
    return _back(wave_id)


@bp.post("/waves/<wave_id>/resume")
def resume(wave_id: str) -> Response:
    by, wave_id = _by(), own_id(wave_id)
    with runtime.session() as db:
        control.resume(db, wave_id, by=by, now=runtime.now())
    return _back(wave_id)


@bp.post("/waves/<wave_id>/cancel")
def cancel(wave_id: str) -> Response:
    by, wave_id = _by(), own_id(wave_id)
    with runtime.session() as db:
        control.cancel(db, wave_id, by=by, now=runtime.now())
    return _back(wave_id)


def _by() -> str:
    return f"user:{need(Role.MARKETER).id}"


def _back(wave_id: str) -> Response:
    return redirect(url_for("web.wave", wave_id=wave_id), 303)


def _figures(db: Session, wave_id: str) -> dict[str, Any]:
    figures = report.status(db, wave_id)
    figures["progress"] = report.progress(db, wave_id)
    figures["over"] = figures["state"] in OVER
    return figures


def _page(wave_id: str) -> dict[str, Any]:
    with runtime.reading() as db:
        figures = _figures(db, wave_id)
        answers = report.latest_replies(db, wave_id, ANSWERS)
    return {
        "wave": figures,
        "replies": [list(said) for _, said in groupby(answers, lambda answer: answer["contact_id"])],
        "funnel": funnel(figures),
        "histogram": histogram(figures["nps"]["by_value"]),
        "outcomes": [Bar(str(verdict), count) for verdict, count in figures["outcomes"].items()],
        "left_out": [Bar(reason, count) for reason, count in figures["left_out"].items()],
    }
