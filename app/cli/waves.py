"""`riattiva waves`: launch a wave file, follow it, hold it."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from sqlalchemy import func, select

from app import queue, runtime
from app.cli.base import Command, Group, open_installation, print_json, print_pairs
from app.db import Session, new_id
from app.engagement import policies
from app.errors import BadInput
from app.messages import halts
from app.reports import wave as report
from app.segments import membership as segments
from app.segments import saved
from app.waves import definition as wave_files
from app.waves import entering, find
from app.waves import launch as launching
from app.waves import repeat as repeating
from app.waves.forecast.plan import ASK_ABOVE
from app.waves.models import Wave
from app.waves.planning import send_time

BY = "user:cli"
PLAN_LASTS = timedelta(days=1)


@click.group(cls=Group)
def waves() -> None:
    """Launch and steer waves."""


@waves.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--yes", is_flag=True, help="Do not ask, however many are selected, or if the file was launched before."
)
@click.option(
    "--planned",
    metavar="ID",
    help="The id that `waves plan FILE` printed: variants and cohorts fall as they were counted there.",
)
@click.option("--json", "as_json", is_flag=True)
def launch(file: Path, yes: bool, planned: str | None, as_json: bool) -> None:
    """Freeze and launch the wave in FILE."""
    definition = wave_files.load(file)
    rt = open_installation()
    with runtime.reading() as db:
        wave_id = _planned(db, planned) if planned else None
        rule = saved.expand(db, entering.audience(definition))
        chosen = segments.members(rule, as_of=rt.now(), policy=policies.present(db)).subquery()
        selected = db.execute(select(func.count()).select_from(chosen)).scalar_one()
        before = find.launched_before(db, definition.fingerprint, now=rt.now())
    if not selected and not definition.trigger:
        raise BadInput(
            "the segment selects nobody", where=str(file), mend="Check it with `riattiva segments preview`."
        )
    if before is not None and not yes:
        _ask_again(before, rt.settings.zone, as_json)
    counted = f"the segment selects {selected} contacts"
    if definition.trigger:
        counted = f"in the last {entering.RECENT.days} days {selected} contacts would have entered"
    if selected > ASK_ABOVE and not yes and as_json:
        raise BadInput(counted, mend="Pass --yes to launch to so many.")
    if selected > ASK_ABOVE and not yes:
        asked = f"{counted[0].upper()}{counted[1:]}. Type {selected} to launch"
        typed = click.prompt(asked, default="", err=True)
        if str(typed).strip() != str(selected):
            raise BadInput("not launched", mend="Type the number, or pass --yes.")
    with runtime.session() as db:
        wave = launching.launch(db, rt, definition, by=BY, now=rt.now(), wave_id=wave_id)
    if as_json:
        print_json({"wave_id": wave.id, "name": wave.name, "selected": selected})
    else:
        said = "people enter from now on" if definition.trigger else f"{selected} contacts selected"
        click.echo(f"Launched {wave.name}: {said}.")
        click.echo(f"  follow it:  riattiva waves status {wave.id}")
        if not queue.reachable(rt.redis):
            click.echo("  nothing is running yet: it goes out as soon as you start `riattiva up`")


def _planned(db: Session, given: str) -> str:
    """The id of a plan that is still to be launched; raises BadInput."""
    try:
        plan = UUID(given)
    except ValueError:
        raise BadInput(
            f"{given!r} is no plan", mend="Give the id that `riattiva waves plan FILE` printed."
        ) from None
    if db.get(Wave, str(plan)) is not None:
        raise BadInput("this plan was launched already", mend=f"See `riattiva waves status {plan}`.")
    # Ids grow with time, and later waves are told by theirs.
    age = timedelta(milliseconds=(UUID(new_id()).int >> 80) - (plan.int >> 80))
    if not -PLAN_LASTS < age < PLAN_LASTS:
        raise BadInput("this plan is older than a day", mend="Plan the file anew and look at it.")
    return str(plan)


def _ask_again(before: Wave, zone: ZoneInfo, as_json: bool) -> None:
    day = before.launched_at.astimezone(zone).date()
    said = f"this file was launched on {day} as wave {before.id}, which is {before.state}"
    if as_json:
        raise BadInput(said, mend="Pass --yes to launch it again.")
    if not click.confirm(f"{said[0].upper()}{said[1:]}. Launch it again?", err=True):
        raise BadInput("not launched", mend="Answer y, or pass --yes.")


@waves.command(cls=Command)
@click.argument("wave_id")
@click.option("--json", "as_json", is_flag=True)
def status(wave_id: str, as_json: bool) -> None:
    """The figures of one wave."""
    open_installation()
    with runtime.reading() as db:
        figures = report.status(db, wave_id)
        tried = send_time.results(db, wave_id)
        halt = halts.present(db)
    if tried:
        figures["send_time"] = {hours: asdict(one) for hours, one in tried.items()}
    if as_json:
        print_json(figures)
        return
    if halt is not None:
        click.echo(
            f"Everything is stopped since {halt.at:%Y-%m-%d %H:%M} UTC ({halt.reason}): riattiva waves unkill"
        )
    click.echo(
        f"{figures['name']}: {figures['state']}" + (f" ({figures['reason']})" if figures["reason"] else "")
    )
    if figures["next_edition_at"]:
        click.echo(f"  the next edition begins on {figures['next_edition_at']:%Y-%m-%d at %H:%M} UTC")
    print_pairs({name: value for name, value in figures.items() if isinstance(value, int)})
    for name in ("left_out", "outcomes"):
        click.echo(f"  {name.replace('_', ' ')}:")
        print_pairs({f"  {reason}": count for reason, count in figures[name].items()})
    for hours, one in (tried or {}).items():
        click.echo(f"  at {hours} hours: {one.answered} of {one.sent} answered")


@waves.command("end-repeat", cls=Command)
@click.argument("wave_id")
def end_repeat(wave_id: str) -> None:
    """Begin no more editions of a repeated wave; the present one goes on."""
    rt = open_installation()
    with runtime.session() as db:
        wave = repeating.end(db, wave_id, by=BY, now=rt.now())
    click.echo(f"{wave.name}: not repeated any more")
