"""The front door, which finds the visitor's language, and the home of the multi-brand store with its windows."""

from asyncio import gather
from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import Parameter
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.editorial import window_row
from enfilade.editorial.window_row import Window
from enfilade.web.storefront import linked
from enfilade.web.storefront.asked import PUBLIC, Asked, asked, shown
from enfilade.web.storefront.maisons.handlers import own
from enfilade.web.storefront.marks import marks
from enfilade.web.storefront.stories.teasing import teasers
from enfilade.web.storefront.themes.themes import DRAFT_MAX
from enfilade.web.storefront.windows import looking

STORIES = 3


def preferred(accept: str) -> i18n.Language:
    """The language of ours that an Accept-Language header likes best; English when it likes none."""
    wishes: list[tuple[float, int, i18n.Language]] = []
    for place, wish in enumerate(accept.split(",")[:20]):
        tag, _, weight = wish.strip().partition(";")
        known = i18n.known(tag.strip().lower().split("-")[0])
        try:
            quality = float(weight.strip().removeprefix("q=") or 1) if weight else 1.0
        except ValueError:
            quality = 0.0
        if known is not None and quality > 0:
            wishes.append((-quality, place, known))
    return min(wishes)[2] if wishes else "en"


@get("/", include_in_schema=False)
async def door(request: Request[Any, Any, Any]) -> Redirect:
    """To the home in the visitor's language."""
    language = preferred(request.headers.get("accept-language", ""))
    return Redirect(f"/{language}/", status_code=302, headers={**PUBLIC, "vary": "accept-language"})


@get("/{language:str}", include_in_schema=False)
async def home(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    draft: Annotated[str, Parameter(max_length=DRAFT_MAX)] = "",
) -> Response[str]:
    """Windows of maisons as they are arranged for the day, each in its own look; in a maison's own store its own page.

    `draft`: as in `own`.
    """
    frame = await asked(request, db, language)
    if frame.alone:
        return await own(request, db, frame, frame.front.slug, f"/{frame.language}/", draft=draft)
    windows, stories = await gather(_windows(db, frame), teasers(db, frame, most=STORIES))
    return shown(
        request,
        frame,
        "storefront/home/home.html",
        looks={window.slug: window.theme for window in windows}
        | {story.maison_slug: story.theme for story in stories},
        public=True,
        linked_data=[
            linked.organization(
                frame.base_url,
                frame.front.name,
                f"/{frame.language}/",
                marks.address(frame.front.slug, frame.front.maison_name, frame.front.theme, "icon-512.png"),
            )
        ],
        windows=[(window, looking.scene(window.scene, frame.language, window.told)) for window in windows],
        stories=stories,
    )


async def _windows(db: Db, frame: Asked) -> list[Window]:
    now = datetime.now(UTC)
    async with db.public() as conn:
        return await window_row.windows(
            conn,
            store_id=frame.front.id,
            language=frame.language,
            market=frame.market,
            day=now.date(),
            now=now,
        )
