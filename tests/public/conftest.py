"""A contact with links in hand: no log-in, no cookie."""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import runtime
from app.contacts.addresses import hashes
from app.contacts.models import Contact
from app.contacts.suppression import held
from app.factory import create_app
from app.messages import emails
from app.messages.models import Content
from app.runtime import Runtime
from app.surveys.definition import parse
from app.surveys.survey import Survey
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


def every_kind(start: str = "hello") -> Survey:
    """A survey with one question of each kind, begun at `start`."""
    text = (Path(__file__).parent / "every_kind.yaml").read_text("utf-8")
    head, _, rest = text.partition("questions:\n")
    # What comes before `start` is cut away: nothing may stand where nobody gets to.
    kept = rest[rest.index(f"  - id: {start}\n") :]
    return parse(head.replace("start: hello", f"start: {start}") + "questions:\n" + kept, "every_kind.yaml")


@dataclass(frozen=True, slots=True)
class Letter:
    """An email as its reader gets it: every tag filled."""

    subject: str
    text: str
    html: str
    headers: str

    def links(self) -> list[str]:
        """Every address of ours in it, the headers included, as paths."""
        hrefs = [unescape(link) for link in re.findall(r'href="([^"]+)"', self.html)]
        plain = re.findall(r"https?://[^\s<>]+", self.text + " " + self.headers)
        ours = runtime.current().settings.public_url
        return sorted({link.removeprefix(ours) for link in hrefs + plain if link.startswith(ours)})


def letter(wave: SmallWave, name: str) -> Letter:
    """This person's email of the wave."""
    message = wave.messages[name]
    with runtime.reading() as db:
        content = db.get_one(Content, message.content_id)

    whole = content.subject + content.text + content.html
    values = emails.values_of(runtime.current().settings, whole, message)

    def filled(text: str) -> str:
        for tag, value in values.items():
            text = text.replace(f"-rv_{tag}-", value)
        assert "-rv_" not in text
        return text

    headers = "\n".join(f"{name}: {value}" for name, value in content.headers.items())
    return Letter(*map(filled, (content.subject, content.text, content.html, headers)))
