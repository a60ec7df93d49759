"""What the desk tells the house."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class GoodwillGiven:
    """A part of what was paid is given back without its piece; `by_id` is who decided it."""

    subject_id: UUID  # order
    amount_minor: int
    currency: str
    reason: str
    by_id: UUID
