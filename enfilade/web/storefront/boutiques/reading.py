"""What the pages of the boutiques read: cities, boutiques, opening intervals. Published facts only."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from enfilade.base.db import Conn, many, maybe, tuples
from enfilade.catalogue.published import NAME_AND_PRICE, Piece

#: Positions of a boutique among which pieces to show are looked for.
LOOKED_AT = 300


@dataclass(frozen=True, slots=True)
class City:
    """A city with boutiques of the store's maisons."""

    country: str
    city: str
    latitude: float
    longitude: float
    boutiques: int


@dataclass(frozen=True, slots=True)
class Boutique:
    """A boutique in a list; `closes_at` is the end of the interval open now, `opens_at` the next beginning."""

    id: UUID
    name: str
    country: str
    city: str
    postcode: str
    address: str
    latitude: float
    longitude: float
    zone: str
    phone: str
    maison_slug: str
    maison_name: str
    closes_at: datetime | None
    opens_at: datetime | None
    closed: bool
    closed_until: datetime | None


@dataclass(frozen=True, slots=True)
class BoutiquePage:
    """One boutique with its maison's look and the opening intervals of the coming days."""

    id: UUID
    maison_id: UUID
    name: str
    country: str
    city: str
    postcode: str
    address: str
    latitude: float
    longitude: float
    zone: str
    phone: str
    preparation_minutes: int
    maison_slug: str
    maison_name: str
    maison_theme: dict[str, object]
    maison_wordmark: str
    opens: list[datetime]
    closes: list[datetime]
    closed: bool
    closed_until: datetime | None
    appointments: bool


#: Whether the boutique's doors are closed against its hours, and until when, where that is known.
SHUT: LiteralString = """
  cross join lateral (
    select count(*) > 0 as closed, case when count(*) = count(k.ends_at) then max(k.ends_at) end as closed_until
    from public_facts.closure k where k.location_id = b.id and 'doors' = any(k.stops)
      and k.starts_at <= %(now)s and (k.ends_at is null or k.ends_at > %(now)s)) k
"""


async def cities(conn: Conn, *, store_id: UUID) -> list[City]:
    """Every city where a maison of the store has a boutique."""
    return await many(
        conn,
        City,
        """
        select b.country, b.city, avg(b.latitude) as latitude, avg(b.longitude) as longitude, count(*) as boutiques
        from public_facts.store_maison s
        join public_facts.boutique b on b.maison_id = s.maison_id and b.kind = 'boutique'
        where s.store_id = %(store_id)s
        group by b.country, b.city order by b.country, b.city
        """,
        store_id=store_id,
    )


async def boutiques(
    conn: Conn, *, store_id: UUID, city: str, maison_slug: str, now: datetime, most: int
) -> list[Boutique]:
    """The boutiques of a city, of a maison, or of both; '' leaves one open."""
    return await many(
        conn,
        Boutique,
        f"""
        select b.id, b.name, b.country, b.city, b.postcode, b.address, b.latitude, b.longitude, b.zone, b.phone,
          b.maison_slug, b.maison_name,
          o.closes_at, n.opens_at, k.closed, k.closed_until
        from (
          select b.*, m.slug as maison_slug, m.name as maison_name
          from public_facts.store_maison s
          join public_facts.maison m on m.maison_id = s.maison_id
          join public_facts.boutique b on b.maison_id = s.maison_id and b.kind = 'boutique'
          where s.store_id = %(store_id)s and (%(city)s = '' or b.city = %(city)s)
            and (%(maison_slug)s = '' or m.slug = %(maison_slug)s)
          order by b.country, b.city, m.name, b.name limit %(most)s) b
        left join lateral (select i.closes_at from public_facts.opening i
          where i.location_id = b.id and i.opens_at <= %(now)s and i.closes_at > %(now)s limit 1) o on true
        left join lateral (select i.opens_at from public_facts.opening i
          where i.location_id = b.id and i.opens_at > %(now)s order by i.opens_at limit 1) n on true
        {SHUT}
        order by b.country, b.city, b.maison_name, b.name
        """,
        store_id=store_id,
        city=city,
        maison_slug=maison_slug,
        now=now,
        most=most,
    )


async def ids(conn: Conn, *, store_id: UUID) -> list[UUID]:
    """Every boutique of the store's maisons."""
    rows = await tuples(
        conn,
        """
        select b.id from public_facts.store_maison s
        join public_facts.boutique b on b.maison_id = s.maison_id and b.kind = 'boutique'
        where s.store_id = %(store_id)s order by b.country, b.city, b.id
        """,
        store_id=store_id,
    )
    return [found for (found,) in rows]


async def boutique(conn: Conn, *, boutique_id: UUID, now: datetime) -> BoutiquePage | None:
    """One boutique with the opening intervals of the next eight days."""
    return await maybe(
        conn,
        BoutiquePage,
        f"""
        select b.id, b.maison_id, b.name, b.country, b.city, b.postcode, b.address, b.latitude, b.longitude, b.zone,
          b.phone, b.preparation_minutes,
          m.slug as maison_slug, m.name as maison_name, m.theme as maison_theme, m.wordmark as maison_wordmark,
          coalesce(o.opens, '{{}}') as opens, coalesce(o.closes, '{{}}') as closes, k.closed, k.closed_until,
          exists (select 1 from public_facts.appointments_at x where x.maison_id = b.maison_id and x.location_id = b.id)
            as appointments
        from public_facts.boutique b join public_facts.maison m on m.maison_id = b.maison_id
        cross join lateral (
          select array_agg(i.opens_at order by i.opens_at) as opens, array_agg(i.closes_at order by i.opens_at) as closes
          from public_facts.opening i where i.location_id = b.id
            and i.closes_at > %(now)s and i.opens_at < %(now)s::timestamptz + interval '8 days') o
        {SHUT}
        where b.id = %(boutique_id)s and b.kind = 'boutique'
        """,
        boutique_id=boutique_id,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Here(Piece):
    """A piece that can be had in this boutique now; `collect` and `reserve` say how."""

    collect: bool
    reserve: bool


async def pieces(
    conn: Conn, *, maison_id: UUID, boutique_id: UUID, language: str, market: str, most: int
) -> list[Here]:
    """Some of what is there now, in the maison's order. Looks at LOOKED_AT of its positions at most."""
    return await many(
        conn,
        Here,
        f"""
        select p.id, p.slug, p.family, p.brand, p.pictures, t.language, t.name, r.currency, r.from_minor,
          p.collect, p.reserve
        from (
          select x.*, a.collect, a.reserve from (
            select v.product_id, bool_or(s.collect > 0) as collect, bool_or(s.reserve > 0) as reserve from (
              select variant_id, collect, reserve from public_facts.availability
              where maison_id = %(maison_id)s and location_id = %(boutique_id)s and (collect > 0 or reserve > 0)
              limit %(looked_at)s) s
            join public_facts.variant v on v.id = s.variant_id group by v.product_id) a
          join public_facts.product x on x.id = a.product_id
          order by x.position, x.id limit %(most)s) p
        join public_facts.maison m on m.maison_id = p.maison_id
        {NAME_AND_PRICE}
        order by p.position, p.id
        """,
        maison_id=maison_id,
        boutique_id=boutique_id,
        language=language,
        market=market,
        most=most,
        looked_at=LOOKED_AT,
    )
