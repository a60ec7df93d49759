"""Serves the look of one or several maisons as one stylesheet, named by its content, so that it is fetched once."""

from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from enfilade.base.db import Db
from enfilade.maisons import published
from enfilade.web.storefront.themes import themes

MAISONS_MAX = 100


@get("/themes/{names:str}", include_in_schema=False)
async def theme(request: Request[Any, Any, Any], db: Db, names: str) -> Response[bytes]:
    """`names` is slugs, joined by commas, and `.css`. Kept for a year where `v` says what is served."""
    slugs = sorted(set(names.removesuffix(".css").split(",")))
    if (
        not names.endswith(".css")
        or len(slugs) > MAISONS_MAX
        or not all(themes.SLUG.fullmatch(s) for s in slugs)
    ):
        raise NotFoundException
    async with db.public() as conn:
        looks = await published.looks(conn, slugs=slugs)
    if not looks:
        raise NotFoundException
    css = themes.stylesheet((look.slug, look.theme) for look in looks)
    digest = themes.digest(css)
    same = request.query_params.get("v") == digest
    headers = {
        "etag": f'"{digest}"',
        "cache-control": "public, max-age=31536000, immutable" if same else "public, no-cache",
    }
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(b"", status_code=304, headers=headers, media_type="text/css; charset=utf-8")
    return Response(css.encode(), media_type="text/css; charset=utf-8", headers=headers)
