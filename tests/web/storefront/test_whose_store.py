"""A store shows the maisons that chose it, and a maison's own store nobody but the maison, whatever address is asked."""

import re
from datetime import UTC, datetime

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.maisons import stores
from tests.shop import House
from tests.web.storefront.visiting import Visit

OWN = "alba.example"


def addresses(slug: str) -> list[str]:
    """Every page that is a maison's alone."""
    return [
        f"/fr/maisons/{slug}",
        f"/fr/maisons/{slug}/pieces",
        f"/fr/windows/{slug}",
        f"/fr/products/{slug}-bag",
        f"/fr/products/{slug}-bag/availability",
        f"/fr/manifest.webmanifest?maison={slug}",
        f"/marks/{slug}/icon-192.png",
    ]


async def answers(visit: Visit, slug: str, host: str = "") -> dict[str, int]:
    headers = {"host": host} if host else {}
    return {
        at: (await visit.get(at, **headers)).response.status_code
        for at in (*addresses(slug), f"/fr/products/{slug}-bag/mirror")
    }


async def open_own(db: Db, house: House) -> None:
    async with db.acting(Actor.importer(), house.maison_id) as conn:
        await stores.open_store(
            conn,
            maison_id=house.maison_id,
            store=stores.Store(house.slug, house.slug.title(), multi_brand=False, host=OWN),
            now=datetime.now(UTC),
        )


@pytest.mark.parametrize("slug", ["alba", "borea"])
async def test_a_maisons_own_store_shows_nobody_else(visit: Visit, db: Db, slug: str) -> None:
    assert set((await answers(visit, slug)).values()) == {200, 303}
    await open_own(db, visit.shop.a)
    found = await answers(visit, slug, OWN)
    assert set(found.values()) == ({200, 301, 303} if slug == "alba" else {404}), found
    assert slug == "alba" or "borea" not in (await visit.get("/fr/", host=OWN)).text


async def test_who_left_the_store_has_no_page_in_it(visit: Visit, db: Db) -> None:
    house, store = visit.shop.b, visit.shop.store
    async with db.acting(Actor.importer(), house.maison_id) as conn:
        await stores.withdraw_from(conn, maison_id=house.maison_id, store_id=store.store_id)
    assert set((await answers(visit, "borea")).values()) == {404}
    assert "borea" not in (await visit.get("/fr/maisons")).text


async def test_a_maisons_own_store_is_at_its_own_address(visit: Visit, db: Db) -> None:
    await open_own(db, visit.shop.a)
    many = re.search(r'rel="canonical" href="(https?)://([^/"]+)/', (await visit.get("/fr/")).text)
    assert many
    for path in ("/fr/", "/fr/products/alba-bag", "/fr/maisons/alba/pieces", "/fr/boutiques", "/fr/stories"):
        page = (await visit.get(path, host=OWN)).text
        assert f'<link rel="canonical" href="{many[1]}://{OWN}{path}">' in page, path
        assert many[2] not in page, path
        assert '/fr/maisons"' not in page, path
    for path in ("/fr/maisons", "/fr/maisons/alba"):
        answer = (await visit.get(path, host=OWN)).response
        assert (answer.status_code, answer.headers["location"]) == (301, "/fr/")
    for path in ("/robots.txt", "/sitemap.xml", "/sitemaps/fr.xml", "/fr/stories.rss"):
        told = (await visit.get(path, host=OWN)).text
        assert OWN in told, path
        assert many[2] not in told, path
