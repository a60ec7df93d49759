"""Goodwill: a part of what was paid for a piece is given back, and the client keeps it.

At the word of client service up to the share of an order that the maison sets, above it once a manager approves. Money, books
and counters move in one transaction under the order's lock. See docs/algorithms/goodwill.md.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import errors

from enfilade.base import audit, facts, jobs
from enfilade.base.db import Conn, constraint, execute, many, maybe
from enfilade.orders import returns
from enfilade.orders.desk.notes import NotAtTheDesk
from enfilade.orders.events import GoodwillGiven
from enfilade.payments import captures, ledger
from enfilade.payments.tender import TILL
from enfilade.staff.people import Colleague

REASONS: dict[str, str] = {
    "late": "It came late",
    "damaged": "It has a flaw the client accepts",
    "service": "We served badly",
    "price": "Its price was lower elsewhere",
    "other": "Another reason",
}
AFTER = ("orders.credit_goodwill", "orders.mail_goodwill")


class NothingToGiveBack(Exception):
    """The piece is not the client's for good, or its money is not taken: cancel it, or wait for the payment."""


class PaidAtTheCounter(Exception):
    """A till took the money, and gives it back."""

    def __init__(self) -> None:
        super().__init__("This was paid at a counter: a boutique gives back what was paid there.")


class MoreThanWasPaid(Exception):
    """Not so much is left of what was paid for the piece, or of what was taken for the order."""

    def __init__(self) -> None:
        super().__init__("That is more than is left of what was paid for it.")


class WhyGoodwill(Exception):
    """An amount of more than nothing is given for one of the known reasons."""

    def __init__(self) -> None:
        super().__init__("Say how much is given back, and why.")


class GoodwillWaits(Exception):
    """A manager has not decided yet what was asked for this order before."""

    def __init__(self) -> None:
        super().__init__("Something waits for a manager on this order already.")


class NoSuchGoodwill(Exception):
    """There is none of this id at this maison."""


class GoodwillDecided(Exception):
    """A manager has decided otherwise meanwhile."""

    def __init__(self) -> None:
        super().__init__("It is decided already.")


class ManagersDecide(Exception):
    """Only a manager of the maison decides above the desk's share."""

    def __init__(self) -> None:
        super().__init__("A manager of the maison decides this.")


@dataclass(frozen=True, slots=True)
class Goodwill:
    """What was asked to be given back of a line, in the order's currency, and where that stands: asked, given or declined.

    `refund`: the state of its refund at the provider, '' before one is asked.
    """

    id: UUID
    order_id: UUID
    order_number: str
    piece: str
    amount_minor: int
    currency: str
    reason: str
    state: str
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str
    refund: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as money sees it; `taken`: its own capture has ended well."""

    id: UUID
    state: str
    final: bool
    taken: bool
    provider: str
    payment_id: UUID | None
    currency: str
    total_minor: int
    tax_minor: int
    worth_minor: int
    order_minor: int
    given_minor: int
    goodwill_percent: int

    def within(self, amount_minor: int) -> bool:
        """Whether client service may give so much at its own word, with what the order was given before."""
        return (self.given_minor + amount_minor) * 100 <= self.order_minor * self.goodwill_percent


@dataclass(frozen=True, slots=True)
class _Asked:
    order_id: UUID
    order_line_id: UUID
    amount_minor: int
    tax_minor: int
    reason: str
    state: str


async def ask(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    goodwill_id: UUID,
    order_id: UUID,
    line_id: UUID,
    amount_minor: int,
    reason: str,
    now: datetime,
) -> str:
    """Gives `amount_minor` of the line back, or asks a manager to; returns the state: given or asked.

    Repeated with the same id, it is the same one. Raises NotAtTheDesk, WhyGoodwill, NoSuchOrder, NothingToGiveBack,
    PaidAtTheCounter, MoreThanWasPaid, GoodwillWaits.
    """
    if not by.serves_clients:
        raise NotAtTheDesk
    if amount_minor <= 0 or reason not in REASONS:
        raise WhyGoodwill
    await returns.lock(conn, maison_id=maison_id, order_id=order_id)
    before = await _asked(conn, maison_id, goodwill_id)
    if before is not None:
        return before.state
    line = await _line(conn, maison_id, order_id, line_id)
    _refuse(line, amount_minor)
    state = "given" if by.role == "maison_manager" or line.within(amount_minor) else "asked"
    tax_minor = line.tax_minor * amount_minor // line.total_minor
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                insert into orders.goodwill (maison_id, id, order_id, order_line_id, amount_minor, tax_minor, currency, reason,
                  state, asked_at, asked_by, decided_at, decided_by)
                values (%(maison_id)s, %(id)s, %(order_id)s, %(line_id)s, %(amount)s, %(tax)s, %(currency)s, %(reason)s,
                  %(state)s, %(now)s, %(by)s, case when %(given)s then %(now)s::timestamptz end,
                  case when %(given)s then %(by)s::uuid end)
                """,
                maison_id=maison_id,
                id=goodwill_id,
                order_id=order_id,
                line_id=line_id,
                amount=amount_minor,
                tax=tax_minor,
                currency=line.currency,
                reason=reason,
                state=state,
                given=state == "given",
                by=by.staff_id,
                now=now,
            )
    except errors.UniqueViolation as error:
        if constraint(error) == "one_goodwill_asked":
            raise GoodwillWaits from None
        raise
    await _note(conn, maison_id, by, "give_goodwill" if state == "given" else "ask_goodwill", order_id, now)
    if state == "given":
        given = _Asked(order_id, line_id, amount_minor, tax_minor, reason, state)
        await _give(conn, maison_id, by, goodwill_id, given, line, now)
    return state


async def approve(conn: Conn, *, maison_id: UUID, by: Colleague, goodwill_id: UUID, now: datetime) -> UUID:
    """A manager lets it be given; returns the order's id. Repeatable.

    Raises ManagersDecide, NoSuchGoodwill, GoodwillDecided, and what `ask` does where it cannot be given any more.
    """
    asked = await _to_decide(conn, maison_id, by, goodwill_id)
    if asked.state == "declined":
        raise GoodwillDecided
    if asked.state == "asked":
        line = await _line(conn, maison_id, asked.order_id, asked.order_line_id)
        _refuse(line, asked.amount_minor)
        await _decide(conn, maison_id, by, goodwill_id, "given", now)
        await _note(conn, maison_id, by, "approve_goodwill", asked.order_id, now)
        await _give(conn, maison_id, by, goodwill_id, asked, line, now)
    return asked.order_id


async def decline(conn: Conn, *, maison_id: UUID, by: Colleague, goodwill_id: UUID, now: datetime) -> UUID:
    """A manager does not; nothing moves. Returns the order's id. Repeatable.

    Raises ManagersDecide, NoSuchGoodwill, GoodwillDecided.
    """
    asked = await _to_decide(conn, maison_id, by, goodwill_id)
    if asked.state == "given":
        raise GoodwillDecided
    if asked.state == "asked":
        await _decide(conn, maison_id, by, goodwill_id, "declined", now)
        await _note(conn, maison_id, by, "decline_goodwill", asked.order_id, now)
    return asked.order_id


async def of_order(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Goodwill]:
    """What was asked and given for one order, the newest first."""
    return await _listed(conn, maison_id, order_id)


async def waiting(conn: Conn, *, maison_id: UUID) -> list[Goodwill]:
    """What waits for a manager, the oldest last."""
    return await _listed(conn, maison_id, None)


async def _to_decide(conn: Conn, maison_id: UUID, by: Colleague, goodwill_id: UUID) -> _Asked:
    if by.role != "maison_manager":
        raise ManagersDecide
    found = await _asked(conn, maison_id, goodwill_id)
    if found is None:
        raise NoSuchGoodwill
    await returns.lock(conn, maison_id=maison_id, order_id=found.order_id)
    # In a statement of its own: it sees what was decided while we waited for the lock.
    found = await _asked(conn, maison_id, goodwill_id)
    assert found is not None
    return found


async def _decide(
    conn: Conn, maison_id: UUID, by: Colleague, goodwill_id: UUID, state: str, now: datetime
) -> None:
    decided = await execute(
        conn,
        """
        update orders.goodwill set state = %(state)s, decided_at = %(now)s, decided_by = %(by)s
        where maison_id = %(maison_id)s and id = %(id)s and state = 'asked'
        """,
        maison_id=maison_id,
        id=goodwill_id,
        state=state,
        by=by.staff_id,
        now=now,
    )
    assert decided, "decided under the order's lock"


async def _give(
    conn: Conn,
    maison_id: UUID,
    by: Colleague,
    goodwill_id: UUID,
    given: _Asked,
    line: _Line,
    now: datetime,
) -> None:
    """The line's counter, the books, the refund, the news: all of it or nothing. Raises MoreThanWasPaid."""
    assert line.payment_id is not None
    try:
        async with conn.transaction():
            counted = await execute(
                conn,
                """
                update orders.order_line set goodwill_minor = goodwill_minor + %(amount)s,
                  goodwill_tax_minor = goodwill_tax_minor + %(tax)s
                where maison_id = %(maison_id)s and id = %(line_id)s and state in ('handed_over', 'dispatched')
                """,
                maison_id=maison_id,
                line_id=given.order_line_id,
                amount=given.amount_minor,
                tax=given.tax_minor,
            )
            assert counted, "the line has left for good"
            await captures.ask_refund(
                conn,
                maison_id=maison_id,
                payment_id=line.payment_id,
                cause_id=goodwill_id,
                amount_minor=given.amount_minor,
                now=now,
            )
    except errors.CheckViolation as error:
        if constraint(error) in ("never_goodwill_beyond", "never_refund_asked_beyond"):
            raise MoreThanWasPaid from None
        raise
    await ledger.post_goodwill(
        conn,
        maison_id=maison_id,
        payment_id=line.payment_id,
        order_id=given.order_id,
        goodwill_id=goodwill_id,
        total_minor=given.amount_minor,
        tax_minor=given.tax_minor,
        now=now,
    )
    fact = GoodwillGiven(given.order_id, given.amount_minor, line.currency, given.reason, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    work = [jobs.Job(name, {"goodwill_id": goodwill_id}) for name in AFTER]
    await jobs.defer(conn, maison_id=maison_id, jobs=work)


def _refuse(line: _Line, amount_minor: int) -> None:
    if line.provider == TILL or line.payment_id is None:
        raise PaidAtTheCounter
    if line.state not in ("handed_over", "dispatched") or not line.final:
        raise NothingToGiveBack(
            "It has not left us for good: cancel it instead, or wait until its hand-over is final."
        )
    if not line.taken:
        raise NothingToGiveBack("Its money is not taken yet, or could not be.")
    if amount_minor > line.worth_minor:
        raise MoreThanWasPaid


async def _asked(conn: Conn, maison_id: UUID, goodwill_id: UUID) -> _Asked | None:
    return await maybe(
        conn,
        _Asked,
        """
        select order_id, order_line_id, amount_minor, tax_minor, reason, state from orders.goodwill
        where maison_id = %(maison_id)s and id = %(id)s
        """,
        maison_id=maison_id,
        id=goodwill_id,
    )


async def _line(conn: Conn, maison_id: UUID, order_id: UUID, line_id: UUID) -> _Line:
    found = await maybe(
        conn,
        _Line,
        """
        select l.id, l.state, f.id is not null and f.capture_after is null as final,
          coalesce(p.captured_minor > 0 and (not p.separate_capture or a.state = 'done'), false) as taken,
          coalesce(p.provider, '') as provider, p.id as payment_id, o.currency, l.total_minor, l.tax_minor,
          -- What is left of it, and of all that was taken and not asked back.
          least(l.total_minor - l.total_minor * l.returned / l.quantity - l.goodwill_minor,
            coalesce(p.captured_minor - p.refund_asked_minor - p.passed_minor, 0)) as worth_minor,
          o.total_minor as order_minor, (select coalesce(sum(g.amount_minor), 0)::bigint from orders.goodwill g
            where g.maison_id = o.maison_id and g.order_id = o.id and g.state = 'given') as given_minor,
          t.goodwill_percent
        from orders.order o
        join orders.order_line l on l.maison_id = o.maison_id and l.order_id = o.id
        join maisons.policy t on t.maison_id = o.maison_id
        left join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
        left join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id
        left join payments.operation a on a.maison_id = p.maison_id and a.payment_id = p.id and a.kind = 'capture'
          and a.cause_id = l.fulfilment_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s and l.id = %(line_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
        line_id=line_id,
    )
    if found is None:
        raise NothingToGiveBack("Choose a piece of this order")
    return found


async def _note(conn: Conn, maison_id: UUID, by: Colleague, act: str, order_id: UUID, now: datetime) -> None:
    await audit.record(
        conn,
        maison_id=maison_id,
        staff_id=by.staff_id,
        act=act,
        subject_kind="order",
        subject_id=order_id,
        now=now,
    )


async def _listed(conn: Conn, maison_id: UUID, order_id: UUID | None) -> list[Goodwill]:
    return await many(
        conn,
        Goodwill,
        """
        select g.id, g.order_id, o.number as order_number, concat_ws(', ', l.name, nullif(l.size, '')) as piece, g.amount_minor,
          g.currency, g.reason, g.state, g.asked_at, coalesce(a.name, '') as asked_by, g.decided_at,
          coalesce(d.name, '') as decided_by, coalesce((select x.state from payments.operation x
            where x.maison_id = g.maison_id and x.payment_id = o.payment_id and x.kind = 'refund' and x.cause_id = g.id), '')
            as refund
        from orders.goodwill g
        join orders.order o on o.maison_id = g.maison_id and o.id = g.order_id
        join orders.order_line l on l.maison_id = g.maison_id and l.id = g.order_line_id
        left join staff.person a on a.maison_id = g.maison_id and a.id = g.asked_by
        left join staff.person d on d.maison_id = g.maison_id and d.id = g.decided_by
        where g.maison_id = %(maison_id)s and case when %(order_id)s::uuid is null then g.state = 'asked'
          else g.order_id = %(order_id)s::uuid end
        order by g.asked_at desc, g.id limit 100
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
