"""A payment: one checkout's money at one maison, as our books know it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.money import Money

#: The provider of payments that stand on another one: nobody is asked for their money (`exchanging`).
EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of one checkout at one maison. `operation_id` is the key of its authorisation.

    `attempt`: the checkout's try it was made in; None where that was not counted yet.
    """

    id: UUID
    operation_id: UUID
    provider: str
    method: str
    currency: str
    amount_minor: int
    captured_minor: int
    refunded_minor: int
    state: str
    separate_capture: bool
    authorised_until: datetime | None
    second_step_url: str | None
    created_at: datetime
    attempt: int | None

    def of_attempt(self, attempt: int) -> bool:
        """Whether it says something of this try: it still lives, or was made in it."""
        return self.state not in ("refused", "voided") or self.attempt in (None, attempt)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
