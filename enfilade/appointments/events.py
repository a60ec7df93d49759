"""News of appointments: ids only."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AppointmentBooked:
    """A time in a boutique is kept for somebody, with an advisor."""

    subject_id: UUID  # appointment
    location_id: UUID
    service_id: UUID
    starts_at: datetime
    pieces: int


@dataclass(frozen=True, slots=True)
class AppointmentMoved:
    """It begins at another time, perhaps in another boutique."""

    subject_id: UUID
    location_id: UUID
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentCancelled:
    """Its time and its pieces are free again; `by` is client or maison."""

    subject_id: UUID
    location_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class AppointmentProposed:
    """It cannot be at its time; another is kept for it until `answer_by`."""

    subject_id: UUID
    location_id: UUID
    starts_at: datetime
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class AppointmentToCall:
    """It cannot be at its time, and there is no other, or nobody answered: somebody has to call.

    `why`: nowhere, lapsed, pieces where one that was to be brought cannot be there, or zone where a zone's new rules put it at
    a time that is taken.
    """

    subject_id: UUID
    location_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class AppointmentKept:
    """It can be at its own time after all; what was proposed instead is free again."""

    subject_id: UUID
    location_id: UUID
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentArrived:
    """The client is there."""

    subject_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class AppointmentServed:
    """It is over; so many of its pieces were tried, and so many bought."""

    subject_id: UUID
    location_id: UUID
    pieces_tried: int
    pieces_bought: int


@dataclass(frozen=True, slots=True)
class AppointmentMissed:
    """Nobody came; its pieces are free again."""

    subject_id: UUID
    location_id: UUID
