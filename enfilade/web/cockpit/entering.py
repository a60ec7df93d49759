"""Who is at the screen: people of the group, who read every maison's published figures, or a manager, who reads their own."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.insight import published
from enfilade.insight.published import Published
from enfilade.staff.surfaces import may_enter
from enfilade.web.shared import asking

GROUP_ROLES = ("group_analyst", "group_administrator")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody signed in whose role may enter the cockpit."""

    maison_id: UUID
    staff_id: UUID
    name: str
    role: str

    @property
    def of_group(self) -> bool:
        return self.role in GROUP_ROLES


class NotForThisRole(Exception):
    """The cockpit is for the group and for managers of maisons."""


async def reader(request: Request[Any, Any, Any], db: Db) -> Reader:
    """Raises asking.SignInFirst, NotForThisRole."""
    found = await asking.staff(request, db)
    if not may_enter(found.role, "cockpit"):
        raise NotForThisRole(
            "The cockpit is for the group and for managers of maisons; your screens are elsewhere"
        )
    return Reader(found.maison_id, found.staff_id, found.name, found.role)


async def read(db: Db, reader: Reader, slug: str | None = None) -> Published:
    """What this reader may see: of all maisons as the group, or of the reader's own maison as one of its people.

    `slug` asks for one maison; another than their own is not there for a manager.
    """
    if reader.of_group:
        async with db.group() as conn:
            return await published.read(conn, maison_id=None, slug=slug)
    async with db.acting(Actor.staff(reader.staff_id), reader.maison_id, snapshot=True) as conn:
        return await published.read(conn, maison_id=reader.maison_id, slug=slug)
