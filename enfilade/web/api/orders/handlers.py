"""GET /orders, /orders/{id}: a maison's systems read its own orders, and nobody else's."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import QueryParameter

from enfilade.base.db import Db
from enfilade.staff.people import colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.web.api.asking import staff
from enfilade.web.api.orders import reading
from enfilade.web.api.problems import declared
from enfilade.web.api.words import ASKED_AGAIN
from enfilade.web.shared.negotiation import conditional
from enfilade.web.shared.pagination import After, Limit, cursor, key_of, next_link

_LATEST = (datetime(9999, 12, 31, tzinfo=UTC), UUID(int=2**128 - 1))
State = Literal["", "placed", "completed", "cancelled"]


class Listed(msgspec.Struct, frozen=True):
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


class Orders(msgspec.Struct, frozen=True):
    """A page of them, the latest first; `next` is None on the last."""

    orders: list[Listed]
    next: str | None


class Contact(msgspec.Struct, frozen=True):
    """Whom the order is for; mail, phone and address only for the maison's manager.

    `gift_words`: to be wrapped without prices, with these words on its card; None: no gift.
    """

    name: str
    collector_name: str
    gift_words: str | None
    mail: str | None = None
    phone: str | None = None
    address: dict[str, str] | None = None


class Line(msgspec.Struct, frozen=True):
    """A line; amounts in the order's currency, tax included in `total_minor`.

    `engraving`: the words cut on it in `lettering`; both '' for none, the words alone where they are erased.
    `make_by`: of a piece made to order, the day on which it is finished.
    """

    id: UUID
    fulfilment_id: UUID | None
    variant_id: UUID
    sku: str
    name: str
    colour: str
    size: str
    quantity: int
    state: str
    total_minor: int
    tax_minor: int
    engraving: str
    lettering: str
    make_by: date | None


class Fulfilment(msgspec.Struct, frozen=True):
    """What one location does for the order."""

    id: UUID
    location: str
    state: str
    attempt: int
    asked_at: datetime
    pick_by: datetime
    ready_at: datetime | None
    collect_by: datetime | None
    ended_at: datetime | None


class Delivery(msgspec.Struct, frozen=True):
    """What its client pays for delivery, tax in it, and the day they were promised."""

    service: str
    total_minor: int
    tax_minor: int
    promised_on: date | None


class Order(msgspec.Struct, frozen=True):
    """One order; `total_minor` and `tax_minor` with its delivery's."""

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
    contact: Contact
    lines: list[Line]
    fulfilments: list[Fulfilment]
    delivery: Delivery | None = None


@get(
    "/orders",
    summary="The maison's orders, the latest first",
    responses=declared(400, 401, 403, conditional=True),
)
async def orders(
    request: Request[Any, Any, Any],
    db: Db,
    in_state: Annotated[State, QueryParameter(name="state", description="Blank: any.")] = "",
    after: After = "",
    limit: Limit = 50,
) -> Response[Orders]:
    """A maison manager sees all of the maison's, a boutique manager those prepared at their boutiques."""
    asker = await staff(request, db, MANAGERS)
    key = key_of(after, tuple[datetime, UUID], _LATEST)
    async with db.acting(asker.actor, asker.maison_id, snapshot=True) as conn:
        by = await colleague(conn, maison_id=asker.maison_id, staff_id=asker.staff_id)
        found = await reading.orders(
            conn, maison_id=asker.maison_id, by=by, state=in_state, after=key, most=limit + 1
        )
    last = found[limit - 1] if len(found) > limit else None
    more = cursor((last.placed_at, last.id)) if last else None
    page = Orders([msgspec.convert(row, Listed, from_attributes=True) for row in found[:limit]], more)
    return conditional(request, page, cache_control=ASKED_AGAIN, link=next_link(request, more))


@get("/orders/{order_id:uuid}", summary="One order", responses=declared(400, 401, 403, 404, conditional=True))
async def order(request: Request[Any, Any, Any], db: Db, order_id: UUID) -> Response[Order]:
    """With its lines, fulfilments and whom it is for; another maison's order is not there."""
    asker = await staff(request, db, MANAGERS)
    async with db.acting(asker.actor, asker.maison_id, snapshot=True) as conn:
        by = await colleague(conn, maison_id=asker.maison_id, staff_id=asker.staff_id)
        found = await reading.order(conn, maison_id=asker.maison_id, by=by, order_id=order_id)
    if found is None:
        raise NotFoundException(detail="no order of yours has this id")
    return conditional(
        request, msgspec.convert(found, Order, from_attributes=True), cache_control=ASKED_AGAIN
    )
