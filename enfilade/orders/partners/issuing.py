"""Issuing partners' statements: what the days since the last one came to is written down, numbered, and changes no more."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import LiteralString
from uuid import UUID

import structlog

from enfilade.base import audit, facts
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe, one, scalar
from enfilade.base.ids import new_id
from enfilade.orders.partners import dues
from enfilade.orders.partners.events import StatementIssued
from enfilade.orders.partners.statements import Kind

log = structlog.get_logger()
#: A worker that rested, or a brand that comes late into the books, catches up over more than one round.
MONTHS_AT_ONCE = 24


class NoSuchPartner(Exception):
    """The maison has no such brand, and no collaboration with such a partner."""


class PeriodNotOver(Exception):
    """The last day is today or to come."""


class PeriodStated(Exception):
    """A statement tells these days already."""


class NothingAgreed(Exception):
    """Some pieces were sold while no commission was agreed for their day; `lines` counts them."""

    def __init__(self, lines: int) -> None:
        super().__init__(f"{lines} lines were sold while no commission was agreed")
        self.lines = lines


@dataclass(frozen=True, slots=True)
class _Partner:
    kind: Kind
    #: Of a brand.
    terms: str
    name: str
    maison_id: UUID | None
    json: str


@dataclass(frozen=True, slots=True)
class _Last:
    """The maison's last number, and the partner's last statement."""

    number: int
    ends: date | None
    id: UUID | None
    today: date
    first: date | None


async def issue(
    conn: Conn, *, maison_id: UUID, partner_id: UUID, ends: date, now: datetime, issued_by: UUID | None = None
) -> UUID:
    """The statement of the days since the one before, until before `ends`; issued again, it is the same one.

    Raises NoSuchPartner, PeriodNotOver, PeriodStated, NothingAgreed.
    """
    # One after the other in each maison; what the lock waited for is seen by the statements after it.
    await execute(
        conn,
        "select pg_advisory_xact_lock(hashtextextended('statements:' || %(maison_id)s::text, 0))",
        maison_id=maison_id,
    )
    partner = await _partner(conn, maison_id, partner_id)
    if partner is None:
        raise NoSuchPartner
    last = await _last(conn, maison_id, partner_id, now)
    if last.id is not None and last.ends == ends:
        return last.id
    if ends > last.today:
        raise PeriodNotOver
    if last.ends is not None and ends <= last.ends:
        raise PeriodStated
    await dues.post_missing(conn, maison_id=maison_id, now=now)
    if lines := await _unagreed(conn, maison_id, partner_id):
        raise NothingAgreed(lines)
    begins = last.ends or min(day for day in (last.first, _month_before(ends)) if day is not None)
    statement_id = new_id(now)
    await execute(
        conn,
        _WRITTEN,
        maison_id=maison_id,
        id=statement_id,
        partner_id=partner_id,
        kind=partner.kind,
        partner_maison_id=partner.maison_id,
        partner=partner.json,
        terms=partner.terms,
        name=partner.name,
        number=last.number + 1,
        begins=begins,
        ends=ends,
        now=now,
        issued_by=issued_by,
    )
    fact = StatementIssued(statement_id, partner_id, last.number + 1, begins, ends)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    if issued_by is not None:
        await audit.record(
            conn,
            maison_id=maison_id,
            staff_id=issued_by,
            act="issue_partner_statement",
            subject_kind="partner_statement",
            subject_id=statement_id,
            now=now,
        )
    return statement_id


#: What is told was posted before the statement was begun: what comes meanwhile is in no statement yet, and in the next.
_WRITTEN: LiteralString = """
with mine as (
  select d.*, coalesce(e.code, '') as entity
  from orders.due d
  left join maisons.legal_entity e on e.maison_id = d.maison_id and e.id = d.legal_entity_id
  where d.maison_id = %(maison_id)s and d.partner_id = %(partner_id)s and d.day < %(ends)s
    and not exists (select 1 from orders.partner_statement_line l where l.maison_id = d.maison_id and l.kind = d.kind
      and l.cause_id = d.cause_id and l.partner_id = d.partner_id)
), held as (
  select v.sku, min(t.name) as name, sum(q.on_hand - s.since)::bigint as closing, sum(s.received)::bigint as received,
    sum(s.sold)::bigint as sold, sum(s.returned)::bigint as returned, sum(s.other)::bigint as other
  from catalogue.product p
  join catalogue.variant v on v.maison_id = p.maison_id and v.product_id = p.id
  join stock.position q on q.maison_id = v.maison_id and q.variant_id = v.id
  cross join lateral (select (select x.name from catalogue.product_text x join maisons.maison m on m.maison_id = x.maison_id
    where x.maison_id = p.maison_id and x.product_id = p.id
    order by x.language = m.default_language desc, x.language limit 1) as name) t
  cross join (select %(begins)s::date::timestamp at time zone public_facts.zone_of(%(maison_id)s) as begins,
    %(ends)s::date::timestamp at time zone public_facts.zone_of(%(maison_id)s) as ends) z
  cross join lateral (select coalesce(sum(m.on_hand) filter (where m.recorded_at >= z.ends), 0) as since,
    coalesce(sum(m.on_hand) filter (where m.recorded_at < z.ends and m.kind in ('opening', 'received')), 0) as received,
    coalesce(-sum(m.on_hand) filter (where m.recorded_at < z.ends and m.kind in ('dispatched', 'collected', 'sold')), 0) as sold,
    coalesce(sum(m.on_hand) filter (where m.recorded_at < z.ends and m.kind = 'returned'), 0) as returned,
    coalesce(sum(m.on_hand) filter (where m.recorded_at < z.ends
      and m.kind not in ('opening', 'received', 'dispatched', 'collected', 'sold', 'returned')), 0) as other
    from stock.movement m where m.maison_id = q.maison_id and m.location_id = q.location_id and m.variant_id = q.variant_id
      and m.recorded_at >= z.begins) s
  where %(kind)s = 'brand' and p.maison_id = %(maison_id)s and lower(p.brand) = lower(%(name)s)
  group by v.id, v.sku
), written as (
  insert into orders.partner_statement (maison_id, id, partner_id, kind, partner_maison_id, number, begins, ends, issued_at,
    issued_by, issuer, partner, lines, sums, stock)
  select %(maison_id)s, %(id)s, %(partner_id)s, %(kind)s, %(partner_maison_id)s::uuid, %(number)s, %(begins)s, %(ends)s, %(now)s,
    %(issued_by)s::uuid,
    (select jsonb_build_object('name', m.name, 'terms', %(terms)s::text, 'entities', (
        select coalesce(jsonb_agg(jsonb_build_object('code', e.code, 'name', e.name, 'address', e.address, 'country', e.country,
          'number', e.tax_id) order by e.code), '[]')
        from maisons.legal_entity e where e.maison_id = m.maison_id and (e.code in (select entity from mine)
          or not exists (select 1 from mine))))
      from maisons.maison m where m.maison_id = %(maison_id)s),
    %(partner)s::jsonb,
    (select coalesce(jsonb_agg(jsonb_build_object('day', d.day, 'kind', d.kind,
        'order', case when %(partner_maison_id)s::uuid is null then o.number else '' end, 'sku', l.sku, 'name', l.name,
        'colour', l.colour, 'size', l.size, 'quantity', d.quantity, 'entity', d.entity, 'currency', d.currency,
        'total_minor', d.total_minor, 'tax_minor', d.tax_minor, 'basis_points', d.basis_points, 'kept_minor', d.kept_minor,
        'due_minor', d.due_minor, 'serials', case when %(kind)s = 'brand' then (
          -- Of a hand-over that was undone and done again, what it says in the end.
          select coalesce(jsonb_agg(x.serial order by x.serial), '[]') from (
            select distinct on (s.piece_id) s.piece_id, s.kind from stock.piece_step s
            where s.maison_id = d.maison_id and s.cause_id = d.cause_id
              and s.kind in ('collected', 'dispatched', 'sold', 'taken_back', 'returned')
            order by s.piece_id, s.recorded_at desc, s.id desc) e
          join stock.piece x on x.maison_id = d.maison_id and x.id = e.piece_id
          where e.kind <> 'taken_back') else '[]' end) order by d.day, d.posted_at, l.sku, d.cause_id), '[]')
      from mine d
      join orders.order_line l on l.maison_id = d.maison_id and l.id = d.order_line_id
      join orders.order o on o.maison_id = d.maison_id and o.id = d.order_id),
    (select coalesce(jsonb_agg(to_jsonb(s) order by s.entity, s.currency), '[]') from (
      select entity, currency, coalesce(sum(total_minor) filter (where kind = 'sold'), 0)::bigint as sold_minor,
        coalesce(sum(total_minor) filter (where kind = 'returned'), 0)::bigint as returned_minor,
        sum(tax_minor)::bigint as tax_minor, sum(kept_minor)::bigint as kept_minor, sum(due_minor)::bigint as due_minor
      from mine group by 1, 2) s),
    (select coalesce(jsonb_agg(jsonb_build_object('sku', coalesce(h.sku, ''), 'name', h.name,
        'opening', h.closing - h.received + h.sold - h.returned - h.other, 'received', h.received, 'sold', h.sold,
        'returned', h.returned, 'other', h.other, 'closing', h.closing) order by h.sku, h.name), '[]')
      from held h where (h.closing, h.received, h.sold, h.returned, h.other) <> (0, 0, 0, 0, 0))
)
insert into orders.partner_statement_line (maison_id, statement_id, kind, cause_id, partner_id)
select d.maison_id, %(id)s, d.kind, d.cause_id, d.partner_id from mine d
"""


async def _partner(conn: Conn, maison_id: UUID, partner_id: UUID) -> _Partner | None:
    return await maybe(
        conn,
        _Partner,
        """
        select 'brand' as kind, b.terms, b.name, null::uuid as maison_id,
          jsonb_build_object('name', coalesce(nullif(b.company_name, ''), b.name), 'code', b.name, 'city', b.company_city,
            'country', b.company_country, 'number', b.company_number)::text as json
        from catalogue.brand b where b.maison_id = %(maison_id)s and b.id = %(partner_id)s
        union all
        select 'collaboration', '', p.name, p.partner_maison_id, jsonb_build_object('name', p.name, 'code', c.name, 'city',
          p.city, 'country', p.country, 'number', p.number)::text
        from catalogue.collaboration_partner p
        join catalogue.collaboration c on c.maison_id = p.maison_id and c.id = p.collaboration_id
        where p.maison_id = %(maison_id)s and p.id = %(partner_id)s and p.kind <> 'seller'
        """,
        maison_id=maison_id,
        partner_id=partner_id,
    )


async def _last(conn: Conn, maison_id: UUID, partner_id: UUID, now: datetime) -> _Last:
    return await one(
        conn,
        _Last,
        """
        select coalesce((select max(s.number) from orders.partner_statement s where s.maison_id = %(maison_id)s), 0) as number,
          l.ends, l.id, (%(now)s::timestamptz at time zone public_facts.zone_of(%(maison_id)s))::date as today,
          (select date_trunc('month', min(d.day))::date from orders.due d
            where d.maison_id = %(maison_id)s and d.partner_id = %(partner_id)s) as first
        from (select 1) always
        left join lateral (select s.ends, s.id from orders.partner_statement s
          where s.maison_id = %(maison_id)s and s.partner_id = %(partner_id)s order by s.ends desc limit 1) l on true
        """,
        maison_id=maison_id,
        partner_id=partner_id,
        now=now,
    )


async def _unagreed(conn: Conn, maison_id: UUID, partner_id: UUID) -> int:
    return await scalar(
        conn,
        """
        select count(*) from orders.line_terms t
        join orders.order_line l on l.maison_id = t.maison_id and l.id = t.order_line_id
          and l.state in ('handed_over', 'dispatched')
        join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id and f.capture_after is null
        where t.maison_id = %(maison_id)s and t.partner_id = %(partner_id)s and not exists (select 1 from orders.due d
          where d.maison_id = t.maison_id and d.kind = 'sold' and d.cause_id = l.id and d.partner_id = t.partner_id)
        """,
        maison_id=maison_id,
        partner_id=partner_id,
    )


def _month_before(ends: date) -> date:
    """The first day of the month in which the day before `ends` lies."""
    return (ends - timedelta(days=1)).replace(day=1)


def months_over(since: date, today: date) -> list[date]:
    """The first days of the months after that of `since`, up to `today`'s: what a statement of each whole month ends before."""
    ends: list[date] = []
    following = _month_after(since)
    while following <= today:
        ends.append(following)
        following = _month_after(following)
    return ends


def _month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


@dataclass(frozen=True, slots=True)
class _Waiting:
    partner_id: UUID
    since: date
    today: date


async def issue_due(db: Db, *, maison_id: UUID, now: datetime) -> int:
    """A statement for every partner and month that is over and has none; each in a transaction of its own.

    The first is of the month in which something was first due; from then on there is one every month. Who waits for a
    commission to be agreed is passed over. Returns how many were issued.
    """
    async with db.acting(Actor.job(), maison_id, snapshot=True) as conn:
        waiting = await many(
            conn,
            _Waiting,
            """
            select d.partner_id, coalesce(max(s.ends), min(d.day)) as since,
              (%(now)s::timestamptz at time zone public_facts.zone_of(%(maison_id)s))::date as today
            from (select partner_id, min(day) as day from orders.due where maison_id = %(maison_id)s group by 1) d
            left join orders.partner_statement s on s.maison_id = %(maison_id)s and s.partner_id = d.partner_id
            group by d.partner_id order by d.partner_id
            """,
            maison_id=maison_id,
            now=now,
        )
    issued = 0
    for partner in waiting:
        for ends in months_over(partner.since, partner.today)[:MONTHS_AT_ONCE]:

            async def verb(conn: Conn, partner_id: UUID = partner.partner_id, ends: date = ends) -> UUID:
                return await issue(conn, maison_id=maison_id, partner_id=partner_id, ends=ends, now=now)

            try:
                await db.run(Actor.job(), maison_id, verb)
            except NothingAgreed as waits:
                log.warning("no statement", partner=str(partner.partner_id), lines=waits.lines)
                break
            issued += 1
    return issued
