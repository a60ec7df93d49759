"""A checkout as its page and the API show it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, maybe
from enfilade.base.money import Money
from enfilade.base.secrets import derived
from enfilade.carriers.services import Kind
from enfilade.orders import delivery
from enfilade.orders.delivery import Offers
from enfilade.orders.frozen import DELIVERIES, State
from enfilade.orders.placing import Delivery, Priced
from enfilade.orders.proposals import link_secret
from enfilade.stock.holds import Method


@dataclass(frozen=True, slots=True)
class CheckoutLine(Priced):
    """A line as the client sees it at checkout; prices were frozen when it opened.

    `brand` is that of a store's third-party brand, `seller_name` that of the company which sells instead of the store.
    `location_id` is the place that prepares it; `ready_about`: from when it is there, where it is brought. `engraving`: the words
    cut on it, whose price is in its own; `engrave_by`: the day they are cut, where a workshop promises one.
    """

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
    brand: str
    seller_name: str
    ready_about: datetime | None = None
    #: The age its client must have, by law.
    age_min: int | None = None
    engraving: str = ""
    lettering: str = ""
    engraving_minor: int = 0
    engrave_by: date | None = None
    #: Made to order, finished by then; to the client's specification.
    make_by: date | None = None
    to_specification: bool = False
    #: Duties and import tax: paid with it, so much, or at the door.
    duties: Literal["asked", "paid", "at_door"] | None = None
    duty_minor: int = 0
    #: How its maison's part is received.
    method: Method = "ship"

    @property
    def duty(self) -> Money:
        return Money(self.duty_minor, self.currency)


@dataclass(frozen=True, slots=True)
class Seller:
    """What became of the checkout at one maison; `link` opens the order's page."""

    maison_id: UUID
    order_id: UUID | None
    number: str | None
    refusal: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class Way:
    """One way to have a maison's part delivered: what it costs, tax included, and between which days it comes."""

    maison_id: UUID
    service: Kind
    price: Money
    promised_from: date | None
    promised_on: date | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Checkout:
    """The checkout as its page shows it. `proposal`: what the link of its proposal says, '' where it has none.

    `method`: of its maisons' methods, which the lines tell, the one that asks most of the client.
    """

    id: UUID
    state: State
    method: Method
    market: str
    language: str
    payment_method: str | None
    expires_at: datetime
    lines: list[CheckoutLine]
    sellers: list[Seller]
    proposal: str
    #: The age its client must have, by law; the one they said they have at least.
    age_min: int | None = None
    age_confirmed: int | None = None
    #: How each maison's part can be delivered, as it is offered; none where delivery costs nothing and there is no choice.
    ways: list[Way] = field(default_factory=list[Way])

    @property
    def totals(self) -> list[Money]:
        """What the client pays, one a currency; where all is reserved, what it would cost."""
        sums: dict[str, Money] = {}
        carried = [way.price for way in self.ways if way.chosen]
        due = [line for line in self.lines if line.method != "reserve" or self.method == "reserve"]
        for amount in [*(line.total + line.duty for line in due), *carried]:
            sums[amount.currency] = sums[amount.currency] + amount if amount.currency in sums else amount
        return list(sums.values())


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    state: State
    method: Method
    market: str
    language: str
    payment_method: str | None
    expires_at: datetime
    proposal_id: UUID | None
    age_min: int | None
    age_confirmed: int | None
    lines: str
    sellers: str
    deliveries: str | None
    chosen_deliveries: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Sold:
    maison_id: UUID
    order_id: UUID | None
    number: str | None
    refusal: str | None


async def read(conn: Conn, *, maison_id: UUID, checkout_id: UUID, key: bytes) -> Checkout | None:
    """The checkout, if whoever acts may see it. `key` makes the links of its orders."""
    row = await maybe(
        conn,
        _Row,
        f"""
        select c.id, c.state, c.method, c.market, c.language, c.payment_method, c.expires_at, c.proposal_id, c.age_min,
          c.age_confirmed, (
          select coalesce(json_agg(l order by l.maison_name, l.variant_id, l.line), '[]')::text
          from (
            select l.selling_maison_id, m.name as maison_name, m.slug as maison_slug, l.variant_id,
              coalesce(p.slug, '') as slug, l.name, l.colour, l.size, coalesce(p.pictures -> 0 ->> 'name', '') as picture,
              l.quantity, coalesce(l.collect_location_id, l.location_id) as location_id,
              coalesce(b.kind, '') as location_kind, coalesce(b.name, '') as location_name,
              coalesce(b.address, '') as address, coalesce(b.city, '') as city, coalesce(b.zone, 'UTC') as zone, l.currency,
              l.unit_price_minor, l.tax_rate_basis_points, l.prices_include_tax, coalesce(h.name, '') as brand,
              coalesce(h.seller_name, '') as seller_name, l.ready_about, l.age_min, l.line, l.engraving, l.lettering,
              l.engraving_minor, l.engrave_by, l.make_by, l.to_specification, l.duties, l.duty_minor,
              coalesce(s.method, c.method) as method
            from orders.checkout_line l
            join orders.checkout_seller s on s.maison_id = l.maison_id and s.checkout_id = l.checkout_id
              and s.selling_maison_id = l.selling_maison_id
            join public_facts.maison m on m.maison_id = l.selling_maison_id
            left join public_facts.product p on p.id = l.product_id
            left join public_facts.brand h on h.maison_id = p.maison_id and h.id = p.brand_id
            left join public_facts.boutique b on b.id = coalesce(l.collect_location_id, l.location_id)
            where l.maison_id = c.maison_id and l.checkout_id = c.id) l) as lines, (
          select coalesce(json_agg(json_build_object('maison_id', s.selling_maison_id, 'order_id', s.order_id, 'number',
            s.order_number, 'refusal', s.refusal) order by s.selling_maison_id), '[]')::text
          from orders.checkout_seller s where s.maison_id = c.maison_id and s.checkout_id = c.id) as sellers,
          {DELIVERIES} as deliveries, c.chosen_deliveries
        from orders.checkout c
        where c.maison_id = %(maison_id)s and c.id = %(checkout_id)s
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )
    if row is None:
        return None
    lines = msgspec.json.decode(row.lines, type=list[CheckoutLine])
    offered = msgspec.json.decode(row.deliveries or "[]", type=list[Offers])
    return Checkout(
        row.id,
        row.state,
        row.method,
        row.market,
        row.language,
        row.payment_method,
        row.expires_at,
        lines,
        [
            Seller(
                sold.maison_id,
                sold.order_id,
                sold.number,
                sold.refusal,
                derived(key, "order", sold.order_id) if sold.order_id else None,
            )
            for sold in msgspec.json.decode(row.sellers, type=list[_Sold])
        ],
        link_secret(key, row.proposal_id) if row.proposal_id else "",
        row.age_min,
        row.age_confirmed,
        [
            way
            for one in sorted(offered, key=lambda one: one.maison_id)
            for way in _ways(
                one,
                row.chosen_deliveries,
                [line for line in lines if line.selling_maison_id == one.maison_id],
            )
        ],
    )


def _ways(of: Offers, chosen: dict[str, str], lines: list[CheckoutLine]) -> list[Way]:
    def way(offer: delivery.Offer) -> Way:
        found: Delivery = delivery.reckoned(of, {str(of.maison_id): offer.service}, lines)
        return Way(
            of.maison_id,
            offer.service,
            Money(found.total_minor, lines[0].currency),
            found.promised_from,
            found.promised_on,
            offer == of.chosen(chosen),
        )

    return [way(offer) for offer in of.offers]
