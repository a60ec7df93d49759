"""Who is at the screen: somebody signed in whose role may enter the boutique app, with the boutiques they work at."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.staff import people
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import home, may_enter
from enfilade.web.shared import asking


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff at the screen. `by` acts; read again in each command's own transaction."""

    maison_id: UUID
    staff_id: UUID
    name: str
    role: str

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.staff_id)

    async def by(self, conn: Any) -> Colleague:
        """The colleague with their posts of this moment."""
        return await people.colleague(conn, maison_id=self.maison_id, staff_id=self.staff_id)


class OtherSurface(Exception):
    """Somebody of the group, whose place is another surface."""

    def __init__(self, role: str) -> None:
        super().__init__("The boutique app is for the people of a maison")
        self.home = f"/{home(role)}/"


async def member(request: Request[Any, Any, Any], db: Db) -> Member:
    """Raises asking.SignInFirst, OtherSurface."""
    found = await asking.staff(request, db)
    if not may_enter(found.role, "boutique"):
        raise OtherSurface(found.role)
    return Member(found.maison_id, found.staff_id, found.name, found.role)
