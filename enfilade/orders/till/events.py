"""News of tills: ids and figures only."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TillOpened:
    """A boutique's till was opened with its float."""

    subject_id: UUID  # drawer
    location_id: UUID
    by_id: UUID


@dataclass(frozen=True, slots=True)
class TillClosed:
    """A boutique's till was counted and closed; what was counted may differ from what should be there."""

    subject_id: UUID  # drawer
    location_id: UUID
    expected_minor: int
    counted_minor: int
    currency: str
    by_id: UUID
