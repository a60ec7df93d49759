"""What a story's page reads beside the story: its pieces with price and whether anybody has them, and boutiques for its maps."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec import convert

from enfilade.base.db import Conn, many, maybe
from enfilade.base.money import Money
from enfilade.catalogue.published import Piece


@dataclass(frozen=True, slots=True)
class StoryPiece:
    """A piece of a story. `possible`: somebody has it. If nobody does, `sister` is one of its family that somebody has."""

    slug: str
    family: str
    brand: str
    maison_slug: str
    pictures: list[Any]
    language: str
    name: str
    currency: str | None
    from_minor: int | None
    possible: bool
    sister: Piece | None

    @property
    def price(self) -> Money | None:
        """The lowest price of its variants."""
        if self.from_minor is None or self.currency is None:
            return None
        return Money(self.from_minor, self.currency)


@dataclass(frozen=True, slots=True)
class _StoryPiece:
    slug: str
    family: str
    brand: str
    maison_slug: str
    pictures: list[Any]
    language: str
    name: str
    currency: str | None
    from_minor: int | None
    possible: bool
    sister: Any


@dataclass(frozen=True, slots=True)
class Door:
    """A maison whose window or map stands in a story."""

    slug: str
    name: str
    theme: dict[str, Any]
    wordmark: str
    language: str
    tagline: str


@dataclass(frozen=True, slots=True)
class Town:
    """A city where a maison has boutiques."""

    maison_slug: str
    country: str
    city: str
    latitude: float
    longitude: float
    boutiques: int


async def pieces(
    conn: Conn, *, store_id: UUID, only: UUID | None, slugs: list[str], language: str, market: str
) -> dict[str, StoryPiece]:
    """Those of the slugs that are published and shown in the store, by slug; `only`: no other maison's."""
    if not slugs:
        return {}
    rows = await many(
        conn,
        _StoryPiece,
        """
        with named as materialized (
          select p.*, exists (select 1 from public_facts.variant v
              join public_facts.availability a on a.maison_id = v.maison_id and a.variant_id = v.id
              where v.product_id = p.id and greatest(a.collect, a.reserve, a.ship) > 0) as possible
          from public_facts.product p
          where p.slug = any(%(slugs)s) and (%(only)s::uuid is null or p.maison_id = %(only)s)
            and exists (select 1 from public_facts.store_maison s where s.store_id = %(store_id)s
              and s.maison_id = p.maison_id)
        )
        select p.slug, p.family, p.brand, m.slug as maison_slug, p.pictures, t.language, t.name, r.currency, r.from_minor,
          p.possible,
          case when not p.possible then (select to_jsonb(q) from (
            select o.id, o.slug, o.family, o.brand, o.pictures, ot.language, ot.name, c.currency, c.from_minor
            from (select x.* from public_facts.product x
              where x.maison_id = p.maison_id and x.family = p.family and x.id <> p.id
              order by x.position, x.id limit 24) o
            join lateral (select x.language, x.name from public_facts.product_text x where x.product_id = o.id
              order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) ot on true
            left join lateral (select k.currency, min(k.amount_minor) as from_minor from public_facts.variant v
              join public_facts.price k on k.variant_id = v.id and k.market = %(market)s
              where v.product_id = o.id group by k.currency limit 1) c on true
            where exists (select 1 from public_facts.variant v
              join public_facts.availability a on a.maison_id = v.maison_id and a.variant_id = v.id
              where v.product_id = o.id and greatest(a.collect, a.reserve, a.ship) > 0)
            order by o.position, o.id limit 1) q) end as sister
        from named p join public_facts.maison m on m.maison_id = p.maison_id
        join lateral (select x.language, x.name from public_facts.product_text x where x.product_id = p.id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t on true
        left join lateral (select k.currency, min(k.amount_minor) as from_minor from public_facts.variant v
          join public_facts.price k on k.variant_id = v.id and k.market = %(market)s
          where v.product_id = p.id group by k.currency limit 1) r on true
        """,
        store_id=store_id,
        only=only,
        slugs=slugs,
        language=language,
        market=market,
    )
    return {
        row.slug: StoryPiece(
            row.slug,
            row.family,
            row.brand,
            row.maison_slug,
            row.pictures,
            row.language,
            row.name,
            row.currency,
            row.from_minor,
            row.possible,
            convert(row.sister, Piece) if row.sister else None,
        )
        for row in rows
    }


async def doors(conn: Conn, *, store_id: UUID, slugs: list[str], language: str) -> dict[str, Door]:
    """The maisons of the store that are called so."""
    if not slugs:
        return {}
    rows = await many(
        conn,
        Door,
        """
        select m.slug, m.name, m.theme, m.wordmark, coalesce(t.language, '') as language, coalesce(t.tagline, '') as tagline
        from public_facts.maison m
        left join lateral (select x.language, x.tagline from public_facts.maison_text x where x.maison_id = m.maison_id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t on true
        where m.slug = any(%(slugs)s) and exists (select 1 from public_facts.store_maison s
          where s.store_id = %(store_id)s and s.maison_id = m.maison_id)
        """,
        store_id=store_id,
        slugs=slugs,
        language=language,
    )
    return {row.slug: row for row in rows}


async def towns(conn: Conn, *, store_id: UUID, slugs: list[str]) -> list[Town]:
    """Where the maisons of the store that are called so have boutiques."""
    if not slugs:
        return []
    return await many(
        conn,
        Town,
        """
        select m.slug as maison_slug, b.country, b.city, avg(b.latitude) as latitude, avg(b.longitude) as longitude,
          count(*) as boutiques
        from public_facts.boutique b join public_facts.maison m on m.maison_id = b.maison_id
        where m.slug = any(%(slugs)s) and b.kind = 'boutique' and exists (select 1 from public_facts.store_maison s
          where s.store_id = %(store_id)s and s.maison_id = m.maison_id)
        group by m.slug, b.country, b.city order by b.country, b.city
        """,
        store_id=store_id,
        slugs=slugs,
    )


@dataclass(frozen=True, slots=True)
class Teller:
    """Whose story it is."""

    slug: str
    name: str
    kind: str
    theme: dict[str, Any]
    wordmark: str


async def teller(conn: Conn, *, maison_id: UUID) -> Teller | None:
    """A maison by its id, as it is published."""
    return await maybe(
        conn,
        Teller,
        "select slug, name, kind, theme, wordmark from public_facts.maison where maison_id = %(maison_id)s",
        maison_id=maison_id,
    )
