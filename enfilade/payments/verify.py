"""Proves that the ledger of money agrees with payments, with its own daily statements and with what providers have booked.

What orders say of it is proved above, in `orders.books`. Under way is no difference from a provider.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.payments.provider import Booked

#: A provider and we may tell a payment differently for so long after either did something.
UNDER_WAY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """`subject_id` is a payment, an order or, of a statement, a legal entity; what `expected` says is not what is `posted`."""

    what: str
    subject_id: UUID
    expected_minor: int
    posted_minor: int
    currency: str

    def __str__(self) -> str:
        return f"{self.what} {self.subject_id}: {self.currency} {self.expected_minor}, posted {self.posted_minor}"


async def verify(conn: Conn, *, maison_id: UUID) -> list[Disagreement]:
    """Payments and statements against their entries; give it a snapshot. What began before there were books is passed over."""
    return await many(
        conn,
        Disagreement,
        """
        with entry as (
          select payment_id, coalesce(sum(case kind when 'captured' then amount_minor
              when 'captured_corrected' then -amount_minor end), 0) as captured_minor,
            coalesce(sum(case kind when 'refunded' then amount_minor
              when 'refunded_corrected' then -amount_minor end), 0) as refunded_minor,
            coalesce(sum(case kind when 'passed' then amount_minor when 'passed_back' then -amount_minor end), 0)
              as passed_minor
          from payments.ledger_entry where maison_id = %(maison_id)s group by payment_id
        ), standing as (
          select of_payment_id, sum(captured_minor - refunded_minor)::bigint as minor
          from payments.payment where maison_id = %(maison_id)s and of_payment_id is not null group by of_payment_id
        )
        select 'captured of payment' as what, p.id as subject_id, p.captured_minor as expected_minor,
          coalesce(e.captured_minor, 0)::bigint as posted_minor, p.currency
        from payments.payment p left join entry e on e.payment_id = p.id
        where p.maison_id = %(maison_id)s and p.legal_entity_id is not null
          and p.captured_minor <> coalesce(e.captured_minor, 0)
        union all
        select 'refunded of payment', p.id, p.refunded_minor, coalesce(e.refunded_minor, 0)::bigint, p.currency
        from payments.payment p left join entry e on e.payment_id = p.id
        where p.maison_id = %(maison_id)s and p.legal_entity_id is not null
          and p.refunded_minor <> coalesce(e.refunded_minor, 0)
        union all
        select 'passed of payment', p.id, p.passed_minor, coalesce(e.passed_minor, 0)::bigint, p.currency
        from payments.payment p left join entry e on e.payment_id = p.id
        where p.maison_id = %(maison_id)s and p.legal_entity_id is not null
          and p.passed_minor <> coalesce(e.passed_minor, 0)
        union all
        select 'what stands on payment', p.id, p.passed_minor, coalesce(s.minor, 0), p.currency
        from payments.payment p left join standing s on s.of_payment_id = p.id
        where p.maison_id = %(maison_id)s and p.passed_minor <> coalesce(s.minor, 0)
        union all
        select 'books or currency of payment', p.id, 0, sum(e.amount_minor)::bigint, e.currency
        from payments.payment p join payments.ledger_entry e on e.maison_id = p.maison_id and e.payment_id = p.id
        where p.maison_id = %(maison_id)s
          and (e.legal_entity_id, e.currency) is distinct from (p.legal_entity_id, p.currency)
        group by p.id, e.currency
        union all
        select m.what || ' of ' || s.provider || ' on ' || s.day, s.legal_entity_id, m.minor, m.posted_minor, s.currency
        from payments.statement s
        cross join lateral (
          select coalesce(sum(e.amount_minor) filter (where e.kind = 'captured'), 0)
              - coalesce(sum(e.amount_minor) filter (where e.kind = 'captured_corrected'), 0) as captured_minor,
            coalesce(sum(e.amount_minor) filter (where e.kind = 'refunded'), 0)
              - coalesce(sum(e.amount_minor) filter (where e.kind = 'refunded_corrected'), 0) as refunded_minor
          from payments.ledger_entry e
          join payments.payment p on p.maison_id = e.maison_id and p.id = e.payment_id and p.provider = s.provider
          where e.maison_id = s.maison_id and e.legal_entity_id = s.legal_entity_id and e.currency = s.currency
            and e.posted_at >= s.day::timestamp at time zone 'UTC'
            and e.posted_at < (s.day + 1)::timestamp at time zone 'UTC') day
        cross join lateral (values ('captured by the statement', s.captured_minor, day.captured_minor::bigint),
          ('refunded by the statement', s.refunded_minor, day.refunded_minor::bigint)) m (what, minor, posted_minor)
        where s.maison_id = %(maison_id)s and m.minor <> m.posted_minor
        """,
        maison_id=maison_id,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A payment that the provider tells otherwise than our ledger. `what`: 'captured' or 'refunded'."""

    what: str
    payment_id: UUID
    legal_entity_id: UUID | None
    ledger_minor: int
    provider_minor: int
    currency: str


async def differences(
    conn: Conn, *, maison_id: UUID, provider: str, booked: list[Booked], since: datetime, now: datetime
) -> list[Difference]:
    """What `booked`, all that the provider has of charges made since, says otherwise than our ledger.

    Our payments begun since that took money and are not booked are told too. `now`: when the provider was asked.
    """
    return await many(
        conn,
        Difference,
        """
        with booked as (
          select * from unnest(%(ids)s::uuid[], %(captured)s::bigint[], %(refunded)s::bigint[])
            as b (id, captured_minor, refunded_minor)
        ), entry as (
          select p.id, coalesce(sum(case e.kind when 'captured' then e.amount_minor
              when 'captured_corrected' then -e.amount_minor end), 0)::bigint as captured_minor,
            coalesce(sum(case e.kind when 'refunded' then e.amount_minor
              when 'refunded_corrected' then -e.amount_minor end), 0)::bigint as refunded_minor
          from payments.payment p left join payments.ledger_entry e on e.maison_id = p.maison_id and e.payment_id = p.id
          where p.maison_id = %(maison_id)s and p.provider = %(provider)s
            and (p.created_at >= %(since)s or p.id = any(%(ids)s::uuid[]))
          group by p.id
        )
        select m.what, p.id as payment_id, p.legal_entity_id, m.ledger_minor, m.provider_minor, p.currency
        from payments.payment p
        join entry e on e.id = p.id
        left join booked b on b.id = p.id
        cross join lateral (values
          ('captured', case when p.legal_entity_id is null then p.captured_minor else e.captured_minor end,
            coalesce(b.captured_minor, 0)),
          ('refunded', case when p.legal_entity_id is null then p.refunded_minor else e.refunded_minor end,
            coalesce(b.refunded_minor, 0))) m (what, ledger_minor, provider_minor)
        where p.maison_id = %(maison_id)s and m.ledger_minor <> m.provider_minor and p.changed_at < %(settled)s
          and not exists (select 1 from payments.operation o where o.maison_id = p.maison_id and o.payment_id = p.id
            and coalesce(o.ended_at, o.asked_at) >= %(settled)s)
        order by p.id, m.what
        """,
        maison_id=maison_id,
        provider=provider,
        ids=[charge.reference for charge in booked],
        captured=[charge.captured_minor for charge in booked],
        refunded=[charge.refunded_minor for charge in booked],
        since=since,
        settled=now - UNDER_WAY,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID


async def known(conn: Conn, *, maison_id: UUID, provider: str, references: list[UUID]) -> set[UUID]:
    """Which of these charges are payments of this maison."""
    rows = await many(
        conn,
        _Known,
        """
        select id from payments.payment
        where maison_id = %(maison_id)s and provider = %(provider)s and id = any(%(references)s::uuid[])
        """,
        maison_id=maison_id,
        provider=provider,
        references=references,
    )
    return {row.id for row in rows}
