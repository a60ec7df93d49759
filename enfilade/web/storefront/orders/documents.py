"""The invoices and credit notes of an order, by the secret link of the mail."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from enfilade.base.db import Db
from enfilade.orders import invoices
from enfilade.web.shared.invoices import document
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
