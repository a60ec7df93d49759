"""GET /boutiques: where the maisons can be visited."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.params import QueryParameter

from enfilade.base.db import Db
from enfilade.web.api.boutiques import reading
from enfilade.web.api.problems import declared
from enfilade.web.api.words import PLAIN, PUBLIC
from enfilade.web.shared.negotiation import conditional
from enfilade.web.shared.pagination import After, Limit, cursor, key_of, next_link

Country = Annotated[str, QueryParameter(pattern=r"^([A-Z]{2})?$", description="ISO 3166-1, two letters.")]


class Boutique(msgspec.Struct, frozen=True):
    """`opening_hours` in the syntax of OpenStreetMap, times in `zone`."""

    id: UUID
    maison: str
    code: str
    name: str
    country: str
    city: str
    postcode: str
    address: str
    latitude: float
    longitude: float
    zone: str
    opening_hours: str
    phone: str


class Boutiques(msgspec.Struct, frozen=True):
    """A page of them; `next` is None on the last."""

    boutiques: list[Boutique]
    next: str | None


@get("/boutiques", summary="Boutiques", responses=declared(400, conditional=True))
async def boutiques(
    request: Request[Any, Any, Any],
    db: Db,
    maison: Annotated[
        str, QueryParameter(pattern=r"^[a-z0-9-]{0,100}$", description="A maison's slug.")
    ] = "",
    country: Country = "",
    city: Annotated[str, QueryParameter(max_length=100, pattern=PLAIN)] = "",
    after: After = "",
    limit: Limit = 100,
) -> Response[Boutiques]:
    """All of them, or those of a maison, a country, a city."""
    async with db.public() as conn:
        found = await reading.boutiques(
            conn,
            maison=maison,
            country=country,
            city=city,
            after=key_of(after, UUID, UUID(int=0)),
            most=limit + 1,
        )
    more = cursor(found[limit - 1].id) if len(found) > limit else None
    page = Boutiques([msgspec.convert(row, Boutique, from_attributes=True) for row in found[:limit]], more)
    return conditional(request, page, cache_control=PUBLIC, link=next_link(request, more))
