"""`robots.txt`, and the sitemaps of a store: its own pages, and every maison's pieces in parts, language by language."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from litestar import MediaType, Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.response import Stream

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.catalogue import sitemap
from enfilade.editorial.published import stories
from enfilade.maisons import published
from enfilade.web.shared.asking import language_of
from enfilade.web.storefront.asked import MARKET_OF_LANGUAGE, address, front
from enfilade.web.storefront.boutiques import reading as boutiques

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
#: The last told; who reads on finds the others from page to page.
STORIES_MAX = 1_000
KEPT = {"cache-control": "public, max-age=3600"}
#: Personal, or an act: nothing to be found there.
PERSONAL = ("basket", "checkout", "orders", "sign-in", "account", "wish-list")
PART = re.compile(r"([1-9][0-9]{0,4})\.xml")


@get("/robots.txt", media_type=MediaType.TEXT, include_in_schema=False)
async def robots(request: Request[Any, Any, Any], db: Db) -> Response[str]:
    """Everything public may be read."""
    refused = "".join(f"Disallow: /{language}/{name}\n" for language in i18n.LANGUAGES for name in PERSONAL)
    inside = "".join(
        f"Disallow: /{name}\n" for name in ("api/", "boutique", "desk", "studio", "cockpit", "demo")
    )
    at = address(request, await front(request, db))
    text = f"User-agent: *\n{refused}{inside}\nSitemap: {at}/sitemap.xml\n"
    return Response(text, media_type=MediaType.TEXT, headers=KEPT)


@get("/sitemap.xml", include_in_schema=False)
async def index(request: Request[Any, Any, Any], db: Db) -> Response[str]:
    """The files there are. `lastmod` is that of the pieces in the file."""
    found = await front(request, db)
    async with db.public() as conn:
        parts = await sitemap.parts(conn, store_id=found.id)
    base = address(request, found)
    files = [f"<sitemap><loc>{base}/sitemaps/{language}.xml</loc></sitemap>" for language in i18n.LANGUAGES]
    files += [
        f"<sitemap><loc>{base}/sitemaps/{one.slug}/{language}/{one.part}.xml</loc>"
        f"<lastmod>{one.changed_at:%Y-%m-%dT%H:%M:%SZ}</lastmod></sitemap>"
        for one in parts
        for language in i18n.LANGUAGES
    ]
    body = f"{HEAD}<sitemapindex {SPACE}>\n" + "\n".join(files) + "\n</sitemapindex>\n"
    return Response(body, media_type="application/xml", headers=KEPT)


@get("/sitemaps/{name:str}", include_in_schema=False)
async def pages(request: Request[Any, Any, Any], db: Db, name: str) -> Response[str]:
    """The store's own pages in a language: home, maisons with their pieces, brands, stories, cities, boutiques."""
    language = language_of(name.removesuffix(".xml"))
    if not name.endswith(".xml"):
        raise NotFoundException
    found = await front(request, db)
    async with db.public() as conn:
        shown = await published.in_store(conn, store_id=found.id, language=language)
        told = await stories(
            conn,
            store_id=found.id,
            language=language,
            market=MARKET_OF_LANGUAGE[language],
            now=datetime.now(UTC),
            most=STORIES_MAX,
        )
        cities = await boutiques.cities(conn, store_id=found.id)
        doors = await boutiques.ids(conn, store_id=found.id)
    paths = ["/", "/maisons", "/stories", "/boutiques", "/legal"]
    paths += [f"/{'brands' if one.brand else 'maisons'}/{one.slug}" for one in shown]
    paths += [f"/maisons/{one.slug}/pieces" for one in shown if not one.brand]
    paths += [f"/stories/{one.slug}" for one in told]
    paths += [f"/boutiques?city={quote(city)}" for city in dict.fromkeys(place.city for place in cities)]
    paths += [f"/boutiques/{door}" for door in doors]
    base = address(request, found)
    lines = "\n".join(f"<url><loc>{escape(f'{base}/{language}{path}')}</loc></url>" for path in paths)
    body = f"{HEAD}<urlset {SPACE}>\n{lines}\n</urlset>\n"
    return Response(body, media_type="application/xml", headers=KEPT)


@get("/sitemaps/{slug:str}/{language:str}/{name:str}", include_in_schema=False)
async def pieces(request: Request[Any, Any, Any], db: Db, slug: str, language: str, name: str) -> Stream:
    """One part of a maison's pieces, sent as it is read."""
    known = language_of(language)
    part = PART.fullmatch(name)
    found = await front(request, db)
    batches = sitemap.addresses(db, store_id=found.id, slug=slug, part=int(part[1])) if part else None
    # Read before the answer begins: what is not there is answered in words.
    first = await anext(batches, None) if batches else None
    if batches is None or first is None:
        raise NotFoundException
    return Stream(
        _written(first, batches, f"{address(request, found)}/{known}/products/"),
        media_type="application/xml",
        headers=KEPT,
    )


async def _written(
    first: list[sitemap.Address], rest: AsyncIterator[list[sitemap.Address]], base: str
) -> AsyncIterator[str]:
    yield f"{HEAD}<urlset {SPACE}>\n{_lines(first, base)}"
    async for batch in rest:
        yield _lines(batch, base)
    yield "</urlset>\n"


def _lines(batch: list[sitemap.Address], base: str) -> str:
    return "".join(
        f"<url><loc>{escape(base + one.slug)}</loc><lastmod>{one.changed_at:%Y-%m-%dT%H:%M:%SZ}</lastmod></url>\n"
        for one in batch
    )
