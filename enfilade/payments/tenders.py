"""Tenders: what pays a sale at a counter, in cash, by a card terminal or by an exchange; taken back while the sale is open.

A sale has one payment, of the provider `till`, whose counters hold what tenders took: never more than is due. Lock order:
payments by id, then their tenders. `docs/algorithms/till.md`.
"""

from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, scalar
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.payments import tender
from enfilade.payments.tender import NoSuchTender, Tender
from enfilade.payments.terminal import Said


async def begin(
    conn: Conn, *, maison_id: UUID, sale_id: UUID, legal_entity_id: UUID, amount: Money, now: datetime
) -> UUID:
    """The payment of this sale, of `amount` as long as nothing was tendered. Locks it."""
    return await scalar(
        conn,
        """
        insert into payments.payment as p (maison_id, id, checkout_id, legal_entity_id, provider, method, currency, amount_minor,
          state, separate_capture, created_at, changed_at)
        values (%(maison_id)s, %(id)s, %(sale_id)s, %(legal_entity_id)s, 'till', 'till', %(currency)s, %(amount)s, 'asked', false,
          %(now)s, %(now)s)
        on conflict (maison_id, checkout_id, region) where state in ('asked', 'second_step', 'authorised', 'captured')
        do update set amount_minor = case when p.capture_asked_minor = 0 then excluded.amount_minor else p.amount_minor end
        returning id
        """,
        maison_id=maison_id,
        id=new_id(now),
        sale_id=sale_id,
        legal_entity_id=legal_entity_id,
        currency=amount.currency,
        amount=amount.minor,
        now=now,
    )


async def take_cash(
    conn: Conn,
    *,
    maison_id: UUID,
    payment_id: UUID,
    tender_id: UUID,
    drawer_id: UUID,
    amount_minor: int,
    given_minor: int,
    by_id: UUID,
    now: datetime,
) -> None:
    """Cash for `amount_minor` of the sale, of `given_minor` laid down. Raises MoreThanDue."""
    await tender.count(conn, maison_id, payment_id, asked=amount_minor, captured=amount_minor, now=now)
    await tender.write(
        conn,
        maison_id,
        Tender(
            tender_id,
            payment_id,
            drawer_id,
            "cash",
            "in",
            amount_minor,
            "",
            "done",
            None,
            None,
            None,
            0,
        ),
        given_minor=given_minor,
        by_id=by_id,
        now=now,
    )
    await tender.post(conn, maison_id, payment_id, "captured", "cash", "client", amount_minor, tender_id, now)


async def ask_card(
    conn: Conn,
    *,
    maison_id: UUID,
    payment_id: UUID,
    tender_id: UUID,
    drawer_id: UUID,
    amount_minor: int,
    by_id: UUID,
    now: datetime,
) -> None:
    """What the terminal will be asked to charge, before it is asked. Raises MoreThanDue, TerminalAsked."""
    await tender.count(conn, maison_id, payment_id, asked=amount_minor, now=now)
    asked = Tender(
        tender_id, payment_id, drawer_id, "card", "in", amount_minor, "", "asked", None, None, None, 0
    )
    await tender.write(conn, maison_id, asked, given_minor=None, by_id=by_id, now=now)


async def record(conn: Conn, *, maison_id: UUID, tender_id: UUID, said: Said, now: datetime) -> bool:
    """What the terminal says of a tender it was asked for, once; False when that is nothing new."""
    if said.state not in ("approved", "refused"):
        return False
    asked = await tender.read(conn, maison_id=maison_id, tender_id=tender_id)
    if asked is None:
        raise NoSuchTender
    await tender.lock(conn, maison_id=maison_id, payment_ids=[asked.payment_id])
    done = said.state == "approved"
    ended = await execute(
        conn,
        """
        update payments.tender set state = %(state)s, slip = %(slip)s, ended_at = %(now)s
        where maison_id = %(maison_id)s and id = %(id)s and state = 'asked'
        """,
        maison_id=maison_id,
        id=tender_id,
        state="done" if done else "refused",
        slip=said.slip[:60],
        now=now,
    )
    if not ended:
        return False
    amount = asked.amount_minor
    if asked.way == "in":
        await tender.count(
            conn,
            maison_id,
            asked.payment_id,
            asked=0 if done else -amount,
            captured=amount if done else 0,
            now=now,
        )
        if done:
            await tender.post(
                conn,
                maison_id,
                asked.payment_id,
                "captured",
                "terminal",
                "client",
                amount,
                tender_id,
                now,
            )
    elif done:
        await tender.gave_back(conn, maison_id, asked, now)
    else:
        assert asked.of_id is not None
        await tender.pass_back(conn, maison_id, asked.of_id, -amount)
        if asked.return_id is not None:
            await tender.given(conn, maison_id, asked.return_id, -amount)
    return True


async def take_back(
    conn: Conn,
    *,
    maison_id: UUID,
    payment_id: UUID,
    tender_id: UUID,
    back_id: UUID,
    drawer_id: UUID,
    by_id: UUID,
    now: datetime,
) -> Tender:
    """A tender of an open sale goes back whole: cash and exchange at once, a card when the terminal has said so.

    Returns what is given back. Raises NoSuchTender, TerminalAsked.
    """
    paid = await tender.read(conn, maison_id=maison_id, tender_id=tender_id)
    if paid is None or paid.payment_id != payment_id or paid.way != "in" or paid.state != "done":
        raise NoSuchTender
    source = (
        await tender.read(conn, maison_id=maison_id, tender_id=paid.of_id)
        if paid.kind == "exchange" and paid.of_id
        else None
    )
    await tender.lock(
        conn, maison_id=maison_id, payment_ids=[payment_id, *([source.payment_id] if source else [])]
    )
    amount = paid.amount_minor
    if not await tender.pass_back(conn, maison_id, paid.id, amount):
        raise NoSuchTender
    back = Tender(
        back_id,
        payment_id,
        drawer_id,
        paid.kind,
        "back",
        amount,
        paid.currency,
        "asked" if paid.kind == "card" else "done",
        paid.id,
        paid.root_id or paid.id,
        None,
        0,
    )
    await tender.write(conn, maison_id, back, given_minor=None, by_id=by_id, now=now)
    if back.state == "done":
        await tender.gave_back(conn, maison_id, back, now)
    if source is not None and paid.return_id is not None:
        await tender.pass_back(conn, maison_id, source.id, -amount)
        await tender.given(conn, maison_id, paid.return_id, -amount)
        await tender.count(conn, maison_id, source.payment_id, refunded=-amount, now=now)
        await tender.post(
            conn,
            maison_id,
            source.payment_id,
            "refunded_corrected",
            "exchange",
            "client",
            amount,
            back_id,
            now,
        )
    return back


async def settle(conn: Conn, *, maison_id: UUID, payment_id: UUID, now: datetime) -> bool:
    """Closes the sale's payment; False while it is not paid to the cent, or the terminal has not answered."""
    return bool(
        await execute(
            conn,
            """
            update payments.payment set state = 'captured', changed_at = %(now)s
            where maison_id = %(maison_id)s and id = %(id)s and state = 'asked' and provider = 'till'
              and captured_minor = amount_minor and capture_asked_minor = captured_minor
              and not exists (select 1 from payments.tender t where t.maison_id = payment.maison_id
                and t.payment_id = payment.id and t.state = 'asked')
            """,
            maison_id=maison_id,
            id=payment_id,
            now=now,
        )
    )


async def void(conn: Conn, *, maison_id: UUID, payment_id: UUID, now: datetime) -> bool:
    """Ends the payment of a sale that is given up; False while something of it was taken, or is asked."""
    return bool(
        await execute(
            conn,
            """
            update payments.payment set state = 'voided', changed_at = %(now)s
            where maison_id = %(maison_id)s and id = %(id)s and state = 'asked' and provider = 'till' and capture_asked_minor = 0
            """,
            maison_id=maison_id,
            id=payment_id,
            now=now,
        )
    )
