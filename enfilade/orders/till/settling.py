"""Settling: a sale that is paid to the cent becomes an order whose pieces leave at once, in one transaction.

The order is the web's own: the same tables, the holds become allocations that leave, the sale is posted and has its invoice.
What the law of tills asks for is sealed in the same transaction (`fiscal`).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many
from enfilade.clients import accounts
from enfilade.orders import custody, fulfilment, invoices, placing, quota_counts
from enfilade.orders.events import FulfilmentHandedOver
from enfilade.orders.fulfilment import PiecesGone
from enfilade.orders.lawful import AgeNotChecked
from enfilade.orders.partners import dues
from enfilade.orders.placing import Contact, Placing
from enfilade.orders.proposals import Sold
from enfilade.orders.till import fiscal, naming, ringing_up, sales
from enfilade.orders.till.receipts import MAIL_RECEIPT
from enfilade.orders.till.sales import Sale, SaleOver
from enfilade.payments import ledger, tenders
from enfilade.staff.people import Colleague
from enfilade.stock import allocations
from enfilade.stock.serials import SerialRefused


class NothingRungUp(Exception):
    """A sale has at least one piece."""


class NotPaid(Exception):
    """Something is still due, or the terminal has not answered."""


async def settle(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    sale_id: UUID,
    language: str,
    mail: str,
    key: bytes,
    now: datetime,
    again: bool = False,
    age_checked: bool = False,
) -> UUID:
    """The order of the paid sale, handed over; settled again, it is the same one. `mail`: where the receipt goes, '' for nowhere.

    `age_checked`: who settles has checked that the client has the age that the law asks for.
    Raises NothingRungUp, AgeNotChecked, NotPaid, SaleOver, QuotaReached, SerialRefused where the pieces in the hand are not
    named or not to be had, those of `sales.locked`, and NoLongerHeld, after which it may be tried once more with `again`
    (allocations.convert); then PiecesGone.
    """
    sale, drawer = await sales.locked(conn, maison_id=maison_id, by=by, sale_id=sale_id)
    if sale.state == "settled" and sale.order_id is not None:
        return sale.order_id
    if sale.state != "open":
        raise SaleOver(sale.state)
    rung = await ringing_up.lines(conn, maison_id=maison_id, sale=sale)
    if not rung:
        raise NothingRungUp("Ring something up first")
    age = placing.age_of(rung)
    if age is not None and not age_checked:
        raise AgeNotChecked(age)
    if sale.payment_id is None or not await tenders.settle(
        conn, maison_id=maison_id, payment_id=sale.payment_id, now=now
    ):
        raise NotPaid("The pieces leave when the sale is paid in full. Possible now: take what is due.")
    if await naming.unnamed(conn, maison_id=maison_id, sale=sale):
        raise SerialRefused("", "Scan or type the serial of each piece that has one, before it leaves")
    client = (
        await accounts.known(conn, maison_id=maison_id, client_id=sale.client_id) if sale.client_id else None
    )
    await ringing_up.count_quotas(
        conn, maison_id=maison_id, sale=sale, client=client, rung=rung, key=key, now=now
    )
    await quota_counts.keep(conn, maison_id=maison_id, checkout_id=sale_id, now=now)
    try:
        placed = await placing.place(
            conn,
            maison_id=maison_id,
            placing=Placing(
                sale_id,
                sale.store_id,
                maison_id,
                sale.client_id,
                Contact(client.name if client else "", mail or (client.mail if client else ""), "", None, ""),
                "counter",
                sale.market,
                language,
                counter=Sold(drawer.location_id, by.staff_id),
                age_confirmed=age,
            ),
            lines=rung,
            payment_id=sale.payment_id,
            key=key,
            now=now,
            again=again,
        )
    except allocations.NoLongerHeld:
        if again:
            raise PiecesGone("A piece of it has gone meanwhile: take the payment back") from None
        raise
    await naming.take_named(conn, maison_id=maison_id, sale=sale, order_id=placed.id, by=by, now=now)
    await _hand_over(conn, maison_id, by, sale, placed.id, now)
    await execute(
        conn,
        """
        update orders.sale s set state = 'settled', order_id = %(order_id)s, changed_at = %(now)s, ended_at = %(now)s,
          ended_by = %(by)s, paid_minor = (select p.captured_minor from payments.payment p
            where p.maison_id = s.maison_id and p.id = %(payment_id)s)
        where s.maison_id = %(maison_id)s and s.id = %(id)s and s.state = 'open'
        """,
        maison_id=maison_id,
        id=sale_id,
        order_id=placed.id,
        payment_id=sale.payment_id,
        by=by.staff_id,
        now=now,
    )
    await fiscal.record(
        conn, maison_id=maison_id, drawer_id=drawer.id, kind="sold", subject_id=sale_id, now=now
    )
    if mail:
        await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job(MAIL_RECEIPT, {"order_id": placed.id})])
    return placed.id


@dataclass(frozen=True, slots=True)
class _Work:
    id: UUID


async def _hand_over(
    conn: Conn, maison_id: UUID, by: Colleague, sale: Sale, order_id: UUID, now: datetime
) -> None:
    """The order's pieces leave for good: nothing of it can be undone, only returned."""
    (work,) = await many(
        conn,
        _Work,
        """
        with given as (
          update orders.fulfilment set state = 'handed_over', accepted_at = %(now)s, accepted_by = %(by)s, ended_at = %(now)s,
            ended_by = %(by)s, version = version + 1
          where maison_id = %(maison_id)s and order_id = %(order_id)s and state = 'asked' returning id
        ), gone as (
          update orders.order_line l set state = 'handed_over', credited_staff_id = %(by)s,
            kept_at = case when l.lettering <> '' then %(now)s::timestamptz end,
            age_checked_by = case when l.age_min is not null then %(by)s::uuid end from given g
          where l.maison_id = %(maison_id)s and l.fulfilment_id = g.id and l.state = 'sourced'
        )
        select id from given
        """,
        maison_id=maison_id,
        order_id=order_id,
        by=by.staff_id,
        now=now,
    )
    lines = await fulfilment.lines_of(conn, maison_id=maison_id, fulfilment_id=work.id)
    left = await allocations.leave(
        conn, maison_id=maison_id, order_line_ids=[line.id for line in lines], kind="collected", now=now
    )
    if left != len(lines):
        raise PiecesGone("A piece was taken from stock meanwhile: look again")
    fact = FulfilmentHandedOver(work.id, order_id, sale.location_id, len(lines), 0, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    await custody.tell_kept(
        conn, maison_id=maison_id, order_id=order_id, location_id=sale.location_id, by_id=by.staff_id, now=now
    )
    await fulfilment.close_if_done(conn, maison_id=maison_id, order_id=order_id, now=now)
    await ledger.post_sale(
        conn,
        maison_id=maison_id,
        payment_id=sale.payment_id,
        order_id=order_id,
        fulfilment_id=work.id,
        total_minor=sum(line.total_minor for line in lines),
        tax_minor=sum(line.tax_minor for line in lines),
        now=now,
    )
    await dues.post_sold(conn, maison_id=maison_id, fulfilment_id=work.id, now=now)
    await invoices.issue(conn, maison_id=maison_id, fulfilment_id=work.id, now=now)
