"""Proves that tills agree with themselves and with the ledger of money: drawers, tenders, sales, exchanges, sealed records."""

from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.payments.verify import Disagreement


async def of_tills(conn: Conn, *, maison_id: UUID) -> list[Disagreement]:
    """Give it a snapshot. An exchange takes from one sale what it gives to another: its account comes to nothing."""
    return await many(
        conn,
        Disagreement,
        """
        with took as (
          select p.id, p.currency, p.captured_minor, p.refunded_minor, p.capture_asked_minor,
            coalesce(sum(t.amount_minor) filter (where t.way = 'in' and t.state = 'done'), 0)
              - coalesce(sum(t.amount_minor) filter (where t.way = 'back' and t.state = 'done' and t.return_id is null), 0)
              as taken_minor,
            coalesce(sum(t.amount_minor) filter (where t.way = 'in' and t.state = 'asked'), 0) as asked_minor,
            coalesce(sum(t.amount_minor) filter (where t.way = 'back' and t.state = 'done' and t.return_id is not null), 0)
              as back_minor
          from payments.payment p left join payments.tender t on t.maison_id = p.maison_id and t.payment_id = p.id
          where p.maison_id = %(maison_id)s and p.provider = 'till' group by p.maison_id, p.id, p.region
        ), passed as (
          -- What was passed on to another sale, and not taken back while that one was open.
          select s.payment_id, sum(t.amount_minor) as minor
          from payments.tender t join payments.tender s on s.maison_id = t.maison_id and s.id = t.of_tender_id
          where t.maison_id = %(maison_id)s and t.kind = 'exchange' and t.way = 'in'
            and not exists (select 1 from payments.tender b where b.maison_id = t.maison_id and b.of_tender_id = t.id
              and b.way = 'back' and b.return_id is null)
          group by 1
        )
        select 'cash in drawer' as what, d.id as subject_id, coalesce(sum(m.amount_minor), 0)::bigint as expected_minor,
          d.cash_minor as posted_minor, d.currency
        from orders.drawer d
        left join orders.cash_movement m on m.maison_id = d.maison_id and m.drawer_id = d.id
        where d.maison_id = %(maison_id)s group by d.id, d.cash_minor, d.currency
        having d.cash_minor <> coalesce(sum(m.amount_minor), 0)
        union all
        select 'cash of tender', coalesce(t.id, m.cause_id),
          coalesce(case t.way when 'in' then t.amount_minor else -t.amount_minor end, 0), coalesce(m.amount_minor, 0), ''
        from (select id, drawer_id, way, amount_minor from payments.tender
          where maison_id = %(maison_id)s and kind = 'cash' and state = 'done') t
        full join (select cause_id, drawer_id, amount_minor from orders.cash_movement
          where maison_id = %(maison_id)s and kind in ('taken', 'given_back')) m
          on m.cause_id = t.id and m.drawer_id = t.drawer_id
        where coalesce(case t.way when 'in' then t.amount_minor else -t.amount_minor end, 0) <> coalesce(m.amount_minor, 0)
        union all
        select w.what, k.id, w.expected::bigint, w.posted::bigint, k.currency
        from took k left join passed p on p.payment_id = k.id
        cross join lateral (values ('tenders of payment', k.taken_minor, k.captured_minor::numeric),
          ('asked of payment', k.taken_minor + k.asked_minor, k.capture_asked_minor::numeric),
          ('given back of payment', k.back_minor + coalesce(p.minor, 0), k.refunded_minor::numeric))
          w (what, expected, posted)
        where w.expected <> w.posted
        union all
        select 'refund at the till', w.return_id, w.given_minor, coalesce(g.minor, 0)::bigint, ''
        from payments.till_refund w
        left join lateral (select sum(t.amount_minor) as minor from payments.tender t
          where t.maison_id = w.maison_id and t.return_id = w.return_id and t.state <> 'refused'
            and (t.way = 'back' or not exists (select 1 from payments.tender b where b.maison_id = t.maison_id
              and b.of_tender_id = t.id and b.way = 'back' and b.return_id is null))) g on true
        where w.maison_id = %(maison_id)s and w.given_minor <> coalesce(g.minor, 0)
        union all
        select 'exchanges of legal entity', e.legal_entity_id, 0, sum(case when e.debit = 'exchange' then e.amount_minor
          else -e.amount_minor end)::bigint, e.currency
        from payments.ledger_entry e where e.maison_id = %(maison_id)s and 'exchange' in (e.debit, e.credit)
        group by e.legal_entity_id, e.currency
        having sum(case when e.debit = 'exchange' then e.amount_minor else -e.amount_minor end) <> 0
        union all
        select 'sale and its order', s.id, s.total_minor, coalesce(o.total_minor, 0), s.currency
        from orders.sale s left join orders.order o on o.maison_id = s.maison_id and o.id = s.order_id
        where s.maison_id = %(maison_id)s and s.state = 'settled' and s.total_minor is distinct from o.total_minor
        union all
        -- A boutique's first record says since when its till keeps them.
        select 'fiscal record of sale', s.id, s.total_minor, coalesce((convert_from(r.content, 'UTF8')::jsonb
          ->> 'total_minor')::bigint, 0), s.currency
        from orders.sale s
        left join orders.fiscal_record r on r.maison_id = s.maison_id and r.kind = 'sold' and r.subject_id = s.id
        where s.maison_id = %(maison_id)s and s.state = 'settled'
          and s.total_minor is distinct from (convert_from(r.content, 'UTF8')::jsonb ->> 'total_minor')::bigint
          and s.ended_at >= (select min(f.recorded_at) from orders.fiscal_record f
            where f.maison_id = s.maison_id and f.location_id = s.location_id)
        union all
        select 'fiscal records of boutique', f.location_id, max(f.number), count(*), ''
        from orders.fiscal_record f where f.maison_id = %(maison_id)s group by f.location_id
        having max(f.number) <> count(*)
        """,
        maison_id=maison_id,
    )
