"""The invoices and credit notes of an order, and the label of what is sent back, by the secret link of the mail."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from enfilade.base.db import Db
from enfilade.carriers import labels
from enfilade.orders import invoices, return_reading
from enfilade.web.shared.invoices import document
from enfilade.web.shared.labels import printed_label
from enfilade.web.storefront.orders import link, reading


@get("/{language:str}/orders/{secret:str}/invoices/{invoice_id:uuid}", include_in_schema=False)
async def invoice(
    request: Request[Any, Any, Any], db: Db, language: str, secret: str, invoice_id: UUID
) -> Response[bytes]:
    """One of them as a PDF, in the language of the address; 404 for another order's."""
    frame, found = await link.opened(request, db, language, secret)
    async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
        issued = await invoices.to_show(
            conn, maison_id=found.maison_id, order_id=found.order_id, invoice_id=invoice_id
        )
    if issued is None:
        raise NotFoundException
    return await document.answer(*issued, frame.language)


@get("/{language:str}/orders/{secret:str}/return/label.pdf", include_in_schema=False)
async def return_label(
    request: Request[Any, Any, Any], db: Db, language: str, secret: str
) -> Response[bytes]:
    """The label of what is announced to come back; 404 where none is made."""
    _frame, found = await link.opened(request, db, language, secret)
    async with db.acting(reading.actor(found), found.maison_id, found.region) as conn:
        back = await return_reading.of_order(conn, maison_id=found.maison_id, order_id=found.order_id)
        announced = next((one for one in back if one.state == "announced"), None)
        if announced is None:
            raise NotFoundException
        try:
            number, pdf = await labels.printed(
                conn, maison_id=found.maison_id, purpose="back", cause_id=announced.id
            )
        except labels.NoSuchLabel:
            raise NotFoundException from None
    return printed_label(number, pdf)
