"""What a card terminal on a counter can be asked, and what it may answer. One suite of tests runs against every adapter.

Its twin is `local_terminal`; a maker's own (over its cloud or the boutique's network) is an adapter beside it.
"""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable
from uuid import UUID

from enfilade.base.money import Money


@dataclass(frozen=True, slots=True)
class Said:
    """What a terminal knows of what it was asked. `slip` names it on the terminal's own paper.

    `pending`: it was asked and does not know yet; `unknown`: it was never asked.
    """

    state: Literal["pending", "approved", "refused", "unknown"]
    slip: str = ""


class TerminalSilent(Exception):
    """No answer in time: nothing is known. Ask again with the same key."""


@runtime_checkable
class Terminal(Protocol):
    """Every command carries the tender's id as its key: asked twice, it happens once."""

    async def charge(self, *, key: UUID, amount: Money) -> Said: ...

    async def give_back(self, *, key: UUID, of: UUID, amount: Money) -> Said:
        """Onto the card that `of` charged, never more than it took."""
        ...

    async def look_up(self, *, key: UUID) -> Said: ...
