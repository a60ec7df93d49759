"""Transfers whose pieces are promised to an order line: the allocation goes with them, and no hold is needed.

At the origin the line's allocation stands until the parcel leaves; it is given up with the pieces and made again where they
are received, each in the statement that moves them. Orders are above: they hear of the steps by facts. Lock order: the
order's row and its work, then transfers by id, then positions.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, maybe, scalar
from enfilade.base.ids import new_id
from enfilade.stock.allocations import LineDemand
from enfilade.stock.events import TransferAsked, TransferCancelled
from enfilade.stock.transfers import Line, NotAsked, PackedPiecesGone


async def ask(
    conn: Conn,
    *,
    maison_id: UUID,
    to_location_id: UUID,
    lines: list[LineDemand],
    transfer_ids: list[UUID],
    now: datetime,
) -> None:
    """One transfer for each line, under the given ids, of what is allocated to it at `location_id` of its demand."""
    await execute(
        conn,
        """
        with line as (
          select * from unnest(%(ids)s::uuid[], %(lines)s::uuid[], %(locations)s::uuid[], %(variants)s::uuid[],
            %(quantities)s::integer[]) as d(id, order_line_id, location_id, variant_id, quantity)
        ), asked as (
          insert into stock.transfer (maison_id, id, from_location_id, to_location_id, reason, asked_at)
          select %(maison_id)s, id, location_id, %(to_location_id)s, 'for_order', %(now)s from line
        )
        insert into stock.transfer_line (maison_id, transfer_id, variant_id, asked, order_line_id)
        select %(maison_id)s, id, variant_id, quantity, order_line_id from line
        """,
        maison_id=maison_id,
        to_location_id=to_location_id,
        ids=transfer_ids,
        lines=[line.order_line_id for line in lines],
        locations=[line.location_id for line in lines],
        variants=[line.variant_id for line in lines],
        quantities=[line.quantity for line in lines],
        now=now,
    )
    news: list[facts.Fact] = [
        TransferAsked(transfer_id, line.location_id, to_location_id, line.quantity, None)
        for transfer_id, line in zip(transfer_ids, lines, strict=True)
    ]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)


def new_ids(lines: list[LineDemand], now: datetime) -> list[UUID]:
    """One a line."""
    return [new_id(now) for _ in lines]


@dataclass(frozen=True, slots=True)
class _Given:
    quantity: int


async def secure_all(
    conn: Conn, *, maison_id: UUID, location_id: UUID, lines: list[Line], pieces: dict[UUID, int]
) -> None:
    """What a client waits for is packed whole; from then on facts about stock take it last.

    Raises NotAsked for fewer pieces, PackedPiecesGone where a fact has taken the allocation already.
    """
    for line in lines:
        if pieces.get(line.variant_id) != line.asked:
            raise NotAsked("A client waits for it: pack all of it, or say that you cannot give it")
        given = await maybe(
            conn,
            _Given,
            """
            update stock.allocation set secured = true
            where maison_id = %(maison_id)s and order_line_id = %(line_id)s and location_id = %(location_id)s
            returning quantity
            """,
            maison_id=maison_id,
            line_id=line.order_line_id,
            location_id=location_id,
        )
        if given is None or given.quantity != line.asked:
            raise PackedPiecesGone("A piece was taken from stock meanwhile, and another is looked for")


async def travel_days(conn: Conn, *, maison_id: UUID, transfer_id: UUID) -> int | None:
    """In how many working days it was promised to travel; None where the maison says so no more."""
    return await scalar(
        conn,
        """
        select public_facts.travel_days(t.maison_id, f.id, f.country, g.id, g.country) from stock.transfer t
        join boutiques.location f on f.maison_id = t.maison_id and f.id = t.from_location_id
        join boutiques.location g on g.maison_id = t.maison_id and g.id = t.to_location_id
        where t.maison_id = %(maison_id)s and t.id = %(transfer_id)s
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
    )


class OnItsWay(Exception):
    """It has left for the boutique in which it is collected: all of it can be cancelled, or none."""

    def __init__(self) -> None:
        super().__init__("It is on its way to the boutique: cancel all of it, or wait until it is there")


async def take_from(
    conn: Conn, *, maison_id: UUID, transfer_id: UUID, order_line_id: UUID, pieces: int, now: datetime
) -> UUID | None:
    """So many fewer of the line are to be brought. Raises OnItsWay once they have left.

    A box that is packed already is to be packed again, without them: returns the place that takes them out, else None.
    """
    found = await standing(conn, maison_id=maison_id, transfer_id=transfer_id)
    if found is None or found.state not in ("asked", "packed"):
        raise OnItsWay
    packed = found.state == "packed"
    await execute(
        conn,
        """
        with opened as (
          update stock.transfer set state = 'asked', packed_at = null, packed_by = null
          where maison_id = %(maison_id)s and id = %(transfer_id)s and state = 'packed'
        )
        update stock.transfer_line set asked = asked - %(pieces)s, packed = 0,
          take_out = take_out + case when %(packed)s then %(pieces)s else 0 end
        where maison_id = %(maison_id)s and transfer_id = %(transfer_id)s and order_line_id = %(line_id)s
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
        line_id=order_line_id,
        pieces=pieces,
        packed=packed,
    )
    if not packed:
        return None
    left = await scalar(
        conn,
        "select asked from stock.transfer_line where maison_id = %(maison_id)s and transfer_id = %(transfer_id)s",
        maison_id=maison_id,
        transfer_id=transfer_id,
    )
    fact = TransferAsked(transfer_id, found.from_location_id, found.to_location_id, int(left), None)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    return found.from_location_id


@dataclass(frozen=True, slots=True)
class _LetGo:
    id: UUID
    state: str
    from_location_id: UUID


async def let_go(conn: Conn, *, maison_id: UUID, transfer_ids: list[UUID], now: datetime) -> None:
    """Nobody waits for these any more: what has not left is called off, what is on its way is ordinary stock on arrival.

    What was received already is left alone. The allocations are the caller's, to be released after this.
    """
    if not transfer_ids:
        return
    found = await many(
        conn,
        _LetGo,
        """
        select id, state, from_location_id from stock.transfer
        where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[]) and ended_at is null order by id
        for no key update
        """,
        maison_id=maison_id,
        ids=transfer_ids,
    )
    waiting = [one for one in found if one.state != "sent"]
    await execute(
        conn,
        """
        with ended as (
          update stock.transfer set state = 'cancelled', ended_at = %(now)s
          where maison_id = %(maison_id)s and id = any(%(waiting)s::uuid[])
        )
        update stock.transfer_line set order_line_id = null
        where maison_id = %(maison_id)s and transfer_id = any(%(sent)s::uuid[])
        """,
        maison_id=maison_id,
        waiting=[one.id for one in waiting],
        sent=[one.id for one in found if one.state == "sent"],
        now=now,
    )
    news: list[facts.Fact] = [TransferCancelled(one.id, one.from_location_id, by_id=None) for one in waiting]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)


@dataclass(frozen=True, slots=True)
class Standing:
    """A transfer for an order line, locked."""

    id: UUID
    state: str
    decline_reason: str | None
    from_location_id: UUID
    to_location_id: UUID


async def standing(conn: Conn, *, maison_id: UUID, transfer_id: UUID) -> Standing | None:
    """How far it is. Call it with the order's row locked."""
    return await maybe(
        conn,
        Standing,
        """
        select id, state, decline_reason, from_location_id, to_location_id from stock.transfer
        where maison_id = %(maison_id)s and id = %(transfer_id)s for no key update
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
    )
