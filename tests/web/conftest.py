"""A logged-in browser without a window, and an installation with something to show."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import runtime
from app.accounts.models import User
from app.factory import create_app
from app.runtime import Runtime
from tests.web.story import Story, tell

PASSWORD = "una frase che ricordo"
# The cost stands in the hash: a cheap one is as good a password and keeps the tests quick.
HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)

LogIn = Callable[[str], FlaskClient]


def token(page: TestResponse) -> str:
    """The form token of a page, as a browser would send it back."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text[:300]
    return found[1]


def add_user(email: str, role: str) -> str:
    """Somebody who logs in with PASSWORD; returns their id."""
    with runtime.session() as db:
        user = User(email=email, role=role, password_hash=HASH, created_at=runtime.now())
        db.add(user)
    return user.id


def log_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
    form = {"csrf": token(client.get("/login")), "email": email, "password": password}
    return client.post("/login", data=form | more)


@pytest.fixture
def visitor(rt: Runtime) -> FlaskClient:
    """Somebody who is not logged in, reading English."""
    client = create_app(rt).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def as_role(visitor: FlaskClient) -> LogIn:
    """Log the visitor in as a new user of this role."""

    def enter(role: str) -> FlaskClient:
        add_user(f"{role}@example.com", role)
        assert log_in(visitor, f"{role}@example.com").status_code == 303
        return visitor

    return enter


@pytest.fixture
def story(rt: Runtime) -> Story:
    """A wave under way, with people who answered, left, were never reached or are held out."""
    with runtime.session() as db:
        return tell(db, rt.settings, rt.now() - timedelta(days=3))
