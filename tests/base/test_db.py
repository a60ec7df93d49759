"""Transactions: who acts is declared for one of them alone, what fails is undone, a deadlock is tried again."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from psycopg import errors
from psycopg_pool import PoolTimeout

from enfilade.base import database
from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db, NotCommitted, Tally, _Connection, constraint, execute, scalar, tally
from enfilade.base.embedded import ADMINISTRATOR, temporary

OUTAGE_SECONDS, BACK_SECONDS_MAX = 16, 8
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def note(conn: Conn, maison_id: UUID, note_id: UUID | None = None) -> None:
    """Any row of a table with policies."""
    await execute(
        conn,
        "insert into base.audit (maison_id, id, act, subject_kind, subject_id, recorded_at) "
        "values (%(maison_id)s, %(id)s, 'noted', 'test', %(id)s, %(now)s)",
        maison_id=maison_id,
        id=note_id or uuid4(),
        now=NOW,
    )


async def notes(conn: Conn) -> int:
    return await scalar(conn, "select count(*) from base.audit")


async def test_lists_of_small_and_of_large_numbers_stand_in_one_statement(db: Db) -> None:
    async with db.acting(Actor.job(), uuid4()) as conn:
        told = await scalar(
            conn,
            """
            select (select sum(x) from unnest(%(small)s::bigint[]) x) + (select sum(x) from unnest(%(large)s::bigint[]) x)
              + (select sum(x) from unnest(%(huge)s::bigint[]) x)
            """,
            small=[1],
            large=[245_000],
            huge=[5_000_000_000],
        )
    assert told == 5_000_245_001


async def test_an_exception_undoes_the_transaction(db: Db, admin) -> None:
    maison_id = uuid4()
    with pytest.raises(ZeroDivisionError):
        async with db.acting(Actor.job(), maison_id) as conn:
            await note(conn, maison_id)
            assert await notes(conn) == 1
            raise ZeroDivisionError
    assert admin("select count(*) from base.audit") == [(0,)]
    async with db.acting(Actor.job(), maison_id) as conn:
        await note(conn, maison_id)
    assert admin("select count(*) from base.audit") == [(1,)]


async def test_a_cancelled_transaction_is_undone_and_its_connection_serves_the_next(
    addresses: Addresses, admin
) -> None:
    one = Db(addresses.app, addresses.public, addresses.group, connections_max=1)
    await one.open()
    maison_id = uuid4()
    try:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3), one.acting(Actor.job(), maison_id) as conn:
                await note(conn, maison_id)
                await execute(conn, "select pg_sleep(10)")
        async with one.acting(Actor.job(), maison_id) as conn:
            assert await notes(conn) == 0
    finally:
        await one.close()
    assert admin("select count(*) from base.audit") == [(0,)]


async def test_a_verb_that_swallows_a_database_error_is_told_that_nothing_was_kept(db: Db, admin) -> None:
    maison_id, twice = uuid4(), uuid4()
    with pytest.raises(NotCommitted):
        async with db.acting(Actor.job(), maison_id) as conn:
            await note(conn, maison_id, twice)
            try:
                await note(conn, maison_id, twice)
            except errors.UniqueViolation as error:
                assert constraint(error) == "audit_pkey"
    assert admin("select count(*) from base.audit") == [(0,)]


async def test_a_snapshot_sees_one_moment_and_writes_nothing(db: Db) -> None:
    maison_id = uuid4()
    async with db.acting(Actor.job(), maison_id, snapshot=True) as conn:
        assert await notes(conn) == 0
        async with db.acting(Actor.job(), maison_id) as other:
            await note(other, maison_id)
        assert await notes(conn) == 0
    async with db.acting(Actor.job(), maison_id) as conn:
        assert await notes(conn) == 1
    with pytest.raises(errors.ReadOnlySqlTransaction):
        async with db.acting(Actor.job(), maison_id, snapshot=True) as conn:
            await note(conn, maison_id)


async def test_the_declared_actor_does_not_leak_to_the_next_user_of_the_connection(
    addresses: Addresses,
) -> None:
    one = Db(addresses.app, addresses.public, addresses.group, connections_max=1)
    await one.open()
    who = "select concat_ws(' ', base.actor_kind(), base.actor_id(), base.maison(), base.inside())"
    a, visitor = uuid4(), uuid4()
    try:
        async with one.acting(Actor.visitor(visitor), a, "cn") as conn:
            pid = await scalar(conn, "select pg_backend_pid()")
            assert await scalar(conn, who) == f"visitor {visitor} {a} f"
            assert await scalar(conn, "select base.region()") == "cn"
        async with one.acting(Actor.job(), a) as conn:
            await note(conn, a)
        with pytest.raises(ZeroDivisionError):
            async with one.acting(Actor.staff(uuid4()), a):
                raise ZeroDivisionError
        async with one.door() as conn:
            assert await scalar(conn, "select pg_backend_pid()") == pid, (
                "not the same connection: proves nothing"
            )
            assert await scalar(conn, who) == "f"
            assert await scalar(conn, "select base.region()") == "eu"
            assert await notes(conn) == 0
        async with one.acting(Actor.job(), uuid4()) as conn:
            assert await notes(conn) == 0
    finally:
        await one.close()


async def test_a_deadlock_is_tried_again_and_both_verbs_end(db: Db, admin) -> None:
    buckets = [b"first", b"second"]
    for bucket in buckets:
        admin("insert into base.rate_limit values (%s, now(), 0)", [bucket])
    met, tries = asyncio.Barrier(2), []

    def verb(order: list[bytes]):
        async def crossing(conn: Conn) -> None:
            tries.append(order[0])
            first_try = len(tries) <= 2
            for bucket in order:
                await execute(
                    conn, "update base.rate_limit set used = used + 1 where bucket = %(b)s", b=bucket
                )
                if first_try and bucket == order[0]:
                    await asyncio.wait_for(met.wait(), 5)  # each holds what the other wants next

        return crossing

    maison_id = uuid4()
    await asyncio.gather(
        db.run(Actor.job(), maison_id, verb(buckets)), db.run(Actor.job(), maison_id, verb(buckets[::-1]))
    )
    assert len(tries) == 3, "no deadlock was met"
    assert admin("select used from base.rate_limit") == [(2,), (2,)]


async def test_a_deadlock_that_stays_is_told_after_four_tries(db: Db) -> None:
    tries = []

    async def unlucky(conn: Conn) -> None:
        tries.append(1)
        await execute(conn, "do $$ begin raise exception using errcode = '40P01'; end $$")

    with pytest.raises(errors.DeadlockDetected):
        await db.run(Actor.job(), uuid4(), unlucky)
    assert len(tries) == 4


async def test_other_errors_are_not_tried_again(db: Db) -> None:
    tries = []

    async def wrong(conn: Conn) -> None:
        tries.append(1)
        await execute(conn, "select 1 / 0")

    with pytest.raises(errors.DivisionByZero):
        await db.run(Actor.job(), uuid4(), wrong)
    assert len(tries) == 1


async def test_statements_are_tallied_where_they_run_and_nowhere_else(db: Db) -> None:
    async def run(statements: int) -> Tally:
        counting = Tally()
        token = tally.set(counting)
        try:
            async with db.acting(Actor.job(), uuid4()) as conn:
                for _ in range(statements):
                    await notes(conn)
                    await asyncio.sleep(0.01)
        finally:
            tally.reset(token)
        return counting

    first, second = await asyncio.gather(asyncio.create_task(run(3)), asyncio.create_task(run(5)))
    assert (first.statements, first.transactions) == (3, 1)
    assert (second.statements, second.transactions) == (5, 1)
    assert first.texts == ["select count(*) from base.audit"] * 3
    assert tally.get() is None


async def test_who_waits_for_a_connection_is_counted(addresses: Addresses) -> None:
    one = Db(addresses.app, addresses.public, addresses.group, connections_max=1)
    await one.open()
    try:
        assert one.waiting() == {"app": 0, "public": 0, "group": 0}
        async with one.door():
            waiter = asyncio.create_task(one.run(Actor.job(), uuid4(), notes))
            await asyncio.sleep(0.1)
            assert one.waiting() == {"app": 1, "public": 0, "group": 0}
        assert await waiter == 0
    finally:
        await one.close()


async def test_nobody_waits_for_ever_on_a_locked_row(db: Db) -> None:
    async with db.acting(Actor.job(), uuid4()) as conn:
        limits = await scalar(
            conn,
            "select array[current_setting('lock_timeout'), current_setting('statement_timeout'), "
            "current_setting('idle_in_transaction_session_timeout')]",
        )
    assert all(
        timedelta(0) < timedelta(seconds=int(limit.removesuffix("s"))) <= timedelta(seconds=30)
        for limit in limits
    )


@pytest.mark.parametrize("looking", [True, False], ids=["looks", "does not look"])
async def test_connections_that_died_while_they_lay_there_cost_nobody_an_error(
    db: Db, admin, monkeypatch: pytest.MonkeyPatch, looking: bool
) -> None:
    """All of them end, as when PostgreSQL starts again; without the look at the socket each costs somebody an error."""
    if not looking:
        monkeypatch.setattr(_Connection, "dead", lambda conn: False)

    async def ask() -> object:
        async with db.acting(Actor.job(), uuid4()) as conn:
            return await scalar(conn, "select pg_sleep(0.05)::text")

    await asyncio.gather(*(ask() for _ in range(8)))
    ((ended,),) = admin(
        "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity "
        "where application_name = 'enfilade' and datname = current_database()"
    )
    assert ended > 3
    await asyncio.sleep(0.2)
    told = await asyncio.gather(*(ask() for _ in range(8)), return_exceptions=True)
    assert any(isinstance(one, errors.OperationalError) for one in told) is not looking


async def test_a_database_that_came_back_is_found_at_once() -> None:
    """With pauses that double without end it would be found as late again as it was away."""
    with temporary() as cluster:
        at = database.prepare(cluster.address(ADMINISTRATOR, "postgres"), "shop")
        pools = Db(at.app, at.public, at.group, connections_max=4)
        await pools.open()

        async def answers() -> bool:
            with contextlib.suppress(errors.OperationalError, PoolTimeout):
                async with pools.public() as conn:
                    return await scalar(conn, "select true")
            return False

        try:
            assert await answers()
            await asyncio.to_thread(cluster.stop)
            loop = asyncio.get_running_loop()
            began, asking = loop.time(), list[asyncio.Task[bool]]()
            while loop.time() - began < OUTAGE_SECONDS:
                asking.append(asyncio.create_task(answers()))
                await asyncio.sleep(0.5)
            await asyncio.to_thread(cluster.start)
            began = loop.time()
            assert await answers()
            assert loop.time() - began < BACK_SECONDS_MAX
            # Who asked just before waited for it too.
            told = await asyncio.gather(*asking)
            assert not told[0] and told[-1]
        finally:
            await pools.close()
