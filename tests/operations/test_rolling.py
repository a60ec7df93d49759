"""Web and worker are replaced twice while clients read and buy: no request fails, every letter goes out once."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest
from aiosmtpd.controller import Controller

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.jobs import Job, Jobs, defer
from tests.operations.buyers import buying
from tests.served import free_port
from tests.shop import count, found_shop

BUYERS = 3
ROLLED_SECONDS_MAX = 90.0


class Postbox:
    """Another company's mail server: it counts each message by its id, and takes its time."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        letter = BytesParser().parsebytes(envelope.content)  # type: ignore[attr-defined]
        await asyncio.sleep(0.05)
        self.received[letter["Message-ID"]] += 1
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture
def link() -> Iterator[Path]:
    """Short: a socket's path has a hundred letters at most."""
    folder = Path(tempfile.mkdtemp(prefix="enfilade-s-"))
    yield folder / "web.sock"
    shutil.rmtree(folder)


class Shop:
    """`enfilade serve`, and what it says."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process, self.log = process, log

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    async def turned(self, times: int) -> None:
        """Until it has begun to serve for so many times."""
        deadline = time.monotonic() + ROLLED_SECONDS_MAX
        while self.said().count("serve: serving") < times:
            assert self.process.returncode is None and time.monotonic() < deadline, self.said()
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def serving(addresses: Addresses, data: Path, link: Path, **environment: str) -> AsyncIterator[Shop]:
    settings = (
        os.environ | {"ENFILADE_DATABASE_URL": addresses.admin, "ENFILADE_DATA": str(data)} | environment
    )
    log = data / "serve.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "enfilade.run", "serve", "--socket", str(link),
            env=settings, stdout=output, stderr=output,
        )  # fmt: skip
    shop = Shop(process, log)
    try:
        await shop.turned(1)
        yield shop
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        assert await asyncio.wait_for(process.wait(), 60) == 0, shop.said()


async def test_a_shop_is_replaced_twice_under_load(
    db: Db, addresses: Addresses, tmp_path: Path, link: Path, postbox: tuple[Postbox, str]
) -> None:
    box, smtp = postbox
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    for house in (shop.a, shop.b):
        await count(db, house, f"{house.slug}-1", f"{house.slug}-bag", 9_000, now + timedelta(seconds=1))

    def connect() -> httpx.AsyncClient:
        # It keeps its connections, and never asks twice: a request that meets a closing door counts as failed.
        transport = httpx.AsyncHTTPTransport(uds=str(link), retries=0)
        return httpx.AsyncClient(transport=transport, base_url="http://shop.example", timeout=60)

    sockets: set[str] = set()
    async with serving(addresses, tmp_path, link, ENFILADE_SMTP_URL=smtp) as running:
        async with buying(connect, shop, buyers=BUYERS, pause_seconds=1.0) as journal:
            for times in (2, 3):
                sockets.add(link.readlink().name)
                known = len(journal.orders)
                running.process.send_signal(signal.SIGHUP)
                await running.turned(times)
                while len(journal.orders) < known + BUYERS:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            sockets.add(link.readlink().name)
            await asyncio.sleep(3)  # until the last of the old ones has gone
        assert len(sockets) == 3
        await asyncio.to_thread(done, addresses)
    assert journal.failures() == []
    assert len(journal.orders) > 2 * BUYERS
    sent = {id.removeprefix("<placed-").partition("@")[0] for id in box.received if id.startswith("<placed-")}
    assert sent == {order.order_id for order in journal.orders}
    assert set(box.received.values()) == {1}
    assert not link.is_symlink() and list(link.parent.iterdir()) == []


def done(addresses: Addresses) -> None:
    """Until the worker has nothing left to do."""
    deadline = time.monotonic() + 240
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        while conn.execute(
            "select count(*) from procrastinate.procrastinate_jobs "
            "where status in ('todo', 'doing') and queue_name <> 'rounds'"
        ).fetchone() != (0,):
            assert time.monotonic() < deadline
            time.sleep(0.1)


async def test_a_worker_that_stops_hands_back_what_it_cannot_finish(
    db: Db, addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one does it; what was finished in time is not done again."""
    monkeypatch.setattr("enfilade.base.jobs.FINISH_SECONDS_MAX", 0.5)
    begun: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    stuck = asyncio.Event()

    async def long(maison_id: UUID, ids: dict[str, UUID]) -> None:
        begun["long"] += 1
        if begun["long"] == 1:
            await stuck.wait()
        ended["long"] += 1

    async def short(maison_id: UUID, ids: dict[str, UUID]) -> None:
        begun["short"] += 1
        await asyncio.sleep(0.3)
        ended["short"] += 1

    shop = await found_shop(db, datetime.now(UTC))
    jobs = Jobs(db)
    jobs.add("long", long)
    jobs.add("short", short)
    async with db.acting(Actor.job(), shop.a.maison_id) as conn:
        await defer(conn, maison_id=shop.a.maison_id, jobs=[Job("long", {}), Job("short", {})])
    for _ in range(2):
        before = sum(begun.values())
        working = asyncio.create_task(jobs.work_until_stopped(addresses.app))
        deadline = time.monotonic() + 30
        while sum(begun.values()) < before + (2 if before == 0 else 1):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        if ended["long"] == 0 and before:
            await asyncio.sleep(0.2)
        os.kill(os.getpid(), signal.SIGTERM)  # as systemd and `enfilade serve` do
        await asyncio.wait_for(working, 15)
    assert begun == {"long": 2, "short": 1}
    assert ended == {"long": 1, "short": 1}
