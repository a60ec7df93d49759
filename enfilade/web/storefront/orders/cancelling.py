"""A client cancels what has not left, by the secret link of the mail: all of it, or pieces."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import ValidationException
from litestar.response import Redirect

from enfilade.base.db import Db
from enfilade.orders import cancellation
from enfilade.orders.cancellation import HasLeft, NothingToCancel
from enfilade.orders.fulfilment import EngravingBegun, MakingBegun
from enfilade.web.shared import parts
from enfilade.web.storefront.orders import link, reading

PIECES_MAX = 100


@get("/{language:str}/orders/{secret:str}/cancellation", include_in_schema=False)
async def form(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Response[str]:
    """Which pieces; all of them unless one says otherwise."""
    return await _form(request, db, language, secret)


@post("/{language:str}/orders/{secret:str}/cancellation", include_in_schema=False)
async def cancel(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Response[Any]:
    """Takes the wish; the order's page shows in a moment what became of it, and a letter says it too."""
    frame, found = await link.opened(request, db, language, secret)
    sent = await request.form()
    try:
        line_ids = [UUID(str(value)) for value in sent.getall("line", [])[:PIECES_MAX]]
    except ValueError:
        raise ValidationException("line: not a piece") from None
    try:
        async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
            await cancellation.ask(
                conn,
                maison_id=found.maison_id,
                order_id=found.order_id,
                line_ids=line_ids,
                keep=parts.kept(sent.items(), line_ids),
                now=datetime.now(UTC),
            )
    except (NothingToCancel, HasLeft, EngravingBegun, MakingBegun) as refusal:
        return await _form(request, db, language, secret, refusal=refusal)
    return Redirect(f"/{frame.language}/orders/{secret}", status_code=303)


async def _form(
    request: Request[Any, Any, Any], db: Db, language: str, secret: str, *, refusal: Exception | None = None
) -> Response[str]:
    frame, found = await link.opened(request, db, language, secret)
    async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
        order = await reading.order(conn, maison_id=found.maison_id, order_id=found.order_id)
        lines = await reading.lines(conn, maison_id=found.maison_id, order_id=found.order_id)
    assert order is not None, "the door opened an order that is not there"
    return link.page(
        request,
        frame,
        "storefront/orders/cancellation.html",
        order,
        status=409 if refusal else 200,
        pieces=[line for line in lines if line.may_be_cancelled],
        left=any(line.state in cancellation.LEFT for line in lines),
        nothing=isinstance(refusal, NothingToCancel),
        gone=isinstance(refusal, HasLeft),
        begun=isinstance(refusal, EngravingBegun) or any(line.engraving_begun for line in lines),
        making=any(line.to_specification and line.making_begun for line in lines),
        secret=secret,
    )
