"""Money that follows the pieces: what left is captured, what ended without its piece is given back or let go."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, maybe
from enfilade.payments import captures


@dataclass(frozen=True, slots=True)
class _Owed:
    payment_id: UUID
    separate_capture: bool
    payment_state: str
    uncaptured_minor: int
    unfinished: bool


async def let_go_of_the_rest(conn: Conn, *, maison_id: UUID, order_id: UUID, now: datetime) -> None:
    """Voids what stays authorised once the order is closed and every capture it caused has ended.

    Call it whenever one of these may have become true; until all are, it does nothing.
    """
    owed = await maybe(
        conn,
        _Owed,
        """
        select p.id as payment_id, p.separate_capture, p.state as payment_state,
          p.amount_minor - p.captured_minor as uncaptured_minor,
          o.state = 'placed' or exists (select 1 from orders.fulfilment f
            where f.maison_id = o.maison_id and f.order_id = o.id and f.capture_after is not null)
          or exists (select 1 from payments.operation a
            where a.maison_id = p.maison_id and a.payment_id = p.id and a.kind = 'capture' and a.state = 'asked')
          as unfinished
        from orders.order o join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    if owed is None or owed.unfinished or not owed.separate_capture or owed.uncaptured_minor == 0:
        return
    if owed.payment_state in ("authorised", "captured"):
        await captures.ask_void(
            conn, maison_id=maison_id, payment_id=owed.payment_id, cause_id=order_id, now=now
        )


@dataclass(frozen=True, slots=True)
class _Order:
    id: UUID


async def captured(conn: Conn, *, maison_id: UUID, payment_id: UUID, now: datetime) -> None:
    """A capture of the payment has ended: perhaps the rest can be let go now."""
    order = await maybe(
        conn,
        _Order,
        "select id from orders.order where maison_id = %(maison_id)s and payment_id = %(payment_id)s",
        maison_id=maison_id,
        payment_id=payment_id,
    )
    if order is not None:
        await let_go_of_the_rest(conn, maison_id=maison_id, order_id=order.id, now=now)


@dataclass(frozen=True, slots=True)
class _Taken:
    separate_capture: bool
    captured_minor: int


async def take(
    conn: Conn,
    *,
    maison_id: UUID,
    payment_id: UUID | None,
    fulfilment_id: UUID,
    amount_minor: int,
    now: datetime,
) -> None:
    """Captures what left with this fulfilment, where the method has not taken the money already."""
    if payment_id is None or amount_minor == 0:
        return
    taken = await _taken(conn, maison_id, payment_id)
    if taken is not None and taken.separate_capture:
        await captures.ask_capture(
            conn,
            maison_id=maison_id,
            payment_id=payment_id,
            cause_id=fulfilment_id,
            amount_minor=amount_minor,
            now=now,
        )


async def give_back(
    conn: Conn, *, maison_id: UUID, payment_id: UUID | None, amounts: dict[UUID, int], now: datetime
) -> None:
    """Refunds order lines (id → minor units) whose money was taken at once; other methods have taken nothing for them."""
    if payment_id is None or not amounts:
        return
    taken = await _taken(conn, maison_id, payment_id)
    if taken is None or taken.separate_capture or taken.captured_minor == 0:
        return
    for line_id, amount in amounts.items():
        if amount:
            await captures.ask_refund(
                conn,
                maison_id=maison_id,
                payment_id=payment_id,
                cause_id=line_id,
                amount_minor=amount,
                now=now,
            )


async def _taken(conn: Conn, maison_id: UUID, payment_id: UUID) -> _Taken | None:
    return await maybe(
        conn,
        _Taken,
        """
        select separate_capture, captured_minor from payments.payment
        where maison_id = %(maison_id)s and id = %(payment_id)s
        """,
        maison_id=maison_id,
        payment_id=payment_id,
    )
