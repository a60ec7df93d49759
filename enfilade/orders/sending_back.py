"""Sending back: what was brought to a boutique for a client who does not take it goes back to where it lay, if its people say so.

Nothing goes by itself: until somebody asks for it, the piece is ordinary stock of the boutique, to be put away.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.base.ids import new_id
from enfilade.orders import cancellation, fulfilment
from enfilade.staff.people import Colleague
from enfilade.stock import transfers
from enfilade.stock.transfers import Pieces


@dataclass(frozen=True, slots=True)
class _Apart:
    origin_id: UUID
    variant_id: UUID
    quantity: int


async def send_back(
    conn: Conn, *, maison_id: UUID, by: Colleague, fulfilment_id: UUID, now: datetime
) -> None:
    """What lies apart is no task any more, and a transfer to each place it came from is asked of the boutique. Repeatable.

    Raises NothingToPutAway, NoSuchFulfilment, NotYourBoutique, NotSoManyThere (somebody has it meanwhile), NotThisWay.
    """
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=by)
    apart = await many(
        conn,
        _Apart,
        """
        select t.from_location_id as origin_id, l.variant_id, sum(l.quantity)::integer as quantity
        from orders.putting_away a
        join orders.order_line l on l.maison_id = a.maison_id and l.id = a.order_line_id
        join stock.transfer t on t.maison_id = l.maison_id and t.id = l.transfer_id and t.to_location_id = a.location_id
        where a.maison_id = %(maison_id)s and a.fulfilment_id = %(id)s and a.done_at is null
        group by 1, 2 order by 1, 2
        """,
        maison_id=maison_id,
        id=held.id,
    )
    await cancellation.put_away(conn, maison_id=maison_id, by=by, fulfilment_id=held.id, now=now)
    for origin_id in dict.fromkeys(piece.origin_id for piece in apart):
        await transfers.ask(
            conn,
            maison_id=maison_id,
            transfer_id=new_id(now),
            by=by,
            from_location_id=held.location_id,
            to_location_id=origin_id,
            wanted=[Pieces(one.variant_id, one.quantity) for one in apart if one.origin_id == origin_id],
            reason="replenishment",
            now=now,
        )
