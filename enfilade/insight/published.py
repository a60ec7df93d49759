"""What maisons have published of their sales and service: the only rows insight reads, as the group or as one maison."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from enfilade.base.db import Conn, many

VISIT_DETAILS = frozenset({"visits", "beside"})


@dataclass(frozen=True, slots=True)
class Maison:
    """`as_of`: its figures hold everything that had happened by then; None before they were first counted."""

    maison_id: UUID
    slug: str
    name: str
    kind: str
    segment: str
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class SalesCell:
    """Some lines of a maison over whole months, first and last included; see docs/figures.md."""

    maison_id: UUID
    region: str
    currency: str
    detail: str
    first_month: date
    last_month: date
    part: str
    lines: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class ServicePeriod:
    """What the maison's places were asked and did for the orders of these months."""

    maison_id: UUID
    first_month: date
    last_month: date
    fulfilments: int
    lines_asked: int
    rejections: int
    ready: int
    minutes_to_ready: int


@dataclass(frozen=True, slots=True)
class VisitCell:
    """Some visits of a maison that began online, over whole months; see docs/figures.md."""

    maison_id: UUID
    detail: str
    first_month: date
    last_month: date
    part: str
    visits: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class Published:
    """All of it at one moment."""

    maisons: list[Maison]
    sales: list[SalesCell]
    service: list[ServicePeriod]
    visits: list[VisitCell]


async def read(conn: Conn, *, maison_id: UUID | None, slug: str | None = None) -> Published:
    """Of all maisons, or of the one with this id and this slug, where given; nothing of an unknown one.

    Three statements; `conn` may be the group's or that of the maison's own people.
    """
    maisons = await many(
        conn,
        Maison,
        """
        select m.maison_id, m.slug, m.name, m.kind, m.segment, f.as_of
        from public_facts.maison m
        left join (select maison_id, min(as_of) as as_of from aggregates.freshness group by maison_id) f
          on f.maison_id = m.maison_id
        where m.kind <> 'group' and (%(maison_id)s::uuid is null or m.maison_id = %(maison_id)s::uuid)
          and (%(slug)s::text is null or m.slug = %(slug)s::text)
        order by m.name, m.slug
        """,
        maison_id=maison_id,
        slug=slug,
    )
    known = [maison.maison_id for maison in maisons]
    # Visits have the shape of sales and come in the same statement, apart by their detail.
    told = await many(
        conn,
        SalesCell,
        """
        select maison_id, region, currency, detail, first_month, last_month, part, lines, net_minor
        from aggregates.sales where maison_id = any(%(known)s::uuid[])
        union all
        select maison_id, region, 'EUR', detail, first_month, last_month, part, visits, net_minor
        from aggregates.visit where maison_id = any(%(known)s::uuid[])
        """,
        known=known,
    )
    service = await many(
        conn,
        ServicePeriod,
        """
        select maison_id, first_month, last_month, fulfilments, lines_asked, rejections, ready, minutes_to_ready
        from aggregates.service where maison_id = any(%(known)s::uuid[])
        """,
        known=known,
    )
    sales = [cell for cell in told if cell.detail not in VISIT_DETAILS]
    visits = [
        VisitCell(c.maison_id, c.detail, c.first_month, c.last_month, c.part, c.lines, c.net_minor)
        for c in told
        if c.detail in VISIT_DETAILS
    ]
    return Published(maisons, sales, service, visits)


@dataclass(frozen=True, slots=True)
class PurchasePeriod:
    """Purchases in a store of many maisons over whole months: by clients new to it, second ones, those over several maisons."""

    store: str
    first_month: date
    last_month: date
    purchases: int
    by_new: int
    second: int
    over_several: int


async def purchases(conn: Conn) -> list[PurchasePeriod]:
    """What stores have told, the last months first; `conn` is the group's, or a store's own people's for theirs."""
    return await many(
        conn,
        PurchasePeriod,
        """
        select m.name as store, p.first_month, p.last_month, p.purchases, p.by_new, p.second, p.over_several
        from aggregates.purchase p join public_facts.maison m on m.maison_id = p.maison_id
        order by m.name, m.maison_id, p.first_month desc
        """,
    )
