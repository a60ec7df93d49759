"""What can be asked about duties, and what may be answered. One suite of tests runs against every adapter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from enfilade.base.money import Money


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces of one kind: their code of the Harmonized System, the country they were made in ('' where either is not said).

    `value` of all of them together, without any tax.
    """

    id: UUID
    name: str
    hs_code: str
    made_in: str
    quantity: int
    value: Money


@dataclass(frozen=True, slots=True)
class Consignment:
    """What goes from one country to another, in two letters each. `reference`: the checkout's; asked twice, it is the same."""

    reference: UUID
    origin: str
    destination: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class LineDuties:
    """What is owed for a line where it arrives, in the currency of its value."""

    id: UUID
    duty: Money
    import_tax: Money

    @property
    def total(self) -> Money:
        return self.duty + self.import_tax


@dataclass(frozen=True, slots=True)
class Quote:
    """All lines' duties; they hold until then. `sources`: where the rates stand, for whoever asks."""

    lines: list[LineDuties]
    valid_until: datetime
    sources: list[str]


class DutiesSilent(Exception):
    """No answer in time, or none at all: nothing is known."""


class DutiesUnknown(Exception):
    """These cannot be quoted: a code that is missing or not known there; `names` are the pieces'."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@runtime_checkable
class DutiesQuote(Protocol):
    """Who knows what customs will ask. Never asked inside a transaction."""

    @property
    def name(self) -> str: ...

    async def quote(self, *, consignment: Consignment, now: datetime) -> Quote:
        """One entry for each line. Raises DutiesUnknown, DutiesSilent."""
        ...
