"""The pieces of a node or family of a maison, in its order or sorted as a visitor wishes."""

from typing import Literal, LiteralString

from enfilade.base.db import Conn, many
from enfilade.catalogue.published import NAME_AND_PRICE, Piece

Order = Literal["", "newest", "lowest", "highest"]
#: Among how many pieces one sorts: more are shown in the maison's order alone, whose page is read from an index.
SORTED_MAX = 5_000
#: A name in the address is enough to begin with.
_OF_MAISON: LiteralString = "(select z.maison_id from public_facts.maison z where z.slug = %(maison)s)"


async def pieces(
    conn: Conn,
    *,
    maison: str,
    language: str,
    market: str,
    gender: str,
    families: list[str],
    order: Order,
    after: int,
    most: int,
) -> list[Piece]:
    """Up to `most` pieces of a maison (its slug) after the first `after`; gender '' and no families leave that open.

    Unpriced ones stand last.
    """
    if order:
        return await many(
            conn,
            Piece,
            f"""
            select p.id, p.slug, p.family, p.brand, p.pictures, t.language, t.name, p.currency, p.from_minor
            from (
              select x.*, r.currency, r.from_minor from public_facts.product x
              left join lateral (select c.currency, min(c.amount_minor) as from_minor from public_facts.variant v
                join public_facts.price c on c.variant_id = v.id and c.market = %(market)s
                where v.product_id = x.id group by c.currency limit 1) r on true
              where x.maison_id = {_OF_MAISON} and (%(gender)s = '' or x.gender = %(gender)s)
                and (%(families)s::text[] = '{{}}' or x.family = any(%(families)s::text[]))
              order by case %(order)s when 'lowest' then r.from_minor when 'highest' then -r.from_minor end,
                case when %(order)s = 'newest' then x.published_at end desc nulls last, x.position, x.id
              limit %(most)s offset %(after)s) p
            join public_facts.maison m on m.maison_id = p.maison_id
            join lateral (select x.language, x.name from public_facts.product_text x where x.product_id = p.id
              order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t on true
            order by case %(order)s when 'lowest' then p.from_minor when 'highest' then -p.from_minor end,
              case when %(order)s = 'newest' then p.published_at end desc nulls last, p.position, p.id
            """,
            maison=maison,
            language=language,
            market=market,
            gender=gender,
            families=families,
            order=order,
            after=after,
            most=most,
        )
    one = families[0] if len(families) == 1 else ""
    return await many(
        conn,
        Piece,
        f"""
        select p.id, p.slug, p.family, p.brand, p.pictures, t.language, t.name, r.currency, r.from_minor
        from (
          -- One of the two is asked: each is read in its order from an index.
          (select * from public_facts.product where maison_id = {_OF_MAISON} and %(one)s = ''
            and (%(gender)s = '' or gender = %(gender)s)
            and (%(families)s::text[] = '{{}}' or family = any(%(families)s::text[]))
            order by position, id limit %(most)s offset %(after)s)
          union all
          (select * from public_facts.product where maison_id = {_OF_MAISON} and family = %(one)s and %(one)s <> ''
            and (%(gender)s = '' or gender = %(gender)s)
            order by position, id limit %(most)s offset %(after)s)) p
        join public_facts.maison m on m.maison_id = p.maison_id
        {NAME_AND_PRICE}
        order by p.position, p.id
        """,
        maison=maison,
        language=language,
        market=market,
        gender=gender,
        families=families,
        one=one,
        after=after,
        most=most,
    )
