"""Pieces in the studio: which variants are counted one by one, pieces found by serial or SKU, received, and one's history."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.base.settings import Settings
from enfilade.orders import certificates
from enfilade.stock import piece_history, pieces_told
from enfilade.stock.positions import STATES
from enfilade.stock.serialising import InStockStill
from enfilade.stock.serialising import serialise as count_by_piece
from enfilade.stock.serials import Found, SerialRefused
from enfilade.web.shared.certificates import document
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.pieces import reading
from enfilade.web.studio.pieces.reading import OrderOf
from enfilade.web.studio.showing import screen

refuse(InStockStill, 409, "How a variant is counted changes while none is in stock")

Asked = Request[Any, Any, Any]
BECOMES = ("sellable", *STATES, "gone")
SERIALS_CHARACTERS_MAX = 20_000


class _Refused(Exception):
    """What was written cannot be done; rolls everything back."""


@get("/pieces", include_in_schema=False)
async def pieces(request: Asked, db: Db, manager: Manager, q: str = "") -> Response[str]:
    """What is counted one by one, and the pieces of a serial or SKU."""
    return await _page(request, db, manager, q[:100])


@post("/pieces/counting", include_in_schema=False)
async def serialise(request: Asked, db: Db, manager: Manager) -> Response[Any]:
    """From now on by serials, or by number again; refused while there is stock of it."""
    form = await request.form()
    sku, serialised = str(form.get("sku", "")).strip()[:200], form.get("by") != "number"
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        variant_id = await _variant(conn, manager, sku)
        try:
            changed = await count_by_piece(
                conn,
                maison_id=manager.maison_id,
                variant_id=variant_id,
                serialised=serialised,
                by_id=manager.staff_id,
                now=now,
            )
        except InStockStill as refusal:
            raise _Refused(
                f"{sku}: {refusal}. How it is counted can be changed when there is none left anywhere."
            ) from None
        if changed:
            await acted(conn, manager, "change_counting", "variant", variant_id, now)

    return await _acted(request, db, manager, verb, sku)


@post("/pieces", include_in_schema=False)
async def receive(request: Asked, db: Db, manager: Manager) -> Response[Any]:
    """New pieces are at a place."""
    form = await request.form()
    sku, place = str(form.get("sku", "")).strip()[:200], str(form.get("place", ""))
    serials = re.split(r"[\s,;]+", str(form.get("serials", ""))[:SERIALS_CHARACTERS_MAX].strip())
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        variant_id = await _variant(conn, manager, sku)
        known = {str(one.id): one.id for one in await reading.places(conn, maison_id=manager.maison_id)}
        if place not in known:
            raise NotFoundException
        if serials == [""]:
            raise _Refused("Write the serials of the pieces.")
        await pieces_told.receive(
            conn,
            maison_id=manager.maison_id,
            location_id=known[place],
            variant_id=variant_id,
            found=[Found(serial) for serial in serials],
            by_id=manager.staff_id,
            now=now,
        )
        await acted(conn, manager, "receive_pieces", "variant", variant_id, now)

    return await _acted(request, db, manager, verb, sku)


@get("/pieces/{piece_id:uuid}", include_in_schema=False)
async def piece(request: Asked, db: Db, manager: Manager, piece_id: UUID) -> Response[str]:
    """One piece: where it is, and all that became of it."""
    return await _one(request, db, manager, piece_id)


@get("/certificates/{certificate_id:uuid}", include_in_schema=False)
async def certificate(db: Db, settings: Settings, manager: Manager, certificate_id: UUID) -> Response[bytes]:
    """One certificate as a PDF, in the language of its buyer; 404 for another maison's."""
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        found = await certificates.read(conn, maison_id=manager.maison_id, certificate_id=certificate_id)
    if found is None:
        raise NotFoundException
    code = certificates.code(settings.key, certificate_id)
    return await document.answer(found, code, i18n.known(found.language) or "en", settings.base_url)


@post("/pieces/{piece_id:uuid}/state", include_in_schema=False)
async def restate(request: Asked, db: Db, manager: Manager, piece_id: UUID) -> Response[Any]:
    """It is for sale, put aside, or gone; a promise it had gets another one, or is sourced again."""
    to = str((await request.form()).get("to", ""))
    if to not in BECOMES:
        raise NotFoundException
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        if await piece_history.shown(conn, maison_id=manager.maison_id, piece_id=piece_id) is None:
            raise NotFoundException
        await pieces_told.restate(
            conn,
            maison_id=manager.maison_id,
            piece_id=piece_id,
            to=to,
            source="studio",
            by_id=manager.staff_id,
            now=now,
        )
        await acted(conn, manager, "change_piece", "piece", piece_id, now)

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except SerialRefused as refusal:
        return await _one(request, db, manager, piece_id, words=str(refusal), status=409)
    return Redirect(f"/studio/pieces/{piece_id}", status_code=303)


async def _variant(conn: Conn, manager: Manager, sku: str) -> UUID:
    variant_id = await reading.variant_of(conn, maison_id=manager.maison_id, sku=sku)
    if variant_id is None:
        raise _Refused(f"No piece of this maison has the SKU “{sku}”.")
    return variant_id


async def _acted(request: Asked, db: Db, manager: Manager, verb: Any, sku: str) -> Response[Any]:
    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except (_Refused, SerialRefused) as refusal:
        return await _page(request, db, manager, "", words=str(refusal), status=409)
    return Redirect(f"/studio/pieces?q={quote(sku)}", status_code=303)


async def _page(
    request: Asked, db: Db, manager: Manager, q: str, *, words: str = "", status: int = 200
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        variants = await reading.serialised(conn, maison_id=manager.maison_id)
        found = await piece_history.found(conn, maison_id=manager.maison_id, asked=q) if variants else []
        places = await reading.places(conn, maison_id=manager.maison_id)
    return screen(
        request,
        "studio/pieces/pieces.html",
        member=manager,
        maison=maison,
        tab="pieces",
        status=status,
        q=q,
        variants=variants,
        found=found,
        places=places,
        refused=words,
    )


async def _one(
    request: Asked, db: Db, manager: Manager, piece_id: UUID, *, words: str = "", status: int = 200
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        it = await piece_history.shown(conn, maison_id=manager.maison_id, piece_id=piece_id)
        if it is None:
            raise NotFoundException
        steps = await piece_history.steps(conn, maison_id=manager.maison_id, piece_id=piece_id)
        certified = await certificates.of_piece(conn, maison_id=manager.maison_id, piece_id=piece_id)
        orders = await reading.orders_of(
            conn,
            maison_id=manager.maison_id,
            line_ids=[one for one in (it.order_line_id, *(step.cause_id for step in steps)) if one],
        )
    return screen(
        request,
        "studio/pieces/piece.html",
        member=manager,
        maison=maison,
        tab="pieces",
        status=status,
        it=it,
        order=orders.get(it.order_line_id) if it.order_line_id else None,
        steps=[(step, piece_history.sentence(step, _number(orders, step.cause_id))) for step in steps],
        certificates=certified,
        becomes=[one for one in BECOMES if one != (it.state or "sellable")],
        refused=words,
    )


def _number(orders: dict[UUID, OrderOf], line_id: UUID | None) -> str:
    return orders[line_id].number if line_id is not None and line_id in orders else ""
