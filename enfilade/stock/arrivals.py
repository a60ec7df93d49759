"""Arrivals: what is in transit is received at its destination, as parcels come, or a manager says that it will not arrive.

Each telling has an id of the teller's choice and counts once. Raises NoSuchTransfer, IllegalTransferStep,
MoreThanSent, SerialRefused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, scalar
from enfilade.base.ids import new_id
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.stock import for_visits, holds, on_the_way
from enfilade.stock.events import TransferReceived, TransferWrittenOff
from enfilade.stock.holds import Demand
from enfilade.stock.transfers import IllegalTransferStep, Line, NoSuchTransfer, Pieces, lines_of, locked

LossReason = Literal["never_arrived", "stolen", "carrier_paid", "miscounted"]


@dataclass(frozen=True, slots=True)
class Arrived:
    """So many pieces of a variant came out of the box, and of these so many cannot be sold."""

    variant_id: UUID
    quantity: int
    damaged: int = 0
    #: Which they are, and which of them are damaged, where the variant is counted piece by piece and not all of them came, or
    #: some in another state than others.
    serials: tuple[str, ...] = ()
    damaged_serials: tuple[str, ...] = ()


class MoreThanSent(Exception):
    """More was told of than is in transit; nothing was taken in."""


class NotForAdvisors(Exception):
    """A manager writes pieces off."""


async def receive(
    conn: Conn,
    *,
    maison_id: UUID,
    transfer_id: UUID,
    receipt_id: UUID,
    by: Colleague,
    arrived: list[Arrived],
    now: datetime,
) -> None:
    """The pieces are at the destination: on hand there, the damaged ones in their state. What did not come stays in transit.

    What is for an order is allocated to it in the same statement, what is for a visit held in the same transaction: nobody
    else can take it between.
    """
    told = {one.variant_id: (one.quantity, one.damaged, 0) for one in arrived if one.quantity}
    assert len(told) == sum(one.quantity > 0 for one in arrived), "one line a variant"
    assert all(0 <= damaged <= quantity for quantity, damaged, _ in told.values())
    held = await locked(conn, maison_id=maison_id, transfer_id=transfer_id)
    if not by.works_at(held.to_location_id):
        raise NoSuchTransfer
    if await _known(conn, maison_id, held.id, receipt_id):
        return
    if held.state != "sent":
        raise IllegalTransferStep("receive", held.state)
    lines = await _judge(conn, maison_id, held.id, told)
    bound = {line.variant_id: line.order_line_id for line in lines if line.order_line_id is not None}
    await _take_in(conn, maison_id, held.to_location_id, held.id, told, bound, now)
    for piece in arrived:
        if piece.quantity:
            await on_the_way.arrive(
                conn,
                maison_id=maison_id,
                transfer_id=held.id,
                location_id=held.to_location_id,
                variant_id=piece.variant_id,
                quantity=piece.quantity,
                damaged=piece.damaged,
                serials=list(piece.serials),
                damaged_serials=list(piece.damaged_serials),
                order_line_id=bound.get(piece.variant_id),
                by_id=by.staff_id,
                now=now,
            )
    if held.keeps_for is not None and held.keeps_until is not None and held.keeps_until > now:
        await for_visits.keep(
            conn,
            maison_id=maison_id,
            location_id=held.to_location_id,
            keeps_for=held.keeps_for,
            keeps_until=held.keeps_until,
            variant_ids=[piece.variant_id for piece in arrived if piece.quantity > piece.damaged],
            now=now,
        )
    whole = await _tell(conn, maison_id, held.id, receipt_id, told, None, by, now)
    fact = TransferReceived(
        held.id,
        held.from_location_id,
        held.to_location_id,
        sum(quantity for quantity, _, _ in told.values()),
        sum(damaged for _, damaged, _ in told.values()),
        whole,
        by.staff_id,
    )
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def write_off(
    conn: Conn,
    *,
    maison_id: UUID,
    transfer_id: UUID,
    receipt_id: UUID,
    by: Colleague,
    lost: list[Pieces],
    reason: LossReason,
    now: datetime,
) -> None:
    """A manager of either place says that pieces in transit will not arrive. Raises NotForAdvisors."""
    told = {one.variant_id: (0, 0, one.quantity) for one in lost if one.quantity}
    assert len(told) == sum(one.quantity > 0 for one in lost), "one line a variant"
    held = await locked(conn, maison_id=maison_id, transfer_id=transfer_id)
    if not (by.works_at(held.from_location_id) or by.works_at(held.to_location_id)):
        raise NoSuchTransfer
    if by.role not in MANAGERS:
        raise NotForAdvisors("A manager of one of the two places writes pieces off")
    if await _known(conn, maison_id, held.id, receipt_id):
        return
    if held.state != "sent":
        raise IllegalTransferStep("write off", held.state)
    await _judge(conn, maison_id, held.id, told)
    for piece in lost:
        if piece.quantity:
            await on_the_way.lose(
                conn,
                maison_id=maison_id,
                transfer_id=held.id,
                variant_id=piece.variant_id,
                quantity=piece.quantity,
                serials=list(piece.serials),
                by_id=by.staff_id,
                now=now,
            )
    whole = await _tell(conn, maison_id, held.id, receipt_id, told, reason, by, now)
    other = held.from_location_id if by.works_at(held.to_location_id) else held.to_location_id
    pieces = sum(gone for _, _, gone in told.values())
    fact = TransferWrittenOff(held.id, other, pieces, reason, whole, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


#: Of each variant: received, damaged of these, lost.
Told = dict[UUID, tuple[int, int, int]]


async def _known(conn: Conn, maison_id: UUID, transfer_id: UUID, receipt_id: UUID) -> bool:
    return await scalar(
        conn,
        """
        select exists (select 1 from stock.arrival
          where maison_id = %(maison_id)s and transfer_id = %(transfer_id)s and receipt_id = %(receipt_id)s)
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
        receipt_id=receipt_id,
    )


async def _judge(conn: Conn, maison_id: UUID, transfer_id: UUID, told: Told) -> list[Line]:
    """The transfer is locked, so its lines stay as they are read; `never_more_than_sent` stands behind."""
    lines = await lines_of(conn, maison_id=maison_id, transfer_id=transfer_id)
    open_ = {line.variant_id: line.in_transit for line in lines}
    if not told:
        raise MoreThanSent("Say of at least one piece that it is here")
    for variant_id, (received, _, lost) in told.items():
        if received + lost > open_.get(variant_id, 0):
            raise MoreThanSent(
                f"{received + lost} told of, {open_.get(variant_id, 0)} on the way: count the rest as stock"
            )
    return lines


async def _take_in(
    conn: Conn,
    maison_id: UUID,
    location_id: UUID,
    transfer_id: UUID,
    told: Told,
    bound: dict[UUID, UUID],
    now: datetime,
) -> None:
    variants = sorted(told)
    await execute(
        conn,
        """
        insert into stock.position (maison_id, location_id, variant_id, as_of, serialised)
        select %(maison_id)s, %(location_id)s, variant_id, %(now)s, stock.is_serialised(%(maison_id)s, variant_id)
        from unnest(%(variants)s::uuid[]) as d(variant_id) order by variant_id
        on conflict do nothing
        """,
        maison_id=maison_id,
        location_id=location_id,
        variants=variants,
        now=now,
    )
    await holds.lock(
        conn,
        maison_id=maison_id,
        demands=[Demand(location_id, variant_id, 0) for variant_id in variants],
    )
    await execute(
        conn,
        """
        with told as (
          select * from unnest(%(ids)s::uuid[], %(damage_ids)s::uuid[], %(variants)s::uuid[], %(received)s::integer[],
            %(damaged)s::integer[], %(lines)s::uuid[]) as d(movement_id, damage_id, variant_id, received, damaged, line_id)
        ), promised as (
          insert into stock.allocation as a (maison_id, order_line_id, location_id, variant_id, quantity, secured, allocated_at)
          select %(maison_id)s, t.line_id, %(location_id)s, t.variant_id, t.received - t.damaged, true, %(now)s
          from told t where t.line_id is not null and t.received > t.damaged
          on conflict on constraint one_allocation_per_line do update set quantity = a.quantity + excluded.quantity
        ), here as (
          update stock.position p set on_hand = p.on_hand + t.received, damaged = p.damaged + t.damaged,
            allocated = p.allocated + case when t.line_id is null or p.serialised then 0 else t.received - t.damaged end,
            as_of = greatest(p.as_of, %(now)s::timestamptz)
          from told t
          where p.maison_id = %(maison_id)s and p.location_id = %(location_id)s and p.variant_id = t.variant_id
        )
        insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state,
          unavailable, cause_id)
        select %(maison_id)s, t.movement_id, %(now)s::timestamptz, %(location_id)s, t.variant_id, 'transferred', t.received,
          case when t.line_id is null then 0 else t.received - t.damaged end, null, 0, %(transfer_id)s::uuid
        from told t
        union all
        select %(maison_id)s, t.damage_id, %(now)s::timestamptz, %(location_id)s, t.variant_id, 'state_changed', 0, 0,
          'damaged', t.damaged, %(transfer_id)s::uuid
        from told t where t.damaged > 0
        """,
        maison_id=maison_id,
        location_id=location_id,
        transfer_id=transfer_id,
        variants=variants,
        received=[told[variant_id][0] for variant_id in variants],
        damaged=[told[variant_id][1] for variant_id in variants],
        lines=[bound.get(variant_id) for variant_id in variants],
        ids=[new_id(now) for _ in variants],
        damage_ids=[new_id(now) for _ in variants],
        now=now,
    )


async def _tell(
    conn: Conn,
    maison_id: UUID,
    transfer_id: UUID,
    receipt_id: UUID,
    told: Told,
    reason: str | None,
    by: Colleague,
    now: datetime,
) -> bool:
    """Writes it down and ends the transfer when nothing is in transit any more; returns whether it ended."""
    variants = sorted(told)
    await execute(
        conn,
        """
        with told as (
          select * from unnest(%(variants)s::uuid[], %(received)s::integer[], %(damaged)s::integer[], %(lost)s::integer[])
            as d(variant_id, received, damaged, lost)
        ), kept as (
          insert into stock.arrival (maison_id, transfer_id, receipt_id, variant_id, received, damaged, lost, loss_reason,
            told_at, told_by)
          select %(maison_id)s, %(transfer_id)s, %(receipt_id)s, t.variant_id, t.received, t.damaged, t.lost, %(reason)s,
            %(now)s, %(by)s
          from told t
        )
        update stock.transfer_line l set received = l.received + t.received, damaged = l.damaged + t.damaged,
          lost = l.lost + t.lost
        from told t
        where l.maison_id = %(maison_id)s and l.transfer_id = %(transfer_id)s and l.variant_id = t.variant_id
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
        receipt_id=receipt_id,
        variants=variants,
        received=[told[variant_id][0] for variant_id in variants],
        damaged=[told[variant_id][1] for variant_id in variants],
        lost=[told[variant_id][2] for variant_id in variants],
        reason=reason,
        by=by.staff_id,
        now=now,
    )
    ended = await execute(
        conn,
        """
        update stock.transfer t set state = 'received', ended_at = %(now)s, ended_by = %(by)s
        where t.maison_id = %(maison_id)s and t.id = %(transfer_id)s and not exists (
          select 1 from stock.transfer_line l where l.maison_id = t.maison_id and l.transfer_id = t.id
            and l.received + l.lost < l.sent)
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
        by=by.staff_id,
        now=now,
    )
    return bool(ended)
