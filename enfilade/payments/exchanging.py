"""Exchanging: what a client has with the maison pays another order of theirs, and goes back the way it came.

Nothing is asked of a provider: a payment of the provider `exchange` stands on another one. `docs/algorithms/exchanges.md`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, maybe, scalar
from enfilade.base.ids import new_id
from enfilade.payments.events import PaymentPassedBack
from enfilade.payments.payment import EXCHANGE


class NotSoMuchLeft(Exception):
    """So much was not taken, or is given back or passed on already."""


async def left(conn: Conn, *, maison_id: UUID, payment_id: UUID) -> int:
    """Locks the payment: how much of what it has taken is neither asked back nor passed on."""
    return (
        await scalar(
            conn,
            """
        select captured_minor - refund_asked_minor - passed_minor from payments.payment
        where maison_id = %(maison_id)s and id = %(id)s and state = 'captured' for no key update
        """,
            maison_id=maison_id,
            id=payment_id,
        )
        or 0
    )


async def pass_on(
    conn: Conn, *, maison_id: UUID, payment_id: UUID, checkout_id: UUID, amount_minor: int, now: datetime
) -> UUID:
    """So much of what this payment has taken pays `checkout_id`: the id of the payment that says so. Raises NotSoMuchLeft."""
    passed = await execute(
        conn,
        """
        update payments.payment set passed_minor = passed_minor + %(amount)s, changed_at = %(now)s
        where maison_id = %(maison_id)s and id = %(id)s and state = 'captured'
          and refund_asked_minor + passed_minor + %(amount)s <= captured_minor
        """,
        maison_id=maison_id,
        id=payment_id,
        amount=amount_minor,
        now=now,
    )
    if not passed:
        raise NotSoMuchLeft
    new: UUID = await scalar(
        conn,
        """
        insert into payments.payment (maison_id, id, checkout_id, legal_entity_id, provider, method, currency, amount_minor,
          captured_minor, capture_asked_minor, state, separate_capture, created_at, changed_at, of_payment_id)
        select p.maison_id, %(new)s, %(checkout_id)s, p.legal_entity_id, %(exchange)s, %(exchange)s, p.currency, %(amount)s,
          %(amount)s, %(amount)s, 'captured', false, %(now)s, %(now)s, p.id
        from payments.payment p where p.maison_id = %(maison_id)s and p.id = %(of)s
        returning id
        """,
        maison_id=maison_id,
        new=new_id(now),
        of=payment_id,
        checkout_id=checkout_id,
        exchange=EXCHANGE,
        amount=amount_minor,
        now=now,
    )
    await _post(
        conn,
        maison_id,
        [(payment_id, "passed", "client", "exchange"), (new, "captured", "exchange", "client")],
        amount_minor,
        new,
        now,
    )
    return new


@dataclass(frozen=True, slots=True)
class Back:
    """So much is with `of_payment_id` again, and is to be given back by it."""

    payment_id: UUID
    of_payment_id: UUID
    amount_minor: int
    currency: str


async def pass_back(conn: Conn, *, maison_id: UUID, operation_id: UUID, now: datetime) -> Back | None:
    """A refund of such a payment: what it gives back is with the one it stands on again. None: it had ended already."""
    back = await maybe(
        conn,
        Back,
        """
        with ended as (
          update payments.operation set state = 'done', ended_at = %(now)s
          where maison_id = %(maison_id)s and id = %(id)s and state = 'asked' and kind = 'refund'
          returning payment_id, amount_minor
        )
        update payments.payment p set refunded_minor = p.refunded_minor + e.amount_minor, changed_at = %(now)s
        from ended e where p.maison_id = %(maison_id)s and p.id = e.payment_id and p.provider = %(exchange)s
        returning p.id as payment_id, p.of_payment_id, e.amount_minor, p.currency
        """,
        maison_id=maison_id,
        id=operation_id,
        exchange=EXCHANGE,
        now=now,
    )
    if back is None:
        return None
    await execute(
        conn,
        """
        update payments.payment set passed_minor = passed_minor - %(amount)s, changed_at = %(now)s
        where maison_id = %(maison_id)s and id = %(id)s
        """,
        maison_id=maison_id,
        id=back.of_payment_id,
        amount=back.amount_minor,
        now=now,
    )
    ways = [
        (back.payment_id, "refunded", "client", "exchange"),
        (back.of_payment_id, "passed_back", "exchange", "client"),
    ]
    await _post(conn, maison_id, ways, back.amount_minor, operation_id, now)
    fact = PaymentPassedBack(back.payment_id, back.of_payment_id, back.amount_minor, back.currency)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    return back


async def _post(
    conn: Conn,
    maison_id: UUID,
    ways: list[tuple[UUID, str, str, str]],
    amount_minor: int,
    cause_id: UUID,
    now: datetime,
) -> None:
    """One entry a way (payment, kind, debit, credit), each in the books of its payment; none before there were books."""
    payments, kinds, debits, credits = zip(*ways, strict=True)
    await execute(
        conn,
        """
        insert into payments.ledger_entry (maison_id, legal_entity_id, debit, credit, currency, amount_minor, kind, cause_id,
          payment_id, posted_at)
        select p.maison_id, p.legal_entity_id, w.debit, w.credit, p.currency, %(amount)s, w.kind, %(cause_id)s, p.id, %(now)s
        from unnest(%(payments)s::uuid[], %(kinds)s::text[], %(debits)s::text[], %(credits)s::text[])
          as w (payment_id, kind, debit, credit)
        join payments.payment p on p.maison_id = %(maison_id)s and p.id = w.payment_id
        where p.legal_entity_id is not null and %(amount)s > 0
        """,
        maison_id=maison_id,
        payments=list(payments),
        kinds=list(kinds),
        debits=list(debits),
        credits=list(credits),
        amount=amount_minor,
        cause_id=cause_id,
        now=now,
    )
