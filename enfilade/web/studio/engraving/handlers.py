"""Engraving: the letterings, scripts and fees of the maison, its workshops with their room, and the days they are closed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base import idempotency
from enfilade.base.db import Conn, Db, many, scalar
from enfilade.base.ids import new_id
from enfilade.base.money import Money, from_major
from enfilade.boutiques import workshops
from enfilade.boutiques.workshops import DAYS_MAX, PIECES_A_DAY_MAX, NoSuchWorkshop, Workshop, WorkshopUnclear
from enfilade.catalogue import engraving
from enfilade.catalogue.engraving import FEE_MAX, LETTERINGS, Terms
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.showing import screen

#: Of a workshop: label, what is said of it, its least and most.
FIGURES: dict[str, tuple[str, str, int, int]] = {
    "pieces_a_day": ("Pieces a working day", "No more is promised on one day.", 1, PIECES_A_DAY_MAX),
    "there_days": (
        "Working days until a piece is there",
        "The next working day at the earliest.",
        0,
        DAYS_MAX,
    ),
    "back_days": (
        "Working days until it is back",
        "From the day of the work to where it is prepared.",
        0,
        DAYS_MAX,
    ),
}
NAMES = {"upright": "Upright letters", "italic": "Italic letters", "block": "Block capitals"}
UNCLEAR = "Nothing is changed: a name, and whole figures in their bounds."


@dataclass(frozen=True, slots=True)
class Market:
    code: str
    currency: str


@dataclass(frozen=True, slots=True)
class Place:
    id: UUID
    name: str
    zone: str


@get("/engraving", include_in_schema=False)
async def page(
    request: Request[Any, Any, Any], db: Db, manager: Manager, said: str = "", promised: int = 0
) -> Response[str]:
    """What is in force. `promised`: so many pieces are promised on the days just closed."""
    return await _page(request, db, manager, said=said, promised=promised)


@post("/engraving", include_in_schema=False)
async def keep(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """What is cut and what it costs, from now on."""
    form = await request.form()
    letterings = [one for one in LETTERINGS if one in form.getall("lettering", [])]
    markets = {market.code: market for market in await _markets(db, manager)}
    fees: dict[str, int] = {}
    for code, market in markets.items():
        minor = _minor(str(form.get(f"fee-{code}", "")), market.currency)
        if minor is None:
            return await _page(
                request,
                db,
                manager,
                notice=f"The fee in {code.upper()} is an amount in {market.currency}.",
                status=400,
            )
        fees[code] = minor
    if not letterings:
        return await _page(request, db, manager, notice="Choose one lettering at least.", status=400)
    scripts = ("latin", "han") if form.get("han") == "yes" else ("latin",)
    terms = Terms(tuple(letterings), scripts, fees)

    async def verb(conn: Conn) -> None:
        await engraving.set_terms(conn, maison_id=manager.maison_id, terms=terms)
        await acted(conn, manager, "set_engraving", "maison", manager.maison_id, datetime.now(UTC))

    return await _once(request, db, manager, str(form.get("key", "")), [letterings, scripts, fees], verb)


@post("/engraving/workshops", include_in_schema=False)
async def keep_workshop(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """A new workshop, or another figure for one; what is promised stays."""
    form = await request.form()
    sent = {
        name: str(form.get(name, "")).strip()[:80]
        for name in ("id", "name", "place", "stopped", "makes_only", *FIGURES)
    }
    places = {str(place.id): place for place in await _places(db, manager)}
    known = {str(one.id) for one in await _workshops(db, manager)}
    if not all(sent[name].isascii() and sent[name].isdigit() and len(sent[name]) < 6 for name in FIGURES) or (
        sent["id"] and sent["id"] not in known
    ):
        return await _page(request, db, manager, notice=UNCLEAR, status=400)
    place = places.get(sent["place"])
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        zone = (
            place.zone
            if place
            else await scalar(conn, "select public_facts.zone_of(%(id)s)", id=manager.maison_id)
        )
        made = Workshop(
            UUID(sent["id"]) if sent["id"] else new_id(now),
            sent["name"],
            place.id if place else None,
            zone,
            int(sent["pieces_a_day"]),
            int(sent["there_days"]),
            int(sent["back_days"]),
            sent["stopped"] == "yes",
            engraves=sent["makes_only"] != "yes",
        )
        await workshops.set_workshop(conn, maison_id=manager.maison_id, workshop=made, now=now)
        await acted(conn, manager, "set_workshop", "workshop", made.id, now)

    return await _once(request, db, manager, str(form.get("key", "")), sent, verb)


@post("/engraving/closed-days", include_in_schema=False)
async def close(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Closes days of a workshop, or opens them; what is promised on them stays promised, and is said."""
    form = await request.form()
    try:
        workshop_id = UUID(str(form.get("workshop", "")))
        first, last = (date.fromisoformat(str(form.get(name, ""))) for name in ("first", "last"))
    except ValueError:
        return await _page(
            request, db, manager, notice="Choose a workshop, a first day and a last.", status=400
        )
    closed = form.get("closed") != "no"
    promised = 0

    async def verb(conn: Conn) -> None:
        nonlocal promised
        promised = await workshops.close(
            conn, maison_id=manager.maison_id, workshop_id=workshop_id, first=first, last=last, closed=closed
        )
        await acted(
            conn,
            manager,
            "close_workshop" if closed else "open_workshop",
            "workshop",
            workshop_id,
            datetime.now(UTC),
        )

    asked = [str(workshop_id), first.isoformat(), last.isoformat(), closed]
    return await _once(
        request, db, manager, str(form.get("key", "")), asked, verb, lambda: promised if closed else 0
    )


async def _once(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    key: str,
    asked: object,
    verb: Callable[[Conn], Awaitable[None]],
    promised: Callable[[], int] = lambda: 0,
) -> Response[Any]:
    if not complete(key):
        return await _page(request, db, manager, notice=INCOMPLETE, status=400)

    async def step(conn: Conn) -> None:
        repeat = await idempotency.claim(
            conn, actor=manager.actor, key=key, request=asked, now=datetime.now(UTC), answer={}
        )
        if repeat is None:
            await verb(conn)

    try:
        await db.run(manager.actor, manager.maison_id, step)
    except (WorkshopUnclear, NoSuchWorkshop):
        return await _page(request, db, manager, notice=UNCLEAR, status=400)
    stays = f"&promised={promised()}" if promised() else ""
    return Redirect(f"/studio/engraving?said=saved{stays}", status_code=303)


def _major(minor: int, currency: str) -> str:
    return str(Money(minor, currency).major)


def _minor(text: str, currency: str) -> int | None:
    """An amount as typed, in minor units; '' is none. None: no amount."""
    typed = text.strip().replace(",", ".")
    if not typed:
        return 0
    try:
        minor = from_major(Decimal(typed), currency).minor
    except (InvalidOperation, ValueError):
        return None
    return minor if 0 <= minor <= FEE_MAX else None


async def _markets(db: Db, manager: Manager) -> list[Market]:
    async with db.acting(manager.actor, manager.maison_id) as conn:
        return await many(
            conn,
            Market,
            "select code, currency from maisons.market where maison_id = %(maison_id)s order by code",
            maison_id=manager.maison_id,
        )


async def _places(db: Db, manager: Manager) -> list[Place]:
    async with db.acting(manager.actor, manager.maison_id) as conn:
        return await many(
            conn,
            Place,
            "select id, name, zone from boutiques.location where maison_id = %(maison_id)s order by name",
            maison_id=manager.maison_id,
        )


async def _workshops(db: Db, manager: Manager) -> list[Workshop]:
    async with db.acting(manager.actor, manager.maison_id) as conn:
        return await workshops.workshops(conn, maison_id=manager.maison_id)


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    *,
    said: str = "",
    notice: str = "",
    promised: int = 0,
    status: int = 200,
) -> Response[str]:
    now = datetime.now(UTC)
    async with db.acting(manager.actor, manager.maison_id) as conn:
        maison = await maison_of(conn, manager)
        terms = await engraving.terms_of(conn, maison_id=manager.maison_id)
        days = await workshops.days(conn, maison_id=manager.maison_id, since=now.date())
        engraved = await scalar(
            conn,
            "select count(*) from catalogue.product where maison_id = %(maison_id)s and engraving_letters_max > 0",
            maison_id=manager.maison_id,
        )
    known = await _workshops(db, manager)
    return screen(
        request,
        "studio/engraving/engraving.html",
        member=manager,
        maison=maison,
        tab="engraving",
        status=status,
        terms=terms,
        fees=terms.fees or {},
        letterings=NAMES,
        markets=await _markets(db, manager),
        places=await _places(db, manager),
        workshops=known,
        days=days,
        names={one.id: one.name for one in known},
        figures=FIGURES,
        engraved=engraved,
        said=said,
        notice=notice,
        promised=promised,
        major=_major,
    )
