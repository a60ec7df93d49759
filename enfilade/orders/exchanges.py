"""Exchanges of a return: the piece is held until the return is there, then sent as an order of its own, or the money goes back.

`exchange_wishes` says what may be wished. Lock order: order, return, exchanges, payments, positions.
`docs/algorithms/exchanges.md`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many, one, scalar
from enfilade.orders import exchange_wishes, placing, resourcing, returns, settlement
from enfilade.orders.events import ExchangeEnded, LineExchanged
from enfilade.orders.exchange_wishes import MAIL_RECEIVED, Instead, NotExchangeable
from enfilade.orders.placing import Contact, Placing, PlacingLine
from enfilade.orders.returns import NothingToReturn
from enfilade.orders.sourcing.costs import Need
from enfilade.orders.sourcing.rules import decided
from enfilade.orders.sourcing_terms import sourcing_of
from enfilade.payments import exchanging
from enfilade.stock import holds
from enfilade.stock.holds import Demand, Method, NotEnoughStock

#: Whose return comes on its last day is still decided with the piece held.
HELD_AFTER_LAPSE = timedelta(days=1)


async def change(
    conn: Conn, *, maison_id: UUID, order_id: UUID, wanted: list[Instead], now: datetime
) -> None:
    """What is wished in place of these lines of the latest return: another variant while it is announced, the money (None) until
    the exchange is placed. Raises NoSuchOrder, NothingToReturn, NotExchangeable.
    """
    instead = {one.line_id: one.variant_id for one in wanted}
    await returns.lock(conn, maison_id=maison_id, order_id=order_id)
    lines = await many(
        conn,
        _Wished,
        """
        select w.return_id, w.order_line_id as line_id, w.quantity, r.state, (select e.variant_id from orders.exchange e
          where e.maison_id = r.maison_id and e.return_id = r.id and e.order_line_id = w.order_line_id
            and e.state = 'due') as due_variant_id
        from orders.return_wish w join orders.return r on r.maison_id = w.maison_id and r.id = w.return_id
        where r.maison_id = %(maison_id)s and r.order_id = %(order_id)s and w.order_line_id = any(%(lines)s::uuid[])
          and (r.state = 'announced' or r.state = 'received' and exists (select 1 from orders.exchange e
            where e.maison_id = r.maison_id and e.return_id = r.id and e.order_line_id = w.order_line_id and e.state = 'due'))
        """,
        maison_id=maison_id,
        order_id=order_id,
        lines=list(instead),
    )
    if not lines:
        raise NothingToReturn("Nothing of it is awaited back")
    if any(
        line.state == "received" and instead[line.line_id] not in (None, line.due_variant_id)
        for line in lines
    ):
        raise NotExchangeable(
            "It is here already: it can be paid back, and not be exchanged for another piece"
        )
    for return_id in sorted({line.return_id for line in lines}):
        await exchange_wishes.wish(
            conn,
            maison_id=maison_id,
            order_id=order_id,
            return_id=return_id,
            wishes=[
                Instead(line.line_id, instead[line.line_id], line.quantity)
                for line in lines
                if line.return_id == return_id
            ],
            now=now,
        )


@dataclass(frozen=True, slots=True)
class _Wished:
    return_id: UUID
    line_id: UUID
    quantity: int
    state: str
    due_variant_id: UUID | None


@dataclass(frozen=True, slots=True)
class Wished:
    """A line that is awaited back, and what is wished in its place: `variant_id` None for its money.

    `here`: it has come, and its exchange is about to be decided.
    """

    line_id: UUID
    name: str
    colour: str
    size: str
    quantity: int
    variant_id: UUID | None
    another: str
    here: bool


async def wished(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Wished]:
    """What may still be changed."""
    return await many(
        conn,
        Wished,
        """
        select l.id as line_id, l.name, l.colour, l.size, w.quantity, e.variant_id,
          coalesce(concat_ws(', ', nullif(v.colour, ''), nullif(v.size, '')), '') as another, r.state = 'received' as here
        from orders.return r
        join orders.return_wish w on w.maison_id = r.maison_id and w.return_id = r.id
        join orders.order_line l on l.maison_id = w.maison_id and l.id = w.order_line_id
        left join orders.exchange e on e.maison_id = w.maison_id and e.return_id = w.return_id
          and e.order_line_id = w.order_line_id and e.state in ('wished', 'held', 'due')
        left join public_facts.variant v on v.id = e.variant_id
        where r.maison_id = %(maison_id)s and r.order_id = %(order_id)s
          and (r.state = 'announced' or r.state = 'received' and e.state = 'due')
        order by l.id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


@dataclass(frozen=True, slots=True)
class _Return:
    id: UUID
    order_id: UUID
    state: str
    lapses_at: datetime | None
    refund_minor: int | None


async def carry_out(conn: Conn, *, maison_id: UUID, return_id: UUID, key: bytes, now: datetime) -> None:
    """Holds what is wished, lets go what is not wished any more, and decides what is due. Repeated, it finds nothing to do."""
    order_id = await scalar(
        conn,
        "select order_id from orders.return where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=return_id,
    )
    if order_id is None:
        return
    await returns.lock(conn, maison_id=maison_id, order_id=order_id)
    found = await one(
        conn,
        _Return,
        "select id, order_id, state, lapses_at, refund_minor from orders.return where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=return_id,
    )
    await _let_go(conn, maison_id, return_id)
    if found.state == "announced":
        await _hold(conn, maison_id, found, now)
    elif found.state == "received" and found.refund_minor is None:
        await _decide(conn, maison_id, found, key, now)


async def tell_announced(conn: Conn, *, maison_id: UUID, return_id: UUID, key: bytes, now: datetime) -> None:
    """Records that a return was announced, its pieces held first: its receipt says what is kept for the client."""
    await carry_out(conn, maison_id=maison_id, return_id=return_id, key=key, now=now)
    await returns.tell_announced(conn, maison_id=maison_id, return_id=return_id, now=now)


async def judge(conn: Conn, *, maison_id: UUID, return_id: UUID, now: datetime) -> bool:
    """What was wished is due where all pieces of its line were taken back and nothing is kept of their price, else it ends.

    In the transaction that receives them. Returns whether something is due; then its job writes the letter.
    """
    judged = await many(
        conn,
        _Judged,
        """
        with found as (
          select x.order_line_id, coalesce(sum(x.quantity) filter (where x.disposition is not null), 0) as accepted,
            bool_or(x.disposition is null or x.deduction_minor > 0) as less
          from orders.return_line x where x.maison_id = %(maison_id)s and x.return_id = %(return_id)s group by 1
        ), judged as (
          select e.id, coalesce(f.accepted >= e.quantity and not f.less, false) as whole
          from orders.exchange e left join found f on f.order_line_id = e.order_line_id
          where e.maison_id = %(maison_id)s and e.return_id = %(return_id)s and e.state in ('wished', 'held')
        )
        update orders.exchange e set state = case when j.whole then 'due' else 'ended' end,
          because = case when j.whole then null else 'not_accepted' end, changed_at = %(now)s
        from judged j where e.maison_id = %(maison_id)s and e.id = j.id
        returning e.order_line_id, e.order_id, e.state
        """,
        maison_id=maison_id,
        return_id=return_id,
        now=now,
    )
    news: list[facts.Fact] = [
        ExchangeEnded(line.order_line_id, line.order_id, return_id, "not_accepted")
        for line in judged
        if line.state == "ended"
    ]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
    if judged:
        await exchange_wishes.work(conn, maison_id=maison_id, return_id=return_id)
    return any(line.state == "due" for line in judged)


@dataclass(frozen=True, slots=True)
class _Judged:
    order_line_id: UUID
    order_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class _Exchange:
    """An exchange with the line it is of. `held_at`: where its piece is held; `capture`: '' where the money was taken at once."""

    id: UUID
    order_line_id: UUID
    variant_id: UUID
    quantity: int
    state: str
    held_at: UUID | None
    left_from: UUID
    product_id: UUID
    sku: str
    brand: str
    name: str
    colour: str
    size: str
    line_quantity: int
    line_total_minor: int
    goodwill_minor: int
    goodwill_back_minor: int
    unit_price_minor: int
    tax_rate_basis_points: int
    kinds: list[str] | None
    age_min: int | None
    capture: str

    @property
    def worth_minor(self) -> int:
        """What its pieces came to when they were bought, less what was given back of them."""
        given = self.goodwill_minor + self.goodwill_back_minor
        return self.line_total_minor * self.quantity // self.line_quantity - given


async def _of_return(conn: Conn, maison_id: UUID, return_id: UUID, states: list[str]) -> list[_Exchange]:
    return await many(
        conn,
        _Exchange,
        """
        select e.id, e.order_line_id, e.variant_id, e.quantity, e.state, (select h.location_id from stock.hold h
            where h.maison_id = e.maison_id and h.holder_id = e.id) as held_at, f.location_id as left_from,
          l.product_id, coalesce(v.sku, '') as sku, l.brand, l.name, v.colour, v.size, l.quantity as line_quantity,
          l.total_minor as line_total_minor, l.goodwill_minor, coalesce((select sum(x.goodwill_minor)::bigint
            from orders.return_line x where x.maison_id = l.maison_id and x.order_line_id = l.id), 0) as goodwill_back_minor,
          l.unit_price_minor, l.tax_rate_basis_points, l.kinds, l.age_min,
          case when p.separate_capture then coalesce(a.state, 'refused') else '' end as capture
        from orders.exchange e
        join orders.order o on o.maison_id = e.maison_id and o.id = e.order_id
        join orders.order_line l on l.maison_id = e.maison_id and l.id = e.order_line_id
        join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
        join catalogue.variant v on v.maison_id = e.maison_id and v.id = e.variant_id
        join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id
        left join payments.operation a on a.maison_id = p.maison_id and a.payment_id = p.id and a.kind = 'capture'
          and a.cause_id = l.fulfilment_id
        where e.maison_id = %(maison_id)s and e.return_id = %(return_id)s and e.state = any(%(states)s) order by e.id
        """,
        maison_id=maison_id,
        return_id=return_id,
        states=states,
    )


async def _let_go(conn: Conn, maison_id: UUID, return_id: UUID) -> None:
    """Pieces held for exchanges that ended are for sale again."""
    for holder_id in await scalar(
        conn,
        """
        select coalesce(array_agg(e.id order by e.id), '{}') from orders.exchange e
        where e.maison_id = %(maison_id)s and e.return_id = %(return_id)s and e.state = 'ended' and exists (
          select 1 from stock.hold h where h.maison_id = e.maison_id and h.holder_id = e.id)
        """,
        maison_id=maison_id,
        return_id=return_id,
    ):
        await holds.release(conn, maison_id=maison_id, holder_id=holder_id)


async def _hold(conn: Conn, maison_id: UUID, found: _Return, now: datetime) -> None:
    """Each piece that is wished is held, until the return can have come."""
    assert found.lapses_at is not None, "an announced return says until when it is awaited"
    until = found.lapses_at + HELD_AFTER_LAPSE
    for exchange in await _of_return(conn, maison_id, found.id, ["wished", "held"]):
        if await _held(conn, maison_id, found.order_id, exchange, until, now):
            await _step(conn, maison_id, exchange.id, "held", now)
        else:
            await _end(conn, maison_id, found, exchange, "gone", now)


async def _held(
    conn: Conn, maison_id: UUID, order_id: UUID, exchange: _Exchange, until: datetime, now: datetime
) -> UUID | None:
    """The place where its piece is held until then; None where none has it."""
    if exchange.held_at is not None and await holds.extend(
        conn, maison_id=maison_id, holder_id=exchange.id, expires_at=until
    ):
        return exchange.held_at
    order = await resourcing.order_of(conn, maison_id=maison_id, order_id=order_id)
    for _ in range(resourcing.ROUNDS_MAX):
        place = await _place(conn, maison_id, order_id, order, exchange)
        if place is None:
            return None
        try:
            await holds.claim(
                conn,
                maison_id=maison_id,
                purpose="exchange",
                holder_id=exchange.id,
                demands=[Demand(place, exchange.variant_id, exchange.quantity)],
                method=order.method,
                expires_at=until,
                now=now,
            )
        except NotEnoughStock:
            continue
        return place
    return None


async def _place(
    conn: Conn, maison_id: UUID, order_id: UUID, order: resourcing.Order, exchange: _Exchange
) -> UUID | None:
    """Where it would come from: of what is collected the same boutique, else what the maison's rules and costs decide."""
    asked = resourcing.Lost(
        exchange.id, exchange.variant_id, exchange.quantity, 0, exchange.line_total_minor, []
    )
    places = [
        place
        for place in await resourcing.places_of(conn, maison_id=maison_id, lost=[asked], order=order)
        if not place.over_customs and (order.method == "ship" or place.location_id == exchange.left_from)
    ]
    sourcing = await sourcing_of(conn, maison_id=maison_id)
    origin = await resourcing.origin_of(conn, maison_id=maison_id, order_id=order_id)
    having = resourcing.candidates([asked], places, origin, order.method, sourcing, order.currency)
    need = Need(exchange.variant_id, exchange.quantity)
    found = decided([need], having, rules=sourcing.rules, terms=sourcing.terms)
    return found[exchange.variant_id].location_id if found else None


async def _decide(conn: Conn, maison_id: UUID, found: _Return, key: bytes, now: datetime) -> None:
    """Places what is due, pays back the rest, and lets the letter be written."""
    due = await _of_return(conn, maison_id, found.id, ["due"])
    if any(exchange.capture == "asked" for exchange in due):
        return
    order = await _order(conn, maison_id, found.order_id)
    left = await exchanging.left(conn, maison_id=maison_id, payment_id=order.payment_id) if due else 0
    lines: list[tuple[_Exchange, PlacingLine]] = []
    for exchange in due:
        line = _line(maison_id, exchange, order)
        if exchange.capture == "refused":
            await _end(conn, maison_id, found, exchange, "unpaid", now)
        elif line.total.minor != exchange.worth_minor or line.total.minor > left:
            await _end(conn, maison_id, found, exchange, "worth", now)
        elif order.method == "ship" and order.address is None:
            await _end(conn, maison_id, found, exchange, "gone", now)
        elif place := await _held(conn, maison_id, found.order_id, exchange, now + HELD_AFTER_LAPSE, now):
            left -= line.total.minor
            lines.append((exchange, replace(line, location_id=place)))
        else:
            await _end(conn, maison_id, found, exchange, "gone", now)
    if lines:
        await _send(conn, maison_id, found, order, lines, key, now)
    await _let_go(conn, maison_id, found.id)
    await settlement.refund_returned(conn, maison_id=maison_id, order_id=found.order_id, now=now)
    if due:
        await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job(MAIL_RECEIVED, {"return_id": found.id})])


@dataclass(frozen=True, slots=True)
class _Order:
    """What the new order takes over from the first. `address`: None where there is none (any more)."""

    payment_id: UUID
    store_id: UUID
    store_maison_id: UUID
    client_id: UUID | None
    method: Method
    market: str
    language: str
    currency: str
    age_confirmed: int | None
    name: str
    mail: str
    phone: str
    address: dict[str, str] | None
    collector_name: str
    gift_words: str | None


async def _order(conn: Conn, maison_id: UUID, order_id: UUID) -> _Order:
    return await one(
        conn,
        _Order,
        """
        select o.payment_id, o.store_id, o.store_maison_id, o.client_id, o.method, o.market, o.language, o.currency,
          o.age_confirmed, c.name, c.mail, c.phone, c.address, c.collector_name, c.gift_words
        from orders.order o join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


def _line(maison_id: UUID, exchange: _Exchange, order: _Order) -> PlacingLine:
    """At the price that was paid; from where is decided later."""
    return PlacingLine(
        maison_id,
        exchange.variant_id,
        exchange.product_id,
        exchange.sku,
        exchange.brand,
        exchange.name,
        exchange.colour,
        exchange.size,
        exchange.quantity,
        exchange.left_from,
        order.currency,
        exchange.unit_price_minor,
        exchange.tax_rate_basis_points,
        exchange.line_total_minor == exchange.unit_price_minor * exchange.line_quantity,
        kinds=exchange.kinds,
        age_min=exchange.age_min,
    )


async def _send(
    conn: Conn,
    maison_id: UUID,
    found: _Return,
    order: _Order,
    lines: list[tuple[_Exchange, PlacingLine]],
    key: bytes,
    now: datetime,
) -> None:
    """One order of all of it, paid by what the first one's payment has."""
    total = sum(line.due_minor for _, line in lines)
    payment_id = await exchanging.pass_on(
        conn,
        maison_id=maison_id,
        payment_id=order.payment_id,
        checkout_id=found.id,
        amount_minor=total,
        now=now,
    )
    for exchange, _ in lines:
        # Its own transaction has the position locked: nobody else takes the piece before it is allocated.
        await holds.release(conn, maison_id=maison_id, holder_id=exchange.id)
    contact = Contact(
        order.name, order.mail, order.phone, order.address, order.collector_name, order.gift_words
    )
    placed = await placing.place(
        conn,
        maison_id=maison_id,
        placing=Placing(
            found.id,
            order.store_id,
            order.store_maison_id,
            order.client_id,
            contact,
            order.method,
            order.market,
            order.language,
            age_confirmed=order.age_confirmed,
        ),
        lines=[line for _, line in lines],
        payment_id=payment_id,
        key=key,
        now=now,
        again=True,
    )
    for exchange, line in lines:
        await execute(
            conn,
            """
            update orders.exchange set state = 'placed', placed_order_id = %(placed)s, placed_number = %(number)s,
              value_minor = %(value)s, changed_at = %(now)s
            where maison_id = %(maison_id)s and id = %(id)s and state = 'due'
            """,
            maison_id=maison_id,
            id=exchange.id,
            placed=placed.id,
            number=placed.number,
            value=line.due_minor,
            now=now,
        )
    news: list[facts.Fact] = [
        LineExchanged(
            exchange.order_line_id,
            found.order_id,
            found.id,
            placed.id,
            exchange.variant_id,
            exchange.quantity,
        )
        for exchange, _ in lines
    ]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)


async def _step(conn: Conn, maison_id: UUID, exchange_id: UUID, state: str, now: datetime) -> None:
    await execute(
        conn,
        """
        update orders.exchange set state = %(state)s, changed_at = %(now)s
        where maison_id = %(maison_id)s and id = %(id)s and state = 'wished'
        """,
        maison_id=maison_id,
        id=exchange_id,
        state=state,
        now=now,
    )


async def _end(
    conn: Conn, maison_id: UUID, found: _Return, exchange: _Exchange, because: str, now: datetime
) -> None:
    await execute(
        conn,
        """
        update orders.exchange set state = 'ended', because = %(because)s, changed_at = %(now)s
        where maison_id = %(maison_id)s and id = %(id)s and state in ('wished', 'held', 'due')
        """,
        maison_id=maison_id,
        id=exchange.id,
        because=because,
        now=now,
    )
    fact = ExchangeEnded(exchange.order_line_id, found.order_id, found.id, because)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
