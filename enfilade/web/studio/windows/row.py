"""The row of windows: beside whom the maison will not stand, how often it stood, and (for a store) who stands today."""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.editorial import neighbours as keeping
from enfilade.editorial import stood as standing
from enfilade.editorial.neighbours import APART_MAX, ApartFromTooMany, NotANeighbour
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.showing import screen

refuse(NotANeighbour, 409, "No store shows this maison together with yours")
refuse(ApartFromTooMany, 409, "A maison keeps apart from a few others only")
DAYS = 90


@get("/windows/row", include_in_schema=False)
async def row(request: Request[Any, Any, Any], db: Db, manager: Manager, said: str = "") -> Response[str]:
    """Who stands where, and why."""
    return await _page(request, db, manager, said=said)


@post("/windows/row", include_in_schema=False)
async def keep_apart(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """From the next arrangement on, within ten minutes."""
    form = await request.form()
    sent = [str(one) for one in form.getall("apart", [])]

    async def verb(conn: Conn) -> None:
        now = datetime.now(UTC)
        known = {str(one.maison_id): one.maison_id for one in await _neighbours(conn, manager)}
        if not known.keys() >= set(sent):
            raise NotANeighbour
        await keeping.keep_apart(
            conn,
            maison_id=manager.maison_id,
            others=[known[one] for one in sent],
            now=now,
            said_by=manager.staff_id,
        )
        await acted(conn, manager, "keep_apart", "maison", manager.maison_id, now)

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except (ApartFromTooMany, NotANeighbour) as refusal:
        return await _page(request, db, manager, sent=sent, wrong=str(refusal), status=409)
    return Redirect("/studio/windows/row?said=saved", status_code=303)


async def _neighbours(conn: Conn, manager: Manager) -> list[keeping.Neighbour]:
    return await keeping.neighbours(conn, maison_id=manager.maison_id)


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    *,
    sent: list[str] | None = None,
    wrong: str = "",
    said: str = "",
    status: int = 200,
) -> Response[str]:
    today = datetime.now(UTC).date()
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        around = await _neighbours(conn, manager)
        places = await standing.places(
            conn, maison_id=manager.maison_id, since=today, until=today + timedelta(days=1)
        )
        stood = await standing.stood(conn, since=today - timedelta(days=DAYS), until=today)
    chosen: set[UUID | str] = {one.maison_id for one in around if one.apart} if sent is None else set(sent)
    return screen(
        request,
        "studio/windows/row.html",
        member=manager,
        maison=maison,
        tab="windows",
        status=status,
        neighbours=[(one, one.maison_id in chosen or str(one.maison_id) in chosen) for one in around],
        most=APART_MAX,
        rows={
            key: list(group) for key, group in groupby(places, lambda one: (one.store, one.market, one.day))
        },
        stood=[one for one in stood if one.maison_id == manager.maison_id],
        days=DAYS,
        wrong=wrong,
        said=said[:20],
    )
