"""The search's page and its suggestions: four languages, few statements, no dead end, one maison's own."""

import re

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.i18n import LANGUAGES, TAGS
from enfilade.search.indexing import index_all
from tests.shop import Shop
from tests.web.storefront.visiting import Visit


@pytest.fixture(autouse=True)
async def indexed(db: Db, shop: Shop) -> None:
    for house in (shop.a, shop.b):
        async with db.acting(Actor.job(), house.maison_id) as conn:
            await index_all(conn, maison_id=house.maison_id)


async def test_the_page_stands_in_every_language_with_few_statements(visit: Visit) -> None:
    await visit.get("/en/legal")
    for language, text in zip(LANGUAGES, ("sac", "bag", "tas", "手袋"), strict=True):
        found = await visit.get(f"/{language}/search?q={text}")
        assert found.response.status_code == 200
        assert f'<html lang="{TAGS[language]}"' in found.text
        assert found.text.count('class="piece"') == 2, language
        assert found.statements <= 3
    assert (await visit.get("/en/search")).statements == 0


async def test_prices_understood_can_be_taken_back(visit: Visit) -> None:
    page = (await visit.get("/fr/search?q=sac+moins+de+2000", cookie="market=fr")).text
    chip = re.search(r'class="chips".*?<a href="([^"]+)"><span>([^<]+)', page, re.DOTALL)
    assert chip and "2\u202f000" in chip[2]
    wider = (await visit.get(chip[1].replace("&amp;", "&"))).text
    assert 'class="chips"' not in wider and wider.count('class="piece"') == 2


async def test_nothing_is_a_dead_end(visit: Visit) -> None:
    none = (await visit.get("/en/search?q=qwertzuiop")).text
    assert "We found nothing" in none and 'href="/en/boutiques"' in none
    close = (await visit.get("/en/search?q=bag+under+3")).text
    assert "These come closest" in close and close.count('class="piece"') == 2
    mended = (await visit.get("/en/search?q=borrea")).text
    assert "Shown for “borea”" in mended


async def test_inside_a_maison_only_its_own_is_found(visit: Visit) -> None:
    page = (await visit.get("/en/search?q=bag&maison=alba")).text
    assert page.count('class="piece"') == 1 and "borea" not in page.lower()
    assert (await visit.get("/en/search?q=bag&maison=nobody")).response.status_code == 404
    assert "borea" not in (await visit.get("/en/search/suggestions?q=ba&maison=alba")).text.lower()


async def test_suggestions_are_options_that_lead_somewhere(visit: Visit) -> None:
    await visit.get("/en/legal")
    found = await visit.get("/en/search/suggestions?q=alb")
    assert found.statements <= 1
    options = re.findall(r'role="option"[^>]*href="([^"]+)"', found.text)
    assert "/en/maisons/alba" in options and any("/boutiques/" in option for option in options)
    for option in options:
        assert (await visit.get(option)).response.status_code == 200
    assert (await visit.get("/en/search/suggestions?q=x")).text.strip() == ""


async def test_strange_questions_are_answered(visit: Visit) -> None:
    for text in ("%27%29%3B--", "%00", "%26%7C%21", "%F0%9F%99%82", "a" * 200, "only=%3Ax", "1e999"):
        assert (await visit.get(f"/en/search?q={text}")).response.status_code in (200, 400), text
    assert (
        await visit.get("/en/search?q=bag&only=kind:bag&only=nonsense&least=x&most=-")
    ).response.status_code == 200
    assert (await visit.get("/en/search?q=" + "a" * 201)).response.status_code == 400
