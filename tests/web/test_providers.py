"""The operators' page: what is wrong stands in words, what was set aside is read again by a button, admins only."""

import math
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from app import runtime
from app.intake import counts, refusals
from app.intake.accept import accept
from app.intake.counts import Seen, What
from app.intake.expand import expand_next
from app.intake.models import Route
from app.runtime import Runtime
from tests.web.conftest import PASSWORD, LogIn, add_user, token
from tests.web.test_browser import chromium as chromium
from tests.web.test_browser import looking, shoot
from tests.web.test_browser import pytestmark as in_a_browser
from tests.web.test_browser import site as site
from tests.webhooks.doors import kept

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def two_days(rt: Runtime) -> None:
    """Two days at the doors of SendGrid with an evening's rush; some posts cannot be read, one waits."""
    now, counted = rt.now(), {}
    for minutes in range(0, 48 * 60, 30):
        at = now - timedelta(minutes=minutes)
        posts = round(
            40 + 400 * math.exp(-(((minutes - 1500) / 240) ** 2)) + 60 * math.sin(minutes / 200) ** 2
        )
        for what in (What.ACCEPTED, What.EXPANDED):
            counted[counts.key(Route.SENDGRID_EVENTS, what, at)] = Seen(posts, at)
        counted[counts.key(Route.SENDGRID_EVENTS, What.EVENTS, at)] = Seen(93 * posts, at)
        counted[counts.key(Route.SENDGRID_INBOUND, What.ACCEPTED, at)] = Seen(posts // 30, at)
        counted[counts.key(Route.SENDGRID_INBOUND, What.EXPANDED, at)] = Seen(posts // 30, at)
    counted[counts.key(Route.SENDGRID_EVENTS, What.FOREIGN, now)] = Seen(312, now)
    counted[counts.key(Route.SENDGRID_EVENTS, What.REPEATED, now)] = Seen(41, now)
    counted[counts.key(Route.SENDGRID_EVENTS, What.UNKNOWN, now, "sneezed")] = Seen(3, now)
    with runtime.session() as db:
        counts.add(db, counted)
        for body in (b"no json", b'{"event": 1}', b"[1]"):
            accept(db, Route.SENDGRID_EVENTS, body, now=now - timedelta(minutes=50))
    while expand_next(Route.SENDGRID_EVENTS):
        pass
    with runtime.session() as db:
        accept(db, Route.SENDGRID_EVENTS, b"[]", now=now - timedelta(minutes=3))
    for _ in range(7):
        refusals.note(Route.SENDGRID_EVENTS, "signature")
    refusals.flush()


def test_an_admin_reads_again_what_was_set_aside(rt: Runtime, as_role: LogIn) -> None:
    two_days(rt)
    admin = as_role("admin")
    page = admin.get("/providers")
    assert page.status_code == 200
    for said in (
        "7 posts were refused within the hour",
        "the oldest for 3 minutes",
        "Nothing was ever posted here",
    ):
        assert said in page.text
    first, *others = [one.id for one in kept() if one.state == "quarantined"]
    assert admin.post("/providers/replay", data={"all": "yes"}).status_code == 403, "no token"
    form = {"csrf": token(page)}
    assert admin.post("/providers/replay", data=form | {"id": str(first)}).status_code == 303
    assert [one.id for one in kept() if one.state == "again"] == [first]
    for neither in ({}, {"id": "all of them"}):
        assert admin.post("/providers/replay", data=form | neither).status_code == 400
    assert (
        "Will be read again in a moment: 2."
        in admin.post("/providers/replay", data=form | {"all": "yes"}, follow_redirects=True).text
    )
    assert [one.id for one in kept() if one.state == "again"] == [first, *others]


def test_only_an_admin_sees_the_page(rt: Runtime, as_role: LogIn) -> None:
    marketer = as_role("marketer")
    assert marketer.get("/providers").status_code == 403
    shown = marketer.get("/contacts")
    assert "/providers" not in shown.text
    assert marketer.post("/providers/replay", data={"csrf": token(shown), "all": "yes"}).status_code == 403


@pytest.mark.browser
@in_a_browser[1]
@pytest.mark.parametrize("lang", ["it", "en"])
def test_the_page_fits_every_screen(chromium: Browser, site: str, rt: Runtime, lang: str) -> None:
    two_days(rt)
    add_user("laura.bassi@example.com", "admin")
    with looking(chromium, site, lang) as page:
        page.goto("/login")
        page.get_by_label("Email").fill("laura.bassi@example.com")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Accedi" if lang == "it" else "Log in").click()
        page.get_by_role("link", name="Provider").click()
        expect(page.get_by_role("heading", name="SendGrid")).to_be_visible()
        shoot(page, f"providers-{lang}")
        for summary in page.locator("summary").all():
            summary.click()
        shoot(page, f"providers-open-{lang}")
