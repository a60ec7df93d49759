"""The courier of a worker process: looks twice a second which endpoints have something to hear, and serves each by itself.

Tries are made outside any transaction; how turns, tries and rests work stands in docs/algorithms/webhooks.md.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

import structlog

from enfilade.base import webhooks
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many
from enfilade.base.outgoing import AddressRefused, Line, NoAnswer, Outgoing
from enfilade.channels.webhooks import sending
from enfilade.channels.webhooks.deliveries import message_id, read_forward
from enfilade.channels.webhooks.endpoints import secret_of
from enfilade.channels.webhooks.sending import Due, Turn
from enfilade.channels.webhooks.tries import Outcome, heard

T = TypeVar("T")

log = structlog.get_logger()

POLL_SECONDS = 0.5
#: Endpoints a process serves at once, tries an endpoint has under way at once, and how long a turn goes on.
SERVED_MAX, TRIES_AT_ONCE, TURN_SECONDS_MAX = 64, 8, 30.0
#: Asked to stop, the courier ends what it began if that takes no longer; what it leaves is sent by another.
FINISH_SECONDS_MAX = 3.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """An endpoint with something to read or to send."""

    maison_id: UUID
    region: str
    endpoint_id: UUID


class Courier:
    """Sends what is due, from one process; several do not come in each other's way."""

    def __init__(
        self,
        db: Db,
        key: bytes,
        outgoing: Outgoing,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._db, self._key, self._outgoing, self._clock = db, key, outgoing, clock
        self._serving: dict[Waiting, asyncio.Task[int]] = {}
        self._stopping = False

    async def follow(self) -> None:
        """Goes on until stopped; a broken connection is tried again."""
        while not self._stopping:
            try:
                await self.look()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("webhooks interrupted", error=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def stop(self) -> None:
        """Begins nothing new, and leaves what does not end soon."""
        self._stopping = True
        if self._serving:
            _, late = await asyncio.wait(self._serving.values(), timeout=FINISH_SECONDS_MAX)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def look(self) -> int:
        """Begins to serve whoever waits and is not served yet; returns how many that are."""
        free = SERVED_MAX - len(self._serving)
        if free <= 0:
            return 0
        async with self._db.door() as conn:
            waiting = await many(
                conn,
                Waiting,
                "select maison_id, region, endpoint_id from door.webhooks_due(%(at)s, %(most)s)",
                at=self._clock(),
                most=free,
            )
        begun = 0
        for one in waiting:
            if one not in self._serving:
                task = self._serving[one] = asyncio.create_task(self._serve(one))
                task.add_done_callback(lambda _, one=one: self._serving.pop(one, None))
                begun += 1
        return begun

    async def deliver(self) -> int:
        """Serves all who wait now, and returns when each has had a turn: how many tries were made."""
        await self.look()
        made = await asyncio.gather(*self._serving.values())
        return sum(made)

    async def _serve(self, one: Waiting) -> int:
        try:
            return await self._turn(one)
        except Exception as error:
            # The others are served on; this one's turn comes again when its minute is over.
            log.warning("webhook turn broken", endpoint=str(one.endpoint_id), error=type(error).__name__)
            return 0

    async def _turn(self, one: Waiting) -> int:
        began, made = time.monotonic(), 0
        at = {"maison_id": one.maison_id, "endpoint_id": one.endpoint_id}
        turn = await self._as_job(one, lambda conn: sending.take(conn, **at, now=self._clock()))
        if turn is None:
            return 0
        # Whoever is away is asked one thing at a time.
        most = 1 if turn.failures else sending.BATCH
        batch = await self._next(one, [], [], most)
        if batch:
            try:
                async with self._outgoing.to(turn.url, at_once=TRIES_AT_ONCE) as line:
                    while batch:
                        made += len(batch)
                        outcomes = await self._tries(line, turn, batch)
                        over = self._stopping or time.monotonic() - began > TURN_SECONDS_MAX
                        batch = await self._next(one, batch, outcomes, 0 if over else sending.BATCH)
            except (AddressRefused, NoAnswer) as refusal:
                refused = [Outcome(batch[0].id, "away", why=str(refusal)[:200])]
                await self._next(one, batch, refused, 0)
        await self._as_job(one, lambda conn: sending.give_back(conn, **at, now=self._clock()))
        return made

    async def _next(self, one: Waiting, tried: list[Due], outcomes: list[Outcome], most: int) -> list[Due]:
        """What became of the last batch, what is new, and the next batch; each in a transaction of its own."""
        at = {"maison_id": one.maison_id, "endpoint_id": one.endpoint_id}
        now = self._clock()
        if outcomes and not await self._as_job(
            one, lambda conn: sending.record(conn, **at, batch=tried, outcomes=outcomes, now=now)
        ):
            return []
        if not most:
            return []
        try:
            await self._as_job(one, lambda conn: read_forward(conn, **at, now=now))
        except Exception as error:
            # What was read before goes out, and what was sent stays written.
            log.warning("facts not read", endpoint=str(one.endpoint_id), error=type(error).__name__)
        return await self._as_job(one, lambda conn: sending.due(conn, **at, most=most, now=now))

    async def _as_job(self, one: Waiting, verb: Callable[[Conn], Awaitable[T]]) -> T:
        return await self._db.run(Actor.job(), one.maison_id, verb, one.region)

    async def _tries(self, line: Line, turn: Turn, batch: list[Due]) -> list[Outcome]:
        """Several at once. After one that came to nothing the rest are left, and not counted as tried."""
        slots, outcomes = asyncio.Semaphore(TRIES_AT_ONCE), list[Outcome]()
        ended = asyncio.Event()

        async def one(message: Due) -> None:
            async with slots:
                if ended.is_set():
                    return
                outcome = await self._try(line, turn, message)
                outcomes.append(outcome)
                if outcome.meaning in ("away", "gone"):
                    ended.set()

        await asyncio.gather(*(one(message) for message in batch))
        return outcomes

    async def _try(self, line: Line, turn: Turn, message: Due) -> Outcome:
        body, now = message.body.encode(), self._clock()
        name = message_id(message.id, message.fact_id)
        headers = webhooks.signed_by_all([secret_of(self._key, one) for one in turn.secrets], name, body, now)
        try:
            answer = await line.post(body, headers | HEADERS)
        except NoAnswer as silence:
            return Outcome(message.id, "away", why=str(silence)[:200])
        return heard(message.id, answer, self._clock())


HEADERS = {"content-type": "application/json", "user-agent": "Enfilade-Webhooks/1"}
