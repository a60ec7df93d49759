"""Parcels that a closed place was to send: weighed together by the batch optimiser, each moved whole or not at all."""

import asyncio
from datetime import datetime
from functools import partial
from uuid import UUID

from enfilade.base.db import Conn, Db, many
from enfilade.closures import effects
from enfilade.closures.collections import tell
from enfilade.closures.effects import DONE, Doing, Found, Kind, Outcome, ToDo
from enfilade.orders import closing, waiting

NOWHERE = Outcome("impossible", "nowhere")
CAME = {
    "moved": DONE,
    "over": DONE,
    "picked": Outcome("impossible", "picked"),
    "nowhere": NOWHERE,
    "in part": NOWHERE,
}


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
    """Moves these, forty at a time; returns how many effects ended.

    What was taken elsewhere meanwhile is weighed again as long as some of it moves; the rest stays to do.
    """

    left = wanted
    while left:
        before = len(left)
        for some in [left[at : at + waiting.BATCH_MAX] for at in range(0, before, waiting.BATCH_MAX)]:
            batch = await closing.gathered(
                db, maison_id=maison_id, fulfilment_ids=[one.subject_id for one in some], closed=closed
            )
            decisions = await asyncio.to_thread(waiting.decide, batch) if batch.orders else {}
            leave = partial(
                _leave, decided={line: place for lines in decisions.values() for line, place in lines.items()}
            )
            ended = await effects.carry_out(db, maison_id, leave, some, now)
            for one in some:
                if one.id not in ended:
                    ended |= await effects.carry_out(db, maison_id, leave, [one], now)
            left = [one for one in left if one.id not in ended]
        if len(left) == before:
            break
    return len(wanted) - len(left)


async def _leave(
    conn: Conn, *, maison_id: UUID, doing: list[Doing], now: datetime, decided: dict[UUID, UUID]
) -> dict[UUID, Outcome]:
    left = await closing.leave(
        conn,
        maison_id=maison_id,
        fulfilment_ids=[one.subject_id for one in doing],
        decided_at=decided,
        now=now,
    )
    nowhere = [one for one in doing if left[one.subject_id] in ("nowhere", "in part")]
    await closing.postpone(
        conn, maison_id=maison_id, fulfilment_ids=[one.subject_id for one in nowhere], now=now
    )
    await tell(conn, maison_id=maison_id, effect_ids=[one.id for one in nowhere])
    return {one.id: CAME[left[one.subject_id]] for one in doing if left[one.subject_id] != "taken"}
