"""What a closure cost: what its places would have sold, what they sold all the same, what was caught elsewhere, the rest.

Reckoned from the same hours of four weeks before, without a model: docs/algorithms/closures.md says what that cannot tell.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many

WEEKS = 4
#: With fewer lines in the weeks before, nothing is said.
LINES_MIN = 20


@dataclass(frozen=True, slots=True)
class _Sold:
    currency: str
    lines_before: int
    expected: int
    sold: int
    online: int
    online_before: int
    others: int
    others_before: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Net amounts in minor units of one currency; the last four add up to the first, unless more was sold than expected."""

    currency: str
    expected: int
    sold: int
    online: int
    elsewhere: int
    lost: int


async def figures(
    conn: Conn, *, maison_id: UUID, act_id: UUID, location_ids: list[UUID], now: datetime
) -> list[Figures]:
    """By currency, for these places of the act, as far as it has gone; none where too little was sold before."""
    found = await many(
        conn,
        _Sold,
        """
        with shut as (
          select p.location_id, l.country, p.starts_at, least(p.over_at, p.ends_at, %(now)s::timestamptz) as until
          from closures.place p join boutiques.location l on l.maison_id = p.maison_id and l.id = p.location_id
          where p.maison_id = %(maison_id)s and p.act_id = %(act_id)s and p.location_id = any(%(places)s::uuid[])
            and p.starts_at < least(p.over_at, p.ends_at, %(now)s::timestamptz)
        ), whole as (
          select min(starts_at) as starts_at, max(until) as until, array_agg(distinct country) as countries,
            -- Whole weeks, so many that no week before reaches into the closure.
            ceil(extract(epoch from max(until) - min(starts_at)) / 604800)::integer * interval '7 days' as step
          from shut
        ), week as (
          select k, starts_at - k * step as since, until - k * step as until, k * step as back
          from whole, generate_series(0, %(weeks)s) k
          where starts_at is not null
        ), sale as (
          select w.k, e.sold_at + w.back as at, e.location_id, e.channel = 'web' and not e.collected as online,
            e.currency, e.net_minor as net
          from week w join orders.external_sale e on e.maison_id = %(maison_id)s and e.sold_at >= w.since and e.sold_at < w.until
          union all
          select w.k, o.placed_at + w.back, l.credited_location_id, l.credited_channel = 'web' and o.method = 'ship', o.currency,
            l.total_minor - l.tax_minor
          from week w
          join orders.order o on o.maison_id = %(maison_id)s and o.placed_at >= w.since and o.placed_at < w.until
            and o.state <> 'cancelled'
          join orders.order_line l on l.maison_id = o.maison_id and l.order_id = o.id and l.state not in ('cancelled', 'refused')
        ), placed as (
          select s.*, h.location_id is not null as here, h.starts_at <= s.at and s.at < h.until as shut
          from sale s left join shut h on h.location_id = s.location_id
          left join boutiques.location b on b.maison_id = %(maison_id)s and b.id = s.location_id
          where s.online or b.country = any((select countries from whole)::text[])
        )
        select currency, (count(*) filter (where k > 0 and shut and not online))::integer as lines_before,
          (coalesce(sum(net) filter (where k > 0 and shut and not online), 0) / %(weeks)s)::bigint as expected,
          coalesce(sum(net) filter (where k = 0 and shut and not online), 0)::bigint as sold,
          coalesce(sum(net) filter (where k = 0 and online), 0)::bigint as online,
          (coalesce(sum(net) filter (where k > 0 and online), 0) / %(weeks)s)::bigint as online_before,
          coalesce(sum(net) filter (where k = 0 and not online and not here), 0)::bigint as others,
          (coalesce(sum(net) filter (where k > 0 and not online and not here), 0) / %(weeks)s)::bigint as others_before
        from placed group by currency order by currency
        """,
        maison_id=maison_id,
        act_id=act_id,
        places=location_ids,
        now=now,
        weeks=WEEKS,
    )
    return [_reckoned(one) for one in found if one.lines_before >= LINES_MIN]


def _reckoned(sold: _Sold) -> Figures:
    """What is missing is looked for online first, then in the other boutiques; no more of it than is missing."""
    missing = max(0, sold.expected - sold.sold)
    online = min(missing, max(0, sold.online - sold.online_before))
    elsewhere = min(missing - online, max(0, sold.others - sold.others_before))
    return Figures(sold.currency, sold.expected, sold.sold, online, elsewhere, missing - online - elsewhere)
