"""Questions about availability that arrive while others are being answered are asked together, in the next statement.

A statement costs as much to begin as to look up a product or two. Nobody waits for company: a question that finds few under way
is asked at once. `docs/decisions/0010-availability-asked-together.md` has the figures.
"""

import asyncio
from contextvars import Context
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Db, tally
from enfilade.stock.availability import NEAREST, Availability, Question, answers
from enfilade.stock.places import Places

#: Statements of this kind under way at once, in one process: of single questions; and while any is of several.
ALONE_AT_ONCE, TOGETHER_AT_ONCE = 4, 2
TOGETHER_MAX = 16


class Together:
    """One for each process and database."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._places = Places()
        self._waiting: list[tuple[Question, asyncio.Future[Availability]]] = []
        self._under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def near(
        self,
        *,
        product_id: UUID,
        latitude: float | None,
        longitude: float | None,
        now: datetime,
        most: int = NEAREST,
        country: str = "",
    ) -> Availability:
        """As `availability.near`, whoever else asks at the same time."""
        question = Question(product_id, latitude, longitude, now, most, country)
        # Nobody overtakes those who wait already.
        if self._waiting or self._under_way >= (TOGETHER_AT_ONCE if self._tasks else ALONE_AT_ONCE):
            answer = asyncio.get_running_loop().create_future()
            self._waiting.append((question, answer))
            if (counting := tally.get()) is not None:
                counting.statements += 1
            return await answer
        self._under_way += 1
        try:
            async with self._db.public() as conn:
                return (await answers(conn, [question], self._places))[0]
        finally:
            self._under_way -= 1
            self._go_on()

    def _go_on(self) -> None:
        """Asks what has gathered meanwhile, in nobody's request: whoever leaves takes no answer away from the others."""
        while self._waiting and self._under_way < TOGETHER_AT_ONCE:
            asked, self._waiting = self._waiting[:TOGETHER_MAX], self._waiting[TOGETHER_MAX:]
            self._under_way += 1
            task = asyncio.get_running_loop().create_task(self._ask(asked), context=Context())
            self._tasks.add(task)
            task.add_done_callback(self._asked)

    def _asked(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._under_way -= 1
        self._go_on()

    async def _ask(self, asked: list[tuple[Question, asyncio.Future[Availability]]]) -> None:
        wanted = [(question, answer) for question, answer in asked if not answer.done()]
        if not wanted:
            return
        try:
            async with self._db.public() as conn:
                found = await answers(conn, [question for question, _ in wanted], self._places)
        except Exception as error:
            if len(wanted) > 1:
                # Perhaps it is one question's own: each is asked by itself, and has its own answer or error.
                for one in wanted:
                    await self._ask([one])
            elif not wanted[0][1].done():
                wanted[0][1].set_exception(error)
            return
        except BaseException:
            for _, answer in wanted:
                answer.cancel()
            raise
        for (_, answer), one in zip(wanted, found, strict=True):
            if not answer.done():
                answer.set_result(one)
