"""Certificates: whether one stands, for whoever has its code; and the documents of an order, by its secret link."""

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
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.limits import TooManyAttempts
from enfilade.base.settings import Settings
from enfilade.orders import certificates
from enfilade.web.shared import asking
from enfilade.web.shared.certificates import document
from enfilade.web.storefront.asked import Asked, asked, shown
from enfilade.web.storefront.orders import link, reading

CODE_CHARACTERS_MAX = 60


@dataclass(frozen=True, slots=True)
class CodeForm:
    """A code as it was written."""

    code: str = ""


@get("/{language:str}/certificates", include_in_schema=False)
async def certificates_page(request: Request[Any, Any, Any], db: Db, language: str) -> Response[str]:
    """Where a code is written."""
    return _page(request, await asked(request, db, language), None)


@post("/{language:str}/certificates", include_in_schema=False)
async def look(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    data: Annotated[CodeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """To the page of this code."""
    frame = await asked(request, db, language)
    printed = certificates.as_printed(data.code)
    if not printed:
        return _page(request, frame, None, status=404, code=data.code[:CODE_CHARACTERS_MAX], unknown=True)
    return Redirect(f"/{frame.language}/certificates/{printed}", status_code=303)


@get("/{language:str}/certificates/{code:str}", include_in_schema=False)
async def certificate(request: Request[Any, Any, Any], db: Db, language: str, code: str) -> Response[str]:
    """Whether it stands, is void, or is none of ours: piece and maison, never a person."""
    frame = await asked(request, db, language)
    try:
        found = await certificates.opened(
            db, written=code, network=asking.network(request), now=datetime.now(UTC)
        )
    except TooManyAttempts:
        _ = i18n.translations(frame.language).gettext
        wrong = _(
            "Many certificates were asked for in a short time. Please try again in a quarter of an hour."
        )
        return _page(request, frame, None, status=429, wrong=wrong)
    if found is None:
        return _page(request, frame, None, status=404, code=code[:CODE_CHARACTERS_MAX], unknown=True)
    async with db.acting(Actor.link(found.certificate_id), found.maison_id, found.region) as conn:
        read = await certificates.read(conn, maison_id=found.maison_id, certificate_id=found.certificate_id)
    return _page(request, frame, read, code=certificates.as_printed(code))


@get("/{language:str}/orders/{secret:str}/certificates/{certificate_id:uuid}", include_in_schema=False)
async def certificate_document(
    request: Request[Any, Any, Any],
    db: Db,
    settings: Settings,
    language: str,
    secret: str,
    certificate_id: UUID,
) -> Response[bytes]:
    """One of an order's as a PDF, in the language of the address; 404 for another order's."""
    frame, found = await link.opened(request, db, language, secret)
    async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
        read = await certificates.read(conn, maison_id=found.maison_id, certificate_id=certificate_id)
    if read is None:
        raise NotFoundException
    return await document.answer(
        read, certificates.code(settings.key, certificate_id), frame.language, settings.base_url
    )


def _page(
    request: Request[Any, Any, Any],
    frame: Asked,
    found: certificates.Certificate | None,
    *,
    status: int = 200,
    code: str = "",
    unknown: bool = False,
    wrong: str = "",
) -> Response[str]:
    return shown(
        request,
        frame,
        "storefront/certificates/certificate.html",
        status=status,
        look=(found.maison_slug, found.maison_theme) if found else None,
        maison_slug=found.maison_slug if found else "",
        maison_name=found.maison_name if found else "",
        maison_wordmark=found.maison_wordmark if found else "",
        by_link=bool(code),
        certificate=found,
        code=code,
        unknown=unknown,
        wrong=wrong,
    )
