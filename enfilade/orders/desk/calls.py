"""Calls to be made: whom, about which order, when, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base.db import Conn, execute, many, maybe
from enfilade.orders.desk.notes import NotAtTheDesk
from enfilade.staff.people import Colleague

WORDS_MAX, WHOM_MAX = 1000, 200
LISTED_MAX = 100
#: A call is promised for a day people remember.
AHEAD_MAX = timedelta(days=90)
OUTCOMES: dict[str, str] = {
    "reached": "The client was reached",
    "not_reached": "The client was not reached",
    "not_needed": "It is not needed any more",
}


class NoSuchCall(Exception):
    """There is none of this id at this maison."""


class WhenToCall(Exception):
    """A call has a time that is to come, and somebody to be called."""

    def __init__(self) -> None:
        super().__init__("Say when to call, within three months, and whom if no order says it.")


@dataclass(frozen=True, slots=True)
class Call:
    """`whom` and `phone`: from the order's contact as long as that is kept, else what was written. `done_at` None: to be made."""

    id: UUID
    order_id: UUID | None
    order_number: str
    whom: str
    phone: str
    words: str
    due_at: datetime
    asked_by: str
    outcome: str | None
    done_at: datetime | None
    done_by: str


async def promise(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    call_id: UUID,
    order_id: UUID | None,
    whom: str,
    words: str,
    due_at: datetime,
    now: datetime,
) -> None:
    """Somebody of the desk calls at `due_at`. Written once under its id. Raises NotAtTheDesk, WhenToCall."""
    if not by.serves_clients:
        raise NotAtTheDesk
    whom = whom.strip()[:WHOM_MAX]
    if not now - timedelta(minutes=5) <= due_at <= now + AHEAD_MAX or (order_id is None and not whom):
        raise WhenToCall
    await execute(
        conn,
        """
        insert into orders.call_back (maison_id, id, order_id, whom, words, due_at, asked_at, asked_by)
        values (%(maison_id)s, %(id)s, %(order_id)s, %(whom)s, %(words)s, %(due_at)s, %(now)s, %(by)s)
        on conflict on constraint call_back_pkey do nothing
        """,
        maison_id=maison_id,
        id=call_id,
        order_id=order_id,
        whom=whom,
        words=words.strip()[:WORDS_MAX],
        due_at=due_at,
        now=now,
        by=by.staff_id,
    )


@dataclass(frozen=True, slots=True)
class Ended:
    """A call that was made, or known not to be needed; `order_id` is what it was about."""

    order_id: UUID | None
    first: bool


async def end(
    conn: Conn, *, maison_id: UUID, by: Colleague, call_id: UUID, outcome: str, now: datetime
) -> Ended:
    """Who is first says what came of it; said again, it stays. Raises NotAtTheDesk, NoSuchCall, WhenToCall."""
    if not by.serves_clients:
        raise NotAtTheDesk
    done = outcome in OUTCOMES and await execute(
        conn,
        """
        update orders.call_back set outcome = %(outcome)s, done_at = %(now)s, done_by = %(by)s
        where maison_id = %(maison_id)s and id = %(id)s and done_at is null
        """,
        maison_id=maison_id,
        id=call_id,
        outcome=outcome,
        by=by.staff_id,
        now=now,
    )
    found = await maybe(
        conn,
        _About,
        "select order_id from orders.call_back where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=call_id,
    )
    if found is None:
        raise NoSuchCall
    if outcome not in OUTCOMES:
        raise WhenToCall
    return Ended(found.order_id, bool(done))


@dataclass(frozen=True, slots=True)
class _About:
    order_id: UUID | None


async def to_make(conn: Conn, *, maison_id: UUID, until: datetime) -> list[Call]:
    """Those due before `until` that nobody has made, the most overdue first."""
    return await many(
        conn,
        Call,
        """
        select k.id, k.order_id, coalesce(o.number, '') as order_number,
          coalesce(nullif(k.whom, ''), c.name, '') as whom, coalesce(c.phone, '') as phone, k.words, k.due_at,
          coalesce(a.name, '') as asked_by, k.outcome, k.done_at, '' as done_by
        from orders.call_back k
        left join orders.order o on o.maison_id = k.maison_id and o.id = k.order_id
        left join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id and c.erased_at is null
        left join staff.person a on a.maison_id = k.maison_id and a.id = k.asked_by
        where k.maison_id = %(maison_id)s and k.done_at is null and k.due_at < %(until)s
        order by k.due_at, k.id limit %(most)s
        """,
        maison_id=maison_id,
        until=until,
        most=LISTED_MAX,
    )


async def of_order(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Call]:
    """All about one order, those to be made first."""
    return await many(
        conn,
        Call,
        """
        select k.id, k.order_id, '' as order_number, k.whom, '' as phone, k.words, k.due_at, coalesce(a.name, '') as asked_by,
          k.outcome, k.done_at, coalesce(d.name, '') as done_by
        from orders.call_back k
        left join staff.person a on a.maison_id = k.maison_id and a.id = k.asked_by
        left join staff.person d on d.maison_id = k.maison_id and d.id = k.done_by
        where k.maison_id = %(maison_id)s and k.order_id = %(order_id)s
        order by k.done_at is not null, k.due_at desc, k.id limit %(most)s
        """,
        maison_id=maison_id,
        order_id=order_id,
        most=LISTED_MAX,
    )
