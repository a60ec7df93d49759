"""A tender as it is kept, and the steps its verbs are made of: counted on the payment, written, passed back, posted.

`tenders` takes money and takes it back while a sale is open; `giving_back` gives it back for what came back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from psycopg import errors

from enfilade.base.db import Conn, constraint, execute, maybe

#: The provider of payments whose money a till takes and gives back.
TILL = "till"
Kind = Literal["cash", "card", "exchange"]
ACCOUNTS: dict[str, str] = {"cash": "cash", "card": "terminal", "exchange": "exchange"}


class MoreThanDue(Exception):
    """A tender of more than the sale still costs: change is given on cash alone."""


class TerminalAsked(Exception):
    """The terminal has been asked for this sale and has not said yes or no."""


class NoSuchTender(Exception):
    """No tender of this maison that could be taken back, or asked about."""


@dataclass(frozen=True, slots=True)
class Tender:
    """One tender. `of_id`, `root_id`: what it gives back or passes on, and the cash or card that was at first."""

    id: UUID
    payment_id: UUID
    drawer_id: UUID
    kind: Kind
    way: str
    amount_minor: int
    currency: str
    state: str
    of_id: UUID | None
    root_id: UUID | None
    return_id: UUID | None
    back_minor: int


async def lock(conn: Conn, *, maison_id: UUID, payment_ids: list[UUID]) -> None:
    """These payments, in order of their ids, until the transaction ends."""
    await execute(
        conn,
        """
        select 1 from payments.payment where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[]) order by id
        for no key update
        """,
        maison_id=maison_id,
        ids=payment_ids,
    )


async def read(conn: Conn, *, maison_id: UUID, tender_id: UUID) -> Tender | None:
    """One tender, not locked."""
    return await maybe(
        conn,
        Tender,
        """
        select t.id, t.payment_id, t.drawer_id, t.kind, t.way, t.amount_minor, p.currency, t.state, t.of_tender_id as of_id,
          t.root_tender_id as root_id, t.return_id, t.back_minor
        from payments.tender t join payments.payment p on p.maison_id = t.maison_id and p.id = t.payment_id
        where t.maison_id = %(maison_id)s and t.id = %(id)s
        """,
        maison_id=maison_id,
        id=tender_id,
    )


async def gave_back(conn: Conn, maison_id: UUID, back: Tender, now: datetime) -> None:
    """Counts and posts what went back: of an open sale it was never paid, of a return it is refunded."""
    account, amount = ACCOUNTS[back.kind], back.amount_minor
    if back.return_id is None:
        await count(conn, maison_id, back.payment_id, asked=-amount, captured=-amount, now=now)
        kind: Literal["captured_corrected", "refunded"] = "captured_corrected"
    else:
        await count(conn, maison_id, back.payment_id, refunded=amount, now=now)
        kind = "refunded"
    await post(conn, maison_id, back.payment_id, kind, "client", account, amount, back.id, now)


async def count(
    conn: Conn,
    maison_id: UUID,
    payment_id: UUID,
    *,
    asked: int = 0,
    captured: int = 0,
    refunded: int = 0,
    now: datetime,
) -> None:
    """Moves the counters of a till’s payment by so much. Raises MoreThanDue."""
    try:
        await execute(
            conn,
            """
            update payments.payment set capture_asked_minor = capture_asked_minor + %(asked)s,
              captured_minor = captured_minor + %(captured)s, refunded_minor = refunded_minor + %(refunded)s, changed_at = %(now)s
            where maison_id = %(maison_id)s and id = %(id)s and provider = 'till'
            """,
            maison_id=maison_id,
            id=payment_id,
            asked=asked,
            captured=captured,
            refunded=refunded,
            now=now,
        )
    except errors.CheckViolation as error:
        if constraint(error) != "never_asked_beyond":
            raise
        raise MoreThanDue("That is more than is still due") from error


async def pass_back(conn: Conn, maison_id: UUID, tender_id: UUID, amount_minor: int) -> bool:
    """So much of the tender has gone back, or on; False when it has not so much left."""
    return bool(
        await execute(
            conn,
            """
            update payments.tender set back_minor = back_minor + %(amount)s
            where maison_id = %(maison_id)s and id = %(id)s and back_minor + %(amount)s <= amount_minor
            """,
            maison_id=maison_id,
            id=tender_id,
            amount=amount_minor,
        )
    )


async def given(conn: Conn, maison_id: UUID, return_id: UUID, amount_minor: int) -> None:
    """So much of what is owed for the return is given."""
    await execute(
        conn,
        """
        update payments.till_refund set given_minor = given_minor + %(amount)s
        where maison_id = %(maison_id)s and return_id = %(return_id)s
        """,
        maison_id=maison_id,
        return_id=return_id,
        amount=amount_minor,
    )


async def write(
    conn: Conn, maison_id: UUID, tender: Tender, *, given_minor: int | None, by_id: UUID, now: datetime
) -> None:
    """Keeps the tender. Raises TerminalAsked."""
    try:
        await execute(
            conn,
            """
            insert into payments.tender (maison_id, id, payment_id, drawer_id, kind, way, amount_minor, given_minor, state,
              of_tender_id, root_tender_id, return_id, asked_at, ended_at, by_id)
            values (%(maison_id)s, %(id)s, %(payment_id)s, %(drawer_id)s, %(kind)s, %(way)s, %(amount)s, %(given)s, %(state)s,
              %(of_id)s, %(root_id)s, %(return_id)s, %(now)s, case when %(state)s::text = 'done' then %(now)s::timestamptz end,
              %(by_id)s)
            """,
            maison_id=maison_id,
            id=tender.id,
            payment_id=tender.payment_id,
            drawer_id=tender.drawer_id,
            kind=tender.kind,
            way=tender.way,
            amount=tender.amount_minor,
            given=given_minor,
            state=tender.state,
            of_id=tender.of_id,
            root_id=tender.root_id,
            return_id=tender.return_id,
            by_id=by_id,
            now=now,
        )
    except errors.UniqueViolation as error:
        if constraint(error) != "one_tender_asked":
            raise
        raise TerminalAsked("The terminal has not answered yet: ask it again first") from error


async def post(
    conn: Conn,
    maison_id: UUID,
    payment_id: UUID,
    kind: Literal["captured", "captured_corrected", "refunded", "refunded_corrected"],
    debit: str,
    credit: str,
    amount_minor: int,
    cause_id: UUID,
    now: datetime,
) -> None:
    """One entry, in the books of the payment’s legal entity."""
    await execute(
        conn,
        """
        insert into payments.ledger_entry (maison_id, legal_entity_id, debit, credit, currency, amount_minor, kind, cause_id,
          payment_id, posted_at)
        select %(maison_id)s, p.legal_entity_id, %(debit)s, %(credit)s, p.currency, %(amount)s, %(kind)s, %(cause_id)s, p.id,
          %(now)s
        from payments.payment p where p.maison_id = %(maison_id)s and p.id = %(payment_id)s
        """,
        maison_id=maison_id,
        payment_id=payment_id,
        kind=kind,
        debit=debit,
        credit=credit,
        amount=amount_minor,
        cause_id=cause_id,
        now=now,
    )
