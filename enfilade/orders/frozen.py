"""What a checkout froze when it opened: its rows, read in the store's tenant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, LiteralString
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.orders.delivery import Chosen, of_checkout
from enfilade.orders.placing import Contact, PlacingLine
from enfilade.stock.holds import Method

State = Literal["open", "paying", "choosing", "completed", "released"]


class CheckoutOver(Exception):
    """The checkout was released: its time ended, nothing was charged, the basket is still there."""


class NoSuchCheckout(CheckoutOver):
    """The visitor has no such checkout in this store."""


@dataclass(frozen=True, slots=True)
class Head:
    """`attempt` counts the tries to pay; what one found out is not acted on in the next. `host`: of its store, '' for none."""

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
    attempt: int
    proposal_id: UUID | None = None
    gift_words: str | None = None
    age_min: int | None = None
    age_confirmed: int | None = None
    host: str = ""
    #: What its selling maisons offer to deliver it by, as JSON; {maison: service} of what was chosen.
    deliveries: str | None = None
    chosen_deliveries: dict[str, str] | None = None
    #: {maison: method} of each part; `method` is the one that asks most of the client.
    methods: dict[str, Method] | None = None

    def method_of(self, maison_id: UUID) -> Method:
        """How this maison's part is received."""
        return (self.methods or {}).get(str(maison_id), self.method)

    @property
    def delivery(self) -> Chosen:
        """How it is delivered, and at what cost."""
        return of_checkout(self.deliveries, self.chosen_deliveries)

    @property
    def contact(self) -> Contact:
        return Contact(
            self.name or "",
            self.mail or "",
            self.phone or "",
            self.address,
            self.collector_name or "",
            self.gift_words,
        )


@dataclass(frozen=True, slots=True)
class _Selling:
    selling_maison_id: UUID


#: Of a checkout `c`: the host of its store, '' for none; how its parts are received, and what its selling maisons offer to
#: deliver them by, as JSON.
HOST: LiteralString = "coalesce((select s.host from public_facts.store s where s.id = c.store_id), '')"
METHODS: LiteralString = """(
          select json_object_agg(s.selling_maison_id, coalesce(s.method, c.method))
            from orders.checkout_seller s where s.maison_id = c.maison_id and s.checkout_id = c.id)"""
DELIVERIES: LiteralString = """(
          select json_agg(json_build_object('maison_id', s.selling_maison_id, 'offers', s.deliveries, 'leaves_on', s.leaves_on))
            ::text from orders.checkout_seller s where s.maison_id = c.maison_id and s.checkout_id = c.id
            and s.deliveries is not null)"""


async def head_of(conn: Conn, *, maison_id: UUID, checkout_id: UUID) -> Head | None:
    return await maybe(
        conn,
        Head,
        f"""
        select c.id, c.state, c.store_id, c.visitor_id, c.client_id, c.method, c.market, c.language, c.payment_method,
          c.basket_id, c.expires_at, c.changed_at, k.name, k.mail, k.phone, k.address, k.collector_name,
          c.attempt, c.proposal_id, k.gift_words, c.age_min, c.age_confirmed,
          {HOST} as host, {DELIVERIES} as deliveries, c.chosen_deliveries, {METHODS} as methods
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
        raise NoSuchCheckout
    lines = await many(
        conn,
        PlacingLine,
        """
        select selling_maison_id, variant_id, product_id, sku, brand, name, colour, size, quantity, location_id, currency,
          unit_price_minor, tax_rate_basis_points, prices_include_tax, quota_id, quota_pieces_max, quota_period,
          decided_by, collect_location_id, ready_about, kinds, age_min, line, engraving, lettering, engraving_minor, engrave_by,
          duties, duties_country, duty_minor, make_by, workshop_id, to_specification
        from orders.checkout_line where maison_id = %(maison_id)s and checkout_id = %(checkout_id)s
        order by selling_maison_id, variant_id, line
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )
    return head, lines


async def selling(conn: Conn, *, maison_id: UUID, checkout_id: UUID) -> list[UUID]:
    """The maisons whose pieces it holds."""
    rows = await many(
        conn,
        _Selling,
        """
        select selling_maison_id from orders.checkout_seller
        where maison_id = %(maison_id)s and checkout_id = %(checkout_id)s order by selling_maison_id
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )
    return [row.selling_maison_id for row in rows]
