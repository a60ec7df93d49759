"""What everybody may read of maisons and stores: who they are, how they look, what they say, where they sell."""

from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from enfilade.base.db import Conn, many, maybe

#: The maison `m` is shown in the store, or the store is its own.
SHOWN: LiteralString = """(
  exists (select 1 from public_facts.store_maison x where x.store_id = %(store_id)s and x.maison_id = m.maison_id)
  or exists (select 1 from public_facts.store x where x.id = %(store_id)s and x.maison_id = m.maison_id))"""


@dataclass(frozen=True, slots=True)
class Front:
    """A store as its visitors see it, with the name and look of the tenant it belongs to; `host` is '' without one of its own."""

    id: UUID
    maison_id: UUID
    name: str
    maison_name: str
    multi_brand: bool
    slug: str
    theme: dict[str, Any]
    wordmark: str
    host: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a stylesheet is made from."""

    slug: str
    theme: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Introduction:
    """A maison on its own page; `language` is the one its texts were found in, '' where it has none yet."""

    maison_id: UUID
    slug: str
    name: str
    segment: str
    founded: int | None
    city: str | None
    theme: dict[str, Any]
    wordmark: str
    language: str
    tagline: str
    story: str
    appointments: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A maison in a list, or a store's third-party `brand`, of which the list says the name alone."""

    slug: str
    name: str
    segment: str
    city: str | None
    founded: int | None
    theme: dict[str, Any]
    wordmark: str
    language: str
    tagline: str
    brand: bool


async def front(conn: Conn, *, host: str) -> Front | None:
    """The store that answers at `host`, else the multi-brand store."""
    return await maybe(
        conn,
        Front,
        """
        select s.id, s.maison_id, s.name, m.name as maison_name, s.multi_brand, m.slug, m.theme, m.wordmark,
          coalesce(s.host, '') as host
        from public_facts.store s join public_facts.maison m on m.maison_id = s.maison_id
        where s.host = %(host)s or s.multi_brand
        order by (s.host = %(host)s) desc nulls last, s.slug limit 1
        """,
        host=host,
    )


async def front_of(conn: Conn, *, store_id: UUID) -> Front | None:
    """The store itself, whether it has a host or not."""
    return await maybe(
        conn,
        Front,
        """
        select s.id, s.maison_id, s.name, m.name as maison_name, s.multi_brand, m.slug, m.theme, m.wordmark,
          coalesce(s.host, '') as host
        from public_facts.store s join public_facts.maison m on m.maison_id = s.maison_id
        where s.id = %(store_id)s
        """,
        store_id=store_id,
    )


@dataclass(frozen=True, slots=True)
class Door:
    """A store's own host."""

    name: str
    host: str


async def own_doors(conn: Conn) -> list[Door]:
    """Every store that has a host of its own, by name."""
    return await many(
        conn, Door, "select name, host from public_facts.store where host is not null order by name, slug"
    )


async def looks(conn: Conn, *, slugs: list[str]) -> list[Look]:
    """The themes of the maisons named, in the order of their names; unknown ones are left out."""
    return await many(
        conn,
        Look,
        'select slug, theme from public_facts.maison where slug = any(%(slugs)s) order by slug collate "C"',
        slugs=slugs,
    )


async def introduction(conn: Conn, *, store_id: UUID, slug: str, language: str) -> Introduction | None:
    """A maison of the store with its texts in `language`, or in its own language while they are not translated."""
    return await maybe(
        conn,
        Introduction,
        f"""
        select m.maison_id, m.slug, m.name, m.segment, m.founded, m.city, m.theme, m.wordmark,
          coalesce(t.language, '') as language, coalesce(t.tagline, '') as tagline,
          coalesce(t.story, '') as story,
          exists (select 1 from public_facts.appointments_at x where x.maison_id = m.maison_id) as appointments
        from public_facts.maison m
        left join lateral (select x.language, x.tagline, x.story from public_facts.maison_text x
          where x.maison_id = m.maison_id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t
          on true
        where m.slug = %(slug)s and m.kind in ('maison', 'retailer') and {SHOWN}
        """,
        store_id=store_id,
        slug=slug,
        language=language,
    )


async def in_store(conn: Conn, *, store_id: UUID, language: str) -> list[Listed]:
    """Every maison the store shows, by name, then the third-party brands of which it has a piece.

    Whose store of many maisons it is, is none of them.
    """
    return await many(
        conn,
        Listed,
        """
        select * from (
          select m.slug, m.name, m.segment, m.city, m.founded, m.theme, m.wordmark,
            coalesce(t.language, '') as language, coalesce(t.tagline, '') as tagline, false as brand
          from public_facts.store_maison s join public_facts.maison m on m.maison_id = s.maison_id
          join public_facts.store o on o.id = s.store_id and not (o.multi_brand and o.maison_id = s.maison_id)
          left join lateral (select x.language, x.tagline from public_facts.maison_text x
            where x.maison_id = m.maison_id
            order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t
            on true
          where s.store_id = %(store_id)s
          union all
          select b.slug, b.name, '', null, null, '{}', '', '', '', true
          from public_facts.store o join public_facts.brand b on b.maison_id = o.maison_id
          where o.id = %(store_id)s and o.multi_brand and exists (
            select 1 from public_facts.product p where p.maison_id = b.maison_id and p.brand_id = b.id)) l
        order by l.brand, l.slug collate "C"
        """,
        store_id=store_id,
        language=language,
    )


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How long a maison takes its pieces back, and whether in other countries than the one it sold in."""

    name: str
    return_days: int
    return_abroad: bool


async def taken_back(conn: Conn, *, store_id: UUID) -> list[TakenBack]:
    """Of every maison whose pieces the store sells, by name."""
    return await many(
        conn,
        TakenBack,
        """
        select m.name, t.return_days, t.return_abroad
        from public_facts.store_maison s
        join public_facts.maison m on m.maison_id = s.maison_id and m.kind = 'maison'
        join public_facts.return_terms t on t.maison_id = s.maison_id
        where s.store_id = %(store_id)s order by m.slug collate "C"
        """,
        store_id=store_id,
    )
