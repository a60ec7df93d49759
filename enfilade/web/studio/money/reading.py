"""A maison's daily statements with what differs, and the entries of one day."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from enfilade.base.db import Conn, many


@dataclass(frozen=True, slots=True)
class Statement:
    """A day of one legal entity at one provider."""

    day: date
    entity: str
    provider: str
    currency: str
    captured_minor: int
    refunded_minor: int
    provider_captured_minor: int
    provider_refunded_minor: int
    differences: int


async def statements(conn: Conn, *, maison_id: UUID, until: date, days: int) -> list[Statement]:
    """The newest first, of so many days up to `until`; where nothing moved there is nothing to show."""
    return await many(
        conn,
        Statement,
        """
        select s.day, e.name as entity, s.provider, s.currency, s.captured_minor, s.refunded_minor, s.provider_captured_minor,
          s.provider_refunded_minor, d.differences
        from payments.statement s
        join maisons.legal_entity e on e.maison_id = s.maison_id and e.id = s.legal_entity_id
        cross join lateral (select count(*) as differences from payments.statement_difference d
          where d.maison_id = s.maison_id and d.provider = s.provider and d.day = s.day
            and d.legal_entity_id = s.legal_entity_id and d.currency = s.currency) d
        where s.maison_id = %(maison_id)s and s.day between %(until)s::date - %(days)s::integer + 1 and %(until)s::date
          and ((s.captured_minor, s.refunded_minor, s.provider_captured_minor, s.provider_refunded_minor) <> (0, 0, 0, 0)
            or d.differences > 0)
        order by s.day desc, e.name, s.provider, s.currency
        """,
        maison_id=maison_id,
        until=until,
        days=days,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A payment told differently. `order_id` null: no order stands on it."""

    day: date
    payment_id: UUID
    order_id: UUID | None
    number: str | None
    provider: str
    what: str
    currency: str
    ledger_minor: int
    provider_minor: int


async def differences(conn: Conn, *, maison_id: UUID, until: date, days: int, most: int) -> list[Difference]:
    """Those of the same days, the newest first."""
    return await many(
        conn,
        Difference,
        """
        select d.day, d.payment_id, o.id as order_id, o.number, d.provider, d.what, d.currency, d.ledger_minor,
          d.provider_minor
        from payments.statement_difference d
        left join payments.payment p on p.maison_id = d.maison_id and p.id = d.payment_id
        left join orders.order o on o.maison_id = p.maison_id and o.checkout_id = p.checkout_id and o.payment_id = p.id
        where d.maison_id = %(maison_id)s and d.day between %(until)s::date - %(days)s::integer + 1 and %(until)s::date
        order by d.day desc, d.payment_id, d.what limit %(most)s
        """,
        maison_id=maison_id,
        until=until,
        days=days,
        most=most,
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One move of money, with the order's number where there is one."""

    posted_at: datetime
    entity: str
    kind: str
    debit: str
    credit: str
    currency: str
    amount_minor: int
    number: str
    payment_id: UUID
    cause_id: UUID


async def entries(conn: Conn, *, maison_id: UUID, day: date) -> list[Entry]:
    """What was posted that day (UTC), in its order."""
    return await many(
        conn,
        Entry,
        """
        select l.posted_at, e.name as entity, l.kind, l.debit, l.credit, l.currency, l.amount_minor,
          coalesce(o.number, '') as number, l.payment_id, l.cause_id
        from payments.ledger_entry l
        join maisons.legal_entity e on e.maison_id = l.maison_id and e.id = l.legal_entity_id
        join payments.payment p on p.maison_id = l.maison_id and p.id = l.payment_id
        left join orders.order o on o.maison_id = p.maison_id and o.checkout_id = p.checkout_id and o.payment_id = p.id
        where l.maison_id = %(maison_id)s and l.posted_at >= %(day)s::timestamp at time zone 'UTC'
          and l.posted_at < (%(day)s::date + 1)::timestamp at time zone 'UTC'
        order by l.posted_at, l.payment_id, l.kind, l.cause_id, l.credit
        """,
        maison_id=maison_id,
        day=day,
    )
