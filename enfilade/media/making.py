"""What the worker does with an upload: decodes it, makes every size, keeps a clean master, lets the upload itself go.

May run more than once: bytes are named by their content and rows are written over by the same rows.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import structlog
from PIL import Image

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.jobs import Jobs
from enfilade.base.tenants import tenants
from enfilade.media import pictures
from enfilade.media.decoding import PictureRefused, decoded
from enfilade.media.files import Files, FilesGone
from enfilade.media.pictures import File
from enfilade.media.renditions import TYPES, Rendition, master, named, renditions, widths

log = structlog.get_logger()


def lies(maison_id: UUID, name: str) -> str:
    """Where a maison's bytes of this name lie: each maison has a folder of its own."""
    return f"{maison_id}/{name}"


async def make(db: Db, files: Files, *, maison_id: UUID, picture_id: UUID) -> None:
    """Makes what is missing. Raises FilesGone so that the job tries again."""
    async with db.acting(Actor.job(), maison_id) as conn:
        found = await pictures.picture(conn, maison_id=maison_id, picture_id=picture_id)
    if found is None or found.state != "waiting":
        return
    upload = lies(maison_id, found.upload)
    try:
        picture = await asyncio.to_thread(decoded, await files.get(upload))
    except PictureRefused as refused:
        async with db.acting(Actor.job(), maison_id) as conn:
            await pictures.refuse(conn, maison_id=maison_id, picture_id=picture_id, why=str(refused))
        await files.remove(upload)
        return
    kept = await asyncio.to_thread(master, picture)
    await files.put(lies(maison_id, named(kept)), kept)
    steps = len(widths(picture.width)) * len(TYPES)
    making = renditions(picture)
    for done in range(1, steps + 1):
        made = await asyncio.to_thread(_next, making)
        name = named(made.content)
        await files.put(lies(maison_id, name), made.content)
        async with db.acting(Actor.job(), maison_id) as conn:
            await pictures.record_file(
                conn,
                maison_id=maison_id,
                picture_id=picture_id,
                file=File(made.width, made.format, name),
                steps_done=done,
                steps=steps,
            )
    await _finish(db, maison_id, picture_id, picture, named(kept))
    # It may hold what nobody should see: where it was taken, and whatever was hidden behind its pixels.
    await files.remove(upload)


def _next(making: Iterator[Rendition]) -> Rendition:
    return next(making)


async def _finish(db: Db, maison_id: UUID, picture_id: UUID, picture: Image.Image, name: str) -> None:
    async with db.acting(Actor.job(), maison_id) as conn:
        await pictures.finish(
            conn,
            maison_id=maison_id,
            picture_id=picture_id,
            master=name,
            width=picture.width,
            height=picture.height,
        )


async def sweep(db: Db, files: Files, *, now: datetime) -> int:
    """Removes bytes that have lain for a day and that no row names; returns how many."""
    swept = 0
    known: dict[str, set[str]] = {}
    for tenant in await tenants(db):
        async with db.acting(Actor.job(), tenant.maison_id) as conn:
            known[str(tenant.maison_id)] = await pictures.names(conn, maison_id=tenant.maison_id)
    async for kept in files.older_than(now):
        maison, _, name = kept.name.partition("/")
        if maison in known and name not in known[maison]:
            await files.remove(kept.name)
            swept += 1
    return swept


def register(jobs: Jobs, db: Db, files: Files) -> None:
    """Names `media.make`, and sweeps every night."""

    async def work(maison_id: UUID, ids: dict[str, UUID]) -> None:
        await make(db, files, maison_id=maison_id, picture_id=ids["picture_id"])

    async def round_(now: datetime) -> None:
        try:
            swept = await sweep(db, files, now=now)
        except FilesGone as gone:
            log.warning("files not swept", error=str(gone))
            raise
        if swept:
            log.info("files swept", count=swept)

    jobs.add(pictures.MAKE, work)
    jobs.every("40 3 * * *", "sweep_files", round_)
