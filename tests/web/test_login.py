"""Who gets in, who does not, and what a forged or repeated request achieves."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from redis import Redis

from app import queue, runtime
from app.accounts import setup, users
from app.accounts.throttle import FAILURES
from app.embedded import start_valkey
from app.factory import create_app
from app.runtime import Runtime
from tests.web.conftest import PASSWORD, LogIn, add_user, log_in, token

# What the door does is the same on every engine; the reads behind it are tested on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAGES = ["/", "/contacts", "/waves/01900000-0000-7000-8000-000000000000", "/waves/x", "/contacts/x?before=y"]


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    valkey = start_valkey(tmp_path_factory.mktemp("throttle"))
    client = queue.connect(valkey.url)
    yield client
    client.close()
    valkey.stop()


def test_every_page_asks_for_a_log_in_and_comes_back(visitor: FlaskClient) -> None:
    for path in PAGES:
        answer = visitor.get(path)
        assert answer.status_code == 303
        assert answer.location.startswith("/login")
        assert path.partition("?")[0] in answer.location.replace("%2F", "/")


def test_logging_in_goes_on_to_the_page_that_was_wanted(visitor: FlaskClient) -> None:
    add_user("anna@example.com", "viewer")
    assert log_in(visitor, " ANNA@example.com", next="/contacts?q=rossi").location == "/contacts?q=rossi"
    assert "anna@example.com" in visitor.get("/").text


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "",
    ],
)
def test_next_never_leads_to_another_site(visitor: FlaskClient, evil: str) -> None:
    add_user("anna@example.com", "viewer")
    assert log_in(visitor, "anna@example.com", next=evil).location == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(visitor: FlaskClient) -> None:
    add_user("anna@example.com", "viewer")
    wrong = log_in(visitor, "anna@example.com", "not the password")
    unknown = log_in(visitor, "nobody@example.com", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert _problem(wrong.text) == _problem(unknown.text)
    assert visitor.get("/").status_code == 303


def test_the_session_is_new_after_logging_in_and_gone_after_logging_out(visitor: FlaskClient) -> None:
    add_user("anna@example.com", "viewer")
    before = token(visitor.get("/login"))
    answer = log_in(visitor, "anna@example.com")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    after = token(visitor.get("/"))
    assert after != before, "a token planted before the log-in must not be worth anything after it"
    assert visitor.post("/logout", data={"csrf": before}).status_code == 403
    assert visitor.post("/logout", data={"csrf": after}).status_code == 303
    assert visitor.get("/").status_code == 303


def test_cookies_are_for_https_only_where_the_site_is(rt: Runtime) -> None:
    secure = replace(rt, settings=rt.settings.model_copy(update={"public_url": "https://crm.example.com"}))
    runtime.install(secure)
    client = create_app(secure).test_client()
    assert "Secure" in client.get("/login").headers["Set-Cookie"]


def test_a_session_ends_after_a_day_of_work(as_role: LogIn, rt: Runtime) -> None:
    client = as_role("viewer")
    runtime.install(replace(rt, clock_ahead=timedelta(hours=11)))
    assert client.get("/").status_code == 200
    runtime.install(replace(rt, clock_ahead=timedelta(hours=13)))
    assert client.get("/").status_code == 303


def test_a_form_without_its_token_changes_nothing(visitor: FlaskClient) -> None:
    for path in ("/login", "/language", "/logout", "/setup/x"):
        for forged in ({}, {"csrf": ""}, {"csrf": "guessed"}, {"csrf": "né"}):
            assert visitor.post(path, data=forged).status_code == 403


def test_guessing_is_stopped_and_the_owner_gets_in_again_later(
    visitor: FlaskClient, rt: Runtime, redis: Redis
) -> None:
    redis.flushall()
    runtime.install(replace(rt, redis=redis))
    add_user("anna@example.com", "viewer")
    visitor.get("/login")
    tries = [_guess(visitor) for _ in range(FAILURES + 2)]
    assert tries == [401] * FAILURES + [429, 429]
    assert log_in(visitor, "anna@example.com").status_code == 429, "even the right password must wait"
    runtime.install(replace(rt, redis=redis, clock_ahead=timedelta(minutes=16)))
    assert log_in(visitor, "anna@example.com").status_code == 303


def test_the_right_password_clears_the_count(visitor: FlaskClient, rt: Runtime, redis: Redis) -> None:
    redis.flushall()
    runtime.install(replace(rt, redis=redis))
    add_user("anna@example.com", "viewer")
    for _ in range(2):
        for _ in range(FAILURES - 1):
            assert _guess(visitor) == 401
        assert log_in(visitor, "anna@example.com").status_code == 303
    assert not [key for key in redis.scan_iter("*") if b"anna" in key], "Redis learns no address"


def test_the_one_time_link_makes_the_first_admin_once(visitor: FlaskClient, rt: Runtime) -> None:
    with runtime.session() as db:
        url = setup.setup_url(db, rt.settings, rt.now())
    assert url
    path = url.removeprefix(rt.settings.public_url)
    form = {"csrf": token(visitor.get(path)), "email": "capo@example.com", "password": "corta"}
    assert "too short" in visitor.post(path, data=form).text
    assert "email address" in visitor.post(path, data=form | {"email": "capo", "password": PASSWORD}).text
    assert visitor.post(path, data=form | {"password": PASSWORD}).status_code == 303
    home = visitor.get("/")
    assert "capo@example.com" in home.text
    again = {"csrf": token(home), "email": "second@example.com", "password": PASSWORD}
    assert visitor.get(path).status_code == visitor.post(path, data=again).status_code == 404
    with runtime.session() as db:
        assert [(user.email, user.role) for user in users.everyone(db)] == [("capo@example.com", "admin")]
        assert setup.setup_url(db, rt.settings, rt.now()) is None


def test_a_guessed_setup_link_opens_nothing(visitor: FlaskClient, rt: Runtime) -> None:
    with runtime.session() as db:
        setup.setup_url(db, rt.settings, rt.now())
    assert visitor.get("/setup/guessed").status_code == 404


def test_the_language_is_the_browsers_until_somebody_chooses(visitor: FlaskClient) -> None:
    assert '<html lang="en">' in visitor.get("/login").text
    german = {"Accept-Language": "de, it;q=0.5"}
    assert '<html lang="it">' in visitor.get("/login", headers=german).text
    form = {"csrf": token(visitor.get("/login")), "language": "it", "next": "/login"}
    assert visitor.post("/language", data=form).location == "/login"
    assert "Accedi" in visitor.get("/login").text


def test_headers_keep_other_sites_out(visitor: FlaskClient) -> None:
    for path in ("/login", "/", "/static/riattiva.css"):
        headers = visitor.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_the_styles_and_scripts_come_from_here(as_role: LogIn) -> None:
    page = as_role("viewer").get("/").text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert "style=" not in page, "the content security policy would drop it"
    static = Path(__file__).parents[2] / "app/web/static/riattiva.css"
    assert "@import" not in static.read_text()
    assert "url(" not in static.read_text()


def _guess(client: FlaskClient) -> int:
    return log_in(client, "anna@example.com", "guess number one").status_code


def _problem(page: str) -> str:
    found = re.search(r'role="alert">([^<]+)<', page)
    assert found
    return found[1]
