"""Every tenant's id: rounds visit each maison as that maison, never all at once."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Db, many


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
