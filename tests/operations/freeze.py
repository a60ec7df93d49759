"""Keeps what a release leaves behind: `python -m tests.operations.freeze 0.2.0`, on the day of the release.

Its statements, since its processes go on while the next release's migrations run; and a small world it made, since that is
what the next release finds.
"""

import asyncio
import json
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg

from enfilade.base import database
from enfilade.base.actors import Actor
from enfilade.base.binaries import binary
from enfilade.base.db import Db
from enfilade.base.embedded import ADMINISTRATOR, temporary
from enfilade.orders import baskets
from enfilade.orders.checkout import Checkouts
from enfilade.orders.placing import Contact
from enfilade.run import House, house
from tests.base.test_statements import STATEMENTS, UNPREPARABLE
from tests.conftest import settings_of
from tests.shop import Shop, found_shop

FROZEN = Path(__file__).parent / "releases"


def frozen_statements(address: str) -> list[dict[str, object]]:
    """Every statement of this program with the columns it reads."""
    found: list[dict[str, object]] = []
    with psycopg.connect(address, autocommit=True) as conn:
        for statement in STATEMENTS:
            text = statement.text.strip()
            if not text.lower().startswith(UNPREPARABLE):
                text = numbered(text)
                found.append({"where": statement.where, "text": text, "columns": columns(conn, text)})
    return found


def numbered(text: str) -> str:
    """With PostgreSQL's own parameters instead of names."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match.group(1) not in names:
            names.append(match.group(1))
        return f"${names.index(match.group(1)) + 1}"

    return re.sub(r"%\((\w+)\)s", number, text).replace("%%", "%")


def columns(conn: psycopg.Connection, text: str) -> list[str]:
    """The names of what a statement reads. Raises AssertionError with PostgreSQL's words where it cannot be prepared."""
    prepared = conn.pgconn.prepare(b"", text.encode())
    assert prepared.status == psycopg.pq.ExecStatus.COMMAND_OK, prepared.error_message.decode()
    described = conn.pgconn.describe_prepared(b"")
    return [(described.fname(index) or b"").decode() for index in range(described.nfields)]


async def live(made: House) -> None:
    """A shop with orders placed, a checkout open and a payment that waits for its second step, and nothing done by a worker."""
    now = datetime.now(UTC)
    await made.db.open()
    try:
        shop = await found_shop(made.db, now)
        for token in ("tok_ok", "tok_ok", "tok_refused", "tok_second_step", ""):
            await _visit(made.db, shop, made.checkouts, token, now)
    finally:
        await made.db.close()


async def _visit(db: Db, shop: Shop, checkouts: Checkouts, token: str, now: datetime) -> None:
    visitor = uuid4()
    async with db.acting(Actor.visitor(visitor), shop.store.maison_id) as conn:
        await baskets.put(
            conn,
            maison_id=shop.store.maison_id,
            store_id=shop.store.store_id,
            visitor_id=visitor,
            variant_id=shop.a.variants["alba-bag"],
            quantity=1,
            now=now,
        )
    opened = await checkouts.open(
        shop.store,
        visitor,
        method="collect",
        boutiques={shop.a.maison_id: shop.a.places["alba-1"]},
        market="fr",
        language="fr",
        key=uuid4().hex,
        now=now,
    )
    if token:
        await checkouts.complete(
            shop.store,
            visitor,
            opened,
            contact=Contact("Camille Aubry", "camille@client.example", "", None, ""),
            payment_method="card",
            card_token=token,
            key=uuid4().hex,
            now=now,
        )


def main(release: str) -> None:
    with temporary() as cluster:
        at = database.prepare(cluster.address(ADMINISTRATOR, "postgres"), "frozen")
        database.migrate(at.admin)
        FROZEN.mkdir(exist_ok=True)
        statements = json.dumps(frozen_statements(at.app), indent=0, ensure_ascii=False)
        (FROZEN / f"{release}-statements.json").write_text(statements + "\n", encoding="utf-8")
        with tempfile.TemporaryDirectory() as data:
            asyncio.run(live(house(settings_of(at, Path(data)))))
        dump = subprocess.run(
            [
                binary("pg_dump"),
                "--data-only",
                "--disable-triggers",
                "--exclude-table=public.migration",
                "--dbname",
                at.admin,
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        kept = re.sub(r"^\\(un)?restrict .*\n|^--.*\n|^\n", "", dump.stdout, flags=re.MULTILINE)
        (FROZEN / f"{release}-world.sql").write_text(kept, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
