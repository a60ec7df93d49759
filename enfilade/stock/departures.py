"""A transfer leaves its place: what is there is packed, and what is packed is sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many
from enfilade.base.ids import new_id
from enfilade.maisons.policies import policy_of
from enfilade.staff.people import Colleague
from enfilade.stock import for_orders, holds, pieces_chosen
from enfilade.stock.availability import working_day
from enfilade.stock.events import TransferPacked, TransferSent
from enfilade.stock.holds import Demand
from enfilade.stock.transfers import (
    NO_END,
    IllegalTransferStep,
    Line,
    NotAsked,
    PackedPiecesGone,
    Pieces,
    at_place,
    lines_of,
    locked,
    promise,
    summed,
)


async def pack(
    conn: Conn,
    *,
    maison_id: UUID,
    transfer_id: UUID,
    by: Colleague | None,
    packed: list[Pieces],
    now: datetime,
) -> None:
    """So many are in the box, at most what was asked; packed again, the new numbers hold. Safety stock may go with them.

    Raises NoSuchTransfer, IllegalTransferStep, NotAsked, NotSoManyThere, SerialRefused.
    """
    held = await locked(conn, maison_id=maison_id, transfer_id=transfer_id)
    at_place(held.from_location_id, by=by)
    if held.state not in ("asked", "packed"):
        raise IllegalTransferStep("pack", held.state)
    lines = {line.variant_id: line for line in await lines_of(conn, maison_id=maison_id, transfer_id=held.id)}
    pieces = {variant_id: quantity for variant_id, quantity in summed(packed).items() if quantity}
    if not pieces:
        raise NotAsked("Nothing is packed: decline it instead")
    if any(
        variant_id not in lines or quantity > lines[variant_id].asked
        for variant_id, quantity in pieces.items()
    ):
        raise NotAsked("More is packed than was asked for")
    chosen = {piece.variant_id: list(piece.serials) for piece in packed if piece.serials}
    if (
        not chosen
        and held.state == "packed"
        and {key: line.packed for key, line in lines.items() if line.packed} == pieces
    ):
        kept = await _kept(conn, maison_id, held.id)
        if kept == pieces:
            return
    bound = [line for line in lines.values() if line.order_line_id is not None]
    if bound:
        # The position before its allocation: whoever tells a fact of the place locks them so.
        for line in bound:
            if line.variant_id in chosen and line.order_line_id is not None:
                await pieces_chosen.take(
                    conn,
                    maison_id=maison_id,
                    order_line_id=line.order_line_id,
                    serials=chosen[line.variant_id],
                    by_id=by.staff_id if by else None,
                    now=now,
                )
        if held.state == "packed":
            return
        await for_orders.secure_all(
            conn, maison_id=maison_id, location_id=held.from_location_id, lines=bound, pieces=pieces
        )
    else:
        await _keep(conn, maison_id, held.id, held.from_location_id, lines, pieces, now)
        for variant_id, these in sorted(chosen.items()):
            await pieces_chosen.choose(
                conn,
                maison_id=maison_id,
                location_id=held.from_location_id,
                variant_id=variant_id,
                holder_id=held.id,
                serials=these,
                by_id=by.staff_id if by else None,
                now=now,
            )
    await execute(
        conn,
        """
        with packed as (
          update stock.transfer set state = 'packed', packed_at = %(now)s, packed_by = %(by)s
          where maison_id = %(maison_id)s and id = %(id)s
        )
        update stock.transfer_line l set packed = coalesce(d.quantity, 0), take_out = 0
        from stock.transfer_line o
        left join unnest(%(variants)s::uuid[], %(quantities)s::integer[]) as d(variant_id, quantity)
          on d.variant_id = o.variant_id
        where o.maison_id = %(maison_id)s and o.transfer_id = %(id)s
          and l.maison_id = o.maison_id and l.transfer_id = o.transfer_id and l.variant_id = o.variant_id
        """,
        maison_id=maison_id,
        id=held.id,
        variants=list(pieces),
        quantities=list(pieces.values()),
        by=by.staff_id if by else None,
        now=now,
    )
    fact = TransferPacked(
        held.id, held.to_location_id, sum(pieces.values()), by_id=by.staff_id if by else None
    )
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def _keep(
    conn: Conn,
    maison_id: UUID,
    transfer_id: UUID,
    location_id: UUID,
    lines: dict[UUID, Line],
    pieces: dict[UUID, int],
    now: datetime,
) -> None:
    # All of the transfer's positions in key order, before those are looked at that change.
    demands = [Demand(location_id, variant_id, 0) for variant_id in lines]
    await holds.lock(conn, maison_id=maison_id, demands=demands)
    await holds.release(conn, maison_id=maison_id, holder_id=transfer_id)
    await promise(
        conn, maison_id, transfer_id, location_id, pieces, safety_counts=False, until=NO_END, now=now
    )


@dataclass(frozen=True, slots=True)
class _Moved:
    variant_id: UUID
    quantity: int


async def send(
    conn: Conn, *, maison_id: UUID, transfer_id: UUID, by: Colleague | None, now: datetime
) -> None:
    """What is packed leaves: on hand and held, or allocated, go down together, and it is in transit.

    Raises NoSuchTransfer, IllegalTransferStep, PackedPiecesGone.
    """
    held = await locked(conn, maison_id=maison_id, transfer_id=transfer_id)
    at_place(held.from_location_id, by=by)
    if held.state in ("sent", "received"):
        return
    if held.state != "packed":
        raise IllegalTransferStep("send", held.state)
    lines = [
        line for line in await lines_of(conn, maison_id=maison_id, transfer_id=transfer_id) if line.packed
    ]
    await holds.lock(
        conn,
        maison_id=maison_id,
        demands=[Demand(held.from_location_id, line.variant_id, line.packed) for line in lines],
    )
    policy = await policy_of(conn, maison_id=maison_id)
    days = policy.delivery_days_max
    if held.keeps_for is not None or any(line.order_line_id is not None for line in lines):
        promised = await for_orders.travel_days(conn, maison_id=maison_id, transfer_id=held.id)
        days = days if promised is None else promised
    expected_on = working_day(now.astimezone(ZoneInfo(held.to_zone)).date(), days)
    moved = await many(
        conn,
        _Moved,
        """
        with line as (
          select d.movement_id, l.variant_id, l.packed, l.order_line_id
          from unnest(%(ids)s::uuid[], %(variants)s::uuid[]) as d(movement_id, variant_id)
          join stock.transfer_line l on l.maison_id = %(maison_id)s and l.transfer_id = %(id)s
            and l.variant_id = d.variant_id
        ), gone as (
          delete from stock.hold h using line l
          where h.maison_id = %(maison_id)s and h.holder_id = %(id)s and h.location_id = %(location_id)s
            and h.variant_id = l.variant_id
          returning h.id, h.variant_id, h.quantity
        ), promised as (
          delete from stock.allocation a using line l
          where a.maison_id = %(maison_id)s and a.order_line_id = l.order_line_id and a.location_id = %(location_id)s
            and a.variant_id = l.variant_id
          returning a.variant_id, a.quantity
        ), left_ as (
          -- Of serialised pieces what is packed is what is held, or promised, by the piece.
          update stock.position p set on_hand = p.on_hand - l.packed,
            held = case when p.serialised then 0 else p.held - coalesce(g.quantity, 0) end,
            allocated = case when p.serialised then 0 else p.allocated - coalesce(r.quantity, 0) end,
            as_of = greatest(p.as_of, %(now)s::timestamptz)
          from line l left join gone g on g.variant_id = l.variant_id left join promised r on r.variant_id = l.variant_id
          where p.maison_id = %(maison_id)s and p.location_id = %(location_id)s and p.variant_id = l.variant_id
            and case when p.serialised then coalesce(g.quantity, 0) + coalesce(r.quantity, 0) = l.packed
              else p.on_hand - p.unavailable - p.allocated - p.held + coalesce(g.quantity, 0) + coalesce(r.quantity, 0)
                >= l.packed end
            and (l.order_line_id is null or r.quantity = l.packed)
          returning l.movement_id, p.variant_id, l.packed, coalesce(r.quantity, 0) as promised, g.id as hold_id,
            l.order_line_id, p.serialised
        ), boxed as (
          update stock.piece p set whereabouts = 'on_its_way', hold_id = null, order_line_id = null, transfer_id = %(id)s,
            changed_at = %(now)s
          from left_ l cross join lateral (
            select x.id from stock.piece x where x.maison_id = %(maison_id)s and x.hold_id = l.hold_id
            union all
            select x.id from stock.piece x where x.maison_id = %(maison_id)s and x.order_line_id = l.order_line_id
              and x.location_id = %(location_id)s and x.whereabouts = 'here') b
          where l.serialised and p.maison_id = %(maison_id)s and p.id = b.id
          returning p.id
        ), stepped as (
          insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, cause_id, by_id)
          select %(maison_id)s, uuidv7(), b.id, %(now)s, 'sent', %(location_id)s, %(id)s, %(by)s from boxed b
        ), written as (
          insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, cause_id)
          select %(maison_id)s, l.movement_id, %(now)s, %(location_id)s, l.variant_id, 'transferred', -l.packed, -l.promised,
            %(id)s
          from left_ l
        ), lined as (
          update stock.transfer_line l set sent = l.packed from left_ s
          where l.maison_id = %(maison_id)s and l.transfer_id = %(id)s and l.variant_id = s.variant_id
        ), sent as (
          update stock.transfer set state = 'sent', sent_at = %(now)s, sent_by = %(by)s, expected_on = %(expected_on)s
          where maison_id = %(maison_id)s and id = %(id)s
        )
        select variant_id, packed as quantity from left_
        """,
        maison_id=maison_id,
        id=held.id,
        location_id=held.from_location_id,
        ids=[new_id(now) for _ in lines],
        variants=[line.variant_id for line in lines],
        expected_on=expected_on,
        by=by.staff_id if by else None,
        now=now,
    )
    if len(moved) != len(lines):
        raise PackedPiecesGone("A piece was taken from stock meanwhile: pack again what is there")
    fact = TransferSent(
        held.id,
        held.to_location_id,
        held.from_location_id,
        sum(row.quantity for row in moved),
        expected_on,
        by.staff_id if by else None,
    )
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def _kept(conn: Conn, maison_id: UUID, transfer_id: UUID) -> dict[UUID, int]:
    """What is held for it now; a count may have taken some."""
    rows = await many(
        conn,
        Pieces,
        """
        select variant_id, quantity from stock.hold
        where maison_id = %(maison_id)s and holder_id = %(transfer_id)s order by variant_id
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
    )
    return {row.variant_id: row.quantity for row in rows}
