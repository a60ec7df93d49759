"""Custody: a piece sold at a till that stays with us until its words are cut, and its client fetches it.

Its sale is over: paid, posted, its receipt written; what is not wished any more is a return. Lock order: order, line. Every verb
may be repeated: done again it changes nothing. `docs/algorithms/till.md`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, maybe
from enfilade.orders import returns
from enfilade.orders.engraving import TO_CUT_MAX, NotToEngrave
from enfilade.orders.events import LineEngraved, LineEngravingBegun, LineFetched, LineKept
from enfilade.staff.people import Colleague


class NotKept(Exception):
    """No piece of this maison is kept at a boutique of theirs under this id."""


class NotToFetch(Exception):
    """It is not engraved yet, or came back."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Pieces of a line that are with us, to be engraved by `engrave_by` (None: no workshop promised a day), or to be fetched.

    `client`, `reached`: the name and the mail address or phone that the sale knows, '' for none.
    """

    line_id: UUID
    order_id: UUID
    number: str
    location_name: str
    name: str
    size: str
    picture: str
    quantity: int
    engraving: str
    lettering: str
    engrave_by: date | None
    begun: bool
    engraved: bool
    announced: bool
    client: str
    reached: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A locked order's line."""

    order_id: UUID
    fulfilment_id: UUID
    location_id: UUID
    begun: bool
    engraved: bool
    fetched: bool
    left: int
    announced: bool


async def tell_kept(
    conn: Conn, *, maison_id: UUID, order_id: UUID, location_id: UUID, by_id: UUID, now: datetime
) -> None:
    """Tells of the lines of a sale that are kept from now on."""
    kept = await many(
        conn,
        _Id,
        """
        select id from orders.order_line
        where maison_id = %(maison_id)s and order_id = %(order_id)s and kept_at is not null order by id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    await facts.record(
        conn,
        maison_id=maison_id,
        now=now,
        facts=[LineKept(line.id, order_id, location_id, by_id) for line in kept],
    )


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def kept(conn: Conn, *, maison_id: UUID, by: Colleague) -> list[Kept]:
    """At the colleague's boutiques: what is to be cut, the earliest day first, then what is to be fetched, the longest first."""
    return await many(
        conn,
        Kept,
        """
        select l.id as line_id, o.id as order_id, o.number, p.name as location_name, l.name, l.size,
          coalesce((select g.name from catalogue.picture g
            where g.maison_id = l.maison_id and g.product_id = l.product_id order by g.position limit 1), '') as picture,
          l.quantity - l.returned as quantity, l.engraving, l.lettering, l.engrave_by, l.engraving_begun_at is not null as begun,
          l.engraved_at is not null as engraved, exists (select 1 from orders.return r
            join orders.return_wish w on w.maison_id = r.maison_id and w.return_id = r.id and w.order_line_id = l.id
            where r.maison_id = o.maison_id and r.order_id = o.id and r.state = 'announced') as announced,
          coalesce(c.name, '') as client, coalesce(nullif(c.mail, ''), c.phone, '') as reached
        from orders.order_line l
        join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
        join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
        join boutiques.location p on p.maison_id = f.maison_id and p.id = f.location_id
        left join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        where l.maison_id = %(maison_id)s and l.kept_at is not null and l.fetched_at is null and l.returned < l.quantity
          and (%(everywhere)s or f.location_id = any(%(locations)s::uuid[]))
        order by l.engraved_at nulls first, l.engrave_by nulls last, l.kept_at, l.id limit %(most)s
        """,
        maison_id=maison_id,
        everywhere=by.role == "maison_manager",
        locations=sorted(by.location_ids),
        most=TO_CUT_MAX,
    )


async def begin(conn: Conn, *, maison_id: UUID, by: Colleague, line_id: UUID, now: datetime) -> None:
    """The words are being cut: from now on it comes back only where it is faulty. Raises NotKept, NotToEngrave."""
    line = await _locked(conn, maison_id, by, line_id)
    if line.begun:
        return
    if line.announced:
        raise NotToEngrave("Its client has just announced that it comes back")
    if line.left == 0:
        raise NotToEngrave("It has come back")
    await execute(
        conn,
        """
        update orders.order_line set engraving_begun_at = %(now)s, engraving_begun_by = %(by)s
        where maison_id = %(maison_id)s and id = %(line_id)s and kept_at is not null and engraving_begun_at is null
        """,
        maison_id=maison_id,
        line_id=line_id,
        by=by.staff_id,
        now=now,
    )
    fact = LineEngravingBegun(line_id, line.order_id, line.fulfilment_id, line.location_id, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def finish(conn: Conn, *, maison_id: UUID, by: Colleague, line_id: UUID, now: datetime) -> None:
    """The words are cut: its client may fetch it. Raises NotKept, NotToEngrave."""
    line = await _locked(conn, maison_id, by, line_id)
    if line.engraved:
        return
    if not line.begun or line.left == 0:
        raise NotToEngrave("Begin the engraving first" if line.left else "It has come back")
    await execute(
        conn,
        """
        update orders.order_line set engraved_at = %(now)s, engraved_by = %(by)s
        where maison_id = %(maison_id)s and id = %(line_id)s and engraving_begun_at is not null and engraved_at is null
        """,
        maison_id=maison_id,
        line_id=line_id,
        by=by.staff_id,
        now=now,
    )
    fact = LineEngraved(line_id, line.order_id, line.fulfilment_id, line.location_id, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def fetch(conn: Conn, *, maison_id: UUID, by: Colleague, line_id: UUID, now: datetime) -> None:
    """Its client has it. Raises NotKept, NotToFetch."""
    line = await _locked(conn, maison_id, by, line_id)
    if line.fetched:
        return
    if not line.engraved or line.left == 0:
        raise NotToFetch("It is not engraved yet" if line.left else "It has come back")
    await execute(
        conn,
        """
        update orders.order_line set fetched_at = %(now)s, fetched_by = %(by)s
        where maison_id = %(maison_id)s and id = %(line_id)s and engraved_at is not null and fetched_at is null
        """,
        maison_id=maison_id,
        line_id=line_id,
        by=by.staff_id,
        now=now,
    )
    fact = LineFetched(line_id, line.order_id, line.location_id, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def _locked(conn: Conn, maison_id: UUID, by: Colleague, line_id: UUID) -> _Line:
    """The kept line, its order locked until the transaction ends. Raises NotKept."""
    of = await maybe(
        conn,
        _Id,
        """
        select order_id as id from orders.order_line
        where maison_id = %(maison_id)s and id = %(line_id)s and kept_at is not null
        """,
        maison_id=maison_id,
        line_id=line_id,
    )
    if of is None:
        raise NotKept
    await returns.lock(conn, maison_id=maison_id, order_id=of.id)
    line = await maybe(
        conn,
        _Line,
        """
        select l.order_id, f.id as fulfilment_id, f.location_id, l.engraving_begun_at is not null as begun,
          l.engraved_at is not null as engraved, l.fetched_at is not null as fetched, l.quantity - l.returned as left,
          exists (select 1 from orders.return r
            join orders.return_wish w on w.maison_id = r.maison_id and w.return_id = r.id and w.order_line_id = l.id
            where r.maison_id = l.maison_id and r.order_id = l.order_id and r.state = 'announced') as announced
        from orders.order_line l
        join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
        where l.maison_id = %(maison_id)s and l.id = %(line_id)s
        """,
        maison_id=maison_id,
        line_id=line_id,
    )
    if line is None or not by.works_at(line.location_id):
        raise NotKept
    return line
