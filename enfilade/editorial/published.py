"""What everybody may read of the stories: in a store, of a maison, of a piece; as they are shown in a market at a moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import convert

from enfilade.base.db import Conn, many, maybe
from enfilade.editorial.blocks import Content, Picture


@dataclass(frozen=True, slots=True)
class Teaser:
    """A story in a list; `language` is the one its texts were found in."""

    slug: str
    maison_slug: str
    maison_name: str
    theme: dict[str, Any]
    wordmark: str
    language: str
    title: str
    standfirst: str
    cover: Picture
    published_at: datetime


@dataclass(frozen=True, slots=True)
class _Teaser:
    slug: str
    maison_slug: str
    maison_name: str
    theme: dict[str, Any]
    wordmark: str
    language: str
    title: str
    standfirst: str
    cover: Any
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Title:
    """A story to choose from a list."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Told:
    """A story on its own page, with its maison."""

    id: UUID
    slug: str
    maison_id: UUID
    maison_slug: str
    maison_name: str
    maison_kind: str
    theme: dict[str, Any]
    wordmark: str
    content: Content
    published_at: datetime
    changed_at: datetime
    others: list[Teaser]


@dataclass(frozen=True, slots=True)
class _Told:
    id: UUID
    slug: str
    maison_id: UUID
    maison_slug: str
    maison_name: str
    maison_kind: str
    theme: dict[str, Any]
    wordmark: str
    content: Any
    published_at: datetime
    changed_at: datetime
    others: list[Any]


async def story(
    conn: Conn, *, store_id: UUID, slug: str, language: str, market: str, now: datetime, others: int
) -> Told | None:
    """A story that the store shows in this market now, and up to `others` more: of its maison first, then of the store."""
    row = await maybe(
        conn,
        _Told,
        """
        with seen as materialized (
          select s.* from public_facts.story s
          join public_facts.story_market k on k.story_id = s.id and k.market = %(market)s
            and k.shown_from <= %(now)s and (k.shown_until is null or k.shown_until > %(now)s)
          where exists (select 1 from public_facts.store_maison m where m.store_id = %(store_id)s
              and m.maison_id = s.maison_id)
            or exists (select 1 from public_facts.store o where o.id = %(store_id)s and o.maison_id = s.maison_id)
        ), told as (
          select * from seen where slug = %(slug)s
        )
        select t.id, t.slug, t.maison_id, m.slug as maison_slug, m.name as maison_name, m.kind as maison_kind, m.theme,
          m.wordmark, t.content, t.published_at, t.changed_at,
          coalesce((select jsonb_agg(to_jsonb(q)) from (
            select o.slug, n.slug as maison_slug, n.name as maison_name, n.theme, n.wordmark, x.language, x.title,
              x.standfirst, coalesce(o.content -> 'cover', '{}') as cover, o.published_at
            from seen o join public_facts.maison n on n.maison_id = o.maison_id
            join lateral (select * from public_facts.story_text y where y.story_id = o.id
              order by y.language = %(language)s desc, y.language = o.content ->> 'language' desc, y.language limit 1) x
              on true
            where o.id <> t.id
            order by o.maison_id = t.maison_id desc, o.published_at desc, o.id limit %(others)s) q), '[]') as others
        from told t join public_facts.maison m on m.maison_id = t.maison_id
        """,
        store_id=store_id,
        slug=slug,
        language=language,
        market=market,
        now=now,
        others=others,
    )
    return None if row is None else convert(row, Told, from_attributes=True)


async def stories(
    conn: Conn,
    *,
    store_id: UUID,
    language: str,
    market: str,
    now: datetime,
    most: int,
    after: int = 0,
    maison_slug: str = "",
    piece: str = "",
) -> list[Teaser]:
    """What a store tells in a market now, the last published first: all, one maison's, or those that show a piece.

    A store tells its own stories and those of the maisons shown in it.
    """
    rows = await many(
        conn,
        _Teaser,
        """
        select s.slug, m.slug as maison_slug, m.name as maison_name, m.theme, m.wordmark, t.language, t.title,
          t.standfirst, coalesce(s.content -> 'cover', '{}') as cover, s.published_at
        from (
          select s.* from public_facts.story s
          join public_facts.story_market k on k.story_id = s.id and k.market = %(market)s
            and k.shown_from <= %(now)s and (k.shown_until is null or k.shown_until > %(now)s)
          join public_facts.maison n on n.maison_id = s.maison_id
          where (%(maison_slug)s = '' or n.slug = %(maison_slug)s) and (%(piece)s = '' or s.pieces @> array[%(piece)s::text])
            and (exists (select 1 from public_facts.store_maison m where m.store_id = %(store_id)s
                and m.maison_id = s.maison_id)
              or exists (select 1 from public_facts.store o where o.id = %(store_id)s and o.maison_id = s.maison_id))
          order by s.published_at desc, s.id limit %(most)s offset %(after)s) s
        join public_facts.maison m on m.maison_id = s.maison_id
        join lateral (select x.language, x.title, x.standfirst from public_facts.story_text x where x.story_id = s.id
          order by x.language = %(language)s desc, x.language = s.content ->> 'language' desc, x.language limit 1) t
          on true
        order by s.published_at desc, s.id
        """,
        store_id=store_id,
        language=language,
        market=market,
        now=now,
        maison_slug=maison_slug,
        piece=piece,
        most=most,
        after=after,
    )
    return [convert(row, Teaser, from_attributes=True) for row in rows]


async def told_by(conn: Conn, *, maison_id: UUID, language: str) -> list[Title]:
    """The published stories of one maison by address and title, the last published first."""
    return await many(
        conn,
        Title,
        """
        select s.slug, t.title from public_facts.story s
        join lateral (select x.title from public_facts.story_text x where x.story_id = s.id
          order by x.language = %(language)s desc, x.language = s.content ->> 'language' desc, x.language limit 1) t on true
        where s.maison_id = %(maison_id)s order by s.published_at desc, s.id limit 200
        """,
        maison_id=maison_id,
        language=language,
    )
