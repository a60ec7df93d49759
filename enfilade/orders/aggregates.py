"""A maison's figures: exact days kept inside the maison, from them the months published to the group without small cells.

Days are refreshed from the facts read forward, or all of them at once; both give the same figures. What each
figure counts stands in docs/figures.md. No client, piece or place reaches the tables of schema `aggregates`.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import msgspec

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe, scalar
from enfilade.base.jobs import Jobs
from enfilade.base.money import Money
from enfilade.orders import events
from enfilade.orders.reference_rates import in_euros
from enfilade.orders.small_cells import LINES_MIN, Monthly, cells, joined, months_between
from enfilade.orders.visits import publish_visits, refresh_visit_days

ROUND, EVERYTHING = "* * * * *", "20 3 * * *"
#: The news after which figures of a day are other than before.
TOLD_BY = [
    kind.__name__
    for kind in (
        *(events.OrderPlaced, events.OrderClosed, events.FulfilmentAsked, events.FulfilmentReady),
        *(events.LineRejected, events.LineResourced, events.LineCancelled, events.FulfilmentExpired),
        *(events.FulfilmentHandedOver, events.HandOverUndone, events.FulfilmentDispatched),
        *(events.FulfilmentNotCollected, events.ReturnReceived),
    )
]


@dataclass(frozen=True, slots=True)
class _Read:
    """Facts of transactions from `since` up to, not including, `until` are new."""

    since: str
    until: str
    told_since: bool


@dataclass(frozen=True, slots=True)
class _Day:
    day: date


async def refresh(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Brings the figures up to date, as the maison's job; returns how many days were counted again.

    The first time, and after an import of sales, everything is counted.
    """
    read = await maybe(
        conn,
        _Read,
        """
        update orders.figures_read r set seen = greatest(r.seen, pg_snapshot_xmin(pg_current_snapshot()))
        where r.maison_id = %(maison_id)s and r.region = base.region()
        returning old.seen::text as since, new.seen::text as until, exists (select 1 from base.import_run i
          where i.maison_id = r.maison_id and i.kind = 'sales' and not i.dry_run and i.finished_at > r.full_at) as told_since
        """,
        maison_id=maison_id,
    )
    if read is None or read.told_since:
        return await refresh_all(conn, maison_id=maison_id, now=now)
    touched = await many(
        conn,
        _Day,
        """
        select distinct (m.moment at time zone 'UTC')::date as day
        from base.fact f
        join orders.order o on o.maison_id = f.maison_id and o.id = coalesce((f.body->>'order_id')::uuid, f.subject_id)
        cross join lateral (
          select o.placed_at as moment union all select f.recorded_at
          union all select p.ended_at from orders.fulfilment p
            where p.maison_id = o.maison_id and p.order_id = o.id and p.ended_at is not null) m
        where f.maison_id = %(maison_id)s and f.region = base.region()
          and f.xid >= %(since)s::text::xid8 and f.xid < %(until)s::text::xid8 and f.kind = any(%(kinds)s::text[])
        """,
        maison_id=maison_id,
        since=read.since,
        until=read.until,
        kinds=TOLD_BY,
    )
    # The same moment is the day before or after in the place it belongs to.
    days = {row.day + timedelta(days=n) for row in touched for n in (-1, 0, 1)}
    if days:
        await refresh_days(conn, maison_id=maison_id, days=sorted(days))
        await publish(conn, maison_id=maison_id)
    await _fresh(conn, maison_id, now)
    return len(days)


async def refresh_all(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Counts every day again and publishes; returns how many there are."""
    await execute(
        conn,
        """
        insert into orders.figures_read as kept (maison_id, seen, full_at)
        values (%(maison_id)s, pg_snapshot_xmin(pg_current_snapshot()), %(now)s)
        on conflict (maison_id, region) do update set full_at = excluded.full_at,
          seen = greatest(kept.seen, excluded.seen)
        """,
        maison_id=maison_id,
        now=now,
    )
    await _refresh_every_month(conn, maison_id)
    await publish(conn, maison_id=maison_id)
    await _fresh(conn, maison_id, now)
    counted: int = await scalar(
        conn,
        "select count(distinct day) from orders.sales_day where maison_id = %(maison_id)s",
        maison_id=maison_id,
    )
    return counted


async def _refresh_every_month(conn: Conn, maison_id: UUID) -> None:
    """Counts all days, a month with something in it at a time: no statement grows with the years, or lasts too long."""
    await execute(
        conn,
        "delete from orders.sales_day where maison_id = %(maison_id)s and region = base.region()",
        maison_id=maison_id,
    )
    await execute(
        conn,
        "delete from orders.service_day where maison_id = %(maison_id)s and region = base.region()",
        maison_id=maison_id,
    )
    await execute(
        conn,
        "delete from orders.visit_day where maison_id = %(maison_id)s and region = base.region()",
        maison_id=maison_id,
    )
    day = date.min
    while (moment := await _next_moment(conn, maison_id, day)) is not None:
        # In the place it belongs to the moment may be of the day before or after.
        begins = max(day, (moment.astimezone(UTC) - timedelta(days=1)).date().replace(day=1))
        day = (begins + timedelta(days=31)).replace(day=1)
        await refresh_days(
            conn, maison_id=maison_id, days=[begins + timedelta(days=n) for n in range((day - begins).days)]
        )


async def _next_moment(conn: Conn, maison_id: UUID, day: date) -> datetime | None:
    """The first moment that may be of this day or a later one."""
    found: datetime | None = await scalar(
        conn,
        """
        select least(
          (select min(placed_at) from orders.order where maison_id = %(maison_id)s and placed_at >= %(since)s),
          (select min(ended_at) from orders.fulfilment where maison_id = %(maison_id)s and ended_at >= %(since)s),
          (select min(received_at) from orders.return
            where maison_id = %(maison_id)s and state = 'received' and received_at >= %(since)s),
          (select min(sold_at) from orders.external_sale where maison_id = %(maison_id)s and sold_at >= %(since)s))
        """,
        maison_id=maison_id,
        since=datetime.combine(day, time(), UTC) - timedelta(days=1)
        if day > date.min
        else datetime.min.replace(tzinfo=UTC),
    )
    return found


async def refresh_days(conn: Conn, *, maison_id: UUID, days: list[date]) -> None:
    """Counts these days again. A day is that of the place the line is credited to, else of UTC."""
    begin = datetime.combine(min(days), time(), UTC) - timedelta(days=1)
    end = datetime.combine(max(days), time(), UTC) + timedelta(days=2)
    await execute(
        conn,
        """
        delete from orders.sales_day where maison_id = %(maison_id)s and region = base.region() and day = any(%(days)s::date[])
        """,
        maison_id=maison_id,
        days=days,
    )
    await execute(
        conn,
        """
        insert into orders.sales_day (maison_id, day, channel, promised_online, collected, currency, lines, net_minor)
        select %(maison_id)s, d.day, s.channel, s.promised_online, s.collected, s.currency, sum(s.lines), sum(s.net_minor)
        from (
          -- A line is sold when its promise is made.
          select o.placed_at as sold_at, l.credited_location_id as location_id, l.credited_channel as channel,
            l.promised_online, o.method = 'collect' as collected, o.currency, 1 as lines,
            l.total_minor - l.tax_minor as net_minor
          from orders.order o
          join orders.order_line l on l.maison_id = o.maison_id and l.order_id = o.id
          where o.maison_id = %(maison_id)s and o.placed_at >= %(begin)s and o.placed_at < %(end)s
            and o.method <> 'reserve' and l.state not in ('cancelled', 'refused')
          union all
          -- What was reserved is sold when it is handed over and paid.
          select f.ended_at, l.credited_location_id, l.credited_channel, l.promised_online, true, o.currency, 1,
            l.total_minor - l.tax_minor
          from orders.fulfilment f
          join orders.order_line l on l.maison_id = f.maison_id and l.fulfilment_id = f.id
          join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
          where f.maison_id = %(maison_id)s and f.ended_at >= %(begin)s and f.ended_at < %(end)s
            and o.method = 'reserve' and l.state = 'handed_over'
          union all
          -- What came back is taken off on the day it did; the line, when its last piece did.
          select r.received_at, l.credited_location_id, l.credited_channel, l.promised_online,
            o.method in ('collect', 'reserve'), o.currency, case when l.returned = l.quantity and not exists (
              select 1 from orders.return_line y join orders.return z on z.maison_id = y.maison_id and z.id = y.return_id
              where y.maison_id = l.maison_id and y.order_line_id = l.id and y.disposition is not null
                and (z.received_at, y.id) > (r.received_at, x.id)) then -1 else 0 end,
            -(x.value_minor - x.tax_minor)
          from orders.return r
          join orders.return_line x on x.maison_id = r.maison_id and x.return_id = r.id and x.disposition is not null
          join orders.order_line l on l.maison_id = x.maison_id and l.id = x.order_line_id
          join orders.order o on o.maison_id = r.maison_id and o.id = r.order_id
          where r.maison_id = %(maison_id)s and r.state = 'received' and r.received_at >= %(begin)s and r.received_at < %(end)s
          union all
          select e.sold_at, e.location_id, e.channel, e.promised_online, e.collected, e.currency, sign(e.quantity)::integer,
            e.net_minor
          from orders.external_sale e
          where e.maison_id = %(maison_id)s and e.sold_at >= %(begin)s and e.sold_at < %(end)s
        ) s
        left join boutiques.location z on z.maison_id = %(maison_id)s and z.id = s.location_id
        cross join lateral (select (s.sold_at at time zone coalesce(z.zone, 'UTC'))::date as day) d
        where d.day = any(%(days)s::date[])
        group by d.day, s.channel, s.promised_online, s.collected, s.currency
        """,
        maison_id=maison_id,
        days=days,
        begin=begin,
        end=end,
    )
    await execute(
        conn,
        """
        delete from orders.service_day where maison_id = %(maison_id)s and region = base.region() and day = any(%(days)s::date[])
        """,
        maison_id=maison_id,
        days=days,
    )
    await execute(
        conn,
        """
        insert into orders.service_day (maison_id, day, fulfilments, lines_asked, rejections, ready, minutes_to_ready)
        select %(maison_id)s, d.day, sum(s.fulfilments), sum(s.lines_asked), sum(s.rejections), sum(s.ready),
          sum(s.minutes_to_ready)
        from (
          -- What an order placed on the day asked of places, and how long its client waited for the word "ready".
          select o.placed_at as moment, f.location_id, 1 as fulfilments, 0 as lines_asked, 0 as rejections,
            (waited.minutes is not null)::integer as ready, coalesce(waited.minutes, 0) as minutes_to_ready
          from orders.order o
          join orders.fulfilment f on f.maison_id = o.maison_id and f.order_id = o.id
          cross join lateral (select case when f.method <> 'ship' and f.ready_about is null
            then floor(extract(epoch from f.ready_at - o.placed_at) / 60)::bigint end as minutes) waited
          where o.maison_id = %(maison_id)s and o.placed_at >= %(begin)s and o.placed_at < %(end)s and o.method <> 'counter'
          union all
          select o.placed_at, l.credited_location_id, 0, l.attempts, (select count(*) from orders.rejection r
            where r.maison_id = l.maison_id and r.order_line_id = l.id and r.reason <> 'closed'), 0, 0
          from orders.order o
          join orders.order_line l on l.maison_id = o.maison_id and l.order_id = o.id
          where o.maison_id = %(maison_id)s and o.placed_at >= %(begin)s and o.placed_at < %(end)s and o.method <> 'counter'
        ) s
        left join boutiques.location z on z.maison_id = %(maison_id)s and z.id = s.location_id
        cross join lateral (select (s.moment at time zone coalesce(z.zone, 'UTC'))::date as day) d
        where d.day = any(%(days)s::date[])
        group by d.day
        """,
        maison_id=maison_id,
        days=days,
        begin=begin,
        end=end,
    )
    await refresh_visit_days(conn, maison_id=maison_id, days=days, begin=begin, end=end)


@dataclass(frozen=True, slots=True)
class _SalesMonth:
    month: date
    channel: str
    promised_online: bool
    collected: bool
    currency: str
    lines: int
    net_minor: int

    @property
    def leaf(self) -> str:
        if self.promised_online:
            return "online_collected" if self.collected else "online_shipped"
        return self.channel


@dataclass(frozen=True, slots=True)
class ServiceMonths:
    """What places were asked, and did, for the orders of these months."""

    first_month: date
    last_month: date
    fulfilments: int
    lines_asked: int
    rejections: int
    ready: int
    minutes_to_ready: int

    def __add__(self, other: "ServiceMonths") -> "ServiceMonths":
        return ServiceMonths(
            min(self.first_month, other.first_month),
            max(self.last_month, other.last_month),
            self.fulfilments + other.fulfilments,
            self.lines_asked + other.lines_asked,
            self.rejections + other.rejections,
            self.ready + other.ready,
            self.minutes_to_ready + other.minutes_to_ready,
        )


async def publish(conn: Conn, *, maison_id: UUID) -> None:
    """Replaces what the group reads of this maison by what its exact days allow to tell."""
    months = await many(
        conn,
        _SalesMonth,
        """
        select date_trunc('month', day)::date as month, channel, promised_online, collected, currency,
          sum(lines)::integer as lines, sum(net_minor)::bigint as net_minor
        from orders.sales_day where maison_id = %(maison_id)s and region = base.region()
        group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
        """,
        maison_id=maison_id,
    )
    by_currency: dict[str, list[Monthly]] = {}
    for month in months:
        net = in_euros(Money(month.net_minor, month.currency))
        by_currency.setdefault(net.currency, []).append(
            Monthly(month.month, month.leaf, month.lines, net.minor)
        )
    written = [
        {"currency": currency, **asdict(cell)}
        for currency, tallies in by_currency.items()
        for cell in cells(tallies)
    ]
    await execute(
        conn,
        "delete from aggregates.sales where maison_id = %(maison_id)s and region = base.region()",
        maison_id=maison_id,
    )
    await execute(
        conn,
        """
        insert into aggregates.sales (maison_id, currency, detail, first_month, last_month, part, lines, net_minor)
        select %(maison_id)s, c.currency, c.detail, c.first_month, c.last_month, c.part, c.lines, c.net_minor
        from jsonb_to_recordset(%(cells)s::jsonb) as c(currency text, detail text, first_month date, last_month date,
          part text, lines integer, net_minor bigint)
        """,
        maison_id=maison_id,
        cells=msgspec.json.encode(written).decode(),
    )
    await _publish_service(conn, maison_id)
    await publish_visits(conn, maison_id=maison_id)


async def _publish_service(conn: Conn, maison_id: UUID) -> None:
    months = await many(
        conn,
        ServiceMonths,
        """
        select date_trunc('month', day)::date as first_month, date_trunc('month', day)::date as last_month,
          sum(fulfilments)::integer as fulfilments, sum(lines_asked)::integer as lines_asked,
          sum(rejections)::integer as rejections, sum(ready)::integer as ready,
          sum(minutes_to_ready)::bigint as minutes_to_ready
        from orders.service_day where maison_id = %(maison_id)s and region = base.region()
        group by 1 order by 1
        """,
        maison_id=maison_id,
    )
    written = [asdict(period) for period in service_periods(months)]
    await execute(
        conn,
        "delete from aggregates.service where maison_id = %(maison_id)s and region = base.region()",
        maison_id=maison_id,
    )
    await execute(
        conn,
        """
        insert into aggregates.service (maison_id, first_month, last_month, fulfilments, lines_asked, rejections, ready,
          minutes_to_ready)
        select %(maison_id)s, p.first_month, p.last_month, p.fulfilments, p.lines_asked, p.rejections, p.ready,
          p.minutes_to_ready
        from jsonb_to_recordset(%(periods)s::jsonb) as p(first_month date, last_month date, fulfilments integer,
          lines_asked integer, rejections integer, ready integer, minutes_to_ready bigint)
        """,
        maison_id=maison_id,
        periods=msgspec.json.encode(written).decode(),
    )


def service_periods(months: list[ServiceMonths]) -> list[ServiceMonths]:
    """Months joined until each period holds at least LINES_MIN fulfilments; nothing when there are fewer in all."""
    if not months:
        return []
    known = {month.first_month: month for month in months}

    def of(span: tuple[date, ...]) -> ServiceMonths:
        whole = ServiceMonths(span[0], span[-1], 0, 0, 0, 0, 0)
        for month in span:
            whole = whole + known.get(month, ServiceMonths(month, month, 0, 0, 0, 0, 0))
        return whole

    everyone = months_between(months[0].first_month, months[-1].first_month)
    spans = joined([(month,) for month in everyone], lambda span: of(span).fulfilments >= LINES_MIN)
    return [period for period in map(of, spans) if period.fulfilments >= LINES_MIN]


async def _fresh(conn: Conn, maison_id: UUID, now: datetime) -> None:
    await execute(
        conn,
        """
        insert into aggregates.freshness (maison_id, as_of) values (%(maison_id)s, %(now)s)
        on conflict (maison_id, region) do update set as_of = excluded.as_of
        """,
        maison_id=maison_id,
        now=now,
    )


def register(jobs: Jobs, db: Db) -> None:
    """The rounds that keep figures fresh, and the work that counts one maison's anew (after an import)."""

    async def count_anew(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async def verb(conn: Conn) -> int:
            return await refresh_all(conn, maison_id=maison_id, now=datetime.now(UTC))

        await db.run(Actor.job(), maison_id, verb)

    jobs.at_each(ROUND, "orders.figures", refresh)
    jobs.at_each(EVERYTHING, "orders.figures_anew", refresh_all)
    jobs.add("orders.count_figures_anew", count_anew)
