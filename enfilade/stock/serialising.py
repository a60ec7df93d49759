"""Whether the maison counts a variant piece by piece, by serials; changed while nothing of it is in stock."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many
from enfilade.stock.serials import is_serialised


class InStockStill(Exception):
    """There are pieces, promises or parcels of the variant: how they are counted does not change under them."""


@dataclass(frozen=True, slots=True)
class _There:
    what: str


async def serialise(
    conn: Conn, *, maison_id: UUID, variant_id: UUID, serialised: bool, by_id: UUID | None, now: datetime
) -> bool:
    """From now on the variant is counted piece by piece, or by number again. False where it is so already.

    Raises InStockStill while any place has one, or one is on its way; back to numbers also once a piece was sold by its serial,
    which may come back.
    """
    if await is_serialised(conn, maison_id=maison_id, variant_id=variant_id) == serialised:
        return False
    # Whoever makes a position of the maison has this lock shared: none comes into being that we do not see, nor one
    # that does not see us.
    await execute(
        conn,
        "select pg_advisory_xact_lock(hashtextextended('serialised ' || (%(maison_id)s::uuid)::text, 0))",
        maison_id=maison_id,
    )
    await execute(
        conn,
        """
        select 1 from stock.position where maison_id = %(maison_id)s and variant_id = %(variant_id)s
        order by location_id for no key update
        """,
        maison_id=maison_id,
        variant_id=variant_id,
    )
    in_the_way = await many(
        conn,
        _There,
        """
        select 'still ' || p.on_hand || ' at ' || l.name as what
        from stock.position p join boutiques.location l on l.maison_id = p.maison_id and l.id = p.location_id
        where p.maison_id = %(maison_id)s and p.variant_id = %(variant_id)s and p.on_hand > 0
        union all
        select 'some are on their way from ' || f.name
        from stock.transfer_line t
        join stock.transfer r on r.maison_id = t.maison_id and r.id = t.transfer_id
        join boutiques.location f on f.maison_id = r.maison_id and f.id = r.from_location_id
        where t.maison_id = %(maison_id)s and t.variant_id = %(variant_id)s and t.sent > t.received + t.lost
        union all
        select 'pieces of it were sold by their serials'
        where not %(serialised)s and exists (select 1 from stock.piece p
          where p.maison_id = %(maison_id)s and p.variant_id = %(variant_id)s and p.whereabouts = 'sold')
        limit 3
        """,
        maison_id=maison_id,
        variant_id=variant_id,
        serialised=serialised,
    )
    if await is_serialised(conn, maison_id=maison_id, variant_id=variant_id) == serialised:
        return False
    if in_the_way:
        raise InStockStill("; ".join(row.what for row in in_the_way))
    if serialised:
        await execute(
            conn,
            """
            insert into stock.serialised (maison_id, variant_id, since, changed_by)
            values (%(maison_id)s, %(variant_id)s, %(now)s, %(by_id)s)
            """,
            maison_id=maison_id,
            variant_id=variant_id,
            now=now,
            by_id=by_id,
        )
    else:
        await execute(
            conn,
            "delete from stock.serialised where maison_id = %(maison_id)s and variant_id = %(variant_id)s",
            maison_id=maison_id,
            variant_id=variant_id,
        )
    await execute(
        conn,
        """
        update stock.position set serialised = %(serialised)s
        where maison_id = %(maison_id)s and variant_id = %(variant_id)s
        """,
        maison_id=maison_id,
        variant_id=variant_id,
        serialised=serialised,
    )
    return True
