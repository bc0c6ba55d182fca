"""A real browser walks from the log-in to a contact, wide and narrow, by mouse and by keyboard."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import make_server

from app import runtime
from app.factory import create_app
from app.runtime import Runtime
from tests.paths import ARTEFACTS, PICTURES
from tests.web.conftest import PASSWORD, add_user
from tests.web.story import Story

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW, SMALLEST = 1280, 390, 320
"""CSS pixels."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and not os.environ.get("CI"), reason=f"there is no {CHROMIUM} to look with"
    ),
    # One engine is enough for what a page looks like.
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def site(rt: Runtime) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(rt), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def looking(browser: Browser, site: str, lang: str = "it") -> Iterator[Page]:
    """Somebody new in front of the site; whatever their browser complains about fails the test."""
    context = browser.new_context(base_url=site, locale=lang, reduced_motion="reduce")
    context.set_default_timeout(5000)
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if _wrong(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def _wrong(said: ConsoleMessage) -> bool:
    # Chromium also notes every answer that is an error page; a refused log-in or answer is one.
    return said.type == "error" and not any(code in said.text for code in ("401", "422"))


def shoot(page: Page, name: str) -> None:
    """See that nothing has to be scrolled sideways; on demand keep pictures, light, dark and narrow."""
    looks = ((NARROW, "light"), (SMALLEST, "light"), (WIDE, "dark"), (WIDE, "light"))
    for width, scheme in looks if PICTURES else (looks[1], looks[3]):
        page.set_viewport_size({"width": width, "height": 860})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        if PICTURES and width != SMALLEST:
            look = f"{name}-{width}{'-dark' if scheme == 'dark' else ''}"
            ARTEFACTS.mkdir(exist_ok=True)
            page.screenshot(path=ARTEFACTS / f"{look}.png", full_page=True)


def log_in(page: Page) -> None:
    add_user("laura.bassi@example.com", "marketer")
    page.goto("/login")
    page.get_by_label("Email").fill("laura.bassi@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Accedi").click()


def test_from_log_in_to_a_contact(chromium: Browser, site: str, story: Story) -> None:
    with looking(chromium, site) as page:
        page.goto("/login")
        shoot(page, "login")
        log_in(page)
        shoot(page, "waves")
        page.get_by_role("link", name="Riattivazione d’autunno").click()
        expect(page.get_by_role("heading", name="Dalla selezione alla riattivazione")).to_be_visible()
        expect(page.get_by_role("button", name="Metti in pausa")).to_be_visible()
        shoot(page, "wave")
        page.get_by_role("link", name="Giulia Ferraris").first.click()
        expect(page.get_by_text("Assistenza rapidissima")).to_be_visible()
        shoot(page, "contact")
        page.get_by_role("link", name="Contatti").first.click()
        page.get_by_label("Nome, email, telefono o azienda").fill("conti arredi")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Paolo Conti")).to_be_visible()
        expect(page.get_by_role("link", name="Giulia Ferraris")).to_have_count(0)
        page.get_by_role("link", name="Contatti").first.click()
        shoot(page, "contacts")
        page.goto(f"/contacts/{story.gone}")
        expect(page.get_by_text("Non contattare")).to_be_visible()
        shoot(page, "gone")


def test_the_main_actions_are_reached_by_keyboard(chromium: Browser, site: str, story: Story) -> None:
    with looking(chromium, site) as page:
        log_in(page)
        page.goto(f"/waves/{story.wave_id}")
        reached = []
        for _ in range(14):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.innerText.trim()"))
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"nobody sees that {reached[-1]!r} has the focus"
            if reached[-1] == "Annulla…":
                break
        assert reached[0] == "Vai al contenuto"
        assert {"Ondate", "Contatti", "IT", "EN", "Esci", "Metti in pausa", "Annulla…"} <= set(reached)
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/waves/{story.wave_id}")
        expect(page.get_by_text("Annullata")).to_be_visible()
        assert page.get_by_role("button", name="Metti in pausa").count() == 0


def test_figures_move_by_themselves(chromium: Browser, site: str, rt: Runtime, story: Story) -> None:
    with looking(chromium, site) as page:
        log_in(page)
        page.goto(f"/waves/{story.wave_id}")
        page.locator("h1").wait_for()
        with runtime.session() as db:
            db.connection().exec_driver_sql(
                "UPDATE answers SET text = 'Detto proprio adesso' WHERE kind = 'text'"
            )
        page.get_by_text("Detto proprio adesso").first.wait_for(timeout=6000)
        with runtime.session() as db:
            db.connection().exec_driver_sql("UPDATE waves SET state = 'finished'")
        page.get_by_role("button", name="Metti in pausa").wait_for(state="detached", timeout=6000)
        expect(page.get_by_text("Conclusa")).to_be_visible()


def test_a_first_visit_in_english(chromium: Browser, site: str) -> None:
    with looking(chromium, site, lang="en") as page:
        add_user("laura.bassi@example.com", "marketer")
        page.goto("/login")
        page.get_by_label("Email").fill("laura.bassi@example.com")
        page.get_by_label("Password").fill("the wrong words")
        page.get_by_role("button", name="Log in").click()
        assert page.get_by_role("alert").inner_text() == "The email or the password is not right."
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_text("No wave has been launched yet")).to_be_visible()
        shoot(page, "empty")
        page.get_by_role("button", name="Italiano").click()
        expect(page.get_by_text("Nessuna ondata è stata ancora lanciata")).to_be_visible()


def test_a_new_wave_from_the_form_to_its_plan(chromium: Browser, site: str, story: Story) -> None:
    with looking(chromium, site) as page:
        log_in(page)
        page.get_by_role("link", name="Nuova ondata").click()
        shoot(page, "new-wave")
        page.get_by_label("Nome").fill("Autunno")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Da guardare prima")).to_be_visible()
        page.get_by_role("link", name="Vai al lancio").click()
        expect(page.get_by_role("heading", name="Lancio")).to_be_in_viewport()
        page.get_by_text("Il file dell’ondata").click()
        everybody = (
            "name: Autunno\nsurvey: riattivazione\nsegment: {email: {known: true}}\nsteps: [{name: invite}]\n"
        )
        page.get_by_label("Modificatelo").fill(everybody)
        page.get_by_role("button", name="Mostra di nuovo il piano").click()
        page.locator("details.reason summary").first.click()
        shoot(page, "plan")
        page.get_by_text("Il file dell’ondata").click()
        page.get_by_label("Modificatelo").fill("survey: riattivazione\nsteps: 1\n")
        page.get_by_role("button", name="Mostra di nuovo il piano").click()
        expect(page.get_by_role("alert")).to_contain_text("Riga 2")
        shoot(page, "new-wave-problems")
