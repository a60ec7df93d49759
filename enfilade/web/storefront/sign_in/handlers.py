"""Clients sign in with a code sent to the address they give, or with the link beside it. Nobody has to, to buy."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.limits import TooManyAttempts
from enfilade.base.settings import Settings
from enfilade.clients import sign_in, wishes
from enfilade.clients.contact_points import NotAContactPoint
from enfilade.clients.sign_in import SignedIn
from enfilade.web.shared import asking, one_session
from enfilade.web.storefront.asked import MARKETS, Asked, asked, shown


@dataclass(frozen=True, slots=True)
class AddressForm:
    """Where the code shall go."""

    address: str


@dataclass(frozen=True, slots=True)
class CodeForm:
    """The code of the message, for the sign-in it belongs to."""

    sign_in_id: UUID
    code: str


@get("/{language:str}/sign-in", include_in_schema=False)
async def ask_page(request: Request[Any, Any, Any], db: Db, language: str) -> Response[str]:
    """Asks for an address; says so when one is signed in already."""
    frame = await asked(request, db, language)
    client = await asking.client(request, db)
    signed_in = client is not None and client.maison_id == frame.front.maison_id
    return _address(request, frame, signed_in=signed_in)


@post("/{language:str}/sign-in", include_in_schema=False)
async def ask(
    request: Request[Any, Any, Any],
    db: Db,
    settings: Settings,
    language: str,
    data: Annotated[AddressForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Sends a code, and answers the same whether or not the address is known."""
    frame = await asked(request, db, language)
    _ = i18n.translations(frame.language).gettext
    try:
        sign_in_id = await sign_in.ask(
            db,
            maison_id=frame.front.maison_id,
            key=settings.key,
            address=data.address,
            country=MARKETS[frame.market],
            language=frame.language,
            network=asking.network(request),
            now=datetime.now(UTC),
        )
    except NotAContactPoint:
        wrong = _("Please give a mail address, such as name@example.com, or a phone number.")
        return _address(request, frame, status=400, written=data.address[:200], wrong=wrong)
    except TooManyAttempts:
        wrong = _("Many codes were asked for in a short time. Please try again in a quarter of an hour.")
        return _address(request, frame, status=429, written=data.address[:200], wrong=wrong)
    return Redirect(f"/{frame.language}/sign-in/code?id={sign_in_id}", status_code=303)


@get("/{language:str}/sign-in/code", include_in_schema=False)
async def code_page(request: Request[Any, Any, Any], db: Db, language: str, id: UUID) -> Response[str]:
    """Asks for the code."""
    return _code(request, await asked(request, db, language), id)


@post("/{language:str}/sign-in/code", include_in_schema=False)
async def enter_with_code(
    request: Request[Any, Any, Any],
    db: Db,
    settings: Settings,
    language: str,
    data: Annotated[CodeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Signs in, or says that this is not the code."""
    frame = await asked(request, db, language)
    _ = i18n.translations(frame.language).gettext
    try:
        entered = await sign_in.redeem_code(
            db,
            maison_id=frame.front.maison_id,
            key=settings.key,
            sign_in_id=data.sign_in_id,
            code=data.code[:20],
            network=asking.network(request),
            now=datetime.now(UTC),
        )
    except TooManyAttempts:
        wrong = _("Many codes were tried in a short time. Please try again in a quarter of an hour.")
        return _code(request, frame, data.sign_in_id, status=429, wrong=wrong)
    if entered is None:
        wrong = _("This is not the code, or it has ended. Look once more, or ask for a new one.")
        return _code(request, frame, data.sign_in_id, status=400, wrong=wrong)
    return await _entered(request, db, frame, entered)


@get("/{language:str}/sign-in/{link:str}", include_in_schema=False)
async def link_page(request: Request[Any, Any, Any], db: Db, language: str, link: str) -> Response[str]:
    """A button, since mail programs open links by themselves."""
    frame = await asked(request, db, language)
    return shown(request, frame, "storefront/sign_in/link.html", link=link, wrong="")


@post("/{language:str}/sign-in/{link:str}", include_in_schema=False)
async def enter_with_link(request: Request[Any, Any, Any], db: Db, language: str, link: str) -> Response[Any]:
    """Signs in whoever holds the link."""
    frame = await asked(request, db, language)
    _ = i18n.translations(frame.language).gettext
    try:
        entered = await sign_in.redeem_link(
            db, link=link[:100], network=asking.network(request), now=datetime.now(UTC)
        )
    except TooManyAttempts:
        entered = None
    if entered is None or entered.maison_id != frame.front.maison_id:
        wrong = _("This link has been used or has ended. A new code is one step away.")
        return _address(request, frame, status=400, wrong=wrong)
    return await _entered(request, db, frame, entered)


@post("/{language:str}/sign-out", include_in_schema=False)
async def leave(request: Request[Any, Any, Any], db: Db, language: str) -> Redirect:
    """Ends the session; the basket stays."""
    frame = await asked(request, db, language)
    await one_session.end_client(request, db)
    response = Redirect(f"/{frame.language}/sign-in", status_code=303)
    asking.forget(request, response, asking.CLIENT_COOKIE)
    return response


async def _entered(request: Request[Any, Any, Any], db: Db, frame: Asked, entered: SignedIn) -> Redirect:
    await one_session.end_client(request, db)
    visitor = asking.visitor(request)
    if not visitor.new:
        await wishes.keep_at_sign_in(
            db,
            maison_id=frame.front.maison_id,
            store_id=frame.front.id,
            visitor=visitor.actor,
            client=Actor.client(entered.client_id),
            now=datetime.now(UTC),
        )
    response = Redirect(f"/{frame.language}/account", status_code=303)
    response.set_cookie(
        asking.cookie(request, asking.CLIENT_COOKIE, entered.token, float(sign_in.SESSION_DAYS))
    )
    return response


def _address(
    request: Request[Any, Any, Any],
    frame: Asked,
    *,
    status: int = 200,
    signed_in: bool = False,
    written: str = "",
    wrong: str = "",
) -> Response[str]:
    return shown(
        request,
        frame,
        "storefront/sign_in/address.html",
        status=status,
        signed_in=signed_in,
        written=written,
        wrong=wrong,
    )


def _code(
    request: Request[Any, Any, Any], frame: Asked, sign_in_id: UUID, *, status: int = 200, wrong: str = ""
) -> Response[str]:
    return shown(
        request,
        frame,
        "storefront/sign_in/code.html",
        status=status,
        sign_in_id=sign_in_id,
        digits=sign_in.CODE_DIGITS,
        wrong=wrong,
    )
