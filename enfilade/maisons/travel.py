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


async def keep_way(conn: Conn, *, maison_id: UUID, way: Way) -> None:
    """From now on pieces go this way in so many days. The table's checks bound the days and the ends."""
    await execute(
        conn,
        """
        insert into public_facts.travel (maison_id, origin, destination, days)
        values (%(maison_id)s, %(origin)s, %(destination)s, %(days)s)
        on conflict on constraint one_way_a_pair do update set days = excluded.days
        """,
        maison_id=maison_id,
        origin=way.origin,
        destination=way.destination,
        days=way.days,
    )


async def drop_way(conn: Conn, *, maison_id: UUID, origin: str, destination: str) -> None:
    """What the policy says of the country counts again; over a border there is no way any more."""
    await execute(
        conn,
        """
        delete from public_facts.travel
        where maison_id = %(maison_id)s and origin = %(origin)s and destination = %(destination)s
        """,
        maison_id=maison_id,
        origin=origin,
        destination=destination,
    )
