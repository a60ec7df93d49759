"""The ground a measurement stands on: a PostgreSQL of the bench's own, the loaded world as a template, clones of it."""

import asyncio
import hashlib
import inspect
import os
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

import enfilade
from bench.servers import cpu_seconds
from enfilade.base import database
from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db
from enfilade.base.embedded import ADMINISTRATOR, Cluster, claimed
from enfilade.stock.counts import Count, record_counts
from enfilade.world.make import make
from enfilade.world.scale import Scale

#: So many pieces stand where the bench buys, that no run comes to the last one.
PIECES = 1_000_000
#: Bought are these many pieces in as many places, over all maisons.
PLACES = 300
#: And in a few places stand just so many, for all to want at once.
HOT_PLACES = 4
HOT_PIECES = 50
TEMPLATES_KEPT = 4
#: The embedded server's settings hold, and pgbench with a connection a buyer must find room beside the pools.
MORE = "\nmax_connections = 500\n"


@dataclass(frozen=True, slots=True)
class Place:
    """A piece that can be collected in a boutique, and the multi-brand store that sells it."""

    store: str
    market: str
    maison_id: UUID
    maison: str
    location_id: UUID
    product_id: UUID
    product: str
    variant_id: UUID
    latitude: float
    longitude: float
    country: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A running cluster with the world in the database `template`."""

    cluster: Cluster
    template: str

    def clone(self, name: str) -> Addresses:
        """A fresh copy of the world under this name; an older one of the name is dropped."""
        admin = self.cluster.address(ADMINISTRATOR, "postgres")
        with psycopg.connect(admin, autocommit=True) as conn:
            _drop(conn, name)
            conn.execute(
                sql.SQL("create database {} template {} owner enfilade_owner strategy file_copy").format(
                    sql.Identifier(name), sql.Identifier(self.template)
                )
            )
        return database.prepare(admin, name)

    def itself(self) -> Addresses:
        """The world itself: what is done to it stays."""
        return database.prepare(self.cluster.address(ADMINISTRATOR, "postgres"), self.template)

    def cpu_seconds(self) -> float | None:
        """What PostgreSQL's processes have used since they began."""
        pid = self.cluster.pid()
        return None if pid is None else cpu_seconds(pid)

    def checkpoint(self) -> None:
        """Writes out what the set-up left dirty, so that no measured round pays for it."""
        with psycopg.connect(self.cluster.address(ADMINISTRATOR, "postgres"), autocommit=True) as conn:
            conn.execute("checkpoint")


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
    told.update(
        f"{inspect.getsource(_places)}{inspect.getsource(_stock_up)}{PIECES} {PLACES} {HOT_PLACES}".encode()
    )
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
                _drop(conn, name)
                known.remove(name)
        for old in known[: max(0, len(known) - TEMPLATES_KEPT + 1)]:
            _drop(conn, old)
        _drop(conn, "loading")
    at = database.prepare(admin, "loading")
    database.migrate(at.admin)
    asyncio.run(make(at, scale, now=datetime.now(UTC)))
    asyncio.run(_stock_up(at))
    _tidied(cluster, "loading")
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(sql.SQL("alter database loading rename to {}").format(sql.Identifier(name)))
    return name


def _tidied(cluster: Cluster, name: str) -> None:
    with psycopg.connect(cluster.address(ADMINISTRATOR, name), autocommit=True) as conn:
        conn.execute("vacuum analyze")


def places(at: Addresses) -> list[Place]:
    """Where the bench buys: as many maisons, boutiques and pieces as there are, always the same ones."""
    found = _places(at)
    return found[_hot(found) :]


def hot_places(at: Addresses) -> list[Place]:
    """Where few pieces stand."""
    found = _places(at)
    return found[: _hot(found)]


def _hot(found: list[Place]) -> int:
    return min(HOT_PLACES, len(found) // 4)


def _places(at: Addresses) -> list[Place]:
    with psycopg.connect(at.admin) as conn, conn.cursor(row_factory=class_row(Place)) as cursor:
        found = cursor.execute(
            """
            with sold as (
              select distinct on (s.maison_id, v.id) t.slug as store, r.market, s.maison_id, m.slug as maison,
                b.id as location_id, p.id as product_id, p.slug as product, v.id as variant_id,
                b.latitude, b.longitude, b.country
              from public_facts.store t
              join public_facts.store_maison s on s.store_id = t.id
              join public_facts.maison m on m.maison_id = s.maison_id
              join public_facts.product p on p.maison_id = s.maison_id
              join public_facts.variant v on v.product_id = p.id
              join public_facts.price r on r.variant_id = v.id and r.market = 'fr'
              join public_facts.availability a on a.maison_id = v.maison_id and a.variant_id = v.id and a.collect > 0
              join public_facts.boutique b on b.id = a.location_id
              where t.multi_brand
              order by s.maison_id, v.id, md5(b.code)
            ), dealt as (
              select sold.*, row_number() over (partition by maison order by md5(product || variant_id::text)) as turn
              from sold
            )
            select store, market, maison_id, maison, location_id, product_id, product, variant_id, latitude, longitude, country
            from dealt order by turn, maison limit %(most)s
            """,
            {"most": PLACES + HOT_PLACES},
        ).fetchall()
    assert found, "the world sells nothing"
    return found


async def count(at: Addresses, counted: Iterable[tuple[Place, int]], now: datetime) -> None:
    """Somebody counts so many pieces at each of these places."""
    by_maison: dict[UUID, list[Count]] = {}
    for place, pieces in counted:
        by_maison.setdefault(place.maison_id, []).append(
            Count(place.location_id, place.variant_id, pieces, now)
        )
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    try:
        for maison_id, counts in by_maison.items():

            async def verb(conn: Conn, maison_id: UUID = maison_id, counts: list[Count] = counts) -> None:
                await record_counts(conn, maison_id=maison_id, counts=counts, source="bench", now=now)

            await db.run(Actor.importer(), maison_id, verb)
    finally:
        await db.close()


async def _stock_up(at: Addresses) -> None:
    # Later than whatever the world counted, so that it is not taken for old news.
    now = datetime.now(UTC) + timedelta(days=2)
    counted = [(place, PIECES) for place in places(at)] + [(place, HOT_PIECES) for place in hot_places(at)]
    await count(at, counted, now)


def _drop(conn: psycopg.Connection, name: str) -> None:
    conn.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
