"""What Stripe tells us of a payment: signed, at least once, in no order. None of it is believed: the payment is looked up."""

from typing import Annotated
from uuid import UUID

import msgspec
import stripe

from enfilade.base.webhooks import NotSigned
from enfilade.payments.announcements import Announced

HOOK = "/hooks/stripe"
#: How old a signature may be: the library's own default, and what Stripe proposes.
TOLERANCE_SECONDS = 300


class _Subject(msgspec.Struct, frozen=True):
    store_maison: UUID
    checkout: UUID


class _About(msgspec.Struct, frozen=True):
    metadata: _Subject


class _Data(msgspec.Struct, frozen=True):
    object: _About


class _Event(msgspec.Struct, frozen=True):
    id: Annotated[str, msgspec.Meta(min_length=8, max_length=200)]
    data: _Data


def heard(secret: str, signature: str, body: bytes) -> Announced | None:
    """What an event is about; None where that is no payment of ours. Raises NotSigned for a forged or an old one."""
    try:
        stripe.Webhook.construct_event(body, signature, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, ValueError):
        raise NotSigned from None
    try:
        event = msgspec.json.decode(body, type=_Event)
    except msgspec.ValidationError:
        return None
    subject = event.data.object.metadata
    return Announced(event.id, subject.store_maison, subject.checkout)
