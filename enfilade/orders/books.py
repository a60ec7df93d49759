"""Proves that the ledger of money agrees with orders: what left is posted as sold, and nothing is due once all has ended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many
from enfilade.orders.partners import verify as partners
from enfilade.orders.till import verify as tills
from enfilade.payments import ledger
from enfilade.payments import verify as payments
from enfilade.payments.verify import Disagreement


async def verify(db: Db, *, maison_id: UUID) -> list[Disagreement]:
    """Orders, payments, statements and entries of one maison, in one snapshot, while orders run."""
    async with db.acting(Actor.job(), maison_id, snapshot=True) as conn:
        return [
            *await payments.verify(conn, maison_id=maison_id),
            *await of_orders(conn, maison_id=maison_id),
            *await tills.of_tills(conn, maison_id=maison_id),
            *await partners.of_partners(conn, maison_id=maison_id),
        ]


async def of_orders(conn: Conn, *, maison_id: UUID) -> list[Disagreement]:
    """Give it a snapshot. Orders without a payment, or whose payment began before there were books, are passed over."""
    return await many(
        conn,
        Disagreement,
        """
        with paid as (
          select o.id, o.state, o.currency, o.payment_id
          from orders.order o join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id
          where o.maison_id = %(maison_id)s and p.legal_entity_id is not null
        ), gone as (
          select x.order_id, sum(x.total_minor - x.tax_minor) as net_minor, sum(x.tax_minor) as tax_minor
          from (select l.order_id, l.total_minor + l.duty_minor as total_minor, l.tax_minor
            from orders.order_line l join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
            where l.maison_id = %(maison_id)s and l.state in ('handed_over', 'dispatched') and f.capture_after is null
            union all
            select d.order_id, d.total_minor, d.tax_minor from orders.delivery d
            where d.maison_id = %(maison_id)s and d.fulfilment_id is not null) x
          group by 1
        ), entry as (
          select payment_id,
            coalesce(sum(case kind when 'sold' then amount_minor when 'sold_corrected' then -amount_minor end)
              filter (where 'sales' in (debit, credit)), 0) as net_minor,
            coalesce(sum(case kind when 'sold' then amount_minor when 'sold_corrected' then -amount_minor end)
              filter (where 'tax' in (debit, credit)), 0) as tax_minor,
            coalesce(sum(case kind when 'returned' then amount_minor when 'returned_corrected' then -amount_minor end), 0)
              as returned_minor,
            coalesce(sum(case kind when 'goodwill' then amount_minor when 'goodwill_corrected' then -amount_minor end), 0)
              as goodwill_minor,
            coalesce(sum(case when credit = 'client' then amount_minor when debit = 'client' then -amount_minor end), 0)
              as client_minor
          from payments.ledger_entry where maison_id = %(maison_id)s group by 1
        ), back as (
          select order_id, sum(value_minor) as minor from orders.return
          where maison_id = %(maison_id)s and state = 'received' group by 1
        ), kindly as (
          select order_id, sum(amount_minor) as minor from orders.goodwill
          where maison_id = %(maison_id)s and state = 'given' group by 1
        )
        select m.what, o.id as subject_id, m.expected_minor, m.posted_minor, o.currency
        from paid o
        left join gone g on g.order_id = o.id
        left join entry e on e.payment_id = o.payment_id
        left join back b on b.order_id = o.id
        left join kindly k on k.order_id = o.id
        cross join lateral (values
          ('sales of order', coalesce(g.net_minor, 0)::bigint, coalesce(e.net_minor, 0)::bigint),
          ('tax of order', coalesce(g.tax_minor, 0)::bigint, coalesce(e.tax_minor, 0)::bigint),
          ('returned of order', coalesce(b.minor, 0)::bigint, coalesce(e.returned_minor, 0)::bigint),
          ('goodwill of order', coalesce(k.minor, 0)::bigint, coalesce(e.goodwill_minor, 0)::bigint))
          m (what, expected_minor, posted_minor)
        where m.expected_minor <> m.posted_minor
        union all
        select case i.kind when 'invoice' then 'invoice of order' else 'credit note of order' end, i.order_id, p.posted_minor,
          i.total_minor, i.currency
        from orders.invoice i
        join lateral (select sum(e.amount_minor)::bigint as posted_minor from payments.ledger_entry e
          where e.maison_id = i.maison_id and e.cause_id = i.cause_id
            and (e.kind = 'sold') = (i.kind = 'invoice')) p on true
        where i.maison_id = %(maison_id)s and p.posted_minor is distinct from i.total_minor
        union all
        -- What was given of a line rests on the pieces left, or was taken off what came back.
        select 'goodwill of line', l.id, g.given_minor,
          l.goodwill_minor + (select coalesce(sum(r.goodwill_minor), 0)::bigint from orders.return_line r
            where r.maison_id = l.maison_id and r.order_line_id = l.id), g.currency
        from (select order_line_id, currency, sum(amount_minor)::bigint as given_minor from orders.goodwill
          where maison_id = %(maison_id)s and state = 'given' group by 1, 2) g
        join orders.order_line l on l.maison_id = %(maison_id)s and l.id = g.order_line_id
        where g.given_minor <> l.goodwill_minor + (select coalesce(sum(r.goodwill_minor), 0) from orders.return_line r
          where r.maison_id = l.maison_id and r.order_line_id = l.id)
        union all
        select 'due of order', o.id, 0, e.client_minor::bigint, o.currency
        from paid o join entry e on e.payment_id = o.payment_id
        where e.client_minor <> 0 and o.state <> 'placed'
          and not exists (select 1 from orders.return r
            where r.maison_id = %(maison_id)s and r.order_id = o.id and r.state = 'received' and r.refund_minor is null)
          and not exists (select 1 from orders.fulfilment f
            where f.maison_id = %(maison_id)s and f.order_id = o.id and f.capture_after is not null)
          and not exists (select 1 from payments.operation a
            where a.maison_id = %(maison_id)s and a.payment_id = o.payment_id and a.state = 'asked')
          and not exists (select 1 from payments.till_refund w
            where w.maison_id = %(maison_id)s and w.payment_id = o.payment_id and w.given_minor < w.amount_minor)
          and not exists (select 1 from payments.tender t
            where t.maison_id = %(maison_id)s and t.payment_id = o.payment_id and t.state = 'asked')
        union all
        select 'due of payment', p.id, 0, e.client_minor::bigint, p.currency
        from payments.payment p join entry e on e.payment_id = p.id
        where p.maison_id = %(maison_id)s and e.client_minor <> 0 and p.changed_at < now() - interval '30 minutes'
          and not exists (select 1 from orders.order o where o.maison_id = p.maison_id and o.payment_id = p.id)
          and not exists (select 1 from payments.operation a
            where a.maison_id = p.maison_id and a.payment_id = p.id and a.state = 'asked')
        """,
        maison_id=maison_id,
    )


@dataclass(frozen=True, slots=True)
class _Unposted:
    id: UUID
    order_id: UUID
    payment_id: UUID
    ended_at: datetime
    total_minor: int
    tax_minor: int


async def post_missing(conn: Conn, *, maison_id: UUID) -> int:
    """Posts what an older release did to new payments while it ran beside; returns how many moves."""
    posted = await ledger.post_missing(conn, maison_id=maison_id)
    unposted = await many(
        conn,
        _Unposted,
        """
        select f.id, o.id as order_id, o.payment_id, f.ended_at,
          (sum(l.total_minor + l.duty_minor) + coalesce(max(d.total_minor), 0))::bigint as total_minor,
          (sum(l.tax_minor) + coalesce(max(d.tax_minor), 0))::bigint as tax_minor
        from orders.fulfilment f
        join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
        join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id and p.legal_entity_id is not null
        join orders.order_line l on l.maison_id = f.maison_id and l.fulfilment_id = f.id
          and l.state in ('handed_over', 'dispatched') and l.total_minor > 0
        left join orders.delivery d on d.maison_id = f.maison_id and d.fulfilment_id = f.id
        where f.maison_id = %(maison_id)s and f.capture_after is null and not exists (select 1 from payments.ledger_entry e
          where e.maison_id = f.maison_id and e.kind = 'sold' and e.cause_id = f.id)
        group by f.id, o.id, o.payment_id, f.ended_at
        """,
        maison_id=maison_id,
    )
    for one in unposted:
        await ledger.post_sale(
            conn,
            maison_id=maison_id,
            payment_id=one.payment_id,
            order_id=one.order_id,
            fulfilment_id=one.id,
            total_minor=one.total_minor,
            tax_minor=one.tax_minor,
            now=one.ended_at,
        )
    return posted + len(unposted)
