"""Serves the look of one or several maisons as one stylesheet, named by its content, so that it is fetched once."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from enfilade.base.db import Db
from enfilade.maisons import published
from enfilade.maisons.themes import drafted, values_of
from enfilade.web.storefront.themes import themes

MAISONS_MAX = 100


@get("/themes/{names:str}", include_in_schema=False)
async def theme(
    request: Request[Any, Any, Any],
    db: Db,
    names: str,
    draft: Annotated[str, Parameter(max_length=themes.DRAFT_MAX)] = "",
) -> Response[bytes]:
    """`names` is slugs, joined by commas, and `.css`. Kept for a year where `v` says what is served.

    `draft`: the look of these values instead, which nobody has published.
    """
    slugs = sorted(set(names.removesuffix(".css").split(",")))
    if (
        not names.endswith(".css")
        or len(slugs) > MAISONS_MAX
        or not all(themes.SLUG.fullmatch(s) for s in slugs)
    ):
        raise NotFoundException
    if draft:
        if (thought_of := drafted(draft)) is None or len(slugs) > 1:
            raise NotFoundException
        css = themes.stylesheet([(slugs[0], values_of(thought_of))])
        return Response(
            css.encode(), media_type="text/css; charset=utf-8", headers={"cache-control": "private, no-store"}
        )
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
