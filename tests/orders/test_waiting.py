"""Parcels that look for a place at the same time: decided together, saved one by one, nothing lost whoever dies."""

import asyncio
from typing import Any
from uuid import UUID

import highspy
import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.orders import cancellation, rejections, resourcing, waiting
from enfilade.orders import verify as promises
from enfilade.orders.sourcing.costs import Terms
from enfilade.orders.sourcing_terms import Sourcing, set_sourcing
from enfilade.stock.counts import Count, record_counts
from tests.orders.counter import Counter, counter

DOOR = {"line1": "1 rue des Essais", "postcode": "75001", "city": "Paris", "country": "FR"}
#: So that only the number of parcels counts, and no place is preferred but by its pieces.
PARCELS = Sourcing((), Terms(parcel_minor=10_000, per_100_km_minor=10_000, boutique_piece_minor=1))


async def have(shop: Counter, **pieces: int) -> None:
    """So many bags S at a place (`marais`), so many scarves (`marais_scarf`); all of them free."""
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        counts = [
            Count(
                shop.at[name.partition("_")[0]],
                shop.variants["SCARF-U" if name.endswith("_scarf") else "BAG-S"],
                on_hand,
                shop.now,
            )
            for name, on_hand in pieces.items()
        ]
        await record_counts(conn, maison_id=shop.maison_id, counts=counts, source="count", now=shop.now)


async def rejected(shop: Counter, *skus: str) -> UUID:
    """A parcel that Rivoli could not give: its lines look for a place."""
    order_id = await shop.order(*skus, method="ship", address=DOOR)
    work = await shop.fulfilment(order_id)
    for sku in skus:
        line_id = await shop.line(order_id, sku)
        await shop.run(rejections.reject, fulfilment_id=work, line_id=line_id, reason="worn_display")
    return order_id


async def scarce(db: Db) -> tuple[Counter, UUID, UUID]:
    """Two orders that wait: the first wants a bag, the second a bag and a scarf; only the Marais has both."""
    shop = await counter(db, stock=20)
    async with db.acting(Actor.job(), shop.maison_id) as conn:
        await set_sourcing(conn, maison_id=shop.maison_id, sourcing=PARCELS, now=shop.now)
    first, second = await rejected(shop, "BAG-S"), await rejected(shop, "BAG-S", "SCARF-U")
    await have(shop, marais=1, marais_scarf=1, passy=1, passy_scarf=0, tokyo=0, tokyo_scarf=0)
    return shop, first, second


async def came_from(shop: Counter, order_id: UUID) -> list[UUID | None]:
    return await shop.look(
        """select array_agg(f.location_id order by l.sku) from orders.order_line l
        left join orders.fulfilment f on f.id = l.fulfilment_id where l.order_id = %(id)s""",
        id=order_id,
    )


async def sound(shop: Counter) -> None:
    await shop.sound()
    assert await promises.verify(shop.db, maison_id=shop.maison_id) == []


async def source(shop: Counter, *order_ids: UUID) -> int:
    return await waiting.source(shop.db, maison_id=shop.maison_id, order_ids=order_ids, now=shop.now)


async def test_together_they_take_one_parcel_each(db: Db) -> None:
    """One after the other the first, asked nearest, takes the bag without which the second must split."""
    shop, first, second = await scarce(db)
    assert await source(shop, first) == 2
    assert await came_from(shop, second) == [shop.at["marais"]] * 2
    assert await came_from(shop, first) == [shop.at["passy"]]
    by = await shop.look("select array_agg(distinct decided_by) from orders.order_line")
    assert by == ["together"]
    await sound(shop)
    assert await source(shop, first) == 0, "nothing waits any more"
    assert (await shop.told()).count("LineResourced") == 3


async def test_alone_the_first_takes_what_the_second_needs(db: Db) -> None:
    """The twin without the batch: what is gained is gained by deciding together."""
    shop, first, second = await scarce(db)
    await shop.job(resourcing.resource, order_id=first)
    await shop.job(resourcing.resource, order_id=second)
    assert len(set(await came_from(shop, second))) == 2
    await sound(shop)


async def test_a_decision_whose_stock_is_gone_falls_by_itself(db: Db) -> None:
    shop, first, second = await scarce(db)
    batch = await waiting.gathered(db, maison_id=shop.maison_id, now=shop.now)
    decisions = waiting.decide(batch)
    await have(shop, marais_scarf=0, tokyo_scarf=1)
    saved = await waiting.save(
        db, maison_id=shop.maison_id, order_id=second, lines=decisions[second], now=shop.now
    )
    assert saved == 1
    assert await shop.lines(second) == {"BAG-S": "sourced", "SCARF-U": "unsourced"}
    await sound(shop)
    assert await source(shop, first) == 2
    assert await shop.lines(second) == {"BAG-S": "sourced", "SCARF-U": "sourced"}, "tried again"
    await sound(shop)


async def test_killed_in_the_middle_the_rest_goes_on_and_nothing_is_done_twice(db: Db) -> None:
    shop, first, second = await scarce(db)
    decisions = waiting.decide(await waiting.gathered(db, maison_id=shop.maison_id, now=shop.now))
    await waiting.save(db, maison_id=shop.maison_id, order_id=first, lines=decisions[first], now=shop.now)
    # The worker died here; its heir does the same job again.
    again = await waiting.save(
        db, maison_id=shop.maison_id, order_id=first, lines=decisions[first], now=shop.now
    )
    assert again == 0
    await source(shop, first, second)
    await sound(shop)
    assert await shop.lines(second) == {"BAG-S": "sourced", "SCARF-U": "sourced"}
    assert (await shop.told()).count("LineResourced") == 3


async def test_two_workers_and_a_client_who_cancels_at_the_same_moment(db: Db) -> None:
    shop = await counter(db, stock=20)
    order_ids = [await rejected(shop, "BAG-S") for _ in range(4)]
    await have(shop, marais=2, passy=1, tokyo=0)
    line_id = await shop.line(order_ids[0], "BAG-S")
    outcomes = await asyncio.gather(
        source(shop, order_ids[0]),
        source(shop, order_ids[1]),
        shop.run(cancellation.cancel, "max", order_id=order_ids[0], line_ids=[line_id], reason="client_wish"),
        return_exceptions=True,
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    states: list[str] = [(await shop.lines(order_id))["BAG-S"] for order_id in order_ids]
    assert states[0] == "cancelled" and states.count("sourced") in (2, 3)
    assert "unsourced" not in states, "what nobody has is cancelled, and its client told"
    await sound(shop)


async def test_where_the_solver_fails_they_are_placed_one_after_the_other(
    db: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, first, second = await scarce(db)

    def broken(*_: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(highspy.Highs, "passModel", broken)
    await source(shop, first)
    assert set((await shop.lines(first)).values()) | set((await shop.lines(second)).values()) == {"sourced"}
    await sound(shop)
