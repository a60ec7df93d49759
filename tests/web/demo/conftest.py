"""A small shop behind the whole web application, and somebody who ordered a bag to collect in Paris."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from enfilade.base.db import Db
from enfilade.base.secrets import new_secret
from enfilade.base.settings import Settings
from tests.applications import application, running
from tests.shop import Shop
from tests.web.storefront.visiting import Visit


@pytest.fixture
async def app(shop: Shop, settings: Settings) -> AsyncIterator[Litestar]:
    made = application(settings)
    async with running(made):
        yield made


@pytest.fixture
def visit(app: Litestar, shop: Shop, settings: Settings) -> Visit:
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    return Visit(httpx.AsyncClient(transport=transport, base_url=settings.base_url), shop)


@dataclass(slots=True)
class Ordered:
    """`link` is the address of the order's page."""

    order_id: UUID
    fulfilment_id: UUID
    link: str


Order = Callable[[], Awaitable[Ordered]]


@pytest.fixture
def order(visit: Visit, db: Db, admin: Callable[..., list[tuple[object, ...]]]) -> Order:
    """Orders the bag of the first maison for collection in its boutique in Paris, through the store's pages."""

    async def place() -> Ordered:
        house = visit.shop.a
        put = await visit.post("/fr/basket", variant_id=str(house.variants["alba-bag"]), quantity="1")
        assert put.status_code == 303, put.text
        opened = await visit.post(
            "/fr/checkout",
            key=new_secret(),
            method="collect",
            **{f"collect-{house.maison_id}": str(house.places["alba-1"])},
        )
        assert opened.status_code == 303, opened.text
        at = opened.headers["location"]
        await visit.post(
            at,
            key=new_secret(),
            name="Ada Martin",
            mail="ada@example.com",
            phone="+33 6 12 34 56 78",
            payment_method="card",
            card_token="tok_ok",
        )
        thanks = await visit.get(at)
        assert thanks.response.status_code == 303, thanks.text
        [(order_id, fulfilment_id)] = admin(
            "select o.id, f.id from orders.order o join orders.fulfilment f on f.order_id = o.id "
            "order by o.placed_at desc limit 1"
        )
        assert isinstance(order_id, UUID)
        assert isinstance(fulfilment_id, UUID)
        return Ordered(order_id, fulfilment_id, thanks.response.headers["location"])

    return place
