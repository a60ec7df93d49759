"""Alternatives: another time, kept for an appointment that cannot be at its own, until its client has answered.

The appointment stays in the diary at its own time meanwhile. Each verb follows from a state, locks the appointment before its
alternative, and may be repeated. Nothing is cancelled here: what nobody answers is for somebody to call about.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.appointments.events import AppointmentKept, AppointmentToCall
from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many, maybe, scalar
from enfilade.stock import holds

MAIL, LAPSE = "appointments.mail_alternative", "appointments.lapse_alternatives"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One that is not dealt with: `open`; or `lapsed` or `nowhere`, for somebody to call about; `nowhere` has no time."""

    id: UUID
    appointment_id: UUID
    state: str
    location_id: UUID | None
    starts_at: datetime | None
    ends_at: datetime | None


async def waiting(conn: Conn, *, maison_id: UUID, appointment_ids: list[UUID]) -> dict[UUID, Waiting]:
    """Those of these appointments, by appointment."""
    found = await many(
        conn,
        Waiting,
        """
        select id, appointment_id, state, location_id, starts_at, ends_at from appointments.alternative
        where maison_id = %(maison_id)s and appointment_id = any(%(ids)s::uuid[]) and state in ('open', 'lapsed', 'nowhere')
        """,
        maison_id=maison_id,
        ids=appointment_ids,
    )
    return {one.appointment_id: one for one in found}


async def settle(
    conn: Conn, *, maison_id: UUID, appointment_id: UUID, as_: Literal["accepted", "changed"], now: datetime
) -> bool:
    """The appointment, locked, is dealt with: what was proposed for it is no longer kept. False where nothing was."""
    found = (await waiting(conn, maison_id=maison_id, appointment_ids=[appointment_id])).get(appointment_id)
    if found is None:
        return False
    await end(conn, maison_id=maison_id, alternative_id=found.id, state=as_, now=now)
    return True


@dataclass(frozen=True, slots=True)
class _Standing:
    location_id: UUID
    starts_at: datetime


async def keep(conn: Conn, *, maison_id: UUID, appointment_id: UUID, now: datetime) -> bool:
    """Its own time can be after all: what was proposed is free again, and its client told. False where that is no news.

    It stays as it is where its time has come, or its boutique is closed then still.
    """
    standing = await maybe(
        conn,
        _Standing,
        """
        select location_id, starts_at from appointments.appointment
        where maison_id = %(maison_id)s and id = %(appointment_id)s and state = 'booked' for no key update
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
    )
    if standing is None:
        return False
    found = (await waiting(conn, maison_id=maison_id, appointment_ids=[appointment_id])).get(appointment_id)
    if found is None or not await _possible(conn, maison_id, appointment_id, now):
        return False
    await end(conn, maison_id=maison_id, alternative_id=found.id, state="withdrawn", now=now)
    await mail(conn, maison_id=maison_id, alternative_ids=[found.id])
    fact = AppointmentKept(appointment_id, standing.location_id, standing.starts_at)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    return True


@dataclass(frozen=True, slots=True)
class _Late:
    id: UUID
    appointment_id: UUID
    location_id: UUID


async def lapse(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """What was not answered in time is free again, and for somebody to call about; returns how many."""
    late = await many(
        conn,
        _Late,
        """
        select p.id, p.appointment_id, a.location_id from appointments.appointment a
        join appointments.alternative p on p.maison_id = a.maison_id and p.appointment_id = a.id
        where p.maison_id = %(maison_id)s and p.state = 'open' and p.answer_by < %(now)s order by a.id
        for no key update of a skip locked
        """,
        maison_id=maison_id,
        now=now,
    )
    lapsed = 0
    for one in late:
        if await end(conn, maison_id=maison_id, alternative_id=one.id, state="lapsed", now=now):
            lapsed += 1
            fact = AppointmentToCall(one.appointment_id, one.location_id, "lapsed")
            await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    return lapsed


async def _possible(conn: Conn, maison_id: UUID, appointment_id: UUID, now: datetime) -> bool:
    """Whether it begins late enough from now, in an opening, and nothing closes it."""
    return await scalar(
        conn,
        """
        select a.starts_at > %(now)s::timestamptz + make_interval(mins => s.notice_minutes)
          and exists (select 1 from public_facts.opening o where o.location_id = a.location_id
            and o.opens_at <= a.starts_at and o.closes_at >= a.ends_at)
          and not exists (select 1 from public_facts.closure k where k.location_id = a.location_id
            and 'appointments' = any(k.stops) and k.starts_at < a.ends_at and coalesce(k.ends_at, 'infinity') > a.starts_at)
        from appointments.appointment a join appointments.service s on s.maison_id = a.maison_id and s.id = a.service_id
        where a.maison_id = %(maison_id)s and a.id = %(appointment_id)s
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
        now=now,
    )


async def end(conn: Conn, *, maison_id: UUID, alternative_id: UUID, state: str, now: datetime) -> bool:
    """The alternative is over, in this state; its pieces are free again. False where it was over before."""
    ended = await execute(
        conn,
        """
        update appointments.alternative set state = %(state)s, ended_at = %(now)s
        where maison_id = %(maison_id)s and id = %(id)s and state in ('open', 'lapsed', 'nowhere') and state <> %(state)s
        """,
        maison_id=maison_id,
        id=alternative_id,
        state=state,
        now=now,
    )
    if ended:
        await holds.release(conn, maison_id=maison_id, holder_id=alternative_id)
    return bool(ended)


async def mail(conn: Conn, *, maison_id: UUID, alternative_ids: list[UUID]) -> None:
    """Defers their clients' letters with the transaction that gives the reason for them."""
    await jobs.defer(
        conn, maison_id=maison_id, jobs=[jobs.Job(MAIL, {"alternative_id": id_}) for id_ in alternative_ids]
    )


def register(known: jobs.Jobs) -> None:
    """Names the round."""
    known.at_each("*/5 * * * *", LAPSE, lapse)
