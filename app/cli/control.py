"""`riattiva waves`, once they run: hold, go on, take back, pace, stop a step, send again, and the kill switch."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from app import runtime
from app.cli.base import Command, open_installation, print_json, print_pairs
from app.cli.waves import BY, waves
from app.db import Session
from app.errors import BadInput
from app.messages import halts, tallies
from app.messages.models import MessageGroup
from app.waves import find
from app.waves.models import Wave
from app.waves.steering import control, reasons, unconfirmed

NO_LIMIT = "0"
PAGE = 200


@waves.command(cls=Command)
@click.argument("wave_id")
@click.option("--reason", default="by hand", show_default=True)
def pause(wave_id: str, reason: str) -> None:
    """Hold everything that has not left; what a sender is handing over right now may still leave."""
    _steer(control.pause, wave_id, reason=reason)


@waves.command(cls=Command)
@click.argument("wave_id")
@click.option("--domain", help="Let only this email domain go on, which a brake held.")
def resume(wave_id: str, domain: str | None) -> None:
    """Go on where the wave was held; brakes look at what happens from then on."""
    if domain is None:
        _steer(control.resume, wave_id)
        return
    rt = open_installation()
    with runtime.session() as db:
        control.resume_domain(db, wave_id, domain.lower(), by=BY, now=rt.now())
    click.echo(f"{domain} is written to again")


@waves.command(cls=Command)
@click.argument("wave_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
def cancel(wave_id: str, yes: bool) -> None:
    """Take back everything that has not left, for good."""
    open_installation()
    with runtime.reading() as db:
        wave = find.get(db, wave_id)
    if not yes:
        click.confirm(
            f"Take back everything of {wave.name!r} that has not left, for good?", abort=True, err=True
        )
    _steer(control.cancel, wave_id)


@waves.command(cls=Command)
@click.argument("wave_id")
@click.option(
    "--per-second", type=click.IntRange(0), help="Messages a second; 0 is no limit, here and below."
)
@click.option("--per-hour", type=click.IntRange(0), help="Messages an hour, spread over it.")
@click.option("--per-day", type=click.IntRange(0), help="Messages within 24 hours.")
@click.option("--domain-per-hour", type=click.IntRange(0), help="Emails an hour to each domain.")
@click.option("--budget", help="What its texts may cost in all, in the currency they are counted in.")
@click.option("--json", "as_json", is_flag=True)
def pace(wave_id: str, budget: str | None, as_json: bool, **limits: int | None) -> None:
    """Show the pace of a wave, or change what is given of it while it runs."""
    rt = open_installation()
    given: dict[str, int | Decimal | None] = {
        name: limit or None for name, limit in limits.items() if limit is not None
    }
    if budget is not None:
        given["budget"] = None if budget == NO_LIMIT else _amount(budget)
    if given:
        with runtime.session() as db:
            control.set_pace(db, wave_id, given, by=BY, now=rt.now())
    with runtime.reading() as db:
        figures = _pace(db, find.get(db, wave_id))
    if as_json:
        print_json(figures)
        return
    print_pairs({name: "no limit" if value is None else value for name, value in figures.items()})


@waves.command(cls=Command)
@click.argument("wave_id")
@click.argument("amount")
def budget(wave_id: str, amount: str) -> None:
    """Let the texts of a wave cost AMOUNT in all, from the first one on; 0 is no limit. A short way of `pace`."""
    rt = open_installation()
    limit = None if amount == NO_LIMIT else _amount(amount)
    with runtime.session() as db:
        wave = control.set_pace(db, wave_id, {"budget": limit}, by=BY, now=rt.now())
        spent, currency = db.get_one(MessageGroup, wave_id).spent, control.currency_of(db, wave) or ""
    click.echo(f"{wave.name}: {'no limit' if limit is None else limit} {currency}, {spent} spent so far")


@waves.command("stop-step", cls=Command)
@click.argument("wave_id")
@click.argument("step")
@click.option("--yes", is_flag=True, help="Do not ask.")
def stop_step(wave_id: str, step: str, yes: bool) -> None:
    """Take back what STEP has not sent yet and plan no more of it; the other steps go on."""
    rt = open_installation()
    if not yes:
        click.confirm(f"Stop the step {step!r} of this wave, for good?", abort=True, err=True)
    with runtime.session() as db:
        taken = control.stop_step(db, wave_id, step, by=BY, now=rt.now())
    click.echo(f"{step} is stopped: {taken} messages taken back")


@waves.command("unconfirmed", cls=Command)
@click.argument("wave_id")
@click.option("--json", "as_json", is_flag=True)
def list_unconfirmed(wave_id: str, as_json: bool) -> None:
    """The messages whose provider never said whether it took them."""
    open_installation()
    after, lines = None, 0
    while True:
        with runtime.reading() as db:
            find.get(db, wave_id)
            page = unconfirmed.page(db, wave_id, after=after, limit=PAGE)
        for line in page:
            _show(line, as_json)
        lines += len(page)
        if len(page) < PAGE:
            break
        after = page[-1].message.id
    if not lines and not as_json:
        click.echo("None: of every message the provider said what became of it.")


@waves.command("resend-unconfirmed", cls=Command)
@click.argument("wave_id")
@click.option("--yes", is_flag=True, help="You know that some people may get the same message twice.")
@click.option("--json", "as_json", is_flag=True)
def resend_unconfirmed(wave_id: str, yes: bool, as_json: bool) -> None:
    """Send unconfirmed messages once more: a deliberate act, because some people may get them twice."""
    rt = open_installation()
    with runtime.reading() as db:
        find.get(db, wave_id)
        count = unconfirmed.repeatable(db, wave_id)
    if count and not yes and as_json:
        raise BadInput(unconfirmed.WARNING, mend="Pass --yes.")
    if count and not yes:
        click.echo(unconfirmed.WARNING, err=True)
        click.confirm(f"Send {count} messages once more?", abort=True, err=True)
    sent, more = 0, count > 0
    while more:
        with runtime.session() as db:
            now_sent = unconfirmed.resend(db, rt, wave_id, by=BY, now=rt.now())
        sent, more = sent + now_sent, now_sent > 0
    print_json({"sent_again": sent}) if as_json else click.echo(f"{sent} messages are sent once more")


@waves.command(cls=Command)
@click.option("--keep-answers", is_flag=True, help="Go on answering people who write to us.")
@click.option("--reason", default="by hand", show_default=True)
def kill(keep_answers: bool, reason: str) -> None:
    """Stop everything at once: nothing of any wave leaves, and nobody is answered, until `waves unkill`."""
    rt = open_installation()
    with runtime.session() as db:
        halts.stop(db, by=BY, reason=reason, answers=not keep_answers, now=rt.now())
    click.echo("Stopped: nothing of any wave leaves" + ("." if keep_answers else ", and nobody is answered."))
    click.echo(
        "  what a provider is being handed right now may still leave; go on with `riattiva waves unkill`"
    )


@waves.command(cls=Command)
def unkill() -> None:
    """Let everything leave again, each wave in the state it is in."""
    rt = open_installation()
    with runtime.session() as db:
        if not halts.go(db, by=BY, now=rt.now()):
            raise BadInput(
                "nothing is stopped", mend="A single wave goes on with `riattiva waves resume ID`."
            )
    click.echo("Everything may leave again")


def _steer(verb: Any, wave_id: str, **given: str) -> None:
    rt = open_installation()
    with runtime.session() as db:
        wave = verb(db, wave_id, by=BY, now=rt.now(), **given)
    click.echo(f"{wave.name}: {wave.state}")


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise BadInput(f"{text!r} is no amount", where="--budget", mend="Write one like 200.00.")
    return amount


def _pace(db: Session, wave: Wave) -> dict[str, Any]:
    group = db.get_one(MessageGroup, wave.id)
    figures: dict[str, Any] = {name: getattr(group, name) for name in (*control.PACE, "budget")}
    held = {
        tally.domain: reasons.say("en", tally.why or {"code": "held"}) for tally in tallies.held(db, wave.id)
    }
    return {**figures, "spent": group.spent, **({"held": held} if held else {})}


def _show(line: unconfirmed.Line, as_json: bool) -> None:
    message = line.message
    figures = {
        "message_id": message.id,
        "contact_id": message.contact_id,
        "address": message.address,
        "channel": message.channel,
        "step": message.step,
        "called_at": message.called_at,
        "reason": message.reason,
        "may_be_sent_again": line.again,
    }
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False, default=str))  # one line each: there may be many
        return
    again = "" if line.again else "  (not sent again: heard from, written to since, or sent again already)"
    click.echo(
        f"{message.called_at:%Y-%m-%d %H:%M}  {message.channel:<5}  {message.step}  {message.address}{again}"
    )
