"""News of parcels. `cause_id` is the fulfilment of an `out` parcel, the return of a `back` one."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LabelMade:
    """A carrier has given a label and its number."""

    subject_id: UUID  # label
    purpose: str
    cause_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class LabelRefused:
    """No carrier makes this label; the label says why."""

    subject_id: UUID
    purpose: str
    cause_id: UUID
    location_id: UUID


@dataclass(frozen=True, slots=True)
class ParcelMoved:
    """Its carrier tells of another standing than before."""

    subject_id: UUID
    purpose: str
    cause_id: UUID
    location_id: UUID
    standing: str
