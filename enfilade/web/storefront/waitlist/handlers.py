"""The waitlist: ask to be told when a piece is back, say yes by the letter's link, and leave by it."""

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
from enfilade.base.settings import Settings
from enfilade.catalogue import published
from enfilade.clients.contact_points import NotAContactPoint
from enfilade.orders import waitlist
from enfilade.orders.waitlist import NoSuchWait, NotShown
from enfilade.web.shared import asking
from enfilade.web.shared.refusals import refuse
from enfilade.web.storefront.asked import Asked, asked, shown

refuse(NotShown, 404, "The store shows no such piece")
refuse(NoSuchWait, 404, "Nobody waits by this link any more")


@dataclass(frozen=True, slots=True)
class WaitForm:
    """Which variant, and the mailbox to write to."""

    variant_id: UUID
    mail: str = ""


@post("/{language:str}/products/{slug:str}/waitlist", include_in_schema=False)
async def ask(
    request: Request[Any, Any, Any],
    db: Db,
    settings: Settings,
    language: str,
    slug: str,
    data: Annotated[WaitForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Sends the letter that asks for a yes; answers the same whoever waits already."""
    frame = await asked(request, db, language)
    _ = i18n.translations(frame.language).gettext
    try:
        await waitlist.ask(
            db,
            maison_id=frame.front.maison_id,
            store_id=frame.front.id,
            variant_id=data.variant_id,
            market=frame.market,
            language=frame.language,
            mail=data.mail,
            key=settings.key,
            network=asking.network(request),
            now=datetime.now(UTC),
        )
    except NotAContactPoint:
        wrong = _("Please give a mail address, such as name@example.com.")
        return await _form(request, db, frame, slug, data, 400, wrong)
    except TooManyAttempts:
        wrong = _("Many letters were asked for in a short time. Please try again in a quarter of an hour.")
        return await _form(request, db, frame, slug, data, 429, wrong)
    return Redirect(f"/{frame.language}/waitlist", status_code=303)


@get("/{language:str}/waitlist", include_in_schema=False)
async def written(request: Request[Any, Any, Any], db: Db, language: str) -> Response[str]:
    """A letter is on its way."""
    return shown(request, await asked(request, db, language), "storefront/waitlist/written.html")


@get("/{language:str}/waitlist/{secret:str}", include_in_schema=False)
async def wait(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Response[str]:
    """Where one stands; buttons, since mail programs open links by themselves."""
    frame = await asked(request, db, language)
    found = await _opened(db, secret)
    async with db.acting(found.actor, found.maison_id, found.region) as conn:
        mine = await waitlist.read(
            conn, maison_id=found.maison_id, wait_id=found.wait_id, language=frame.language
        )
    if mine is None:
        raise NotFoundException
    return shown(request, frame, "storefront/waitlist/wait.html", wait=mine, secret=secret, by_link=True)


@post("/{language:str}/waitlist/{secret:str}/confirmation", include_in_schema=False)
async def confirm(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Redirect:
    """Yes, it was me."""
    return await _said(request, db, language, secret, yes=True)


@post("/{language:str}/waitlist/{secret:str}/leaving", include_in_schema=False)
async def leave(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Redirect:
    """Nothing more."""
    return await _said(request, db, language, secret, yes=False)


async def _said(
    request: Request[Any, Any, Any], db: Db, language: str, secret: str, *, yes: bool
) -> Redirect:
    frame = await asked(request, db, language)
    found = await _opened(db, secret)
    verb = waitlist.confirm if yes else waitlist.leave
    async with db.acting(found.actor, found.maison_id, found.region) as conn:
        await verb(conn, maison_id=found.maison_id, wait_id=found.wait_id, now=datetime.now(UTC))
    return Redirect(f"/{frame.language}/waitlist/{secret}", status_code=303)


async def _opened(db: Db, secret: str) -> waitlist.Opened:
    found = await waitlist.opened(db, secret)
    if found is None:
        raise NotFoundException
    return found


async def _form(
    request: Request[Any, Any, Any],
    db: Db,
    frame: Asked,
    slug: str,
    data: WaitForm,
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
        "storefront/waitlist/asking.html",
        status=status,
        piece=piece,
        variant_id=data.variant_id,
        mail=data.mail[:254],
        wrong=wrong,
    )
