"""A drawer: the cash of one boutique, from the float a person lays in to the count that closes it. Closed, it never changes.

Every verb of the till locks the open drawer first, so that a boutique's counter does one thing at a time. Lock order: drawer,
sale, payment, order, then as everywhere.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import errors

from enfilade.base import audit, facts
from enfilade.base.db import Conn, constraint, execute, many, maybe, scalar
from enfilade.boutiques import workshops
from enfilade.orders.till import fiscal
from enfilade.orders.till.events import TillClosed, TillOpened
from enfilade.payments import tenders
from enfilade.staff.people import Colleague
from enfilade.stock import holds

WORDS_MAX = 200


class NoSuchDrawer(Exception):
    """No drawer of this maison at a boutique of theirs."""


class TillNotOpen(Exception):
    """Nothing is sold before somebody has opened the till with its float, and nothing after its count."""


class TillOpenAlready(Exception):
    """The boutique's drawer is open: it is counted before another one is opened."""


class NoPricesHere(Exception):
    """The boutique's country is in none of the maison's markets."""


class NotSoMuchThere(Exception):
    """The drawer holds less cash than is to leave it."""


class NotAnAmount(Exception):
    """More than nothing was expected."""


class SayWhy(Exception):
    """Cash is paid in or out with a reason, and a count that differs is explained."""


class SalesUnfinished(Exception):
    """A sale of the day has money in it and is neither settled nor given up, or the terminal has not answered."""


@dataclass(frozen=True, slots=True)
class Drawer:
    """An open drawer, locked until the transaction ends."""

    id: UUID
    location_id: UUID
    legal_entity_id: UUID
    market: str
    currency: str
    day: date
    cash_minor: int


async def open_drawer(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    drawer_id: UUID,
    location_id: UUID,
    float_minor: int,
    now: datetime,
) -> None:
    """Opens the boutique's till with its float, in minor units of its market; asked again with the same id, it is open.

    Raises NoSuchDrawer (not their boutique), NoPricesHere, TillOpenAlready, NotAnAmount.
    """
    if not by.works_at(location_id):
        raise NoSuchDrawer
    if float_minor < 0:
        raise NotAnAmount("A float is no less than nothing")
    known = await scalar(
        conn,
        "select id from orders.drawer where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=drawer_id,
    )
    if known is not None:
        return
    try:
        opened = await execute(
            conn,
            """
            insert into orders.drawer (maison_id, id, location_id, legal_entity_id, market, currency, day, opened_at, opened_by,
              cash_minor)
            select %(maison_id)s, %(id)s, l.id, k.legal_entity_id, k.code, k.currency,
              (%(now)s::timestamptz at time zone l.zone)::date, %(now)s, %(by)s, 0
            from boutiques.location l
            join maisons.market k on k.maison_id = l.maison_id and l.country = any(k.countries)
            where l.maison_id = %(maison_id)s and l.id = %(location_id)s and l.kind = 'boutique' order by k.code limit 1
            """,
            maison_id=maison_id,
            id=drawer_id,
            location_id=location_id,
            by=by.staff_id,
            now=now,
        )
    except errors.UniqueViolation as error:
        if constraint(error) != "one_open_drawer":
            raise
        raise TillOpenAlready("The till of this boutique is open already") from error
    if not opened:
        raise NoPricesHere("The maison has no prices for the country of this boutique")
    await move(
        conn,
        maison_id=maison_id,
        drawer_id=drawer_id,
        kind="float",
        cause_id=drawer_id,
        amount_minor=float_minor,
        by_id=by.staff_id,
        now=now,
    )
    await facts.record(
        conn, maison_id=maison_id, now=now, facts=[TillOpened(drawer_id, location_id, by.staff_id)]
    )
    await fiscal.record(
        conn, maison_id=maison_id, drawer_id=drawer_id, kind="opened", subject_id=drawer_id, now=now
    )


async def at_work(conn: Conn, *, maison_id: UUID, by: Colleague, drawer_id: UUID) -> Drawer:
    """The open drawer, locked. Raises NoSuchDrawer, TillNotOpen."""
    found = await maybe(
        conn,
        Drawer,
        """
        select id, location_id, legal_entity_id, market, currency, day, cash_minor from orders.drawer
        where maison_id = %(maison_id)s and id = %(id)s and closed_at is null for no key update
        """,
        maison_id=maison_id,
        id=drawer_id,
    )
    if found is None:
        known = await scalar(
            conn,
            "select location_id from orders.drawer where maison_id = %(maison_id)s and id = %(id)s",
            maison_id=maison_id,
            id=drawer_id,
        )
        if known is None or not by.works_at(known):
            raise NoSuchDrawer
        raise TillNotOpen("This till has been counted and closed: open the next one")
    if not by.works_at(found.location_id):
        raise NoSuchDrawer
    return found


async def lock(conn: Conn, *, maison_id: UUID, drawer_id: UUID) -> None:
    """The drawer, for who has no colleague's say."""
    await execute(
        conn,
        "select 1 from orders.drawer where maison_id = %(maison_id)s and id = %(id)s for no key update",
        maison_id=maison_id,
        id=drawer_id,
    )


async def open_at(conn: Conn, *, maison_id: UUID, by: Colleague, location_id: UUID) -> Drawer:
    """The open drawer of a boutique, locked. Raises NoSuchDrawer, TillNotOpen."""
    if not by.works_at(location_id):
        raise NoSuchDrawer
    drawer_id = await scalar(
        conn,
        """
        select id from orders.drawer
        where maison_id = %(maison_id)s and location_id = %(location_id)s and closed_at is null
        """,
        maison_id=maison_id,
        location_id=location_id,
    )
    if drawer_id is None:
        if not await currency_at(conn, maison_id=maison_id, location_id=location_id):
            raise NoSuchDrawer
        raise TillNotOpen("Open the till first, with its float")
    return await at_work(conn, maison_id=maison_id, by=by, drawer_id=drawer_id)


async def move(
    conn: Conn,
    *,
    maison_id: UUID,
    drawer_id: UUID,
    kind: str,
    cause_id: UUID,
    amount_minor: int,
    by_id: UUID,
    now: datetime,
    words: str = "",
) -> None:
    """Cash into the open drawer, or out of it (below nothing), once for its cause. Raises NotSoMuchThere, TillNotOpen."""
    try:
        moved = await execute(
            conn,
            """
            with counted as (
              update orders.drawer d set cash_minor = d.cash_minor + %(amount)s
              where d.maison_id = %(maison_id)s and d.id = %(drawer_id)s and d.closed_at is null
                and not exists (select 1 from orders.cash_movement m
                  where m.maison_id = d.maison_id and m.kind = %(kind)s and m.cause_id = %(cause_id)s)
              returning d.id
            )
            insert into orders.cash_movement (maison_id, drawer_id, kind, cause_id, amount_minor, words, recorded_at, by_id)
            select %(maison_id)s, id, %(kind)s, %(cause_id)s, %(amount)s, %(words)s, %(now)s, %(by_id)s from counted
            """,
            maison_id=maison_id,
            drawer_id=drawer_id,
            kind=kind,
            cause_id=cause_id,
            amount=amount_minor,
            words=words[:WORDS_MAX],
            by_id=by_id,
            now=now,
        )
    except errors.CheckViolation as error:
        if constraint(error) != "never_more_than_is_there":
            raise
        raise NotSoMuchThere("There is not so much cash in the drawer") from error
    if not moved and not await _moved(conn, maison_id, kind, cause_id):
        raise TillNotOpen("This till has been counted and closed: open the next one")


async def _moved(conn: Conn, maison_id: UUID, kind: str, cause_id: UUID) -> bool:
    return bool(
        await scalar(
            conn,
            """
            select count(*) from orders.cash_movement
            where maison_id = %(maison_id)s and kind = %(kind)s and cause_id = %(cause_id)s
            """,
            maison_id=maison_id,
            kind=kind,
            cause_id=cause_id,
        )
    )


async def pay(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    drawer_id: UUID,
    movement_id: UUID,
    amount_minor: int,
    words: str,
    now: datetime,
) -> None:
    """Cash paid in, or out (below nothing), for a reason: flowers, change from the bank.

    Raises NoSuchDrawer, TillNotOpen, NotAnAmount, SayWhy, NotSoMuchThere.
    """
    drawer = await at_work(conn, maison_id=maison_id, by=by, drawer_id=drawer_id)
    if amount_minor == 0:
        raise NotAnAmount("Say how much")
    if not words.strip():
        raise SayWhy("Say what it is for")
    await move(
        conn,
        maison_id=maison_id,
        drawer_id=drawer.id,
        kind="paid_in" if amount_minor > 0 else "paid_out",
        cause_id=movement_id,
        amount_minor=amount_minor,
        words=words.strip(),
        by_id=by.staff_id,
        now=now,
    )
    await fiscal.record(
        conn, maison_id=maison_id, drawer_id=drawer.id, kind="paid", subject_id=movement_id, now=now
    )


@dataclass(frozen=True, slots=True)
class _Unfinished:
    id: UUID
    paid: bool
    payment_id: UUID | None


async def close(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    drawer_id: UUID,
    counted_minor: int,
    words: str,
    now: datetime,
) -> None:
    """Counts the drawer and closes it; sales without money are given up, their pieces free.

    Asked again with the same count, it is closed. Raises NoSuchDrawer, TillNotOpen, SalesUnfinished, NotAnAmount, SayWhy.
    """
    if counted_minor < 0:
        raise NotAnAmount("A count is no less than nothing")
    drawer = await at_work(conn, maison_id=maison_id, by=by, drawer_id=drawer_id)
    unfinished = await many(
        conn,
        _Unfinished,
        """
        select s.id, coalesce(p.capture_asked_minor > 0, false) or exists (select 1 from payments.tender t
          where t.maison_id = s.maison_id and t.payment_id = p.id and t.state = 'asked') as paid, p.id as payment_id
        from orders.sale s
        left join payments.payment p on p.maison_id = s.maison_id and p.checkout_id = s.id and p.state = 'asked'
        where s.maison_id = %(maison_id)s and s.drawer_id = %(id)s and s.state = 'open'
        union all
        select t.id, true, t.payment_id from payments.tender t
        where t.maison_id = %(maison_id)s and t.drawer_id = %(id)s and t.state = 'asked' and t.return_id is not null
        """,
        maison_id=maison_id,
        id=drawer.id,
    )
    if any(one.paid for one in unfinished):
        raise SalesUnfinished("A sale with money in it is not finished: settle it, or give the money back")
    for one in unfinished:
        await holds.release(conn, maison_id=maison_id, holder_id=one.id)
        if one.payment_id is not None:
            await tenders.void(conn, maison_id=maison_id, payment_id=one.payment_id, now=now)
    for one in unfinished:
        await workshops.leave(conn, maison_id=maison_id, holder_id=one.id, pieces=0)
    await execute(
        conn,
        """
        update orders.sale set state = 'given_up', changed_at = %(now)s, ended_at = %(now)s, ended_by = %(by)s
        where maison_id = %(maison_id)s and drawer_id = %(id)s and state = 'open'
        """,
        maison_id=maison_id,
        id=drawer.id,
        by=by.staff_id,
        now=now,
    )
    try:
        await execute(
            conn,
            """
            update orders.drawer set closed_at = %(now)s, closed_by = %(by)s, counted_minor = %(counted)s, words = %(words)s
            where maison_id = %(maison_id)s and id = %(id)s and closed_at is null
            """,
            maison_id=maison_id,
            id=drawer.id,
            by=by.staff_id,
            counted=counted_minor,
            words=words.strip()[:WORDS_MAX],
            now=now,
        )
    except errors.CheckViolation as error:
        if constraint(error) != "difference_is_explained":
            raise
        raise SayWhy("The count differs from what should be there: say why, as far as you know") from error
    await fiscal.record(
        conn, maison_id=maison_id, drawer_id=drawer.id, kind="closed", subject_id=drawer.id, now=now
    )
    await facts.record(
        conn,
        maison_id=maison_id,
        now=now,
        facts=[
            TillClosed(
                drawer.id,
                drawer.location_id,
                drawer.cash_minor,
                counted_minor,
                drawer.currency,
                by.staff_id,
            )
        ],
    )
    await audit.record(
        conn,
        maison_id=maison_id,
        staff_id=by.staff_id,
        act="close_till",
        subject_kind="drawer",
        subject_id=drawer.id,
        now=now,
    )


async def currency_at(conn: Conn, *, maison_id: UUID, location_id: UUID) -> str:
    """Of the boutique's market; '' where it is in none."""
    found: str | None = await scalar(
        conn,
        """
        select k.currency from boutiques.location l
        join maisons.market k on k.maison_id = l.maison_id and l.country = any(k.countries)
        where l.maison_id = %(maison_id)s and l.id = %(location_id)s and l.kind = 'boutique' order by k.code limit 1
        """,
        maison_id=maison_id,
        location_id=location_id,
    )
    return found or ""
