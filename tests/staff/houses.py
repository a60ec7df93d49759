"""A bare maison with a boutique in each named city: all that staff and clients need of the world."""

from datetime import UTC, datetime
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.ids import new_id
from enfilade.boutiques.locations import Location, upsert_locations
from enfilade.maisons.founding import Maison, found

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def house(db: Db, slug: str, *cities: str) -> tuple[UUID, list[UUID]]:
    """The maison and its boutiques, in the order of the cities."""
    maison_id = new_id(NOW)
    async with db.acting(Actor.importer(), maison_id) as conn:
        await found(
            conn,
            maison_id=maison_id,
            maison=Maison(slug, slug.title(), "maison", "fashion", "en"),
            texts=[],
            now=NOW,
        )
        written = await upsert_locations(
            conn,
            maison_id=maison_id,
            locations=[
                Location(
                    city.lower(),
                    f"{slug.title()} {city}",
                    "FR",
                    city,
                    48.8,
                    2.3,
                    "Europe/Paris",
                    opening_hours="Mo-Su 10:00-19:00",
                )
                for city in cities
            ],
            now=NOW,
        )
    return maison_id, [written.ids[city.lower()] for city in cities]
