"""What the editor offers to choose from: the pieces, pictures and maisons a story may show."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.editorial.pictures import UPLOAD
from enfilade.web.shared.assets import ASSETS, asset

PIECES_MAX = 1_500
UPLOADS_MAX = 300


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece by the last part of its address."""

    slug: str
    name: str
    maison: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its name, what it is called in the list, and where to look at it."""

    name: str
    address: str
    label: str


@dataclass(frozen=True, slots=True)
class _Picture:
    name: str
    file: str
    label: str


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
    """What the maison uploaded, the newest first; then those of the pieces by name, as far as they are here to be looked at."""
    found = await many(
        conn,
        _Picture,
        """
        (select %(upload)s || m.id as name, f.name as file,
          coalesce(nullif(m.alts ->> 'en', ''), (select min(w.value) from jsonb_each_text(m.alts) w)) as label
        from public_facts.medium m join lateral (select x.name from public_facts.medium_file x
          where x.medium_id = m.id and x.format = 'webp' order by x.width limit 1) f on true
        where m.maison_id = %(maison_id)s order by m.id desc limit %(most)s)
        union all
        (select distinct i.picture ->> 'name', '', i.picture ->> 'name'
        from public_facts.product p cross join lateral jsonb_array_elements(p.pictures) as i(picture)
        where i.picture ->> 'name' <> '' and (p.maison_id = %(maison_id)s or exists (
          select 1 from public_facts.store s join public_facts.store_maison k on k.store_id = s.id
          where s.maison_id = %(maison_id)s and s.multi_brand and k.maison_id = p.maison_id))
        order by 1)
        """,
        maison_id=maison_id,
        upload=UPLOAD,
        most=UPLOADS_MAX,
    )
    return [
        Picture(
            one.name,
            f"/media/{one.file}.webp" if one.file else asset(f"pictures/{one.name}-400.webp"),
            one.label,
        )
        for one in found
        if one.file or f"pictures/{one.name}-400.webp" in ASSETS
    ]
