"""Beside whom a maison will not stand: said by the maison, read by the stores that show it, and by nobody else.

From five at most: who stands beside nobody empties the row of windows.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many

#: As the constraint `apart_from_five_at_most` holds.
APART_MAX = 5


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A maison that is shown in the same store; `apart`: we will not stand beside it."""

    maison_id: UUID
    slug: str
    name: str
    apart: bool


class NotANeighbour(Exception):
    """A maison that no store shows together with this one."""

    def __init__(self) -> None:
        super().__init__("no store shows this maison together with yours")


class ApartFromTooMany(Exception):
    """More maisons are named than one may keep apart from."""

    def __init__(self) -> None:
        super().__init__(f"a maison keeps apart from {APART_MAX} others at most")


async def neighbours(conn: Conn, *, maison_id: UUID) -> list[Neighbour]:
    """Every maison that some store shows together with this one, by name."""
    return await many(
        conn,
        Neighbour,
        """
        select m.maison_id, m.slug, m.name, exists (select 1 from editorial.apart a
            where a.maison_id = %(maison_id)s and a.other_maison_id = m.maison_id) as apart
        from public_facts.maison m
        where m.maison_id <> %(maison_id)s and m.maison_id in (
          select o.maison_id from public_facts.store_maison s join public_facts.store_maison o on o.store_id = s.store_id
          join public_facts.store h on h.id = s.store_id and h.maison_id not in (s.maison_id, o.maison_id)
          where s.maison_id = %(maison_id)s)
        order by m.name, m.maison_id
        """,
        maison_id=maison_id,
    )


async def keep_apart(
    conn: Conn, *, maison_id: UUID, others: list[UUID], now: datetime, said_by: UUID | None = None
) -> None:
    """From now on beside none of these, and beside everybody else. Repeatable. Raises NotANeighbour, ApartFromTooMany."""
    others = sorted(set(others))
    if len(others) > APART_MAX:
        raise ApartFromTooMany
    known = {one.maison_id for one in await neighbours(conn, maison_id=maison_id)}
    if not known.issuperset(others):
        raise NotANeighbour
    await execute(
        conn,
        "select pg_advisory_xact_lock(hashtextextended('apart:' || %(maison_id)s::text, 0))",
        maison_id=maison_id,
    )
    await execute(conn, "delete from editorial.apart where maison_id = %(maison_id)s", maison_id=maison_id)
    await execute(
        conn,
        """
        insert into editorial.apart (maison_id, other_maison_id, number, said_at, said_by)
        select %(maison_id)s, o.id, o.number, %(now)s, %(by)s
        from unnest(%(others)s::uuid[]) with ordinality as o(id, number)
        """,
        maison_id=maison_id,
        others=others,
        now=now,
        by=said_by,
    )
