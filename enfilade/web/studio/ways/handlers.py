"""Ways: how many working days pieces travel where it is not what the policy says, and which borders they cross at all."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base import idempotency
from enfilade.base.db import Conn, Db, many
from enfilade.maisons import travel
from enfilade.maisons.policies import policy_of
from enfilade.maisons.travel import Way
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.showing import screen

DAYS_MAX = 20


@dataclass(frozen=True, slots=True)
class End:
    """What a way may begin or end at: a country in which the maison has places, or one of these places."""

    value: str
    label: str


@get("/ways", include_in_schema=False)
async def ways(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """Those in force, and a form for one more."""
    return await _page(request, db, manager, saved=request.query_params.get("saved") == "yes")


@post("/ways", include_in_schema=False)
async def keep(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Puts a way in force, or other days for one that is."""
    form = await request.form()
    written = {name: str(form.get(name, "")).strip()[:40] for name in ("origin", "destination", "days")}
    days = written["days"]
    wrong = ""
    known = {end.value for end in await _ends(db, manager)}
    if not {written["origin"], written["destination"]} <= known:
        wrong = "Choose where it begins and where it ends."
    elif written["origin"] == written["destination"]:
        wrong = "A way leads from one to another; days within a country are said in the policy."
    elif not (days.isascii() and days.isdigit() and int(days) <= DAYS_MAX):
        wrong = f"Give a whole number of working days, at most {DAYS_MAX}."
    if wrong:
        return await _page(request, db, manager, status=400, wrong=wrong, written=written)
    way = Way(written["origin"], written["destination"], int(days))
    return await _act(request, db, manager, str(form.get("key", "")), way, "keep_way")


@post("/ways/removal", include_in_schema=False)
async def remove(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Takes a way away: what the policy says counts again, and a border is closed again."""
    form = await request.form()
    way = Way(str(form.get("origin", ""))[:40], str(form.get("destination", ""))[:40], 0)
    return await _act(request, db, manager, str(form.get("key", "")), way, "drop_way")


async def _act(
    request: Request[Any, Any, Any], db: Db, manager: Manager, key: str, way: Way, act: str
) -> Response[Any]:
    if not complete(key):
        return await _page(request, db, manager, status=400, wrong=INCOMPLETE)
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        said = [act, way.origin, way.destination, way.days]
        if await idempotency.claim(conn, actor=manager.actor, key=key, request=said, now=now, answer={}):
            return
        if act == "keep_way":
            await travel.keep_way(conn, maison_id=manager.maison_id, way=way)
        else:
            await travel.drop_way(
                conn, maison_id=manager.maison_id, origin=way.origin, destination=way.destination
            )
        await acted(conn, manager, act, "maison", manager.maison_id, now)

    await db.run(manager.actor, manager.maison_id, verb)
    return Redirect("/studio/ways?saved=yes", status_code=303)


async def _ends(db: Db, manager: Manager) -> list[End]:
    async with db.acting(manager.actor, manager.maison_id) as conn:
        return await ends(conn, manager)


async def ends(conn: Conn, manager: Manager) -> list[End]:
    """Countries first, then places by name."""
    return await many(
        conn,
        End,
        """
        select value, label from (
          select distinct country as value, country as label, 0 as kind from boutiques.location
          where maison_id = %(maison_id)s
          union all
          select id::text, name || ', ' || city, 1 from boutiques.location where maison_id = %(maison_id)s) e
        order by kind, label, value
        """,
        maison_id=manager.maison_id,
    )


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    *,
    status: int = 200,
    wrong: str = "",
    written: dict[str, str] | None = None,
    saved: bool = False,
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        policy = await policy_of(conn, maison_id=manager.maison_id)
        found = await travel.ways_of(conn, maison_id=manager.maison_id)
        known = await ends(conn, manager)
    return screen(
        request,
        "studio/ways/ways.html",
        member=manager,
        maison=maison,
        tab="sourcing",
        status=status,
        days=policy.ship_to_store_days,
        ways=found,
        ends=known,
        named={end.value: end.label for end in known},
        wrong=wrong,
        written=written or {"origin": "", "destination": "", "days": ""},
        saved=saved,
    )
