"""The waves: all of them at a glance, one in full, and the buttons that steer it."""

from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import runtime
from app.accounts.models import Role
from app.db import Session
from app.errors import BadInput
from app.messages import tallies
from app.messages.models import MessageGroup
from app.reports import wave as report
from app.waves import find, repeat, triggers
from app.waves.definition import from_source
from app.waves.models import Wave, WaveState
from app.waves.steering import control, reasons, unconfirmed
from app.web.charts import Bar, funnel, histogram
from app.web.guard import bp, need, own_id, say
from app.web.labels import label

PAGE = 20
MOST = 200
ANSWERS = 24
LINES = 50
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
    """The whole wave, or only the email domain the form names."""
    by, wave_id, domain = _by(), own_id(wave_id), request.form.get("domain")
    with runtime.session() as db:
        if domain:
            control.resume_domain(db, wave_id, domain, by=by, now=runtime.now())
        else:
            control.resume(db, wave_id, by=by, now=runtime.now())
    return _back(wave_id)


@bp.post("/waves/<wave_id>/cancel")
def cancel(wave_id: str) -> Response:
    by, wave_id = _by(), own_id(wave_id)
    with runtime.session() as db:
        control.cancel(db, wave_id, by=by, now=runtime.now())
    return _back(wave_id)


@bp.post("/waves/<wave_id>/pace")
def pace(wave_id: str) -> Response:
    """Numbers, and the budget where the wave sends texts; an empty field is no limit."""
    by, wave_id = _by(), own_id(wave_id)
    names = [name for name in (*control.PACE, "budget") if name in request.form]
    given = {name: _limit(name, request.form[name].strip()) for name in names}
    with runtime.session() as db:
        control.set_pace(db, wave_id, given, by=by, now=runtime.now())
    flash(say("The pace is changed: it counts from the next messages on."))
    return _back(wave_id)


@bp.post("/waves/<wave_id>/stop-step")
def stop_step(wave_id: str) -> Response:
    by, wave_id = _by(), own_id(wave_id)
    with runtime.session() as db:
        control.stop_step(db, wave_id, request.form.get("step", ""), by=by, now=runtime.now())
    return _back(wave_id)


@bp.post("/waves/<wave_id>/end-repeat")
def end_repeat(wave_id: str) -> Response:
    by, wave_id = _by(), own_id(wave_id)
    with runtime.session() as db:
        repeat.end(db, wave_id, by=by, now=runtime.now())
    return _back(wave_id)


@bp.get("/waves/<wave_id>/unconfirmed")
def unconfirmed_messages(wave_id: str) -> str:
    """Of which messages the provider never said what became of them; `?after=` is the last id of the page before."""
    wave_id, after = own_id(wave_id), request.args.get("after")
    with runtime.reading() as db:
        shown = find.get(db, wave_id)
        lines = unconfirmed.page(db, wave_id, after=own_id(after) if after else None, limit=LINES + 1)
        repeatable = unconfirmed.repeatable(db, wave_id) if shown.state not in OVER else 0
        return render_template(
            "web/unconfirmed.html",
            wave=shown,
            lines=lines[:LINES],
            more=lines[LINES - 1].message.id if len(lines) > LINES else None,
            after=after,
            repeatable=repeatable,
            warning=say(unconfirmed.WARNING),
        )


@bp.post("/waves/<wave_id>/unconfirmed")
def resend(wave_id: str) -> Response:
    """Send them once more: whoever presses this has read what may happen."""
    by, wave_id = _by(), own_id(wave_id)
    if request.form.get("known") != "yes":
        raise BadInput(say("Nothing was sent again."), mend=say("Tick that you know what may happen."))
    sent, more = 0, True
    while more:
        with runtime.session() as db:
            now_sent = unconfirmed.resend(db, runtime.current(), wave_id, by=by, now=runtime.now())
        sent, more = sent + now_sent, now_sent > 0
    flash(say("Sent once more: %(count)s messages.", count=sent))
    return _back(wave_id)


def _by() -> str:
    return f"user:{need(Role.MARKETER).id}"


def _back(wave_id: str) -> Response:
    return redirect(url_for("web.wave", wave_id=wave_id), 303)


def _limit(name: str, text: str) -> int | Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(text.replace(",", ".")) if name == "budget" else Decimal(int(text))
    except (InvalidOperation, ValueError):
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 < amount < 10**8:
        raise BadInput(
            say("“%(said)s” is no limit.", said=text), mend=say("Write a number above 0, or nothing.")
        )
    return amount if name == "budget" else int(amount)


def _figures(db: Session, wave_id: str) -> dict[str, Any]:
    figures = report.status(db, wave_id)
    figures["progress"] = report.progress(db, wave_id)
    figures["over"] = figures["state"] in OVER
    return figures


def _page(wave_id: str) -> dict[str, Any]:
    with runtime.reading() as db:
        figures = _figures(db, wave_id)
        answers = report.latest_replies(db, wave_id, ANSWERS)
        steered = _steering(db, find.get(db, wave_id))
    return {
        "wave": figures | steered,
        "replies": [list(said) for _, said in groupby(answers, lambda answer: answer["contact_id"])],
        "funnel": funnel(figures),
        "histogram": histogram(figures["nps"]["by_value"]),
        "outcomes": [Bar(str(verdict), count) for verdict, count in figures["outcomes"].items()],
        "left_out": [Bar(reason, count) for reason, count in figures["left_out"].items()],
    }


def _steering(db: Session, wave: Wave) -> dict[str, Any]:
    """Why it is paused, which domains are held, its steps and its pace, as the page says them."""
    group = db.get_one(MessageGroup, wave.id)
    trigger = from_source(wave.definition).trigger if "trigger" in wave.definition else None
    currency = control.currency_of(db, wave)
    held = [
        (one.domain, reasons.say(g.language, one.why) if one.why else "") for one in tallies.held(db, wave.id)
    ]
    return {
        "why": reasons.say(g.language, wave.why)
        if wave.why
        else wave.reason and label(g.language, wave.reason),
        "held": held,
        "rule": [*triggers.say(g.language, trigger)] if trigger else [],
        "enters": wave.looked is not None,
        "steps": [(step["name"], step["name"] in wave.stopped) for step in wave.definition.get("steps", ())],
        "pace": {name: getattr(group, name) for name in control.PACE},
        "budget": {"amount": group.budget, "spent": group.spent, "currency": currency} if currency else None,
    }
