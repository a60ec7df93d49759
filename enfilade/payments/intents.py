"""Intents: what will be asked of the provider is committed before it is asked, and its answer after."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many, one, scalar
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.payments import captures
from enfilade.payments.payment import Payment
from enfilade.payments.provider import Charge

AT_ONCE_MAX = 100


async def intend(
    conn: Conn,
    *,
    maison_id: UUID,
    checkout_id: UUID,
    provider: str,
    method: str,
    separate_capture: bool,
    amount: Money,
    market: str,
    attempt: int,
    now: datetime,
) -> Payment:
    """The payment of this checkout at this maison, made now or, asked again, the one that exists.

    It is the legal entity's through which the maison sells in `market`, which it does.
    """
    return await one(
        conn,
        Payment,
        """
        with made as (
          insert into payments.payment (maison_id, id, checkout_id, legal_entity_id, provider, method, currency, amount_minor,
            state, separate_capture, attempt, created_at, changed_at)
          select %(maison_id)s, %(id)s, %(checkout_id)s, k.legal_entity_id, %(provider)s, %(method)s, %(currency)s, %(amount)s,
            'asked', %(separate_capture)s, %(attempt)s, %(now)s, %(now)s
          from maisons.market k where k.maison_id = %(maison_id)s and k.code = %(market)s
          on conflict (maison_id, checkout_id, region) where state in ('asked', 'second_step', 'authorised', 'captured')
            do update set changed_at = payments.payment.changed_at
          returning *
        ), asked as (
          insert into payments.operation (maison_id, id, payment_id, kind, amount_minor, state, cause_id, asked_at)
          select %(maison_id)s, %(operation_id)s, m.id, 'authorise', m.amount_minor, 'asked', %(checkout_id)s, %(now)s
          from made m
          on conflict on constraint operation_once_per_cause do update set asked_at = payments.operation.asked_at
          returning id
        )
        select m.id, a.id as operation_id, m.provider, m.method, m.currency, m.amount_minor, m.captured_minor,
          m.refunded_minor, m.state, m.separate_capture, m.authorised_until, m.second_step_url, m.created_at,
          m.attempt
        from made m cross join asked a
        """,
        maison_id=maison_id,
        id=new_id(now),
        operation_id=new_id(now),
        checkout_id=checkout_id,
        provider=provider,
        method=method,
        separate_capture=separate_capture,
        currency=amount.currency,
        amount=amount.minor,
        market=market,
        attempt=attempt,
        now=now,
    )


async def of_checkout(conn: Conn, *, maison_id: UUID, checkout_id: UUID) -> list[Payment]:
    """The checkout's payments at this maison, the newest first: refused ones, and one that lives at most."""
    return await many(
        conn,
        Payment,
        """
        select p.id, o.id as operation_id, p.provider, p.method, p.currency, p.amount_minor, p.captured_minor,
          p.refunded_minor, p.state, p.separate_capture, p.authorised_until, p.second_step_url, p.created_at,
          p.attempt
        from payments.payment p
        join payments.operation o on o.maison_id = p.maison_id and o.payment_id = p.id and o.kind = 'authorise'
        where p.maison_id = %(maison_id)s and p.checkout_id = %(checkout_id)s
        order by p.created_at desc
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )


async def record_answer(
    conn: Conn, *, maison_id: UUID, payment: Payment, charge: Charge, now: datetime
) -> bool:
    """Writes what the provider answered to the authorisation; False when that changes nothing, since it was known.

    What it changes it locks, first of all rows: whoever settles the same checkout waits here. Where the payment was given up
    meanwhile the authorisation stays asked, so that `late` finds it.
    """
    if charge.state in ("pending", "unknown"):
        return False
    return bool(
        await scalar(
            conn,
            """
        with changed as (
          update payments.payment set state = case
              when %(state)s = 'authorised' and not separate_capture then 'captured' else %(state)s end,
            captured_minor = case when %(state)s = 'authorised' and not separate_capture then amount_minor
              else captured_minor end,
            capture_asked_minor = case when %(state)s = 'authorised' and not separate_capture then amount_minor
              else capture_asked_minor end,
            authorised_until = %(until)s, second_step_url = %(url)s, changed_at = %(now)s
          where maison_id = %(maison_id)s and id = %(payment_id)s and state in ('asked', 'second_step')
          returning id, legal_entity_id, currency, captured_minor
        ), ended as (
          update payments.operation o set state = case when %(state)s = 'authorised' then 'done' else 'refused' end,
            ended_at = %(now)s
          from changed c
          where o.maison_id = %(maison_id)s and o.id = %(operation_id)s and o.state = 'asked' and %(state)s <> 'second_step'
        ), posted as (
          insert into payments.ledger_entry (maison_id, legal_entity_id, debit, credit, currency, amount_minor, kind, cause_id,
            payment_id, posted_at)
          select %(maison_id)s, c.legal_entity_id, 'provider', 'client', c.currency, c.captured_minor, 'captured',
            %(operation_id)s, c.id, %(now)s
          from changed c where c.captured_minor > 0 and c.legal_entity_id is not null
        )
        select count(*) from changed
        """,
            maison_id=maison_id,
            payment_id=payment.id,
            operation_id=payment.operation_id,
            state=charge.state,
            until=charge.authorised_until,
            url=charge.second_step_url,
            now=now,
        )
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    state: str


@dataclass(frozen=True, slots=True)
class _LettingGo:
    id: UUID


async def stands(conn: Conn, *, maison_id: UUID, payment: Payment) -> bool:
    """Locks the payment and says whether an order may stand on it: the money is there, and nobody lets it go."""
    found = await one(
        conn,
        _Standing,
        "select state from payments.payment where maison_id = %(maison_id)s and id = %(payment_id)s for no key update",
        maison_id=maison_id,
        payment_id=payment.id,
    )
    if found.state not in ("authorised", "captured"):
        return False
    # In a statement of its own: it sees what was committed while we waited for the lock.
    return not await many(
        conn,
        _LettingGo,
        """
        select id from payments.operation
        where maison_id = %(maison_id)s and payment_id = %(payment_id)s and kind in ('void', 'refund')
        """,
        maison_id=maison_id,
        payment_id=payment.id,
    )


async def abandon(conn: Conn, *, maison_id: UUID, payment: Payment, now: datetime) -> bool:
    """Gives up waiting. The authorisation stays asked: should the provider have taken it after all, `late` finds it.

    False when somebody else has heard the answer meanwhile.
    """
    return (
        await execute(
            conn,
            """
        update payments.payment set state = 'voided', changed_at = %(now)s
        where maison_id = %(maison_id)s and id = %(payment_id)s and state in ('asked', 'second_step')
        """,
            maison_id=maison_id,
            payment_id=payment.id,
            now=now,
        )
        > 0
    )


async def abandon_unsettled(conn: Conn, *, maison_id: UUID, asked_before: datetime, now: datetime) -> int:
    """Gives up what no checkout waits for any more: it ended without having known of the payment. Returns how many.

    Whoever stands still between beginning to pay and asking for money may ask after others found nothing asked.
    """
    return await execute(
        conn,
        """
        update payments.payment p set state = 'voided', changed_at = %(now)s from payments.operation o
        where o.maison_id = %(maison_id)s and o.kind = 'authorise' and o.state = 'asked' and o.asked_at < %(asked_before)s
          and p.maison_id = o.maison_id and p.id = o.payment_id and p.state in ('asked', 'second_step')
        """,
        maison_id=maison_id,
        asked_before=asked_before,
        now=now,
    )


async def late(conn: Conn, *, maison_id: UUID) -> list[Payment]:
    """Payments given up whose authorisation never ended: the provider is asked about them until it says."""
    return await many(
        conn,
        Payment,
        """
        select p.id, o.id as operation_id, p.provider, p.method, p.currency, p.amount_minor, p.captured_minor,
          p.refunded_minor, p.state, p.separate_capture, p.authorised_until, p.second_step_url, p.created_at,
          p.attempt
        from payments.operation o
        join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id and p.state = 'voided'
        where o.maison_id = %(maison_id)s and o.kind = 'authorise' and o.state = 'asked'
        order by o.asked_at limit %(most)s
        """,
        maison_id=maison_id,
        most=AT_ONCE_MAX,
    )


async def end_late(
    conn: Conn, *, maison_id: UUID, payment: Payment, charge: Charge, never_arrived: bool, now: datetime
) -> None:
    """What the provider did after we gave up is let go: voided, or given back where money was taken at once.

    A second step still open there is closed, so that nobody approves it any more. `never_arrived`: what the provider has not
    heard of by now it will not hear of any more.
    """
    if charge.state == "second_step":
        await captures.ask_void(
            conn, maison_id=maison_id, payment_id=payment.id, cause_id=payment.operation_id, now=now
        )
        return
    if charge.state == "pending" or (charge.state == "unknown" and not never_arrived):
        return
    ended = await scalar(
        conn,
        """
        with ended as (
          update payments.operation set state = case when %(state)s = 'authorised' then 'done' else 'refused' end,
            ended_at = %(now)s
          where maison_id = %(maison_id)s and id = %(operation_id)s and state = 'asked'
          returning id, payment_id
        ), taken as (
          update payments.payment p set changed_at = %(now)s,
            captured_minor = case when %(state)s = 'authorised' and not p.separate_capture then p.amount_minor else 0 end,
            capture_asked_minor = case when %(state)s = 'authorised' and not p.separate_capture then p.amount_minor else 0 end
          from ended e where p.maison_id = %(maison_id)s and p.id = e.payment_id
          returning p.id, e.id as operation_id, p.legal_entity_id, p.currency, p.captured_minor
        ), posted as (
          insert into payments.ledger_entry (maison_id, legal_entity_id, debit, credit, currency, amount_minor, kind, cause_id,
            payment_id, posted_at)
          select %(maison_id)s, t.legal_entity_id, 'provider', 'client', t.currency, t.captured_minor, 'captured',
            t.operation_id, t.id, %(now)s
          from taken t where t.captured_minor > 0 and t.legal_entity_id is not null
        )
        select count(*) from ended
        """,
        maison_id=maison_id,
        operation_id=payment.operation_id,
        state=charge.state,
        now=now,
    )
    if ended and charge.state == "authorised":
        await captures.let_go(conn, maison_id=maison_id, payment=payment, cause_id=payment.id, now=now)
