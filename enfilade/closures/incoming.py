"""Transfers that would arrive at a closed place: diverted where they have left, else they wait where they are."""

from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.closures.effects import DONE, Doing, Found, Kind, Outcome
from enfilade.stock import diverting


async def _coming(conn: Conn, *, maison_id: UUID, act_id: UUID, now: datetime) -> list[Found]:
    """Of ordinary stock. A place that is closed for less than a day takes in tomorrow what comes today."""
    return await many(
        conn,
        Found,
        """
        select t.to_location_id as location_id, t.id as subject_id
        from closures.act a
        join closures.place p on p.maison_id = a.maison_id and p.act_id = a.id and p.over_at is null and p.starts_at <= %(now)s
          and (p.ends_at is null or p.ends_at > %(now)s::timestamptz + interval '1 day')
        join stock.transfer t on t.maison_id = p.maison_id and t.to_location_id = p.location_id
          and t.state in ('asked', 'packed', 'sent') and (t.reason <> 'for_order' or t.keeps_until is not null)
          and coalesce(t.expected_on < p.ends_at::date, true)
        where a.maison_id = %(maison_id)s and a.id = %(act_id)s and 'doors' = any(a.stops)
          and not exists (select 1 from closures.effect e
            where e.maison_id = a.maison_id and e.act_id = a.id and e.kind = 'divert' and e.subject_id = t.id)
        order by t.id
        """,
        maison_id=maison_id,
        act_id=act_id,
        now=now,
    )


async def _divert(conn: Conn, *, maison_id: UUID, doing: list[Doing], now: datetime) -> dict[UUID, Outcome]:
    outcomes: dict[UUID, Outcome] = {}
    for one in doing:
        came = await diverting.divert(conn, maison_id=maison_id, transfer_id=one.subject_id, now=now)
        outcomes[one.id] = Outcome("impossible", came) if came in ("waits", "no place") else DONE
    return outcomes


COMING = Kind("divert", _coming, _divert)
