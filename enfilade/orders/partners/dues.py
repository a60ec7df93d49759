"""What a sold line makes due to the brand whose goods it was, or to who shares in it; what comes back takes it back.

A line is due when it has left for good, a return when it is received, each once, in the transaction that posts it in the ledger.
Shares are of the price without tax. `docs/algorithms/statements.md`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.payments import ledger
from enfilade.payments.ledger import Owed


@dataclass(frozen=True, slots=True)
class _Posted:
    """A row that is new. `tax_minor`: the part of what is due that is tax, where the partner owes it."""

    cause_id: UUID
    order_id: UUID
    payment_id: UUID | None
    due_minor: int
    tax_minor: int


#: What was sold is worth to whom: the store keeps its commission, rounded half up; a partner of a collaboration gets its share,
#: rounded down, and the rest stays with the seller. In a concession the tax is the brand's to pay, and due to it.
_SOLD: LiteralString = """
with sold as (
  select l.id, l.order_id, l.quantity, l.total_minor, l.tax_minor, l.total_minor - l.tax_minor as net_minor, t.partner_id,
    t.kind, coalesce(t.basis_points, c.basis_points) as basis_points, o.currency, o.payment_id,
    coalesce(o.legal_entity_id, m.legal_entity_id) as legal_entity_id
  from orders.line_terms t
  join orders.order_line l on l.maison_id = t.maison_id and l.id = t.order_line_id and l.state in ('handed_over', 'dispatched')
  join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id and f.capture_after is null
  join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
  left join maisons.market m on m.maison_id = o.maison_id and m.code = o.market
  left join catalogue.commission c on t.basis_points is null and t.kind <> 'collaboration' and c.maison_id = t.maison_id
    and c.brand_id = t.partner_id
    and c.valid @> (o.placed_at at time zone public_facts.zone_of(t.maison_id))::date
  where t.maison_id = %(maison_id)s and (%(fulfilment_id)s::uuid is null or l.fulfilment_id = %(fulfilment_id)s)
    and not exists (select 1 from orders.due d where d.maison_id = t.maison_id and d.kind = 'sold' and d.cause_id = l.id
      and d.partner_id = t.partner_id)
), kept as (
  select *, case kind when 'collaboration' then net_minor - net_minor * basis_points / 10000
    else (net_minor * basis_points * 2 + 10000) / 20000 end as kept_minor
  from sold where basis_points is not null
), posted as (
  insert into orders.due (maison_id, partner_id, kind, cause_id, order_line_id, order_id, legal_entity_id, day, quantity,
    currency, total_minor, tax_minor, basis_points, kept_minor, due_minor, posted_at)
  select %(maison_id)s, partner_id, 'sold', id, id, order_id, legal_entity_id,
    (%(now)s::timestamptz at time zone public_facts.zone_of(%(maison_id)s))::date, quantity, currency, total_minor, tax_minor,
    basis_points, kept_minor, net_minor - kept_minor + case kind when 'concession' then tax_minor else 0 end, %(now)s
  from kept
  on conflict on constraint due_once do nothing
  returning cause_id, partner_id, due_minor
)
select p.cause_id, k.order_id, k.payment_id, sum(p.due_minor)::bigint as due_minor,
  coalesce(sum(k.tax_minor) filter (where k.kind = 'concession'), 0)::bigint as tax_minor
from posted p join kept k on k.id = p.cause_id and k.partner_id = p.partner_id
group by 1, 2, 3
"""

#: What came back takes back what it made due: of all that came back of the line, less what came back before, so that a line
#: that came back whole in parts leaves nothing. Goodwill that was given for it is the maison's alone.
_RETURNED: LiteralString = """
with back as (
  select r.id, r.return_id, r.order_line_id, r.quantity, w.value_minor, w.tax_minor, w.value_minor - w.tax_minor as net_minor,
    sum(w.value_minor - w.tax_minor) over (partition by r.order_line_id order by x.received_at, r.id)::bigint as after_minor
  from orders.return_line r
  cross join lateral (select r.value_minor + r.goodwill_minor as value_minor, r.tax_minor + r.goodwill_tax_minor as tax_minor) w
  join orders.return x on x.maison_id = r.maison_id and x.id = r.return_id and x.state = 'received'
  where r.maison_id = %(maison_id)s and r.disposition is not null and r.order_line_id in (
    select t.order_line_id from orders.line_terms t
    where t.maison_id = %(maison_id)s and (%(return_id)s::uuid is null or t.order_line_id in (
      select y.order_line_id from orders.return_line y where y.maison_id = %(maison_id)s and y.return_id = %(return_id)s)))
), taken as (
  select b.*, d.partner_id, t.kind, d.basis_points, d.currency, d.order_id, d.legal_entity_id, o.payment_id,
    case t.kind
      when 'collaboration' then b.net_minor - (b.after_minor * d.basis_points / 10000
        - (b.after_minor - b.net_minor) * d.basis_points / 10000)
      else (b.after_minor * d.basis_points * 2 + 10000) / 20000
        - ((b.after_minor - b.net_minor) * d.basis_points * 2 + 10000) / 20000 end as kept_minor
  from back b
  join orders.due d on d.maison_id = %(maison_id)s and d.kind = 'sold' and d.cause_id = b.order_line_id
  join orders.line_terms t on t.maison_id = d.maison_id and t.order_line_id = d.order_line_id and t.partner_id = d.partner_id
  join orders.order o on o.maison_id = d.maison_id and o.id = d.order_id
  where not exists (select 1 from orders.due e where e.maison_id = d.maison_id and e.kind = 'returned' and e.cause_id = b.id
    and e.partner_id = d.partner_id)
), posted as (
  insert into orders.due (maison_id, partner_id, kind, cause_id, order_line_id, order_id, legal_entity_id, day, quantity,
    currency, total_minor, tax_minor, basis_points, kept_minor, due_minor, posted_at)
  select %(maison_id)s, partner_id, 'returned', id, order_line_id, order_id, legal_entity_id,
    (%(now)s::timestamptz at time zone public_facts.zone_of(%(maison_id)s))::date, -quantity, currency, -value_minor,
    -tax_minor, basis_points, -kept_minor, kept_minor - net_minor - case kind when 'concession' then tax_minor else 0 end,
    %(now)s
  from taken
  on conflict on constraint due_once do nothing
  returning cause_id, partner_id, due_minor
)
select p.cause_id, k.order_id, k.payment_id, -sum(p.due_minor)::bigint as due_minor,
  coalesce(sum(k.tax_minor) filter (where k.kind = 'concession'), 0)::bigint as tax_minor
from posted p join taken k on k.id = p.cause_id and k.partner_id = p.partner_id
group by 1, 2, 3
"""


async def post_sold(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID | None, now: datetime) -> int:
    """What left for good with this fulfilment, or anywhere, and was not due yet; returns how many lines are new.

    Passes over what was sold while no commission was agreed for its day, until one is.
    """
    posted = await many(conn, _Posted, _SOLD, maison_id=maison_id, fulfilment_id=fulfilment_id, now=now)
    await _in_the_books(conn, maison_id, "owed", posted, now)
    return len(posted)


async def post_returned(conn: Conn, *, maison_id: UUID, return_id: UUID | None, now: datetime) -> int:
    """What was received with this return, or with any, and not taken back yet; returns how many lines are new."""
    posted = await many(conn, _Posted, _RETURNED, maison_id=maison_id, return_id=return_id, now=now)
    await _in_the_books(conn, maison_id, "owed_back", posted, now)
    return len(posted)


async def post_missing(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """What a release before this one sold, or was sold before its commission was agreed; returns how many lines are new."""
    sold = await post_sold(conn, maison_id=maison_id, fulfilment_id=None, now=now)
    return sold + await post_returned(conn, maison_id=maison_id, return_id=None, now=now)


async def _in_the_books(
    conn: Conn, maison_id: UUID, kind: ledger.OwedKind, posted: list[_Posted], now: datetime
) -> None:
    owed = [
        Owed(one.cause_id, one.order_id, one.payment_id, one.due_minor - one.tax_minor, one.tax_minor)
        for one in posted
        if one.payment_id is not None
    ]
    if owed:
        await ledger.post_owed(conn, maison_id=maison_id, kind=kind, owed=owed, now=now)
