"""An order as its client follows it, by the secret link of the mail."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base.db import Db
from enfilade.base.money import Money
from enfilade.base.settings import Settings
from enfilade.orders import delivery_words, history, invoices, pickup, return_reading, returns
from enfilade.web.storefront.orders import link, reading
from enfilade.web.storefront.orders.progress import due, parts, returned
from enfilade.web.storefront.orders.returning import returnable
from enfilade.web.storefront.times import calendar_day, day_and_hour


@get("/{language:str}/orders/{secret:str}", include_in_schema=False)
async def order(
    request: Request[Any, Any, Any], db: Db, settings: Settings, language: str, secret: str
) -> Response[str]:
    """Steps, code, place, who may collect."""
    return await _page(request, db, settings, language, secret, "storefront/orders/order.html", whole=True)


@get("/{language:str}/orders/{secret:str}/progress", include_in_schema=False)
async def order_progress(
    request: Request[Any, Any, Any], db: Db, settings: Settings, language: str, secret: str
) -> Response[str]:
    """Only how it stands, for a page that is open already."""
    return await _page(
        request, db, settings, language, secret, "storefront/orders/progress.html", whole=False
    )


@post("/{language:str}/orders/{secret:str}/on-my-way", include_in_schema=False)
async def on_my_way(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> Redirect:
    """Tells the boutique that the client is coming."""
    frame, found = await link.opened(request, db, language, secret)
    async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
        await pickup.ask_on_my_way(conn, maison_id=found.maison_id, order_id=found.order_id)
    return Redirect(f"/{frame.language}/orders/{secret}?told=yes", status_code=303)


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    settings: Settings,
    language: str,
    secret: str,
    template: str,
    *,
    whole: bool,
) -> Response[str]:
    frame, found = await link.opened(request, db, language, secret)
    of, now = {"maison_id": found.maison_id, "order_id": found.order_id}, datetime.now(UTC)
    async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
        order = await reading.order(conn, **of)
        lines = await reading.lines(conn, **of)
        pieces, back, back_lines, issued = [], [], [], []
        happened = await history.events(conn, **of) if whole else []
        # Returns stand below the progress, and only of what has left.
        if whole and any(line.state in ("handed_over", "dispatched") for line in lines):
            pieces = await returns.pieces_of(conn, **of, now=now)
            back = await return_reading.of_order(conn, **of)
            back_lines = await return_reading.lines_of_order(conn, **of) if back else []
            issued = await invoices.of_order(conn, **of)
    assert order is not None, "the door opened an order that is not there"
    choice = returnable(pieces, now)
    wished = any(line.wished for line in lines)
    response = link.page(
        request,
        frame,
        template,
        order,
        parts=parts(order, lines, key=settings.key, language=frame.language),
        returned=returned(order, back, back_lines, key=settings.key, language=frame.language),
        withdrawing=order.withdrawable and (bool(choice) or any(line.may_be_cancelled for line in lines)),
        withdrawn=request.query_params.get("withdrawn") == "yes",
        returning=calendar_day(min(piece.until.day for piece in choice), frame.language) if choice else "",
        invoices=issued,
        certificates=[(line.name, one) for line in lines for one in line.certificates],
        history=history.history(
            happened,
            history.CLIENT,
            lambda at, zone: day_and_hour(at, zone, frame.language),
            zone=next((line.zone for line in lines if line.zone), ""),
            language=frame.language,
        ),
        readdressable=order.may_be_readdressed(lines),
        some_left=any(line.state == "dispatched" for line in lines),
        readdressed=request.query_params.get("address") == "changed",
        cancellable=any(line.may_be_cancelled for line in lines),
        wished=wished,
        total=due(order, lines),
        delivery=delivery_words.named(order.delivery, frame.language) if order.delivery else "",
        duty=Money(order.duty_minor, order.currency),
        delivery_price=Money(order.delivery_minor, order.currency),
        promised=calendar_day(order.promised_on, frame.language)
        if order.promised_on and order.state == "placed"
        else "",
        secret=secret,
        told=request.query_params.get("told") == "yes",
    )
    if not whole and not wished and request.query_params.get("wished") == "yes":
        # What was wished is decided: all of the page says so.
        response.headers["hx-refresh"] = "true"
    return response
