"""Ending: lines that end without their pieces, whatever ended them; pieces are for sale again, money is given back or let go."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn
from enfilade.orders import awaited, engraving_room, fulfilment, making_room, settlement
from enfilade.orders.events import LineCancelled
from enfilade.stock import allocations, corrections


@dataclass(frozen=True, slots=True)
class Ended:
    """A line that was set to cancelled in this transaction, the order's row being locked."""

    id: UUID
    total_minor: int


@dataclass(frozen=True, slots=True)
class Paid:
    """What the order's money needs to be known of."""

    order_id: UUID
    payment_id: UUID | None
    currency: str


async def end(
    conn: Conn,
    *,
    maison_id: UUID,
    order: Paid,
    lines: list[Ended],
    cause: str,
    news: list[facts.Fact],
    now: datetime,
) -> None:
    """What follows a cancelled line: its allocation, a workshop's room, `news` and the lines' own, money, and the order's
    end if it was the last.
    """
    await awaited.let_go_of(conn, maison_id=maison_id, order_line_ids=[line.id for line in lines], now=now)
    engraved = await engraving_room.ended(
        conn, maison_id=maison_id, order_id=order.order_id, line_ids=[line.id for line in lines]
    )
    for line_id in engraved.cut:
        # Nobody else is sold it: it lies there, to be looked at.
        await corrections.reject(conn, maison_id=maison_id, order_line_id=line_id, reason="damaged", now=now)
    await allocations.release(conn, maison_id=maison_id, order_line_ids=[line.id for line in lines], now=now)
    await making_room.give_back(conn, maison_id=maison_id, order_id=order.order_id)
    await engraving_room.give_back(conn, maison_id=maison_id, order_id=order.order_id, still=engraved.still)
    told = [LineCancelled(line.id, order.order_id, cause, line.total_minor, order.currency) for line in lines]
    await facts.record(conn, maison_id=maison_id, now=now, facts=[*news, *told])
    await settlement.give_back(
        conn,
        maison_id=maison_id,
        payment_id=order.payment_id,
        amounts={line.id: line.total_minor for line in lines},
        now=now,
    )
    await fulfilment.close_if_done(conn, maison_id=maison_id, order_id=order.order_id, now=now)
    await settlement.let_go_of_the_rest(conn, maison_id=maison_id, order_id=order.order_id, now=now)
