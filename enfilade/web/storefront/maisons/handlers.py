"""All maisons by segment, and each maison's own pages in its own look: story and pieces."""

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from enfilade.base.db import Db
from enfilade.catalogue import published as catalogue
from enfilade.editorial.published import stories as stories_of
from enfilade.maisons import published
from enfilade.web.storefront.asked import asked, shown
from enfilade.web.storefront.prose import paragraphs
from enfilade.web.storefront.words import SEGMENTS

PIECES_A_PAGE = 24
STORIES = 3


@get("/{language:str}/maisons", include_in_schema=False)
async def maisons(request: Request[Any, Any, Any], db: Db, language: str) -> Response[str]:
    """Every maison of the store, by segment."""
    frame = await asked(request, db, language)
    async with db.public() as conn:
        found = await published.in_store(conn, store_id=frame.front.id, language=frame.language)
    segments = [*SEGMENTS, *sorted({maison.segment for maison in found} - set(SEGMENTS))]
    by_segment = [(s, [maison for maison in found if maison.segment == s]) for s in segments]
    return shown(
        request,
        frame,
        "storefront/maisons/list.html",
        public=True,
        segments=[(segment, listed) for segment, listed in by_segment if listed],
        looks={maison.slug: maison.theme for maison in found},
        count=len(found),
    )


@get("/{language:str}/maisons/{slug:str}", include_in_schema=False)
async def maison(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    slug: str,
    family: Annotated[str, Parameter(max_length=80)] = "",
    after: Annotated[int, Parameter(ge=0, le=100_000)] = 0,
) -> Response[str]:
    """The maison's own store: its look, its story, its pieces."""
    frame = await asked(request, db, language)
    async with db.public() as conn:
        found = await published.introduction(conn, slug=slug, language=frame.language)
        if found is None:
            raise NotFoundException
        pieces = await catalogue.pieces(
            conn,
            maison_id=found.maison_id,
            language=frame.language,
            market=frame.market,
            family=family,
            after=after,
            most=PIECES_A_PAGE + 1,
        )
        families = await catalogue.families(conn, maison_id=found.maison_id)
        stories = (
            []
            if family or after
            else await stories_of(
                conn,
                store_id=frame.front.id,
                language=frame.language,
                market=frame.market,
                now=datetime.now(UTC),
                most=STORIES,
                maison_slug=found.slug,
            )
        )
    return shown(
        request,
        frame,
        "storefront/maisons/maison.html",
        look=(found.slug, found.theme),
        public=True,
        maison=found,
        maison_slug=found.slug,
        maison_name=found.name,
        maison_wordmark=found.wordmark,
        paragraphs=paragraphs(found.story),
        pieces=pieces[:PIECES_A_PAGE],
        families=families,
        stories=stories,
        family=family,
        after=after,
        more=after + PIECES_A_PAGE if len(pieces) > PIECES_A_PAGE else None,
        before=max(0, after - PIECES_A_PAGE) if after else None,
    )
