"""In which markets a story is shown, from when, until when: each in its own zone."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post

from enfilade.base.db import Conn, Db
from enfilade.editorial import publishing
from enfilade.editorial.publishing import Showing
from enfilade.maisons.markets import Market, markets_of
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.showing import screen
from enfilade.web.studio.stories import asked
from enfilade.web.studio.stories.own import back, of_ones_own, story_of, title_of


@get("/stories/{story_id:uuid}/schedule", include_in_schema=False)
async def schedule_page(
    request: Request[Any, Any, Any], db: Db, manager: Manager, story_id: UUID
) -> Response[str]:
    """In which markets, from when, until when."""
    return await _schedule(request, db, manager, story_id, {}, None)


@post("/stories/{story_id:uuid}/schedule", include_in_schema=False)
async def schedule(
    request: Request[Any, Any, Any], db: Db, manager: Manager, story_id: UUID
) -> Response[Any]:
    """A published story follows at once."""
    form = await request.form()
    async with db.acting(manager.actor, manager.maison_id) as conn:
        markets = await markets_of(conn, maison_id=manager.maison_id)
    showings, wrong = asked.showings(form, markets)
    if wrong:
        return await _schedule(request, db, manager, story_id, wrong, form, status=400)

    async def verb(conn: Conn) -> None:
        await publishing.schedule(conn, maison_id=manager.maison_id, story_id=story_id, showings=showings)
        await acted(conn, manager, "schedule_story", "story", story_id, datetime.now(UTC))

    await of_ones_own(db, manager, verb)
    return back(story_id, {}, "scheduled")


async def _schedule(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    story_id: UUID,
    wrong: dict[str, str],
    form: Any,
    *,
    status: int = 200,
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await story_of(conn, manager, story_id)
        markets = await markets_of(conn, maison_id=manager.maison_id)
        known = await publishing.showings(conn, maison_id=manager.maison_id, story_id=story_id)
    rows = [row(market, known, form) for market in markets]
    return screen(
        request,
        "studio/stories/schedule.html",
        member=manager,
        maison=maison,
        tab="stories",
        status=status,
        story=found,
        title=title_of(found.draft),
        rows=rows,
        wrong=wrong,
    )


def row(market: Market, known: list[Showing], form: Any = None) -> dict[str, Any]:
    """A market with what is known of its showing, or with what `form` sent of it, to be filled in."""
    zone = asked.zone_of(market)
    if form is not None:
        sent = {name: str(form.get(f"{name}.{market.code}", ""))[:40] for name in ("market", "from", "until")}
        return {
            "market": market,
            "zone": zone,
            "shown": sent["market"] == "yes",
            "from": sent["from"],
            "until": sent["until"],
        }
    one = next((showing for showing in known if showing.market == market.code), None)
    begins = one.shown_from if one else datetime.now(UTC)
    return {
        "market": market,
        "zone": zone,
        # Nothing said yet: everywhere, from now on.
        "shown": one is not None or not known,
        "from": f"{begins.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}",
        "until": f"{one.shown_until.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
        if one and one.shown_until
        else "",
    }
