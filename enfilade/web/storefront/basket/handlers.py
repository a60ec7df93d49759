"""The basket: what was put aside, and the choice of a way to receive it, which opens the checkout."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.base.secrets import new_secret
from enfilade.catalogue.engraving import LetteringNotOffered, NotEngraved, TooLong, Wished
from enfilade.orders import baskets
from enfilade.orders.baskets import NotSold, TooMany
from enfilade.web.shared import asking
from enfilade.web.storefront.asked import Asked, asked, shown
from enfilade.web.storefront.basket.ways import ways
from enfilade.web.storefront.products import places
from enfilade.web.storefront.products.engraving import WORDS_MAX, not_cut

QUANTITIES = 5


@dataclass(frozen=True, slots=True)
class PutForm:
    """A piece put into the basket."""

    variant_id: UUID
    quantity: int = 1
    engraving: str = ""
    lettering: str = ""


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """Another quantity of a line; 0 takes it out."""

    variant_id: UUID
    quantity: int
    engraving: str = ""
    lettering: str = ""


@get("/{language:str}/basket", include_in_schema=False)
async def basket(request: Request[Any, Any, Any], db: Db, language: str) -> Response[str]:
    """The basket as it is today."""
    return await basket_page(request, db, await asked(request, db, language))


async def basket_page(
    request: Request[Any, Any, Any],
    db: Db,
    frame: Asked,
    *,
    status: int = 200,
    notices: list[str] | None = None,
    mail: str = "",
) -> Response[str]:
    """The basket, with what has just gone otherwise than wished."""
    visitor, now = asking.visitor(request), datetime.now(UTC)
    found = baskets.Basket(None, [])
    if not visitor.new:
        async with db.acting(visitor.actor, frame.front.maison_id) as conn:
            found = await baskets.read(
                conn,
                maison_id=frame.front.maison_id,
                store_id=frame.front.id,
                visitor_id=visitor.id,
                market=frame.market,
                language=frame.language,
            )
    place = places.place("", asking.kept(request, places.PLACE_COOKIE), frame.market, frame.language)
    async with db.public() as conn:
        possible = await ways(conn, lines=found.lines, place=place, now=now, language=frame.language)
    return shown(
        request,
        frame,
        "storefront/basket/basket.html",
        status=status,
        basket=found,
        ways=possible,
        quantities=QUANTITIES,
        priced=all(line.unit is not None for line in found.lines),
        notices=notices or [],
        engraved=any(line.lettering for line in found.lines),
        limited=min((line.quota_pieces_max for line in found.lines if line.quota_pieces_max), default=None),
        mail=mail,
        key=new_secret(),
    )


@post("/{language:str}/basket", include_in_schema=False)
async def put(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    data: Annotated[PutForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Puts a piece in, then shows the basket."""
    return await _write(request, db, language, data, adding=True)


@post("/{language:str}/basket/lines", include_in_schema=False)
async def change(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    data: Annotated[ChangeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Sets a quantity, then shows the basket."""
    return await _write(request, db, language, data, adding=False)


async def _write(
    request: Request[Any, Any, Any], db: Db, language: str, data: PutForm | ChangeForm, *, adding: bool
) -> Response[Any]:
    frame = await asked(request, db, language)
    _ = i18n.translations(frame.language).gettext
    visitor = asking.visitor(request)
    try:
        async with db.acting(visitor.actor, frame.front.maison_id) as conn:
            await (baskets.put if adding else baskets.change)(
                conn,
                maison_id=frame.front.maison_id,
                store_id=frame.front.id,
                visitor_id=visitor.id,
                variant_id=data.variant_id,
                quantity=data.quantity,
                wished=Wished(data.engraving[:WORDS_MAX], data.lettering[:WORDS_MAX]),
                now=datetime.now(UTC),
            )
    except (NotEngraved, TooLong, LetteringNotOffered) as refusal:
        notice = not_cut(refusal, frame.language) + " " + _("The basket is as it was.")
        return await basket_page(request, db, frame, status=409, notices=[notice])
    except NotSold:
        notice = _("This piece is not sold here any more; everything else is as it was.")
        return await basket_page(request, db, frame, status=409, notices=[notice])
    except TooMany as refusal:
        notice = i18n.translations(frame.language).ngettext(
            "The maison sells one of these at a time; the basket is as it was.",
            "The maison sells at most %(num)s of these at a time; the basket is as it was.",
            refusal.most,
        ) % {"num": refusal.most}
        return await basket_page(request, db, frame, status=409, notices=[notice])
    response = Redirect(f"/{frame.language}/basket", status_code=303)
    if visitor.new:
        response.set_cookie(
            asking.cookie(request, asking.VISITOR_COOKIE, visitor.secret, asking.VISITOR_DAYS)
        )
    return response
