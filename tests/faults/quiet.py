"""Time passes until nothing moves: the rounds and the jobs of the house, at later and later moments.

Time is an argument, so that an hour takes a second. The database's own clock is not moved: what it says of a dead worker's
last sign of life, and of a job that waits for its next try, is put back instead.
"""

from datetime import UTC, datetime, timedelta

import psycopg

from enfilade.payments.jobs import NEVER_ARRIVED_AFTER
from enfilade.run import house
from tests.faults.installation import Installation

#: When the rounds come by: past the patience with a provider, past a second step, past an hour.
LATER = (timedelta(minutes=4), timedelta(minutes=40), timedelta(minutes=80), timedelta(minutes=81))


async def quiet(at: Installation, ahead: timedelta = timedelta(0)) -> list[str]:
    """Web and worker are stopped; what they left is found by rounds and done by jobs. Returns what a job could not do.

    `ahead`: how far in the future their clocks have been. What they dated then ends so much later.
    """
    await at.stop()
    made = house(at.settings)
    await made.db.open()
    try:
        for later in LATER:
            _time_passes(at)
            await _work_off(at, made.jobs)
            now = datetime.now(UTC) + ahead + later
            for name in ("unfinished_checkouts", "reconcile_payments", "orders.preparing"):
                await made.jobs.go_round(name, now)
        # What a provider has not heard of in a day it never will: our process died before it asked.
        a_day_later = datetime.now(UTC) + ahead + NEVER_ARRIVED_AFTER + LATER[-1]
        await made.jobs.go_round("reconcile_payments", a_day_later)
        for _ in range(4):
            _time_passes(at)
            await _work_off(at, made.jobs)
    finally:
        await made.db.close()
    with psycopg.connect(at.at.admin) as conn:
        left = conn.execute(
            "select status::text, task_name, args::text, attempts from procrastinate.procrastinate_jobs "
            # The provider's own, and it goes on until somebody opens: payments are asked for besides.
            "where queue_name <> 'rounds' and args ->> 'name' is distinct from 'local_provider.announce'"
        ).fetchall()
    return [f"job left {row}" for row in left]


async def _work_off(at: Installation, jobs: object) -> None:
    """As a worker does it that ends when nothing is left."""
    app = jobs.app(at.at.app)  # type: ignore[attr-defined]
    async with app.open_async():
        await app.run_worker_async(
            queues=["work", "listeners"],
            wait=False,
            listen_notify=False,
            delete_jobs="successful",
            install_signal_handlers=False,
        )


def _time_passes(at: Installation) -> None:
    with psycopg.connect(at.at.admin) as conn:
        # The local provider goes by the clock of the shop; a real one is silent by its own.
        conn.execute("update local_provider.charge set known_from = now() where known_from > now()")
        # Procrastinate's triggers name their tables without a schema.
        conn.execute("set search_path = procrastinate, pg_catalog")
        conn.execute("delete from procrastinate_workers")
        conn.execute(
            "update procrastinate_jobs set scheduled_at = now() - interval '1 second' where status = 'todo'"
        )
        # What `rescue` does, a minute after its worker fell silent.
        conn.execute(
            """
            select procrastinate_retry_job_v2(id, now(), null, null, null) from procrastinate_jobs
            where status = 'doing' and queue_name <> 'rounds'
            """
        )
