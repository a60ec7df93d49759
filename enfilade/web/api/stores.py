"""The stores by the name in their address: read once a second by each process, not once a request."""

import asyncio
import time
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakKeyDictionary

from litestar.exceptions import NotFoundException

from enfilade.base.db import Db, many, maybe, tally
from enfilade.orders.checkout import Store

KEPT_SECONDS = 1.0
#: Beyond so many, a store that is not among them is looked up each time.
KEPT_MAX = 2_000


@dataclass(frozen=True, slots=True)
class _Named:
    slug: str
    store_id: UUID
    maison_id: UUID


@dataclass(slots=True)
class _Known:
    by_slug: dict[str, Store] = field(default_factory=dict[str, Store])
    until: float = 0.0
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


_known: WeakKeyDictionary[Db, _Known] = WeakKeyDictionary()


async def store(db: Db, slug: str) -> Store:
    """The store of this name, published; 404 where there is none. What changed is known a second later at most."""
    known = _known.setdefault(db, _Known())
    if time.monotonic() >= known.until:
        async with known.reading:
            if time.monotonic() >= known.until:
                await _read(db, known)
    found = known.by_slug.get(slug) or await _look_up(db, slug)
    if found is None:
        raise NotFoundException(detail=f"no store is called “{slug}”")
    return found


async def _read(db: Db, known: _Known) -> None:
    counting = tally.set(None)  # read for all who ask in this second: nobody's own statement
    try:
        async with db.public() as conn:
            rows = await many(
                conn,
                _Named,
                "select slug, id as store_id, maison_id from public_facts.store order by slug limit %(most)s",
                most=KEPT_MAX,
            )
    finally:
        tally.reset(counting)
    known.by_slug = {row.slug: Store(row.store_id, row.maison_id) for row in rows}
    known.until = time.monotonic() + KEPT_SECONDS


async def _look_up(db: Db, slug: str) -> Store | None:
    """One that was opened in this second, or is one of too many."""
    async with db.public() as conn:
        return await maybe(
            conn,
            Store,
            "select id as store_id, maison_id from public_facts.store where slug = %(slug)s",
            slug=slug,
        )
