"""The last piece under many hands: with the guard it is sold once, without it it is not."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.stock import allocations, holds
from enfilade.stock.allocations import LineDemand
from enfilade.stock.counts import Count, record_counts, record_movement
from enfilade.stock.holds import Demand, NotEnoughStock
from enfilade.stock.verify import verify
from tests.shop import Shop, count


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


async def claim(
    db: Db, shop: Shop, holder: UUID, demands: list[Demand], now: datetime, minutes: int = 15
) -> None:
    async def verb(conn: Conn) -> None:
        await holds.claim(
            conn,
            maison_id=shop.a.maison_id,
            purpose="checkout",
            holder_id=holder,
            demands=demands,
            method="collect",
            expires_at=now + timedelta(minutes=minutes),
            now=now,
        )

    await db.run(Actor.checkout(holder), shop.a.maison_id, verb)


def bag(shop: Shop, quantity: int = 1, place: str = "alba-1") -> Demand:
    return Demand(shop.a.places[place], shop.a.variants["alba-bag"], quantity)


def ring(shop: Shop, quantity: int = 1, place: str = "alba-1") -> Demand:
    return Demand(shop.a.places[place], shop.a.variants["alba-ring-52"], quantity)


async def test_sixty_four_buyers_of_one_piece(db: Db, shop: Shop, now: datetime) -> None:
    await count(db, shop.a, "alba-1", "alba-bag", 1, now + timedelta(seconds=1))
    results = await asyncio.gather(
        *(claim(db, shop, uuid4(), [bag(shop)], now) for _ in range(64)), return_exceptions=True
    )
    assert sum(result is None for result in results) == 1
    assert {type(result) for result in results} == {type(None), NotEnoughStock}
    assert await verify(db, maison_id=shop.a.maison_id) == []


async def test_without_the_guard_the_same_buyers_oversell(
    db: Db, shop: Shop, now: datetime, addresses: Addresses
) -> None:
    """The twin: the check in the program, the constraint dropped. It proves that the race is one."""
    await count(db, shop.a, "alba-1", "alba-bag", 1, now + timedelta(seconds=1))
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        conn.execute("alter table stock.position drop constraint never_oversold")
    together = asyncio.Barrier(8)

    async def unguarded() -> bool:
        async with db.acting(Actor.job(), shop.a.maison_id) as conn:
            where = [shop.a.places["alba-1"], shop.a.variants["alba-bag"]]
            cursor = await conn.execute(
                "select on_hand - held - allocated from stock.position where location_id = %s and variant_id = %s",
                where,
            )
            (free,) = await cursor.fetchone() or (0,)
            await together.wait()
            if free < 1:
                return False
            await conn.execute(
                "update stock.position set held = held + 1 where location_id = %s and variant_id = %s", where
            )
            return True

    assert sum(await asyncio.gather(*(unguarded() for _ in range(8)))) > 1
    assert await verify(db, maison_id=shop.a.maison_id) != []


async def test_two_lines_are_held_together_or_not_at_all_in_any_order(
    db: Db, shop: Shop, now: datetime
) -> None:
    await count(db, shop.a, "alba-1", "alba-ring-52", 1, now + timedelta(seconds=1))
    results = await asyncio.gather(
        *(
            claim(db, shop, uuid4(), [bag(shop), ring(shop)] if i % 2 else [ring(shop), bag(shop)], now)
            for i in range(24)
        ),
        return_exceptions=True,
    )
    assert sum(result is None for result in results) == 1
    async with db.public() as conn:
        cursor = await conn.execute(
            "select collect from public_facts.availability where location_id = %s order by collect",
            [shop.a.places["alba-1"]],
        )
        assert await cursor.fetchall() == [(0,), (4,)]


async def test_two_lines_of_one_piece_are_judged_together(db: Db, shop: Shop, now: datetime) -> None:
    await count(db, shop.a, "alba-1", "alba-bag", 3, now + timedelta(seconds=1))
    with pytest.raises(NotEnoughStock):
        await claim(db, shop, uuid4(), [bag(shop, 2), bag(shop, 2)], now)
    await claim(db, shop, uuid4(), [bag(shop, 2), bag(shop, 1)], now)


async def test_asked_again_the_same_holder_holds_no_more(db: Db, shop: Shop, now: datetime) -> None:
    holder = uuid4()
    await claim(db, shop, holder, [bag(shop, 2)], now)
    await claim(db, shop, holder, [bag(shop, 2)], now)
    async with db.acting(Actor.job(), shop.a.maison_id) as conn:
        cursor = await conn.execute("select sum(held) from stock.position")
        assert await cursor.fetchone() == (2,)


async def test_display_pieces_safety_stock_and_closed_doors_are_not_promised(
    db: Db, shop: Shop, now: datetime
) -> None:
    await count(db, shop.a, "alba-1", "alba-bag", 3, now + timedelta(seconds=1), display=2)
    with pytest.raises(NotEnoughStock) as refused:
        await claim(db, shop, uuid4(), [bag(shop, 2)], now)
    assert refused.value.lacking[0].left == 1
    async with db.acting(Actor.importer(), shop.a.maison_id) as conn:
        await conn.execute(
            "update stock.exposure set safety_collect = 1 where location_id = %s", [shop.a.places["alba-1"]]
        )
    with pytest.raises(NotEnoughStock):
        await claim(db, shop, uuid4(), [bag(shop)], now)
    with pytest.raises(NotEnoughStock):  # the warehouse did not opt into collection
        await claim(db, shop, uuid4(), [bag(shop, place="alba-wh")], now)


async def test_a_count_below_what_is_promised_frees_holds_then_orders_then_shows_a_shortage(
    db: Db, shop: Shop, now: datetime, admin
) -> None:
    await count(db, shop.a, "alba-1", "alba-bag", 4, now + timedelta(seconds=1), display=1)
    first, second, held = new_id(now), new_id(now), uuid4()
    for line in (first, second):
        async with db.acting(Actor.job(), shop.a.maison_id) as conn:
            given = await allocations.move(
                conn,
                maison_id=shop.a.maison_id,
                demands=[LineDemand(line, shop.a.places["alba-1"], shop.a.variants["alba-bag"], 1)],
                method="collect",
                now=now + timedelta(seconds=2 if line == first else 3),
            )
            assert given == {line}
    await claim(db, shop, held, [bag(shop)], now)

    async def found(on_hand: int, seconds: int):
        async def verb(conn: Conn):
            return await record_counts(
                conn,
                maison_id=shop.a.maison_id,
                counts=[
                    Count(
                        shop.a.places["alba-1"],
                        shop.a.variants["alba-bag"],
                        on_hand,
                        now + timedelta(seconds=seconds),
                        display=min(1, on_hand),
                    )
                ],
                source="count",
                now=now + timedelta(seconds=seconds),
            )

        return await db.run(Actor.importer(), shop.a.maison_id, verb)

    assert [shortfall.order_line_ids for shortfall in await found(3, 10)] == [[]]
    assert admin("select count(*) from stock.hold") == [(0,)]
    assert [shortfall.order_line_ids for shortfall in await found(2, 20)] == [[second]]
    assert await verify(db, maison_id=shop.a.maison_id) == []
    assert admin("select kind from base.fact where kind = 'AllocationLost'") == [("AllocationLost",)]

    async def sold(conn: Conn):
        return await record_movement(
            conn,
            maison_id=shop.a.maison_id,
            location_id=shop.a.places["alba-1"],
            variant_id=shop.a.variants["alba-bag"],
            kind="sold",
            on_hand=-4,
            source="till",
            reference="ticket-1",
            now=now + timedelta(seconds=30),
        )

    shortfall = await db.run(Actor.importer(), shop.a.maison_id, sold)
    assert shortfall is not None
    assert (shortfall.order_line_ids, shortfall.missing) == ([first], 2)
    assert await db.run(Actor.importer(), shop.a.maison_id, sold) is None
    assert admin("select quantity, cause from stock.shortage") == [(2, "till")]
    assert await verify(db, maison_id=shop.a.maison_id) == []


async def test_an_older_count_changes_nothing(db: Db, shop: Shop, now: datetime, admin) -> None:
    await count(db, shop.a, "alba-1", "alba-bag", 2, now + timedelta(hours=1))
    await count(db, shop.a, "alba-1", "alba-bag", 9, now + timedelta(minutes=1))
    assert admin(
        "select on_hand from stock.position where location_id = %s and variant_id = %s",
        [shop.a.places["alba-1"], shop.a.variants["alba-bag"]],
    ) == [(2,)]
