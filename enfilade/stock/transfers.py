"""Transfers: pieces go from one place of a maison to another, asked for and called off here; departures.py packs and sends them,
arrivals.py takes them in.

Lock order: the transfer's row, then positions by (location, variant), then holds. No step touches the positions of two places.
Every verb may be repeated: done again it changes nothing. `by` None: a job acts.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from psycopg import errors

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, maybe
from enfilade.base.ids import new_id
from enfilade.staff.people import Colleague
from enfilade.stock import holds
from enfilade.stock import pieces as serialised
from enfilade.stock.events import (
    TransferAsked,
    TransferCancelled,
    TransferDeclined,
)
from enfilade.stock.holds import Demand

Reason = Literal["replenishment", "for_order"]
DeclineReason = Literal["not_there", "needed_here", "damaged"]

#: Which steps a state allows; what is not here is refused with these words.
STEPS: dict[str, tuple[str, ...]] = {
    "asked": ("pack", "decline", "cancel"),
    "packed": ("send", "pack again", "decline", "cancel"),
    "sent": ("receive", "write off"),
    "received": (),
    "declined": (),
    "cancelled": (),
}
STATE_WORDS = {
    "asked": "waiting to be packed",
    "packed": "packed",
    "sent": "on its way",
    "received": "received",
    "declined": "declined",
    "cancelled": "cancelled",
}
#: How long a request that nobody answers keeps its pieces.
ASKED_DAYS = 3
#: What is packed is kept until somebody sends it, or does not.
NO_END = datetime(9999, 1, 1, tzinfo=UTC)
LINES_MAX = 50


@dataclass(frozen=True, slots=True)
class Pieces:
    """So many pieces of a variant."""

    variant_id: UUID
    quantity: int
    #: Which they are, where the variant is counted piece by piece; the books choose where nobody says.
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """The locked row. `to_zone` is the destination's, by whose calendar pieces are expected.

    `keeps_for`, `keeps_until`: for whom what arrives is held until when; no moment: for nobody any more.
    """

    id: UUID
    from_location_id: UUID
    to_location_id: UUID
    to_zone: str
    state: str
    keeps_for: UUID | None
    keeps_until: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a locked transfer. `damaged` are of the `received`; `order_line_id`: whose allocation goes with the pieces."""

    variant_id: UUID
    asked: int
    packed: int
    sent: int
    received: int
    damaged: int
    lost: int
    order_line_id: UUID | None = None

    @property
    def in_transit(self) -> int:
        """Sent, and nobody has said yet what became of them."""
        return self.sent - self.received - self.lost


class NoSuchTransfer(Exception):
    """There is none of this id at this maison, or it is between two other places: nobody is told which."""


class IllegalTransferStep(Exception):
    """The step does not follow from the transfer's present state."""

    def __init__(self, step: str, state: str) -> None:
        legal = ", ".join(STEPS[state]) or "nothing"
        super().__init__(f"This is {STATE_WORDS[state]}: “{step}” is not possible. Possible now: {legal}.")
        self.step, self.state = step, state


class NotSoManyThere(Exception):
    """The place has fewer to give; nothing was promised. `left` says of each variant that lacks how many there are."""

    def __init__(self, left: dict[UUID, int]) -> None:
        most = sum(left.values())
        super().__init__(f"Only {most} can be given there now" if most else "None can be given there now")
        self.left = left


class NotThisWay(Exception):
    """The law lets a piece of it not go from the one place to the other."""


class NotAsked(Exception):
    """What was packed was not asked for, or not so many of it, or is nothing at all."""


class PackedPiecesGone(Exception):
    """A count or a sale took away what was packed: it must be packed again."""


async def ask(
    conn: Conn,
    *,
    maison_id: UUID,
    transfer_id: UUID,
    by: Colleague | None,
    from_location_id: UUID,
    to_location_id: UUID,
    wanted: list[Pieces],
    reason: Reason,
    now: datetime,
) -> None:
    """Asks for pieces under an id of the asker's choice and keeps them for ASKED_DAYS; the origin's safety stock counts.

    Raises NoSuchTransfer when `by` works at neither place, NotThisWay, NotSoManyThere.
    """
    if by is not None and not (by.works_at(from_location_id) or by.works_at(to_location_id)):
        raise NoSuchTransfer
    pieces = summed(wanted)
    assert 0 < len(pieces) <= LINES_MAX, "a transfer is of a few variants"
    await _may_go(conn, maison_id, from_location_id, to_location_id, list(pieces))
    try:
        asked = await _write(
            conn, maison_id, transfer_id, by, from_location_id, to_location_id, pieces, reason, now
        )
    except (errors.ForeignKeyViolation, errors.CheckViolation):
        raise NoSuchTransfer("From one place of the maison to another, and of its pieces") from None
    if not asked:
        return
    until = now + timedelta(days=ASKED_DAYS)
    await promise(
        conn, maison_id, transfer_id, from_location_id, pieces, safety_counts=True, until=until, now=now
    )
    fact = TransferAsked(
        transfer_id, from_location_id, to_location_id, sum(pieces.values()), by.staff_id if by else None
    )
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def _may_go(conn: Conn, maison_id: UUID, origin: UUID, destination: UUID, variants: list[UUID]) -> None:
    kept = await many(
        conn,
        _Kept,
        """
        select distinct t.name from unnest(%(variants)s::uuid[]) as d(variant_id)
        join public_facts.variant v on v.id = d.variant_id
        join public_facts.product p on p.id = v.product_id
        join boutiques.location a on a.maison_id = %(maison_id)s and a.id = %(origin)s
        join boutiques.location b on b.maison_id = %(maison_id)s and b.id = %(destination)s
        cross join lateral (select x.name from public_facts.product_text x where x.product_id = p.id
          order by x.language = 'en' desc, x.language limit 1) t
        where not public_facts.may_go(%(maison_id)s, p.kinds, a.country, b.country) order by 1
        """,
        maison_id=maison_id,
        origin=origin,
        destination=destination,
        variants=variants,
    )
    if kept:
        raise NotThisWay(f"By law this may not be sent there: {', '.join(one.name for one in kept)}")


@dataclass(frozen=True, slots=True)
class _Kept:
    name: str


async def _write(
    conn: Conn,
    maison_id: UUID,
    transfer_id: UUID,
    by: Colleague | None,
    from_location_id: UUID,
    to_location_id: UUID,
    pieces: dict[UUID, int],
    reason: Reason,
    now: datetime,
) -> int:
    """How many lines were written: none where the transfer was asked before."""
    return await execute(
        conn,
        """
        with asked as (
          insert into stock.transfer (maison_id, id, from_location_id, to_location_id, reason, asked_at, asked_by)
          values (%(maison_id)s, %(id)s, %(from_location_id)s, %(to_location_id)s, %(reason)s, %(now)s, %(by)s)
          on conflict do nothing returning id
        )
        insert into stock.transfer_line (maison_id, transfer_id, variant_id, asked)
        select %(maison_id)s, a.id, d.variant_id, d.quantity
        from asked a cross join unnest(%(variants)s::uuid[], %(quantities)s::integer[]) as d(variant_id, quantity)
        """,
        maison_id=maison_id,
        id=transfer_id,
        from_location_id=from_location_id,
        to_location_id=to_location_id,
        reason=reason,
        variants=list(pieces),
        quantities=list(pieces.values()),
        by=by.staff_id if by else None,
        now=now,
    )


async def decline(
    conn: Conn, *, maison_id: UUID, transfer_id: UUID, by: Colleague, reason: DeclineReason, now: datetime
) -> None:
    """The origin cannot give them, packed or not: everything is free again. Raises NoSuchTransfer, IllegalTransferStep."""
    held = await locked(conn, maison_id=maison_id, transfer_id=transfer_id)
    at_place(held.from_location_id, by=by)
    if held.state == "declined":
        return
    if held.state not in ("asked", "packed"):
        raise IllegalTransferStep("decline", held.state)
    await _end(conn, maison_id, held.id, "declined", reason, by, now)
    fact = TransferDeclined(held.id, held.to_location_id, reason, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def cancel(
    conn: Conn, *, maison_id: UUID, transfer_id: UUID, by: Colleague | None, now: datetime
) -> None:
    """Before it is sent, either place may call it off: everything is free again. Raises NoSuchTransfer, IllegalTransferStep."""
    held = await locked(conn, maison_id=maison_id, transfer_id=transfer_id)
    at_place(held.from_location_id, held.to_location_id, by=by)
    if held.state == "cancelled":
        return
    if held.state not in ("asked", "packed"):
        raise IllegalTransferStep("cancel", held.state)
    await _end(conn, maison_id, held.id, "cancelled", None, by, now)
    theirs = by is not None and by.works_at(held.from_location_id)
    fact = TransferCancelled(
        held.id,
        held.to_location_id if theirs else held.from_location_id,
        by_id=by.staff_id if by else None,
    )
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def locked(conn: Conn, *, maison_id: UUID, transfer_id: UUID) -> Transfer:
    """The transfer, locked until the transaction ends. Raises NoSuchTransfer."""
    found = await maybe(
        conn,
        Transfer,
        """
        select t.id, t.from_location_id, t.to_location_id, p.zone as to_zone, t.state, t.keeps_for, t.keeps_until
        from stock.transfer t
        join boutiques.location p on p.maison_id = t.maison_id and p.id = t.to_location_id
        where t.maison_id = %(maison_id)s and t.id = %(transfer_id)s
        for no key update of t
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
    )
    if found is None:
        raise NoSuchTransfer
    return found


async def lines_of(conn: Conn, *, maison_id: UUID, transfer_id: UUID) -> list[Line]:
    """All lines of a locked transfer, in the order of their positions' keys."""
    return await many(
        conn,
        Line,
        """
        select variant_id, asked, packed, sent, received, damaged, lost, order_line_id from stock.transfer_line
        where maison_id = %(maison_id)s and transfer_id = %(transfer_id)s order by variant_id
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
    )


def at_place(*location_ids: UUID, by: Colleague | None) -> None:
    if by is not None and not any(by.works_at(location_id) for location_id in location_ids):
        raise NoSuchTransfer


def summed(pieces: list[Pieces]) -> dict[UUID, int]:
    """In the order of the positions' keys: two lines that share a variant are judged together."""
    totals: dict[UUID, int] = {}
    for piece in pieces:
        assert piece.quantity >= 0
        totals[piece.variant_id] = totals.get(piece.variant_id, 0) + piece.quantity
    return dict(sorted(totals.items()))


async def _end(
    conn: Conn,
    maison_id: UUID,
    transfer_id: UUID,
    state: Literal["declined", "cancelled"],
    reason: str | None,
    by: Colleague | None,
    now: datetime,
) -> None:
    await execute(
        conn,
        """
        update stock.transfer set state = %(state)s, decline_reason = %(reason)s, ended_at = %(now)s, ended_by = %(by)s
        where maison_id = %(maison_id)s and id = %(id)s
        """,
        maison_id=maison_id,
        id=transfer_id,
        state=state,
        reason=reason,
        by=by.staff_id if by else None,
        now=now,
    )
    await holds.release(conn, maison_id=maison_id, holder_id=transfer_id)


@dataclass(frozen=True, slots=True)
class _Judged:
    variant_id: UUID
    asked: int
    left: int
    claimed: bool
    serialised: bool
    keep: int


async def promise(
    conn: Conn,
    maison_id: UUID,
    transfer_id: UUID,
    location_id: UUID,
    pieces: dict[UUID, int],
    *,
    safety_counts: bool,
    until: datetime,
    now: datetime,
) -> None:
    """Holds all of it, of what is free when nobody else can change it any more. Raises NotSoManyThere; then roll back."""
    demands = [Demand(location_id, variant_id, quantity) for variant_id, quantity in pieces.items()]
    await holds.lock(conn, maison_id=maison_id, demands=demands)
    await holds.sweep(conn, maison_id=maison_id, demands=demands, now=now)
    judged = await many(
        conn,
        _Judged,
        """
        with demand as (
          select * from unnest(%(ids)s::uuid[], %(variants)s::uuid[], %(quantities)s::integer[])
            as d(hold_id, variant_id, quantity)
        ), judged as (
          select d.*, coalesce(p.serialised, false) as serialised, case when %(safety_counts)s then coalesce(p.on_hand
            - stock.atp(p.on_hand, 0, 0, 0, 0, coalesce(e.safety_ship, 0), coalesce(e.safety_ship_percent, 0)), 0) else 0 end
            as keep, coalesce(stock.atp(p.on_hand, p.unavailable, p.allocated, p.held, 0,
            case when %(safety_counts)s then coalesce(e.safety_ship, 0) else 0 end,
            case when %(safety_counts)s then coalesce(e.safety_ship_percent, 0) else 0 end), 0) as left
          from demand d
          left join stock.position p on p.maison_id = %(maison_id)s and p.location_id = %(location_id)s
            and p.variant_id = d.variant_id
          left join stock.exposure e on e.maison_id = %(maison_id)s and e.location_id = %(location_id)s
        ), claimed as (
          update stock.position p set held = p.held + j.quantity from judged j
          where (select bool_and(f.left >= f.quantity) from judged f) and not p.serialised
            and p.maison_id = %(maison_id)s and p.location_id = %(location_id)s and p.variant_id = j.variant_id
            and p.on_hand - p.unavailable - p.allocated - p.held >= j.quantity
          returning j.hold_id, p.variant_id, j.quantity
        ), kept as (
          insert into stock.hold (maison_id, id, location_id, variant_id, purpose, holder_id, quantity, expires_at, created_at)
          select %(maison_id)s, c.hold_id, %(location_id)s, c.variant_id, 'transfer', %(holder_id)s, c.quantity,
            %(until)s, %(now)s
          from claimed c
          returning variant_id
        )
        select j.variant_id, j.quantity as asked, j.left, k.variant_id is not null as claimed, j.serialised, j.keep
        from judged j left join kept k on k.variant_id = j.variant_id order by j.variant_id
        """,
        maison_id=maison_id,
        holder_id=transfer_id,
        location_id=location_id,
        ids=[new_id(now) for _ in pieces],
        variants=list(pieces),
        quantities=list(pieces.values()),
        safety_counts=safety_counts,
        until=until,
        now=now,
    )
    counted = [row for row in judged if not row.serialised]
    if not all(row.claimed for row in counted):
        assert not any(row.claimed for row in counted), "a promise is all or nothing"
        raise NotSoManyThere({row.variant_id: row.left for row in counted if row.left < row.asked})
    lacking: dict[UUID, int] = {}
    for row in judged:
        if row.serialised:
            left = await serialised.hold(
                conn,
                maison_id=maison_id,
                purpose="transfer",
                holder_id=transfer_id,
                location_id=location_id,
                variant_id=row.variant_id,
                quantity=row.asked,
                keep=row.keep,
                expires_at=until,
                now=now,
            )
            if left is not None:
                lacking[row.variant_id] = left
    if lacking:
        raise NotSoManyThere(lacking)
