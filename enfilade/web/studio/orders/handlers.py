"""The maison's orders in a table, and one with its pieces, its work, its money and its history."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException, ValidationException
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.orders import addresses, cancellation, history, invoices, return_reading
from enfilade.orders.addresses import NothingToSend, OtherCountry
from enfilade.orders.cancellation import HasLeft, NothingToCancel, OnItsWay, WhyCancel
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.orders.returns import NoSuchOrder
from enfilade.staff import people
from enfilade.web.shared import order_reading as reading
from enfilade.web.shared import parts
from enfilade.web.shared.addresses import Written, filled
from enfilade.web.shared.invoices import document
from enfilade.web.shared.order_words import REFUNDS, paid
from enfilade.web.shared.pagination import After, Limit, cursor, key_of
from enfilade.web.studio.entering import Manager, maison_of
from enfilade.web.studio.showing import moment, screen

LINES_MAX = 200


@get("/orders", include_in_schema=False)
async def orders(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    after: After = "",
    limit: Limit = 50,
) -> Response[str]:
    """Newest first; `state` filters, and what is no state filters nothing."""
    # `state` as a parameter's name is the framework's own.
    asked = request.query_params.get("state", "")
    state = asked if asked in reading.STATES else ""
    key = key_of(after, reading.Key, reading.FIRST)
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await reading.listed(
            conn, maison_id=manager.maison_id, state=state, after=key, most=limit + 1
        )
    more = len(found) > limit
    found = found[:limit]
    return screen(
        request,
        "studio/orders/list.html",
        member=manager,
        maison=maison,
        tab="orders",
        orders=found,
        state=state,
        states=reading.STATES,
        begun=bool(after),
        next=cursor((found[-1].placed_at, found[-1].id)) if more else "",
        limit=limit,
    )


@get("/orders/{order_id:uuid}", include_in_schema=False)
async def order(request: Request[Any, Any, Any], db: Db, manager: Manager, order_id: UUID) -> Response[str]:
    """404 for another maison's, as for one that never was."""
    return await _order(request, db, manager, order_id)


@post("/orders/{order_id:uuid}/cancellation", include_in_schema=False)
async def cancel(request: Request[Any, Any, Any], db: Db, manager: Manager, order_id: UUID) -> Response[Any]:
    """What is chosen of it ends, its money is given back or let go, the client is written to. Pressed twice, once."""
    sent = await request.form()
    try:
        line_ids = [UUID(str(value)) for value in sent.getall("line", [])[:LINES_MAX]]
    except ValueError:
        raise ValidationException("line: not a piece") from None
    reason = str(sent.get("reason", ""))

    async def verb(conn: Conn) -> None:
        await cancellation.cancel(
            conn,
            maison_id=manager.maison_id,
            by=await people.colleague(conn, maison_id=manager.maison_id, staff_id=manager.staff_id),
            order_id=order_id,
            line_ids=line_ids,
            reason=reason,
            keep=parts.kept(sent.items(), line_ids),
            now=datetime.now(UTC),
        )

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except (NoSuchOrder, NotYourBoutique):
        raise NotFoundException from None
    except (NothingToCancel, HasLeft, WhyCancel, OnItsWay) as refusal:
        status = 409 if isinstance(refusal, HasLeft | OnItsWay) else 400
        return await _order(request, db, manager, order_id, words=str(refusal), status=status)
    return Redirect(f"/studio/orders/{order_id}", status_code=303)


@post("/orders/{order_id:uuid}/address", include_in_schema=False)
async def readdress(
    request: Request[Any, Any, Any], db: Db, manager: Manager, order_id: UUID
) -> Response[Any]:
    """What has not left goes to the new address; the client is written to. Pressed twice, once."""
    written = filled(await request.form(), "en")
    if written.wrong:
        return await _order(request, db, manager, order_id, written=written, status=400)

    async def verb(conn: Conn) -> None:
        await addresses.change_for_client(
            conn,
            maison_id=manager.maison_id,
            by=await people.colleague(conn, maison_id=manager.maison_id, staff_id=manager.staff_id),
            order_id=order_id,
            address=written.address,
            now=datetime.now(UTC),
        )

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except (NoSuchOrder, NotYourBoutique):
        raise NotFoundException from None
    except (NothingToSend, OtherCountry) as refusal:
        return await _order(request, db, manager, order_id, written=written, words=str(refusal), status=409)
    return Redirect(f"/studio/orders/{order_id}", status_code=303)


async def _order(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    order_id: UUID,
    *,
    words: str = "",
    written: Written | None = None,
    status: int = 200,
) -> Response[str]:
    maison_id = manager.maison_id
    async with db.acting(manager.actor, maison_id, snapshot=True) as conn:
        found = await reading.order(conn, maison_id=maison_id, order_id=order_id)
        if found is None:
            raise NotFoundException
        maison = await maison_of(conn, manager)
        lines = await reading.lines(conn, maison_id=maison_id, order_id=order_id)
        works = await reading.works(conn, maison_id=maison_id, order_id=order_id)
        payment = (
            await reading.payment(conn, maison_id=maison_id, payment_id=found.payment_id)
            if found.payment_id
            else None
        )
        returned = await return_reading.of_order(conn, maison_id=maison_id, order_id=order_id)
        issued = await invoices.of_order(conn, maison_id=maison_id, order_id=order_id)
        events = await history.events(conn, maison_id=maison_id, order_id=order_id)
    zone = works[-1].zone if works else ""
    return screen(
        request,
        "studio/orders/order.html",
        status=status,
        member=manager,
        maison=maison,
        tab="orders",
        order=found,
        words_on_top=words,
        written=written or Written(dict.fromkeys(addresses.FIELDS, "") | (found.address or {}), {}),
        # Which form is open, as it was written.
        readdressing=written is not None,
        readdressable=found.method == "ship"
        and not found.erased_at
        and any(line.state in cancellation.OPEN for line in lines),
        some_left=any(line.state in cancellation.LEFT for line in lines),
        cancellable=[line for line in lines if line.state in cancellation.OPEN],
        reasons=cancellation.REASONS,
        lines=lines,
        works=works,
        payment=payment,
        returned=returned,
        invoices=issued,
        refunds=REFUNDS,
        paid=paid(payment, zone),
        history=history.history(events, history.MAISON, moment, zone=zone),
        zone=zone,
    )


@get("/orders/{order_id:uuid}/invoices/{invoice_id:uuid}", include_in_schema=False)
async def invoice(db: Db, manager: Manager, order_id: UUID, invoice_id: UUID) -> Response[bytes]:
    """One document as a PDF, in the language of the client; 404 for another order's."""
    maison_id = manager.maison_id
    async with db.acting(manager.actor, maison_id, snapshot=True) as conn:
        found = await reading.order(conn, maison_id=maison_id, order_id=order_id)
        issued = await invoices.to_show(conn, maison_id=maison_id, order_id=order_id, invoice_id=invoice_id)
    if found is None or issued is None:
        raise NotFoundException
    return await document.answer(*issued, i18n.known(found.language) or "en")
