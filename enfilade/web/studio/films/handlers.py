"""Films in the studio: uploaded with their captions, to be chosen in a story; taken away once no published story plays them."""

import asyncio
import hashlib
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.editorial.films import Played, played_in
from enfilade.media import originals
from enfilade.media.files import BYTES_AT_ONCE, Files
from enfilade.media.films import BYTES_MAX, FORMATS, FilmRefused, looked_at
from enfilade.media.making import lies
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.showing import screen

SHOWN = 100


class StillPlayed(Exception):
    """A published story plays it."""

    def __init__(self, played: Played) -> None:
        super().__init__(f"the story {played.name} plays it")
        self.played = played


@get("/films", include_in_schema=False)
async def films(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """The newest first."""
    return await _page(request, db, manager)


@post("/films", include_in_schema=False, request_max_body_size=BYTES_MAX + 1_000_000)
async def upload(request: Request[Any, Any, Any], db: Db, files: Files, manager: Manager) -> Response[Any]:
    """Takes a film or captions; what is neither is refused with its reason. The same bytes are the same film."""
    given = (await request.form()).get("film")
    if not isinstance(given, UploadFile) or not given.filename:
        return await _page(request, db, manager, words="Choose a film first.", status=400)
    content = cast("BinaryIO", given.file)
    try:
        form, name, length = await asyncio.to_thread(_read, content)
    except FilmRefused as why:
        return await _page(request, db, manager, words=f"{given.filename}: {why}", status=400)
    # Bytes first, the row that names them second.
    await files.put_from(lies(manager.maison_id, name), content)

    async def verb(conn: Conn) -> None:
        now = datetime.now(UTC)
        original_id = await originals.take_in(
            conn,
            maison_id=manager.maison_id,
            form=form,
            name=name,
            length=length,
            file_name=given.filename,
            staff_id=manager.staff_id,
            now=now,
        )
        await acted(conn, manager, "upload_film", "film", original_id, now)

    await db.run(manager.actor, manager.maison_id, verb)
    return Redirect("/studio/films", status_code=303)


@post("/films/{original_id:uuid}/removal", include_in_schema=False)
async def remove(
    request: Request[Any, Any, Any], db: Db, manager: Manager, original_id: UUID
) -> Response[Any]:
    """Nobody can play it any more. One that a published story plays stays."""

    async def verb(conn: Conn) -> None:
        found = await originals.original(conn, maison_id=manager.maison_id, original_id=original_id)
        if found is None or found.format not in FORMATS:
            raise NotFoundException
        await originals.remove(conn, maison_id=manager.maison_id, original_id=original_id)
        if played := await played_in(conn, maison_id=manager.maison_id, address=found.address):
            raise StillPlayed(played)
        await acted(conn, manager, "remove_film", "film", original_id, datetime.now(UTC))

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except StillPlayed as still:
        return await _page(request, db, manager, played=still.played, status=409)
    return Redirect("/studio/films", status_code=303)


def _read(content: BinaryIO) -> tuple[str, str, int]:
    """What it is, what it is called, how long it is; open at its beginning again."""
    length = content.seek(0, 2)
    content.seek(0)
    form = looked_at(content, length)
    digest = hashlib.sha256()
    while part := content.read(BYTES_AT_ONCE):
        digest.update(part)
    content.seek(0)
    return form, digest.hexdigest(), length


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    *,
    words: str = "",
    played: Played | None = None,
    status: int = 200,
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await originals.originals(conn, maison_id=manager.maison_id, formats=FORMATS, most=SHOWN)
    return screen(
        request,
        "studio/films/films.html",
        member=manager,
        maison=maison,
        tab="films",
        status=status,
        films=found,
        refused=words,
        played=played,
        bytes_max=BYTES_MAX // 1_000_000,
    )
