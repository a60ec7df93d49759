"""Serialised pieces promised to order lines, given back or gone: the lines' allocations at serialised positions."""

from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute


async def give_back(conn: Conn, *, maison_id: UUID, order_line_ids: list[UUID], now: datetime) -> int:
    """Frees the pieces of these lines' allocations at serialised positions; returns how many lines had one."""
    await _lock_positions(conn, maison_id, order_line_ids)
    return await execute(
        conn,
        """
        with gone as (
          delete from stock.allocation a using stock.position p
          where a.maison_id = %(maison_id)s and a.order_line_id = any(%(lines)s::uuid[])
            and p.maison_id = a.maison_id and p.location_id = a.location_id and p.variant_id = a.variant_id and p.serialised
          returning a.order_line_id, a.location_id, a.variant_id, a.quantity
        ), freed as (
          update stock.piece p set order_line_id = null, changed_at = %(now)s from gone g
          where p.maison_id = %(maison_id)s and p.order_line_id = g.order_line_id and p.whereabouts = 'here'
          returning p.id, p.location_id, g.order_line_id
        ), stepped as (
          insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, cause_id)
          select %(maison_id)s, uuidv7(), f.id, %(now)s, 'released', f.location_id, f.order_line_id from freed f
        )
        insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, allocated, cause_id)
        select %(maison_id)s, uuidv7(), %(now)s, g.location_id, g.variant_id, 'released', -g.quantity, g.order_line_id
        from gone g
        """,
        maison_id=maison_id,
        lines=order_line_ids,
        now=now,
    )


async def leave(conn: Conn, *, maison_id: UUID, order_line_ids: list[UUID], kind: str, now: datetime) -> int:
    """The lines' pieces of serialised positions are sold and gone from there; returns how many lines left."""
    await _lock_positions(conn, maison_id, order_line_ids)
    return await execute(
        conn,
        """
        with gone as (
          delete from stock.allocation a using stock.position p
          where a.maison_id = %(maison_id)s and a.order_line_id = any(%(lines)s::uuid[])
            and p.maison_id = a.maison_id and p.location_id = a.location_id and p.variant_id = a.variant_id and p.serialised
          returning a.order_line_id, a.location_id, a.variant_id, a.quantity
        ), counted as (
          update stock.position p set on_hand = p.on_hand - g.quantity
          from (select location_id, variant_id, sum(quantity)::integer as quantity from gone group by 1, 2) g
          where p.maison_id = %(maison_id)s and p.location_id = g.location_id and p.variant_id = g.variant_id
        ), sold as (
          update stock.piece p set whereabouts = 'sold', changed_at = %(now)s from gone g
          where p.maison_id = %(maison_id)s and p.order_line_id = g.order_line_id and p.whereabouts = 'here'
          returning p.id, p.location_id, g.order_line_id
        ), stepped as (
          insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, cause_id)
          select %(maison_id)s, uuidv7(), s.id, %(now)s, %(kind)s, s.location_id, s.order_line_id from sold s
        )
        insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, cause_id)
        select %(maison_id)s, uuidv7(), %(now)s, g.location_id, g.variant_id, %(kind)s, -g.quantity, -g.quantity,
          g.order_line_id
        from gone g
        """,
        maison_id=maison_id,
        lines=order_line_ids,
        kind=kind,
        now=now,
    )


async def _lock_positions(conn: Conn, maison_id: UUID, order_line_ids: list[UUID]) -> None:
    """Whoever tells a fact of these positions is waited for; the next statement sees what they made of the promises."""
    await execute(
        conn,
        """
        select 1 from stock.position p
        where p.maison_id = %(maison_id)s and p.serialised and (p.location_id, p.variant_id) in (
          select a.location_id, a.variant_id from stock.allocation a
          where a.maison_id = %(maison_id)s and a.order_line_id = any(%(lines)s::uuid[]))
        order by p.location_id, p.variant_id
        for no key update of p
        """,
        maison_id=maison_id,
        lines=order_line_ids,
    )
