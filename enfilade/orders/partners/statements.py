"""Statements for those whose goods a maison sells or who share in what it sells: what of a period is due to them, line by line.

A statement begins where the one before ended, is numbered after the one before in its maison, and is never changed: what
comes back later stands in the period in which it comes. `docs/algorithms/statements.md`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, many

Kind = Literal["brand", "collaboration"]


@dataclass(frozen=True, slots=True)
class Line:
    """A piece that was sold or came back: amounts in the currency's smallest unit, less than nothing for what came back.

    `order` is '' where the partner is another house, which sees no order. `basis_points` are the store's of a brand's piece,
    the partner's of a collaboration's.
    """

    day: date
    kind: Literal["sold", "returned"]
    order: str
    sku: str
    name: str
    colour: str
    size: str
    quantity: int
    entity: str
    currency: str
    total_minor: int
    tax_minor: int
    basis_points: int
    kept_minor: int
    due_minor: int
    #: Of a brand's pieces that carry one, those that were sold or came back; a statement from before they were told has none.
    serials: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Sum:
    """Of all lines in one currency at one legal entity; amounts of two currencies are never added."""

    entity: str
    currency: str
    sold_minor: int
    returned_minor: int
    tax_minor: int
    kept_minor: int
    due_minor: int


@dataclass(frozen=True, slots=True)
class Held:
    """Pieces of one variant that the store held for a brand: at the beginning, what came and went, and at the end."""

    sku: str
    name: str
    opening: int
    received: int
    sold: int
    returned: int
    other: int
    closing: int


@dataclass(frozen=True, slots=True)
class Company:
    """A legal entity that owes, or a partner as it was when the statement was issued."""

    name: str
    code: str = ""
    address: str = ""
    city: str = ""
    country: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """As it was issued; `ends` is the day after the last one."""

    id: UUID
    partner_id: UUID
    kind: Kind
    number: int
    begins: date
    ends: date
    issued_at: datetime
    terms: str
    maison_name: str
    issuers_json: str
    partner_json: str
    lines_json: str
    sums_json: str
    stock_json: str

    @property
    def name(self) -> str:
        """As it is quoted; unique within a maison."""
        return f"ST-{self.number:06}"

    @property
    def issuers(self) -> list[Company]:
        return msgspec.json.decode(self.issuers_json, type=list[Company])

    @property
    def partner(self) -> Company:
        return msgspec.json.decode(self.partner_json, type=Company)

    @property
    def lines(self) -> list[Line]:
        return msgspec.json.decode(self.lines_json, type=list[Line])

    @property
    def sums(self) -> list[Sum]:
        return msgspec.json.decode(self.sums_json, type=list[Sum])

    @property
    def stock(self) -> list[Held]:
        return msgspec.json.decode(self.stock_json, type=list[Held])


async def statements(conn: Conn, *, maison_id: UUID, statement_id: UUID | None = None) -> list[Statement]:
    """The maison's own, the newest first, or one of them."""
    return await many(
        conn,
        Statement,
        """
        select s.id, s.partner_id, s.kind, s.number, s.begins, s.ends, s.issued_at, s.issuer ->> 'terms' as terms,
          s.issuer ->> 'name' as maison_name, (s.issuer -> 'entities')::text as issuers_json, s.partner::text as partner_json,
          case when %(id)s::uuid is null then '[]' else s.lines::text end as lines_json, s.sums::text as sums_json,
          case when %(id)s::uuid is null then '[]' else s.stock::text end as stock_json
        from orders.partner_statement s
        where s.maison_id = %(maison_id)s and (%(id)s::uuid is null or s.id = %(id)s) order by s.number desc limit 400
        """,
        maison_id=maison_id,
        id=statement_id,
    )


async def told_us(conn: Conn, *, maison_id: UUID, statement_id: UUID | None = None) -> list[Statement]:
    """What other houses told this one, its partner, the newest first, or one of them."""
    return await many(
        conn,
        Statement,
        """
        select s.id, s.partner_id, s.kind, s.number, s.begins, s.ends, s.issued_at, s.issuer ->> 'terms' as terms,
          s.issuer ->> 'name' as maison_name, (s.issuer -> 'entities')::text as issuers_json, s.partner::text as partner_json,
          case when %(id)s::uuid is null then '[]' else s.lines::text end as lines_json, s.sums::text as sums_json,
          case when %(id)s::uuid is null then '[]' else s.stock::text end as stock_json
        from orders.partner_statement s
        where s.partner_maison_id = %(maison_id)s and (%(id)s::uuid is null or s.id = %(id)s)
        order by s.issued_at desc limit 400
        """,
        maison_id=maison_id,
        id=statement_id,
    )


@dataclass(frozen=True, slots=True)
class Running:
    """A partner, what is due since its last statement (one a currency), and what waits for a commission to be agreed."""

    partner_id: UUID
    kind: Kind
    name: str
    #: The day after the last statement's last one; None: there is none.
    since: date | None
    due: dict[str, int]
    unagreed: int


async def running(conn: Conn, *, maison_id: UUID) -> list[Running]:
    """Everybody something was ever due to, or is sold for, by name."""
    return await many(
        conn,
        Running,
        """
        with partner as (
          select b.id, 'brand' as kind, b.name from catalogue.brand b where b.maison_id = %(maison_id)s
          union all
          select p.id, 'collaboration', p.name || ' (' || c.name || ')'
          from catalogue.collaboration_partner p
          join catalogue.collaboration c on c.maison_id = p.maison_id and c.id = p.collaboration_id
          where p.maison_id = %(maison_id)s and p.kind <> 'seller'
        )
        select p.id as partner_id, p.kind, p.name,
          (select max(s.ends) from orders.partner_statement s where s.maison_id = %(maison_id)s and s.partner_id = p.id) as since,
          coalesce((select jsonb_object_agg(d.currency, d.minor) from (
            select d.currency, sum(d.due_minor)::bigint as minor from orders.due d
            where d.maison_id = %(maison_id)s and d.partner_id = p.id and not exists (
              select 1 from orders.partner_statement_line l where l.maison_id = d.maison_id and l.kind = d.kind
                and l.cause_id = d.cause_id and l.partner_id = d.partner_id)
            group by 1) d), '{}') as due,
          (select count(*) from orders.line_terms t
            join orders.order_line l on l.maison_id = t.maison_id and l.id = t.order_line_id
              and l.state in ('handed_over', 'dispatched')
            where t.maison_id = %(maison_id)s and t.partner_id = p.id and t.basis_points is null and not exists (
              select 1 from orders.due d where d.maison_id = t.maison_id and d.kind = 'sold' and d.cause_id = l.id
                and d.partner_id = t.partner_id)) as unagreed
        from partner p
        where exists (select 1 from orders.line_terms t where t.maison_id = %(maison_id)s and t.partner_id = p.id)
          or exists (select 1 from orders.partner_statement s where s.maison_id = %(maison_id)s and s.partner_id = p.id)
        order by lower(p.name), p.id
        """,
        maison_id=maison_id,
    )
