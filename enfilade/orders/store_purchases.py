"""What a store of many maisons brings about: new clients, second purchases, baskets over several maisons; by month, never few.

A purchase is a checkout of which at least one maison took an order. Whose it is, is known by the mail or telephone of its
contact, inside the store's own maison alone; the counts, and nothing else, leave it.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many
from enfilade.base.jobs import Jobs
from enfilade.orders.small_cells import LINES_MIN, Span, joined, months_between

ROUND = "17 * * * *"


@dataclass(frozen=True, slots=True)
class PurchaseMonth:
    """Exact: the purchases of a month, of them the first and the second of a client, and those over several maisons."""

    month: date
    purchases: int
    by_new: int
    second: int
    over_several: int


@dataclass(frozen=True, slots=True)
class PurchaseCell:
    """Published: the same over whole months, first and last included."""

    first_month: date
    last_month: date
    purchases: int
    by_new: int
    second: int
    over_several: int

    @property
    def small(self) -> bool:
        """A class, or what is left of it, tells of a few."""
        classes = (
            self.by_new,
            self.second,
            self.purchases - self.by_new - self.second,
            self.over_several,
            self.purchases - self.over_several,
        )
        return self.purchases < LINES_MIN or any(0 < count < LINES_MIN for count in classes)


def purchase_cells(months: list[PurchaseMonth]) -> list[PurchaseCell]:
    """Months joined until nothing in them is small; what stays small is not told."""
    if not months:
        return []

    def cell(span: Span) -> PurchaseCell:
        of = [month for month in months if span[0] <= month.month <= span[-1]]
        return PurchaseCell(
            span[0],
            span[-1],
            sum(month.purchases for month in of),
            sum(month.by_new for month in of),
            sum(month.second for month in of),
            sum(month.over_several for month in of),
        )

    every = months_between(min(m.month for m in months), max(m.month for m in months))
    spans = joined([(month,) for month in every], lambda span: not cell(span).small)
    return [one for one in map(cell, spans) if not one.small]


async def publish_purchases(conn: Conn, *, maison_id: UUID) -> int:
    """Counts all purchases in the maison's stores of many maisons and tells what may be told; how many periods that is."""
    await execute(
        conn,
        "select pg_advisory_xact_lock(hashtextextended('purchases:' || %(maison_id)s::text, 0))",
        maison_id=maison_id,
    )
    months = await many(
        conn,
        PurchaseMonth,
        """
        with purchase as (
          select k.id, k.opened_at, count(*) filter (where s.order_id is not null) as maisons,
            coalesce(nullif(lower(min(c.mail)), ''), nullif(min(c.phone), '')) as client
          from orders.checkout k
          join public_facts.store o on o.id = k.store_id and o.multi_brand
          join orders.checkout_seller s on s.maison_id = k.maison_id and s.checkout_id = k.id
          left join orders.contact c on c.maison_id = k.maison_id and c.id = k.contact_id
          where k.maison_id = %(maison_id)s and k.region = base.region() and k.state = 'completed'
          group by k.id, k.opened_at having count(s.order_id) > 0),
        counted as (
          -- A contact that was erased is nobody's any more: neither a first nor a second purchase.
          select p.*, case when p.client is not null
            then row_number() over (partition by p.client order by p.opened_at, p.id) end as turn
          from purchase p)
        select date_trunc('month', opened_at at time zone 'UTC')::date as month, count(*)::integer as purchases,
          (count(*) filter (where turn = 1))::integer as by_new, (count(*) filter (where turn = 2))::integer as second,
          (count(*) filter (where maisons > 1))::integer as over_several
        from counted group by 1 order by 1
        """,
        maison_id=maison_id,
    )
    cells = purchase_cells(months)
    await execute(
        conn,
        "delete from aggregates.purchase where maison_id = %(maison_id)s and region = base.region()",
        maison_id=maison_id,
    )
    return await execute(
        conn,
        """
        insert into aggregates.purchase (maison_id, first_month, last_month, purchases, by_new, second, over_several)
        select %(maison_id)s, c.first_month, c.last_month, c.purchases, c.by_new, c.second, c.over_several
        from jsonb_to_recordset(%(cells)s::jsonb) as c(first_month date, last_month date, purchases integer,
          by_new integer, second integer, over_several integer)
        """,
        maison_id=maison_id,
        cells=msgspec.json.encode([asdict(cell) for cell in cells]).decode(),
    )


def register(jobs: Jobs) -> None:
    """Every hour, the store's own maison."""

    async def publish(conn: Conn, *, maison_id: UUID, now: datetime) -> None:
        await publish_purchases(conn, maison_id=maison_id)

    jobs.at_each(ROUND, "orders.store_purchases", publish)
