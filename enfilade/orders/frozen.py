"""What a checkout froze when it opened, and where it stands: its rows, read and written in the store's tenant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many, maybe, one
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.orders.placing import Contact, PlacingLine
from enfilade.stock.holds import Method

State = Literal["open", "paying", "choosing", "completed", "released"]


class CheckoutOver(Exception):
    """The checkout was released: its time ended, nothing was charged, the basket is still there."""


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    """A line as the client sees it at checkout; prices were frozen when it opened."""

    selling_maison_id: UUID
    maison_name: str
    maison_slug: str
    variant_id: UUID
    slug: str
    name: str
    colour: str
    size: str
    picture: str
    quantity: int
    location_id: UUID
    location_kind: str
    location_name: str
    address: str
    city: str
    zone: str
    currency: str
    unit_price_minor: int
    tax_rate_basis_points: int
    prices_include_tax: bool

    @property
    def unit(self) -> Money:
        return Money(self.unit_price_minor, self.currency)

    @property
    def _priced(self) -> PlacingLine:
        return PlacingLine(
            self.selling_maison_id,
            self.variant_id,
            self.variant_id,
            "",
            "",
            self.name,
            self.colour,
            self.size,
            self.quantity,
            self.location_id,
            self.currency,
            self.unit_price_minor,
            self.tax_rate_basis_points,
            self.prices_include_tax,
        )

    @property
    def total(self) -> Money:
        """Tax included."""
        return self._priced.total

    @property
    def tax(self) -> Money:
        return self._priced.tax


@dataclass(frozen=True, slots=True)
class Head:
    id: UUID
    state: State
    store_id: UUID
    visitor_id: UUID
    client_id: UUID | None
    method: Method
    market: str
    language: str
    payment_method: str | None
    basket_id: UUID
    expires_at: datetime
    changed_at: datetime
    name: str | None
    mail: str | None
    phone: str | None
    address: dict[str, str] | None
    collector_name: str | None

    @property
    def contact(self) -> Contact:
        return Contact(
            self.name or "", self.mail or "", self.phone or "", self.address, self.collector_name or ""
        )


@dataclass(frozen=True, slots=True)
class SellerRow:
    selling_maison_id: UUID
    order_id: UUID | None
    order_number: str | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of the checkout at one selling maison."""

    maison_id: UUID
    order_id: UUID | None
    number: str | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def head_of(conn: Conn, *, maison_id: UUID, checkout_id: UUID) -> Head | None:
    return await maybe(
        conn,
        Head,
        """
        select c.id, c.state, c.store_id, c.visitor_id, c.client_id, c.method, c.market, c.language, c.payment_method,
          c.basket_id, c.expires_at, c.changed_at, k.name, k.mail, k.phone, k.address, k.collector_name
        from orders.checkout c
        left join orders.contact k on k.maison_id = c.maison_id and k.id = c.contact_id
        where c.maison_id = %(maison_id)s and c.id = %(checkout_id)s
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )


async def frozen(conn: Conn, *, maison_id: UUID, checkout_id: UUID) -> tuple[Head, list[PlacingLine]]:
    head = await head_of(conn, maison_id=maison_id, checkout_id=checkout_id)
    if head is None:
        raise CheckoutOver
    lines = await many(
        conn,
        PlacingLine,
        """
        select selling_maison_id, variant_id, product_id, sku, brand, name, colour, size, quantity, location_id, currency,
          unit_price_minor, tax_rate_basis_points, prices_include_tax, quota_id, quota_pieces_max, quota_period
        from orders.checkout_line where maison_id = %(maison_id)s and checkout_id = %(checkout_id)s
        order by selling_maison_id, variant_id
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )
    return head, lines


async def shown(conn: Conn, *, maison_id: UUID, checkout_id: UUID, language: str) -> list[CheckoutLine]:
    return await many(
        conn,
        CheckoutLine,
        """
        select l.selling_maison_id, m.name as maison_name, m.slug as maison_slug, l.variant_id, coalesce(p.slug, '') as slug,
          l.name, l.colour, l.size, coalesce(p.pictures -> 0 ->> 'name', '') as picture, l.quantity, l.location_id,
          coalesce(b.kind, '') as location_kind, coalesce(b.name, '') as location_name, coalesce(b.address, '') as address,
          coalesce(b.city, '') as city, coalesce(b.zone, 'UTC') as zone, l.currency, l.unit_price_minor,
          l.tax_rate_basis_points, l.prices_include_tax
        from orders.checkout_line l
        join public_facts.maison m on m.maison_id = l.selling_maison_id
        left join public_facts.product p on p.id = l.product_id
        left join public_facts.boutique b on b.id = l.location_id
        where l.maison_id = %(maison_id)s and l.checkout_id = %(checkout_id)s
        order by m.name, l.variant_id
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )


async def sellers_of(conn: Conn, *, maison_id: UUID, checkout_id: UUID) -> list[SellerRow]:
    return await many(
        conn,
        SellerRow,
        """
        select selling_maison_id, order_id, order_number, refusal from orders.checkout_seller
        where maison_id = %(maison_id)s and checkout_id = %(checkout_id)s order by selling_maison_id
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )


@dataclass(frozen=True, slots=True)
class _Begun:
    store_id: UUID
    visitor_id: UUID
    client_id: UUID | None
    method: Method
    market: str
    language: str
    basket_id: UUID
    expires_at: datetime
    lines: list[dict[str, object]]


async def begin_paying(
    conn: Conn,
    *,
    maison_id: UUID,
    checkout_id: UUID,
    visitor_id: UUID,
    contact: Contact,
    payment_method: str,
    now: datetime,
) -> tuple[Head, list[PlacingLine]] | None:
    """open → paying, with whom it is for. None when it is not open (any more), which `settle` explains."""
    begun = await maybe(
        conn,
        _Begun,
        """
        with begun as (
          update orders.checkout set state = 'paying', contact_id = %(contact_id)s, payment_method = %(payment_method)s,
            changed_at = %(now)s
          where maison_id = %(maison_id)s and id = %(checkout_id)s and visitor_id = %(visitor_id)s and state = 'open'
            and expires_at > %(now)s
          returning *
        ), known as (
          insert into orders.contact (maison_id, id, checkout_id, name, mail, phone, address, collector_name)
          select %(maison_id)s, %(contact_id)s, b.id, %(name)s, %(mail)s, %(phone)s, %(address)s::jsonb, %(collector_name)s
          from begun b
        )
        select b.store_id, b.visitor_id, b.client_id, b.method, b.market, b.language, b.basket_id, b.expires_at,
          (select jsonb_agg(to_jsonb(l) order by l.selling_maison_id, l.variant_id) from orders.checkout_line l
            where l.maison_id = %(maison_id)s and l.checkout_id = b.id) as lines
        from begun b
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
        visitor_id=visitor_id,
        contact_id=new_id(now),
        payment_method=payment_method,
        now=now,
        name=contact.name,
        mail=contact.mail,
        phone=contact.phone,
        address=msgspec.json.encode(contact.address).decode() if contact.address else None,
        collector_name=contact.collector_name,
    )
    if begun is None:
        return None
    head = Head(
        checkout_id,
        "paying",
        begun.store_id,
        begun.visitor_id,
        begun.client_id,
        begun.method,
        begun.market,
        begun.language,
        payment_method,
        begun.basket_id,
        begun.expires_at,
        now,
        contact.name,
        contact.mail,
        contact.phone,
        contact.address,
        contact.collector_name,
    )
    return head, [msgspec.convert(line, PlacingLine, strict=False) for line in begun.lines]


async def set_state(
    conn: Conn, *, maison_id: UUID, checkout_id: UUID, before: str, after: str, now: datetime
) -> bool:
    """`before` → `after`; False when it is not (any more) in `before`."""
    return bool(
        await execute(
            conn,
            """
            update orders.checkout set state = %(after)s, changed_at = %(now)s,
              ended_at = case when %(after)s = 'released' then %(now)s::timestamptz end
            where maison_id = %(maison_id)s and id = %(checkout_id)s and state = %(before)s
            """,
            maison_id=maison_id,
            checkout_id=checkout_id,
            before=before,
            after=after,
            now=now,
        )
    )


async def finish(
    conn: Conn, *, maison_id: UUID, checkout_id: UUID, placed: bool, sellers: list[Ended], now: datetime
) -> None:
    """paying or choosing → completed (or released, when nothing could be placed), with each seller's order.

    An order that stands completes its checkout even where somebody else, slower or faster, has let it go meanwhile.
    """
    await one(
        conn,
        _Id,
        """
        with ended as (
          update orders.checkout set state = case when %(placed)s then 'completed' else 'released' end, ended_at = %(now)s,
            changed_at = %(now)s
          where maison_id = %(maison_id)s and id = %(checkout_id)s
            and (state in ('paying', 'choosing') or %(placed)s and state in ('open', 'released'))
          returning id, basket_id
        ), emptied as (
          update orders.basket b set state = 'ordered', changed_at = %(now)s from ended e
          where b.maison_id = %(maison_id)s and b.id = e.basket_id and b.state = 'open' and %(placed)s
        ), told as (
          update orders.checkout_seller s set order_id = r.order_id, order_number = r.number, refusal = r.refusal
          from ended e, unnest(%(maisons)s::uuid[], %(orders)s::uuid[], %(numbers)s::text[], %(refusals)s::text[])
            as r(selling_maison_id, order_id, number, refusal)
          where s.maison_id = %(maison_id)s and s.checkout_id = e.id and s.selling_maison_id = r.selling_maison_id
        )
        select %(checkout_id)s::uuid as id
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
        placed=placed,
        now=now,
        maisons=[seller.maison_id for seller in sellers],
        orders=[seller.order_id for seller in sellers],
        numbers=[seller.number for seller in sellers],
        refusals=[seller.refusal for seller in sellers],
    )
