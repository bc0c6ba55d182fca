"""Every main page on a phone is light and accessible; times are judged by `make lighthouse` alone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.quality.look import visit
from tests.quality.pages import installation, served, told
from tests.quality.run import budgeted, logged_in
from tests.web.test_browser import CHROMIUM, SWITCHES

pytestmark = [
    pytest.mark.long,
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and not os.environ.get("CI"), reason=f"there is no {CHROMIUM} to look with"
    ),
]
BAD = "data:text/html,<html><title>x</title><main><img src=x><input><p style='color:%23ccc'>pale</p></main>"


def test_every_main_page_is_light_and_accessible(tmp_path: Path) -> None:
    with installation(tmp_path) as rt, served(rt) as site, sync_playwright() as playwright:
        pages = told(rt)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        found = " ".join(visit(browser, BAD).found)
        assert all(rule in found for rule in ("image-alt", "label", "color-contrast", "html-has-lang"))
        state = logged_in(browser, site)
        broken = {
            name: problems
            for name, path, budget, cookies in budgeted(*pages, state)
            if (problems := budget.broken(visit(browser, site + path, cookies), times=False))
        }
        browser.close()
    assert broken == {}
