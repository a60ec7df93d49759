"""News of clients: ids only."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ClientErased:
    """What named the client is gone; whoever kept something of them erases it too."""

    subject_id: UUID  # client
