"""Live screens: one poll of the facts a second per process, told to every screen that listens for its maison and place."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import structlog

from enfilade.base.db import Db, many, scalar

log = structlog.get_logger()

POLL_SECONDS = 0.5
NEWS_MAX = 1000


@dataclass(frozen=True, slots=True)
class News:
    """Something happened in a maison, perhaps at a location; what it was is read as whoever may see it."""

    maison_id: UUID
    location_id: UUID | None
    kind: str
    xid: int


class Live:
    """The one source of live screens in a process."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._listening: dict[asyncio.Queue[News], tuple[UUID, frozenset[UUID]]] = {}

    async def follow(self) -> None:
        """Reads the facts forward for ever; a broken connection is tried again."""
        seen: int | None = None
        while True:
            try:
                if self._listening and seen is not None:
                    seen = await self._tell(seen)
                else:
                    # Only the place is kept, and not past somebody who began to listen meanwhile.
                    end = await self._end()
                    if seen is None or not self._listening:
                        seen = end
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("live feed interrupted", error=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def _end(self) -> int:
        """Where the news that can be read now end."""
        async with self._db.door() as conn:
            return int(await scalar(conn, "select pg_snapshot_xmin(pg_current_snapshot())::text")) - 1

    async def _tell(self, seen: int) -> int:
        async with self._db.door() as conn:
            news = await many(
                conn,
                News,
                """
                select maison_id, location_id, kind, xid::text::bigint as xid
                from door.news_since(%(seen)s::text::xid8, %(most)s)
                """,
                seen=str(seen),
                most=NEWS_MAX,
            )
        for item in news:
            for queue, (maison_id, location_ids) in self._listening.items():
                here = item.location_id is None or item.location_id in location_ids
                if maison_id == item.maison_id and here and not queue.full():
                    queue.put_nowait(item)
        return max((item.xid for item in news), default=seen)

    async def listen(self, maison_id: UUID, location_ids: frozenset[UUID]) -> AsyncIterator[News]:
        """News of a maison's locations, from now on; a slow listener loses news, never blocks others."""
        queue: asyncio.Queue[News] = asyncio.Queue(maxsize=100)
        self._listening[queue] = (maison_id, location_ids)
        try:
            while True:
                yield await queue.get()
        finally:
            del self._listening[queue]
