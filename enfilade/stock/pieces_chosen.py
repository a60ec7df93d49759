"""Which serialised piece is taken, where the books had promised another: the two are exchanged, and their promises with them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many, scalar
from enfilade.stock.arranged import Promise
from enfilade.stock.serials import Locked, SayTheSerials, SerialRefused, as_engraved, locked, step_of


async def take(
    conn: Conn, *, maison_id: UUID, order_line_id: UUID, serials: list[str], by_id: UUID | None, now: datetime
) -> bool:
    """The line is given these pieces instead of those the books had for it; False where they are the same.

    A free piece, one kept for somebody, or one of a line nobody has picked yet: that promise gets ours. Raises SerialRefused.
    """
    asked = [as_engraved(serial) for serial in serials]
    at = await many(
        conn,
        _Allocated,
        """
        select a.location_id, a.variant_id, a.quantity from stock.allocation a
        join stock.position p on p.maison_id = a.maison_id and p.location_id = a.location_id and p.variant_id = a.variant_id
        where a.maison_id = %(maison_id)s and a.order_line_id = %(line)s and p.serialised
        """,
        maison_id=maison_id,
        line=order_line_id,
    )
    if not at:
        return False
    held = await locked(conn, maison_id=maison_id, location_id=at[0].location_id, variant_id=at[0].variant_id)
    return await _swap(conn, maison_id, held, Promise(order_line_id, True, at[0].quantity), asked, by_id, now)


@dataclass(frozen=True, slots=True)
class _Allocated:
    location_id: UUID
    variant_id: UUID
    quantity: int


async def choose(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    variant_id: UUID,
    holder_id: UUID,
    serials: list[str],
    by_id: UUID | None,
    now: datetime,
) -> bool:
    """The same for what a transfer keeps: these pieces go into the box. Raises SerialRefused."""
    asked = [as_engraved(serial) for serial in serials]
    held = await locked(conn, maison_id=maison_id, location_id=location_id, variant_id=variant_id)
    hold_id: UUID | None = await scalar(
        conn,
        """
        select id from stock.hold where maison_id = %(maison_id)s and holder_id = %(holder_id)s
          and location_id = %(location_id)s and variant_id = %(variant_id)s
        """,
        maison_id=maison_id,
        holder_id=holder_id,
        location_id=location_id,
        variant_id=variant_id,
    )
    kept = next((promise for promise in held.promises if promise.id == hold_id), None)
    return kept is not None and await _swap(conn, maison_id, held, kept, asked, by_id, now)


async def chosen(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    variant_id: UUID,
    holder_id: UUID,
    named: list[str],
    by_id: UUID | None,
    now: datetime,
) -> None:
    """What a holder keeps has these pieces among it, and for the rest those the books had. Raises SerialRefused."""
    books = await many(
        conn,
        _Kept,
        """
        select p.serial from stock.hold h join stock.piece p on p.maison_id = h.maison_id and p.hold_id = h.id
        where h.maison_id = %(maison_id)s and h.holder_id = %(holder_id)s and h.location_id = %(location_id)s
          and h.variant_id = %(variant_id)s
        order by p.id
        """,
        maison_id=maison_id,
        holder_id=holder_id,
        location_id=location_id,
        variant_id=variant_id,
    )
    mine = [as_engraved(serial) for serial in named]
    rest = [piece.serial for piece in books if piece.serial not in mine]
    await choose(
        conn,
        maison_id=maison_id,
        location_id=location_id,
        variant_id=variant_id,
        holder_id=holder_id,
        serials=[*mine, *rest][: len(books)],
        by_id=by_id,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    serial: str


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    variant_id: UUID
    whereabouts: str
    place: str
    name: str


async def _where(conn: Conn, maison_id: UUID, variant_id: UUID, serial: str) -> str:
    """Why no piece of this serial is at hand, in words somebody with one in the hand can act upon."""
    found = await many(
        conn,
        _Elsewhere,
        """
        select p.variant_id, p.whereabouts, l.name as place, concat_ws(', ', coalesce(n.name, d.handle), nullif(v.colour, ''),
          nullif(v.size, '')) as name
        from stock.piece p
        join boutiques.location l on l.maison_id = p.maison_id and l.id = p.location_id
        join catalogue.variant v on v.maison_id = p.maison_id and v.id = p.variant_id
        join catalogue.product d on d.maison_id = v.maison_id and d.id = v.product_id
        left join lateral (select y.name from catalogue.product_text y
          where y.maison_id = v.maison_id and y.product_id = v.product_id
          order by (y.language = 'en') desc, y.language limit 1) n on true
        where p.maison_id = %(maison_id)s and p.serial = %(serial)s
        order by p.variant_id = %(variant_id)s desc, p.id limit 1
        """,
        maison_id=maison_id,
        variant_id=variant_id,
        serial=serial,
    )
    if not found:
        return "the books have no such piece here: count it first"
    (piece,) = found
    if piece.variant_id != variant_id:
        return f"is another piece: {piece.name}"
    return {
        "here": f"the books have it at {piece.place}: transfer it first",
        "on_its_way": f"is on its way from {piece.place}: receive the transfer first",
        "sold": f"the books have it as sold, from {piece.place}",
        "gone": f"is no longer at {piece.place} by the books: count it first",
    }[piece.whereabouts]


async def _swap(
    conn: Conn,
    maison_id: UUID,
    held: Locked,
    promise: Promise,
    asked: list[str],
    by_id: UUID | None,
    now: datetime,
) -> bool:
    if len(asked) != promise.quantity or len(set(asked)) != len(asked):
        raise SayTheSerials(promise.quantity)
    by_serial = {piece.serial: piece for piece in held.pieces}
    picked = {other.id for other in held.promises if other.secured and other.id != promise.id}
    for serial in asked:
        piece = by_serial.get(serial)
        if piece is None:
            raise SerialRefused(serial, await _where(conn, maison_id, held.position.variant_id, serial))
        if piece.state is not None:
            raise SerialRefused(serial, f"is not for sale ({piece.state.replace('_', ' ')})")
        if piece.order_line_id in picked:
            raise SerialRefused(serial, "lies ready for another order")
    ours = [
        piece
        for piece in held.pieces
        if promise.id in (piece.order_line_id, piece.hold_id) and piece.serial not in asked
    ]
    wanted = [
        by_serial[serial]
        for serial in asked
        if promise.id not in (by_serial[serial].order_line_id, by_serial[serial].hold_id)
    ]
    if not wanted:
        return False
    assert len(ours) == len(wanted), "as many as it has"
    await execute(
        conn,
        """
        with swapped as (
          select * from unnest(%(ids)s::uuid[], %(holds)s::uuid[], %(lines)s::uuid[], %(steps)s::text[])
            as d(id, hold_id, order_line_id, step)
        ), changed as (
          update stock.piece p set hold_id = s.hold_id, order_line_id = s.order_line_id, changed_at = %(now)s
          from swapped s where p.maison_id = %(maison_id)s and p.id = s.id
        )
        insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, cause_id, by_id)
        select %(maison_id)s, uuidv7(), s.id, %(now)s, s.step, %(location_id)s, s.order_line_id, %(by_id)s::uuid
        from swapped s where s.step is not null
        """,
        maison_id=maison_id,
        location_id=held.position.location_id,
        ids=[piece.id for piece in (*ours, *wanted)],
        holds=[*(piece.hold_id for piece in wanted), *(None if promise.line else promise.id for _ in wanted)],
        lines=[
            *(piece.order_line_id for piece in wanted),
            *(promise.id if promise.line else None for _ in wanted),
        ],
        steps=[
            *(step_of(mine, theirs.order_line_id) for mine, theirs in zip(ours, wanted, strict=True)),
            *(step_of(theirs, promise.id if promise.line else None) for theirs in wanted),
        ],
        by_id=by_id,
        now=now,
    )
    return True
