"""Proves, while orders run, that the counters agree with what they count: ledger, holds, allocations."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Db, many


@dataclass(frozen=True, slots=True)
class Drift:
    """A position whose counters and records disagree. Ledger folds are (on_hand, allocated, unavailable)."""

    location_id: UUID
    variant_id: UUID
    on_hand: int
    on_hand_ledger: int
    unavailable: int
    unavailable_ledger: int
    allocated: int
    allocated_ledger: int
    allocated_rows: int
    held: int
    held_rows: int


async def verify(db: Db, *, maison_id: UUID) -> list[Drift]:
    """All positions of a maison against fold(ledger), hold rows and allocation rows, in one snapshot.

    States are compared one by one; records without a position are found too.
    """
    async with db.acting(Actor.job(), maison_id, snapshot=True) as conn:
        return await many(
            conn,
            Drift,
            """
            with ledger as (
              select location_id, variant_id, sum(on_hand)::integer as on_hand, sum(allocated)::integer as allocated,
                sum(unavailable)::integer as unavailable,
                coalesce(sum(unavailable) filter (where state = 'display'), 0)::integer as display,
                coalesce(sum(unavailable) filter (where state = 'damaged'), 0)::integer as damaged,
                coalesce(sum(unavailable) filter (where state = 'quality_control'), 0)::integer as quality_control,
                coalesce(sum(unavailable) filter (where state = 'on_approval'), 0)::integer as on_approval,
                coalesce(sum(unavailable) filter (where state = 'vic_hold'), 0)::integer as vic_hold,
                coalesce(sum(unavailable) filter (where state = 'at_atelier'), 0)::integer as at_atelier
              from stock.movement where maison_id = %(maison_id)s group by 1, 2
            ), holds as (
              select location_id, variant_id, sum(quantity)::integer as quantity
              from stock.hold where maison_id = %(maison_id)s group by 1, 2
            ), promised as (
              select location_id, variant_id, sum(quantity)::integer as quantity
              from stock.allocation where maison_id = %(maison_id)s group by 1, 2
            ), counters as (
              select * from stock.position where maison_id = %(maison_id)s
            )
            select coalesce(p.location_id, l.location_id, h.location_id, a.location_id) as location_id,
              coalesce(p.variant_id, l.variant_id, h.variant_id, a.variant_id) as variant_id,
              coalesce(p.on_hand, 0) as on_hand, coalesce(l.on_hand, 0) as on_hand_ledger,
              coalesce(p.unavailable, 0) as unavailable, coalesce(l.unavailable, 0) as unavailable_ledger,
              coalesce(p.allocated, 0) as allocated, coalesce(l.allocated, 0) as allocated_ledger,
              coalesce(a.quantity, 0) as allocated_rows, coalesce(p.held, 0) as held, coalesce(h.quantity, 0) as held_rows
            from counters p
            full join ledger l on l.location_id = p.location_id and l.variant_id = p.variant_id
            full join holds h on h.location_id = coalesce(p.location_id, l.location_id)
              and h.variant_id = coalesce(p.variant_id, l.variant_id)
            full join promised a on a.location_id = coalesce(p.location_id, l.location_id, h.location_id)
              and a.variant_id = coalesce(p.variant_id, l.variant_id, h.variant_id)
            where (coalesce(p.on_hand, 0), coalesce(p.allocated, 0), coalesce(p.display, 0), coalesce(p.damaged, 0),
                coalesce(p.quality_control, 0), coalesce(p.on_approval, 0), coalesce(p.vic_hold, 0), coalesce(p.at_atelier, 0))
              is distinct from
                (coalesce(l.on_hand, 0), coalesce(l.allocated, 0), coalesce(l.display, 0), coalesce(l.damaged, 0),
                coalesce(l.quality_control, 0), coalesce(l.on_approval, 0), coalesce(l.vic_hold, 0), coalesce(l.at_atelier, 0))
              or coalesce(p.held, 0) <> coalesce(h.quantity, 0)
              or coalesce(p.allocated, 0) <> coalesce(a.quantity, 0)
              or coalesce(p.allocated + p.held + p.unavailable > p.on_hand, false)
            """,
            maison_id=maison_id,
        )
