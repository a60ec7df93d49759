"""Writing products in batches: new ones added, changed ones changed, what stood already left alone."""

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many, one
from enfilade.base.ids import new_id
from enfilade.catalogue.entries import PictureEntry, ProductEntry, RefusedEntry
from enfilade.catalogue.matching import KnownVariant, Match, match, merged
from enfilade.catalogue.publish import publish_products, take_turns
from enfilade.catalogue.slugs import product_slug


@dataclass(frozen=True, slots=True)
class Upserted:
    """How many products are new, changed or were the same; `variant_ids` by (handle, option key)."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    variants_new: int = 0
    prices_changed: int = 0
    refused: list[RefusedEntry] = field(default_factory=list[RefusedEntry])
    variant_ids: dict[tuple[str, str], UUID] = field(default_factory=dict[tuple[str, str], UUID])


@dataclass(frozen=True, slots=True)
class _Ground:
    slug: str
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class _KnownProduct:
    id: UUID
    handle: str


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


@dataclass(frozen=True, slots=True)
class _Resolved:
    id: UUID
    fresh: bool
    entry: ProductEntry
    matches: list[tuple[UUID, Match]]


async def upsert_products(
    conn: Conn, *, maison_id: UUID, source: str, products: list[ProductEntry], now: datetime
) -> Upserted:
    """Writes the products, known by (source, handle), and publishes what changed, in one transaction.

    Variants are known by SKU, else by their options; one that a file no longer mentions stays. A price is
    appended only where it differs from the one in force. What cannot be taken is returned in `refused`.
    """
    refused: list[RefusedEntry] = []
    entries = merged(products, refused)
    await take_turns(conn, maison_id=maison_id)
    ground = await one(
        conn,
        _Ground,
        """
        select m.slug, m.name, coalesce((select p.position from public_facts.product p
          where p.maison_id = m.maison_id order by p.position desc limit 1), 0) as position
        from maisons.maison m where m.maison_id = %(maison_id)s
        """,
        maison_id=maison_id,
    )
    resolved = await _resolve(conn, maison_id, source, entries, refused, now)
    fresh = await _insert_products(conn, maison_id, source, [r for r in resolved if r.fresh], ground, now)
    touched = set(fresh)
    touched |= await _update_products(conn, maison_id, [r for r in resolved if not r.fresh], now)
    touched |= await _write_texts(conn, maison_id, resolved)
    variants_new, variants_touched = await _write_variants(conn, maison_id, resolved)
    prices_changed, prices_touched = await _write_prices(conn, maison_id, resolved, now)
    touched |= variants_touched | prices_touched
    touched |= await _write_pictures(conn, maison_id, resolved)
    if touched:
        await publish_products(conn, maison_id=maison_id, product_ids=list(touched), now=now)
    return Upserted(
        new=len(fresh),
        changed=len(touched - fresh),
        unchanged=len(resolved) - len(touched),
        variants_new=variants_new,
        prices_changed=prices_changed,
        refused=refused,
        variant_ids={
            (product.entry.handle, found.key): variant_id
            for product in resolved
            for variant_id, found in product.matches
        },
    )


async def _resolve(
    conn: Conn,
    maison_id: UUID,
    source: str,
    entries: list[ProductEntry],
    refused: list[RefusedEntry],
    now: datetime,
) -> list[_Resolved]:
    known_products = await many(
        conn,
        _KnownProduct,
        """
        select id, handle from catalogue.product
        where maison_id = %(maison_id)s and source = %(source)s and handle = any(%(handles)s::text[])
        """,
        maison_id=maison_id,
        source=source,
        handles=[entry.handle for entry in entries],
    )
    ids = {product.handle: product.id for product in known_products}
    skus = [variant.sku for entry in entries for variant in entry.variants if variant.sku is not None]
    known_variants = await many(
        conn,
        KnownVariant,
        """
        select v.id, v.product_id, p.source, p.handle, v.option_key, v.sku
        from (
          select id from catalogue.variant
          where maison_id = %(maison_id)s and product_id = any(%(product_ids)s::uuid[])
          union
          select id from catalogue.variant where maison_id = %(maison_id)s and sku = any(%(skus)s::text[])
        ) asked
        join catalogue.variant v on v.maison_id = %(maison_id)s and v.id = asked.id
        join catalogue.product p on p.maison_id = v.maison_id and p.id = v.product_id
        """,
        maison_id=maison_id,
        product_ids=list(ids.values()),
        skus=skus,
    )
    of_product: defaultdict[UUID, list[KnownVariant]] = defaultdict(list)
    by_sku: dict[str, KnownVariant] = {}
    for variant in known_variants:
        of_product[variant.product_id].append(variant)
        if variant.sku is not None:
            by_sku[variant.sku] = variant
    resolved: list[_Resolved] = []
    for entry in entries:
        product_id = ids.get(entry.handle)
        if product_id is None and not any(text.name for text in entry.texts):
            refused += [
                RefusedEntry(
                    line, "name", "", "a new piece without a name", "give it a name in one language at least"
                )
                for line in sorted({entry.line, *(variant.line for variant in entry.variants)})
            ]
            continue
        matches = match(entry, of_product[product_id] if product_id else [], by_sku, source, refused)
        if product_id is None and entry.variants and not matches:
            continue  # every variant was refused, with its reason: no empty product remains
        resolved.append(
            _Resolved(
                product_id or new_id(now),
                product_id is None,
                entry,
                [(found.known.id if found.known else new_id(now), found) for found in matches],
            )
        )
    return resolved


async def _insert_products(
    conn: Conn, maison_id: UUID, source: str, fresh: list[_Resolved], ground: _Ground, now: datetime
) -> set[UUID]:
    waiting = {
        product.id: {
            "id": product.id,
            "handle": product.entry.handle,
            "slug": product_slug(ground.slug, product.entry.handle),
            "brand": product.entry.brand or ground.name,
            "family": product.entry.family or "",
            "gender": product.entry.gender or "",
            "made_in": product.entry.made_in or "",
            "engraving": product.entry.engraving_letters_max or 0,
            "published": product.entry.published is not False,
            "kinds": product.entry.kinds,
            "position": ground.position + number,
        }
        for number, product in enumerate(fresh, 1)
    }
    # A slug may be taken by another source's product, or by one nobody here may see: then it gets a tail.
    for tail in (False, True):
        if not waiting:
            break
        if tail:
            for row in waiting.values():
                row["slug"] = f"{row['slug']}-{str(row['id'])[-6:]}"
        written = await many(
            conn,
            _Id,
            """
            insert into catalogue.product (maison_id, id, source, handle, slug, brand, family, gender,
            made_in,
              engraving_letters_max, published, position, changed_at, kinds)
            select %(maison_id)s, g.id, %(source)s, g.handle, g.slug, g.brand, g.family, g.gender, g.made_in,
              g.engraving, g.published, g.position, %(now)s, g.kinds
            from jsonb_to_recordset(%(rows)s::jsonb) as g(id uuid, handle text, slug text, brand text,
            family text,
              gender text, made_in text, engraving smallint, published boolean, position integer, kinds text[])
            on conflict on constraint product_slug_once do nothing
            returning id
            """,
            maison_id=maison_id,
            source=source,
            rows=_json(list(waiting.values())),
            now=now,
        )
        for row in written:
            del waiting[row.id]
    assert not waiting, "a slug with six random characters is taken"
    return {product.id for product in fresh}


async def _update_products(
    conn: Conn, maison_id: UUID, standing: list[_Resolved], now: datetime
) -> set[UUID]:
    rows = [
        {
            "id": product.id,
            "brand": product.entry.brand,
            "family": product.entry.family,
            "gender": product.entry.gender,
            "made_in": product.entry.made_in,
            "engraving": product.entry.engraving_letters_max,
            "published": product.entry.published,
            "kinds": product.entry.kinds,
        }
        for product in standing
    ]
    changed = await many(
        conn,
        _Id,
        """
        update catalogue.product p set brand = coalesce(g.brand, p.brand), family = coalesce(g.family,
          p.family),
          gender = coalesce(g.gender, p.gender), made_in = coalesce(g.made_in, p.made_in),
          engraving_letters_max = coalesce(g.engraving, p.engraving_letters_max),
          published = coalesce(g.published, p.published), kinds = coalesce(g.kinds, p.kinds), changed_at = %(now)s
        from jsonb_to_recordset(%(rows)s::jsonb)
          as g(id uuid, brand text, family text, gender text, made_in text, engraving smallint,
            published boolean, kinds text[])
        where p.maison_id = %(maison_id)s and p.id = g.id
          and (p.brand, p.family, p.gender, p.made_in, p.engraving_letters_max, p.published, p.kinds)
          is distinct from (coalesce(g.brand, p.brand),
            coalesce(g.family, p.family), coalesce(g.gender, p.gender), coalesce(g.made_in, p.made_in),
            coalesce(g.engraving, p.engraving_letters_max), coalesce(g.published, p.published),
            coalesce(g.kinds, p.kinds))
        returning p.id
        """,
        maison_id=maison_id,
        rows=_json(rows),
        now=now,
    )
    return {row.id for row in changed}


async def _write_texts(conn: Conn, maison_id: UUID, resolved: list[_Resolved]) -> set[UUID]:
    rows: list[dict[str, object]] = []
    for product in resolved:
        # Words in a language without a name there stand under the name the piece has elsewhere.
        name = next((text.name for text in product.entry.texts if text.name), None)
        rows.extend(
            {"id": product.id, **asdict(text), "name_elsewhere": name} for text in product.entry.texts
        )
    changed = await many(
        conn,
        _Id,
        """
        insert into catalogue.product_text as kept (maison_id, product_id, language, name, description,
          materials, care)
        select %(maison_id)s, g.id, g.language, coalesce(g.name, k.name, g.name_elsewhere),
          coalesce(g.description, k.description, ''), coalesce(g.materials, k.materials, ''),
          coalesce(g.care, k.care, '')
        from jsonb_to_recordset(%(rows)s::jsonb) as g(id uuid, language text, name text, description text,
          materials text, care text, name_elsewhere text)
        left join catalogue.product_text k
          on k.maison_id = %(maison_id)s and k.product_id = g.id and k.language = g.language
        where coalesce(g.name, k.name, g.name_elsewhere) is not null
        on conflict (maison_id, product_id, language) do update set name = excluded.name,
          description = excluded.description, materials = excluded.materials, care = excluded.care
        where kept is distinct from excluded
        returning kept.product_id as id
        """,
        maison_id=maison_id,
        rows=_json(rows),
    )
    return {row.id for row in changed}


async def _write_variants(conn: Conn, maison_id: UUID, resolved: list[_Resolved]) -> tuple[int, set[UUID]]:
    rows = [
        {
            "id": variant_id,
            "product_id": product.id,
            "option_key": found.key,
            "options": found.entry.options,
            "sku": found.entry.sku,
            "barcode": found.entry.barcode,
            "colour": found.entry.options.get("colour", ""),
            "size": found.entry.options.get("size", ""),
            "position": position,
        }
        for product in resolved
        for position, (variant_id, found) in enumerate(product.matches)
    ]
    # Variants that exchange their options pass through a key of their own, so that no two ever share one.
    moving = [
        variant_id
        for product in resolved
        for variant_id, found in product.matches
        if found.known is not None and found.known.option_key != found.key
    ]
    if moving:
        await execute(
            conn,
            """
            update catalogue.variant set option_key = '~' || id::text
            where maison_id = %(maison_id)s and id = any(%(moving)s::uuid[])
            """,
            maison_id=maison_id,
            moving=moving,
        )
    changed = await many(
        conn,
        _KnownProductOfVariant,
        """
        insert into catalogue.variant as kept
          (maison_id, id, product_id, option_key, options, sku, barcode, colour, size, position)
        select %(maison_id)s, g.id, g.product_id, g.option_key, g.options, coalesce(g.sku, k.sku),
          coalesce(g.barcode, k.barcode, ''), g.colour, g.size, coalesce(k.position, g.position)
        from jsonb_to_recordset(%(rows)s::jsonb) as g(id uuid, product_id uuid, option_key text,
          options jsonb, sku text,
          barcode text, colour text, size text, position integer)
        left join catalogue.variant k on k.maison_id = %(maison_id)s and k.id = g.id
        on conflict (maison_id, id) do update set option_key = excluded.option_key,
          options = excluded.options,
          sku = excluded.sku, barcode = excluded.barcode, colour = excluded.colour, size = excluded.size
        where kept is distinct from excluded
        returning kept.product_id, kept.xmax = 0 as fresh
        """,
        maison_id=maison_id,
        rows=_json(rows),
    )
    return sum(row.fresh for row in changed), {row.product_id for row in changed}


@dataclass(frozen=True, slots=True)
class _KnownProductOfVariant:
    product_id: UUID
    fresh: bool


async def _write_prices(
    conn: Conn, maison_id: UUID, resolved: list[_Resolved], now: datetime
) -> tuple[int, set[UUID]]:
    product_of: dict[UUID, UUID] = {}
    rows: dict[tuple[UUID, str], dict[str, object]] = {}
    for product in resolved:
        for variant_id, found in product.matches:
            product_of[variant_id] = product.id
            for price in found.entry.prices:
                rows[variant_id, price.market] = {
                    "id": variant_id,
                    "market": price.market,
                    "currency": price.currency,
                    "amount_minor": price.amount_minor,
                }
    changed = await many(
        conn,
        _Id,
        """
        insert into catalogue.price (maison_id, variant_id, market, valid_from, currency, amount_minor)
        select %(maison_id)s, g.id, g.market, %(now)s, g.currency, g.amount_minor
        from jsonb_to_recordset(%(rows)s::jsonb) as g(id uuid, market text, currency text,
          amount_minor bigint)
        left join lateral (
          select p.currency, p.amount_minor from catalogue.price p
          where p.maison_id = %(maison_id)s and p.variant_id = g.id and p.market = g.market
          and p.valid_from <= %(now)s
          order by p.valid_from desc limit 1) k on true
        where (k.currency, k.amount_minor) is distinct from (g.currency, g.amount_minor)
        on conflict (maison_id, variant_id, market, valid_from)
          do update set currency = excluded.currency, amount_minor = excluded.amount_minor
        returning variant_id as id
        """,
        maison_id=maison_id,
        rows=_json(list(rows.values())),
        now=now,
    )
    return len(changed), {product_of[row.id] for row in changed}


@dataclass(frozen=True, slots=True)
class _KnownPicture:
    product_id: UUID
    position: int
    name: str
    source_url: str
    alt: str


async def _write_pictures(conn: Conn, maison_id: UUID, resolved: list[_Resolved]) -> set[UUID]:
    """Those told of stand after the uploads somebody chose (see `album`), which no import touches."""
    told = {product.id: product.entry for product in resolved if product.entry.pictures}
    known = await many(
        conn,
        _KnownPicture,
        """
        select product_id, position, name, source_url, alt from catalogue.picture
        where maison_id = %(maison_id)s and product_id = any(%(ids)s::uuid[]) and medium_id is null
        order by product_id, position
        """,
        maison_id=maison_id,
        ids=list(told),
    )
    standing: defaultdict[UUID, list[PictureEntry]] = defaultdict(list)
    for picture in known:
        standing[picture.product_id].append(PictureEntry(picture.name, picture.source_url, picture.alt))
    changed: dict[UUID, list[PictureEntry]] = {}
    for product_id, entry in told.items():
        pictures = [*standing[product_id], *entry.pictures] if entry.more_pictures else entry.pictures
        by_address = {(picture.name, picture.source_url): picture for picture in reversed(pictures)}
        wanted = list(reversed(by_address.values()))
        if wanted != standing[product_id]:
            changed[product_id] = wanted
    if not changed:
        return set()
    await execute(
        conn,
        """
        delete from catalogue.picture
        where maison_id = %(maison_id)s and product_id = any(%(ids)s::uuid[]) and medium_id is null
        """,
        maison_id=maison_id,
        ids=list(changed),
    )
    rows = [
        {"id": product_id, "position": position, **asdict(picture)}
        for product_id, pictures in changed.items()
        for position, picture in enumerate(pictures, 1)
    ]
    await execute(
        conn,
        """
        insert into catalogue.picture (maison_id, product_id, position, name, source_url, alt)
        select %(maison_id)s, g.id, g.position + coalesce((select max(u.position) from catalogue.picture u
          where u.maison_id = %(maison_id)s and u.product_id = g.id and u.medium_id is not null), 0), g.name, g.source_url, g.alt
        from jsonb_to_recordset(%(rows)s::jsonb)
          as g(id uuid, position integer, name text, source_url text, alt text)
        """,
        maison_id=maison_id,
        rows=_json(rows),
    )
    return set(changed)


def _json(rows: object) -> str:
    return msgspec.json.encode(rows).decode()
