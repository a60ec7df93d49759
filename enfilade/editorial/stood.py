"""How often each maison stood in the windows of a store, and first: counted from the arrangements, which anybody may read."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from enfilade.base.db import Conn, many


@dataclass(frozen=True, slots=True)
class Place:
    """Who stands where in a store on a day."""

    store: str
    market: str
    day: date
    maison: str


@dataclass(frozen=True, slots=True)
class Stood:
    """A maison in the windows of a store, over all its markets: rows it was first in, rows it was in, rows there were."""

    store_id: UUID
    store: str
    maison_id: UUID
    maison: str
    first: int
    shown: int
    rows: int

    @property
    def share(self) -> float:
        """Its share of first places, 0 to 1."""
        return self.first / self.rows if self.rows else 0.0


async def places(conn: Conn, *, maison_id: UUID, since: date, until: date) -> list[Place]:
    """The rows of the maison's own stores, day by day, both days included."""
    return await many(
        conn,
        Place,
        """
        select s.name as store, a.market, a.day, m.name as maison
        from public_facts.arrangement a
        join public_facts.store s on s.id = a.store_id
        join public_facts.maison m on m.maison_id = a.shown_maison_id
        where a.maison_id = %(maison_id)s and not a.gone and a.day between %(since)s and %(until)s
        order by s.name, a.market, a.day, a.place
        """,
        maison_id=maison_id,
        since=since,
        until=until,
    )


async def stood(conn: Conn, *, since: date, until: date) -> list[Stood]:
    """By store, who stood first most often before the others. Both days included."""
    return await many(
        conn,
        Stood,
        """
        with counted as (
          select a.store_id, a.shown_maison_id, count(*) filter (where a.first) as first, count(*) as shown
          from public_facts.arrangement a where a.day between %(since)s and %(until)s
          group by a.store_id, a.shown_maison_id),
        row as (
          select a.store_id, count(distinct (a.market, a.day)) as rows
          from public_facts.arrangement a where a.day between %(since)s and %(until)s group by a.store_id)
        select c.store_id, o.name as store, c.shown_maison_id as maison_id, m.name as maison, c.first, c.shown, r.rows
        from counted c
        join row r on r.store_id = c.store_id
        join public_facts.store o on o.id = c.store_id
        join public_facts.maison m on m.maison_id = c.shown_maison_id
        order by o.name, c.store_id, c.first desc, c.shown desc, m.name
        """,
        since=since,
        until=until,
    )
