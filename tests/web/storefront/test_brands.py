"""A store's third-party brands on its pages: shown in the store alone, and whoever sells is named, down to the order."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from enfilade.base.db import Db
from enfilade.base.i18n import LANGUAGES, TAGS
from tests.partner import with_brands
from tests.shop import House, Shop
from tests.web.storefront.test_checkout import open_checkout, pay
from tests.web.storefront.visiting import Visit

Admin = Callable[..., list[tuple[Any, ...]]]
SELLER = "Sold by ATELIER ESSAI S.r.l., Milano, Italy, registered under MI-0000001. Payment and returns through Arcade."


@pytest.fixture
async def store(db: Db, shop: Shop) -> House:
    return await with_brands(db, shop)


async def test_a_brand_has_a_page_in_every_language_and_its_name_in_the_index(
    visit: Visit, store: House
) -> None:
    await visit.get("/en/legal")
    for language in LANGUAGES:
        page = await visit.get(f"/{language}/brands/atelier-essai")
        assert page.response.status_code == 200 and page.statements <= 2
        assert "ATELIER ESSAI S.r.l." in page.text and "/products/arcade-coat" in page.text
        assert "arcade-moon" not in page.text
        assert len(re.findall(r'rel="alternate" hreflang="', page.text)) == len(LANGUAGES) + 1
        assert f'<html lang="{TAGS[language]}"' in page.text
        index = await visit.get(f"/{language}/maisons")
        assert index.statements <= 1
        assert f'href="/{language}/brands/lune-claire"' in index.text
        assert 'href="/en/maisons/arcade"' not in index.text, "the store is no maison in it"
        sitemap = (await visit.get(f"/sitemaps/{language}.xml")).text
        assert f"/{language}/brands/atelier-essai</loc>" in sitemap
    assert SELLER in (await visit.get("/en/brands/atelier-essai")).text
    assert "Sold by Arcade<" in (await visit.get("/en/brands/lune-claire")).text
    assert (await visit.get("/en/brands/nobody")).response.status_code == 404


async def test_a_piece_says_whose_it_is_and_who_sells_it(visit: Visit, store: House) -> None:
    await visit.post("/en/market", market="fr")
    await visit.get("/en/legal")
    coat = await visit.get("/en/products/arcade-coat")
    assert coat.response.status_code == 200 and coat.statements <= 4
    assert SELLER in coat.text and 'href="/en/brands/atelier-essai"' in coat.text
    found = [json.loads(one) for one in re.findall(r'ld\+json">(.*?)</script>', coat.text)]
    product = next(one for one in found if one["@type"] == "Product")
    assert product["brand"]["name"] == "Atelier Essai"
    assert product["offers"]["seller"]["name"] == "ATELIER ESSAI S.r.l."
    crumbs = next(one for one in found if one["@type"] == "BreadcrumbList")
    assert [step["name"] for step in crumbs["itemListElement"]] == ["Arcade", "Atelier Essai", "Le manteau"]
    told = re.search(r'name="product_id" value="([^"]+)"', coat.text)
    assert told
    whole = (await visit.get(f"/api/v1/products/{told[1]}")).response.json()
    assert whole["brand"] == "Atelier Essai" and whole["sold_by"]["name"] == "ATELIER ESSAI S.r.l."
    moon = await visit.get("/en/products/arcade-moon")
    assert "Sold by Arcade<" in moon.text and "arcade-coat" not in moon.text
    assert "Sold by" not in (await visit.get("/en/products/alba-bag")).text


async def test_search_finds_them_by_the_brands_name(visit: Visit, store: House) -> None:
    found = await visit.get("/en/search?q=atelier+essai")
    assert "/products/arcade-coat" in found.text and "arcade-moon" not in found.text
    assert '<span class="overline">Atelier Essai</span>' in found.text


async def test_a_maisons_own_store_shows_none_of_it(
    visit: Visit, shop: Shop, store: House, admin: Admin
) -> None:
    admin("update public_facts.store set host = 'alba.example' where id = %s", [shop.a.store.store_id])
    for path in (
        "products/arcade-coat",
        "products/arcade-coat/availability",
        "brands/atelier-essai",
        "maisons/arcade",
    ):
        assert (await visit.get(f"/en/{path}", host="alba.example")).response.status_code == 404, path
        there = await visit.get(f"/en/{path}")
        assert there.response.status_code == 200, "the twin: the store itself shows it"
    for path in ("", "/maisons", "/search?q=atelier+essai", "/maisons/alba"):
        page = await visit.get(f"/en{path}", host="alba.example")
        assert (
            page.response.status_code in (200, 301)
            and "arcade-coat" not in page.text
            and "/brands/" not in page.text
        )
    put = await visit.client.post(
        "/en/basket",
        data={"variant_id": str(store.variants["arcade-coat"])},
        headers={"host": "alba.example"},
    )
    assert put.status_code == 409


@pytest.mark.parametrize("method", ["collect", "ship"])
async def test_an_order_of_such_a_piece_goes_through(
    visit: Visit, store: House, admin: Admin, method: str
) -> None:
    await visit.post("/en/market", market="fr", next="/en/")
    for sku in store.variants:
        answer: httpx.Response = await visit.post("/en/basket", variant_id=str(store.variants[sku]))
        assert answer.status_code == 303, answer.text
    basket = (await visit.get("/en/basket")).text
    assert (
        "Atelier Essai · Sold by ATELIER ESSAI S.r.l.<" in basket
        and "Lune Claire · Sold by Arcade<" in basket
    )
    at = await open_checkout(visit, method)
    summary = (await visit.get(at)).text
    assert "Sold by ATELIER ESSAI S.r.l.<" in summary and "Sold by Arcade<" in summary
    where = {"line1": "12 rue de la Paix", "postcode": "75002", "city": "Paris", "country": "FR"}
    answer = await pay(visit, at, **(where if method == "ship" else {}))
    assert answer.status_code in (200, 303), answer.text
    assert admin("select maison_id, store_maison_id, method from orders.order") == [
        (store.maison_id, store.maison_id, method)
    ]
    assert admin("select sum(quantity) from orders.order_line") == [(2,)]
    assert admin("select location_id, count(*) from orders.fulfilment group by 1") == [
        (store.places["arcade-1"], 1)
    ]
    assert admin("select sum(allocated) from stock.position where maison_id = %s", [store.maison_id]) == [
        (2,)
    ]
