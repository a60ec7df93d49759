"""A whole installation to break: PostgreSQL with every promise of durability, web and worker under the real supervisor.

Two wires run through this process: clients reach the shop by one, the shop its database by the other.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from psycopg.conninfo import make_conninfo

from enfilade.base import database
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.embedded import ADMINISTRATOR, Cluster
from enfilade.base.settings import Settings
from enfilade.base.supervise import Child, supervise
from enfilade.maisons.policies import Policy, set_policy
from tests.conftest import settings_of
from tests.faults import clocks
from tests.faults.wire import Wire
from tests.served import free_port
from tests.shop import House, Shop, count, found_shop
from tests.soaking import sized

KEY = "a key of the bench that breaks things, 48 letters"
#: While other work takes the machine, a killed web process has needed more than a minute to start.
READY_SECONDS_MAX = 300
#: Nobody waits here for three seconds to learn that a provider is silent.
PAYMENT_SECONDS = 1
PLENTY, SCARCE = sized(500, 100_000), 6


@dataclass(slots=True)
class Installation:
    """`at` goes straight to the database, past the wire."""

    folder: Path
    cluster: Cluster
    at: database.Addresses
    clients_wire: Wire
    database_wire: Wire
    shop: Shop
    settings: Settings
    running: asyncio.Task[None]
    said: list[str] = field(default_factory=list[str])

    @property
    def base(self) -> str:
        """Where clients come."""
        return f"http://127.0.0.1:{self.clients_wire.port}"

    async def ready(self, seconds_max: float = READY_SECONDS_MAX) -> float:
        """Waits until the shop answers; returns after how many seconds it did."""
        began = asyncio.get_running_loop().time()
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            while (waited := asyncio.get_running_loop().time() - began) < seconds_max:
                assert not self.running.done(), self.said[-20:]
                with contextlib.suppress(httpx.HTTPError):
                    address = f"http://127.0.0.1:{self.clients_wire.port_behind}/health/ready"
                    if (await client.get(address)).status_code == 200:
                        return waited
                await asyncio.sleep(0.05)
        raise AssertionError(f"not ready after {seconds_max} s: {self.said[-20:]}")

    async def stop(self) -> None:
        """Web and worker end as a supervisor ends them; the database stays."""
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)

    def clock(self, name: str) -> Path:
        """What the clock of `web` or `worker` says, where it is movable."""
        return self.folder / f"{name}.clock"

    def web(self) -> int | None:
        """The process the supervisor started for the web."""
        return self._child("granian")

    def worker(self) -> int | None:
        """The process the supervisor started for jobs."""
        return self._child("enfilade.run worker")

    def web_processes(self) -> list[int]:
        """Those that answer requests, children of `web`."""
        web = self.web()
        return [pid for pid in children(web) if "resource_tracker" not in command(pid)] if web else []

    def backends(self) -> list[int]:
        """PostgreSQL's processes that work for the shop."""
        server = self.cluster.pid()
        return [pid for pid in children(server) if "enfilade_" in command(pid)] if server else []

    def _child(self, word: str) -> int | None:
        return next((pid for pid in children(os.getpid()) if word in command(pid)), None)


def children(parent: int) -> list[int]:
    """The process ids whose parent it is."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                    found.append(int(entry.name))
    return found


def command(pid: int) -> str:
    """Its command line, blank for one that is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


@contextlib.asynccontextmanager
async def installed(
    seed: int, *, workers: int = 2, within: Path | None = None, movable: bool = False, **environment: str
) -> AsyncIterator[Installation]:
    """Everything from nothing to open doors; all of it is gone afterwards.

    `within`: where the database's files go. `movable`: web and worker each go by a clock of their own.
    """
    if not Path("/proc/self/stat").exists():
        pytest.skip("finds the processes to kill in /proc, which this system does not have")
    # Named like a temporary cluster, so that one whose test was killed is swept by the next.
    folder = Path(tempfile.mkdtemp(prefix=f"enfilade-pg-{os.getpid()}-"))
    folder.chmod(0o755)
    cluster = Cluster((within or folder) / "data", folder / "s", port=free_port())
    web_port = free_port()
    clients_wire, database_wire = Wire(web_port), Wire(cluster.port or 0)
    try:
        await asyncio.to_thread(cluster.prepare)
        await asyncio.to_thread(cluster.start)
        at = await asyncio.to_thread(database.prepare, cluster.address(ADMINISTRATOR, "postgres"), "shop")
        await asyncio.to_thread(database.migrate, at.admin)
        shop = await _founded(at, seed)
        await clients_wire.open()
        await database_wire.open()
        installation = Installation(
            folder,
            cluster,
            at,
            clients_wire,
            database_wire,
            shop,
            settings_of(at, folder, ENFILADE_KEY=KEY, ENFILADE_PAYMENT_TIMEOUT_SECONDS=str(PAYMENT_SECONDS)),
            asyncio.create_task(asyncio.sleep(0)),
        )
        installation.running = asyncio.create_task(
            supervise(
                _programs(installation, web_port, workers, environment, movable),
                kept=[cluster],
                say=lambda name, line: installation.said.append(f"{name} | {line}"),
            )
        )
        try:
            await installation.ready()
            yield installation
        finally:
            await installation.stop()
    finally:
        for wire in (clients_wire, database_wire):
            if wire.port:
                await wire.close()
        await asyncio.to_thread(cluster.stop)
        shutil.rmtree(folder, ignore_errors=True)


def _programs(
    made: Installation, port: int, workers: int, environment: dict[str, str], movable: bool
) -> list[Child]:
    by_wire = make_conninfo(made.at.admin, host="127.0.0.1", port=str(made.database_wire.port))
    settings = {
        "ENFILADE_DATABASE_URL": by_wire,
        "ENFILADE_DATA": str(made.folder),
        "ENFILADE_BASE_URL": made.base,
        "ENFILADE_DEMO": "yes",
        "ENFILADE_KEY": KEY,
        "ENFILADE_PAYMENT_TIMEOUT_SECONDS": str(PAYMENT_SECONDS),
        "PYTHONUNBUFFERED": "1",
        **environment,
    }
    granian = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--no-ws"]
    granian += ["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    granian += ["--respawn-failed-workers", "--log-level", "warning", "enfilade.run:web"]
    programs = {"web": granian, "worker": [sys.executable, "-m", "enfilade.run", "worker"]}
    return [
        Child(name, command, settings | (clocks.movable(made.clock(name)) if movable else {}))
        for name, command in programs.items()
    ]


async def _founded(at: database.Addresses, seed: int) -> Shop:
    now = datetime.now(UTC)
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    try:
        shop = await found_shop(db, now)
        for house in (shop.a, shop.b):
            await _capturing(db, house, delay=0 if house is shop.a else 10)
            for place in house.places:
                for sku in house.variants:
                    pieces = SCARCE if sku.endswith("-bag") and place.endswith("-2") else PLENTY
                    await count(db, house, place, sku, pieces, datetime.now(UTC))
        return shop
    finally:
        await db.close()


async def _capturing(db: Db, house: House, delay: int) -> None:
    """How many minutes after the hand-over money is taken: with none a job does it while things break, else the round."""
    policy = replace(Policy(), capture_delay_minutes=delay)

    async def verb(conn: Conn) -> None:
        await set_policy(conn, maison_id=house.maison_id, policy=policy, now=datetime.now(UTC))

    await db.run(Actor.importer(), house.maison_id, verb)


def kill(pid: int | None, *, session: bool = False) -> bool:
    """SIGKILL, to it alone or to its whole session; False when there was none."""
    if pid is None:
        return False
    try:
        if session:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
