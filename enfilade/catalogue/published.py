"""What everybody may read of the pieces: names, prices in a market, sizes and colours, pictures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from msgspec import convert

from enfilade.base.db import Conn, maybe
from enfilade.base.money import Money
from enfilade.maisons.published import SHOWN

#: Of a piece `p` of the maison `m`: its name in the reader's language (`t`), its lowest price in the market (`r`).
NAME_AND_PRICE: LiteralString = """
        join lateral (select x.language, x.name from public_facts.product_text x where x.product_id = p.id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t on true
        left join lateral (select c.currency, min(c.amount_minor) as from_minor from public_facts.variant v
          join public_facts.price c on c.variant_id = v.id and c.market = %(market)s
          where v.product_id = p.id group by c.currency limit 1) r on true"""


@dataclass(frozen=True, slots=True)
class Variant:
    """One size and colour of a piece; `amount_minor` is None where the market has no price for it.

    `lowest_minor`: the lowest price of the thirty days before a reduction, where there is one and the law asks for it.
    `sendable`: the law lets a parcel with it reach the market from some place that has it.
    """

    id: UUID
    colour: str
    size: str
    currency: str | None
    amount_minor: int | None
    lowest_minor: int | None = None
    sendable: bool = True

    @property
    def lowest(self) -> Money | None:
        """The lowest price of the thirty days before its reduction."""
        if self.lowest_minor is None or self.currency is None:
            return None
        return Money(self.lowest_minor, self.currency)

    @property
    def price(self) -> Money | None:
        """What it costs in the market asked for."""
        if self.amount_minor is None or self.currency is None:
            return None
        return Money(self.amount_minor, self.currency)


@dataclass(frozen=True, slots=True)
class City:
    """Where the maison has boutiques: their middle, and the number of one that can be called, '' for none."""

    name: str
    latitude: float
    longitude: float
    phone: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A product in a list or a window, with the lowest price of its variants."""

    id: UUID
    slug: str
    family: str
    brand: str
    pictures: list[Any]
    language: str
    name: str
    currency: str | None
    from_minor: int | None

    @property
    def price(self) -> Money | None:
        """The lowest price of its variants."""
        return (
            None
            if self.from_minor is None or self.currency is None
            else Money(self.from_minor, self.currency)
        )


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made it with others; `slug` and `wordmark` are '' of an artist."""

    name: str
    slug: str
    wordmark: str


@dataclass(frozen=True, slots=True)
class MadeTogether:
    """The collaboration a piece is of. `sold_here`: in this store and market, today; `sold_from`: here, but not yet."""

    name: str
    makers: list[Maker]
    sold_here: bool
    sold_from: datetime | None


@dataclass(frozen=True, slots=True)
class Product:
    """A piece on its own page, with its maison. `language` is the one its texts were found in.

    `engraving_letters_max` is 0 for a piece that is not engraved. `models`: [{colour, name}], what of it is uploaded in three
    dimensions. `retailer`: it is a store's own, of the brand at `brand_slug`, if any, and sold by `seller_name`, '' where the
    store itself sells. `tried`: by appointment, somewhere.
    """

    id: UUID
    maison_id: UUID
    slug: str
    brand: str
    family: str
    gender: str
    made_in: str
    engraving_letters_max: int
    pictures: list[Any]
    models: list[Any]
    published_at: datetime
    language: str
    name: str
    description: str
    materials: str
    care: str
    variants: list[Variant]
    maison_slug: str
    maison_name: str
    maison_theme: dict[str, Any]
    maison_wordmark: str
    cities: list[City]
    sisters: list[Piece]
    quota_pieces_max: int | None
    retailer: bool
    brand_slug: str
    seller_name: str
    seller_city: str
    seller_country: str
    seller_number: str
    together: MadeTogether | None
    tried: bool = False


@dataclass(frozen=True, slots=True)
class _Product:
    id: UUID
    maison_id: UUID
    slug: str
    brand: str
    family: str
    gender: str
    made_in: str
    engraving_letters_max: int
    pictures: list[Any]
    models: list[Any]
    published_at: datetime
    language: str
    name: str
    description: str
    materials: str
    care: str
    variants: list[Any]
    maison_slug: str
    maison_name: str
    maison_theme: dict[str, Any]
    maison_wordmark: str
    cities: list[Any]
    sisters: list[Any]
    quota_pieces_max: int | None
    retailer: bool
    brand_slug: str
    seller_name: str
    seller_city: str
    seller_country: str
    seller_number: str
    together: Any
    tried: bool


async def product(conn: Conn, *, store_id: UUID, slug: str, language: str, market: str) -> Product | None:
    """Everything its page in the store says except availability, in one statement; texts fall back to the maison's language."""
    row = await maybe(
        conn,
        _Product,
        f"""
        select p.id, p.maison_id, p.slug, p.brand, p.family, p.gender, p.made_in, p.engraving_letters_max, p.pictures,
          p.models, p.published_at,
          t.language, t.name, t.description, t.materials, t.care,
          m.slug as maison_slug, m.name as maison_name, m.theme as maison_theme, m.wordmark as maison_wordmark,
          coalesce((select jsonb_agg(jsonb_build_object('id', v.id, 'colour', v.colour, 'size', v.size,
              'currency', r.currency, 'amount_minor', r.amount_minor, 'lowest_minor', r.lowest_minor,
              'sendable', cardinality(p.kinds) = 0 or public_facts.sendable(p.maison_id, v.id, p.kinds, %(market)s))
              order by v.position, v.id)
            from public_facts.variant v
            left join public_facts.price r on r.variant_id = v.id and r.market = %(market)s
              and public_facts.may_be_sold(p.id, %(store_id)s, %(market)s, now())
            where v.product_id = p.id), '[]') as variants,
          coalesce((select jsonb_agg(to_jsonb(c) order by c.name) from (
            select b.city as name, avg(b.latitude) as latitude, avg(b.longitude) as longitude,
              coalesce(min(b.phone) filter (where b.phone <> ''), '') as phone
            from public_facts.boutique b where b.maison_id = p.maison_id and b.kind = 'boutique'
            group by b.city) c), '[]') as cities,
          coalesce((select jsonb_agg(to_jsonb(s)) from (
            select o.id, o.slug, o.family, o.brand, o.pictures, ot.language, ot.name, r.currency, r.from_minor
            from (
              -- Three of its family and three to go with it, among the first of each: a maison may have any number of pieces.
              select d.*, row_number() over (partition by d.family = p.family order by
                  coalesce(d.pictures -> 0 ->> 'name' = p.pictures -> 0 ->> 'name', false), d.likeness, d.position, d.id)
                as turn
              from (select c.*,
                  row_number() over (partition by c.family, c.pictures -> 0 ->> 'name' order by c.position, c.id) as likeness
              from ((select x.* from public_facts.product x
                  where x.maison_id = p.maison_id and x.family = p.family and x.id <> p.id
                    and x.brand_id is not distinct from p.brand_id
                  order by x.position, x.id limit 64)
                union all
                (select x.* from public_facts.product x where x.maison_id = p.maison_id and x.family <> p.family
                    and x.brand_id is not distinct from p.brand_id
                  order by x.position, x.id limit 64)) c) d) o
            join lateral (select x.language, x.name from public_facts.product_text x where x.product_id = o.id
              order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) ot
              on true
            left join lateral (select c.currency, min(c.amount_minor) as from_minor from public_facts.variant v
              join public_facts.price c on c.variant_id = v.id and c.market = %(market)s
              where v.product_id = o.id group by c.currency limit 1) r on true
            where o.turn <= 3
            order by o.family = p.family desc, o.turn) s), '[]') as sisters,
          (select q.pieces_max from public_facts.quota q where q.product_id = p.id) as quota_pieces_max,
          m.kind = 'retailer' as retailer, coalesce(h.slug, '') as brand_slug, coalesce(h.seller_name, '') as seller_name,
          coalesce(h.seller_city, '') as seller_city, coalesce(h.seller_country, '') as seller_country,
          coalesce(h.seller_number, '') as seller_number,
          (select jsonb_build_object('name', coalesce(c.name, ''),
              'sold_here', public_facts.may_be_sold(p.id, %(store_id)s, %(market)s, now()),
              'sold_from', case when (x.stores is null or %(store_id)s = any(x.stores)) and lower(x.sold) > now()
                and (x.markets is null or %(market)s = any(x.markets)) then lower(x.sold) end,
              'makers', coalesce((select jsonb_agg(jsonb_build_object('name', coalesce(n.name, e.value ->> 'name'),
                  'slug', coalesce(n.slug, ''), 'wordmark', coalesce(n.wordmark, '')) order by e.number)
                from jsonb_array_elements(c.partners) with ordinality as e (value, number)
                left join public_facts.maison n on n.maison_id = (e.value ->> 'maison_id')::uuid), '[]'))
            from public_facts.exclusive x left join public_facts.collaboration c on c.id = x.collaboration_id
            where x.product_id = p.id) as together,
          exists (select 1 from public_facts.appointments_at x where x.maison_id = p.maison_id and x.tries) as tried
        from public_facts.product p
        join public_facts.maison m on m.maison_id = p.maison_id
        join lateral (select x.language, x.name, x.description, x.materials, x.care
          from public_facts.product_text x where x.product_id = p.id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t on true
        left join public_facts.brand h on h.maison_id = p.maison_id and h.id = p.brand_id
        where p.slug = %(slug)s and {SHOWN}
        """,
        store_id=store_id,
        slug=slug,
        language=language,
        market=market,
    )
    if row is None:
        return None
    return Product(
        row.id,
        row.maison_id,
        row.slug,
        row.brand,
        row.family,
        row.gender,
        row.made_in,
        row.engraving_letters_max,
        row.pictures,
        row.models,
        row.published_at,
        row.language,
        row.name,
        row.description,
        row.materials,
        row.care,
        convert(row.variants, list[Variant]),
        row.maison_slug,
        row.maison_name,
        row.maison_theme,
        row.maison_wordmark,
        convert(row.cities, list[City]),
        convert(row.sisters, list[Piece]),
        row.quota_pieces_max,
        row.retailer,
        row.brand_slug,
        row.seller_name,
        row.seller_city,
        row.seller_country,
        row.seller_number,
        convert(row.together, MadeTogether) if row.together else None,
        row.tried,
    )
