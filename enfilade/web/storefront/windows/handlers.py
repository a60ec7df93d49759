"""The window of one maison, as it is lit now."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base.db import Db
from enfilade.editorial import window_row
from enfilade.editorial.window_row import Window
from enfilade.editorial.windows import NoSuchWindow
from enfilade.editorial.windows import window as window_of
from enfilade.web.shared import asking
from enfilade.web.shared.asking import SignInFirst
from enfilade.web.shared.guards import FRAMED_POLICY
from enfilade.web.storefront.asked import Asked, asked, shown
from enfilade.web.storefront.stories import reading
from enfilade.web.storefront.windows import looking


@get("/{language:str}/windows/{slug:str}", include_in_schema=False)
async def window(request: Request[Any, Any, Any], db: Db, language: str, slug: str) -> Response[Any]:
    """The scene, large, with its pieces; where none is composed now, the maison itself."""
    frame = await asked(request, db, language)
    async with db.public() as conn:
        found = await window_row.window(
            conn,
            store_id=frame.front.id,
            slug=slug,
            language=frame.language,
            market=frame.market,
            now=datetime.now(UTC),
        )
    if found is None:
        raise NotFoundException
    return _page(request, frame, found)


@get("/{language:str}/windows/drafts/{window_id:uuid}", include_in_schema=False)
async def draft(request: Request[Any, Any, Any], db: Db, language: str, window_id: UUID) -> Response[Any]:
    """A draft as it would be lit, for those who work for its maison; to everybody else it is not there."""
    frame = await asked(request, db, language)
    try:
        maker = await asking.staff(request, db)
        async with db.acting(maker.actor, maker.maison_id) as conn:
            composed = await window_of(conn, maison_id=maker.maison_id, window_id=window_id)
    except (SignInFirst, NoSuchWindow):
        raise NotFoundException from None
    async with db.public() as conn:
        theirs = await reading.teller(conn, maison_id=maker.maison_id)
        if theirs is None:
            raise NotFoundException
        found = await window_row.window(
            conn,
            store_id=frame.front.id,
            slug=theirs.slug,
            language=frame.language,
            market=frame.market,
            now=datetime.now(UTC),
            draft=composed.draft,
        )
    if found is None:
        raise NotFoundException
    answer = _page(request, frame, found, draft=True)
    answer.headers["content-security-policy"] = FRAMED_POLICY
    return answer


def _page(
    request: Request[Any, Any, Any], frame: Asked, found: Window, *, draft: bool = False
) -> Response[Any]:
    scene = looking.scene(found.scene, frame.language, found.told)
    maison = f"/{frame.language}/maisons/{found.slug}"
    if scene is None and draft:
        return shown(
            request, frame, "storefront/windows/dark.html", look=(found.slug, found.theme), **_names(found)
        )
    if scene is None:
        return Redirect(maison if found.kind != "retailer" else f"/{frame.language}/", status_code=303)
    return shown(
        request,
        frame,
        "storefront/windows/window.html",
        look=(found.slug, found.theme),
        public=not draft,
        crumbs=[(found.name, maison), (scene.line.text, f"/{frame.language}/windows/{found.slug}")],
        picture=scene.picture.large,
        window=found,
        scene=scene,
        draft=draft,
        **_names(found),
    )


def _names(found: Window) -> dict[str, Any]:
    return {"maison_slug": found.slug, "maison_name": found.name, "maison_wordmark": found.wordmark}
