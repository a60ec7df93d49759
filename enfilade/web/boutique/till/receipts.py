"""What is given back at the till, what a terminal has not answered, and the receipt: a page to print, a PDF."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.base.settings import Settings
from enfilade.orders import invoices
from enfilade.orders.till import fiscal, paying, reading, receipts
from enfilade.payments.terminal import Terminal
from enfilade.staff.people import Colleague
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen
from enfilade.web.boutique.till.handlers import home
from enfilade.web.boutique.till.selling import ask
from enfilade.web.shared.acting import Member, act
from enfilade.web.shared.forms import form_of
from enfilade.web.shared.invoices import document

Asked = Request[Any, Any, Any]


@post("/till/refunds/{return_id:uuid}", include_in_schema=False)
async def give_back(
    request: Asked, db: Db, settings: Settings, terminal: Terminal, member: Member, return_id: UUID
) -> Response[Any]:
    """What a return is worth goes back to where it was paid from."""
    sent = await form_of(request)
    at = sent.id("at")
    asked: list[UUID] = []

    async def verb(conn: Conn, by: Colleague, now: Any) -> None:
        asked.extend(
            await paying.give_back(
                conn, maison_id=member.maison_id, by=by, location_id=at, return_id=return_id, now=now
            )
        )

    try:
        answer = await act(request, db, member, sent, verb, to=f"/boutique/till?at={at}")
    except AT_WORK as refusal:
        return await home(request, db, member, at=str(at), words=str(refusal), status=409)
    for tender_id in asked:
        await ask(db, settings, terminal, member, tender_id)
    return answer


@post("/till/tenders/{tender_id:uuid}/asking", include_in_schema=False)
async def ask_again(
    request: Asked, db: Db, settings: Settings, terminal: Terminal, member: Member, tender_id: UUID
) -> Response[Any]:
    """The terminal once more, with the same key: it charges once."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: Any) -> None:
        await paying.may_ask(conn, maison_id=member.maison_id, by=by, tender_id=tender_id, now=now)

    to = await _where(db, member, tender_id)
    try:
        answer = await act(request, db, member, sent, verb, to=to)
    except AT_WORK:
        return Redirect(to, status_code=303)
    await ask(db, settings, terminal, member, tender_id)
    return answer


@post("/till/tenders/{tender_id:uuid}/word", include_in_schema=False)
async def say_by_hand(request: Asked, db: Db, member: Member, tender_id: UUID) -> Response[Any]:
    """A manager says what the terminal's paper says."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: Any) -> None:
        await paying.say_by_hand(
            conn,
            maison_id=member.maison_id,
            by=by,
            tender_id=tender_id,
            done=sent.text("said") == "yes",
            slip=sent.text("slip", ""),
            now=now,
        )

    to = await _where(db, member, tender_id)
    try:
        return await act(request, db, member, sent, verb, to=to)
    except AT_WORK:
        return Redirect(to, status_code=303)


async def _where(db: Db, member: Member, tender_id: UUID) -> str:
    async with db.acting(member.actor, member.maison_id) as conn:
        sale_id = await reading.sale_of_tender(conn, maison_id=member.maison_id, tender_id=tender_id)
    return f"/boutique/till/sales/{sale_id}" if sale_id else "/boutique/till"


async def _receipt(
    db: Db, member: Member, sale_id: UUID
) -> tuple[reading.Head, invoices.Invoice, invoices.Sale, list[receipts.Paid], fiscal.Record | None]:
    """Raises NoSuchSale, NotFoundException while nothing is settled."""
    maison_id = member.maison_id
    async with db.acting(member.actor, maison_id, snapshot=True) as conn:
        head, _pieces, _tendered = await reading.sale(
            conn, maison_id=maison_id, by=await member.by(conn), sale_id=sale_id
        )
        if head.order_id is None or head.invoice_id is None:
            raise NotFoundException
        shown = await invoices.to_show(
            conn, maison_id=maison_id, order_id=head.order_id, invoice_id=head.invoice_id
        )
        assert shown is not None
        paid = await receipts.tenders_of(conn, maison_id=maison_id, order_id=head.order_id)
        record = await fiscal.of_sale(conn, maison_id=maison_id, sale_id=sale_id)
    return head, *shown, paid, record


@get("/till/sales/{sale_id:uuid}/receipt", include_in_schema=False)
async def receipt(request: Asked, db: Db, member: Member, sale_id: UUID, language: str = "") -> Response[str]:
    """To print on the counter's printer."""
    head, invoice, around, paid, record = await _receipt(db, member, sale_id)
    known = i18n.known(language) or i18n.known(head.languages[0] if head.languages else "") or "en"
    return screen(
        request,
        "boutique/till/receipt.html",
        member=member,
        tab="till",
        it=head,
        receipt=document.told(invoice, around, known, paid, record),
        language=known,
        languages=[(code, i18n.NAMES[code]) for code in i18n.LANGUAGES],
    )


@get("/till/sales/{sale_id:uuid}/receipt.pdf", include_in_schema=False)
async def receipt_pdf(db: Db, member: Member, sale_id: UUID, language: str = "") -> Response[bytes]:
    """The same as its invoice says it, with what paid it."""
    head, invoice, around, paid, record = await _receipt(db, member, sale_id)
    known = i18n.known(language) or i18n.known(head.languages[0] if head.languages else "") or "en"
    return await document.answer(invoice, around, known, paid, record)
