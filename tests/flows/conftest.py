"""The whole service as its users meet it: real processes, real Valkey, the sandbox as provider, both databases."""

import csv
import html
import json
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from sqlalchemy import text
from sqlmodel import select

from app import db as database
from app import runtime
from app.cli.main import main
from app.cli.service import Service, running
from app.db import new_id
from app.messages.models import Message

COLUMNS = (
    "Codice",
    "Nome",
    "Cognome",
    "E-mail",
    "Cellulare",
    "Ragione sociale",
    "Lingua",
    "Consenso marketing",
    "Consenso SMS",
)
WAVE = """\
name: {name}
survey: riattivazione
segment: {{company: [{company}]}}
control: {control}
steps:
  - name: invite
    channels: [{channels}]
{more}answers_until: {answers_until}
window: {{from: "00:00", to: "24:00"}}
brakes: {{bounces: 100, complaints: 100, opt_outs: 100}}
"""

ON_SQLITE = pytest.mark.parametrize("riattiva", ["sqlite"], indirect=True, scope="session")


@dataclass(slots=True)
class Installation:
    """A running service, and the hands of the marketer and of the contacts."""

    service: Service
    data: Path
    env: dict[str, str]
    made: list[str] = field(default_factory=list)

    def run(self, *words: str, ok: bool = True) -> str:
        """A command as the marketer types it; its standard output, or what it says when it refuses."""
        done = CliRunner().invoke(main, words, env=self.env)
        runtime.current().engine.dispose()
        runtime.install(self.service.rt)
        assert (done.exit_code == 0) is ok, f"{words}: exit {done.exit_code}\n{done.output}\n{done.exception}"
        return done.stdout if ok else done.stderr

    def ask(self, *words: str) -> Any:
        """The JSON a command prints."""
        return json.loads(self.run(*words, "--json"))

    def people(self, folder: Path, *rows: dict[str, str]) -> str:
        """Import these people as the staff of a company of their own; its name is the segment."""
        company = f"Ditta {new_id()[-8:]}"
        file = folder / f"{company[-8:]}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, COLUMNS, delimiter=";")
            writer.writeheader()
            for number, row in enumerate(rows):
                given = {"Codice": f"{company[-8:]}-{number}", "Ragione sociale": company, "Lingua": "IT"}
                writer.writerow(given | row)
        told = self.ask("contacts", "import", str(file), "--source", "prova")
        assert told["rejected"] == 0, told
        return company

    def launch(
        self,
        folder: Path,
        company: str,
        *,
        channels: str = "sms, email",
        control: int = 0,
        more: str = "",
        answers_until: str = "1 day",
    ) -> str:
        """Launch a wave to a company; its id."""
        file = folder / f"wave-{new_id()[-8:]}.yaml"
        file.write_text(
            WAVE.format(
                name=company,
                company=company,
                channels=channels,
                control=control,
                more=more,
                answers_until=answers_until,
            )
        )
        return str(self.ask("waves", "launch", str(file), "--yes")["wave_id"])

    def status(self, wave_id: str) -> dict[str, Any]:
        response = requests.get(
            f"{self.service.url}/api/v1/waves/{wave_id}",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=30,
        )
        response.raise_for_status()
        return dict(response.json())

    @property
    def token(self) -> str:
        if not self.made:
            self.made.append(self.run("users", "tokens", "issue", "prove", "--role", "admin").split()[-1])
        return self.made[0]

    def messages(self, wave_id: str) -> list[Message]:
        """The wave's outbound messages as the ledger has them."""
        with runtime.reading() as db:
            sent = select(Message).where(Message.group_id == wave_id, Message.direction == "out")
            return list(db.exec(sent.order_by(Message.id)))

    def thread(self, phone: str) -> str:
        """What stands on this phone's screen."""
        return page_text(requests.get(f"{self.sandbox}/phones/{phone}", timeout=30).text)

    def text_back(self, phone: str, words: str) -> None:
        """The contact answers by SMS."""
        requests.post(
            f"{self.sandbox}/phones/{phone}/reply", data={"body": words}, timeout=30
        ).raise_for_status()

    def inbox(self, address: str) -> list[str]:
        """The emails this address got: ids of the sandbox's pages, newest first."""
        home = requests.get(f"{self.sandbox}/", timeout=30).text
        found = []
        for email_id in dict.fromkeys(re.findall(r'href="/emails/([^"/]+)"', home)):
            page = requests.get(f"{self.sandbox}/emails/{email_id}", timeout=30).text
            if address in page_text(page).lower():
                found.append(email_id)
        return found

    def email(self, email_id: str) -> str:
        """One email as the sandbox shows it, HTML of the message included."""
        return html.unescape(
            html.unescape(requests.get(f"{self.sandbox}/emails/{email_id}", timeout=30).text)
        )

    def do(self, email_id: str, deed: str, **fields: str) -> None:
        """The contact does something with an email: open, click, reply, complain, unsubscribe."""
        requests.post(
            f"{self.sandbox}/emails/{email_id}/{deed}", data=fields, timeout=30, allow_redirects=False
        ).raise_for_status()

    @property
    def sandbox(self) -> str:
        return str(self.service.sandbox_url)

    def show(self, who: str) -> dict[str, Any]:
        return dict(self.ask("contacts", "show", who))


def page_text(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def eventually(check: Callable[[], Any], seconds: float = 40.0) -> Any:
    """The first true answer of `check`; fails with its last one when none comes in time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = check()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"did not happen within {seconds} s; last seen: {answer!r}"
        time.sleep(0.1)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def riattiva(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """`riattiva up` on each database, with the sandbox's people silent unless a test moves them."""
    data = tmp_path_factory.mktemp(f"up-{request.param}")
    env = {"DATA_DIR": str(data), "SANDBOX_SILENT_PERSONAS": "1", "DATABASE_URL": ""}
    if request.param == "postgres":
        base: str = request.getfixturevalue("postgres")
        name = f"flows_{new_id().replace('-', '')}"
        admin = database.open_engine(base).execution_options(isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_riattiva"))
        admin.dispose()
        env["DATABASE_URL"] = base.replace("/postgres?", f"/{name}?")
    with ExitStack() as stack:
        with surroundings(env):
            service = stack.enter_context(running(data, port=free_port(), sandbox_speed=2000))
        yield Installation(service, data, env)


@contextmanager
def surroundings(env: dict[str, str]) -> Iterator[None]:
    """These variables for as long as it lasts: other tests of this process must not meet them."""
    kept = {key: os.environ.get(key) for key in env}
    os.environ.update(env)
    try:
        yield
    finally:
        for key, value in kept.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_numbers = iter(range(10_000, 90_000))


def mobile() -> str:
    """A mobile number nobody else in this run has, in E.164."""
    return f"+39347{os.getpid() % 100:02d}{next(_numbers)}"


def address(name: str) -> str:
    """An email address nobody else in this run has."""
    return f"{name}.{new_id()[-10:]}@ditta.example"
