"""What delivery costs the maison's clients: for each market and service its price, from when it is free, in how many days."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base import idempotency, jobs
from enfilade.base.db import Conn, Db
from enfilade.base.money import Money, from_major
from enfilade.carriers import services
from enfilade.carriers.services import KINDS, Kind, Service
from enfilade.orders import delivery_rates
from enfilade.orders.delivery_rates import ASK_RATES
from enfilade.web.studio.delivery.handlers import Market, markets_of
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.showing import screen

NAMES: dict[Kind, str] = {"standard": "Standard", "express": "Express", "by_hand": "By hand"}
FIELDS = ("on", "price", "free_from", "by_carrier", "margin", "days_min", "days_max", "given_back")
PRICE_MAX = 100_000_000
DAYS_MAX = 90
MARGIN_PERCENT_MAX = 1000


@get("/delivery/prices", include_in_schema=False)
async def prices(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """What is in force."""
    return await _page(request, db, manager, saved=request.query_params.get("saved") == "yes")


@post("/delivery/prices", include_in_schema=False)
async def keep(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Puts them in force for checkouts opened from now on; a form with something wrong comes back as it was written."""
    form = await request.form()
    key, now = str(form.get("key", "")), datetime.now(UTC)
    markets = await markets_of(db, manager)
    written = {
        _at(market.code, kind, field): str(form.get(_at(market.code, kind, field), "")).strip()[:20]
        for market in markets
        for kind in KINDS
        for field in FIELDS
    }
    wrong: dict[str, str] = {}
    said = [
        one
        for market in markets
        for kind in KINDS
        if (one := _read(written, market, kind, wrong)) is not None
    ]
    if wrong or not complete(key):
        return await _page(
            request,
            db,
            manager,
            status=400,
            written=written,
            wrong=wrong,
            notice="" if wrong else INCOMPLETE,
        )

    async def verb(conn: Conn) -> None:
        asked = [str(one) for one in said]
        if await idempotency.claim(conn, actor=manager.actor, key=key, request=asked, now=now, answer={}):
            return
        await services.set_services(conn, maison_id=manager.maison_id, services=said)
        await delivery_rates.publish(conn, maison_id=manager.maison_id)
        await jobs.defer(conn, maison_id=manager.maison_id, jobs=[jobs.Job(ASK_RATES, {})])
        await acted(conn, manager, "set_delivery_prices", "maison", manager.maison_id, now)

    await db.run(manager.actor, manager.maison_id, verb)
    return Redirect("/studio/delivery/prices?saved=yes", status_code=303)


def _at(market: str, kind: str, field: str) -> str:
    return f"{market}-{kind}-{field}"


def _read(written: Mapping[str, str], market: Market, kind: Kind, wrong: dict[str, str]) -> Service | None:
    """A service as it was written; None where it is not offered. What is wrong is said of its field."""

    def said(field: str) -> str:
        return written[_at(market.code, kind, field)]

    if said("on") != "yes":
        return None

    def money(field: str) -> int:
        text = said(field).replace(",", ".").replace(" ", "")
        if not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", text):
            wrong[_at(market.code, kind, field)] = "Give an amount, such as 25 or 12.50."
            return 0
        return from_major(Decimal(text), market.currency).minor

    def whole(field: str, most: int) -> int:
        text = said(field)
        if not (text.isascii() and text.isdigit() and int(text) <= most):
            wrong[_at(market.code, kind, field)] = f"Give a whole number up to {most}."
            return 0
        return int(text)

    days_min, days_max = whole("days_min", DAYS_MAX), whole("days_max", DAYS_MAX)
    if days_max < days_min:
        wrong[_at(market.code, kind, "days_max")] = "Not less than the least."
    price = money("price")
    if price > PRICE_MAX:
        wrong[_at(market.code, kind, "price")] = "That is too much."
    return Service(
        market.code,
        kind,
        price,
        money("free_from") if said("free_from") else None,
        said("by_carrier") == "yes",
        100 * whole("margin", MARGIN_PERCENT_MAX) if said("margin") else 0,
        days_min,
        days_max,
        said("given_back") == "yes",
    )


def _written(kept: list[Service], markets: list[Market]) -> dict[str, str]:
    """The form before anybody writes: what is in force."""
    found = {_at(market.code, kind, field): "" for market in markets for kind in KINDS for field in FIELDS}
    currencies = {market.code: market.currency for market in markets}
    for one in kept:
        if one.market not in currencies:
            continue

        def major(minor: int | None, currency: str = currencies[one.market]) -> str:
            return "" if minor is None else format(Money(minor, currency).major.normalize(), "f")

        values = {
            "on": "yes",
            "price": major(one.price_minor),
            "free_from": major(one.free_from_minor),
            "by_carrier": "yes" if one.by_carrier else "",
            "margin": str(one.margin_basis_points // 100) if one.margin_basis_points else "",
            "days_min": str(one.days_min),
            "days_max": str(one.days_max),
            "given_back": "yes" if one.given_back else "",
        }
        found |= {_at(one.market, one.service, field): value for field, value in values.items()}
    return found


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    *,
    status: int = 200,
    saved: bool = False,
    written: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    notice: str = "",
) -> Response[str]:
    markets = await markets_of(db, manager)
    async with db.acting(manager.actor, manager.maison_id) as conn:
        maison = await maison_of(conn, manager)
        kept = await services.services_of(conn, maison_id=manager.maison_id)
    return screen(
        request,
        "studio/delivery/prices.html",
        member=manager,
        maison=maison,
        tab="delivery",
        status=status,
        saved=saved,
        markets=markets,
        names=NAMES,
        written=written or _written(kept, markets),
        wrong=wrong or {},
        notice=notice,
        told={
            (one.market, one.service): [(step.pieces, step.price_minor) for step in one.steps]
            for one in kept
            if one.by_carrier
        },
    )
