"""What a visit holds becomes a sale at the till in one step: nobody else gets it between."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from enfilade.appointments import selling, visits
from enfilade.appointments.visits import NotThatStep
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.ids import new_id
from enfilade.orders.till import drawers
from enfilade.orders.till.drawers import TillNotOpen
from enfilade.stock import holds
from enfilade.stock import verify as positions
from enfilade.stock.holds import Demand, NotEnoughStock
from tests.appointments.diary import KEY, opened
from tests.shop import Shop, count


async def test_what_is_held_is_sold_though_others_want_it(db: Db, shop: Shop, admin: Any) -> None:
    now = datetime.now(UTC)
    made = await opened(db, shop, now)
    bag, ring = made.house.variants["alba-bag"], made.house.variants["alba-ring-52"]
    kept = await made.book(made.at(1, 11), variant_ids=(bag, ring))
    await count(db, made.house, "alba-1", "alba-bag", 1, datetime.now(UTC))
    sale_id, then = new_id(now), kept.starts_at

    async def sell() -> None:
        await made.inside(
            lambda conn: selling.sell(
                conn, maison_id=made.maison_id, appointment_id=kept.id, sale_id=sale_id, by=made.manager,
                results={bag: "bought", ring: "liked"}, noted="", key=KEY, now=then,
            )
        )  # fmt: skip

    async def want() -> None:
        await made.inside(
            lambda conn: holds.claim(
                conn, maison_id=made.maison_id, purpose="sale", holder_id=new_id(now),
                demands=[Demand(made.place, bag, 1)], method="counter", expires_at=made.at(2, 11), now=then,
            )
        )  # fmt: skip

    with pytest.raises(TillNotOpen):
        await sell()
    assert admin("select state from appointments.appointment") == [("booked",)], "all or nothing"
    await made.inside(
        lambda conn: drawers.open_drawer(
            conn, maison_id=made.maison_id, by=made.manager, drawer_id=new_id(now), location_id=made.place,
            float_minor=0, now=now,
        )
    )  # fmt: skip
    came = await asyncio.gather(sell(), *(want() for _ in range(4)), sell(), return_exceptions=True)
    assert [type(one) for one in came] == [type(None), *[NotEnoughStock] * 4, type(None)], came
    assert admin("select variant_id, quantity from orders.sale_line") == [(bag, 1)]
    assert admin("select purpose, holder_id, variant_id from stock.hold") == [("sale", sale_id, bag)]
    assert admin("select state from appointments.appointment") == [("served",)]
    sale_id = new_id(now)
    with pytest.raises(NotThatStep):
        await sell()
    assert await db.run(
        Actor.job(), made.maison_id, lambda conn: visits.miss_late(conn, maison_id=made.maison_id, now=then)
    ) == 0  # fmt: skip
    assert await positions.verify(db, maison_id=made.maison_id) == []
