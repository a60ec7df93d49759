"""A call is promised, about an order or not; who has made it says what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from litestar import Request, Response, post
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.orders.desk import calls, notes
from enfilade.orders.desk.calls import WhenToCall
from enfilade.orders.returns import lock
from enfilade.staff.people import Colleague
from enfilade.web.desk.entering import maison_of
from enfilade.web.desk.orders.handlers import shown
from enfilade.web.shared.acting import Member, act
from enfilade.web.shared.forms import Form, form_of


@post("/orders/{order_id:uuid}/calls", include_in_schema=False)
async def about_order(
    request: Request[Any, Any, Any], db: Db, attendant: Member, order_id: UUID
) -> Response[Any]:
    """Somebody calls this order's client back."""
    sent = await form_of(request)
    try:
        return await _promise(request, db, attendant, sent, order_id, to=f"/desk/orders/{order_id}")
    except WhenToCall as refusal:
        return await shown(request, db, attendant, order_id, said=str(refusal), status=400)


@post("/calls", include_in_schema=False)
async def promise(request: Request[Any, Any, Any], db: Db, attendant: Member) -> Response[Any]:
    """Somebody calls back whom no order names."""
    return await _promise(request, db, attendant, await form_of(request), None, to="/desk/")


@post("/calls/{call_id:uuid}/end", include_in_schema=False)
async def end(request: Request[Any, Any, Any], db: Db, attendant: Member, call_id: UUID) -> Redirect:
    """Said once; with an order it is noted there, too."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        ended = await calls.end(
            conn,
            maison_id=attendant.maison_id,
            by=by,
            call_id=call_id,
            outcome=sent.text("outcome", ""),
            now=now,
        )
        if ended.order_id is not None and ended.first:
            await notes.add(
                conn,
                maison_id=attendant.maison_id,
                by=by,
                order_id=ended.order_id,
                way="phone",
                act="call",
                words=calls.OUTCOMES[sent.text("outcome")],
                now=now,
            )

    return await act(request, db, attendant, sent, verb, to="/desk/")


async def _promise(
    request: Request[Any, Any, Any],
    db: Db,
    attendant: Member,
    sent: Form,
    order_id: UUID | None,
    *,
    to: str,
) -> Redirect:
    call_id = uuid5(attendant.staff_id, sent.text("key"))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        maison = await maison_of(conn, attendant)
        try:
            due_at = datetime.fromisoformat(sent.text("due", "")).replace(tzinfo=ZoneInfo(maison.zone))
        except ValueError:
            raise WhenToCall from None
        if order_id is not None:
            await lock(conn, maison_id=attendant.maison_id, order_id=order_id)
        await calls.promise(
            conn,
            maison_id=attendant.maison_id,
            by=by,
            call_id=call_id,
            order_id=order_id,
            whom=sent.text("whom", ""),
            words=sent.text("words", "", most=calls.WORDS_MAX),
            due_at=due_at,
            now=now,
        )

    return await act(request, db, attendant, sent, verb, to=to)
