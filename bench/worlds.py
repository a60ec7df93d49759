"""The worlds that measurements stand on: made once, kept, and open for a while before anything is measured."""

import asyncio
import hashlib
import inspect
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg import sql

import enfilade
from bench import figures, servers
from bench import ground as bench_ground
from bench.field import first
from bench.ground import HOT_PIECES, PIECES, Ground, count, drop, hot_places, places, tell_apart
from bench.hot import NAME, SERIALISED, wanted
from bench.load import load
from enfilade.base import database
from enfilade.base.database import Addresses
from enfilade.base.embedded import ADMINISTRATOR, Cluster, claimed
from enfilade.world.make import make
from enfilade.world.scale import Scale

TEMPLATES_KEPT = 4
#: Purchases before the doors open to measurements: until PostgreSQL has looked at its tables once, which it does in the first
#: minute, it takes those of orders for empty, and its plans grow dearer with every order.
SOLD_BEFORE = 1000
#: The embedded server's settings hold, and pgbench with a connection a buyer must find room beside the pools.
MORE = "\nmax_connections = 500\n"


@contextmanager
def ground(scale: Scale, folder: Path | None = None) -> Generator[Ground]:
    """The cluster, started and stopped, with the world of `scale` in it; loaded only where it is not there yet."""
    # One a checkout, and outside it: PostgreSQL's user may not be able to enter where the project lies.
    mark = hashlib.sha256(os.fsencode(Path(__file__).resolve())).hexdigest()[:8]
    folder = folder or Path(tempfile.gettempdir()) / f"enfilade-bench-{os.geteuid()}-{mark}"
    with claimed(folder):
        folder.chmod(0o755)
        cluster = Cluster(folder / "postgresql", folder / "socket")
        cluster.prepare()
        settings = cluster.data / "postgresql.conf"
        if MORE not in (written := settings.read_text(encoding="utf-8")):
            settings.write_text(written + MORE, encoding="utf-8")
        cluster.start()
        try:
            yield Ground(cluster, _template(cluster, scale))
        finally:
            cluster.stop()


def version(scale: Scale) -> str:
    """Names a world: another as soon as the generator, the scale or what the bench adds is another."""
    told = hashlib.sha256(repr(astuple(scale)).encode())
    for path in sorted((Path(enfilade.__file__).parent / "world").rglob("*")):
        if path.suffix in (".py", ".toml", ".csv"):
            told.update(path.read_bytes())
    told.update(Path(bench_ground.__file__).read_bytes() + inspect.getsource(_stock_up).encode())
    told.update(str(SOLD_BEFORE).encode())
    # Opening hours are written out for some weeks ahead.
    told.update(f"{datetime.now(UTC):%G-%V}".encode())
    return f"world_{told.hexdigest()[:12]}"


def _template(cluster: Cluster, scale: Scale) -> str:
    """The name of the database with the world: migrated to where the migrations are now, made where it is not there."""
    admin = cluster.address(ADMINISTRATOR, "postgres")
    name = version(scale)
    with psycopg.connect(admin, autocommit=True) as conn:
        rows = conn.execute(
            "select datname from pg_database where datname like 'world%' order by oid"
        ).fetchall()
        known = [str(row[0]) for row in rows]
        if name in known:
            try:
                if database.migrate(database.prepare(admin, name).admin):
                    _tidied(cluster, name)
                return name
            except database.MigrationChanged:
                drop(conn, name)
                known.remove(name)
        for old in known[: max(0, len(known) - TEMPLATES_KEPT + 1)]:
            drop(conn, old)
        drop(conn, "loading")
    at = database.prepare(admin, "loading")
    database.migrate(at.admin)
    asyncio.run(make(at, scale, now=datetime.now(UTC)))
    asyncio.run(_stock_up(at))
    _opened(at)
    _tidied(cluster, "loading")
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(sql.SQL("alter database loading rename to {}").format(sql.Identifier(name)))
    return name


async def _stock_up(at: Addresses) -> None:
    # Later than whatever the world counted, so that it is not taken for old news.
    now = datetime.now(UTC) + timedelta(days=2)
    hot = hot_places(at)
    counted = [(place, PIECES) for place in places(at)] + [(place, HOT_PIECES) for place in wanted(NAME, hot)]
    await count(at, counted, now)
    await tell_apart(at, wanted(SERIALISED, hot), HOT_PIECES, now)


def _opened(at: Addresses) -> None:
    with servers.shop(at, workers=2) as server:
        sold = load(server.port, first(figures.purchases(places(at)), SOLD_BEFORE), clients=8)
    assert not sold.errors, sold.errors[:3]


def _tidied(cluster: Cluster, name: str) -> None:
    with psycopg.connect(cluster.address(ADMINISTRATOR, name), autocommit=True) as conn:
        conn.execute("vacuum analyze")
