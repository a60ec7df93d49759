"""News of stock."""

from dataclasses import dataclass
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
