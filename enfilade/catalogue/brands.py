"""The third-party brands of a store of many maisons: whose goods it sells, who sells in it, and what is said of them.

A piece belongs to the brand whose name it says, in capitals or not. Nothing of a brand is shown before it is published.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from psycopg import errors

from enfilade.base import audit
from enfilade.base.db import Conn, constraint, execute, many, scalar
from enfilade.base.ids import new_id
from enfilade.catalogue.publish import publish_products, take_turns
from enfilade.catalogue.slugs import slug_of
from enfilade.maisons.stores import show_own

#: On consignment the brand owns the goods and the store sells them; in a concession the brand itself sells.
Terms = Literal["consignment", "concession"]
BRANDS_MAX = 500
NAME_MAX = 80
COMPANY_MAX = 120
TEXT_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Brand:
    """What the store says of it; `texts` by language. The company owns the goods, or sells them: then it is named."""

    name: str
    terms: Terms
    company_name: str = ""
    company_city: str = ""
    company_country: str = ""
    company_number: str = ""
    texts: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Brand):
    """A brand of the store; `published_at` is None while nobody sees it, `pieces` those of its catalogue that say its name."""

    id: UUID
    slug: str
    published_at: datetime | None
    pieces: int


class NotAStore(Exception):
    """A maison shows its own pieces; only a store of many maisons has brands that are not its own."""

    def __init__(self) -> None:
        super().__init__("only a store of many maisons has brands of others")


class NoSuchBrand(Exception):
    """The store has no brand of this id."""


class BrandNameTaken(Exception):
    """Another brand of the store has this name, or one so like it that their addresses are the same."""

    def __init__(self, name: str) -> None:
        super().__init__(f"another brand is called {name}")
        self.name = name


class TooManyBrands(Exception):
    """The store has as many brands as it may have."""

    def __init__(self) -> None:
        super().__init__(f"a store has at most {BRANDS_MAX} brands")


class BrandRefused(Exception):
    """A brand cannot be kept like this; `faults` says of each field why."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in faults.items()))
        self.faults = faults


def faults(brand: Brand) -> dict[str, str]:
    """What is missing or too long, by field; nothing where it can be kept."""
    found: dict[str, str] = {}
    if not 1 <= len(brand.name) <= NAME_MAX or brand.name != brand.name.strip():
        found["name"] = f"Give it a name of up to {NAME_MAX} letters."
    if brand.terms not in ("consignment", "concession"):
        found["terms"] = "Say who sells: the store on consignment, or the brand itself."
    found |= {
        name: f"At most {COMPANY_MAX} letters."
        for name in ("company_name", "company_city", "company_number")
        if len(getattr(brand, name)) > COMPANY_MAX
    }
    if brand.company_country and not re.fullmatch(r"[A-Z]{2}", brand.company_country):
        found["company_country"] = "The two letters of the country: FR, IT."
    if brand.terms == "concession":
        needed = {
            "company_name": "Who sells must be told: the registered name.",
            "company_country": "Who sells must be told: the country of the company.",
            "company_number": "Who sells must be told: the number in its register.",
        }
        found |= {name: reason for name, reason in needed.items() if not getattr(brand, name)}
    found |= {
        f"text.{language}": f"At most {TEXT_MAX} letters."
        for language, text in brand.texts.items()
        if len(text) > TEXT_MAX
    }
    return found


async def keep(
    conn: Conn,
    *,
    maison_id: UUID,
    brand: Brand,
    now: datetime,
    brand_id: UUID | None = None,
    changed_by: UUID | None = None,
) -> UUID:
    """Writes a new brand, or this one anew; what is published already is shown so at once. Returns its id.

    Its address follows from its first name and stays. Raises NotAStore, NoSuchBrand, BrandNameTaken, TooManyBrands,
    BrandRefused.
    """
    if wrong := faults(brand):
        raise BrandRefused(wrong)
    if (
        await scalar(conn, "select kind from maisons.maison where maison_id = %(id)s", id=maison_id)
    ) != "retailer":
        raise NotAStore
    await take_turns(conn, maison_id=maison_id)
    known = await _brands(conn, maison_id, brand_id) if brand_id else []
    if brand_id and not known:
        raise NoSuchBrand
    number: int = await scalar(
        conn, "select count(*) from catalogue.brand where maison_id = %(maison_id)s", maison_id=maison_id
    )
    if not known and number >= BRANDS_MAX:
        raise TooManyBrands
    kept_id = known[0].id if known else new_id(now)
    try:
        async with conn.transaction():
            changed = await execute(
                conn,
                """
                insert into catalogue.brand as kept (maison_id, id, slug, name, terms, company_name, company_city,
                  company_country, company_number, texts, changed_at)
                values (%(maison_id)s, %(id)s, %(slug)s, %(name)s, %(terms)s, %(company_name)s, %(company_city)s,
                  %(company_country)s, %(company_number)s, %(texts)s::jsonb, %(now)s)
                on conflict (maison_id, id) do update set name = excluded.name, terms = excluded.terms,
                  company_name = excluded.company_name, company_city = excluded.company_city,
                  company_country = excluded.company_country, company_number = excluded.company_number,
                  texts = excluded.texts, changed_at = excluded.changed_at
                where (kept.name, kept.terms, kept.company_name, kept.company_city, kept.company_country,
                  kept.company_number, kept.texts) is distinct from (excluded.name, excluded.terms, excluded.company_name,
                  excluded.company_city, excluded.company_country, excluded.company_number, excluded.texts)
                """,
                maison_id=maison_id,
                id=kept_id,
                slug=slug_of(brand.name),
                name=brand.name,
                terms=brand.terms,
                company_name=brand.company_name,
                company_city=brand.company_city,
                company_country=brand.company_country,
                company_number=brand.company_number,
                texts=msgspec.json.encode({k: text for k, text in brand.texts.items() if text}).decode(),
                now=now,
            )
    except errors.UniqueViolation as error:
        if constraint(error) in ("brand_name_once", "brand_slug_once"):
            raise BrandNameTaken(brand.name) from None
        raise
    if changed:
        await _show(conn, maison_id, kept_id, {brand.name, *(one.name for one in known)}, now)
        await _told(conn, maison_id, changed_by, "keep_brand", kept_id, now)
    return kept_id


async def publish(
    conn: Conn, *, maison_id: UUID, brand_id: UUID, now: datetime, changed_by: UUID | None = None
) -> None:
    """Shows the brand and its published pieces in the store. Repeatable. Raises NoSuchBrand."""
    await _set(conn, maison_id, brand_id, now, changed_by, shown=True)


async def retire(
    conn: Conn, *, maison_id: UUID, brand_id: UUID, now: datetime, changed_by: UUID | None = None
) -> None:
    """Takes the brand and its pieces out of sight and sale; orders placed stay. Repeatable. Raises NoSuchBrand."""
    await _set(conn, maison_id, brand_id, now, changed_by, shown=False)


async def brands_of(conn: Conn, *, maison_id: UUID) -> list[Kept]:
    """All of the store's, by name."""
    return await _brands(conn, maison_id, None)


async def _set(
    conn: Conn, maison_id: UUID, brand_id: UUID, now: datetime, changed_by: UUID | None, *, shown: bool
) -> None:
    await take_turns(conn, maison_id=maison_id)
    known = await _brands(conn, maison_id, brand_id)
    if not known:
        raise NoSuchBrand
    if (known[0].published_at is not None) == shown:
        return
    await execute(
        conn,
        """
        update catalogue.brand set published_at = case when %(shown)s then %(now)s::timestamptz end
        where maison_id = %(maison_id)s and id = %(id)s
        """,
        maison_id=maison_id,
        id=brand_id,
        shown=shown,
        now=now,
    )
    if shown:
        await show_own(conn, maison_id=maison_id)
    await _show(conn, maison_id, brand_id, {known[0].name}, now)
    await _told(conn, maison_id, changed_by, "publish_brand" if shown else "retire_brand", brand_id, now)


async def _brands(conn: Conn, maison_id: UUID, brand_id: UUID | None) -> list[Kept]:
    return await many(
        conn,
        Kept,
        """
        select b.name, b.terms, b.company_name, b.company_city, b.company_country, b.company_number, b.texts, b.id, b.slug,
          b.published_at, coalesce(p.pieces, 0) as pieces
        from catalogue.brand b
        left join (select lower(brand) as name, count(*) as pieces from catalogue.product
          where maison_id = %(maison_id)s group by 1) p on p.name = lower(b.name)
        where b.maison_id = %(maison_id)s and (%(id)s::uuid is null or b.id = %(id)s)
        order by lower(b.name), b.id
        """,
        maison_id=maison_id,
        id=brand_id,
    )


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def _show(conn: Conn, maison_id: UUID, brand_id: UUID, names: set[str], now: datetime) -> None:
    """Brings what is published of the brand, and of the pieces that say one of its names, in line."""
    await execute(
        conn,
        """
        insert into public_facts.brand as shown
          (maison_id, id, slug, name, seller_name, seller_city, seller_country, seller_number, texts, published_at)
        select maison_id, id, slug, name,
          case when terms = 'concession' then company_name else '' end,
          case when terms = 'concession' then company_city else '' end,
          case when terms = 'concession' then company_country else '' end,
          case when terms = 'concession' then company_number else '' end, texts, published_at
        from catalogue.brand where maison_id = %(maison_id)s and id = %(id)s and published_at is not null
        on conflict (maison_id, id) do update set name = excluded.name, seller_name = excluded.seller_name,
          seller_city = excluded.seller_city, seller_country = excluded.seller_country,
          seller_number = excluded.seller_number, texts = excluded.texts
        where shown is distinct from excluded
        """,
        maison_id=maison_id,
        id=brand_id,
    )
    pieces = await many(
        conn,
        _Id,
        """
        select id from catalogue.product
        where maison_id = %(maison_id)s and lower(brand) in (select lower(n) from unnest(%(names)s::text[]) n)
        """,
        maison_id=maison_id,
        names=sorted(names),
    )
    if pieces:
        await publish_products(conn, maison_id=maison_id, product_ids=[piece.id for piece in pieces], now=now)
    await execute(
        conn,
        """
        delete from public_facts.brand s using catalogue.brand b
        where b.maison_id = %(maison_id)s and b.id = %(id)s and b.published_at is null
          and s.maison_id = b.maison_id and s.id = b.id
        """,
        maison_id=maison_id,
        id=brand_id,
    )


async def _told(
    conn: Conn, maison_id: UUID, staff_id: UUID | None, act: str, brand_id: UUID, now: datetime
) -> None:
    if staff_id is not None:
        await audit.record(
            conn,
            maison_id=maison_id,
            staff_id=staff_id,
            act=act,
            subject_kind="brand",
            subject_id=brand_id,
            now=now,
        )
