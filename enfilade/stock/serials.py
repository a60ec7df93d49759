"""Facts about serialised pieces, told by their serials: counted, received, sold at a till, put aside, written off, exchanged.

Each locks the position, its holds, its allocations and its pieces, in this order, says anew whose each piece is, and makes the
position read what its pieces say. A promise whose piece went away is given another free piece; only what is left over is lost.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, one, scalar
from enfilade.base.ids import new_id
from enfilade.stock import positions
from enfilade.stock.arranged import Piece, Promise, arranged
from enfilade.stock.events import AllocationLost
from enfilade.stock.positions import STATES, Position, Shortfall

Whereabouts = Literal["here", "on_its_way", "sold", "gone"]
SERIAL = re.compile(r"[A-Z0-9][A-Z0-9./-]{0,39}")
SERIALS_MAX = 1000
NEVER = datetime.fromtimestamp(0, UTC)


class SerialRefused(Exception):
    """A serial does not say what was meant; nothing was changed. The message says which and why."""

    def __init__(self, serial: str, reason: str) -> None:
        super().__init__(f"{serial}: {reason}" if serial else reason)
        self.serial, self.reason = serial, reason


class SayTheSerials(SerialRefused):
    """The variant is counted piece by piece, and nobody said which pieces."""

    def __init__(self, asked: int = 1) -> None:
        super().__init__(
            "", "scan or write the serial number of each piece" if asked > 1 else "scan the serial number"
        )
        self.asked = asked


@dataclass(frozen=True, slots=True)
class Found:
    """A piece as somebody has it before them. `state`: one of STATES, or None where it can be sold."""

    serial: str
    state: str | None = None


def as_engraved(serial: str) -> str:
    """Capitals without blanks. Raises SerialRefused for what no piece can carry."""
    plain = "".join(serial.upper().split())
    if not SERIAL.fullmatch(plain):
        raise SerialRefused(
            serial.strip()[:40], "a serial has letters, digits, dots, dashes and slashes, 40 at most"
        )
    return plain


@dataclass(frozen=True, slots=True)
class Locked:
    """A serialised position with its pieces and promises, nobody else's to change until the transaction ends."""

    position: Position
    pieces: list[Piece]
    promises: list[Promise]


async def locked(conn: Conn, *, maison_id: UUID, location_id: UUID, variant_id: UUID) -> Locked:
    """Made, with nothing on it, where this place has never had the variant. Waits for who is claiming a piece.

    Raises SerialRefused where the variant is not counted piece by piece.
    """
    position = await positions.there(conn, maison_id, location_id, variant_id, NEVER)
    if not position.serialised:
        raise SerialRefused("", "this piece is counted by number, not by serials")
    place = {"maison_id": maison_id, "location_id": location_id, "variant_id": variant_id}
    # Holds before pieces, as who converts or releases them locks. Who claims meanwhile is waited for at the pieces, so what is
    # promised is read after these.
    await _holds(conn, place)
    pieces = await many(
        conn,
        Piece,
        """
        select p.id, p.serial, p.state, p.hold_id, p.order_line_id from stock.piece p
        where p.maison_id = %(maison_id)s and p.location_id = %(location_id)s and p.variant_id = %(variant_id)s
          and p.whereabouts = 'here'
        order by p.id
        for no key update
        """,
        **place,
    )
    promised = await many(
        conn,
        Promise,
        """
        select a.order_line_id as id, true as line, a.quantity, a.secured from stock.allocation a
        where a.maison_id = %(maison_id)s and a.location_id = %(location_id)s and a.variant_id = %(variant_id)s
        order by a.secured desc, a.allocated_at, a.order_line_id
        for update
        """,
        **place,
    )
    # Those to be given up last come first: allocations by how far they are, then holds, of transfers last.
    return Locked(position, pieces, [*promised, *await _holds(conn, place)])


async def _holds(conn: Conn, place: dict[str, UUID]) -> list[Promise]:
    return await many(
        conn,
        Promise,
        """
        select h.id, false as line, h.quantity from stock.hold h
        where h.maison_id = %(maison_id)s and h.location_id = %(location_id)s and h.variant_id = %(variant_id)s
        order by h.purpose = 'transfer', h.created_at, h.id
        for update
        """,
        **place,
    )


async def become(
    conn: Conn,
    *,
    maison_id: UUID,
    held: Locked,
    changes: dict[UUID, tuple[Whereabouts, str | None]],
    step: str,
    kind: str,
    cause: str,
    cause_id: UUID | None,
    by_id: UUID | None,
    as_of: datetime,
    now: datetime,
) -> Shortfall:
    """Makes these pieces be elsewhere, or in another state; their promises get other pieces, or are lost."""
    after = [piece for piece in held.pieces if changes.get(piece.id, ("here", piece.state)) == ("here", None)]
    plan = arranged(after, held.promises)
    place = {"maison_id": maison_id, "location_id": held.position.location_id, "now": now}
    lines = [promise.id for promise in plan.dropped if promise.line]
    if plan.dropped:
        await execute(
            conn,
            """
            with let_go as (
              delete from stock.hold where maison_id = %(maison_id)s and id = any(%(holds)s::uuid[])
            ), gone as (
              delete from stock.allocation where maison_id = %(maison_id)s and order_line_id = any(%(lines)s::uuid[])
              returning order_line_id, variant_id, quantity
            )
            insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, allocated, cause_id)
            select %(maison_id)s, uuidv7(), %(now)s, %(location_id)s, g.variant_id, 'released', -g.quantity, g.order_line_id
            from gone g
            """,
            **place,
            holds=[promise.id for promise in plan.dropped if not promise.line],
            lines=lines,
        )
    owners = {piece.id: plan.given[piece.id] for piece in held.pieces if piece.id in plan.given}
    owners |= {
        piece_id: None for piece_id, (where, state) in changes.items() if (where, state) != ("here", None)
    }
    touched = list(dict.fromkeys([*changes, *owners]))
    was = {piece.id: piece for piece in held.pieces}
    wheres = [changes.get(piece_id, ("here", None)) for piece_id in touched]

    def owner(piece_id: UUID, line: bool) -> UUID | None:
        if piece_id in owners:
            promise = owners[piece_id]
            return promise.id if promise and promise.line == line else None
        return was[piece_id].order_line_id if line else was[piece_id].hold_id

    await execute(
        conn,
        """
        with said as (
          select * from unnest(%(ids)s::uuid[], %(wheres)s::text[], %(states)s::text[], %(holds)s::uuid[], %(lines)s::uuid[],
            %(steps)s::text[]) as d(id, whereabouts, state, hold_id, order_line_id, step)
        ), changed as (
          update stock.piece p set whereabouts = s.whereabouts, state = s.state, hold_id = s.hold_id,
            order_line_id = s.order_line_id, changed_at = %(now)s
          from said s where p.maison_id = %(maison_id)s and p.id = s.id
        )
        insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, state, cause_id, by_id)
        select %(maison_id)s, uuidv7(), s.id, %(now)s, s.step, %(location_id)s, s.state,
          case when s.step = %(step)s then %(cause_id)s::uuid else s.order_line_id end, %(by_id)s::uuid
        from said s where s.step is not null
        """,
        **place,
        ids=touched,
        wheres=[where for where, _ in wheres],
        states=[state for _, state in wheres],
        holds=[owner(piece_id, False) for piece_id in touched],
        lines=[owner(piece_id, True) for piece_id in touched],
        steps=[
            step_of(was[piece_id], owner(piece_id, True))
            if piece_id not in changes
            else "state_changed"
            if changes[piece_id][0] == "here"
            else step
            for piece_id in touched
        ],
        step=step,
        cause_id=cause_id,
        by_id=by_id,
    )
    news = [AllocationLost(line, held.position.location_id, cause) for line in lines]
    await facts.record(conn, maison_id=maison_id, now=now, facts=list[facts.Fact](news))
    await recount(
        conn,
        maison_id=maison_id,
        position=held.position,
        kind=kind,
        cause=cause,
        cause_id=cause_id,
        as_of=as_of,
        now=now,
    )
    return Shortfall(held.position.location_id, held.position.variant_id, lines, 0)


def step_of(piece: Piece, line: UUID | None) -> str | None:
    """What the history of a piece says when only its promise changed; who holds it is not told."""
    if line is not None:
        return "exchanged"
    return "released" if piece.order_line_id is not None else None


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    serial: str
    whereabouts: str
    location_id: UUID
    place: str
    order_line_id: UUID | None


async def known(conn: Conn, *, maison_id: UUID, variant_id: UUID, serials: list[str]) -> dict[str, _Known]:
    """The pieces of the variant that carry these serials, wherever they are."""
    rows = await many(
        conn,
        _Known,
        """
        select p.id, p.serial, p.whereabouts, p.location_id, l.name as place, p.order_line_id
        from stock.piece p join boutiques.location l on l.maison_id = p.maison_id and l.id = p.location_id
        where p.maison_id = %(maison_id)s and p.variant_id = %(variant_id)s and p.serial = any(%(serials)s::text[])
        """,
        maison_id=maison_id,
        variant_id=variant_id,
        serials=serials,
    )
    return {row.serial: row for row in rows}


async def come(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    variant_id: UUID,
    found: list[Found],
    step: str,
    cause_id: UUID | None,
    by_id: UUID | None,
    now: datetime,
) -> None:
    """These pieces are at the locked position from now on, new in the books or back in them; `recount` follows."""
    await execute(
        conn,
        """
        with told as (
          select * from unnest(%(ids)s::uuid[], %(serials)s::text[], %(states)s::text[]) as d(id, serial, state)
        ), here as (
          insert into stock.piece as p (maison_id, id, variant_id, serial, whereabouts, location_id, state, changed_at)
          select %(maison_id)s, t.id, %(variant_id)s, t.serial, 'here', %(location_id)s, t.state, %(now)s from told t
          on conflict on constraint one_serial do update set whereabouts = 'here', location_id = excluded.location_id,
            state = excluded.state, order_line_id = null, transfer_id = null, changed_at = excluded.changed_at
          returning p.id, p.state
        )
        insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, state, cause_id, by_id)
        select %(maison_id)s, uuidv7(), h.id, %(now)s, %(step)s, %(location_id)s, h.state, %(cause_id)s::uuid, %(by_id)s::uuid
        from here h
        """,
        maison_id=maison_id,
        location_id=location_id,
        variant_id=variant_id,
        ids=[new_id(now) for _ in found],
        serials=[one.serial for one in found],
        states=[one.state for one in found],
        step=step,
        cause_id=cause_id,
        by_id=by_id,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    on_hand: int
    display: int
    damaged: int
    quality_control: int
    on_approval: int
    vic_hold: int
    at_atelier: int


async def recount(
    conn: Conn,
    *,
    maison_id: UUID,
    position: Position,
    kind: str,
    cause: str,
    cause_id: UUID | None,
    as_of: datetime,
    now: datetime,
) -> None:
    """Makes the locked position read what its pieces say, with the movements that takes."""
    there = await one(
        conn,
        _Counted,
        """
        select count(*)::integer as on_hand, (count(*) filter (where state = 'display'))::integer as display,
          (count(*) filter (where state = 'damaged'))::integer as damaged,
          (count(*) filter (where state = 'quality_control'))::integer as quality_control,
          (count(*) filter (where state = 'on_approval'))::integer as on_approval,
          (count(*) filter (where state = 'vic_hold'))::integer as vic_hold,
          (count(*) filter (where state = 'at_atelier'))::integer as at_atelier
        from stock.piece
        where maison_id = %(maison_id)s and location_id = %(location_id)s and variant_id = %(variant_id)s
          and whereabouts = 'here'
        """,
        maison_id=maison_id,
        location_id=position.location_id,
        variant_id=position.variant_id,
    )
    await positions.change(
        conn,
        maison_id=maison_id,
        position=position,
        on_hand=there.on_hand,
        states=tuple(getattr(there, state) for state in STATES),
        kind=kind,
        cause=cause,
        cause_id=cause_id,
        as_of=as_of,
        now=now,
    )


async def is_serialised(conn: Conn, *, maison_id: UUID, variant_id: UUID) -> bool:
    """Whether the maison counts this variant piece by piece."""
    return bool(
        await scalar(
            conn,
            "select 1 from stock.serialised where maison_id = %(maison_id)s and variant_id = %(variant_id)s",
            maison_id=maison_id,
            variant_id=variant_id,
        )
    )


def once_each(found: list[Found]) -> list[Found]:
    """Each serial as it is engraved, and once. Raises SerialRefused."""
    pieces = [Found(as_engraved(one.serial), one.state) for one in found]
    if len(pieces) > SERIALS_MAX:
        raise SerialRefused("", f"at most {SERIALS_MAX} pieces at once")
    serials = [one.serial for one in pieces]
    for serial in serials:
        if serials.count(serial) > 1:
            raise SerialRefused(serial, "is told twice")
    return pieces


async def fresh_among(
    conn: Conn,
    maison_id: UUID,
    location_id: UUID,
    variant_id: UUID,
    found: list[Found],
    *,
    sold: bool = False,
) -> list[Found]:
    """Those that are not here yet. Raises SerialRefused for one that the books have at another place, or sold.

    `sold`: these come back, and a till sold them; what an order sold comes back by its return.
    """
    books = await known(
        conn, maison_id=maison_id, variant_id=variant_id, serials=[one.serial for one in found]
    )
    for piece in books.values():
        if piece.whereabouts == "here" and piece.location_id != location_id:
            raise SerialRefused(piece.serial, f"the books have it at {piece.place}: transfer it")
        if piece.whereabouts == "on_its_way":
            raise SerialRefused(piece.serial, f"is on its way from {piece.place}: receive the transfer")
        if piece.whereabouts == "sold" and not (sold and piece.order_line_id is None):
            raise SerialRefused(piece.serial, "was sold: take it back as a return")
    return [one for one in found if one.serial not in books or books[one.serial].whereabouts != "here"]
