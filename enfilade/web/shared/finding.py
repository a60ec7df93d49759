"""Pieces an advisor may propose: found by SKU, barcode or name, with what the maison can promise of them now."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.stock import availability
from enfilade.stock.availability import Availability, Offer, Question
from enfilade.stock.places import Places

FOUND_MAX = 20
PLACES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Counter:
    """The boutique that sells: where it stands, and the market whose prices it asks; None where it is in none."""

    id: UUID
    name: str
    latitude: float
    longitude: float
    market: str | None
    currency: str | None
    languages: list[str] | None


async def counter(conn: Conn, *, maison_id: UUID, location_id: UUID) -> Counter | None:
    """The place and its market."""
    return await maybe(
        conn,
        Counter,
        """
        select l.id, l.name, l.latitude, l.longitude, k.code as market, k.currency, k.languages
        from boutiques.location l
        left join public_facts.market k on k.maison_id = l.maison_id and l.country = any(k.countries)
        where l.maison_id = %(maison_id)s and l.id = %(location_id)s order by k.code limit 1
        """,
        maison_id=maison_id,
        location_id=location_id,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A published variant with its price in the market, None: on request; `asked`: the words found it."""

    variant_id: UUID
    product_id: UUID
    name: str
    colour: str
    size: str
    sku: str
    picture: str
    currency: str
    amount_minor: int | None
    asked: bool


async def pieces(
    conn: Conn, *, maison_id: UUID, market: str, words: str, variant_ids: list[UUID]
) -> list[Found]:
    """What the words find, and the variants named."""
    return await many(
        conn,
        Found,
        """
        select * from (
          select v.id as variant_id, v.product_id, coalesce(t.name, '') as name, v.colour, v.size, coalesce(v.sku, '') as sku,
            coalesce(p.pictures -> 0 ->> 'name', '') as picture, k.currency, r.amount_minor,
            %(words)s::text <> '' and (lower(v.sku) = lower(%(words)s::text) or exists (select 1 from catalogue.variant c
                where c.maison_id = v.maison_id and c.id = v.id and c.barcode = %(words)s)
              or exists (select 1 from public_facts.product_text y where y.product_id = v.product_id
                and position(lower(%(words)s::text) in lower(y.name)) > 0)) as asked
          from public_facts.variant v
          join public_facts.product p on p.id = v.product_id
          join public_facts.market k on k.maison_id = v.maison_id and k.code = %(market)s
          left join public_facts.price r on r.variant_id = v.id and r.market = k.code and r.currency = k.currency
          left join lateral (select y.name from public_facts.product_text y where y.product_id = v.product_id
            order by y.language = 'en' desc, y.language limit 1) t on true
          where v.maison_id = %(maison_id)s
        ) f where f.asked or f.variant_id = any(%(variants)s::uuid[])
        order by f.variant_id = any(%(variants)s::uuid[]) desc, f.name, f.sku, f.variant_id limit %(most)s
        """,
        maison_id=maison_id,
        market=market,
        words=words,
        variants=variant_ids,
        most=FOUND_MAX + len(variant_ids),
    )


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another boutique that has it."""

    location_id: UUID
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Promise:
    """What can be said of a variant at this counter. Counts are bounded at nine; `days` are those of a parcel."""

    here: int
    elsewhere: list[Elsewhere]
    days: tuple[date, date] | None

    @property
    def possible(self) -> bool:
        return bool(self.here or self.elsewhere or self.days)


@dataclass(frozen=True, slots=True)
class Way:
    """A boutique at which all the pieces chosen can be collected."""

    location_id: UUID
    name: str


class Promises:
    """Published availability of some pieces, seen from the counter."""

    def __init__(self, at: UUID, known: dict[UUID, Availability]) -> None:
        self._at, self._known = at, known

    @property
    def brings(self) -> bool:
        """Whether the maison brings pieces from one place to another."""
        return any(known.brings for known in self._known.values())

    def of(self, piece: Found) -> Promise:
        """Of one piece."""
        offers = self._offers(piece)
        parcel = self._known[piece.product_id].delivery.get(piece.variant_id)
        return Promise(
            next((offer.collect for offer in offers if offer.location_id == self._at), 0),
            [
                Elsewhere(offer.location_id, offer.name, offer.collect)
                for offer in offers
                if offer.location_id != self._at
            ][:PLACES_SHOWN],
            (parcel.from_day, parcel.to_day) if parcel else None,
        )

    def sendable(self, chosen: dict[UUID, int], pieces: list[Found]) -> tuple[date, date] | None:
        """When a parcel with all of them arrives; None where one cannot be sent."""
        days = [self.of(piece).days for piece in pieces if piece.variant_id in chosen]
        known = [one for one in days if one]
        return (
            max(known, key=lambda one: one[1]) if known and len(known) == len(days) == len(chosen) else None
        )

    def together(self, chosen: dict[UUID, int], pieces: list[Found]) -> list[Way]:
        """The boutiques that have all of them, this one first, then the nearest."""
        own = [piece for piece in pieces if piece.variant_id in chosen]
        if len(own) < len(chosen) or not own:
            return []
        enough = [
            {
                offer.location_id: offer
                for offer in self._offers(piece)
                if offer.collect >= chosen[piece.variant_id]
            }
            for piece in own
        ]
        common = [offer for at, offer in enough[0].items() if all(at in others for others in enough)]
        common.sort(key=lambda offer: offer.location_id != self._at)
        return [Way(offer.location_id, offer.name) for offer in common[: PLACES_SHOWN + 1]]

    def _offers(self, piece: Found) -> list[Offer]:
        return [
            offer
            for offer in self._known[piece.product_id].offers.get(piece.variant_id, [])
            if offer.collect > 0
        ]


async def promises(conn: Conn, *, at: Counter, pieces: list[Found], now: datetime) -> Promises:
    """Asked once for all pieces; nothing is held by looking."""
    products = list(dict.fromkeys(piece.product_id for piece in pieces))
    questions = [Question(product, at.latitude, at.longitude, now) for product in products]
    answers = await availability.answers(conn, questions, Places()) if questions else []
    return Promises(at.id, dict(zip(products, answers, strict=True)))
