"""A maison's uploaded pictures: taken in, described, published once they say what they show, removed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from enfilade.base import jobs
from enfilade.base.db import Conn, execute, many, maybe, one, scalar
from enfilade.base.ids import new_id

MAKE = "media.make"
ALT_MAX = 300


class NothingSaid(Exception):
    """A picture must say what it shows in one language at least: for who cannot see it, and for search engines."""


class AltTooLong(Exception):
    """What a picture shows is said in a sentence: up to ALT_MAX characters. The message names the language."""


@dataclass(frozen=True, slots=True)
class File:
    """A size that exists: `name` is the SHA-256 of its bytes."""

    width: int
    format: str
    name: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A picture as the studio sees it. `state`: waiting (`steps_done` of `steps` sizes are made), made or refused (`refusal`).

    `focal_x`, `focal_y`: what must stay in sight when it is cropped, as shares of width and height from the top left.
    """

    id: UUID
    upload: str
    file_name: str
    state: str
    refusal: str
    steps_done: int
    steps: int
    master: str
    width: int
    height: int
    focal_x: float
    focal_y: float
    uploaded_at: datetime
    alts: dict[str, str] = field(default_factory=dict[str, str])
    files: list[File] = field(default_factory=list[File])

    @property
    def alt(self) -> str:
        """What it shows, in English where that is said; '' where nothing is."""
        return self.alts.get("en") or next(iter(self.alts.values()), "")


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    upload: str
    file_name: str
    state: str
    refusal: str
    steps_done: int
    steps: int
    master: str
    width: int
    height: int
    focal_x: float
    focal_y: float
    uploaded_at: datetime
    alts: dict[str, Any]
    files: list[Any]


async def take_in(
    conn: Conn, *, maison_id: UUID, upload: str, file_name: str, staff_id: UUID | None, now: datetime
) -> UUID:
    """A picture whose bytes lie there already, called `upload`; a job makes its sizes. The same bytes are the same picture."""
    picture_id = new_id(now)
    made = await scalar(
        conn,
        """
        insert into media.picture (maison_id, id, upload, file_name, uploaded_at, uploaded_by)
        values (%(maison_id)s, %(id)s, %(upload)s, %(file_name)s, %(now)s, %(staff_id)s)
        on conflict on constraint upload_once do nothing returning id
        """,
        maison_id=maison_id,
        id=picture_id,
        upload=upload,
        file_name=file_name[:200],
        staff_id=staff_id,
        now=now,
    )
    if made is not None:
        await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job(MAKE, {"picture_id": picture_id})])
        return picture_id
    known = await scalar(
        conn,
        "select id from media.picture where maison_id = %(maison_id)s and upload = %(upload)s",
        maison_id=maison_id,
        upload=upload,
    )
    assert isinstance(known, UUID)
    return known


async def pictures_of(
    conn: Conn, *, maison_id: UUID, before: tuple[datetime, UUID] | None, most: int
) -> list[Uploaded]:
    """The newest first, those before `before`."""
    rows = await many(
        conn,
        _Row,
        """
        select p.id, p.upload, p.file_name, p.state, p.refusal, p.steps_done, p.steps, p.master, p.width, p.height,
          p.focal_x, p.focal_y, p.uploaded_at, p.alts,
          coalesce((select jsonb_agg(jsonb_build_object('width', f.width, 'format', f.format, 'name', f.name)
            order by f.width, f.format) from media.file f
            where f.maison_id = p.maison_id and f.picture_id = p.id), '[]') as files
        from media.picture p
        where p.maison_id = %(maison_id)s
          and (%(at)s::timestamptz is null or (p.uploaded_at, p.id) < (%(at)s::timestamptz, %(id)s::uuid))
        order by p.uploaded_at desc, p.id desc limit %(most)s
        """,
        maison_id=maison_id,
        at=before[0] if before else None,
        id=before[1] if before else None,
        most=most,
    )
    return [_uploaded(row) for row in rows]


async def picture(conn: Conn, *, maison_id: UUID, picture_id: UUID) -> Uploaded | None:
    """One of them."""
    row = await maybe(
        conn,
        _Row,
        """
        select p.id, p.upload, p.file_name, p.state, p.refusal, p.steps_done, p.steps, p.master, p.width, p.height,
          p.focal_x, p.focal_y, p.uploaded_at, p.alts,
          coalesce((select jsonb_agg(jsonb_build_object('width', f.width, 'format', f.format, 'name', f.name)
            order by f.width, f.format) from media.file f
            where f.maison_id = p.maison_id and f.picture_id = p.id), '[]') as files
        from media.picture p where p.maison_id = %(maison_id)s and p.id = %(id)s
        """,
        maison_id=maison_id,
        id=picture_id,
    )
    return _uploaded(row) if row else None


def _uploaded(row: _Row) -> Uploaded:
    return msgspec.convert(row, Uploaded, from_attributes=True)


async def record_file(
    conn: Conn, *, maison_id: UUID, picture_id: UUID, file: File, steps_done: int, steps: int
) -> None:
    """One size is made; made again it is the same."""
    await execute(
        conn,
        """
        with kept as (
          insert into media.file (maison_id, picture_id, width, format, name)
          values (%(maison_id)s, %(picture_id)s, %(width)s, %(format)s, %(name)s)
          on conflict (maison_id, picture_id, width, format) do update set name = excluded.name
        )
        update media.picture set steps_done = %(done)s, steps = %(steps)s
        where maison_id = %(maison_id)s and id = %(picture_id)s and state = 'waiting'
        """,
        maison_id=maison_id,
        picture_id=picture_id,
        width=file.width,
        format=file.format,
        name=file.name,
        done=steps_done,
        steps=steps,
    )


async def finish(
    conn: Conn, *, maison_id: UUID, picture_id: UUID, master: str, width: int, height: int
) -> None:
    """Every size is made; published at once where it says already what it shows."""
    await execute(
        conn,
        """
        update media.picture set state = 'made', master = %(master)s, width = %(width)s, height = %(height)s,
          steps_done = steps
        where maison_id = %(maison_id)s and id = %(picture_id)s and state = 'waiting'
        """,
        maison_id=maison_id,
        picture_id=picture_id,
        master=master,
        width=width,
        height=height,
    )
    await publish(conn, maison_id=maison_id, picture_id=picture_id)


async def refuse(conn: Conn, *, maison_id: UUID, picture_id: UUID, why: str) -> None:
    """It turned out to be no picture that can be shown."""
    await execute(
        conn,
        """
        update media.picture set state = 'refused', refusal = %(why)s
        where maison_id = %(maison_id)s and id = %(picture_id)s and state = 'waiting'
        """,
        maison_id=maison_id,
        picture_id=picture_id,
        why=why,
    )


async def describe(
    conn: Conn, *, maison_id: UUID, picture_id: UUID, alts: dict[str, str], focal_x: float, focal_y: float
) -> bool:
    """What it shows, by language, and where its middle is. False: there is no such picture.

    Raises NothingSaid, AltTooLong.
    """
    said = {language: text.strip() for language, text in alts.items() if text.strip()}
    if not said:
        raise NothingSaid
    for language, text in said.items():
        if len(text) > ALT_MAX:
            raise AltTooLong(language)
    changed = await execute(
        conn,
        """
        update media.picture set alts = %(alts)s::jsonb, focal_x = %(x)s, focal_y = %(y)s
        where maison_id = %(maison_id)s and id = %(picture_id)s
        """,
        maison_id=maison_id,
        picture_id=picture_id,
        alts=msgspec.json.encode(said).decode(),
        x=min(1.0, max(0.0, focal_x)),
        y=min(1.0, max(0.0, focal_y)),
    )
    if changed:
        await publish(conn, maison_id=maison_id, picture_id=picture_id)
    return changed > 0


async def publish(conn: Conn, *, maison_id: UUID, picture_id: UUID) -> None:
    """Shows what is made and described as it is now."""
    await execute(
        conn,
        """
        insert into public_facts.medium as shown (id, maison_id, width, height, focal_x, focal_y, alts)
        select p.id, p.maison_id, p.width, p.height, p.focal_x, p.focal_y, p.alts from media.picture p
        where p.maison_id = %(maison_id)s and p.id = %(picture_id)s and p.state = 'made' and p.alts <> '{}'
        on conflict (id) do update set width = excluded.width, height = excluded.height, focal_x = excluded.focal_x,
          focal_y = excluded.focal_y, alts = excluded.alts
        """,
        maison_id=maison_id,
        picture_id=picture_id,
    )
    await execute(
        conn,
        """
        insert into public_facts.medium_file (name, medium_id, maison_id, width, format)
        select f.name, f.picture_id, f.maison_id, f.width, f.format from media.file f
        join public_facts.medium m on m.id = f.picture_id
        where f.maison_id = %(maison_id)s and f.picture_id = %(picture_id)s
        on conflict (name, medium_id) do nothing
        """,
        maison_id=maison_id,
        picture_id=picture_id,
    )


async def remove(conn: Conn, *, maison_id: UUID, picture_id: UUID) -> bool:
    """Nobody sees it any more; its bytes are swept later. False: it was gone already."""
    await execute(
        conn,
        "delete from public_facts.medium where maison_id = %(maison_id)s and id = %(picture_id)s",
        maison_id=maison_id,
        picture_id=picture_id,
    )
    return (
        await execute(
            conn,
            "delete from media.picture where maison_id = %(maison_id)s and id = %(picture_id)s",
            maison_id=maison_id,
            picture_id=picture_id,
        )
        > 0
    )


@dataclass(frozen=True, slots=True)
class Lies:
    """Whose folder a published file lies in."""

    maison_id: UUID
    format: str


async def published_file(conn: Conn, *, name: str) -> Lies | None:
    """Read without an actor: what is not published does not exist."""
    return await maybe(
        conn,
        Lies,
        "select maison_id, format from public_facts.medium_file where name = %(name)s limit 1",
        name=name,
    )


@dataclass(frozen=True, slots=True)
class Size:
    """A published file of a picture: whose folder it lies in, and what it is called there."""

    maison_id: UUID
    name: str


async def published_size(conn: Conn, *, picture_id: UUID, width: int, form: str) -> Size | None:
    """Of a picture by its id; read without an actor. A picture's sizes never change."""
    return await maybe(
        conn,
        Size,
        """
        select maison_id, name from public_facts.medium_file
        where medium_id = %(picture_id)s and width = %(width)s and format = %(form)s
        """,
        picture_id=picture_id,
        width=width,
        form=form,
    )


async def names(conn: Conn, *, maison_id: UUID) -> set[str]:
    """What the maison's rows name: everything else in its folder may be swept."""
    found = await one(
        conn,
        _Names,
        """
        select coalesce(array_agg(n.name), '{}') as names from (
          select upload as name from media.picture where maison_id = %(maison_id)s and state = 'waiting'
          union select master from media.picture where maison_id = %(maison_id)s and master <> ''
          union select name from media.file where maison_id = %(maison_id)s
          union select name from media.original where maison_id = %(maison_id)s) n
        """,
        maison_id=maison_id,
    )
    return set(found.names)


@dataclass(frozen=True, slots=True)
class _Names:
    names: list[str]
