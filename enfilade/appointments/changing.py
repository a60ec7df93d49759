"""Changing: an appointment is moved to another slot, or given back.

Lock order: the boutiques' turns, the appointment, then positions and holds. Both may be repeated: done again they change nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import errors

from enfilade.appointments import keeping, services, turns
from enfilade.appointments.events import AppointmentCancelled, AppointmentMoved
from enfilade.appointments.keeping import (
    KEPT_AFTER,
    AppointmentOver,
    Booked,
    ChangedMeanwhile,
    ComesAlready,
    NoSuchAppointment,
    SlotTaken,
    TooLateToChange,
)
from enfilade.appointments.services import Offered
from enfilade.appointments.slots import chosen
from enfilade.base import facts
from enfilade.base.db import Conn, constraint, execute, maybe
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.staff.people import Colleague
from enfilade.stock import holds
from enfilade.stock.holds import Demand


@dataclass(frozen=True, slots=True)
class _Standing:
    location_id: UUID
    staff_id: UUID
    service_id: UUID
    asked_language: str
    starts_at: datetime
    state: str
    sequence: int


async def _standing(conn: Conn, maison_id: UUID, appointment_id: UUID) -> _Standing:
    """Locked. Raises NoSuchAppointment."""
    found = await maybe(
        conn,
        _Standing,
        """
        select location_id, staff_id, service_id, asked_language, starts_at, state, sequence
        from appointments.appointment where maison_id = %(maison_id)s and id = %(appointment_id)s for no key update
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
    )
    if found is None:
        raise NoSuchAppointment
    return found


async def move(
    conn: Conn,
    *,
    maison_id: UUID,
    appointment_id: UUID,
    by: Colleague | None,
    location_id: UUID,
    starts_at: datetime,
    sequence: int,
    now: datetime,
) -> Booked:
    """To another slot, perhaps of another boutique; all of it or nothing. `by` None: its client. `sequence`: as it was seen.

    Raises NoSuchAppointment, AppointmentOver, ChangedMeanwhile, TooLateToChange, NotYourBoutique, and what `book` raises.
    """
    before = await keeping.booked(conn, maison_id=maison_id, appointment_id=appointment_id)
    if before is None:
        raise NoSuchAppointment
    await turns.take(conn, maison_id=maison_id, location_ids=[before.location_id, location_id])
    standing = await _standing(conn, maison_id, appointment_id)
    if standing.state == "booked" and (standing.location_id, standing.starts_at) == (location_id, starts_at):
        return before
    service = await keeping.offered(conn, maison_id, standing.service_id, location_id)
    _changeable(standing, service, by, now)
    if standing.sequence != sequence or standing.location_id != before.location_id:
        raise ChangedMeanwhile
    if by is not None and not by.works_at(location_id):
        raise NotYourBoutique
    place, slot = await keeping.slot_at(
        conn, maison_id, service, location_id, starts_at, standing.asked_language, now, appointment_id
    )
    who = chosen(service.terms, place, slot.starts_at, standing.asked_language, standing.staff_id)
    assert who is not None, "a slot has somebody"
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                update appointments.appointment set location_id = %(location_id)s, staff_id = %(staff_id)s,
                  seat_id = %(seat_id)s, wall = %(wall)s, zone = %(zone)s, starts_at = %(starts_at)s, ends_at = %(ends_at)s,
                  preparation_minutes = %(preparation)s, clearing_minutes = %(clearing)s, busy = %(busy)s,
                  sequence = sequence + 1, changed_at = %(now)s
                where maison_id = %(maison_id)s and id = %(id)s and state = 'booked'
                """,
                maison_id=maison_id,
                id=appointment_id,
                location_id=location_id,
                staff_id=who[0],
                seat_id=who[1],
                wall=slot.wall,
                zone=place.zone,
                starts_at=slot.starts_at,
                ends_at=slot.starts_at + timedelta(minutes=service.minutes),
                preparation=service.preparation_minutes,
                clearing=service.clearing_minutes,
                busy=keeping.busy(service, slot.starts_at),
                now=now,
            )
    except errors.ExclusionViolation as error:
        if constraint(error) == "visitor_once":
            raise ComesAlready from None
        raise SlotTaken([]) from None
    await execute(
        conn,
        """
        update appointments.contact set forget_at = %(forget_at)s
        where maison_id = %(maison_id)s and appointment_id = %(id)s
        """,
        maison_id=maison_id,
        id=appointment_id,
        forget_at=slot.starts_at + KEPT_AFTER,
    )
    variants = await keeping.pieces(conn, maison_id, appointment_id)
    if variants:
        # Refused, the whole move is rolled back: nobody else has seen the pieces free meanwhile.
        await holds.lock(
            conn,
            maison_id=maison_id,
            demands=[
                Demand(place_id, variant, 1)
                for place_id in {standing.location_id, location_id}
                for variant in variants
            ],
        )
        await holds.release(conn, maison_id=maison_id, holder_id=appointment_id)
        await keeping.hold(
            conn, maison_id, appointment_id, location_id, variants, keeping.held_until(service, slot), now
        )
    await facts.record(
        conn,
        maison_id=maison_id,
        now=now,
        facts=[AppointmentMoved(appointment_id, location_id, slot.starts_at)],
    )
    kept = await keeping.booked(conn, maison_id=maison_id, appointment_id=appointment_id)
    assert kept is not None
    return kept


async def cancel(
    conn: Conn, *, maison_id: UUID, appointment_id: UUID, by: Colleague | None, now: datetime
) -> None:
    """Gives the time and the pieces back. `by` None: its client. Repeatable.

    Raises NoSuchAppointment, AppointmentOver, TooLateToChange, NotYourBoutique.
    """
    standing = await _standing(conn, maison_id, appointment_id)
    if by is not None and not by.works_at(standing.location_id):
        raise NotYourBoutique
    if standing.state == "cancelled":
        return
    service = await services.read(conn, maison_id=maison_id, service_id=standing.service_id)
    assert service is not None
    _changeable(standing, service, by, now)
    await execute(
        conn,
        """
        update appointments.appointment set state = 'cancelled', sequence = sequence + 1, changed_at = %(now)s,
          ended_by = %(by_id)s
        where maison_id = %(maison_id)s and id = %(id)s and state = 'booked'
        """,
        maison_id=maison_id,
        id=appointment_id,
        by_id=by.staff_id if by else None,
        now=now,
    )
    await holds.release(conn, maison_id=maison_id, holder_id=appointment_id)
    await facts.record(
        conn,
        maison_id=maison_id,
        now=now,
        facts=[AppointmentCancelled(appointment_id, standing.location_id, "maison" if by else "client")],
    )


def _changeable(standing: _Standing, service: Offered, by: Colleague | None, now: datetime) -> None:
    if standing.state != "booked":
        raise AppointmentOver
    if by is None and now > standing.starts_at - timedelta(minutes=service.cancel_until_minutes):
        raise TooLateToChange
