"""Published pieces that miss something, in pages by handle."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, many


@dataclass(frozen=True, slots=True)
class Lacking:
    """A piece without a picture, or not told yet in some languages of the maison's markets."""

    id: UUID
    handle: str
    slug: str
    name: str
    no_picture: bool
    languages: list[str]


async def lacking(
    conn: Conn, *, maison_id: UUID, what: str, after: tuple[str, UUID], most: int
) -> list[Lacking]:
    """`what`: "picture", a language, or "" for anything."""
    return await many(
        conn,
        Lacking,
        """
        with language as (
          select distinct unnest(languages) as code from maisons.market where maison_id = %(maison_id)s
        )
        select p.id, p.handle, p.slug, coalesce(x.name, p.handle) as name, m.no_picture, m.languages
        from catalogue.product p
        cross join lateral (select not exists (select 1 from catalogue.picture g
            where g.maison_id = p.maison_id and g.product_id = p.id) as no_picture,
          array(select l.code from language l where not exists (select 1 from catalogue.product_text t
            where t.maison_id = p.maison_id and t.product_id = p.id and t.language = l.code)
            order by l.code) as languages) m
        left join lateral (select t.name from catalogue.product_text t
          where t.maison_id = p.maison_id and t.product_id = p.id
          order by (t.language = 'en') desc, t.language limit 1) x on true
        where p.maison_id = %(maison_id)s and p.published and (p.handle, p.id) > (%(handle)s, %(id)s::uuid)
          and (m.no_picture and %(what)s in ('', 'picture')
            or cardinality(m.languages) > 0 and %(what)s = '' or %(what)s = any(m.languages))
        order by p.handle, p.id limit %(most)s
        """,
        maison_id=maison_id,
        what=what,
        handle=after[0],
        id=after[1],
        most=most,
    )
