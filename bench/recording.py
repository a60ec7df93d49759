"""The shop's own web application, which also writes down every statement it runs: served only to be replayed.

`GET /bench/recorded` answers with what has run since the last time, and forgets it.
"""

import pickle
from dataclasses import dataclass, field
from typing import Any

import psycopg
from litestar.types import ASGIApp, Receive, Scope, Send
from psycopg_pool import AsyncConnectionPool

from enfilade.run import web as shop

TAKEN_FROM = "/bench/recorded"


@dataclass(frozen=True, slots=True)
class Statement:
    """As it was given to psycopg."""

    text: str
    parameters: Any
    prepare: bool | None


@dataclass(slots=True)
class Transaction:
    """What ran on one connection from when it was taken from its pool to when it was given back."""

    role: str
    statements: list[Statement] = field(default_factory=list[Statement])


class Recorder:
    """Requests come one after the other, so what runs belongs to the one under way."""

    def __init__(self) -> None:
        self.transactions: list[Transaction] = []
        self._current: dict[int, Transaction] = {}

    def begun(self, conn: Any) -> None:
        """The connection was taken from its pool."""
        self._current.pop(id(conn), None)

    def told(self, conn: Any, query: Any, parameters: Any, prepare: bool | None) -> None:
        """The connection runs a statement."""
        if isinstance(query, bytes):
            query = query.decode()
        text = query if isinstance(query, str) else query.as_string(conn)
        if (transaction := self._current.get(id(conn))) is None:
            transaction = self._current[id(conn)] = Transaction(conn.info.user)
            self.transactions.append(transaction)
        transaction.statements.append(Statement(text, parameters, prepare))

    def taken(self) -> list[Transaction]:
        """What has been told since the last time."""
        taken, self.transactions, self._current = self.transactions, [], {}
        return taken


def record(recorder: Recorder) -> None:
    """Wraps what every statement goes through in psycopg; whatever else the shop would use is refused."""
    execute, getconn = psycopg.AsyncCursor.execute, AsyncConnectionPool.getconn

    async def executed(
        self: Any, query: Any, params: Any = None, *, prepare: bool | None = None, binary: bool | None = None
    ) -> Any:
        recorder.told(self.connection, query, params, prepare)
        return await execute(self, query, params, prepare=prepare, binary=binary)

    async def got(self: Any, timeout: float | None = None) -> Any:
        conn = await getconn(self, timeout)
        recorder.begun(conn)
        return conn

    command = psycopg.AsyncConnection._exec_command  # pyright: ignore[reportPrivateUsage]

    def commanded(self: Any, text: Any, *more: Any, **options: Any) -> Any:
        # Savepoints do not go through a cursor. What psycopg forgets after a rollback it forgets at the floor, too.
        if not bytes(text).startswith(b"DEALLOCATE"):
            recorder.told(self, text, None, False)
        return command(self, text, *more, **options)

    psycopg.AsyncConnection._exec_command = commanded  # type: ignore[method-assign]
    psycopg.AsyncCursor.execute = executed  # type: ignore[method-assign]
    AsyncConnectionPool.getconn = got  # type: ignore[method-assign]

    def refused(self: Any, *_: Any, **__: Any) -> Any:
        raise NotImplementedError("the bench records execute() alone; teach it the new way first")

    for name in ("executemany", "copy", "stream"):
        setattr(psycopg.AsyncCursor, name, refused)
    psycopg.AsyncConnection.pipeline = refused  # type: ignore[method-assign]


def web() -> ASGIApp:
    """Granian calls it as a factory, in one process."""
    recorder = Recorder()
    record(recorder)
    app = shop()

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != TAKEN_FROM:
            await app(scope, receive, send)
            return
        body = pickle.dumps(recorder.taken())
        head: Any = {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-length", str(len(body)).encode())],
        }
        await send(head)
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return answered
