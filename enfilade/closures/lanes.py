"""Lanes: what waits in a row is done by a few at a time, each in a transaction of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

#: While the database works for one, Python decides for another; each has a connection. Measured: docs/algorithms/closures.md.
LANES = 3

T = TypeVar("T")


async def side_by_side(verb: Callable[[T], Awaitable[int]], row: Iterable[T]) -> int:
    """The sum of what `verb` returns for each; `verb` raises nothing that should keep the others waiting."""
    left = iter(row)

    async def lane() -> int:
        return sum([await verb(one) for one in left])

    return sum(await asyncio.gather(*(lane() for _ in range(LANES))))
