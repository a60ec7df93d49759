"""What is at each place of a maison, added up every ten minutes: a page reads as many rows as there are places."""

from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute
from enfilade.base.jobs import Jobs

ROUND = "2-59/10 * * * *"


async def add_up(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Every position of the maison; returns at how many places. A place without positions has no total."""
    return await execute(
        conn,
        """
        insert into stock.place_total as kept
          (maison_id, region, location_id, on_hand, unavailable, allocated, held, oldest_count, added_up_at)
        select %(maison_id)s, p.region, p.location_id, sum(p.on_hand), sum(p.unavailable), sum(p.allocated), sum(p.held),
          min(p.as_of), %(now)s
        from stock.standing p where p.maison_id = %(maison_id)s group by p.region, p.location_id order by p.location_id
        on conflict (maison_id, location_id, region) do update set on_hand = excluded.on_hand,
          unavailable = excluded.unavailable, allocated = excluded.allocated, held = excluded.held,
          oldest_count = excluded.oldest_count, added_up_at = excluded.added_up_at
        where kept.added_up_at <= excluded.added_up_at
        """,
        maison_id=maison_id,
        now=now,
    )


def register(jobs: Jobs) -> None:
    """The round that keeps the totals."""
    jobs.at_each(ROUND, "stock.add_up_places", add_up)
