"""The floor of Python: recorded statements behind an empty Litestar handler, with psycopg and nothing else.

BENCH_RECORDED names the file of requests, BENCH_APP_URL and BENCH_PUBLIC_URL the addresses, BENCH_CONNECTIONS the size
of each pool. `/{number}` runs what the request of this number ran.
"""

import os
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from litestar import Litestar, get, post

from bench.recording import Transaction

# Made as the shop's are: the same size, statements prepared at the same moment, parameters of the same types.
from enfilade.base.db import _pool as pool  # pyright: ignore[reportPrivateUsage]

Requests = list[list[Transaction]]


def web() -> Litestar:
    """Granian calls it as a factory."""
    requests: Requests = pickle.loads(Path(os.environ["BENCH_RECORDED"]).read_bytes())
    size = int(os.environ["BENCH_CONNECTIONS"])
    pools = {
        "enfilade_app": pool(os.environ["BENCH_APP_URL"], size),
        "enfilade_public": pool(os.environ["BENCH_PUBLIC_URL"], size),
    }

    @asynccontextmanager
    async def opened(_: Litestar) -> AsyncIterator[None]:
        for each in pools.values():
            await each.open(wait=True)
        yield
        for each in pools.values():
            await each.close()

    async def replay(number: int) -> None:
        for transaction in requests[number]:
            async with pools[transaction.role].connection() as conn:
                for statement in transaction.statements:
                    text: Any = statement.text
                    cursor = await conn.execute(text, statement.parameters, prepare=statement.prepare)
                    if cursor.description is not None:
                        await cursor.fetchall()

    @get("/{number:int}")
    async def read(number: int) -> str:
        await replay(number)
        return ""

    @post("/{number:int}", status_code=200)
    async def command(number: int) -> str:
        await replay(number)
        return ""

    @get("/health/ready")
    async def ready() -> str:
        return ""

    return Litestar([read, command, ready], lifespan=[opened], openapi_config=None, logging_config=None)
