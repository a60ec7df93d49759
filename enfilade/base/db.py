"""Connections, transactions that declare who acts, and typed reading of rows.

Every statement is a literal string with named parameters; a test prepares each one against the migrated schema.
"""

import asyncio
import select
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import msgspec
from psycopg import AsyncConnection, AsyncCursor, _queries, errors
from psycopg.rows import tuple_row
from psycopg.types.json import set_json_loads
from psycopg.types.numeric import IntBinaryDumper, IntDumper
from psycopg_pool import AsyncConnectionPool

from enfilade.base.actors import Actor

Conn = AsyncConnection[Any]
#: Those who look through a whole maison: their statements are planned for what is asked. Everybody else reads and writes a
#: few rows by key, in statements that take longer to plan than to run: planned once for all.
INSIDE = ("staff", "importer", "job")
R = TypeVar("R")
T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """How many statements ran in this context; BEGIN with its actor and COMMIT are counted as transactions."""

    statements: int = 0
    transactions: int = 0
    texts: list[str] = field(default_factory=list[str])


tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


#: psycopg looks for the parameters of a longer statement each time it runs. Ours are literals: once is enough.
assert hasattr(_queries, "MAX_CACHED_STATEMENT_LENGTH")
_queries.MAX_CACHED_STATEMENT_LENGTH = 10_000

#: The columns of each statement that has run. Statements are literals: they are few, and their columns never change.
_columns: dict[str, tuple[str, ...]] = {}


def _count(query: str) -> None:
    if (counting := tally.get()) is not None:
        counting.statements += 1
        counting.texts.append(query)


async def many(conn: Conn, row: type[R], query: LiteralString, **parameters: object) -> list[R]:
    """All rows of `query`, each as the dataclass `row` whose fields are the columns' names."""
    _count(query)
    cursor = _reader(conn)
    await cursor.execute(query, parameters)
    found = await cursor.fetchall()
    names = _columns.get(query)
    if names is None:
        names = _columns[query] = tuple(column.name for column in cursor.description or ())
    return [row(**dict(zip(names, values, strict=True))) for values in found]


async def maybe(conn: Conn, row: type[R], query: LiteralString, **parameters: object) -> R | None:
    """The only row, or None. More than one is a broken assumption."""
    rows = await many(conn, row, query, **parameters)
    assert len(rows) <= 1, f"expected one row at most, got {len(rows)}"
    return rows[0] if rows else None


async def one(conn: Conn, row: type[R], query: LiteralString, **parameters: object) -> R:
    """Exactly one row."""
    found = await maybe(conn, row, query, **parameters)
    assert found is not None, "expected one row, got none"
    return found


async def tuples(conn: Conn, query: LiteralString, **parameters: object) -> list[tuple[Any, ...]]:
    """All rows of `query` as they come, in binary: for the few statements whose rows would cost more to make than to read."""
    _count(query)
    async with conn.cursor(binary=True, row_factory=tuple_row) as cursor:
        await cursor.execute(query, parameters)
        return await cursor.fetchall()


async def scalar(conn: Conn, query: LiteralString, **parameters: object) -> Any:
    """The first column of the first row, or None."""
    _count(query)
    cursor = _reader(conn)
    await cursor.execute(query, parameters)
    row = await cursor.fetchone()
    return row[0] if row else None


async def execute(conn: Conn, query: LiteralString, **parameters: object) -> int:
    """Runs `query` and returns how many rows it touched."""
    _count(query)
    cursor = _reader(conn)
    await cursor.execute(query, parameters)
    return cursor.rowcount


class _Connection(AsyncConnection[Any]):
    """With one cursor for all its statements: each is read to its end before the next, and a new one costs a fifth of it."""

    @cached_property
    def reader(self) -> AsyncCursor[tuple[Any, ...]]:
        return self.cursor(row_factory=tuple_row)

    @cached_property
    def _unasked(self) -> select.poll:
        watched = select.poll()
        watched.register(self.fileno(), select.POLLIN)
        return watched

    def dead(self) -> bool:
        """Whether the server has closed it. One look at the socket, some microseconds; nothing is sent.

        To who asks for nothing a server says that it ends, or, rarely, that a parameter was reloaded: that one dies too.
        """
        return self.closed or bool(self._unasked.poll(0))


class _Pool(AsyncConnectionPool[_Connection]):
    """Gives none that died while it lay there, as all do when PostgreSQL starts again."""

    async def getconn(self, timeout: float | None = None) -> _Connection:
        while (conn := await super().getconn(timeout)).dead():
            await conn.close()
            await self.putconn(conn)
        return conn


def _reader(conn: Conn) -> AsyncCursor[tuple[Any, ...]]:
    return conn.reader if isinstance(conn, _Connection) else conn.cursor(row_factory=tuple_row)


def _declaration(actor: Actor, maison_id: UUID | None, region: str, snapshot: bool) -> bytes:
    # One round trip. Nothing needs quoting: the ids are UUIDs (only these have `hex`), the words are ours.
    assert actor.kind.isalpha() and region.isalnum()
    return (
        f"begin{' isolation level repeatable read read only' if snapshot else ''}; "
        f"select set_config('enfilade.actor_kind', '{actor.kind}', true), "
        f"set_config('enfilade.actor_id', '{actor.id.hex if actor.id else ''}', true), "
        f"set_config('enfilade.maison', '{maison_id.hex if maison_id else ''}', true), "
        f"set_config('enfilade.region', '{region}', true), "
        f"set_config('plan_cache_mode', '{'auto' if actor.kind in INSIDE else 'force_generic_plan'}', true)"
    ).encode()


def _pool(address: str, size: int) -> _Pool:
    return _Pool(
        address,
        connection_class=_Connection,
        min_size=1,
        max_size=size,
        open=False,
        kwargs={"autocommit": True, "application_name": "enfilade"},
        configure=_configure,
        timeout=10,
        # The pause between two tries doubles until it gives up, which by default is after five minutes. Having given up, it
        # tries again for whoever asks next: a database that came back is found within a second or two.
        reconnect_timeout=1,
    )


class _WholeInList(IntDumper):
    """The same within a list, which is sent as text. Else a list of small numbers makes the next list's large ones overflow."""

    _int2_dumper = IntDumper._int4_dumper  # pyright: ignore[reportPrivateUsage]


class _Whole(IntBinaryDumper):
    """An integer is int4 where it fits, else int8: with int2 as well the same statement would be planned once more for it."""

    _int2_dumper = IntBinaryDumper._int4_dumper  # pyright: ignore[reportPrivateUsage]


async def _configure(conn: Conn) -> None:
    # Statements are literals, so there are few: each is planned when a connection first meets it, and kept.
    conn.prepare_threshold, conn.prepared_max = 0, 300
    conn.adapters.register_dumper(int, _WholeInList)
    conn.adapters.register_dumper(int, _Whole)
    set_json_loads(msgspec.json.decode, conn)


class Db:
    """The three ways to the database: the application with a declared actor, published facts, the group's aggregates."""

    def __init__(self, app: str, public: str, group: str, *, connections_max: int = 16) -> None:
        self._app = _pool(app, connections_max)
        self._public = _pool(public, connections_max)
        self._group = _pool(group, max(2, connections_max // 4))

    async def open(self) -> None:
        """Opens the pools; raises psycopg_pool.PoolTimeout when the server does not answer in 30 s."""
        for pool in (self._app, self._public, self._group):
            await pool.open(wait=True, timeout=30)

    async def close(self) -> None:
        """Closes the pools; what runs is cancelled."""
        for pool in (self._app, self._public, self._group):
            await pool.close()

    def waiting(self) -> dict[str, int]:
        """How many wait for a connection now, by pool."""
        pools = {"app": self._app, "public": self._public, "group": self._group}
        return {name: pool.get_stats().get("requests_waiting", 0) for name, pool in pools.items()}

    @asynccontextmanager
    async def acting(
        self, actor: Actor, maison_id: UUID | None, region: str = "eu", *, snapshot: bool = False
    ) -> AsyncIterator[Conn]:
        """One transaction at (maison, region) as `actor`: committed at the end, rolled back by an exception.

        `snapshot`: read only, all statements see one moment. Raises NotCommitted when a database error was swallowed.
        """
        conn = await self._app.getconn()
        try:
            if (counting := tally.get()) is not None:
                counting.transactions += 1
            cursor = conn.reader
            await cursor.execute(_declaration(actor, maison_id, region, snapshot), prepare=False)
            try:
                yield conn
            except BaseException:
                if not conn.closed:
                    # Not through a cursor: psycopg would forget every prepared statement, though we make no tables in
                    # transactions and a refusal is an ordinary end.
                    await conn.wait(conn._exec_command(b"rollback"))  # pyright: ignore[reportPrivateUsage]
                raise
            await cursor.execute("commit", prepare=False)
            if cursor.statusmessage != "COMMIT":
                # The server answers ROLLBACK to the commit of a transaction that an error has aborted.
                raise NotCommitted
        finally:
            await self._app.putconn(conn)

    async def run(
        self, actor: Actor, maison_id: UUID | None, verb: Callable[[Conn], Awaitable[T]], region: str = "eu"
    ) -> T:
        """`verb` in a transaction of its own, tried again (four times at most) after a deadlock."""
        for attempt in range(4):
            try:
                async with self.acting(actor, maison_id, region) as conn:
                    return await verb(conn)
            except RETRIED:
                if attempt == 3:
                    raise
                await asyncio.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def public(self) -> AsyncIterator[Conn]:
        """Published facts only, no actor, each statement by itself."""
        async with self._public.connection() as conn:
            yield conn

    @asynccontextmanager
    async def group(self) -> AsyncIterator[Conn]:
        """The group's aggregates only, each statement by itself."""
        async with self._group.connection() as conn:
            yield conn

    @asynccontextmanager
    async def door(self) -> AsyncIterator[Conn]:
        """The application's role before anybody is known: only the functions of schema door answer."""
        async with self._app.connection() as conn:
            yield conn


class NotCommitted(Exception):
    """The transaction was rolled back though its verb ended well: it caught a database error outside a savepoint."""


RETRIED = (errors.DeadlockDetected, errors.SerializationFailure)


def constraint(error: errors.Error) -> str:
    """The name of the constraint a statement broke, '' if none."""
    return error.diag.constraint_name or ""
