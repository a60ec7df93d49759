"""Bringing: lines that are collected in one place and come from another by a transfer (ship to store).

The work of the boutique waits, `awaited`, until all its pieces are there; then it is asked as if they had lain there. Every step
follows the transfer as it stands, under the locks of the order and of the transfer, so it may be repeated and may come late:
docs/algorithms/ship-to-store.md.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many, maybe, scalar
from enfilade.orders import awaited, ending, fulfilment, rejections
from enfilade.orders.events import FulfilmentExpired, FulfilmentUnderway, LineRejected
from enfilade.orders.fulfilment import Fulfilment
from enfilade.stock import allocations, corrections, for_orders
from enfilade.stock.brought import COLLECT_AT_LEAST
from enfilade.stock.for_orders import Standing


@dataclass(frozen=True, slots=True)
class _Line:
    id: UUID
    fulfilment_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: UUID
    total_minor: int
    transfer_id: UUID
    transfer_state: str
    from_location_id: UUID


async def follow(conn: Conn, *, maison_id: UUID, transfer_id: UUID, now: datetime) -> bool:
    """Does what follows from the transfer as it stands; False where nothing does, or was done before."""
    line = await _line(conn, maison_id, transfer_id)
    if line is None:
        return False
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=line.fulfilment_id, by=None)
    standing = await for_orders.standing(conn, maison_id=maison_id, transfer_id=transfer_id)
    # In statements of their own: they see what was committed while we waited for the locks.
    line = await _line(conn, maison_id, transfer_id)
    if standing is None or held.state != "awaited" or line is None or line.fulfilment_id != held.id:
        return False
    if standing.state in ("asked", "packed", "sent"):
        return False
    here = await scalar(
        conn,
        """
        select coalesce(sum(quantity), 0)::integer from stock.allocation
        where maison_id = %(maison_id)s and order_line_id = %(line_id)s and location_id = %(location_id)s
        """,
        maison_id=maison_id,
        line_id=line.id,
        location_id=standing.to_location_id,
    )
    if standing.state == "received" and here == line.quantity:
        return await awaited.begin_if_all_here(conn, maison_id=maison_id, fulfilment_ids=[held.id], now=now)
    await _lose(conn, maison_id, held, line.id, standing, now)
    return True


async def underway(conn: Conn, *, maison_id: UUID, transfer_id: UUID, now: datetime) -> None:
    """The parcel has left for the boutique: its people and the client may know."""
    line = await _line(conn, maison_id, transfer_id)
    if line is None:
        return
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=line.fulfilment_id, by=None)
    if held.state == "awaited":
        fact = FulfilmentUnderway(held.id, held.order_id, held.location_id)
        await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def _lose(
    conn: Conn, maison_id: UUID, held: Fulfilment, line_id: UUID, standing: Standing, now: datetime
) -> None:
    """The origin does not give it, or not all of it arrived whole: the line goes elsewhere, what is left is ordinary stock."""
    given_up = {"not_there": "not_in_stock", "damaged": "damaged"}.get(standing.decline_reason or "")
    reason = "lost_on_way" if standing.state == "received" else given_up or "declined"
    if given_up == "not_in_stock":
        await corrections.reject(
            conn, maison_id=maison_id, order_line_id=line_id, reason="not_in_stock", now=now
        )
    elif given_up == "damaged":
        await corrections.reject(conn, maison_id=maison_id, order_line_id=line_id, reason="damaged", now=now)
    else:
        await allocations.release(conn, maison_id=maison_id, order_line_ids=[line_id], now=now)
    await rejections.unsource(
        conn, maison_id, [held], [line_id], reason, None, now, place=standing.from_location_id
    )
    await awaited.end_or_begin(conn, maison_id=maison_id, held=held, state="rejected", now=now)
    fact = LineRejected(line_id, held.order_id, standing.from_location_id, reason, None)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    await rejections.source_again(conn, maison_id=maison_id, order_id=held.order_id)


async def expire(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID, now: datetime) -> bool:
    """The places asked had their time to pack: what nobody has packed is asked of another. False when all is packed or over."""
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=None)
    if held.state != "awaited" or held.pick_by > now:
        return False
    unpacked = [line for line in await _waiting(conn, maison_id, held.id) if line.transfer_state == "asked"]
    if not unpacked:
        return False
    news: list[facts.Fact] = []
    await for_orders.let_go(
        conn, maison_id=maison_id, transfer_ids=[line.transfer_id for line in unpacked], now=now
    )
    await allocations.release(
        conn, maison_id=maison_id, order_line_ids=[line.id for line in unpacked], now=now
    )
    for line in unpacked:
        await rejections.unsource(
            conn, maison_id, [held], [line.id], "expired", None, now, place=line.from_location_id
        )
        news.append(LineRejected(line.id, held.order_id, line.from_location_id, "expired", None))
    if not await awaited.end_or_begin(conn, maison_id=maison_id, held=held, state="expired", now=now):
        news.append(FulfilmentExpired(held.id, held.order_id, held.location_id))
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
    await rejections.source_again(conn, maison_id=maison_id, order_id=held.order_id)
    return True


async def give_up(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID, now: datetime) -> bool:
    """So late that the money could lapse before the client comes: what is not there yet is cancelled and let go, the client told.

    What still arrives is ordinary stock of the boutique. False when it came in time after all.
    """
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=None)
    until = await _authorised_until(conn, maison_id, held.payment_id)
    if held.state != "awaited" or until is None or until - COLLECT_AT_LEAST > now:
        return False
    late = await _waiting(conn, maison_id, held.id)
    if not late:
        return await awaited.begin_if_all_here(conn, maison_id=maison_id, fulfilment_ids=[held.id], now=now)
    await execute(
        conn,
        """
        update orders.order_line set state = 'cancelled', fulfilment_id = null
        where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[]) and state = 'sourced'
        """,
        maison_id=maison_id,
        ids=[line.id for line in late],
    )
    await fulfilment.end_if_empty(
        conn, maison_id=maison_id, fulfilment_ids=[held.id], state="cancelled", by_id=None, now=now
    )
    await ending.end(
        conn,
        maison_id=maison_id,
        order=ending.Paid(held.order_id, held.payment_id, held.currency),
        lines=[ending.Ended(line.id, line.total_minor) for line in late],
        cause="late",
        news=[],
        now=now,
    )
    await awaited.begin_if_all_here(conn, maison_id=maison_id, fulfilment_ids=[held.id], now=now)
    job = jobs.Job("orders.mail_cancelled", {"order_id": held.order_id, "event_id": late[0].id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[job])
    return True


async def _line(conn: Conn, maison_id: UUID, transfer_id: UUID) -> _Line | None:
    return await maybe(
        conn,
        _Line,
        """
        select id, fulfilment_id, quantity from orders.order_line
        where maison_id = %(maison_id)s and transfer_id = %(transfer_id)s and state = 'sourced'
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
    )


async def _waiting(conn: Conn, maison_id: UUID, fulfilment_id: UUID) -> list[_Waiting]:
    """The work's lines whose transfers have not ended, locked with them."""
    return await many(
        conn,
        _Waiting,
        """
        select l.id, l.total_minor + l.duty_minor as total_minor, l.transfer_id, t.state as transfer_state, t.from_location_id
        from orders.order_line l join stock.transfer t on t.maison_id = l.maison_id and t.id = l.transfer_id
        where l.maison_id = %(maison_id)s and l.fulfilment_id = %(fulfilment_id)s and l.state = 'sourced'
          and t.ended_at is null
        order by t.id
        for no key update of t
        """,
        maison_id=maison_id,
        fulfilment_id=fulfilment_id,
    )


async def _authorised_until(conn: Conn, maison_id: UUID, payment_id: UUID | None) -> datetime | None:
    return await scalar(
        conn,
        """
        select authorised_until from payments.payment
        where maison_id = %(maison_id)s and id = %(payment_id)s::uuid and separate_capture
        """,
        maison_id=maison_id,
        payment_id=payment_id,
    )
