"""What is waited for in the maison's stores, variant by variant; who waits is not shown to anybody."""

from typing import Any

from litestar import Request, Response, get

from enfilade.base.db import Db
from enfilade.orders.waitlist import TOLD_PER_PIECE, demand
from enfilade.web.studio.entering import Manager, maison_of
from enfilade.web.studio.showing import screen


@get("/waitlist", include_in_schema=False)
async def waitlist(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """Most wanted first."""
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await demand(conn, maison_id=manager.maison_id)
    return screen(
        request,
        "studio/waitlist/waitlist.html",
        member=manager,
        maison=maison,
        tab="waitlist",
        demand=found,
        per_piece=TOLD_PER_PIECE,
    )
