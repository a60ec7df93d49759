"""A maison of the demo has a door of its own, which no other maison is behind: its store at a host of its own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db, maybe
from enfilade.maisons import stores
from enfilade.world.maisons import maisons


def own_host(port: int) -> str:
    """Every name that ends with localhost is this machine, to browsers."""
    return f"{maisons()[0].slug}.localhost:{port}"


@dataclass(frozen=True, slots=True)
class _Store:
    maison_id: UUID
    slug: str
    name: str


async def open_door(at: Addresses, *, port: int, now: datetime) -> None:
    """The first maison's store answers at `own_host`, whatever port the demo has this time. Repeatable."""
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    try:
        async with db.public() as conn:
            found = await maybe(
                conn,
                _Store,
                "select maison_id, slug, name from public_facts.store where slug = %(slug)s and not multi_brand",
                slug=maisons()[0].slug,
            )
        if found is None:
            return
        store = stores.Store(found.slug, found.name, host=own_host(port))
        async with db.acting(Actor.importer(), found.maison_id) as conn:
            await stores.open_store(conn, maison_id=found.maison_id, store=store, now=now)
    finally:
        await db.close()
