"""Sourcing: the maison's rules in their order, what things cost it, and what they decided for the last orders."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base import idempotency
from enfilade.base.db import Conn, Db
from enfilade.maisons.markets import Market, markets_of
from enfilade.orders.sourcing_terms import Sourcing, sourcing_of
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import Manager, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.showing import screen
from enfilade.web.studio.sourcing import reading, written
from enfilade.web.studio.sourcing.changing import ChangedMeanwhile, seen_of, since
from enfilade.web.studio.sourcing.changing import change as change_sourcing
from enfilade.web.studio.sourcing.written import Written

refuse(ChangedMeanwhile, 409, "A colleague changed the rules meanwhile")


@get("/sourcing", include_in_schema=False)
async def sourcing(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """What is in force, and what it decided."""
    return await _form(request, db, manager, None, saved=request.query_params.get("saved") == "yes")


@post("/sourcing", include_in_schema=False)
async def change(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Puts rules and costs in force; a form with something wrong comes back as it was written."""
    sent = await request.form()
    asked = written.read(sent, await _currencies(db, manager))
    key, seen = str(sent.get("key", "")), str(sent.get("seen", ""))[:40]
    if asked.wrong:
        return await _form(request, db, manager, asked, status=400, seen=seen)
    if not complete(key):
        words = INCOMPLETE
        return await _form(request, db, manager, asked, status=400, words=words)
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        said = [asked.rules, asked.currency, asked.values, seen]
        repeat = await idempotency.claim(conn, actor=manager.actor, key=key, request=said, now=now, answer={})
        if repeat is None:
            await change_sourcing(
                conn,
                maison_id=manager.maison_id,
                sourcing=asked.sourcing,
                seen=seen,
                by_id=manager.staff_id,
                now=now,
            )

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except ChangedMeanwhile as refusal:
        words = f"{refusal} What you wrote is below; save again to put it in force instead."
        return await _form(request, db, manager, asked, status=409, words=words)
    return Redirect("/studio/sourcing?saved=yes", status_code=303)


@post("/sourcing/order", include_in_schema=False, status_code=200)
async def reorder(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """The form with one rule a step earlier or later, out or in, and all else as it was written. Nothing is saved."""
    sent = await request.form()
    asked = written.read(sent, await _currencies(db, manager))
    move = str(sent.get("move", ""))[:60]
    asked = replace(asked, rules=written.moved(asked.rules, move))
    return await _form(request, db, manager, asked, seen=str(sent.get("seen", ""))[:40], moved=move)


async def _currencies(db: Db, manager: Manager) -> list[str]:
    async with db.acting(manager.actor, manager.maison_id) as conn:
        in_force = await sourcing_of(conn, maison_id=manager.maison_id)
        markets = await markets_of(conn, maison_id=manager.maison_id)
    return _choosable(in_force, markets)


def _choosable(in_force: Sourcing, markets: list[Market]) -> list[str]:
    """The currencies of the maison's markets, and the one in force; never none."""
    return sorted({in_force.currency, *(market.currency for market in markets)})


async def _form(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    asked: Written | None,
    *,
    status: int = 200,
    words: str = "",
    seen: str = "",
    saved: bool = False,
    moved: str = "",
) -> Response[str]:
    maison_id = manager.maison_id
    async with db.acting(manager.actor, maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await since(conn, maison_id=maison_id)
        in_force = await sourcing_of(conn, maison_id=maison_id)
        markets = await markets_of(conn, maison_id=maison_id)
        lines = await reading.last_sourced(conn, maison_id=maison_id)
    said = written.kept(in_force)
    asked = asked or said
    return screen(
        request,
        "studio/sourcing/sourcing.html",
        member=manager,
        maison=maison,
        tab="sourcing",
        status=status,
        costs=written.COSTS,
        bounds=written.bounds,
        says=written.RULE_SAYS,
        named=written.DECIDED,
        written=asked,
        in_force=said,
        changed=(asked.rules, asked.currency, asked.values) != (said.rules, said.currency, said.values),
        currencies=_choosable(in_force, markets),
        since=found,
        seen=seen or seen_of(found),
        lines=lines,
        notice=words,
        saved=saved,
        moved=moved,
    )
