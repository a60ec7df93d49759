"""Stories in the store: few statements, every language, no markup, pieces bought without leaving, never a dead end."""

import json
import re
from xml.etree import ElementTree

import pytest

from enfilade.base.db import Db
from enfilade.base.i18n import LANGUAGES, TAGS
from tests.editorial.telling import Look, tell, written
from tests.web.storefront.visiting import Visit

ALL_KINDS = (
    {"kind": "quote", "text": {"fr": "Une phrase."}, "who": {"fr": "Quelqu'un"}},
    {"kind": "picture", "picture": {"name": "bag-craie", "alt": {"fr": "Craie"}}},
    {"kind": "look", "pieces": ["alba-bag", "alba-ring"]},
    {"kind": "piece", "piece": "alba-ring", "note": {"fr": "Une bague."}},
    {"kind": "window", "pieces": ["alba-bag"]},
    {"kind": "film", "film": "/films/a.mp4", "poster": {"name": "bag-noir", "alt": {"fr": "x"}}, "caption": {"fr": "Un film"}},
    {"kind": "map", "title": {"fr": "Où"}},
)  # fmt: skip


@pytest.fixture
async def told(visit: Visit, db: Db, admin: Look) -> str:
    content = written("alba", *(block for block in ALL_KINDS if block["kind"] != "picture"))
    await tell(db, admin, visit.shop.a.maison_id, content)
    visit.client.cookies.set("market", "fr")
    return "alba-midi"


async def test_a_story_stands_in_every_language_with_few_statements(visit: Visit, told: str) -> None:
    await visit.get("/en/legal")
    for language in LANGUAGES:
        page = await visit.get(f"/{language}/stories/{told}")
        assert page.response.status_code == 200, page.text[:400]
        assert page.statements <= 4 and len(page.response.content) < 40_000
        assert len(re.findall(r'rel="alternate" hreflang="', page.text)) == len(LANGUAGES) + 1, (
            "and x-default"
        )
        heading = re.search(r"<h1[^>]*>", page.text)
        assert heading is not None
        # Told in French, titled in English too; everything else says that it is French.
        assert ('lang="fr"' in heading[0]) == (language in ("nl", "zh"))
        assert ('lang="fr"' in page.text.split('class="tell-text')[1][:60]) == (language != "fr")
        data = json.loads(re.search(r'ld\+json">(.*?)</script>', page.text)[1])  # type: ignore[index]
        assert data["@type"] == "Article" and data["headline"] and data["datePublished"] and data["image"]
        assert data["inLanguage"] == (TAGS[language] if language in ("fr", "en") else "fr")
    listed = await visit.get("/en/stories")
    assert listed.statements <= 1 and "Noon" in listed.text and f"/en/stories/{told}" in listed.text


async def test_no_markup_comes_from_a_writer(visit: Visit, told: str) -> None:
    text = (await visit.get(f"/fr/stories/{told}")).text
    assert "&lt;b&gt;Un&lt;/b&gt; <em>mot</em>" in text and "<b>Un" not in text
    assert f'href="/fr/stories/{told}/pieces/alba-bag"' in text


async def test_every_kind_of_block_is_shown(visit: Visit, told: str) -> None:
    text = (await visit.get(f"/fr/stories/{told}")).text
    for mark in (
        "tell-quote",
        "tell-look",
        'class="tell-piece"',
        "tell-window",
        "/films/a.mp4",
        "tell-globe",
        "x40 y60",
    ):
        assert mark in text, mark


async def test_the_pages_of_the_store_lead_to_it(visit: Visit, told: str) -> None:
    for page in ("/en", "/en/maisons/alba", "/en/products/alba-bag"):
        assert f"/en/stories/{told}" in (await visit.get(page)).text, page
    assert f"/en/stories/{told}" not in (await visit.get("/en/products/borea-bag")).text


async def test_a_market_it_is_not_shown_in_does_not_see_it(visit: Visit, told: str, admin: Look) -> None:
    admin("update public_facts.story_market set shown_from = now() + interval '1 hour' where market = 'fr'")
    assert (await visit.get(f"/en/stories/{told}")).response.status_code == 404
    assert told not in (await visit.get("/en/stories")).text
    assert (await visit.get(f"/en/stories/{told}/pieces/alba-bag")).response.status_code == 404
    visit.client.cookies.set("market", "us")
    assert (await visit.get(f"/en/stories/{told}")).response.status_code == 200


async def test_a_piece_is_opened_and_put_in_the_basket_without_leaving(
    visit: Visit, told: str, admin: Look
) -> None:
    address = f"/en/stories/{told}/pieces/alba-bag"
    part = await visit.get(address, **{"x-part": "dialog"})
    assert "<html" not in part.text and "At Paris" in part.text and "€1,200" in part.text
    whole = await visit.get(address)
    assert "<html" in whole.text and "Back to the story" in whole.text
    variant = re.search(r'name="variant_id" value="([^"]+)"', part.text)
    assert variant
    taken = await visit.client.post(address, data={"variant_id": variant[1]}, headers={"x-part": "dialog"})
    assert taken.status_code == 200 and "It is in your basket" in taken.text
    by_form = await visit.post(address, variant_id=variant[1])
    assert by_form.status_code == 303 and by_form.headers["location"] == f"{address}?taken=yes"
    assert "It is in your basket" in (await visit.get(by_form.headers["location"])).text
    assert admin("select sum(quantity) from orders.basket_line") == [(2,)]
    # What another maison sells is not opened in this one's story.
    assert (await visit.get(f"/en/stories/{told}/pieces/borea-bag")).response.status_code == 404


async def test_a_piece_that_nobody_has_gives_way(visit: Visit, told: str, db: Db, admin: Look) -> None:
    admin("update public_facts.product set family = 'bag'")
    bag = "(select v.id from public_facts.variant v where v.sku = 'alba-bag')"
    admin(f"update stock.position set on_hand = 0 where variant_id = {bag}")
    admin("update public_facts.boutique set phone = '+33 1 23 45 67 89'")
    text = (await visit.get(f"/en/stories/{told}")).text
    assert "Its sister:" in text and f"/en/stories/{told}/pieces/alba-ring" in text
    part = await visit.get(f"/en/stories/{told}/pieces/alba-bag", **{"x-part": "dialog"})
    assert "Not to be had" in part.text and "Add to basket" not in part.text
    assert "pieces/alba-ring" in part.text and 'href="tel:+33123456789"' in part.text
    # One that is published no more is no link and no card any more.
    admin("delete from public_facts.product where slug = 'alba-bag'")
    gone = await visit.get(f"/en/stories/{told}")
    assert gone.response.status_code == 200 and "pieces/alba-bag" not in gone.text


async def test_feeds_stand_by_language_and_maison(visit: Visit, told: str) -> None:
    for address, count in (
        ("/fr/stories.rss", 1),
        ("/en/maisons/alba/stories.rss", 1),
        ("/nl/maisons/borea/stories.rss", 0),
    ):
        visit.client.cookies.set("market", "fr")
        answer = (await visit.get(address)).response
        assert answer.headers["content-type"].startswith("application/rss+xml")
        root = ElementTree.fromstring(answer.content)
        items = root.findall("channel/item")
        assert len(items) == count
        assert root.findtext("channel/language") == address[1:3]
        for item in items:
            assert item.findtext("link", "").endswith(f"/stories/{told}") and item.findtext("pubDate")
    assert (await visit.get("/en/maisons/nobody/stories.rss")).response.status_code == 404


async def test_a_draft_is_not_there_for_clients(visit: Visit, told: str, admin: Look) -> None:
    ((story_id,),) = admin("select id from editorial.story")
    assert (await visit.get(f"/en/stories/drafts/{story_id}")).response.status_code == 404
