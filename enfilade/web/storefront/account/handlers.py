"""The account: what one bought, where parcels go, what one agreed to and since when, where one is signed in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body
from litestar.response import Redirect

from enfilade.appointments.keeping import link_secret
from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.base.i18n import Language
from enfilade.base.secrets import derived
from enfilade.base.settings import Settings
from enfilade.clients import accounts
from enfilade.clients.accounts import Address, Purpose, TooManyAddresses
from enfilade.orders import certificates
from enfilade.orders.addresses import FIELDS, NEEDED
from enfilade.orders.of_client import bought
from enfilade.web.shared import asking
from enfilade.web.shared.addresses import LENGTH_MAX
from enfilade.web.storefront.appointments.reading import SPENT_AFTER, of_session
from enfilade.web.storefront.asked import MARKETS, Asked, asked, shown
from enfilade.web.storefront.personal.own import own
from enfilade.web.storefront.times import day_and_hour
from enfilade.web.storefront.words import countries


@dataclass(frozen=True, slots=True)
class AddressForm:
    """An address as it is written."""

    line1: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    name: str = ""
    line2: str = ""


Form = Annotated[AddressForm, Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/{language:str}/account", include_in_schema=False)
async def account(
    request: Request[Any, Any, Any], db: Db, settings: Settings, language: str
) -> Response[Any]:
    """All of it on one page."""
    frame = await asked(request, db, language)
    return await _page(request, db, settings, frame)


@post("/{language:str}/account/addresses", include_in_schema=False)
async def keep(
    request: Request[Any, Any, Any], db: Db, settings: Settings, language: str, data: Form
) -> Response[Any]:
    """Keeps an address; what is missing is said, and what was written is still there."""
    frame = await asked(request, db, language)
    client = (await own(request, db, frame)).client
    if client is None:
        return _to_sign_in(frame)
    _ = i18n.translations(frame.language).gettext
    written = {name: " ".join(str(getattr(data, name)).split())[:LENGTH_MAX] for name in ("name", *FIELDS)}
    if not all(written[name] for name in NEEDED) or written["country"] not in countries(frame.language):
        wrong = _("Please give street, postcode, city and country.")
        return await _page(request, db, settings, frame, status=400, written=written, wrong=wrong)
    now = datetime.now(UTC)
    try:
        async with db.acting(client.actor, client.maison_id, client.region) as conn:
            await accounts.keep_address(
                conn,
                maison_id=client.maison_id,
                client_id=client.client_id,
                address=Address(client.client_id, **written),
                now=now,
            )
    except TooManyAddresses:
        wrong = _("Ten addresses are kept already; please remove one first.")
        return await _page(request, db, settings, frame, status=409, written=written, wrong=wrong)
    return Redirect(f"/{frame.language}/account#addresses", status_code=303)


@post("/{language:str}/account/addresses/{address_id:uuid}/removal", include_in_schema=False)
async def remove(request: Request[Any, Any, Any], db: Db, language: str, address_id: UUID) -> Redirect:
    """Forgets an address."""
    frame = await asked(request, db, language)
    client = (await own(request, db, frame)).client
    if client is None:
        return _to_sign_in(frame)
    async with db.acting(client.actor, client.maison_id, client.region) as conn:
        gone = await accounts.forget_address(
            conn, maison_id=client.maison_id, client_id=client.client_id, address_id=address_id
        )
    if not gone:
        raise NotFoundException
    return Redirect(f"/{frame.language}/account#addresses", status_code=303)


@post("/{language:str}/account/consents", include_in_schema=False)
async def consent(request: Request[Any, Any, Any], db: Db, language: str) -> Redirect:
    """What is ticked is given, what is not is withdrawn."""
    frame = await asked(request, db, language)
    client = (await own(request, db, frame)).client
    if client is None:
        return _to_sign_in(frame)
    form = await request.form()
    async with db.acting(client.actor, client.maison_id, client.region) as conn:
        await accounts.say(
            conn,
            maison_id=client.maison_id,
            client_id=client.client_id,
            said={purpose: form.get(purpose) == "yes" for purpose in accounts.PURPOSES},
            wordings=wordings(frame.language),
            now=datetime.now(UTC),
        )
    return Redirect(f"/{frame.language}/account#consents", status_code=303)


@post("/{language:str}/account/sessions/{session_id:uuid}/end", include_in_schema=False)
async def end(request: Request[Any, Any, Any], db: Db, language: str, session_id: UUID) -> Redirect:
    """Signs out there; here too, if it is this one."""
    frame = await asked(request, db, language)
    client = (await own(request, db, frame)).client
    if client is None:
        return _to_sign_in(frame)
    async with db.acting(client.actor, client.maison_id, client.region) as conn:
        ended = await accounts.end_session(
            conn,
            maison_id=client.maison_id,
            client_id=client.client_id,
            session_id=session_id,
            now=datetime.now(UTC),
        )
    if not ended:
        raise NotFoundException
    response = Redirect(f"/{frame.language}/account#sessions", status_code=303)
    if session_id == _this(request):
        response = _to_sign_in(frame)
        asking.forget(request, response, asking.CLIENT_COOKIE)
    return response


def wordings(language: Language) -> dict[Purpose, str]:
    """What a client is asked, purpose by purpose. What they agreed to is kept in these words."""
    _ = i18n.translations(language).gettext
    return {
        "news_by_mail": _("The store may write to me about new pieces and stories."),
        "news_by_phone": _("The store may send me a message about what interests me."),
        "advisor": _("An advisor may call me about pieces I asked for."),
        "profile": _("The store may remember what I look at, to show me what fits."),
    }


def _this(request: Request[Any, Any, Any]) -> UUID:
    return accounts.session_id(asking.kept(request, asking.CLIENT_COOKIE))


def _to_sign_in(frame: Asked) -> Redirect:
    return Redirect(f"/{frame.language}/sign-in", status_code=303)


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    settings: Settings,
    frame: Asked,
    *,
    status: int = 200,
    written: dict[str, str] | None = None,
    wrong: str = "",
) -> Response[Any]:
    client = (await own(request, db, frame)).client
    if client is None:
        return _to_sign_in(frame)
    whose = {"maison_id": client.maison_id, "client_id": client.client_id}
    async with db.acting(client.actor, client.maison_id, client.region) as conn:
        person = await accounts.person(conn, **whose)
        orders = await bought(conn, **whose)
        addresses = await accounts.addresses(conn, **whose)
        said = await accounts.consents(conn, **whose)
        sessions = await accounts.sessions(conn, **whose, now=datetime.now(UTC))
    now, session = datetime.now(UTC), asking.kept(request, asking.CLIENT_COOKIE)
    async with db.door() as conn:
        visits = await of_session(conn, secret=session, language=frame.language, now=now)
    links = {one.order_id: derived(settings.key, "order", one.order_id) for one in orders}
    certified = await certificates.of_links(db, links=list(links.values()))
    return shown(
        request,
        frame,
        "storefront/account/account.html",
        status=status,
        person=person,
        orders=[(one, links[one.order_id]) for one in orders],
        certificates=[(one, links[one.order_id]) for one in certified if one.order_id in links],
        addresses=addresses,
        visits=[
            (
                one,
                link_secret(settings.key, one.id),
                day_and_hour(one.starts_at, one.zone, frame.language),
                one.ends_at > now and one.state in ("booked", "arrived"),
                one.ends_at + SPENT_AFTER > now,
            )
            for one in visits
        ],
        consents=[
            (purpose, wording, said.get(purpose)) for purpose, wording in wordings(frame.language).items()
        ],
        sessions=sessions,
        this=_this(request),
        written=written or {"country": MARKETS[frame.market]},
        wrong=wrong,
        countries=sorted(
            (
                (code, name)
                for code, name in countries(frame.language).items()
                if len(code) == 2 and code.isalpha()
            ),
            key=lambda found: found[1],
        ),
    )
