"""Made to order: which pieces a workshop makes when none is to be had, in how many days, and how much of its room one takes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base import idempotency
from enfilade.base.db import Conn, Db, many
from enfilade.boutiques import making, workshops
from enfilade.boutiques.making import LEAD_DAYS_MAX, TAKES_MAX, Making, MakingUnclear
from enfilade.boutiques.workshops import NoSuchWorkshop
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.showing import screen

UNCLEAR = "Nothing is changed: name a piece by its SKU or handle, a workshop with a place, and whole figures in their bounds."


@dataclass(frozen=True, slots=True)
class Row:
    """A variant that is made, as the maison knows it."""

    variant_id: UUID
    sku: str
    name: str
    option: str
    workshop_id: UUID
    lead_days: int
    takes: int
    to_specification: bool


@dataclass(frozen=True, slots=True)
class _Variant:
    id: UUID


@get("/making", include_in_schema=False)
async def page(request: Request[Any, Any, Any], db: Db, manager: Manager, said: str = "") -> Response[str]:
    """What is made to order."""
    return await _page(request, db, manager, said=said)


@post("/making", include_in_schema=False)
async def keep(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """A piece, by its SKU, or all of a product, by its handle, is made so from now on; or no more."""
    form = await request.form()
    names = ("piece", "workshop", "lead_days", "takes", "to_specification", "ended")
    sent = {name: str(form.get(name, "")).strip()[:200] for name in names}
    key = str(form.get("key", ""))
    if not complete(key):
        return await _page(request, db, manager, notice=INCOMPLETE, status=400)
    wanted: Making | None = None
    if not sent["ended"]:
        try:
            wanted = Making(
                UUID(sent["workshop"]),
                int(sent["lead_days"]),
                int(sent["takes"]),
                sent["to_specification"] == "yes",
            )
        except ValueError:
            return await _page(request, db, manager, notice=UNCLEAR, status=400)
    now = datetime.now(UTC)
    found: list[_Variant] = []

    async def step(conn: Conn) -> None:
        repeat = await idempotency.claim(conn, actor=manager.actor, key=key, request=sent, now=now, answer={})
        found[:] = await _variants(conn, manager, sent["piece"])
        if repeat is not None or not found:
            return
        ids = [one.id for one in found]
        await making.set_making(conn, maison_id=manager.maison_id, variant_ids=ids, making=wanted)
        await acted(conn, manager, "set_making", "variant", ids[0], now)

    try:
        await db.run(manager.actor, manager.maison_id, step)
    except (MakingUnclear, NoSuchWorkshop):
        return await _page(request, db, manager, notice=UNCLEAR, status=400)
    if not found:
        return await _page(request, db, manager, notice=UNCLEAR, status=400)
    return Redirect("/studio/making?said=saved", status_code=303)


async def _variants(conn: Conn, manager: Manager, piece: str) -> list[_Variant]:
    return await many(
        conn,
        _Variant,
        """
        select v.id from catalogue.variant v
        join catalogue.product p on p.maison_id = v.maison_id and p.id = v.product_id
        where v.maison_id = %(maison_id)s and %(piece)s <> '' and (v.sku = %(piece)s or p.handle = %(piece)s) order by v.id
        """,
        maison_id=manager.maison_id,
        piece=piece,
    )


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    *,
    said: str = "",
    notice: str = "",
    status: int = 200,
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id) as conn:
        maison = await maison_of(conn, manager)
        rows = await many(
            conn,
            Row,
            """
            select m.variant_id, coalesce(v.sku, '') as sku, coalesce((select t.name from catalogue.product_text t
                where t.maison_id = v.maison_id and t.product_id = v.product_id order by t.language = 'en' desc, t.language
                limit 1), p.handle) as name, concat_ws(', ', nullif(f.colour, ''), nullif(f.size, '')) as option,
              m.workshop_id, m.lead_days, m.takes, m.to_specification
            from public_facts.made_to_order m
            join catalogue.variant v on v.maison_id = m.maison_id and v.id = m.variant_id
            join catalogue.product p on p.maison_id = v.maison_id and p.id = v.product_id
            left join public_facts.variant f on f.id = v.id
            where m.maison_id = %(maison_id)s order by name, v.sku, v.id limit 500
            """,
            maison_id=manager.maison_id,
        )
        known = await workshops.workshops(conn, maison_id=manager.maison_id)
    return screen(
        request,
        "studio/making/making.html",
        member=manager,
        maison=maison,
        tab="making",
        status=status,
        rows=rows,
        workshops=[one for one in known if one.location_id and not one.stopped],
        names={one.id: one.name for one in known},
        lead_days_max=LEAD_DAYS_MAX,
        takes_max=TAKES_MAX,
        said=said,
        notice=notice,
    )
