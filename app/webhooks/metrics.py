"""`/metrics` for Prometheus: how the providers' doors and the outbox stand, in figures that name nobody.

A scrape costs as much as what waits, is set aside or on its way out, however much is kept of the past.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from flask import Response, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from app import runtime
from app.channels.base import Channel
from app.intake import spool, standing
from app.intake.counts import What
from app.intake.models import RawState, Route
from app.intake.standing import Figure
from app.messages.depths import depths
from app.messages.models import State

COUNTERS = {
    What.ACCEPTED: ("posts_accepted", "Posts accepted.", ""),
    What.DUPLICATE: ("posts_duplicate", "Posts that were accepted before, byte for byte.", ""),
    What.REFUSED: ("posts_refused", "Posts refused, by reason.", "reason"),
    What.EXPANDED: ("posts_expanded", "Posts read.", ""),
    What.QUARANTINED: ("quarantined", "Posts, or single events, set aside, by kind of error.", "reason"),
    What.EVENTS: ("events", "Events read.", ""),
    What.REPEATED: ("events_repeated", "Events that were known already.", ""),
    What.FOREIGN: ("events_foreign", "Events that belong to no message of ours.", ""),
    What.UNKNOWN: ("events_unknown", "Events of a type we do not know, by type.", "type"),
}
"""What is counted -> name, help, and the label of its reason; each stands before it in the name of the door."""
STANDING = {RawState.NEW: "waiting", RawState.AGAIN: "again", RawState.QUARANTINED: "quarantined"}
ON_THEIR_WAY = [str(state) for state in (State.QUEUED, State.CLAIMED, State.CALLING, State.UNKNOWN)]


def metrics() -> Response:
    """The figures in the text format the scraper asks for."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Present())
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=content_type)


class _Present(Collector):
    """Reads the figures when it is asked: rows are the truth, so that they go on where they were after a restart."""

    def collect(self) -> Iterator[Metric]:
        now = runtime.now()
        with runtime.reading() as db:
            figures = standing.figures(db, now)
            oldest = {route: standing.oldest_unread(db, route) for route in Route}
            outbox = depths(db)
        yield from _counted(figures)
        yield _gauge(
            "webhook_posts",
            "Posts that wait to be read, to be read again, or are set aside.",
            dict.fromkeys(product(Route, STANDING.values()), 0)
            | {(one.door, STANDING[RawState(one.state)]): one.times for one in figures if one.state},
            "door",
            "state",
        )
        lags = {(route,): (now - at[0]).total_seconds() if at else 0.0 for route, at in oldest.items()}
        yield _gauge("webhook_lag_seconds", "Age of the oldest post that nobody has read.", lags, "door")
        yield _gauge("webhook_spooled_posts", "Posts on disk: the database was away.", {(): spool.held()})
        yield _gauge(
            "outbox_messages",
            "Messages that have not left, or are not known to have left.",
            dict.fromkeys(product((str(Channel.EMAIL), str(Channel.SMS)), ON_THEIR_WAY), 0) | outbox,
            "channel",
            "state",
        )


def _counted(figures: list[Figure]) -> Iterator[Metric]:
    for what, (name, said, reason) in COUNTERS.items():
        family = CounterMetricFamily(
            f"riattiva_webhook_{name}", said, labels=["door", *filter(None, [reason])]
        )
        # A figure that is there from the beginning can be told to have moved from nothing.
        totals: dict[tuple[str, ...], int] = {} if reason else {(route,): 0 for route in Route}
        for one in figures:
            labels = (one.door, *([one.reason] if reason else []))
            if one.what == what or (one.state == RawState.NEW and what is What.ACCEPTED):
                totals[labels] = totals.get(labels, 0) + one.times
        for labels, times in totals.items():
            family.add_metric(labels, times)
        yield family


def _gauge(name: str, said: str, values: Mapping[Any, float], *labels: str) -> Metric:
    family = GaugeMetricFamily(f"riattiva_{name}", said, labels=labels)
    for labelled, value in values.items():
        family.add_metric(labelled, value)
    return family
