"""Delivery: which services of which carriers the maison offers in its markets, and how its parcels are reckoned."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base import idempotency, jobs
from enfilade.base.db import Conn, Db, many
from enfilade.carriers import terms as carrier_terms
from enfilade.carriers.carrier import Carrier, Service
from enfilade.carriers.services import KINDS
from enfilade.carriers.terms import Offered, Terms
from enfilade.orders.delivery_rates import ASK_RATES
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.showing import screen

GRAMS_MAX = 50_000
WEIGHTS = {"piece_grams": "A piece weighs", "wrapping_grams": "Its wrapping weighs"}


@dataclass(frozen=True, slots=True)
class Market:
    """A market with the currency its parcels are insured in."""

    code: str
    currency: str


@get("/delivery", include_in_schema=False)
async def delivery(
    request: Request[Any, Any, Any], db: Db, carriers: Mapping[str, Carrier], manager: Manager
) -> Response[str]:
    """What is in force."""
    return await _page(request, db, carriers, manager, saved=request.query_params.get("saved") == "yes")


@post("/delivery", include_in_schema=False)
async def keep(
    request: Request[Any, Any, Any], db: Db, carriers: Mapping[str, Carrier], manager: Manager
) -> Response[Any]:
    """Puts it in force for labels asked from now on; a form with something wrong comes back as it was written."""
    form = await request.form()
    key, now = str(form.get("key", "")), datetime.now(UTC)
    written = {name: str(form.get(name, "")).strip()[:20] for name in WEIGHTS}
    wrong = {
        name: f"Give whole grams, {least} to {GRAMS_MAX:,}."
        for name, least in (("piece_grams", 1), ("wrapping_grams", 0))
        if not (
            written[name].isascii() and written[name].isdigit() and least <= int(written[name]) <= GRAMS_MAX
        )
    }
    markets = {market.code for market in await markets_of(db, manager)}
    chosen = [_offered(str(value)) for value in form.getall("offered", [])]
    offered = [
        one
        for one in dict.fromkeys(chosen)
        if one.market in markets
        and one.carrier in carriers
        and one.service in carriers[one.carrier].services
        and one.delivery in KINDS
    ]
    # A service of a carrier is used for one of the maison's in a market, the last said.
    offered = list({(one.market, one.carrier, one.service): one for one in offered}.values())
    terms = Terms(insured=form.get("insured") == "yes", return_labels=form.get("return_labels") == "yes")
    if wrong or not complete(key):
        return await _page(
            request,
            db,
            carriers,
            manager,
            status=400,
            terms=terms,
            written=written,
            offered=offered,
            wrong=wrong,
            notice="" if wrong else INCOMPLETE,
        )
    terms = replace(terms, **{name: int(value) for name, value in written.items()})

    async def verb(conn: Conn) -> None:
        said = [written, terms.insured, terms.return_labels, [str(one) for one in offered]]
        if await idempotency.claim(conn, actor=manager.actor, key=key, request=said, now=now, answer={}):
            return
        await jobs.defer(conn, maison_id=manager.maison_id, jobs=[jobs.Job(ASK_RATES, {})])
        await carrier_terms.set_terms(
            conn,
            maison_id=manager.maison_id,
            terms=terms,
            offered=offered,
            by_id=manager.staff_id,
            now=now,
        )
        await acted(conn, manager, "set_delivery", "maison", manager.maison_id, now)

    await db.run(manager.actor, manager.maison_id, verb)
    return Redirect("/studio/delivery?saved=yes", status_code=303)


def _offered(value: str) -> Offered:
    market, _, rest = value.partition("/")
    carrier, _, rest = rest.partition("/")
    service, _, delivery = rest.partition("/")
    return Offered(market, carrier, service, delivery or "standard")


async def markets_of(db: Db, manager: Manager) -> list[Market]:
    """The maison's markets."""
    async with db.acting(manager.actor, manager.maison_id) as conn:
        return await many(
            conn,
            Market,
            "select code, currency from maisons.market where maison_id = %(maison_id)s order by code",
            maison_id=manager.maison_id,
        )


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    carriers: Mapping[str, Carrier],
    manager: Manager,
    *,
    status: int = 200,
    saved: bool = False,
    terms: Terms | None = None,
    written: dict[str, str] | None = None,
    offered: list[Offered] | None = None,
    wrong: dict[str, str] | None = None,
    notice: str = "",
) -> Response[str]:
    markets = await markets_of(db, manager)
    async with db.acting(manager.actor, manager.maison_id) as conn:
        maison = await maison_of(conn, manager)
        in_force = await carrier_terms.terms_of(conn, maison_id=manager.maison_id)
        kept = await carrier_terms.offered(conn, maison_id=manager.maison_id)
    terms = terms or in_force or Terms()
    return screen(
        request,
        "studio/delivery/delivery.html",
        member=manager,
        maison=maison,
        tab="delivery",
        status=status,
        saved=saved,
        set_up=in_force is not None,
        terms=terms,
        written=written
        or {"piece_grams": str(terms.piece_grams), "wrapping_grams": str(terms.wrapping_grams)},
        weights=WEIGHTS,
        wrong=wrong or {},
        notice=notice,
        markets=markets,
        carriers={name: list(carrier.services.values()) for name, carrier in sorted(carriers.items())},
        chosen={
            f"{one.market}/{one.carrier}/{one.service}": one.delivery
            for one in (kept if offered is None else offered)
        },
        deliveries=KINDS,
        can=can,
    )


def can(service: Service) -> str:
    """What a service does, in a line."""
    said = [
        "by road" if service.ground else "by air",
        "an adult signs" if service.adult_signature else "left without an adult’s signature",
        f"up to {service.grams_max / 1000:g} kg",
    ]
    return ", ".join(said)
