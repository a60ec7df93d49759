"""Travel: how many working days pieces take between two places of a maison, where it is not what its policy says of a country.

A way over a border exists only where the maison has said so here: it knows what its parcels need at customs.
"""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, execute, many


@dataclass(frozen=True, slots=True)
class Way:
    """Each end is a country (ISO 3166-1, two letters) or a place (its id, as text). One way: the other is another row."""

    origin: str
    destination: str
    days: int


async def ways_of(conn: Conn, *, maison_id: UUID) -> list[Way]:
    """All that the maison has said, in the order of their ends."""
    return await many(
        conn,
        Way,
        """
        select origin, destination, days from public_facts.travel
        where maison_id = %(maison_id)s order by origin, destination
        """,
        maison_id=maison_id,
    )


async def set_ways(conn: Conn, *, maison_id: UUID, ways: list[Way]) -> None:
    """Puts these in force instead of all before. The table's checks bound the days and the ends."""
    await execute(
        conn, "delete from public_facts.travel where maison_id = %(maison_id)s", maison_id=maison_id
    )
    await execute(
        conn,
        """
        insert into public_facts.travel (maison_id, origin, destination, days)
        select %(maison_id)s, w.origin, w.destination, w.days
        from unnest(%(origins)s::text[], %(destinations)s::text[], %(days)s::integer[]) as w(origin, destination, days)
        """,
        maison_id=maison_id,
        origins=[way.origin for way in ways],
        destinations=[way.destination for way in ways],
        days=[way.days for way in ways],
    )
