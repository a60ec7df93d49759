"""Files that are served as they came, named by their content: a model of a piece, a film of a story, its captions.

They are checked before they are taken in. From then on whoever knows such a name may fetch it, as of a picture that says
what it shows; nobody else can guess it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many, maybe, scalar
from enfilade.base.ids import new_id

TYPES = {"glb": "model/gltf-binary", "mp4": "video/mp4", "webm": "video/webm", "vtt": "text/vtt"}


@dataclass(frozen=True, slots=True)
class Original:
    """One of a maison's; `name` is the SHA-256 of its bytes, `format` a key of TYPES."""

    id: UUID
    format: str
    name: str
    bytes: int
    file_name: str
    uploaded_at: datetime

    @property
    def address(self) -> str:
        """Where a page finds it."""
        return f"/media/{self.name}.{self.format}"


async def take_in(
    conn: Conn,
    *,
    maison_id: UUID,
    form: str,
    name: str,
    length: int,
    file_name: str,
    staff_id: UUID | None,
    now: datetime,
) -> UUID:
    """Of `length` bytes that lie there already and were checked. The same bytes are the same file."""
    kept = await scalar(
        conn,
        """
        insert into media.original as kept (maison_id, id, format, name, bytes, file_name, uploaded_at, uploaded_by)
        values (%(maison_id)s, %(id)s, %(form)s, %(name)s, %(bytes)s, %(file_name)s, %(now)s, %(staff_id)s)
        on conflict on constraint original_once do update set file_name = kept.file_name returning id
        """,
        maison_id=maison_id,
        id=new_id(now),
        form=form,
        name=name,
        bytes=length,
        file_name=file_name[:200],
        staff_id=staff_id,
        now=now,
    )
    assert isinstance(kept, UUID)
    await execute(
        conn,
        """
        insert into public_facts.original (maison_id, id, name, format, bytes)
        select maison_id, id, name, format, bytes from media.original where maison_id = %(maison_id)s and id = %(id)s
        on conflict (maison_id, id) do nothing
        """,
        maison_id=maison_id,
        id=kept,
    )
    return kept


async def originals(conn: Conn, *, maison_id: UUID, formats: list[str], most: int) -> list[Original]:
    """Those of these formats, the newest first."""
    return await many(
        conn,
        Original,
        """
        select id, format, name, bytes, file_name, uploaded_at from media.original
        where maison_id = %(maison_id)s and format = any(%(formats)s::text[])
        order by uploaded_at desc, id desc limit %(most)s
        """,
        maison_id=maison_id,
        formats=formats,
        most=most,
    )


async def original(conn: Conn, *, maison_id: UUID, original_id: UUID) -> Original | None:
    """One of the maison's."""
    return await maybe(
        conn,
        Original,
        """
        select id, format, name, bytes, file_name, uploaded_at from media.original
        where maison_id = %(maison_id)s and id = %(id)s
        """,
        maison_id=maison_id,
        id=original_id,
    )


async def remove(conn: Conn, *, maison_id: UUID, original_id: UUID) -> bool:
    """Nobody can fetch it any more; its bytes are swept later. False: it was gone already."""
    await execute(
        conn,
        "delete from public_facts.original where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=original_id,
    )
    return (
        await execute(
            conn,
            "delete from media.original where maison_id = %(maison_id)s and id = %(id)s",
            maison_id=maison_id,
            id=original_id,
        )
        > 0
    )


@dataclass(frozen=True, slots=True)
class Lies:
    """Whose folder it lies in, and how long it is."""

    maison_id: UUID
    bytes: int


async def published(conn: Conn, *, name: str, form: str) -> Lies | None:
    """Read without an actor: what nobody took in, or what was removed, does not exist."""
    return await maybe(
        conn,
        Lies,
        """
        select maison_id, bytes from public_facts.original
        where name = %(name)s and format = %(form)s order by maison_id limit 1
        """,
        name=name,
        form=form,
    )
