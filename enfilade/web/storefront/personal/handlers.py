"""The few personal things that a shared page shows, fetched beside it: how much is in the basket, what is wished for."""

from typing import Any

from litestar import Request, get

from enfilade.base.db import Db
from enfilade.clients import wishes
from enfilade.orders import baskets
from enfilade.web.storefront.asked import asked
from enfilade.web.storefront.personal.own import own


@get("/{language:str}/personal", include_in_schema=False)
async def personal(request: Request[Any, Any, Any], db: Db, language: str) -> dict[str, Any]:
    """Of somebody never seen before, nothing is asked."""
    frame = await asked(request, db, language)
    me = await own(request, db, frame)
    maison_id, store_id = frame.front.maison_id, frame.front.id
    pieces, wished = 0, []
    if not me.visitor.new:
        async with db.acting(me.visitor.actor, maison_id) as conn:
            pieces = await baskets.count(
                conn, maison_id=maison_id, store_id=store_id, visitor_id=me.visitor.id
            )
            if me.client is None:
                wished = await wishes.wished(conn, maison_id=maison_id, store_id=store_id, holder=me.actor)
    if me.client is not None:
        async with db.acting(me.actor, maison_id, me.region) as conn:
            wished = await wishes.wished(conn, maison_id=maison_id, store_id=store_id, holder=me.actor)
    return {"pieces": pieces, "wished": wished, "signed_in": me.client is not None}
