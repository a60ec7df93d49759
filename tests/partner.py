"""Two third-party brands in the multi-brand store of the small shop: one on consignment, one that sells itself."""

from datetime import UTC, datetime

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.boutiques.locations import Location, upsert_locations
from enfilade.catalogue import brands
from enfilade.catalogue.brands import Brand
from enfilade.catalogue.entries import PriceEntry, ProductEntry, TextEntry, VariantEntry
from enfilade.catalogue.products import upsert_products
from enfilade.search.indexing import index_all
from enfilade.stock.counts import Count, record_counts
from enfilade.stock.exposure import Exposure, expose
from tests.shop import House, Shop

LUNE = Brand("Lune Claire", "consignment", texts={"fr": "Deux sœurs.", "en": "Two sisters."})
ATELIER = Brand(
    "Atelier Essai",
    "concession",
    "ATELIER ESSAI S.r.l.",
    "Milano",
    "IT",
    "MI-0000001",
    {"fr": "Une cour à Milan.", "nl": "Een binnenplaats."},
)


async def with_brands(db: Db, shop: Shop, *, publish: bool = True) -> House:
    """The store with its department store, and a piece of each brand in it: SKUs `arcade-moon`, `arcade-coat`."""
    now = datetime.now(UTC)
    store = House(shop.store.maison_id, "arcade", shop.store)

    async def verb(conn: Conn) -> None:
        maison_id = store.maison_id
        written = await upsert_locations(
            conn,
            maison_id=maison_id,
            locations=[
                Location(
                    "arcade-1", "Paris", country="FR", city="Paris", latitude=48.8675, longitude=2.3295, zone="Europe/Paris",
                    kind="boutique", opening_hours="24/7", preparation_minutes=60,
                )
            ],
            now=now,
        )  # fmt: skip
        store.places = written.ids
        place = store.places["arcade-1"]
        await expose(
            conn, maison_id=maison_id, exposures=[Exposure(place, collect=True, reserve=True, ship=True)]
        )
        prices = [PriceEntry("fr", "EUR", 30_000), PriceEntry("us", "USD", 33_000)]
        pieces = [("moon", "LUNE CLAIRE", "La lune", "candle"), ("coat", ATELIER.name, "Le manteau", "bag")]
        await upsert_products(
            conn,
            maison_id=maison_id,
            source="main",
            products=[
                ProductEntry(
                    line, handle, brand=brand, family=family, published=True, texts=[TextEntry("fr", name, "")],
                    variants=[VariantEntry(line, {}, f"arcade-{handle}", prices=prices)],
                )
                for line, (handle, brand, name, family) in enumerate(pieces, 1)
            ],
            now=now,
        )  # fmt: skip
        for brand in (LUNE, ATELIER):
            brand_id = await brands.keep(conn, maison_id=maison_id, brand=brand, now=now)
            if publish:
                await brands.publish(conn, maison_id=maison_id, brand_id=brand_id, now=now)
        cursor = await conn.execute(
            "select sku, id, product_id from catalogue.variant where maison_id = %s", [maison_id]
        )
        for sku, variant_id, product_id in await cursor.fetchall():
            store.variants[sku] = variant_id
            store.products[sku] = product_id
        await record_counts(
            conn,
            maison_id=maison_id,
            counts=[Count(place, variant_id, 5, now) for variant_id in store.variants.values()],
            source="opening",
            now=now,
        )
        await index_all(conn, maison_id=maison_id)

    await db.run(Actor.importer(), store.maison_id, verb)
    return store
