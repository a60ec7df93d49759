"""News: written with what happened or not at all, handled once by each listener, none skipped however late it commits."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, scalar
from enfilade.base.jobs import Jobs
from enfilade.base.live import NEWS_MAX

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LampLit:
    """A fact of these tests alone."""

    subject_id: UUID
    location_id: UUID | None
    minutes: int


async def light(conn: Conn, maison_id: UUID, count: int = 1) -> None:
    lit = [LampLit(uuid4(), None, minutes) for minutes in range(count)]
    await facts.record(conn, maison_id=maison_id, now=NOW, facts=list(lit))


@pytest.fixture
def listening(db: Db):
    """Jobs with one listener, which leaves a row each time it handles a fact."""
    jobs, handled = Jobs(db), []

    async def listener(conn: Conn, heard: facts.Heard) -> None:
        handled.append(heard)
        await execute(conn, "insert into base.rate_limit values (%(id)s, now(), 1)", id=uuid4().bytes)
        await asyncio.sleep(0.05)

    jobs.listen(LampLit, "tests.lamp", listener)
    yield jobs, handled
    facts.LISTENERS.pop("LampLit")


async def test_a_fact_and_its_jobs_are_written_together_or_not_at_all(db: Db, listening, admin) -> None:
    maison_id, subject, place = uuid4(), uuid4(), uuid4()
    with pytest.raises(ZeroDivisionError):
        async with db.acting(Actor.job(), maison_id) as conn:
            await light(conn, maison_id)
            raise ZeroDivisionError
    assert admin("select count(*) from base.fact") == [(0,)]
    assert admin("select count(*) from procrastinate.procrastinate_jobs") == [(0,)]
    async with db.acting(Actor.job(), maison_id) as conn:
        await facts.record(conn, maison_id=maison_id, now=NOW, facts=[LampLit(subject, place, 7)])
    kind, subject_id, location_id, body = admin("select kind, subject_id, location_id, body from base.fact")[
        0
    ]
    assert (kind, subject_id, location_id, body["minutes"]) == ("LampLit", subject, place, 7)
    assert admin(
        "select j.args ->> 'listener', j.queue_name from procrastinate.procrastinate_jobs j "
        "join base.fact f on f.id = (j.args ->> 'fact_id')::uuid and f.maison_id = (j.args ->> 'maison_id')::uuid"
    ) == [("tests.lamp", "listeners")]


async def test_a_visitor_tells_no_facts(db: Db) -> None:
    maison_id = uuid4()
    with pytest.raises(Exception, match="row-level security"):
        async with db.acting(Actor.visitor(uuid4()), maison_id) as conn:
            await light(conn, maison_id)


async def fact_id(db: Db, maison_id: UUID) -> UUID:
    async with db.acting(Actor.job(), maison_id) as conn:
        await light(conn, maison_id)
        return await scalar(conn, "select id from base.fact")


async def test_a_listener_handles_a_fact_once_though_its_job_runs_twice_or_at_once(
    db: Db, listening, admin
) -> None:
    jobs, handled = listening
    maison_id = uuid4()
    fact = await fact_id(db, maison_id)
    await asyncio.gather(*(jobs.hear(maison_id, fact, "tests.lamp") for _ in range(5)))
    await jobs.hear(maison_id, fact, "tests.lamp")
    assert [heard.body["minutes"] for heard in handled] == [0]
    assert admin("select count(*) from base.rate_limit") == [(1,)]


async def test_a_listener_that_fails_has_not_handled(db: Db, admin) -> None:
    jobs, maison_id, tries = Jobs(db), uuid4(), []

    async def failing_first(conn: Conn, heard: facts.Heard) -> None:
        tries.append(heard.id)
        await execute(conn, "insert into base.rate_limit values (%(id)s, now(), 1)", id=uuid4().bytes)
        if len(tries) == 1:
            raise ZeroDivisionError

    jobs.listen(LampLit, "tests.failing", failing_first)
    try:
        fact = await fact_id(db, maison_id)
    finally:
        facts.LISTENERS.pop("LampLit")
    with pytest.raises(ZeroDivisionError):
        await jobs.hear(maison_id, fact, "tests.failing")
    assert admin("select count(*) from base.rate_limit") == [(0,)]
    await jobs.hear(maison_id, fact, "tests.failing")
    assert tries == [fact, fact]
    assert admin("select count(*) from base.rate_limit") == [(1,)]


async def test_two_houses_in_one_process_defer_one_job_a_listener(db: Db, listening, admin) -> None:
    Jobs(db).listen(LampLit, "tests.lamp", listening[1])
    async with db.acting(Actor.job(), uuid4()) as conn:
        maison_id = await scalar(conn, "select base.maison()")
        await light(conn, maison_id)
    assert admin("select count(*) from procrastinate.procrastinate_jobs") == [(1,)]


async def forward(db: Db, seen: int, most: int = NEWS_MAX) -> tuple[int, int]:
    """Reads news once, as a live screen does: how many, and where the next reading begins."""
    async with db.door() as conn:
        count = await scalar(
            conn,
            "select count(*) from door.news_since(%(seen)s::text::xid8, %(most)s)",
            seen=str(seen),
            most=most,
        )
        last = await scalar(
            conn,
            "select max(xid::text::bigint) from door.news_since(%(seen)s::text::xid8, %(most)s)",
            seen=str(seen),
            most=most,
        )
    return count, last or seen


async def test_a_late_commit_is_not_skipped(db: Db) -> None:
    maison_id = uuid4()
    async with db.acting(Actor.job(), maison_id) as early:
        await light(early, maison_id)  # the older transaction, still open
        async with db.acting(Actor.job(), maison_id) as late:
            await light(late, maison_id)
        count, seen = await forward(db, 0)
        # By id the second fact could be read now, and the first would be lost for ever.
        assert count == 0
    count, seen = await forward(db, seen)
    assert count == 2
    assert (await forward(db, seen))[0] == 0


async def test_more_facts_than_one_reading_are_read_to_the_end(db: Db) -> None:
    maison_id = uuid4()
    for count in (3, 4, 2, 5):
        async with db.acting(Actor.job(), maison_id) as conn:
            await light(conn, maison_id, count)
    seen, readings = 0, []
    while True:
        # A transaction is never cut in two: its facts share the number the next reading begins after.
        count, seen = await forward(db, seen, most=4)
        if not count:
            break
        readings.append(count)
    assert readings == [3 + 4, 2 + 5]
