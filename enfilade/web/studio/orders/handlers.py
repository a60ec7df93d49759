"""The maison's orders in a table, and one with its pieces, its work, its money and its history."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.orders import invoices, return_reading
from enfilade.web.shared.invoices import document
from enfilade.web.shared.pagination import After, Limit, cursor, key_of
from enfilade.web.studio.entering import Manager, maison_of
from enfilade.web.studio.orders import reading
from enfilade.web.studio.orders.history import history
from enfilade.web.studio.showing import moment, money, screen

#: How the refund of a return stands, by the state of its operation.
REFUNDS = {
    "": "none asked",
    "asked": "asked, not answered yet",
    "done": "done",
    "refused": "refused by the provider",
}


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
        subjects = [order_id, *(line.id for line in lines), *(work.id for work in works)]
        subjects += [payment.id] if payment else []
        returned = await return_reading.of_order(conn, maison_id=maison_id, order_id=order_id)
        issued = await invoices.of_order(conn, maison_id=maison_id, order_id=order_id)
        subjects += [one.id for one in returned]
        events = await reading.events(conn, maison_id=maison_id, subject_ids=subjects)
    pieces = {line.id: f"{line.name}{', ' + line.size if line.size else ''}" for line in lines}
    zone = works[-1].zone if works else ""
    return screen(
        request,
        "studio/orders/order.html",
        member=manager,
        maison=maison,
        tab="orders",
        order=found,
        lines=lines,
        works=works,
        payment=payment,
        returned=returned,
        invoices=issued,
        refunds=REFUNDS,
        paid=_paid(payment, zone),
        history=history(events, pieces, zone),
        zone=zone,
    )


@get("/orders/{order_id:uuid}/invoices/{invoice_id:uuid}", include_in_schema=False)
async def invoice(db: Db, manager: Manager, order_id: UUID, invoice_id: UUID) -> Response[bytes]:
    """One document as a PDF, in the language of the client; 404 for another order's."""
    maison_id = manager.maison_id
    async with db.acting(manager.actor, maison_id, snapshot=True) as conn:
        found = await reading.order(conn, maison_id=maison_id, order_id=order_id)
        known = {one.id: one for one in await invoices.of_order(conn, maison_id=maison_id, order_id=order_id)}
        if found is None or invoice_id not in known:
            raise NotFoundException
        sale = await invoices.sale_of(conn, maison_id=maison_id, order_id=order_id)
    return await document.answer(known[invoice_id], sale, i18n.known(found.language) or "en")


def _paid(payment: reading.Payment | None, zone: str) -> str:
    """How the order's money stands, in a sentence."""
    if payment is None:
        return "Nothing is paid online: the client decides and pays in the boutique."
    amount = money(payment.amount_minor, payment.currency)
    if payment.state == "refused":
        return f"The provider refused {amount}."
    if payment.state in ("asked", "second_step"):
        return f"{amount} is asked for; the provider has not answered yet."
    if payment.state == "voided":
        return f"{amount} was authorised and let go; nothing was taken."
    said = f"{amount} is authorised"
    if payment.authorised_until and payment.separate_capture:
        said += f" until {moment(payment.authorised_until, zone)}"
    taken = money(payment.captured_minor, payment.currency)
    said += f"; {taken} is taken" if payment.captured_minor else "; nothing is taken yet"
    if payment.refunded_minor:
        said += f", {money(payment.refunded_minor, payment.currency)} given back"
    return said + "."
