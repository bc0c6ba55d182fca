"""What happens to an email once SendGrid accepted it: dropped, bounced or delivered, and somebody reacts."""

import secrets
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from app.sandbox import words
from app.sandbox.browser import CHROME, SCANNER, links, plain_text, rating_links
from app.sandbox.events import queue
from app.sandbox.mail import Email, find_email
from app.sandbox.memory import Lane, plan
from app.sandbox.personas import ANSWERING, Kind, Persona, dice, gateway_of, home_of, persona_of
from app.sandbox.replies import away_text
from app.sandbox.sendgrid import suppress, why_dropped
from app.sandbox.world import World

PROXY = "Mozilla/5.0"
SERVER = "198.51.100.7"
HARD = "550 5.1.1 The email account that you tried to reach does not exist."
FULL = "452 4.2.2 The email account that you tried to reach is over quota."
Payload = Mapping[str, Any]
Step = Callable[[World, sqlite3.Connection, Payload], None]


def process(world: World, db: sqlite3.Connection, payload: Payload) -> None:
    """SendGrid takes the message on, or drops it because the address stands on one of the account's lists."""
    email = _email(world, payload)
    reason = why_dropped(db, email.address)
    if reason:
        queue(world, db, email, "dropped", reason=reason, status="5.0.0")
        _set(db, email, "dropped")
        return
    queue(world, db, email, "processed")
    wait = dice(world.config.seed, email.address, "transit").uniform(1, 4)
    plan(db, world.later(wait), Lane.STATE, "email.arrive", {"email": email.id})


def arrive(world: World, db: sqlite3.Connection, payload: Payload) -> None:
    """The recipient's server answers; then machines and people do what they do."""
    email = _email(world, payload)
    persona = persona_of(world.config.seed, email.address, world.config.scanners)
    if persona.kind is Kind.GONE and not world.config.silent:
        bounce(world, db, email)
    elif persona.kind is Kind.UNREACHABLE and not world.config.silent:
        for attempt in (1, 2, 3):
            queue(world, db, email, "deferred", 60.0 * attempt, response=FULL, attempt=str(attempt))
        fields: dict[str, Any] = {
            "tls": 1,
            "ip": SERVER,
            "reason": FULL,
            "status": "4.2.2",
            "type": "blocked",
            "bounce_classification": "Mailbox Unavailable",
        }
        queue(world, db, email, "bounce", 300.0, **fields)
        _set(db, email, "blocked")
    else:
        queue(world, db, email, "delivered", response="250 2.0.0 OK", ip=SERVER, tls=1)
        _set(db, email, "delivered")
        if not world.config.silent:
            _machines(world, db, email, persona)
            _person(world, db, email, persona)


def bounce(world: World, db: sqlite3.Connection, email: Email) -> None:
    """A hard bounce: the address joins the account's bounce list."""
    suppress(db, "bounces", email.address, HARD, world.now())
    fields: dict[str, Any] = {
        "tls": 1,
        "ip": SERVER,
        "reason": HARD,
        "status": "5.1.1",
        "type": "bounce",
        "bounce_classification": "Invalid Address",
    }
    queue(world, db, email, "bounce", **fields)
    _set(db, email, "bounced")


def opened(
    world: World, db: sqlite3.Connection, email: Email, delay: float = 0.0, *, machine: bool = False
) -> None:
    """An image was loaded, by a person or by a privacy proxy; without open tracking nobody knows."""
    if email.tracks_opens:
        fields: dict[str, Any] = {
            "useragent": PROXY if machine else CHROME,
            "ip": "17.58.0.9" if machine else home_of(world.config.seed, email.address),
        }
        queue(world, db, email, "open", delay, sg_machine_open=machine, sg_content_type="html", **fields)


def clicked(
    world: World, db: sqlite3.Connection, email: Email, url: str, agent: str = CHROME, ip: str = ""
) -> None:
    if email.tracks_clicks:
        offset = {
            "index": max(0, links(email.html).index(url) if url in links(email.html) else 0),
            "type": "html",
        }
        ip = ip or home_of(world.config.seed, email.address)
        queue(world, db, email, "click", url=url, url_offset=offset, useragent=agent, ip=ip)


def click(world: World, db: sqlite3.Connection, payload: Payload) -> None:
    """They press a link of the email and go on from the page it leads to."""
    email = _email(world, payload)
    clicked(world, db, email, payload["url"])
    lang = words.guess_language(email.text or plain_text(email.html))
    walk = {"url": payload["url"], "address": email.address, "lang": lang}
    plan(db, world.later(0), Lane.WIRE, "pages.walk", walk)


def scan(world: World, db: sqlite3.Connection, payload: Payload) -> None:
    """A security gateway follows every link, the unsubscribe header's too, before anybody reads; and what it finds
    behind the links of the body it submits as it stands."""
    email = _email(world, payload)
    found, gateway = links(email.html), gateway_of(world.config.seed, email.address)
    agent = CHROME if gateway.disguised else SCANNER
    for url in found:
        clicked(world, db, email, url, agent, gateway.ip)
    one_click = one_click_url(email)
    look_at = found + ([one_click] if one_click else [])
    plan(db, world.later(0), Lane.WIRE, "links.scan", {"urls": look_at, "submit": found, "agent": agent})


def complain(world: World, db: sqlite3.Connection, payload: Payload) -> None:
    email = _email(world, payload)
    suppress(db, "spam_reports", email.address, "", world.now())
    queue(world, db, email, "spamreport")
    _set(db, email, "complained")


def write(world: World, db: sqlite3.Connection, payload: Payload) -> None:
    """They answer the email with `text`; an `automatic` answer is their server's."""
    email = _email(world, payload)
    reply = f"<{secrets.token_hex(12)}@{email.address.rpartition('@')[2]}>"
    row = (reply, email.id, payload["text"], payload.get("automatic", False), world.now())
    db.execute("INSERT INTO replies VALUES (?, ?, ?, ?, ?)", row)
    plan(db, world.later(1), Lane.WIRE, "email.forward", {"reply": reply})


def unsubscribe(world: World, db: sqlite3.Connection, payload: Payload) -> None:
    """They press their mail program's Unsubscribe: RFC 8058 if offered, else SendGrid's, else they ask."""
    email = _email(world, payload)
    url = one_click_url(email)
    if url:
        plan(db, world.later(0), Lane.WIRE, "email.one_click", {"url": url})
    elif email.tracks_subscription:
        suppress(db, "unsubscribes", email.address, "", world.now())
        queue(world, db, email, "unsubscribe")
    else:
        write(world, db, {"email": email.id, "text": "unsubscribe"})


def one_click_url(email: Email) -> str:
    """The List-Unsubscribe URL when the email offers RFC 8058's one click, else nothing."""
    if email.header("List-Unsubscribe-Post").replace(" ", "").lower() != "list-unsubscribe=one-click":
        return ""
    uris = (part.strip().strip("<>") for part in email.header("List-Unsubscribe").split(","))
    return next((uri for uri in uris if uri.startswith(("http://", "https://"))), "")


def _machines(world: World, db: sqlite3.Connection, email: Email, persona: Persona) -> None:
    throw = dice(world.config.seed, email.address, f"machines{email.custom}")
    if persona.scanned:
        after = gateway_of(world.config.seed, email.address).after
        plan(db, world.later(after), Lane.STATE, "email.scan", {"email": email.id})
    if persona.proxied:
        opened(world, db, email, throw.uniform(1, 30), machine=True)
    if persona.kind is Kind.AWAY:
        lang = words.guess_language(email.text or plain_text(email.html))
        payload = {"email": email.id, "text": away_text(world, email, lang), "automatic": True}
        plan(db, world.later(throw.uniform(3, 20)), Lane.STATE, "email.write", payload)


def _person(world: World, db: sqlite3.Connection, email: Email, persona: Persona) -> None:
    """Opens after half a minute to ten, then acts once: who has answered an email lets later ones lie."""
    acted = "SELECT 1 FROM emails WHERE address = ? AND status = 'acted' LIMIT 1"
    if not persona.opens or persona.kind is Kind.AWAY or db.execute(acted, (email.address,)).fetchone():
        return
    throw = dice(world.config.seed, email.address, f"person{email.custom}")
    read = throw.uniform(30, 600)
    opened(world, db, email, read)
    step = _reaction(world, email, persona)
    if step is None:
        return
    lane, kind, payload = step
    plan(db, world.later(read + throw.uniform(20, 120)), lane, kind, payload)
    _set(db, email, "acted")


def _reaction(world: World, email: Email, persona: Persona) -> tuple[Lane, str, dict[str, object]] | None:
    throw = dice(world.config.seed, email.address, "reaction")
    lang = words.guess_language(email.text or plain_text(email.html))
    if persona.kind in ANSWERING:
        urls = rating_links(links(email.html))
        if urls and not persona.writes:
            nearest = min(urls, key=lambda score: abs(score - persona.score))
            return Lane.STATE, "email.click", {"email": email.id, "url": urls[nearest]}
        text = f"{persona.score}\n{words.reason(throw, persona, lang)}"
        return Lane.STATE, "email.write", {"email": email.id, "text": text}
    if persona.kind is Kind.STOPS_IN_WORDS:
        return Lane.STATE, "email.write", {"email": email.id, "text": words.stop(throw, lang)}
    if persona.kind is Kind.WRONG_PERSON:
        return Lane.STATE, "email.write", {"email": email.id, "text": words.wrong(throw, lang, by_email=True)}
    if persona.kind is Kind.STOPS:
        return Lane.STATE, "email.unsubscribe", {"email": email.id}
    if persona.kind is Kind.COMPLAINS:
        return Lane.STATE, "email.complain", {"email": email.id}
    if persona.kind in (Kind.LOGS_IN, Kind.BUYS):
        return Lane.WIRE, "act", {"address": email.address}
    return None


def _email(world: World, payload: Payload) -> Email:
    email = find_email(world.memory, payload["email"])
    if email is None:
        raise LookupError(f"no email {payload['email']}")
    return email


def _set(db: sqlite3.Connection, email: Email, status: str) -> None:
    db.execute("UPDATE emails SET status = ? WHERE id = ?", (status, email.id))


STEPS: dict[str, Step] = {
    "email.process": process,
    "email.arrive": arrive,
    "email.click": click,
    "email.scan": scan,
    "email.complain": complain,
    "email.write": write,
    "email.unsubscribe": unsubscribe,
}
