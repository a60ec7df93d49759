"""Diverting: what is on its way to a place that is closed is taken in by the nearest one of the country that is open.

In transit a piece is nobody's, so another destination moves no stock; whoever receives it does.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, scalar
from enfilade.stock.events import TransferDiverted
from enfilade.stock.transfers import lines_of, locked

Diverted = Literal["diverted", "waits", "no place", "over"]


async def divert(conn: Conn, *, maison_id: UUID, transfer_id: UUID, now: datetime) -> Diverted:
    """Changes where a transfer goes; "waits" where it has not left, "no place" where nothing open is in the country.

    What an order waits for, and what has arrived in part, stays as it is ("over"); what was for a visit is for nobody there.
    Raises NoSuchTransfer.
    """
    held = await locked(conn, maison_id=maison_id, transfer_id=transfer_id)
    if held.state in ("asked", "packed"):
        return "waits"
    lines = await lines_of(conn, maison_id=maison_id, transfer_id=transfer_id)
    if held.state != "sent" or any(line.received or line.lost or line.order_line_id for line in lines):
        return "over"
    to: UUID | None = await scalar(
        conn,
        """
        select l.id from boutiques.location d
        join boutiques.location l on l.maison_id = d.maison_id and l.country = d.country and l.region = d.region
        where d.maison_id = %(maison_id)s and d.id = %(closed)s and l.published and l.kind <> 'atelier'
          and l.id not in (d.id, %(origin)s)
          and not exists (select 1 from boutiques.closure c where c.maison_id = l.maison_id and c.location_id = l.id
            and 'doors' = any(c.stops) and coalesce(upper(c.during), 'infinity') > %(now)s
            and lower(c.during) < %(now)s::timestamptz + interval '7 days')
        order by public_facts.distance_km(d.latitude, d.longitude, l.latitude, l.longitude), l.id limit 1
        """,
        maison_id=maison_id,
        closed=held.to_location_id,
        origin=held.from_location_id,
        now=now,
    )
    if to is None:
        return "no place"
    await execute(
        conn,
        """
        update stock.transfer set to_location_id = %(to)s, keeps_until = null
        where maison_id = %(maison_id)s and id = %(id)s and state = 'sent' and to_location_id = %(closed)s
        """,
        maison_id=maison_id,
        id=held.id,
        to=to,
        closed=held.to_location_id,
    )
    fact = TransferDiverted(held.id, to, held.to_location_id, sum(line.in_transit for line in lines))
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    return "diverted"
