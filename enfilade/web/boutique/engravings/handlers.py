"""What is to be engraved at the colleague's places, the earliest promise first; each leads to its preparation."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get

from enfilade.base.db import Db
from enfilade.orders import engraving
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member


@get("/engravings", include_in_schema=False)
async def engravings(request: Request[Any, Any, Any], db: Db, member: Member) -> Response[str]:
    """The list for the bench."""
    async with db.acting(member.actor, member.maison_id) as conn:
        found = await engraving.to_cut(conn, maison_id=member.maison_id, by=await member.by(conn))
    return screen(
        request,
        "boutique/engravings/engravings.html",
        member=member,
        tab="tasks",
        pieces=found,
        today=datetime.now(UTC).date(),
        places={one.location_name for one in found},
    )
