"""Manifest, offline page and service worker. The worker is asked for anew by every browser, and can be called off for all."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from enfilade.base.db import Db
from enfilade.base.settings import Settings
from enfilade.maisons import published
from enfilade.maisons.themes import theme_of
from enfilade.web.shared.assets import ASSETS
from enfilade.web.storefront.asked import asked, shown
from enfilade.web.storefront.marks import marks

WORKER, FAREWELL = "storefront/installed/worker.js", "storefront/installed/farewell.js"


@get("/{language:str}/manifest.webmanifest", include_in_schema=False)
async def manifest(
    request: Request[Any, Any, Any], db: Db, language: str, maison: str = ""
) -> Response[bytes]:
    """The store's own, or a maison's: each has its icon, its colours and its front page."""
    frame = await asked(request, db, language)
    slug, name, values, start = (
        frame.front.slug,
        frame.front.maison_name,
        frame.front.theme,
        f"/{frame.language}/",
    )
    if maison:
        async with db.public() as conn:
            found = await published.introduction(
                conn, store_id=frame.front.id, slug=maison[:200], language=frame.language
            )
        if found is None:
            raise NotFoundException
        slug, name, values, start = (
            found.slug,
            found.name,
            found.theme,
            f"/{frame.language}/maisons/{found.slug}",
        )
    theme = theme_of(values)
    icons = [
        {
            "src": marks.address(slug, name, values, which),
            "sizes": f"{side}x{side}",
            "type": "image/png",
            "purpose": "maskable" if which.startswith("maskable") else "any",
        }
        for which, (side, _) in marks.ICONS.items()
        if side != marks.TOUCH
    ]
    body = {
        "id": start,
        "name": name if maison else frame.front.name,
        "short_name": name if maison else frame.front.name,
        "lang": frame.language,
        "start_url": start,
        "scope": f"/{frame.language}/",
        "display": "standalone",
        "background_color": theme.paper,
        "theme_color": theme.paper,
        "icons": icons,
    }
    return Response(
        msgspec.json.encode(body),
        media_type="application/manifest+json",
        headers={"cache-control": "public, max-age=3600"},
    )


@get("/{language:str}/offline", include_in_schema=False)
async def offline(request: Request[Any, Any, Any], db: Db, language: str) -> Response[str]:
    """What is shown when there is no network and the page asked for was not kept."""
    return shown(
        request, await asked(request, db, language), "storefront/installed/offline.html", public=True
    )


@get("/worker.js", include_in_schema=False)
async def worker(request: Request[Any, Any, Any], settings: Settings) -> Response[bytes]:
    """Never kept by a cache. Within WeChat there is none; switched off, what browsers get takes itself away."""
    if "MicroMessenger" in request.headers.get("user-agent", ""):
        raise NotFoundException
    found = ASSETS[WORKER if settings.worker else FAREWELL]
    return Response(
        found.path.read_bytes(), media_type="text/javascript", headers={"cache-control": "no-cache, no-store"}
    )
