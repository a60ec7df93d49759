"""Fulfilment: one location's work for one order; which step is legal when, and the lock every step begins with.

Lock order of all steps: the order's row, its fulfilment, then stock positions.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, maybe
from enfilade.orders import quota_counts
from enfilade.orders.events import OrderClosed
from enfilade.orders.states import FULFILMENT, IllegalStep
from enfilade.staff.people import Colleague

#: Which steps of the staff a state allows; what is not here is refused with these words.
STEPS = {state: FULFILMENT.possible(state, "staff") for state in FULFILMENT.words}
STATE_WORDS = FULFILMENT.words
#: Time to prepare at a place whose hours are not published.
UNKNOWN_HOURS_DAYS = 2


class NoSuchFulfilment(Exception):
    """There is none of this id at this maison."""


class NotYourBoutique(Exception):
    """The work is another boutique's; whoever asks is not told more than that it is not theirs."""


class TakenBy(Exception):
    """A colleague was first."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name or 'A colleague'} has accepted this already")
        self.name = name


class PiecesGone(Exception):
    """Stock has given a piece to somebody else since it was picked; its line is being sourced again."""


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """The locked row, with what its order knows."""

    id: UUID
    order_id: UUID
    location_id: UUID
    method: str
    state: str
    attempt: int
    pick_by: datetime
    warned_at: datetime | None
    accepted_by: UUID | None
    collect_by: datetime | None
    code_hash: bytes | None
    on_my_way_at: datetime | None
    capture_after: datetime | None
    order_state: str
    checkout_id: UUID
    payment_id: UUID | None
    currency: str

    @property
    def legal(self) -> tuple[str, ...]:
        """The steps of the staff that may follow: a parcel is not made ready, and what is collected is not dispatched.

        What was cancelled, and not left at the counter, has no code any more, and no step.
        """
        if self.state == "cancelled" and self.code_hash is None:
            return ()
        other = "ready" if self.method == "ship" else "dispatch"
        return tuple(step for step in STEPS[self.state] if step != other)

    def refuse(self, step: str) -> IllegalStep:
        """That `step` does not follow."""
        return IllegalStep(FULFILMENT, step, self.state, instead=", ".join(self.legal) or "nothing")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the fulfilment. `due_minor`: what is taken or given back for it, its total and the duties paid with it."""

    id: UUID
    variant_id: UUID
    quantity: int
    state: str
    total_minor: int
    tax_minor: int
    due_minor: int
    #: The age its client must have, by law.
    age_min: int | None = None
    #: Words are still to be cut on it.
    to_engrave: bool = False
    #: They are being cut, or are cut.
    begun: bool = False
    #: It was made for this client: no other place has it.
    made: bool = False

    @property
    def open(self) -> bool:
        return self.state in ("sourced", "picked")


async def locked(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID, by: Colleague | None) -> Fulfilment:
    """The fulfilment and its order, locked until the transaction ends. `by` None: a job or the client acts.

    Raises NoSuchFulfilment, NotYourBoutique.
    """
    found = await locked_together(conn, maison_id=maison_id, fulfilment_ids=[fulfilment_id])
    if not found:
        raise NoSuchFulfilment
    (held,) = found
    if by is not None and not by.works_at(held.location_id):
        raise NotYourBoutique
    return held


async def locked_together(conn: Conn, *, maison_id: UUID, fulfilment_ids: list[UUID]) -> list[Fulfilment]:
    """Fulfilments and their orders, locked until the transaction ends: the orders first, both in the order of their ids."""
    return await many(
        conn,
        Fulfilment,
        """
        with ordered as materialized (
          select o.id, o.state, o.checkout_id, o.payment_id, o.currency from orders.order o
          where o.maison_id = %(maison_id)s and o.id in (select f.order_id from orders.fulfilment f
            where f.maison_id = %(maison_id)s and f.id = any(%(ids)s::uuid[]))
          order by o.id for no key update
        )
        select f.id, f.order_id, f.location_id, f.method, f.state, f.attempt, f.pick_by, f.warned_at,
          f.accepted_by, f.collect_by, f.code_hash, f.on_my_way_at, f.capture_after, o.state as order_state,
          o.checkout_id, o.payment_id, o.currency
        from ordered o join orders.fulfilment f on f.order_id = o.id
        where f.maison_id = %(maison_id)s and f.id = any(%(ids)s::uuid[])
        order by f.id for no key update of f
        """,
        maison_id=maison_id,
        ids=fulfilment_ids,
    )


async def lines_of(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID) -> list[Line]:
    """All lines of a locked fulfilment, in the order of their ids."""
    return await many(
        conn,
        Line,
        """
        select id, variant_id, quantity, state, total_minor, tax_minor, total_minor + duty_minor as due_minor, age_min,
          lettering <> '' and engraved_at is null as to_engrave,
          engraving_begun_at is not null as begun, make_by is not null as made from orders.order_line
        where maison_id = %(maison_id)s and fulfilment_id = %(fulfilment_id)s order by id
        """,
        maison_id=maison_id,
        fulfilment_id=fulfilment_id,
    )


class NotAllPicked(Exception):
    """Some lines are neither picked nor rejected."""

    def __init__(self, left: int) -> None:
        super().__init__(
            f"{left} still to pick: pick it, or reject it with a reason" if left else "Nothing is picked"
        )
        self.left = left


class EngravingBegun(Exception):
    """The words are being cut: the piece is the client's, and goes no other way."""

    def __init__(self) -> None:
        super().__init__("Its engraving has begun: it is the client’s piece now")


class MakingBegun(Exception):
    """It is made to the client's specification, and its making has begun."""

    def __init__(self) -> None:
        super().__init__("It is made to your wishes, and its making has begun")


class NotEngravedYet(Exception):
    """The words of some picked lines are still to be cut."""

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} still to engrave")
        self.left = left


async def all_picked(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID) -> list[UUID]:
    """The picked lines of a locked fulfilment. Raises NotAllPicked while others are still to pick, and where there are
    none; NotEngravedYet."""
    lines = await lines_of(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
    left = sum(line.state == "sourced" for line in lines)
    picked = [line.id for line in lines if line.state == "picked"]
    if left or not picked:
        raise NotAllPicked(left)
    uncut = sum(line.to_engrave for line in lines if line.state == "picked")
    if uncut:
        raise NotEngravedYet(uncut)
    return picked


async def end_if_empty(
    conn: Conn,
    *,
    maison_id: UUID,
    fulfilment_ids: list[UUID],
    state: str,
    by_id: UUID | None,
    now: datetime,
) -> int:
    """Ends the locked order's work in which no line is open any more, and with it its code; returns how many ended."""
    return await execute(
        conn,
        """
        update orders.fulfilment f set state = %(state)s, ended_at = %(now)s, ended_by = %(by_id)s::uuid, code_hash = null,
          version = version + 1
        where f.maison_id = %(maison_id)s and f.id = any(%(ids)s::uuid[]) and f.state in ('awaited', 'asked', 'accepted', 'ready')
          and not exists (select 1 from orders.order_line l where l.maison_id = f.maison_id
            and l.fulfilment_id = f.id and l.state in ('sourced', 'picked'))
        """,
        maison_id=maison_id,
        ids=fulfilment_ids,
        state=state,
        by_id=by_id,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _Closed:
    state: str


async def close_if_done(conn: Conn, *, maison_id: UUID, order_id: UUID, now: datetime) -> bool:
    """Closes the locked order when no line of it is open: completed if anything left, else cancelled."""
    closed: _Closed | None = await maybe(
        conn,
        _Closed,
        """
        update orders.order o set changed_at = %(now)s, state = case when exists (
            select 1 from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id
              and l.state in ('handed_over', 'dispatched')) then 'completed' else 'cancelled' end
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s and o.state = 'placed' and not exists (
          select 1 from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id
            and l.state in ('sourced', 'unsourced', 'picked'))
        returning o.state
        """,
        maison_id=maison_id,
        order_id=order_id,
        now=now,
    )
    if closed is None:
        return False
    if closed.state == "cancelled":
        await quota_counts.let_go(conn, maison_id=maison_id, order_id=order_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[OrderClosed(order_id, closed.state)])
    return True


@dataclass(frozen=True, slots=True)
class Opening:
    """Half-open."""

    opens_at: datetime
    closes_at: datetime


async def pick_by(conn: Conn, *, location_id: UUID, minutes: int, now: datetime) -> datetime:
    """When a location asked now has had `minutes` of its opening time, as placing an order says it too."""
    openings = await many(
        conn,
        Opening,
        """
        select opens_at, closes_at from public_facts.opening
        where location_id = %(location_id)s and closes_at > %(now)s order by opens_at limit 60
        """,
        location_id=location_id,
        now=now,
    )
    return after_working(openings, minutes, now)


def after_working(openings: list[Opening], minutes: int, now: datetime) -> datetime:
    """`now` plus so many minutes within the openings (sorted, apart); where they are unknown or end, two days."""
    left = timedelta(minutes=minutes)
    for opening in openings:
        begins = max(now, opening.opens_at)
        if opening.closes_at - begins >= left:
            return begins + left
        left -= max(timedelta(), opening.closes_at - begins)
    return now + timedelta(days=UNKNOWN_HOURS_DAYS)
