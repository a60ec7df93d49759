"""One maison with three boutiques in reach of each other, one far away, advisors, and orders placed by their verbs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, scalar
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.boutiques.locations import Location, upsert_locations
from enfilade.catalogue.entries import PictureEntry, PriceEntry, ProductEntry, TextEntry, VariantEntry
from enfilade.catalogue.products import upsert_products
from enfilade.maisons.founding import Maison, found
from enfilade.maisons.legal_entities import LegalEntity, establish
from enfilade.maisons.markets import Market, open_markets
from enfilade.maisons.stores import Store, open_store
from enfilade.orders import placing
from enfilade.orders.placing import Contact, Delivery, Placing, PlacingLine
from enfilade.payments import intents
from enfilade.payments.provider import Charge
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.stock import holds
from enfilade.stock.counts import Count, record_counts
from enfilade.stock.exposure import Exposure, expose
from enfilade.stock.verify import verify

T = TypeVar("T")
#: A Monday morning in Paris, an hour after opening.
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
KEY = b"k" * 48
PLACES = {
    "rivoli": ("Paris", "FR", 48.8606, 2.3376),
    "marais": ("Paris", "FR", 48.8580, 2.3600),
    "passy": ("Paris", "FR", 48.8570, 2.2790),
    "tokyo": ("Tokyo", "JP", 35.6700, 139.7600),
}
PRICE = 245_000


@dataclass(slots=True)
class Counter:
    """What a test holds in hand. `at` names boutiques, `variants` the sizes S and M of one bag and one scarf."""

    db: Db
    maison_id: UUID
    store_id: UUID
    at: dict[str, UUID]
    variants: dict[str, UUID]
    products: dict[str, UUID]
    people: dict[str, Colleague] = field(default_factory=dict[str, Colleague])
    now: datetime = NOW

    async def run(self, verb: Callable[..., Awaitable[T]], who: str = "claire", **arguments: Any) -> T:
        """The verb in a transaction of its own, as the named member of staff."""
        by = self.people[who]

        async def step(conn: Conn) -> T:
            return await verb(conn, maison_id=self.maison_id, by=by, now=self.now, **arguments)

        return await self.db.run(Actor.staff(by.staff_id), self.maison_id, step)

    async def job(self, verb: Callable[..., Awaitable[T]], **arguments: Any) -> T:
        """The verb as the worker does it."""

        async def step(conn: Conn) -> T:
            return await verb(conn, maison_id=self.maison_id, now=self.now, **arguments)

        return await self.db.run(Actor.job(), self.maison_id, step)

    async def look(self, query: Any, **parameters: object) -> Any:
        async with self.db.acting(Actor.job(), self.maison_id) as conn:
            return await scalar(conn, query, **parameters)

    async def state(self, fulfilment_id: UUID) -> str:
        return await self.look("select state from orders.fulfilment where id = %(id)s", id=fulfilment_id)

    async def lines(self, order_id: UUID) -> dict[str, str]:
        """SKU → state."""
        async with self.db.acting(Actor.job(), self.maison_id) as conn:
            rows = await many(
                conn, _Line, "select sku, state from orders.order_line where order_id = %(id)s", id=order_id
            )
        return {row.sku: row.state for row in rows}

    async def line(self, order_id: UUID, sku: str) -> UUID:
        return await self.look(
            "select id from orders.order_line where order_id = %(id)s and sku = %(sku)s", id=order_id, sku=sku
        )

    async def fulfilment(self, order_id: UUID, place: str = "rivoli") -> UUID:
        """The newest work of the order at the place."""
        return await self.look(
            """
            select id from orders.fulfilment where order_id = %(id)s and location_id = %(place)s
            order by attempt desc, id desc limit 1
            """,
            id=order_id,
            place=self.at[place],
        )

    async def position(self, place: str, sku: str) -> tuple[int, int, int]:
        """on_hand, allocated, unavailable."""
        row = await self.look(
            """
            select array[on_hand, allocated, unavailable] from stock.position
            where location_id = %(place)s and variant_id = %(variant)s
            """,
            place=self.at[place],
            variant=self.variants[sku],
        )
        return tuple(row)  # type: ignore[return-value]

    async def told(self) -> list[str]:
        """The kinds of all facts, in order; what founding published left out."""
        return await self.look(
            "select coalesce(array_agg(kind order by id), '{}') from base.fact where right(kind, 9) <> 'Published'"
        )

    async def jobs(self) -> list[str]:
        """The names of all deferred work, sorted."""
        return await self.look(
            """
            select coalesce(array_agg(args ->> 'name' order by args ->> 'name'), '{}')
            from procrastinate.procrastinate_jobs where args ? 'name'
            """
        )

    async def operations(self) -> list[tuple[str, int]]:
        """What was asked of the provider after the authorisation, in order: kind and amount."""
        async with self.db.acting(Actor.job(), self.maison_id) as conn:
            rows = await many(
                conn,
                _Operation,
                "select kind, amount_minor from payments.operation where kind <> 'authorise' order by asked_at, kind, id",
            )
        return [(row.kind, row.amount_minor) for row in rows]

    async def sound(self) -> None:
        """Stock adds up, whatever happened."""
        assert await verify(self.db, maison_id=self.maison_id) == []

    async def order(
        self,
        *skus: str,
        place: str = "rivoli",
        method: str = "collect",
        payment: str = "card",
        authorised_days: int = 7,
        collector: str = "",
        mail: str = "ines@client.example",
        language: str = "en",
        address: dict[str, str] | None = None,
        brought_from: str = "",
        ready_days: int = 3,
        quantity: int = 1,
        kinds: list[str] | None = None,
        age_min: int | None = None,
        delivery: Delivery | None = None,
    ) -> UUID:
        """An order of one piece (or so many) of each SKU at the place: held, paid, placed, as a checkout does it.

        `brought_from`: where the bags lie that are to be collected at the place. `kinds`, `age_min`: what all are under law.
        """
        checkout_id = new_id(self.now)
        lines = [
            PlacingLine(
                self.maison_id,
                self.variants[sku],
                self.products[sku],
                sku,
                "Auber",
                "Arcade bag" if sku.startswith("BAG") else "Canal scarf",
                "Cognac",
                sku[-1],
                quantity,
                self.at[brought_from or place] if sku.startswith("BAG") else self.at[place],
                "EUR",
                PRICE,
                2000,
                True,
                collect_location_id=self.at[place] if brought_from and sku.startswith("BAG") else None,
                ready_about=self.now + timedelta(days=ready_days)
                if brought_from and sku.startswith("BAG")
                else None,
                kinds=kinds,
                age_min=age_min,
            )
            for sku in skus
        ]

        async def place_it(conn: Conn) -> UUID:
            await holds.claim(
                conn,
                maison_id=self.maison_id,
                purpose="checkout",
                holder_id=checkout_id,
                demands=[
                    holds.Demand(
                        line.location_id,
                        line.variant_id,
                        quantity,
                        "ship" if line.collect_location_id else None,
                    )
                    for line in lines
                ],
                method=method,  # type: ignore[arg-type]
                expires_at=self.now + timedelta(minutes=15),
                now=self.now,
            )
            payment_id = None
            if method != "reserve":
                paid = await intents.intend(
                    conn,
                    maison_id=self.maison_id,
                    checkout_id=checkout_id,
                    provider="local",
                    method=payment,
                    separate_capture=payment == "card",
                    amount=Money(
                        PRICE * len(lines) * quantity + (delivery.total_minor if delivery else 0), "EUR"
                    ),
                    market="fr",
                    attempt=1,
                    now=self.now,
                )
                payment_id = paid.id
                await intents.record_answer(
                    conn,
                    maison_id=self.maison_id,
                    payment=paid,
                    charge=Charge("authorised", self.now + timedelta(days=authorised_days)),
                    now=self.now,
                )
            placed = await placing.place(
                conn,
                maison_id=self.maison_id,
                placing=Placing(
                    checkout_id,
                    self.store_id,
                    self.maison_id,
                    None,
                    Contact("Inès Moreau", mail, "", address, collector),
                    method,
                    "fr",
                    language,
                    age_confirmed=age_min,
                ),
                lines=lines,
                payment_id=payment_id,
                key=KEY,
                now=self.now,
                delivery=delivery,
            )
            return placed.id

        return await self.db.run(Actor.checkout(checkout_id), self.maison_id, place_it)

    async def captured(self, fulfilment_id: UUID) -> None:
        """The provider has done what was asked for this fulfilment, as the books say it afterwards."""
        async with self.db.acting(Actor.job(), self.maison_id) as conn:
            await execute(
                conn,
                """
                with done as (
                  update payments.operation set state = 'done', ended_at = %(now)s
                  where cause_id = %(id)s and kind = 'capture' returning payment_id, amount_minor)
                update payments.payment p set captured_minor = captured_minor + d.amount_minor, state = 'captured'
                from done d where p.id = d.payment_id
                """,
                id=fulfilment_id,
                now=self.now,
            )


@dataclass(frozen=True, slots=True)
class _Line:
    sku: str
    state: str


@dataclass(frozen=True, slots=True)
class _Operation:
    kind: str
    amount_minor: int


async def counter(db: Db, *, slug: str = "auber", stock: int = 3) -> Counter:
    """The maison, open and stocked with `stock` pieces of everything in every boutique of Paris and in Tokyo."""
    maison_id = new_id(NOW)
    async with db.acting(Actor.importer(), maison_id) as conn:
        await found(
            conn,
            maison_id=maison_id,
            maison=Maison(slug, slug.title(), "maison", "fashion", "en"),
            texts=[],
            now=NOW,
        )
        await establish(conn, maison_id=maison_id, entities=[LegalEntity("fr", f"{slug} SAS", "FR")], now=NOW)
        await open_markets(
            conn, maison_id=maison_id, markets=[Market("fr", "fr", ["FR"], "EUR", ["en", "fr"], 2000, True)]
        )
        store_id = await open_store(
            conn, maison_id=maison_id, store=Store(slug, slug.title(), host=f"{slug}.example"), now=NOW
        )
        written = await upsert_locations(
            conn,
            maison_id=maison_id,
            locations=[
                Location(
                    code,
                    f"{slug.title()} {code.title()}",
                    country,
                    city,
                    latitude,
                    longitude,
                    "Europe/Paris" if country == "FR" else "Asia/Tokyo",
                    kind="boutique",
                    address=f"1 rue {code}",
                    opening_hours="Mo-Su 10:00-19:00",
                )
                for code, (city, country, latitude, longitude) in PLACES.items()
            ],
            now=NOW,
        )
        await upsert_products(
            conn,
            maison_id=maison_id,
            source="test",
            products=[
                ProductEntry(
                    number,
                    handle,
                    brand="Auber",
                    family="bags",
                    published=True,
                    texts=[TextEntry("en", name)],
                    variants=[
                        VariantEntry(
                            number,
                            {"size": sku[-1]},
                            sku,
                            f"3{number}0{ord(sku[-1])}",
                            [PriceEntry("fr", "EUR", PRICE)],
                        )
                        for sku in skus
                    ],
                    pictures=[PictureEntry("bag-cognac")],
                )
                for number, (handle, name, skus) in enumerate(
                    [("arcade", "Arcade bag", ["BAG-S", "BAG-M"]), ("canal", "Canal scarf", ["SCARF-U"])], 1
                )
            ],
            now=NOW,
        )
        rows = await many(
            conn, _Variant, "select sku, id, product_id from catalogue.variant where sku is not null"
        )
        made = Counter(
            db,
            maison_id,
            store_id,
            written.ids,
            {row.sku: row.id for row in rows},
            {row.sku: row.product_id for row in rows},
        )
        await expose(
            conn,
            maison_id=maison_id,
            exposures=[Exposure(place, collect=True, reserve=True, ship=True) for place in made.at.values()],
        )
        await record_counts(
            conn,
            maison_id=maison_id,
            counts=[
                Count(place, variant, stock, NOW)
                for place in made.at.values()
                for variant in made.variants.values()
            ],
            source="opening",
            now=NOW,
        )
        for name, role, posts in (
            ("claire", "advisor", ["rivoli"]),
            ("hugo", "advisor", ["rivoli"]),
            ("noor", "advisor", ["marais"]),
            ("mia", "boutique_manager", ["rivoli"]),
            ("max", "maison_manager", []),
            ("dora", "client_service", []),
        ):
            staff_id = await people.hire(
                conn,
                maison_id=maison_id,
                email=f"{name}@{slug}.example",
                name=name.title(),
                role=role,  # type: ignore[arg-type]
                password_hash="x",
                location_ids=[made.at[post] for post in posts],
                now=NOW,
                chosen=True,
            )
            made.people[name] = Colleague(
                staff_id, name.title(), role, frozenset(made.at[post] for post in posts)
            )
    return made


@dataclass(frozen=True, slots=True)
class _Variant:
    sku: str
    id: UUID
    product_id: UUID
