"""News of boutiques: ids only."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BoutiquesPublished:
    """What everybody may read of these locations changed."""

    subject_id: UUID  # maison
    location_ids: list[UUID]
