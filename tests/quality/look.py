"""One page on a phone: loaded cold over a slow line by a slow processor, measured by Chromium, searched by axe-core."""

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, CDPSession, Page

PHONE: dict[str, Any] = {
    "viewport": {"width": 412, "height": 823},
    "device_scale_factor": 1.75,
    "is_mobile": True,
    "has_touch": True,
}
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6 * 2**20 / 8,
    "uploadThroughput": 750 * 128,
}
SLOWER = 4
"""The phone, the line and the slowed processor are those that Lighthouse takes for a mobile visit."""
_WATCH = """
window.seen = {lcp: 0, cls: 0, tbt: 0};
const watch = (type, told) => new PerformanceObserver(list => list.getEntries().forEach(told))
    .observe({type, buffered: true});
watch('largest-contentful-paint', one => { seen.lcp = one.startTime });
watch('layout-shift', one => { if (!one.hadRecentInput) seen.cls += one.value });
watch('longtask', one => { seen.tbt += Math.max(0, one.duration - 50) });
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one visit cost: milliseconds to the first and the largest paint and of blocked time, the shift of the layout
    (a share of the screen), bytes on the wire, requests, answer; and what axe-core found."""

    first: float
    largest: float
    blocked: float
    shift: float
    bytes: int
    requests: int
    status: int
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """The most of each; the times and the shift are where Lighthouse's own scale says "good"."""

    bytes: int
    requests: int
    first: float = 1800
    largest: float = 2500
    blocked: float = 200
    shift: float = 0.1

    def broken(self, seen: Figures, *, times: bool = True) -> list[str]:
        """What is over budget, in words; `times` are left out where the machine is not ours alone."""
        names = ["shift", "bytes", "requests", *(["first", "largest", "blocked"] if times else [])]
        over = [
            f"{name} {getattr(seen, name):g} > {getattr(self, name):g}"
            for name in names
            if getattr(seen, name) > getattr(self, name)
        ]
        return over + ([f"answered with {seen.status}"] if seen.status != 200 else []) + list(seen.found)


def visit(browser: Browser, url: str, state: Any = None, *, axe: bool = True) -> Figures:
    """A first visit, with an empty cache; `state` holds the cookies of whoever is logged in."""
    context = browser.new_context(**PHONE, locale="it", storage_state=state)
    try:
        page = context.new_page()
        page.add_init_script(_WATCH)
        wire = context.new_cdp_session(page)
        sizes, asked = _counted(wire)
        wire.send("Network.emulateNetworkConditions", SLOW_LINE)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        answer = page.goto(url, wait_until="load", timeout=60_000)
        page.wait_for_timeout(500)  # what comes right after: late layout, the last paint
        wire.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        seen = page.evaluate("seen")
        first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 1e6")
        size, requests = sum(sizes), len(asked)
        found = _found(page) if axe else ()
        status = answer.status if answer else 0
        return Figures(first, seen["lcp"], seen["tbt"], seen["cls"], int(size), requests, status, found)
    finally:
        context.close()


def _counted(wire: CDPSession) -> tuple[list[float], list[str]]:
    """Bytes and addresses of all that is loaded from now on."""
    sizes: list[float] = []
    asked: list[str] = []
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    wire.on("Network.requestWillBeSent", lambda told: asked.append(told["request"]["url"]))
    return sizes, asked


def _found(page: Page) -> tuple[str, ...]:
    """What axe-core objects to: the rule, how grave it is, and where."""
    said = Axe().run(page).response["violations"]
    return tuple(
        f"axe {one['id']} ({one['impact']}): {node['target'][0]}" for one in said for node in one["nodes"][:3]
    )
