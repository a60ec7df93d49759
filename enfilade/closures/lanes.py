"""Lanes: what waits in a row is done by a few at a time, each in a transaction of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

#: While the database works for one, Python decides for another. More are no faster on two cores.
LANES = 3

T = TypeVar("T")
Came = TypeVar("Came")


async def side_by_side(verb: Callable[[T], Awaitable[Came]], row: Iterable[T]) -> list[Came]:
    """What `verb` returns for each; it raises nothing that should keep the others waiting."""
    left = iter(row)

    async def lane() -> list[Came]:
        return [await verb(one) for one in left]

    return [came for lane in await asyncio.gather(*(lane() for _ in range(LANES))) for came in lane]
