"""What a payment provider can be asked, and what it may answer. One suite of tests runs against every adapter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from enfilade.base.money import Money


@dataclass(frozen=True, slots=True)
class MethodTerms:
    """`separate_capture`: authorised now, taken later; otherwise the money is taken at once. `days` an authorisation holds."""

    separate_capture: bool
    authorised_days: int


@dataclass(frozen=True, slots=True)
class Charge:
    """What a provider knows of a payment. `pending`: it has been asked and does not know yet.

    `fingerprint`: the same for every payment by one card or account, '' where the provider tells none.
    """

    state: Literal["pending", "second_step", "authorised", "refused", "voided", "unknown"]
    authorised_until: datetime | None = None
    second_step_url: str | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """A charge as it stands in the provider's books. `reference` is our payment's id."""

    reference: UUID
    state: str
    amount_minor: int
    captured_minor: int
    refunded_minor: int
    currency: str


class ProviderSilent(Exception):
    """No answer in time, or none at all: nothing is known. Ask again with the same key, or look the payment up."""


class ProviderRefused(Exception):
    """The provider will not do this (captured beyond what was authorised, an authorisation that ran out)."""


class ProviderUnknown(Exception):
    """No adapter here has this provider's name: it was switched off while payments of its were under way."""


class Provider(Protocol):
    """Every command carries the operation's id as its key: asked twice, it happens once.

    `reference` is our payment's id, so that a payment can be looked up even when the answer to its creation was lost.
    `payer` is a name, for methods whose bank asks for one. `shared`: the same token pays at other sellers of the basket as well.
    `at_once`: the money is taken now, though the method could wait.
    """

    @property
    def name(self) -> str: ...

    @property
    def methods(self) -> Mapping[str, MethodTerms]: ...

    async def authorise(
        self,
        *,
        key: UUID,
        reference: UUID,
        amount: Money,
        method: str,
        token: str,
        return_url: str,
        metadata: dict[str, str],
        payer: str = "",
        shared: bool = False,
        at_once: bool = False,
    ) -> Charge: ...

    async def look_up(self, *, reference: UUID) -> Charge: ...

    async def capture(self, *, key: UUID, reference: UUID, amount: Money) -> None: ...

    async def void(self, *, key: UUID, reference: UUID) -> None: ...

    async def refund(self, *, key: UUID, reference: UUID, amount: Money) -> None: ...

    async def booked(self, *, since: datetime) -> list[Booked]:
        """Every charge made since, as it stands now: how a restored shop learns what it does not remember."""
        ...


def named(providers: Mapping[str, Provider], name: str) -> Provider:
    """The adapter of this name. Raises ProviderUnknown."""
    if name not in providers:
        raise ProviderUnknown(name)
    return providers[name]
