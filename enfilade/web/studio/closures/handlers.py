"""Closures in the studio: boutiques, a city, a country or all of them close in one act, are watched, and reopen."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from babel import Locale
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.closures import acts, counting, reading
from enfilade.closures.acts import METHODS, EndIsPast, NoSuchAct, NothingToClose
from enfilade.closures.effects import WHY
from enfilade.staff import people
from enfilade.web.shared import closing
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.showing import screen

Asked = Request[Any, Any, Any]
#: Countries as English calls them; a city is called as it is written.
COUNTRIES: dict[str, str] = dict(Locale("en").territories)
SAYS = {
    NothingToClose: "Nothing of this is there to be closed: choose places, and everything or at least one of these.",
    EndIsPast: "It would be open again before it closes. Say a day that comes.",
}


@get("/closures", include_in_schema=False)
async def closures(request: Asked, db: Db, manager: Manager) -> Response[str]:
    """Acts in force, coming and of the last month, and the form for another."""
    return await _form(request, db, manager)


@get("/closures/preview", include_in_schema=False)
async def preview(request: Asked, db: Db, manager: Manager) -> Response[str]:
    """What it would touch, place by place; nothing is done yet."""
    fields = _asked(request)
    now = datetime.now(UTC)
    try:
        wanted = closing.wanted(fields)
        async with db.acting(manager.actor, manager.maison_id) as conn:
            maison = await maison_of(conn, manager)
            by = await people.colleague(conn, maison_id=manager.maison_id, staff_id=manager.staff_id)
            found = await acts.preview(conn, maison_id=manager.maison_id, by=by, wanted=wanted, now=now)
    except (NothingToClose, EndIsPast) as refusal:
        return await _form(request, db, manager, said=SAYS[type(refusal)], status=400)
    return screen(
        request,
        "studio/closures/preview.html",
        member=manager,
        maison=maison,
        tab="closures",
        wanted=wanted,
        found=found,
        when={place.location_id: place for place in found.places},
        counts=counting.summed(found.rows),
        languages=counting.by_language(found.rows),
        hidden=closing.again(fields),
        act_id=new_id(now),
        stopping=METHODS,
    )


@post("/closures", include_in_schema=False)
async def close(request: Asked, db: Db, manager: Manager) -> Response[Any]:
    """Closes; the form's id is the act's, so a second click finds it."""
    sent: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        sent.setdefault(str(name), []).append(str(value))
    try:
        act_id = UUID(sent.get("act", [""])[0])
    except ValueError:
        raise NotFoundException from None
    wanted, now = closing.wanted(sent), datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        by = await people.colleague(conn, maison_id=manager.maison_id, staff_id=manager.staff_id)
        if await acts.confirm(
            conn,
            maison_id=manager.maison_id,
            act_id=act_id,
            by=by,
            wanted=wanted,
            previewed=closing.seen(sent),
            now=now,
        ):
            await acted(conn, manager, "close_places", "closure", act_id, now)

    await db.run(manager.actor, manager.maison_id, verb)
    return Redirect(f"/studio/closures/{act_id}", status_code=303)


@get("/closures/{act_id:uuid}", include_in_schema=False)
async def closure(request: Asked, db: Db, manager: Manager, act_id: UUID) -> Response[str]:
    """How far an act is, and what somebody has to look at."""
    async with db.acting(manager.actor, manager.maison_id) as conn:
        maison = await maison_of(conn, manager)
        by = await people.colleague(conn, maison_id=manager.maison_id, staff_id=manager.staff_id)
        try:
            found = await reading.progress(
                conn, maison_id=manager.maison_id, act_id=act_id, by=by, now=datetime.now(UTC)
            )
        except NoSuchAct:
            raise NotFoundException from None
    return screen(
        request,
        "studio/closures/closure.html",
        member=manager,
        maison=maison,
        tab="closures",
        found=found,
        named=COUNTRIES,
        why=WHY,
        stopping=METHODS,
        now=datetime.now(UTC),
    )


@post("/closures/{act_id:uuid}/reopening", include_in_schema=False)
async def reopen(request: Asked, db: Db, manager: Manager, act_id: UUID) -> Response[Any]:
    """Its places, or the one named, are open again from now on."""
    given = str((await request.form()).get("place", ""))
    try:
        places = [UUID(given)] if given else None
    except ValueError:
        raise NotFoundException from None
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        by = await people.colleague(conn, maison_id=manager.maison_id, staff_id=manager.staff_id)
        try:
            opened = await acts.reopen(
                conn, maison_id=manager.maison_id, act_id=act_id, by=by, location_ids=places, now=now
            )
        except NoSuchAct:
            raise NotFoundException from None
        if opened:
            await acted(conn, manager, "reopen_places", "closure", act_id, now)

    await db.run(manager.actor, manager.maison_id, verb)
    return Redirect(f"/studio/closures/{act_id}", status_code=303)


def _asked(request: Asked) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        found.setdefault(str(name), []).append(str(value))
    return found


async def _form(
    request: Asked, db: Db, manager: Manager, *, said: str = "", status: int = 200
) -> Response[str]:
    now = datetime.now(UTC)
    async with db.acting(manager.actor, manager.maison_id) as conn:
        maison = await maison_of(conn, manager)
        by = await people.colleague(conn, maison_id=manager.maison_id, staff_id=manager.staff_id)
        places = await people.places(conn, maison_id=manager.maison_id, by=by)
        found = await reading.listed(conn, maison_id=manager.maison_id, by=by, now=now)
        choices = await reading.choices(conn, maison_id=manager.maison_id)
    return screen(
        request,
        "studio/closures/closures.html",
        member=manager,
        maison=maison,
        tab="closures",
        status=status,
        said=said,
        places=places,
        acts=found,
        cities=[(one.city, one.boutiques) for one in choices],
        countries=sorted(
            ((one, COUNTRIES.get(one, one)) for one in {choice.country for choice in choices}),
            key=lambda known: known[1],
        ),
        named=COUNTRIES,
        stopping=METHODS,
        asked=_asked(request),
        now=now,
    )
