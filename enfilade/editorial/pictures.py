"""The pictures a story may show: those of its pieces by name, and those the maison uploaded, called `upload-{id}`.

An uploaded one is written into the story with its files, which are named by their content and never change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, many, maybe
from enfilade.editorial.blocks import Medium

UPLOAD = "upload-"
Told = TypeVar("Told", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class _Name:
    name: str


@dataclass(frozen=True, slots=True)
class _Medium:
    id: UUID
    width: int
    height: int
    alts: dict[str, str]
    files: list[Any]


async def pictures_there(conn: Conn, *, maison_id: UUID, names: list[str]) -> set[str]:
    """Which of the names a story of the maison may show: ours that stand for its pieces, and its uploads (`uploaded`)."""
    rows = await many(
        conn,
        _Name,
        """
        select distinct i.picture ->> 'name' as name
        from public_facts.product p cross join lateral jsonb_array_elements(p.pictures) as i(picture)
        where i.picture ->> 'name' = any(%(names)s::text[]) and i.picture ->> 'name' not like 'upload-%%'
          and (p.maison_id = %(maison_id)s or exists (
            select 1 from public_facts.store s join public_facts.store_maison m on m.store_id = s.id
            where s.maison_id = %(maison_id)s and s.multi_brand and m.maison_id = p.maison_id))
        """,
        names=names,
        maison_id=maison_id,
    )
    return {row.name for row in rows} | (await uploaded(conn, maison_id=maison_id, names=names)).keys()


async def uploaded(
    conn: Conn, *, maison_id: UUID, names: list[str]
) -> dict[str, tuple[Medium, dict[str, str]]]:
    """Name → the picture's sizes and what it shows, by language; those that are published.

    They stay so until the transaction ends: who removes one waits, and then finds the story it is in.
    """
    ids = {one: name for name in names if (one := _id(name)) is not None}
    if not ids:
        return {}
    rows = await many(
        conn,
        _Medium,
        """
        select m.id, m.width, m.height, m.alts, (select jsonb_agg(jsonb_build_object('width', f.width, 'format', f.format,
            'name', f.name) order by f.width) from public_facts.medium_file f where f.medium_id = m.id) as files
        from public_facts.medium m where m.maison_id = %(maison_id)s and m.id = any(%(ids)s::uuid[])
        order by m.id for share of m
        """,
        maison_id=maison_id,
        ids=list(ids),
    )
    return {
        ids[row.id]: (
            msgspec.convert({"width": row.width, "height": row.height, "files": row.files or []}, Medium),
            row.alts,
        )
        for row in rows
    }


async def with_uploads(conn: Conn, *, maison_id: UUID, content: Told) -> Told:
    """A story or scene with the files of the uploaded pictures it names, and their words where the writer gave none."""
    told: Any = msgspec.to_builtins(content)
    found = list(_pictures(told))
    known = await uploaded(conn, maison_id=maison_id, names=[picture["name"] for picture in found])
    for picture in found:
        picture.pop("medium", None)
        if picture["name"] in known:
            medium, alts = known[picture["name"]]
            picture["medium"] = msgspec.to_builtins(medium)
            picture["alt"] = {
                **alts,
                **{one: text for one, text in picture.get("alt", {}).items() if text.strip()},
            }
    return msgspec.convert(told, type(content))


@dataclass(frozen=True, slots=True)
class Shown:
    """What shows a picture: a published story, or a window that is lit; what it is called, and where its makers find it."""

    kind: str
    name: str
    address: str


async def published_with(conn: Conn, *, maison_id: UUID, picture_id: UUID) -> Shown | None:
    """What the maison shows the uploaded picture in, one of several."""
    return await maybe(
        conn,
        Shown,
        """
        (select 'story' as kind, s.slug as name, '/studio/stories/' || s.id as address from public_facts.story s
        where s.maison_id = %(maison_id)s and position(%(name)s in s.content::text) > 0 order by s.slug limit 1)
        union all
        (select 'window', w.name, '/studio/windows/' || w.id
        from public_facts.window s join editorial.window w on w.maison_id = s.maison_id and w.id = s.id
        where s.maison_id = %(maison_id)s and position(%(name)s in s.content::text) > 0 order by w.name limit 1)
        limit 1
        """,
        maison_id=maison_id,
        name=f'"{UPLOAD}{picture_id}"',
    )


def _pictures(told: Any) -> Iterator[dict[str, Any]]:
    """Every picture in it, wherever it stands: what has a name."""
    if isinstance(told, dict):
        fields = cast("dict[str, Any]", told)
        if "name" in fields:
            yield fields
        else:
            for value in fields.values():
                yield from _pictures(value)
    elif isinstance(told, list):
        for value in cast("list[Any]", told):
            yield from _pictures(value)


def _id(name: str) -> UUID | None:
    """None for what is no upload, and for one spelled in another way than ours: it could not be found again by its name."""
    try:
        found = UUID(name.removeprefix(UPLOAD))
    except ValueError:
        return None
    return found if name == f"{UPLOAD}{found}" else None
