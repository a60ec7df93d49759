"""Products in the studio: which uploads stand for a piece, what is seen on each, in which colour, in which order."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.catalogue import album, models
from enfilade.catalogue.album import (
    PICTURES_MAX,
    UPLOAD,
    VIEWS,
    AlbumChanged,
    NoSuchProduct,
    NotOfThePiece,
    NotToBeShown,
    Placed,
    TooManyPictures,
)
from enfilade.catalogue.publish import take_turns
from enfilade.media import originals
from enfilade.media.files import Files
from enfilade.media.making import lies
from enfilade.media.models import BYTES_MAX, ModelRefused, checked
from enfilade.media.renditions import named
from enfilade.web.shared.assets import ASSETS, asset
from enfilade.web.shared.pagination import After, cursor, key_of
from enfilade.web.shared.refusals import refuse
from enfilade.web.shared.uploads import LEAST_WIDTH, upload_address
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.products import reading
from enfilade.web.studio.showing import screen

SHOWN, OFFERED = 60, 24
BEGINNING = ("", UUID(int=0))
LETTERS_MAX = 100
Asked: TypeAlias = Request[Any, Any, Any]
Verb: TypeAlias = Callable[[Conn], Awaitable[None]]
#: A view as the screen calls it.
VIEW_WORDS = {
    "": "—",
    "front": "the front",
    "worn": "how it is worn",
    "detail": "a detail",
    "back": "the back",
}

refuse(NoSuchProduct, 404, "There is no such piece here")
refuse(NotToBeShown, 409, "A picture is shown once its sizes are made and it says what it shows")
refuse(TooManyPictures, 409, f"A piece has up to {PICTURES_MAX} pictures: take one out first")
refuse(AlbumChanged, 409, "Somebody else changed the pictures meanwhile; this is how they stand now")
refuse(NotOfThePiece, 400, "The piece is not made in this colour")
_REFUSED = (NotToBeShown, TooManyPictures, AlbumChanged, NotOfThePiece)
_SAID = {
    NotToBeShown: "One of them is not there any more, or does not say yet what it shows. Nothing is changed.",
    TooManyPictures: f"A piece has up to {PICTURES_MAX} pictures: take one out first. Nothing is changed.",
    AlbumChanged: "Somebody else changed the pictures meanwhile. This is how they stand now; yours are not written.",
    NotOfThePiece: "The piece is not made in this colour. Nothing is changed.",
}


@get("/products", include_in_schema=False)
async def products(request: Asked, db: Db, manager: Manager, q: str = "", after: After = "") -> Response[str]:
    """By handle, or those whose name, handle or SKU has the letters typed."""
    asked = q.replace("\x00", "").strip()[:LETTERS_MAX]
    key = key_of(after, tuple[str, UUID], BEGINNING)
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await reading.products(
            conn, maison_id=manager.maison_id, asked=asked, after=key, most=SHOWN + 1
        )
    more, found = len(found) > SHOWN, found[:SHOWN]
    return screen(
        request,
        "studio/products/products.html",
        member=manager,
        maison=maison,
        tab="products",
        q=asked,
        products=found,
        address=address,
        begun=bool(after),
        next=cursor((found[-1].handle, found[-1].id)) if more else "",
    )


@get("/products/{product_id:uuid}", include_in_schema=False)
async def product(
    request: Asked, db: Db, manager: Manager, product_id: UUID, before: UUID | None = None
) -> Response[str]:
    """One product with its pictures, and the uploads that could be chosen, those older than `before`."""
    return await _one(request, db, manager, product_id, before=before)


@post("/products/{product_id:uuid}/pictures", include_in_schema=False)
async def choose(request: Asked, db: Db, manager: Manager, product_id: UUID) -> Response[Any]:
    """Puts the chosen uploads behind those that stand there."""
    form = await request.form()
    media = [one for value in form.getall("medium", []) if (one := _id(str(value))) is not None]
    if not media:
        return await _one(request, db, manager, product_id, words="Choose one or more pictures.", status=400)
    view, colour = str(form.get("view", "")), str(form.get("colour", ""))

    async def verb(conn: Conn) -> None:
        now = datetime.now(UTC)
        await album.choose(
            conn,
            maison_id=manager.maison_id,
            product_id=product_id,
            media=media,
            view=view,
            colour=colour,
            now=now,
        )
        await acted(conn, manager, "choose_pictures", "product", product_id, now)

    return await _acted(request, db, manager, product_id, verb)


@post("/products/{product_id:uuid}/arrangement", include_in_schema=False)
async def arrange(request: Asked, db: Db, manager: Manager, product_id: UUID) -> Response[Any]:
    """Orders them anew, says what each shows, takes out."""
    form = await request.form()
    placed = [_placed(form, number) for number in range(1, PICTURES_MAX * 2) if f"place_{number}" in form]

    async def verb(conn: Conn) -> None:
        now = datetime.now(UTC)
        await album.arrange(
            conn,
            maison_id=manager.maison_id,
            product_id=product_id,
            seen=str(form.get("seen", "")),
            placed=placed,
            now=now,
        )
        await acted(conn, manager, "arrange_pictures", "product", product_id, now)

    return await _acted(request, db, manager, product_id, verb)


@post(
    "/products/{product_id:uuid}/models", include_in_schema=False, request_max_body_size=BYTES_MAX + 100_000
)
async def put_model(
    request: Asked, db: Db, files: Files, manager: Manager, product_id: UUID
) -> Response[Any]:
    """Takes a model in three dimensions that stands by itself; the one it had in this colour is let go."""
    form = await request.form()
    given, colour = form.get("model"), str(form.get("colour", ""))
    content = await given.read() if isinstance(given, UploadFile) else b""
    if not isinstance(given, UploadFile) or not content:
        return await _one(request, db, manager, product_id, words="Choose a model first.", status=400)
    try:
        await asyncio.to_thread(checked, content)
    except ModelRefused as why:
        return await _one(request, db, manager, product_id, words=f"{given.filename}: {why}", status=400)
    name = named(content)
    # Bytes first, the row that names them second.
    await files.put(lies(manager.maison_id, name), content)

    async def verb(conn: Conn) -> None:
        now = datetime.now(UTC)
        await take_turns(conn, maison_id=manager.maison_id)
        original_id = await originals.take_in(
            conn,
            maison_id=manager.maison_id,
            form="glb",
            name=name,
            length=len(content),
            file_name=given.filename,
            staff_id=manager.staff_id,
            now=now,
        )
        await models.put(
            conn,
            maison_id=manager.maison_id,
            product_id=product_id,
            colour=colour,
            original_id=original_id,
            now=now,
        )
        await acted(conn, manager, "put_model", "product", product_id, now)

    return await _acted(request, db, manager, product_id, verb)


@post("/products/{product_id:uuid}/models/removal", include_in_schema=False)
async def take_model_away(request: Asked, db: Db, manager: Manager, product_id: UUID) -> Response[Any]:
    """The piece is not turned around any more in this colour; a second click changes nothing."""
    colour = str((await request.form()).get("colour", ""))

    async def verb(conn: Conn) -> None:
        now = datetime.now(UTC)
        if await album.piece(conn, maison_id=manager.maison_id, product_id=product_id) is None:
            raise NoSuchProduct
        if await models.take_away(
            conn, maison_id=manager.maison_id, product_id=product_id, colour=colour, now=now
        ):
            await acted(conn, manager, "take_model_away", "product", product_id, now)

    return await _acted(request, db, manager, product_id, verb)


def address(name: str) -> str:
    """Where the small picture of this name lies; '' for one that is not here."""
    if name.startswith(UPLOAD):
        return upload_address(name, LEAST_WIDTH, "webp")
    path = f"pictures/{name}-400.webp"
    return asset(path) if path in ASSETS else ""


def _colours(it: album.Piece) -> list[tuple[str, str]]:
    return [("", "every colour"), *((one, one) for one in it.colours)]


def _placed(form: Mapping[str, Any], number: int) -> Placed:
    written = str(form.get(f"place_{number}", ""))
    place = int(written) if written.isdecimal() and len(written) <= 3 else number
    return Placed(
        number,
        place,
        str(form.get(f"view_{number}", "")),
        str(form.get(f"colour_{number}", "")),
        f"out_{number}" in form,
    )


def _id(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


async def _acted(request: Asked, db: Db, manager: Manager, product_id: UUID, verb: Verb) -> Response[Any]:
    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchProduct:
        raise NotFoundException from None
    except _REFUSED as refusal:
        return await _one(request, db, manager, product_id, words=_SAID[type(refusal)], status=409)
    return Redirect(f"/studio/products/{product_id}", status_code=303)


async def _one(
    request: Asked,
    db: Db,
    manager: Manager,
    product_id: UUID,
    *,
    before: UUID | None = None,
    words: str = "",
    status: int = 200,
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        it = await album.piece(conn, maison_id=manager.maison_id, product_id=product_id)
        if it is None:
            raise NotFoundException
        shots = await album.shots(conn, maison_id=manager.maison_id, product_id=product_id)
        turned = await models.models(conn, maison_id=manager.maison_id, product_id=product_id)
        offered = await reading.uploads(
            conn, maison_id=manager.maison_id, product_id=product_id, before=before, most=OFFERED + 1
        )
    return screen(
        request,
        "studio/products/product.html",
        member=manager,
        maison=maison,
        tab="products",
        status=status,
        it=it,
        shots=shots,
        models=turned,
        bytes_max=BYTES_MAX // 1_000_000,
        seen=album.standing(shots),
        offered=offered[:OFFERED],
        older=offered[OFFERED - 1].id if len(offered) > OFFERED else None,
        begun=before is not None,
        colours_of=_colours,
        views={view: VIEW_WORDS[view] for view in ("", *VIEWS)},
        address=address,
        upload=UPLOAD,
        refused=words,
    )
