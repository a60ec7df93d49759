"""Paying at the counter: cash with its change, a card by the terminal, the worth of what came back; taken back, given back.

A terminal is asked outside any transaction, after what it is asked for was committed; who heard no answer asks again with the
same key. What pays stands in `payments`, the cash of it in the drawer too, in one transaction.
"""

import asyncio
from datetime import datetime
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.money import Money
from enfilade.orders.fulfilment import PiecesGone
from enfilade.orders.receiving import ForAManager
from enfilade.orders.till import drawers, fiscal, sales
from enfilade.orders.till.drawers import Drawer, NotAnAmount
from enfilade.orders.till.ringing_up import HELD_FOR
from enfilade.orders.till.sales import Sale, SaleOver
from enfilade.payments import giving_back, tender, tenders
from enfilade.payments.giving_back import Owed
from enfilade.payments.tender import MoreThanDue, NoSuchTender
from enfilade.payments.terminal import Said, Terminal, TerminalSilent
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.stock import holds


class OtherCompany(Exception):
    """Another company of the maison sold it: its own boutiques give the money back."""


async def pay_cash(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    sale_id: UUID,
    tender_id: UUID,
    given_minor: int,
    now: datetime,
) -> int:
    """Cash laid down; what is more than due is the client's change, which is returned.

    Raises NotAnAmount, MoreThanDue (nothing is due), SaleOver, PiecesGone and those of `sales.locked`.
    """
    sale, drawer, payment_id = await _begun(conn, maison_id, by, sale_id, now)
    if given_minor <= 0:
        raise NotAnAmount("Say how much cash was laid down")
    amount = min(given_minor, sale.due_minor)
    if amount <= 0:
        raise MoreThanDue("Nothing is due any more")
    await tenders.take_cash(
        conn,
        maison_id=maison_id,
        payment_id=payment_id,
        tender_id=tender_id,
        drawer_id=drawer.id,
        amount_minor=amount,
        given_minor=given_minor,
        by_id=by.staff_id,
        now=now,
    )
    await drawers.move(
        conn,
        maison_id=maison_id,
        drawer_id=drawer.id,
        kind="taken",
        cause_id=tender_id,
        amount_minor=amount,
        by_id=by.staff_id,
        now=now,
    )
    return given_minor - amount


async def pay_card(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    sale_id: UUID,
    tender_id: UUID,
    amount_minor: int,
    now: datetime,
) -> None:
    """Commits what the terminal will be asked to charge; `ask_terminal` asks it.

    Raises NotAnAmount, MoreThanDue, TerminalAsked, SaleOver, PiecesGone and those of `sales.locked`.
    """
    _sale, drawer, payment_id = await _begun(conn, maison_id, by, sale_id, now)
    if amount_minor <= 0:
        raise NotAnAmount("Say how much goes to the card")
    await tenders.ask_card(
        conn,
        maison_id=maison_id,
        payment_id=payment_id,
        tender_id=tender_id,
        drawer_id=drawer.id,
        amount_minor=amount_minor,
        by_id=by.staff_id,
        now=now,
    )


async def _begun(
    conn: Conn, maison_id: UUID, by: Colleague, sale_id: UUID, now: datetime
) -> tuple[Sale, Drawer, UUID]:
    """The open sale with its payment, its pieces held for longer."""
    sale, drawer = await sales.locked(conn, maison_id=maison_id, by=by, sale_id=sale_id)
    if sale.state != "open":
        raise SaleOver(sale.state)
    kept = await holds.extend(conn, maison_id=maison_id, holder_id=sale_id, expires_at=now + HELD_FOR)
    if not kept:
        raise PiecesGone("Its pieces are not held any more: ring them up again")
    payment_id = await tenders.begin(
        conn,
        maison_id=maison_id,
        sale_id=sale_id,
        legal_entity_id=drawer.legal_entity_id,
        amount=Money(sale.total_minor, sale.currency),
        now=now,
    )
    return sale, drawer, payment_id


async def ask_terminal(
    db: Db, terminal: Terminal, *, maison_id: UUID, tender_id: UUID, timeout_seconds: float, now: datetime
) -> str:
    """Asks the terminal for what was committed, with the tender's key, and records its answer: the tender's state after it.

    Safe at any time and by any number at once. Raises NoSuchTender.
    """
    async with db.acting(Actor.job(), maison_id) as conn:
        asked = await tender.read(conn, maison_id=maison_id, tender_id=tender_id)
    if asked is None:
        raise NoSuchTender
    if asked.state != "asked":
        return asked.state
    amount = Money(asked.amount_minor, asked.currency)
    try:
        async with asyncio.timeout(timeout_seconds):
            if asked.way == "in":
                said = await terminal.charge(key=asked.id, amount=amount)
            else:
                assert asked.root_id is not None
                said = await terminal.give_back(key=asked.id, of=asked.root_id, amount=amount)
    except (TimeoutError, TerminalSilent):
        return "asked"

    async def verb(conn: Conn) -> None:
        await _heard(conn, maison_id, asked, said, now)

    await db.run(Actor.job(), maison_id, verb)
    async with db.acting(Actor.job(), maison_id) as conn:
        after = await tender.read(conn, maison_id=maison_id, tender_id=tender_id)
    return after.state if after else "asked"


async def may_ask(
    conn: Conn, *, maison_id: UUID, by: Colleague, tender_id: UUID, now: datetime
) -> tender.Tender:
    """The tender, its drawer locked. Raises NoSuchTender where it is not of a boutique of theirs, and drawers.TillNotOpen."""
    found = await tender.read(conn, maison_id=maison_id, tender_id=tender_id)
    if found is None:
        raise NoSuchTender
    await drawers.at_work(conn, maison_id=maison_id, by=by, drawer_id=found.drawer_id)
    return found


async def say_by_hand(
    conn: Conn, *, maison_id: UUID, by: Colleague, tender_id: UUID, done: bool, slip: str, now: datetime
) -> None:
    """A manager reads on the terminal's own paper what it does not tell us. Raises ForAManager and those of `may_ask`."""
    asked = await may_ask(conn, maison_id=maison_id, by=by, tender_id=tender_id, now=now)
    if by.role not in MANAGERS:
        raise ForAManager("A manager says what the terminal’s paper says")
    said = Said("approved" if done else "refused", slip)
    await _heard(conn, maison_id, asked, said, now)


async def _heard(conn: Conn, maison_id: UUID, asked: tender.Tender, said: Said, now: datetime) -> None:
    """The terminal's answer; what goes back for a return is sealed with it, the drawer locked first."""
    if asked.return_id is not None:
        await drawers.lock(conn, maison_id=maison_id, drawer_id=asked.drawer_id)
    await tenders.record(conn, maison_id=maison_id, tender_id=asked.id, said=said, now=now)
    if asked.return_id is not None:
        await _sealed(conn, maison_id, asked, now)


async def _sealed(conn: Conn, maison_id: UUID, back: tender.Tender, now: datetime) -> None:
    await fiscal.record(
        conn,
        maison_id=maison_id,
        drawer_id=back.drawer_id,
        kind="given_back",
        subject_id=back.id,
        now=now,
    )


async def take_back(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    sale_id: UUID,
    tender_id: UUID,
    back_id: UUID,
    now: datetime,
) -> bool:
    """A tender of the open sale goes back whole; True when the terminal is to be asked for it.

    Raises NoSuchTender, TerminalAsked, SaleOver, NotSoMuchThere and those of `sales.locked`.
    """
    sale, drawer = await sales.locked(conn, maison_id=maison_id, by=by, sale_id=sale_id)
    if sale.state != "open":
        raise SaleOver(sale.state)
    if sale.payment_id is None:
        raise NoSuchTender
    back = await tenders.take_back(
        conn,
        maison_id=maison_id,
        payment_id=sale.payment_id,
        tender_id=tender_id,
        back_id=back_id,
        drawer_id=drawer.id,
        by_id=by.staff_id,
        now=now,
    )
    if back.kind == "cash":
        await _out(conn, maison_id, drawer, by, back, now)
    return back.state == "asked"


async def exchange(
    conn: Conn, *, maison_id: UUID, by: Colleague, sale_id: UUID, return_id: UUID, now: datetime
) -> int:
    """What is owed for a return pays this sale, as far as both go; returns how much.

    Raises NothingOwed, OtherCompany, MoreThanDue, SaleOver, PiecesGone and those of `sales.locked`.
    """
    sale, drawer, payment_id = await _begun(conn, maison_id, by, sale_id, now)
    due = await _owed(conn, maison_id, drawer, return_id, payment_id)
    if sale.due_minor <= 0:
        raise MoreThanDue("Nothing is due any more")
    return await giving_back.set_against(
        conn,
        maison_id=maison_id,
        due=due,
        payment_id=payment_id,
        most_minor=sale.due_minor,
        drawer_id=drawer.id,
        by_id=by.staff_id,
        now=now,
    )


async def give_back(
    conn: Conn, *, maison_id: UUID, by: Colleague, location_id: UUID, return_id: UUID, now: datetime
) -> list[UUID]:
    """What is owed for a return goes back to where it was paid from; returns the tenders the terminal is to be asked for.

    Raises NothingOwed, OtherCompany, NotSoMuchThere, TerminalAsked, NoSuchDrawer, TillNotOpen.
    """
    drawer = await drawers.open_at(conn, maison_id=maison_id, by=by, location_id=location_id)
    due = await _owed(conn, maison_id, drawer, return_id, None)
    written = await giving_back.give_back(
        conn, maison_id=maison_id, due=due, drawer_id=drawer.id, by_id=by.staff_id, now=now
    )
    for back in written:
        if back.kind == "cash":
            await _out(conn, maison_id, drawer, by, back, now)
            await _sealed(conn, maison_id, back, now)
    return [back.id for back in written if back.state == "asked"]


async def _owed(
    conn: Conn, maison_id: UUID, drawer: Drawer, return_id: UUID, payment_id: UUID | None
) -> Owed:
    due = await giving_back.owed(conn, maison_id=maison_id, return_id=return_id, with_payment=payment_id)
    if (due.legal_entity_id, due.currency) != (drawer.legal_entity_id, drawer.currency):
        raise OtherCompany("Another company of the maison sold it: one of its boutiques gives the money back")
    return due


async def _out(
    conn: Conn, maison_id: UUID, drawer: Drawer, by: Colleague, back: tender.Tender, now: datetime
) -> None:
    await drawers.move(
        conn,
        maison_id=maison_id,
        drawer_id=drawer.id,
        kind="given_back",
        cause_id=back.id,
        amount_minor=-back.amount_minor,
        by_id=by.staff_id,
        now=now,
    )
