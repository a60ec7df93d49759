"""The form on the page of a piece whose price is told on request, and the page that says it was sent."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.base.limits import TooManyAttempts
from enfilade.catalogue import published
from enfilade.clients.contact_points import NotAContactPoint
from enfilade.orders import enquiries
from enfilade.orders.enquiries import NotOnRequest, SayWho
from enfilade.web.shared import asking
from enfilade.web.shared.refusals import refuse
from enfilade.web.storefront.asked import MARKETS, Asked, asked, shown

refuse(NotOnRequest, 404, "The store tells no price of this piece on request")


@dataclass(frozen=True, slots=True)
class EnquiryForm:
    """Which variant, who asks, and where the answer goes."""

    variant_id: UUID
    name: str = ""
    reach: str = ""
    city: str = ""
    words: str = ""
    agreed: str = ""


@post("/{language:str}/products/{slug:str}/enquiry", include_in_schema=False)
async def ask(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    slug: str,
    data: Annotated[EnquiryForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Writes it down for the maison's advisors; what is missing is said, and what was written is still there."""
    frame = await asked(request, db, language)
    _ = i18n.translations(frame.language).gettext
    try:
        await enquiries.ask(
            db,
            store_id=frame.front.id,
            variant_id=data.variant_id,
            market=frame.market,
            country=MARKETS[frame.market],
            language=frame.language,
            name=data.name,
            written=data.reach,
            city=data.city[:100],
            words=data.words,
            agreed=data.agreed == "yes",
            network=asking.network(request),
            now=datetime.now(UTC),
        )
    except SayWho:
        wrong = _("Please give your name, and tick that we may answer you.")
        return await _form(request, db, frame, slug, data, 400, wrong)
    except NotAContactPoint:
        wrong = _("Please give a mail address, or a phone number with its country code.")
        return await _form(request, db, frame, slug, data, 400, wrong)
    except TooManyAttempts:
        wrong = _("Much was asked in a short time. Please try again in a quarter of an hour.")
        return await _form(request, db, frame, slug, data, 429, wrong)
    return Redirect(f"/{frame.language}/enquiry", status_code=303)


@get("/{language:str}/enquiry", include_in_schema=False)
async def sent(request: Request[Any, Any, Any], db: Db, language: str) -> Response[str]:
    """An advisor will answer."""
    return shown(request, await asked(request, db, language), "storefront/enquiries/sent.html")


async def _form(
    request: Request[Any, Any, Any],
    db: Db,
    frame: Asked,
    slug: str,
    data: EnquiryForm,
    status: int,
    wrong: str,
) -> Response[str]:
    async with db.public() as conn:
        piece = await published.product(
            conn, store_id=frame.front.id, slug=slug, language=frame.language, market=frame.market
        )
    if piece is None:
        raise NotFoundException
    return shown(
        request,
        frame,
        "storefront/enquiries/asking.html",
        status=status,
        piece=piece,
        maison_name=piece.maison_name,
        variant_id=data.variant_id,
        towns=[city.name for city in piece.cities],
        written=data,
        wrong=wrong,
    )
