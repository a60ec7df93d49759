"""Facts about stock: counts, till sales, deliveries, damage; always recorded, even below what is promised (positions.py)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base.db import Conn, execute, many
from enfilade.base.ids import new_id
from enfilade.stock import holds
from enfilade.stock.pieces_told import tell
from enfilade.stock.positions import STATES, Shortfall, change, locked, there
from enfilade.stock.serials import SerialRefused


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
class _Place:
    location_id: UUID
    variant_id: UUID


async def record_counts(
    conn: Conn, *, maison_id: UUID, counts: list[Count], source: str, now: datetime
) -> list[Shortfall]:
    """Records thousands of counts in four statements; those below what is promised are taken one by one.

    A count older than what is known of its position is passed over, and so is a number told of serialised pieces
    (`serials.count`). One count a position.
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
        insert into stock.position (maison_id, location_id, variant_id, as_of, serialised)
        select %(maison_id)s, d.location_id, d.variant_id, to_timestamp(0), stock.is_serialised(%(maison_id)s, d.variant_id)
        from unnest(%(locations)s::uuid[], %(variants)s::uuid[]) as d(location_id, variant_id)
        where not exists (select 1 from stock.position p where p.maison_id = %(maison_id)s
          and p.location_id = d.location_id and p.variant_id = d.variant_id)
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
            and c.as_of >= l.as_of and not l.serialised
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
        -- Of the count's id, so that the same count has the same movements on two machines.
        select %(maison_id)s, (left(k.id::text, 24) || left(md5(k.id::text || s.state), 12))::uuid, %(now)s::timestamptz,
          k.location_id, k.variant_id, 'state_changed', 0, s.state, s.unavailable
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
        where c.as_of >= p.as_of and not p.serialised and p.allocated + p.held + c.unavailable > c.on_hand
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
        await change(
            conn,
            maison_id=maison_id,
            position=await locked(conn, maison_id, place.location_id, place.variant_id),
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
    serials: list[str] | None = None,
) -> Shortfall | None:
    """Adds `on_hand` (negative: pieces gone) as the till or feed tells it; told twice under one reference, it counts once.

    Returns None when it was told before. `serials`: the pieces, where the variant is counted piece by piece; else raises
    SayTheSerials, SerialRefused, after which what the caller's transaction has done must be undone.
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
    position = await there(conn, maison_id, location_id, variant_id, now)
    if position.serialised:
        return await tell(
            conn,
            maison_id=maison_id,
            location_id=location_id,
            variant_id=variant_id,
            kind=kind,
            on_hand=on_hand,
            serials=serials or [],
            source=source,
            now=now,
        )
    if serials:
        raise SerialRefused(serials[0], "this piece is counted by number, not by serials")
    return await change(
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
