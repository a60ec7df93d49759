"""The boutiques of all maisons by city, those of one maison, and each with its coming hours."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.base.i18n import Language
from enfilade.web.storefront import linked
from enfilade.web.storefront.asked import Asked, asked, shown
from enfilade.web.storefront.boutiques import reading
from enfilade.web.storefront.boutiques.hours import open_line, week
from enfilade.web.storefront.boutiques.map import Place, drawn
from enfilade.web.storefront.maisons.pieces import first_picture
from enfilade.web.storefront.words import country, sorting

MOST = 120
PIECES_HERE = 6


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
        query={"maison": maison, "city": city},
        cities=sorted(cities, key=lambda town: sorting(town.city)),
        countries=sorted(
            {place.country for place in cities}, key=lambda code: sorting(country(code, frame.language))
        ),
        found=[
            (
                one,
                open_line(
                    one.closes_at,
                    one.opens_at,
                    one.zone,
                    now,
                    frame.language,
                    closed=one.closed,
                    closed_until=one.closed_until,
                ),
            )
            for one in found
        ],
        map=drawn(
            [
                Place(
                    one.address if city else one.city,
                    one.latitude,
                    one.longitude,
                    f"/{frame.language}/boutiques/{one.id}",
                )
                for one in found
            ]
            if found
            else [
                Place(
                    one.city,
                    one.latitude,
                    one.longitude,
                    f"/{frame.language}/boutiques?city={quote(one.city)}",
                    one.boutiques,
                )
                for one in cities
            ],
            of_city=bool(city),
        ),
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
        pieces = await reading.pieces(
            conn,
            maison_id=found.maison_id,
            boutique_id=boutique_id,
            language=frame.language,
            market=frame.market,
            most=PIECES_HERE,
        )
    current = next((c for o, c in zip(found.opens, found.closes, strict=True) if o <= now < c), None)
    coming = next((opens for opens in found.opens if opens > now), None)
    return shown(
        request,
        frame,
        "storefront/boutiques/boutique.html",
        look=(found.maison_slug, found.maison_theme),
        public=True,
        crumbs=[
            (found.maison_name, f"/{frame.language}/maisons/{found.maison_slug}"),
            (found.city, f"/{frame.language}/boutiques/{found.id}"),
        ],
        linked_data=[_linked(request, frame, found)],
        boutique=found,
        maison_slug=found.maison_slug,
        maison_name=found.maison_name,
        maison_wordmark=found.maison_wordmark,
        open_line=open_line(
            current,
            coming,
            found.zone,
            now,
            frame.language,
            closed=found.closed,
            closed_until=found.closed_until,
        ),
        pieces=pieces,
        services=services(found, pieces, frame.language),
        picture=first_picture([*pieces], frame.language),
        week=week(found.opens, found.closes, found.zone, now, frame.language),
    )


def services(found: reading.BoutiquePage, pieces: list[reading.Here], language: Language) -> list[str]:
    """What this boutique does for a client now, as its pieces show it."""
    translations = i18n.translations(language)
    _ = translations.gettext
    said: list[str] = []
    if any(piece.collect for piece in pieces):
        hours = max(1, round(found.preparation_minutes / 60))
        said.append(
            translations.ngettext(
                "Orders are ready to collect within an hour of opening time.",
                "Orders are ready to collect within %(num)s hours of opening time.",
                hours,
            )
            % {"num": hours}
        )
    if any(piece.reserve for piece in pieces):
        said.append(_("Pieces are set aside for you, to be tried without paying before."))
    if found.phone:
        said.append(_("An advisor answers the telephone during opening hours."))
    return said


def _linked(request: Request[Any, Any, Any], frame: Asked, found: reading.BoutiquePage) -> dict[str, Any]:
    return linked.boutique(
        frame.base_url,
        f"/{frame.language}/boutiques/{found.id}",
        name=found.name,
        maison_name=found.maison_name,
        maison_path=f"/{frame.language}/maisons/{found.maison_slug}",
        address={
            "streetAddress": found.address,
            "postalCode": found.postcode,
            "addressLocality": found.city,
            "addressCountry": found.country,
        },
        latitude=found.latitude,
        longitude=found.longitude,
        phone=found.phone,
        opens=found.opens,
        closes=found.closes,
        zone=found.zone,
    )
