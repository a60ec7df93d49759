"""The wish list: pieces put on it from anywhere in the store, and taken off; the last stands first."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body
from litestar.response import Redirect

from enfilade.base.db import Db
from enfilade.clients import wishes
from enfilade.web.shared import asking
from enfilade.web.storefront.asked import asked, shown
from enfilade.web.storefront.personal.own import own


@dataclass(frozen=True, slots=True)
class WishForm:
    """The piece."""

    product_id: UUID


@get("/{language:str}/wish-list", include_in_schema=False)
async def wish_list(request: Request[Any, Any, Any], db: Db, language: str) -> Response[str]:
    """One's own list."""
    frame = await asked(request, db, language)
    me = await own(request, db, frame)
    found: list[wishes.Wish] = []
    if me.client or not me.visitor.new:
        async with db.acting(me.actor, frame.front.maison_id, me.region) as conn:
            found = await wishes.read(
                conn,
                maison_id=frame.front.maison_id,
                store_id=frame.front.id,
                holder=me.actor,
                language=frame.language,
                market=frame.market,
            )
    return shown(
        request, frame, "storefront/wish_list/wish_list.html", wishes=found, signed_in=me.client is not None
    )


@post("/{language:str}/wish-list", include_in_schema=False)
async def wish(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    data: Annotated[WishForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Puts a piece on the list, then shows it."""
    frame = await asked(request, db, language)
    me = await own(request, db, frame)
    async with db.acting(me.actor, frame.front.maison_id, me.region) as conn:
        written = await wishes.wish(
            conn,
            maison_id=frame.front.maison_id,
            store_id=frame.front.id,
            holder=me.actor,
            product_id=data.product_id,
            now=datetime.now(UTC),
        )
    if not written:
        raise NotFoundException
    response = Redirect(f"/{frame.language}/wish-list", status_code=303)
    if me.client is None and me.visitor.new:
        response.set_cookie(
            asking.cookie(request, asking.VISITOR_COOKIE, me.visitor.secret, asking.VISITOR_DAYS)
        )
    return response


@post("/{language:str}/wish-list/removal", include_in_schema=False)
async def unwish(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    data: Annotated[WishForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Takes a piece off, then shows the list."""
    frame = await asked(request, db, language)
    me = await own(request, db, frame)
    async with db.acting(me.actor, frame.front.maison_id, me.region) as conn:
        await wishes.unwish(
            conn,
            maison_id=frame.front.maison_id,
            store_id=frame.front.id,
            holder=me.actor,
            product_id=data.product_id,
        )
    return Redirect(f"/{frame.language}/wish-list", status_code=303)
