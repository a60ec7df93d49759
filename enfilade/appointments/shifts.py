"""Shifts: rosters as points in time, rewritten in the transaction that changes a roster and once an hour.

Rosters are wall time, so shifts are right on days when clocks change. `one_place_at_a_time`: so is an advisor.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from psycopg import errors
from psycopg.types.range import TimestamptzRange

from enfilade.appointments.working import Pattern, Span, worked
from enfilade.base.db import Conn, execute, many
from enfilade.base.jobs import Jobs

log = structlog.get_logger()

#: Openings are published for 28 days, and preparation may begin before the first and clearing end after the last.
SHIFT_DAYS = 31
RENEW = "appointments.renew_shifts"


class NoSuchAdvisor(Exception):
    """Nobody of this id has a post at the boutique."""

    def __init__(self) -> None:
        super().__init__("Nobody of this name works at the boutique")


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def locked(conn: Conn, maison_id: UUID, staff_ids: list[UUID] | None) -> list[UUID]:
    """These advisors, or all, locked in order: what is read of their rosters stays true. Raises NoSuchAdvisor."""
    found = await many(
        conn,
        _Id,
        """
        select staff_id as id from appointments.advisor
        where maison_id = %(maison_id)s and (%(every)s or staff_id = any(%(ids)s::uuid[])) order by staff_id
        for no key update
        """,
        maison_id=maison_id,
        every=staff_ids is None,
        ids=staff_ids or [],
    )
    if staff_ids is not None and len(found) < len(staff_ids):
        raise NoSuchAdvisor
    return [one.id for one in found]


async def renew_shifts(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """The shifts of the coming weeks of every advisor; returns how many were written or removed."""
    advisors = await locked(conn, maison_id, None)
    done = 0
    for staff_id in advisors:
        try:
            async with conn.transaction():
                done += await write(conn, maison_id, [staff_id], now)
        except errors.ExclusionViolation:
            # Two rosters said long before that now meet: the shifts that stand go on, and none of the others waits.
            log.warning("an advisor is wanted in two places", staff_id=str(staff_id))
    return done


@dataclass(frozen=True, slots=True)
class _Roster:
    staff_id: UUID
    location_id: UUID
    zone: str
    weekday: int
    from_minute: int
    until_minute: int
    valid_from: date
    valid_until: date | None


async def write(conn: Conn, maison_id: UUID, staff_ids: list[UUID], now: datetime) -> int:
    """Writes what differs, of these locked advisors; what is past goes."""
    rows = await many(
        conn,
        _Roster,
        """
        select r.staff_id, r.location_id, l.zone, r.weekday, r.from_minute, r.until_minute, r.valid_from, r.valid_until
        from appointments.roster r join boutiques.location l on l.maison_id = r.maison_id and l.id = r.location_id
        where r.maison_id = %(maison_id)s and r.staff_id = any(%(staff_ids)s::uuid[]) order by r.id
        """,
        maison_id=maison_id,
        staff_ids=staff_ids,
    )
    patterns: dict[tuple[UUID, UUID, str], list[Pattern]] = {}
    for row in rows:
        patterns.setdefault((row.staff_id, row.location_id, row.zone), []).append(
            Pattern(row.weekday, row.from_minute, row.until_minute, row.valid_from, row.valid_until)
        )
    spans: list[tuple[UUID, UUID, Span]] = []
    for (staff_id, location_id, zone), weekly in patterns.items():
        yesterday = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
        spans += [(staff_id, location_id, span) for span in worked(weekly, zone, yesterday, SHIFT_DAYS)]
    wanted = {
        "staff": [staff_id for staff_id, _, _ in spans],
        "places": [location_id for _, location_id, _ in spans],
        "during": [TimestamptzRange(span.begins_at, span.ends_at) for _, _, span in spans],
    }
    gone = await execute(
        conn,
        """
        delete from appointments.shift s
        where s.maison_id = %(maison_id)s and s.staff_id = any(%(staff_ids)s::uuid[]) and not exists (
          select 1 from unnest(%(staff)s::uuid[], %(places)s::uuid[], %(during)s::tstzrange[])
            as w(staff_id, location_id, during)
          where w.staff_id = s.staff_id and w.location_id = s.location_id and w.during = s.during)
        """,
        maison_id=maison_id,
        staff_ids=staff_ids,
        **wanted,
    )
    written = await execute(
        conn,
        """
        insert into appointments.shift (maison_id, staff_id, location_id, during)
        select %(maison_id)s, w.staff_id, w.location_id, w.during
        from unnest(%(staff)s::uuid[], %(places)s::uuid[], %(during)s::tstzrange[]) as w(staff_id, location_id, during)
        where not exists (select 1 from appointments.shift s where s.maison_id = %(maison_id)s and s.staff_id = w.staff_id
          and s.location_id = w.location_id and s.during = w.during)
        """,
        maison_id=maison_id,
        **wanted,
    )
    return gone + written


def register(known: Jobs) -> None:
    """Just after the openings of every full hour."""
    known.at_each("8 * * * *", RENEW, renew_shifts)
