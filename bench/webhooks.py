"""Webhooks out: messages a second from the fact to the receiver, next to the same statements and the same messages alone.

Run as a program it is one of the processes: `send` or `replay`, which are measured, or `receive`, told by its arguments.
"""

import asyncio
import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import httpx

from bench import floors
from bench.ground import Place
from bench.measuring import entry, median, ratio
from bench.recording import Recorder, Transaction, record
from bench.servers import PROJECT
from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db, scalar
from enfilade.base.db import _pool as pool  # pyright: ignore[reportPrivateUsage]
from enfilade.base.ids import new_id
from enfilade.base.outgoing import Outgoing
from enfilade.channels.webhooks import endpoints
from enfilade.channels.webhooks.courier import HEADERS, TRIES_AT_ONCE, Courier
from enfilade.channels.webhooks.types import BY_NAME
from enfilade.orders.events import OrderPlaced

NAME = "webhooks_out"
KEY = b"a-key-of-the-bench-and-of-nothing-else"
#: Facts of one transaction: a transaction is read whole.
TOGETHER = 10
#: The floors read from the beginning of their own database to its end: numbers of transactions are not the recorded ones.
FIRST, END = "3", str(2**62)


def webhooks_figure(
    at: dict[str, Addresses], places: list[Place], messages: int, rounds: int
) -> dict[str, Any]:
    """Messages a second to one endpoint that answers at once; every round in a maison of its own."""
    maisons = list({place.maison: place.maison_id for place in places}.values())
    ours: list[dict[str, Any]] = []
    bare: list[dict[str, Any]] = []
    sql: list[float] = []
    statements = 0
    with TemporaryDirectory(prefix="enfilade-bench-") as folder, _receiving() as port:
        recorded = Path(folder) / "recorded"
        for maison_id in maisons[:rounds]:
            told = (str(maison_id), str(port), str(messages))
            statements = _process("send", at["recorded"], *told, str(recorded))["statements"]
            ours.append(_process("send", at["ours"], *told))
            bare.append(_process("replay", at["bare"], *told, str(recorded)))
            before, measured = pickle.loads(recorded.read_bytes())
            sql.append(floors.commands(at["sql"], [before], [measured], clients=1).seconds)
    middle = len(ours) // 2
    each = sorted(ours, key=lambda one: one["seconds"])[middle]
    return {
        NAME: entry(
            messages / each["seconds"],
            "messages/s",
            bare=messages / median(one["seconds"] for one in bare),
            sql_floor=messages / median(sql),
            messages=messages,
            seconds=each["seconds"],
            cpu_ms=each["cpu_seconds"] / messages * 1000,
            bare_cpu_ms=median(one["cpu_seconds"] for one in bare) / messages * 1000,
            statements=statements / messages,
            cpu_ratio=ratio(each["cpu_seconds"], median(one["cpu_seconds"] for one in bare), "ms"),
            errors=sum(one["lost"] for one in ours),
        )
    }


async def _send(
    at: Addresses, maison_id: UUID, port: int, messages: int, recorded: Path | None
) -> dict[str, Any]:
    recorder = Recorder()
    if recorded is not None:
        record(recorder)
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    orders = await _set_up(db, maison_id, port, messages)
    before = recorder.taken()
    courier = Courier(db, KEY, Outgoing(inside=True))
    began, cpu = time.perf_counter(), time.process_time()
    made = 0
    while made < orders and (sent := await courier.deliver()):
        made += sent
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    measured = recorder.taken()
    async with db.acting(Actor.job(), maison_id) as conn:
        taken = await scalar(
            conn, "select count(*) from channels.webhook_delivery where state = 'delivered' and tries = 1"
        )
    await db.close()
    if recorded is not None:
        recorded.write_bytes(pickle.dumps((before, _anywhere(measured))))
    statements = sum(len(transaction.statements) for transaction in measured)
    return {"seconds": seconds, "cpu_seconds": cpu, "statements": statements, "lost": messages - taken}


async def _set_up(db: Db, maison_id: UUID, port: int, messages: int) -> int:
    """An endpoint, and as many facts as messages."""
    now = datetime.now(UTC)

    async def add(conn: Conn) -> UUID:
        await endpoints.add_endpoint(
            conn,
            maison_id=maison_id,
            url=f"http://127.0.0.1:{port}/",
            types=list(BY_NAME),
            now=now,
            changed_by=None,
        )
        # Sold by the world, so that a message has its lines; else one that is not there.
        found = await scalar(
            conn,
            "select id from orders.order where maison_id = %(maison_id)s order by id limit 1",
            maison_id=maison_id,
        )
        return found or new_id(now)

    order_id = await db.run(Actor.job(), maison_id, add)
    placed: list[facts.Fact] = [OrderPlaced(order_id, "collect", 120_000, "EUR")] * TOGETHER
    for _ in range(messages // TOGETHER):
        await db.run(
            Actor.job(),
            maison_id,
            lambda conn: facts.record(conn, maison_id=maison_id, now=now, facts=placed),
        )
    return messages


def _anywhere(transactions: list[Transaction]) -> list[Transaction]:
    for transaction in transactions:
        for statement in transaction.statements:
            if isinstance(statement.parameters, dict) and "end_xid" in statement.parameters:
                statement.parameters.update(first_xid=FIRST, end_xid=END)
    return transactions


async def _replay(at: Addresses, port: int, messages: int, recorded: Path) -> dict[str, Any]:
    """The statements one after the other, and as many messages of the same size, as many at once, signed by nobody."""
    before, measured = pickle.loads(recorded.read_bytes())
    connections = pool(at.app, 2)
    await connections.open(wait=True)
    await _run(connections, before)
    body = b"x" * 460
    signed = HEADERS | {"webhook-id": "x" * 36, "webhook-timestamp": "x" * 10, "webhook-signature": "x" * 47}
    limits = httpx.Limits(max_connections=TRIES_AT_ONCE, max_keepalive_connections=TRIES_AT_ONCE)
    began, cpu = time.perf_counter(), time.process_time()
    async with httpx.AsyncClient(trust_env=False, limits=limits) as client:
        left = iter(range(messages))

        async def one_after_the_other() -> None:
            for _ in left:
                await client.post(f"http://127.0.0.1:{port}/", content=body, headers=signed)

        await asyncio.gather(
            _run(connections, measured), *(one_after_the_other() for _ in range(TRIES_AT_ONCE))
        )
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    await connections.close()
    return {"seconds": seconds, "cpu_seconds": cpu}


async def _run(connections: Any, transactions: list[Transaction]) -> None:
    for transaction in transactions:
        async with connections.connection() as conn:
            for statement in transaction.statements:
                cursor = await conn.execute(statement.text, statement.parameters, prepare=statement.prepare)
                if cursor.description is not None:
                    await cursor.fetchall()


async def _receive() -> None:
    """Says 204 to everything, until its standard input ends."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                at = head.lower().index(b"content-length:") + 15
                await reader.readexactly(int(head[at : head.index(b"\r", at)]))
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


@contextmanager
def _receiving() -> Generator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.webhooks", "receive"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(timeout=10)


def _process(mode: str, at: Addresses, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.webhooks", mode, at.admin, *arguments],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def _main(mode: str, rest: list[str]) -> None:
    from enfilade.base.database import addresses

    if mode == "receive":
        asyncio.run(_receive())
        return
    at, maison_id, port, messages = addresses(rest[0]), UUID(rest[1]), int(rest[2]), int(rest[3])
    recorded = Path(rest[4]) if len(rest) > 4 else None
    if mode == "send":
        told = asyncio.run(_send(at, maison_id, port, messages, recorded))
    else:
        assert recorded is not None
        told = asyncio.run(_replay(at, port, messages, recorded))
    print(json.dumps(told))


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2:])
