"""`python -m tests.quality.run`: a table of the main pages; exit status 1 when one is over its budget."""

import logging
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.quality.look import Budget, Figures, visit
from tests.quality.pages import installation, served, told
from tests.web.conftest import PASSWORD, add_user
from tests.web.test_browser import CHROMIUM, SWITCHES

VISITS = int(os.environ.get("LIGHTHOUSE_VISITS", "3"))
OWN = Budget(bytes=80_000, requests=6)
THEIRS = Budget(bytes=20_000, requests=4)
"""A contact may open the page on a train, and owes us nothing."""


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def middle(browser: Browser, url: str, state: Any) -> Figures:
    """The visit whose first paint is in the middle of several: one alone may meet a busy machine."""
    visits = [visit(browser, url, state, axe=number == 0) for number in range(VISITS)]
    first = median(one.first for one in visits)
    chosen = next(one for one in visits if one.first == first)
    return Figures(*(getattr(chosen, name) for name in Figures.__slots__[:-1]), found=visits[0].found)


def logged_in(browser: Browser, site: str) -> Any:
    """The cookies of an administrator, who may see every page."""
    context = browser.new_context(base_url=site, locale="it")
    page = context.new_page()
    add_user("admin@example.com", "admin")
    page.goto("/login")
    page.get_by_label("Email").fill("admin@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Accedi").click()
    page.wait_for_url(f"{site}/")
    state = context.storage_state()
    context.close()
    return state


def budgeted(own: dict[str, str], theirs: dict[str, str], state: Any) -> list[tuple[str, str, Budget, Any]]:
    """Name, path, budget and cookies of every page: the contacts' first, who have none."""
    pages = [(name, path, THEIRS, None) for name, path in theirs.items()]
    return [
        *pages,
        ("/login", "/login", OWN, None),
        *((name, path, OWN, state) for name, path in own.items()),
    ]


def main() -> int:
    over = 0
    logging.getLogger("app").setLevel(logging.ERROR)  # no worker hears the bells, and none is needed
    with (
        tempfile.TemporaryDirectory() as made,
        installation(Path(made)) as rt,
        sync_playwright() as playwright,
    ):
        own, theirs = told(rt)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        with served(rt) as site:
            pages = budgeted(own, theirs, logged_in(browser, site))
            say(
                f"{'page':26}{'paint ms':>9}{'largest':>9}{'blocked':>9}{'shift':>7}{'kB':>7}{'requests':>9}{'axe':>5}"
            )
            for name, path, budget, cookies in pages:
                seen = middle(browser, site + path, cookies)
                broken = budget.broken(seen)
                over += bool(broken)
                times = f"{seen.first:9.0f}{seen.largest:9.0f}{seen.blocked:9.0f}{seen.shift:7.2f}"
                say(f"{name:26}{times}{seen.bytes / 1000:7.1f}{seen.requests:9}{len(seen.found):5}")
                for line in broken:
                    say(f"    {line}")
        browser.close()
    for who, budget in (("contact", THEIRS), ("marketer", OWN)):
        say(f"{who}: {budget}")
    say("all within budget" if not over else f"{over} pages over budget")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
