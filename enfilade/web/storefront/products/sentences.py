"""Availability said in sentences: where the piece is, until when, when it can be collected, when it would arrive.

The answer is never a dead end: when a piece is not near, it says what is possible instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.catalogue.published import Variant
from enfilade.stock.availability import Availability, Delivery, Made, Offer
from enfilade.stock.brought import Brought
from enfilade.web.storefront.products.places import NEAR_KM, Place
from enfilade.web.storefront.times import NBSP, calendar_day, clock, day, distance, words_of

NEVER_CLOSES = timedelta(hours=20)
BOUTIQUES_SHOWN = 4
BROUGHT_SHOWN = 2
DAYS_JOURNEY_KM = 600.0


@dataclass(frozen=True, slots=True)
class Spot:
    """One boutique that has the piece, and what one can do there."""

    location_id: UUID
    name: str
    address: str
    distance: str
    phone: str
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """Can I have it: first in one sentence, then boutique by boutique, then at the door."""

    lead: str
    spots: list[Spot]
    delivery: str
    possible: bool
    #: There is none: a workshop makes it, to the client's own specification or not.
    made: bool = False
    to_specification: bool = False


def place_name(offer: Offer | Brought) -> str:
    """Lyon, rue de la République: boutiques are often named by their street alone."""
    return offer.name if offer.city.casefold() in offer.name.casefold() else f"{offer.city}, {offer.name}"


def answer(
    variant: Variant,
    *,
    sized: bool,
    found: Availability,
    place: Place,
    now: datetime,
    language: Language,
    brought: Sequence[Brought] = (),
) -> Answer:
    """What a person in the boutique would say. `sized`: the piece comes in several sizes; `brought`: to boutiques near."""
    offers = found.offers.get(variant.id, [])
    delivery = found.delivery.get(variant.id)
    here = worth_going(offers, delivery)
    shown = {offer.location_id for offer in here}
    made = None if delivery else found.made.get(variant.id)
    near = [offer for offer in here if _within(offer, NEAR_KM)]
    return Answer(
        lead=_lead(offers, delivery, sized, place, now, language, brought, made),
        spots=[
            *(_spot(offer, now, language) for offer in near),
            *(_coming(one, now, language) for one in brought if one.location_id not in shown),
            *(_spot(offer, now, language) for offer in here if offer not in near),
        ],
        delivery=delivered(delivery, now, language)
        if delivery
        else made_for_you(made, language)
        if made and (near or brought)
        else "",
        possible=bool(offers or brought or made) or delivery is not None,
        made=made is not None,
        to_specification=bool(made and made.to_specification),
    )


def may_be_brought(variant: Variant, found: Availability) -> bool:
    """Whether it is worth asking: the maison brings pieces, and no boutique near lets one collect it today."""
    near = [offer for offer in found.offers.get(variant.id, []) if _within(offer, NEAR_KM)]
    return found.brings and not any(offer.collect for offer in near)


def worth_waiting(brought: list[Brought]) -> list[Brought]:
    """The nearest two, as long as one would go there."""
    near = [one for one in brought if one.distance_km is None or one.distance_km <= NEAR_KM]
    return near[:BROUGHT_SHOWN]


def made_for_you(made: Made, language: Language) -> str:
    """Made to order: with you about Friday 12 March."""
    _ = i18n.translations(language).gettext
    return _("Made to order: with you about %(day)s.") % {"day": calendar_day(made.to_day, language)}


def delivered(delivery: Delivery, now: datetime, language: Language) -> str:
    """Delivered to your door between Tuesday 24 November and Thursday 26 November."""
    _ = i18n.translations(language).gettext
    today = now.date()
    if delivery.from_day == delivery.to_day:
        return _("Delivered to your door %(day)s.") % {"day": day(delivery.from_day, today, language)}
    return _("Delivered to your door between %(first)s and %(last)s.") % {
        "first": calendar_day(delivery.from_day, language),
        "last": calendar_day(delivery.to_day, language),
    }


def worth_going(offers: list[Offer], delivery: Delivery | None) -> list[Offer]:
    """Boutiques near; beside a single one, or instead of none, the next ones within a day's journey.

    Farther ones only when there is no other way to have the piece.
    """
    near = [offer for offer in offers if _within(offer, NEAR_KM)]
    if len(near) > 1:
        return near[:BOUTIQUES_SHOWN]
    reachable = [offer for offer in offers if _within(offer, DAYS_JOURNEY_KM)]
    return (reachable if reachable or delivery else offers)[: len(near) + 2]


def _within(offer: Offer, km: float) -> bool:
    return offer.distance_km is None or offer.distance_km <= km


def _lead(
    offers: list[Offer],
    delivery: Delivery | None,
    sized: bool,
    place: Place,
    now: datetime,
    language: Language,
    brought: Sequence[Brought],
    made: Made | None,
) -> str:
    _ = i18n.translations(language).gettext
    near = [offer for offer in offers if _within(offer, NEAR_KM)]
    best = next((o for o in near if o.certain and o.open_now), None) or next(
        (o for o in near if o.certain), None
    )
    if best is not None:
        return _here(best, sized, now, language)
    if near:
        words = {"place": place_name(near[0])}
        if sized:
            return (
                _("Very likely in your size at %(place)s: ask for it, and we confirm within the hour.")
                % words
            )
        return _("Very likely at %(place)s: ask for it, and we confirm within the hour.") % words
    if brought:
        words = {"city": place.city, "place": place_name(brought[0])}
        words |= words_of(brought[0].ready_about, now, brought[0].zone, language)
        if place.city:
            return _("Not in %(city)s today. We can bring it to %(place)s, for you from %(day)s.") % words
        return _("Not near you today. We can bring it to %(place)s, for you from %(day)s.") % words
    if made is not None:
        return made_for_you(made, language)
    if offers and (delivery is None or _within(offers[0], DAYS_JOURNEY_KM)):
        words = {
            "city": place.city,
            "place": place_name(offers[0]),
            "distance": distance(offers[0].distance_km or 0, language),
        }
        if place.city:
            return _("Not in %(city)s today. The nearest is at %(place)s, %(distance)s away.") % words
        return _("Not near you today. The nearest is at %(place)s, %(distance)s away.") % words
    if delivery is not None and offers and place.city:
        return _("Not in %(city)s today. We can bring it to your door.") % {"city": place.city}
    if delivery is not None:
        return _("Not in a boutique today. We can bring it to your door.")
    if sized:
        return _("Not to be had in this size today.")
    return _("Not to be had today.")


def _here(offer: Offer, sized: bool, now: datetime, language: Language) -> str:
    _ = i18n.translations(language).gettext
    words = {"place": place_name(offer)}
    if offer.open_now and offer.closes_at is not None:
        if offer.closes_at - now > NEVER_CLOSES:
            return (
                _("In your size at %(place)s, open day and night.") % words
                if sized
                else _("At %(place)s, open day and night.") % words
            )
        words["time"] = clock(offer.closes_at, language)
        return (
            _("In your size at %(place)s, today until %(time)s.") % words
            if sized
            else _("At %(place)s, today until %(time)s.") % words
        )
    if offer.collect_from is not None and offer.collect:
        words |= words_of(offer.collect_from, now, offer.zone, language, closes_at=offer.closes_at)
        return (
            _("In your size at %(place)s, ready for you %(day)s from %(time)s.") % words
            if sized
            else _("At %(place)s, ready for you %(day)s from %(time)s.") % words
        )
    return _("In your size at %(place)s.") % words if sized else _("At %(place)s.") % words


def _coming(one: Brought, now: datetime, language: Language) -> Spot:
    _ = i18n.translations(language).gettext
    said = _("Not there yet: we bring it, and you collect it from %(day)s, %(time)s.") % words_of(
        one.ready_about, now, one.zone, language
    )
    far = distance(one.distance_km, language) if one.distance_km is not None else ""
    return Spot(one.location_id, place_name(one), one.address, far, one.phone.replace(" ", NBSP), [said])


def _spot(offer: Offer, now: datetime, language: Language) -> Spot:
    _ = i18n.translations(language).gettext
    said: list[str] = []
    if not offer.certain:
        said.append(_("The last one: we confirm within the hour."))
    if offer.collect and offer.collect_from is not None:
        said.append(
            _("Collect it %(day)s from %(time)s.")
            % words_of(offer.collect_from, now, offer.zone, language, closes_at=offer.closes_at)
        )
    if offer.reserve:
        said.append(
            _("Or reserve it, and pay once you have seen it.")
            if said and offer.collect
            else _("Reserve it, and pay once you have seen it.")
        )
    if offer.open_now and offer.closes_at is not None and offer.closes_at - now <= NEVER_CLOSES:
        said.append(_("Open until %(time)s.") % {"time": clock(offer.closes_at, language)})
    return Spot(
        offer.location_id,
        place_name(offer),
        offer.address,
        distance(offer.distance_km, language) if offer.distance_km is not None else "",
        offer.phone.replace(" ", NBSP),
        said,
    )
