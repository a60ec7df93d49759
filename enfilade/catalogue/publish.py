"""From the catalogue to the published facts: what a client may see, and nothing of an unpublished piece or brand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many
from enfilade.catalogue.events import PiecesPublished
from enfilade.catalogue.reductions import TOLD_FOR, Past, lowest_before

#: Ids in one fact: who listens has so much to do at once.
PIECES_A_FACT = 500


@dataclass(frozen=True, slots=True)
class _Shown:
    product_id: UUID


async def take_turns(conn: Conn, *, maison_id: UUID) -> None:
    """Whoever changes the maison's catalogue waits here for the one before, and sees what it wrote."""
    await execute(
        conn,
        "select pg_advisory_xact_lock(hashtextextended('catalogue:' || %(maison_id)s::text, 0))",
        maison_id=maison_id,
    )


async def publish_products(
    conn: Conn, *, maison_id: UUID, now: datetime, product_ids: list[UUID] | None = None
) -> None:
    """Brings the published facts of these products, or of all, in line with the catalogue at `now`, and tells which changed.

    Belongs in the transaction that changed them; once an hour over all, for prices that begin by their date.
    """
    changed = sorted(await bring_in_line(conn, maison_id=maison_id, now=now, product_ids=product_ids))
    await facts.record(
        conn,
        maison_id=maison_id,
        now=now,
        facts=[
            PiecesPublished(maison_id, changed[start : start + PIECES_A_FACT])
            for start in range(0, len(changed), PIECES_A_FACT)
        ],
    )


async def bring_in_line(
    conn: Conn, *, maison_id: UUID, now: datetime, product_ids: list[UUID] | None = None
) -> set[UUID]:
    """The same without telling anybody; returns the products whose published facts changed."""
    which: dict[str, object] = {
        "maison_id": maison_id,
        "every": product_ids is None,
        "ids": product_ids or [],
    }
    rows = await _withdraw(conn, which)
    rows += await many(
        conn,
        _Shown,
        """
        insert into public_facts.product as shown (id, maison_id, slug, brand, brand_id, family, gender, made_in,
          engraving_letters_max, position,
          pictures, published_at, changed_at, kinds, models)
        select p.id, p.maison_id, p.slug, coalesce(b.name, p.brand), b.id, p.family, p.gender, p.made_in,
          p.engraving_letters_max, p.position,
          coalesce((select jsonb_agg(
            jsonb_build_object('name', i.name, 'source_url', i.source_url, 'alt', i.alt) || case when m.id is null then '{}'
              else jsonb_build_object('alts', m.alts, 'view', i.view, 'colour', i.colour, 'width', m.width, 'height', m.height,
                'focal_x', m.focal_x, 'focal_y', m.focal_y) end
            order by i.position) from catalogue.picture i
            left join public_facts.medium m on m.maison_id = i.maison_id and m.id = i.medium_id
            where i.maison_id = p.maison_id and i.product_id = p.id and (i.medium_id is null or m.id is not null)), '[]'),
          %(now)s, %(now)s,
          coalesce(p.kinds, f.kinds, public_facts.kinds_known(p.family)),
          coalesce((select jsonb_agg(jsonb_build_object('colour', k.colour, 'name', o.name) order by k.colour)
            from catalogue.model k join public_facts.original o on o.maison_id = k.maison_id and o.id = k.original_id
            where k.maison_id = p.maison_id and k.product_id = p.id), '[]')
        from catalogue.product p
        left join catalogue.brand b on b.maison_id = p.maison_id and lower(b.name) = lower(p.brand)
        left join catalogue.family_kinds f on f.maison_id = p.maison_id and f.family = lower(p.family)
        where p.maison_id = %(maison_id)s and p.published and (b.id is null or b.published_at is not null)
          and (%(every)s::boolean or p.id = any(%(ids)s::uuid[]))
        on conflict (id) do update set slug = excluded.slug, brand = excluded.brand, brand_id = excluded.brand_id,
          family = excluded.family,
          gender = excluded.gender, made_in = excluded.made_in,
          engraving_letters_max = excluded.engraving_letters_max, position = excluded.position,
          pictures = excluded.pictures, kinds = excluded.kinds, models = excluded.models,
          changed_at = excluded.changed_at
        where (shown.slug, shown.brand, shown.brand_id, shown.family, shown.gender, shown.made_in,
          shown.engraving_letters_max, shown.position, shown.pictures, shown.kinds, shown.models)
          is distinct from (excluded.slug, excluded.brand, excluded.brand_id, excluded.family, excluded.gender,
          excluded.made_in, excluded.engraving_letters_max, excluded.position, excluded.pictures, excluded.kinds,
          excluded.models)
        returning shown.id as product_id
        """,
        now=now,
        **which,
    )
    rows += await many(
        conn,
        _Shown,
        """
        insert into public_facts.product_text as shown (product_id, language, name, description, materials,
          care)
        select t.product_id, t.language, t.name, t.description, t.materials, t.care
        from catalogue.product_text t
        join public_facts.product p on p.maison_id = t.maison_id and p.id = t.product_id
        where t.maison_id = %(maison_id)s
          and (%(every)s::boolean or p.id = any(%(ids)s::uuid[]))
        on conflict (product_id, language) do update set name = excluded.name,
          description = excluded.description,
          materials = excluded.materials, care = excluded.care
        where shown is distinct from excluded
        returning shown.product_id
        """,
        **which,
    )
    rows += await many(
        conn,
        _Shown,
        """
        insert into public_facts.variant as shown (id, product_id, maison_id, sku, colour, size, options,
          position)
        select v.id, v.product_id, v.maison_id, v.sku, v.colour, v.size, v.options, v.position
        from catalogue.variant v
        join public_facts.product p on p.maison_id = v.maison_id and p.id = v.product_id
        where v.maison_id = %(maison_id)s
          and (%(every)s::boolean or p.id = any(%(ids)s::uuid[]))
        on conflict (id) do update set sku = excluded.sku, colour = excluded.colour, size = excluded.size,
          options = excluded.options, position = excluded.position
        where shown is distinct from excluded
        returning shown.product_id
        """,
        **which,
    )
    reduced = await _reduced(conn, which, now)
    rows += await many(
        conn,
        _Shown,
        """
        with priced as (
        insert into public_facts.price as shown (variant_id, market, currency, amount_minor, lowest_minor)
        select distinct on (r.variant_id, r.market) r.variant_id, r.market, r.currency, r.amount_minor, x.lowest_minor
        from catalogue.price r
        left join unnest(%(variants)s::uuid[], %(markets)s::text[], %(lowest)s::bigint[])
          as x(variant_id, market, lowest_minor) on x.variant_id = r.variant_id and x.market = r.market
        join catalogue.variant v on v.maison_id = r.maison_id and v.id = r.variant_id
        join public_facts.product p on p.maison_id = v.maison_id and p.id = v.product_id
        where r.maison_id = %(maison_id)s and r.valid_from <= %(now)s
          and (%(every)s::boolean or p.id = any(%(ids)s::uuid[]))
        order by r.variant_id, r.market, r.valid_from desc
        on conflict (variant_id, market) do update set currency = excluded.currency,
          amount_minor = excluded.amount_minor, lowest_minor = excluded.lowest_minor
        where shown is distinct from excluded
        returning shown.variant_id)
        select distinct v.product_id from priced r join catalogue.variant v
          on v.maison_id = %(maison_id)s and v.id = r.variant_id
        """,
        now=now,
        variants=[one.variant_id for one, _ in reduced],
        markets=[one.market for one, _ in reduced],
        lowest=[lowest for _, lowest in reduced],
        **which,
    )
    changed = {row.product_id for row in rows}
    await execute(
        conn,
        "update public_facts.product set changed_at = %(now)s where id = any(%(changed)s::uuid[]) and changed_at < %(now)s",
        changed=list(changed),
        now=now,
    )
    return changed


@dataclass(frozen=True, slots=True)
class _Lately:
    variant_id: UUID
    market: str
    history: str


async def _reduced(conn: Conn, which: dict[str, object], now: datetime) -> list[tuple[_Lately, int]]:
    """The prices that were reduced lately in the European Union, each with the lowest of the thirty days before."""
    found = await many(
        conn,
        _Lately,
        """
        select c.variant_id, c.market, (
          select json_agg(json_build_object('valid_from', h.valid_from, 'currency', h.currency, 'amount_minor', h.amount_minor))
          from catalogue.price h
          where h.maison_id = c.maison_id and h.variant_id = c.variant_id and h.market = c.market and h.valid_from <= %(now)s
        )::text as history
        from maisons.market k
        join catalogue.price c on c.maison_id = k.maison_id and c.market = k.code
        join catalogue.variant v on v.maison_id = c.maison_id and v.id = c.variant_id
        where k.maison_id = %(maison_id)s
          and exists (select 1 from unnest(k.countries) x(code) where public_facts.in_union(x.code))
          and c.valid_from > %(told_since)s and c.valid_from <= %(now)s
          and (%(every)s::boolean or v.product_id = any(%(ids)s::uuid[]))
          and exists (select 1 from catalogue.price b where b.maison_id = c.maison_id and b.variant_id = c.variant_id
            and b.market = c.market and b.valid_from < c.valid_from and b.amount_minor > c.amount_minor)
          and not exists (select 1 from catalogue.price b where b.maison_id = c.maison_id and b.variant_id = c.variant_id
            and b.market = c.market and b.valid_from > c.valid_from and b.valid_from <= %(now)s)
        """,
        now=now,
        told_since=now - TOLD_FOR,
        **which,
    )
    told = [(one, lowest_before(msgspec.json.decode(one.history, type=list[Past]), now)) for one in found]
    return [(one, lowest) for one, lowest in told if lowest is not None]


async def _withdraw(conn: Conn, which: dict[str, object]) -> list[_Shown]:
    return await many(
        conn,
        _Shown,
        """
        with hidden as materialized (
          select p.id from catalogue.product p
          where p.maison_id = %(maison_id)s and (not p.published or exists (
            select 1 from catalogue.brand b where b.maison_id = p.maison_id and lower(b.name) = lower(p.brand)
              and b.published_at is null))
          and (%(every)s::boolean or p.id = any(%(ids)s::uuid[]))
        ), variants as (
          delete from public_facts.variant v using hidden h where v.product_id = h.id returning v.id
        ), prices as (
          delete from public_facts.price r using variants v where r.variant_id = v.id
        ), texts as (
          delete from public_facts.product_text t using hidden h where t.product_id = h.id
        )
        delete from public_facts.product p using hidden h where p.id = h.id returning p.id as product_id
        """,
        **which,
    )
