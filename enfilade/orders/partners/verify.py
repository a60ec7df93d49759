"""Proves that what is due to partners is whole: every line they have a part in, in the books and in one statement at most."""

from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.payments.verify import Disagreement


async def of_partners(conn: Conn, *, maison_id: UUID) -> list[Disagreement]:
    """Give it a snapshot. Lines by their order, statements by their own id.

    A line sold while no commission was agreed is named until one is.
    """
    return await many(
        conn,
        Disagreement,
        """
        with line as (
          select l.order_id, o.currency, 'due of line of order' as what, l.total_minor as minor, d.cause_id is not null as posted
          from orders.line_terms t
          join orders.order_line l on l.maison_id = t.maison_id and l.id = t.order_line_id
            and l.state in ('handed_over', 'dispatched')
          join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id and f.capture_after is null
          join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
          left join orders.due d on d.maison_id = t.maison_id and d.kind = 'sold' and d.cause_id = l.id
            and d.partner_id = t.partner_id and d.total_minor = l.total_minor and d.tax_minor = l.tax_minor
          where t.maison_id = %(maison_id)s
          union all
          select d.order_id, d.currency, 'due back of line of order', r.value_minor + r.goodwill_minor, e.cause_id is not null
          from orders.due d
          join orders.return_line r on r.maison_id = d.maison_id and r.order_line_id = d.order_line_id
            and r.disposition is not null
          left join orders.due e on e.maison_id = d.maison_id and e.kind = 'returned' and e.cause_id = r.id
            and e.partner_id = d.partner_id and e.total_minor = -(r.value_minor + r.goodwill_minor)
            and e.tax_minor = -(r.tax_minor + r.goodwill_tax_minor)
          where d.maison_id = %(maison_id)s and d.kind = 'sold'
        ), owed as (
          select d.order_id, d.currency, d.cause_id, abs(sum(d.due_minor))::bigint as minor
          from orders.due d
          join orders.order o on o.maison_id = d.maison_id and o.id = d.order_id
          join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id and p.legal_entity_id is not null
          where d.maison_id = %(maison_id)s group by 1, 2, 3
        ), entry as (
          select order_id, currency, cause_id, sum(amount_minor)::bigint as minor from payments.ledger_entry
          where maison_id = %(maison_id)s and kind in ('owed', 'owed_back') group by 1, 2, 3
        ), told as (
          select s.id, d.currency, sum(d.due_minor)::bigint as minor
          from orders.partner_statement s
          join orders.partner_statement_line l on l.maison_id = s.maison_id and l.statement_id = s.id
          join orders.due d on d.maison_id = l.maison_id and d.kind = l.kind and d.cause_id = l.cause_id
            and d.partner_id = l.partner_id
          where s.maison_id = %(maison_id)s group by 1, 2
        ), sum as (
          select s.id, x.currency, sum(x.due_minor)::bigint as minor
          from orders.partner_statement s cross join jsonb_to_recordset(s.sums) as x (currency text, due_minor bigint)
          where s.maison_id = %(maison_id)s group by 1, 2
        ), listed as (
          select s.id, x.currency, sum(x.due_minor)::bigint as minor
          from orders.partner_statement s cross join jsonb_to_recordset(s.lines) as x (currency text, due_minor bigint)
          where s.maison_id = %(maison_id)s group by 1, 2
        )
        select what, order_id as subject_id, minor as expected_minor, 0::bigint as posted_minor, currency
        from line where not posted and minor > 0
        union all
        select 'owed of order', coalesce(o.order_id, e.order_id), coalesce(o.minor, 0), coalesce(e.minor, 0),
          coalesce(o.currency, e.currency)
        from owed o full join entry e on e.cause_id = o.cause_id and e.currency = o.currency
        where coalesce(o.minor, 0) <> coalesce(e.minor, 0)
        union all
        select 'sum of partner statement', coalesce(t.id, s.id), coalesce(t.minor, 0), coalesce(s.minor, 0),
          coalesce(t.currency, s.currency)
        from told t full join sum s on s.id = t.id and s.currency = t.currency
        where coalesce(t.minor, 0) <> coalesce(s.minor, 0)
        union all
        select 'lines of partner statement', coalesce(t.id, s.id), coalesce(t.minor, 0), coalesce(s.minor, 0),
          coalesce(t.currency, s.currency)
        from told t full join listed s on s.id = t.id and s.currency = t.currency
        where coalesce(t.minor, 0) <> coalesce(s.minor, 0)
        union all
        -- Written before a statement of its time was, and in none.
        select 'in no partner statement of order', d.order_id, abs(d.due_minor), 0, d.currency
        from orders.due d
        where d.maison_id = %(maison_id)s and not exists (select 1 from orders.partner_statement_line l
            where l.maison_id = d.maison_id and l.kind = d.kind and l.cause_id = d.cause_id and l.partner_id = d.partner_id)
          and exists (select 1 from orders.partner_statement s where s.maison_id = d.maison_id
            and s.partner_id = d.partner_id and s.ends > d.day and s.issued_at > d.posted_at + interval '5 minutes')
        """,
        maison_id=maison_id,
    )
