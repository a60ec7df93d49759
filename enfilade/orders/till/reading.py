"""What the till's screens show: the sale with its pieces and tenders, the boutique's sales, what is owed back here."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.orders.till.sales import NoSuchSale
from enfilade.staff.people import Colleague

SHOWN_MAX = 30


@dataclass(frozen=True, slots=True)
class Head:
    """A sale. `due_minor` is what nothing was tendered for; `short_minor` what was not taken yet."""

    id: UUID
    drawer_id: UUID
    location_id: UUID
    place: str
    zone: str
    market: str
    languages: list[str]
    currency: str
    state: str
    client: str
    client_mail: str
    total_minor: int
    due_minor: int
    short_minor: int
    opened_at: datetime
    ended_at: datetime | None
    order_id: UUID | None
    number: str
    invoice_id: UUID | None
    drawer_open: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """What was rung up."""

    variant_id: UUID
    sku: str
    name: str
    colour: str
    size: str
    picture: str
    quantity: int
    unit_price_minor: int
    #: Whether each has a number of its own, and those named.
    serialised: bool
    serials: list[str]
    #: The age its client must have, by law.
    age_min: int | None = None
    #: How many letters may be cut on it, 0 for none, in which letterings, for how much; the words, and the day they are cut by.
    letters_max: int = 0
    letterings: list[str] | None = None
    fee_minor: int = 0
    engraving: str = ""
    lettering: str = ""
    engrave_by: date | None = None


@dataclass(frozen=True, slots=True)
class Tendered:
    """A tender of the sale. `back`: it went back while the sale was open; `of`: the order an exchange comes from."""

    id: UUID
    kind: str
    way: str
    amount_minor: int
    given_minor: int | None
    state: str
    slip: str
    back: bool
    of: str

    @property
    def change_minor(self) -> int:
        return (self.given_minor or self.amount_minor) - self.amount_minor


@dataclass(frozen=True, slots=True)
class OwedBack:
    """What a return is worth and has not been given yet. `asked_tender_id`: the terminal has not answered."""

    return_id: UUID
    order_id: UUID
    number: str
    left_minor: int
    currency: str
    received_at: datetime
    asked_tender_id: UUID | None


async def sale(
    conn: Conn, *, maison_id: UUID, by: Colleague, sale_id: UUID
) -> tuple[Head, list[Piece], list[Tendered]]:
    """Raises NoSuchSale."""
    head = await maybe(
        conn,
        Head,
        """
        select s.id, s.drawer_id, s.location_id, l.name as place, l.zone, s.market, coalesce(k.languages, '{}') as languages,
          s.currency, s.state, coalesce(nullif(c.name, ''), m.value, '') as client, coalesce(m.value, '') as client_mail,
          s.total_minor, s.total_minor - coalesce(p.capture_asked_minor, 0) as due_minor,
          s.total_minor - coalesce(p.captured_minor, 0) as short_minor, s.opened_at, s.ended_at, s.order_id,
          coalesce(o.number, '') as number, i.id as invoice_id, d.closed_at is null as drawer_open
        from orders.sale s
        join orders.drawer d on d.maison_id = s.maison_id and d.id = s.drawer_id
        join boutiques.location l on l.maison_id = s.maison_id and l.id = s.location_id
        left join public_facts.market k on k.maison_id = s.maison_id and k.code = s.market
        left join payments.payment p on p.maison_id = s.maison_id and p.checkout_id = s.id and p.state in ('asked', 'captured')
        left join clients.client c on c.maison_id = s.maison_id and c.id = s.client_id
        left join lateral (select x.value from clients.contact_point x where x.maison_id = s.maison_id
          and x.client_id = s.client_id and x.kind = 'mail' order by x.verified_at limit 1) m on true
        left join orders.order o on o.maison_id = s.maison_id and o.id = s.order_id
        left join orders.invoice i on i.maison_id = s.maison_id and i.order_id = s.order_id and i.kind = 'invoice'
        where s.maison_id = %(maison_id)s and s.id = %(id)s
        """,
        maison_id=maison_id,
        id=sale_id,
    )
    if head is None or not by.works_at(head.location_id):
        raise NoSuchSale
    pieces = await many(
        conn,
        Piece,
        """
        select l.variant_id, l.sku, l.name, l.colour, l.size, coalesce(p.pictures -> 0 ->> 'name', '') as picture, l.quantity,
          l.unit_price_minor, exists (select 1 from stock.serialised x where x.maison_id = l.maison_id
            and x.variant_id = l.variant_id) as serialised, l.serials, l.age_min,
          coalesce(p.engraving_letters_max, 0) as letters_max, t.letterings, coalesce(e.amount_minor, 0) as fee_minor,
          l.engraving, l.lettering, l.engrave_by
        from orders.sale_line l left join public_facts.product p on p.id = l.product_id
        left join public_facts.engraving_terms t on t.maison_id = l.maison_id
        left join public_facts.engraving_fee e on e.maison_id = l.maison_id and e.market = %(market)s
        where l.maison_id = %(maison_id)s and l.sale_id = %(id)s order by l.rung_up_at, l.variant_id
        """,
        maison_id=maison_id,
        id=sale_id,
        market=head.market,
    )
    tendered = await many(
        conn,
        Tendered,
        """
        select t.id, t.kind, t.way, t.amount_minor, t.given_minor, t.state, t.slip, exists (select 1 from payments.tender b
            where b.maison_id = t.maison_id and b.of_tender_id = t.id and b.way = 'back' and b.return_id is null
              and b.state <> 'refused') as back,
          coalesce((select o.number from orders.return r join orders.order o on o.maison_id = r.maison_id and o.id = r.order_id
            where r.maison_id = t.maison_id and r.id = t.return_id), '') as of
        from payments.payment p join payments.tender t on t.maison_id = p.maison_id and t.payment_id = p.id
        where p.maison_id = %(maison_id)s and p.checkout_id = %(id)s and p.provider = 'till'
          and (t.way = 'in' or t.return_id is null)
        order by t.asked_at, t.id
        """,
        maison_id=maison_id,
        id=sale_id,
    )
    return head, pieces, tendered


@dataclass(frozen=True, slots=True)
class Listed:
    """A sale of the day."""

    id: UUID
    state: str
    number: str
    pieces: int
    total_minor: int
    currency: str
    opened_at: datetime
    by: str


async def sales(conn: Conn, *, maison_id: UUID, drawer_id: UUID) -> list[Listed]:
    """Of one drawer: the open ones first, then the latest; those given up left out."""
    return await many(
        conn,
        Listed,
        """
        select s.id, s.state, coalesce(o.number, '') as number, s.total_minor, s.currency, s.opened_at,
          coalesce(p.name, '') as by, coalesce((select sum(l.quantity) from orders.sale_line l
            where l.maison_id = s.maison_id and l.sale_id = s.id), 0)::integer as pieces
        from orders.sale s
        left join orders.order o on o.maison_id = s.maison_id and o.id = s.order_id
        left join staff.person p on p.maison_id = s.maison_id and p.id = s.opened_by
        where s.maison_id = %(maison_id)s and s.drawer_id = %(drawer_id)s and s.state <> 'given_up'
        order by s.state = 'open' desc, s.opened_at desc limit %(most)s
        """,
        maison_id=maison_id,
        drawer_id=drawer_id,
        most=SHOWN_MAX,
    )


@dataclass(frozen=True, slots=True)
class _Free:
    variant_id: UUID
    free: int


async def free_here(
    conn: Conn, *, maison_id: UUID, location_id: UUID, variant_ids: list[UUID]
) -> dict[UUID, int]:
    """How many of each are here and nobody's, safety stock or not: what may be rung up. What has lapsed is not looked at."""
    found = await many(
        conn,
        _Free,
        """
        select variant_id, greatest(0, on_hand - unavailable - allocated - held) as free from stock.standing
        where maison_id = %(maison_id)s and location_id = %(location_id)s and variant_id = any(%(variants)s::uuid[])
        """,
        maison_id=maison_id,
        location_id=location_id,
        variants=variant_ids,
    )
    return {one.variant_id: one.free for one in found}


async def exactly(conn: Conn, *, maison_id: UUID, code: str) -> UUID | None:
    """The variant whose SKU or barcode this is, letter by letter; None where there is none, or more than one."""
    found = await many(
        conn,
        _Id,
        """
        select id from catalogue.variant
        where maison_id = %(maison_id)s and (lower(sku) = lower(%(code)s) or barcode = %(code)s) limit 2
        """,
        maison_id=maison_id,
        code=code,
    )
    return found[0].id if len(found) == 1 else None


async def of_serial(conn: Conn, *, maison_id: UUID, location_id: UUID, code: str) -> UUID | None:
    """The variant of the piece with this serial, one that is here before others; None where there is none, or more than one."""
    found = await many(
        conn,
        _Id,
        """
        select p.variant_id as id from stock.piece p
        where p.maison_id = %(maison_id)s and p.serial = upper(%(code)s)
          and (p.whereabouts = 'here' and p.location_id = %(location_id)s or not exists (select 1 from stock.piece h
            where h.maison_id = p.maison_id and h.serial = p.serial and h.whereabouts = 'here'
              and h.location_id = %(location_id)s))
        limit 2
        """,
        maison_id=maison_id,
        location_id=location_id,
        code=code,
    )
    return found[0].id if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def sale_of_tender(conn: Conn, *, maison_id: UUID, tender_id: UUID) -> UUID | None:
    """The sale whose screen shows the tender; None for what is given back of a return."""
    found = await maybe(
        conn,
        _Id,
        """
        select s.id from payments.tender t
        join payments.payment p on p.maison_id = t.maison_id and p.id = t.payment_id
        join orders.sale s on s.maison_id = p.maison_id and s.id = p.checkout_id
        where t.maison_id = %(maison_id)s and t.id = %(id)s and (t.way = 'in' or t.return_id is null)
        """,
        maison_id=maison_id,
        id=tender_id,
    )
    return found.id if found else None


async def owed_back(conn: Conn, *, maison_id: UUID, location_id: UUID) -> list[OwedBack]:
    """Of what came back to this boutique, or was sold by it, the oldest first; also what a terminal has not answered."""
    return await many(
        conn,
        OwedBack,
        """
        select w.return_id, o.id as order_id, o.number, w.amount_minor - w.given_minor as left_minor, p.currency, r.received_at,
          t.id as asked_tender_id
        from payments.till_refund w
        join payments.payment p on p.maison_id = w.maison_id and p.id = w.payment_id
        join orders.return r on r.maison_id = w.maison_id and r.id = w.return_id
        join orders.order o on o.maison_id = r.maison_id and o.id = r.order_id
        left join payments.tender t on t.maison_id = w.maison_id and t.payment_id = w.payment_id and t.state = 'asked'
          and t.return_id = w.return_id
        where w.maison_id = %(maison_id)s and (w.given_minor < w.amount_minor or t.id is not null)
          and %(location_id)s in (r.location_id, o.sold_by_location_id)
        order by r.received_at, w.return_id limit %(most)s
        """,
        maison_id=maison_id,
        location_id=location_id,
        most=SHOWN_MAX,
    )
