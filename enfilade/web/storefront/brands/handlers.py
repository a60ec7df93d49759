"""A third-party brand of the store: its name, what the store says of it, who sells it, its pieces page by page."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.catalogue import published_brands
from enfilade.web.storefront.asked import asked, shown
from enfilade.web.storefront.maisons.pieces import PIECES_A_PAGE, first_picture
from enfilade.web.storefront.prose import paragraphs
from enfilade.web.storefront.sellers import sold_by


@get("/{language:str}/brands/{slug:str}", include_in_schema=False)
async def brand(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    slug: str,
    after: Annotated[int, Parameter(ge=0, le=100_000)] = 0,
) -> Response[str]:
    """The brand where its store stands; in a maison's own store there is none."""
    frame = await asked(request, db, language)
    async with db.public() as conn:
        found = await published_brands.brand(
            conn, maison_id=frame.front.maison_id, slug=slug, language=frame.language
        )
        if found is None:
            raise NotFoundException
        pieces = await published_brands.pieces(
            conn,
            maison_id=frame.front.maison_id,
            brand_id=found.id,
            language=frame.language,
            market=frame.market,
            after=after,
            most=PIECES_A_PAGE + 1,
        )
    path = f"/{frame.language}/brands/{slug}"
    _ = i18n.translations(frame.language).gettext
    return shown(
        request,
        frame,
        "storefront/brands/brand.html",
        public=True,
        status=404 if after and not pieces else 200,
        query={"after": str(after or "")},
        crumbs=[(_("Maisons"), f"/{frame.language}/maisons"), (found.name, path)],
        picture=first_picture(pieces, frame.language),
        brand=found,
        paragraphs=paragraphs(found.text),
        sold=sold_by(
            frame.front.maison_name,
            frame.language,
            found.seller_name,
            city=found.seller_city,
            country_code=found.seller_country,
            number=found.seller_number,
        ),
        pieces=pieces[:PIECES_A_PAGE],
        more=f"{path}?after={after + PIECES_A_PAGE}" if len(pieces) > PIECES_A_PAGE else "",
        before=f"{path}?after={after - PIECES_A_PAGE}" if after > PIECES_A_PAGE else path if after else "",
    )
