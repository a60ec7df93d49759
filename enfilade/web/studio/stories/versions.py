"""The versions of a story that were kept, to go back to, and its draft as the store would show it."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from enfilade.base.db import Conn, Db
from enfilade.editorial import stories as writing
from enfilade.editorial.blocks import LANGUAGES
from enfilade.web.shared.guards import FRAMING_POLICY
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.showing import screen
from enfilade.web.studio.stories.own import back, first_words, of_ones_own, story_of, title_of

Word = Annotated[str, Parameter(max_length=40)]


@get("/stories/{story_id:uuid}/versions", include_in_schema=False)
async def versions(
    request: Request[Any, Any, Any], db: Db, manager: Manager, story_id: UUID
) -> Response[str]:
    """Those kept, each to be gone back to."""
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        found = await story_of(conn, manager, story_id)
        return screen(
            request,
            "studio/stories/versions.html",
            member=manager,
            maison=await maison_of(conn, manager),
            tab="stories",
            story=found,
            title=title_of(found.draft),
            versions=await writing.versions(conn, maison_id=manager.maison_id, story_id=story_id),
            title_of=first_words,
        )


@post("/stories/{story_id:uuid}/versions/{number:int}/return", include_in_schema=False)
async def go_back(
    request: Request[Any, Any, Any], db: Db, manager: Manager, story_id: UUID, number: int
) -> Response[Any]:
    """The draft is again what the version was."""

    async def verb(conn: Conn) -> None:
        await writing.go_back(
            conn,
            maison_id=manager.maison_id,
            story_id=story_id,
            number=number,
            now=datetime.now(UTC),
            written_by=manager.staff_id,
        )
        await acted(conn, manager, "go_back_to_version", "story", story_id, datetime.now(UTC))

    await of_ones_own(db, manager, verb)
    return back(story_id, {}, "returned")


@get("/stories/{story_id:uuid}/preview", include_in_schema=False)
async def preview(
    request: Request[Any, Any, Any], db: Db, manager: Manager, story_id: UUID, language: Word = ""
) -> Response[str]:
    """The draft as the store would show it, in the width of a phone."""
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        found = await story_of(conn, manager, story_id)
        maison = await maison_of(conn, manager)
    response = screen(
        request,
        "studio/stories/preview.html",
        member=manager,
        maison=maison,
        tab="stories",
        story=found,
        title=title_of(found.draft),
        shown=language if language in LANGUAGES else found.draft.language,
        languages=LANGUAGES,
    )
    response.headers["content-security-policy"] = FRAMING_POLICY
    return response
