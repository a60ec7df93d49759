"""Answering: a client, or a colleague on the telephone, takes the time that was proposed.

To have another time is to move the appointment, to decline is to cancel it: both let go of what was proposed.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.appointments import alternatives, changing, keeping, turns
from enfilade.appointments.keeping import AppointmentOver, Booked, NoSuchAppointment
from enfilade.base.db import Conn, maybe
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.staff.people import Colleague
from enfilade.stock import holds
from enfilade.stock.holds import Demand


class AlternativeOver(Exception):
    """It was not answered in time, or the appointment can be at its own time after all."""

    def __init__(self) -> None:
        super().__init__("This time is no longer kept; please choose another one")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A time that is proposed: at which boutique, by the clock on its wall, with whom, and until when to answer."""

    id: UUID
    state: str
    location_id: UUID
    location_name: str
    staff_id: UUID
    wall: datetime
    zone: str
    starts_at: datetime
    ends_at: datetime
    answer_by: datetime


async def proposed(conn: Conn, *, maison_id: UUID, appointment_id: UUID) -> Alternative | None:
    """The last time that was proposed for the appointment, whatever became of it."""
    return await maybe(
        conn,
        Alternative,
        """
        select p.id, p.state, p.location_id, b.name as location_name, p.staff_id, p.wall, p.zone, p.starts_at, p.ends_at,
          p.answer_by
        from appointments.alternative p join public_facts.boutique b on b.id = p.location_id
        where p.maison_id = %(maison_id)s and p.appointment_id = %(appointment_id)s
        order by p.state = 'open' desc, p.asked_at desc, p.id limit 1
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
    )


async def accept(
    conn: Conn,
    *,
    maison_id: UUID,
    appointment_id: UUID,
    alternative_id: UUID,
    by: Colleague | None,
    now: datetime,
) -> Booked:
    """The appointment is at the time that was proposed; accepted again, it is as it stands. `by` None: its client.

    Raises NoSuchAppointment, AlternativeOver, AppointmentOver, NotYourBoutique, and what `changing.move` raises of a slot.
    """
    before = await keeping.booked(conn, maison_id=maison_id, appointment_id=appointment_id)
    found = await proposed(conn, maison_id=maison_id, appointment_id=appointment_id)
    if before is None:
        raise NoSuchAppointment
    if by is not None and not by.works_at(before.location_id):
        raise NotYourBoutique
    if found is None or found.id != alternative_id:
        raise AlternativeOver
    if found.state == "accepted":
        return before
    await turns.take(conn, maison_id=maison_id, location_ids=[before.location_id, found.location_id])
    standing = await changing.locked(conn, maison_id, appointment_id)
    fresh = await proposed(conn, maison_id=maison_id, appointment_id=appointment_id)
    if fresh is not None and fresh.state == "accepted":
        answered = await keeping.booked(conn, maison_id=maison_id, appointment_id=appointment_id)
        assert answered is not None
        return answered
    if standing.state != "booked":
        raise AppointmentOver
    if fresh is None or fresh.id != alternative_id or fresh.state != "open":
        raise AlternativeOver
    service = await keeping.offered(conn, maison_id, standing.service_id, found.location_id)
    variants = await keeping.pieces(conn, maison_id, appointment_id)
    if variants:
        # All of them at once and in order: what the alternative gives back is taken up by the appointment.
        places = {standing.location_id, found.location_id}
        demands = [Demand(place, variant, 1) for place in places for variant in variants]
        await holds.lock(conn, maison_id=maison_id, demands=demands)
    await alternatives.settle(
        conn, maison_id=maison_id, appointment_id=appointment_id, as_="accepted", now=now
    )
    return await changing.place_at(
        conn,
        maison_id,
        appointment_id,
        standing,
        service,
        found.location_id,
        found.starts_at,
        found.staff_id,
        now,
    )
