"""News of stories: ids only."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StoryPublished:
    """What everybody may read of the story changed: it is shown, reads otherwise, or was taken back."""

    subject_id: UUID  # story
