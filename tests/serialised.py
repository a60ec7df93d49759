"""A variant of a test's shop counted piece by piece, with the pieces it has."""

from datetime import datetime, timedelta

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.orders.checkout import Store
from enfilade.stock.pieces_told import receive
from enfilade.stock.serialising import serialise
from enfilade.stock.serials import Found
from tests.orders.counter import Counter
from tests.shop import House, count


async def by_serials(db: Db, house: House, sku: str, there: dict[str, list[str]], now: datetime) -> None:
    """Counts what is there of the SKU down to none at every place, and receives these serials, by place."""
    for place in house.places:
        await count(db, house, place, sku, 0, now + timedelta(milliseconds=1))

    async def verb(conn: Conn) -> None:
        variant_id = house.variants[sku]
        await serialise(
            conn, maison_id=house.maison_id, variant_id=variant_id, serialised=True, by_id=None, now=now
        )
        # One by one, so that who claims gets them in this order.
        pieces = [(place, serial) for place in there for serial in there[place]]
        for n, (place, serial) in enumerate(pieces):
            await receive(
                conn,
                maison_id=house.maison_id,
                location_id=house.places[place],
                variant_id=variant_id,
                found=[Found(serial)],
                by_id=None,
                now=now - timedelta(milliseconds=1000 - n),
            )

    await db.run(Actor.importer(), house.maison_id, verb)


async def counter_by_serials(shop: Counter, sku: str, there: dict[str, list[str]]) -> None:
    """The same at the counter of orders' tests."""
    house = House(
        shop.maison_id, "auber", Store(shop.store_id, shop.maison_id), places=shop.at, variants=shop.variants
    )
    await by_serials(shop.db, house, sku, there, shop.now)
