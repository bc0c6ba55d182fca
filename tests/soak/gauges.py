"""What is read off a running service every few seconds: its processes, its Redis, what waits and for how long."""

import re
from collections.abc import Iterator
from pathlib import Path

import psutil
import requests
from redis import Redis

MEGABYTE = 2**20
NAMES = (
    ("valkey-server", "valkey"),
    ("app.sandbox", "sandbox"),
    ("gunicorn", "web"),
    ("worker.py", ""),
    ("riattiva", "up"),
)
"""A word of a command line -> what the process is called here; a worker is called as its queue."""
_WAITING = re.compile(
    r'^riattiva_outbox_messages\{.*state="(?:queued|claimed|calling)".*\} (\S+)$', re.MULTILINE
)
_LAG = re.compile(r"^riattiva_webhook_lag_seconds\{.*\} (\S+)$", re.MULTILINE)


def processes(pid: int) -> Iterator[tuple[str, float, int]]:
    """Of this process and all it started: name, resident memory in MB, open files. Two of one name are numbered."""
    met: dict[str, int] = {}
    root = psutil.Process(pid)
    for process in (root, *root.children(recursive=True)):
        try:
            line, memory, files = process.cmdline(), process.memory_info().rss, process.num_fds()
        except psutil.Error:
            continue  # it ended at this very moment
        said = " ".join(line)
        name = next((name or line[-1] for word, name in NAMES if word in said), "")
        if name:
            met[name] = met.get(name, 0) + 1
            yield f"{name} {met[name]}" if met[name] > 1 else name, memory / MEGABYTE, files


def redis(url: str) -> dict[str, float]:
    """Keys, memory in MB and jobs that wait."""
    with Redis.from_url(url) as server:
        queues = [one for one in server.scan_iter("rq:queue:*") if server.type(one) == b"list"]
        return {
            "redis keys": server.dbsize(),
            "redis MB": server.info("memory")["used_memory"] / MEGABYTE,
            "jobs waiting": sum(server.llen(one) for one in queues),
        }


def service(url: str) -> dict[str, float]:
    """Messages that wait to leave, and the age in seconds of the oldest post of a provider that nobody has read."""
    said = requests.get(f"{url}/metrics", timeout=60).text
    return {
        "messages waiting": sum(map(float, _WAITING.findall(said))),
        "lag s": max(map(float, _LAG.findall(said)), default=0.0),
    }


def database(data: Path) -> dict[str, float]:
    """Bytes on disk, in MB: these grow with what is kept, and are not judged."""
    return {"database MB": sum(file.stat().st_size for file in data.glob("riattiva.db*")) / MEGABYTE}
