"""What a caller says of a checkout: how the pieces are wanted, for whom, and how they are paid."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from enfilade.orders.placing import Contact
from enfilade.stock.holds import Method
from enfilade.web.api.refusals import wrong
from enfilade.web.api.words import PLAIN

Word = Annotated[str, Meta(max_length=200, pattern=PLAIN)]


class BoutiqueChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which boutique of a selling maison prepares its pieces."""

    maison_id: UUID
    boutique_id: UUID


class MethodChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the part of one selling maison is received, where it is not as the rest."""

    maison_id: UUID
    method: Method


class Near(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the client is, in degrees: a parcel leaves from a place near by."""

    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`boutiques` names one for every selling maison; with `ship`, if any, those a client would have it sent from.

    `methods`: the maisons whose part is received by another than `method`.
    `brought`: with `collect` (`reserve`: where its maison says so), what a boutique does not have today may be
    brought there; each line then says `ready_about`.
    `contact` is needed where a piece is limited.
    """

    store: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,100}$")]
    method: Method
    market: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,20}$")]
    language: Literal["en", "fr", "nl", "zh"] = "en"
    boutiques: Annotated[list[BoutiqueChoice], Meta(max_length=100)] = []
    methods: Annotated[list[MethodChoice], Meta(max_length=100)] = []
    brought: bool = False
    near: Near | None = None
    contact: "Client | None" = None

    @property
    def places(self) -> dict[UUID, UUID]:
        """Selling maison → boutique. Raises ValidationException where a maison is given two."""
        places = {choice.maison_id: choice.boutique_id for choice in self.boutiques}
        if len(places) < len(self.boutiques):
            raise wrong("boutiques", "names two boutiques of one maison")
        return places

    @property
    def apart(self) -> dict[UUID, Method]:
        """Selling maison → its method. Raises ValidationException where a maison is given two."""
        methods: dict[UUID, Method] = {choice.maison_id: choice.method for choice in self.methods}
        if len(methods) < len(self.methods):
            raise wrong("methods", "names two methods of one maison")
        return methods


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a parcel goes."""

    line1: Annotated[str, Meta(min_length=1, max_length=200, pattern=PLAIN)]
    postcode: Annotated[str, Meta(min_length=1, max_length=20, pattern=PLAIN)]
    city: Annotated[str, Meta(min_length=1, max_length=100, pattern=PLAIN)]
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")]
    line2: Word = ""


class Client(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the order is for; `collector_name` is somebody else who may collect it, or to whom it is sent.

    `gift_words`: wrap it without prices, and put these words on its card ('' for none); None: no gift.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200, pattern=PLAIN)]
    mail: Annotated[
        str,
        Meta(max_length=320, pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+$"),
    ]
    phone: Annotated[str, Meta(max_length=40, pattern=r"^[0-9+() ./-]*$")] = ""
    address: Address | None = None
    collector_name: Word = ""
    gift_words: Word | None = None

    @property
    def contact(self) -> Contact:
        """As orders keep it."""
        address: dict[str, str] | None = None
        if self.address is not None:
            address = {name: text for name, text in msgspec.to_builtins(self.address).items() if text}
        return Contact(self.name, self.mail, self.phone, address, self.collector_name, self.gift_words)


class Completion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`payment_method` and `card_token` stay blank where nothing is paid now (reserve); a parcel needs an address.

    `age_confirmed`: the client has said to be at least so old; needed where the checkout has an `age_min`.
    """

    contact: Client
    payment_method: Annotated[str, Meta(max_length=40, pattern="^[a-z_]*$")] = ""
    card_token: Annotated[str, Meta(max_length=200, pattern=PLAIN)] = ""
    age_confirmed: Annotated[int, Meta(ge=1, le=99)] | None = None


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keep the orders whose payment went through, or let everything go."""

    keep: bool


class DeliveryChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one maison's part is delivered."""

    maison_id: UUID
    service: Literal["standard", "express", "by_hand"]
