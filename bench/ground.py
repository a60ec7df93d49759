"""The ground a measurement stands on: the world as a template, clones of it, and the places where the bench buys."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from bench.servers import cpu_seconds
from enfilade.base import database
from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db
from enfilade.base.embedded import ADMINISTRATOR, Cluster
from enfilade.stock.counts import Count, record_counts
from enfilade.stock.pieces_told import receive
from enfilade.stock.serialising import serialise
from enfilade.stock.serials import Found

#: So many pieces stand where the bench buys, that no run comes to the last one.
PIECES = 1_000_000
#: Bought are these many pieces in as many places, over all maisons.
PLACES = 300
#: And in a few places stand just so many, for all to want at once; in the second half of these they are told apart by serials.
HOT_PLACES = 8
HOT_PIECES = 50


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
class Family:
    """A maison's pieces of one kind."""

    maison: str
    family: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A running cluster with the world in the database `template`."""

    cluster: Cluster
    template: str

    def clone(self, name: str) -> Addresses:
        """A fresh copy of the world under this name; an older one of the name is dropped."""
        admin = self.cluster.address(ADMINISTRATOR, "postgres")
        with psycopg.connect(admin, autocommit=True) as conn:
            drop(conn, name)
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


def places(at: Addresses) -> list[Place]:
    """Where the bench buys: as many maisons, boutiques and pieces as there are, always the same ones."""
    found = _places(at)
    return found[_hot(found) :]


def families(at: Addresses) -> list[Family]:
    """Kinds of pieces, of many maisons."""
    with psycopg.connect(at.admin) as conn, conn.cursor(row_factory=class_row(Family)) as cursor:
        return cursor.execute(
            """
            select m.slug as maison, p.family from public_facts.product p
            join public_facts.maison m on m.maison_id = p.maison_id where p.family <> ''
            group by 1, 2 order by md5(m.slug || p.family) limit 60
            """
        ).fetchall()


def stories(at: Addresses) -> list[str]:
    """What the French market reads now, by the last part of the address."""
    with psycopg.connect(at.admin) as conn:
        return [
            str(slug)
            for (slug,) in conn.execute(
                """
                select s.slug from public_facts.story s join public_facts.story_market k on k.story_id = s.id
                where k.market = 'fr' and k.shown_from <= now() and (k.shown_until is null or k.shown_until > now())
                order by s.slug
                """
            )
        ]


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


async def tell_apart(at: Addresses, places: Iterable[Place], pieces: int, now: datetime) -> None:
    """These variants are counted piece by piece from now on, and so many of each stand at its place and nowhere else."""
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    try:
        for place in places:

            async def verb(conn: Conn, place: Place = place) -> None:
                cursor = await conn.execute(
                    "select location_id from stock.position where maison_id = %s and variant_id = %s and on_hand > 0",
                    [place.maison_id, place.variant_id],
                )
                none = [
                    Count(location_id, place.variant_id, 0, now) for (location_id,) in await cursor.fetchall()
                ]
                await record_counts(conn, maison_id=place.maison_id, counts=none, source="bench", now=now)
                await serialise(
                    conn,
                    maison_id=place.maison_id,
                    variant_id=place.variant_id,
                    serialised=True,
                    by_id=None,
                    now=now,
                )
                found = [Found(f"N-{number:04}") for number in range(pieces)]
                await receive(
                    conn,
                    maison_id=place.maison_id,
                    location_id=place.location_id,
                    variant_id=place.variant_id,
                    found=found,
                    by_id=None,
                    now=now,
                )

            await db.run(Actor.importer(), place.maison_id, verb)
    finally:
        await db.close()


def drop(conn: psycopg.Connection, name: str) -> None:
    conn.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
