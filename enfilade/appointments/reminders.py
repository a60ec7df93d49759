"""Reminders: one letter before an appointment, at the hour its service says by the boutique's clock.

What is reminded of is a beginning: moved, it is another one, and whoever booked or moved after the hour needs no reminder.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from enfilade.appointments import letters
from enfilade.base import jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many
from enfilade.base.messages import Messages
from enfilade.boutiques.zones import zone_of

ROUND, MAIL = "appointments.remind", "appointments.mail_reminder"
#: The most days a service reminds ahead, and a zone's day and night.
AHEAD = timedelta(days=9)


@dataclass(frozen=True, slots=True)
class _Coming:
    id: UUID
    wall: datetime
    zone: str
    starts_at: datetime
    changed_at: datetime
    remind_days: int
    remind_hour: int


def moment(wall: datetime, zone: str, days: int, hour: int) -> datetime:
    """So many days before the day on the wall, at that hour; where the clock skips it, the hour after."""
    on = (wall - timedelta(days=days)).date()
    return datetime.combine(on, time(hour), zone_of(zone))


async def remind(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Asks for the letters that are due, each once for a beginning; returns how many."""
    coming = await many(
        conn,
        _Coming,
        """
        select a.id, a.wall, a.zone, a.starts_at, a.changed_at, s.remind_days, s.remind_hour
        from appointments.appointment a
        join appointments.service s on s.maison_id = a.maison_id and s.id = a.service_id and s.remind_days > 0
        where a.maison_id = %(maison_id)s and a.state = 'booked' and a.ends_at > %(now)s
          and a.ends_at < %(now)s::timestamptz + %(ahead)s and a.starts_at > %(now)s
          and a.reminded_of is distinct from a.starts_at
        order by a.id for no key update of a skip locked
        """,
        maison_id=maison_id,
        now=now,
        ahead=AHEAD,
    )
    due = [
        one.id
        for one in coming
        if one.changed_at < moment(one.wall, one.zone, one.remind_days, one.remind_hour) <= now
    ]
    if due:
        await execute(
            conn,
            """
            update appointments.appointment set reminded_of = starts_at
            where maison_id = %(maison_id)s and id = any(%(due)s::uuid[])
            """,
            maison_id=maison_id,
            due=due,
        )
        await jobs.defer(
            conn, maison_id=maison_id, jobs=[jobs.Job(MAIL, {"appointment_id": one}) for one in due]
        )
    return len(due)


def register(known: jobs.Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the round and the letter."""

    async def mail(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            found = await letters.about(conn, maison_id=maison_id, appointment_id=ids["appointment_id"])
        if found is None or (written := letters.reminder(found, key=key, base_url=base_url)) is None:
            return
        await messages.send(written)

    known.add(MAIL, mail)
    known.at_each("*/10 * * * *", ROUND, remind)
