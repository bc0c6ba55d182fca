"""`riattiva webhooks regrade`: opens and clicks by the rules of today."""

from collections.abc import Callable

import click

from app import runtime
from app.cli.base import Command, open_installation, print_json, progress
from app.cli.webhooks import webhooks
from app.engagement import callers
from app.intake import grading
from app.intake.grading import Page


@webhooks.command(cls=Command)
@click.option("--json", "as_json", is_flag=True)
def regrade(as_json: bool) -> None:
    """Grade all kept opens and clicks anew: after an update of the rules, or of the list of robots.

    Whoever gains or loses a sign of life by it is judged anew. It may be interrupted and run again.
    """
    open_installation()
    while _forget():
        pass
    _all("callers", _recall)
    messages, changed = _all("grades", _regrade)
    if as_json:
        print_json({"messages": messages, "contacts_changed": changed})
    else:
        click.echo(f"{messages} messages looked at; {changed} contacts gained or lost a sign of life")


def _forget() -> bool:
    with runtime.session() as db:
        return callers.forget(db)


def _recall(after: str | None) -> Page:
    with runtime.session() as db:
        return grading.recall_page(db, after)


def _regrade(after: str | None) -> Page:
    with runtime.session() as db:
        return grading.regrade_page(db, after, now=runtime.now())


def _all(name: str, page_after: Callable[[str | None], Page]) -> tuple[int, int]:
    """Every page, each in a transaction of its own: how many messages, and contacts changed."""
    messages, changed = 0, 0
    with progress() as bars:
        task = bars.add_task(name, total=None)
        page = page_after(None)
        while True:
            messages, changed = messages + page.messages, changed + page.changed
            bars.update(task, advance=page.messages)
            if page.last is None:
                return messages, changed
            page = page_after(page.last)
