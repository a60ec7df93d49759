"""Which boutiques near the client have a piece, when it can be collected, and whether it can be delivered.

Reads published facts only, without an actor, in two statements. `docs/algorithms/availability.md` tells it in prose.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.boutiques.zones import zone_of

INTERVALS_READ = 14


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant in a boutique. Times are in the boutique's zone; counts are bounded at nine."""

    variant_id: UUID
    location_id: UUID
    name: str
    address: str
    city: str
    country: str
    zone: str
    latitude: float
    longitude: float
    phone: str
    distance_km: float | None
    collect: int
    reserve: int
    ship: int
    as_of: datetime
    certain: bool
    open_now: bool
    closes_at: datetime | None
    collect_from: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """First and last day a parcel may arrive."""

    from_day: date
    to_day: date


@dataclass(frozen=True, slots=True)
class Availability:
    """For each variant of a product: boutiques, nearest first; and delivery, or None."""

    offers: dict[UUID, list[Offer]]
    delivery: dict[UUID, Delivery | None]


@dataclass(frozen=True, slots=True)
class _Place:
    variant_id: UUID
    location_id: UUID
    name: str
    address: str
    city: str
    country: str
    zone: str
    latitude: float
    longitude: float
    phone: str
    preparation_minutes: int
    distance_km: float | None
    collect: int
    reserve: int
    ship: int
    as_of: datetime
    opens: list[datetime] | None
    closes: list[datetime] | None
    as_of_limit_minutes: int


@dataclass(frozen=True, slots=True)
class _Shipping:
    variant_id: UUID
    ships: bool
    delivery_days_min: int
    delivery_days_max: int


async def near(
    conn: Conn,
    *,
    product_id: UUID,
    latitude: float | None,
    longitude: float | None,
    now: datetime,
    most: int = 8,
) -> Availability:
    """The `most` nearest boutiques for each variant of a published product. Distances are great circles in km."""
    places = await many(
        conn,
        _Place,
        """
        with found as materialized (
          select a.variant_id, a.location_id, a.collect, a.reserve, a.ship, a.as_of, b.name, b.address, b.city, b.country,
            b.zone, b.latitude, b.longitude, b.phone, b.preparation_minutes, b.maison_id,
            -- least() passes over nulls: without a place to measure from, the distance must be asked to be null.
            case when %(latitude)s::float8 is not null then 6371 * 2 * asin(sqrt(least(1,
              power(sin(radians(b.latitude - %(latitude)s::float8) / 2), 2) + cos(radians(%(latitude)s::float8))
              * cos(radians(b.latitude)) * power(sin(radians(b.longitude - %(longitude)s::float8) / 2), 2)))) end as distance_km
          from public_facts.variant v
          join public_facts.availability a on a.maison_id = v.maison_id and a.variant_id = v.id
          join public_facts.boutique b on b.id = a.location_id
          where v.product_id = %(product_id)s and b.kind = 'boutique' and (a.collect > 0 or a.reserve > 0)
        ), nearest as (
          select f.*, row_number() over (partition by f.variant_id order by f.distance_km, f.city, f.name) as place from found f
        )
        select n.variant_id, n.location_id, n.name, n.address, n.city, n.country, n.zone, n.latitude, n.longitude, n.phone,
          n.preparation_minutes, n.distance_km, n.collect, n.reserve, n.ship, n.as_of, o.opens, o.closes,
          t.as_of_limit_minutes
        from nearest n
        join public_facts.promise_terms t on t.maison_id = n.maison_id
        cross join lateral (
          select array_agg(i.opens_at order by i.opens_at) as opens, array_agg(i.closes_at order by i.opens_at) as closes
          from (select opens_at, closes_at from public_facts.opening where location_id = n.location_id
            and opens_at > %(now)s::timestamptz - interval '8 days' and closes_at > %(now)s
            order by opens_at limit %(intervals)s) i) o
        where n.place <= %(most)s
        order by n.variant_id, n.place
        """,
        product_id=product_id,
        latitude=latitude,
        longitude=longitude,
        now=now,
        most=most,
        intervals=INTERVALS_READ,
    )
    shipping = await many(
        conn,
        _Shipping,
        """
        select v.id as variant_id, t.delivery_days_min, t.delivery_days_max,
          exists (select 1 from public_facts.availability a
            where a.maison_id = v.maison_id and a.variant_id = v.id and a.ship > 0) as ships
        from public_facts.variant v
        join public_facts.promise_terms t on t.maison_id = v.maison_id
        where v.product_id = %(product_id)s
        """,
        product_id=product_id,
    )
    offers: dict[UUID, list[Offer]] = {row.variant_id: [] for row in shipping}
    for place in places:
        offers.setdefault(place.variant_id, []).append(_offer(place, now))
    return Availability(
        offers,
        {
            row.variant_id: Delivery(
                _working_day(now.date(), row.delivery_days_min),
                _working_day(now.date(), row.delivery_days_max),
            )
            if row.ships
            else None
            for row in shipping
        },
    )


def _offer(place: _Place, now: datetime) -> Offer:
    zone = zone_of(place.zone)
    intervals = list(zip(place.opens or [], place.closes or [], strict=True))
    current = next((closes for opens, closes in intervals if opens <= now < closes), None)
    ready = collect_from(intervals, timedelta(minutes=place.preparation_minutes), now)
    fresh = now - place.as_of <= timedelta(minutes=place.as_of_limit_minutes)
    return Offer(
        variant_id=place.variant_id,
        location_id=place.location_id,
        name=place.name,
        address=place.address,
        city=place.city,
        country=place.country,
        zone=place.zone,
        latitude=place.latitude,
        longitude=place.longitude,
        phone=place.phone,
        distance_km=place.distance_km,
        collect=place.collect,
        reserve=place.reserve,
        ship=place.ship,
        as_of=place.as_of,
        certain=fresh or max(place.collect, place.reserve) > 1,
        open_now=current is not None,
        closes_at=current.astimezone(zone) if current else None,
        collect_from=ready.astimezone(zone) if ready else None,
    )


def collect_from(
    intervals: list[tuple[datetime, datetime]], preparation: timedelta, now: datetime
) -> datetime | None:
    """When a piece asked for now is ready and somebody is there to hand it over.

    Preparation runs only while the boutique is open, over as many intervals as it takes; ready at the minute of closing
    means ready at the next opening. None when the known intervals (sorted, apart) do not suffice.
    """
    left = preparation
    for opens, closes in intervals:
        if closes <= now:
            continue
        start = max(opens, now)
        if start + left < closes:
            return start + left
        left -= closes - start
        left = max(left, timedelta(0))
    return None


def _working_day(day: date, after: int) -> date:
    """`after` days later, Saturdays and Sundays not counted: carriers of parcels of value do not deliver on them."""
    while after:
        day += timedelta(days=1)
        if day.weekday() < 5:
            after -= 1
    return day
