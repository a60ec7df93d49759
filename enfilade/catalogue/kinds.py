"""Of what kinds a product is under law: said of the product itself, else of its family, else known by the family's name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many
from enfilade.catalogue.publish import publish_products, take_turns
from enfilade.maisons.laws import Kind

FAMILY_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Family:
    """A word of the maison's for its pieces, how many products have it, and of what kinds they are. `said`: by the maison."""

    family: str
    products: int
    kinds: list[Kind]
    said: bool


async def families_of(conn: Conn, *, maison_id: UUID) -> list[Family]:
    """The families of the maison's products, by name."""
    return await many(
        conn,
        Family,
        """
        select p.family, count(*)::integer as products,
          coalesce(min(f.kinds), public_facts.kinds_known(p.family)) as kinds, min(f.kinds) is not null as said
        from catalogue.product p
        left join catalogue.family_kinds f on f.maison_id = p.maison_id and f.family = lower(p.family)
        where p.maison_id = %(maison_id)s group by p.family order by lower(p.family), p.family
        """,
        maison_id=maison_id,
    )


async def set_family(
    conn: Conn, *, maison_id: UUID, family: str, kinds: list[Kind] | None, now: datetime
) -> None:
    """Says of what kinds a family's pieces are, [] for none; None: as its name tells. Publishes what changes."""
    await take_turns(conn, maison_id=maison_id)
    word = family.lower()[:FAMILY_CHARACTERS_MAX]
    if kinds is None:
        await execute(
            conn,
            "delete from catalogue.family_kinds where maison_id = %(maison_id)s and family = %(family)s",
            maison_id=maison_id,
            family=word,
        )
    else:
        await execute(
            conn,
            """
            insert into catalogue.family_kinds (maison_id, family, kinds) values (%(maison_id)s, %(family)s, %(kinds)s)
            on conflict on constraint one_answer_a_family do update set kinds = excluded.kinds
            """,
            maison_id=maison_id,
            family=word,
            kinds=sorted(set(kinds)),
        )
    touched = await many(
        conn,
        _Id,
        "select id from catalogue.product where maison_id = %(maison_id)s and lower(family) = %(family)s",
        maison_id=maison_id,
        family=word,
    )
    await publish_products(conn, maison_id=maison_id, product_ids=[row.id for row in touched], now=now)


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


@dataclass(frozen=True, slots=True)
class OfProduct:
    """A product whose kinds the maison has said of itself."""

    product_id: UUID
    slug: str
    kinds: list[Kind]


async def own_kinds(conn: Conn, *, maison_id: UUID) -> list[OfProduct]:
    """The products that are of other kinds than their family, by slug."""
    return await many(
        conn,
        OfProduct,
        """
        select id as product_id, slug, kinds from catalogue.product
        where maison_id = %(maison_id)s and kinds is not null order by slug collate "C"
        """,
        maison_id=maison_id,
    )


async def set_product(
    conn: Conn, *, maison_id: UUID, slugs: list[str], kinds: list[Kind] | None, now: datetime
) -> int:
    """Says of what kinds these products are, whatever their family; None: as their family. How many there are."""
    await take_turns(conn, maison_id=maison_id)
    touched = await many(
        conn,
        _Id,
        """
        update catalogue.product set kinds = %(kinds)s::text[], changed_at = %(now)s
        where maison_id = %(maison_id)s and slug = any(%(slugs)s::text[]) returning id
        """,
        maison_id=maison_id,
        slugs=slugs,
        kinds=None if kinds is None else sorted(set(kinds)),
        now=now,
    )
    await publish_products(conn, maison_id=maison_id, product_ids=[row.id for row in touched], now=now)
    return len(touched)
