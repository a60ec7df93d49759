"""Who is at the desk: somebody signed in whose role may enter it, always within their own maison."""

from dataclasses import dataclass
from typing import Any

from litestar import Request

from enfilade.base.db import Conn, Db, one
from enfilade.staff.surfaces import home, may_enter
from enfilade.web.shared import asking
from enfilade.web.shared.acting import Member


class NotOfTheDesk(Exception):
    """Somebody whose place is another surface."""

    def __init__(self, role: str) -> None:
        super().__init__("The desk is for a maison’s client service")
        self.home = f"/{home(role)}/"


async def attendant(request: Request[Any, Any, Any], db: Db) -> Member:
    """Raises asking.SignInFirst, NotOfTheDesk."""
    found = await asking.staff(request, db)
    if not may_enter(found.role, "desk"):
        raise NotOfTheDesk(found.role)
    return Member(found.maison_id, found.staff_id, found.name, found.role)


@dataclass(frozen=True, slots=True)
class Maison:
    """Whose desk it is, and the clock on its wall: that of most of its places."""

    name: str
    zone: str


async def maison_of(conn: Conn, attendant: Member) -> Maison:
    """Whose desk it is."""
    return await one(
        conn,
        Maison,
        """
        select m.name, coalesce((select mode() within group (order by l.zone) from boutiques.location l
          where l.maison_id = m.maison_id), 'UTC') as zone
        from maisons.maison m where m.maison_id = %(maison_id)s
        """,
        maison_id=attendant.maison_id,
    )
