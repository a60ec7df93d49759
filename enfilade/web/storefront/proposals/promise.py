"""What is promised of a proposal's pieces now: when they can be collected or arrive, and which have meanwhile gone."""

from dataclasses import dataclass
from datetime import datetime

from enfilade.base import i18n
from enfilade.base.db import Conn
from enfilade.base.i18n import Language
from enfilade.stock import availability, brought
from enfilade.stock.availability import Delivery, Offer, Question
from enfilade.stock.places import Places
from enfilade.web.storefront.basket.ways import spot
from enfilade.web.storefront.products.sentences import delivered
from enfilade.web.storefront.proposals.reading import Line, Proposal
from enfilade.web.storefront.times import words_of


@dataclass(frozen=True, slots=True)
class Promise:
    """`sentence` is '' where nothing can be said; `gone` are the pieces that cannot be had this way now."""

    sentence: str
    gone: list[Line]


async def promised(
    conn: Conn, *, proposal: Proposal, lines: list[Line], now: datetime, language: Language
) -> Promise:
    """Reads published availability; nothing is held by looking."""
    products = list(dict.fromkeys(line.product_id for line in lines))
    # Seen from where it is collected, so that this boutique is among the nearest.
    questions = [Question(product, proposal.latitude, proposal.longitude, now) for product in products]
    answers = await availability.answers(conn, questions, Places()) if questions else []
    known = dict(zip(products, answers, strict=True))
    gone: list[Line] = []
    offers: list[Offer] = []
    parcels: list[Delivery] = []
    for line in lines:
        found = known[line.product_id]
        if proposal.collect_at is None:
            parcel = found.delivery.get(line.variant_id)
            if parcel is None:
                gone.append(line)
            else:
                parcels.append(parcel)
            continue
        there = [
            offer
            for offer in found.offers.get(line.variant_id, [])
            if offer.location_id == proposal.collect_at and offer.collect >= line.quantity
        ]
        offers += there
        if not there:
            gone.append(line)
    if gone and proposal.brought:
        return await _brought(conn, proposal, lines, gone, now, language)
    if parcels:
        return Promise(delivered(max(parcels, key=lambda parcel: parcel.to_day), now, language), gone)
    return Promise(spot(offers, now, language).sentence if offers else "", gone)


async def _brought(
    conn: Conn,
    proposal: Proposal,
    lines: list[Line],
    elsewhere: list[Line],
    now: datetime,
    language: Language,
) -> Promise:
    """Of what does not all lie where it is collected: from when it is there, or which of it cannot be brought."""
    _ = i18n.translations(language).gettext

    async def coming(asked: list[Line]) -> brought.Brought | None:
        found = await brought.near(
            conn,
            maison_id=proposal.maison_id,
            needs={line.variant_id: line.quantity for line in asked},
            latitude=proposal.latitude,
            longitude=proposal.longitude,
            now=now,
        )
        return next((one for one in found if one.location_id == proposal.collect_at), None)

    whole = await coming(lines)
    if whole is not None:
        words = words_of(whole.ready_about, now, whole.zone, language)
        return Promise(_("We bring it there: ready %(day)s from %(time)s.") % words, [])
    return Promise("", [line for line in elsewhere if await coming([line]) is None] or elsewhere)
