"""Migrations run while orders run: no request fails, none waits longer than a migration waits for a lock, and a little."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from enfilade.base import migrations
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.orders import books
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions
from tests.operations.buyers import buying
from tests.operations.migration_rules import Made, objections
from tests.served import Served, served
from tests.shop import Shop, count, found_shop

BUYERS = 6
BLOCKED_SECONDS = 2.5
#: What a request may take longer than usual: LOCK_WAIT, and once more for whoever queues behind, on a busy machine.
WAITED_SECONDS_MAX = 0.5 + 1.0

#: One of each kind a release may need, on the tables every order touches.
NEWER = {
    "20990101T000000_columns.sql": """
        alter table orders.order add column gift text not null default '';
        alter table stock.position add column counted_by uuid;
        alter table orders.order add constraint gift_bounded check (length(gift) <= 200) not valid;""",
    "20990101T000100_validate.sql": "alter table orders.order validate constraint gift_bounded;",
    "20990101T000200_index.sql": """-- outside a transaction
        create index concurrently order_by_gift on orders.order (maison_id, gift);
        create index concurrently position_by_counter on stock.position (counted_by) where counted_by is not null;""",
    "20990101T000300_table.sql": """
        create table orders.ribbon (maison_id uuid not null, id uuid not null, colour text not null, primary key (maison_id, id));
        alter table orders.ribbon enable row level security;
        create policy inside on orders.ribbon to enfilade_app using (maison_id = base.maison() and base.inside());""",
}


@pytest.fixture
async def shop(db: Db) -> Shop:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    for house in (shop.a, shop.b):
        await count(db, house, f"{house.slug}-1", f"{house.slug}-bag", 9_000, now + timedelta(seconds=1))
    return shop


@pytest.fixture
async def open_shop(addresses: Addresses, shop: Shop, tmp_path: Path) -> AsyncIterator[Served]:
    assert shop
    async with served(addresses, tmp_path) as running:
        yield running


def blocked(admin: str, seconds: float, begun: threading.Event) -> None:
    """Somebody reads the tables in a transaction of some length, as a figure or a dump does."""
    with psycopg.connect(admin) as conn:
        conn.execute("select count(*) from orders.order")
        conn.execute("select count(*) from stock.position")
        begun.set()
        conn.execute("select pg_sleep(%s)", [seconds])


def newer(folder: Path) -> Path:
    folder.mkdir()
    for name, text in NEWER.items():
        assert objections(text, Made()) == []
        (folder / name).write_text(text, encoding="utf-8")
    return folder


async def test_orders_go_on_while_migrations_run(
    open_shop: Served, shop: Shop, addresses: Addresses, db: Db, tmp_path: Path
) -> None:
    def connect() -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=open_shop.base, timeout=30, trust_env=False)

    async with buying(connect, shop, buyers=BUYERS) as usual:
        await asyncio.sleep(1)

    said: list[str] = []
    async with buying(connect, shop, buyers=BUYERS) as journal:
        begun = threading.Event()
        reader = asyncio.create_task(asyncio.to_thread(blocked, addresses.admin, BLOCKED_SECONDS, begun))
        await asyncio.to_thread(begun.wait)
        before = len(journal.orders)
        runners = [
            asyncio.to_thread(migrations.migrate, addresses.admin, at=newer(tmp_path / name), say=said.append)
            for name in ("one", "two")
        ]
        applied = await asyncio.gather(*runners)
        await reader
        during = len(journal.orders) - before

    assert sorted(applied) == [[], sorted(NEWER)]  # two runners, and each migration once
    assert any("trying again" in line for line in said), said
    assert any("another runner" in line for line in said), said
    assert usual.failures() == []
    assert journal.failures() == []
    assert during > 0
    assert journal.slowest() < usual.slowest() + WAITED_SECONDS_MAX
    for house in (shop.a, shop.b):
        assert await positions.verify(db, maison_id=house.maison_id) == []
        assert await promises.verify(db, maison_id=house.maison_id) == []
        assert await books.verify(db, maison_id=house.maison_id) == []

    # The twin: a change that waits for its lock as long as it takes, and everybody behind it.
    def impatient() -> None:
        with psycopg.connect(addresses.admin, autocommit=True) as conn:
            conn.execute("alter table orders.order add column ribbon text")

    async with buying(connect, shop, buyers=BUYERS) as waiting:
        begun = threading.Event()
        reader = asyncio.create_task(asyncio.to_thread(blocked, addresses.admin, BLOCKED_SECONDS, begun))
        await asyncio.to_thread(begun.wait)
        await asyncio.to_thread(impatient)
        await reader
    assert waiting.slowest() > BLOCKED_SECONDS - 0.5


def test_an_interrupted_index_is_built_anew(addresses: Addresses, tmp_path: Path) -> None:
    """What a concurrent build leaves when it fails half way is an invalid index of that name."""
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        conn.execute("insert into public.migration (name, checksum) values ('x', 'y')")
        conn.execute("create table orders.twice (n integer)")
        conn.execute("alter table orders.twice owner to enfilade_owner")
        conn.execute("insert into orders.twice values (1), (1)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            conn.execute("create unique index concurrently once on orders.twice (n)")
        conn.execute("delete from orders.twice")
        folder = tmp_path / "migrations"
        folder.mkdir()
        text = "-- outside a transaction\ncreate unique index concurrently once on orders.twice (n);\n"
        (folder / "20990101T000000_once.sql").write_text(text, encoding="utf-8")
        assert migrations.migrate(addresses.admin, at=folder) == ["20990101T000000_once.sql"]
        valid = conn.execute(
            "select indisvalid from pg_index where indexrelid = 'orders.once'::regclass"
        ).fetchone()
        assert valid == (True,)


def test_a_lock_that_never_comes_is_given_up_with_nothing_done(addresses: Addresses, tmp_path: Path) -> None:
    folder = newer(tmp_path / "migrations")
    with psycopg.connect(addresses.admin) as conn:
        conn.execute("select count(*) from orders.order")
        with pytest.raises(migrations.MigrationWaits, match="20990101T000000_columns"):
            migrations.migrate(addresses.admin, at=folder, patience_seconds=0.5)
    assert migrations.migrate(addresses.admin, at=folder) == sorted(NEWER)
