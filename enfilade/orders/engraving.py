"""The engraving of a line: begun on the piece that was picked for it, and finished; from its beginning it is the client's.

Lock order: order, fulfilment, line. Every verb may be repeated: done again it changes nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, scalar
from enfilade.orders import fulfilment
from enfilade.orders.events import LineEngraved, LineEngravingBegun
from enfilade.orders.fulfilment import Fulfilment
from enfilade.staff.people import Colleague

#: Shown on one screen.
TO_CUT_MAX = 200


class NotToEngrave(Exception):
    """No words are cut on this piece, or it is not picked, or not begun."""


class CancellationWished(Exception):
    """The client has just wished that it is not given: nothing is cut any more."""


@dataclass(frozen=True, slots=True)
class ToCut:
    """A line whose words are to be cut, at the place that prepares it. `engrave_by` None: no workshop promised a day."""

    line_id: UUID
    fulfilment_id: UUID
    number: str
    location_name: str
    name: str
    size: str
    picture: str
    quantity: int
    state: str
    engraving: str
    lettering: str
    engrave_by: date | None
    begun: bool

    @property
    def engrave_by_text(self) -> str:
        """The day as it sorts; what has none comes last."""
        return self.engrave_by.isoformat() if self.engrave_by else "later"


async def to_cut(conn: Conn, *, maison_id: UUID, by: Colleague) -> list[ToCut]:
    """At the colleague's places, the earliest day first; a manager of the maison sees all of them."""
    return await many(
        conn,
        ToCut,
        """
        select l.id as line_id, f.id as fulfilment_id, o.number, p.name as location_name, l.name, l.size,
          coalesce((select g.name from catalogue.picture g
            where g.maison_id = l.maison_id and g.product_id = l.product_id order by g.position limit 1), '') as picture,
          l.quantity, l.state, l.engraving, l.lettering, l.engrave_by, l.engraving_begun_at is not null as begun
        from orders.order_line l
        join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id and f.state in ('asked', 'accepted')
        join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
        join boutiques.location p on p.maison_id = f.maison_id and p.id = f.location_id
        where l.maison_id = %(maison_id)s and l.lettering <> '' and l.engraved_at is null and l.state in ('sourced', 'picked')
          and (%(everywhere)s or f.location_id = any(%(locations)s::uuid[]))
        order by l.engrave_by nulls last, f.asked_at, l.id limit %(most)s
        """,
        maison_id=maison_id,
        everywhere=by.role == "maison_manager",
        locations=sorted(by.location_ids),
        most=TO_CUT_MAX,
    )


async def begin(
    conn: Conn, *, maison_id: UUID, by: Colleague, fulfilment_id: UUID, line_id: UUID, now: datetime
) -> None:
    """The words are being cut: the client cancels it no more, and it goes back to no shelf.

    Raises IllegalStep, NotYourBoutique, NotToEngrave, CancellationWished.
    """
    held = await _held(conn, maison_id, by, fulfilment_id, "begin engraving")
    if await scalar(
        conn,
        """
        select 1 from orders.cancellation_line l
        join orders.cancellation c on c.maison_id = l.maison_id and c.id = l.cancellation_id and c.state = 'asked'
        where l.maison_id = %(maison_id)s and l.order_line_id = %(line_id)s
        """,
        maison_id=maison_id,
        line_id=line_id,
    ):
        raise CancellationWished("The client has just wished to cancel it")
    begun = await execute(
        conn,
        """
        update orders.order_line set engraving_begun_at = %(now)s, engraving_begun_by = %(by)s
        where maison_id = %(maison_id)s and fulfilment_id = %(fulfilment_id)s and id = %(line_id)s and state = 'picked'
          and lettering <> '' and engraving_begun_at is null
        """,
        maison_id=maison_id,
        fulfilment_id=fulfilment_id,
        line_id=line_id,
        by=by.staff_id,
        now=now,
    )
    if begun:
        fact = LineEngravingBegun(line_id, held.order_id, held.id, held.location_id, by.staff_id)
        await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
        return
    await _known(conn, maison_id, held, line_id)


async def finish(
    conn: Conn, *, maison_id: UUID, by: Colleague, fulfilment_id: UUID, line_id: UUID, now: datetime
) -> None:
    """The words are cut. Raises IllegalStep, NotYourBoutique, NotToEngrave."""
    held = await _held(conn, maison_id, by, fulfilment_id, "finish engraving")
    finished = await execute(
        conn,
        """
        update orders.order_line set engraved_at = %(now)s, engraved_by = %(by)s
        where maison_id = %(maison_id)s and fulfilment_id = %(fulfilment_id)s and id = %(line_id)s and state = 'picked'
          and engraving_begun_at is not null and engraved_at is null
        """,
        maison_id=maison_id,
        fulfilment_id=fulfilment_id,
        line_id=line_id,
        by=by.staff_id,
        now=now,
    )
    if finished:
        fact = LineEngraved(line_id, held.order_id, held.id, held.location_id, by.staff_id)
        await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
        return
    await _known(conn, maison_id, held, line_id)


async def _held(conn: Conn, maison_id: UUID, by: Colleague, fulfilment_id: UUID, step: str) -> Fulfilment:
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=by)
    if held.state != "accepted":
        raise held.refuse(step)
    return held


async def _known(conn: Conn, maison_id: UUID, held: Fulfilment, line_id: UUID) -> None:
    """Whether it was done before, which is no wrong; raises NotToEngrave where it was not."""
    done = await scalar(
        conn,
        """
        select engraving_begun_at is not null from orders.order_line
        where maison_id = %(maison_id)s and fulfilment_id = %(fulfilment_id)s and id = %(line_id)s and state = 'picked'
        """,
        maison_id=maison_id,
        fulfilment_id=held.id,
        line_id=line_id,
    )
    if not done:
        raise NotToEngrave("This piece is not to be engraved now: pick it first")
