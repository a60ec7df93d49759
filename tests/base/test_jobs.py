"""Jobs: they exist with the transaction that causes them, are tried until they succeed, and survive their worker."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from procrastinate import periodic

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db, scalar
from enfilade.base.jobs import Job, Jobs, _seconds_last, _Turns, defer
from enfilade.base.tenants import tenants
from tests.shop import Shop

WORKER = """
import asyncio, sys, time
from pathlib import Path
from enfilade.base.db import Db
from enfilade.base.jobs import Jobs

app, public, group, told = sys.argv[1:]

async def main():
    db = Db(app, public, group, connections_max=2)
    await db.open()
    jobs = Jobs(db)
    async def slow(maison_id, ids):
        with Path(told).open("a") as file:
            print(ids["subject_id"], file=file)
        await asyncio.sleep(300)
    jobs.add("tests.slow", slow)
    await jobs.work_until_stopped(app)

asyncio.run(main())
"""


async def deferred(db: Db, name: str, *, at: datetime | None = None) -> UUID:
    maison_id, subject = uuid4(), uuid4()
    async with db.acting(Actor.job(), maison_id) as conn:
        await defer(conn, maison_id=maison_id, jobs=[Job(name, {"subject_id": subject}, at)])
    return subject


async def work_off(jobs: Jobs, addresses: Addresses) -> None:
    """Does what waits now, as a worker does, and stops."""
    app = jobs.app(addresses.app)
    async with app.open_async():
        await app.run_worker_async(
            wait=False, listen_notify=False, delete_jobs="successful", install_signal_handlers=False
        )


@pytest.fixture(autouse=True)
def procrastinates_own_names(admin) -> None:
    """Its triggers name their tables without a schema."""
    admin("set search_path = procrastinate, pg_catalog")


def waiting(admin) -> list[tuple[str, str, int]]:
    return admin(
        "select args ->> 'name', status::text, attempts from procrastinate.procrastinate_jobs "
        "where task_name = 'work' order by id"
    )


async def test_a_job_runs_as_deferred_and_only_where_its_transaction_committed(
    db: Db, addresses: Addresses, admin
) -> None:
    jobs, done = Jobs(db), []

    async def work(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            done.append((await scalar(conn, "select base.maison()"), ids))

    jobs.add("tests.noted", work)
    maison_id, kept, lost = uuid4(), uuid4(), uuid4()
    with pytest.raises(ZeroDivisionError):
        async with db.acting(Actor.job(), maison_id) as conn:
            await defer(conn, maison_id=maison_id, jobs=[Job("tests.noted", {"subject_id": lost})])
            raise ZeroDivisionError
    async with db.acting(Actor.visitor(uuid4()), maison_id) as conn:
        await defer(conn, maison_id=maison_id, jobs=[Job("tests.noted", {"subject_id": kept})])
    await work_off(jobs, addresses)
    assert done == [(maison_id, {"subject_id": kept})]
    assert waiting(admin) == []


async def test_a_failing_job_is_tried_again_later(db: Db, addresses: Addresses, admin) -> None:
    jobs, tries = Jobs(db), []

    async def fails_first(maison_id: UUID, ids: dict[str, UUID]) -> None:
        tries.append(ids["subject_id"])
        if len(tries) == 1:
            raise OSError("the mail server is away")

    jobs.add("tests.fails_first", fails_first)
    subject = await deferred(db, "tests.fails_first")
    await work_off(jobs, addresses)
    assert waiting(admin) == [("tests.fails_first", "todo", 1)]
    ((again_at,),) = admin(
        "select scheduled_at from procrastinate.procrastinate_jobs where task_name = 'work'"
    )
    assert again_at > datetime.now(UTC) - timedelta(seconds=1)
    await asyncio.sleep(max(0, (again_at - datetime.now(UTC)).total_seconds()) + 0.1)
    await work_off(jobs, addresses)
    assert tries == [subject, subject]
    assert waiting(admin) == []


async def test_a_job_for_later_waits(db: Db, addresses: Addresses, admin) -> None:
    jobs, done = Jobs(db), []

    async def work(maison_id: UUID, ids: dict[str, UUID]) -> None:
        done.append(ids)

    jobs.add("tests.later", work)
    await deferred(db, "tests.later", at=datetime.now(UTC) + timedelta(minutes=10))
    await work_off(jobs, addresses)
    assert done == []
    admin("update procrastinate.procrastinate_jobs set scheduled_at = now() where task_name = 'work'")
    await work_off(jobs, addresses)
    assert len(done) == 1


async def until(what, seconds_max: float = 20) -> None:
    deadline = time.monotonic() + seconds_max
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.05)


async def test_the_job_of_a_killed_worker_is_done_by_the_next(
    db: Db, addresses: Addresses, admin, tmp_path
) -> None:
    told = tmp_path / "told"
    command = [sys.executable, "-c", WORKER, addresses.app, addresses.public, addresses.group, str(told)]
    # First among the stalled: a dead worker's round whose next turn waits already. It cannot be put back, and must not
    # stand in the way of the others.
    admin("""insert into procrastinate_jobs (queue_name, task_name, queueing_lock, status, scheduled_at, args)
             select 'rounds', 'round:tests.tick', 'tests.tick', status::procrastinate_job_status, now() + interval '1 hour',
               '{"timestamp": 0}' from unnest(array['doing', 'todo']) status""")
    subject = await deferred(db, "tests.slow")
    with subprocess.Popen(command, start_new_session=True) as worker:  # noqa: ASYNC220
        try:
            await until(told.exists)
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
    assert waiting(admin) == [("tests.slow", "doing", 0)]
    jobs, done = Jobs(db, stalled_after_seconds=1), []

    async def work(maison_id: UUID, ids: dict[str, UUID]) -> None:
        done.append(ids["subject_id"])

    jobs.add("tests.slow", work)
    app = jobs.app(addresses.app, rescue_cron="* * * * * *")
    async with app.open_async():
        next_worker = asyncio.create_task(
            app.run_worker_async(
                fetch_job_polling_interval=0.1,
                listen_notify=False,
                delete_jobs="successful",
                install_signal_handlers=False,
            )
        )
        try:
            await until(lambda: done)
            await until(lambda: waiting(admin) == [])
        finally:
            next_worker.cancel()
            await asyncio.gather(next_worker, return_exceptions=True)
    assert done == [subject]


async def test_rounds_run_when_the_clock_says(db: Db, addresses: Addresses) -> None:
    jobs, ticks = Jobs(db), []

    async def round_(now: datetime) -> None:
        ticks.append(now)

    jobs.every("*/2 * * * * *", "tests.tick", round_)
    app = jobs.app(addresses.app)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                fetch_job_polling_interval=0.1, listen_notify=False, install_signal_handlers=False
            )
        )
        try:
            await until(lambda: len(ticks) >= 3)
        finally:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
    assert ticks == sorted(set(ticks)), "a turn ran twice"
    assert all(tick.second % 2 == 0 for tick in ticks)
    assert abs((datetime.now(UTC) - ticks[-1]).total_seconds()) < 10


@pytest.mark.parametrize(
    ("cron", "read"), [("*/30 * * * * *", "* * * * * */30"), ("17 3 * * *", "17 3 * * *")]
)
def test_seconds_stand_first_here_and_last_at_croniter(cron: str, read: str) -> None:
    assert _seconds_last(cron) == read


async def test_rounds_go_on_after_the_clock_was_moved(db: Db, addresses: Addresses) -> None:
    """Set forward three hours it makes up for one turn, set back again it does not wait three hours for the next."""
    jobs, noon = Jobs(db), datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC).timestamp()

    async def round_(now: datetime) -> None: ...

    jobs.every("*/30 * * * * *", "tests.round", round_)
    for kind, expected in ((_Turns, (1, 1, 1)), (periodic.PeriodicDeferrer, (1, 360, 0))):
        turns = kind(jobs.app(addresses.app).periodic_registry)
        told: list[int] = []
        for moment in (noon, noon + 3 * 3600, noon + 60):
            due = [task.task.name for task, _ in turns.get_previous_tasks(at=moment)]
            told.append(due.count("round:tests.round"))
        assert tuple(told) == expected, kind


async def test_a_round_goes_to_every_tenant_though_it_fails_at_one(shop: Shop, db: Db) -> None:
    reached: list[UUID] = []
    known = [tenant.maison_id for tenant in await tenants(db)]
    jobs = Jobs(db)

    async def verb(conn: Conn, *, maison_id: UUID, now: datetime) -> None:
        if maison_id == known[0]:
            raise ValueError
        reached.append(await scalar(conn, "select current_setting('enfilade.maison')::uuid"))

    jobs.at_each("0 0 * * *", "tests.round", verb)
    with pytest.raises(ExceptionGroup) as failed:
        await jobs.go_round("tests.round", datetime.now(UTC))
    assert len(known) > 1 and reached == known[1:], "each as itself"
    assert [type(error) for error in failed.value.exceptions] == [ValueError]
