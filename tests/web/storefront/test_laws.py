"""What a client meets of the law: an age said once, a way that is not offered, the lowest price beside a reduction."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.catalogue.entries import PriceEntry, ProductEntry, VariantEntry
from enfilade.catalogue.kinds import set_product
from enfilade.catalogue.products import upsert_products
from enfilade.maisons.laws import Kind
from tests.shop import Shop
from tests.web.storefront.test_checkout import HOME, into_basket, open_checkout, pay
from tests.web.storefront.visiting import Visit, Visitor


async def of_kinds(db: Db, shop: Shop, *kinds: Kind) -> None:
    async def verb(conn: Conn) -> None:
        await set_product(
            conn, maison_id=shop.a.maison_id, slugs=["alba-bag"], kinds=list(kinds), now=datetime.now(UTC)
        )

    await db.run(Actor.importer(), shop.a.maison_id, verb)


async def test_a_client_of_wine_says_their_age_once(visitor: Visitor, db: Db, shop: Shop, admin) -> None:
    await of_kinds(db, shop, "wine")
    visit = await visitor()
    await into_basket(visit, "alba-bag")
    at = await open_checkout(visit, "ship")
    assert "I am 18 or older" in (await visit.get(at)).text
    for said in ({}, {"age": "17"}, {"age": "²8"}):
        refused = await pay(visit, at, **HOME, **said)
        assert refused.status_code == 400
        assert "By law we sell this only to somebody of 18 or older" in refused.text
        assert "Camille Aubry" in refused.text, "nothing of what was written is lost"
    refused = await pay(visit, at, **HOME, age="18", card_token="tok_refused")
    assert refused.status_code == 402 and "I am 18 or older" not in (await visit.get(at)).text
    assert (await pay(visit, at, **HOME)).status_code == 303
    assert admin("select age_min, age_confirmed from orders.order") == [(18, 18)]


async def test_a_bag_asks_for_no_age(visit: Visit) -> None:
    await into_basket(visit, "alba-bag")
    assert "or older" not in (await visit.get(await open_checkout(visit, "ship"))).text


async def test_a_perfume_is_not_offered_over_the_sea(visitor: Visitor, db: Db, shop: Shop) -> None:
    visit = await visitor()
    await into_basket(visit, "alba-bag")
    await visit.post("/en/market", market="us", next="/en/")
    shipped = 'name="method" value="ship"'
    assert shipped in (await visit.get("/en/basket")).text
    assert "Delivered" in (await visit.get("/en/products/alba-bag")).text
    await of_kinds(db, shop, "perfume")
    assert shipped not in (await visit.get("/en/basket")).text
    assert "Delivered" not in (await visit.get("/en/products/alba-bag")).text
    refused = await visit.post("/en/checkout", method="ship", key="whoever-writes-it-by-hand")
    assert refused.status_code == 409
    assert "By law The bag may not be sent to this country" in refused.text


@pytest.mark.parametrize("language", ["en", "fr", "nl", "zh"])
async def test_the_lowest_price_stands_beside_a_reduction(
    visitor: Visitor, db: Db, shop: Shop, language: str
) -> None:
    words = {"en": "Lowest price", "fr": "Prix le plus bas", "nl": "Laagste prijs", "zh": "最低价格"}[
        language
    ]
    visit = await visitor()
    await visit.post("/en/market", market="fr", next="/en/")
    assert words not in (await visit.get(f"/{language}/products/alba-bag")).text

    async def verb(conn: Conn) -> None:
        prices = [PriceEntry("fr", "EUR", 90_000), PriceEntry("us", "USD", 90_000)]
        entry = ProductEntry(1, "bag", variants=[VariantEntry(1, {}, "alba-bag", prices=prices)])
        at = datetime.now(UTC) + timedelta(seconds=1)
        await upsert_products(conn, maison_id=shop.a.maison_id, source="main", products=[entry], now=at)

    await db.run(Actor.importer(), shop.a.maison_id, verb)
    page = (await visit.get(f"/{language}/products/alba-bag")).text
    assert words in page
    assert re.search(r"1[\W_]?200\b", page.partition(words)[2][:200])
    await visit.post("/en/market", market="us", next="/en/")
    assert words not in (await visit.get(f"/{language}/products/alba-bag")).text
