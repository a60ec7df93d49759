"""The visitor says where prices and deliveries are for; a cookie remembers it."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from enfilade.web.shared import asking
from enfilade.web.storefront.asked import MARKET_COOKIE, MARKETS

MARKET_DAYS = 180.0


@dataclass(frozen=True, slots=True)
class MarketForm:
    """`next` is the page one comes from."""

    market: str
    next: str = ""


def within(path: str, language: str) -> str:
    """`path` if it is an address of this store, else its home: nobody is sent elsewhere by a form."""
    plain = path.startswith(f"/{language}/") and "//" not in path and "\\" not in path and path.isprintable()
    return path if plain else f"/{language}/"


@post("/{language:str}/market", include_in_schema=False)
async def choose_market(
    request: Request[Any, Any, Any],
    language: str,
    data: Annotated[MarketForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Back to the page one comes from, with its prices."""
    known = asking.language_of(language)
    response = Redirect(within(data.next, known), status_code=303)
    if data.market in MARKETS:
        response.set_cookie(asking.cookie(request, MARKET_COOKIE, data.market, MARKET_DAYS))
    return response
