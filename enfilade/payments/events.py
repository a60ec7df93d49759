"""News of payments."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaymentCaptured:
    """Money was taken."""

    subject_id: UUID  # payment
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentRefunded:
    """Money was given back."""

    subject_id: UUID
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentPassedBack:
    """What paid an exchange is with the payment it came from again, which gives it back."""

    subject_id: UUID
    of_payment_id: UUID
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentVoided:
    """What was authorised and not captured was let go."""

    subject_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentOperationRefused:
    """The provider will not do what an order needs; a person must look."""

    subject_id: UUID
    operation: str
