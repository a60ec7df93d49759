"""News for open screens, as server-sent events: that something happened here, never what."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request, get
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from enfilade.base.db import Db
from enfilade.base.live import POLL_SECONDS, Live
from enfilade.orders.reading import places_of
from enfilade.web.shared.acting import Member

BEAT_SECONDS = 15.0
#: The browser connects again after this, and with it whoever was signed out meanwhile is shown the door.
LISTEN_SECONDS = 600.0


@get("/live", include_in_schema=False)
async def news(request: Request[Any, Any, Any], db: Db, live: Live, member: Member) -> ServerSentEvent:
    """Follows the locations where the member works."""
    async with db.acting(member.actor, member.maison_id) as conn:
        places = await places_of(conn, maison_id=member.maison_id, by=await member.by(conn))
    return ServerSentEvent(_stream(live, member, places), retry_duration=1000)


async def _stream(
    live: Live, member: Member, places: frozenset[Any]
) -> AsyncGenerator[ServerSentEventMessage, None]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    heard = live.listen(member.maison_id, places)
    # What happened between the page and this connection is found by reading once more when we surely listen.
    following = asyncio.ensure_future(anext(heard))
    try:
        yield ServerSentEventMessage(comment="listening", data=None)
        await asyncio.sleep(2 * POLL_SECONDS)
        yield ServerSentEventMessage(event="news", data="listening")
        while loop.time() - began < LISTEN_SECONDS:
            await asyncio.wait({following}, timeout=BEAT_SECONDS)
            if following.done():
                item = following.result()
                following = asyncio.ensure_future(anext(heard))
                yield ServerSentEventMessage(event="news", data=item.kind)
            else:
                yield ServerSentEventMessage(comment="still here", data=None)
    finally:
        following.cancel()
