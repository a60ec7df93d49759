"""The order the demo's visitor placed last, found by the visitor's own cookie: no address of an order is kept anywhere."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request

from enfilade.base.actors import Actor
from enfilade.base.db import Db, maybe
from enfilade.maisons import published
from enfilade.web.shared import asking


@dataclass(frozen=True, slots=True)
class _Placed:
    selling_maison_id: UUID
    order_id: UUID


@dataclass(frozen=True, slots=True)
class LastOrder:
    """The order and the newest work on it, at a boutique or a warehouse."""

    maison_id: UUID
    order_id: UUID
    order_state: str
    language: str
    fulfilment_id: UUID | None
    state: str
    location_id: UUID | None
    location_name: str


async def last_order(request: Request[Any, Any, Any], db: Db) -> LastOrder | None:
    """None until the visitor has placed one in this store."""
    visitor = asking.visitor(request)
    if visitor.new:
        return None
    async with db.public() as conn:
        store = await published.front(conn, host=request.headers.get("host", ""))
    if store is None:
        return None
    async with db.acting(visitor.actor, store.maison_id) as conn:
        placed = await maybe(
            conn,
            _Placed,
            """
            select s.selling_maison_id, s.order_id
            from orders.checkout c
            join orders.checkout_seller s on s.maison_id = c.maison_id and s.checkout_id = c.id
            where c.maison_id = %(maison_id)s and c.visitor_id = %(visitor_id)s and c.state = 'completed'
              and s.order_id is not null
            order by c.changed_at desc, s.order_number limit 1
            """,
            maison_id=store.maison_id,
            visitor_id=visitor.id,
        )
    if placed is None:
        return None
    async with db.acting(Actor.link(placed.order_id), placed.selling_maison_id) as conn:
        return await maybe(
            conn,
            LastOrder,
            """
            select o.maison_id, o.id as order_id, o.state as order_state, o.language, f.id as fulfilment_id,
              coalesce(f.state, '') as state, f.location_id, coalesce(l.name, '') as location_name
            from orders.order o
            left join lateral (select x.id, x.state, x.location_id, x.maison_id from orders.fulfilment x
              where x.maison_id = o.maison_id and x.order_id = o.id
              order by x.attempt desc, x.asked_at desc, x.id desc limit 1) f on true
            left join boutiques.location l on l.maison_id = f.maison_id and l.id = f.location_id
            where o.maison_id = %(maison_id)s and o.id = %(order_id)s
            """,
            maison_id=placed.selling_maison_id,
            order_id=placed.order_id,
        )
