"""Proves, while orders run, that orders, their work, what stock has allocated to them and their money agree."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Db, many


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What is wrong with which row; `subject_id` is an order, a fulfilment, an order line, a payment or a quota."""

    what: str
    subject_id: UUID


async def verify(db: Db, *, maison_id: UUID) -> list[Disagreement]:
    """Orders against lines, work, allocations, payments and their operations, of one maison, in one snapshot.

    A lost allocation that its listener still has to hear is not reported before a minute has passed.
    """
    async with db.acting(Actor.job(), maison_id, snapshot=True) as conn:
        return await many(
            conn,
            Disagreement,
            """
            with line as (
              -- What is awaited lies where it comes from until it has left, and is nowhere, or here in part, on its way.
              select l.id, l.variant_id, case when f.state = 'awaited' and t.state in ('sent', 'received') then coalesce(
                  (select x.received - x.damaged from stock.transfer_line x where x.maison_id = t.maison_id
                    and x.transfer_id = t.id and x.variant_id = l.variant_id), 0) else l.quantity end as quantity,
                case when f.state = 'awaited' and t.state not in ('sent', 'received') then t.from_location_id
                  else f.location_id end as location_id,
                f.state = 'awaited' and (coalesce(t.state, '') = 'sent' or l.make_by is not null and l.made_at is null) as travels
              from orders.order_line l
              join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
              left join stock.transfer t on t.maison_id = l.maison_id and t.id = l.transfer_id
              where l.maison_id = %(maison_id)s and l.state in ('sourced', 'picked')
            ), given as (
              select order_line_id, location_id, variant_id, quantity from stock.allocation where maison_id = %(maison_id)s
            )
            select case when l.id is null then 'allocation without an open line'
                when g.order_line_id is null then 'open line without allocation'
                else 'line and allocation differ' end as what,
              coalesce(l.id, g.order_line_id) as subject_id
            from line l full join given g on g.order_line_id = l.id
            where not (g.order_line_id is null and (l.quantity = 0 or l.travels))
              and (l.location_id, l.variant_id, l.quantity) is distinct from (g.location_id, g.variant_id, g.quantity)
              and not (g.order_line_id is null and exists (select 1 from base.fact f where f.maison_id = %(maison_id)s
                and f.subject_id = l.id and f.kind = 'AllocationLost' and f.recorded_at > now() - interval '1 minute'
                and not exists (select 1 from base.handled_fact h where h.maison_id = f.maison_id and h.fact_id = f.id)))
            union all
            select 'order and its lines differ', o.id
            from orders.order o
            where o.maison_id = %(maison_id)s and (o.state = 'placed') is distinct from exists (select 1
              from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id
                and l.state in ('sourced', 'unsourced', 'picked'))
            union all
            select 'work and its lines differ', f.id
            from orders.fulfilment f
            where f.maison_id = %(maison_id)s
              and (f.state in ('awaited', 'asked', 'accepted', 'ready')) is distinct from exists (select 1
              from orders.order_line l where l.maison_id = f.maison_id and l.fulfilment_id = f.id
                and l.state in ('sourced', 'picked'))
            union all
            select 'made, and its room differs', c.holder_id
            from (select c.maison_id, c.holder_id, c.variant_id, sum(c.units)::integer as units, max(c.takes) as takes
              from boutiques.making_claim c where c.maison_id = %(maison_id)s and c.expires_at is null group by 1, 2, 3) c
            where c.units <> c.takes * coalesce((select sum(l.quantity) from orders.order_line l
              where l.maison_id = c.maison_id and l.order_id = c.holder_id and l.variant_id = c.variant_id
                and l.make_by is not null and l.state not in ('cancelled', 'refused')), 0)
            union all
            select 'awaited, and nothing of it is on its way', f.id
            from orders.fulfilment f
            where f.maison_id = %(maison_id)s and f.state = 'awaited' and not exists (select 1 from orders.order_line l
              where l.maison_id = f.maison_id and l.fulfilment_id = f.id and l.make_by is not null and l.made_at is null
                and l.state = 'sourced')
              and not exists (select 1 from orders.order_line l
              join stock.transfer t on t.maison_id = l.maison_id and t.id = l.transfer_id
              where l.maison_id = f.maison_id and l.fulfilment_id = f.id and l.state = 'sourced'
                -- That it ended may still have to be heard.
                and (t.ended_at is null or exists (select 1 from base.fact e where e.maison_id = t.maison_id
                  and e.subject_id = t.id and e.kind in ('TransferReceived', 'TransferWrittenOff', 'TransferDeclined',
                    'TransferCancelled') and not exists (select 1 from base.handled_fact h
                    where h.maison_id = e.maison_id and h.fact_id = e.id and h.listener like 'orders.follow_%%'))))
            union all
            select 'line and its transfer differ', x.order_line_id
            from stock.transfer_line x join stock.transfer t on t.maison_id = x.maison_id and t.id = x.transfer_id
            left join orders.order_line l on l.maison_id = x.maison_id and l.id = x.order_line_id
            where x.maison_id = %(maison_id)s and x.order_line_id is not null and t.ended_at is null
              and (l.id is null or l.state <> 'sourced' or l.transfer_id is distinct from t.id)
            union all
            select 'open order without its money', o.id
            from orders.order o join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id
            where o.maison_id = %(maison_id)s and o.state = 'placed' and p.state not in ('authorised', 'captured')
            union all
            select 'pieces back and returns differ', l.id
            from orders.order_line l
            left join orders.return_line x on x.maison_id = l.maison_id and x.order_line_id = l.id and x.disposition is not null
            where l.maison_id = %(maison_id)s and (l.returned > 0 or x.id is not null)
            group by l.id, l.returned having l.returned <> coalesce(sum(x.quantity), 0)
            union all
            select 'return and its lines differ', r.id
            from orders.return r
            left join orders.return_line x on x.maison_id = r.maison_id and x.return_id = r.id
            where r.maison_id = %(maison_id)s
            group by r.id, r.state, r.value_minor, r.tax_minor, r.delivery_minor, r.delivery_tax_minor
            having (r.value_minor, r.tax_minor) is distinct from (coalesce(sum(x.value_minor), 0) + r.delivery_minor,
                coalesce(sum(x.tax_minor), 0) + r.delivery_tax_minor)
              or (r.state = 'received') <> (count(x.id) > 0)
            union all
            select 'order and its lines come to different amounts', o.id
            from orders.order o
            join orders.order_line l on l.maison_id = o.maison_id and l.order_id = o.id
            left join orders.delivery d on d.maison_id = o.maison_id and d.order_id = o.id
            where o.maison_id = %(maison_id)s
            group by o.id, o.total_minor, o.tax_minor, d.total_minor, d.tax_minor
            having (o.total_minor, o.tax_minor) is distinct from
              (sum(l.total_minor + l.duty_minor) + coalesce(d.total_minor, 0), sum(l.tax_minor) + coalesce(d.tax_minor, 0))
            union all
            select 'delivery charged otherwise than with the first parcel', d.order_id
            from orders.delivery d
            left join orders.fulfilment f on f.maison_id = d.maison_id and f.id = d.fulfilment_id
            where d.maison_id = %(maison_id)s and (f.id is null and exists (select 1 from orders.fulfilment x
                where x.maison_id = d.maison_id and x.order_id = d.order_id and x.state = 'dispatched'
                  and x.capture_after is null)
              or f.state <> 'dispatched' or f.order_id <> d.order_id)
            union all
            select 'delivery given back and returns differ', d.order_id
            from orders.delivery d join orders.return r on r.maison_id = d.maison_id and r.id = d.return_id
            where d.maison_id = %(maison_id)s and (d.back_minor, d.back_tax_minor) <> (r.delivery_minor, r.delivery_tax_minor)
            union all
            select 'return and its refund differ', r.id
            from orders.return r
            left join payments.operation a on a.maison_id = r.maison_id and a.kind = 'refund' and a.cause_id = r.id
            left join payments.till_refund w on w.maison_id = r.maison_id and w.return_id = r.id
            where r.maison_id = %(maison_id)s and coalesce(r.refund_minor, 0) <> coalesce(a.amount_minor, w.amount_minor, 0)
            union all
            select 'exchange and its order differ', o.id
            from orders.order o
            join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id and p.provider = 'exchange'
            where o.maison_id = %(maison_id)s and p.amount_minor <> (select coalesce(sum(e.value_minor), 0)
              from orders.exchange e where e.maison_id = o.maison_id and e.placed_order_id = o.id)
            union all
            select 'payment differs from its operations', p.id
            from payments.payment p
            left join payments.operation o on o.maison_id = p.maison_id and o.payment_id = p.id and o.state = 'done'
            where p.maison_id = %(maison_id)s and p.provider <> 'till'
            group by p.id, p.captured_minor, p.refunded_minor, p.separate_capture
            having p.separate_capture
                and p.captured_minor <> coalesce(sum(o.amount_minor) filter (where o.kind = 'capture'), 0)
              or p.refunded_minor <> coalesce(sum(o.amount_minor) filter (where o.kind = 'refund'), 0)
            union all
            select 'money authorised without an order', p.id
            from payments.payment p
            where p.maison_id = %(maison_id)s and p.state in ('authorised', 'captured')
              and p.refunded_minor < p.captured_minor + case when p.state = 'authorised' then 1 else 0 end
              and p.changed_at < now() - interval '30 minutes'
              and not exists (select 1 from orders.order o where o.maison_id = p.maison_id and o.checkout_id = p.checkout_id)
            union all
            select 'quota counted otherwise than used', c.quota_id
            from orders.quota_count c
            where c.maison_id = %(maison_id)s and c.pieces <> coalesce((select sum(u.pieces) from orders.quota_use u
              where u.maison_id = c.maison_id and u.quota_id = c.quota_id and u.period = c.period and u.mark = c.mark), 0)
            """,
            maison_id=maison_id,
        )
