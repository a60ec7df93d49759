"""Cancellations: lines of an order that have not left are not given, by the client's wish or by the maison.

The client says it with the link of the order and a job carries it out; somebody of the maison does it at once. What is decided
is read under the lock of the order's row, which every step of its pieces begins with. See docs/algorithms/cancellation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base import audit, facts, jobs
from enfilade.base.db import Conn, execute, many, maybe
from enfilade.base.ids import new_id
from enfilade.orders import awaited, ending, fulfilment, parting, returns
from enfilade.orders.events import CancellationRefused, FulfilmentCancelled, PiecesPutAway
from enfilade.orders.fulfilment import EngravingBegun, NotYourBoutique
from enfilade.orders.parting import OnItsWay
from enfilade.orders.states import LINE, IllegalStep, Who
from enfilade.staff.people import Colleague

#: Why somebody of the maison cancels, in their words. The client is told the first of it at most.
REASONS: dict[str, str] = {
    "client_wish": "The client wishes it",
    "not_deliverable": "It cannot be delivered",
    "wrong_price": "Its price was wrong",
    "fraud": "The order is not genuine",
    "other": "Another reason",
}
OPEN = ("sourced", "unsourced", "picked")
LEFT = ("handed_over", "dispatched")

Outcome = Literal["cancelled", "left", "ended"]


class NothingToCancel(Exception):
    """No piece was named, or one that is not of this order."""


class HasLeft(IllegalStep):
    """All that was named has left the house: it can be returned, not cancelled."""

    def __init__(self, state: str, who: Who) -> None:
        legal = ", ".join(("return", *LINE.possible(state, who)))
        super().__init__(LINE, "cancel", state, who, instead=legal)


class WhyCancel(Exception):
    """Somebody of the maison cancels for one of the known reasons."""


class NothingToPutAway(Exception):
    """No piece of this work was set apart when it was cancelled."""


@dataclass(frozen=True, slots=True)
class _Line:
    id: UUID
    state: str
    location_id: UUID | None
    begun: bool
    quantity: int


@dataclass(frozen=True, slots=True)
class _Asked:
    id: UUID


async def ask(
    conn: Conn,
    *,
    maison_id: UUID,
    order_id: UUID,
    line_ids: list[UUID],
    now: datetime,
    keep: Mapping[UUID, int] | None = None,
) -> UUID | None:
    """The client, by the link of their order, wishes that these lines are not given; a job carries it out and writes to them.

    `keep`: of a line, how many go on; of one that is not named, none. What is wished while a wish waits is added to it. Returns
    its id; None where all is cancelled already. Raises NoSuchOrder, NothingToCancel, HasLeft, EngravingBegun.
    """
    await returns.lock(conn, maison_id=maison_id, order_id=order_id)
    lines = await _lines(conn, maison_id, order_id, line_ids)
    kept = _kept(lines, keep)
    if not any(line.state in OPEN and kept[line.id] < line.quantity for line in lines):
        _refuse_what_left(lines, "client")
        return None
    if any(line.begun for line in lines if line.state in OPEN):
        raise EngravingBegun
    asked = await maybe(
        conn,
        _Asked,
        """
        select id from orders.cancellation
        where maison_id = %(maison_id)s and order_id = %(order_id)s and state = 'asked'
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    cancellation_id = asked.id if asked else new_id(now)
    if asked is None:
        await execute(
            conn,
            """
            insert into orders.cancellation (maison_id, id, order_id, asked_by, state, asked_at)
            values (%(maison_id)s, %(id)s, %(order_id)s, 'client', 'asked', %(now)s)
            """,
            maison_id=maison_id,
            id=cancellation_id,
            order_id=order_id,
            now=now,
        )
    await execute(
        conn,
        """
        insert into orders.cancellation_line (maison_id, cancellation_id, order_line_id, keep)
        select %(maison_id)s, %(id)s, x.line_id, x.keep from unnest(%(lines)s::uuid[], %(keep)s::integer[]) as x(line_id, keep)
        on conflict (maison_id, cancellation_id, order_line_id, region) do nothing
        """,
        maison_id=maison_id,
        id=cancellation_id,
        lines=[line.id for line in lines],
        keep=[kept[line.id] for line in lines],
    )
    work = jobs.Job("orders.cancel", {"cancellation_id": cancellation_id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[work])
    return cancellation_id


@dataclass(frozen=True, slots=True)
class _Wish:
    order_id: UUID


@dataclass(frozen=True, slots=True)
class _Wished:
    id: UUID
    keep: int


async def carry_out(conn: Conn, *, maison_id: UUID, cancellation_id: UUID, now: datetime) -> bool:
    """Does what the client wished, as far as it has not left since. False when it was done before."""
    wish = await maybe(
        conn,
        _Wish,
        "select order_id from orders.cancellation where maison_id = %(maison_id)s and id = %(id)s and state = 'asked'",
        maison_id=maison_id,
        id=cancellation_id,
    )
    if wish is None:
        return False
    await returns.lock(conn, maison_id=maison_id, order_id=wish.order_id)
    # In a statement of its own: it sees what was committed while we waited for the lock.
    wished = await many(
        conn,
        _Wished,
        """
        select l.order_line_id as id, l.keep from orders.cancellation_line l
        join orders.cancellation c on c.maison_id = l.maison_id and c.id = l.cancellation_id and c.state = 'asked'
        where l.maison_id = %(maison_id)s and l.cancellation_id = %(id)s
        """,
        maison_id=maison_id,
        id=cancellation_id,
    )
    if not wished:
        return False
    lines = await _lines(conn, maison_id, wish.order_id, [line.id for line in wished])
    kept = {line.id: line.keep for line in wished}
    ending_now, moving = await _parted(conn, maison_id, lines, kept, None, now, moving=True)
    cancelled = await _cancel(conn, maison_id, wish.order_id, list(ending_now.values()), "client", None, now)
    outcomes = _outcomes(lines, ending_now, cancelled, moving)
    left = sum(outcome == "left" for outcome in outcomes.values())
    await execute(
        conn,
        """
        with ended as (
          update orders.cancellation set state = %(state)s, ended_at = %(now)s
          where maison_id = %(maison_id)s and id = %(id)s and state = 'asked' returning id
        )
        update orders.cancellation_line l set outcome = o.outcome, order_line_id = o.ended_id
        from ended e, unnest(%(lines)s::uuid[], %(ended)s::uuid[], %(outcomes)s::text[]) as o(line_id, ended_id, outcome)
        where l.maison_id = %(maison_id)s and l.cancellation_id = e.id and l.order_line_id = o.line_id
        """,
        maison_id=maison_id,
        id=cancellation_id,
        state="refused" if left and not cancelled else "done",
        lines=list(outcomes),
        # Of a line of which some go on, the part that ended.
        ended=[ending_now[line].id if line in ending_now else line for line in outcomes],
        outcomes=list(outcomes.values()),
        now=now,
    )
    if left:
        fact = CancellationRefused(cancellation_id, wish.order_id, left)
        await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
        # Of a withdrawal, it is awaited back instead.
        follow = jobs.Job("orders.follow_withdrawal", {"cancellation_id": cancellation_id})
        await jobs.defer(conn, maison_id=maison_id, jobs=[follow])
    if left or cancelled:
        await _tell(conn, maison_id, cancellation_id)
    return True


async def cancel(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    order_id: UUID,
    line_ids: list[UUID],
    reason: str,
    now: datetime,
    keep: Mapping[UUID, int] | None = None,
) -> UUID | None:
    """Somebody of the maison cancels the lines, at their own boutique, client service or a manager anywhere; the client is told.

    `keep`: of a line, how many go on. What has left of them stays. Returns the cancellation's id; repeated, None, and nothing
    changes. Raises NoSuchOrder, NothingToCancel, HasLeft, WhyCancel, NotYourBoutique, OnItsWay.
    """
    if reason not in REASONS:
        raise WhyCancel("Say why it is cancelled")
    await returns.lock(conn, maison_id=maison_id, order_id=order_id)
    lines = await _lines(conn, maison_id, order_id, line_ids)
    for line in lines:
        here = line.location_id is not None and by.works_at(line.location_id)
        if not by.serves_clients and not here:
            raise NotYourBoutique
    cause = "client" if reason == "client_wish" else "maison"
    ending_now, _ = await _parted(conn, maison_id, lines, _kept(lines, keep), by.staff_id, now)
    cancelled = await _cancel(conn, maison_id, order_id, list(ending_now.values()), cause, by.staff_id, now)
    if not cancelled:
        _refuse_what_left(lines, "staff")
        return None
    cancellation_id = new_id(now)
    outcomes = _outcomes(lines, ending_now, cancelled, set())
    await execute(
        conn,
        """
        with ended as (
          insert into orders.cancellation (maison_id, id, order_id, asked_by, staff_id, reason, state, asked_at, ended_at)
          values (%(maison_id)s, %(id)s, %(order_id)s, %(asked_by)s, %(staff_id)s, %(reason)s, 'done', %(now)s, %(now)s)
          returning id
        )
        insert into orders.cancellation_line (maison_id, cancellation_id, order_line_id, outcome)
        select %(maison_id)s, e.id, o.line_id, o.outcome
        from ended e, unnest(%(lines)s::uuid[], %(outcomes)s::text[]) as o(line_id, outcome)
        """,
        maison_id=maison_id,
        id=cancellation_id,
        order_id=order_id,
        asked_by="maison" if by.serves_clients else "boutique",
        staff_id=by.staff_id,
        reason=reason,
        lines=[ending_now[line].id if line in ending_now else line for line in outcomes],
        outcomes=list(outcomes.values()),
        now=now,
    )
    await audit.record(
        conn,
        maison_id=maison_id,
        staff_id=by.staff_id,
        act="cancel_order",
        subject_kind="order",
        subject_id=order_id,
        now=now,
    )
    await _tell(conn, maison_id, cancellation_id)
    return cancellation_id


@dataclass(frozen=True, slots=True)
class _Put:
    order_line_id: UUID


async def put_away(conn: Conn, *, maison_id: UUID, by: Colleague, fulfilment_id: UUID, now: datetime) -> None:
    """The pieces that lay apart for cancelled lines are back where they belong. Repeated, it changes nothing.

    Raises NothingToPutAway, NoSuchFulfilment, NotYourBoutique.
    """
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=by)
    put = await many(
        conn,
        _Put,
        """
        update orders.putting_away set done_at = %(now)s, done_by = %(by)s
        where maison_id = %(maison_id)s and fulfilment_id = %(id)s and done_at is null
        returning order_line_id
        """,
        maison_id=maison_id,
        id=held.id,
        by=by.staff_id,
        now=now,
    )
    if put:
        fact = PiecesPutAway(held.id, held.order_id, held.location_id, len(put), by.staff_id)
        await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
        return
    known = await many(
        conn,
        _Put,
        "select order_line_id from orders.putting_away where maison_id = %(maison_id)s and fulfilment_id = %(id)s",
        maison_id=maison_id,
        id=held.id,
    )
    if not known:
        raise NothingToPutAway("Nothing lies apart for this")


async def _lines(conn: Conn, maison_id: UUID, order_id: UUID, line_ids: list[UUID]) -> list[_Line]:
    wanted = sorted(set(line_ids))
    found = await many(
        conn,
        _Line,
        """
        select l.id, l.state, f.location_id, l.engraving_begun_at is not null as begun, l.quantity from orders.order_line l
        left join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
        where l.maison_id = %(maison_id)s and l.order_id = %(order_id)s and l.id = any(%(lines)s::uuid[])
        order by l.id
        """,
        maison_id=maison_id,
        order_id=order_id,
        lines=wanted,
    )
    if not wanted or len(found) != len(wanted):
        raise NothingToCancel("Choose which pieces of this order are cancelled")
    return found


def _refuse_what_left(lines: list[_Line], who: Who) -> None:
    for line in lines:
        if line.state in LEFT:
            raise HasLeft(line.state, who)


@dataclass(frozen=True, slots=True)
class _Cancelled:
    id: UUID
    total_minor: int
    payment_id: UUID | None
    currency: str
    fulfilment_id: UUID | None
    location_id: UUID | None
    apart: bool


async def _cancel(
    conn: Conn,
    maison_id: UUID,
    order_id: UUID,
    lines: list[_Line],
    cause: str,
    by_id: UUID | None,
    now: datetime,
) -> set[UUID]:
    """Ends those of the lines that are open, in the locked order; returns them."""
    ended = await many(
        conn,
        _Cancelled,
        """
        with ended as (
          update orders.order_line set state = 'cancelled'
          where maison_id = %(maison_id)s and order_id = %(order_id)s and id = any(%(lines)s::uuid[])
            and state in ('sourced', 'unsourced', 'picked')
          returning id, fulfilment_id, total_minor + duty_minor as total_minor, old.state = 'picked' as apart
        ), placed as (
          select e.*, f.location_id from ended e
          left join orders.fulfilment f on f.maison_id = %(maison_id)s and f.id = e.fulfilment_id
        ), aside as (
          insert into orders.putting_away (maison_id, order_line_id, fulfilment_id, location_id, asked_at)
          select %(maison_id)s, p.id, p.fulfilment_id, p.location_id, %(now)s from placed p where p.apart
        )
        select p.id, p.total_minor, o.payment_id, o.currency, p.fulfilment_id, p.location_id, p.apart
        from placed p join orders.order o on o.maison_id = %(maison_id)s and o.id = %(order_id)s order by p.id
        """,
        maison_id=maison_id,
        order_id=order_id,
        lines=[line.id for line in lines],
        now=now,
    )
    if not ended:
        return set()
    works = sorted({line.fulfilment_id for line in ended if line.fulfilment_id})
    await fulfilment.end_if_empty(
        conn, maison_id=maison_id, fulfilment_ids=works, state="cancelled", by_id=by_id, now=now
    )
    news: list[facts.Fact] = []
    for work in works:
        here = [line for line in ended if line.fulfilment_id == work]
        place, apart = here[0].location_id, sum(line.apart for line in here)
        assert place is not None
        news.append(FulfilmentCancelled(work, order_id, place, len(here), apart, by_id))
    await ending.end(
        conn,
        maison_id=maison_id,
        order=ending.Paid(order_id, ended[0].payment_id, ended[0].currency),
        lines=[ending.Ended(line.id, line.total_minor) for line in ended],
        cause=cause,
        news=news,
        now=now,
    )
    await awaited.begin_if_all_here(conn, maison_id=maison_id, fulfilment_ids=works, now=now)
    return {line.id for line in ended}


def _kept(lines: list[_Line], keep: Mapping[UUID, int] | None) -> dict[UUID, int]:
    """How many of each line go on. Raises NothingToCancel for a number below none."""
    kept = {line.id: (keep or {}).get(line.id, 0) for line in lines}
    if min(kept.values(), default=0) < 0:
        raise NothingToCancel("Choose how many pieces are cancelled")
    return kept


async def _parted(
    conn: Conn,
    maison_id: UUID,
    lines: list[_Line],
    kept: Mapping[UUID, int],
    by_id: UUID | None,
    now: datetime,
    *,
    moving: bool = False,
) -> tuple[dict[UUID, _Line], set[UUID]]:
    """By the line that was named, what is to end: all of it, or a part where some go on; not those of which no more are left.

    `moving`: lines whose parcel is on its way to the boutique are told apart; else OnItsWay is raised.
    """
    ends: dict[UUID, _Line] = {}
    away: set[UUID] = set()
    for line in lines:
        keep = kept[line.id]
        if line.state not in OPEN or keep == 0:
            ends[line.id] = line
        elif keep < line.quantity:
            try:
                part_id = await parting.part(
                    conn,
                    maison_id=maison_id,
                    line_id=line.id,
                    pieces=line.quantity - keep,
                    by_id=by_id,
                    now=now,
                )
            except OnItsWay:
                if not moving:
                    raise
                away.add(line.id)
                continue
            assert part_id is not None, "it is open, has more, and its order is locked"
            ends[line.id] = replace(line, id=part_id, quantity=line.quantity - keep)
    return ends, away


def _outcomes(
    lines: list[_Line], ends: Mapping[UUID, _Line], cancelled: set[UUID], away: set[UUID]
) -> dict[UUID, Outcome]:
    """Of each line that was named."""
    return {
        line.id: "cancelled"
        if line.id in ends and ends[line.id].id in cancelled
        else "left"
        if line.state in LEFT or line.id in away
        else "ended"
        for line in lines
    }


async def _tell(conn: Conn, maison_id: UUID, cancellation_id: UUID) -> None:
    work = jobs.Job("orders.mail_cancellation", {"cancellation_id": cancellation_id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[work])
