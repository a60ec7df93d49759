"""Appointments in a closed time: each is given the nearest other time, kept for its client to answer."""

from datetime import datetime, timedelta
from uuid import UUID

from enfilade.appointments import alternatives, proposing
from enfilade.base.db import Conn, many
from enfilade.closures.effects import DONE, Doing, Found, Kind, Outcome

#: Where nobody knows when a place reopens, who comes within so many days is given another time; later ones as they come near.
UNKNOWN_AHEAD = timedelta(days=3)
WHY: dict[proposing.Came, Outcome] = {
    "proposed": DONE,
    "over": DONE,
    "soon": Outcome("impossible", "soon"),
    "nowhere": Outcome("impossible", "no time"),
}


async def _booked(conn: Conn, *, maison_id: UUID, act_id: UUID, now: datetime) -> list[Found]:
    """What is booked or proposed in the closed time, whether it has begun or not: who comes is told at once."""
    return await many(
        conn,
        Found,
        """
        select p.location_id, x.id as subject_id
        from closures.act a
        join closures.place p on p.maison_id = a.maison_id and p.act_id = a.id and p.over_at is null
        cross join lateral (
          select b.id from appointments.appointment b
          where b.maison_id = p.maison_id and b.location_id = p.location_id and b.state = 'booked'
            and b.starts_at > %(now)s and b.ends_at > p.starts_at
            and b.starts_at < coalesce(p.ends_at, %(now)s::timestamptz + %(ahead)s)
          union
          select o.appointment_id from appointments.alternative o
          where o.maison_id = p.maison_id and o.location_id = p.location_id and o.state = 'open' and o.ends_at > p.starts_at
            and o.waiting_id is null
            and o.starts_at < coalesce(p.ends_at, %(now)s::timestamptz + %(ahead)s)) x
        where a.maison_id = %(maison_id)s and a.id = %(act_id)s and 'appointments' = any(a.stops)
          and not exists (select 1 from closures.effect e
            where e.maison_id = a.maison_id and e.act_id = a.id and e.kind = 'propose' and e.subject_id = x.id)
        order by x.id
        """,
        maison_id=maison_id,
        act_id=act_id,
        now=now,
        ahead=UNKNOWN_AHEAD,
    )


async def _propose(conn: Conn, *, maison_id: UUID, doing: list[Doing], now: datetime) -> dict[UUID, Outcome]:
    came = await proposing.propose(
        conn,
        maison_id=maison_id,
        location_id=doing[0].location_id,
        appointment_ids=[one.subject_id for one in doing],
        cause=doing[0].act_id,
        during=(doing[0].starts_at, doing[0].ends_at),
        now=now,
    )
    return {one.id: WHY[came[one.subject_id]] for one in doing}


async def _kept(conn: Conn, *, maison_id: UUID, act_id: UUID, now: datetime) -> list[Found]:
    """Found by reopening alone, in its own transaction."""
    return []


async def unanswered(
    conn: Conn, *, maison_id: UUID, act_id: UUID, location_ids: list[UUID], now: datetime
) -> list[Found]:
    """Appointments still to come at these places, for which the act's alternatives were not taken."""
    return await many(
        conn,
        Found,
        """
        select a.location_id, a.id as subject_id from appointments.alternative p
        join appointments.appointment a on a.maison_id = p.maison_id and a.id = p.appointment_id and a.state = 'booked'
          and a.location_id = any(%(locations)s::uuid[]) and a.starts_at > %(now)s
        where p.maison_id = %(maison_id)s and p.cause = %(act_id)s and p.state in ('open', 'lapsed', 'nowhere')
        order by a.id
        """,
        maison_id=maison_id,
        act_id=act_id,
        locations=location_ids,
        now=now,
    )


async def _keep(conn: Conn, *, maison_id: UUID, doing: list[Doing], now: datetime) -> dict[UUID, Outcome]:
    for one in doing:
        await alternatives.keep(conn, maison_id=maison_id, appointment_id=one.subject_id, now=now)
    return {one.id: DONE for one in doing}


PROPOSED = Kind("propose", _booked, _propose)
KEPT = Kind("keep", _kept, _keep)
