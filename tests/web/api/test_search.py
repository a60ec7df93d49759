"""GET /api/v1/search: what a store's visitors find, as data."""

from typing import Any

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.search.indexing import index_all
from tests.shop import Shop


async def test_the_api_finds_what_the_page_finds(api: Any, db: Db, shop: Shop) -> None:
    for house in (shop.a, shop.b):
        async with db.acting(Actor.job(), house.maison_id) as conn:
            await index_all(conn, maison_id=house.maison_id)
    answer = await api("GET", "/search", params={"store": "arcade", "market": "fr", "q": "sac moins de 2000"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert {piece["slug"] for piece in found["pieces"]} == {"alba-bag", "borea-bag"}
    assert found["pieces"][0]["price_from"] == {"minor": 120000, "currency": "EUR"}
    assert found["facets"]["maison"] == [
        {"value": "alba", "name": "Alba", "count": 1},
        {"value": "borea", "name": "Borea", "count": 1},
    ]
    own = (await api("GET", "/search", params={"store": "alba", "market": "fr", "q": "bag"})).json()
    assert [piece["maison"] for piece in own["pieces"]] == ["alba"]
    refused = await api("GET", "/search", params={"store": "alba", "market": "fr", "only": "nonsense"})
    assert refused.status_code == 400
