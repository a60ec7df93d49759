"""The making of a line's pieces: begun, finished, later than told, or not to be done; finished, they are stock of its own.

Lock order: order, fulfilment, line, then position and allocation. Every verb may be repeated: done again it changes nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many, maybe, scalar
from enfilade.base.ids import new_id
from enfilade.boutiques.making import AHEAD_DAYS
from enfilade.orders import awaited, ending, fulfilment
from enfilade.orders.engraving import CancellationWished
from enfilade.orders.events import LineMade, LineMakingBegun, LineMakingDelayed
from enfilade.orders.fulfilment import Fulfilment, NotYourBoutique
from enfilade.staff.people import Colleague
from enfilade.stock import for_orders, made
from enfilade.stock.allocations import LineDemand

#: Shown on one screen.
TO_MAKE_MAX = 200


class NotToMake(Exception):
    """Nothing of this line is to be made now: it is finished, cancelled, or not begun."""


class NoSuchDay(Exception):
    """A delay is a later day than the one told, within ninety days."""


@dataclass(frozen=True, slots=True)
class ToMake:
    """A line whose pieces are to be made. `location_name`: of the workshop; `goes_to`: where it is collected, '' to be sent."""

    line_id: UUID
    number: str
    workshop_name: str
    location_name: str
    goes_to: str
    name: str
    colour: str
    size: str
    sku: str
    picture: str
    quantity: int
    make_by: date
    begun: bool
    serialised: bool


async def to_make(conn: Conn, *, maison_id: UUID, by: Colleague) -> list[ToMake]:
    """At the colleague's places, the earliest day first; a manager of the maison sees all of them."""
    return await many(
        conn,
        ToMake,
        """
        select l.id as line_id, o.number, w.name as workshop_name, coalesce(p.name, '') as location_name,
          case when f.method = 'ship' then '' else g.name end as goes_to, l.name, l.colour, l.size, l.sku,
          coalesce((select x.name from catalogue.picture x
            where x.maison_id = l.maison_id and x.product_id = l.product_id order by x.position limit 1), '') as picture,
          l.quantity, l.make_by, l.making_begun_at is not null as begun,
          exists (select 1 from stock.serialised s where s.maison_id = l.maison_id and s.variant_id = l.variant_id) as serialised
        from orders.order_line l
        join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id and f.state = 'awaited'
        join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
        join boutiques.workshop w on w.maison_id = l.maison_id and w.id = l.workshop_id
        left join boutiques.location p on p.maison_id = w.maison_id and p.id = w.location_id
        join boutiques.location g on g.maison_id = f.maison_id and g.id = f.location_id
        where l.maison_id = %(maison_id)s and l.make_by is not null and l.made_at is null and l.state = 'sourced'
          and (%(everywhere)s or coalesce(w.location_id, f.location_id) = any(%(locations)s::uuid[]))
        order by l.make_by, f.asked_at, l.id limit %(most)s
        """,
        maison_id=maison_id,
        everywhere=by.role == "maison_manager",
        locations=sorted(by.location_ids),
        most=TO_MAKE_MAX,
    )


async def waiting(conn: Conn, *, maison_id: UUID, by: Colleague) -> int:
    """How many lines are to be made at the colleague's places."""
    return int(
        await scalar(
            conn,
            """
            select count(*) from orders.order_line l
            join boutiques.workshop w on w.maison_id = l.maison_id and w.id = l.workshop_id
            where l.maison_id = %(maison_id)s and l.make_by is not null and l.made_at is null and l.state = 'sourced'
              and (%(everywhere)s or w.location_id = any(%(locations)s::uuid[]))
            """,
            maison_id=maison_id,
            everywhere=by.role == "maison_manager",
            locations=sorted(by.location_ids),
        )
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A line to be made, with its work locked. `place`: where it becomes stock."""

    id: UUID
    variant_id: UUID
    quantity: int
    state: str
    make_by: date
    begun: bool
    made: bool
    due_minor: int
    place: UUID


async def begin(conn: Conn, *, maison_id: UUID, by: Colleague, line_id: UUID, now: datetime) -> None:
    """The making begins. Raises NotToMake, CancellationWished, NoSuchFulfilment, NotYourBoutique."""
    held, line = await _locked(conn, maison_id, by, line_id)
    if line.made or line.begun:
        return
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
    await execute(
        conn,
        """
        update orders.order_line set making_begun_at = %(now)s, making_begun_by = %(by)s
        where maison_id = %(maison_id)s and id = %(line_id)s and state = 'sourced' and making_begun_at is null
        """,
        maison_id=maison_id,
        line_id=line_id,
        by=by.staff_id,
        now=now,
    )
    fact = LineMakingBegun(line_id, held.order_id, held.id, line.place, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def delay(
    conn: Conn, *, maison_id: UUID, by: Colleague, line_id: UUID, make_by: date, now: datetime
) -> None:
    """Another day, later than the one told; the client is written to, once for each day.

    Raises NoSuchDay, NotToMake, NoSuchFulfilment, NotYourBoutique.
    """
    held, line = await _locked(conn, maison_id, by, line_id)
    if line.made:
        raise NotToMake("It is finished")
    if make_by == line.make_by:
        return
    if not line.make_by < make_by or not now.date() <= make_by <= now.date() + timedelta(days=AHEAD_DAYS):
        raise NoSuchDay("Choose a later day than the one told, within ninety days")
    await execute(
        conn,
        """
        with later as (
          update orders.order_line set make_by = %(make_by)s
          where maison_id = %(maison_id)s and id = %(line_id)s and state = 'sourced' and made_at is null
          returning fulfilment_id
        ), days as (
          -- Of several that are made for one visit or parcel, the last is told.
          select l.fulfilment_id, greatest(0, %(make_by)s::date - max(o.make_by)) as days from later l
          join orders.order_line o on o.maison_id = %(maison_id)s and o.fulfilment_id = l.fulfilment_id and o.state = 'sourced'
          group by 1
        )
        update orders.fulfilment f set ready_about = f.ready_about + make_interval(days => l.days),
          pick_by = f.pick_by + make_interval(days => l.days), version = version + 1
        from days l where f.maison_id = %(maison_id)s and f.id = l.fulfilment_id and f.state = 'awaited'
        """,
        maison_id=maison_id,
        line_id=line_id,
        make_by=make_by,
    )
    fact = LineMakingDelayed(line_id, held.order_id, held.id, line.place, make_by, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    await jobs.defer(
        conn, maison_id=maison_id, jobs=[jobs.Job("orders.mail_made_later", {"line_id": line_id})]
    )


async def finish(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    line_id: UUID,
    now: datetime,
    serials: list[str] | None = None,
) -> None:
    """The pieces are finished: stock at the workshop's place, the line's, and prepared there or brought to its boutique.

    Raises NotToMake, NoSuchFulfilment, NotYourBoutique, and as `made.finish`.
    """
    held, line = await _locked(conn, maison_id, by, line_id)
    if line.made:
        return
    if not line.begun:
        raise NotToMake("It is not begun")
    demand = LineDemand(line_id, line.place, line.variant_id, line.quantity)
    elsewhere = held.location_id != line.place
    transfer_id = new_id(now) if elsewhere else None
    await execute(
        conn,
        """
        update orders.order_line set made_at = %(now)s, made_by = %(by)s, transfer_id = %(transfer_id)s::uuid
        where maison_id = %(maison_id)s and id = %(line_id)s and state = 'sourced' and made_at is null
        """,
        maison_id=maison_id,
        line_id=line_id,
        by=by.staff_id,
        transfer_id=transfer_id,
        now=now,
    )
    await made.finish(
        conn, maison_id=maison_id, line=demand, serials=serials or [], by_id=by.staff_id, now=now
    )
    fact = LineMade(line_id, held.order_id, held.id, line.place, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    if transfer_id is None:
        await awaited.begin_if_all_here(conn, maison_id=maison_id, fulfilment_ids=[held.id], now=now)
        return
    await for_orders.ask(
        conn,
        maison_id=maison_id,
        to_location_id=held.location_id,
        lines=[demand],
        transfer_ids=[transfer_id],
        now=now,
    )


async def decline(conn: Conn, *, maison_id: UUID, by: Colleague, line_id: UUID, now: datetime) -> None:
    """The workshop cannot make it: the line ends, its money is given back, and the client told.

    Raises NotToMake, NoSuchFulfilment, NotYourBoutique.
    """
    if await scalar(
        conn,
        """
        select 1 from orders.order_line where maison_id = %(maison_id)s and id = %(line_id)s and make_by is not null
          and state = 'cancelled' and fulfilment_id is null
        """,
        maison_id=maison_id,
        line_id=line_id,
    ):
        return
    held, line = await _locked(conn, maison_id, by, line_id)
    if line.made:
        raise NotToMake("It is finished")
    await execute(
        conn,
        """
        update orders.order_line set state = 'cancelled', fulfilment_id = null
        where maison_id = %(maison_id)s and id = %(line_id)s and state = 'sourced'
        """,
        maison_id=maison_id,
        line_id=line_id,
    )
    await fulfilment.end_if_empty(
        conn, maison_id=maison_id, fulfilment_ids=[held.id], state="cancelled", by_id=by.staff_id, now=now
    )
    await ending.end(
        conn,
        maison_id=maison_id,
        order=ending.Paid(held.order_id, held.payment_id, held.currency),
        lines=[ending.Ended(line_id, line.due_minor)],
        cause="not_made",
        news=[],
        now=now,
    )
    await awaited.begin_if_all_here(conn, maison_id=maison_id, fulfilment_ids=[held.id], now=now)
    job = jobs.Job("orders.mail_cancelled", {"order_id": held.order_id, "event_id": line_id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[job])


async def _locked(conn: Conn, maison_id: UUID, by: Colleague, line_id: UUID) -> tuple[Fulfilment, _Line]:
    """The line with its work, locked."""
    fulfilment_id: UUID | None = await scalar(
        conn,
        """
        select l.fulfilment_id from orders.order_line l
        where l.maison_id = %(maison_id)s and l.id = %(line_id)s and l.make_by is not null
        """,
        maison_id=maison_id,
        line_id=line_id,
    )
    if fulfilment_id is None:
        raise NotToMake("Nothing of it is to be made")
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=None)
    # In a statement of its own: it sees what was committed while we waited for the lock.
    line = await maybe(
        conn,
        _Line,
        """
        select l.id, l.variant_id, l.quantity, l.state, l.make_by, l.making_begun_at is not null as begun,
          l.made_at is not null as made, l.total_minor + l.duty_minor as due_minor,
          coalesce(w.location_id, %(location_id)s) as place
        from orders.order_line l
        join boutiques.workshop w on w.maison_id = l.maison_id and w.id = l.workshop_id
        where l.maison_id = %(maison_id)s and l.id = %(line_id)s and l.make_by is not null
          and l.fulfilment_id = %(fulfilment_id)s
        for no key update of l
        """,
        maison_id=maison_id,
        line_id=line_id,
        fulfilment_id=fulfilment_id,
        location_id=held.location_id,
    )
    if line is None:
        raise NotToMake("Nothing of it is to be made")
    if not by.works_at(line.place):
        raise NotYourBoutique
    if line.state != "sourced" and not line.made:
        raise NotToMake("Nothing of it is to be made now")
    return held, line
