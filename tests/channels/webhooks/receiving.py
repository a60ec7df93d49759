"""A receiver of webhooks, a real server that verifies with the library of Standard Webhooks, and a maison that sends."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from standardwebhooks import Webhook

from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.outgoing import Outgoing
from enfilade.base.settings import Settings
from enfilade.channels.webhooks import endpoints
from enfilade.channels.webhooks.courier import Courier
from enfilade.channels.webhooks.types import BY_NAME
from tests.shop import House

KEY = b"k" * 48
Answers = Callable[[int], Awaitable[bytes] | bytes]


def answered(status: int, body: str = "", *headers: str) -> bytes:
    """An answer as it goes over the wire."""
    more = "".join(f"{header}\r\n" for header in headers)
    return f"HTTP/1.1 {status} Said\r\ncontent-length: {len(body.encode())}\r\n{more}\r\n{body}".encode()


def verified(secret: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """What the message says, if the library agrees. Where the test's clock is not the world's, it is asked for the signature."""
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    library = Webhook(secret)
    if abs(datetime.now(UTC) - at) < timedelta(minutes=4):
        return library.verify(body, headers)
    right = library.sign(headers["webhook-id"], at, body.decode())
    assert right in headers["webhook-signature"].split(" ")
    return json.loads(body)


@dataclass(slots=True)
class Came:
    """A message that was verified, in the order of arrival."""

    id: str
    type: str
    said: dict[str, Any]
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    """Answers 204 unless told otherwise, by the number of the request. `most` is how many were under way at once."""

    url: str = ""
    secrets: list[str] = field(default_factory=list[str])
    answers: Answers = lambda _: answered(204)
    came: list[Came] = field(default_factory=list[Came])
    under_way: int = 0
    most: int = 0
    asked: int = 0

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.came]

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
                exact = dict(line.split(": ", 1) for line in head[1:] if line)
                body = await reader.readexactly(int(headers["content-length"]))
                self.under_way += 1
                self.most = max(self.most, self.under_way)
                self.asked += 1
                number = self.asked
                try:
                    for secret in self.secrets:
                        said = verified(secret, exact, body)
                        self.came.append(Came(headers["webhook-id"], said["type"], said, headers, body))
                    answer = self.answers(number)
                    writer.write(answer if isinstance(answer, bytes) else await answer)
                finally:
                    self.under_way -= 1
                await writer.drain()
        writer.close()


@asynccontextmanager
async def receiver(**options: Any) -> AsyncIterator[Receiver]:
    made = Receiver()
    server = await asyncio.start_server(made.hear, "127.0.0.1", 0, **options)
    scheme = "https" if options.get("ssl") else "http"
    made.url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?of=shop"
    try:
        yield made
    finally:
        server.close()


@dataclass(slots=True)
class Sender:
    """A maison with its courier, by a clock that the test sets."""

    db: Db
    house: House
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    outgoing: Outgoing = field(default_factory=lambda: Outgoing(inside=True))
    key: bytes = KEY

    @property
    def courier(self) -> Courier:
        return Courier(self.db, self.key, self.outgoing, clock=lambda: self.now)

    async def run(self, verb: Callable[..., Awaitable[Any]], **given: Any) -> Any:
        async def step(conn: Conn) -> Any:
            return await verb(conn, maison_id=self.house.maison_id, **given)

        return await self.db.run(Actor.job(), self.house.maison_id, step)

    async def add(self, to: Receiver | str, *types: str) -> UUID:
        """An endpoint that hears these types, or all."""
        url = to if isinstance(to, str) else to.url
        asked = types or tuple(BY_NAME)
        endpoint_id, secret_id = await self.run(
            endpoints.add_endpoint, url=url, types=asked, now=self.now, changed_by=None
        )
        if isinstance(to, Receiver):
            to.secrets = [endpoints.shown(endpoints.secret_of(self.key, secret_id))]
        return endpoint_id

    async def tell(self, *news: facts.Fact) -> None:
        """Each in a transaction of its own."""
        for one in news:
            await self.run(facts.record, now=self.now, facts=[one])

    async def deliver(self, later: timedelta = timedelta()) -> int:
        """A turn for everybody who waits, at the clock's time or that much later."""
        self.now += later
        return await self.courier.deliver()


def states(admin: Any, columns: str = "state, tries") -> Sequence[Any]:
    """Of every delivery, in the order they were written."""
    return admin(f"select {columns} from channels.webhook_delivery order by id")


@asynccontextmanager
async def worker(settings: Settings, **environment: str) -> AsyncIterator[subprocess.Popen[bytes]]:
    """The worker as it is deployed, on the test's database; killed at the end, if nobody did it before."""
    known = {"ENFILADE_DATABASE_URL": settings.database_url, "ENFILADE_DATA": str(settings.data)}
    program = [sys.executable, "-m", "enfilade.run", "worker"]
    with (settings.data / "worker.log").open("wb") as log:
        process = await asyncio.to_thread(
            subprocess.Popen, program, env={**os.environ, **known, **environment}, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)
