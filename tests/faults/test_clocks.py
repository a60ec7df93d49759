"""The wall clocks of web and worker jump under them while people buy: nothing is lost, nothing is done twice."""

import asyncio
from datetime import timedelta

import psycopg
import pytest

from tests.faults import clocks
from tests.faults.audit import disagreements
from tests.faults.installation import Installation, installed
from tests.faults.people import Journal
from tests.faults.quiet import quiet
from tests.faults.test_faults import people_at_work

SEED = 20261123
AHEAD, BEHIND = timedelta(hours=3), timedelta(minutes=-20)
SECONDS, FELT_SECONDS_MAX = 1.0, 60
#: A clock far ahead, then behind; the two of them apart from each other, and both wrong.
JUMPS = (
    {"web": AHEAD},
    {"web": AHEAD, "worker": AHEAD},
    {"web": BEHIND},
    {"worker": BEHIND},
    {},
)


def dated(at: Installation) -> tuple[int, int]:
    """How many orders are dated in the future, and how many things the worker did there."""
    with psycopg.connect(at.at.admin) as conn:
        return conn.execute(
            """
            select (select count(*) from orders."order" where placed_at > now() + interval '1 hour'),
              (select count(*) from base.handled_fact where handled_at > now() + interval '1 hour')
            """
        ).fetchall()[0]


async def felt(at: Installation, offsets: dict[str, timedelta]) -> None:
    """Something was done by each clock that is ahead."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for name, which in (("web", 0), ("worker", 1)):
        while offsets.get(name) == AHEAD and not dated(at)[which]:
            assert loop.time() - began < FELT_SECONDS_MAX, f"the clock of {name} never moved"
            await asyncio.sleep(0.2)


async def test_nothing_is_lost_when_clocks_jump() -> None:
    if clocks.library() is None:
        pytest.skip("moving a clock needs libfaketime: apt-get install libfaketime")
    journal, enough = Journal(), asyncio.Event()
    async with installed(SEED, movable=True) as at:
        people = asyncio.create_task(people_at_work(at, journal, SEED, enough))
        try:
            await asyncio.sleep(SECONDS)
            for offsets in JUMPS:
                for name in ("web", "worker"):
                    clocks.move(at.clock(name), offsets.get(name, clocks.TRUE))
                await asyncio.sleep(SECONDS)
                await felt(at, offsets)
        finally:
            enough.set()
        await people
        left = await quiet(at, AHEAD)
        found = await disagreements(journal, at.at, at.shop, at.folder / "mailbox")
        assert found + left == []
