"""Money that follows the pieces: what left is captured, what ended without its piece is given back or let go."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.orders import exchange_wishes, returns
from enfilade.payments import captures, giving_back
from enfilade.payments.tender import TILL


@dataclass(frozen=True, slots=True)
class _Owed:
    payment_id: UUID
    separate_capture: bool
    payment_state: str
    uncaptured_minor: int
    unfinished: bool
    captured_minor: int
    undelivered_minor: int


async def let_go_of_the_rest(conn: Conn, *, maison_id: UUID, order_id: UUID, now: datetime) -> None:
    """Voids what stays authorised once the order is closed and every capture it caused has ended; of what was taken at once,
    delivery is given back where no parcel left.

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
          as unfinished, p.captured_minor,
          coalesce((select d.total_minor from orders.delivery d where d.maison_id = o.maison_id and d.order_id = o.id
            and d.fulfilment_id is null), 0) as undelivered_minor
        from orders.order o join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    if owed is None or owed.unfinished:
        return
    if not owed.separate_capture and owed.undelivered_minor and owed.captured_minor:
        await captures.ask_refund(
            conn,
            maison_id=maison_id,
            payment_id=owed.payment_id,
            cause_id=order_id,
            amount_minor=owed.undelivered_minor,
            now=now,
        )
    if not owed.separate_capture or owed.uncaptured_minor == 0:
        return
    if owed.payment_state in ("authorised", "captured"):
        await captures.ask_void(
            conn, maison_id=maison_id, payment_id=owed.payment_id, cause_id=order_id, now=now
        )


@dataclass(frozen=True, slots=True)
class _Order:
    id: UUID


async def captured(conn: Conn, *, maison_id: UUID, payment_id: UUID, now: datetime) -> None:
    """A capture of the payment has ended: perhaps the rest can be let go now, or what came back be paid back."""
    order = await maybe(
        conn,
        _Order,
        "select id from orders.order where maison_id = %(maison_id)s and payment_id = %(payment_id)s",
        maison_id=maison_id,
        payment_id=payment_id,
    )
    if order is not None:
        await refund_returned(conn, maison_id=maison_id, order_id=order.id, now=now)
        await decide_exchanges(conn, maison_id=maison_id, order_id=order.id)
        await let_go_of_the_rest(conn, maison_id=maison_id, order_id=order.id, now=now)


async def decide_exchanges(conn: Conn, *, maison_id: UUID, order_id: UUID) -> None:
    """Lets the job decide what is to be exchanged: it may have waited for a capture, or was forgotten."""
    due = await many(
        conn,
        _Order,
        "select distinct return_id as id from orders.exchange"
        " where maison_id = %(maison_id)s and order_id = %(order_id)s and state = 'due'",
        maison_id=maison_id,
        order_id=order_id,
    )
    for one in due:
        await exchange_wishes.work(conn, maison_id=maison_id, return_id=one.id)


@dataclass(frozen=True, slots=True)
class _Refund:
    return_id: UUID
    payment_id: UUID | None
    provider: str
    refund_minor: int


async def refund_returned(conn: Conn, *, maison_id: UUID, order_id: UUID, now: datetime) -> int:
    """Decides what is paid back for the order's received returns, once each; returns how many were decided.

    Pieces whose capture is under way wait for its end; pieces whose capture was refused were never paid. What was paid at the
    till is paid back at the till: owed there from now on, where the sale was the till’s (`payments.giving_back`). What is to be
    exchanged is decided first (`exchanges`), and is not paid back.
    """
    await returns.lock(conn, maison_id=maison_id, order_id=order_id)
    decided = await many(
        conn,
        _Refund,
        """
        with worth as (
          select r.id, bool_or(a.state = 'asked' or e.state = 'asked') as waits,
            coalesce(sum(x.value_minor) filter (where not p.separate_capture or a.state = 'done'), 0)
              + case when bool_and(not p.separate_capture or e.state = 'done') then r.delivery_minor else 0 end
              - (select coalesce(sum(g.value_minor), 0) from orders.exchange g
                where g.maison_id = r.maison_id and g.return_id = r.id) as minor
          from orders.return r
          join orders.order o on o.maison_id = r.maison_id and o.id = r.order_id
          left join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id
          left join orders.return_line x on x.maison_id = r.maison_id and x.return_id = r.id and x.disposition is not null
          left join orders.order_line l on l.maison_id = x.maison_id and l.id = x.order_line_id
          left join payments.operation a on a.maison_id = p.maison_id and a.payment_id = p.id and a.kind = 'capture'
            and a.cause_id = l.fulfilment_id
          left join orders.delivery d on d.maison_id = r.maison_id and d.return_id = r.id
          left join payments.operation e on e.maison_id = p.maison_id and e.payment_id = p.id and e.kind = 'capture'
            and e.cause_id = d.fulfilment_id
          where r.maison_id = %(maison_id)s and r.order_id = %(order_id)s and r.state = 'received' and r.refund_minor is null
            and not exists (select 1 from orders.exchange g
              where g.maison_id = r.maison_id and g.return_id = r.id and g.state = 'due')
          group by r.maison_id, r.id, r.delivery_minor
        ), shared as (
          -- Never beyond what was taken, whoever asked for it before.
          select w.id, o.payment_id, coalesce(p.provider, '') as provider,
            least(w.minor, greatest(0, coalesce(p.captured_minor - p.refund_asked_minor - p.passed_minor, 0)
            - coalesce(sum(w.minor) over (order by w.id rows between unbounded preceding and 1 preceding), 0))) as minor
          from worth w
          join orders.order o on o.maison_id = %(maison_id)s and o.id = %(order_id)s
          left join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id
          where not coalesce(w.waits, false)
        )
        update orders.return r set refund_minor = s.minor, changed_at = %(now)s
        from shared s where r.maison_id = %(maison_id)s and r.id = s.id and r.refund_minor is null
        returning r.id as return_id, s.payment_id, s.provider, s.minor::bigint as refund_minor
        """,
        maison_id=maison_id,
        order_id=order_id,
        now=now,
    )
    for one in decided:
        if one.payment_id is not None and one.refund_minor and one.provider == TILL:
            await giving_back.owe(
                conn,
                maison_id=maison_id,
                payment_id=one.payment_id,
                return_id=one.return_id,
                amount_minor=one.refund_minor,
                now=now,
            )
        elif one.payment_id is not None and one.refund_minor:
            await captures.ask_refund(
                conn,
                maison_id=maison_id,
                payment_id=one.payment_id,
                cause_id=one.return_id,
                amount_minor=one.refund_minor,
                now=now,
            )
    return len(decided)


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
