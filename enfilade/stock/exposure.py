"""Which methods a location opts into, and how much it keeps back for its own floor."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute


@dataclass(frozen=True, slots=True)
class Exposure:
    """None means not said: what is known stays; a location never told of opts into nothing."""

    location_id: UUID
    collect: bool | None = None
    reserve: bool | None = None
    ship: bool | None = None
    safety_collect: int | None = None
    safety_ship: int | None = None


async def expose(conn: Conn, *, maison_id: UUID, exposures: list[Exposure]) -> int:
    """Writes the locations' exposure, one a location; returns how many changed. Limits new claims only."""
    return await execute(
        conn,
        """
        insert into stock.exposure as kept
          (maison_id, location_id, collect, reserve, ship, safety_collect, safety_ship)
        select %(maison_id)s, g.location_id, coalesce(g.collect, k.collect, false),
          coalesce(g.reserve, k.reserve, false), coalesce(g.ship, k.ship, false),
          coalesce(g.safety_collect, k.safety_collect, 0), coalesce(g.safety_ship, k.safety_ship, 0)
        from jsonb_to_recordset(%(rows)s::jsonb) as g(location_id uuid, collect boolean, reserve boolean,
          ship boolean, safety_collect integer, safety_ship integer)
        left join stock.exposure k on k.maison_id = %(maison_id)s and k.location_id = g.location_id
        order by g.location_id
        on conflict (maison_id, location_id) do update set collect = excluded.collect,
          reserve = excluded.reserve,
          ship = excluded.ship, safety_collect = excluded.safety_collect, safety_ship = excluded.safety_ship
        where (kept.collect, kept.reserve, kept.ship, kept.safety_collect, kept.safety_ship) is distinct from
          (excluded.collect, excluded.reserve, excluded.ship, excluded.safety_collect, excluded.safety_ship)
        """,
        maison_id=maison_id,
        rows=msgspec.json.encode(exposures).decode(),
    )
