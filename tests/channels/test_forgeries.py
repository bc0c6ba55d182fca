"""Ten thousand changes to requests that were signed: not one is believed, at any of the doors."""

import random
from collections import Counter

import pytest
from flask.testing import FlaskClient

from app import runtime
from app.runtime import Runtime
from tests.channels.forgeries import DOORS, SECRET, SHARED, Post, forged
from tests.webhooks.doors import PUBLIC_KEY, doors, kept, sendgrid_headers

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ACCEPTED = (200, 204)


def knock(client: FlaskClient, post: Post) -> int:
    """The status of the answer; target and headers arrive as a server hands them on."""
    path, _, query = post.target.partition("?")
    over_the_wire = {"RAW_URI": post.target, "REQUEST_URI": post.target, "QUERY_STRING": query}
    for name, _ in post.headers:
        # Of headers that come twice WSGI knows one, with a comma.
        given = ",".join(value for known, value in post.headers if known == name)
        over_the_wire[f"HTTP_{name.upper().replace('-', '_')}"] = given.encode().decode("latin-1")
    answer = client.open(
        path,
        method=post.method,
        data=post.body,
        content_type=post.content_type,
        environ_overrides=over_the_wire,
    )
    return answer.status_code


def opened(rt: Runtime) -> FlaskClient:
    return doors(rt, twilio_shared_keys=[SHARED], sendgrid_inbound_secret=SECRET)


@pytest.mark.parametrize("tries", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_whatever_is_changed_is_refused(rt: Runtime, tries: int) -> None:
    client, dice = opened(rt), random.Random(tries)
    valid = {name: [make(dice) for _ in range(3)] for name, make in DOORS.items()}
    for posts in valid.values():
        assert {knock(client, post) for post in posts} <= set(ACCEPTED)
    before, refused, believed = len(kept()), Counter[int](), []
    for number in range(tries):
        post = dice.choice(valid[list(DOORS)[number % len(DOORS)]])
        changed = forged(dice, post)
        status = knock(client, changed)
        refused[status] += 1
        if not (300 <= status < 500 or status == 503):  # a mail in doubt is to come again
            believed.append((status, post, changed))
    assert not believed, believed[0]
    assert len(kept()) == before, "a refused post leaves no trace"
    assert refused[403] > tries / 2


@pytest.mark.parametrize(("hours", "status"), [(0.5, 204), (1.5, 403), (-1.5, 403)])
def test_how_old_a_post_may_be_is_a_setting(rt: Runtime, hours: float, status: int) -> None:
    client = doors(rt, sendgrid_webhook_max_skew_hours=1, sendgrid_webhook_public_keys=["no key", PUBLIC_KEY])
    stamp = int(runtime.now().timestamp() - hours * 3600)
    answer = client.post("/webhooks/sendgrid/events", data=b"[]", headers=sendgrid_headers(b"[]", stamp))
    assert answer.status_code == status


@pytest.mark.parametrize("keys", [["secret"], ["", " "], []])
def test_no_secret_set_believes_nobody(rt: Runtime, keys: list[str]) -> None:
    client = doors(rt, twilio_auth_tokens=keys, twilio_shared_keys=keys, sendgrid_webhook_public_keys=keys)
    for name, make in DOORS.items():
        if name != "inbound by secret":
            assert knock(client, make(random.Random(1))) in (403, 503)
    assert kept() == []
