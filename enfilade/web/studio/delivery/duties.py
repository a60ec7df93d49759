"""Duties: in which markets they are paid with the order, and what customs call the pieces of each family."""

import re
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base import idempotency
from enfilade.base.db import Conn, Db
from enfilade.duties import terms
from enfilade.duties.terms import Code
from enfilade.duties.terms import Market as Paid
from enfilade.web.studio.delivery.handlers import markets_of
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.showing import screen

WAYS = {
    "": "Not asked: your clients pay what customs ask",
    "only": "Paid with the order, else not sold",
    "at_door": "Paid with the order, else at the door",
}
HS_CODE = re.compile(r"[0-9]{6}([0-9]{2}){0,2}")


@get("/delivery/duties", include_in_schema=False)
async def duties(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """What is in force."""
    return await _page(request, db, manager, saved=request.query_params.get("saved") == "yes")


@post("/delivery/duties", include_in_schema=False)
async def keep(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Puts it in force for checkouts opened from now on; a form with something wrong comes back as it was written."""
    form = await request.form()
    key, now = str(form.get("key", "")), datetime.now(UTC)
    markets = await markets_of(db, manager)
    async with db.acting(manager.actor, manager.maison_id) as conn:
        known = await terms.codes_of(conn, maison_id=manager.maison_id)
    ways = {market.code: str(form.get(f"way-{market.code}", "")) for market in markets}
    codes = {
        one.family: str(form.get(f"code-{n}", "")).strip().replace(".", "")[:20]
        for n, one in enumerate(known)
    }
    wrong = {
        f"code-{n}": "Give six, eight or ten digits."
        for n, (_, code) in enumerate(codes.items())
        if code and not HS_CODE.fullmatch(code)
    }
    if wrong or not complete(key):
        notice = "" if wrong else INCOMPLETE
        return await _page(
            request, db, manager, status=400, ways=ways, codes=codes, wrong=wrong, notice=notice
        )
    paid = [Paid(market, way == "at_door") for market, way in ways.items() if way in ("only", "at_door")]
    said = [Code(family, code) for family, code in codes.items()]

    async def verb(conn: Conn) -> None:
        asked = [[str(one) for one in paid], [str(one) for one in said]]
        if await idempotency.claim(conn, actor=manager.actor, key=key, request=asked, now=now, answer={}):
            return
        await terms.set_duties(conn, maison_id=manager.maison_id, markets=paid, families=said)
        await acted(conn, manager, "set_duties", "maison", manager.maison_id, now)

    await db.run(manager.actor, manager.maison_id, verb)
    return Redirect("/studio/delivery/duties?saved=yes", status_code=303)


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    *,
    status: int = 200,
    saved: bool = False,
    ways: dict[str, str] | None = None,
    codes: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    notice: str = "",
) -> Response[str]:
    markets = await markets_of(db, manager)
    async with db.acting(manager.actor, manager.maison_id) as conn:
        maison = await maison_of(conn, manager)
        paid = await terms.markets_of(conn, maison_id=manager.maison_id)
        known = await terms.codes_of(conn, maison_id=manager.maison_id)
    in_force = {one.market: "at_door" if one.at_door else "only" for one in paid}
    return screen(
        request,
        "studio/delivery/duties.html",
        member=manager,
        maison=maison,
        tab="delivery",
        status=status,
        saved=saved,
        markets=markets,
        ways=ways if ways is not None else in_force,
        choices=WAYS,
        codes=codes if codes is not None else {one.family: one.hs_code for one in known},
        wrong=wrong or {},
        notice=notice,
    )
