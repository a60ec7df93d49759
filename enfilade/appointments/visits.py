"""Visits: the client is there, was served, or did not come. Each step follows from a state, and may be repeated."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from enfilade.appointments import alternatives, bringing
from enfilade.appointments.events import AppointmentArrived, AppointmentMissed, AppointmentServed
from enfilade.appointments.keeping import HELD_AFTER, NoSuchAppointment
from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, maybe
from enfilade.base.jobs import Jobs
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.staff.people import Colleague

Result = Literal["tried", "liked", "bought"]
#: Nobody is checked in for another day by mistake.
EARLY = timedelta(hours=4)
#: So long after its end an appointment nobody opened is missed by itself.
MISSED_AFTER = timedelta(hours=2)
MISS, FORGET = "appointments.miss_late", "appointments.forget_visitors"


class NotThatStep(Exception):
    """The step does not follow from how the appointment stands."""

    def __init__(self, step: str, state: str) -> None:
        super().__init__(f"This appointment is {state}: “{step}” is not possible")
        self.step, self.state = step, state


@dataclass(frozen=True, slots=True)
class _Standing:
    location_id: UUID
    starts_at: datetime
    ends_at: datetime
    state: str


async def _standing(conn: Conn, maison_id: UUID, appointment_id: UUID, by: Colleague) -> _Standing:
    found = await maybe(
        conn,
        _Standing,
        """
        select location_id, starts_at, ends_at, state from appointments.appointment
        where maison_id = %(maison_id)s and id = %(appointment_id)s for no key update
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
    )
    if found is None:
        raise NoSuchAppointment
    if not by.works_at(found.location_id):
        raise NotYourBoutique
    return found


async def arrive(conn: Conn, *, maison_id: UUID, appointment_id: UUID, by: Colleague, now: datetime) -> None:
    """The client is there; the pieces stay theirs as long as the visit may last. Raises NotThatStep."""
    standing = await _standing(conn, maison_id, appointment_id, by)
    if standing.state == "arrived":
        return
    if standing.state != "booked" or now < standing.starts_at - EARLY:
        raise NotThatStep("check in", standing.state)
    await _step(conn, maison_id, appointment_id, "arrived", by.staff_id, now)
    length = standing.ends_at - standing.starts_at
    await bringing.prolong(
        conn, maison_id=maison_id, appointment_id=appointment_id, until=now + length + HELD_AFTER
    )
    await _tell(conn, maison_id, AppointmentArrived(appointment_id, standing.location_id), now)


async def serve(
    conn: Conn,
    *,
    maison_id: UUID,
    appointment_id: UUID,
    by: Colleague,
    results: dict[UUID, Result],
    noted: str,
    now: datetime,
) -> None:
    """It is over: what became of each piece (by variant), and a note that is erased with the contact. Raises NotThatStep.

    One that was thought missed can still be served; nothing is held for it any more.
    """
    standing = await _standing(conn, maison_id, appointment_id, by)
    if standing.state == "served":
        return
    if standing.state == "cancelled" or now < standing.starts_at - EARLY:
        raise NotThatStep("served", standing.state)
    await _step(conn, maison_id, appointment_id, "served", by.staff_id, now)
    await execute(
        conn,
        """
        with said as (
          update appointments.contact set noted = %(noted)s
          where maison_id = %(maison_id)s and appointment_id = %(appointment_id)s
        )
        update appointments.piece p set result = r.result
        from unnest(%(variants)s::uuid[], %(results)s::text[]) as r(variant_id, result)
        where p.maison_id = %(maison_id)s and p.appointment_id = %(appointment_id)s and p.variant_id = r.variant_id
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
        noted=noted.strip()[:500],
        variants=list(results),
        results=list(results.values()),
    )
    await bringing.let_go(conn, maison_id=maison_id, appointment_id=appointment_id, now=now)
    bought = sum(result == "bought" for result in results.values())
    await _tell(
        conn,
        maison_id,
        AppointmentServed(appointment_id, standing.location_id, len(results), bought),
        now,
    )


async def miss(conn: Conn, *, maison_id: UUID, appointment_id: UUID, by: Colleague, now: datetime) -> None:
    """Nobody came. Raises NotThatStep before it has begun."""
    standing = await _standing(conn, maison_id, appointment_id, by)
    if standing.state == "missed":
        return
    if standing.state != "booked" or now < standing.starts_at:
        raise NotThatStep("not come", standing.state)
    await _missed(conn, maison_id, appointment_id, standing.location_id, by.staff_id, now)


@dataclass(frozen=True, slots=True)
class _Late:
    id: UUID
    location_id: UUID


async def miss_late(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Ends what nobody opened within two hours of its end; returns how many. One that somebody changes now, or that
    could not be at its time and waits for an answer or a call, is passed over."""
    late = await many(
        conn,
        _Late,
        """
        select id, location_id from appointments.appointment a
        where maison_id = %(maison_id)s and state = 'booked' and ends_at < %(before)s
          and not exists (select 1 from appointments.alternative p where p.maison_id = a.maison_id and p.appointment_id = a.id
            and p.state in ('open', 'lapsed', 'nowhere'))
        order by id for no key update of a skip locked
        """,
        maison_id=maison_id,
        before=now - MISSED_AFTER,
    )
    for one in late:
        await _missed(conn, maison_id, one.id, one.location_id, None, now)
    return len(late)


async def forget(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Removes who came, and what was said of them, when its time is over."""
    return await execute(
        conn,
        "delete from appointments.contact where maison_id = %(maison_id)s and forget_at < %(now)s",
        maison_id=maison_id,
        now=now,
    )


async def _missed(
    conn: Conn, maison_id: UUID, appointment_id: UUID, location_id: UUID, by_id: UUID | None, now: datetime
) -> None:
    await _step(conn, maison_id, appointment_id, "missed", by_id, now)
    await bringing.let_go(conn, maison_id=maison_id, appointment_id=appointment_id, now=now)
    await _tell(conn, maison_id, AppointmentMissed(appointment_id, location_id), now)


async def _step(
    conn: Conn, maison_id: UUID, appointment_id: UUID, state: str, by_id: UUID | None, now: datetime
) -> None:
    await execute(
        conn,
        """
        update appointments.appointment set state = %(state)s, changed_at = %(now)s, ended_by = %(by_id)s
        where maison_id = %(maison_id)s and id = %(appointment_id)s
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
        state=state,
        by_id=by_id,
        now=now,
    )
    await alternatives.settle(
        conn, maison_id=maison_id, appointment_id=appointment_id, as_="changed", now=now
    )


async def _tell(conn: Conn, maison_id: UUID, fact: facts.Fact, now: datetime) -> None:
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


def register(known: Jobs) -> None:
    """Names the rounds."""
    known.at_each("*/15 * * * *", MISS, miss_late)
    known.at_each("41 3 * * *", FORGET, forget)
