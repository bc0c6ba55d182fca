"""A contact on a small phone answers the survey by keyboard alone and finds the way out; nothing scrolls sideways."""

import os

import pytest
from playwright.sync_api import Browser, Page, expect

from app.runtime import Runtime
from app.tokens import Purpose
from tests.paths import ARTEFACTS, PICTURES
from tests.public.conftest import stops
from tests.waves.small_wave import launch_wave
from tests.web.test_browser import CHROMIUM, looking

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and not os.environ.get("CI"), reason=f"there is no {CHROMIUM} to look with"
    ),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def company(rt: Runtime) -> Runtime:
    """An installation that says who it is."""
    rt.settings.organisation_name = "Officine Meccaniche Brambilla & Figli S.r.l."
    rt.settings.postal_address = "via Giuseppe Garibaldi 118, 20121 Milano (MI)"
    rt.settings.privacy_url = "https://brambilla.example/privacy"
    return rt


def shoot(page: Page, name: str) -> None:
    """See that nothing has to be scrolled sideways; on demand keep a picture of a phone, light and dark."""
    for width, scheme in ((320, "light"), (390, "dark"), (390, "light")):
        page.set_viewport_size({"width": width, "height": 780})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        if PICTURES and width == 390:
            look = f"public-{name}{'-dark' if scheme == 'dark' else ''}"
            ARTEFACTS.mkdir(exist_ok=True)
            page.screenshot(path=ARTEFACTS / f"{look}.png", full_page=True)


def press_tab_until(page: Page, selector: str) -> None:
    """Walk by keyboard to something; whoever walks there must see where they are."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            seen = "e => getComputedStyle(e.matches('input') ? e.nextElementSibling : e).outlineStyle"
            assert page.evaluate(f"({seen})(document.activeElement)") != "none", f"no focus on {selector}"
            return
    pytest.fail(f"{selector} cannot be reached by keyboard")


def test_the_survey_is_answered_by_keyboard(chromium: Browser, site: str, company: Runtime) -> None:
    wave = launch_wave(company, ["ada"])
    with looking(chromium, site) as page:
        page.goto(wave.link(Purpose.SURVEY, "ada"))
        shoot(page, "question")
        tops = "all => all.map(one => one.getBoundingClientRect().top)"
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 780})
            rows = page.locator(".scale label").evaluate_all(tops)
            assert sorted(map(rows.count, set(rows))) == [5, 6], f"a score stands alone at {width}"
        press_tab_until(page, "input[type=radio]")
        for _ in range(9):
            page.keyboard.press("ArrowRight")
        assert page.locator("input:checked").get_attribute("value") == "9"
        shoot(page, "question-chosen")
        press_tab_until(page, "button.main")
        page.keyboard.press("Enter")
        expect(page.get_by_role("textbox")).to_be_visible()
        page.get_by_role("textbox").fill("Consegne puntuali e gente che risponde al telefono.")
        shoot(page, "text")
        page.get_by_role("button", name="Continua").click()
        expect(page.get_by_role("button", name="Resto")).to_be_visible()
        shoot(page, "choice")
        press_tab_until(page, "button[value=stay]")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading")).to_be_visible()
        shoot(page, "thanks")


def test_the_way_out_is_found_by_keyboard(chromium: Browser, site: str, company: Runtime) -> None:
    wave = launch_wave(company, ["ada"])
    with looking(chromium, site) as page:
        page.goto(wave.link(Purpose.PREFERENCES, "ada"))
        shoot(page, "preferences")
        press_tab_until(page, "button[value=all]")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_be_visible()
        shoot(page, "preferences-done")
        assert [channel for channel, _ in stops(wave.contacts["ada"])] == ["email", "sms"]
        page.goto(wave.link(Purpose.SURVEY, "ada"))
        shoot(page, "stopped")


def test_a_click_in_the_email_is_confirmed_with_one_press(
    chromium: Browser, site: str, company: Runtime
) -> None:
    wave = launch_wave(company, ["ada"])
    with looking(chromium, site, lang="en") as page:
        page.goto(wave.link(Purpose.SURVEY, "ada") + "?a=10&lang=en")
        shoot(page, "one-click")
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_role("textbox")).to_be_visible()
