"""A published picture's file, named by its content: cached for a year by everybody."""

from litestar import Response, get
from litestar.exceptions import NotFoundException

from enfilade.base.db import Db
from enfilade.media.files import Files, FilesGone
from enfilade.media.making import lies
from enfilade.media.pictures import published_file
from enfilade.media.renditions import TYPES
from enfilade.web.shared.refusals import refuse

refuse(FilesGone, 503, "The pictures cannot be reached just now; please try again in a minute")

HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    # Whatever somebody managed to upload: it is a picture, or nothing.
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}


@get("/media/{name:str}", cache=False, include_in_schema=False)
async def published(db: Db, files: Files, name: str) -> Response[bytes]:
    """`name`: the SHA-256 of its bytes and its format, as pages write it."""
    digest, _, extension = name.partition(".")
    async with db.public() as conn:
        found = await published_file(conn, name=digest)
    if found is None or found.format != extension:
        raise NotFoundException
    return Response(
        await files.get(lies(found.maison_id, digest)), media_type=TYPES[found.format], headers=HEADERS
    )
