"""A client names another address for what has not left, by the secret link of the mail."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base.db import Db
from enfilade.orders import addresses
from enfilade.orders.addresses import NothingToSend, OtherCountry
from enfilade.orders.cancellation import LEFT
from enfilade.web.shared.addresses import Written, filled
from enfilade.web.storefront.orders import link, reading


@get("/{language:str}/orders/{secret:str}/address", include_in_schema=False)
async def form(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Response[str]:
    """The address as it is, to be written over; its country stays."""
    return await _form(request, db, language, secret)


@post("/{language:str}/orders/{secret:str}/address", include_in_schema=False)
async def change(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Response[Any]:
    """The new address holds at once; a letter confirms it. A form with something wrong comes back as it was written."""
    frame, found = await link.opened(request, db, language, secret)
    written = filled(await request.form(), frame.language)
    if written.wrong:
        return await _form(request, db, language, secret, written=written, status=400)
    try:
        async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
            await addresses.change(
                conn,
                maison_id=found.maison_id,
                order_id=found.order_id,
                address=written.address,
                now=datetime.now(UTC),
            )
    except (NothingToSend, OtherCountry) as refusal:
        abroad = isinstance(refusal, OtherCountry)
        return await _form(request, db, language, secret, written=written, status=409, abroad=abroad)
    return Redirect(f"/{frame.language}/orders/{secret}?address=changed", status_code=303)


async def _form(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    secret: str,
    *,
    written: Written | None = None,
    status: int = 200,
    abroad: bool = False,
) -> Response[str]:
    frame, found = await link.opened(request, db, language, secret)
    async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
        order = await reading.order(conn, maison_id=found.maison_id, order_id=found.order_id)
        lines = await reading.lines(conn, maison_id=found.maison_id, order_id=found.order_id)
    assert order is not None, "the door opened an order that is not there"
    return link.page(
        request,
        frame,
        "storefront/orders/address.html",
        order,
        status=status,
        written=written or Written(dict.fromkeys(addresses.FIELDS, "") | (order.address or {}), {}),
        country=(order.address or {}).get("country", ""),
        abroad=abroad,
        changeable=order.may_be_readdressed(lines),
        some_left=any(line.state in LEFT for line in lines),
        secret=secret,
    )
