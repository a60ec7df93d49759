"""`enfilade closures simulate`: half the boutiques of a country close at noon in a drawn world; does what came of it hold?

Real workers do the work, against a PostgreSQL of their own that is gone afterwards; some are killed in the middle.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from enfilade.base import database
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many, scalar
from enfilade.base.embedded import ADMINISTRATOR, temporary
from enfilade.base.ids import new_id
from enfilade.closures import acts, counting, drawn_visits
from enfilade.closures.acts import Scope, Wanted
from enfilade.closures.drawn import Drawn, drawn, forget_placing
from enfilade.orders import books
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions

SECONDS_MAX = 600.0
METHODS = ["collect", "reserve", "ship"]


@dataclass(slots=True)
class Came:
    """What came of it. `effects`: (kind, state, why) → how many; `wrong`: what does not hold, in words."""

    orders: int
    places: int
    seen: dict[str, int]
    appointments: int = 0
    effects: dict[tuple[str, str, str], int] = field(default_factory=dict[tuple[str, str, str], int])
    letters: int = 0
    killed: int = 0
    seconds: float = 0
    wrong: list[str] = field(default_factory=list[str])


def simulate(
    *, boutiques: int, orders: int, seed: int, kills: int, days: int | None, appointments: int = 0
) -> Came:
    """Closes half of the country's boutiques for so many days (None: until reopened); `kills` workers are killed meanwhile."""
    with temporary() as cluster, tempfile.TemporaryDirectory(prefix="enfilade-closures-") as data:
        at = database.prepare(cluster.address(ADMINISTRATOR, "postgres"), "closures")
        database.migrate(at.admin)
        return asyncio.run(_simulated(at, Path(data), boutiques, orders, appointments, seed, kills, days))


async def _simulated(
    at: database.Addresses,
    data: Path,
    boutiques: int,
    orders: int,
    appointments: int,
    seed: int,
    kills: int,
    days: int | None,
) -> Came:
    db = Db(at.app, at.public, at.group, connections_max=4)
    await db.open()
    try:
        day = await drawn(db, boutiques=boutiques, orders=orders, seed=seed)
        kept = await drawn_visits.booked(day, appointments)
        await forget_placing(db)
        closing = tuple(day.chance.sample(day.country, len(day.country) // 2))
        wanted = Wanted(
            Scope("boutiques", "", closing), acts.stopped(True, METHODS), None, None, "noon", days=days
        )

        async def look(conn: Conn) -> dict[str, int]:
            found = await acts.preview(conn, maison_id=day.maison_id, by=None, wanted=wanted, now=day.now)
            return counting.summed(found.rows)

        seen = await db.run(Actor.job(), day.maison_id, look)
        came = Came(len(day.orders), len(closing), seen, len(kept))
        began = time.monotonic()
        act_id = new_id(day.now)

        async def confirm(conn: Conn) -> None:
            for _ in range(2):  # a second click
                await acts.confirm(
                    conn,
                    maison_id=day.maison_id,
                    act_id=act_id,
                    by=None,
                    wanted=wanted,
                    previewed=seen,
                    now=day.now,
                )

        await db.run(Actor.job(), day.maison_id, confirm)
        await _worked(db, at, data, day, came, random.Random(seed), kills)  # noqa: S311 - drawn, no secret
        came.seconds = time.monotonic() - began
        await _judged(db, day, data, came)
        async with db.acting(Actor.job(), day.maison_id) as conn:
            came.wrong += await drawn_visits.judged(conn, day, kept)
        return came
    finally:
        await db.close()


async def _worked(
    db: Db, at: database.Addresses, data: Path, day: Drawn, came: Came, chance: random.Random, kills: int
) -> None:
    """Workers until nothing is to do; the first few die after a moment, the hard way."""
    until = time.monotonic() + SECONDS_MAX
    while time.monotonic() < until:
        before = await _left(db, day)
        worker = _worker(at, data)
        try:
            while time.monotonic() < until:
                left = await _left(db, day)
                if left == 0:
                    return
                # In the middle: something is done, and something is to do.
                if came.killed < kills and left < before and chance.random() < 0.5:
                    worker.send_signal(signal.SIGKILL)
                    worker.wait()
                    came.killed += 1
                    break
                await asyncio.sleep(0.05 if came.killed < kills else 0.5)
        finally:
            if worker.poll() is None:
                worker.terminate()
                worker.wait()
    came.wrong.append(f"after {SECONDS_MAX:.0f} s there is still something to do")


async def _left(db: Db, day: Drawn) -> int:
    """Effects and letters still to do."""
    async with db.acting(Actor.job(), day.maison_id) as conn:
        return await scalar(
            conn,
            """
            select (select count(*) from closures.effect where state = 'to_do') + (select count(*)
              from procrastinate.procrastinate_jobs where status in ('todo', 'doing')
                and (args ->> 'name' like 'closures.mail%%'
                  or args ->> 'name' in ('appointments.mail_alternative', 'orders.resource')))
            """,
        )


def _worker(at: database.Addresses, data: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "ENFILADE_DATABASE_URL": at.admin,
        "ENFILADE_DATA": str(data),
        "ENFILADE_BASE_URL": "http://drawn.example",
        "ENFILADE_DEMO": "yes",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "enfilade.run", "worker"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@dataclass(frozen=True, slots=True)
class _Effects:
    kind: str
    state: str
    why: str
    effects: int


async def _judged(db: Db, day: Drawn, data: Path, came: Came) -> None:
    """What came of it, and what should never be."""
    for proof in (
        await positions.verify(db, maison_id=day.maison_id),
        await promises.verify(db, maison_id=day.maison_id),
        await books.verify(db, maison_id=day.maison_id),
    ):
        came.wrong += [str(drift) for drift in proof]
    async with db.acting(Actor.job(), day.maison_id) as conn:
        rows = await many(
            conn,
            _Effects,
            "select kind, state, why, count(*)::integer as effects from closures.effect group by 1, 2, 3",
        )
        came.effects = {(row.kind, row.state, row.why): row.effects for row in rows}
        lost: int = await scalar(
            conn,
            """
            select count(*) from orders.order o where o.state <> 'placed' or exists (select 1 from orders.order_line l
              where l.maison_id = o.maison_id and l.order_id = o.id and l.state not in ('sourced', 'picked'))
            """,
        )
        to_tell: int = await scalar(
            conn,
            """
            select count(distinct subject_id) from closures.effect
            where kind in ('extend', 'postpone', 'propose') or kind = 'resource' and why = 'nowhere'
            """,
        )
        here: int = await scalar(
            conn,
            """
            select count(*) from closures.effect e join orders.fulfilment f on f.maison_id = e.maison_id and f.id = e.subject_id
            where e.kind = 'resource' and e.state = 'done' and f.state in ('asked', 'accepted')
            """,
        )
    if lost:
        came.wrong.append(f"{lost} orders lost their pieces")
    if here:
        came.wrong.append(f"{here} parcels are called moved and are still there")
    keys = [path.stem for path in (data / "mailbox").glob("closed-*.eml")]
    proposed = [path.stem for path in (data / "mailbox").glob("alternative-*.eml")]
    came.letters = len(keys) + len(proposed)
    if len({key.rsplit("-", 1)[0] for key in keys}) != len(keys):
        came.wrong.append("somebody was told twice")
    if came.letters != to_tell:
        came.wrong.append(f"{to_tell} clients were to be told, {came.letters} were")
