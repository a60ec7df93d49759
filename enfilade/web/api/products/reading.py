"""What the API tells of pieces. Published facts only."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from enfilade.base.db import Conn, many, maybe


@dataclass(frozen=True, slots=True)
class Listed:
    """A piece in a list, with its lowest price in every market."""

    id: UUID
    maison_id: UUID
    maison: str
    slug: str
    brand: str
    family: str
    gender: str
    made_in: str
    position: int
    pictures: list[Any]
    text_language: str
    name: str
    prices_from: list[Any]


@dataclass(frozen=True, slots=True)
class Whole:
    """A piece with its variants and their prices in every market."""

    id: UUID
    maison_id: UUID
    maison: str
    slug: str
    brand: str
    family: str
    gender: str
    made_in: str
    pictures: list[Any]
    text_language: str
    name: str
    description: str
    materials: str
    care: str
    variants: list[Any]
    sold_by: Any


@dataclass(frozen=True, slots=True)
class Centre:
    """The middle of a city's boutiques."""

    latitude: float
    longitude: float


async def products(
    conn: Conn, *, maison_id: UUID | None, language: str, after: tuple[UUID, int, UUID], most: int
) -> list[Listed]:
    """Published pieces, maison by maison in each one's own order. `after` is the key of the last one seen."""
    return await many(
        conn,
        Listed,
        """
        select p.id, p.maison_id, m.slug as maison, p.slug, p.brand, p.family, p.gender, p.made_in, p.position, p.pictures,
          t.language as text_language, t.name,
          coalesce((select jsonb_agg(to_jsonb(l) order by l.market collate "C") from (
            select r.market, min(r.amount_minor) as minor, r.currency from public_facts.variant v
            join public_facts.price r on r.variant_id = v.id where v.product_id = p.id group by r.market, r.currency
            ) l), '[]') as prices_from
        from public_facts.product p
        join public_facts.maison m on m.maison_id = p.maison_id
        join lateral (select x.language, x.name from public_facts.product_text x where x.product_id = p.id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t on true
        where p.maison_id between %(first_maison)s and %(last_maison)s
          and (p.maison_id, p.position, p.id) > (%(after_maison)s, %(after_position)s, %(after_id)s)
        order by p.maison_id, p.position, p.id limit %(most)s
        """,
        language=language,
        # Between equal bounds the index leads; between all ids it is walked in order.
        first_maison=maison_id or UUID(int=0),
        last_maison=maison_id or UUID(int=2**128 - 1),
        after_maison=after[0],
        after_position=after[1],
        after_id=after[2],
        most=most,
    )


async def product(conn: Conn, *, product_id: UUID, language: str) -> Whole | None:
    """One published piece."""
    return await maybe(
        conn,
        Whole,
        """
        select p.id, p.maison_id, m.slug as maison, p.slug, p.brand, p.family, p.gender, p.made_in, p.pictures,
          t.language as text_language, t.name, t.description, t.materials, t.care,
          coalesce((select jsonb_agg(jsonb_build_object('id', v.id, 'sku', v.sku, 'colour', v.colour, 'size', v.size,
              'options', v.options, 'prices', coalesce((select jsonb_agg(jsonb_build_object('market', r.market,
                'minor', r.amount_minor, 'currency', r.currency) order by r.market collate "C")
                from public_facts.price r where r.variant_id = v.id), '[]')) order by v.position, v.id)
            from public_facts.variant v where v.product_id = p.id), '[]') as variants,
          case when h.seller_name <> '' then jsonb_build_object('name', h.seller_name, 'city', h.seller_city,
            'country', h.seller_country, 'number', h.seller_number) end as sold_by
        from public_facts.product p
        join public_facts.maison m on m.maison_id = p.maison_id
        left join public_facts.brand h on h.maison_id = p.maison_id and h.id = p.brand_id
        join lateral (select x.language, x.name, x.description, x.materials, x.care
          from public_facts.product_text x where x.product_id = p.id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t on true
        where p.id = %(product_id)s
        """,
        product_id=product_id,
        language=language,
    )


async def centre(conn: Conn, *, city: str, country: str) -> Centre | None:
    """Where a city is, by the boutiques in it; of two cities of one name, the one with more of them."""
    return await maybe(
        conn,
        Centre,
        """
        select avg(b.latitude) as latitude, avg(b.longitude) as longitude from public_facts.boutique b
        where b.kind = 'boutique' and lower(b.city) = lower(%(city)s) and (%(country)s = '' or b.country = %(country)s)
        group by b.country order by count(*) desc, b.country limit 1
        """,
        city=city,
        country=country,
    )
