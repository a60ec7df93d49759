"""What everybody may read of a store's third-party brands: who they are, who sells their pieces, which pieces there are."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.catalogue.published import NAME_AND_PRICE, Piece


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand in a store. `language` is the one its text was found in, '' for none; `seller_name` is '' where the store sells."""

    id: UUID
    slug: str
    name: str
    seller_name: str
    seller_city: str
    seller_country: str
    seller_number: str
    language: str
    text: str
    pieces: int


async def brand(conn: Conn, *, maison_id: UUID, slug: str, language: str) -> Brand | None:
    """One of this store's, whether there is a piece of it today or not."""
    return await maybe(
        conn,
        Brand,
        """
        select b.id, b.slug, b.name, b.seller_name, b.seller_city, b.seller_country, b.seller_number,
          coalesce(t.language, '') as language, coalesce(t.text, '') as text,
          (select count(*) from public_facts.product p where p.maison_id = b.maison_id and p.brand_id = b.id) as pieces
        from public_facts.brand b
        join public_facts.maison m on m.maison_id = b.maison_id
        left join lateral (select x.key as language, x.value as text from jsonb_each_text(b.texts) x
          order by x.key = %(language)s desc, x.key = m.default_language desc, x.key limit 1) t on true
        where b.maison_id = %(maison_id)s and b.slug = %(slug)s
        """,
        maison_id=maison_id,
        slug=slug,
        language=language,
    )


async def pieces(
    conn: Conn, *, maison_id: UUID, brand_id: UUID, language: str, market: str, after: int, most: int
) -> list[Piece]:
    """Up to `most` of a brand's pieces after the first `after`, in the store's order."""
    return await many(
        conn,
        Piece,
        f"""
        select p.id, p.slug, p.family, p.brand, p.pictures, t.language, t.name, r.currency, r.from_minor
        from (select * from public_facts.product where maison_id = %(maison_id)s and brand_id = %(brand_id)s
          order by position, id limit %(most)s offset %(after)s) p
        join public_facts.maison m on m.maison_id = p.maison_id
        {NAME_AND_PRICE}
        order by p.position, p.id
        """,
        maison_id=maison_id,
        brand_id=brand_id,
        language=language,
        market=market,
        after=after,
        most=most,
    )
