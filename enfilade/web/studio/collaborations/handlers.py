"""Collaborations in the studio: the list, one form to draw one up, proposed, answered and ended; shares come to a whole."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base import idempotency
from enfilade.base.db import Conn, Db, many, scalar
from enfilade.catalogue import collaborations as verbs
from enfilade.catalogue.collaborations import (
    AnotherVersion,
    Collaboration,
    CollaborationRefused,
    CollaborationStands,
    NoSuchCollaboration,
    Partner,
    PieceInAnother,
    Terms,
)
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import Manager, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.showing import day, screen, share

refuse(NoSuchCollaboration, 404, "There is no such collaboration here")
refuse(CollaborationRefused, 400, "The collaboration cannot be agreed like this")
refuse(CollaborationStands, 409, "What is in force is not written anew")
refuse(AnotherVersion, 409, "It was written anew meanwhile: read it again")
refuse(PieceInAnother, 409, "A piece is of one collaboration only")

#: The other houses and the artists of a form.
ROWS = 3
FIELDS = (
    *("name", "begins", "ends", "store", "markets", "products", "own_share"),
    *(f"{name}.{row}" for row in range(ROWS) for name in ("who", "artist", "signed", "share")),
)


@dataclass(frozen=True, slots=True)
class _House:
    maison_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class _Store:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class _Product:
    id: UUID
    slug: str


@get("/collaborations", include_in_schema=False)
async def collaborations(
    request: Request[Any, Any, Any], db: Db, manager: Manager, change: UUID | None = None, said: str = ""
) -> Response[str]:
    """The maison's own and those proposed to it, and the form for a new one or the one to change."""
    return await _page(request, db, manager, None, changing=change, said=said)


@post("/collaborations", include_in_schema=False)
async def keep(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Draws one up, or writes it anew; a form with something wrong comes back as it was written."""
    form = await request.form()
    values = _read(form)
    key, given = str(form.get("key", "")), str(form.get("collaboration_id", ""))
    try:
        changing = UUID(given) if given else None
    except ValueError:
        raise NotFoundException from None
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        if not complete(key):
            raise CollaborationRefused(INCOMPLETE)
        repeat = await idempotency.claim(
            conn, actor=manager.actor, key=key, request=[values, given], now=now, answer={}
        )
        if repeat is None:
            await verbs.keep(
                conn,
                maison_id=manager.maison_id,
                terms=await _terms(conn, manager.maison_id, values),
                now=now,
                collaboration_id=changing,
                changed_by=manager.staff_id,
            )

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchCollaboration:
        raise NotFoundException from None
    except (CollaborationRefused, CollaborationStands, PieceInAnother) as refused:
        words = str(refused) or "What is in force is not written anew: end it, and draw up another"
        return await _page(
            request, db, manager, values, changing=changing, status=400, wrong=f"{words.rstrip('.')}."
        )
    return Redirect("/studio/collaborations?said=kept", status_code=303)


@post("/collaborations/{collaboration_id:uuid}/proposal", include_in_schema=False)
async def propose(db: Db, manager: Manager, collaboration_id: UUID) -> Response[Any]:
    """The maison approves it and lets the others read it."""
    return await _turned(db, manager, collaboration_id, verbs.propose, "proposed")


@post("/collaborations/{collaboration_id:uuid}/end", include_in_schema=False)
async def end(db: Db, manager: Manager, collaboration_id: UUID) -> Response[Any]:
    """Its pieces are sold no more."""
    return await _turned(db, manager, collaboration_id, verbs.end, "ended")


@post("/collaborations/{collaboration_id:uuid}/answer", include_in_schema=False)
async def answer(
    request: Request[Any, Any, Any], db: Db, manager: Manager, collaboration_id: UUID
) -> Response[Any]:
    """This house's word on what another proposed, in the version it read."""
    form = await request.form()
    try:
        seller, version = UUID(str(form.get("selling_maison_id", ""))), int(str(form.get("version", "")))
    except ValueError:
        raise NotFoundException from None
    approved = form.get("answer") == "approve"

    async def verb(conn: Conn) -> None:
        await verbs.answer(
            conn,
            maison_id=manager.maison_id,
            selling_maison_id=seller,
            collaboration_id=collaboration_id,
            version=version,
            approved=approved,
            now=datetime.now(UTC),
            answered_by=manager.staff_id,
        )

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchCollaboration:
        raise NotFoundException from None
    return Redirect(f"/studio/collaborations?said={'approved' if approved else 'declined'}", status_code=303)


async def _turned(
    db: Db, manager: Manager, collaboration_id: UUID, turn: Callable[..., Awaitable[None]], said: str
) -> Redirect:
    async def verb(conn: Conn) -> None:
        await turn(
            conn,
            maison_id=manager.maison_id,
            collaboration_id=collaboration_id,
            now=datetime.now(UTC),
            changed_by=manager.staff_id,
        )

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchCollaboration:
        raise NotFoundException from None
    return Redirect(f"/studio/collaborations?said={said}", status_code=303)


async def _terms(conn: Conn, maison_id: UUID, values: dict[str, str]) -> Terms:
    """What was written, read. Raises CollaborationRefused."""
    zone = ZoneInfo(await scalar(conn, "select public_facts.zone_of(%(maison_id)s)", maison_id=maison_id))
    name = await scalar(
        conn, "select name from maisons.maison where maison_id = %(maison_id)s", maison_id=maison_id
    )
    houses = {str(one.maison_id): one.name for one in await _houses(conn, maison_id)}
    partners = [Partner("seller", name, _points(values["own_share"]), maison_id)]
    for row in range(ROWS):
        who, artist = values[f"who.{row}"], values[f"artist.{row}"]
        if who in houses:
            partners.append(Partner("house", houses[who], _points(values[f"share.{row}"]), UUID(who)))
        elif artist:
            signed = _day(values[f"signed.{row}"]) if values[f"signed.{row}"] else None
            partners.append(
                Partner("artist", artist[:120], _points(values[f"share.{row}"]), signed_on=signed)
            )
    slugs = [
        line.strip().rstrip("/").rsplit("/", 1)[-1]
        for line in values["products"].splitlines()
        if line.strip()
    ]
    found = {one.slug: one.id for one in await _products(conn, maison_id, slugs)}
    if missing := [slug for slug in slugs if slug not in found]:
        raise CollaborationRefused(f"There is no piece here at {missing[0]}")
    begins = datetime.combine(_day(values["begins"]), time(0), zone)
    ends = datetime.combine(_day(values["ends"]), time(0), zone) if values["ends"] else None
    markets = tuple(values["markets"].replace(",", " ").split())
    stores = {str(one.id) for one in await _stores(conn, maison_id)}
    if values["store"] and values["store"] not in stores:
        raise CollaborationRefused("No such store shows the maison")
    return Terms(
        values["name"],
        begins,
        ends,
        tuple(partners),
        tuple(dict.fromkeys(found[slug] for slug in slugs)),
        (UUID(values["store"]),) if values["store"] else None,
        markets or None,
    )


def _points(written: str) -> int:
    try:
        percent = Decimal(written.replace(",", "."))
    except InvalidOperation:
        raise CollaborationRefused("Write each share in per cent: 60 or 12.5") from None
    if not 0 <= percent <= 100 or percent != round(percent, 2):
        raise CollaborationRefused("A share has two decimals at most")
    return int(percent * 100)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise CollaborationRefused("Say from which day on") from None


async def _houses(conn: Conn, maison_id: UUID) -> list[_House]:
    return await many(
        conn,
        _House,
        """
        select maison_id, name from public_facts.maison where maison_id <> %(maison_id)s and kind <> 'group'
        order by name, maison_id
        """,
        maison_id=maison_id,
    )


async def _stores(conn: Conn, maison_id: UUID) -> list[_Store]:
    return await many(
        conn,
        _Store,
        """
        select s.id, s.name from public_facts.store s where s.maison_id = %(maison_id)s or exists (
          select 1 from public_facts.store_maison x where x.store_id = s.id and x.maison_id = %(maison_id)s)
        order by s.name, s.id
        """,
        maison_id=maison_id,
    )


async def _products(conn: Conn, maison_id: UUID, slugs: list[str]) -> list[_Product]:
    return await many(
        conn,
        _Product,
        "select id, slug from catalogue.product where maison_id = %(maison_id)s and slug = any(%(slugs)s::text[])",
        maison_id=maison_id,
        slugs=slugs,
    )


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    values: dict[str, str] | None,
    *,
    changing: UUID | None,
    status: int = 200,
    said: str = "",
    wrong: str = "",
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await verbs.collaborations(conn, maison_id=manager.maison_id)
        houses = await _houses(conn, manager.maison_id)
        stores = await _stores(conn, manager.maison_id)
    own = [one for one in found if one.maison_id == manager.maison_id]
    chosen = next((one for one in own if one.id == changing), None)
    if changing is not None and chosen is None:
        raise NotFoundException
    return screen(
        request,
        "studio/collaborations/collaborations.html",
        member=manager,
        maison=maison,
        tab="collaborations",
        status=status,
        own=own,
        proposed=[one for one in found if one.maison_id != manager.maison_id],
        us=str(manager.maison_id),
        chosen=chosen,
        values=values or (_kept(chosen) if chosen else _read({"own_share": "", "begins": ""})),
        houses=houses,
        stores=stores,
        store_names={one.id: one.name for one in stores},
        rows=range(ROWS),
        day=day,
        share=share,
        said=said,
        wrong=wrong,
    )


def _read(form: Mapping[str, object]) -> dict[str, str]:
    return {name: str(form.get(name, "")).strip()[:20_000] for name in FIELDS}


def _kept(one: Collaboration) -> dict[str, str]:
    def percent(points: int) -> str:
        return f"{Decimal(points) / 100:f}".rstrip("0").rstrip(".") if points % 100 else str(points // 100)

    values = dict.fromkeys(FIELDS, "") | {
        "name": one.name,
        "begins": one.begins_on.isoformat(),
        "ends": one.ends_on.isoformat() if one.ends_on else "",
        "store": str(one.stores[0]) if one.stores else "",
        "markets": " ".join(one.markets or ()),
        "products": "\n".join(piece["slug"] for piece in one.pieces),
    }
    row = 0
    for partner in one.partners:
        if partner["kind"] == "seller":
            values["own_share"] = percent(partner["share_basis_points"])
            continue
        values |= {
            f"who.{row}": partner["maison_id"] or "",
            f"artist.{row}": "" if partner["maison_id"] else partner["name"],
            f"signed.{row}": partner["signed_on"] or "",
            f"share.{row}": percent(partner["share_basis_points"]),
        }
        row += 1
    return values
