"""A maison's own rules and costs at the checkout of any store, its places' pace and time, and what decided."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many, scalar
from enfilade.base.money import Money
from enfilade.boutiques.openings import renew_openings
from enfilade.orders import baskets, pace
from enfilade.orders.checkout import Checkouts, Store
from enfilade.orders.external_sales import ExternalSale, record_external_sales
from enfilade.orders.frozen import frozen
from enfilade.orders.placing import PlacingLine
from enfilade.orders.reference_rates import in_currency
from enfilade.orders.sourcing.costs import Terms
from enfilade.orders.sourcing_terms import Sourcing, set_sourcing, sourcing_of
from enfilade.payments.local_provider import LocalProvider
from enfilade.stock.exposure import Exposure, expose
from tests.shop import House, Shop, found_shop

Look = Callable[..., list[tuple[Any, ...]]]
PARIS = (48.8675, 2.3295)


@dataclass(frozen=True, slots=True)
class _Seen:
    terms: int
    pace: int
    spare: int


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def shop(db: Db, now: datetime) -> Shop:
    return await found_shop(db, now)


async def say(db: Db, house: House, now: datetime, *rules: str, **terms: int) -> None:
    said = Sourcing(rules, replace(Terms(), **terms))

    async def verb(conn: Conn) -> None:
        await set_sourcing(conn, maison_id=house.maison_id, sourcing=said, now=now)
        assert await sourcing_of(conn, maison_id=house.maison_id) == said

    await db.run(Actor.importer(), house.maison_id, verb)


async def opened(
    db: Db, store: Store, now: datetime, *variants: UUID, boutiques: dict[UUID, UUID] | None = None
) -> dict[str, PlacingLine]:
    """A parcel asked for at the door in Paris; SKU → the line as it is frozen."""
    visitor, checkouts = (
        uuid4(),
        Checkouts(db, {"local": LocalProvider(db, "http://x")}, b"k" * 32, "http://x", 1),
    )
    async with db.acting(Actor.visitor(visitor), store.maison_id) as conn:
        for variant in variants:
            await baskets.put(
                conn,
                maison_id=store.maison_id,
                store_id=store.store_id,
                visitor_id=visitor,
                variant_id=variant,
                quantity=1,
                now=now,
            )
    checkout_id = await checkouts.open(
        store,
        visitor,
        method="ship",
        boutiques=boutiques or {},
        market="fr",
        language="fr",
        key=uuid4().hex,
        now=now,
        latitude=PARIS[0],
        longitude=PARIS[1],
    )
    async with db.acting(Actor.visitor(visitor), store.maison_id) as conn:
        _, lines = await frozen(conn, maison_id=store.maison_id, checkout_id=checkout_id)
    return {line.sku: line for line in lines}


def place(house: House, line: PlacingLine) -> tuple[str, str | None]:
    """The place's code, and what decided."""
    return next(code for code, at in house.places.items() if at == line.location_id), line.decided_by


async def leaves(db: Db, store: Store, house: House, now: datetime) -> tuple[str, str | None]:
    sku = f"{house.slug}-bag"
    return place(house, (await opened(db, store, now, house.variants[sku]))[sku])


async def test_each_maison_of_one_basket_is_sourced_by_its_own_rules(
    db: Db, shop: Shop, now: datetime
) -> None:
    a, b = shop.a, shop.b
    # Nobody said anything: hands cost less in the warehouse than the way from it.
    assert await leaves(db, shop.store, a, now) == ("alba-wh", "least_cost")
    await say(db, a, now, "warehouse_first")
    await say(db, b, now, "boutique_first", "nearest")
    lines = await opened(db, shop.store, now, a.variants["alba-bag"], b.variants["borea-bag"])
    assert place(a, lines["alba-bag"]) == ("alba-wh", "warehouse_first")
    assert place(b, lines["borea-bag"]) == ("borea-1", "nearest")
    # In its own store a maison is sourced by the same rules.
    assert await leaves(db, b.store, b, now) == ("borea-1", "nearest")
    await say(db, b, now, "warehouse_first")
    assert await leaves(db, shop.store, b, now) == ("borea-wh", "warehouse_first")


async def test_a_parcel_comes_from_the_boutique_a_client_named_where_the_rules_say_so(
    db: Db, shop: Shop, now: datetime
) -> None:
    a = shop.a
    bag, named = a.variants["alba-bag"], {a.maison_id: a.places["alba-2"]}
    lines = await opened(db, shop.store, now, bag, boutiques=named)
    assert place(a, lines["alba-bag"]) == ("alba-2", "chosen_boutique")
    await say(db, a, now, "warehouse_first", "chosen_boutique")
    lines = await opened(db, shop.store, now, bag, boutiques=named)
    assert place(a, lines["alba-bag"]) == ("alba-wh", "warehouse_first")


async def test_costs_decide_what_the_rules_leave_open(db: Db, shop: Shop, now: datetime) -> None:
    a = shop.a
    await say(db, a, now, per_100_km_minor=10_000)
    assert await leaves(db, shop.store, a, now) == ("alba-1", "least_cost")
    await say(db, a, now, boutique_piece_minor=500_000)
    assert await leaves(db, shop.store, a, now) == ("alba-wh", "least_cost")


async def test_a_customs_border_is_one_of_the_clients_country(
    db: Db, shop: Shop, now: datetime, admin: Look
) -> None:
    """From Amsterdam to Paris there is none, from Geneva there is, whichever countries share a market."""
    a = shop.a
    for code, country in (("alba-2", "NL"), ("alba-wh", "CH")):
        admin("update public_facts.boutique set country = %s where id = %s", [country, a.places[code]])
    admin("update public_facts.market set countries = '{FR,CH}' where maison_id = %s", [a.maison_id])
    await say(db, a, now, "same_country")
    assert await leaves(db, shop.store, a, now) == ("alba-1", "same_country")
    none = [Exposure(a.places["alba-1"], ship=False)]
    await db.run(
        Actor.importer(), a.maison_id, lambda conn: expose(conn, maison_id=a.maison_id, exposures=none)
    )
    await say(db, a, now, "same_country", "same_customs")
    assert await leaves(db, shop.store, a, now) == ("alba-2", "same_customs")
    await say(db, a, now, "same_country", boutique_piece_minor=2_000, per_100_km_minor=0)
    assert await leaves(db, shop.store, a, now) == ("alba-2", "least_cost"), (
        "hands cost more, the border yet more"
    )
    await say(db, a, now, "same_country", boutique_piece_minor=2_000, per_100_km_minor=0, border_minor=0)
    assert await leaves(db, shop.store, a, now) == ("alba-wh", "least_cost")


async def test_a_place_without_time_today_is_passed_over(
    db: Db, shop: Shop, now: datetime, admin: Look
) -> None:
    a = shop.a
    await say(db, a, now, "with_time", "nearest")
    assert await leaves(db, shop.store, a, now) == ("alba-1", "nearest")
    paris, lyon = a.places["alba-1"], a.places["alba-2"]
    admin("update boutiques.location set daily_cap = 1 where id = any(%s)", [[paris, lyon]])
    asked = (
        "insert into orders.fulfilment (maison_id, id, order_id, location_id, method, state, attempt, asked_at, pick_by)"
        " select %s, %s, %s, %s, 'ship', %s, 1, %s, %s"
    )
    admin("alter table orders.fulfilment drop constraint fulfilment_maison_id_order_id_region_fkey")
    # What it refused, and what was asked days ago, takes no time today.
    for state, at in (("rejected", now), ("dispatched", now - timedelta(days=2))):
        admin(asked, [a.maison_id, uuid4(), uuid4(), paris, state, at, at])
    assert await leaves(db, shop.store, a, now) == ("alba-1", "nearest")
    admin(asked, [a.maison_id, uuid4(), uuid4(), paris, "dispatched", now, now])
    assert (await leaves(db, shop.store, a, now))[0] != "alba-1"
    admin("delete from orders.fulfilment")

    async def close(conn: Conn) -> None:
        await renew_openings(conn, maison_id=a.maison_id, now=now)

    admin(
        "insert into boutiques.closure (maison_id, id, location_id, during, created_at)"
        " values (%s, %s, %s, tstzrange(%s, %s), %s)",
        [a.maison_id, uuid4(), paris, now - timedelta(days=2), now + timedelta(days=2), now],
    )
    await db.run(Actor.job(), a.maison_id, close)
    assert (await leaves(db, shop.store, a, now))[0] != "alba-1"


async def test_pace_counts_what_places_sold_by_themselves(
    db: Db, shop: Shop, now: datetime, admin: Look
) -> None:
    a = shop.a

    def sale(reference: str, quantity: int, **other: Any) -> ExternalSale:
        usual = ExternalSale(
            *(reference, now - timedelta(days=5), "boutique", a.places["alba-1"], "alba-bag"),
            *(quantity, 100_000 * quantity, 20_000 * quantity, "EUR", False, False),
        )
        return replace(usual, **other)

    async def record(conn: Conn) -> None:
        sales = [sale("s1", 40), sale("s2", 30), sale("back", -5)]
        # Neither the web's, nor another time's, nor what came back as often as it left.
        sales += [sale("web", 9, channel="web"), sale("old", 9, sold_at=now - timedelta(days=91))]
        sales += [
            sale("l1", 3, location_id=a.places["alba-2"]),
            sale("l2", -3, location_id=a.places["alba-2"]),
        ]
        await record_external_sales(conn, maison_id=a.maison_id, sales=sales)

    await db.run(Actor.importer(), a.maison_id, record)

    async def refreshed(at: datetime) -> int:
        return await db.run(
            Actor.job(), a.maison_id, lambda conn: pace.refresh(conn, maison_id=a.maison_id, now=at)
        )

    assert await refreshed(now) == 1
    assert admin("select location_id, variant_id, sold_90d from orders.pace") == [
        (a.places["alba-1"], a.variants["alba-bag"], 65)
    ]
    assert await refreshed(now) == 0, "nothing changed, so nothing is written"
    await say(db, a, now, "boutique_first", "slowest")
    assert await leaves(db, shop.store, a, now) == ("alba-2", "slowest")
    assert await refreshed(now + timedelta(days=90)) == 1
    assert admin("select count(*) from orders.pace") == [(0,)]
    assert await leaves(db, shop.store, a, now) == ("alba-1", "least_cost")


async def test_only_a_checkout_of_a_store_that_shows_the_maison_reads_its_sourcing(
    db: Db, shop: Shop, now: datetime, admin: Look
) -> None:
    await say(db, shop.a, now, "nearest")
    row = [shop.a.maison_id, shop.a.places["alba-1"], shop.a.variants["alba-bag"]]
    admin("insert into orders.pace values (%s, %s, %s, 'eu', 7)", row)

    async def seen(actor: Actor, at: UUID) -> tuple[int, int, int]:
        async with db.acting(actor, at) as conn:
            found = await many(
                conn,
                _Seen,
                """
                select (select count(*) from orders.sourcing_terms where maison_id = %(of)s) as terms,
                  (select count(*) from orders.pace where maison_id = %(of)s) as pace,
                  (select count(*) from orders.spare where maison_id = %(of)s) as spare
                """,
                of=shop.a.maison_id,
            )
        return found[0].terms, found[0].pace, found[0].spare

    stranger, manager = Actor.visitor(uuid4()), Actor.staff(shop.b.staff["maison_manager"])
    assert await seen(stranger, shop.store.maison_id) == (1, 1, 3)
    assert await seen(Actor.staff(shop.a.staff["maison_manager"]), shop.a.maison_id) == (1, 1, 3)
    assert await seen(stranger, shop.b.maison_id) == (0, 0, 0)
    for actor in (manager, Actor.job(), Actor.importer()):
        assert await seen(actor, shop.b.maison_id) == (0, 0, 0)
        assert await seen(actor, shop.store.maison_id) == (0, 0, 0)
    for actor, at in ((manager, shop.b.maison_id), (stranger, shop.store.maison_id)):
        async with db.acting(actor, at) as conn:
            touched = await scalar(
                conn,
                "with t as (update orders.sourcing_terms set rules = '{}' returning 1) select count(*) from t",
            )
        assert touched == 0


@pytest.mark.parametrize(
    ("rules", "constraint"),
    [(("nearest", "cheapest"), "rules_known"), (("nearest", "slowest", "nearest"), "rules_once")],
)
async def test_the_table_knows_its_rules(
    db: Db, shop: Shop, now: datetime, rules: tuple[str, ...], constraint: str
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match=constraint):
        await say(db, shop.a, now, *rules)


def test_a_price_is_counted_in_the_maisons_currency() -> None:
    assert in_currency(Money(100_000, "EUR"), "EUR") == Money(100_000, "EUR")
    there = in_currency(Money(100_000, "EUR"), "JPY")
    assert there.currency == "JPY" and 100_000 < there.minor < 300_000
    assert abs(in_currency(there, "EUR").minor - 100_000) < 100
    assert in_currency(Money(5, "XXX"), "EUR") == Money(5, "XXX")
