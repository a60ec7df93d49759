"""What is missing: more pieces were sold or counted away than were there. A person looks, and says so."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException

from enfilade.base.db import Conn, Db
from enfilade.orders import reading
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.staff.people import Colleague
from enfilade.stock import shortages as stock
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member, act
from enfilade.web.shared.forms import form_of

Asked = Request[Any, Any, Any]


@get("/shortages", include_in_schema=False)
async def shortages(request: Asked, db: Db, member: Member, resolved: UUID | None = None) -> Response[str]:
    """Those nobody has seen to, oldest first; `resolved` can still be undone."""
    async with db.acting(member.actor, member.maison_id) as conn:
        missing = await reading.missing(conn, maison_id=member.maison_id, by=await member.by(conn))
    return screen(
        request,
        "boutique/shortages/shortages.html",
        member=member,
        tab="shortages",
        missing=missing,
        resolved=resolved,
    )


@post("/shortages/{shortage_id:uuid}/resolution", include_in_schema=False)
async def resolve(request: Asked, db: Db, member: Member, shortage_id: UUID) -> Response[Any]:
    """A person has seen to it."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await _theirs(conn, member, by, shortage_id)
        await stock.resolve(
            conn, maison_id=member.maison_id, shortage_id=shortage_id, by_id=by.staff_id, now=now
        )

    to = f"/boutique/shortages?resolved={shortage_id}"
    return await act(request, db, member, await form_of(request), verb, to=to)


@post("/shortages/{shortage_id:uuid}/reopening", include_in_schema=False)
async def reopen(request: Asked, db: Db, member: Member, shortage_id: UUID) -> Response[Any]:
    """It was not resolved after all."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await _theirs(conn, member, by, shortage_id)
        await stock.reopen(conn, maison_id=member.maison_id, shortage_id=shortage_id)

    return await act(request, db, member, await form_of(request), verb, to="/boutique/shortages")


async def _theirs(conn: Conn, member: Member, by: Colleague, shortage_id: UUID) -> None:
    found = await stock.shortage(conn, maison_id=member.maison_id, shortage_id=shortage_id)
    if found is None:
        raise NotFoundException
    if not by.works_at(found.location_id):
        raise NotYourBoutique
