"""A new wave: from a form or a file to its plan, and from the plan, once it has been looked at, to the launch."""

from datetime import date, datetime
from typing import Any

from babel import Locale
from flask import Response, g, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from app import runtime
from app.accounts.models import Role
from app.db import Session, new_id
from app.engagement import policies
from app.errors import BadInput
from app.runtime import Runtime
from app.segments import preview as looking
from app.segments import saved
from app.translations import moment, money, number
from app.waves import definition as wave_files
from app.waves import entering, find, triggers
from app.waves import launch as launching
from app.waves.definition import BadWave, Definition
from app.waves.forecast import plan
from app.waves.forecast.concerns import WORDS, Concern
from app.waves.models import Wave
from app.waves.notation import DAYS
from app.web.charts import Bar
from app.web.drafts import BRAKES, FURTHER, ORDERS, START, TEXTS, WHEN, as_file
from app.web.guard import bp, need, own_id, say

SECONDS = 15
"""How long a page looks at the audience; of a larger one it says how far it came."""
LARGEST = 200_000
"""Characters of a wave file."""
FILE = "wave.yaml"


@bp.get("/waves/new")
def new_wave() -> str:
    need(Role.MARKETER)
    return _new_page(START, "")


@bp.post("/waves/new")
def plan_wave() -> str | tuple[str, int]:
    """The plan of the wave in the form, or in the file that was sent or pasted."""
    need(Role.MARKETER)
    form = request.form
    text = _given_file() if form.get("do") == "file" else as_file(form)
    try:
        definition = wave_files.parse(text, FILE)
        return _plan_page(definition, text)
    except BadInput as error:
        return _new_page(form, text, _problems(error)), 422


@bp.post("/waves/file")
def wave_file() -> Response:
    """The wave as a file to keep."""
    need(Role.MARKETER)
    text = _text("text")
    headers = {"Content-Disposition": f'attachment; filename="{FILE}"'}
    return Response(text, mimetype="application/yaml", headers=headers)


@bp.post("/waves/launch")
def launch_wave() -> AnyResponse | tuple[str, int]:
    """Launch what was planned; pressed twice it is launched once."""
    by, rt, text = f"user:{need(Role.MARKETER).id}", runtime.current(), _text("text")
    wave_id = own_id(request.form.get("wave_id", ""))
    try:
        definition = wave_files.parse(text, FILE)
        with runtime.reading() as db:
            known = db.get(Wave, wave_id) is not None
            objection = None if known else _objection(db, rt, definition)
        if objection:
            return _plan_page(definition, text, wave_id=wave_id, problem=objection), 422
        if not known:
            with runtime.session() as db:
                launching.launch(db, rt, definition, by=by, now=rt.now(), wave_id=wave_id)
    except BadInput as error:
        return _new_page(MultiDict(), text, _problems(error)), 422
    except IntegrityError:
        pass  # The same button was pressed twice at once: the other press launched it.
    return redirect(url_for("web.wave", wave_id=wave_id), 303)


def _objection(db: Session, rt: Runtime, definition: Definition) -> str | None:
    """What has to be confirmed, and was not."""
    rule = saved.expand(db, entering.audience(definition))
    selected = looking.count(db, rule, as_of=rt.now(), policy=policies.present(db))
    if not selected and not definition.trigger:
        return say("The segment selects nobody.")
    typed = "".join(sign for sign in request.form.get("number", "") if sign.isdigit())
    if selected > plan.ASK_ABOVE and typed != str(selected):
        return say("Type the number of selected contacts: %(count)s.", count=number(g.language, selected))
    if find.launched_before(db, definition.fingerprint, now=rt.now()) and not request.form.get("again"):
        return say("The same file was launched before: tick the box if you mean to launch it again.")
    return None


def _plan_page(definition: Definition, text: str, *, wave_id: str | None = None, problem: str = "") -> str:
    rt = runtime.current()
    with runtime.reading() as db:
        found = plan.plan(db, rt, definition, now=rt.now(), seconds=SECONDS, wave_id=wave_id or new_id())
    return render_template(
        "web/wave_plan.html",
        plan=found,
        text=text,
        problem=problem,
        concerns=[(one.stops, _said(one)) for one in found.concerns],
        again=any(one.code == "launched_before" for one in found.concerns),
        trigger=triggers.say(g.language, found.trigger) if found.trigger else (),
        ask=found.selected > plan.ASK_ABOVE or not found.complete,
        funnel=_funnel(found),
    )


def _funnel(found: plan.Plan) -> list[Bar]:
    invited = found.steps[0].by_channel
    return [
        Bar("selected", found.selected),
        Bar("left_out", sum(found.left_out.values()), found.selected),
        Bar("control", found.control, found.selected),
        *([Bar("waiting", found.waiting, found.selected)] if found.waiting else []),
        Bar("treated", found.treated, found.selected),
        *(Bar(channel, count, found.selected) for channel, count in invited.items()),
    ]


def _said(concern: Concern) -> str:
    values = {name: _plain(value) for name, value in concern.values.items()}
    return say(WORDS[concern.code], **values)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(g.language, value)
    if isinstance(value, tuple):
        return money(g.language, *value)
    if isinstance(value, date | str):
        return str(value)
    return number(g.language, value)


def _new_page(form: MultiDict[str, str], text: str, problems: list[str] | None = None) -> str:
    with runtime.reading() as db:
        segments = [held.name for held in saved.every(db)]
    surveys = runtime.current().surveys.values()
    return render_template(
        "web/wave_new.html",
        form=form if "order" in form else START,
        text=text,
        problems=problems or [],
        segments=segments,
        surveys=[(one.slug, one.title.get(g.language) or next(iter(one.title.values()))) for one in surveys],
        orders=[(order, say(text)) for order, text in ORDERS.items()],
        texts=[(kind, say(text)) for kind, text in TEXTS.items()],
        whens=[(when, say(text)) for when, text in WHEN.items()],
        kinds=[(kind, say(text)) for kind, text in triggers.KINDS.items()],
        named=not runtime.current().settings.can_receive_texts,
        further=FURTHER,
        weekdays=[(name, _weekday(place)) for place, name in enumerate(DAYS)],
        brakes=[name for name, _ in BRAKES],
    )


def _weekday(place: int) -> str:
    """What a day of the week, 0 for Monday, is called."""
    return str(Locale(g.language).days["stand-alone"]["abbreviated"][place])


def _problems(error: BadInput) -> list[str]:
    if isinstance(error, BadWave):
        return [f"{say('Line')} {one.line}: {one.text}" if one.line else one.text for one in error.problems]
    return str(error).splitlines()


def _text(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n")[:LARGEST]


def _given_file() -> str:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _text("text")
    return sent.stream.read(LARGEST).decode("utf-8-sig", errors="replace")
