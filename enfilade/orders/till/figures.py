"""The figures of a drawer's day: what was sold and came back, by tax rate; what was tendered; cash that should be there."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.orders.till.drawers import NoSuchDrawer
from enfilade.staff.people import Colleague

DAYS_SHOWN = 15


@dataclass(frozen=True, slots=True)
class Day:
    """A drawer. `expected_minor` is the sum of its movements; `sales`, `given_up`, `open` count its sales."""

    id: UUID
    location_id: UUID
    place: str
    zone: str
    currency: str
    day: date
    opened_at: datetime
    opened_by: str
    expected_minor: int
    closed_at: datetime | None
    closed_by: str
    counted_minor: int | None
    words: str
    sales: int
    open: int
    sold_minor: int
    today: date

    @property
    def difference_minor(self) -> int:
        """Counted more than expected, or less (below nothing)."""
        return (self.counted_minor or 0) - self.expected_minor if self.counted_minor is not None else 0

    @property
    def left_open(self) -> bool:
        """Whether the day it was opened for is over."""
        return self.closed_at is None and self.day < self.today


@dataclass(frozen=True, slots=True)
class Rate:
    """What was sold, and came back, at one rate of tax."""

    rate_basis_points: int
    pieces: int
    total_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Tendered:
    """What one kind of tender took and gave back."""

    kind: str
    number: int
    taken_minor: int
    back_minor: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Cash in, or out (below nothing)."""

    kind: str
    amount_minor: int
    words: str
    recorded_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Figures:
    """All of a drawer's day. `returned` is what came back to the boutique while it was open, of sales at counters."""

    day: Day
    sold: list[Rate]
    returned: list[Rate]
    tendered: list[Tendered]
    moved: list[Moved]


_DAY: LiteralString = """
select d.id, d.location_id, l.name as place, l.zone, d.currency, d.day, d.opened_at, coalesce(o.name, '') as opened_by,
  d.cash_minor as expected_minor, d.closed_at, coalesce(c.name, '') as closed_by, d.counted_minor, d.words,
  s.sales, s.open, s.sold_minor, (%(now)s::timestamptz at time zone l.zone)::date as today
from orders.drawer d
join boutiques.location l on l.maison_id = d.maison_id and l.id = d.location_id
left join staff.person o on o.maison_id = d.maison_id and o.id = d.opened_by
left join staff.person c on c.maison_id = d.maison_id and c.id = d.closed_by
cross join lateral (select count(*) filter (where s.state = 'settled')::integer as sales,
    count(*) filter (where s.state = 'open')::integer as open,
    coalesce(sum(s.total_minor) filter (where s.state = 'settled'), 0)::bigint as sold_minor
  from orders.sale s where s.maison_id = d.maison_id and s.drawer_id = d.id) s
where d.maison_id = %(maison_id)s
"""


async def day(conn: Conn, *, maison_id: UUID, by: Colleague, drawer_id: UUID, now: datetime) -> Day:
    """One drawer. Raises NoSuchDrawer."""
    found = await maybe(
        conn,
        Day,
        f"{_DAY} and d.id = %(id)s",
        maison_id=maison_id,
        id=drawer_id,
        now=now,
    )
    if found is None or not by.works_at(found.location_id):
        raise NoSuchDrawer
    return found


async def of_drawer(conn: Conn, *, maison_id: UUID, by: Colleague, drawer_id: UUID, now: datetime) -> Figures:
    """The figures now; of a closed drawer they never change. Raises NoSuchDrawer."""
    asked = {"maison_id": maison_id, "id": drawer_id}
    return Figures(
        await day(conn, maison_id=maison_id, by=by, drawer_id=drawer_id, now=now),
        await many(
            conn,
            Rate,
            """
            select l.tax_rate_basis_points as rate_basis_points, sum(l.quantity)::integer as pieces,
              sum(l.total_minor)::bigint as total_minor, sum(l.tax_minor)::bigint as tax_minor
            from orders.sale s join orders.order_line l on l.maison_id = s.maison_id and l.order_id = s.order_id
            where s.maison_id = %(maison_id)s and s.drawer_id = %(id)s and s.state = 'settled'
            group by 1 order by 1
            """,
            **asked,
        ),
        await many(
            conn,
            Rate,
            """
            select l.tax_rate_basis_points as rate_basis_points, sum(x.quantity)::integer as pieces,
              sum(x.value_minor)::bigint as total_minor, sum(x.tax_minor)::bigint as tax_minor
            from orders.drawer d
            join orders.return r on r.maison_id = d.maison_id and r.location_id = d.location_id and r.state = 'received'
              and r.received_at >= d.opened_at and r.received_at < coalesce(d.closed_at, 'infinity')
            join orders.order o on o.maison_id = r.maison_id and o.id = r.order_id and o.method = 'counter'
            join orders.return_line x on x.maison_id = r.maison_id and x.return_id = r.id and x.disposition is not null
            join orders.order_line l on l.maison_id = x.maison_id and l.id = x.order_line_id
            where d.maison_id = %(maison_id)s and d.id = %(id)s
            group by 1 order by 1
            """,
            **asked,
        ),
        await many(
            conn,
            Tendered,
            """
            select kind, count(*) filter (where way = 'in')::integer as number,
              coalesce(sum(amount_minor) filter (where way = 'in'), 0)::bigint as taken_minor,
              coalesce(sum(amount_minor) filter (where way = 'back'), 0)::bigint as back_minor
            from payments.tender
            where maison_id = %(maison_id)s and drawer_id = %(id)s and state = 'done'
            group by kind order by array_position(array['cash', 'card', 'exchange'], kind)
            """,
            **asked,
        ),
        await many(
            conn,
            Moved,
            """
            select m.kind, m.amount_minor, m.words, m.recorded_at, coalesce(p.name, '') as by
            from orders.cash_movement m left join staff.person p on p.maison_id = m.maison_id and p.id = m.by_id
            where m.maison_id = %(maison_id)s and m.drawer_id = %(id)s order by m.recorded_at, m.cause_id
            """,
            **asked,
        ),
    )


async def listed(
    conn: Conn, *, maison_id: UUID, by: Colleague, location_id: UUID, now: datetime
) -> list[Day]:
    """The boutique's drawers, the open one first, then the last. Raises NoSuchDrawer."""
    if not by.works_at(location_id):
        raise NoSuchDrawer
    return await many(
        conn,
        Day,
        f"{_DAY} and d.location_id = %(location_id)s order by d.closed_at is not null, d.opened_at desc limit %(most)s",
        maison_id=maison_id,
        location_id=location_id,
        now=now,
        most=DAYS_SHOWN,
    )
