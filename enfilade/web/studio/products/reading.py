"""What the screens of products read: products by what somebody types, uploads that could be chosen."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, many


@dataclass(frozen=True, slots=True)
class Listed:
    """A product with its first picture by name, and how many there are."""

    id: UUID
    handle: str
    name: str
    published: bool
    picture: str
    pictures: int


async def products(
    conn: Conn, *, maison_id: UUID, asked: str, after: tuple[str, UUID], most: int
) -> list[Listed]:
    """By handle; `asked`: letters of a name, a handle or an SKU, '' for all."""
    return await many(
        conn,
        Listed,
        """
        select p.id, p.handle, coalesce(x.name, p.handle) as name, p.published, coalesce(g.name, '') as picture,
          coalesce(g.pictures, 0)::integer as pictures
        from catalogue.product p
        left join lateral (select t.name from catalogue.product_text t
          where t.maison_id = p.maison_id and t.product_id = p.id
          order by (t.language = 'en') desc, t.language limit 1) x on true
        left join lateral (select i.name, count(*) over () as pictures from catalogue.picture i
          where i.maison_id = p.maison_id and i.product_id = p.id order by i.position limit 1) g on true
        where p.maison_id = %(maison_id)s and (p.handle, p.id) > (%(handle)s, %(id)s::uuid)
          and (%(asked)s = '' or position(lower(%(asked)s) in lower(p.handle)) > 0
            or exists (select 1 from catalogue.product_text t where t.maison_id = p.maison_id and t.product_id = p.id
              and position(lower(%(asked)s) in lower(t.name)) > 0)
            or exists (select 1 from catalogue.variant v where v.maison_id = p.maison_id and v.product_id = p.id
              and position(lower(%(asked)s) in lower(v.sku)) > 0))
        order by p.handle, p.id limit %(most)s
        """,
        maison_id=maison_id,
        asked=asked,
        handle=after[0],
        id=after[1],
        most=most,
    )


@dataclass(frozen=True, slots=True)
class Offered:
    """An upload that is published: its name, and what it shows."""

    id: UUID
    said: str


async def uploads(
    conn: Conn, *, maison_id: UUID, product_id: UUID, before: UUID | None, most: int
) -> list[Offered]:
    """The newest first, without those the product shows."""
    return await many(
        conn,
        Offered,
        """
        select m.id, coalesce(m.alts ->> 'en', (select min(w.value) from jsonb_each_text(m.alts) w)) as said
        from public_facts.medium m
        where m.maison_id = %(maison_id)s and (%(before)s::uuid is null or m.id < %(before)s::uuid)
          and not exists (select 1 from catalogue.picture i where i.maison_id = m.maison_id and i.medium_id = m.id
            and i.product_id = %(product_id)s)
        order by m.id desc limit %(most)s
        """,
        maison_id=maison_id,
        product_id=product_id,
        before=before,
        most=most,
    )
