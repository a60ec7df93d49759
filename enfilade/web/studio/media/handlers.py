"""Pictures in the studio: several are uploaded at once, their sizes are made in the background, each says what it shows."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.base.i18n import NAMES
from enfilade.catalogue import album
from enfilade.catalogue.publish import take_turns
from enfilade.editorial.pictures import Shown, published_with
from enfilade.media import pictures
from enfilade.media.decoding import BYTES_MAX, PictureRefused, looked_at
from enfilade.media.files import Files
from enfilade.media.making import lies
from enfilade.media.pictures import ALT_MAX, AltTooLong, NothingSaid, Uploaded
from enfilade.media.renditions import TYPES, named
from enfilade.web.shared.pagination import After, cursor, key_of
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.showing import language_name, screen

SHOWN = 24
AT_ONCE_MAX = 20
BODY_MAX = 5 * BYTES_MAX
FIRST = (datetime.max.replace(tzinfo=UTC), UUID(int=0))


class StillShown(Exception):
    """A piece, a published story, or a window that is lit, shows the picture."""

    def __init__(self, shown: Shown) -> None:
        super().__init__(f"the {shown.kind} {shown.name} shows it")
        self.shown = shown


@get("/media", include_in_schema=False)
async def media(
    request: Request[Any, Any, Any], db: Db, manager: Manager, after: After = ""
) -> Response[str]:
    """The newest first."""
    return await _page(request, db, manager, after, [])


@post("/media", include_in_schema=False, request_max_body_size=BODY_MAX)
async def upload(request: Request[Any, Any, Any], db: Db, files: Files, manager: Manager) -> Response[Any]:
    """Takes what are pictures; what is not is named with its reason, and everything else is taken all the same."""
    form = await request.form()
    given = [each for each in form.getall("pictures", []) if isinstance(each, UploadFile) and each.filename]
    if not given:
        return await _page(request, db, manager, "", [("", "Choose one or more pictures first.")], status=400)
    refused = [
        (each.filename, f"Not taken: up to {AT_ONCE_MAX} at once; upload it in a second go.")
        for each in given[AT_ONCE_MAX:]
    ]
    for each in given[:AT_ONCE_MAX]:
        content = await each.read()
        try:
            await asyncio.to_thread(looked_at, content)
        except PictureRefused as why:
            refused.append((each.filename, str(why)))
            continue
        # Bytes first, the row that names them second.
        await files.put(lies(manager.maison_id, named(content)), content)
        await db.run(manager.actor, manager.maison_id, _taking(manager, named(content), each.filename))
    if refused:
        return await _page(request, db, manager, "", refused, status=400)
    return Redirect("/studio/media", status_code=303)


def _taking(manager: Manager, name: str, file_name: str) -> Any:
    async def verb(conn: Conn) -> None:
        now = datetime.now(UTC)
        picture_id = await pictures.take_in(
            conn,
            maison_id=manager.maison_id,
            upload=name,
            file_name=file_name,
            staff_id=manager.staff_id,
            now=now,
        )
        await acted(conn, manager, "upload_picture", "picture", picture_id, now)

    return verb


@get("/media/{picture_id:uuid}", include_in_schema=False)
async def one(request: Request[Any, Any, Any], db: Db, manager: Manager, picture_id: UUID) -> Response[str]:
    """One picture with its words and its middle."""
    return await _one(request, db, manager, picture_id, {})


@post("/media/{picture_id:uuid}", include_in_schema=False)
async def describe(
    request: Request[Any, Any, Any], db: Db, manager: Manager, picture_id: UUID
) -> Response[Any]:
    """Says what it shows; published from then on."""
    form = await request.form()
    alts = {language: str(form.get(f"alt_{language}", "")) for language in NAMES}
    middle = [_share(str(form.get(name, ""))) for name in ("focal_x", "focal_y")]

    async def verb(conn: Conn) -> None:
        now = datetime.now(UTC)
        await take_turns(conn, maison_id=manager.maison_id)
        if not await pictures.describe(
            conn,
            maison_id=manager.maison_id,
            picture_id=picture_id,
            alts=alts,
            focal_x=middle[0],
            focal_y=middle[1],
        ):
            raise NotFoundException
        await album.described(conn, maison_id=manager.maison_id, medium_id=picture_id, now=now)
        await acted(conn, manager, "describe_picture", "picture", picture_id, now)

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except NothingSaid:
        wrong = {next(iter(NAMES)): "Say in one language at least what it shows, for who cannot see it."}
        return await _one(request, db, manager, picture_id, wrong, written=alts, status=400)
    except AltTooLong as long:
        wrong = {str(long): f"In a sentence: up to {ALT_MAX} characters."}
        return await _one(request, db, manager, picture_id, wrong, written=alts, status=400)
    return Redirect(f"/studio/media/{picture_id}", status_code=303)


@post("/media/{picture_id:uuid}/removal", include_in_schema=False)
async def remove(
    request: Request[Any, Any, Any], db: Db, manager: Manager, picture_id: UUID
) -> Response[Any]:
    """Nobody sees it any more. One that a piece, a published story or a lit window shows stays."""

    async def verb(conn: Conn) -> None:
        if pieces := await album.shown_with(conn, maison_id=manager.maison_id, medium_id=picture_id):
            raise StillShown(Shown("piece", pieces[0].name, f"/studio/products/{pieces[0].id}"))
        if not await pictures.remove(conn, maison_id=manager.maison_id, picture_id=picture_id):
            raise NotFoundException
        if shown := await published_with(conn, maison_id=manager.maison_id, picture_id=picture_id):
            raise StillShown(shown)
        await acted(conn, manager, "remove_picture", "picture", picture_id, datetime.now(UTC))

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except StillShown as still:
        return await _one(request, db, manager, picture_id, {}, shown_in=still.shown, status=409)
    return Redirect("/studio/media", status_code=303)


@get("/media/{picture_id:uuid}/{width:int}", include_in_schema=False)
async def preview(db: Db, files: Files, manager: Manager, picture_id: UUID, width: int) -> Response[bytes]:
    """A size of it before it is published, for its own maison alone."""
    async with db.acting(manager.actor, manager.maison_id) as conn:
        found = await pictures.picture(conn, maison_id=manager.maison_id, picture_id=picture_id)
    made = [file for file in found.files if file.width == width and file.format == "webp"] if found else []
    if not made:
        raise NotFoundException
    content = await files.get(lies(manager.maison_id, made[0].name))
    return Response(
        content,
        media_type=TYPES["webp"],
        headers={"cache-control": "private, max-age=3600", "x-content-type-options": "nosniff"},
    )


def _share(written: str) -> float:
    """Percent as the form writes them; the middle where they say nothing."""
    try:
        return min(100.0, max(0.0, float(written))) / 100
    except ValueError:
        return 0.5


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    after: str,
    refused: list[tuple[str, str]],
    status: int = 200,
) -> Response[str]:
    key = key_of(after, tuple[datetime, UUID], FIRST)
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await pictures.pictures_of(
            conn, maison_id=manager.maison_id, before=key if after else None, most=SHOWN + 1
        )
    more, found = len(found) > SHOWN, found[:SHOWN]
    return screen(
        request,
        "studio/media/media.html",
        member=manager,
        maison=maison,
        tab="media",
        status=status,
        pictures=found,
        preview_width=_preview_width,
        refused=refused,
        making=any(each.state == "waiting" for each in found),
        begun=bool(after),
        next=cursor((found[-1].uploaded_at, found[-1].id)) if more else "",
        bytes_max=BYTES_MAX // 1_000_000,
        at_once_max=AT_ONCE_MAX,
    )


async def _one(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    picture_id: UUID,
    wrong: dict[str, str],
    *,
    written: dict[str, str] | None = None,
    shown_in: Shown | None = None,
    status: int = 200,
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await pictures.picture(conn, maison_id=manager.maison_id, picture_id=picture_id)
    if found is None:
        raise NotFoundException
    return screen(
        request,
        "studio/media/picture.html",
        member=manager,
        maison=maison,
        tab="media",
        status=status,
        picture=found,
        preview_width=_preview_width,
        languages={code: language_name(code) for code in NAMES},
        written=written or found.alts,
        shown_in=shown_in,
        wrong=wrong,
        alt_max=ALT_MAX,
    )


def _preview_width(picture: Uploaded, wanted: int) -> int | None:
    """The smallest size that is wide enough, else the largest; None while there is none."""
    made = sorted(file.width for file in picture.files if file.format == "webp")
    return next((width for width in made if width >= wanted), made[-1] if made else None)
