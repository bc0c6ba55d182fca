"""A contact with links in hand: no log-in, no cookie."""

import pytest
from flask.testing import FlaskClient

from app import runtime
from app.contacts.addresses import hashes
from app.contacts.models import Contact
from app.contacts.suppression import held
from app.factory import create_app
from app.runtime import Runtime
from tests.waves.small_wave import SmallWave, launch_wave
from tests.web.test_browser import chromium, site

__all__ = ["chromium", "site"]


@pytest.fixture
def wave(rt: Runtime) -> SmallWave:
    return launch_wave(rt, ["ada"], ["ugo"])


@pytest.fixture
def reader(rt: Runtime) -> FlaskClient:
    return create_app(rt).test_client(use_cookies=False)


def stops(contact: Contact) -> list[tuple[str, str]]:
    """(channel, reason) of what stands against this contact's addresses."""
    key = runtime.current().settings.suppression_key
    with runtime.reading() as db:
        found = held(db, list(hashes(key, contact.email, contact.phone)))
    return sorted((stop.channel, stop.reason) for stop in found)
