"""Orders as the maison's team reads them: a page of the list, and everything about one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from enfilade.base.db import Conn, many, maybe

STATES = ("placed", "completed", "cancelled")
Key = tuple[datetime, UUID]
FIRST: Key = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


@dataclass(frozen=True, slots=True)
class Listed:
    """An order in the list; `work` is the state of its newest fulfilment."""

    id: UUID
    number: str
    placed_at: datetime
    method: str
    state: str
    currency: str
    total_minor: int
    client_name: str
    pieces: int
    work: str
    place: str
    zone: str


async def listed(conn: Conn, *, maison_id: UUID, state: str, after: Key, most: int) -> list[Listed]:
    """Newest first; `state` blank for all."""
    return await many(
        conn,
        Listed,
        """
        select o.id, o.number, o.placed_at, o.method, o.state, o.currency, o.total_minor, c.name as client_name,
          (select coalesce(sum(l.quantity), 0)::integer from orders.order_line l
            where l.maison_id = o.maison_id and l.order_id = o.id) as pieces,
          coalesce(f.state, '') as work, coalesce(p.name, '') as place, coalesce(p.zone, '') as zone
        from (
          -- Nearly all orders are completed, so those that are not have an index of their own.
          (select a.* from orders.order a
            where %(state)s in ('', 'completed') and a.maison_id = %(maison_id)s
              and (%(state)s = '' or a.state = %(state)s) and (a.placed_at, a.id) < (%(placed_at)s, %(id)s::uuid)
            order by a.placed_at desc, a.id desc limit %(most)s)
          union all
          (select b.* from orders.order b
            where %(state)s not in ('', 'completed') and b.maison_id = %(maison_id)s
              and b.state <> 'completed' and b.state = %(state)s and (b.placed_at, b.id) < (%(placed_at)s, %(id)s::uuid)
            order by b.placed_at desc, b.id desc limit %(most)s)
        ) o
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        left join lateral (select x.maison_id, x.state, x.location_id from orders.fulfilment x
          where x.maison_id = o.maison_id and x.order_id = o.id
          order by x.attempt desc, x.asked_at desc, x.id desc limit 1) f on true
        left join boutiques.location p on p.maison_id = f.maison_id and p.id = f.location_id
        order by o.placed_at desc, o.id desc limit %(most)s
        """,
        maison_id=maison_id,
        state=state,
        placed_at=after[0],
        id=after[1],
        most=most,
    )


@dataclass(frozen=True, slots=True)
class Order:
    """The order, whom it is for, and the payment's id. `sold_by`, `sold_at`: the advisor whose proposal it was, and
    where; `approved_by`: the manager who let it have prices of its own."""

    id: UUID
    number: str
    state: str
    method: str
    channel: str
    market: str
    language: str
    currency: str
    total_minor: int
    tax_minor: int
    placed_at: datetime
    store: str
    payment_id: UUID | None
    client_name: str
    collector_name: str
    gift_words: str | None
    mail: str
    phone: str
    address: dict[str, str] | None
    erased_at: datetime | None
    sold_by: str
    sold_at: str
    approved_by: str
    delivery: str
    delivery_minor: int
    promised_on: date | None


async def order(conn: Conn, *, maison_id: UUID, order_id: UUID) -> Order | None:
    """None where this maison has no such order."""
    return await maybe(
        conn,
        Order,
        """
        select o.id, o.number, o.state, o.method, o.channel, o.market, o.language, o.currency, o.total_minor,
          o.tax_minor, o.placed_at, coalesce(s.name, '') as store, o.payment_id, c.name as client_name,
          c.collector_name, c.gift_words, c.mail, c.phone, c.address, c.erased_at, coalesce(a.name, '') as sold_by,
          coalesce(b.name, '') as sold_at, coalesce(r.name, '') as approved_by, coalesce(d.service, '') as delivery,
          coalesce(d.total_minor, 0) as delivery_minor, d.promised_on
        from orders.order o
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        left join public_facts.store s on s.id = o.store_id
        left join staff.person a on a.maison_id = o.maison_id and a.id = o.sold_by_staff_id
        left join boutiques.location b on b.maison_id = o.maison_id and b.id = o.sold_by_location_id
        left join orders.delivery d on d.maison_id = o.maison_id and d.order_id = o.id
        left join orders.proposal_approval g on g.maison_id = o.maison_id and g.proposal_id = o.proposal_id
        left join staff.person r on r.maison_id = o.maison_id and r.id = g.approved_by
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of the order, and whom its sale is credited to."""

    id: UUID
    name: str
    brand: str
    colour: str
    size: str
    sku: str
    quantity: int
    total_minor: int
    state: str
    returned: int
    attempts: int
    credited_to: str
    credited_at: str
    seller_name: str
    terms: str
    #: Of its pieces that are with the client.
    certificate_ids: list[UUID]
    engraving: str
    lettering: str


async def lines(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Line]:
    """All of them, those that ended too."""
    return await many(
        conn,
        Line,
        """
        select l.id, l.name, l.brand, l.colour, l.size, l.sku, l.quantity, l.total_minor, l.state, l.returned, l.attempts,
          coalesce(s.name, '') as credited_to, coalesce(p.name, '') as credited_at,
          coalesce(l.seller ->> 'name', '') as seller_name, coalesce((select min(t.kind) from orders.line_terms t
            where t.maison_id = l.maison_id and t.order_line_id = l.id), '') as terms,
          array(select c.id from orders.certificate c where c.maison_id = l.maison_id and c.order_line_id = l.id
            and c.void_since is null order by c.serial) as certificate_ids, l.engraving, l.lettering
        from orders.order_line l
        left join staff.person s on s.maison_id = l.maison_id and s.id = l.credited_staff_id
        left join boutiques.location p on p.maison_id = l.maison_id and p.id = l.credited_location_id
        where l.maison_id = %(maison_id)s and l.order_id = %(order_id)s order by l.id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


@dataclass(frozen=True, slots=True)
class Work:
    """A fulfilment: one place's work for the order."""

    id: UUID
    place: str
    zone: str
    state: str
    attempt: int
    asked_at: datetime
    pick_by: datetime
    accepted_at: datetime | None
    accepted_by: str
    ready_at: datetime | None
    collect_by: datetime | None
    ended_at: datetime | None
    tracking: str


async def works(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Work]:
    """In the order they were asked for."""
    return await many(
        conn,
        Work,
        """
        select f.id, p.name as place, p.zone, f.state, f.attempt, f.asked_at, f.pick_by, f.accepted_at,
          coalesce(s.name, '') as accepted_by, f.ready_at, f.collect_by, f.ended_at, f.tracking
        from orders.fulfilment f
        join boutiques.location p on p.maison_id = f.maison_id and p.id = f.location_id
        left join staff.person s on s.maison_id = f.maison_id and s.id = f.accepted_by
        where f.maison_id = %(maison_id)s and f.order_id = %(order_id)s order by f.asked_at, f.id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


@dataclass(frozen=True, slots=True)
class Payment:
    """The order's money as our books know it; `open_operations` are asked and not answered."""

    id: UUID
    method: str
    provider: str
    currency: str
    state: str
    amount_minor: int
    captured_minor: int
    refunded_minor: int
    separate_capture: bool
    authorised_until: datetime | None
    open_operations: int


async def payment(conn: Conn, *, maison_id: UUID, payment_id: UUID) -> Payment | None:
    """One payment of this maison."""
    return await maybe(
        conn,
        Payment,
        """
        select p.id, p.method, p.provider, p.currency, p.state, p.amount_minor, p.captured_minor, p.refunded_minor,
          p.separate_capture, p.authorised_until, (select count(*) from payments.operation o
            where o.maison_id = p.maison_id and o.payment_id = p.id and o.state = 'asked') as open_operations
        from payments.payment p where p.maison_id = %(maison_id)s and p.id = %(payment_id)s
        """,
        maison_id=maison_id,
        payment_id=payment_id,
    )
