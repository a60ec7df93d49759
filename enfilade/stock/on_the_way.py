"""Serialised pieces between two places: which of those that were sent arrived, or never will."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many
from enfilade.stock.serials import SayTheSerials, SerialRefused, as_engraved


@dataclass(frozen=True, slots=True)
class _Sent:
    id: UUID
    serial: str


async def arrive(
    conn: Conn,
    *,
    maison_id: UUID,
    transfer_id: UUID,
    location_id: UUID,
    variant_id: UUID,
    quantity: int,
    damaged: int,
    serials: list[str],
    damaged_serials: list[str],
    order_line_id: UUID | None,
    by_id: UUID | None,
    now: datetime,
) -> int:
    """So many of the transfer's pieces are at the location, whose position the caller has changed. 0: it has none of its own.

    What is not damaged is of `order_line_id` from then on, whose allocation the caller has made.
    Raises SayTheSerials where it may be several, SerialRefused for one that was not sent.
    """
    sent = await _sent(conn, maison_id, transfer_id, variant_id)
    if not sent:
        return 0
    came = _chosen(sent, quantity, serials)
    hurt = _chosen(came, damaged, damaged_serials) if damaged else []
    await execute(
        conn,
        """
        with here as (
          update stock.piece p set whereabouts = 'here', location_id = %(location_id)s, transfer_id = null,
            state = case when p.id = any(%(hurt)s::uuid[]) then 'damaged' end,
            order_line_id = case when p.id <> all(%(hurt)s::uuid[]) then %(order_line_id)s::uuid end, changed_at = %(now)s
          where p.maison_id = %(maison_id)s and p.id = any(%(came)s::uuid[])
          returning p.id, p.state, p.order_line_id
        ), promised as (
          -- After its arrival in the history of the piece.
          insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, cause_id)
          select %(maison_id)s, uuidv7(), h.id, %(now)s::timestamptz + interval '1 microsecond', 'allocated', %(location_id)s,
            h.order_line_id
          from here h where h.order_line_id is not null
        )
        insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, state, cause_id, by_id)
        select %(maison_id)s, uuidv7(), h.id, %(now)s, 'arrived', %(location_id)s, h.state, %(transfer_id)s, %(by_id)s
        from here h
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
        order_line_id=order_line_id,
        location_id=location_id,
        came=[piece.id for piece in came],
        hurt=[piece.id for piece in hurt],
        by_id=by_id,
        now=now,
    )
    return len(came)


async def lose(
    conn: Conn,
    *,
    maison_id: UUID,
    transfer_id: UUID,
    variant_id: UUID,
    quantity: int,
    serials: list[str],
    by_id: UUID | None,
    now: datetime,
) -> int:
    """So many of the transfer's pieces will not arrive. Raises SayTheSerials, SerialRefused."""
    sent = await _sent(conn, maison_id, transfer_id, variant_id)
    if not sent:
        return 0
    gone = _chosen(sent, quantity, serials)
    return await execute(
        conn,
        """
        with gone as (
          update stock.piece p set whereabouts = 'gone', transfer_id = null, changed_at = %(now)s
          where p.maison_id = %(maison_id)s and p.id = any(%(gone)s::uuid[])
          returning p.id, p.location_id
        )
        insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, cause_id, by_id)
        select %(maison_id)s, uuidv7(), g.id, %(now)s, 'lost', g.location_id, %(transfer_id)s, %(by_id)s from gone g
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
        gone=[piece.id for piece in gone],
        by_id=by_id,
        now=now,
    )


def _chosen(sent: list[_Sent], quantity: int, serials: list[str]) -> list[_Sent]:
    """All of them, where it is all; else those named."""
    if not serials and quantity == len(sent):
        return sent
    named = {as_engraved(serial) for serial in serials}
    if len(named) != quantity:
        raise SayTheSerials(quantity)
    by_serial = {piece.serial: piece for piece in sent}
    for serial in sorted(named):
        if serial not in by_serial:
            raise SerialRefused(serial, "was not sent with this transfer")
    return [by_serial[serial] for serial in sorted(named)]


async def _sent(conn: Conn, maison_id: UUID, transfer_id: UUID, variant_id: UUID) -> list[_Sent]:
    return await many(
        conn,
        _Sent,
        """
        select id, serial from stock.piece
        where maison_id = %(maison_id)s and transfer_id = %(transfer_id)s and variant_id = %(variant_id)s
        order by id
        for no key update
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
        variant_id=variant_id,
    )
