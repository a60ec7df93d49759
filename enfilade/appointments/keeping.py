"""What booking and moving share: the appointment as it stands, the slot it may have, the pieces it holds; and the refusals."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from psycopg.types.range import TimestamptzRange

from enfilade.appointments import free, services
from enfilade.appointments.services import Offered
from enfilade.appointments.slots import Place, Slot, slots
from enfilade.appointments.turns import NoAppointmentsThere
from enfilade.base.db import Conn, many, maybe
from enfilade.base.secrets import derived
from enfilade.boutiques.zones import zone_of

#: Visits last longer than planned; what is tried is not sold meanwhile.
HELD_AFTER = timedelta(minutes=60)
#: How long after the visit it is known who came.
KEPT_AFTER = timedelta(days=90)
NEXT_SLOTS = 3
NEXT_DAYS = 7


class SlotTaken(Exception):
    """Nobody is free then any more; `free` are the next times that are, in the boutique's clock."""

    def __init__(self, free: list[Slot]) -> None:
        said = ", ".join(f"{slot.wall:%d.%m. %H:%M}" for slot in free)
        super().__init__(f"This time is taken. Free are: {said}" if said else "This time is taken")
        self.free = free


class PiecesLater(SlotTaken):
    """A piece is brought from elsewhere and cannot be there by then; `free` are the next times at which it is."""

    def __init__(self, free: list[Slot]) -> None:
        super().__init__(free)
        said = ", ".join(f"{slot.wall:%d.%m. %H:%M}" for slot in free)
        self.args = (
            f"The pieces cannot be there by then. Free are: {said}"
            if said
            else "The pieces cannot be there by then",
        )


class ComesAlready(Exception):
    """The same mailbox has an appointment at this time."""

    def __init__(self) -> None:
        super().__init__("You have an appointment at this time already; you can move it by its link")


class TooManyPieces(Exception):
    """More pieces than are brought to one appointment of this kind."""

    def __init__(self, most: int) -> None:
        super().__init__(f"At most {most} pieces can be tried" if most else "No pieces are chosen for this")
        self.most = most


class NoSuchAppointment(Exception):
    """There is none of this id."""


class AppointmentOver(Exception):
    """It has begun, ended or been cancelled: it cannot be moved or cancelled any more."""

    def __init__(self) -> None:
        super().__init__("This appointment cannot be changed any more")


class TooLateToChange(Exception):
    """It begins too soon for its client to change it alone; the boutique can."""

    def __init__(self) -> None:
        super().__init__("It is too late to change it here; please call the boutique")


class ChangedMeanwhile(Exception):
    """It was moved since the page was opened."""

    def __init__(self) -> None:
        super().__init__("This appointment was changed meanwhile; look at it again")


@dataclass(frozen=True, slots=True)
class Booked:
    """What is kept."""

    id: UUID
    number: str
    location_id: UUID
    staff_id: UUID
    seat_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    state: str
    sequence: int


def link_secret(key: bytes, appointment_id: UUID) -> str:
    """What its link says; stored as its hash alone."""
    return derived(key, "appointment", appointment_id)


async def booked(conn: Conn, *, maison_id: UUID, appointment_id: UUID) -> Booked | None:
    """As it stands."""
    return await maybe(
        conn,
        Booked,
        """
        select id, number, location_id, staff_id, seat_id, starts_at, ends_at, state, sequence
        from appointments.appointment where maison_id = %(maison_id)s and id = %(appointment_id)s
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
    )


async def offered(conn: Conn, maison_id: UUID, service_id: UUID, location_id: UUID) -> Offered:
    """The service, where that boutique offers it. Raises NoAppointmentsThere."""
    service = await services.read(conn, maison_id=maison_id, service_id=service_id)
    if service is None or not service.active or location_id not in service.location_ids:
        raise NoAppointmentsThere
    return service


async def slot_at(
    conn: Conn,
    maison_id: UUID,
    service: Offered,
    location_id: UUID,
    starts_at: datetime,
    language: str,
    now: datetime,
    apart: UUID | None = None,
    advisor: UUID | None = None,
    not_before: datetime | None = None,
) -> tuple[Place, Slot]:
    """The slot that begins then, with the people of its day. The boutique's turn is taken. Raises SlotTaken, PiecesLater.

    `not_before`: when all that is brought for it is there.
    """
    early = not_before is not None and starts_at < not_before
    found = await free.times(
        conn,
        maison_id=maison_id,
        service_id=service.id,
        location_ids=[location_id],
        since=starts_at - timedelta(days=1),
        until=starts_at + timedelta(days=1),
        apart=apart,
    )
    if not early and (place := found.get(location_id)) is not None:
        day: date = starts_at.astimezone(zone_of(place.zone)).date()
        for slot in slots(
            service.terms, place, first_day=day, days=1, now=now, language=language, advisor=advisor
        ):
            if slot.starts_at == starts_at:
                return place, slot
    refused = PiecesLater if early else SlotTaken
    raise refused(
        await next_slots(
            conn,
            maison_id=maison_id,
            service=service,
            location_id=location_id,
            after=max(starts_at, now, not_before or now),
            now=now,
            language=language,
            advisor=advisor,
            apart=apart,
        )
    )


async def next_slots(
    conn: Conn,
    *,
    maison_id: UUID,
    service: Offered,
    location_id: UUID,
    after: datetime,
    now: datetime,
    language: str = "",
    advisor: UUID | None = None,
    apart: UUID | None = None,
) -> list[Slot]:
    """The first three of the boutique that begin at that time or later, within a week."""
    found = await free.week(
        conn,
        maison_id=maison_id,
        service=service,
        location_ids=[location_id],
        first_day=(after - timedelta(days=1)).date(),
        days=NEXT_DAYS + 2,
        now=now,
        language=language,
        advisor=advisor,
        apart=apart,
    )
    return [slot for slot in found.get(location_id, []) if slot.starts_at >= after][:NEXT_SLOTS]


def busy(service: Offered, starts_at: datetime) -> TimestamptzRange:
    """From the preparation to the end of the clearing."""
    return TimestamptzRange(
        starts_at - timedelta(minutes=service.preparation_minutes),
        starts_at + timedelta(minutes=service.minutes + service.clearing_minutes),
    )


def held_until(service: Offered, slot: Slot) -> datetime:
    """How long its pieces are not anybody else’s."""
    return slot.starts_at + timedelta(minutes=service.minutes + service.clearing_minutes) + HELD_AFTER


@dataclass(frozen=True, slots=True)
class _Piece:
    variant_id: UUID


async def pieces(conn: Conn, maison_id: UUID, appointment_id: UUID) -> list[UUID]:
    """The variants to be tried, in their order."""
    found = await many(
        conn,
        _Piece,
        """
        select variant_id from appointments.piece
        where maison_id = %(maison_id)s and appointment_id = %(appointment_id)s order by place
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
    )
    return [one.variant_id for one in found]
