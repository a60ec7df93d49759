"""Real PostgreSQL for every test: one cluster a worker, one migrated template, a clone for whoever asks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from enfilade.base import database
from enfilade.base.db import Db
from enfilade.base.embedded import ADMINISTRATOR, Cluster, temporary
from enfilade.base.settings import Settings, read
from tests.shop import Shop, found_shop

#: What `bin/test --quick` runs: the ground, the last piece, the checkout and its race. Everything else is marked slow.
QUICK = (
    "tests/base/test_ids.py",
    "tests/base/test_money.py",
    "tests/base/test_roles.py",
    "tests/base/test_schema.py",
    "tests/base/test_secrets.py",
    "tests/base/test_statements.py",
    "tests/orders/test_checkout.py",
    "tests/orders/test_race.py",
    "tests/orders/test_sourcing.py",
    "tests/stock/",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what is not quick."""
    for item in items:
        if not item.path.relative_to(config.rootpath).as_posix().startswith(QUICK):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A throw-away PostgreSQL of this worker."""
    with temporary() as running:
        yield running


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of a migrated, empty database."""
    at = database.prepare(cluster.address(ADMINISTRATOR, "postgres"), "template_migrated")
    database.migrate(at.admin)
    return "template_migrated"


@pytest.fixture(scope="session")
def migrated(cluster: Cluster, template: str) -> database.Addresses:
    """Addresses of a migrated, empty database that nobody writes to."""
    with psycopg.connect(cluster.address(ADMINISTRATOR, "postgres"), autocommit=True) as conn:
        conn.execute(
            "create database migrated template template_migrated owner enfilade_owner strategy file_copy"
        )
    return database.prepare(cluster.address(ADMINISTRATOR, "postgres"), "migrated")


def cloned(cluster: Cluster, template: str) -> AbstractContextManager[database.Addresses]:
    """A database of one's own, copied from `template` in well under a second, dropped afterwards."""
    return copied(cluster.address(ADMINISTRATOR, "postgres"), template)


@contextmanager
def copied(admin: str, template: str) -> Iterator[database.Addresses]:
    """The same by the administrator's address, for a process that has no more than that."""
    name = f"clone_{uuid4().hex[:12]}"
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(
            sql.SQL("create database {} template {} owner enfilade_owner strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    try:
        yield database.prepare(admin, name)
    finally:
        with psycopg.connect(admin, autocommit=True) as conn:
            conn.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@dataclass(frozen=True, slots=True)
class Founded:
    """The name of a database in which `shop` stands, to be copied."""

    template: str
    shop: Shop


@pytest.fixture(scope="session")
def founded(cluster: Cluster, template: str) -> Founded:
    """The small shop, founded once for all tests of this worker that ask for `shop`."""
    with psycopg.connect(cluster.address(ADMINISTRATOR, "postgres"), autocommit=True) as conn:
        conn.execute(
            sql.SQL("create database template_founded template {} owner enfilade_owner").format(
                sql.Identifier(template)
            )
        )
    at = database.prepare(cluster.address(ADMINISTRATOR, "postgres"), "template_founded")

    async def found() -> Shop:
        db = Db(at.app, at.public, at.group, connections_max=2)
        await db.open()
        try:
            return await found_shop(db, datetime.now(UTC))
        finally:
            await db.close()

    return Founded("template_founded", asyncio.run(found()))


@pytest.fixture
def shop(founded: Founded, addresses: database.Addresses) -> Shop:
    """The small shop of this test, in the database at `addresses`."""
    assert addresses
    return deepcopy(founded.shop)


@pytest.fixture
def addresses(
    request: pytest.FixtureRequest, cluster: Cluster, template: str
) -> Iterator[database.Addresses]:
    """The addresses of a fresh, migrated database of this test; the small shop stands in it if the test asks for `shop`."""
    if "founded" in request.fixturenames:
        template = request.getfixturevalue("founded").template
    with cloned(cluster, template) as at:
        yield at


@pytest.fixture
async def db(addresses: database.Addresses) -> AsyncIterator[Db]:
    """The application's three pools in a fresh database; what a test does is committed."""
    pools = Db(addresses.app, addresses.public, addresses.group, connections_max=8)
    await pools.open()
    try:
        yield pools
    finally:
        await pools.close()


@pytest.fixture
def settings(addresses: database.Addresses, tmp_path: Path) -> Settings:
    """Settings of a shop on this test's database, with its data in a folder of its own."""
    return settings_of(addresses, tmp_path)


def settings_of(at: database.Addresses, data: Path, **more: str) -> Settings:
    """As `read` makes them from an environment."""
    return read(
        {"ENFILADE_DATABASE_URL": at.admin, "ENFILADE_DATA": str(data), "ENFILADE_DEMO": "yes", **more}
    )


@pytest.fixture
def admin(addresses: database.Addresses) -> Iterator[Callable[..., list[tuple[object, ...]]]]:
    """Looks at any row, past all policies: `admin("select …", parameters)`."""
    with psycopg.connect(addresses.admin, autocommit=True) as conn:

        def look(query: str, parameters: object = None) -> list[tuple[object, ...]]:
            cursor = conn.execute(query.encode(), parameters)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

        yield look
