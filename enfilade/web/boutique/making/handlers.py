"""What is to be made in the colleague's workshops, the earliest day first: begun, finished, later, or not to be done."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from enfilade.base.db import Conn, Db
from enfilade.orders import making
from enfilade.orders.making import NoSuchDay
from enfilade.staff.people import Colleague
from enfilade.stock.serials import SerialRefused
from enfilade.web.boutique.acting import serials_in
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member, Verb, act
from enfilade.web.shared.forms import Form, form_of

Asked = Request[Any, Any, Any]


@get("/making", include_in_schema=False)
async def page(request: Asked, db: Db, member: Member) -> Response[str]:
    """The list for the bench."""
    return await _screen(request, db, member)


@post("/making/{line_id:uuid}/beginning", include_in_schema=False)
async def begin(request: Asked, db: Db, member: Member, line_id: UUID) -> Response[Any]:
    """Its making begins."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await making.begin(conn, maison_id=member.maison_id, by=by, line_id=line_id, now=now)

    return await _act(request, db, member, await form_of(request), verb)


@post("/making/{line_id:uuid}/end", include_in_schema=False)
async def finish(request: Asked, db: Db, member: Member, line_id: UUID) -> Response[Any]:
    """It is finished, with its serials where it has them."""
    sent = await form_of(request)
    serials = list(serials_in(sent.text("serials", "")))

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await making.finish(
            conn, maison_id=member.maison_id, by=by, line_id=line_id, serials=serials, now=now
        )

    return await _act(request, db, member, sent, verb)


@post("/making/{line_id:uuid}/day", include_in_schema=False)
async def delay(request: Asked, db: Db, member: Member, line_id: UUID) -> Response[Any]:
    """Another day; the client is written to."""
    sent = await form_of(request)

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        try:
            day = date.fromisoformat(sent.text("day", ""))
        except ValueError:
            raise NoSuchDay("Choose a day") from None
        await making.delay(conn, maison_id=member.maison_id, by=by, line_id=line_id, make_by=day, now=now)

    return await _act(request, db, member, sent, verb)


@post("/making/{line_id:uuid}/refusal", include_in_schema=False)
async def decline(request: Asked, db: Db, member: Member, line_id: UUID) -> Response[Any]:
    """It cannot be made; the client is paid back and written to."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await making.decline(conn, maison_id=member.maison_id, by=by, line_id=line_id, now=now)

    return await _act(request, db, member, await form_of(request), verb)


async def _act(request: Asked, db: Db, member: Member, sent: Form, verb: Verb) -> Response[Any]:
    try:
        return await act(request, db, member, sent, verb, to="/boutique/making")
    except (*AT_WORK, SerialRefused) as refusal:
        return await _screen(request, db, member, words=str(refusal), status=409)


async def _screen(
    request: Asked, db: Db, member: Member, *, words: str = "", status: int = 200
) -> Response[str]:
    async with db.acting(member.actor, member.maison_id) as conn:
        found = await making.to_make(conn, maison_id=member.maison_id, by=await member.by(conn))
    return screen(
        request,
        "boutique/making/making.html",
        member=member,
        tab="tasks",
        status=status,
        pieces=found,
        words=words,
        today=datetime.now(UTC).date(),
    )
