"""What delivery costs the client: reckoned by the checkout, chosen there, frozen on the order, charged with its first parcel.

Plain functions over values first; the verbs after them. `docs/algorithms/delivery.md`, `docs/algorithms/pricing.md`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, maybe
from enfilade.base.money import tax_inside, tax_on_top
from enfilade.carriers.services import Kind, Service
from enfilade.orders.placing import Delivery, Part, Priced
from enfilade.stock.availability import working_day


class NoSuchService(Exception):
    """This way of delivery is not offered for what is asked."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as a checkout froze it; `price_minor` as the lines' prices are, with or without tax."""

    service: Kind
    price_minor: int
    days_min: int
    days_max: int
    given_back: bool = False


@dataclass(frozen=True, slots=True)
class Offers:
    """What a checkout offers for one maison's part, and from which day its pieces can leave."""

    maison_id: UUID
    offers: list[Offer]
    leaves_on: date | None

    def chosen(self, services: Mapping[str, str]) -> Offer:
        """What was chosen of `services` ({maison: service}), else the first."""
        asked = services.get(str(self.maison_id))
        return next((offer for offer in self.offers if offer.service == asked), self.offers[0])


def offers(services: Sequence[Service], lines: Sequence[Priced]) -> list[Offer]:
    """The services at what these lines cost to deliver."""
    goods = sum(line.unit_price_minor * line.quantity for line in lines)
    pieces = sum(line.quantity for line in lines)
    return [
        Offer(one.service, one.price(goods, pieces), one.days_min, one.days_max, one.given_back)
        for one in services
    ]


def shares(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """An amount apportioned by weights, rounded so that all shares add up to it; all on the first where none weighs."""
    whole = sum(weights)
    if whole == 0:
        return [amount_minor, *(0 for _ in weights[1:])]
    up_to, before, found = 0, 0, list[int]()
    for weight in weights:
        up_to += weight
        found.append(amount_minor * up_to // whole - before)
        before = amount_minor * up_to // whole
    return found


def parts(price_minor: int, lines: Sequence[Priced]) -> list[Part]:
    """The price by the rates of what it accompanies, in the measure of its worth, the highest rate first; each with its tax."""
    if price_minor == 0:
        return []
    worth: dict[int, int] = {}
    for line in lines:
        gross = line.unit_price_minor * line.quantity
        worth[line.tax_rate_basis_points] = worth.get(line.tax_rate_basis_points, 0) + gross
    rates = sorted(worth, reverse=True)
    found = list[Part]()
    for rate, share in zip(rates, shares(price_minor, [worth[rate] for rate in rates]), strict=True):
        if share and lines[0].prices_include_tax:
            found.append(Part(rate, share, tax_inside(share, rate)))
        elif share:
            tax = tax_on_top(share, rate)
            found.append(Part(rate, share + tax, tax))
    return found


def back(of: Sequence[Part], standard: Sequence[Part]) -> list[Part]:
    """Of what was paid, what standard delivery costs: never more of a rate than was paid of it, nor of its tax."""
    total = sum(part.total_minor for part in of)
    given = min(total, sum(part.total_minor for part in standard))
    by_rate = shares(given, [part.total_minor for part in of]) if of else []
    return [
        Part(part.tax_rate_basis_points, share, part.tax_minor * share // part.total_minor)
        for part, share in zip(of, by_rate, strict=True)
        if share
    ]


def reckoned(known: Offers, services: Mapping[str, str], lines: Sequence[Priced]) -> Delivery:
    """Delivery of these lines, one maison's, as it was chosen."""
    offer, leaves = known.chosen(services), known.leaves_on
    of = parts(offer.price_minor, lines)
    standard = next((one for one in known.offers if one.service == "standard"), None)
    cheapest = min(one.price_minor for one in known.offers)
    usual = parts(standard.price_minor if standard else cheapest, lines)
    return Delivery(
        offer.service,
        of,
        back(of, usual),
        offer.given_back,
        working_day(leaves, offer.days_min) if leaves else None,
        working_day(leaves, offer.days_max) if leaves else None,
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """All that a checkout offers, and what was chosen of it."""

    offers: list[Offers]
    services: dict[str, str]

    def of(self, maison_id: UUID, lines: Sequence[Priced]) -> Delivery | None:
        """Of one maison's lines; None where it offers no service, and delivery costs nothing."""
        known = next((one for one in self.offers if one.maison_id == maison_id and one.offers), None)
        return reckoned(known, self.services, lines) if known else None


def of_checkout(offered: str | None, chosen: Mapping[str, str] | None) -> Chosen:
    """What a checkout's rows say, as JSON."""
    return Chosen(msgspec.json.decode(offered or "[]", type=list[Offers]), dict(chosen or {}))


async def choose(
    conn: Conn, *, maison_id: UUID, checkout_id: UUID, visitor_id: UUID, of_maison_id: UUID, service: str
) -> bool:
    """The client chooses how one maison's part is delivered; False once the checkout is not open any more.

    Raises NoSuchService. `maison_id`: the store's.
    """
    done = await execute(
        conn,
        """
        update orders.checkout c
        set chosen_deliveries = c.chosen_deliveries || jsonb_build_object(%(of)s::text, %(service)s::text)
        where c.maison_id = %(maison_id)s and c.id = %(checkout_id)s and c.visitor_id = %(visitor_id)s and c.state = 'open'
          and exists (select 1 from orders.checkout_seller s where s.maison_id = c.maison_id and s.checkout_id = c.id
            and s.selling_maison_id = %(of)s::uuid
            and s.deliveries @> jsonb_build_array(jsonb_build_object('service', %(service)s::text)))
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
        visitor_id=visitor_id,
        of=str(of_maison_id),
        service=service,
    )
    if done:
        return True
    state = await maybe(
        conn,
        _State,
        """
        select state from orders.checkout
        where maison_id = %(maison_id)s and id = %(checkout_id)s and visitor_id = %(visitor_id)s
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
        visitor_id=visitor_id,
    )
    if state is not None and state.state != "open":
        return False
    raise NoSuchService("This way of delivery is not offered")


@dataclass(frozen=True, slots=True)
class _State:
    state: str


@dataclass(frozen=True, slots=True)
class Amount:
    """So much, with the tax in it."""

    total_minor: int
    tax_minor: int


NO_AMOUNT = Amount(0, 0)


async def charge(conn: Conn, *, maison_id: UUID, order_id: UUID, fulfilment_id: UUID) -> Amount:
    """Delivery is due with the first parcel that leaves, whole; nothing with any other. The order's row is locked."""
    charged = await maybe(
        conn,
        Amount,
        """
        update orders.delivery set fulfilment_id = %(fulfilment_id)s
        where maison_id = %(maison_id)s and order_id = %(order_id)s and fulfilment_id is null
        returning total_minor, tax_minor
        """,
        maison_id=maison_id,
        order_id=order_id,
        fulfilment_id=fulfilment_id,
    )
    return charged or NO_AMOUNT


async def give_back(conn: Conn, *, maison_id: UUID, order_id: UUID, return_id: UUID, by_law: bool) -> Amount:
    """What of it goes back with the return that brings all of the order back, once; the order's row is locked.

    `by_law`: the law of the client's country asks for it; else the maison does, where it says so.
    """
    given = await maybe(
        conn,
        Amount,
        """
        update orders.delivery set return_id = %(return_id)s
        where maison_id = %(maison_id)s and order_id = %(order_id)s and fulfilment_id is not null and return_id is null
          and (back_always or %(by_law)s)
        returning back_minor as total_minor, back_tax_minor as tax_minor
        """,
        maison_id=maison_id,
        order_id=order_id,
        return_id=return_id,
        by_law=by_law,
    )
    return given or NO_AMOUNT


@dataclass(frozen=True, slots=True)
class Documented:
    """Delivery as an invoice or a credit note says it, by rate."""

    service: str
    language: str
    parts: list[dict[str, Any]]

    @property
    def by_rate(self) -> list[Part]:
        return msgspec.convert(self.parts, list[Part])


async def charged_with(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID) -> Documented | None:
    """What was charged with this parcel; None where nothing was."""
    return await maybe(
        conn,
        Documented,
        """
        select d.service, o.language, d.parts from orders.delivery d
        join orders.order o on o.maison_id = d.maison_id and o.id = d.order_id
        where d.maison_id = %(maison_id)s and d.fulfilment_id = %(id)s and d.total_minor > 0
        """,
        maison_id=maison_id,
        id=fulfilment_id,
    )


async def given_back_with(conn: Conn, *, maison_id: UUID, return_id: UUID) -> Documented | None:
    """What was given back with this return; None where nothing was."""
    return await maybe(
        conn,
        Documented,
        """
        select d.service, o.language, d.back_parts as parts from orders.delivery d
        join orders.order o on o.maison_id = d.maison_id and o.id = d.order_id
        where d.maison_id = %(maison_id)s and d.return_id = %(id)s and d.back_minor > 0
        """,
        maison_id=maison_id,
        id=return_id,
    )
