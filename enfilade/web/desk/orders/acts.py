"""What somebody at the desk does to an order at its client's word: each with its note, under their own name, once."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from litestar import Request, Response, post

from enfilade.base.db import Conn, Db, scalar
from enfilade.base.settings import Settings
from enfilade.channels.prices import PriceRefused, read_price
from enfilade.orders import addresses, cancellation, exchanges, returns
from enfilade.orders.desk import goodwill, letters_again
from enfilade.orders.desk.goodwill import WhyGoodwill
from enfilade.orders.exchange_wishes import Instead
from enfilade.orders.returns import Wish
from enfilade.staff.people import Colleague
from enfilade.web.desk.acting import noted
from enfilade.web.desk.orders.handlers import shown
from enfilade.web.desk.refusals import AT_THE_DESK
from enfilade.web.shared import parts
from enfilade.web.shared.acting import Member, Verb, act
from enfilade.web.shared.addresses import Written, filled
from enfilade.web.shared.forms import Form, form_of

Asked = Request[Any, Any, Any]


@post("/orders/{order_id:uuid}/cancellation", include_in_schema=False)
async def cancel(request: Asked, db: Db, attendant: Member, order_id: UUID) -> Response[Any]:
    """What is chosen of it ends, its money is given back or let go, the client is written to."""
    sent = await form_of(request)
    line_ids = sent.ids("line")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        done = await cancellation.cancel(
            conn,
            maison_id=attendant.maison_id,
            by=by,
            order_id=order_id,
            line_ids=line_ids,
            reason=sent.text("reason", ""),
            keep=parts.kept(((name, values[-1]) for name, values in sent.fields.items()), line_ids),
            now=now,
        )
        if done is not None:
            await noted(conn, by, attendant.maison_id, order_id, sent, "cancellation", now)

    return await _done(request, db, attendant, order_id, sent, verb)


@post("/orders/{order_id:uuid}/address", include_in_schema=False)
async def readdress(request: Asked, db: Db, attendant: Member, order_id: UUID) -> Response[Any]:
    """What has not left goes to the new address; the client is written to."""
    sent = await form_of(request)
    written = filled(await request.form(), "en")
    if written.wrong:
        return await shown(request, db, attendant, order_id, written=written, status=400)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        changed = await addresses.change_for_client(
            conn,
            maison_id=attendant.maison_id,
            by=by,
            order_id=order_id,
            address=written.address,
            now=now,
        )
        if changed:
            await noted(conn, by, attendant.maison_id, order_id, sent, "address", now)

    return await _done(request, db, attendant, order_id, sent, verb, written=written)


@post("/orders/{order_id:uuid}/letters", include_in_schema=False)
async def letters(request: Asked, db: Db, attendant: Member, order_id: UUID) -> Response[Any]:
    """The client gets the letters of the order again, to the order's own address."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await letters_again.ask(conn, maison_id=attendant.maison_id, by=by, order_id=order_id, now=now)
        await noted(conn, by, attendant.maison_id, order_id, sent, "letter", now)

    return await _done(request, db, attendant, order_id, sent, verb)


@post("/orders/{order_id:uuid}/return", include_in_schema=False)
async def take_back(
    request: Asked, db: Db, attendant: Member, settings: Settings, order_id: UUID
) -> Response[Any]:
    """A return is announced for the client, who gets the receipt with its code."""
    sent = await form_of(request)
    wishes = [
        Wish(
            line_id,
            _number(sent.text(f"pieces-{line_id}", "1")),
            sent.text("reason", "") or None,
            _variant(sent, line_id),
        )
        for line_id in dict.fromkeys(sent.ids("line"))
    ]

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await returns.announce(
            conn, maison_id=attendant.maison_id, order_id=order_id, wishes=wishes, key=settings.key, now=now
        )
        await noted(conn, by, attendant.maison_id, order_id, sent, "return", now)

    return await _done(request, db, attendant, order_id, sent, verb)


@post("/orders/{order_id:uuid}/exchange", include_in_schema=False)
async def exchange(request: Asked, db: Db, attendant: Member, order_id: UUID) -> Response[Any]:
    """Another piece in place of what is awaited back, or its money, at the client's word."""
    sent = await form_of(request)
    wanted: list[Instead] = []
    for field in sent.fields:
        if field.startswith("instead-"):
            with suppress(ValueError):
                line_id = UUID(field.removeprefix("instead-"))
                wanted.append(Instead(line_id, _variant(sent, line_id)))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await exchanges.change(conn, maison_id=attendant.maison_id, order_id=order_id, wanted=wanted, now=now)
        await noted(conn, by, attendant.maison_id, order_id, sent, "return", now)

    return await _done(request, db, attendant, order_id, sent, verb)


def _variant(sent: Form, line_id: UUID) -> UUID | None:
    """What is wished in place of the line; None: its money, or nothing that a form of ours sends."""
    with suppress(ValueError):
        return UUID(sent.text(f"instead-{line_id}", ""))
    return None


@post("/orders/{order_id:uuid}/goodwill", include_in_schema=False)
async def give_back(request: Asked, db: Db, attendant: Member, order_id: UUID) -> Response[Any]:
    """A part of what was paid goes back, or waits for a manager."""
    sent = await form_of(request)
    line_ids, written = sent.ids("line"), sent.text("amount", "")

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        if len(line_ids) != 1:
            raise WhyGoodwill
        currency = await scalar(
            conn,
            "select currency from orders.order where maison_id = %(maison_id)s and id = %(order_id)s",
            maison_id=attendant.maison_id,
            order_id=order_id,
        )
        if currency is None:
            raise returns.NoSuchOrder
        try:
            amount = read_price(written, currency)
        except PriceRefused:
            raise WhyGoodwill from None
        await goodwill.ask(
            conn,
            maison_id=attendant.maison_id,
            by=by,
            goodwill_id=uuid5(attendant.staff_id, sent.text("key")),
            order_id=order_id,
            line_id=line_ids[0],
            amount_minor=amount.minor,
            reason=sent.text("reason", ""),
            now=now,
        )
        await noted(conn, by, attendant.maison_id, order_id, sent, "goodwill", now)

    return await _done(request, db, attendant, order_id, sent, verb)


@post("/orders/{order_id:uuid}/goodwill/{goodwill_id:uuid}/approval", include_in_schema=False)
async def approve(
    request: Asked, db: Db, attendant: Member, order_id: UUID, goodwill_id: UUID
) -> Response[Any]:
    """A manager lets it be given."""
    return await _decided(request, db, attendant, order_id, goodwill_id, goodwill.approve)


@post("/orders/{order_id:uuid}/goodwill/{goodwill_id:uuid}/refusal", include_in_schema=False)
async def decline(
    request: Asked, db: Db, attendant: Member, order_id: UUID, goodwill_id: UUID
) -> Response[Any]:
    """A manager does not."""
    return await _decided(request, db, attendant, order_id, goodwill_id, goodwill.decline)


@post("/orders/{order_id:uuid}/notes", include_in_schema=False)
async def note(request: Asked, db: Db, attendant: Member, order_id: UUID) -> Response[Any]:
    """What was said, and nothing done."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await returns.lock(conn, maison_id=attendant.maison_id, order_id=order_id)
        await noted(conn, by, attendant.maison_id, order_id, sent, "note", now)

    return await _done(request, db, attendant, order_id, sent, verb)


async def _decided(
    request: Asked, db: Db, attendant: Member, order_id: UUID, goodwill_id: UUID, decide: Any
) -> Response[Any]:
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        of = await decide(conn, maison_id=attendant.maison_id, by=by, goodwill_id=goodwill_id, now=now)
        if of != order_id:
            raise goodwill.NoSuchGoodwill

    return await _done(request, db, attendant, order_id, sent, verb)


async def _done(
    request: Asked,
    db: Db,
    attendant: Member,
    order_id: UUID,
    sent: Form,
    verb: Verb,
    *,
    written: Written | None = None,
) -> Response[Any]:
    try:
        return await act(request, db, attendant, sent, verb, to=f"/desk/orders/{order_id}")
    except AT_THE_DESK as refusal:
        words = str(refusal) or type(refusal).__name__
        return await shown(request, db, attendant, order_id, said=words, written=written, status=409)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
