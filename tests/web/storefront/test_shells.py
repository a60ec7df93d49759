"""Public pages are the same for everybody and may be kept by any cache, which learns at once when they are not so any more."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.catalogue.entries import PriceEntry, ProductEntry, VariantEntry
from enfilade.catalogue.products import upsert_products
from enfilade.catalogue.publish import publish_products
from tests.applications import application, running
from tests.conftest import settings_of
from tests.shop import Shop
from tests.web.storefront.visiting import Visit, Visitor

PAGES = (
    "/fr/",
    "/fr/maisons",
    "/fr/maisons/alba",
    "/fr/maisons/alba/pieces",
    "/fr/products/alba-bag",
    "/fr/boutiques",
)


@pytest.fixture
async def served(shop: Shop, addresses: Addresses, tmp_path: Path) -> AsyncIterator[Visitor]:
    """As it is served for real: without the bar of the demo."""
    settings = settings_of(addresses, tmp_path, ENFILADE_DEMO="no")
    app = application(settings)
    async with running(app):

        async def come() -> Visit:
            transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
            return Visit(httpx.AsyncClient(transport=transport, base_url=settings.base_url), shop)

        yield come


async def test_a_page_is_the_same_for_everybody_and_asked_for_again_by_its_tag(
    served: Visitor, shop: Shop
) -> None:
    stranger, buyer = await served(), await served()
    await buyer.post("/fr/basket", variant_id=str(shop.a.variants["alba-bag"]))
    await buyer.post("/fr/wish-list", product_id=str(shop.a.products["ring"]))
    for address in PAGES:
        first, second = await stranger.get(address), await buyer.get(address)
        assert first.response.status_code == 200 and first.text == second.text, address
        headers = first.response.headers
        assert headers["cache-control"].startswith("public, no-cache") and "cookie" in headers["vary"], (
            address
        )
        assert "set-cookie" not in headers
        again = await buyer.get(address, **{"if-none-match": headers["etag"]})
        assert again.response.status_code == 304 and not again.response.content, address
    other = await stranger.get("/fr/products/alba-bag?place=45.76,4.84,Lyon")
    assert other.response.headers["cache-control"].startswith("private"), "it sets a cookie"
    assert "etag" not in (await buyer.get("/fr/basket")).response.headers


async def test_a_changed_price_is_on_the_next_page(served: Visitor, shop: Shop, db: Db) -> None:
    visit, house = await served(), shop.a
    pages = ("/fr/maisons/alba/pieces", "/fr/products/alba-bag", "/fr/maisons/alba", "/fr/")
    tags = {address: (await visit.get(address)).response.headers["etag"] for address in pages}
    prices = [PriceEntry("fr", "EUR", 134_500)]
    async with db.acting(Actor.importer(), house.maison_id) as conn:
        now = datetime.now(UTC)
        await upsert_products(
            conn,
            maison_id=house.maison_id,
            source="main",
            products=[ProductEntry(1, "bag", variants=[VariantEntry(1, {}, "alba-bag", prices=prices)])],
            now=now,
        )
        await publish_products(conn, maison_id=house.maison_id, now=now)
    for address, tag in tags.items():
        found = await visit.get(address, **{"if-none-match": tag})
        assert found.response.status_code == 200 and "1\u202f345" in found.text, address
