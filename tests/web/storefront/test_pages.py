"""The public pages: each in four languages, light, with few statements, and none a dead end."""

import re
from collections.abc import Callable

import pytest

from enfilade.base.i18n import LANGUAGES, TAGS
from enfilade.web.storefront.home.handlers import preferred
from enfilade.web.storefront.markets.handlers import within
from tests.web.storefront.visiting import Visit

HTML_MAX = 40_000
#: Page → statements allowed once the store of the host is known, which is asked for once a minute.
STATEMENTS = {
    "": 3,
    "/maisons": 1,
    "/maisons/alba": 5,
    "/maisons/alba/pieces?family=bag": 3,
    "/products/{slug}": 4,
    "/products/{slug}/availability": 4,
    "/boutiques": 2,
    "/boutiques?maison=alba": 2,
    "/legal": 1,
}


@pytest.fixture
def slug(visit: Visit, admin: Callable[..., list[tuple[object, ...]]]) -> str:
    rows = admin(
        "select p.slug from public_facts.product p join public_facts.variant v on v.product_id = p.id where v.sku = %s",
        ["alba-bag"],
    )
    return str(rows[0][0])


@pytest.mark.parametrize("page", STATEMENTS)
async def test_every_page_stands_in_every_language(visit: Visit, slug: str, page: str) -> None:
    for language in LANGUAGES:
        found = await visit.get(f"/{language}{page.format(slug=slug)}")
        assert found.response.status_code == 200, found.text[:400]
        assert len(found.response.content) < HTML_MAX
        if "availability" not in page:
            assert f'<html lang="{TAGS[language]}"' in found.text
            assert len(re.findall(r'rel="alternate" hreflang="', found.text)) == len(LANGUAGES) + 1


@pytest.mark.parametrize(("page", "most"), STATEMENTS.items())
async def test_pages_read_with_few_statements(visit: Visit, slug: str, page: str, most: int) -> None:
    await visit.get("/en/legal")
    found = await visit.get(f"/en{page.format(slug=slug)}")
    assert found.statements <= most
    assert found.statements > 0, "the tally did not see this page"


async def test_a_maisons_text_is_shown_in_its_own_language_when_it_is_not_translated(visit: Visit) -> None:
    found = await visit.get("/zh/maisons/alba")
    assert re.search(r'<h1[^>]* lang="fr"[^>]*>\s*Maison alba', found.text)
    own = await visit.get("/fr/maisons/alba")
    assert not re.search(r"<h1[^>]* lang=", own.text)


async def test_the_product_page_says_where_it_is_and_until_when(visit: Visit, slug: str) -> None:
    english = (await visit.get(f"/en/products/{slug}?place=48.86,2.33,Paris")).text
    assert re.search(r'class="lead"[^>]*>At Paris', english)
    french = (await visit.get(f"/fr/products/{slug}")).text
    assert re.search(r'class="lead"[^>]*>À Paris', french)
    assert "Ajouter au panier" in french


async def test_the_product_page_is_described_for_search_engines(visit: Visit, slug: str) -> None:
    text = (await visit.get(f"/en/products/{slug}", cookie="market=fr")).text
    data = "".join(re.findall(r'<script type="application/ld\+json">(.*?)</script>', text))
    assert '"priceCurrency":"EUR"' in data.replace(" ", "") and "schema.org/InStock" in data


async def test_a_piece_that_nobody_has_is_no_dead_end(
    visit: Visit, slug: str, admin: Callable[..., list[tuple[object, ...]]]
) -> None:
    admin("update stock.position set on_hand = 0")
    admin("update public_facts.boutique set phone = '+33 1 23 45 67 89'")
    text = (await visit.get(f"/en/products/{slug}")).text
    assert "Not to be had" in text and "Add to basket" not in text
    assert 'href="tel:+33123456789"' in text
    assert "To go with it" in text


async def test_the_place_looked_from_is_remembered(visit: Visit, slug: str) -> None:
    await visit.get(f"/en/products/{slug}?place=45.76,4.84,Lyon")
    again = (await visit.get(f"/en/products/{slug}")).text
    assert re.search(r'<option value="45.76,4.84,Lyon" selected>', again)
    await visit.get(f"/en/products/{slug}?place=nowhere")
    assert re.search(
        r'<option value="45.76,4.84,Lyon" selected>', (await visit.get(f"/en/products/{slug}")).text
    )


async def test_the_market_is_chosen_at_the_foot_of_the_page(visit: Visit, slug: str) -> None:
    assert "Price on request" in (await visit.get(f"/en/products/{slug}")).text, (
        "alba does not sell in Britain"
    )
    answer = await visit.post("/en/market", market="us", next=f"/en/products/{slug}")
    assert answer.status_code == 303 and answer.headers["location"] == f"/en/products/{slug}"
    assert "$" in (await visit.get(f"/en/products/{slug}")).text.split('class="cost"')[1][:200]


def test_a_form_sends_nobody_elsewhere() -> None:
    assert within("/en/basket", "en") == "/en/basket"
    for path in (
        "//evil.example/en/",
        "/en//evil.example",
        "https://evil.example/",
        "/fr/basket",
        "/en/\\evil",
        "",
    ):
        assert within(path, "en") == "/en/"


def test_the_front_door_knows_the_visitors_language() -> None:
    assert preferred("nl-BE,nl;q=0.9,fr;q=0.8") == "nl"
    assert preferred("de-DE,de;q=0.9,fr;q=0.5,en;q=0.4") == "fr"
    assert preferred("zh-CN") == "zh"
    assert preferred("fr;q=0, en;q=0.1") == "en"
    assert preferred("de, *;q=broken") == "en"


async def test_the_front_door_leads_there(visit: Visit) -> None:
    found = await visit.get("/", **{"accept-language": "fr-FR"})
    assert found.response.status_code == 302 and found.response.headers["location"] == "/fr/"


@pytest.mark.parametrize(
    "address", ["/de/", "/en/maisons/none", "/en/products/none", "/fr/boutiques?city=Nowhere"]
)
async def test_what_is_not_there_is_answered_in_words(visit: Visit, address: str) -> None:
    found = await visit.get(address)
    assert found.response.status_code == 404
    assert "<h1" in found.text and 'href="/' in found.text


async def test_a_fault_of_ours_is_said_in_the_stores_look(visit: Visit, admin: Callable[..., object]) -> None:
    await visit.get("/fr/legal")
    admin("alter table public_facts.store_maison rename to gone")
    found = await visit.get("/fr/maisons")
    assert found.response.status_code == 500
    assert (
        "Arcade" in found.text and 'href="/fr/boutiques"' in found.text and 'content="noindex"' in found.text
    )
