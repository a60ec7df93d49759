"""Parting: some pieces of an open line become a line of their own, so that they can end, or go elsewhere, without the others.

All other steps know whole lines only. The two lines together are what the one was, to the cent: docs/algorithms/pricing.md. What
hangs on a line and is to follow both of its parts is copied here. Lock order as everywhere: the order's row (the caller's), the
line, its transfer, its position.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, maybe
from enfilade.base.ids import new_id
from enfilade.maisons.policies import policy_of
from enfilade.orders import fulfilment
from enfilade.orders.events import LineParted
from enfilade.stock import allocations, for_orders
from enfilade.stock.for_orders import OnItsWay

__all__ = ["OnItsWay", "part"]


@dataclass(frozen=True, slots=True)
class _Whole:
    order_id: UUID
    awaits: UUID | None


async def part(
    conn: Conn, *, maison_id: UUID, line_id: UUID, pieces: int, by_id: UUID | None, now: datetime
) -> UUID | None:
    """So many pieces of the line, the first by price, as a new line in the same state at the same place; its id.

    None where the line is not open, or has no more than that. The order's row is locked. Raises OnItsWay.
    """
    assert pieces > 0
    whole = await maybe(
        conn,
        _Whole,
        """
        select l.order_id, case when f.state = 'awaited' then l.transfer_id end as awaits
        from orders.order_line l
        left join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
        where l.maison_id = %(maison_id)s and l.id = %(line_id)s and l.state in ('sourced', 'unsourced', 'picked')
          and l.quantity > %(pieces)s
        for no key update of l
        """,
        maison_id=maison_id,
        line_id=line_id,
        pieces=pieces,
    )
    if whole is None:
        return None
    if whole.awaits is not None:
        opened_at = await for_orders.take_from(
            conn, maison_id=maison_id, transfer_id=whole.awaits, order_line_id=line_id, pieces=pieces, now=now
        )
        if opened_at is not None:
            await _time_to_pack(conn, maison_id, line_id, opened_at, now)
    part_id = new_id(now)
    await execute(
        conn,
        """
        with whole as materialized (
          select l.* from orders.order_line l
          where l.maison_id = %(maison_id)s and l.id = %(line_id)s
        ), parted as (
          -- A copy in all but these; columns that come later are copied too.
          insert into orders.order_line
          select p.* from whole w cross join lateral jsonb_populate_record(null::orders.order_line, to_jsonb(w)
            || jsonb_build_object('id', %(part_id)s::uuid, 'quantity', %(pieces)s::integer, 'transfer_id', null,
              'total_minor', w.total_minor * %(pieces)s / w.quantity, 'tax_minor', w.tax_minor * %(pieces)s / w.quantity,
              'duty_minor', w.duty_minor * %(pieces)s / w.quantity)) p
        ), terms as (
          insert into orders.line_terms (maison_id, region, order_line_id, partner_id, kind, basis_points)
          select t.maison_id, t.region, %(part_id)s, t.partner_id, t.kind, t.basis_points
          from orders.line_terms t join whole w on t.maison_id = w.maison_id and t.order_line_id = w.id
        ), rejected as (
          insert into orders.rejection (maison_id, region, id, order_line_id, location_id, reason, rejected_by, rejected_at)
          select r.maison_id, r.region, uuidv7(), %(part_id)s, r.location_id, r.reason, r.rejected_by, r.rejected_at
          from orders.rejection r join whole w on r.maison_id = w.maison_id and r.order_line_id = w.id
        )
        update orders.order_line l set quantity = w.quantity - %(pieces)s,
          total_minor = w.total_minor - w.total_minor * %(pieces)s / w.quantity,
          tax_minor = w.tax_minor - w.tax_minor * %(pieces)s / w.quantity,
          duty_minor = w.duty_minor - w.duty_minor * %(pieces)s / w.quantity
        from whole w where l.maison_id = w.maison_id and l.id = w.id
        """,
        maison_id=maison_id,
        line_id=line_id,
        part_id=part_id,
        pieces=pieces,
    )
    await allocations.part(
        conn, maison_id=maison_id, order_line_id=line_id, part_id=part_id, pieces=pieces, now=now
    )
    fact = LineParted(line_id, whole.order_id, part_id, pieces, by_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    return part_id


async def _time_to_pack(conn: Conn, maison_id: UUID, line_id: UUID, place_id: UUID, now: datetime) -> None:
    """Whoever has to pack a box again has the time of a place that is asked now."""
    policy = await policy_of(conn, maison_id=maison_id)
    pick_by = await fulfilment.pick_by(conn, location_id=place_id, minutes=policy.pick_sla_minutes, now=now)
    await execute(
        conn,
        """
        update orders.fulfilment f set pick_by = greatest(f.pick_by, %(pick_by)s), version = version + 1
        from orders.order_line l
        where l.maison_id = %(maison_id)s and l.id = %(line_id)s and f.maison_id = l.maison_id and f.id = l.fulfilment_id
        """,
        maison_id=maison_id,
        line_id=line_id,
        pick_by=pick_by,
    )
