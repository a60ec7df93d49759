"""A drawn maison on a busy day: boutiques of two countries, pieces, and orders placed by the verbs a checkout ends in."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.boutiques.locations import Location, upsert_locations
from enfilade.catalogue.entries import PriceEntry, ProductEntry, TextEntry, VariantEntry
from enfilade.catalogue.products import upsert_products
from enfilade.maisons.founding import Maison, found
from enfilade.maisons.legal_entities import LegalEntity, establish
from enfilade.maisons.markets import Market, open_markets
from enfilade.maisons.stores import Store, open_store
from enfilade.orders import placing, preparations
from enfilade.orders.placing import Contact, Placing, PlacingLine
from enfilade.payments import intents
from enfilade.payments.provider import Charge
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.stock import departures, holds, transfers
from enfilade.stock.counts import Count, record_counts
from enfilade.stock.exposure import Exposure, expose
from enfilade.stock.holds import Method, NotEnoughStock
from enfilade.stock.transfers import Pieces

KEY = b"drawn" * 10
PRICE_MINOR = 95_000
LANGUAGES = ("en", "fr", "fr", "fr", "nl", "zh")


@dataclass(slots=True)
class Drawn:
    """The maison of one day. `country` is the one of which half closes."""

    db: Db
    chance: random.Random
    now: datetime
    maison_id: UUID
    store_id: UUID
    manager: Colleague
    boutiques: list[UUID]
    country: list[UUID]
    variants: dict[UUID, UUID]
    orders: list[UUID] = field(default_factory=list[UUID])


async def drawn(
    db: Db,
    *,
    boutiques: int,
    orders: int,
    seed: int,
    lying: tuple[int, ...] = (0, 1, 2, 4),
    at_once: int = 1,
) -> Drawn:
    """Founds the maison and lets its clients order, `at_once` of them. Four fifths of the boutiques are in one country.

    Of each piece a boutique has one of the numbers in `lying`. With one client at a time the same seed draws the same orders.
    """
    now, chance = datetime.now(UTC), random.Random(seed)  # noqa: S311 - drawn, no secret
    day = await _founded(db, chance, boutiques, lying, now)
    await ordered(day, orders=orders, at_once=at_once)
    for _ in range(max(2, boutiques // 4)):
        await _transfer(day)
    return day


async def ordered(day: Drawn, *, orders: int, at_once: int = 1) -> None:
    """Clients of the country's boutiques order, `at_once` of them."""
    numbers = iter(range(len(day.orders), len(day.orders) + orders))

    async def client() -> None:
        for number in numbers:
            await _order(day, number)

    await asyncio.gather(*(client() for _ in range(at_once)))


@dataclass(frozen=True, slots=True)
class _Variant:
    id: UUID
    product_id: UUID


async def _founded(
    db: Db, chance: random.Random, boutiques: int, lying: tuple[int, ...], now: datetime
) -> Drawn:
    maison_id = new_id(now)
    codes = [f"b{number:03}" for number in range(boutiques)]
    abroad = max(1, boutiques // 5)
    async with db.acting(Actor.importer(), maison_id) as conn:
        await found(
            conn,
            maison_id=maison_id,
            maison=Maison("drawn", "Drawn", "maison", "fashion", "en"),
            texts=[],
            now=now,
        )
        await establish(conn, maison_id=maison_id, entities=[LegalEntity("fr", "Drawn SAS", "FR")], now=now)
        market = Market("eu", "fr", ["FR", "BE"], "EUR", ["en", "fr", "nl", "zh"], 2000, True)
        await open_markets(conn, maison_id=maison_id, markets=[market])
        store_id = await open_store(
            conn, maison_id=maison_id, store=Store("drawn", "Drawn", host="drawn.example"), now=now
        )
        written = await upsert_locations(
            conn,
            maison_id=maison_id,
            locations=[
                Location(
                    code,
                    f"Drawn {code}",
                    "BE" if number < abroad else "FR",
                    "Brussels" if number < abroad else f"City {number % 12}",
                    43 + 8 * chance.random(),
                    -1 + 8 * chance.random(),
                    "Europe/Brussels" if number < abroad else "Europe/Paris",
                    kind="boutique",
                    opening_hours="Mo-Su 10:00-19:00",
                )
                for number, code in enumerate(codes)
            ],
            now=now,
        )
        await upsert_products(
            conn,
            maison_id=maison_id,
            source="drawn",
            products=[
                ProductEntry(
                    number + 1,
                    f"piece-{number}",
                    brand="Drawn",
                    family="bags",
                    published=True,
                    texts=[TextEntry("en", f"Piece {number}")],
                    variants=[
                        VariantEntry(
                            number + 1,
                            {"size": "U"},
                            f"P-{number}",
                            f"3{number:08}",
                            [PriceEntry("eu", "EUR", PRICE_MINOR)],
                        )
                    ],
                )
                for number in range(24)
            ],
            now=now,
        )
        variants = await many(
            conn,
            _Variant,
            "select id, product_id from catalogue.variant where maison_id = %(maison_id)s",
            maison_id=maison_id,
        )
        places = [written.ids[code] for code in codes]
        await expose(
            conn,
            maison_id=maison_id,
            exposures=[Exposure(place, collect=True, reserve=True, ship=True) for place in places],
        )
        await record_counts(
            conn,
            maison_id=maison_id,
            counts=[
                Count(place, variant.id, chance.choice(lying), now)
                for place in places
                for variant in variants
            ],
            source="opening",
            now=now,
        )
        staff_id = await people.hire(
            conn,
            maison_id=maison_id,
            email="manager@drawn.example",
            name="Max",
            role="maison_manager",
            password_hash="x",  # noqa: S106 - nobody signs in with it
            location_ids=[],
            now=now,
            chosen=True,
        )
    return Drawn(
        db,
        chance,
        now,
        maison_id,
        store_id,
        Colleague(staff_id, "Max", "maison_manager", frozenset()),
        places,
        places[abroad:],
        {variant.id: variant.product_id for variant in variants},
    )


async def _order(day: Drawn, number: int) -> None:
    """A client orders; a boutique prepares some of it. Where the piece is not to be had, nobody orders."""
    chance, now = day.chance, day.now
    method: Method = chance.choice(("ship", "ship", "collect", "collect", "reserve"))
    place, variant = chance.choice(day.country), chance.choice(list(day.variants))
    checkout_id = new_id(now)
    line = PlacingLine(
        day.maison_id,
        variant,
        day.variants[variant],
        f"P{number}",
        "Drawn",
        "Piece",
        "",
        "U",
        1,
        place,
        "EUR",
        PRICE_MINOR,
        2000,
        True,
    )

    async def place_it(conn: Conn) -> UUID:
        await holds.claim(
            conn,
            maison_id=day.maison_id,
            purpose="checkout",
            holder_id=checkout_id,
            demands=[holds.Demand(place, variant, 1)],
            method=method,
            expires_at=now + timedelta(minutes=15),
            now=now,
        )
        payment_id = None
        if method != "reserve":
            paid = await intents.intend(
                conn,
                maison_id=day.maison_id,
                checkout_id=checkout_id,
                provider="local",
                method="card",
                separate_capture=True,
                amount=Money(PRICE_MINOR, "EUR"),
                market="eu",
                attempt=1,
                now=now,
            )
            payment_id = paid.id
            charge = Charge("authorised", now + timedelta(days=7))
            await intents.record_answer(conn, maison_id=day.maison_id, payment=paid, charge=charge, now=now)
        address = {"line1": "1 rue", "postcode": "75001", "city": "Paris", "country": "FR"}
        contact = Contact(
            f"Client {number}",
            f"client{number}@drawn.example",
            "",
            address if method == "ship" else None,
            "",
        )
        placed = await placing.place(
            conn,
            maison_id=day.maison_id,
            placing=Placing(
                checkout_id,
                day.store_id,
                day.maison_id,
                None,
                contact,
                method,
                "eu",
                chance.choice(LANGUAGES),
            ),
            lines=[line],
            payment_id=payment_id,
            key=KEY,
            now=now,
        )
        return placed.id

    try:
        order_id = await day.db.run(Actor.checkout(checkout_id), day.maison_id, place_it)
    except NotEnoughStock:
        return
    day.orders.append(order_id)
    if chance.random() < 0.4:
        await _prepare(day, order_id, done=method != "ship" and chance.random() < 0.8)


@dataclass(frozen=True, slots=True)
class _Work:
    id: UUID
    line_id: UUID


async def _prepare(day: Drawn, order_id: UUID, *, done: bool) -> None:
    async def verb(conn: Conn) -> None:
        (work,) = await many(
            conn,
            _Work,
            "select fulfilment_id as id, id as line_id from orders.order_line where maison_id = %(m)s and order_id = %(o)s",
            m=day.maison_id,
            o=order_id,
        )
        known: dict[str, Any] = {
            "maison_id": day.maison_id,
            "by": day.manager,
            "fulfilment_id": work.id,
            "now": day.now,
        }
        await preparations.accept(conn, **known)
        await preparations.pick(conn, line_id=work.line_id, **known)
        if done:
            await preparations.ready(conn, key=KEY, **known)

    await day.db.run(Actor.staff(day.manager.staff_id), day.maison_id, verb)


async def _transfer(day: Drawn) -> None:
    here, there = day.chance.sample(day.country, 2)
    variant = day.chance.choice(list(day.variants))

    async def verb(conn: Conn) -> None:
        transfer_id = new_id(day.now)
        pieces = [Pieces(variant, 1)]
        await transfers.ask(
            conn,
            maison_id=day.maison_id,
            transfer_id=transfer_id,
            by=None,
            from_location_id=here,
            to_location_id=there,
            wanted=pieces,
            reason="replenishment",
            now=day.now,
        )
        if day.chance.random() < 0.7:
            known: dict[str, Any] = {
                "maison_id": day.maison_id,
                "transfer_id": transfer_id,
                "by": None,
                "now": day.now,
            }
            await departures.pack(conn, packed=pieces, **known)
            await departures.send(conn, **known)

    try:
        await day.db.run(Actor.job(), day.maison_id, verb)
    except transfers.NotSoManyThere:
        return


async def forget_placing(db: Db) -> None:
    """The letters of placing and preparing are not what is tried: they are not sent."""
    async with db.acting(Actor.job(), None) as conn:
        await execute(
            conn,
            """
            update procrastinate.procrastinate_jobs set status = 'cancelled'
            where status = 'todo' and (args ->> 'name' not like 'closures.%%' or args ->> 'name' is null)
            """,
        )
