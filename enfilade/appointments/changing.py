"""Changing: an appointment is moved to another slot, or given back.

Lock order: the boutiques' turns, the appointment, what is brought to it, then positions and holds. Both
may be repeated: done again they change nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import errors

from enfilade.appointments import alternatives, bringing, keeping, services, turns
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
from enfilade.stock import for_visits, holds
from enfilade.stock.holds import Demand, NotEnoughStock


@dataclass(frozen=True, slots=True)
class Standing:
    """An appointment as it stands, locked. `proposed`: it cannot be at its time, and another was proposed, or is looked for."""

    location_id: UUID
    staff_id: UUID
    service_id: UUID
    asked_language: str
    starts_at: datetime
    state: str
    sequence: int
    proposed: bool


async def locked(conn: Conn, maison_id: UUID, appointment_id: UUID) -> Standing:
    """Raises NoSuchAppointment."""
    found = await maybe(
        conn,
        Standing,
        """
        select location_id, staff_id, service_id, asked_language, starts_at, state, sequence,
          exists (select 1 from appointments.alternative p where p.maison_id = a.maison_id and p.appointment_id = a.id
            and p.state in ('open', 'lapsed', 'nowhere')) as proposed
        from appointments.appointment a where maison_id = %(maison_id)s and id = %(appointment_id)s for no key update of a
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
    standing = await locked(conn, maison_id, appointment_id)
    if standing.state == "booked" and (standing.location_id, standing.starts_at) == (location_id, starts_at):
        return before
    service = await keeping.offered(conn, maison_id, standing.service_id, location_id)
    _changeable(standing, service, by, now)
    if standing.sequence != sequence or standing.location_id != before.location_id:
        raise ChangedMeanwhile
    if by is not None and not by.works_at(location_id):
        raise NotYourBoutique
    await alternatives.settle(
        conn, maison_id=maison_id, appointment_id=appointment_id, as_="changed", now=now
    )
    return await place_at(
        conn, maison_id, appointment_id, standing, service, location_id, starts_at, standing.staff_id, now
    )


async def place_at(
    conn: Conn,
    maison_id: UUID,
    appointment_id: UUID,
    standing: Standing,
    service: Offered,
    location_id: UUID,
    starts_at: datetime,
    staff_id: UUID,
    now: datetime,
) -> Booked:
    """The locked appointment begins then and there, by `staff_id` if they are free; the turns of both boutiques are taken."""
    pieces = await bringing.standing(conn, maison_id=maison_id, appointment_id=appointment_id, now=now)
    stays = standing.location_id == location_id
    coming = [one.ready_about for one in pieces if stays and one.coming and not one.held and one.ready_about]
    wanted = [one for one in pieces if not (stays and (one.held or (one.coming and one.ready_about)))]
    plans = await bringing.plans(
        conn,
        maison_id=maison_id,
        location_ids=[location_id],
        variant_ids=[one.variant_id for one in wanted if not one.lacking],
        brought_max=service.brought_max,
        since=now,
        besides=bringing.waiting(pieces),
    )
    plan = plans[location_id]
    place, slot = await keeping.slot_at(
        conn,
        maison_id,
        service,
        location_id,
        starts_at,
        standing.asked_language,
        now,
        appointment_id,
        not_before=max([*coming, plan.not_before or now]) if coming or plan.not_before else None,
    )
    who = chosen(service.terms, place, slot.starts_at, standing.asked_language, staff_id)
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
    until = keeping.held_until(service, slot)
    if pieces and stays:
        # What is held in the boutique stays so, even while it is closed and gives nothing new; what is brought goes on.
        await bringing.prolong(conn, maison_id=maison_id, appointment_id=appointment_id, until=until)
        for one in pieces:
            if one.lacking and one not in wanted:
                # At the new time it can be there: it is followed again.
                by = None if one.held else one.transfer_id
                await bringing.bound(conn, maison_id, appointment_id, [one.variant_id], by)
        for one in wanted:
            if one.coming:
                # Nobody knows when it could be there: another is looked for.
                await for_visits.let_go(
                    conn, maison_id=maison_id, keeps_for=appointment_id, transfer_id=one.transfer_id, now=now
                )
    elif pieces:
        # Refused, the whole move is rolled back: nobody else has seen the pieces free meanwhile.
        await holds.lock(
            conn,
            maison_id=maison_id,
            demands=[
                *(
                    Demand(place_id, one.variant_id, 1)
                    for place_id in {standing.location_id, location_id}
                    for one in pieces
                ),
                *(
                    Demand(way.location_id, way.variant_id, 1)
                    for ways in plan.brought.values()
                    for way in ways[:1]
                ),
            ],
        )
        await bringing.let_go(conn, maison_id=maison_id, appointment_id=appointment_id, now=now)
        # What it gave back may be what it takes up again.
        plans = await bringing.plans(
            conn,
            maison_id=maison_id,
            location_ids=[location_id],
            variant_ids=[one.variant_id for one in wanted if not one.lacking],
            brought_max=service.brought_max,
            since=now,
        )
        plan = plans[location_id]
    if any(not one.lacking for one in wanted):
        await bringing.take(
            conn,
            maison_id=maison_id,
            appointment_id=appointment_id,
            plan=plan,
            starts_at=slot.starts_at,
            until=until,
            now=now,
        )
    await _lacking(conn, maison_id, appointment_id, service, location_id, slot.starts_at, until, wanted, now)
    await facts.record(
        conn,
        maison_id=maison_id,
        now=now,
        facts=[AppointmentMoved(appointment_id, location_id, slot.starts_at)],
    )
    kept = await keeping.booked(conn, maison_id=maison_id, appointment_id=appointment_id)
    assert kept is not None
    return kept


async def _lacking(
    conn: Conn,
    maison_id: UUID,
    appointment_id: UUID,
    service: Offered,
    location_id: UUID,
    starts_at: datetime,
    until: datetime,
    wanted: list[bringing.Piece],
    now: datetime,
) -> None:
    """What could not be had at its old time is, where the new one allows it; whoever moves it knows what is missing still."""
    room = service.brought_max
    for piece in wanted:
        if not piece.lacking:
            continue
        found = await bringing.plans(
            conn,
            maison_id=maison_id,
            location_ids=[location_id],
            variant_ids=[piece.variant_id],
            brought_max=room,
            since=now,
        )
        plan = found[location_id]
        if plan.lacking or (plan.not_before is not None and plan.not_before > starts_at):
            continue
        try:
            async with conn.transaction():
                await bringing.take(
                    conn,
                    maison_id=maison_id,
                    appointment_id=appointment_id,
                    plan=plan,
                    starts_at=starts_at,
                    until=until,
                    now=now,
                )
        except NotEnoughStock:
            continue
    await bringing.settle(conn, maison_id=maison_id, appointment_id=appointment_id)


async def cancel(
    conn: Conn, *, maison_id: UUID, appointment_id: UUID, by: Colleague | None, now: datetime
) -> None:
    """Gives the time and the pieces back. `by` None: its client. Repeatable.

    Raises NoSuchAppointment, AppointmentOver, TooLateToChange, NotYourBoutique.
    """
    standing = await locked(conn, maison_id, appointment_id)
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
    await bringing.let_go(conn, maison_id=maison_id, appointment_id=appointment_id, now=now)
    await alternatives.settle(
        conn, maison_id=maison_id, appointment_id=appointment_id, as_="changed", now=now
    )
    await facts.record(
        conn,
        maison_id=maison_id,
        now=now,
        facts=[AppointmentCancelled(appointment_id, standing.location_id, "maison" if by else "client")],
    )


def _changeable(standing: Standing, service: Offered, by: Colleague | None, now: datetime) -> None:
    if standing.state != "booked":
        raise AppointmentOver
    # Whose time was taken from them may answer for as long as they like.
    if (
        by is None
        and not standing.proposed
        and now > standing.starts_at - timedelta(minutes=service.cancel_until_minutes)
    ):
        raise TooLateToChange
