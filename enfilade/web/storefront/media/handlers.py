"""A published file of a picture, a model or a film, named by its content: cached for a year by everybody."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.response import Stream

from enfilade.base.db import Db
from enfilade.media import originals
from enfilade.media.files import Files, FilesGone
from enfilade.media.making import lies
from enfilade.media.pictures import published_file, published_size
from enfilade.media.renditions import TYPES
from enfilade.web.shared.refusals import refuse

refuse(FilesGone, 503, "The pictures cannot be reached just now; please try again in a minute")

HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    # Whatever somebody managed to upload: it is a picture, or nothing.
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}
#: A size of a picture by its id.
SIZE = re.compile(r"upload-(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(?P<width>[0-9]{1,4})")


#: One part of a file, as a player asks for it: from a byte, to a byte, or the last so many.
RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,12})-(?P<last>[0-9]{0,12})")


@get("/media/{name:str}", cache=False, include_in_schema=False)
async def published(request: Request[Any, Any, Any], db: Db, files: Files, name: str) -> Response[Any]:
    """`name`: the SHA-256 of its bytes and its format, or `upload-{id}-{width}` and its format, as pages write it."""
    stem, _, extension = name.partition(".")
    if extension in originals.TYPES:
        return await _original(db, files, stem, extension, request.headers.get("range", ""))
    if extension not in TYPES:
        raise NotFoundException
    async with db.public() as conn:
        if match := SIZE.fullmatch(stem):
            size = await published_size(
                conn, picture_id=UUID(match["id"]), width=int(match["width"]), form=extension
            )
            found = (size.maison_id, size.name) if size else None
        else:
            file = await published_file(conn, name=stem)
            found = (file.maison_id, stem) if file and file.format == extension else None
    if found is None:
        raise NotFoundException
    return Response(await files.get(lies(*found)), media_type=TYPES[extension], headers=HEADERS)


async def _original(db: Db, files: Files, stem: str, extension: str, asked: str) -> Response[Any]:
    """The whole file, or the part of it that is asked for (206): without parts a phone plays no film."""
    async with db.public() as conn:
        found = await originals.published(conn, name=stem, form=extension)
    if found is None:
        raise NotFoundException
    headers = {**HEADERS, "accept-ranges": "bytes"}
    part = part_of(asked, found.bytes)
    start, end = part or (0, found.bytes)
    if start == end:
        said = {"content-range": f"bytes */{found.bytes}", "cache-control": "no-store"}
        return Response(b"", status_code=416, headers=headers | said)
    if part is not None:
        headers["content-range"] = f"bytes {start}-{end - 1}/{found.bytes}"
    headers["content-length"] = str(end - start)
    pieces = files.pieces(lies(found.maison_id, stem), start, end)
    # Whether the storage has it shows before the answer begins.
    first = await anext(pieces)
    return Stream(
        _from(first, pieces),
        status_code=200 if part is None else 206,
        media_type=originals.TYPES[extension],
        headers=headers,
    )


async def _from(first: bytes, more: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in more:
        yield piece


def part_of(asked: str, length: int) -> tuple[int, int] | None:
    """From which byte up to which, excluded; equal where there is no such part; None: the whole, or nobody can tell."""
    match = RANGE.fullmatch(asked.strip())
    if match is None or not (match["first"] or match["last"]):
        return None
    if not match["first"]:
        return max(0, length - int(match["last"])), length
    first = int(match["first"])
    last = int(match["last"]) if match["last"] else length
    return None if last < first else (min(first, length), min(last + 1, length))
