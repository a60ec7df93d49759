"""What a signed-in client bought in a store, maison by maison; how each order stands its own page says."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.base.money import Money

ORDERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Bought:
    """An order at one maison. `pieces` are their names, as they were when it was placed.

    `replaces`: the number of the order whose pieces came back for it, '' for none.
    """

    order_id: UUID
    number: str
    maison_name: str
    method: str
    placed_at: datetime
    pieces: list[str]
    currency: str
    total_minor: int
    replaces: str = ""

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)


async def bought(conn: Conn, *, maison_id: UUID, client_id: UUID) -> list[Bought]:
    """The client's orders in this store, what was sold to them at the maison's counters, and what was sent to them in exchange,
    the last first."""
    return await many(
        conn,
        Bought,
        """
        select s.order_id, coalesce(s.order_number, '') as number, m.name as maison_name, coalesce(s.method, c.method) as method,
          coalesce(c.ended_at, c.changed_at) as placed_at, l.pieces, l.currency, l.total_minor, '' as replaces
        from orders.checkout c
        join orders.checkout_seller s on s.maison_id = c.maison_id and s.checkout_id = c.id and s.order_id is not null
        join public_facts.maison m on m.maison_id = s.selling_maison_id
        cross join lateral (
          select array_agg(x.name order by x.name) as pieces, min(x.currency) as currency,
            (sum(x.unit_price_minor * x.quantity) + coalesce((select (d.offer ->> 'price_minor')::bigint
              from jsonb_array_elements(s.deliveries) with ordinality as d(offer, n)
              order by d.offer ->> 'service' = c.chosen_deliveries ->> s.selling_maison_id::text desc nulls last, d.n limit 1),
              0))::bigint as total_minor
          from orders.checkout_line x where x.maison_id = c.maison_id and x.checkout_id = c.id
            and x.selling_maison_id = s.selling_maison_id) l
        where c.maison_id = %(maison_id)s and c.client_id = %(client_id)s
        union all
        select o.id, o.number, m.name, o.method, o.placed_at, array(select l.name from orders.order_line l
            where l.maison_id = o.maison_id and l.order_id = o.id order by 1), o.currency, o.total_minor,
          coalesce(f.number, '')
        from orders.order o join public_facts.maison m on m.maison_id = o.maison_id
        -- An exchange is placed with the return as its checkout.
        left join orders.return r on r.maison_id = o.maison_id and r.id = o.checkout_id
        left join orders.order f on f.maison_id = r.maison_id and f.id = r.order_id
        where o.maison_id = %(maison_id)s and o.client_id = %(client_id)s and (o.method = 'counter' or f.id is not null)
        order by placed_at desc, maison_name limit %(most)s
        """,
        maison_id=maison_id,
        client_id=client_id,
        most=ORDERS_MAX,
    )
