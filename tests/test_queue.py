"""The doorbells: rung once while they wait, again while they run, and only after the commit."""

import json
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session

from app import queue
from app.embedded import Valkey, start_valkey
from app.errors import BadInput, NotAvailable
from tests.paths import ROOT

MARK = "tests.jobs_for_tests.mark"
SLOW = "tests.jobs_for_tests.mark_slowly"
FAIL = "tests.jobs_for_tests.fail"


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    started = start_valkey(tmp_path_factory.mktemp("queue"))
    yield started
    started.stop()


@pytest.fixture
def redis(valkey: Valkey) -> Iterator[Redis]:
    client = queue.connect(valkey.url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    file = tmp_path / "marks"
    file.touch()
    return file


def waiting(redis: Redis, name: str = "bulk") -> list[Job]:
    return Queue(name, connection=redis, serializer=JSONSerializer).jobs


def until(marks: Path, words: str, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while words not in marks.read_text():
        assert time.monotonic() < deadline, marks.read_text()
        time.sleep(0.02)


@pytest.fixture
def worker(valkey: Valkey, redis: Redis) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process on `replies` and `bulk`."""
    program = (
        f"from app import queue; queue.work(queue.connect({valkey.url!r}), ['replies', 'bulk'], 'tested')"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def test_a_rung_job_runs_with_its_arguments_and_leaves_nothing(redis: Redis, marks: Path) -> None:
    assert queue.ring(redis, "bulk", MARK, str(marks), "perché no ★")
    queue.work(redis, ["replies", "bulk"], "once", burst=True)
    assert marks.read_text() == "perché no ★\n"
    assert not waiting(redis)
    assert not list(redis.scan_iter("rq:job:*"))


def test_no_pickle_is_ever_stored(redis: Redis, marks: Path) -> None:
    queue.ring(redis, "bulk", MARK, str(marks), "x")
    [job] = waiting(redis)
    assert json.loads(job.data)[2] == [str(marks), "x"]


def test_a_bell_that_waits_is_not_rung_twice_but_others_are(redis: Redis, marks: Path) -> None:
    for _ in range(3):
        assert queue.ring(redis, "bulk", MARK, str(marks), "one")
    assert queue.ring(redis, "bulk", MARK, str(marks), "two")
    assert queue.ring(redis, "sending", MARK, str(marks), "one")
    assert (len(waiting(redis)), len(waiting(redis, "sending"))) == (2, 1)
    queue.work(redis, ["bulk"], "once", burst=True)
    assert queue.ring(redis, "bulk", MARK, str(marks), "one")
    assert len(waiting(redis)) == 1


def test_without_unique_every_ring_counts(redis: Redis, marks: Path) -> None:
    for _ in range(3):
        queue.ring(redis, "bulk", MARK, str(marks), "one", unique=False)
    assert len(waiting(redis)) == 3


def test_many_ringers_at_once_leave_one_job_each(valkey: Valkey, redis: Redis, marks: Path) -> None:
    together = threading.Barrier(4)

    def ring_all() -> None:
        client = queue.connect(valkey.url)
        for number in range(60):
            together.wait(5)
            assert queue.ring(client, "bulk", MARK, str(marks), str(number))

    threads = [threading.Thread(target=ring_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waiting(redis)) == 60


def test_a_ring_during_a_run_is_not_lost(redis: Redis, marks: Path, worker: subprocess.Popen[bytes]) -> None:
    queue.ring(redis, "bulk", SLOW, str(marks), "job")
    until(marks, "job began")
    for _ in range(3):
        queue.ring(redis, "bulk", SLOW, str(marks), "job")
    assert len(waiting(redis)) == 1
    until(marks, "job began\njob ended\njob began\njob ended\n")
    time.sleep(0.1)
    assert marks.read_text().count("began") == 2


def test_a_failed_job_can_be_rung_again(redis: Redis) -> None:
    queue.ring(redis, "bulk", FAIL, "anna")
    queue.work(redis, ["bulk"], "once", burst=True)
    assert queue.ring(redis, "bulk", FAIL, "anna")
    assert len(waiting(redis)) == 1


def test_a_bell_whose_job_was_lost_can_be_rung_again(redis: Redis, marks: Path) -> None:
    queue.ring(redis, "bulk", MARK, str(marks), "one")
    redis.lpop(Queue("bulk", connection=redis).key)  # a worker took it and was killed
    assert queue.ring(redis, "bulk", MARK, str(marks), "one")
    assert len(waiting(redis)) == 1


def test_the_first_queue_named_is_served_first(redis: Redis, marks: Path) -> None:
    queue.ring(redis, "bulk", MARK, str(marks), "bulk")
    queue.ring(redis, "replies", MARK, str(marks), "reply")
    queue.work(redis, ["replies", "bulk"], "once", burst=True)
    assert marks.read_text() == "reply\nbulk\n"


def test_a_failure_is_kept_and_logged_without_personal_data(
    redis: Redis, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    queue.ring(redis, "bulk", FAIL, "anna.rossi@example.com")
    [job] = waiting(redis)
    with caplog.at_level(logging.DEBUG, logger="app"):
        queue.work(redis, ["bulk"], "once", burst=True)
    bell = Queue("bulk", connection=redis, serializer=JSONSerializer)
    assert bell.failed_job_registry.get_job_ids() == [job.id]
    assert 86_000 < redis.ttl(job.key) <= 86_400
    said = caplog.text + "".join(capfd.readouterr())
    assert job.id in said
    assert FAIL in said
    assert "ValueError" in said
    assert "jobs_for_tests.py" in said
    assert "anna" not in said


def test_sigterm_lets_the_running_job_finish_and_the_next_wait(
    redis: Redis, marks: Path, worker: subprocess.Popen[bytes]
) -> None:
    queue.ring(redis, "bulk", SLOW, str(marks), "first")
    queue.ring(redis, "bulk", SLOW, str(marks), "second")
    until(marks, "first began")
    worker.terminate()
    assert worker.wait(5) == 0
    assert marks.read_text() == "first began\nfirst ended\n"
    assert len(waiting(redis)) == 1


def test_an_idle_worker_stops_at_once(redis: Redis, marks: Path, worker: subprocess.Popen[bytes]) -> None:
    queue.ring(redis, "bulk", MARK, str(marks), "up")
    until(marks, "up")
    time.sleep(0.1)
    worker.terminate()
    assert worker.wait(4) == 0


def test_a_worker_of_the_same_name_may_follow_one_that_was_killed(
    redis: Redis, marks: Path, worker: subprocess.Popen[bytes]
) -> None:
    queue.ring(redis, "bulk", MARK, str(marks), "first")
    until(marks, "first")
    worker.kill()
    worker.wait()
    queue.ring(redis, "bulk", MARK, str(marks), "second")
    queue.work(redis, ["bulk"], "tested", burst=True)
    assert marks.read_text() == "first\nsecond\n"


def test_work_gives_the_signals_back(redis: Redis) -> None:
    before = signal.getsignal(signal.SIGINT)
    queue.work(redis, ["bulk"], "once", burst=True)
    assert signal.getsignal(signal.SIGINT) == before


def test_redis_away_is_said_and_never_raised(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for url in (f"unix://{tmp_path}/none.sock", "redis://127.0.0.1:1/0", ""):
        caplog.clear()
        began = time.monotonic()
        assert not queue.ring(queue.connect(url), "bulk", MARK, "secret@example.com")
        assert time.monotonic() - began < 1
        assert [record.getMessage() for record in caplog.records] == [
            f"could not ring {MARK}: ConnectionError"
        ]
    with pytest.raises(NotAvailable):
        queue.work(queue.connect(""), ["bulk"], "once", burst=True)
    with pytest.raises(BadInput, match="REDIS_URL"):
        queue.connect("http://example.com")


@pytest.fixture
def engine() -> Engine:
    return create_engine("sqlite://")


def attached(engine: Engine, redis: Redis) -> Session:
    session = Session(engine)
    queue.attach(session, redis)
    session.execute(text("SELECT 1"))
    return session


def test_bells_ring_once_and_only_after_the_outer_commit(redis: Redis, engine: Engine) -> None:
    with attached(engine, redis) as session:
        queue.ring_after_commit(session, "bulk", MARK, "a")
        with session.begin_nested():
            queue.ring_after_commit(session, "bulk", MARK, "a")
            queue.ring_after_commit(session, "bulk", MARK, "b")
        assert not waiting(redis)
        session.commit()
        assert [job.args for job in waiting(redis)] == [["a"], ["b"]]
        redis.flushall()
        session.execute(text("SELECT 1"))
        session.commit()
    assert not waiting(redis)


def test_a_rollback_rings_nothing_even_at_the_next_commit(redis: Redis, engine: Engine) -> None:
    with attached(engine, redis) as session:
        queue.ring_after_commit(session, "bulk", MARK, "a")
        session.rollback()
        session.execute(text("SELECT 1"))
        session.commit()
        session.execute(text("SELECT 1"))
        queue.ring_after_commit(session, "bulk", MARK, "b")
        session.close()  # neither committed nor rolled back by name
        session.execute(text("SELECT 1"))
        session.commit()
    assert not waiting(redis)


def test_a_savepoint_undone_takes_its_bells_and_only_its_own(redis: Redis, engine: Engine) -> None:
    with attached(engine, redis) as session:
        queue.ring_after_commit(session, "bulk", MARK, "kept")
        outer = session.begin_nested()
        with session.begin_nested():
            queue.ring_after_commit(session, "bulk", MARK, "undone with what held it")
        queue.ring_after_commit(session, "bulk", MARK, "undone")
        queue.ring_after_commit(session, "bulk", MARK, "kept")
        outer.rollback()
        with session.begin_nested():
            queue.ring_after_commit(session, "bulk", MARK, "kept too")
        session.commit()
    assert [job.args for job in waiting(redis)] == [["kept"], ["kept too"]]


def test_a_commit_never_fails_for_want_of_redis(engine: Engine) -> None:
    with attached(engine, queue.connect("")) as session:
        queue.ring_after_commit(session, "bulk", MARK, "a")
        session.commit()
    with Session(engine) as unattached:
        queue.ring_after_commit(unattached, "bulk", MARK, "a")
        unattached.commit()


def run_schedules(url: str, entries: list[tuple[str, str, int]], seconds: float, how_many: int) -> None:
    stop = threading.Event()
    threads = [
        threading.Thread(target=queue.schedule, args=(queue.connect(url), entries, stop))
        for _ in range(how_many)
    ]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join(2)
        assert not thread.is_alive()


def test_two_schedulers_ring_once_and_a_restart_rings_nothing_early(valkey: Valkey, redis: Redis) -> None:
    entries = [("bulk", "tests.jobs_for_tests.hourly", 3600), ("replies", "tests.jobs_for_tests.often", 3600)]
    run_schedules(valkey.url, entries, 0.7, how_many=2)
    assert (len(waiting(redis)), len(waiting(redis, "replies"))) == (1, 1)
    redis.delete(*(Queue(name, connection=redis).key for name in ("bulk", "replies")))
    run_schedules(valkey.url, entries, 0.2, how_many=1)
    assert not waiting(redis)
    assert not waiting(redis, "replies")


def test_the_schedule_rings_again_when_its_time_has_come(
    valkey: Valkey, redis: Redis, worker: subprocess.Popen[bytes]
) -> None:
    redis.config_resetstat()
    run_schedules(valkey.url, [("bulk", "os.getpid", 1)], 5.2, how_many=2)
    # Once a second at best, with a tick's delay; two that do not know of each other would ring ten to twelve times.
    assert 2 <= redis.info("commandstats")["cmdstat_rpush"]["calls"] <= 6


def test_the_schedule_outlives_an_absence_of_redis(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first = start_valkey(tmp_path)
    url = first.url
    first.stop()
    stop = threading.Event()
    thread = threading.Thread(
        target=queue.schedule, args=(queue.connect(url), [("bulk", "os.getpid", 60)], stop)
    )
    thread.start()
    time.sleep(0.7)
    second = start_valkey(tmp_path)
    assert second.url == url
    redis = queue.connect(url)
    deadline = time.monotonic() + 5
    while not waiting(redis):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    stop.set()
    thread.join()
    second.stop()
    assert len([record for record in caplog.records if "waits for Redis" in record.getMessage()]) == 1


def test_what_waits_survives_a_restart_of_the_server(tmp_path: Path, marks: Path) -> None:
    first = start_valkey(tmp_path)
    redis = queue.connect(first.url)
    queue.ring(redis, "bulk", MARK, str(marks), "one")
    first.stop()
    second = start_valkey(tmp_path)
    assert queue.ring(redis, "bulk", MARK, str(marks), "one")
    queue.work(redis, ["bulk"], "once", burst=True)
    assert marks.read_text() == "one\n"
    second.stop()
