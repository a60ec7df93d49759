"""The overview: how the maison stands in the house today, and what waits for somebody."""

from typing import Any

from litestar import Request, Response, get

from enfilade.base.db import Db
from enfilade.orders.reading import missing
from enfilade.staff.people import Colleague
from enfilade.web.studio.entering import Manager, maison_of
from enfilade.web.studio.home import reading
from enfilade.web.studio.showing import screen

SHORTAGES_SHOWN = 20


@get("/", include_in_schema=False)
async def overview(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """Everything on one page, read in one moment."""
    maison_id = manager.maison_id
    everywhere = Colleague(manager.staff_id, manager.name, "maison_manager", frozenset())
    async with db.acting(manager.actor, maison_id, snapshot=True) as conn:
        return screen(
            request,
            "studio/home/overview.html",
            member=manager,
            maison=await maison_of(conn, manager),
            tab="home",
            published=await reading.published(conn, maison_id=maison_id),
            gaps=await reading.gaps(conn, maison_id=maison_id),
            imports=await reading.imports(conn, maison_id=maison_id),
            places=await reading.places(conn, maison_id=maison_id),
            shortages=await missing(conn, maison_id=maison_id, by=everywhere, most=SHORTAGES_SHOWN),
            shortages_shown=SHORTAGES_SHOWN,
        )
