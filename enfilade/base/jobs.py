"""Jobs: work deferred in the transaction that causes it, done by a worker as the maison it names, until it succeeds.

A job's arguments are ids only. It may run more than once; what it does must be safe to do again.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy, periodic, worker
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status

from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, scalar
from enfilade.base.tenants import TenantVerb, at_each

log = structlog.get_logger()

POLL_SECONDS = 0.25
STALLED_AFTER_SECONDS = 60.0
#: A job that lasts so long has lost its worker's word that it ended: the connection broke at that moment.
ENDLESS_AFTER = timedelta(minutes=20)
RESCUE = "* * * * *"
#: Beyond that the clocks of worker and database are said to differ: what one of them dates, the other finds late or early.
CLOCKS_APART = timedelta(seconds=5)
#: Asked to stop, a worker takes nothing new and finishes what it began; what takes longer is handed back to be done again.
FINISH_SECONDS_MAX = 10.0

Work = Callable[[UUID, dict[str, UUID]], Awaitable[None]]
Listener = Callable[[Conn, facts.Heard], Awaitable[None]]
Round = Callable[[datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """`name` of the work, the ids it is about, and the earliest time to do it (None: now)."""

    name: str
    ids: dict[str, UUID]
    at: datetime | None = None


async def defer(conn: Conn, *, maison_id: UUID, jobs: list[Job]) -> None:
    """Defers the jobs with the caller's connection: they exist if, and only if, its transaction commits."""
    await execute(
        conn,
        """
        select procrastinate.procrastinate_defer_jobs_v1(array(
          select row('work', 'work', 0, null, null, j.args, j.at)::procrastinate.procrastinate_job_to_defer_v1
          from jsonb_to_recordset(%(jobs)s::jsonb) as j(args jsonb, at timestamptz)))
        """,
        jobs=msgspec.json.encode(
            [
                {
                    "args": {
                        "maison_id": str(maison_id),
                        "name": job.name,
                        "ids": {key: str(value) for key, value in job.ids.items()},
                    },
                    "at": job.at.isoformat() if job.at else None,
                }
                for job in jobs
            ]
        ).decode(),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Deferred work or listeners by name, rounds left out; `count` have not ended."""

    name: str
    count: int


async def waiting(conn: Conn) -> list[Waiting]:
    """What has been deferred and not done, in every tenant."""
    return await many(
        conn,
        Waiting,
        """
        select coalesce(args ->> 'name', args ->> 'listener', task_name) as name, count(*) as count
        from procrastinate.procrastinate_jobs where status in ('todo', 'doing') and queue_name <> 'rounds'
        group by 1 order by 1
        """,
    )


async def drop(conn: Conn, *, names: list[str]) -> int:
    """Cancels what waits under these names; returns how many."""
    return await execute(
        conn,
        """
        update procrastinate.procrastinate_jobs set status = 'cancelled'
        where status in ('todo', 'doing') and queue_name <> 'rounds'
          and coalesce(args ->> 'name', args ->> 'listener', task_name) = any(%(names)s)
        """,
        names=names,
    )


async def try_again(conn: Conn, *, job_id: int) -> None:
    """A job that failed for good is due now, once more."""
    await execute(
        conn,
        "select procrastinate.procrastinate_retry_job_v2(%(job_id)s, now(), null, null, null)",
        job_id=job_id,
    )


@dataclass(frozen=True, slots=True)
class FailingRound:
    """A round that raised, and how often."""

    name: str
    times: int


async def failing_rounds(conn: Conn, *, now: datetime) -> list[FailingRound]:
    """Rounds that failed within the last hour; the next turn comes by itself."""
    return await many(
        conn,
        FailingRound,
        """
        select j.task_name as name, count(*)::integer as times from procrastinate.procrastinate_jobs j
        where j.queue_name = 'rounds' and j.status = 'failed' and exists (select 1 from procrastinate.procrastinate_events e
          where e.job_id = j.id and e.at > %(now)s::timestamptz - interval '1 hour')
        group by 1 order by 1
        """,
        now=now,
    )


async def forget_rounds(conn: Conn, *, now: datetime) -> int:
    """Removes turns of rounds that failed more than a day ago; failed work stays until somebody has tried it again."""
    return await execute(
        conn,
        """
        delete from procrastinate.procrastinate_jobs j
        where j.queue_name = 'rounds' and j.status = 'failed' and not exists (
          select 1 from procrastinate.procrastinate_events e
          where e.job_id = j.id and e.at > %(now)s::timestamptz - interval '1 day')
        """,
        now=now,
    )


class _Turns(periodic.PeriodicDeferrer):
    """Of the turns missed only the last is made up for; after the clock was set back none is waited for a second time.

    Procrastinate's own would rest until the last turn's time comes again, and do every one of the hours it missed.
    """

    def get_timestamps(
        self, periodic_task: periodic.PeriodicTask[Any, Any, Any], since: int | None, until: float
    ) -> Iterable[int]:
        if since is None or since > until:
            return super().get_timestamps(periodic_task, None, until)  # pyright: ignore[reportUnknownMemberType]
        turns = periodic_task.croniter
        turns.set_current(start_time=until)
        last = round(turns.get_prev(ret_type=float))
        return [last] if last > since else []


class _Worker(worker.Worker):
    async def _periodic_deferrer(self) -> None:
        await _Turns(self.app.periodic_registry).worker()


class _App(App):
    def _worker(self, **kwargs: Any) -> worker.Worker:
        return _Worker(app=self, **kwargs)


class Jobs:
    """What the worker can do: work by name, listeners by fact, rounds by the clock. Filled once, by run.py."""

    def __init__(self, db: Db, *, stalled_after_seconds: float = STALLED_AFTER_SECONDS) -> None:
        self._db = db
        self._stalled_after_seconds = stalled_after_seconds
        self._work: dict[str, Work] = {}
        self._listeners: dict[str, Listener] = {}
        self._rounds: list[tuple[str, str, Round]] = []

    def add(self, name: str, work: Work) -> None:
        """Names the work a deferred `Job` asks for; it receives the maison and the job's ids."""
        assert name not in self._work, name
        self._work[name] = work

    def listen(self, fact: type, name: str, listener: Listener) -> None:
        """Calls `listener` once for every fact of this kind, in a transaction as the fact's maison."""
        assert name not in self._listeners, name
        self._listeners[name] = listener
        known = facts.LISTENERS.setdefault(fact.__name__, [])
        if name not in known:  # another house in this process registered it already
            known.append(name)

    def every(self, cron: str, name: str, round_: Round) -> None:
        """Calls `round_` with the present time whenever `cron` says (five fields, or six with seconds first)."""
        self._rounds.append((cron, name, round_))

    def at_each(self, cron: str, name: str, verb: TenantVerb) -> None:
        """A round that calls `verb` as every tenant; one that fails keeps none waiting, and the round has failed."""

        async def round_(now: datetime) -> None:
            await at_each(self._db, verb, now=now)

        self.every(cron, name, round_)

    async def do(self, name: str, maison_id: UUID, ids: dict[str, UUID]) -> None:
        """Does one piece of work now, as the worker would."""
        await self._work[name](maison_id, ids)

    async def go_round(self, name: str, now: datetime) -> None:
        """Goes one round as if it were `now`."""
        await next(round_ for _, known, round_ in self._rounds if known == name)(now)

    async def hear(self, maison_id: UUID, fact_id: UUID, listener: str) -> None:
        """Lets one listener handle one fact, once."""

        async def verb(conn: Conn) -> None:
            heard = await facts.hear(
                conn, maison_id=maison_id, fact_id=fact_id, listener=listener, now=datetime.now(UTC)
            )
            if heard is not None:
                await self._listeners[listener](conn, heard)

        await self._db.run(Actor.job(), maison_id, verb)

    def app(self, address: str, rescue_cron: str = RESCUE) -> App:
        """The Procrastinate application of the worker."""
        app = _App(connector=PsycopgConnector(conninfo=address, min_size=1, max_size=4))
        retry = RetryStrategy(max_attempts=12, exponential_wait=2)

        async def work(maison_id: str, name: str, ids: dict[str, str]) -> None:
            await self.do(name, UUID(maison_id), {key: UUID(value) for key, value in ids.items()})

        async def heard(maison_id: str, fact_id: str, listener: str) -> None:
            await self.hear(UUID(maison_id), UUID(fact_id), listener)

        app.task(name="work", queue="work", retry=retry)(work)
        app.task(name="heard", queue="listeners", retry=retry)(heard)
        for cron, name, round_ in self._rounds:
            app.periodic(cron=_seconds_last(cron))(
                app.task(name=f"round:{name}", queue="rounds", queueing_lock=name)(_timed(round_))
            )

        async def rescue(timestamp: int) -> None:
            manager = app.job_manager
            stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=self._stalled_after_seconds)
            async with self._db.door() as conn:
                # By the clock jobs are dated with: this process's may be hours from it, and all would look endless.
                now: datetime = await scalar(conn, "select clock_timestamp()")
                endless = await _endless(conn, before=now - ENDLESS_AFTER)
            if abs(apart := datetime.now(UTC) - now) > CLOCKS_APART:
                log.warning("this clock and the database's differ", seconds=round(apart.total_seconds()))
            for job_id in sorted({*(job.id for job in stalled if job.id), *(job.id for job in endless)}):
                try:
                    await manager.retry_job_by_id_async(job_id=job_id, retry_at=now)
                except UniqueViolation:
                    # A turn of a round whose next turn waits already: that one does its work.
                    await manager.finish_job_by_id_async(job_id=job_id, status=Status.FAILED, delete_job=True)
                except ConnectorException as error:
                    # A job that ended meanwhile: the others must not wait for it.
                    log.warning("job not rescued", job=job_id, error=type(error).__name__)
                else:
                    log.warning("job rescued", job=job_id)

        app.periodic(cron=_seconds_last(rescue_cron))(
            app.task(name="rescue", queue="rounds", queueing_lock="rescue")(rescue)
        )
        return app

    async def work_until_stopped(self, address: str, concurrency: int = 8) -> None:
        """Runs the worker: polls every 250 ms, since a NOTIFY for each job would serialise the commits of orders."""
        app = self.app(address)
        async with app.open_async():
            await app.run_worker_async(
                concurrency=concurrency,
                fetch_job_polling_interval=POLL_SECONDS,
                listen_notify=False,
                delete_jobs="successful",
                install_signal_handlers=True,
                shutdown_graceful_timeout=FINISH_SECONDS_MAX,
            )


@dataclass(frozen=True, slots=True)
class _Endless:
    id: int


async def _endless(conn: Conn, *, before: datetime) -> list[_Endless]:
    """Jobs begun before that moment and not ended, though their worker lives."""
    return await many(
        conn,
        _Endless,
        """
        select j.id from procrastinate.procrastinate_jobs j where j.status = 'doing' and not exists (
          select 1 from procrastinate.procrastinate_events e where e.job_id = j.id and e.at > %(before)s)
        """,
        before=before,
    )


def _seconds_last(cron: str) -> str:
    """Croniter reads the seconds of six fields at the end."""
    fields = cron.split()
    return " ".join([*fields[1:], fields[0]]) if len(fields) == 6 else cron


def _timed(round_: Round) -> Callable[..., Any]:
    async def timed(timestamp: int) -> None:
        await round_(datetime.fromtimestamp(timestamp, UTC))

    return timed
