"""A command with a key happens once, and whoever repeats it gets the same answer."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from enfilade.base import forgetting, idempotency
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute
from enfilade.base.idempotency import Answer, KeyReused
from tests.shop import found_house

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def command(
    db: Db, actor: Actor, maison_id: UUID, key: str, request: object, *, now: datetime = NOW, slow: float = 0
) -> tuple[bool, object]:
    """Writes one row; says whether it did the work itself, and the answer."""

    async def verb(conn: Conn) -> tuple[bool, object]:
        kept = await idempotency.claim(conn, actor=actor, key=key, request=request, now=now)
        if kept is not None:
            return False, kept
        await asyncio.sleep(slow)
        await execute(conn, "insert into base.rate_limit values (%(id)s, now(), 1)", id=uuid4().bytes)
        answer = {"made": str(uuid4())}
        await idempotency.settle(conn, actor=actor, key=key, status=201, answer=answer)
        return True, Answer(201, answer)

    return await db.run(actor, maison_id, verb)


def done(admin) -> int:
    return admin("select count(*) from base.rate_limit")[0][0]


async def test_a_repeat_gets_the_first_answer(db: Db, admin) -> None:
    actor, maison_id = Actor.visitor(uuid4()), uuid4()
    fresh, first = await command(db, actor, maison_id, "key-12345", {"quantity": 1, "size": "M"})
    # The order of a request's fields is not part of the request.
    again, second = await command(db, actor, maison_id, "key-12345", {"size": "M", "quantity": 1})
    assert (fresh, again) == (True, False)
    assert first == second
    assert done(admin) == 1


async def test_twenty_at_once_run_once_and_all_get_the_answer(db: Db, admin) -> None:
    actor, maison_id = Actor.visitor(uuid4()), uuid4()
    told = await asyncio.gather(
        *(command(db, actor, maison_id, "key-12345", {"quantity": 1}, slow=0.2) for _ in range(20))
    )
    assert sorted(fresh for fresh, _ in told) == [False] * 19 + [True]
    assert all(answer == told[0][1] for _, answer in told)
    assert done(admin) == 1


async def test_a_repeat_that_came_too_early_does_the_work_when_the_first_fails(db: Db, admin) -> None:
    actor, maison_id = Actor.visitor(uuid4()), uuid4()
    claimed = asyncio.Event()

    async def failing(conn: Conn) -> None:
        await idempotency.claim(conn, actor=actor, key="key-12345", request={}, now=NOW)
        claimed.set()
        await asyncio.sleep(0.2)
        raise ZeroDivisionError

    first = asyncio.create_task(db.run(actor, maison_id, failing))
    await claimed.wait()
    fresh, _ = await command(db, actor, maison_id, "key-12345", {})
    assert fresh
    assert done(admin) == 1
    with pytest.raises(ZeroDivisionError):
        await first


async def test_the_same_key_with_another_request_is_refused(db: Db, admin) -> None:
    actor, maison_id = Actor.visitor(uuid4()), uuid4()
    await command(db, actor, maison_id, "key-12345", {"quantity": 1})
    with pytest.raises(KeyReused):
        await command(db, actor, maison_id, "key-12345", {"quantity": 2})
    assert done(admin) == 1


async def test_another_actor_and_another_maison_have_keys_of_their_own(db: Db, admin) -> None:
    actor, maison_id = Actor.visitor(uuid4()), uuid4()
    for who, where in ((actor, maison_id), (Actor.visitor(uuid4()), maison_id), (actor, uuid4())):
        fresh, _ = await command(db, who, where, "key-12345", {"quantity": 1})
        assert fresh
    assert done(admin) == 3


async def test_an_answer_known_before_the_work_is_kept_at_once(db: Db) -> None:
    actor, maison_id = Actor.visitor(uuid4()), uuid4()

    async def verb(conn: Conn) -> Answer | None:
        return await idempotency.claim(
            conn, actor=actor, key="key-12345", request={}, now=NOW, answer={"id": 7}
        )

    assert await db.run(actor, maison_id, verb) is None
    assert await db.run(actor, maison_id, verb) == Answer(200, {"id": 7})


async def test_answers_and_attempts_are_forgotten_after_their_day(db: Db, admin) -> None:
    house = await found_house(db, NOW, "alba", kind="maison", shown_in=None, with_pieces=False)
    actor = Actor.visitor(uuid4())
    await command(db, actor, house.maison_id, "key-of-old", {}, now=NOW - timedelta(hours=25))
    await command(db, actor, house.maison_id, "key-of-today", {}, now=NOW - timedelta(hours=23))
    admin("update base.rate_limit set window_start = %s", [NOW - timedelta(hours=25)])
    await forgetting.forget(db, now=NOW)
    assert admin("select key from base.idempotency") == [("key-of-today",)]
    assert done(admin) == 0
