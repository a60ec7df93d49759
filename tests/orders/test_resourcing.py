"""Sourcing again: the nearest boutique that did not refuse, so many times, then an end that costs the client nothing."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, execute
from enfilade.base.ids import new_id
from enfilade.orders import preparations, rejections, resourcing
from enfilade.orders.resourcing import Lost, Origin, Place, candidates
from enfilade.orders.sourcing_terms import Sourcing, set_sourcing
from enfilade.stock.counts import Count, record_counts
from tests.orders.counter import NOW, PRICE, Counter, counter
from tests.orders.test_fulfilment import accepted
from tests.shop import DOOR


async def rejected(shop: Counter, order_id: UUID, place: str, sku: str = "BAG-S") -> None:
    """The boutique's own people reject the line, and it is sourced again."""
    who = {"rivoli": "claire", "marais": "noor"}.get(place, "max")
    await shop.run(
        rejections.reject,
        who,
        fulfilment_id=await shop.fulfilment(order_id, place),
        line_id=await shop.line(order_id, sku),
        reason="damaged",
    )
    await shop.job(resourcing.resource, order_id=order_id)


async def where(shop: Counter, order_id: UUID, sku: str = "BAG-S") -> str | None:
    """The boutique a line is at now."""
    place = await shop.look(
        """
        select f.location_id from orders.order_line l join orders.fulfilment f on f.id = l.fulfilment_id
        where l.order_id = %(id)s and l.sku = %(sku)s and l.state in ('sourced', 'picked')
        """,
        id=order_id,
        sku=sku,
    )
    return next((name for name, at in shop.at.items() if at == place), None)


async def test_the_nearest_boutique_takes_over_with_the_credit(shop: Counter) -> None:
    order_id, _ = await accepted(shop)
    await rejected(shop, order_id, "rivoli")
    assert await where(shop, order_id) == "marais"
    assert await shop.position("marais", "BAG-S") == (3, 1, 0)
    assert await shop.look(
        "select credited_location_id = %(place)s and credited_staff_id is null from orders.order_line where order_id = %(id)s",
        place=shop.at["marais"],
        id=order_id,
    )
    told = await shop.told()
    assert told.count("LineResourced") == 1 and told.count("FulfilmentAsked") == 2
    assert "orders.mail_moved" in await shop.jobs()
    await shop.run(preparations.accept, "noor", fulfilment_id=await shop.fulfilment(order_id, "marais"))
    await shop.sound()


async def test_the_maisons_own_rules_choose_who_takes_over(shop: Counter) -> None:
    await empty(shop, "marais", "BAG-S", leaving=1)

    async def by_stock(conn: Conn) -> None:
        said = Sourcing(("same_country", "most_stock"))
        await set_sourcing(conn, maison_id=shop.maison_id, sourcing=said, now=NOW)

    await shop.db.run(Actor.importer(), shop.maison_id, by_stock)
    order_id, _ = await accepted(shop, method="ship")
    await rejected(shop, order_id, "rivoli")
    assert await where(shop, order_id) == "passy", "Le Marais is nearer, and would give its last one"
    by = await shop.look("select decided_by from orders.order_line where order_id = %(id)s", id=order_id)
    assert by == "most_stock"


async def test_borders_are_those_of_the_country_the_parcel_goes_to(shop: Counter) -> None:
    """Of the address, not of its market."""
    async with shop.db.acting(Actor.importer(), shop.maison_id) as conn:
        for place, country in (("marais", "IT"), ("passy", "CH")):
            await execute(
                conn,
                "update public_facts.boutique set country = %(to)s where id = %(at)s",
                to=country,
                at=shop.at[place],
            )
    for country, rule, expected in (("CH", "same_country", "passy"), ("DE", "same_customs", "marais")):
        said = Sourcing((rule, "nearest"))
        await shop.job(set_sourcing, sourcing=said)
        order_id, _ = await accepted(shop, method="ship", address=DOOR | {"country": country})
        await rejected(shop, order_id, "rivoli")
        assert await where(shop, order_id) == expected, country
        by = await shop.look("select decided_by from orders.order_line where order_id = %(id)s", id=order_id)
        assert by == rule


async def test_after_the_last_attempt_it_ends_and_the_authorisation_is_let_go(shop: Counter) -> None:
    order_id, _ = await accepted(shop)
    await rejected(shop, order_id, "rivoli")
    await rejected(shop, order_id, "marais")
    assert await where(shop, order_id) == "passy"
    await rejected(shop, order_id, "passy")
    assert await shop.lines(order_id) == {"BAG-S": "cancelled"}
    assert await shop.look("select state from orders.order where id = %(id)s", id=order_id) == "cancelled"
    assert await shop.operations() == [("void", 0)]
    assert (await shop.jobs()).count("orders.mail_cancelled") == 1
    assert {"LineCancelled", "OrderClosed"} <= set(await shop.told())
    await shop.job(resourcing.resource, order_id=order_id)
    assert (await shop.jobs()).count("orders.mail_cancelled") == 1
    await shop.sound()


async def test_nobody_is_sent_to_another_country_but_a_parcel_may_come_from_there(shop: Counter) -> None:
    for place in ("marais", "passy"):
        await empty(shop, place, "BAG-S")
    collected, _ = await accepted(shop)
    await rejected(shop, collected, "rivoli")
    assert await shop.lines(collected) == {"BAG-S": "cancelled"}
    sent, _ = await accepted(shop, method="ship")
    await rejected(shop, sent, "rivoli")
    assert await where(shop, sent) == "tokyo"


async def test_money_taken_at_once_is_given_back_at_once_for_the_line(shop: Counter) -> None:
    for place in ("marais", "passy"):
        await empty(shop, place, "BAG-S")
    order_id, _ = await accepted(shop, "BAG-S", "SCARF-U", payment="ideal")
    await rejected(shop, order_id, "rivoli")
    assert await shop.lines(order_id) == {"BAG-S": "cancelled", "SCARF-U": "sourced"}
    assert await shop.operations() == [("refund", PRICE)]
    assert await shop.look("select state from orders.order where id = %(id)s", id=order_id) == "placed"


async def test_lines_that_meet_again_at_a_boutique_are_one_task(shop: Counter) -> None:
    order_id, _ = await accepted(shop, "BAG-S", "BAG-M", "SCARF-U")
    await rejected(shop, order_id, "rivoli", "BAG-S")
    shop.now += timedelta(minutes=10)
    await rejected(shop, order_id, "rivoli", "BAG-M")
    assert await where(shop, order_id, "BAG-M") == "marais"
    assert (
        await shop.look(
            "select count(*) from orders.fulfilment where order_id = %(id)s and location_id = %(place)s",
            id=order_id,
            place=shop.at["marais"],
        )
        == 1
    )


async def test_two_orders_for_the_last_piece_elsewhere(shop: Counter) -> None:
    await empty(shop, "passy", "BAG-S")
    await empty(shop, "marais", "BAG-S", leaving=1)
    orders = [(await accepted(shop))[0] for _ in range(2)]
    for order_id in orders:
        await shop.run(
            rejections.reject,
            fulfilment_id=await shop.fulfilment(order_id),
            line_id=await shop.line(order_id, "BAG-S"),
            reason="damaged",
        )
    await asyncio.gather(*(shop.job(resourcing.resource, order_id=order_id) for order_id in orders))
    ended = sorted([(await shop.lines(order_id))["BAG-S"] for order_id in orders])
    assert ended == ["cancelled", "sourced"]
    await shop.sound()


async def test_another_maison_sources_nothing_of_ours(shop: Counter) -> None:
    order_id, fulfilment_id = await accepted(shop)
    await shop.run(
        rejections.reject,
        fulfilment_id=fulfilment_id,
        line_id=await shop.line(order_id, "BAG-S"),
        reason="damaged",
    )
    other = await counter(shop.db, slug="belrose")
    await other.job(resourcing.resource, order_id=order_id)
    assert await shop.lines(order_id) == {"BAG-S": "unsourced"}


async def empty(shop: Counter, place: str, sku: str, leaving: int = 0) -> None:
    """A count finds so few of it there."""
    async with shop.db.acting(Actor.importer(), shop.maison_id) as conn:
        await record_counts(
            conn,
            maison_id=shop.maison_id,
            counts=[Count(shop.at[place], shop.variants[sku], leaving, NOW)],
            source="count",
            now=NOW,
        )


BAG, HERE, NEAR, FAR, WAREHOUSE = (new_id(NOW) for _ in range(5))
PARIS = Origin("FR", 48.86, 2.34)


def place(location: UUID, kind: str = "boutique", country: str = "FR", longitude: float = 2.35) -> Place:
    return Place(location, BAG, 2, kind, country, 48.86, longitude)


@pytest.mark.parametrize(
    ("method", "expected"), [("collect", [NEAR]), ("reserve", [NEAR]), ("ship", [NEAR, FAR, WAREHOUSE])]
)
def test_who_may_take_over(method: str, expected: list[UUID]) -> None:
    places = [
        place(HERE),
        place(NEAR),
        place(FAR, country="BE", longitude=4.35),
        place(WAREHOUSE, kind="warehouse"),
    ]
    lost = [Lost(new_id(NOW), BAG, 1, 1, 100, [HERE])]
    found = candidates(lost, places, PARIS, method)  # type: ignore[arg-type]
    assert {one.location_id for one in found} == set(expected)
