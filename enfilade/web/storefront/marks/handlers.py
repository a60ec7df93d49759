"""Serves a tenant's marks, named by their content, so that each is fetched once."""

from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from enfilade.base.db import Db
from enfilade.maisons import published
from enfilade.maisons.themes import theme_of
from enfilade.web.storefront.asked import front
from enfilade.web.storefront.marks import marks


@get("/marks/{slug:str}/{name:str}", include_in_schema=False)
async def mark(request: Request[Any, Any, Any], db: Db, slug: str, name: str) -> Response[bytes]:
    """One picture. Kept for a year where `v` says what is served."""
    if name != marks.CARD and name not in marks.ICONS:
        raise NotFoundException
    store = await front(request, db)
    async with db.public() as conn:
        found = await published.introduction(conn, store_id=store.id, slug=slug, language="en")
    if found is None:
        raise NotFoundException
    theme = theme_of(found.theme)
    digest = marks.digest(found.name, theme)
    same = request.query_params.get("v") == digest
    kept = "public, max-age=31536000, immutable" if same else "public, max-age=3600"
    return Response(
        marks.drawn(found.name, theme, name),
        media_type="image/png",
        headers={"etag": f'"{digest}"', "cache-control": kept},
    )
