"""The films a story may play: those its maison uploaded, called by their address, `/media/{name}.mp4`."""

import re
from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.editorial.blocks import Content, Fault, FilmBlock

UPLOADED = re.compile(r"/media/(?P<name>.*)\.(?P<form>mp4|webm|vtt)")


@dataclass(frozen=True, slots=True)
class _Called:
    address: str


async def films_unknown(conn: Conn, *, maison_id: UUID, content: Content) -> list[Fault]:
    """Films and captions under `/media/` that the maison did not upload. Those it did stay until the transaction ends."""
    named = [
        (number, field, address)
        for number, block in enumerate(content.blocks, 1)
        if isinstance(block, FilmBlock)
        for field, address in (("film", block.film), ("captions", block.captions))
        if UPLOADED.fullmatch(address)
    ]
    if not named:
        return []
    rows = await many(
        conn,
        _Called,
        """
        select '/media/' || o.name || '.' || o.format as address from public_facts.original o
        where o.maison_id = %(maison_id)s and '/media/' || o.name || '.' || o.format = any(%(addresses)s::text[])
        order by o.id for share of o
        """,
        maison_id=maison_id,
        addresses=[address for _, _, address in named],
    )
    known = {row.address for row in rows}
    return [
        Fault(number, field, "this maison uploaded no such file, or took it away")
        for number, field, address in named
        if address not in known
    ]


@dataclass(frozen=True, slots=True)
class Played:
    """A published story that plays it, and where its makers find it."""

    name: str
    address: str


async def played_in(conn: Conn, *, maison_id: UUID, address: str) -> Played | None:
    """One of the published stories that name this film or these captions."""
    return await maybe(
        conn,
        Played,
        """
        select s.slug as name, '/studio/stories/' || s.id as address from public_facts.story s
        where s.maison_id = %(maison_id)s and position(%(named)s in s.content::text) > 0 order by s.slug limit 1
        """,
        maison_id=maison_id,
        named=f'"{address}"',
    )
