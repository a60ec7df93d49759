"""GET /search: pieces, maisons, stories and boutiques of a store that answer a question, with facets."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.params import QueryParameter

from enfilade.base.db import Db
from enfilade.search import finding, meanings
from enfilade.search.questions import LETTERS_MAX, question
from enfilade.web.api.problems import declared
from enfilade.web.api.products.places import near_of
from enfilade.web.api.stores import store as store_of
from enfilade.web.api.words import PLAIN, PUBLIC, Amount, Language, Market, Picture, StoreAsked, pictures
from enfilade.web.shared.negotiation import conditional


class FoundPiece(msgspec.Struct, frozen=True):
    """A piece that answers; `price_from` is its lowest price in the market asked for, None where it has none."""

    id: UUID
    slug: str
    maison: str
    brand: str
    family: str
    name: str
    text_language: str
    pictures: list[Picture]
    price_from: Amount | None


class FoundBeside(msgspec.Struct, frozen=True):
    """A maison or a boutique with the words in its name."""

    id: UUID
    name: str
    city: str
    maison: str


class FoundStory(msgspec.Struct, frozen=True):
    """A story shown in this market now; `title` in the language asked for where it has that."""

    id: UUID
    slug: str
    title: str
    text_language: str
    maison: str


class Value(msgspec.Struct, frozen=True):
    """A value of a facet, to be asked for in `only`; `name` in the language asked for."""

    value: str
    name: str
    count: int


class Found(msgspec.Struct, frozen=True):
    """`total` is exact unless `more`; then it and the counts of `facets` are lower limits. `read_as`: with errors mended.

    `close` has not all that was asked and comes closest; it is given where little has all of it, after the last page.
    """

    total: int
    more: bool
    read_as: str | None
    pieces: list[FoundPiece]
    close: list[FoundPiece]
    maisons: list[FoundBeside]
    boutiques: list[FoundBeside]
    stories: list[FoundStory]
    facets: dict[str, list[Value]]


@get(
    "/search",
    summary="Find pieces, maisons, stories and boutiques",
    responses=declared(400, 404, conditional=True),
)
async def search(
    request: Request[Any, Any, Any],
    db: Db,
    store: StoreAsked,
    market: Market,
    q: Annotated[
        str, QueryParameter(max_length=LETTERS_MAX, pattern=PLAIN, description="In any language.")
    ] = "",
    only: Annotated[
        str,
        QueryParameter(
            max_length=400,
            pattern=r"^((kind|colour|material|for):[^,\x00-\x1f\x7f]{1,60}(,|$))*$",
            description="Values of facets that must all hold, with commas between: `kind:bag,colour:black`.",
        ),
    ] = "",
    near: Annotated[
        str,
        QueryParameter(
            max_length=120,
            pattern=PLAIN,
            description="Only what boutiques near there have: `48.86,2.34`, or `city:Paris`.",
        ),
    ] = "",
    offset: Annotated[int, QueryParameter(ge=0, le=finding.CANDIDATES_MAX)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 24,
    language: Language = "en",
) -> Response[Found]:
    """Pieces that have all that was asked, best first, a thousand at most."""
    place = await near_of(db, near=near, country="")
    sold_in = await store_of(db, store)
    read = question(q)
    values = tuple(value for value in only.split(",") if value)
    asked = finding.Asked(
        sold_in.store_id,
        language,
        market,
        facets=values,
        place=(place.latitude, place.longitude) if place else None,
    )
    async with db.public() as conn:
        if read.least is not None or read.most is not None:
            currency = await finding.currency_of(conn, asked)
            asked, read = (
                finding.priced(asked, read, currency)
                if currency
                else (asked, replace(read, least=None, most=None))
            )
        results = await finding.find(conn, asked, read)
        ids = results.ranked[offset : offset + limit]
        last = offset + limit >= len(results.ranked)
        found = await finding.pieces(conn, asked, ids + (results.close if last else []))
        beside = await finding.beside(conn, asked, results.question, datetime.now(UTC)) if offset == 0 else []
    base_url: str = request.app.state.settings.base_url
    exact = set(ids)
    answer = Found(
        results.total,
        results.more,
        " ".join(word.text for word in results.question.words) if results.mended else None,
        [_piece(one, base_url, language) for one in found if one.id in exact],
        [_piece(one, base_url, language) for one in found if one.id not in exact],
        [FoundBeside(one.id, one.name, one.city, one.maison_slug) for one in beside if one.kind == "maison"],
        [
            FoundBeside(one.id, one.name, one.city, one.maison_slug)
            for one in beside
            if one.kind == "boutique"
        ],
        [
            FoundStory(one.id, one.slug, one.name, one.language, one.maison_slug)
            for one in beside
            if one.kind == "story"
        ],
        {
            facet: [
                Value(
                    one.value,
                    results.maison_names[one.value]
                    if facet == "maison"
                    else meanings.name(one.value, language),
                    one.count,
                )
                for one in counted
            ]
            for facet, counted in results.facets.items()
        },
    )
    return conditional(request, answer, cache_control=PUBLIC)


def _piece(one: finding.Piece, base_url: str, language: str) -> FoundPiece:
    price = Amount(one.price.minor, one.price.currency) if one.price else None
    return FoundPiece(
        one.id,
        one.slug,
        one.maison_slug,
        one.brand,
        one.family,
        one.name,
        one.language,
        pictures(one.pictures, base_url, language),
        price,
    )
