"""Who opened or clicked: two of three signs make a click a machine's, one sign of the person makes it theirs; the
order in which anything is told changes nothing."""

import json
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import col, select

from app import runtime
from app.cli.main import main
from app.db import table_of
from app.engagement import agents, dormancy
from app.engagement.callers import network
from app.engagement.evidence_rules import AT_ONCE, LINKS, MANY, Press, Seen, clicked_together, judge
from app.engagement.evidence_words import why
from app.engagement.models import Grade, Interaction, Kind
from app.engagement.record import record
from app.runtime import Runtime
from tests.waves.small_wave import SmallWave, launch_wave
from tests.webhooks.doors import doors, expand_all, from_sendgrid

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
OUTLOOK = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.5426; Pro)"
SCANNER = "Mozilla/5.0 (compatible; MailGateway-LinkScan/3.1)"
APPLE = "Mozilla/5.0"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
YAHOO = "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"
GATEWAY = "198.51.100.66"


@pytest.mark.parametrize(
    ("seen", "grade", "reasons"),
    [
        (Seen(Kind.OPEN, flagged=True), Grade.MACHINE_OPEN, {"provider": True}),
        (Seen(Kind.OPEN, agent=APPLE), Grade.MACHINE_OPEN, {"proxy": "apple"}),
        (Seen(Kind.OPEN, agent=GMAIL), Grade.MACHINE_OPEN, {"proxy": "gmail"}),
        (Seen(Kind.OPEN, agent=YAHOO), Grade.MACHINE_OPEN, {"proxy": "yahoo"}),
        (
            Seen(Kind.OPEN, agent="python-requests/2.32"),
            Grade.MACHINE_OPEN,
            {"agent": "python-requests/2.32"},
        ),
        (
            Seen(Kind.OPEN, agent=CHROME, after=2, many=True),
            Grade.MACHINE_OPEN,
            {"after": 2, "recipients": MANY},
        ),
        (Seen(Kind.OPEN, agent=CHROME, after=2), Grade.OPEN, {"after": 2}),
        (Seen(Kind.OPEN, agent=OUTLOOK, after=300), Grade.OPEN, {}),
        (Seen(Kind.CLICK), Grade.UNPROVEN, {}),
        (Seen(Kind.CLICK, agent=CHROME, after=3, links=1), Grade.UNPROVEN, {"after": 3}),
        # Before the gateway took the email: it looked inside first.
        (Seen(Kind.CLICK, agent=SCANNER, after=-2), Grade.MACHINE_CLICK, {"after": -2, "agent": SCANNER}),
        (
            Seen(Kind.CLICK, after=AT_ONCE, links=LINKS),
            Grade.MACHINE_CLICK,
            {"after": AT_ONCE, "links": LINKS},
        ),
        (
            Seen(Kind.CLICK, after=60, links=9, many=True),
            Grade.MACHINE_CLICK,
            {"links": 9, "recipients": MANY},
        ),
        # Both tell who it was: one sign, not two.
        (
            Seen(Kind.CLICK, agent=SCANNER, after=600, many=True),
            Grade.UNPROVEN,
            {"agent": SCANNER, "recipients": MANY},
        ),
        (Seen(Kind.CLICK, after=4, then="answer"), Grade.CLICK, {"after": 4, "then": "answer"}),
        (
            Seen(Kind.CLICK, after=4, agent=SCANNER, then="answer"),
            Grade.MACHINE_CLICK,
            {"after": 4, "agent": SCANNER},
        ),
    ],
)
def test_the_rules(seen: Seen, grade: Grade, reasons: Mapping[str, Any]) -> None:
    assert judge(seen) == (grade, reasons)


def test_browsers_and_mail_programs_are_no_machines() -> None:
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
    for agent in (CHROME, OUTLOOK, phone, "Outlook-iOS/723.4027091.prod.iphone (4.2.0)"):
        assert not agents.is_program(agent), agent
    for agent in (SCANNER, "curl/8.5.0", "Java/1.8.0_212", "Go-http-client/1.1", "Mimecast LinkChecker"):
        assert agents.is_program(agent), agent
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2:ffff::1") != network("2001:db8:1:3::1")


def test_a_grade_says_why_in_the_readers_language() -> None:
    both = {"after": -2, "agent": "curl/8.5.0", "recipients": MANY}
    assert why("it", "machine_click", both) == (
        "Una macchina, per almeno due indizi: prima che l’email fosse del tutto consegnata; da un programma "
        f"(curl/8.5.0); da dove lo stesso è arrivato per almeno {MANY} destinatari in un’ora"
    )
    assert why("en", "unproven", {"after": 4}) == (
        "One sign of a machine, which is not enough, and none of the person: 4 seconds after the delivery"
    )
    assert why("it", "click", {"after": 4, "then": "answer"}) == "Suo: poco dopo ha risposto"
    assert why("en", "open", {}) == "No sign of a machine"
    assert why("en", "click", {"page": 40}).startswith("On our page for 40 seconds")
    assert why("en", "act", None) == why("en", "machine_click", None) == ""


Event = tuple[str, dict[str, Any]]
"""A person of the wave, and what is reported of their email; `s`: seconds after the launch."""


def post(client: FlaskClient, wave: SmallWave, events: Sequence[tuple[int, Event]]) -> None:
    batch = []
    for number, (name, told) in events:
        message = wave.messages[name]
        at = int(message.created_at.timestamp()) // 3600 * 3600 + 600 + told["s"]
        ids = {"sg_event_id": f"{message.id}-{number}", "w_message": message.id, "email": message.address}
        if "ip" in told:
            told = told | {"ip": f"{told['ip']}.{wave.id[-6:]}"}  # nobody else's, as if no other wave were
        batch.append({**ids, "timestamp": at, **{key: value for key, value in told.items() if key != "s"}})
    assert from_sendgrid(client, json.dumps(batch).encode()).status_code == 204
    assert expand_all() == {}


def delivered(s: int) -> dict[str, Any]:
    return {"event": "delivered", "s": s}


def click(s: int, link: int = 0, agent: str = CHROME, ip: str = "203.0.113.4") -> dict[str, Any]:
    url = f"https://azienda.example/{link}"
    return {"event": "click", "s": s, "url": url, "useragent": agent, "ip": ip}


def opened(s: int, agent: str = CHROME, ip: str = "203.0.113.4") -> dict[str, Any]:
    return {"event": "open", "s": s, "useragent": agent, "ip": ip}


def signs(wave: SmallWave, name: str) -> list[tuple[str, str, Any]]:
    """(kind, grade, reasons) of what stands on somebody's timeline, oldest first."""
    with runtime.reading() as db:
        theirs = select(Interaction).where(Interaction.contact_id == wave.contacts[name].id)
        rows = db.exec(theirs.order_by(col(Interaction.at), col(Interaction.dedupe_key))).all()
        return [(row.kind, row.grade, row.reasons) for row in rows]


def alive(wave: SmallWave, name: str) -> bool:
    with runtime.reading() as db:
        kept = db.get(dormancy.Dormancy, wave.contacts[name].id)
        derived = dormancy.of_contact(db, wave.contacts[name].id, runtime.now() + timedelta(hours=1))
    assert (kept.last_engaged_at if kept else None) == derived[1]
    return kept is not None and kept.last_engaged_at is not None


def test_a_person_may_click_while_a_scanner_does() -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    theirs, scanner = Press(now, "/a", "203.0.113.4"), [Press(now, f"/{n}", GATEWAY) for n in range(12)]
    assert clicked_together(theirs, [theirs, *scanner]) == 1
    assert clicked_together(scanner[0], [theirs, *scanner]) == 12
    later = [press._replace(at=now + timedelta(seconds=4 * n)) for n, press in enumerate(scanner)]
    assert clicked_together(later[0], later) == 3
    pool = [press._replace(ip=f"198.51.100.{n}") for n, press in enumerate(scanner)]
    assert clicked_together(pool[0], pool) == 12, "another face for every link"


CROWD = [f"crowd{number}" for number in range(MANY - 1)]
NAMES = ["scanned", "quick", "reader", "shared", *CROWD]
TOLD: list[Event] = [
    ("scanned", delivered(10)),
    *(("scanned", click(11 + link % 2, link, SCANNER, GATEWAY)) for link in range(LINKS)),
    ("quick", delivered(20)),
    ("quick", click(24)),
    ("reader", delivered(30)),
    ("reader", opened(300)),
    ("reader", click(330)),
    # A gateway that looks like a browser: known only by whom else it clicks for, and by its haste.
    ("shared", delivered(40)),
    ("shared", opened(41, ip="198.51.100.9")),
    ("shared", click(42, ip="198.51.100.9")),
    *((name, click(100 + number, ip="198.51.100.9")) for number, name in enumerate(CROWD)),
]


def state(wave: SmallWave) -> dict[str, Any]:
    return {name: (signs(wave, name), alive(wave, name)) for name in NAMES}


@ON_SQLITE
def test_what_is_seen_at_the_door_is_graded_with_its_reasons(rt: Runtime) -> None:
    client, wave = doors(rt), launch_wave(rt, NAMES)
    post(client, wave, list(enumerate(TOLD)))
    ended = state(wave)
    scanned = [("click", "machine_click", {"links": LINKS, "agent": SCANNER})] * LINKS
    assert [
        (kind, grade, {**why, "after": 0} | {"after": 0}) for kind, grade, why in ended["scanned"][0]
    ] == [(kind, grade, why | {"after": 0}) for kind, grade, why in scanned]
    assert ended["quick"] == ([("click", "unproven", {"after": 4})], False)
    assert ended["reader"] == ([("open", "open", {}), ("click", "unproven", {})], True)
    hasty = {"after": 1, "recipients": MANY}, {"after": 2, "recipients": MANY}
    assert ended["shared"] == (
        [("open", "machine_open", hasty[0]), ("click", "machine_click", hasty[1])],
        False,
    )
    assert ended[CROWD[0]] == ([("click", "unproven", {"recipients": MANY})], False)
    assert not ended["scanned"][1]


EXPECTED: dict[str, Any] = {}


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), parts=st.integers(1, 6), answers_at=st.integers(0, 6))
def test_order_doubles_and_parcels_change_no_grade(
    rt: Runtime, seed: int, parts: int, answers_at: int
) -> None:
    """Answers come between the parcels, too: it does not matter whether the click or the answer is told first."""
    client, wave = doors(rt), launch_wave(rt, NAMES)
    events, throw = list(enumerate(TOLD)), random.Random(seed)
    if rt.engine.dialect.name not in EXPECTED:
        post(client, wave, events)
        answers(wave, "reader")
        EXPECTED[rt.engine.dialect.name] = state(wave)
        assert EXPECTED[rt.engine.dialect.name]["reader"][0][1] == ("click", "click", {"then": "answer"})
        wave = launch_wave(rt, NAMES)
    events += events
    throw.shuffle(events)
    for part in range(parts):
        if part == answers_at:
            answers(wave, "reader")
        post(client, wave, events[part::parts])
    if answers_at >= parts:
        answers(wave, "reader")
    assert state(wave) == EXPECTED[rt.engine.dialect.name]


def answers(wave: SmallWave, name: str, kind: Kind = Kind.ANSWER, s: int = 500) -> None:
    """They answer on the page (or log in) so many seconds after the launch."""
    created: datetime = wave.messages[name].created_at
    at = created.replace(minute=10, second=0, microsecond=0) + timedelta(seconds=s)
    grade = Grade.ANSWER if kind is Kind.ANSWER else Grade.ACT
    with runtime.session() as db:
        record(db, wave.contacts[name].id, kind, grade, at, "riattiva", f"{kind}:{wave.id}:{name}")


@ON_SQLITE
def test_a_click_counts_once_its_person_goes_on(rt: Runtime) -> None:
    client, wave = doors(rt), launch_wave(rt, ["logs_in", "late", "scanned"])
    post(
        client,
        wave,
        list(
            enumerate(
                [
                    ("logs_in", click(60)),
                    ("late", click(60)),
                    *(("scanned", click(60, link, SCANNER)) for link in range(LINKS)),
                ]
            )
        ),
    )
    answers(wave, "logs_in", Kind.LOGIN, s=120)
    answers(wave, "late", Kind.LOGIN, s=60 + 31 * 60)
    answers(wave, "scanned", Kind.LOGIN, s=120)
    assert signs(wave, "logs_in")[0] == ("click", "click", {"then": "login"})
    assert signs(wave, "late")[0] == ("click", "unproven", {})
    assert {grade for _, grade, _ in signs(wave, "scanned")} == {"machine_click", "act"}, (
        "a person behind a scanner"
    )


def test_grades_are_worked_out_anew_by_a_command(rt: Runtime) -> None:
    """Whatever older rules said, and whatever was forgotten of the callers, the receipts tell all again."""
    client, wave = doors(rt), launch_wave(rt, NAMES)
    post(client, wave, list(enumerate(TOLD)))
    right = state(wave)
    with runtime.session() as db:
        wrong = update(table_of(Interaction)).where(col(Interaction.kind).in_(("click", "open")))
        db.execute(wrong.values(grade=Grade.CLICK, human=True, reasons=None))
        dormancy.recompute_for(db, [contact.id for contact in wave.contacts.values()])
    assert alive(wave, "scanned")
    env = {"DATA_DIR": str(rt.settings.data_dir), "DATABASE_URL": rt.settings.database}
    for changed in (True, False):
        done = CliRunner().invoke(main, ["webhooks", "regrade", "--json"], env=env)
        runtime.install(rt)
        assert done.exit_code == 0, done.output
        told = json.loads(done.stdout)
        assert (told["messages"], told["contacts_changed"] > 0) == (len(NAMES), changed)
        assert state(wave) == right
