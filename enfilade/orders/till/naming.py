"""Named at the till: which serialised piece is in the hand, of those the books hold for a sale. `docs/algorithms/till.md`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many, scalar
from enfilade.orders.till.sales import Sale
from enfilade.staff.people import Colleague
from enfilade.stock import pieces_chosen
from enfilade.stock.serials import SerialRefused


@dataclass(frozen=True, slots=True)
class Named:
    """A line and the serials named for it."""

    variant_id: UUID
    quantity: int
    serials: list[str]


async def choose(conn: Conn, maison_id: UUID, sale: Sale, line: Named, by: Colleague, now: datetime) -> None:
    """What the sale holds of the line are the pieces named for it. Raises SerialRefused, also for one named in another sale."""
    await pieces_chosen.chosen(
        conn,
        maison_id=maison_id,
        location_id=sale.location_id,
        variant_id=line.variant_id,
        holder_id=sale.id,
        named=line.serials,
        by_id=by.staff_id,
        now=now,
    )
    # The position is locked: of two sales that name one piece, the second sees the first.
    other = await scalar(
        conn,
        """
        select x.serial from orders.sale s
        join orders.sale_line l on l.maison_id = s.maison_id and l.sale_id = s.id and l.variant_id = %(variant_id)s
        join stock.hold h on h.maison_id = s.maison_id and h.holder_id = s.id and h.variant_id = l.variant_id
          and h.expires_at > %(now)s
        cross join unnest(l.serials) as x(serial)
        where s.maison_id = %(maison_id)s and s.location_id = %(location_id)s and s.state = 'open' and s.id <> %(sale_id)s
          and x.serial = any(%(serials)s::text[])
        limit 1
        """,
        maison_id=maison_id,
        sale_id=sale.id,
        location_id=sale.location_id,
        variant_id=line.variant_id,
        serials=line.serials,
        now=now,
    )
    if other:
        raise SerialRefused(other, "is named in another sale that is open here")


async def unnamed(conn: Conn, *, maison_id: UUID, sale: Sale) -> int:
    """How many serialised pieces of the sale nobody has named yet."""
    return await scalar(
        conn,
        """
        select coalesce(sum(greatest(0, l.quantity - cardinality(l.serials))), 0)::integer
        from orders.sale_line l join stock.serialised s on s.maison_id = l.maison_id and s.variant_id = l.variant_id
        where l.maison_id = %(maison_id)s and l.sale_id = %(sale_id)s
        """,
        maison_id=maison_id,
        sale_id=sale.id,
    )


async def take_named(
    conn: Conn, *, maison_id: UUID, sale: Sale, order_id: UUID, by: Colleague, now: datetime
) -> None:
    """The lines of the sale's order have the pieces that were named, whatever became of the holds. Raises SerialRefused."""
    for line in await many(
        conn,
        _OrderLine,
        """
        select l.id, s.serials from orders.order_line l
        join orders.sale_line s on s.maison_id = l.maison_id and s.sale_id = %(sale_id)s and s.variant_id = l.variant_id
        where l.maison_id = %(maison_id)s and l.order_id = %(order_id)s and cardinality(s.serials) > 0
        order by l.variant_id
        """,
        maison_id=maison_id,
        sale_id=sale.id,
        order_id=order_id,
    ):
        await pieces_chosen.take(
            conn,
            maison_id=maison_id,
            order_line_id=line.id,
            serials=line.serials,
            by_id=by.staff_id,
            now=now,
        )


@dataclass(frozen=True, slots=True)
class _OrderLine:
    id: UUID
    serials: list[str]
