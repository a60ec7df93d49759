"""A shop is backed up and restored beside itself while orders are placed: what was confirmed before the moment is there, and
nothing later; what providers did meanwhile is found; nothing goes out twice."""

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from click.testing import CliRunner

from enfilade.base import database
from enfilade.base.backup import backups, key_mark, make
from enfilade.base.backup_commands import commands
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.embedded import ADMINISTRATOR, Cluster, Place, place
from enfilade.base.restore import RestoreRefused, held, moment, restore
from enfilade.payments.after_restore import differences
from enfilade.payments.local_provider import LocalProvider
from tests.operations.buyers import Journal, buying
from tests.served import Served, served
from tests.shop import count, found_shop

BUYERS = 3


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not tmp_path, which PostgreSQL's user may not enter when the tests run as root."""
    made = Path(tempfile.mkdtemp(prefix="enfilade-test-"))
    made.chmod(0o755)
    yield made
    for data in made.glob("*/postgresql"):
        Cluster(data, place({"ENFILADE_DATA": str(data.parent)}).socket).stop()
    shutil.rmtree(made)


@dataclass(frozen=True, slots=True)
class Installation:
    """A shop on a cluster of its own, as `enfilade demo` has it, and where its backups go."""

    place: Place
    at: Addresses
    backups: Path

    def enfilade(self, *arguments: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"ENFILADE_DATA": str(data or self.place.data)}
        environment |= {"ENFILADE_BACKUPS": str(self.backups), "ENFILADE_DATABASE_URL": self.at.admin}
        if data is not None:
            environment["ENFILADE_DATABASE_URL"] = addresses(data).admin
        return subprocess.run(
            [sys.executable, "-m", "enfilade.run", *arguments],
            env=environment,
            capture_output=True,
            text=True,
        )


def addresses(data: Path) -> Addresses:
    socket = place({"ENFILADE_DATA": str(data)}).socket
    return database.addresses(Cluster(data / "postgresql", socket).address(ADMINISTRATOR, "enfilade"))


@contextlib.asynccontextmanager
async def pools(at: Addresses) -> AsyncIterator[Db]:
    db = Db(at.app, at.public, at.group, connections_max=4)
    await db.open()
    try:
        yield db
    finally:
        await db.close()


@pytest.fixture
async def shop(folder: Path) -> Installation:
    mine = place({"ENFILADE_DATA": str(folder / "shop")})
    cluster = mine.cluster()
    cluster.prepare()
    with (cluster.data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("fsync = off\n")  # no power is cut here
    cluster.start()
    at = database.prepare(cluster.address(ADMINISTRATOR, "postgres"), "enfilade")
    database.migrate(at.admin)
    return Installation(mine, at, folder / "backups")


async def orders(at: Addresses) -> set[str]:
    with psycopg.connect(at.admin) as conn:
        return {str(id) for (id,) in conn.execute("select id from orders.order").fetchall()}


def letters(data: Path) -> set[str]:
    return {path.name for path in (data / "mailbox").glob("*.eml")}


async def test_a_shop_is_restored_beside_itself_while_orders_are_placed(
    shop: Installation, folder: Path
) -> None:
    now = datetime.now(UTC)
    async with pools(shop.at) as db:
        house = await found_shop(db, now)
        for one in (house.a, house.b):
            await count(db, one, f"{one.slug}-1", f"{one.slug}-bag", 5_000, now + timedelta(seconds=1))
        abandoned = shop.backups / "20200101T000000Z.part"
        again = folder / "again"
        async with served(shop.at, shop.place.data, jobs=True) as running:
            journal, chosen = await bought(running, house, shop, again)
            assert not abandoned.exists()
            await check_archive(running, shop)

        # Confirmed before the moment: there. Asked for after it: not there.
        restored = addresses(again)
        Cluster(again / "postgresql", place({"ENFILADE_DATA": str(again)}).socket).start()
        there = await orders(restored)
        before = {order.order_id for order in journal.orders if order.at < chosen}
        after = {order.order_id for order in journal.orders if order.asked_at > chosen}
        assert before and after
        assert before <= there
        assert not after & there
        assert shop.enfilade("stock", "verify", data=again).returncode == 0

        # What the provider did after the moment is found: its books are another company's, and went on.
        async with pools(restored) as past:
            found = await differences(
                past, {"local": LocalProvider(db, "http://shop.example")}, since=chosen - timedelta(days=1)
            )
        with psycopg.connect(shop.at.admin) as conn:
            paid = conn.execute("select id::text, payment_id from orders.order").fetchall()
        unknown = {found.booked.reference for found in found if found.what == "no payment of ours"}
        assert {payment for order, payment in paid if order in after} <= unknown

    held_and_released(shop, again)
    # The restored shop never writes into the archive of the one it came from.
    assert not list(shop.backups.glob("wal-*/00000002*"))
    old_ones_go(shop, folder)


async def bought(running: Served, house: object, shop: Installation, again: Path) -> tuple[Journal, datetime]:
    def connect() -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=running.base, timeout=60, trust_env=False)

    async with buying(connect, house, buyers=BUYERS, pause_seconds=0.5) as journal:  # type: ignore[arg-type]
        abandoned = shop.backups / "20200101T000000Z.part"
        abandoned.mkdir(parents=True)
        made = await asyncio.to_thread(shop.enfilade, "backup")
        assert made.returncode == 0, made.stdout + made.stderr
        await until(lambda: len(journal.orders) > 0)
        await asyncio.sleep(0.5)
        chosen, known = datetime.now(UTC), len(journal.orders)
        await until(lambda: len(journal.orders) > known + 2 * BUYERS)
        done = await asyncio.to_thread(
            shop.enfilade, "restore", "--to", chosen.isoformat(), "--into", str(again)
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "0 disagreements" in done.stdout
    assert journal.failures() == []
    return journal, chosen


async def check_archive(running: Served, shop: Installation) -> None:
    """It is well, told so, and told otherwise as soon as it cannot write."""
    async with httpx.AsyncClient(base_url=running.base, trust_env=False) as client:
        assert (await client.get("/health/ready")).json()["archive"] == "well"
        assert told(shop) == (0, True, False)
        (wal,) = shop.backups.glob("wal-*")
        moved = wal.rename(wal.with_name("moved"))
        with psycopg.connect(shop.at.admin, autocommit=True) as conn:
            conn.execute("select pg_current_xact_id()")
            conn.execute("select pg_switch_wal()")
        deadline = time.monotonic() + 30
        while (await client.get("/health/ready")).json()["archive"] != "failing":
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
        assert told(shop) == (1, False, True)
        moved.rename(wal)


def told(shop: Installation) -> tuple[int, bool, bool]:
    """What `enfilade backups` says of the archive: its exit code, whether it is well, whether it fails."""
    (listing,) = [one for one in commands(lambda admin: 0) if one.name == "backups"]
    said = CliRunner().invoke(
        listing, ["--backups", str(shop.backups)], env={"ENFILADE_DATA": str(shop.place.data)}
    )
    return said.exit_code, "archive: well" in said.stdout, "FAILING" in said.stdout


def held_and_released(shop: Installation, again: Path) -> None:
    """The restored shop's worker does nothing before somebody has looked, and never what was dropped."""
    with psycopg.connect(addresses(again).admin, autocommit=True) as conn:
        # Whatever was under way at that moment, one letter certainly was.
        ids = [str(id) for (id,) in conn.execute("select id from orders.order").fetchall()]
        conn.execute("set search_path = procrastinate, pg_catalog")
        conn.execute(
            """
            insert into procrastinate_jobs (queue_name, task_name, args, status, priority)
            select 'work', 'work', jsonb_build_object('maison_id', maison_id, 'name', 'orders.mail_placed',
              'ids', jsonb_build_object('order_id', id)), 'todo', 0 from orders.order where id = %s
            """,
            [ids[0]],
        )
        looked = shop.enfilade("restored", data=again)
        assert looked.returncode == 0 and "waits: orders.mail_placed" in looked.stdout, looked.stderr
        known = letters(again)
        with worker(shop, again):
            time.sleep(4)
            assert held(again) is not None
            assert letters(again) == known
            released = shop.enfilade(
                "restored",
                "--release",
                "--drop",
                "orders.mail_placed",
                "--drop",
                "orders.mail_when_placed",
                data=again,
            )
            assert released.returncode == 0, released.stderr
            deadline = time.monotonic() + 60
            waits = "select count(*) from procrastinate_jobs where status in ('todo', 'doing') and queue_name <> 'rounds'"
            while conn.execute(waits.encode()).fetchone() != (0,):
                assert time.monotonic() < deadline
                time.sleep(0.1)
        # A checkout that was being paid for at that moment becomes an order now, and has its own letter.
        assert not (letters(again) - known) & {f"placed-{id}.eml" for id in ids}
        assert held(again) is None


@contextlib.contextmanager
def worker(shop: Installation, data: Path) -> Iterator[None]:
    environment = os.environ | {
        "ENFILADE_DATA": str(data),
        "ENFILADE_DATABASE_URL": addresses(data).admin,
    }
    with (data / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "enfilade.run", "worker"], env=environment, stdout=log, stderr=log
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


async def until(done: object) -> None:
    deadline = time.monotonic() + 60
    while not done():  # type: ignore[operator]
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def old_ones_go(shop: Installation, folder: Path) -> None:
    """And with them the log that only they needed; an earlier moment is refused, and nothing is made."""
    (first,) = backups(shop.backups)
    (wal,) = shop.backups.glob("wal-*")
    assert (wal / first.first).exists()
    last = make(shop.place, shop.backups, keep=1, environment={}, say=print)
    assert backups(shop.backups) == [last]
    assert last.name > first.name
    assert not (wal / first.first).exists() and (wal / last.first).exists()
    with pytest.raises(RestoreRefused, match="first moment that can be restored"):
        restore(
            shop.backups,
            folder / "earlier",
            first.ended(),
            running=shop.place,
            lost_log=None,
            environment={},
            say=print,
        )
    assert not (folder / "earlier").exists() and not (folder / "earlier.restoring").exists()


def pretended(folder: Path, **said: object) -> Path:
    """A folder of backups whose only backup is a description."""
    made = folder / "backups" / "20260101T000000Z"
    (made / "base").mkdir(parents=True)
    (made / "base" / "backup_manifest").touch()
    known = {
        "name": made.name,
        "began_at": "2026-01-01T00:00:00+00:00",
        "ended_at": "2026-01-01T00:01:00+00:00",
        "verified_at": "2026-01-01T00:02:00+00:00",
        "base_bytes": 1,
        "files_bytes": 1,
        "postgresql": "18",
        "wal": "wal-20260101T000000Z",
        "first": "000000010000000000000001",
        "key": "file",
        "key_mark": key_mark("k" * 40),
    }
    (made / "backup.json").write_text(json.dumps(known | said), encoding="utf-8")
    return folder / "backups"


@pytest.mark.parametrize(
    ("said", "environment", "why"),
    [
        ({"postgresql": "17"}, {}, "PostgreSQL 17"),
        ({"key": "environment"}, {}, "ENFILADE_KEY"),
        ({}, {"ENFILADE_KEY": "x" * 40}, "another key"),
        ({"base_bytes": 10**18}, {}, "no room"),
        ({"ended_at": "2026-02-02T00:00:00+00:00"}, {}, "first moment"),
    ],
)
def test_what_cannot_be_restored_is_refused_before_anything_is_made(
    tmp_path: Path, said: dict[str, object], environment: dict[str, str], why: str
) -> None:
    known = pretended(tmp_path, **said)
    with pytest.raises(RestoreRefused, match=why):
        restore(
            known,
            tmp_path / "again",
            datetime(2026, 1, 3, tzinfo=UTC),
            running=Place(tmp_path / "shop", tmp_path / "s"),
            lost_log=None,
            environment=environment,
            say=print,
        )
    assert not (tmp_path / "again").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    known = pretended(tmp_path)
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "key").write_text("of a running shop", encoding="ascii")
    with pytest.raises(RestoreRefused, match="not empty"):
        restore(
            known,
            tmp_path / "again",
            None,
            running=Place(tmp_path / "shop", tmp_path / "s"),
            lost_log=None,
            environment={},
            say=print,
        )
    assert [path.name for path in (tmp_path / "again").iterdir()] == ["key"]


def test_a_moment_says_its_zone() -> None:
    assert moment("2026-11-22T14:30:00+01:00") == datetime(2026, 11, 22, 13, 30, tzinfo=UTC)
    assert moment("2026-11-22T14:30:00Z") == datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
    assert moment("latest") is None
    for wrong in ("2026-11-22T14:30:00", "2026-11-22", "yesterday", "14:30"):
        with pytest.raises(RestoreRefused):
            moment(wrong)
