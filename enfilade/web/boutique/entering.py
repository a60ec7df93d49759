"""Who is at the screen: somebody signed in whose role may enter the boutique app, with the boutiques they work at."""

from typing import Any

from litestar import Request

from enfilade.base.db import Db
from enfilade.staff.surfaces import home, may_enter
from enfilade.web.shared import asking
from enfilade.web.shared.acting import Member


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
