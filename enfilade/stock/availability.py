"""Which boutiques near the client have a piece, when it can be collected, and whether it can be delivered.

Reads published facts only, without an actor, in one statement, and one more when it meets boutiques it does not know yet.
`docs/algorithms/availability.md` tells it in prose.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from enfilade.base.db import Conn, tuples
from enfilade.stock.places import Boutique, Hours, Places, hours

NEAREST = 8


@dataclass(frozen=True, slots=True)
class Question:
    """Where is this product, seen from a place on Earth, now? The `most` nearest boutiques for each of its variants.

    `country` (ISO 3166-1, two letters) is where a parcel would go; '' leaves it open.
    """

    product_id: UUID
    latitude: float | None
    longitude: float | None
    now: datetime
    most: int = NEAREST
    country: str = ""

    def __post_init__(self) -> None:
        assert not self.country or (len(self.country) == 2 and self.country.isalpha()), self.country


@dataclass(frozen=True, slots=True)
class Size:
    """A variant of the product, in its order."""

    variant_id: UUID
    sku: str | None
    colour: str
    size: str


@dataclass(slots=True)
class Offer:
    """A variant in a boutique. Times are in the boutique's zone; counts are bounded at nine; distances in km."""

    variant_id: UUID
    boutique: Boutique
    distance_km: float | None
    collect: int
    reserve: int
    ship: int
    as_of: datetime
    certain: bool
    closes_at: datetime | None
    collect_from: datetime | None

    @property
    def open_now(self) -> bool:
        return self.closes_at is not None

    @property
    def location_id(self) -> UUID:
        return self.boutique.location_id

    @property
    def name(self) -> str:
        return self.boutique.name

    @property
    def address(self) -> str:
        return self.boutique.address

    @property
    def city(self) -> str:
        return self.boutique.city

    @property
    def zone(self) -> str:
        return self.boutique.zone

    @property
    def phone(self) -> str:
        return self.boutique.phone


@dataclass(frozen=True, slots=True)
class Delivery:
    """First and last day a parcel may arrive."""

    from_day: date
    to_day: date


@dataclass(frozen=True, slots=True)
class Availability:
    """The product's variants in order, none where nothing such is published; for each boutiques, nearest first, and delivery.

    `brings`: the maison brings pieces to boutiques; `brought` says where to and when. `brings_reserved`: for clients who
    reserve, too.
    """

    sizes: list[Size] = field(default_factory=list[Size])
    offers: dict[UUID, list[Offer]] = field(default_factory=dict[UUID, list[Offer]])
    delivery: dict[UUID, Delivery | None] = field(default_factory=dict[UUID, "Delivery | None"])
    brings: bool = False
    brings_reserved: bool = False


async def near(
    conn: Conn,
    *,
    product_id: UUID,
    latitude: float | None,
    longitude: float | None,
    now: datetime,
    most: int = NEAREST,
) -> Availability:
    """The `most` nearest boutiques for each variant of a published product. Distances are great circles in km."""
    return (await answers(conn, [Question(product_id, latitude, longitude, now, most)], Places()))[0]


async def answers(conn: Conn, questions: list[Question], places: Places) -> list[Availability]:
    """Each question's answer, in their order: the same as if it had been asked alone."""
    rows = await tuples(
        conn,
        """
        select q.place::int4 as question, v.id, v.sku, v.colour, v.size, t.delivery_days_min, t.delivery_days_max,
          t.as_of_limit_minutes, f.ships and (q.country = '' or exists (select 1 from public_facts.market k
            where k.maison_id = v.maison_id and q.country = any(k.countries))) as ships,
          f.offered, f.location_id, f.version, f.distance_km, f.collect, f.reserve, f.ship, f.as_of,
          case when f.offered then (select extract(epoch from y.free_from)::float8 from public_facts.busy y
            where y.location_id = f.location_id) end as free_from,
          t.ship_to_store_days is not null as brings, t.reserve_brought and t.ship_to_store_days is not null
        from unnest(%(products)s::uuid[], %(latitudes)s::float8[], %(longitudes)s::float8[], %(most)s::int4[],
          %(countries)s::text[]) with ordinality as q(product_id, latitude, longitude, most, country, place)
        -- What is ordered or limited inside is looked up by key for each question, however many the planner expects.
        cross join lateral (select x.* from public_facts.variant x where x.product_id = q.product_id
          order by x.position, x.id offset 0) v
        join public_facts.promise_terms t on t.maison_id = v.maison_id
        left join lateral (
          select a.location_id, b.xmin::text as version, a.collect, a.reserve, a.ship, a.as_of, b.city, b.name,
            bool_or(a.ship > 0) over () as ships,
            coalesce(b.kind = 'boutique' and (a.collect > 0 or a.reserve > 0), false) as offered,
            public_facts.distance_km(q.latitude, q.longitude, b.latitude, b.longitude) as distance_km
          from public_facts.availability a left join public_facts.boutique b on b.id = a.location_id
          where a.maison_id = v.maison_id and a.variant_id = v.id
          order by offered desc, distance_km, b.city, b.name limit q.most) f on true
        order by q.place, v.position, v.id, f.offered desc, f.distance_km, f.city, f.name
        """,
        # Written out: the driver takes longer over a list than the database over its text.
        products="{" + ",".join(str(question.product_id) for question in questions) + "}",
        latitudes="{" + ",".join(_written(question.latitude) for question in questions) + "}",
        longitudes="{" + ",".join(_written(question.longitude) for question in questions) + "}",
        most="{" + ",".join(str(question.most) for question in questions) + "}",
        countries="{" + ",".join(f'"{question.country}"' for question in questions) + "}",
    )
    boutiques = {row[10]: places.get(row[10], row[11]) for row in rows if row[9]}
    if unknown := {location_id for location_id, boutique in boutiques.items() if boutique is None}:
        boutiques.update(await places.read(conn, unknown))
    own: list[list[tuple[Any, ...]]] = [[] for _ in questions]
    for row in rows:
        own[int(row[0]) - 1].append(row)
    return [_answer(question, own[n], boutiques) for n, question in enumerate(questions)]


def _answer(
    question: Question, rows: list[tuple[Any, ...]], boutiques: dict[UUID, Boutique | None]
) -> Availability:
    answer = Availability(brings=bool(rows and rows[0][-2]), brings_reserved=bool(rows and rows[0][-1]))
    now, moment = question.now, question.now.timestamp()
    at: dict[UUID, Hours] = {}
    for (
        _, variant_id, sku, colour, size, days_min, days_max, limit_minutes, ships, offered, location_id, _,
        distance_km, collect, reserve, ship, as_of, free_from, _, _,
    ) in rows:  # fmt: skip
        if (offers := answer.offers.get(variant_id)) is None:
            answer.sizes.append(Size(variant_id, sku, colour, size))
            offers = answer.offers[variant_id] = []
            answer.delivery[variant_id] = _delivery(now.date(), days_min, days_max) if ships else None
        # One that is unpublished at this moment is not offered any more.
        if not offered or (boutique := boutiques[location_id]) is None:
            continue
        if (known := at.get(location_id)) is None:
            known = at[location_id] = hours(boutique, moment, free_from or moment)
        certain = collect > 1 or reserve > 1 or now - as_of <= timedelta(minutes=limit_minutes)
        offers.append(
            Offer(
                variant_id,
                boutique,
                distance_km,
                collect,
                reserve,
                ship,
                as_of,
                certain,
                known.closes_at,
                known.collect_from,
            )
        )
    return answer


def _written(degrees: float | None) -> str:
    return "null" if degrees is None else repr(degrees)


@lru_cache(maxsize=1000)
def _delivery(day: date, days_min: int, days_max: int) -> Delivery:
    return Delivery(working_day(day, days_min), working_day(day, days_max))


def working_day(day: date, after: int) -> date:
    """`after` days later, Saturdays and Sundays not counted: carriers of parcels of value do not deliver on them."""
    while after:
        day += timedelta(days=1)
        if day.weekday() < 5:
            after -= 1
    return day
