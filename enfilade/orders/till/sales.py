"""A sale at the counter while it is open: begun in an open till, changed while nothing is tendered, given up.

`ringing_up` says what is sold to whom, `paying` takes the money, `settling` ends it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, maybe
from enfilade.boutiques import workshops
from enfilade.orders.till import drawers
from enfilade.orders.till.drawers import Drawer
from enfilade.payments import tenders
from enfilade.staff.people import Colleague
from enfilade.stock import holds


class NoSuchSale(Exception):
    """No sale of this maison at a boutique of theirs."""


class SaleOver(Exception):
    """It was settled or given up."""

    def __init__(self, state: str) -> None:
        legal = "return" if state == "settled" else "nothing"
        super().__init__(f"This sale is {STATE_WORDS[state]}. Possible now: {legal}.")


class SaleBeingPaid(Exception):
    """Something is tendered already, or asked of the terminal."""

    def __init__(self) -> None:
        super().__init__("It is being paid. Possible now: take the payment back before you change it.")


STATE_WORDS = {"settled": "settled", "given_up": "given up"}


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale, locked with its drawer. `paid_minor` was taken; `tendered_minor` is taken or asked of the terminal."""

    id: UUID
    drawer_id: UUID
    location_id: UUID
    store_id: UUID
    market: str
    currency: str
    client_id: UUID | None
    state: str
    total_minor: int
    order_id: UUID | None
    payment_id: UUID | None
    paid_minor: int
    tendered_minor: int
    asked: bool

    @property
    def due_minor(self) -> int:
        """What is still to be tendered."""
        return self.total_minor - self.tendered_minor


async def open_sale(
    conn: Conn, *, maison_id: UUID, by: Colleague, sale_id: UUID, location_id: UUID, now: datetime
) -> None:
    """Begins a sale in the boutique's open till; asked again with the same id, it is begun. Raises NoSuchDrawer, TillNotOpen."""
    drawer = await drawers.open_at(conn, maison_id=maison_id, by=by, location_id=location_id)
    await execute(
        conn,
        """
        insert into orders.sale (maison_id, id, drawer_id, location_id, store_id, market, currency, state, opened_at, opened_by,
          changed_at)
        select %(maison_id)s, %(id)s, %(drawer_id)s, %(location_id)s, x.id, %(market)s, %(currency)s, 'open', %(now)s, %(by)s,
          %(now)s
        from public_facts.store x where x.maison_id = %(maison_id)s order by x.multi_brand, x.slug limit 1
        on conflict (maison_id, id, region) do nothing
        """,
        maison_id=maison_id,
        id=sale_id,
        drawer_id=drawer.id,
        location_id=location_id,
        market=drawer.market,
        currency=drawer.currency,
        by=by.staff_id,
        now=now,
    )


async def locked(conn: Conn, *, maison_id: UUID, by: Colleague, sale_id: UUID) -> tuple[Sale, Drawer]:
    """The sale and its open drawer, locked, whatever the sale's state. Raises NoSuchSale, NoSuchDrawer, TillNotOpen."""
    found = await maybe(
        conn,
        _InDrawer,
        "select drawer_id from orders.sale where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=sale_id,
    )
    if found is None:
        raise NoSuchSale
    drawer = await drawers.at_work(conn, maison_id=maison_id, by=by, drawer_id=found.drawer_id)
    await execute(
        conn,
        "select 1 from orders.sale where maison_id = %(maison_id)s and id = %(id)s for no key update",
        maison_id=maison_id,
        id=sale_id,
    )
    sale = await read(conn, maison_id=maison_id, sale_id=sale_id)
    assert sale is not None
    return sale, drawer


@dataclass(frozen=True, slots=True)
class _InDrawer:
    drawer_id: UUID


async def read(conn: Conn, *, maison_id: UUID, sale_id: UUID) -> Sale | None:
    """The sale with what its payment says."""
    return await maybe(
        conn,
        Sale,
        """
        select s.id, s.drawer_id, s.location_id, s.store_id, s.market, s.currency, s.client_id, s.state, s.total_minor,
          s.order_id, p.id as payment_id, coalesce(p.captured_minor, 0)::bigint as paid_minor,
          coalesce(p.capture_asked_minor, 0)::bigint as tendered_minor, exists (select 1 from payments.tender t
            where t.maison_id = p.maison_id and t.payment_id = p.id and t.state = 'asked' and t.return_id is null) as asked
        from orders.sale s
        left join payments.payment p on p.maison_id = s.maison_id and p.checkout_id = s.id and p.state in ('asked', 'captured')
        where s.maison_id = %(maison_id)s and s.id = %(id)s
        """,
        maison_id=maison_id,
        id=sale_id,
    )


async def untouched(conn: Conn, *, maison_id: UUID, by: Colleague, sale_id: UUID) -> Sale:
    """The open sale, locked, while nothing was tendered. Raises NoSuchSale, SaleOver, SaleBeingPaid and those of `locked`."""
    sale = (await locked(conn, maison_id=maison_id, by=by, sale_id=sale_id))[0]
    if sale.state != "open":
        raise SaleOver(sale.state)
    if sale.tendered_minor or sale.asked:
        raise SaleBeingPaid
    return sale


async def give_up(conn: Conn, *, maison_id: UUID, by: Colleague, sale_id: UUID, now: datetime) -> None:
    """Nothing is sold: the pieces are free. Asked again, it is given up. Raises those of `untouched` besides SaleOver."""
    sale = (await locked(conn, maison_id=maison_id, by=by, sale_id=sale_id))[0]
    if sale.state == "given_up":
        return
    sale = await untouched(conn, maison_id=maison_id, by=by, sale_id=sale_id)
    if sale.payment_id is not None:
        await tenders.void(conn, maison_id=maison_id, payment_id=sale.payment_id, now=now)
    await execute(
        conn,
        """
        update orders.sale set state = 'given_up', changed_at = %(now)s, ended_at = %(now)s, ended_by = %(by)s
        where maison_id = %(maison_id)s and id = %(id)s and state = 'open'
        """,
        maison_id=maison_id,
        id=sale_id,
        by=by.staff_id,
        now=now,
    )
    await holds.release(conn, maison_id=maison_id, holder_id=sale_id)
    await workshops.leave(conn, maison_id=maison_id, holder_id=sale_id, pieces=0)
