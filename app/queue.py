"""The small door to RQ: jobs are doorbells and rows are the truth, so a lost ring costs time, not work.

Keeps to the public names of RQ 3.0 (https://python-rq.org/docs/).
"""

import hashlib
import json
import logging
import signal
import threading
import time
import traceback
from collections.abc import Sequence
from types import TracebackType
from uuid import uuid4

from redis import Redis
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.exceptions import RedisError, WatchError
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from app.errors import BadInput, NotAvailable

log = logging.getLogger(__name__)

JOB_SECONDS = 180
FAILURE_SECONDS = 86_400
MAINTENANCE_SECONDS = 60
IDLE_SECONDS = 5
_TICK_SECONDS = 0.5
_REDIS, _PENDING = "riattiva.redis", "riattiva.rings"  # keys of Session.info

_Ring = tuple[str, str, tuple[str, ...]]


def connect(url: str) -> Redis:
    """A client for `unix://`, `redis://` or `rediss://`; it connects when first used.

    An empty URL gives a client that reaches nobody, so that every ring is left to the sweep. Raises BadInput
    when the URL is none of these.
    """
    try:
        return Redis.from_url(
            url or "unix:///dev/null",
            socket_connect_timeout=2.0,
            socket_timeout=5.0,
            health_check_interval=30,
            # One more try mends a connection that a restarted server closed; more would hold up a request.
            retry=Retry(NoBackoff(), 1),
        )
    except ValueError as error:
        raise BadInput(str(error), where="REDIS_URL") from None


def reachable(redis: Redis) -> bool:
    """Whether anybody would hear a ring now."""
    try:
        return bool(redis.ping())
    except RedisError:
        return False


def ring(redis: Redis, queue: str, job: str, *args: str, unique: bool = True) -> bool:
    """Ask for `job` (a dotted function path) to be run with `args` by a worker of `queue`.

    True: a run begins after this call, be it asked for now or, when `unique`, already waiting with the same
    arguments; a run under way does not count, since it may have looked already. False: Redis cannot be
    reached, which is logged and never raised; the sweep rings again.
    """
    try:
        bell = Queue(queue, connection=redis, serializer=JSONSerializer)
        with redis.pipeline() as pipe:
            if unique:
                _enqueue_unless_waiting(pipe, bell, job, args)
            else:
                _enqueue(pipe, bell, job, args)
                pipe.execute()
    except RedisError as error:
        log.warning("could not ring %s: %s", job, type(error).__name__)
        return False
    return True


def _enqueue(pipe: Pipeline, bell: Queue, job: str, args: tuple[str, ...]) -> str:
    return bell.enqueue(
        job,
        args=args,
        kwargs={},
        job_timeout=JOB_SECONDS,
        result_ttl=0,
        failure_ttl=FAILURE_SECONDS,
        description=job,  # by default it would spell out the arguments, in logs too
        pipeline=pipe,
    ).id


def _enqueue_unless_waiting(pipe: Pipeline, bell: Queue, job: str, args: tuple[str, ...]) -> None:
    # RQ's own `unique` refuses an id while its job runs and for as long as its failure is kept. So we
    # remember the last id rung, and ask the queue whether that one still waits.
    digest = hashlib.blake2b(json.dumps([bell.name, job, args]).encode(), digest_size=16).hexdigest()
    last = f"riattiva:rung:{digest}"
    while True:
        pipe.watch(last)  # type: ignore[no-untyped-call]
        waiting = pipe.get(last)
        if isinstance(waiting, bytes) and pipe.lpos(bell.key, waiting.decode()) is not None:
            return
        pipe.multi()
        pipe.set(last, _enqueue(pipe, bell, job, args), ex=FAILURE_SECONDS)
        try:
            pipe.execute()
        except WatchError:  # somebody rang in between: look again
            continue
        return


def attach(session: Session, redis: Redis) -> None:
    """Give the session the Redis its `ring_after_commit` rings at; without one, all is left to the sweep."""
    session.info[_REDIS] = redis


def ring_after_commit(session: Session, queue: str, job: str, *args: str) -> None:
    """`ring` once the outermost transaction is committed; never if it, or the savepoint we are in, is undone.

    The same bell several times in one transaction rings once.
    """
    pending: dict[_Ring, SessionTransaction | None] = session.info.setdefault(_PENDING, {})
    pending.setdefault((queue, job, args), session.get_nested_transaction())


@event.listens_for(Session, "after_commit")
def _ring_pending(session: Session) -> None:
    if session.in_nested_transaction():  # the release of a savepoint also comes here
        return
    pending: dict[_Ring, SessionTransaction | None] = session.info.pop(_PENDING, {})
    if (redis := session.info.get(_REDIS)) is not None:
        for queue, job, args in pending:
            ring(redis, queue, job, *args)


@event.listens_for(Session, "after_soft_rollback")
def _drop_pending(session: Session, rolled_back: SessionTransaction) -> None:
    pending: dict[_Ring, SessionTransaction | None] = session.info.get(_PENDING, {})
    for bell, savepoint in list(pending.items()):
        while savepoint is not None and savepoint is not rolled_back:
            savepoint = savepoint.parent
        if savepoint is rolled_back:
            del pending[bell]


@event.listens_for(Session, "after_transaction_end")
def _forget_pending(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:  # rolled back, or closed without a commit
        session.info.pop(_PENDING, None)


def work(redis: Redis, queues: list[str], name: str, burst: bool = False) -> None:
    """Run the jobs of `queues`, the first named first, one at a time and without a fork; for a main thread.

    Returns after SIGTERM or SIGINT, the running job finished; with `burst`, when the queues are empty; and
    when Redis is lost in the middle of a job, to be started again. A job that raises goes to the
    failed registry. Raises NotAvailable when Redis cannot be reached at the start or the end.
    """
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        worker = SimpleWorker(
            queues,
            # RQ refuses a name for minutes after its owner was killed; a restart must not wait for that.
            name=f"{name}-{uuid4().hex[:8]}",
            connection=redis,
            serializer=JSONSerializer,
            exception_handlers=[_say_failed],
            maintenance_interval=MAINTENANCE_SECONDS,
            # An idle worker looks up 15 s before its registration ends. A SIGTERM that falls between RQ's own
            # preparations is only seen then, so this is also how long such a stop may take.
            worker_ttl=IDLE_SECONDS + 15,
            log_job_description=False,
        )
        worker.max_connection_wait_time = 5.0
        worker.work(burst=burst, logging_level="WARNING")
    except RedisError as error:
        raise NotAvailable(f"Redis cannot be reached: {type(error).__name__}") from error
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _say_failed(
    job: Job, kind: type[BaseException], _error: BaseException, trace: TracebackType | None, *_more: object
) -> None:
    # Neither the arguments nor the exception's text: both may hold a contact's data.
    frames = "".join(traceback.format_tb(trace))
    log.error("job %s (%s) failed: %s\n%s", job.id, job.description, kind.__name__, frames)


def _not_said_by_us(record: logging.LogRecord) -> bool:
    return not hasattr(record, "job_id")


# RQ's own line about a failed job carries the arguments and the exception's text.
logging.getLogger("rq.worker").addFilter(_not_said_by_us)


def schedule(redis: Redis, entries: Sequence[tuple[str, str, int]], stop_event: threading.Event) -> None:
    """Ring each (queue, job, seconds) at once and then every so many seconds, until `stop_event` is set.

    Any number of schedulers may run: a key in Redis that expires after that time lets one of them ring, so
    another takes over without a pause when one dies, and a restart rings nothing early.
    """
    owed: set[tuple[str, str, int]] = set()
    away = False
    while not stop_event.is_set():  # polled: setting an event from a signal handler can hang its waiter
        try:
            owed |= _due(redis, entries)
            away = False
        except RedisError as error:
            if not away:
                log.warning("the schedule waits for Redis: %s", type(error).__name__)
            away = True
        else:
            owed = {entry for entry in owed if not ring(redis, entry[0], entry[1])}
        time.sleep(_TICK_SECONDS)


def _due(redis: Redis, entries: Sequence[tuple[str, str, int]]) -> set[tuple[str, str, int]]:
    with redis.pipeline(transaction=False) as pipe:
        for queue, job, seconds in entries:
            pipe.set(f"riattiva:due:{queue}:{job}:{seconds}", "", nx=True, ex=seconds)
        return {entry for entry, taken in zip(entries, pipe.execute(), strict=True) if taken}
