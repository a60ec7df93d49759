"""A throw-away shop with one piece left, and the same shop without what guards it."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import psycopg
from psycopg import sql

from enfilade.base import database
from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db, many, one
from enfilade.base.embedded import ADMINISTRATOR, temporary
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions
from enfilade.stock.counts import Count, record_counts
from enfilade.world.make import make
from enfilade.world.scale import sized

#: One maison, its boutiques and a few pieces; nothing else is needed to lose one twice.
SCALE = sized(maisons=1, locations=7, variants=6, positions=18, order_lines=0, days=1)


@dataclass(frozen=True, slots=True)
class LastPiece:
    """What everybody wants, and where it lies."""

    store: str
    maison_id: UUID
    boutique_id: UUID
    variant_id: UUID
    maison: str
    name: str
    boutique: str


@dataclass(frozen=True, slots=True)
class Shops:
    """The same shop twice."""

    piece: LastPiece
    guarded: Addresses
    unguarded: Addresses


@contextmanager
def shops() -> Generator[Shops]:
    """A PostgreSQL of its own with both, gone afterwards. Some ten seconds."""
    with temporary() as cluster:
        admin = cluster.address(ADMINISTRATOR, "postgres")
        guarded = database.prepare(admin, "guarded")
        database.migrate(guarded.admin)
        now = datetime.now(UTC)
        asyncio.run(make(guarded, SCALE, now=now, processes=0))
        piece = asyncio.run(_one_left(guarded))
        with psycopg.connect(admin, autocommit=True) as conn:
            conn.execute(
                sql.SQL("create database unguarded template guarded owner enfilade_owner strategy file_copy")
            )
        unguarded = database.prepare(admin, "unguarded")
        _forget_the_guard(unguarded.admin)
        yield Shops(piece, guarded, unguarded)


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    location_id: UUID
    variant_id: UUID


async def _one_left(at: Addresses) -> LastPiece:
    """Counts one variant down to one piece, in a boutique that never closes."""
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    try:
        async with db.public() as conn:
            piece = await one(
                conn,
                LastPiece,
                """
                select s.slug as store, a.maison_id, b.id as boutique_id, a.variant_id, m.name as maison, t.name,
                  b.name as boutique
                from public_facts.availability a
                join public_facts.boutique b on b.id = a.location_id and b.opening_hours = '24/7'
                join public_facts.maison m on m.maison_id = a.maison_id
                join public_facts.store s on s.maison_id = a.maison_id
                join public_facts.variant v on v.id = a.variant_id
                join public_facts.product_text t on t.product_id = v.product_id and t.language = 'en'
                where a.collect > 0
                order by v.sku limit 1
                """,
            )

        async def count(conn: Conn) -> None:
            now = datetime.now(UTC)
            kept = await many(
                conn,
                _Elsewhere,
                """
                select location_id, variant_id from stock.position
                where maison_id = %(maison_id)s and variant_id = %(variant_id)s
                """,
                maison_id=piece.maison_id,
                variant_id=piece.variant_id,
            )
            counts = [
                Count(at.location_id, at.variant_id, int(at.location_id == piece.boutique_id), now)
                for at in kept
            ]
            await record_counts(conn, maison_id=piece.maison_id, counts=counts, source="count", now=now)

        await db.run(Actor.importer(), piece.maison_id, count)
    finally:
        await db.close()
    return piece


def _forget_the_guard(admin: str) -> None:
    """No constraint, and counters that forget what they held: as if each request had looked and then written."""
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("alter table stock.position drop constraint never_oversold")
        conn.execute(
            """
            create function stock.forget() returns trigger language plpgsql as
            $$ begin new.held := 0; new.allocated := 0; return new; end $$
            """
        )
        conn.execute(
            "create trigger forget before update on stock.position for each row execute function stock.forget()"
        )


@dataclass(frozen=True, slots=True)
class Books:
    """What the database says afterwards: orders of the piece, and what `enfilade stock verify` finds wrong."""

    orders: int
    disagreements: int


async def books(at: Addresses, piece: LastPiece) -> Books:
    """Read past everything that was answered."""
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    try:
        wrong = [
            *await positions.verify(db, maison_id=piece.maison_id),
            *await promises.verify(db, maison_id=piece.maison_id),
        ]
    finally:
        await db.close()
    with psycopg.connect(at.admin) as conn:
        found = conn.execute(
            "select count(distinct order_id) from orders.order_line where variant_id = %(id)s",
            {"id": piece.variant_id},
        ).fetchone()
    assert found is not None
    return Books(found[0], len(wrong))
