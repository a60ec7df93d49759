"""Parcels that a closed place was to send: weighed together by the batch optimiser, each moved in a transaction of its own."""

import asyncio
from datetime import datetime
from uuid import UUID

import structlog

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many
from enfilade.closures import effects
from enfilade.closures.collections import tell
from enfilade.closures.effects import DONE, Found, Kind, Outcome, ToDo
from enfilade.closures.lanes import side_by_side
from enfilade.orders import closing, waiting

log = structlog.get_logger()


async def _unpicked(conn: Conn, *, maison_id: UUID, act_id: UUID, now: datetime) -> list[Found]:
    return await many(
        conn,
        Found,
        """
        select f.location_id, f.id as subject_id
        from closures.act a
        join closures.place p on p.maison_id = a.maison_id and p.act_id = a.id and p.over_at is null and p.starts_at <= %(now)s
        join orders.fulfilment f on f.maison_id = p.maison_id and f.location_id = p.location_id
          and f.state in ('asked', 'accepted') and f.method = 'ship'
        where a.maison_id = %(maison_id)s and a.id = %(act_id)s and 'ship' = any(a.stops)
          and not exists (select 1 from closures.effect e
            where e.maison_id = a.maison_id and e.act_id = a.id and e.kind = 'resource' and e.subject_id = f.id)
        order by f.id
        """,
        maison_id=maison_id,
        act_id=act_id,
        now=now,
    )


PARCELS = Kind("resource", _unpicked, None)


async def move(db: Db, *, maison_id: UUID, wanted: list[ToDo], closed: set[UUID], now: datetime) -> int:
    """Moves these, forty at a time; returns how many effects ended. What was taken elsewhere meanwhile stays to do."""
    ended = 0
    for first in range(0, len(wanted), waiting.BATCH_MAX):
        chunk = wanted[first : first + waiting.BATCH_MAX]
        batch = await closing.gathered(
            db, maison_id=maison_id, fulfilment_ids=[one.subject_id for one in chunk], closed=closed
        )
        decisions = await asyncio.to_thread(waiting.decide, batch) if batch.orders else {}
        decided = {line: place for lines in decisions.values() for line, place in lines.items()}

        async def moved(one: ToDo, decided: dict[UUID, UUID] = decided) -> int:
            try:
                return await db.run(
                    Actor.job(), maison_id, lambda conn: _one(conn, maison_id, one, decided, now)
                )
            except Exception as error:
                log.exception("effect not done", effect=str(one.id), exc_info=error)
                return 0

        ended += await side_by_side(moved, chunk)
    return ended


async def _one(conn: Conn, maison_id: UUID, one: ToDo, decided: dict[UUID, UUID], now: datetime) -> bool:
    locked = await effects.locked(conn, maison_id=maison_id, effect_ids=[one.id])
    if not locked:
        return False
    (doing,) = locked
    left = await closing.leave(
        conn, maison_id=maison_id, fulfilment_id=doing.subject_id, decided_at=decided, now=now
    )
    if left == "taken":
        return False
    outcome = DONE
    if left == "picked":
        outcome = Outcome("impossible", "picked")
    elif left in ("nowhere", "in part"):
        outcome = Outcome("impossible", "nowhere")
        await closing.postpone(conn, maison_id=maison_id, fulfilment_ids=[doing.subject_id], now=now)
        await tell(conn, maison_id=maison_id, effect_ids=[doing.id])
    await effects.end(conn, maison_id=maison_id, came={doing.id: outcome}, now=now)
    return True
