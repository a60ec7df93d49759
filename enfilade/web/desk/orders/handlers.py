"""One order at the desk: its client, its pieces and work, its money, what was said, what happened, what its client reads."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.orders import (
    addresses,
    cancellation,
    exchange_wishes,
    exchanges,
    history,
    invoices,
    return_reading,
    returns,
)
from enfilade.orders.desk import calls, finding, goodwill, notes
from enfilade.web.desk.acting import spend_look_up
from enfilade.web.desk.entering import maison_of
from enfilade.web.desk.showing import screen
from enfilade.web.shared import order_reading as reading
from enfilade.web.shared.acting import Member
from enfilade.web.shared.addresses import Written
from enfilade.web.shared.invoices import document
from enfilade.web.shared.order_words import REFUNDS, moment, paid

#: How a goodwill stands, by its state and that of its refund.
STANDS = {
    "asked": "waits for a manager",
    "declined": "declined",
    "given": "given",
}


@get("/orders/{order_id:uuid}", include_in_schema=False)
async def order(request: Request[Any, Any, Any], db: Db, attendant: Member, order_id: UUID) -> Response[str]:
    """404 for another maison's, as for one that never was. Who has opened it is written down."""
    await spend_look_up(db, attendant)
    return await shown(request, db, attendant, order_id, opened=True)


@get("/orders/{order_id:uuid}/invoices/{invoice_id:uuid}", include_in_schema=False)
async def invoice(db: Db, attendant: Member, order_id: UUID, invoice_id: UUID) -> Response[bytes]:
    """One document as a PDF, in the language of the client; 404 for another order's."""
    maison_id = attendant.maison_id
    async with db.acting(attendant.actor, maison_id, snapshot=True) as conn:
        found = await reading.order(conn, maison_id=maison_id, order_id=order_id)
        issued = await invoices.to_show(conn, maison_id=maison_id, order_id=order_id, invoice_id=invoice_id)
    if found is None or issued is None:
        raise NotFoundException
    await _looked(db, attendant, order_id, datetime.now(UTC))
    return await document.answer(*issued, i18n.known(found.language) or "en")


async def shown(
    request: Request[Any, Any, Any],
    db: Db,
    attendant: Member,
    order_id: UUID,
    *,
    said: str = "",
    written: Written | None = None,
    status: int = 200,
    opened: bool = False,
) -> Response[str]:
    """The screen; `said` on top of it where something was refused, `written` an address that was."""
    maison_id, now = attendant.maison_id, datetime.now(UTC)
    async with db.acting(attendant.actor, maison_id, snapshot=True) as conn:
        found = await reading.order(conn, maison_id=maison_id, order_id=order_id)
        if found is None:
            raise NotFoundException
        maison = await maison_of(conn, attendant)
        lines = await reading.lines(conn, maison_id=maison_id, order_id=order_id)
        works = await reading.works(conn, maison_id=maison_id, order_id=order_id)
        payment = (
            await reading.payment(conn, maison_id=maison_id, payment_id=found.payment_id)
            if found.payment_id
            else None
        )
        pieces = await returns.pieces_of(conn, maison_id=maison_id, order_id=order_id, now=now)
        returned = await return_reading.of_order(conn, maison_id=maison_id, order_id=order_id)
        returnable = [piece for piece in pieces if piece.left and not piece.late(now)]
        back = (
            await return_reading.lines_of_order(conn, maison_id=maison_id, order_id=order_id)
            if returned
            else []
        )
        wished = await exchanges.wished(conn, maison_id=maison_id, order_id=order_id) if returned else []
        others = (
            await exchange_wishes.offered(conn, maison_id=maison_id, order_id=order_id, now=now)
            if returnable
            else []
        )
        issued = await invoices.of_order(conn, maison_id=maison_id, order_id=order_id)
        given = await goodwill.of_order(conn, maison_id=maison_id, order_id=order_id)
        noted = await notes.of_order(conn, maison_id=maison_id, order_id=order_id)
        called = await calls.of_order(conn, maison_id=maison_id, order_id=order_id)
        events = await history.events(conn, maison_id=maison_id, order_id=order_id)
    if opened:
        await _looked(db, attendant, order_id, now)
    zone = works[-1].zone if works else ""
    language = i18n.known(found.language) or "en"
    return screen(
        request,
        "desk/orders/order.html",
        status=status,
        member=attendant,
        maison=maison,
        tab="order",
        order=found,
        said=said,
        written=written or Written(dict.fromkeys(addresses.FIELDS, "") | (found.address or {}), {}),
        readdressing=written is not None,
        readdressable=found.method == "ship"
        and not found.erased_at
        and any(line.state in cancellation.OPEN for line in lines),
        some_left=any(line.state in cancellation.LEFT for line in lines),
        cancellable=[line for line in lines if line.state in cancellation.OPEN],
        cancel_reasons=cancellation.REASONS,
        returnable=returnable,
        wished=wished,
        back=back,
        ended=history.ENDED | {"kept": "the client keeps it", "lapsed": "it was not seen for a month"},
        others=others,
        giveable=[piece for piece in pieces if piece.left and piece.final] if payment else [],
        goodwill_reasons=goodwill.REASONS,
        stands=STANDS,
        given=given,
        lines=lines,
        works=works,
        payment=payment,
        returned=returned,
        invoices=issued,
        refunds=REFUNDS,
        paid=paid(payment, zone),
        notes=noted,
        acts=notes.ACTS,
        calls=called,
        outcomes=calls.OUTCOMES,
        history=history.history(events, history.MAISON, moment, zone=zone),
        client_reads=history.history(events, history.CLIENT, moment, zone=zone, language=language),
        language=language,
        zone=zone,
    )


async def _looked(db: Db, attendant: Member, order_id: UUID, now: datetime) -> None:
    async def verb(conn: Conn) -> None:
        by = await attendant.by(conn)
        await finding.looked(conn, maison_id=attendant.maison_id, by=by, order_id=order_id, now=now)

    await db.run(attendant.actor, attendant.maison_id, verb)
