"""Awaited: work of a boutique that waits until all its pieces are there, and what becomes of it when some do not come.

What every step of an order needs to know of it; the steps themselves are in bringing.py.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, scalar
from enfilade.orders import fulfilment
from enfilade.orders.events import FulfilmentAsked
from enfilade.orders.fulfilment import Fulfilment
from enfilade.stock import for_orders


@dataclass(frozen=True, slots=True)
class _Here:
    id: UUID
    order_id: UUID
    location_id: UUID
    sla_minutes: int


async def begin_if_all_here(
    conn: Conn, *, maison_id: UUID, fulfilment_ids: list[UUID], now: datetime
) -> bool:
    """Asks the boutique to prepare what it waited for, once nothing of it is on its way; the order's row is locked.

    False where something still is, or the work is no longer awaited.
    """
    due = await many(
        conn,
        _Here,
        """
        select f.id, f.order_id, f.location_id, y.pick_sla_minutes as sla_minutes
        from orders.fulfilment f join maisons.policy y on y.maison_id = f.maison_id
        where f.maison_id = %(maison_id)s and f.id = any(%(ids)s::uuid[]) and f.state = 'awaited'
          and exists (select 1 from orders.order_line l where l.maison_id = f.maison_id and l.fulfilment_id = f.id
            and l.state = 'sourced')
          and not exists (select 1 from orders.order_line l
            left join stock.allocation a on a.maison_id = l.maison_id and a.order_line_id = l.id
              and a.location_id = f.location_id
            where l.maison_id = f.maison_id and l.fulfilment_id = f.id and l.state = 'sourced'
              and a.quantity is distinct from l.quantity)
        order by f.id
        """,
        maison_id=maison_id,
        ids=fulfilment_ids,
    )
    for one in due:
        pick_by = await fulfilment.pick_by(
            conn, location_id=one.location_id, minutes=one.sla_minutes, now=now
        )
        await execute(
            conn,
            """
            update orders.fulfilment set state = 'asked', asked_at = %(now)s, pick_by = %(pick_by)s, version = version + 1
            where maison_id = %(maison_id)s and id = %(id)s and state = 'awaited'
            """,
            maison_id=maison_id,
            id=one.id,
            pick_by=pick_by,
            now=now,
        )
    news: list[facts.Fact] = [FulfilmentAsked(one.id, one.order_id, one.location_id) for one in due]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
    return bool(due)


async def end_or_begin(conn: Conn, *, maison_id: UUID, held: Fulfilment, state: str, now: datetime) -> bool:
    """The work ends where nothing of it is open any more, or begins where the rest is there. True where anything is left."""
    ended = await fulfilment.end_if_empty(
        conn, maison_id=maison_id, fulfilment_ids=[held.id], state=state, by_id=None, now=now
    )
    if not ended:
        await begin_if_all_here(conn, maison_id=maison_id, fulfilment_ids=[held.id], now=now)
    return not ended


@dataclass(frozen=True, slots=True)
class _Transfer:
    transfer_id: UUID


async def let_go_of(conn: Conn, *, maison_id: UUID, order_line_ids: list[UUID], now: datetime) -> None:
    """Lines that end or lose their pieces: nobody waits for their transfers any more. Before their allocations are released."""
    found = await many(
        conn,
        _Transfer,
        """
        select transfer_id from orders.order_line
        where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[]) and transfer_id is not null
        """,
        maison_id=maison_id,
        ids=order_line_ids,
    )
    await for_orders.let_go(
        conn, maison_id=maison_id, transfer_ids=sorted(one.transfer_id for one in found), now=now
    )


async def lost_at_origin(conn: Conn, *, maison_id: UUID, line_id: UUID) -> UUID | None:
    """Where a line that is still awaited lies; None for one that is where its work is."""
    return await scalar(
        conn,
        """
        select t.from_location_id from orders.order_line l
        join stock.transfer t on t.maison_id = l.maison_id and t.id = l.transfer_id
        join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
        where l.maison_id = %(maison_id)s and l.id = %(line_id)s and f.state = 'awaited' and t.state in ('asked', 'packed')
        """,
        maison_id=maison_id,
        line_id=line_id,
    )


async def in_transit(conn: Conn, *, maison_id: UUID, line_id: UUID) -> bool:
    """Whether the line's pieces are between two places: allocated nowhere, and not lost."""
    return bool(
        await scalar(
            conn,
            """
            select 1 from orders.order_line l
            join stock.transfer t on t.maison_id = l.maison_id and t.id = l.transfer_id
            join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
            where l.maison_id = %(maison_id)s and l.id = %(line_id)s and f.state = 'awaited' and t.state = 'sent'
            """,
            maison_id=maison_id,
            line_id=line_id,
        )
    )
