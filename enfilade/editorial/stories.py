"""A story from its beginning: the draft, written by several people who do not overwrite each other, and its versions."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg import errors

from enfilade.base.db import Conn, constraint, execute, many, maybe, scalar
from enfilade.base.ids import new_id
from enfilade.editorial.blocks import Content, Fault, StoryRefused, plain, read
from enfilade.editorial.pictures import with_uploads


@dataclass(frozen=True, slots=True)
class Story:
    """A story as its writers see it. `revision` says which draft this is; `published_version` None: nobody else sees it."""

    id: UUID
    slug: str
    revision: int
    drafted_at: datetime
    published_version: int | None
    published_at: datetime | None
    versions: int
    draft: Content


@dataclass(frozen=True, slots=True)
class _Story:
    id: UUID
    slug: str
    revision: int
    drafted_at: datetime
    published_version: int | None
    published_at: datetime | None
    versions: int
    draft: Any


@dataclass(frozen=True, slots=True)
class Listed:
    """A story in the list of its writers; `changed`: the draft differs from what is published."""

    id: UUID
    slug: str
    title: dict[str, str]
    language: str
    drafted_at: datetime
    published_version: int | None
    markets: list[str]
    changed: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A draft as it was kept once."""

    number: int
    kept_at: datetime
    kept_by: str
    title: dict[str, str]


class NoSuchStory(Exception):
    """The maison has no story, or the story no version, of this name."""

    def __init__(self, what: object) -> None:
        super().__init__(f"there is no {what} here")


class StoryAddressTaken(Exception):
    """Another story has this address."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"another story is called “{slug}” in its address; give this one another name")
        self.slug = slug


class DraftChangedMeanwhile(Exception):
    """Somebody saved the draft after the writer had opened it."""

    def __init__(self, revision: int) -> None:
        super().__init__("A colleague saved this story after you had opened it.")
        self.revision = revision


def slug_of(maison_slug: str, title: str) -> str:
    """`{maison}-{title}` in the letters an address has; a title without any is called story."""
    folded = "".join(
        c for c in unicodedata.normalize("NFKD", title) if not unicodedata.combining(c)
    ).casefold()
    words = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:80].strip("-")
    return f"{maison_slug}-{words or 'story'}"


async def begin(
    conn: Conn,
    *,
    maison_id: UUID,
    title: str,
    language: str,
    now: datetime,
    begun_by: UUID | None = None,
    slug: str = "",
) -> UUID:
    """A new draft with a title. Its address is made of the maison's name and the title, once.

    Raises StoryRefused, StoryAddressTaken.
    """
    if not title.strip():
        raise StoryRefused([Fault(0, "title", "a story begins with a title", language)])
    content = read({"language": language, "title": {language: title.strip()}})
    maison_slug: str = await scalar(
        conn, "select slug from maisons.maison where maison_id = %(maison_id)s", maison_id=maison_id
    )
    story_id = new_id(now)
    called = slug or slug_of(maison_slug, title)
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                insert into editorial.story (maison_id, id, slug, draft, drafted_at, drafted_by, begun_at)
                values (%(maison_id)s, %(id)s, %(slug)s, %(draft)s::jsonb, %(now)s, %(by)s, %(now)s)
                """,
                maison_id=maison_id,
                id=story_id,
                slug=called,
                draft=msgspec.json.encode(content).decode(),
                by=begun_by,
                now=now,
            )
    except errors.UniqueViolation as error:
        if constraint(error) == "story_slug_once":
            raise StoryAddressTaken(called) from None
        raise
    return story_id


async def write(
    conn: Conn,
    *,
    maison_id: UUID,
    story_id: UUID,
    draft: Content,
    seen: int,
    now: datetime,
    written_by: UUID | None = None,
) -> int:
    """Saves the draft and returns its revision; an unchanged one keeps its own. `seen` is the revision it was written on.

    Raises StoryRefused, NoSuchStory, DraftChangedMeanwhile.
    """
    draft = await with_uploads(conn, maison_id=maison_id, content=read(plain(draft)))
    revision: int | None = await scalar(
        conn,
        "select revision from editorial.story where maison_id = %(maison_id)s and id = %(id)s for update",
        maison_id=maison_id,
        id=story_id,
    )
    if revision is None:
        raise NoSuchStory("story")
    if revision != seen:
        raise DraftChangedMeanwhile(revision)
    written = await execute(
        conn,
        """
        update editorial.story set draft = %(draft)s::jsonb, revision = revision + 1, drafted_at = %(now)s,
          drafted_by = %(by)s
        where maison_id = %(maison_id)s and id = %(id)s and draft <> %(draft)s::jsonb
        """,
        maison_id=maison_id,
        id=story_id,
        draft=msgspec.json.encode(draft).decode(),
        by=written_by,
        now=now,
    )
    return revision + written


async def story(conn: Conn, *, maison_id: UUID, story_id: UUID) -> Story:
    """One story with its draft. Raises NoSuchStory."""
    row = await maybe(
        conn,
        _Story,
        """
        select s.id, s.slug, s.revision, s.drafted_at, s.published_version, s.published_at, s.draft,
          (select count(*) from editorial.version v where v.maison_id = s.maison_id and v.story_id = s.id) as versions
        from editorial.story s where s.maison_id = %(maison_id)s and s.id = %(id)s
        """,
        maison_id=maison_id,
        id=story_id,
    )
    if row is None:
        raise NoSuchStory("story")
    return Story(
        row.id,
        row.slug,
        row.revision,
        row.drafted_at,
        row.published_version,
        row.published_at,
        row.versions,
        msgspec.convert(row.draft, Content),
    )


async def stories(conn: Conn, *, maison_id: UUID, most: int = 200) -> list[Listed]:
    """The maison's stories, the last written first."""
    return await many(
        conn,
        Listed,
        """
        select s.id, s.slug, coalesce(s.draft -> 'title', '{}') as title, s.draft ->> 'language' as language,
          s.drafted_at, s.published_version,
          coalesce((select array_agg(c.market order by c.market) from editorial.schedule c
            where c.maison_id = s.maison_id and c.story_id = s.id), '{}') as markets,
          coalesce(s.draft <> (select v.content from editorial.version v where v.maison_id = s.maison_id
            and v.story_id = s.id and v.number = s.published_version), false) as changed
        from editorial.story s where s.maison_id = %(maison_id)s
        order by s.drafted_at desc, s.id limit %(most)s
        """,
        maison_id=maison_id,
        most=most,
    )


async def keep(
    conn: Conn, *, maison_id: UUID, story_id: UUID, now: datetime, kept_by: UUID | None = None
) -> int:
    """Keeps the draft as a version and returns its number; the last version's, where nothing has changed since.

    Raises NoSuchStory.
    """
    number: int | None = await scalar(
        conn,
        """
        with draft as materialized (
          select maison_id, id, draft from editorial.story
          where maison_id = %(maison_id)s and id = %(id)s for update
        ), last as (
          select v.number, v.content from editorial.version v
          where v.maison_id = %(maison_id)s and v.story_id = %(id)s order by v.number desc limit 1
        ), kept as (
          insert into editorial.version (maison_id, story_id, number, content, kept_at, kept_by)
          select d.maison_id, d.id, coalesce((select number from last), 0) + 1, d.draft, %(now)s, %(by)s from draft d
          where d.draft is distinct from (select content from last)
          returning number
        )
        select coalesce((select number from kept), (select l.number from last l, draft d)) as number
        """,
        maison_id=maison_id,
        id=story_id,
        now=now,
        by=kept_by,
    )
    if number is None:
        raise NoSuchStory("story")
    return number


async def versions(conn: Conn, *, maison_id: UUID, story_id: UUID) -> list[Version]:
    """Those kept, the last first."""
    return await many(
        conn,
        Version,
        """
        select v.number, v.kept_at, coalesce(p.name, '') as kept_by, coalesce(v.content -> 'title', '{}') as title
        from editorial.version v left join staff.person p on p.maison_id = v.maison_id and p.id = v.kept_by
        where v.maison_id = %(maison_id)s and v.story_id = %(story_id)s order by v.number desc
        """,
        maison_id=maison_id,
        story_id=story_id,
    )


async def version(conn: Conn, *, maison_id: UUID, story_id: UUID, number: int) -> Content:
    """What a version says. Raises NoSuchStory."""
    content = await scalar(
        conn,
        """
        select content from editorial.version
        where maison_id = %(maison_id)s and story_id = %(story_id)s and number = %(number)s
        """,
        maison_id=maison_id,
        story_id=story_id,
        number=number,
    )
    if content is None:
        raise NoSuchStory(f"version {number}")
    return msgspec.convert(content, Content)


async def go_back(
    conn: Conn,
    *,
    maison_id: UUID,
    story_id: UUID,
    number: int,
    now: datetime,
    written_by: UUID | None = None,
) -> int:
    """The draft is again what a version was; what stood there is kept as a version first. Returns the revision.

    What is published stays as it is. Raises NoSuchStory.
    """
    content = await version(conn, maison_id=maison_id, story_id=story_id, number=number)
    await keep(conn, maison_id=maison_id, story_id=story_id, now=now, kept_by=written_by)
    found = await story(conn, maison_id=maison_id, story_id=story_id)
    return await write(
        conn,
        maison_id=maison_id,
        story_id=story_id,
        draft=content,
        seen=found.revision,
        now=now,
        written_by=written_by,
    )
