"""A position, locked and made to read what is so, even below what is promised.

What a fact takes away is given up in this order: holds (of transfers, then the newest), allocations (latest first, sourced
again), pieces on display or otherwise unavailable, and what is still missing becomes a shortage that a person sees.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, one, scalar
from enfilade.base.ids import new_id
from enfilade.stock.events import AllocationLost, ShortageRecorded

STATES = ("display", "damaged", "quality_control", "on_approval", "vic_hold", "at_atelier")


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a fact took away at one position: order lines to source again, and pieces missing beyond that."""

    location_id: UUID
    variant_id: UUID
    order_line_ids: list[UUID]
    missing: int


@dataclass(frozen=True, slots=True)
class Position:
    """The counters of one variant at one location."""

    location_id: UUID
    variant_id: UUID
    on_hand: int
    display: int
    damaged: int
    quality_control: int
    on_approval: int
    vic_hold: int
    at_atelier: int
    allocated: int
    held: int
    as_of: datetime
    #: Its pieces stand in `stock.piece`; what is allocated and held of them is there, and 0 here.
    serialised: bool = False

    @property
    def states(self) -> tuple[int, ...]:
        """In the order of STATES."""
        return (
            self.display,
            self.damaged,
            self.quality_control,
            self.on_approval,
            self.vic_hold,
            self.at_atelier,
        )


async def locked(conn: Conn, maison_id: UUID, location_id: UUID, variant_id: UUID) -> Position:
    return await one(
        conn,
        Position,
        """
        select location_id, variant_id, on_hand, display, damaged, quality_control, on_approval, vic_hold, at_atelier,
          allocated, held, as_of, serialised
        from stock.position
        where maison_id = %(maison_id)s and location_id = %(location_id)s and variant_id = %(variant_id)s
        for no key update
        """,
        maison_id=maison_id,
        location_id=location_id,
        variant_id=variant_id,
    )


async def there(conn: Conn, maison_id: UUID, location_id: UUID, variant_id: UUID, now: datetime) -> Position:
    """The position, locked; made, with nothing on it, where this place has never had the variant."""
    await execute(
        conn,
        """
        insert into stock.position (maison_id, location_id, variant_id, as_of, serialised)
        values (%(maison_id)s, %(location_id)s, %(variant_id)s, %(now)s,
          stock.is_serialised(%(maison_id)s, %(variant_id)s)) on conflict do nothing
        """,
        maison_id=maison_id,
        location_id=location_id,
        variant_id=variant_id,
        now=now,
    )
    return await locked(conn, maison_id, location_id, variant_id)


async def change(
    conn: Conn,
    *,
    maison_id: UUID,
    position: Position,
    on_hand: int,
    states: tuple[int, ...],
    kind: str,
    cause: str,
    cause_id: UUID | None,
    as_of: datetime,
    now: datetime,
) -> Shortfall:
    """Makes the locked position read `on_hand` and `states`, giving up promises where it must.

    Of a serialised one these are what its pieces say (`serials.recount`), whose promises are given up before.
    """
    place = {"maison_id": maison_id, "location_id": position.location_id, "variant_id": position.variant_id}
    missing = max(0, -on_hand)
    on_hand = max(0, on_hand)
    held, allocated = position.held, position.allocated
    too_many = held + allocated + sum(states) - on_hand
    if too_many > 0 and held:
        freed = await _drop_holds(conn, place, too_many)
        held -= freed
        too_many -= freed
    lines: list[UUID] = []
    if too_many > 0 and allocated:
        freed, lines = await _drop_allocations(conn, place, too_many, now)
        allocated -= freed
        too_many -= freed
    lowered = list(states)
    for index in range(len(STATES)):
        gone = min(lowered[index], max(0, too_many))
        lowered[index] -= gone
        too_many -= gone
    assert held + allocated + sum(lowered) <= on_hand
    deltas = {state: new - old for state, new, old in zip(STATES, lowered, position.states, strict=True)}
    await execute(
        conn,
        """
        with changed as (
          update stock.position p set on_hand = %(on_hand)s, display = %(display)s, damaged = %(damaged)s,
            quality_control = %(quality_control)s, on_approval = %(on_approval)s, vic_hold = %(vic_hold)s,
            at_atelier = %(at_atelier)s, held = %(held)s, allocated = %(allocated)s, as_of = %(as_of)s
          where p.maison_id = %(maison_id)s and p.location_id = %(location_id)s and p.variant_id = %(variant_id)s
        )
        insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state,
          unavailable, cause_id)
        select %(maison_id)s, m.id, %(now)s, %(location_id)s, %(variant_id)s, m.kind, m.on_hand, 0, m.state, m.unavailable,
          %(cause_id)s::uuid
        from unnest(%(ids)s::uuid[], %(kinds)s::text[], %(deltas)s::integer[], %(states)s::text[], %(unavailable)s::integer[])
          as m(id, kind, on_hand, state, unavailable)
        where m.on_hand <> 0 or m.unavailable <> 0
        """,
        **place,
        on_hand=on_hand,
        held=held,
        allocated=allocated,
        as_of=as_of,
        cause_id=cause_id,
        now=now,
        **dict(zip(STATES, lowered, strict=True)),
        ids=[new_id(now) for _ in range(len(STATES) + 1)],
        kinds=[kind, *["state_changed"] * len(STATES)],
        deltas=[on_hand - position.on_hand, *[0] * len(STATES)],
        states=[None, *STATES],
        unavailable=[0, *deltas.values()],
    )
    news: list[facts.Fact] = [AllocationLost(line, position.location_id, cause) for line in lines]
    if missing:
        shortage_id = new_id(now)
        await execute(
            conn,
            """
            insert into stock.shortage (maison_id, id, location_id, variant_id, quantity, cause, recorded_at)
            values (%(maison_id)s, %(id)s, %(location_id)s, %(variant_id)s, %(quantity)s, %(cause)s, %(now)s)
            """,
            **place,
            id=shortage_id,
            quantity=missing,
            cause=cause,
            now=now,
        )
        news.append(ShortageRecorded(shortage_id, position.location_id, position.variant_id, missing))
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
    return Shortfall(position.location_id, position.variant_id, lines, missing)


async def _drop_holds(conn: Conn, place: dict[str, UUID], needed: int) -> int:
    """Deletes whole holds, those of transfers and the newest first, until `needed` pieces are free; returns how many did."""
    freed = await scalar(
        conn,
        """
        with newest as (
          select id, quantity, sum(quantity) over (order by purpose = 'transfer' desc, created_at desc, id desc) - quantity
            as before
          from stock.hold
          where maison_id = %(maison_id)s and location_id = %(location_id)s and variant_id = %(variant_id)s
        ), gone as (
          delete from stock.hold h using newest n
          where h.maison_id = %(maison_id)s and h.id = n.id and n.before < %(needed)s
          returning h.quantity
        ) select coalesce(sum(quantity), 0)::integer from gone
        """,
        **place,
        needed=needed,
    )
    return int(freed)


@dataclass(frozen=True, slots=True)
class _Given:
    order_line_id: UUID
    quantity: int


async def _drop_allocations(
    conn: Conn, place: dict[str, UUID], needed: int, now: datetime
) -> tuple[int, list[UUID]]:
    """Deletes whole allocations, latest first, writes them to the ledger; returns pieces freed and the lines hit."""
    given = await many(
        conn,
        _Given,
        """
        with latest as (
          select order_line_id, sum(quantity) over (order by secured, allocated_at desc, order_line_id desc) - quantity as before
          from stock.allocation
          where maison_id = %(maison_id)s and location_id = %(location_id)s and variant_id = %(variant_id)s
        ), gone as (
          delete from stock.allocation a using latest l
          where a.maison_id = %(maison_id)s and a.order_line_id = l.order_line_id and l.before < %(needed)s
          returning a.order_line_id, a.quantity
        ), written as (
          insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, allocated, cause_id)
          select %(maison_id)s, uuidv7(), %(now)s, %(location_id)s, %(variant_id)s, 'released', -g.quantity, g.order_line_id
          from gone g
        ) select order_line_id, quantity from gone
        """,
        **place,
        needed=needed,
        now=now,
    )
    return sum(row.quantity for row in given), [row.order_line_id for row in given]
