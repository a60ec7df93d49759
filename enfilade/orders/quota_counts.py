"""Counting for quotas: a checkout counts for each mark of its client while its pieces are held, for good once it is an order.

The table's `within_quota` holds the rule, whatever names the client gives (`marks.py`). What no longer counts is taken off when
somebody with the same mark comes again. Lock order: counts by (quota, period, mark), before positions.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import errors

from enfilade.base.db import Conn, constraint, execute, maybe
from enfilade.base.jobs import Jobs
from enfilade.orders.placing import PlacingLine


class QuotaReached(Exception):
    """This client has, with what is asked now, more pieces than the maison sells to one client in a period."""

    def __init__(self, product_ids: list[UUID], pieces_max: int) -> None:
        super().__init__(f"at most {pieces_max} for one client in this period")
        self.product_ids = product_ids
        self.pieces_max = pieces_max


class WhoIsItFor(Exception):
    """Some piece is sold by quota: it is held only for somebody with a mail address or a phone."""

    def __init__(self, product_ids: list[UUID]) -> None:
        super().__init__("this piece is limited for each client: say who it is for")
        self.product_ids = product_ids


@dataclass(frozen=True, slots=True)
class Share:
    """So many pieces of one quota in one checkout, and the terms they were put aside under."""

    quota_id: UUID
    period: int
    pieces: int
    pieces_max: int
    product_ids: tuple[UUID, ...]


def period_of(begins_at: datetime, period_days: int, now: datetime) -> int:
    """Which period `now` lies in; 0 is the first, what came before the first is negative."""
    return (now - begins_at) // timedelta(days=period_days)


def shares(lines: list[PlacingLine]) -> list[Share]:
    """What these lines take of each quota, in lock order: two lines of one family are counted together."""
    parts: dict[tuple[UUID, int], list[PlacingLine]] = {}
    for line in lines:
        if line.quota_id is not None:
            assert line.quota_period is not None and line.quota_pieces_max is not None
            parts.setdefault((line.quota_id, line.quota_period), []).append(line)
    return [
        Share(
            quota_id,
            period,
            sum(line.quantity for line in part),
            min(line.quota_pieces_max or 0 for line in part),
            tuple(line.product_id for line in part),
        )
        for (quota_id, period), part in sorted(parts.items())
    ]


async def count(
    conn: Conn,
    *,
    maison_id: UUID,
    checkout_id: UUID,
    taken: list[Share],
    marks: list[bytes],
    now: datetime,
) -> None:
    """Counts the checkout for each mark, once however often it is asked; all of it or none.

    Its pieces are to be held in the same transaction. Raises QuotaReached, after which the transaction must roll back.
    """
    if not taken or not marks:
        return
    terms = {
        "maison_id": maison_id,
        "quotas": [share.quota_id for share in taken],
        "periods": [share.period for share in taken],
        "marks": marks,
    }
    # Locks the counts in key order, whether they are new or not.
    await execute(
        conn,
        """
        insert into orders.quota_count as c (maison_id, quota_id, period, mark, pieces_max)
        select %(maison_id)s, s.quota_id, s.period, m.mark, s.pieces_max
        from unnest(%(quotas)s::uuid[], %(periods)s::integer[], %(most)s::integer[]) as s(quota_id, period, pieces_max)
        cross join unnest(%(marks)s::bytea[]) as m(mark)
        order by s.quota_id, s.period, m.mark
        on conflict (maison_id, quota_id, period, mark, region) do update
          set pieces_max = greatest(excluded.pieces_max, c.pieces)
        """,
        **terms,
        most=[share.pieces_max for share in taken],
    )
    # What neither holds a piece any more nor became an order does not count.
    await execute(
        conn,
        """
        with lapsed as (
          delete from orders.quota_use u
          using unnest(%(quotas)s::uuid[], %(periods)s::integer[]) as s(quota_id, period)
          where u.maison_id = %(maison_id)s and u.quota_id = s.quota_id and u.period = s.period and u.mark = any(%(marks)s)
            and u.placed_at is null and u.checkout_id <> %(checkout_id)s
            and not exists (select 1 from stock.hold h where h.maison_id = u.maison_id and h.holder_id = u.checkout_id
              and h.expires_at > %(now)s)
          returning u.quota_id, u.period, u.mark, u.pieces
        )
        update orders.quota_count c set pieces = c.pieces - g.pieces
        from (select quota_id, period, mark, sum(pieces)::integer as pieces from lapsed group by 1, 2, 3) g
        where c.maison_id = %(maison_id)s and c.quota_id = g.quota_id and c.period = g.period and c.mark = g.mark
        """,
        **terms,
        checkout_id=checkout_id,
        now=now,
    )
    try:
        await execute(
            conn,
            """
            with fresh as (
              insert into orders.quota_use (maison_id, quota_id, period, mark, checkout_id, pieces)
              select %(maison_id)s, s.quota_id, s.period, m.mark, %(checkout_id)s, s.pieces
              from unnest(%(quotas)s::uuid[], %(periods)s::integer[], %(pieces)s::integer[]) as s(quota_id, period, pieces)
              cross join unnest(%(marks)s::bytea[]) as m(mark)
              on conflict (maison_id, quota_id, period, mark, checkout_id, region) do nothing
              returning quota_id, period, mark, pieces
            )
            update orders.quota_count c set pieces = c.pieces + f.pieces from fresh f
            where c.maison_id = %(maison_id)s and c.quota_id = f.quota_id and c.period = f.period and c.mark = f.mark
            """,
            **terms,
            checkout_id=checkout_id,
            pieces=[share.pieces for share in taken],
        )
    except errors.CheckViolation as error:
        if constraint(error) != "within_quota":
            raise
        products = [product_id for share in taken for product_id in share.product_ids]
        raise QuotaReached(products, min(share.pieces_max for share in taken)) from error


async def keep(conn: Conn, *, maison_id: UUID, checkout_id: UUID, now: datetime) -> None:
    """The checkout has become an order, or its card belongs to a client who has their share: it counts for good."""
    await execute(
        conn,
        """
        update orders.quota_use set placed_at = %(now)s where maison_id = %(maison_id)s and checkout_id = %(checkout_id)s
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
        now=now,
    )


async def forget(conn: Conn, *, maison_id: UUID, checkout_id: UUID) -> None:
    """A sale at the counter was changed, or is for somebody else: what it counted is taken off, before it counts anew."""
    await execute(
        conn,
        """
        with locked as materialized (
          select c.quota_id, c.period, c.mark from orders.quota_count c
          where c.maison_id = %(maison_id)s and (c.quota_id, c.period, c.mark) in (select u.quota_id, u.period, u.mark
            from orders.quota_use u where u.maison_id = %(maison_id)s and u.checkout_id = %(checkout_id)s)
          order by c.quota_id, c.period, c.mark for no key update
        ), gone as (
          delete from orders.quota_use u using locked k
          where u.maison_id = %(maison_id)s and u.checkout_id = %(checkout_id)s and u.placed_at is null
            and u.quota_id = k.quota_id and u.period = k.period and u.mark = k.mark
          returning u.quota_id, u.period, u.mark, u.pieces
        )
        update orders.quota_count c set pieces = c.pieces - g.pieces from gone g
        where c.maison_id = %(maison_id)s and c.quota_id = g.quota_id and c.period = g.period and c.mark = g.mark
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )


async def let_go(conn: Conn, *, maison_id: UUID, order_id: UUID) -> None:
    """The order was cancelled as a whole: what it counted may be bought again."""
    await execute(
        conn,
        """
        update orders.quota_use u set placed_at = null from orders.order o
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s and u.maison_id = o.maison_id and u.checkout_id = o.checkout_id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


@dataclass(frozen=True, slots=True)
class _Forgotten:
    counts: int


async def forget_old(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Removes the counts of periods that are over by a week, and of quotas that ended; returns how many."""
    gone = await maybe(
        conn,
        _Forgotten,
        """
        with gone as (
          delete from orders.quota_count c where c.maison_id = %(maison_id)s and not exists (
            select 1 from orders.quota q where q.maison_id = c.maison_id and q.id = c.quota_id
              and q.begins_at + make_interval(days => q.period_days * (c.period + 1) + 7) > %(now)s)
          returning 1
        )
        select count(*)::integer as counts from gone
        """,
        maison_id=maison_id,
        now=now,
    )
    return gone.counts if gone else 0


def register(jobs: Jobs) -> None:
    """Every night."""
    jobs.at_each("41 2 * * *", "orders.forget_quotas", forget_old)
