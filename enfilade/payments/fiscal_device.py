"""What a fiscal signing device can be asked, and what it answers: Germany's certified security device, and its like elsewhere.

Its twin is `local_fiscal_device`; a maker's own (over its cloud or the boutique's network) is an adapter beside it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Signed:
    """What the law wants on the receipt. `counter` grows by one with each thing the device signs."""

    device: str
    counter: int
    signature: str
    signed_at: datetime


class DeviceSilent(Exception):
    """No answer in time: nothing is known. Ask again with the same key."""


@runtime_checkable
class FiscalDevice(Protocol):
    """Every command carries the record's id as its key: asked twice, it signs once."""

    async def sign(self, *, key: UUID, till: str, digest: bytes) -> Signed:
        """`till`: the boutique's code; `digest`: what seals the record. Raises DeviceSilent."""
        ...
