"""What the editor offers to choose from: the pieces, pictures and maisons a story may show."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.editorial.publishing import pictures_there
from enfilade.web.shared.assets import ASSETS, asset

PIECES_MAX = 1_500


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece by the last part of its address."""

    slug: str
    name: str
    maison: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its name, and where to look at it."""

    name: str
    address: str


async def pieces(conn: Conn, *, maison_id: UUID, language: str) -> list[Piece]:
    """By name; of a retailer those of every maison in its store."""
    return await many(
        conn,
        Piece,
        """
        select p.slug, t.name, m.name as maison
        from public_facts.product p join public_facts.maison m on m.maison_id = p.maison_id
        join lateral (select x.name from public_facts.product_text x where x.product_id = p.id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t on true
        where p.maison_id = %(maison_id)s or exists (
          select 1 from public_facts.store s join public_facts.store_maison k on k.store_id = s.id
          where s.maison_id = %(maison_id)s and s.multi_brand and k.maison_id = p.maison_id)
        order by m.name, p.position, p.id limit %(most)s
        """,
        maison_id=maison_id,
        language=language,
        most=PIECES_MAX,
    )


async def pictures(conn: Conn, *, maison_id: UUID) -> list[Picture]:
    """By name, those that are here to be looked at."""
    names = sorted(await pictures_there(conn, maison_id=maison_id))
    return [
        Picture(name, asset(f"pictures/{name}-400.webp"))
        for name in names
        if f"pictures/{name}-400.webp" in ASSETS
    ]
