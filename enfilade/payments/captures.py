"""Captures, refunds and voids: asked in the transaction that makes them due, carried out by a job, once."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many, maybe, scalar
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.payments import exchanging
from enfilade.payments.events import (
    PaymentCaptured,
    PaymentOperationRefused,
    PaymentRefunded,
    PaymentVoided,
)
from enfilade.payments.payment import EXCHANGE, Payment
from enfilade.payments.provider import Provider, ProviderRefused, ProviderSilent, named

CARRY_OUT = "payments.carry_out"


async def ask_capture(
    conn: Conn, *, maison_id: UUID, payment_id: UUID, cause_id: UUID, amount_minor: int, now: datetime
) -> None:
    """Takes `amount_minor` for `cause_id` (a fulfilment). Asked again for the same cause, it is one capture."""
    await _ask(conn, maison_id, payment_id, "capture", cause_id, amount_minor, now)


async def ask_refund(
    conn: Conn, *, maison_id: UUID, payment_id: UUID, cause_id: UUID, amount_minor: int, now: datetime
) -> None:
    """Gives back `amount_minor` of what was taken, for `cause_id` (an order line)."""
    await _ask(conn, maison_id, payment_id, "refund", cause_id, amount_minor, now)


async def ask_void(conn: Conn, *, maison_id: UUID, payment_id: UUID, cause_id: UUID, now: datetime) -> None:
    """Lets go what is authorised and not captured; nothing more can be captured afterwards."""
    await _ask(conn, maison_id, payment_id, "void", cause_id, 0, now)


async def let_go(conn: Conn, *, maison_id: UUID, payment: Payment, cause_id: UUID, now: datetime) -> None:
    """Nothing of this payment is due: voided, or given back whole where the method took the money at once."""
    if payment.separate_capture:
        await ask_void(conn, maison_id=maison_id, payment_id=payment.id, cause_id=cause_id, now=now)
    else:
        await ask_refund(
            conn,
            maison_id=maison_id,
            payment_id=payment.id,
            cause_id=cause_id,
            amount_minor=payment.amount_minor,
            now=now,
        )


async def _ask(
    conn: Conn,
    maison_id: UUID,
    payment_id: UUID,
    kind: Literal["capture", "refund", "void"],
    cause_id: UUID,
    amount_minor: int,
    now: datetime,
) -> None:
    operation_id = await scalar(
        conn,
        """
        with asked as (
          insert into payments.operation (maison_id, id, payment_id, kind, amount_minor, state, cause_id, asked_at)
          values (%(maison_id)s, %(id)s, %(payment_id)s, %(kind)s, %(amount)s, 'asked', %(cause_id)s, %(now)s)
          on conflict on constraint operation_once_per_cause do nothing
          returning id, payment_id, kind, amount_minor
        ), counted as (
          update payments.payment p set
            capture_asked_minor = p.capture_asked_minor + case when a.kind = 'capture' then a.amount_minor else 0 end,
            refund_asked_minor = p.refund_asked_minor + case when a.kind = 'refund' then a.amount_minor else 0 end
          from asked a where p.maison_id = %(maison_id)s and p.id = a.payment_id
        )
        select id from asked
        """,
        maison_id=maison_id,
        id=new_id(now),
        payment_id=payment_id,
        kind=kind,
        amount=amount_minor,
        cause_id=cause_id,
        now=now,
    )
    if operation_id is not None:
        await jobs.defer(
            conn, maison_id=maison_id, jobs=[jobs.Job(CARRY_OUT, {"operation_id": operation_id})]
        )


class NoSuchRefund(Exception):
    """Nothing of this maison was asked back for this cause."""


async def ask_refund_again(conn: Conn, *, maison_id: UUID, cause_id: UUID, now: datetime) -> None:
    """A refund that the provider refused is asked once more, under a new key; one that is not refused is left alone.

    So is one for which not enough is left of what was taken. Raises NoSuchRefund.
    """
    found = await many(
        conn,
        _Refund,
        "select id from payments.operation where maison_id = %(maison_id)s and kind = 'refund' and cause_id = %(cause_id)s",
        maison_id=maison_id,
        cause_id=cause_id,
    )
    if not found:
        raise NoSuchRefund
    again = await many(
        conn,
        _Refund,
        """
        with again as (
          update payments.operation o set id = uuidv7(), state = 'asked', asked_at = %(now)s, ended_at = null
          from payments.payment p
          where o.maison_id = %(maison_id)s and o.kind = 'refund' and o.cause_id = %(cause_id)s and o.state = 'refused'
            and p.maison_id = o.maison_id and p.id = o.payment_id
            and p.refund_asked_minor + p.passed_minor + o.amount_minor <= p.captured_minor
          returning o.id, o.payment_id, o.amount_minor
        ), counted as (
          update payments.payment p set refund_asked_minor = p.refund_asked_minor + a.amount_minor
          from again a where p.maison_id = %(maison_id)s and p.id = a.payment_id
        )
        select id from again
        """,
        maison_id=maison_id,
        cause_id=cause_id,
        now=now,
    )
    work = [jobs.Job(CARRY_OUT, {"operation_id": one.id}) for one in again]
    if work:
        await jobs.defer(conn, maison_id=maison_id, jobs=work)


@dataclass(frozen=True, slots=True)
class _Refund:
    id: UUID


@dataclass(frozen=True, slots=True)
class _Operation:
    id: UUID
    kind: str
    amount_minor: int
    payment_id: UUID
    provider: str
    currency: str


async def carry_out(
    db: Db,
    providers: Mapping[str, Provider],
    *,
    maison_id: UUID,
    operation_id: UUID,
    timeout_seconds: float,
    now: datetime,
) -> None:
    """Asks the provider and records what it did. Raises ProviderSilent so that the job asks again with the same key.

    Raises ProviderUnknown.
    """
    async with db.acting(Actor.job(), maison_id) as conn:
        operation = await maybe(
            conn,
            _Operation,
            """
            select o.id, o.kind, o.amount_minor, o.payment_id, p.provider, p.currency
            from payments.operation o join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id
            where o.maison_id = %(maison_id)s and o.id = %(operation_id)s and o.state = 'asked' and o.kind <> 'authorise'
            """,
            maison_id=maison_id,
            operation_id=operation_id,
        )
    if operation is None:
        return
    if operation.provider == EXCHANGE:

        async def pass_back(conn: Conn) -> None:
            back = await exchanging.pass_back(conn, maison_id=maison_id, operation_id=operation_id, now=now)
            if back is not None:
                await ask_refund(
                    conn,
                    maison_id=maison_id,
                    payment_id=back.of_payment_id,
                    cause_id=operation_id,
                    amount_minor=back.amount_minor,
                    now=now,
                )

        await db.run(Actor.job(), maison_id, pass_back)
        return
    provider = named(providers, operation.provider)
    amount = Money(operation.amount_minor, operation.currency)
    refused = False
    try:
        async with asyncio.timeout(timeout_seconds):
            if operation.kind == "capture":
                await provider.capture(key=operation.id, reference=operation.payment_id, amount=amount)
            elif operation.kind == "refund":
                await provider.refund(key=operation.id, reference=operation.payment_id, amount=amount)
            else:
                await provider.void(key=operation.id, reference=operation.payment_id)
    except TimeoutError:
        raise ProviderSilent(f"{operation.kind} {operation.id}") from None
    except ProviderRefused:
        refused = True

    async def verb(conn: Conn) -> None:
        await _record(conn, maison_id, operation, refused=refused, now=now)

    await db.run(Actor.job(), maison_id, verb)


@dataclass(frozen=True, slots=True)
class _Ended:
    kind: str


async def _record(
    conn: Conn, maison_id: UUID, operation: _Operation, *, refused: bool, now: datetime
) -> None:
    ended = await many(
        conn,
        _Ended,
        """
        with ended as (
          update payments.operation set state = case when %(refused)s then 'refused' else 'done' end, ended_at = %(now)s
          where maison_id = %(maison_id)s and id = %(operation_id)s and state = 'asked'
          returning id, kind, payment_id, amount_minor
        ), counted as (
          update payments.payment p set
            captured_minor = p.captured_minor + case when e.kind = 'capture' then e.amount_minor else 0 end,
            refunded_minor = p.refunded_minor + case when e.kind = 'refund' then e.amount_minor else 0 end,
            state = case when e.kind = 'capture' and p.state = 'authorised' then 'captured'
              when e.kind = 'void' and p.state = 'authorised' and p.captured_minor = 0 then 'voided' else p.state end,
            changed_at = %(now)s
          from ended e
          where p.maison_id = %(maison_id)s and p.id = e.payment_id and not %(refused)s
          returning e.id, e.kind, e.payment_id, e.amount_minor, p.legal_entity_id, p.currency
        ), posted as (
          insert into payments.ledger_entry (maison_id, legal_entity_id, debit, credit, currency, amount_minor, kind, cause_id,
            payment_id, posted_at)
          select %(maison_id)s, c.legal_entity_id, m.debit, m.credit, c.currency, c.amount_minor, m.posted_as, c.id,
            c.payment_id, %(now)s
          from counted c join (values ('capture', 'provider', 'client', 'captured'),
            ('refund', 'client', 'provider', 'refunded')) m (kind, debit, credit, posted_as) on m.kind = c.kind
          where c.amount_minor > 0 and c.legal_entity_id is not null
        ), uncounted as (
          update payments.payment p set
            capture_asked_minor = p.capture_asked_minor - case when e.kind = 'capture' then e.amount_minor else 0 end,
            refund_asked_minor = p.refund_asked_minor - case when e.kind = 'refund' then e.amount_minor else 0 end
          from ended e
          where p.maison_id = %(maison_id)s and p.id = e.payment_id and %(refused)s
        )
        select kind from ended
        """,
        maison_id=maison_id,
        operation_id=operation.id,
        refused=refused,
        now=now,
    )
    if not ended:
        return
    news: dict[str, facts.Fact] = {
        "capture": PaymentCaptured(operation.payment_id, operation.amount_minor, operation.currency),
        "refund": PaymentRefunded(operation.payment_id, operation.amount_minor, operation.currency),
        "void": PaymentVoided(operation.payment_id),
    }
    fact = PaymentOperationRefused(operation.payment_id, operation.kind) if refused else news[operation.kind]
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: UUID


async def waiting(conn: Conn, *, maison_id: UUID, since: datetime) -> list[UUID]:
    """Operations other than authorisations asked before `since` and not ended: the reconciliation round repeats them."""
    rows = await many(
        conn,
        _Waiting,
        """
        select id from payments.operation
        where maison_id = %(maison_id)s and state = 'asked' and kind <> 'authorise' and asked_at < %(since)s
        order by asked_at limit 100
        """,
        maison_id=maison_id,
        since=since,
    )
    return [row.id for row in rows]
