"""The boutiques of all maisons by city, those of one maison, and each with its coming hours."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from enfilade.base.db import Db
from enfilade.web.storefront.asked import asked, shown
from enfilade.web.storefront.boutiques import reading
from enfilade.web.storefront.boutiques.hours import open_line, week
from enfilade.web.storefront.words import country, sorting

MOST = 120


@get("/{language:str}/boutiques", include_in_schema=False)
async def boutiques(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    maison: Annotated[str, Parameter(max_length=200)] = "",
    city: Annotated[str, Parameter(max_length=200)] = "",
) -> Response[str]:
    """Without a question the cities; with one, the boutiques that answer it."""
    frame = await asked(request, db, language)
    now = datetime.now(UTC)
    async with db.public() as conn:
        cities = await reading.cities(conn, store_id=frame.front.id)
        found = (
            await reading.boutiques(
                conn, store_id=frame.front.id, city=city, maison_slug=maison, now=now, most=MOST
            )
            if maison or city
            else []
        )
    if (maison or city) and not found:
        raise NotFoundException
    return shown(
        request,
        frame,
        "storefront/boutiques/list.html",
        public=True,
        cities=cities,
        countries=sorted(
            {place.country for place in cities}, key=lambda code: sorting(country(code, frame.language))
        ),
        found=[(one, open_line(one.closes_at, one.opens_at, one.zone, now, frame.language)) for one in found],
        city=city,
        maison=maison,
        maison_name=found[0].maison_name if maison else "",
    )


@get("/{language:str}/boutiques/{boutique_id:uuid}", include_in_schema=False)
async def boutique(
    request: Request[Any, Any, Any], db: Db, language: str, boutique_id: UUID
) -> Response[str]:
    """One boutique: where it is, when it is open."""
    frame = await asked(request, db, language)
    now = datetime.now(UTC)
    async with db.public() as conn:
        found = await reading.boutique(conn, boutique_id=boutique_id, now=now)
    if found is None:
        raise NotFoundException
    current = next((c for o, c in zip(found.opens, found.closes, strict=True) if o <= now < c), None)
    coming = next((opens for opens in found.opens if opens > now), None)
    return shown(
        request,
        frame,
        "storefront/boutiques/boutique.html",
        look=(found.maison_slug, found.maison_theme),
        public=True,
        boutique=found,
        maison_slug=found.maison_slug,
        maison_name=found.maison_name,
        maison_wordmark=found.maison_wordmark,
        open_line=open_line(current, coming, found.zone, now, frame.language),
        week=week(found.opens, found.closes, found.zone, now, frame.language),
    )
