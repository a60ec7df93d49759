"""The ways to receive a basket: which boutiques have all of a maison's pieces, and whether they can be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from enfilade.base import i18n
from enfilade.base.db import Conn
from enfilade.base.i18n import Language
from enfilade.orders.baskets import BasketLine
from enfilade.stock import availability, brought
from enfilade.stock.availability import Availability, Delivery, Made, Offer
from enfilade.stock.brought import Brought
from enfilade.web.storefront.products.places import NEAR_KM, Place
from enfilade.web.storefront.products.sentences import DAYS_JOURNEY_KM, delivered, made_for_you, place_name
from enfilade.web.storefront.times import calendar_day, distance, words_of

BOUTIQUES_READ = 40
BOUTIQUES_SHOWN = 6
BROUGHT_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Spot:
    """A boutique one may choose, and what to expect there. `brought`: not all of it is there yet."""

    location_id: UUID
    name: str
    distance: str
    sentence: str
    brought: bool = False
    near: bool = True


@dataclass(frozen=True, slots=True)
class Seller:
    """The pieces of one maison in the basket, and where all of them can be had together. `delivery`: '' where one is not sent."""

    maison_id: UUID
    name: str
    slug: str
    lines: list[BasketLine]
    collect: list[Spot]
    reserve: list[Spot]
    delivery: str
    #: A workshop makes some of them.
    makes: bool = False

    @property
    def first(self) -> str:
        """The way proposed: collecting, where it can be done; what must be brought there first only where nothing is sent."""
        if self.collect and not (self.collect[0].brought and self.delivery):
            return "collect"
        return "ship" if self.delivery else "reserve" if self.reserve else ""


@dataclass(frozen=True, slots=True)
class Ways:
    """What is possible for the whole basket, maison by maison."""

    sellers: list[Seller]
    #: Of each variant that is made to order, by when it is with the client.
    made: dict[UUID, str] = field(default_factory=dict[UUID, str])
    to_specification: bool = False

    @property
    def possible(self) -> bool:
        """Every maison's part can be had some way."""
        return all(seller.first for seller in self.sellers)


async def ways(
    conn: Conn, *, lines: list[BasketLine], place: Place, now: datetime, language: Language
) -> Ways:
    """Reads the availability of each product in the basket; nothing is held by looking."""
    known: dict[UUID, Availability] = {}
    for product_id in dict.fromkeys(line.product_id for line in lines):
        known[product_id] = await availability.near(
            conn,
            product_id=product_id,
            latitude=place.latitude,
            longitude=place.longitude,
            now=now,
            most=BOUTIQUES_READ,
        )
    made = {
        line.variant_id: found
        for line in lines
        if line.sendable
        and not line.lettering
        and known[line.product_id].delivery.get(line.variant_id) is None
        and (found := known[line.product_id].made.get(line.variant_id))
    }
    sellers: list[Seller] = []
    for maison_id in dict.fromkeys(line.selling_maison_id for line in lines):
        own = [line for line in lines if line.selling_maison_id == maison_id]
        if any(line.variant_id in made for line in own):
            spots = await _made_there(conn, maison_id, own, made, known, place, now, language)
            sent = _sent(own, made, known, now, language)
            seller = Seller(
                maison_id, own[0].maison_name, own[0].maison_slug, own, spots, [], sent, makes=True
            )
            sellers.append(seller)
            continue
        there = _together(own, known, now, language, collecting=True)
        # What is engraved is prepared where it lies, and paid before.
        engraved = any(line.lettering for line in own)
        kept = [] if engraved else _together(own, known, now, language, collecting=False)
        for spots, reserving in ((there, False), (kept, True)):
            terms = [known[line.product_id] for line in own]
            if engraved or not any(one.brings_reserved if reserving else one.brings for one in terms):
                continue
            found = await brought.near(
                conn,
                maison_id=maison_id,
                needs=_needed(own),
                latitude=place.latitude,
                longitude=place.longitude,
                now=now,
                reserving=reserving,
            )
            spots += _coming(found, {spot.location_id for spot in spots}, now, language)
            # Where one would go anyway comes first, though it is not there yet.
            spots.sort(key=lambda spot: not spot.near)
        sent = _sent(own, made, known, now, language)
        sellers.append(Seller(maison_id, own[0].maison_name, own[0].maison_slug, own, there, kept, sent))
    return Ways(
        sellers,
        {variant_id: made_for_you(found, language) for variant_id, found in made.items()},
        any(found.to_specification for found in made.values()),
    )


def _sent(
    own: list[BasketLine],
    made: Mapping[UUID, Made],
    known: dict[UUID, Availability],
    now: datetime,
    language: Language,
) -> str:
    """When all of it is at the door; '' where something cannot be sent."""
    parcels = [
        Delivery(late.from_day, late.to_day)
        if (late := made.get(line.variant_id))
        else known[line.product_id].delivery.get(line.variant_id)
        if line.sendable
        else None
        for line in own
    ]
    latest = max((parcel for parcel in parcels if parcel), key=lambda parcel: parcel.to_day, default=None)
    return delivered(latest, now, language) if latest and all(parcels) else ""


async def _made_there(
    conn: Conn,
    maison_id: UUID,
    own: list[BasketLine],
    made: Mapping[UUID, Made],
    known: dict[UUID, Availability],
    place: Place,
    now: datetime,
    language: Language,
) -> list[Spot]:
    """Where what is made can be collected with all that is there already."""
    _ = i18n.translations(language).gettext
    in_stock = [line for line in own if line.variant_id not in made]
    there = {spot.location_id for spot in _together(in_stock, known, now, language, collecting=True)}
    found = await brought.made_near(
        conn,
        maison_id=maison_id,
        needs=_needed([line for line in own if line.variant_id in made]),
        latitude=place.latitude,
        longitude=place.longitude,
        now=now,
    )
    return [
        Spot(
            one.location_id,
            place_name(one),
            distance(one.distance_km, language) if one.distance_km is not None else "",
            _("We make it: ready there about %(day)s.") % {"day": calendar_day(one.local.date(), language)},
            near=(one.distance_km or 0.0) <= NEAR_KM,
        )
        for one in found
        if not in_stock or one.location_id in there
    ][:BOUTIQUES_SHOWN]


def _needed(lines: list[BasketLine]) -> dict[UUID, int]:
    """Variant → pieces, lines with other words together."""
    totals: dict[UUID, int] = {}
    for line in lines:
        totals[line.variant_id] = totals.get(line.variant_id, 0) + line.quantity
    return totals


def _together(
    lines: list[BasketLine],
    known: dict[UUID, Availability],
    now: datetime,
    language: Language,
    *,
    collecting: bool,
) -> list[Spot]:
    offers: dict[UUID, list[Offer]] = {}
    needed = _needed(lines)
    product_of = {line.variant_id: line.product_id for line in lines}
    for variant_id, quantity in needed.items():
        for offer in known[product_of[variant_id]].offers.get(variant_id, []):
            if (offer.collect if collecting else offer.reserve) >= quantity:
                offers.setdefault(offer.location_id, []).append(offer)
    complete = [found for found in offers.values() if len(found) == len(needed)]
    complete.sort(key=lambda found: (found[0].distance_km or 0.0, found[0].name))
    near = [found for found in complete if (found[0].distance_km or 0.0) <= DAYS_JOURNEY_KM]
    return [spot(found, now, language) for found in (near or complete[:2])[:BOUTIQUES_SHOWN]]


def _coming(found: list[Brought], there: set[UUID], now: datetime, language: Language) -> list[Spot]:
    _ = i18n.translations(language).gettext
    near = [
        one for one in found if (one.distance_km or 0.0) <= DAYS_JOURNEY_KM and one.location_id not in there
    ]
    return [
        Spot(
            one.location_id,
            place_name(one),
            distance(one.distance_km, language) if one.distance_km is not None else "",
            _("We bring it there: ready %(day)s from %(time)s.")
            % words_of(one.ready_about, now, one.zone, language),
            brought=True,
            near=(one.distance_km or 0.0) <= NEAR_KM,
        )
        for one in near[:BROUGHT_SHOWN]
    ]


def spot(offers: list[Offer], now: datetime, language: Language) -> Spot:
    """What to expect at one boutique that has all of it; `offers` are of its pieces there."""
    _ = i18n.translations(language).gettext
    offer = offers[0]
    if not all(one.certain for one in offers):
        sentence = _("We confirm within the hour.")
    elif all(one.collect_from for one in offers):
        latest = max(one.collect_from for one in offers if one.collect_from)
        sentence = _("Ready %(day)s from %(time)s.") % words_of(
            latest, now, offer.zone, language, closes_at=offer.closes_at
        )
    else:
        sentence = ""
    far = distance(offer.distance_km, language) if offer.distance_km is not None else ""
    near = (offer.distance_km or 0.0) <= NEAR_KM
    return Spot(offer.location_id, place_name(offer), far, sentence, near=near)
