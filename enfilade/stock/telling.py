"""Telling what stands where after it has moved: once a position and round, however often it moved meanwhile.

Marks are made by the database with every movement, for maisons that want to hear of it; see docs/algorithms/webhooks.md.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, many
from enfilade.base.jobs import Jobs
from enfilade.stock.events import StockChanged

ROUND = "*/15 * * * * *"
#: Positions of a maison told in one round; the others are told in the next.
AT_ONCE_MAX = 2_000


@dataclass(frozen=True, slots=True)
class _Moved:
    location_id: UUID
    variant_id: UUID


@dataclass(frozen=True, slots=True)
class _Standing:
    location_id: UUID
    variant_id: UUID
    on_hand: int
    available: int


async def tell(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Records what is at each position that moved; returns how many. One that moves at this moment is told the next time."""
    moved = await many(
        conn,
        _Moved,
        """
        delete from stock.moved m using (
          select n.location_id, n.variant_id from stock.moved n where n.maison_id = %(maison_id)s and n.region = base.region()
          order by n.location_id, n.variant_id limit %(most)s for update skip locked) t
        where m.maison_id = %(maison_id)s and m.region = base.region() and m.location_id = t.location_id
          and m.variant_id = t.variant_id
        returning m.location_id, m.variant_id
        """,
        maison_id=maison_id,
        most=AT_ONCE_MAX,
    )
    if not moved:
        return 0
    # In a statement of its own: it sees all that was committed before the marks were taken away.
    standing = await many(
        conn,
        _Standing,
        """
        select p.location_id, p.variant_id, p.on_hand, greatest(0, p.on_hand - p.unavailable - p.allocated)::integer as available
        from unnest(%(places)s::uuid[], %(variants)s::uuid[]) as t(location_id, variant_id)
        join stock.standing p on p.maison_id = %(maison_id)s and p.location_id = t.location_id and p.variant_id = t.variant_id
        """,
        maison_id=maison_id,
        places=[one.location_id for one in moved],
        variants=[one.variant_id for one in moved],
    )
    news: list[facts.Fact] = [
        StockChanged(one.variant_id, one.location_id, one.variant_id, one.on_hand, one.available)
        for one in standing
    ]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
    return len(news)


def register(jobs: Jobs) -> None:
    """The round that tells."""
    jobs.at_each(ROUND, "stock.tell_changes", tell)
