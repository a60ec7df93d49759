"""Who is at the screen: somebody signed in whose role may enter the studio, always within their own maison."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request

from enfilade.base import audit
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, one
from enfilade.staff.surfaces import home, may_enter
from enfilade.web.shared import asking


@dataclass(frozen=True, slots=True)
class Manager:
    """A member of staff in the studio."""

    maison_id: UUID
    staff_id: UUID
    name: str
    role: str

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.staff_id)


class NotOfTheStudio(Exception):
    """Somebody whose place is another surface."""

    def __init__(self, role: str) -> None:
        super().__init__("The studio is for the managers of a maison")
        self.home = f"/{home(role)}/"


async def manager(request: Request[Any, Any, Any], db: Db) -> Manager:
    """Raises asking.SignInFirst, NotOfTheStudio."""
    found = await asking.staff(request, db)
    if not may_enter(found.role, "studio"):
        raise NotOfTheStudio(found.role)
    return Manager(found.maison_id, found.staff_id, found.name, found.role)


@dataclass(frozen=True, slots=True)
class Maison:
    """Whose studio it is; `kind` says whether it is a store with brands of others."""

    name: str
    kind: str


async def maison_of(conn: Conn, manager: Manager) -> Maison:
    """Whose studio it is."""
    return await one(
        conn,
        Maison,
        "select name, kind from maisons.maison where maison_id = %(maison_id)s",
        maison_id=manager.maison_id,
    )


async def acted(conn: Conn, manager: Manager, act: str, kind: str, subject_id: UUID, now: datetime) -> None:
    """Writes into the maison's log what was done, to what, and by whom, in the transaction of the act."""
    await audit.record(
        conn,
        maison_id=manager.maison_id,
        staff_id=manager.staff_id,
        act=act,
        subject_kind=kind,
        subject_id=subject_id,
        now=now,
    )
