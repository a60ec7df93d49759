"""What a carrier can be asked, and what it may answer. One suite of tests runs against every adapter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable
from uuid import UUID

from enfilade.base.money import Money

Standing = Literal[
    "label_made",
    "accepted",
    "in_transit",
    "out_for_delivery",
    "failed_attempt",
    "delivered",
    "returned_to_sender",
    "lost",
]
#: Where a parcel can stand, in the order in which a good one goes through them.
STANDINGS: tuple[Standing, ...] = (
    "label_made",
    "accepted",
    "in_transit",
    "out_for_delivery",
    "failed_attempt",
    "delivered",
    "returned_to_sender",
    "lost",
)
#: What ends a parcel's way. One that was lost may be found again.
ENDS: tuple[Standing, ...] = ("delivered", "returned_to_sender")


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a parcel needs of whoever carries it. `insured`: for this amount at least."""

    ground_only: bool = False
    insured: Money | None = None
    adult_signature: bool = False


NOTHING_NEEDED = Requirements()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel comes from or goes; `country` in two letters."""

    name: str
    line1: str
    postcode: str
    city: str
    country: str
    line2: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """`grams` with its wrapping; `worth` of what is in it, for insurance and customs."""

    sender: Address
    recipient: Address
    grams: int
    worth: Money
    needs: Requirements = NOTHING_NEEDED


@dataclass(frozen=True, slots=True)
class Service:
    """What of a carrier's can be chosen. `insured`: up to how much (minor units) by currency, empty where it insures nothing."""

    code: str
    name: str
    ground: bool
    adult_signature: bool
    insured: Mapping[str, int]
    grams_max: int


@dataclass(frozen=True, slots=True)
class Rate:
    """What a service asks for this parcel, and in how many working days it is there."""

    service: str
    price: Money
    days_min: int
    days_max: int


@dataclass(frozen=True, slots=True)
class Bought:
    """A label: `pdf` of 10 × 15 cm, `url` the carrier's own page of the parcel, '' where there is none."""

    tracking: str
    price: Money
    pdf: bytes
    url: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """What happened to a parcel, as its carrier tells it. `id` is the same however often it is told; `place` a town."""

    id: str
    standing: Standing
    at: datetime
    place: str = ""


class CarrierSilent(Exception):
    """No answer in time, or none at all: nothing is known. Ask again with the same key."""


class CarrierRefused(Exception):
    """The carrier will not do this: an address it does not know, a label that was used already. Its words say why."""


class CarrierUnknown(Exception):
    """No adapter here has this carrier's name: it was switched off while parcels of its were under way."""


@runtime_checkable
class Carrier(Protocol):
    """Every command carries the label's id as its key: asked twice, it happens once, and gives the same label.

    `metadata` comes back with each message about the parcel.
    """

    @property
    def name(self) -> str: ...

    @property
    def services(self) -> Mapping[str, Service]: ...

    async def rates(self, *, parcel: Parcel) -> list[Rate]:
        """Of the services that can carry it as it needs, and of no other. Raises CarrierRefused, CarrierSilent."""
        ...

    async def buy(self, *, key: UUID, service: str, parcel: Parcel, metadata: dict[str, str]) -> Bought:
        """Raises CarrierRefused, also for the same key with another parcel; CarrierSilent."""
        ...

    async def void(self, *, tracking: str) -> None:
        """The label is not used; done twice it changes nothing. Raises CarrierRefused once it was used; CarrierSilent."""
        ...

    async def track(self, *, tracking: str) -> list[Scan]:
        """All that happened to it, in any order. Raises CarrierRefused for a number it never gave; CarrierSilent."""
        ...


def named(carriers: Mapping[str, Carrier], name: str) -> Carrier:
    """The adapter of this name. Raises CarrierUnknown."""
    if name not in carriers:
        raise CarrierUnknown(name)
    return carriers[name]


def lacks(service: Service, parcel: Parcel) -> list[str]:
    """What this parcel needs and the service cannot do, in words; empty where it can carry it."""
    needs = parcel.needs
    found: list[str] = []
    if parcel.grams > service.grams_max:
        found.append(f"takes no more than {service.grams_max / 1000:g} kg")
    if needs.ground_only and not service.ground:
        found.append("goes by air")
    if needs.adult_signature and not service.adult_signature:
        found.append("asks for no adult’s signature")
    if needs.insured is not None and needs.insured.minor > service.insured.get(needs.insured.currency, 0):
        found.append(f"does not insure {needs.insured.shown('en')}")
    return found


def cheapest(rates: Iterable[Rate]) -> Rate | None:
    """The least dear, of two alike the faster one; None of none."""
    return min(rates, key=lambda rate: (rate.price.minor, rate.days_max, rate.service), default=None)


def standing(scans: Iterable[Scan]) -> Scan | None:
    """Where a parcel stands by all that is told of it, in whatever order it came; None where nothing is.

    What ends its way is not undone by a scan that a depot dates later; of what else, the latest counts.
    """
    told = list(scans)
    ends = [scan for scan in told if scan.standing in ENDS]
    return max(
        ends or told, key=lambda scan: (scan.at, STANDINGS.index(scan.standing), scan.id), default=None
    )
