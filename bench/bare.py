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
from psycopg_pool import AsyncConnectionPool

from bench.recording import Transaction

Requests = list[list[Transaction]]


def _pool(address: str) -> AsyncConnectionPool[Any]:
    return AsyncConnectionPool(
        address,
        min_size=1,
        max_size=int(os.environ["BENCH_CONNECTIONS"]),
        open=False,
        kwargs={"autocommit": True},
    )


def web() -> Litestar:
    """Granian calls it as a factory."""
    requests: Requests = pickle.loads(Path(os.environ["BENCH_RECORDED"]).read_bytes())
    pools = {
        "enfilade_app": _pool(os.environ["BENCH_APP_URL"]),
        "enfilade_public": _pool(os.environ["BENCH_PUBLIC_URL"]),
    }

    @asynccontextmanager
    async def opened(_: Litestar) -> AsyncIterator[None]:
        for pool in pools.values():
            await pool.open(wait=True)
        yield
        for pool in pools.values():
            await pool.close()

    async def replay(number: int) -> None:
        for transaction in requests[number]:
            async with pools[transaction.role].connection() as conn:
                for statement in transaction.statements:
                    cursor = await conn.execute(
                        statement.text, statement.parameters, prepare=statement.prepare
                    )
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
