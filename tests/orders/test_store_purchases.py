"""Purchases in a store of many maisons: counted by client inside it, told to the group in months that tell of nobody."""

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as some

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.insight.published import purchases
from enfilade.orders import baskets
from enfilade.orders.checkout import Checkouts
from enfilade.orders.placing import Contact
from enfilade.orders.store_purchases import PurchaseMonth, publish_purchases, purchase_cells
from enfilade.payments.local_provider import LocalProvider
from tests.shop import House, Shop, found_shop

Look = Callable[..., list[tuple[Any, ...]]]
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@some.composite
def months(draw: Any) -> list[PurchaseMonth]:
    found: list[PurchaseMonth] = []
    for number in range(draw(some.integers(0, 12))):
        count = draw(some.integers(1, 20))
        new = draw(some.integers(0, count))
        second = draw(some.integers(0, count - new))
        found.append(
            PurchaseMonth(date(2026, number + 1, 1), count, new, second, draw(some.integers(0, count)))
        )
    return found


@given(months())
def test_no_cell_tells_of_a_few_and_no_purchase_is_told_twice(of: list[PurchaseMonth]) -> None:
    cells = purchase_cells(of)
    assert not any(cell.small for cell in cells)
    told = sum(cell.purchases for cell in cells)
    assert told in (0, sum(month.purchases for month in of)), "all of them, or nothing"
    assert all(one.last_month < two.first_month for one, two in itertools.pairwise(cells))


async def buy(db: Db, shop: Shop, mail: str, *houses: House, at: datetime) -> None:
    provider = LocalProvider(db, "http://test")
    checkouts = Checkouts(db, {"local": provider}, b"k" * 48, "http://test", 3.0)
    store, visitor = shop.store, new_id(at)
    async with db.acting(Actor.visitor(visitor), store.maison_id) as conn:
        for house in houses:
            await baskets.put(
                conn,
                maison_id=store.maison_id,
                store_id=store.store_id,
                visitor_id=visitor,
                variant_id=house.variants[f"{house.slug}-bag"],
                quantity=1,
                now=at,
            )
    opened = await checkouts.open(
        store,
        visitor,
        method="reserve",
        boutiques={house.maison_id: house.places[f"{house.slug}-1"] for house in houses},
        market="fr",
        language="fr",
        key=uuid4().hex,
        now=at,
    )
    outcome = await checkouts.complete(
        store,
        visitor,
        opened,
        contact=Contact("Inès", mail, "", None, ""),
        payment_method="",
        card_token="",
        key=uuid4().hex,
        now=at,
    )
    assert outcome.kind == "placed"


async def publish(db: Db, maison_id: Any) -> int:
    async def verb(conn: Conn) -> int:
        return await publish_purchases(conn, maison_id=maison_id)

    return await db.run(Actor.job(), maison_id, verb)


async def test_new_second_and_over_several_maisons_are_counted(db: Db, admin: Look) -> None:
    shop = await found_shop(db, NOW)
    admin("update stock.position set on_hand = 100")
    for number in range(5):
        mail = f"client{number}@example.org"
        await buy(db, shop, mail, shop.a, shop.b, at=NOW)
        await buy(db, shop, mail.upper(), shop.a, at=NOW + timedelta(days=1))
    assert await publish(db, shop.store.maison_id) == 1
    assert await publish(db, shop.a.maison_id) == 0, "its own store is nobody's multi-brand store"
    async with db.group() as conn:
        (told,) = await purchases(conn)
    assert (told.store, told.first_month, told.purchases) == ("Arcade", date(2026, 11, 1), 10)
    assert (told.by_new, told.second, told.over_several) == (5, 5, 5)
    # One more client would be one alone.
    await buy(db, shop, "client0@example.org", shop.a, at=NOW + timedelta(days=2))
    assert await publish(db, shop.store.maison_id) == 0
    assert admin("select count(*) from aggregates.purchase") == [(0,)]
