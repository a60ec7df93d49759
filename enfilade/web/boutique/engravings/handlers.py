"""What is to be engraved at the colleague's places, the earliest promise first; what was sold at a till waits to be fetched.

A piece of an order leads to its preparation; one that is sold is worked on here.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from enfilade.base.db import Conn, Db
from enfilade.orders import custody, engraving
from enfilade.staff.people import Colleague
from enfilade.web.boutique.refusals import AT_WORK
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member, Verb, act
from enfilade.web.shared.forms import form_of

Asked = Request[Any, Any, Any]


@get("/engravings", include_in_schema=False)
async def engravings(request: Asked, db: Db, member: Member) -> Response[str]:
    """The list for the bench, and for the counter."""
    return await _show(request, db, member)


@post("/engravings/{line_id:uuid}/work", include_in_schema=False)
async def engrave(request: Asked, db: Db, member: Member, line_id: UUID) -> Response[Any]:
    """The next step on a piece that was left with us."""
    sent = await form_of(request)
    step = custody.begin if sent.text("step") == "begin" else custody.finish

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await step(conn, maison_id=member.maison_id, by=by, line_id=line_id, now=now)

    return await _acted(request, db, member, verb)


@post("/engravings/{line_id:uuid}/fetching", include_in_schema=False)
async def fetch(request: Asked, db: Db, member: Member, line_id: UUID) -> Response[Any]:
    """Its client has it."""

    async def verb(conn: Conn, by: Colleague, now: datetime) -> None:
        await custody.fetch(conn, maison_id=member.maison_id, by=by, line_id=line_id, now=now)

    return await _acted(request, db, member, verb)


async def _acted(request: Asked, db: Db, member: Member, verb: Verb) -> Response[Any]:
    try:
        return await act(request, db, member, await form_of(request), verb, to="/boutique/engravings")
    except AT_WORK as refusal:
        return await _show(request, db, member, words=str(refusal), status=409)


async def _show(
    request: Asked, db: Db, member: Member, *, words: str = "", status: int = 200
) -> Response[str]:
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        found = await engraving.to_cut(conn, maison_id=member.maison_id, by=by)
        kept = await custody.kept(conn, maison_id=member.maison_id, by=by)
    return screen(
        request,
        "boutique/engravings/engravings.html",
        member=member,
        status=status,
        tab="tasks",
        pieces=found,
        kept=kept,
        today=datetime.now(UTC).date(),
        places={one.location_name for one in found} | {one.location_name for one in kept},
        words=words,
    )
