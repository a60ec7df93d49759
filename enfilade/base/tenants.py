"""Every tenant's id: rounds visit each maison as that maison, never all at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many


@dataclass(frozen=True, slots=True)
class Tenant:
    """A maison, a retailer or the group."""

    maison_id: UUID
    slug: str
    kind: str


async def tenants(db: Db) -> list[Tenant]:
    """All of them, by a door: the application's role cannot see more than one maison at a time."""
    async with db.door() as conn:
        return await many(conn, Tenant, "select maison_id, slug, kind from door.tenants() order by slug")


class TenantVerb(Protocol):
    """A verb that can be done at every tenant."""

    def __call__(self, conn: Conn, *, maison_id: UUID, now: datetime) -> Awaitable[object]: ...


async def at_each(db: Db, verb: TenantVerb, *, now: datetime) -> None:
    """Calls `verb` as every tenant, each in a transaction of its own. Raises as `each`."""

    async def at(maison_id: UUID) -> object:
        return await db.run(Actor.job(), maison_id, lambda conn: verb(conn, maison_id=maison_id, now=now))

    await each(db, at)


async def each(db: Db, at: Callable[[UUID], Awaitable[object]]) -> None:
    """Goes to every tenant in turn. One that fails keeps none waiting: raises ExceptionGroup after the last."""
    failed: list[Exception] = []
    for tenant in await tenants(db):
        try:
            await at(tenant.maison_id)
        except Exception as error:
            error.add_note(f"at {tenant.slug}")
            failed.append(error)
    if failed:
        raise ExceptionGroup(f"failed at {len(failed)} tenants", failed)
