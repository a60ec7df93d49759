"""What search engines and those who share an address are told: sitemaps, robots, schema.org data that a strict reader takes."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.i18n import LANGUAGES, TAGS
from enfilade.catalogue import sitemap
from enfilade.catalogue.entries import PriceEntry, ProductEntry, VariantEntry
from enfilade.catalogue.products import upsert_products
from enfilade.catalogue.publish import publish_products
from tests.editorial.telling import tell, written
from tests.shop import Shop
from tests.web.storefront.visiting import Visit

Admin = Callable[..., list[tuple[Any, ...]]]
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def one_of(*kinds: str) -> Callable[[Any], None]:
    return lambda value: valid(value, kinds)


def said(value: Any) -> None:
    assert isinstance(value, str) and value.strip() == value and value, value


def number(value: Any) -> None:
    assert isinstance(value, (int, float)) and not isinstance(value, bool), value


def matching(pattern: re.Pattern[str]) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        assert isinstance(value, str) and pattern.fullmatch(value), value

    return check


def every(check: Callable[[Any], None], least: int = 1) -> Callable[[Any], None]:
    def all_of(value: Any) -> None:
        assert isinstance(value, list) and len(value) >= least, value  # pyright: ignore[reportUnknownArgumentType]
        for each in value:  # pyright: ignore[reportUnknownVariableType]
            check(each)

    return all_of


#: The vocabulary's types as these pages may use them: property → what its value must be; * is required.
TYPES: dict[str, dict[str, Callable[[Any], None]]] = {
    "BreadcrumbList": {"itemListElement*": every(one_of("ListItem"), least=2)},
    "ListItem": {"position*": number, "name*": said, "item*": matching(ADDRESS)},
    "Organization": {
        "name*": said,
        "url": matching(ADDRESS),
        "logo": matching(ADDRESS),
        "foundingDate": matching(re.compile(r"\d{4}")),
        "foundingLocation": one_of("Place"),
    },
    "Article": {
        "headline*": said,
        "description*": said,
        "image*": every(matching(ADDRESS)),
        "datePublished*": matching(MOMENT),
        "dateModified*": matching(MOMENT),
        "author*": one_of("Organization", "Person"),
        "publisher*": one_of("Organization"),
        "inLanguage*": matching(re.compile(r"[a-z]{2}(-[A-Z][a-z]{3})?")),
        "mainEntityOfPage*": matching(ADDRESS),
        "url*": matching(ADDRESS),
    },
    "Person": {"name*": said},
    "Place": {"name*": said},
    "Brand": {"name*": said},
    "Store": {
        "name*": said,
        "url*": matching(ADDRESS),
        "parentOrganization*": one_of("Organization"),
        "address*": one_of("PostalAddress"),
        "geo*": one_of("GeoCoordinates"),
        "telephone": said,
        "openingHoursSpecification": every(one_of("OpeningHoursSpecification")),
    },
    "PostalAddress": {
        "streetAddress": said,
        "postalCode": said,
        "addressLocality*": said,
        "addressCountry*": matching(re.compile(r"[A-Z]{2}")),
    },
    "GeoCoordinates": {"latitude*": number, "longitude*": number},
    "OpeningHoursSpecification": {
        "dayOfWeek*": matching(re.compile(r"https://schema\.org/(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")),
        "validFrom*": matching(DAY),
        "validThrough*": matching(DAY),
        "opens*": matching(TIME),
        "closes*": matching(TIME),
    },
    "Product": {
        "name*": said,
        "brand*": one_of("Brand"),
        "image*": every(matching(ADDRESS), least=0),
        "url*": matching(ADDRESS),
        "offers": one_of("Offer"),
        "description": said,
        "material": said,
        "color": said,
        "sku": said,
    },
    "Offer": {
        "price*": matching(re.compile(r"\d+(\.\d+)?")),
        "priceCurrency*": matching(re.compile(r"[A-Z]{3}")),
        "availability*": matching(re.compile(r"https://schema\.org/(InStock|InStoreOnly|OutOfStock)")),
        "seller": one_of("Organization"),
        "url": matching(ADDRESS),
    },
}


def valid(data: Any, kinds: tuple[str, ...] = ()) -> None:
    """Whether a strict reader takes this: a type of ours, all it needs, nothing it does not know."""
    kind = data["@type"]
    assert kind in TYPES and (not kinds or kind in kinds), kind
    checks = {name.rstrip("*"): check for name, check in TYPES[kind].items()}
    needed = {name.rstrip("*") for name in TYPES[kind] if name.endswith("*")}
    properties = {name: value for name, value in data.items() if not name.startswith("@")}
    assert needed <= set(properties) <= set(checks), (kind, properties)
    for name, value in properties.items():
        checks[name](value)


def linked(text: str) -> dict[str, Any]:
    """The page's schema.org data by type, each checked."""
    found = [
        json.loads(script)
        for script in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    ]
    for data in found:
        assert data["@context"] == "https://schema.org"
        valid(data)
    return {data["@type"]: data for data in found}


def test_the_strict_reader_refuses() -> None:
    good = {"@type": "ListItem", "position": 1, "name": "Alba", "item": "http://shop.example/en/"}
    valid(good)
    for broken in (
        {"@type": "Hat"},
        {**good, "position": "1"},
        {**good, "surprise": 1},
        {"@type": "ListItem", "position": 1, "name": "Alba"},
        {**good, "item": "/en/"},
    ):
        with pytest.raises(AssertionError):
            valid(broken)


@pytest.fixture
def slug(shop: Shop, admin: Admin) -> str:
    ((slug,),) = admin("select slug from public_facts.product where id = %s", [shop.a.products["bag"]])
    return str(slug)


async def test_pages_carry_data_that_a_strict_reader_takes(
    visit: Visit, shop: Shop, slug: str, db: Db, admin: Admin
) -> None:
    home = linked((await visit.get("/en/")).text)
    assert home["Organization"]["name"] == "Arcade"
    maison = linked((await visit.get("/nl/maisons/alba")).text)
    assert maison["Organization"]["name"] == "Alba"
    assert [step["name"] for step in maison["BreadcrumbList"]["itemListElement"]] == ["Arcade", "Alba"]
    piece = linked((await visit.get(f"/fr/products/{slug}", cookie="market=fr")).text)
    assert piece["Product"]["offers"]["price"] == "1200.00"
    assert [step["name"] for step in piece["BreadcrumbList"]["itemListElement"]] == [
        "Arcade",
        "Alba",
        "Le sac",
    ]
    door = linked((await visit.get(f"/zh/boutiques/{shop.a.places['alba-1']}")).text)
    assert door["Store"]["address"]["addressLocality"] == "Paris"
    assert len(door["Store"]["openingHoursSpecification"]) >= 7
    await tell(db, admin, shop.a.maison_id, written())
    for language in LANGUAGES:
        story = linked((await visit.get(f"/{language}/stories/alba-midi", cookie="market=fr")).text)
        assert story["Article"]["publisher"]["name"] == "Alba"


async def test_pages_say_how_they_wish_to_be_shared(visit: Visit, slug: str) -> None:
    for page in ("/", "/maisons/alba", f"/products/{slug}", "/boutiques?city=Paris"):
        text = (await visit.get(f"/en{page}")).text
        tags = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]+)">', text))
        assert {"type", "title", "description", "url", "image", "locale"} <= set(tags), tags
        canonical = re.search(r'rel="canonical" href="([^"]+)"', text)
        assert canonical and canonical[1] == tags["url"] and canonical[1].endswith(f"/en{page}")
        alternates = dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', text))
        assert set(alternates) == {*TAGS.values(), "x-default"}
        assert alternates["fr"].endswith(f"/fr{page}")
        assert (await visit.get(tags["image"].replace("&amp;", "&"))).response.status_code == 200


async def test_the_mark_of_a_maison_is_drawn_in_its_colours(visit: Visit, admin: Admin) -> None:
    admin(
        """update public_facts.maison set theme = '{"paper": "#102030", "ink": "#F0F0F0"}' where slug = 'alba'"""
    )
    for name, size in (
        ("icon-192.png", (192, 192)),
        ("maskable-512.png", (512, 512)),
        ("card.png", (1200, 630)),
    ):
        found = await visit.get(f"/marks/alba/{name}")
        picture = Image.open(BytesIO(found.response.content))
        assert picture.size == size and picture.getpixel((1, 1)) == (0x10, 0x20, 0x30)
        assert len(picture.getcolors(100_000) or []) > 2, "the letter is drawn"
    assert (await visit.get("/marks/alba/other.png")).response.status_code == 404
    assert (await visit.get("/marks/nobody/icon-192.png")).response.status_code == 404


def locations(text: str) -> list[str]:
    tree = ElementTree.fromstring(text)
    return [str(found.text) for found in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


async def test_everything_public_is_found_from_robots(
    visit: Visit, shop: Shop, slug: str, db: Db, admin: Admin
) -> None:
    await tell(db, admin, shop.a.maison_id, written())
    robots = (await visit.get("/robots.txt")).text
    assert "Disallow: /fr/basket" in robots
    index = re.search(r"Sitemap: (\S+)", robots)
    assert index
    files = locations((await visit.get(index[1])).text)
    assert len(files) == len(LANGUAGES) * 3, "the store's own pages, and two maisons"
    pages = [page for file in files for page in locations((await visit.get(file)).text)]
    assert len(pages) == len(set(pages))
    for page in pages:
        assert (await visit.get(page)).response.status_code == 200, page
    base = index[1].removesuffix("/sitemap.xml")
    for path in (f"products/{slug}", "maisons/alba/pieces", "maisons/borea"):
        assert {f"{base}/{language}/{path}" for language in LANGUAGES} <= set(pages), path
    # It is told in the market of French alone.
    assert [page for page in pages if page.endswith("/stories/alba-midi")] == [f"{base}/fr/stories/alba-midi"]
    for nothing in (
        "/sitemaps/alba/en/2.xml",
        "/sitemaps/alba/en/0.xml",
        "/sitemaps/nobody/en/1.xml",
        "/sitemaps/de.xml",
    ):
        assert (await visit.get(nothing)).response.status_code == 404, nothing


async def test_parts_hold_every_piece_once(db: Db, shop: Shop, admin: Admin) -> None:
    admin(
        """insert into public_facts.product (id, maison_id, slug, brand, family, gender, made_in, position, pictures,
              published_at, changed_at)
        select gen_random_uuid(), maison_id, 'many-' || n, brand, family, gender, made_in, mod(n, 7), pictures, published_at,
          now() - interval '1 day'
        from public_facts.product, generate_series(1, 2498) n where id = %s""",
        [shop.a.products["bag"]],
    )
    async with db.public() as conn:
        parts = await sitemap.parts(conn, store_id=shop.store.store_id, part_pieces=1100)
    assert [(one.slug, one.part) for one in parts] == [("alba", 1), ("alba", 2), ("alba", 3), ("borea", 1)]
    slugs: list[str] = []
    for part in (1, 2, 3):
        batches = [
            batch
            async for batch in sitemap.addresses(
                db, store_id=shop.store.store_id, slug="alba", part=part, part_pieces=1100
            )
        ]
        assert max(map(len, batches)) <= sitemap.PIECES_AT_ONCE
        assert max(one.changed_at for batch in batches for one in batch) == parts[part - 1].changed_at
        slugs += [one.slug for batch in batches for one in batch]
    assert len(slugs) == len(set(slugs)) == 2500


async def test_the_last_change_is_that_of_words_and_prices_too(db: Db, shop: Shop, admin: Admin) -> None:
    house, later = shop.a, datetime.now(UTC) + timedelta(days=3)
    changed = "select changed_at from public_facts.product where id = %s"
    ((before,),) = admin(changed, [house.products["bag"]])
    async with db.acting(Actor.importer(), house.maison_id) as conn:
        await publish_products(conn, maison_id=house.maison_id, now=later - timedelta(days=1))
        assert admin(changed, [house.products["bag"]]) == [(before,)], (
            "publishing the same again is no change"
        )
        await upsert_products(
            conn,
            maison_id=house.maison_id,
            source="main",
            products=[
                ProductEntry(
                    1,
                    "bag",
                    variants=[VariantEntry(1, {}, "alba-bag", prices=[PriceEntry("fr", "EUR", 99_000)])],
                )
            ],
            now=later,
        )
        await publish_products(conn, maison_id=house.maison_id, now=later)
    assert admin(changed, [house.products["bag"]]) == [(later,)]
    assert admin(changed, [house.products["ring"]]) != [(later,)]
