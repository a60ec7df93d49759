"""A small maison to try things on: two markets, a store, two boutiques."""

from datetime import UTC, datetime
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.boutiques.locations import Location, upsert_locations
from enfilade.maisons.founding import Maison, MaisonText, found
from enfilade.maisons.legal_entities import LegalEntity, establish
from enfilade.maisons.markets import Market, open_markets
from enfilade.maisons.stores import Store, open_store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MAISON = Maison(
    "brisseval", "Brisseval", "maison", "fashion_and_leather_goods", "fr", 1847, "Paris", {"paper": "#fff"}
)
MARKETS = [
    Market("fr", "FR", ["FR", "BE"], "EUR", ["fr", "nl"], 2000, True),
    Market("gb", "FR", ["GB"], "GBP", ["en"], 2000, True),
]


async def founded(db: Db, slug: str = "brisseval", name: str = "Brisseval") -> UUID:
    """A maison that sells in euros and pounds, with two boutiques, PAR1 and LYO1."""
    maison_id = new_id(NOW)
    async with db.acting(Actor.importer(), maison_id) as conn:
        await furnish(conn, maison_id, slug, name)
    return maison_id


async def furnish(conn: Conn, maison_id: UUID, slug: str, name: str) -> None:
    maison = Maison(slug, name, "maison", "fashion_and_leather_goods", "fr", 1847, "Paris", {"paper": "#fff"})
    texts = [MaisonText("fr", "Devise", "Histoire")]
    await found(conn, maison_id=maison_id, maison=maison, texts=texts, now=NOW)
    await establish(conn, maison_id=maison_id, entities=[LegalEntity("FR", f"{name} SAS", "FR")], now=NOW)
    await open_markets(conn, maison_id=maison_id, markets=MARKETS)
    await open_store(conn, maison_id=maison_id, store=Store(slug, name), now=NOW)
    await upsert_locations(
        conn, maison_id=maison_id, locations=[located("PAR1", "Paris"), located("LYO1", "Lyon")], now=NOW
    )


def located(code: str, city: str, hours: str | None = "Mo-Sa 10:00-19:00; PH off") -> Location:
    return Location(code, f"{city}, centre", "FR", city, 48.87, 2.33, "Europe/Paris", opening_hours=hours)
