"""Texts of a wave as the sender sends them, against the provider's own client at as many threads."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import inf

from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from app.channels.base import Channel
from app.messages import lanes, sending
from app.messages.models import State
from benchmarks._wave import fill, in_state, launched, provided, sink
from benchmarks.harness import Figures, in_turns, installation, rate
from benchmarks.waves import plan

DEFAULT = 3_000
LATENCY = 0.05
"""Seconds a call to the provider takes."""


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Texts per second: planned ones through claim, cross, call and record; the ceiling calls and does no more."""
    return in_turns(
        "texts",
        engine,
        "texts/s",
        f"{rows:,} planned texts to a provider that takes {LATENCY * 1000:.0f} ms for each, {sending.CALLS_AT_ONCE} "
        "calls at once. Ours: the sender with all it writes down. Ceiling: the provider's synchronous client "
        "on as many threads, which writes nothing down",
        ours=lambda: _ours(engine, rows),
        ceiling=lambda: _bare(rows),
        runs=runs,
    )


def _ours(engine: str, rows: int) -> float:
    with sink(LATENCY) as url, installation(engine, redis=True, **provided(url)) as rt:
        fill(rt, rows, Channel.SMS)
        plan(rt, launched(rt, Channel.SMS))
        planned = in_state(State.QUEUED)
        speed = rate(planned, _send)
        assert in_state(State.ACCEPTED) == planned
        return speed


def _send() -> None:
    lanes.send(Channel.SMS, until=inf, call=lambda: None)


def _bare(rows: int) -> float:
    with sink(LATENCY) as url, ThreadPoolExecutor(sending.CALLS_AT_ONCE) as threads:
        client = Client("AC" + "0" * 32, "0" * 32, http_client=TwilioHttpClient(timeout=15))
        client.api.base_url = url
        one = partial(client.messages.create, from_="+15005550006", body="Ciao", status_callback=f"{url}/cb")
        return rate(rows, lambda: list(threads.map(lambda n: one(to=f"+39347{n:07}"), range(rows))))
