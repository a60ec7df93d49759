"""Laws: of what kinds a maison's pieces are, what binds them by law and by its own word, and the rates of tax of a kind."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base import idempotency
from enfilade.base.db import Conn, Db
from enfilade.catalogue import kinds as of_pieces
from enfilade.maisons import laws as ruling
from enfilade.maisons.laws import (
    BOUNDS,
    EVERYWHERE,
    KINDS,
    RULES,
    Kind,
    Law,
    LooserThanShipped,
    NoSuchRule,
    Rule,
)
from enfilade.maisons.markets import markets_of
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.showing import screen

refuse(LooserThanShipped, 409, "What is shipped is stricter, and stays")
refuse(NoSuchRule, 400, "No law can say this")

KIND_NAMES: dict[Kind, str] = {
    "wine": "Wine",
    "spirits": "Spirits",
    "perfume": "Perfume",
    "cosmetics": "Cosmetics",
    "jewellery": "Jewellery",
    "watch": "Watches",
    "exotic_skin": "Exotic skins",
    "book": "Books",
    "food": "Food",
}
RULE_NAMES: dict[Rule, str] = {
    "age": "Least age",
    "ground": "No air freight",
    "border": "Borders it may not cross",
    "insured_from": "Insured from a value",
    "opened": "Not sold again once opened",
}
SLUGS_MAX = 50

Say = Callable[[Conn, datetime], Awaitable[object]]


@get("/laws", include_in_schema=False)
async def laws(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """Everything that binds the maison's pieces, with the forms that change what is its own."""
    return await _page(request, db, manager, saved=request.query_params.get("saved") == "yes")


@post("/laws", include_in_schema=False)
async def tighten(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Puts a law of the maison's own in force."""
    form = await request.form()
    kind, rule = str(form.get("kind", "")), str(form.get("rule", ""))
    country = str(form.get("country", "")).strip().upper()[:3] or EVERYWHERE
    written = str(form.get("value", "")).strip()
    if kind not in KINDS or rule not in RULES:
        return await _page(request, db, manager, status=400, wrong="Choose a kind and a rule.")
    least, most = BOUNDS[rule]
    if not written and least == most:
        written = str(least)
    if not (written.isascii() and written.isdigit() and least <= int(written[:9]) <= most):
        return await _page(
            request,
            db,
            manager,
            status=400,
            wrong=f"Give a whole number from {least} to {most} for this rule.",
        )
    law = Law(kind, rule, country, int(written))

    async def say(conn: Conn, now: datetime) -> None:
        await ruling.tighten(conn, maison_id=manager.maison_id, law=law)

    return await _act(request, db, manager, "tighten_law", say)


@post("/laws/removal", include_in_schema=False)
async def loosen(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Takes a law of the maison's own away; what is shipped holds on."""
    form = await request.form()
    kind, rule, country = (str(form.get(name, ""))[:20] for name in ("kind", "rule", "country"))

    async def say(conn: Conn, now: datetime) -> None:
        await ruling.loosen(conn, maison_id=manager.maison_id, kind=kind, rule=rule, country=country)

    return await _act(request, db, manager, "loosen_law", say)


@post("/laws/families", include_in_schema=False)
async def family(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Says of what kinds the pieces of a family are, or lets its name tell again."""
    form = await request.form()
    name = str(form.get("family", ""))[: of_pieces.FAMILY_CHARACTERS_MAX]
    said = None if form.get("as_named") == "yes" else _kinds(form.getall("kind", []))

    async def say(conn: Conn, now: datetime) -> None:
        await of_pieces.set_family(conn, maison_id=manager.maison_id, family=name, kinds=said, now=now)

    return await _act(request, db, manager, "set_family_kinds", say)


@post("/laws/products", include_in_schema=False)
async def products(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Says of what kinds single products are, or that they are as their family."""
    form = await request.form()
    slugs = [word.rstrip("/").rpartition("/")[2][:300] for word in str(form.get("products", "")).split()]
    said = None if form.get("as_named") == "yes" else _kinds(form.getall("kind", []))
    if not 0 < len(slugs) <= SLUGS_MAX:
        return await _page(
            request, db, manager, status=400, wrong=f"Name between one product and {SLUGS_MAX}, one a line."
        )

    async def say(conn: Conn, now: datetime) -> None:
        found = await of_pieces.set_product(
            conn, maison_id=manager.maison_id, slugs=slugs, kinds=said, now=now
        )
        if found != len(set(slugs)):
            raise NoSuchRule("One of these products is not the maison’s")

    return await _act(request, db, manager, "set_product_kinds", say)


@post("/laws/rates", include_in_schema=False)
async def rate(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """The rate of a kind in a market; left empty, the market's own."""
    form = await request.form()
    market, kind = str(form.get("market", ""))[:20], str(form.get("kind", ""))
    written = str(form.get("per_cent", "")).strip().replace(",", ".")
    whole, _, after = written.partition(".")
    if kind not in KINDS or (
        written
        and not (
            (whole + after).isascii()
            and (whole + after).isdigit()
            and whole
            and len(whole) < 3
            and len(after) < 3
        )
    ):
        return await _page(
            request,
            db,
            manager,
            status=400,
            wrong="Give a rate in per cent with two decimals at most, such as 5.5.",
        )
    basis_points = int(whole) * 100 + int(after.ljust(2, "0")) if written else None

    async def say(conn: Conn, now: datetime) -> None:
        await ruling.set_rate(
            conn,
            maison_id=manager.maison_id,
            market=market,
            kind=kind,
            basis_points=basis_points,
        )

    return await _act(request, db, manager, "set_rate", say)


def _kinds(said: list[Any]) -> list[Kind]:
    return [kind for kind in KINDS if kind in said]


async def _act(
    request: Request[Any, Any, Any], db: Db, manager: Manager, act: str, say: Say
) -> Response[Any]:
    form = await request.form()
    key = str(form.get("key", ""))
    if not complete(key):
        return await _page(request, db, manager, status=400, wrong=INCOMPLETE)
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        said = [act, sorted((name, str(value)) for name, value in form.multi_items() if name != "key")]
        if await idempotency.claim(conn, actor=manager.actor, key=key, request=said, now=now, answer={}):
            return
        await say(conn, now)
        await acted(conn, manager, act, "maison", manager.maison_id, now)

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except LooserThanShipped:
        words = "What is shipped for this kind and country is stricter: yours may only be stricter still."
        return await _page(request, db, manager, status=409, wrong=words)
    except NoSuchRule:
        words = "This names a product, market, country or value that is not there. Nothing is changed."
        return await _page(request, db, manager, status=400, wrong=words)
    return Redirect("/studio/laws?saved=yes", status_code=303)


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    *,
    status: int = 200,
    wrong: str = "",
    saved: bool = False,
) -> Response[str]:
    maison_id = manager.maison_id
    async with db.acting(manager.actor, maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await ruling.laws_of(conn, maison_id=maison_id)
        families = await of_pieces.families_of(conn, maison_id=maison_id)
        single = await of_pieces.own_kinds(conn, maison_id=maison_id)
        rates = await ruling.rates_of(conn, maison_id=maison_id)
        known = await ruling.known_rates(conn)
        markets = await markets_of(conn, maison_id=maison_id)
    return screen(
        request,
        "studio/laws/laws.html",
        member=manager,
        maison=maison,
        tab="laws",
        status=status,
        own=[law for law in found if law.source is None],
        shipped={rule: [law for law in found if law.rule == rule and law.source] for rule in RULES},
        rule_names=RULE_NAMES,
        kind_names=KIND_NAMES,
        bounds=BOUNDS,
        families=families,
        single=single,
        rates=rates,
        known=known,
        markets=markets,
        wrong=wrong,
        saved=saved,
    )
