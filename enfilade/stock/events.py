"""News of stock."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AllocationLost:
    """A fact about stock took away what was promised to this order line; it must be sourced again."""

    subject_id: UUID  # order line
    location_id: UUID
    cause: str


@dataclass(frozen=True, slots=True)
class ShortageRecorded:
    """More was sold or counted away than was there; a person must look."""

    subject_id: UUID  # shortage
    location_id: UUID
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class StockChanged:
    """What is at a position after it moved, once or often; `available`: neither unavailable nor allocated, holds not counted."""

    subject_id: UUID  # variant
    location_id: UUID
    variant_id: UUID
    on_hand: int
    available: int


# News of a transfer are for the place that did not make them: its location is theirs.


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """Somebody asks for pieces; the origin is to pack them."""

    subject_id: UUID  # transfer
    location_id: UUID
    to_location_id: UUID
    pieces: int
    by_id: UUID | None


@dataclass(frozen=True, slots=True)
class TransferPacked:
    """The origin has put the pieces into a box, perhaps fewer than asked."""

    subject_id: UUID
    location_id: UUID
    pieces: int
    by_id: UUID | None


@dataclass(frozen=True, slots=True)
class TransferDeclined:
    """The origin cannot give them."""

    subject_id: UUID
    location_id: UUID
    reason: str
    by_id: UUID | None


@dataclass(frozen=True, slots=True)
class TransferCancelled:
    """Nobody needs them any more."""

    subject_id: UUID
    location_id: UUID
    by_id: UUID | None


@dataclass(frozen=True, slots=True)
class TransferSent:
    """The pieces left the origin and are in transit."""

    subject_id: UUID
    location_id: UUID
    from_location_id: UUID
    pieces: int
    expected_on: date
    by_id: UUID | None


@dataclass(frozen=True, slots=True)
class TransferDiverted:
    """What is on its way goes to another place: where it was going to is closed."""

    subject_id: UUID
    location_id: UUID
    closed_location_id: UUID
    pieces: int


@dataclass(frozen=True, slots=True)
class TransferReceived:
    """Pieces arrived, of these some damaged; `whole` when nothing is in transit any more."""

    subject_id: UUID
    location_id: UUID
    to_location_id: UUID
    received: int
    damaged: int
    whole: bool
    by_id: UUID | None


@dataclass(frozen=True, slots=True)
class TransferWrittenOff:
    """Somebody said that pieces in transit will not arrive."""

    subject_id: UUID
    location_id: UUID
    pieces: int
    reason: str
    whole: bool
    by_id: UUID | None
