"""A maison's orders as its own systems read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.staff.people import Colleague


@dataclass(frozen=True, slots=True)
class Listed:
    """An order in a list: figures and states, nobody's name."""

    id: UUID
    number: str
    state: str
    channel: str
    method: str
    market: str
    currency: str
    total_minor: int
    tax_minor: int
    placed_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Whole:
    """An order with its lines, fulfilments, and whom it is for."""

    id: UUID
    number: str
    state: str
    channel: str
    method: str
    market: str
    currency: str
    total_minor: int
    tax_minor: int
    placed_at: datetime
    changed_at: datetime
    language: str
    store_id: UUID
    contact: Any
    lines: list[Any]
    fulfilments: list[Any]
    delivery: Any


async def orders(
    conn: Conn, *, maison_id: UUID, by: Colleague, state: str, after: tuple[datetime, UUID], most: int
) -> list[Listed]:
    """The latest first, those prepared at `by`'s places; '' is any state."""
    return await many(
        conn,
        Listed,
        """
        select o.id, o.number, o.state, o.channel, o.method, o.market, o.currency, o.total_minor, o.tax_minor,
          o.placed_at, o.changed_at
        from orders.order o
        where o.maison_id = %(maison_id)s and (o.placed_at, o.id) < (%(after_placed_at)s, %(after_id)s)
          and (%(state)s = '' or o.state = %(state)s)
          and (%(everywhere)s or exists (select 1 from orders.fulfilment f
            where f.maison_id = o.maison_id and f.order_id = o.id and f.location_id = any(%(locations)s::uuid[])))
        order by o.placed_at desc, o.id desc limit %(most)s
        """,
        maison_id=maison_id,
        everywhere=by.role == "maison_manager",
        locations=sorted(by.location_ids),
        state=state,
        after_placed_at=after[0],
        after_id=after[1],
        most=most,
    )


async def order(conn: Conn, *, maison_id: UUID, by: Colleague, order_id: UUID) -> Whole | None:
    """One of them. Mail, phone and address are shown to the maison's manager; a boutique sees whom it serves."""
    return await maybe(
        conn,
        Whole,
        """
        select o.id, o.number, o.state, o.channel, o.method, o.market, o.currency, o.total_minor, o.tax_minor,
          o.placed_at, o.changed_at, o.language, o.store_id,
          (select case when %(everywhere)s
              then jsonb_build_object('name', c.name, 'collector_name', c.collector_name, 'gift_words', c.gift_words,
                'mail', c.mail, 'phone', c.phone, 'address', c.address)
              else jsonb_build_object('name', c.name, 'collector_name', c.collector_name, 'gift_words', c.gift_words) end
            from orders.contact c where c.maison_id = o.maison_id and c.id = o.contact_id) as contact,
          coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'fulfilment_id', l.fulfilment_id,
              'variant_id', l.variant_id, 'sku', l.sku, 'name', l.name, 'colour', l.colour, 'size', l.size,
              'quantity', l.quantity, 'state', l.state, 'total_minor', l.total_minor, 'tax_minor', l.tax_minor,
              'seller', l.seller, 'engraving', l.engraving, 'lettering', l.lettering,
              'make_by', l.make_by) order by l.id)
            from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id), '[]') as lines,
          coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'location', p.code, 'state', f.state,
              'attempt', f.attempt, 'asked_at', f.asked_at, 'pick_by', f.pick_by, 'ready_at', f.ready_at,
              'collect_by', f.collect_by, 'ended_at', f.ended_at) order by f.id)
            from orders.fulfilment f join boutiques.location p on p.maison_id = f.maison_id and p.id = f.location_id
            where f.maison_id = o.maison_id and f.order_id = o.id), '[]') as fulfilments,
          (select jsonb_build_object('service', d.service, 'total_minor', d.total_minor, 'tax_minor', d.tax_minor,
              'promised_on', d.promised_on) from orders.delivery d
            where d.maison_id = o.maison_id and d.order_id = o.id) as delivery
        from orders.order o
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
          and (%(everywhere)s or exists (select 1 from orders.fulfilment f
            where f.maison_id = o.maison_id and f.order_id = o.id and f.location_id = any(%(locations)s::uuid[])))
        """,
        maison_id=maison_id,
        order_id=order_id,
        everywhere=by.role == "maison_manager",
        locations=sorted(by.location_ids),
    )
