"""News of the catalogue: ids only."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PiecesPublished:
    """What everybody may read of these pieces changed: texts, prices, pictures, or whether they are there at all."""

    subject_id: UUID  # maison
    product_ids: list[UUID]
