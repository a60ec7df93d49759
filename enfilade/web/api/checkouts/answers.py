"""A checkout as the API shows it, and where it stands after a step."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from enfilade.orders.checkout import Checkout as Read
from enfilade.orders.checkout import CheckoutLine, Outcome, Seller
from enfilade.web.api.words import Amount, amount

State = Literal["open", "paying", "choosing", "completed", "released"]


class Line(msgspec.Struct, frozen=True):
    """A line with the price frozen when the checkout opened, and the place that prepares it.

    `ready_about`: the moment from which it can be collected there, where it is brought from another place. `engraving`: the words
    cut on it in `lettering`, '' for none, their price in `unit`; `engrave_by`: the day on which that is done.
    `make_by`: of a piece made to order, the day on which it is finished: it is paid at once. `duty`: duties and import tax paid
    with it, beside `total`.
    """

    variant_id: UUID
    maison_id: UUID
    maison: str
    name: str
    colour: str
    size: str
    quantity: int
    unit: Amount
    total: Amount
    tax: Amount
    location_id: UUID
    location_name: str
    ready_about: datetime | None
    engraving: str
    lettering: str
    engrave_by: date | None
    make_by: date | None
    duties: Literal["asked", "paid", "at_door"] | None
    duty: Amount
    method: Literal["collect", "reserve", "ship"]


class Order(msgspec.Struct, frozen=True):
    """What became of it at one maison: an order, or `refusal`. `secret` opens the order's page."""

    maison_id: UUID
    order_id: UUID | None
    number: str | None
    refusal: str | None
    secret: str | None


class Delivery(msgspec.Struct, frozen=True):
    """One way to have a maison's part delivered; `price` with its tax, and the days between which it comes."""

    maison_id: UUID
    service: Literal["standard", "express", "by_hand"]
    price: Amount
    promised_from: date | None
    promised_on: date | None
    chosen: bool


class Checkout(msgspec.Struct, frozen=True):
    """Pieces are held until `expires_at`. `method`: of the methods of its lines the one that asks most of the client.

    `totals` is what the client pays, tax included, one a currency.

    `age_min`: how old the client has to be by law; null: as they like. `deliveries`: the ways each maison offers.
    """

    id: UUID
    state: State
    method: Literal["collect", "reserve", "ship"]
    market: str
    language: str
    payment_method: str | None
    expires_at: datetime
    lines: list[Line]
    totals: list[Amount]
    orders: list[Order]
    age_min: int | None = None
    deliveries: list[Delivery] = []


class Step(msgspec.Struct, frozen=True):
    """`second_step`: send the client to `url`, then read again. `confirming`: read again in a moment.

    `refused`: pay another way, the pieces are still held. `choosing`: one maison's payment was refused.
    """

    outcome: Literal["open", "placed", "second_step", "confirming", "refused", "choosing", "released"]
    url: str | None
    reason: str
    checkout: Checkout


def shown(found: Read) -> Checkout:
    """The checkout."""
    return Checkout(
        found.id,
        found.state,
        found.method,
        found.market,
        found.language,
        found.payment_method or None,
        found.expires_at,
        [_line(line) for line in found.lines],
        [amount(total) for total in found.totals],
        [_order(seller) for seller in found.sellers],
        found.age_min,
        [
            Delivery(
                way.maison_id,
                way.service,
                amount(way.price),
                way.promised_from,
                way.promised_on,
                way.chosen,
            )
            for way in found.ways
        ],
    )


def step(outcome: Outcome, found: Read) -> Step:
    """The checkout after a step."""
    return Step(outcome.kind, outcome.url, outcome.reason, shown(found))


def _line(line: CheckoutLine) -> Line:
    return Line(
        line.variant_id,
        line.selling_maison_id,
        line.maison_slug,
        line.name,
        line.colour,
        line.size,
        line.quantity,
        amount(line.unit),
        amount(line.total),
        amount(line.tax),
        line.location_id,
        line.location_name,
        line.ready_about,
        line.engraving,
        line.lettering,
        line.engrave_by,
        line.make_by,
        line.duties,
        amount(line.duty),
        line.method,
    )


def _order(seller: Seller) -> Order:
    return Order(seller.maison_id, seller.order_id, seller.number, seller.refusal, seller.link)
