"""The list behind “what misses”, to work through."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from enfilade.base.db import Db
from enfilade.base.i18n import NAMES
from enfilade.web.shared.pagination import After, Limit, cursor, key_of
from enfilade.web.studio.entering import Manager, maison_of
from enfilade.web.studio.missing import reading
from enfilade.web.studio.showing import screen

FIRST = ("", UUID(int=0))


@get("/missing", include_in_schema=False)
async def missing(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    what: str = "",
    after: After = "",
    limit: Limit = 50,
) -> Response[str]:
    """`what` is "picture", a language, or blank for both; anything else is blank."""
    what = what if what == "picture" or what in NAMES else ""
    key = key_of(after, tuple[str, UUID], FIRST)
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await reading.lacking(conn, maison_id=manager.maison_id, what=what, after=key, most=limit + 1)
    more = len(found) > limit
    found = found[:limit]
    return screen(
        request,
        "studio/missing/missing.html",
        member=manager,
        maison=maison,
        tab="home",
        pieces=found,
        what=what,
        languages_known=list(NAMES),
        begun=bool(after),
        next=cursor((found[-1].handle, found[-1].id)) if more else "",
        limit=limit,
    )
