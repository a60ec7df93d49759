"""What the API tells of maisons. Published facts only."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from enfilade.base.db import Conn, many


@dataclass(frozen=True, slots=True)
class Row:
    """A maison with where it sells."""

    id: UUID
    slug: str
    name: str
    segment: str
    founded: int | None
    city: str | None
    default_language: str
    tagline: str
    stores: list[str]
    markets: list[Any]


async def maisons(conn: Conn, *, language: str, after: str, most: int) -> list[Row]:
    """Maisons and retailers by slug."""
    return await many(
        conn,
        Row,
        """
        select m.maison_id as id, m.slug, m.name, m.segment, m.founded, m.city, m.default_language,
          coalesce(t.tagline, '') as tagline,
          array(select s.slug from public_facts.store s where s.maison_id = m.maison_id or exists (
              select 1 from public_facts.store_maison x where x.store_id = s.id and x.maison_id = m.maison_id)
            order by s.slug collate "C") as stores,
          coalesce((select jsonb_agg(jsonb_build_object('code', k.code, 'countries', k.countries, 'currency', k.currency,
              'languages', k.languages, 'prices_include_tax', k.prices_include_tax) order by k.code collate "C")
            from public_facts.market k where k.maison_id = m.maison_id), '[]') as markets
        from public_facts.maison m
        left join lateral (select x.tagline from public_facts.maison_text x where x.maison_id = m.maison_id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t on true
        where m.kind in ('maison', 'retailer') and m.slug collate "C" > %(after)s
        order by m.slug collate "C" limit %(most)s
        """,
        language=language,
        after=after,
        most=most,
    )
