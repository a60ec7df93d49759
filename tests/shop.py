"""A shop small enough to know by heart: a group, a multi-brand store, two maisons with two boutiques and two pieces each."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.boutiques.locations import Location, upsert_locations
from enfilade.catalogue.entries import PriceEntry, ProductEntry, TextEntry, VariantEntry
from enfilade.catalogue.products import upsert_products
from enfilade.catalogue.publish import publish_products
from enfilade.maisons import founding, legal_entities, markets, policies, stores
from enfilade.orders.checkout import Store
from enfilade.staff import people
from enfilade.staff.passwords import hashed_password
from enfilade.stock.counts import Count, record_counts
from enfilade.stock.exposure import Exposure, expose

PASSWORD = "a-password-of-tests"
#: Where a parcel goes.
DOOR = {"line1": "12 rue de la Paix", "postcode": "75002", "city": "Paris", "country": "FR"}
_HASH: list[str] = []


@dataclass(slots=True)
class House:
    """One maison: its places by code, its variants by SKU, its people by role."""

    maison_id: UUID
    slug: str
    store: Store
    places: dict[str, UUID] = field(default_factory=dict)
    products: dict[str, UUID] = field(default_factory=dict)
    variants: dict[str, UUID] = field(default_factory=dict)
    staff: dict[str, UUID] = field(default_factory=dict)


@dataclass(slots=True)
class Shop:
    """`store` is the multi-brand one. `a` and `b` are strangers to each other."""

    group_id: UUID
    store: Store
    a: House
    b: House


async def found_shop(db: Db, now: datetime) -> Shop:
    """Everything published, everything open around the clock; five pieces everywhere unless a test counts otherwise."""
    group_id = new_id(now)

    async def group(conn: Conn) -> None:
        await founding.found(
            conn,
            maison_id=group_id,
            maison=founding.Maison("group", "The group", "group", "group", "en"),
            texts=[],
            now=now,
        )
        for role in ("group_analyst", "group_administrator"):
            await _hire(conn, group_id, f"{role}@enfilade.example", role, [], now)

    await db.run(Actor.importer(), group_id, group)
    multi = await found_house(db, now, "arcade", kind="retailer", shown_in=None, with_pieces=False)
    a = await found_house(db, now, "alba", kind="maison", shown_in=multi.store.store_id)
    b = await found_house(db, now, "borea", kind="maison", shown_in=multi.store.store_id)
    return Shop(group_id, multi.store, a, b)


async def found_house(
    db: Db, now: datetime, slug: str, *, kind: founding.Kind, shown_in: UUID | None, with_pieces: bool = True
) -> House:
    """A maison, ready to sell: SKUs `{slug}-bag` and `{slug}-ring-52`, places `{slug}-1`, `{slug}-2`, `{slug}-wh`."""
    maison_id = new_id(now)

    async def verb(conn: Conn) -> House:
        await founding.found(
            conn,
            maison_id=maison_id,
            maison=founding.Maison(slug, slug.title(), kind, "fashion_and_leather_goods", "fr"),
            texts=[founding.MaisonText("fr", f"Maison {slug}", "Une histoire.")],
            now=now,
        )
        await legal_entities.establish(
            conn,
            maison_id=maison_id,
            entities=[legal_entities.LegalEntity("FR", f"{slug} SAS", "FR")],
            now=now,
        )
        await markets.open_markets(
            conn,
            maison_id=maison_id,
            markets=[
                markets.Market("fr", "FR", ["FR"], "EUR", ["fr", "en"], 2000, True),
                markets.Market("us", "FR", ["US"], "USD", ["en"], 887, False),
            ],
        )
        await policies.set_policy(conn, maison_id=maison_id, policy=policies.Policy(), now=now)
        store_id = await stores.open_store(
            conn,
            maison_id=maison_id,
            store=stores.Store(slug, slug.title(), multi_brand=kind == "retailer"),
            now=now,
        )
        house = House(maison_id, slug, Store(store_id, maison_id))
        if not with_pieces:
            return house
        if shown_in is not None:
            await stores.show_in(conn, maison_id=maison_id, store_id=shown_in)
        await _places(conn, house, now)
        await _pieces(conn, house, now)
        await _people(conn, house, now)
        return house

    return await db.run(Actor.importer(), maison_id, verb)


async def _places(conn: Conn, house: House, now: datetime) -> None:
    paris = {
        "country": "FR",
        "city": "Paris",
        "latitude": 48.8675,
        "longitude": 2.3295,
        "zone": "Europe/Paris",
    }
    lyon = {"country": "FR", "city": "Lyon", "latitude": 45.7601, "longitude": 4.8357, "zone": "Europe/Paris"}
    written = await upsert_locations(
        conn,
        maison_id=house.maison_id,
        locations=[
            Location(
                f"{house.slug}-1",
                "Paris",
                **paris,
                kind="boutique",
                opening_hours="24/7",
                preparation_minutes=60,
            ),
            Location(
                f"{house.slug}-2",
                "Lyon",
                **lyon,
                kind="boutique",
                opening_hours="24/7",
                preparation_minutes=60,
            ),
            Location(f"{house.slug}-wh", "Warehouse", **lyon, kind="warehouse", opening_hours="24/7"),
        ],
        now=now,
    )
    # By code, whatever order the database told them in: tests choose among them by number.
    house.places = dict(sorted(written.ids.items()))
    await expose(
        conn,
        maison_id=house.maison_id,
        exposures=[
            Exposure(house.places[f"{house.slug}-1"], collect=True, reserve=True, ship=True),
            Exposure(house.places[f"{house.slug}-2"], collect=True, reserve=True, ship=True),
            Exposure(house.places[f"{house.slug}-wh"], collect=False, reserve=False, ship=True),
        ],
    )


async def _pieces(conn: Conn, house: House, now: datetime) -> None:
    prices = [PriceEntry("fr", "EUR", 120_000), PriceEntry("us", "USD", 130_000)]
    await upsert_products(
        conn,
        maison_id=house.maison_id,
        source="main",
        products=[
            ProductEntry(
                1,
                "bag",
                family="bag",
                published=True,
                texts=[TextEntry("fr", "Le sac", "Un sac."), TextEntry("en", "The bag", "A bag.")],
                variants=[VariantEntry(1, {}, f"{house.slug}-bag", prices=prices)],
            ),
            ProductEntry(
                2,
                "ring",
                family="ring",
                published=True,
                texts=[TextEntry("fr", "La bague", "Une bague.")],
                variants=[VariantEntry(2, {"size": "52"}, f"{house.slug}-ring-52", prices=prices)],
            ),
        ],
        now=now,
    )
    await publish_products(conn, maison_id=house.maison_id, now=now)
    cursor = await conn.execute(
        "select v.sku, v.id, p.handle, p.id from catalogue.variant v join catalogue.product p on p.id = v.product_id "
        'where v.maison_id = %s order by v.sku collate "C"',
        [house.maison_id],
    )
    for sku, variant_id, handle, product_id in await cursor.fetchall():
        house.variants[sku] = variant_id
        house.products[handle] = product_id
    await record_counts(
        conn,
        maison_id=house.maison_id,
        counts=[
            Count(place, variant, 5, now)
            for place in house.places.values()
            for variant in house.variants.values()
        ],
        source="opening",
        now=now,
    )


async def _people(conn: Conn, house: House, now: datetime) -> None:
    first = house.places[f"{house.slug}-1"]
    for role, posts in (
        ("advisor", [first]),
        ("boutique_manager", [first]),
        ("maison_manager", list(house.places.values())),
        ("client_service", []),
    ):
        house.staff[role] = await _hire(
            conn, house.maison_id, f"{role}.{house.slug}@enfilade.example", role, posts, now
        )


async def _hire(conn: Conn, maison_id: UUID, email: str, role: str, posts: list[UUID], now: datetime) -> UUID:
    if not _HASH:
        _HASH.append(hashed_password(PASSWORD))
    return await people.hire(
        conn,
        maison_id=maison_id,
        email=email,
        name=email.partition("@")[0],
        role=role,  # type: ignore[arg-type]
        password_hash=_HASH[0],
        location_ids=posts,
        now=now,
        chosen=True,
    )


async def count(
    db: Db, house: House, place: str, sku: str, on_hand: int, now: datetime, **states: int
) -> None:
    """Somebody counts a variant at a place: so many, and of these so many in each state."""

    async def verb(conn: Conn) -> None:
        await record_counts(
            conn,
            maison_id=house.maison_id,
            counts=[Count(house.places[place], house.variants[sku], on_hand, now, **states)],
            source="count",
            now=now,
        )

    await db.run(Actor.importer(), house.maison_id, verb)
