"""The pages a person plays the contacts with."""

import html

import requests

from tests.sandbox.conftest import Product, Running, Start
from tests.sandbox.test_people import parse_reply
from tests.sandbox.test_sendgrid import distinct, mail, send
from tests.sandbox.test_twilio import OURS, client

NASTY = "<script>alert(1)</script>"


def first_email(sandbox: Running) -> str:
    home = requests.get(sandbox.url, timeout=5).text
    return sandbox.url + home.split('href="/emails/')[1].split('"')[0].join(("/emails/", ""))


def test_what_was_sent_is_shown_escaped_and_caged(start: Start) -> None:
    sandbox = start()
    body = mail("anna@uno.example", subject=f"Ciao {NASTY}")
    body["content"] = [{"type": "text/html", "value": f'<b title="x">-name-</b>{NASTY}'}]
    send(sandbox, body)
    assert NASTY not in requests.get(sandbox.url, timeout=5).text
    page = requests.get(first_email(sandbox), timeout=5)
    assert NASTY not in page.text
    shown = page.text.split('<iframe sandbox srcdoc="')[1].split('"')[0]
    assert html.unescape(shown) == f'<b title="x">anna@uno.example</b>{NASTY}'
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_a_person_replies_opens_and_clicks_by_hand(start: Start, product: Product) -> None:
    sandbox = start()
    send(sandbox, mail("anna@uno.example"))
    page = first_email(sandbox)
    requests.post(f"{page}/reply", data={"text": "Perché no?\r\n9"}, timeout=5)
    _, message = parse_reply(product.waits_for("/inbound")[0])
    assert message.get_content().splitlines()[:2] == ["Perché no?", "9"]
    requests.post(f"{page}/open", timeout=5)
    link = "http://acme.example/s/-t-?score=8"
    clicked = requests.post(f"{page}/click", data={"url": link}, timeout=5, allow_redirects=False)
    assert (clicked.status_code, clicked.headers["Location"]) == (303, link)
    events = {event["event"]: event for event in distinct(product, 4)}
    assert events["click"]["url"] == link
    assert events["open"]["sg_machine_open"] is False


def test_only_links_of_the_email_and_only_from_these_pages(start: Start) -> None:
    sandbox = start()
    send(sandbox, mail("anna@uno.example"))
    page = first_email(sandbox)
    stranger = {"url": "http://evil.example/"}
    assert requests.post(f"{page}/click", data=stranger, timeout=5).status_code == 400
    headers = {"Origin": "http://evil.example"}
    assert requests.post(f"{page}/bounce", headers=headers, timeout=5).status_code == 403
    assert requests.get(f"{page}/bounce", timeout=5).status_code == 405


def test_a_complaint_and_a_bounce_put_the_address_on_the_lists(start: Start, product: Product) -> None:
    sandbox = start()
    send(sandbox, mail("anna@uno.example"))
    page = first_email(sandbox)
    requests.post(f"{page}/complain", timeout=5)
    requests.post(f"{page}/bounce", timeout=5)
    assert {"spamreport", "bounce"} <= {event["event"] for event in distinct(product, 4)}
    key = {"Authorization": f"Bearer {sandbox.config.sendgrid_api_key}"}
    for name in ("bounces", "spam_reports"):
        rows = requests.get(f"{sandbox.url}/v3/suppression/{name}", headers=key, timeout=5).json()
        assert [row["email"] for row in rows] == ["anna@uno.example"]


def test_a_thread_shows_both_sides_and_the_opt_out(start: Start) -> None:
    sandbox = start()
    client(sandbox).messages.create(to="+393331234567", from_=OURS, body=f"Ciao {NASTY}")
    page = requests.post(f"{sandbox.url}/phones/+393331234567/reply", data={"body": "STOP"}, timeout=5).text
    assert "You have successfully been unsubscribed" in page
    assert "21610" in page
    assert NASTY not in page
