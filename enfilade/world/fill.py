"""A large world's pieces, orders and stock into the ground that was laid: every maison by itself, two at once.

A maison's rows follow from seed, scale, day and clock alone, so it does not matter which process had it, or when.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from multiprocessing import active_children, get_context
from multiprocessing.queues import SimpleQueue
from time import monotonic
from typing import Any
from uuid import UUID

import psycopg

from enfilade.base.db import Conn, many, one
from enfilade.channels.catalogues import PriceList
from enfilade.maisons.markets import markets_of
from enfilade.orders import aggregates, pace
from enfilade.stock import totals
from enfilade.world.boutiques import boutique_rows
from enfilade.world.copying import TABLES, Copier
from enfilade.world.generate import World, world
from enfilade.world.many_orders import Seller, copy_orders
from enfilade.world.many_pieces import copy_pieces
from enfilade.world.many_positions import Ledger, Place, assortments, copy_positions
from enfilade.world.scale import Scale, ScaleRefused
from enfilade.world.set_aside import foreign_keys_set_aside
from enfilade.world.shares import parted

#: Hears how many more rows of positions and order lines stand.
Heard = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Share:
    """A maison's part of the world's rows."""

    slug: str
    variants: int
    positions: int
    order_lines: int


@dataclass(slots=True)
class Filled:
    """Rows by table, and seconds: of each table's COPY (over both processes), and of each step by its name."""

    rows: Counter[str] = field(default_factory=Counter[str])
    copying: dict[str, float] = field(default_factory=dict[str, float])
    seconds: dict[str, float] = field(default_factory=dict[str, float])


def shares_of(world: World) -> list[Share]:
    """Exactly the world's figures, parted by the maisons' weights; the largest part first. Raises ScaleRefused."""
    scale = world.scale
    weights = [maison.weight for maison in world.maisons]
    variants = [1 + more for more in parted(scale.variants - scale.maisons, [w**0.25 for w in weights])]
    keeping = [
        sum(row["kind"] != "atelier" for row in boutique_rows(scale, maison)) for maison in world.maisons
    ]
    pairs = [places * pieces for places, pieces in zip(keeping, variants, strict=True)]
    if sum(pairs) < scale.positions:
        raise ScaleRefused(
            f"positions={scale.positions}: there are {sum(pairs)} pairs of a place and a variant"
        )
    positions = parted(scale.positions, pairs, pairs)
    lines = parted(scale.order_lines, weights)
    shares = [
        Share(maison.slug, *figures)
        for maison, *figures in zip(world.maisons, variants, positions, lines, strict=True)
    ]
    return sorted(shares, key=lambda share: -(share.positions + 2 * share.order_lines))


async def fill(admin: str, world: World, now: datetime, heard: Heard, *, processes: int = 2) -> Filled:
    """Writes all of it as the tables' owner, on ground where nothing else stands. Broken off, the database is waste.

    `processes` 0: here, one maison after the other.
    """
    filled = Filled()
    shares = shares_of(world)
    async with await _owner(admin) as conn:
        began = monotonic()
        # The ledger has none, and is the only one that is partitioned.
        async with foreign_keys_set_aside(conn, [table for table in TABLES if table != "stock.movement"]):
            for copied in await _each(fill_maison, admin, world, shares, now, heard, processes):
                filled.rows += copied.rows
                for table, seconds in copied.copying.items():
                    filled.copying[table] = filled.copying.get(table, 0.0) + seconds
            began = _took(filled, "rows", began)
        began = _took(filled, "foreign keys", began)
        await conn.execute("vacuum (analyze)")
        began = _took(filled, "vacuum", began)
        await _each(count_maison, admin, world, shares, now, heard, processes)
        await conn.execute("analyze")
        _took(filled, "figures", began)
    return filled


def _took(filled: Filled, step: str, began: float) -> float:
    now = monotonic()
    filled.seconds[step] = now - began
    return now


async def _owner(admin: str) -> Conn:
    conn: Conn = await psycopg.AsyncConnection.connect(admin, autocommit=True)
    for setting in (
        "set role enfilade_owner",
        "set synchronous_commit = off",
        "set maintenance_work_mem = '512MB'",
    ):
        await conn.execute(setting)
    return conn


@dataclass(frozen=True, slots=True)
class _Tenant:
    maison_id: UUID
    store_id: UUID


@dataclass(frozen=True, slots=True)
class _Located:
    id: UUID
    code: str
    staff_id: UUID | None


@dataclass(frozen=True, slots=True)
class _Entity:
    code: str
    legal_entity_id: UUID


async def fill_maison(admin: str, world: World, share: Share, now: datetime, heard: Heard) -> Filled:
    """One maison's pieces, then its orders, then the stock that they left, in one transaction."""
    maison, scale = world.maison(share.slug), world.scale
    async with await _owner(admin) as conn, conn.transaction():
        tenant = await one(
            conn,
            _Tenant,
            """
            select m.maison_id, s.id as store_id from maisons.maison m join maisons.store s on s.maison_id = m.maison_id
            where m.slug = %(slug)s
            """,
            slug=share.slug,
        )
        maison_id = tenant.maison_id
        located = await many(
            conn,
            _Located,
            """
            select l.id, l.code, (select p.staff_id from staff.post p join staff.person q on q.maison_id = p.maison_id
              and q.id = p.staff_id where p.maison_id = l.maison_id and p.location_id = l.id and q.role = 'advisor'
              order by p.staff_id limit 1) as staff_id
            from boutiques.location l where l.maison_id = %(maison_id)s order by l.id
            """,
            maison_id=maison_id,
        )
        entities = await many(
            conn,
            _Entity,
            "select code, legal_entity_id from maisons.market where maison_id = %(maison_id)s",
            maison_id=maison_id,
        )
        markets = await markets_of(conn, maison_id=maison_id)
        drawn = {row["code"]: row for row in world.boutique_rows(maison)}
        places = [Place(place.id.hex, drawn[place.code]) for place in located]
        copier = Copier(conn)
        pieces = await copy_pieces(
            copier,
            maison_id=maison_id,
            scale=scale,
            maison=maison,
            variants=share.variants,
            prices=PriceList(markets),
            now=now,
        )
        kept = assortments(scale, maison, places, len(pieces), share.positions)
        ledger = Ledger.of(now)
        seller = Seller(
            tenant=maison_id.hex,
            store_id=tenant.store_id.hex,
            markets={market.code: market for market in markets},
            entities={entity.code: entity.legal_entity_id.hex for entity in entities},
            staff={place.id.hex: place.staff_id.hex for place in located if place.staff_id},
        )
        await copy_orders(
            copier,
            seller=seller,
            scale=scale,
            maison=maison,
            places=places,
            pieces=pieces,
            kept=kept,
            ledger=ledger,
            lines=share.order_lines,
            now=now,
            heard=heard,
        )
        await copy_positions(
            copier,
            tenant=maison_id.hex,
            scale=scale,
            maison=maison,
            places=places,
            pieces=pieces,
            kept=kept,
            ledger=ledger,
            now=now,
            heard=heard,
        )
        return Filled(copier.rows, copier.seconds)


async def count_maison(admin: str, world: World, share: Share, now: datetime, heard: Heard) -> Filled:
    """What the group reads of the maison, counted from its orders; what is at its places."""
    async with await _owner(admin) as conn, conn.transaction():
        tenant = await one(
            conn,
            _Tenant,
            "select maison_id, id as store_id from maisons.store where slug = %(slug)s",
            slug=share.slug,
        )
        await aggregates.refresh_all(conn, maison_id=tenant.maison_id, now=now)
        await totals.add_up(conn, maison_id=tenant.maison_id, now=now)
        await pace.refresh(conn, maison_id=tenant.maison_id, now=now)
    return Filled()


Step = Callable[[str, World, Share, datetime, Heard], Coroutine[Any, Any, Filled]]


async def _each(
    step: Step, admin: str, world: World, shares: list[Share], now: datetime, heard: Heard, processes: int
) -> list[Filled]:
    if not processes:
        return [await step(admin, world, share, now, heard) for share in shares]
    context = get_context("spawn")
    news: SimpleQueue[int | None] = context.SimpleQueue()

    def listen() -> None:
        while (rows := news.get()) is not None:
            heard(rows)

    listening = asyncio.create_task(asyncio.to_thread(listen))
    try:
        with ProcessPoolExecutor(processes, context, _begin, (news,)) as pool:
            run = partial(asyncio.get_running_loop().run_in_executor, pool, _alone)
            turns = [run(step, admin, world.scale, world.today, share, now) for share in shares]
            try:
                return await asyncio.gather(*turns)
            except BaseException:
                # Nobody waits for a maison that is half written and will be thrown away.
                pool.shutdown(wait=False, cancel_futures=True)
                for child in active_children():
                    child.terminate()
                raise
    finally:
        news.put(None)
        await listening


_NEWS: list["SimpleQueue[int | None]"] = []


def _begin(news: "SimpleQueue[int | None]") -> None:
    _NEWS.append(news)


def _alone(step: Step, admin: str, scale: Scale, today: date, share: Share, now: datetime) -> Filled:
    return asyncio.run(step(admin, world(scale, today=today), share, now, _NEWS[0].put))
