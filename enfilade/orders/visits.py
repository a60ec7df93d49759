"""Visits that began online, and what was bought beside on the same visit: counted by day, published where not small.

What is a visit and what is beside stands in docs/figures.md.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many
from enfilade.base.money import Money
from enfilade.orders.reference_rates import in_euros
from enfilade.orders.small_cells import LINES_MIN, Span, joined, months_between

VISITS_MIN = LINES_MIN


async def refresh_visit_days(
    conn: Conn, *, maison_id: UUID, days: list[date], begin: datetime, end: datetime
) -> None:
    """Counts these days again; `begin` and `end` lie around them."""
    await execute(
        conn,
        """
        delete from orders.visit_day where maison_id = %(maison_id)s and region = base.region() and day = any(%(days)s::date[])
        """,
        maison_id=maison_id,
        days=days,
    )
    await execute(
        conn,
        """
        with begun as (
          -- Two hand-overs of one order at one place on one day are one visit; its word is the order's number.
          select min(f.ended_at) as moment, f.location_id, upper(replace(o.number, '-', '')) as word, o.currency, o.id as order_id
          from orders.fulfilment f
          join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
          left join boutiques.location z on z.maison_id = f.maison_id and z.id = f.location_id
          where f.maison_id = %(maison_id)s and f.state = 'handed_over' and f.method in ('collect', 'reserve')
            -- What was sold at the counter began there, what an advisor sold by a link with the advisor.
            and o.channel in ('web', 'reserve')
            and f.ended_at >= %(begin)s and f.ended_at < %(end)s
          group by o.id, o.number, o.currency, f.location_id, (f.ended_at at time zone coalesce(z.zone, 'UTC'))::date
          union all
          -- All lines of a word, within these days or not: a visit is counted once, on the day of its first line.
          select min(b.sold_at), (array_agg(b.location_id order by b.sold_at, b.reference, b.sku))[1], b.visit, min(b.currency),
            null
          from orders.external_sale b
          where b.maison_id = %(maison_id)s and b.visit <> '' and b.visit in (select e.visit from orders.external_sale e
              where e.maison_id = %(maison_id)s and e.sold_at >= %(begin)s and e.sold_at < %(end)s and e.collected)
            and b.channel in ('web', 'reserve') and b.collected and b.quantity > 0
          group by b.visit
          union all
          select min(b.sold_at), (array_agg(b.location_id order by b.sold_at, b.sku))[1], '', min(b.currency), null
          from orders.external_sale b
          where b.maison_id = %(maison_id)s and b.visit = '' and b.reference in (select e.reference
              from orders.external_sale e
              where e.maison_id = %(maison_id)s and e.sold_at >= %(begin)s and e.sold_at < %(end)s and e.collected)
            and b.channel in ('web', 'reserve') and b.collected and b.quantity > 0
          group by b.reference
        ),
        visit as materialized (
          select row_number() over () as id, d.day, b.location_id, b.word, b.currency, b.order_id
          from begun b
          left join boutiques.location z on z.maison_id = %(maison_id)s and z.id = b.location_id
          cross join lateral (select (b.moment at time zone coalesce(z.zone, 'UTC'))::date as day) d
          where d.day = any(%(days)s::date[])
        ),
        till as materialized (
          select v.id, v.day, e.currency, sign(e.quantity)::integer as lines, e.net_minor
          from visit v
          join orders.external_sale e on e.maison_id = %(maison_id)s and e.visit = v.word and e.visit <> ''
          left join boutiques.location z on z.maison_id = e.maison_id and z.id = e.location_id
          where e.channel = 'boutique' and (v.order_id is null or (e.location_id = v.location_id
            and (e.sold_at at time zone coalesce(z.zone, 'UTC'))::date = v.day
            -- What was ordered is paid at some tills, and is not beside.
            and not exists (select 1 from orders.order_line l
              where l.maison_id = e.maison_id and l.order_id = v.order_id and l.sku = e.sku)))
        ),
        bought as (select id from till group by id having sum(lines) > 0)
        insert into orders.visit_day (maison_id, day, currency, visits, with_beside, till_lines, net_minor)
        select %(maison_id)s, c.day, c.currency, sum(c.visits), sum(c.with_beside), sum(c.till_lines), sum(c.net_minor)
        from (
          select v.day, v.currency, 1 as visits, (v.id in (select id from bought))::integer as with_beside, 0 as till_lines,
            0 as net_minor
          from visit v
          union all
          select t.day, t.currency, 0, 0, 0, t.net_minor from till t join bought using (id)
          union all
          select d.day, e.currency, 0, 0, 1, 0
          from orders.external_sale e
          left join boutiques.location z on z.maison_id = e.maison_id and z.id = e.location_id
          cross join lateral (select (e.sold_at at time zone coalesce(z.zone, 'UTC'))::date as day) d
          where e.maison_id = %(maison_id)s and e.channel = 'boutique' and e.visit <> ''
            and e.sold_at >= %(begin)s and e.sold_at < %(end)s
            and d.day = any(%(days)s::date[])
        ) c
        group by c.day, c.currency
        """,
        maison_id=maison_id,
        days=days,
        begin=begin,
        end=end,
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    month: date
    currency: str
    visits: int
    with_beside: int
    till_lines: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class VisitMonth:
    """Exact: the visits of one month, those with something beside, its net amount in euros, and whether tills tell."""

    month: date
    visits: int
    with_beside: int
    net_minor: int
    tills_tell: bool


@dataclass(frozen=True, slots=True)
class VisitCell:
    """Published: visits of whole months, first and last included. `net_minor` is of what was bought beside."""

    detail: str
    first_month: date
    last_month: date
    part: str
    visits: int
    net_minor: int


def visit_cells(months: Sequence[VisitMonth]) -> list[VisitCell]:
    """All visits in periods of VISITS_MIN or more; those told by tills again, in periods made of these.

    In each period of the second kind, the visits with something beside, and those without, are none or VISITS_MIN.
    """
    if not months:
        return []

    def of(span: Span) -> list[VisitMonth]:
        return [month for month in months if span[0] <= month.month <= span[-1]]

    def visits(span: Span) -> int:
        return sum(month.visits for month in of(span))

    def beside(span: Span) -> int:
        return sum(month.with_beside for month in of(span))

    def told(span: Span) -> bool:
        return any(month.tills_tell for month in of(span))

    def enough(span: Span) -> bool:
        something = beside(span)
        return all(not n or n >= VISITS_MIN for n in (something, visits(span) - something))

    everyone = months_between(min(m.month for m in months), max(m.month for m in months))
    spans = joined([(month,) for month in everyone], lambda span: visits(span) >= VISITS_MIN)
    spans = [span for span in spans if visits(span) >= VISITS_MIN]
    written = [
        VisitCell(
            "visits", span[0], span[-1], "tills_tell" if told(span) else "tills_silent", visits(span), 0
        )
        for span in spans
    ]
    for tell, run in groupby(spans, told):
        for span in joined(run, enough) if tell else ():
            if enough(span):
                something, net = beside(span), sum(month.net_minor for month in of(span))
                parts = {"something": (something, net), "nothing": (visits(span) - something, 0)}
                written += [
                    VisitCell("beside", span[0], span[-1], part, number, amount)
                    for part, (number, amount) in parts.items()
                    if number
                ]
    return written


async def publish_visits(conn: Conn, *, maison_id: UUID) -> None:
    """Replaces what the group reads of this maison's visits. Amounts without a reference rate are in no sum."""
    counted = await many(
        conn,
        _Counted,
        """
        select date_trunc('month', day)::date as month, currency, sum(visits)::integer as visits,
          sum(with_beside)::integer as with_beside, sum(till_lines)::integer as till_lines,
          sum(net_minor)::bigint as net_minor
        from orders.visit_day where maison_id = %(maison_id)s and region = base.region()
        group by 1, 2 order by 1, 2
        """,
        maison_id=maison_id,
    )
    months: list[VisitMonth] = []
    for month, rows in groupby(counted, lambda row: row.month):
        found = list(rows)
        amounts = [in_euros(Money(row.net_minor, row.currency)) for row in found]
        months.append(
            VisitMonth(
                month,
                sum(row.visits for row in found),
                sum(row.with_beside for row in found),
                sum(amount.minor for amount in amounts if amount.currency == "EUR"),
                any(row.till_lines for row in found),
            )
        )
    await execute(
        conn,
        "delete from aggregates.visit where maison_id = %(maison_id)s and region = base.region()",
        maison_id=maison_id,
    )
    await execute(
        conn,
        """
        insert into aggregates.visit (maison_id, detail, first_month, last_month, part, visits, net_minor)
        select %(maison_id)s, c.detail, c.first_month, c.last_month, c.part, c.visits, c.net_minor
        from jsonb_to_recordset(%(cells)s::jsonb) as c(detail text, first_month date, last_month date, part text,
          visits integer, net_minor bigint)
        """,
        maison_id=maison_id,
        cells=msgspec.json.encode([asdict(cell) for cell in visit_cells(months)]).decode(),
    )
