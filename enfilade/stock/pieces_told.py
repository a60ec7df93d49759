"""What is told of serialised pieces: received, counted, put aside, sold at a till, written off, brought back.

A piece is known by its serial. What the books have elsewhere, or sold, is refused with the reason.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base.db import Conn, many, one, scalar
from enfilade.stock.arranged import Piece
from enfilade.stock.positions import STATES, Shortfall
from enfilade.stock.serials import (
    Found,
    Locked,
    SayTheSerials,
    SerialRefused,
    Whereabouts,
    become,
    come,
    fresh_among,
    known,
    locked,
    once_each,
    recount,
)


async def receive(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    variant_id: UUID,
    found: list[Found],
    by_id: UUID | None,
    now: datetime,
) -> int:
    """New pieces are at the location; those that were here already stay. Returns how many came. Raises SerialRefused."""
    held = await locked(conn, maison_id=maison_id, location_id=location_id, variant_id=variant_id)
    fresh = await fresh_among(conn, maison_id, location_id, variant_id, once_each(found))
    if not fresh:
        return 0
    await come(
        conn,
        maison_id=maison_id,
        location_id=location_id,
        variant_id=variant_id,
        found=fresh,
        step="received",
        cause_id=None,
        by_id=by_id,
        now=now,
    )
    await recount(
        conn,
        maison_id=maison_id,
        position=held.position,
        kind="received",
        cause="received",
        cause_id=None,
        as_of=max(now, held.position.as_of),
        now=now,
    )
    return len(fresh)


async def count(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    variant_id: UUID,
    found: list[Found],
    source: str,
    by_id: UUID | None,
    as_of: datetime,
    now: datetime,
) -> Shortfall:
    """What was found, piece by piece, is what is there: others are gone, unknown ones are new. An older count changes nothing.

    Raises SerialRefused for a piece that the books have elsewhere.
    """
    held = await locked(conn, maison_id=maison_id, location_id=location_id, variant_id=variant_id)
    seen = {one.serial: one for one in once_each(found)}
    if as_of < held.position.as_of:
        return Shortfall(location_id, variant_id, [], 0)
    fresh = await fresh_among(conn, maison_id, location_id, variant_id, list(seen.values()))
    opening = source == "opening"
    if fresh:
        await come(
            conn,
            maison_id=maison_id,
            location_id=location_id,
            variant_id=variant_id,
            found=fresh,
            step="opening" if opening else "found",
            cause_id=None,
            by_id=by_id,
            now=now,
        )
    gone: dict[UUID, tuple[Whereabouts, str | None]] = {
        piece.id: ("gone", None) for piece in held.pieces if piece.serial not in seen
    }
    changed: dict[UUID, tuple[Whereabouts, str | None]] = {
        piece.id: ("here", seen[piece.serial].state)
        for piece in held.pieces
        if piece.serial in seen and seen[piece.serial].state != piece.state
    }
    held = Locked(
        held.position, [*held.pieces, *await _arrived(conn, maison_id, variant_id, fresh)], held.promises
    )
    return await become(
        conn,
        maison_id=maison_id,
        held=held,
        changes=gone | changed,
        step="gone",
        kind="opening" if opening else "adjusted",
        cause=source,
        cause_id=None,
        by_id=by_id,
        as_of=as_of,
        now=now,
    )


async def restate(
    conn: Conn,
    *,
    maison_id: UUID,
    piece_id: UUID,
    to: Literal["sellable", "gone", "sold"] | str,
    source: str,
    by_id: UUID | None,
    now: datetime,
) -> Shortfall | None:
    """A piece that is here is for sale, in one of STATES, `gone` or `sold` at a till. None where it is so already.

    Raises SerialRefused when it is not here.
    """
    assert to in (*STATES, "sellable", "gone", "sold"), to
    at = await one(
        conn,
        _At,
        """
        select p.serial, p.whereabouts, p.location_id, p.variant_id, p.state from stock.piece p
        where p.maison_id = %(maison_id)s and p.id = %(piece_id)s
        """,
        maison_id=maison_id,
        piece_id=piece_id,
    )
    if at.whereabouts == to or (at.whereabouts == "here" and (at.state or "sellable") == to):
        return None
    held = await locked(conn, maison_id=maison_id, location_id=at.location_id, variant_id=at.variant_id)
    if piece_id not in {piece.id for piece in held.pieces}:
        raise SerialRefused(at.serial, "is not there any more")
    where: tuple[Whereabouts, str | None] = ("here", None if to == "sellable" else to)
    if to in ("gone", "sold"):
        where = ("sold" if to == "sold" else "gone", None)
    return await become(
        conn,
        maison_id=maison_id,
        held=held,
        changes={piece_id: where},
        step=to,
        kind="sold" if to == "sold" else "adjusted",
        cause=source,
        cause_id=None,
        by_id=by_id,
        as_of=max(now, held.position.as_of),
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _At:
    serial: str
    whereabouts: str
    location_id: UUID
    variant_id: UUID
    state: str | None


async def tell(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    variant_id: UUID,
    kind: Literal["received", "sold", "returned", "transferred", "adjusted"],
    on_hand: int,
    serials: list[str],
    source: str,
    now: datetime,
) -> Shortfall:
    """What a till or feed tells of pieces: `on_hand` came (negative: went), and these are they. Raises SerialRefused."""
    if len(serials) != abs(on_hand):
        raise SayTheSerials(abs(on_hand))
    told = once_each([Found(serial) for serial in serials])
    held = await locked(conn, maison_id=maison_id, location_id=location_id, variant_id=variant_id)
    changes: dict[UUID, tuple[Whereabouts, str | None]] = {}
    if on_hand > 0:
        back = kind == "returned"
        fresh = await fresh_among(conn, maison_id, location_id, variant_id, told, sold=back)
        if len(fresh) != len(told):
            here = {each.serial for each in told} - {each.serial for each in fresh}
            raise SerialRefused(min(here), "is here already")
        await come(
            conn,
            maison_id=maison_id,
            location_id=location_id,
            variant_id=variant_id,
            found=fresh,
            step="returned" if back else "received",
            cause_id=None,
            by_id=None,
            now=now,
        )
        held = Locked(
            held.position, held.pieces + await _arrived(conn, maison_id, variant_id, fresh), held.promises
        )
    else:
        there = {piece.serial: piece.id for piece in held.pieces}
        for each in told:
            if each.serial not in there:
                raise SerialRefused(each.serial, "the books have no such piece here: count it first")
            changes[there[each.serial]] = ("sold" if kind == "sold" else "gone", None)
    return await become(
        conn,
        maison_id=maison_id,
        held=held,
        changes=changes,
        step="sold" if kind == "sold" else "gone",
        kind=kind,
        cause=source,
        cause_id=None,
        by_id=None,
        as_of=max(now, held.position.as_of),
        now=now,
    )


async def take_in(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    variant_id: UUID,
    order_line_id: UUID | None,
    found: list[Found],
    quantity: int,
    cause_id: UUID,
    now: datetime,
) -> None:
    """Pieces an order line sold are here again. A line from before the variant was serialised may bring new serials.

    Raises SayTheSerials, SerialRefused for a piece that this line did not sell.
    """
    if len(found) != quantity:
        raise SayTheSerials(quantity)
    told = once_each(found)
    held = await locked(conn, maison_id=maison_id, location_id=location_id, variant_id=variant_id)
    sold = await many(
        conn,
        _Serial,
        """
        select serial from stock.piece
        where maison_id = %(maison_id)s and order_line_id = %(line)s and whereabouts = 'sold' order by serial
        for no key update
        """,
        maison_id=maison_id,
        line=order_line_id,
    )
    ours = [row.serial for row in sold]
    books = await known(
        conn, maison_id=maison_id, variant_id=variant_id, serials=[each.serial for each in told]
    )
    from_before = (
        not ours and order_line_id is not None and not await _ever_of(conn, maison_id, order_line_id)
    )
    for each in told:
        if each.serial in ours or (from_before and each.serial not in books):
            continue
        if not ours:
            raise SerialRefused(each.serial, "is not one of this order")
        raise SerialRefused(each.serial, f"is not the piece that was sold, which is {' or '.join(ours)}")
    await come(
        conn,
        maison_id=maison_id,
        location_id=location_id,
        variant_id=variant_id,
        found=told,
        step="returned",
        cause_id=cause_id,
        by_id=None,
        now=now,
    )
    await recount(
        conn,
        maison_id=maison_id,
        position=held.position,
        kind="returned",
        cause="return",
        cause_id=cause_id,
        as_of=max(now, held.position.as_of),
        now=now,
    )


async def _ever_of(conn: Conn, maison_id: UUID, order_line_id: UUID) -> bool:
    """Whether any piece was ever promised to this line."""
    return bool(
        await scalar(
            conn,
            """
            select 1 from stock.piece_step where maison_id = %(maison_id)s and cause_id = %(line)s limit 1
            """,
            maison_id=maison_id,
            line=order_line_id,
        )
    )


@dataclass(frozen=True, slots=True)
class _Serial:
    serial: str


async def _arrived(conn: Conn, maison_id: UUID, variant_id: UUID, found: list[Found]) -> list[Piece]:
    here = await known(
        conn, maison_id=maison_id, variant_id=variant_id, serials=[one.serial for one in found]
    )
    return [Piece(here[one.serial].id, one.serial, one.state, None, None) for one in found]
