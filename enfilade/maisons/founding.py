"""Founding a maison, and saying later who it is: name, segment, theme, wordmark, texts in its languages."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from psycopg import errors

from enfilade.base import facts
from enfilade.base.db import Conn, constraint, execute, scalar
from enfilade.maisons.events import MaisonPublished

Kind = Literal["maison", "retailer", "group"]


@dataclass(frozen=True, slots=True)
class Maison:
    """A tenant: a maison, a retailer, or the group. `theme` holds style properties, `wordmark` an SVG."""

    slug: str
    name: str
    kind: Kind
    segment: str
    default_language: str
    founded: int | None = None
    city: str | None = None
    theme: dict[str, object] = field(default_factory=dict[str, object])
    wordmark: str = ""


@dataclass(frozen=True, slots=True)
class MaisonText:
    """How the maison introduces itself in one language."""

    language: str
    tagline: str
    story: str


class SlugTaken(Exception):
    """Another tenant answers at this address."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"“{slug}” is the address of another maison; choose another slug")
        self.slug = slug


async def id_of(conn: Conn, *, slug: str) -> UUID | None:
    """The maison at this address, read from what is published: nobody need be declared."""
    return await scalar(conn, "select maison_id from public_facts.maison where slug = %(slug)s", slug=slug)


async def slugs(conn: Conn) -> list[str]:
    """Every maison's address, in order, for those who mistyped one."""
    found = await scalar(
        conn, "select coalesce(array_agg(slug order by slug collate \"C\"), '{}') from public_facts.maison"
    )
    assert isinstance(found, list)
    return [str(slug) for slug in found]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


async def found(
    conn: Conn, *, maison_id: UUID, maison: Maison, texts: list[MaisonText], now: datetime
) -> None:
    """Writes the maison and publishes it, in the caller's transaction as `maison_id`. Safe to repeat.

    A first founding gives it the default policy. Texts in languages not given are kept. Raises SlugTaken.
    """
    try:
        async with conn.transaction():
            await _write(conn, maison_id, maison, now)
    except errors.UniqueViolation as error:
        if constraint(error) == "maison_slug_once":
            raise SlugTaken(maison.slug) from None
        raise
    await execute(
        conn,
        """
        insert into maisons.maison_text as kept (maison_id, language, tagline, story)
        select %(maison_id)s, t.language, t.tagline, t.story
        from jsonb_to_recordset(%(texts)s::jsonb) as t(language text, tagline text, story text)
        on conflict (maison_id, language) do update set tagline = excluded.tagline, story = excluded.story
        where (kept.tagline, kept.story) is distinct from (excluded.tagline, excluded.story)
        """,
        maison_id=maison_id,
        texts=msgspec.json.encode(texts).decode(),
    )
    await execute(
        conn,
        """
        insert into maisons.policy (maison_id, changed_at) values (%(maison_id)s, %(now)s)
        on conflict (maison_id) do nothing
        """,
        maison_id=maison_id,
        now=now,
    )
    if await publish(conn, maison_id=maison_id):
        await facts.record(conn, maison_id=maison_id, now=now, facts=[MaisonPublished(maison_id)])


async def _write(conn: Conn, maison_id: UUID, maison: Maison, now: datetime) -> None:
    await execute(
        conn,
        """
        insert into maisons.maison as kept
          (maison_id, slug, name, kind, segment, founded, city, default_language, theme, wordmark, created_at)
        values (%(maison_id)s, %(slug)s, %(name)s, %(kind)s, %(segment)s, %(founded)s, %(city)s,
          %(default_language)s,
          %(theme)s::jsonb, %(wordmark)s, %(now)s)
        on conflict (maison_id) do update set slug = excluded.slug, name = excluded.name,
          kind = excluded.kind,
          segment = excluded.segment, founded = excluded.founded, city = excluded.city,
          default_language = excluded.default_language, theme = excluded.theme, wordmark = excluded.wordmark
        where (kept.slug, kept.name, kept.kind, kept.segment, kept.founded, kept.city,
          kept.default_language, kept.theme,
          kept.wordmark) is distinct from (excluded.slug, excluded.name, excluded.kind, excluded.segment,
          excluded.founded,
          excluded.city, excluded.default_language, excluded.theme, excluded.wordmark)
        """,
        maison_id=maison_id,
        slug=maison.slug,
        name=maison.name,
        kind=maison.kind,
        segment=maison.segment,
        founded=maison.founded,
        city=maison.city,
        default_language=maison.default_language,
        theme=msgspec.json.encode(maison.theme).decode(),
        wordmark=maison.wordmark,
        now=now,
    )


async def publish(conn: Conn, *, maison_id: UUID) -> int:
    """Puts what the maison is before everybody; how many of its published rows changed."""
    changed = await execute(
        conn,
        """
        insert into public_facts.maison as shown
          (maison_id, slug, name, kind, segment, founded, city, default_language, theme, wordmark)
        select maison_id, slug, name, kind, segment, founded, city, default_language, theme, wordmark
        from maisons.maison where maison_id = %(maison_id)s
        on conflict (maison_id) do update set slug = excluded.slug, name = excluded.name,
          kind = excluded.kind,
          segment = excluded.segment, founded = excluded.founded, city = excluded.city,
          default_language = excluded.default_language, theme = excluded.theme, wordmark = excluded.wordmark
        where shown is distinct from excluded
        """,
        maison_id=maison_id,
    )
    changed += await execute(
        conn,
        """
        insert into public_facts.maison_text as shown (maison_id, language, tagline, story)
        select maison_id, language, tagline, story from maisons.maison_text where maison_id = %(maison_id)s
        on conflict (maison_id, language) do update set tagline = excluded.tagline, story = excluded.story
        where shown is distinct from excluded
        """,
        maison_id=maison_id,
    )
    await execute(
        conn,
        """
        insert into public_facts.promise_terms (maison_id, hold_minutes, as_of_limit_minutes, collect_days,
          delivery_days_min, delivery_days_max, pieces_per_line_max)
        select maison_id, hold_minutes, as_of_limit_minutes, collect_days, delivery_days_min,
          delivery_days_max,
          pieces_per_line_max
        from maisons.policy where maison_id = %(maison_id)s
        on conflict (maison_id) do nothing
        """,
        maison_id=maison_id,
    )
    return changed
