"""Facts about stock: counts, till sales, deliveries, damage. They are always recorded, even below what is promised.

What a fact takes away is given up in this order: holds (newest first), allocations (latest first, sourced again), pieces on
display or otherwise unavailable, and what is still missing becomes a shortage that a person sees.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, maybe, one, scalar
from enfilade.base.ids import new_id
from enfilade.stock import holds
from enfilade.stock.events import AllocationLost, ShortageRecorded

STATES = ("display", "damaged", "quality_control", "on_approval", "vic_hold", "at_atelier")
Reason = Literal["not_in_stock", "mismatch", "damaged", "worn_display"]


@dataclass(frozen=True, slots=True)
class Count:
    """What was found of a variant at a location at `as_of`: on_hand in all, and of these the pieces not sellable."""

    location_id: UUID
    variant_id: UUID
    on_hand: int
    as_of: datetime
    display: int = 0
    damaged: int = 0
    quality_control: int = 0
    on_approval: int = 0
    vic_hold: int = 0
    at_atelier: int = 0

    def __post_init__(self) -> None:
        assert min(self.on_hand, *self.states) >= 0, "a count is never negative"
        assert sum(self.states) <= self.on_hand, "no more pieces unavailable than on hand"

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


@dataclass(frozen=True, slots=True)
class _Place:
    location_id: UUID
    variant_id: UUID


async def record_counts(
    conn: Conn, *, maison_id: UUID, counts: list[Count], source: str, now: datetime
) -> list[Shortfall]:
    """Records thousands of counts in four statements; those below what is promised are taken one by one.

    A count older than what is known of its position is passed over. One count a position.
    """
    if not counts:
        return []
    ordered = sorted(counts, key=lambda count: (count.location_id, count.variant_id))
    arrays: dict[str, object] = {
        "maison_id": maison_id,
        "now": now,
        "ids": [new_id(now) for _ in ordered],
        "locations": [count.location_id for count in ordered],
        "variants": [count.variant_id for count in ordered],
        "on_hand": [count.on_hand for count in ordered],
        "as_of": [count.as_of for count in ordered],
        **{state: [getattr(count, state) for count in ordered] for state in STATES},
    }
    opening = "opening" if source == "opening" else "adjusted"
    await execute(
        conn,
        """
        insert into stock.position (maison_id, location_id, variant_id, as_of)
        select %(maison_id)s, d.location_id, d.variant_id, to_timestamp(0)
        from unnest(%(locations)s::uuid[], %(variants)s::uuid[]) as d(location_id, variant_id)
        on conflict do nothing
        """,
        **arrays,
    )
    await holds.lock(
        conn,
        maison_id=maison_id,
        demands=[holds.Demand(count.location_id, count.variant_id, 0) for count in ordered],
    )
    await execute(
        conn,
        """
        with counted as (
          select * from unnest(%(ids)s::uuid[], %(locations)s::uuid[], %(variants)s::uuid[], %(on_hand)s::integer[],
            %(as_of)s::timestamptz[], %(display)s::integer[], %(damaged)s::integer[], %(quality_control)s::integer[],
            %(on_approval)s::integer[], %(vic_hold)s::integer[], %(at_atelier)s::integer[])
            as c(id, location_id, variant_id, on_hand, as_of, display, damaged, quality_control, on_approval, vic_hold,
              at_atelier)
        ), known as (
          update stock.position p set on_hand = c.on_hand, display = c.display, damaged = c.damaged,
            quality_control = c.quality_control, on_approval = c.on_approval, vic_hold = c.vic_hold,
            at_atelier = c.at_atelier, as_of = c.as_of
          from counted c join stock.position l
            on l.maison_id = %(maison_id)s and l.location_id = c.location_id and l.variant_id = c.variant_id
          where p.maison_id = %(maison_id)s and p.location_id = c.location_id and p.variant_id = c.variant_id
            and c.as_of >= l.as_of
            and l.allocated + l.held + c.display + c.damaged + c.quality_control + c.on_approval + c.vic_hold
              + c.at_atelier <= c.on_hand
          returning c.id, c.location_id, c.variant_id, c.on_hand - l.on_hand as on_hand, c.display - l.display as display,
            c.damaged - l.damaged as damaged, c.quality_control - l.quality_control as quality_control,
            c.on_approval - l.on_approval as on_approval, c.vic_hold - l.vic_hold as vic_hold,
            c.at_atelier - l.at_atelier as at_atelier
        )
        insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, on_hand, state, unavailable)
        select %(maison_id)s, k.id, %(now)s::timestamptz, k.location_id, k.variant_id, %(kind)s, k.on_hand, null, 0
        from known k where k.on_hand <> 0
        union all
        select %(maison_id)s, uuidv7(), %(now)s::timestamptz, k.location_id, k.variant_id, 'state_changed', 0,
          s.state, s.unavailable
        from known k cross join lateral (values ('display', k.display), ('damaged', k.damaged),
          ('quality_control', k.quality_control), ('on_approval', k.on_approval), ('vic_hold', k.vic_hold),
          ('at_atelier', k.at_atelier)) as s(state, unavailable)
        where s.unavailable <> 0
        """,
        kind=opening,
        **arrays,
    )
    below = await many(
        conn,
        _Place,
        """
        select p.location_id, p.variant_id
        from unnest(%(locations)s::uuid[], %(variants)s::uuid[], %(as_of)s::timestamptz[], %(on_hand)s::integer[],
          %(unavailable)s::integer[]) as c(location_id, variant_id, as_of, on_hand, unavailable)
        join stock.position p on p.maison_id = %(maison_id)s and p.location_id = c.location_id and p.variant_id = c.variant_id
        where c.as_of >= p.as_of and p.allocated + p.held + c.unavailable > c.on_hand
        order by p.location_id, p.variant_id
        """,
        maison_id=maison_id,
        locations=arrays["locations"],
        variants=arrays["variants"],
        as_of=arrays["as_of"],
        on_hand=arrays["on_hand"],
        unavailable=[sum(count.states) for count in ordered],
    )
    by_place = {(count.location_id, count.variant_id): count for count in ordered}
    return [
        await _set(
            conn,
            maison_id=maison_id,
            position=await _locked(conn, maison_id, place.location_id, place.variant_id),
            on_hand=(count := by_place[place.location_id, place.variant_id]).on_hand,
            states=count.states,
            kind="adjusted",
            cause=source,
            cause_id=None,
            as_of=count.as_of,
            now=now,
        )
        for place in below
    ]


async def record_movement(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    variant_id: UUID,
    kind: Literal["received", "sold", "returned", "transferred", "adjusted"],
    on_hand: int,
    source: str,
    reference: str,
    now: datetime,
) -> Shortfall | None:
    """Adds `on_hand` (negative: pieces gone) as the till or feed tells it; told twice under one reference, it counts once.

    Returns None when it was told before.
    """
    if not await execute(
        conn,
        """
        insert into stock.told (maison_id, source, reference, told_at)
        values (%(maison_id)s, %(source)s, %(reference)s, %(now)s) on conflict on constraint told_once do nothing
        """,
        maison_id=maison_id,
        source=source,
        reference=reference,
        now=now,
    ):
        return None
    await execute(
        conn,
        """
        insert into stock.position (maison_id, location_id, variant_id, as_of)
        values (%(maison_id)s, %(location_id)s, %(variant_id)s, %(now)s) on conflict do nothing
        """,
        maison_id=maison_id,
        location_id=location_id,
        variant_id=variant_id,
        now=now,
    )
    position = await _locked(conn, maison_id, location_id, variant_id)
    return await _set(
        conn,
        maison_id=maison_id,
        position=position,
        on_hand=position.on_hand + on_hand,
        states=position.states,
        kind=kind,
        cause=source,
        cause_id=None,
        as_of=max(now, position.as_of),
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _Promised:
    location_id: UUID
    variant_id: UUID
    quantity: int


async def reject(
    conn: Conn, *, maison_id: UUID, order_line_id: UUID, reason: Reason, now: datetime
) -> list[UUID]:
    """Corrects stock by the reason a boutique gives, frees the line's allocation; returns further lines that lost theirs.

    not_in_stock: nothing is there; mismatch: this many fewer; damaged and worn_display: there, but not sellable.
    """
    where = await maybe(
        conn,
        _Promised,
        """
        select location_id, variant_id, quantity from stock.allocation
        where maison_id = %(maison_id)s and order_line_id = %(order_line_id)s
        """,
        maison_id=maison_id,
        order_line_id=order_line_id,
    )
    if where is None:
        return []
    position = await _locked(conn, maison_id, where.location_id, where.variant_id)
    promised = await maybe(
        conn,
        _Promised,
        """
        with gone as (
          delete from stock.allocation where maison_id = %(maison_id)s and order_line_id = %(order_line_id)s
            and location_id = %(location_id)s
          returning location_id, variant_id, quantity
        ), counted as (
          update stock.position p set allocated = p.allocated - g.quantity from gone g
          where p.maison_id = %(maison_id)s and p.location_id = g.location_id and p.variant_id = g.variant_id
        ), written as (
          insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, allocated, cause_id)
          select %(maison_id)s, %(id)s, %(now)s, g.location_id, g.variant_id, 'released', -g.quantity, %(order_line_id)s
          from gone g
        )
        select location_id, variant_id, quantity from gone
        """,
        maison_id=maison_id,
        order_line_id=order_line_id,
        location_id=where.location_id,
        id=new_id(now),
        now=now,
    )
    if promised is None:
        return []
    position = await _locked(conn, maison_id, where.location_id, where.variant_id)
    states = dict(zip(STATES, position.states, strict=True))
    on_hand = position.on_hand
    if reason == "not_in_stock":
        on_hand, states = 0, dict.fromkeys(STATES, 0)
    elif reason == "mismatch":
        on_hand -= promised.quantity
    else:
        states["damaged" if reason == "damaged" else "display"] += promised.quantity
    shortfall = await _set(
        conn,
        maison_id=maison_id,
        position=position,
        on_hand=on_hand,
        states=tuple(states.values()),
        kind="adjusted",
        cause=reason,
        cause_id=order_line_id,
        as_of=max(now, position.as_of),
        now=now,
    )
    return shortfall.order_line_ids


async def _locked(conn: Conn, maison_id: UUID, location_id: UUID, variant_id: UUID) -> Position:
    return await one(
        conn,
        Position,
        """
        select location_id, variant_id, on_hand, display, damaged, quality_control, on_approval, vic_hold, at_atelier,
          allocated, held, as_of
        from stock.position
        where maison_id = %(maison_id)s and location_id = %(location_id)s and variant_id = %(variant_id)s
        for no key update
        """,
        maison_id=maison_id,
        location_id=location_id,
        variant_id=variant_id,
    )


async def _set(
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
    """Makes the locked position read `on_hand` and `states`, giving up promises where it must."""
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
    """Deletes whole holds, newest first, until `needed` pieces are free; returns how many became free."""
    freed = await scalar(
        conn,
        """
        with newest as (
          select id, quantity, sum(quantity) over (order by created_at desc, id desc) - quantity as before
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
