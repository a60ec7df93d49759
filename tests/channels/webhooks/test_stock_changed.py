"""What is where is told after it moved: once for many movements, truly in the end, and to its own maison alone."""

import asyncio
from typing import Any

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.stock import telling
from enfilade.stock.counts import record_movement
from tests.channels.webhooks.receiving import Sender, receiver
from tests.shop import Shop, count


async def test_a_burst_of_movements_is_a_few_messages_and_the_last_is_true(
    db: Db, shop: Shop, admin: Any
) -> None:
    sender, other = Sender(db, shop.a), Sender(db, shop.b)
    place, bag = shop.a.places["alba-1"], shop.a.variants["alba-bag"]

    async def sold(number: int, source: str = "till") -> None:
        async def verb(conn: Conn) -> None:
            await record_movement(
                conn,
                maison_id=shop.a.maison_id,
                location_id=place,
                variant_id=bag,
                kind="sold",
                on_hand=-1,
                source=source,
                reference=str(number),
                now=sender.now,
            )

        await db.run(Actor.job(), shop.a.maison_id, verb)

    await count(db, shop.a, "alba-1", "alba-bag", 120, sender.now)
    assert admin("select count(*) from stock.moved") == [(0,)], "nobody wants to hear of it"
    async with receiver() as ours, receiver() as theirs:
        await sender.add(ours, "stock.changed")
        await other.add(theirs)
        ended = asyncio.Event()

        async def rounds() -> None:
            while not ended.is_set():
                await sender.run(telling.tell, now=sender.now)
                await asyncio.sleep(0.2)

        async def burst() -> None:
            for first in range(0, 100, 4):
                await asyncio.gather(*(sold(first + n) for n in range(4)))
            ended.set()

        await asyncio.gather(rounds(), burst())
        await sender.run(telling.tell, now=sender.now)
        assert await sender.run(telling.tell, now=sender.now) == 0, "told, and nothing moved since"
        await sender.deliver()
        await other.deliver()
        told = [one.said["data"] for one in ours.came]
        assert 1 <= len(told) < 50 and theirs.came == []
        last = min(told, key=lambda one: one["on_hand"])
        assert last == {
            "location_id": str(place),
            "location_code": "alba-1",
            "variant_id": str(bag),
            "sku": "alba-bag",
            "on_hand": 20,
            "available": 20,
        }
        # While somebody moves it, its mark is passed over; what they did is told the next time.
        async with db.acting(Actor.job(), shop.a.maison_id) as conn:
            await record_movement(
                conn,
                maison_id=shop.a.maison_id,
                location_id=place,
                variant_id=bag,
                kind="sold",
                on_hand=-1,
                source="till",
                reference="late",
                now=sender.now,
            )
            assert await sender.run(telling.tell, now=sender.now) == 0
        assert await sender.run(telling.tell, now=sender.now) == 1
        assert admin(
            "select body ->> 'on_hand' from base.fact where kind = 'StockChanged' order by xid desc limit 1"
        ) == [("19",)]
