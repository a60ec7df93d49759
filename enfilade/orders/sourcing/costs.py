"""What it costs a maison to fulfil from a place: the parcel, the way, the hands, and what the boutique can no longer sell."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Terms:
    """A maison's costs; `_minor` are minor units of the currency it counts in. `border_minor`: a customs border.

    `lost_sale_percent`: of the price, lost when a client finds no piece in the boutique. `resupply_days`: how long until a
    place has a new one. `let_down_minor`: what it costs, beside the price, to have nothing for a client who was promised a piece.
    """

    parcel_minor: int = 1_500
    per_100_km_minor: int = 100
    border_minor: int = 3_000
    boutique_piece_minor: int = 900
    warehouse_piece_minor: int = 300
    lost_sale_percent: int = 30
    resupply_days: int = 14
    let_down_minor: int = 30_000


@dataclass(frozen=True, slots=True)
class Need:
    """So many pieces of a variant, worth `value_minor` each."""

    variant_id: UUID
    quantity: int
    value_minor: int = 0


@dataclass(frozen=True, slots=True)
class Selling:
    """How a place sells a variant to those who come in: pieces a day, and for how much."""

    a_day: float
    price_minor: int


@dataclass(frozen=True, slots=True)
class Place:
    """A location: what it may promise of each variant, how it sells them itself, and how many parcels more it packs today.

    A variant it does not sell by itself is not in `selling`; `spare` None: as many as are asked.
    """

    location_id: UUID
    stock: Mapping[UUID, int]
    kind: str = "boutique"
    selling: Mapping[UUID, Selling] = field(default_factory=dict[UUID, Selling])
    spare: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place as one order sees it. `chosen`: the client's boutique.

    `abroad`: in another country than the client; `over_customs`: beyond a customs border, as another country may not be.
    """

    place: Place
    distance_km: float | None = None
    abroad: bool = False
    chosen: bool = False
    over_customs: bool = False

    @property
    def location_id(self) -> UUID:
        return self.place.location_id

    def fills(self, need: Need) -> bool:
        return self.place.stock.get(need.variant_id, 0) >= need.quantity


def parcel_minor(candidate: Candidate, terms: Terms) -> int:
    """One parcel from there; a way nobody knows counts as none."""
    way = round((candidate.distance_km or 0.0) * terms.per_100_km_minor / 100)
    return terms.parcel_minor + way + (terms.border_minor if candidate.over_customs else 0)


def hands_minor(place: Place, need: Need, terms: Terms) -> int:
    """Who fetches and packs the pieces."""
    hand = terms.boutique_piece_minor if place.kind == "boutique" else terms.warehouse_piece_minor
    return hand * need.quantity


def pieces_minor(place: Place, need: Need, terms: Terms, *, taken: int = 0) -> int:
    """The hands for a need, and what is lost of the place's own sales; `taken` pieces are promised away already."""
    left = place.stock.get(need.variant_id, 0) - taken
    missed = sum(missed_minor(place, need.variant_id, terms, left - n) for n in range(need.quantity))
    return hands_minor(place, need, terms) + missed


def missed_minor(place: Place, variant_id: UUID, terms: Terms, left: int) -> int:
    """What taking the last of `left` pieces costs: the chance that all of them would have been sold before new ones come.

    Clients come to a place by chance (Poisson); each further piece taken costs as much or more.
    """
    sells = place.selling.get(variant_id)
    if sells is None or left < 1:
        return 0
    sold = _at_least(left, sells.a_day * terms.resupply_days)
    return round(sells.price_minor * terms.lost_sale_percent / 100 * sold)


def unfilled_minor(need: Need, terms: Terms) -> int:
    """Of a need that nobody fills."""
    return terms.let_down_minor + need.value_minor * need.quantity


def _at_least(count: int, expected: float) -> float:
    term = math.exp(-expected)
    below = 0.0
    for k in range(count):
        below += term
        term *= expected / (k + 1)
    return max(0.0, 1.0 - below)
