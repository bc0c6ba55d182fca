"""What a user agent says of whoever opened or clicked: a privacy proxy, a program, or a browser like any other."""

import re
from functools import lru_cache

from crawlerdetect import CrawlerDetect  # type: ignore[import-untyped]

_PROXIES = {"googleimageproxy": "gmail", "yahoomailproxy": "yahoo"}
# Outlook fetches pictures for the person in front of it; the library's list takes every Office for a robot.
_READERS = re.compile(r"Microsoft Outlook|Outlook-(?:iOS|Android)", re.IGNORECASE)
_known = CrawlerDetect()


@lru_cache(maxsize=4096)
def proxy(agent: str) -> str:
    """The privacy proxy that fetches pictures whether or not anybody reads: apple, gmail or yahoo; else nothing."""
    if agent == "Mozilla/5.0":
        return "apple"  # Mail Privacy Protection says no more than this of itself.
    plain = agent.lower()
    return next((name for word, name in _PROXIES.items() if word in plain), "")


@lru_cache(maxsize=4096)
def is_program(agent: str) -> bool:
    """Whether it is a robot, a scanner or a programming library: what nobody reads emails with."""
    return not _READERS.search(agent) and bool(_known.is_crawler(agent))
