"""The commands of the score: what a contact's is and why, scoring everybody anew, and the weights."""

from pathlib import Path
from typing import Any

import click
import yaml

from app import runtime
from app.cli.base import Command, Group, open_installation, print_json, print_pairs, progress
from app.contacts import find as contacts
from app.scoring import explain, find, recompute, weights
from app.scoring.score import rescore
from app.translations import day, number

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


class _OrName(Group):
    """A group whose unknown sub-command is the name of a contact."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None:
            return super().resolve_command(ctx, ["show", *args])
        return super().resolve_command(ctx, args)


@click.group(cls=_OrName, invoke_without_command=True, subcommand_metavar="[EMAIL|PHONE|ID | COMMAND]")
@_as_json
@click.pass_context
def score(ctx: click.Context, as_json: bool) -> None:
    """What contacts are worth beyond their money: of one with the reasons, or of all by stage."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(overview, as_json=as_json)


@score.command("overview", cls=Command)
@_as_json
def overview(as_json: bool) -> None:
    """How many contacts stand in each stage, and when everybody was last scored."""
    open_installation()
    with runtime.reading() as db:
        found = find.overview(db)
    if as_json:
        print_json(found)
        return
    print_pairs({**found.pop("stages"), **found})


@score.command("show", cls=Command)
@click.argument("name", metavar="EMAIL|PHONE|ID")
@_as_json
def show(name: str, as_json: bool) -> None:
    """The score of one contact, from all that is known now, part by part with the reasons."""
    opened = open_installation()
    lang = opened.settings.default_language
    with runtime.reading() as db:
        held = contacts.one(db, name, country=opened.settings.default_country)
        if as_json:
            print_json(explain.known(db, held.id, now=opened.now(), lang=lang))
            return
        made, told = explain.of_contact(db, held.id, now=opened.now(), lang=lang)
    click.echo(f"{made.value}/100  {explain.stage_name(made.stage, lang)}")
    for part in told:
        points = ("+" if part.points >= 0 else "−") + number(lang, abs(part.points))
        click.echo(f"  {part.name:<14} {part.value:>8}  {points:>6}  {day(lang, part.newest)}")
        for why in part.why:
            click.echo(f"{'':18}{why}")


@score.command("recompute", cls=Command)
@click.argument("name", metavar="[EMAIL|PHONE|ID]", required=False)
@_as_json
def again(name: str | None, as_json: bool) -> None:
    """Score everybody anew, or one contact."""
    opened = open_installation()
    now = opened.now()
    if name:
        with runtime.session() as db:
            held = contacts.one(db, name, country=opened.settings.default_country)
            rescore(db, [held.id], now=now)
        found: dict[str, Any] = {"scored": 1, "at": now}
    else:
        with progress() as bars:
            task = bars.add_task("Scoring", total=None)
            recompute.run(runtime.session, now=now, tick=lambda: bars.advance(task))
        with runtime.reading() as db:
            found = {"scored": find.overview(db)["scored"], "at": now}
    (print_json if as_json else print_pairs)(found)


@score.group("weights", cls=Group)
def weighing() -> None:
    """The scorecard: points of every fact, weights of every part."""


@weighing.command("show", cls=Command)
def weights_show() -> None:
    """The scorecard that holds, whole, as a file to change."""
    open_installation()
    with runtime.reading() as db:
        card, _ = find.present(db)
    click.echo(yaml.safe_dump(weights.as_written(card), allow_unicode=True, sort_keys=False), nl=False)


@weighing.command("set", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@_as_json
def weights_set(file: Path, as_json: bool) -> None:
    """Make FILE the scorecard; everybody is scored by it within a minute, or at once by `score recompute`."""
    opened = open_installation()
    written = weights.load(file)
    with runtime.session() as db:
        made = weights.save(db, written, at=opened.now(), actor="user:command line")
    (print_json if as_json else print_pairs)({"card_id": made.id, "at": made.at, "changes": sorted(written)})
