"""A whole world in an empty, migrated database: small ones through the importers, large ones by COPY, with their figures."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic

import psycopg

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.tenants import at_each
from enfilade.orders import aggregates, pace
from enfilade.search.jobs import sweep
from enfilade.stock import totals
from enfilade.world.editorial import light, tell
from enfilade.world.fill import Filled, fill
from enfilade.world.generate import world
from enfilade.world.load import Told, load
from enfilade.world.scale import Scale


@dataclass(frozen=True, slots=True)
class Made:
    """What it took: seconds of the ground (everything, where the importers wrote it), and what COPY wrote."""

    ground_seconds: float
    filled: Filled


async def make(
    addresses: Addresses, scale: Scale, *, now: datetime, told: Told | None = None, processes: int = 2
) -> Made:
    """The world of the scale as it stands at `now`: the same scale and moment make the same rows, ids included.

    Stock, catalogue and orders of a world made by COPY come from two processes; 0: from this one. Through the importers it
    goes on where it was interrupted; by COPY it must begin in a database without a world. `told` hears what is done of how much.
    """
    said = told or _nobody
    began = monotonic()
    db = Db(addresses.app, addresses.public, addresses.group, connections_max=4)
    await db.open()
    try:
        drawn = world(scale, today=now.date())
        await load(db, drawn, now, said)
        if not scale.copied:
            said("stories", await tell(db, drawn, now), 1)
            said("windows", await light(db, drawn, now), 1)
        said("what search finds", 0, 1)
        # Nobody listens while a world is made. Pieces that are copied are indexed as they come.
        await at_each(db, sweep, now=now)
        if not scale.copied:
            said("figures of the group", 0, 1)
            await at_each(db, aggregates.refresh_all, now=now)
            await at_each(db, totals.add_up, now=now)
            await at_each(db, pace.refresh, now=now)
    finally:
        await db.close()
    ground = monotonic() - began
    if scale.copied:
        done = 0

        def heard(rows: int) -> None:
            nonlocal done
            done += rows
            said("positions and order lines", done, scale.positions + scale.order_lines)

        filled = await fill(addresses.admin, drawn, now, heard, processes=processes)
        later = Db(addresses.app, addresses.public, addresses.group, connections_max=2)
        await later.open()
        try:
            await tell(later, drawn, now)
            await light(later, drawn, now)
        finally:
            await later.close()
        return Made(ground, filled)
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        # So that the first page is planned with what was loaded, not as if every table were empty.
        conn.execute("set role enfilade_owner")
        conn.execute("analyze")
    return Made(ground, Filled())


def _nobody(name: str, done: int, total: int) -> None:
    """Nobody listens."""
