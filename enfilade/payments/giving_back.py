"""Giving back: what a return of a sale at the counter is worth goes back to where it was paid from, or pays another sale.

Owed from the moment the return is received, until a drawer or a terminal has given it. `docs/algorithms/till.md`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base.db import Conn, execute, many, one, scalar
from enfilade.base.ids import new_id
from enfilade.payments import tender
from enfilade.payments.tender import Tender


class NothingOwed(Exception):
    """Nothing is to be given back for this return any more."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What is left to give back for a return. `order_id`'s legal entity gives it."""

    return_id: UUID
    payment_id: UUID
    legal_entity_id: UUID
    currency: str
    left_minor: int


@dataclass(frozen=True, slots=True)
class Source:
    """A tender of which something is left to give back. `root_kind`: what its money was at first."""

    id: UUID
    root_id: UUID
    root_kind: Literal["cash", "card"]
    left_minor: int


def parts(sources: list[Source], amount_minor: int) -> list[tuple[Source, int]]:
    """Where `amount_minor` goes back to: to cards first, then out of the drawer, never more than each paid."""
    found: list[tuple[Source, int]] = []
    for source in sorted(sources, key=lambda one: one.root_kind != "card"):
        share = min(source.left_minor, amount_minor)
        if share > 0:
            found.append((source, share))
            amount_minor -= share
    return found


async def owe(
    conn: Conn, *, maison_id: UUID, payment_id: UUID, return_id: UUID, amount_minor: int, now: datetime
) -> None:
    """So much of a till's payment is to be given back for a return. Asked again, it is owed once."""
    owed = await execute(
        conn,
        """
        insert into payments.till_refund (maison_id, return_id, payment_id, amount_minor, asked_at)
        values (%(maison_id)s, %(return_id)s, %(payment_id)s, %(amount)s, %(now)s)
        on conflict on constraint owed_once do nothing
        """,
        maison_id=maison_id,
        return_id=return_id,
        payment_id=payment_id,
        amount=amount_minor,
        now=now,
    )
    if owed:
        await execute(
            conn,
            """
            update payments.payment set refund_asked_minor = refund_asked_minor + %(amount)s
            where maison_id = %(maison_id)s and id = %(payment_id)s
            """,
            maison_id=maison_id,
            payment_id=payment_id,
            amount=amount_minor,
        )


async def owed(conn: Conn, *, maison_id: UUID, return_id: UUID, with_payment: UUID | None = None) -> Owed:
    """Locks the payment (and another one, in order) and reads what is left. Raises NothingOwed."""
    payment_id: UUID | None = await scalar(
        conn,
        "select payment_id from payments.till_refund where maison_id = %(maison_id)s and return_id = %(return_id)s",
        maison_id=maison_id,
        return_id=return_id,
    )
    if payment_id is None:
        raise NothingOwed
    await tender.lock(
        conn, maison_id=maison_id, payment_ids=[payment_id, *([with_payment] if with_payment else [])]
    )
    found = await one(
        conn,
        Owed,
        """
        select r.return_id, r.payment_id, p.legal_entity_id, p.currency, r.amount_minor - r.given_minor as left_minor
        from payments.till_refund r join payments.payment p on p.maison_id = r.maison_id and p.id = r.payment_id
        where r.maison_id = %(maison_id)s and r.return_id = %(return_id)s
        """,
        maison_id=maison_id,
        return_id=return_id,
    )
    if found.left_minor == 0:
        raise NothingOwed
    return found


async def give_back(
    conn: Conn, *, maison_id: UUID, due: Owed, drawer_id: UUID, by_id: UUID, now: datetime
) -> list[Tender]:
    """What is owed goes back to where it came from: cash at once, to a card what the terminal is asked for, a card at a time.

    `due` was read in this transaction. Returns the tenders written. Raises TerminalAsked.
    """
    found: list[Tender] = []
    asked = False
    for source, amount in parts(
        await sources(conn, maison_id=maison_id, payment_id=due.payment_id), due.left_minor
    ):
        if source.root_kind == "card" and asked:
            continue
        asked = asked or source.root_kind == "card"
        back = Tender(
            new_id(now),
            due.payment_id,
            drawer_id,
            source.root_kind,
            "back",
            amount,
            due.currency,
            "asked" if source.root_kind == "card" else "done",
            source.id,
            source.root_id,
            due.return_id,
            0,
        )
        await tender.pass_back(conn, maison_id, source.id, amount)
        await tender.given(conn, maison_id, due.return_id, amount)
        await tender.write(conn, maison_id, back, given_minor=None, by_id=by_id, now=now)
        if back.state == "done":
            await tender.gave_back(conn, maison_id, back, now)
        found.append(back)
    return found


async def set_against(
    conn: Conn,
    *,
    maison_id: UUID,
    due: Owed,
    payment_id: UUID,
    most_minor: int,
    drawer_id: UUID,
    by_id: UUID,
    now: datetime,
) -> int:
    """What is owed pays another sale, `most_minor` of it at most; returns how much. Both payments are locked."""
    amount_left = min(due.left_minor, most_minor)
    for source, amount in parts(
        await sources(conn, maison_id=maison_id, payment_id=due.payment_id), amount_left
    ):
        tender_id = new_id(now)
        await tender.pass_back(conn, maison_id, source.id, amount)
        await tender.given(conn, maison_id, due.return_id, amount)
        await tender.count(conn, maison_id, due.payment_id, refunded=amount, now=now)
        await tender.count(conn, maison_id, payment_id, asked=amount, captured=amount, now=now)
        passed = Tender(
            tender_id,
            payment_id,
            drawer_id,
            "exchange",
            "in",
            amount,
            due.currency,
            "done",
            source.id,
            source.root_id,
            due.return_id,
            0,
        )
        await tender.write(conn, maison_id, passed, given_minor=None, by_id=by_id, now=now)
        await tender.post(
            conn, maison_id, due.payment_id, "refunded", "client", "exchange", amount, tender_id, now
        )
        await tender.post(
            conn, maison_id, payment_id, "captured", "exchange", "client", amount, tender_id, now
        )
    return amount_left


async def sources(conn: Conn, *, maison_id: UUID, payment_id: UUID) -> list[Source]:
    """What the payment's tenders have left, the oldest first."""
    return await many(
        conn,
        Source,
        """
        select t.id, coalesce(t.root_tender_id, t.id) as root_id, r.kind as root_kind, t.amount_minor - t.back_minor as left_minor
        from payments.tender t
        join payments.tender r on r.maison_id = t.maison_id and r.id = coalesce(t.root_tender_id, t.id)
        where t.maison_id = %(maison_id)s and t.payment_id = %(payment_id)s and t.way = 'in' and t.state = 'done'
          and t.back_minor < t.amount_minor
        order by t.asked_at, t.id
        """,
        maison_id=maison_id,
        payment_id=payment_id,
    )
