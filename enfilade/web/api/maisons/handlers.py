"""GET /maisons: who sells here, in which stores and markets."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get

from enfilade.base.db import Db
from enfilade.web.api.maisons import reading
from enfilade.web.api.problems import declared
from enfilade.web.api.words import PUBLIC, Language
from enfilade.web.shared.negotiation import conditional
from enfilade.web.shared.pagination import After, Limit, cursor, key_of, next_link


class Market(msgspec.Struct, frozen=True):
    """Countries with one currency and one rule of tax."""

    code: str
    countries: list[str]
    currency: str
    languages: list[str]
    prices_include_tax: bool


class Maison(msgspec.Struct, frozen=True):
    """A maison or a retailer. `stores` are the slugs of the stores that show it."""

    id: UUID
    slug: str
    name: str
    segment: str
    founded: int | None
    city: str | None
    default_language: str
    tagline: str
    stores: list[str]
    markets: list[Market]


class Maisons(msgspec.Struct, frozen=True):
    """A page of them; `next` is None on the last."""

    maisons: list[Maison]
    next: str | None


@get("/maisons", summary="Maisons, by slug", responses=declared(400, conditional=True))
async def maisons(
    request: Request[Any, Any, Any], db: Db, after: After = "", limit: Limit = 100, language: Language = "en"
) -> Response[Maisons]:
    """Who sells here, where and in which markets."""
    async with db.public() as conn:
        found = await reading.maisons(conn, language=language, after=key_of(after, str, ""), most=limit + 1)
    more = cursor(found[limit - 1].slug) if len(found) > limit else None
    page = Maisons([msgspec.convert(row, Maison, from_attributes=True) for row in found[:limit]], more)
    return conditional(request, page, cache_control=PUBLIC, link=next_link(request, more))
