"""News of what partners are told: ids and figures only."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StatementIssued:
    """What the days from `begins` until before `ends` came to was written down for a partner, once and for good."""

    subject_id: UUID  # partner statement
    partner_id: UUID
    number: int
    begins: date
    ends: date
