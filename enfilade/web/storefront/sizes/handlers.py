"""The guide of a family's sizes in the usual systems, and 'this is my size', remembered on the device alone."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, Parameter
from litestar.response import Redirect

from enfilade.base.db import Db
from enfilade.web.shared import asking
from enfilade.web.shared.asking import language_of
from enfilade.web.storefront.asked import asked, shown
from enfilade.web.storefront.sizes.guides import guide, has_guide
from enfilade.web.storefront.sizes.remembered import (
    SIZE,
    SIZES_COOKIE,
    SIZES_DAYS,
    kept,
    remembered,
)

SLUG = re.compile(r"[\w-]{1,200}")
Piece = Annotated[str, Parameter(max_length=200)]


@dataclass
class MySize:
    """`size` is '' to forget it; `piece` is the page to go back to."""

    size: str = ""
    piece: str = ""


@get("/{language:str}/sizes/{family:str}", include_in_schema=False)
async def sizes(
    request: Request[Any, Any, Any], db: Db, language: str, family: str, piece: Piece = ""
) -> Response[str]:
    """The guide; `piece` is the one it was opened from."""
    frame = await asked(request, db, language)
    found = guide(family, frame.language)
    if found is None:
        raise NotFoundException
    return shown(
        request,
        frame,
        "storefront/sizes/sizes.html",
        public=True,
        family=family,
        guide=found,
        mine=remembered(request).get(family, ""),
        piece=piece if SLUG.fullmatch(piece) else "",
    )


@post("/{language:str}/sizes/{family:str}", include_in_schema=False)
async def remember_size(
    request: Request[Any, Any, Any],
    language: str,
    family: str,
    data: Annotated[MySize, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Remembers, or forgets, the size of a family; back to the piece."""
    spoken = language_of(language)
    if not has_guide(family):
        raise NotFoundException
    sizes = {known: size for known, size in remembered(request).items() if known != family}
    if SIZE.fullmatch(data.size):
        sizes[family] = data.size
    back = f"products/{data.piece}" if SLUG.fullmatch(data.piece) else f"sizes/{family}"
    response = Redirect(f"/{spoken}/{back}", status_code=303)
    response.set_cookie(asking.cookie(request, SIZES_COOKIE, kept(sizes), SIZES_DAYS if sizes else 0))
    return response
