"""What passers-by see: the row of windows of a store on a day, and the window of one maison, as shown in a market at a moment."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from msgspec import convert
from msgspec.json import encode

from enfilade.base.db import Conn, many, maybe, scalar
from enfilade.catalogue.published import Piece
from enfilade.editorial.arranging import PLACES
from enfilade.editorial.scenes import Scene
from enfilade.maisons.published import SHOWN


@dataclass(frozen=True, slots=True)
class Window:
    """A maison's window. `scene` None: it composed none for now, so its line and its first pieces stand for it.

    `language` is the one its tagline was found in; `told` the title of the story its scene leads to, by language.
    """

    slug: str
    name: str
    kind: str
    segment: str
    theme: dict[str, Any]
    wordmark: str
    language: str
    tagline: str
    scene: Scene | None
    told: dict[str, str]
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class _Window:
    slug: str
    name: str
    kind: str
    segment: str
    theme: dict[str, Any]
    wordmark: str
    language: str
    tagline: str
    scene: Any
    told: dict[str, str]
    pieces: list[Any]


#: The scene of the maison `m` that began last, of those lit in the market now.
_LIT: LiteralString = """
    select x.content from public_facts.window x
    join public_facts.window_market k on k.window_id = x.id and k.market = %(market)s
      and k.shown_from <= %(now)s and (k.shown_until is null or k.shown_until > %(now)s)
    where x.maison_id = m.maison_id order by k.shown_from desc, x.id desc limit 1
"""
#: What the windows of `standing` (maison_id, place) hold: the scene of the moment, and its pieces or the first ones; of these
#: the ones that look different, among the first 128, since a maison may have any number. A maison shows its own, a retailer
#: those of the maisons in its store.
_WINDOWS: LiteralString = f"""
  select m.slug, m.name, m.kind, m.segment, m.theme, m.wordmark,
    coalesce(t.language, '') as language, coalesce(t.tagline, '') as tagline, w.content as scene,
    coalesce((select jsonb_object_agg(x.language, x.title) from public_facts.story y
      join public_facts.story_market k on k.story_id = y.id and k.market = %(market)s
        and k.shown_from <= %(now)s and (k.shown_until is null or k.shown_until > %(now)s)
      join public_facts.story_text x on x.story_id = y.id
      where y.slug = w.content ->> 'story' and y.maison_id = m.maison_id), '{{}}') as told,
    coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'slug', p.slug, 'family', p.family, 'brand', p.brand,
        'pictures', p.pictures, 'language', pt.language, 'name', pt.name, 'currency', r.currency, 'from_minor', r.from_minor)
        order by p.turn, p.position, p.id)
      from (
        select c.*, array_position(q.ids, c.id)::bigint as turn from public_facts.product c where c.id = any(q.ids)
        union all
        (select c.*, row_number() over (partition by c.pictures -> 0 ->> 'name' order by c.position, c.id) as turn
        from (select x.* from public_facts.product x where x.maison_id = m.maison_id and q.ids = '{{}}'
          order by x.position, x.id limit 128) c
        order by turn, c.position, c.id limit 3)
      ) p
      join lateral (select x.language, x.name from public_facts.product_text x where x.product_id = p.id
        order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) pt on true
      left join lateral (select c.currency, min(c.amount_minor) as from_minor from public_facts.variant v
        join public_facts.price c on c.variant_id = v.id and c.market = %(market)s
        where v.product_id = p.id group by c.currency limit 1) r on true), '[]') as pieces
  from standing d
  join public_facts.maison m on m.maison_id = d.maison_id
  left join lateral (select x.language, x.tagline from public_facts.maison_text x where x.maison_id = m.maison_id
    order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t on true
  cross join lateral (select coalesce(%(draft)s::jsonb, ({_LIT})) as content) w
  cross join lateral (select coalesce(array_agg(c.id order by o.turn), '{{}}') as ids
    from jsonb_array_elements_text(w.content -> 'pieces') with ordinality as o(slug, turn)
    join public_facts.product c on c.slug = o.slug and (c.maison_id = m.maison_id or m.kind = 'retailer' and exists (
      select 1 from public_facts.store_maison h join public_facts.store e on e.id = h.store_id and e.maison_id = m.maison_id
      where h.maison_id = c.maison_id))) q
  order by d.place
"""
_SCENE: LiteralString = f"select ({_LIT}) from public_facts.maison m where m.maison_id = %(maison_id)s"
#: In a maison's own store stands nobody but the maison, in one of many nobody but its guests.
_ROW: LiteralString = f"""
  with here as materialized (
    select h.maison_id from public_facts.store_maison h join public_facts.store o on o.id = h.store_id
    where o.id = %(store_id)s and o.multi_brand = (h.maison_id <> o.maison_id)),
  arranged as materialized (
    select a.shown_maison_id as maison_id, a.place from public_facts.arrangement a join here h on h.maison_id = a.shown_maison_id
    where a.store_id = %(store_id)s and a.market = %(market)s and not a.gone and a.day = (
      select max(b.day) from public_facts.arrangement b
      where b.store_id = %(store_id)s and b.market = %(market)s and b.day <= %(day)s)),
  standing as (
    select a.maison_id, a.place from arranged a
    union all
    (select h.maison_id, row_number() over (order by n.slug)
    from here h join public_facts.maison n on n.maison_id = h.maison_id
    where not exists (select 1 from arranged)
      and exists (select 1 from public_facts.product p where p.maison_id = h.maison_id)
    order by n.slug limit %(most)s))
{_WINDOWS}"""
_ONE: LiteralString = f"""
  with standing as (
    select m.maison_id, 1 as place from public_facts.maison m
    where m.slug = %(slug)s and ({SHOWN} or %(draft)s::jsonb is not null))
{_WINDOWS}"""


async def windows(
    conn: Conn, *, store_id: UUID, language: str, market: str, day: date, now: datetime
) -> list[Window]:
    """The store's windows as they are arranged for the day, else as they last were; where nobody is left of it, by name."""
    rows = await many(
        conn,
        _Window,
        _ROW,
        store_id=store_id,
        language=language,
        market=market,
        day=day,
        now=now,
        draft=None,
        most=PLACES,
    )
    return [convert(row, Window, from_attributes=True) for row in rows]


async def window(
    conn: Conn,
    *,
    store_id: UUID,
    slug: str,
    language: str,
    market: str,
    now: datetime,
    draft: Scene | None = None,
) -> Window | None:
    """The window of one maison that the store shows, or of the store itself; or how `draft` would look there."""
    row = await maybe(
        conn,
        _Window,
        _ONE,
        store_id=store_id,
        slug=slug,
        language=language,
        market=market,
        now=now,
        draft=None if draft is None else encode(draft).decode(),
    )
    return None if row is None else convert(row, Window, from_attributes=True)


async def scene(conn: Conn, *, maison_id: UUID, market: str, now: datetime) -> Scene | None:
    """What is lit in the maison's window, without its pieces; None while nothing is."""
    content = await scalar(conn, _SCENE, maison_id=maison_id, market=market, now=now)
    return None if content is None else convert(content, Scene)
