"""A contact on a small phone answers the survey by keyboard alone and finds the way out; nothing scrolls sideways."""

import itertools
import os

import pytest
from playwright.sync_api import Browser, Page, expect

from app.runtime import Runtime
from app.tokens import Purpose
from tests.paths import ARTEFACTS, PICTURES
from tests.public.conftest import every_kind, letter, stops
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


def shoot(page: Page, name: str, *wide: int) -> None:
    """See that nothing has to be scrolled sideways; on demand keep pictures, narrow and wide, light and dark."""
    widths = (*wide, 320, 390) if PICTURES else (320,)
    for width, scheme in itertools.product(widths, ("dark", "light") if PICTURES else ("light",)):
        page.set_viewport_size({"width": width, "height": 780})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        if PICTURES and width != 320:
            look = f"public-{name}-{width}{'-dark' if scheme == 'dark' else ''}"
            ARTEFACTS.mkdir(exist_ok=True)
            page.screenshot(path=ARTEFACTS / f"{look}.png", full_page=True)


def press_tab_until(page: Page, selector: str) -> None:
    """Walk by keyboard to something; whoever walks there must see where they are."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            shows = "n => n && getComputedStyle(n).outlineStyle == 'solid'"
            around = "(e => [e, e.parentElement, e.nextElementSibling])(document.activeElement)"
            assert page.evaluate(f"{around}.some({shows})"), f"no focus on {selector}"
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
        expect(page.get_by_role("radio", name="Resto")).to_be_visible()
        press_tab_until(page, "input[type=radio]")
        page.keyboard.press("Space")
        shoot(page, "consent")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Grazie")).to_be_visible()
        shoot(page, "thanks", 1280)


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


# What is chosen or written for each kind; the last of each is what the picture shows and the form sends.
FILLED: tuple[tuple[str, dict[str, str]], ...] = (
    ("stars", {"[value='4']": "check"}),
    ("score", {"[value='9']": "check"}),
    ("sector", {"[value=building]": "check"}),
    ("topics", {"[value=news]": "check", "[value=courses]": "check"}),
    ("machines", {"#answer": "12"}),
    ("visit", {"#answer": "2031-12-03"}),
    ("why", {"#answer": "Consegne puntuali e gente che risponde al telefono."}),
    ("self", {"#email": "ada@nuova.example"}),
    ("successor", {"#name": "Ugo Neri", "#email": "ugo"}),
    ("consent", {"[value=less_often]": "check"}),
)


@pytest.mark.long
@pytest.mark.parametrize("language", ["it", "en", "de", "fr"] if PICTURES else ["de"])
def test_every_kind_is_filled_in_and_can_be_gone_back_from(
    chromium: Browser, site: str, company: Runtime, language: str
) -> None:
    company.surveys["riattivazione"] = every_kind()
    wave = launch_wave(company, ["ada"], language=language)
    with looking(chromium, site, lang=language) as page:
        page.goto(wave.link(Purpose.SURVEY, "ada"))
        for question, fields in FILLED:
            expect(page.locator("[name=question]")).to_have_value(question)
            assert page.get_by_role("heading", level=1).count() == 1
            shoot(page, f"{language}-{question}", 1280)
            for selector, value in fields.items():
                page.locator(selector).check() if value == "check" else page.locator(selector).fill(value)
            if question == "successor":  # the browser itself lets nobody send half an address
                page.locator("form").evaluate("form => form.noValidate = true")
                page.locator("button.main").click()
                expect(page.get_by_role("alert")).to_be_visible()
                expect(page.locator("#email")).to_be_focused()
                expect(page.locator("#name")).to_have_value("Ugo Neri")
                shoot(page, f"{language}-refused", 1280)
                page.locator("#email").fill("ugo@ditta.example")
            shoot(page, f"{language}-{question}-filled", 1280)
            page.locator("button.main").click()
        expect(page.locator("h1")).to_be_visible()
        shoot(page, f"{language}-done", 1280)
        page.go_back()
        expect(page.locator("[value=less_often]")).to_be_checked()
        page.go_back()
        expect(page.locator("#name")).to_have_value("Ugo Neri")
        page.locator("a.back").click()
        page.locator("button[name=switch]").first.click()
        expect(page.locator("#email")).to_have_value("ada@nuova.example")
        shoot(page, f"{language}-switched", 1280)


@pytest.mark.parametrize("start", ["score", "hello", "consent"] if PICTURES else ["consent"])
def test_the_email_reads_well_narrow_and_wide(
    chromium: Browser, site: str, company: Runtime, start: str
) -> None:
    company.settings.sendgrid_inbound_domain = "risposte.brambilla.example"
    company.surveys["riattivazione"] = every_kind(start)
    for language in ("it", "en", "de", "fr") if PICTURES else ("it",):
        wave = launch_wave(company, ["ada"], language=language)
        with looking(chromium, site) as page:
            page.set_content(letter(wave, "ada").html)
            for link in page.locator("a").all():
                box = link.bounding_box()
                assert box, "every link is seen"
                assert (
                    start == "score" or "?a=" not in (link.get_attribute("href") or "") or box["height"] >= 40
                )
            shoot(page, f"email-{start}-{language}", 680)
