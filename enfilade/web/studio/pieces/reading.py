"""What the screens of pieces read beside them: variants counted one by one, orders by their lines, places, SKUs."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, many, scalar


@dataclass(frozen=True, slots=True)
class Serialised:
    """A variant that is counted one by one, and how many of its pieces are where."""

    sku: str
    name: str
    here: int
    on_the_way: int
    sold: int


async def serialised(conn: Conn, *, maison_id: UUID) -> list[Serialised]:
    """By SKU, two hundred at most."""
    return await many(
        conn,
        Serialised,
        """
        select coalesce(v.sku, '') as sku, coalesce(n.name, d.handle) as name, p.here, p.on_the_way, p.sold
        from stock.serialised s
        join catalogue.variant v on v.maison_id = s.maison_id and v.id = s.variant_id
        join catalogue.product d on d.maison_id = v.maison_id and d.id = v.product_id
        left join lateral (select y.name from catalogue.product_text y
          where y.maison_id = v.maison_id and y.product_id = v.product_id
          order by (y.language = 'en') desc, y.language limit 1) n on true
        cross join lateral (select (count(*) filter (where whereabouts = 'here'))::integer as here,
            (count(*) filter (where whereabouts = 'on_its_way'))::integer as on_the_way,
            (count(*) filter (where whereabouts = 'sold'))::integer as sold
          from stock.piece where maison_id = s.maison_id and variant_id = s.variant_id) p
        where s.maison_id = %(maison_id)s order by v.sku, v.id limit 200
        """,
        maison_id=maison_id,
    )


@dataclass(frozen=True, slots=True)
class OrderOf:
    """The order of a line."""

    line_id: UUID
    order_id: UUID
    number: str


async def orders_of(conn: Conn, *, maison_id: UUID, line_ids: list[UUID]) -> dict[UUID, OrderOf]:
    """By line; what is no order line is absent."""
    rows = await many(
        conn,
        OrderOf,
        """
        select l.id as line_id, o.id as order_id, o.number
        from orders.order_line l join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
        where l.maison_id = %(maison_id)s and l.id = any(%(lines)s::uuid[])
        """,
        maison_id=maison_id,
        lines=line_ids,
    )
    return {row.line_id: row for row in rows}


async def variant_of(conn: Conn, *, maison_id: UUID, sku: str) -> UUID | None:
    """The variant of this SKU."""
    return await scalar(
        conn,
        "select id from catalogue.variant where maison_id = %(maison_id)s and sku = %(sku)s",
        maison_id=maison_id,
        sku=sku,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A place that holds stock."""

    id: UUID
    name: str


async def places(conn: Conn, *, maison_id: UUID) -> list[Place]:
    """All of the maison's, by name."""
    return await many(
        conn,
        Place,
        "select id, name from boutiques.location where maison_id = %(maison_id)s order by name, id",
        maison_id=maison_id,
    )
