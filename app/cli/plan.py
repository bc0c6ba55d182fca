"""`riattiva waves plan`: what a launch would do, before anything is done."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from app import runtime
from app.cli.base import Command, open_installation, print_json
from app.cli.waves import waves
from app.translations import gettext
from app.waves import definition as wave_files
from app.waves import triggers
from app.waves.entering import RECENT
from app.waves.forecast import plan as planning
from app.waves.forecast.concerns import WORDS, Concern
from app.waves.forecast.plan import Plan
from app.waves.forecast.previews import Preview
from app.waves.forecast.schedule import PlannedStep

WIDTH = 26


@waves.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--left-out", metavar="REASON", help="List everybody left out for this reason instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def plan(file: Path, left_out: str | None, as_json: bool) -> None:
    """What launching FILE would do: whom it reaches, cost, duration, texts, warnings. Nothing is written."""
    definition = wave_files.load(file)
    rt = open_installation()
    with runtime.reading() as db:
        if left_out:
            for contact_id, email, phone in planning.left_out(db, rt, definition, left_out, now=rt.now()):
                click.echo("\t".join((contact_id, email or "", phone or "")))
            return
        found = planning.plan(db, rt, definition, now=rt.now())
    if as_json:
        print_json(as_document(found))
        return
    for line in _lines(found, rt.settings.zone):
        click.echo(line)
    if not found.refused:
        click.echo(
            f"launch it as planned: riattiva waves launch {shlex.quote(str(file))} --planned {found.wave_id}"
        )


def as_document(found: Plan) -> dict[str, Any]:
    """The plan as plain values; each warning with its English words."""
    document = asdict(found)
    document["warnings"] = [
        {"code": one.code, "text": said(one), "stops": one.stops} for one in found.concerns
    ]
    del document["concerns"]
    return document


def said(concern: Concern, zone: ZoneInfo | None = None) -> str:
    """A warning in English."""
    values = {name: _plain(value, zone) for name, value in concern.values.items()}
    return gettext("en", WORDS[concern.code], **values)


def _lines(found: Plan, zone: ZoneInfo) -> Iterator[str]:
    yield f"{found.name}: survey {found.survey}"
    if found.trigger:
        yield "an automation"
        for asked, answer in triggers.say("en", found.trigger):
            yield f"  {asked}: {answer}"
        yield f"in the last {RECENT.days} days"
    yield _pair("selected", found.selected)
    yield _pair("written to", found.treated)
    yield _pair("control group", found.control)
    if found.waiting:
        yield _pair("wait for their turn", found.waiting)
    yield _pair("left out", sum(found.left_out.values()))
    for reason, count in found.left_out.items():
        yield _pair(f"  {reason.replace('_', ' ')}", count)
    yield "steps"
    for step in found.steps:
        yield from _step(step, zone)
    yield from _money(found)
    for size in found.sizes:
        yield f"  {f'email {size.step} {size.language}':<{WIDTH}}{size.kilobytes:>10} kB"
    yield "expected answers"
    for one in found.expected:
        yield f"  {one.channel:<{WIDTH}}{one.rate:>10.1%}  (median of {one.waves} past waves)"
    if not found.expected:
        yield "  no past waves to tell from"
    yield "as they will read it"
    for preview in found.previews:
        yield from _preview(preview)
    if found.concerns:
        yield "look at this first"
        for concern in found.concerns:
            yield f"  ! {said(concern, zone)}"


def _step(step: PlannedStep, zone: ZoneInfo) -> Iterator[str]:
    count = f"{'' if step.exact else 'at most '}{step.messages:,}"
    by_channel = ", ".join(f"{name} {number:,}" for name, number in step.by_channel.items())
    when = ""
    if step.leaving and step.leaving.last:
        first, last = (_plain(moment, zone) for moment in (step.leaving.first, step.leaving.last))
        when = f"  {first}" + (f" to {last}" if last != first else "")
    yield f"  {step.name:<16}{count:>20}  {by_channel}{when}"
    for name, counts in step.by_variant.items():
        shares = ", ".join(f"{channel} {number:,}" for channel, number in counts.items())
        yield f"    {name:<14}{sum(counts.values()):>20,}  {shares}"


def _money(found: Plan) -> Iterator[str]:
    if not found.texts:
        return
    yield "texts of all steps, at most"
    for line in found.texts:
        cost = _plain((line.cost, found.currency), None)
        unicode = f", {line.unicode:,} in UCS-2" if line.unicode else ""
        yield f"  {line.country or 'unknown':<8}{line.texts:>10,} texts, {line.parts:,} parts{unicode}: {cost}"
    first, whole = (_plain((cost, found.currency), None) for cost in (found.cost_first, found.cost))
    origin = "your prices" if found.prices_own else "list prices: check yours"
    yield f"  the first step {first}, all at most {whole} ({origin}, {found.prices_as_of})"


def _preview(preview: Preview) -> Iterator[str]:
    kind = f"{preview.parts} SMS parts" if preview.parts else "email"
    variant = f", variant {preview.variant}" if preview.variant else ""
    yield f"  {preview.name or preview.to} <{preview.to}>, {preview.language}, {kind}{variant}"
    if preview.subject:
        yield f"    | {preview.subject}"
    for line in preview.text.splitlines():
        yield f"    | {line}"


def _pair(name: str, count: int) -> str:
    return f"  {name:<{WIDTH}}{count:>10,}"


def _plain(value: Any, zone: ZoneInfo | None) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone) if zone else value:%Y-%m-%d %H:%M}"
    if isinstance(value, tuple):
        amount, currency = value
        return f"{currency} {Decimal(amount):,.2f}"
    return str(value) if isinstance(value, str | date | Mapping) else f"{value:,}"
