"""News of maisons: ids only."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MaisonPublished:
    """What everybody may read of the maison itself changed: name, texts, city, theme."""

    subject_id: UUID  # maison
