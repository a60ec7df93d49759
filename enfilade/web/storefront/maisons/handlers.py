"""All maisons by segment, and each maison's own pages in its own look: story and pieces."""

from asyncio import gather
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import Parameter
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.catalogue.navigation import Tree
from enfilade.editorial import window_row
from enfilade.editorial.window_row import Scene
from enfilade.maisons import published
from enfilade.maisons.published import Introduction
from enfilade.maisons.themes import drafted, theme_of, values_of
from enfilade.maisons.wordmarks import carried
from enfilade.web.shared.asking import FirstPassword, SignInFirst, staff
from enfilade.web.storefront import linked
from enfilade.web.storefront.asked import Asked, asked, shown
from enfilade.web.storefront.maisons.pieces import first_picture, introduced, read, ways
from enfilade.web.storefront.marks import marks
from enfilade.web.storefront.prose import paragraphs
from enfilade.web.storefront.stories.teasing import teasers
from enfilade.web.storefront.themes.themes import DRAFT_MAX
from enfilade.web.storefront.windows import looking
from enfilade.web.storefront.words import SEGMENTS

#: On the maison's own page; its tree has the others.
PIECES_FIRST = 12
STORIES = 3


@get("/{language:str}/maisons", include_in_schema=False)
async def maisons(request: Request[Any, Any, Any], db: Db, language: str) -> Response[Any]:
    """Every maison of the store, by segment, and the houses that are not of the group."""
    frame = await asked(request, db, language)
    if frame.alone:
        return Redirect(f"/{frame.language}/", status_code=301)
    async with db.public() as conn:
        found = await published.in_store(conn, store_id=frame.front.id, language=frame.language)
    brands = [one for one in found if one.brand]
    found = [one for one in found if not one.brand]
    segments = [*SEGMENTS, *sorted({maison.segment for maison in found} - set(SEGMENTS))]
    by_segment = [(s, [maison for maison in found if maison.segment == s]) for s in segments]
    return shown(
        request,
        frame,
        "storefront/maisons/list.html",
        public=True,
        crumbs=[(i18n.translations(frame.language).gettext("Maisons"), f"/{frame.language}/maisons")],
        segments=[(segment, listed) for segment, listed in by_segment if listed],
        looks={maison.slug: maison.theme for maison in found},
        count=len(found),
        brands=brands,
    )


@get("/{language:str}/maisons/{slug:str}", include_in_schema=False)
async def maison(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    slug: str,
    family: Annotated[str, Parameter(max_length=80)] = "",
    draft: Annotated[str, Parameter(max_length=DRAFT_MAX)] = "",
) -> Response[Any]:
    """The maison's own store: its look, its story, its first pieces and the ways into its tree."""
    frame = await asked(request, db, language)
    path = f"/{frame.language}/maisons/{slug}"
    if family:
        # Where families stood before they had pages of their own.
        return Redirect(f"{path}/pieces?{urlencode({'family': family})}", status_code=301)
    if frame.alone and slug == frame.front.slug:
        home = f"/{frame.language}/"
        return Redirect(
            f"{home}?{urlencode({'draft': draft})}" if draft else home, status_code=303 if draft else 301
        )
    return await own(request, db, frame, slug, path, draft=draft)


async def own(
    request: Request[Any, Any, Any], db: Db, frame: Asked, slug: str, path: str, *, draft: str = ""
) -> Response[str]:
    """What a maison's own store opens with, at `path`: in the store of many, or at its own host its home.

    `draft`: in a look that its managers are thinking of, shown to them alone.
    """
    (found, tree, lit), pieces, stories = await gather(
        _introduced(db, frame, slug),
        read(db, frame, slug, families=[], most=PIECES_FIRST),
        teasers(db, frame, most=STORIES, maison=slug),
    )
    theme, mark = found.theme, found.wordmark
    thought_of = drafted(draft) if draft and await _theirs(request, db, found.maison_id) else None
    if thought_of is not None:
        theme = values_of(thought_of)
        mark = carried(mark, theme_of(found.theme), thought_of)
    response = shown(
        request,
        frame,
        "storefront/maisons/maison.html",
        look=(found.slug, theme),
        look_draft=draft if thought_of is not None else "",
        public=thought_of is None,
        crumbs=[] if frame.alone else [(found.name, path)],
        linked_data=[
            linked.organization(
                frame.base_url,
                found.name,
                path,
                marks.address(found.slug, found.name, found.theme, "icon-512.png"),
                founded=found.founded,
                city=found.city,
            )
        ],
        picture=first_picture(pieces, frame.language),
        maison=found,
        maison_slug=found.slug,
        maison_name=found.name,
        maison_wordmark=mark,
        paragraphs=paragraphs(found.story),
        scene=looking.scene(lit, frame.language),
        pieces=pieces,
        stories=stories,
        nodes=ways(tree, f"/{frame.language}/maisons/{slug}/pieces", "", frame.language),
        families=tree.families(None),
        count=sum(count.pieces for count in tree.counts),
    )
    if thought_of is not None:
        response.headers["cache-control"] = "private, no-store"
    return response


async def _theirs(request: Request[Any, Any, Any], db: Db, maison_id: UUID) -> bool:
    """Whether a manager of the maison is asking."""
    with suppress(SignInFirst, FirstPassword):
        found = await staff(request, db)
        return found.maison_id == maison_id and found.role == "maison_manager"
    return False


async def _introduced(db: Db, frame: Asked, slug: str) -> tuple[Introduction, Tree, Scene | None]:
    """What it says of itself, the ways into its pieces, and its window of today."""
    async with db.public() as conn:
        found, tree = await introduced(conn, frame, slug)
        now = datetime.now(UTC)
        lit = await window_row.scene(conn, maison_id=found.maison_id, market=frame.market, now=now)
        return found, tree, lit
