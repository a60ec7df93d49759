"""One box that finds an order by what a client says of it; beside it, whom to call today and what a manager decides."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get

from enfilade.base.db import Conn, Db
from enfilade.orders.desk import calls, finding, goodwill
from enfilade.orders.desk.finding import Found
from enfilade.web.desk.acting import spend_look_up
from enfilade.web.desk.entering import maison_of
from enfilade.web.desk.showing import screen
from enfilade.web.shared.acting import Member
from enfilade.web.shared.pagination import After, cursor, key_of

FOUND_MAX = 20


@get("/", include_in_schema=False)
async def desk(
    request: Request[Any, Any, Any], db: Db, attendant: Member, after: After = ""
) -> Response[str]:
    """Who looked, and at which orders, is written down with the search."""
    words = request.query_params.get("q", "").strip()[: finding.WORDS_MAX].replace("\x00", "")
    now = datetime.now(UTC)
    key = key_of(after, finding.Key, finding.FIRST)
    found: list[Found] = []
    if words:
        await spend_look_up(db, attendant)

        async def look(conn: Conn) -> list[Found]:
            return await finding.find(
                conn,
                maison_id=attendant.maison_id,
                by=await attendant.by(conn),
                words=words,
                after=key,
                most=FOUND_MAX + 1,
                now=now,
            )

        found = await db.run(attendant.actor, attendant.maison_id, look)
    async with db.acting(attendant.actor, attendant.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, attendant)
        there = now.astimezone(ZoneInfo(maison.zone))
        tomorrow = there.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        to_call = await calls.to_make(conn, maison_id=attendant.maison_id, until=tomorrow)
        waiting = await goodwill.waiting(conn, maison_id=attendant.maison_id)
    more = len(found) > FOUND_MAX
    found = found[:FOUND_MAX]
    return screen(
        request,
        "desk/home/desk.html",
        member=attendant,
        maison=maison,
        tab="home",
        q=words,
        begun=bool(after),
        found=found,
        next=cursor((found[-1].placed_at, found[-1].id)) if more else "",
        calls=to_call,
        outcomes=calls.OUTCOMES,
        waiting=waiting,
        reasons=goodwill.REASONS,
    )
