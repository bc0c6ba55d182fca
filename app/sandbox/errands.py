"""Steps that talk to the product over the wire: webhooks, a browser, a scanner, the shop's own API calls."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC
from urllib.parse import urljoin, urlsplit

import requests

from app.sandbox import words
from app.sandbox.browser import TIMEOUT, forms, walk
from app.sandbox.mail import find_email
from app.sandbox.personas import Kind, Persona, dice, persona_of
from app.sandbox.post import TryAgain, inbound_parse, session, twilio_post
from app.sandbox.readers import Payload
from app.sandbox.replies import compose
from app.sandbox.world import World

Errand = Callable[[World, Payload, int], None]


def forward_email(world: World, payload: Payload, attempt: int) -> None:
    """Inbound Parse hands a reply to the product."""
    row = world.memory.row("SELECT * FROM replies WHERE id = ?", payload["reply"])
    email = find_email(world.memory, row["email"]) if row else None
    if row is None or email is None or not world.config.inbound_email_url:
        return
    persona = persona_of(world.config.seed, email.address)
    lang = words.guess_language(row["text"])
    inbound_parse(world, compose(world, email, persona, row, lang), attempt)


def forward_text(world: World, payload: Payload, attempt: int) -> None:
    """Twilio hands a person's text to the product; OptOutType only where Advanced Opt-Out is on."""
    row = world.memory.row("SELECT * FROM texts WHERE sid = ?", payload["sid"])
    if row is None or not world.config.inbound_sms_url:
        return
    form = dict.fromkeys(("MessageSid", "SmsSid", "SmsMessageSid"), row["sid"])
    form |= {
        "AccountSid": world.config.twilio_account_sid,
        "ApiVersion": "2010-04-01",
        "SmsStatus": "received",
    }
    form |= {"From": row["phone"], "To": row["ours"], "Body": row["body"]}
    form |= {"NumMedia": "0", "NumSegments": str(row["segments"])}
    form |= {f"{end}{part}": "" for end in ("From", "To") for part in ("City", "State", "Zip")}
    form |= {"FromCountry": _country(row["phone"]), "ToCountry": _country(row["ours"])}
    if row["service"]:
        form["MessagingServiceSid"] = row["service"]
    if payload["opt_out"] and world.config.advanced_opt_out:
        form["OptOutType"] = payload["opt_out"]
    twilio_post(world, world.config.inbound_sms_url, form, row["sid"], attempt)


def call_back(world: World, payload: Payload, attempt: int) -> None:
    """A status callback, to the URL the message was created with."""
    row = world.memory.row("SELECT * FROM texts WHERE sid = ?", payload["sid"])
    if row is None:
        return
    status = payload["status"]
    form = {"MessageSid": row["sid"], "SmsSid": row["sid"], "MessageStatus": status, "SmsStatus": status}
    form |= {"AccountSid": world.config.twilio_account_sid, "ApiVersion": "2010-04-01"}
    form |= {"To": row["phone"], "From": row["ours"]}
    if row["service"]:
        form["MessagingServiceSid"] = row["service"]
    if payload["error"]:
        form["ErrorCode"] = str(payload["error"])
    if status in ("delivered", "undelivered"):
        form["RawDlrDoneDate"] = world.date().strftime("%y%m%d%H%M")
    twilio_post(world, row["callback"], form, f"{row['sid']}-{status}", attempt)


def one_click(world: World, payload: Payload, attempt: int) -> None:
    """A mail program's unsubscribe: a bare POST, no cookies, no redirect (RFC 8058)."""
    if not world.reaches(payload["url"]):
        return
    body = {"List-Unsubscribe": "One-Click"}
    status = session().post(payload["url"], data=body, timeout=TIMEOUT, allow_redirects=False).status_code
    if status >= 500 and attempt < 3:
        raise TryAgain(60.0)


def scan_links(world: World, payload: Payload, attempt: int) -> None:
    """HEAD and GET every link once; on what stands in the body also POST nothing, and submit each form as it stands,
    no button pressed. A link that fails is the next person's trouble, not the scanner's."""
    headers = {"User-Agent": payload["agent"]}
    submitted: set[str] = set()
    for url in filter(world.reaches, payload["urls"]):
        try:
            session().head(url, headers=headers, timeout=TIMEOUT)
            page = session().get(url, headers=headers, timeout=TIMEOUT)
            # One page behind many links is submitted once bare and once as a link of it fills it in.
            kind = f"{urlsplit(url).path}{'?' if urlsplit(url).query else ''}"
            if url not in payload["submit"] or kind in submitted:
                continue
            submitted.add(kind)
            session().post(url, headers=headers, timeout=TIMEOUT)
            for form in forms(page.text):
                action = urljoin(page.url, form.action)
                if world.reaches(action):
                    session().post(action, data=form.stands, headers=headers, timeout=TIMEOUT)
        except requests.RequestException:
            continue


def walk_pages(world: World, payload: Payload, attempt: int) -> None:
    """Fill in the survey behind a link as this person would."""
    persona = persona_of(world.config.seed, payload["address"])
    throw = dice(world.config.seed, payload["address"], "pages")

    def answer(choices: Sequence[str]) -> str:
        return choose(choices, persona) if choices else words.reason(throw, persona, payload["lang"])

    if world.reaches(payload["url"]):
        walk(payload["url"], answer)


def choose(choices: Sequence[str], persona: Persona) -> str:
    """One of the offered values: near their score on the form's scale, stay or leave, else the first."""
    numbers = [int(value) for value in choices if value.isdecimal() and int(value) <= 10]
    if len(numbers) >= 3:
        wanted = persona.score * max(numbers) / 10
        return str(min(numbers, key=lambda number: abs(number - wanted)))
    stay = [
        value for value in choices if any(word in value.lower() for word in ("stay", "resta", "resto", "yes"))
    ]
    leave = [
        value for value in choices if any(word in value.lower() for word in ("leave", "lascia", "lascio"))
    ]
    if stay and leave:
        return stay[0] if persona.stays else leave[0]
    return choices[0]


def act(world: World, payload: Payload, attempt: int) -> None:
    """They log in or buy, unasked; the shop tells the product through its API."""
    if not world.config.api_url:
        return
    address = payload["address"]
    throw = dice(world.config.seed, address, "act")
    bought = persona_of(world.config.seed, address).kind is Kind.BUYS
    done = {"email" if "@" in address else "phone": address, "type": "purchase" if bought else "login"}
    done["occurred_at"] = world.date().astimezone(UTC).isoformat()
    if bought:
        done["value"] = f"{throw.uniform(20, 900):.2f}"
    headers = {"Authorization": f"Bearer {world.config.api_token}", "Content-Type": "application/json"}
    body = json.dumps({"interactions": [done]})
    url = f"{world.config.api_url}/interactions"
    status = session().post(url, data=body, headers=headers, timeout=TIMEOUT).status_code
    if status >= 500 and attempt < 5:
        raise TryAgain(30.0)


def _country(number: str) -> str:
    prefixes = {"+39": "IT", "+44": "GB", "+49": "DE", "+33": "FR", "+1": "US"}
    return next((country for prefix, country in prefixes.items() if number.startswith(prefix)), "")


ERRANDS: dict[str, Errand] = {
    "email.forward": forward_email,
    "email.one_click": one_click,
    "links.scan": scan_links,
    "pages.walk": walk_pages,
    "text.forward": forward_text,
    "text.callback": call_back,
    "act": act,
}
