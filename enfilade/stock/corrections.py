"""A boutique cannot give a piece: stock is corrected by the reason it gives."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base.db import Conn, execute, maybe
from enfilade.base.ids import new_id
from enfilade.stock import serials
from enfilade.stock.positions import STATES, change, locked
from enfilade.stock.serials import Locked, Whereabouts

Reason = Literal["not_in_stock", "mismatch", "damaged", "worn_display"]


@dataclass(frozen=True, slots=True)
class _Promised:
    location_id: UUID
    variant_id: UUID
    quantity: int


async def reject(
    conn: Conn, *, maison_id: UUID, order_line_id: UUID, reason: Reason, now: datetime
) -> list[UUID]:
    """Corrects stock by the reason a boutique gives, frees the line's allocation; returns further lines that lost theirs.

    not_in_stock: nothing is there; mismatch: this many fewer; damaged and worn_display: there, but not sellable.
    """
    where = await maybe(
        conn,
        _Promised,
        """
        select location_id, variant_id, quantity from stock.allocation
        where maison_id = %(maison_id)s and order_line_id = %(order_line_id)s
        """,
        maison_id=maison_id,
        order_line_id=order_line_id,
    )
    if where is None:
        return []
    position = await locked(conn, maison_id, where.location_id, where.variant_id)
    if position.serialised:
        return await _reject_pieces(conn, maison_id, order_line_id, where, reason, now)
    promised = await maybe(
        conn,
        _Promised,
        """
        with gone as (
          delete from stock.allocation where maison_id = %(maison_id)s and order_line_id = %(order_line_id)s
            and location_id = %(location_id)s
          returning location_id, variant_id, quantity
        ), counted as (
          update stock.position p set allocated = p.allocated - g.quantity from gone g
          where p.maison_id = %(maison_id)s and p.location_id = g.location_id and p.variant_id = g.variant_id
            and not p.serialised
        ), written as (
          insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, allocated, cause_id)
          select %(maison_id)s, %(id)s, %(now)s, g.location_id, g.variant_id, 'released', -g.quantity, %(order_line_id)s
          from gone g
        )
        select location_id, variant_id, quantity from gone
        """,
        maison_id=maison_id,
        order_line_id=order_line_id,
        location_id=where.location_id,
        id=new_id(now),
        now=now,
    )
    if promised is None:
        return []
    position = await locked(conn, maison_id, where.location_id, where.variant_id)
    states = dict(zip(STATES, position.states, strict=True))
    on_hand = position.on_hand
    if reason == "not_in_stock":
        on_hand, states = 0, dict.fromkeys(STATES, 0)
    elif reason == "mismatch":
        on_hand -= promised.quantity
    else:
        states["damaged" if reason == "damaged" else "display"] += promised.quantity
    shortfall = await change(
        conn,
        maison_id=maison_id,
        position=position,
        on_hand=on_hand,
        states=tuple(states.values()),
        kind="adjusted",
        cause=reason,
        cause_id=order_line_id,
        as_of=max(now, position.as_of),
        now=now,
    )
    return shortfall.order_line_ids


async def _reject_pieces(
    conn: Conn, maison_id: UUID, order_line_id: UUID, where: _Promised, reason: Reason, now: datetime
) -> list[UUID]:
    """The same of serialised pieces: those of the line are gone, or lie apart; with not_in_stock all that are here."""
    held = await serials.locked(
        conn, maison_id=maison_id, location_id=where.location_id, variant_id=where.variant_id
    )
    freed = await execute(
        conn,
        """
        with gone as (
          delete from stock.allocation where maison_id = %(maison_id)s and order_line_id = %(order_line_id)s
            and location_id = %(location_id)s
          returning location_id, variant_id, quantity
        )
        insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, allocated, cause_id)
        select %(maison_id)s, %(id)s, %(now)s, g.location_id, g.variant_id, 'released', -g.quantity, %(order_line_id)s
        from gone g
        """,
        maison_id=maison_id,
        order_line_id=order_line_id,
        location_id=where.location_id,
        id=new_id(now),
        now=now,
    )
    if not freed:
        return []
    to: tuple[Whereabouts, str | None] = ("gone", None)
    if reason in ("damaged", "worn_display"):
        to = ("here", "damaged" if reason == "damaged" else "display")
    # None here means none to sell, none on display.
    these = [
        piece for piece in held.pieces if piece.order_line_id == order_line_id or reason == "not_in_stock"
    ]
    shortfall = await serials.become(
        conn,
        maison_id=maison_id,
        held=Locked(
            held.position, held.pieces, [promise for promise in held.promises if promise.id != order_line_id]
        ),
        changes={piece.id: to for piece in these},
        step="gone",
        kind="adjusted",
        cause=reason,
        cause_id=order_line_id,
        by_id=None,
        as_of=max(now, held.position.as_of),
        now=now,
    )
    return shortfall.order_line_ids
