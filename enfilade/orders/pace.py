"""How fast each place sells each variant by itself: what a parcel taken from there may cost it."""

from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base.db import Conn, scalar
from enfilade.base.jobs import Jobs
from enfilade.orders.sourcing_terms import PACE_DAYS

ROUND = "50 2 * * *"


async def refresh(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Counts the last ninety days again; returns how many rows are other than they were.

    A place's own sales are those of its till, returns taken off, and what clients chose to collect or try there and took. What it
    packed for others, or took over from another boutique, is not.
    """
    changed: int = await scalar(
        conn,
        """
        with sold as (
          select s.location_id, s.variant_id, sum(s.quantity)::integer as pieces
          from (
            select e.location_id, v.id as variant_id, e.quantity
            from orders.external_sale e
            join catalogue.variant v on v.maison_id = e.maison_id and v.sku = e.sku
            where e.maison_id = %(maison_id)s and e.sold_at >= %(since)s and e.sold_at < %(now)s
              and e.channel = 'boutique' and e.location_id is not null
            union all
            select f.location_id, l.variant_id, l.quantity
            from orders.fulfilment f
            join orders.order_line l on l.maison_id = f.maison_id and l.fulfilment_id = f.id
            where f.maison_id = %(maison_id)s and f.ended_at >= %(since)s and f.ended_at < %(now)s
              and f.method <> 'ship' and f.attempt = 1 and l.state = 'handed_over'
          ) s
          join boutiques.location b on b.maison_id = %(maison_id)s and b.id = s.location_id and b.region = base.region()
          group by s.location_id, s.variant_id having sum(s.quantity) > 0
        ), gone as (
          delete from orders.pace p where p.maison_id = %(maison_id)s and p.region = base.region() and not exists (
            select 1 from sold s where s.location_id = p.location_id and s.variant_id = p.variant_id)
          returning 1
        ), written as (
          insert into orders.pace as kept (maison_id, location_id, variant_id, sold_90d)
          select %(maison_id)s, s.location_id, s.variant_id, s.pieces from sold s
          on conflict (maison_id, location_id, variant_id, region) do update set sold_90d = excluded.sold_90d
          where kept.sold_90d <> excluded.sold_90d
          returning 1
        )
        select (select count(*) from gone) + (select count(*) from written)
        """,
        maison_id=maison_id,
        since=now - timedelta(days=PACE_DAYS),
        now=now,
    )
    return changed


def register(jobs: Jobs) -> None:
    """The nightly round."""
    jobs.at_each(ROUND, "orders.pace", refresh)
