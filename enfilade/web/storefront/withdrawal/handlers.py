"""Withdrawing without a link: the order's number and the mail address lead to a letter with the page where it is stated."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.base.limits import TooManyAttempts
from enfilade.clients.contact_points import NotAContactPoint
from enfilade.orders import withdrawal_link
from enfilade.web.shared import asking
from enfilade.web.storefront.asked import Asked, asked, shown


@dataclass(frozen=True, slots=True)
class FindForm:
    """Which order, and the address it was placed with."""

    number: str = ""
    mail: str = ""


@get("/{language:str}/withdrawal", include_in_schema=False)
async def find(request: Request[Any, Any, Any], db: Db, language: str) -> Response[str]:
    """The form; or that a letter is on its way, if they belong together."""
    frame = await asked(request, db, language)
    return _page(request, frame, sent=request.query_params.get("sent") == "yes")


@post("/{language:str}/withdrawal", include_in_schema=False)
async def ask(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    data: Annotated[FindForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Answers the same whether or not there is such an order."""
    frame = await asked(request, db, language)
    _ = i18n.translations(frame.language).gettext
    try:
        await withdrawal_link.ask(
            db, number=data.number, mail=data.mail, network=asking.network(request), now=datetime.now(UTC)
        )
    except NotAContactPoint:
        wrong = _("Please give a mail address, such as name@example.com.")
        return _page(request, frame, status=400, data=data, wrong=wrong)
    except TooManyAttempts:
        wrong = _("Many letters were asked for in a short time. Please try again in a quarter of an hour.")
        return _page(request, frame, status=429, data=data, wrong=wrong)
    return Redirect(f"/{frame.language}/withdrawal?sent=yes", status_code=303)


def _page(
    request: Request[Any, Any, Any],
    frame: Asked,
    *,
    status: int = 200,
    sent: bool = False,
    data: FindForm | None = None,
    wrong: str = "",
) -> Response[str]:
    return shown(
        request,
        frame,
        "storefront/withdrawal/find.html",
        status=status,
        sent=sent,
        number=data.number[: withdrawal_link.NUMBER_CHARACTERS_MAX] if data else "",
        mail=data.mail[:254] if data else "",
        wrong=wrong,
    )
