"""Where the last orders' pieces leave from, and what decided it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many

ORDERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Sourced:
    """A line of one of the last orders. `decided_by` '' where that was not kept, `place` '' where it has none now."""

    order_id: UUID
    number: str
    placed_at: datetime
    method: str
    name: str
    size: str
    quantity: int
    place: str
    kind: str
    zone: str
    attempts: int
    decided_by: str


async def last_sourced(conn: Conn, *, maison_id: UUID) -> list[Sourced]:
    """The newest order first."""
    return await many(
        conn,
        Sourced,
        """
        select o.id as order_id, o.number, o.placed_at, o.method, l.name, l.size, l.quantity, coalesce(p.name, '') as place,
          coalesce(p.kind, '') as kind, coalesce(p.zone, '') as zone, l.attempts, coalesce(l.decided_by, '') as decided_by
        from (select n.maison_id, n.id, n.number, n.placed_at, n.method from orders.order n
          where n.maison_id = %(maison_id)s order by n.placed_at desc, n.id desc limit %(most)s) o
        join orders.order_line l on l.maison_id = o.maison_id and l.order_id = o.id
        left join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id and l.state <> 'unsourced'
        left join boutiques.location p on p.maison_id = f.maison_id and p.id = f.location_id
        order by o.placed_at desc, o.id desc, l.id
        """,
        maison_id=maison_id,
        most=ORDERS_SHOWN,
    )
