"""Rezoning: when a zone's rules change, an appointment keeps what the clock on the wall shows; its points in time are put right.

Each boutique in a transaction of its own, under its turn. One that would now meet another stays, and somebody calls.
"""

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from uuid import UUID

import structlog
from psycopg import errors
from psycopg.types.range import TimestamptzRange

from enfilade.appointments import turns
from enfilade.appointments.events import AppointmentMoved, AppointmentToCall
from enfilade.appointments.keeping import HELD_AFTER
from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, tuples
from enfilade.base.ids import new_id
from enfilade.base.jobs import Jobs
from enfilade.base.tenants import each
from enfilade.boutiques.zones import zone_of
from enfilade.stock import holds

log = structlog.get_logger()

ROUND = "17 4 * * *"


@dataclass(frozen=True, slots=True)
class _Coming:
    id: UUID
    location_id: UUID
    wall: datetime
    zone: str
    starts_at: datetime
    ends_at: datetime
    busy: TimestamptzRange


@cache
def rules() -> str:
    """The version of the zones' rules this process reads, as "2026f"; '' where the system does not say."""
    for folder in zoneinfo.TZPATH:
        if (Path(folder) / "UTC").exists():
            return _said(Path(folder) / "tzdata.zi")
    return _said(Path(str(resources.files("tzdata") / "zoneinfo" / "tzdata.zi")))


def _said(file: Path) -> str:
    if not file.exists():
        return ""
    with file.open(encoding="utf-8") as lines:
        return lines.readline().removeprefix("# version ").strip()


async def rezone(db: Db, *, maison_id: UUID, version: str, now: datetime) -> int:
    """Puts right what differs from today's rules; returns how many. Nothing where newer rules were applied before."""
    if not await db.run(Actor.job(), maison_id, lambda conn: _newest(conn, maison_id, version, now)):
        log.warning("zones: this process knows older rules than were applied", version=version)
        return 0
    async with db.acting(Actor.job(), maison_id) as conn:
        places = {one.location_id for one in await _differing(conn, maison_id, None, now)}
    changed = 0
    for place in sorted(places):
        changed += await db.run(
            Actor.job(), maison_id, lambda conn, place=place: _put(conn, maison_id, place, now)
        )
    return changed


async def _newest(conn: Conn, maison_id: UUID, version: str, now: datetime) -> bool:
    """Two versions of one year differ by their letter, so they compare as words do."""
    written = await execute(
        conn,
        """
        insert into appointments.zone_rules as r (maison_id, version, looked_at) values (%(maison_id)s, %(version)s, %(now)s)
        on conflict (maison_id, region) do update
          set version = greatest(r.version, excluded.version), looked_at = excluded.looked_at
        where r.version <= excluded.version or excluded.version = ''
        """,
        maison_id=maison_id,
        version=version,
        now=now,
    )
    return bool(written)


async def _differing(conn: Conn, maison_id: UUID, location_id: UUID | None, now: datetime) -> list[_Coming]:
    found = await many(
        conn,
        _Coming,
        """
        select a.id, a.location_id, a.wall, a.zone, a.starts_at, a.ends_at, a.busy from appointments.appointment a
        where a.maison_id = %(maison_id)s and a.state = 'booked' and a.starts_at > %(now)s
          and (%(every)s or a.location_id = %(location_id)s)
        order by a.starts_at, a.id
        """,
        maison_id=maison_id,
        every=location_id is None,
        location_id=location_id,
        now=now,
    )
    return [one for one in found if _due(one) != one.starts_at]


def _due(one: _Coming) -> datetime:
    """The first time the clock shows it; where it is skipped now, as long after the jump."""
    return one.wall.replace(tzinfo=zone_of(one.zone)).astimezone(UTC)


async def _put(conn: Conn, maison_id: UUID, location_id: UUID, now: datetime) -> int:
    await turns.take(conn, maison_id=maison_id, location_ids=[location_id], all_offer=False)
    await tuples(
        conn,
        """
        select id from appointments.appointment
        where maison_id = %(maison_id)s and location_id = %(location_id)s and state = 'booked' and starts_at > %(now)s
        order by id for no key update
        """,
        maison_id=maison_id,
        location_id=location_id,
        now=now,
    )
    found = await _differing(conn, maison_id, location_id, now)
    # Those that go later go from the last, those that go earlier from the first: neighbours never meet on the way.
    later = [one for one in found if _due(one) > one.starts_at]
    earlier = [one for one in found if _due(one) < one.starts_at]
    changed = 0
    for one in (*reversed(later), *earlier):
        changed += await _moved(conn, maison_id, one, _due(one) - one.starts_at, now)
    return changed


async def _moved(conn: Conn, maison_id: UUID, one: _Coming, by: timedelta, now: datetime) -> bool:
    assert one.busy.lower is not None and one.busy.upper is not None
    during: TimestamptzRange = TimestamptzRange(one.busy.lower + by, one.busy.upper + by)
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                update appointments.appointment set starts_at = %(starts_at)s, ends_at = %(ends_at)s, busy = %(busy)s,
                  sequence = sequence + 1, changed_at = %(now)s
                where maison_id = %(maison_id)s and id = %(id)s
                """,
                maison_id=maison_id,
                id=one.id,
                starts_at=one.starts_at + by,
                ends_at=one.ends_at + by,
                busy=during,
                now=now,
            )
    except errors.ExclusionViolation:
        fresh = await execute(
            conn,
            """
            insert into appointments.alternative (maison_id, id, appointment_id, cause, state, asked_at)
            values (%(maison_id)s, %(id)s, %(appointment_id)s, %(appointment_id)s, 'nowhere', %(now)s)
            on conflict (maison_id, appointment_id) where state in ('open', 'lapsed', 'nowhere') do nothing
            """,
            maison_id=maison_id,
            id=new_id(now),
            appointment_id=one.id,
            now=now,
        )
        if fresh:
            news = AppointmentToCall(one.id, one.location_id, "zone")
            await facts.record(conn, maison_id=maison_id, now=now, facts=[news])
        return False
    assert during.upper is not None
    await holds.extend(conn, maison_id=maison_id, holder_id=one.id, expires_at=during.upper + HELD_AFTER)
    moved = AppointmentMoved(one.id, one.location_id, one.starts_at + by)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[moved])
    return True


def register(known: Jobs, db: Db) -> None:
    """Once a night, and so on the first after the rules of this process became new ones."""

    async def round_(now: datetime) -> None:
        await each(db, lambda maison_id: rezone(db, maison_id=maison_id, version=rules(), now=now))

    known.every(ROUND, "appointments.rezone", round_)
