"""Invoices and credit notes: what left for good and what came back, as documents of the legal entity that sold it.

Numbers have no gap: who issues holds the entity's row until the transaction ends, and `no_number_is_left_out` stands behind.
A document is never changed; who bought is read from the order's contact, as long as that is kept. `docs/algorithms/invoices.md`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe, one
from enfilade.base.ids import new_id
from enfilade.orders import delivery, delivery_words
from enfilade.orders.delivery import Documented

Kind = Literal["invoice", "credit_note"]
#: How far back the round looks for what has no document.
MISSED_DAYS = 3
MISSED_MAX = 200


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces of one order line: amounts in the currency's smallest unit, the tax inside the total.

    `invoice` is the number of the invoice they stood on, on a credit note.
    """

    sku: str
    name: str
    colour: str
    size: str
    quantity: int
    total_minor: int
    tax_minor: int
    tax_rate_basis_points: int
    invoice: str = ""
    #: The company that sold it, in whose name and on whose behalf it is invoiced here; None: the entity itself.
    seller: dict[str, str] | None = None
    #: What is cut on its piece is found by it, and is not kept here.
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """A document as it was issued. `code` is the entity's."""

    id: UUID
    kind: Kind
    code: str
    year: int
    number: int
    issued_on: date
    seller_name: str
    seller_address: str
    seller_country: str
    seller_tax_id: str
    currency: str
    total_minor: int
    tax_minor: int
    #: As it is kept.
    lines_json: str

    @property
    def lines(self) -> list[Line]:
        """What it is about."""
        return msgspec.json.decode(self.lines_json, type=list[Line])

    @property
    def name(self) -> str:
        """As it is quoted: FR-2026-000012, a credit note FR-2026-C000012."""
        return named(self.code, self.kind, self.year, self.number)


def json_of(lines: list[Line]) -> str:
    """Lines as a document keeps them."""
    return msgspec.json.encode(lines).decode()


def named(code: str, kind: Kind, year: int, number: int) -> str:
    """The number as it is quoted; unique within a maison."""
    return f"{code.upper()}-{year}-{'C' if kind == 'credit_note' else ''}{number:06}"


@dataclass(frozen=True, slots=True)
class _Cause:
    """What a document is about; `day` by the calendar of the place."""

    order_id: UUID
    legal_entity_id: UUID
    currency: str
    day: date


async def issue(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID, now: datetime) -> UUID | None:
    """The invoice of what one place handed over or sent, posted as sold. Asked again, it is the same one.

    None where nothing is posted: not final yet, paid at the counter, or nothing left.
    """
    cause = await _posted(conn, maison_id, "sold", fulfilment_id, now)
    if cause is None:
        return None
    lines = await many(
        conn,
        Line,
        """
        select sku, name, colour, size, quantity, total_minor, tax_minor, tax_rate_basis_points, '' as invoice, seller,
          id as line_id
        from orders.order_line
        where maison_id = %(maison_id)s and fulfilment_id = %(fulfilment_id)s and state in ('handed_over', 'dispatched')
        order by id
        """,
        maison_id=maison_id,
        fulfilment_id=fulfilment_id,
    )
    carried = await delivery.charged_with(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
    owed = await _duties(conn, maison_id, fulfilment_id)
    return await _write(
        conn, maison_id, "invoice", cause, fulfilment_id, lines + _carried(carried, "") + owed, now
    )


async def credit(conn: Conn, *, maison_id: UUID, return_id: UUID, now: datetime) -> UUID | None:
    """The credit note of what came back, naming the invoices it stood on, which are issued first if they are not.

    Asked again, it is the same one. None where nothing is posted: paid at the counter, or nothing was taken back.
    """
    cause = await _posted(conn, maison_id, "returned", return_id, now)
    if cause is None:
        return None
    sources = await many(
        conn,
        _Source,
        """
        select distinct l.fulfilment_id as id
        from orders.return_line r join orders.order_line l on l.maison_id = r.maison_id and l.id = r.order_line_id
        where r.maison_id = %(maison_id)s and r.return_id = %(return_id)s and r.disposition is not null order by 1
        """,
        maison_id=maison_id,
        return_id=return_id,
    )
    for source in sources:
        await issue(conn, maison_id=maison_id, fulfilment_id=source.id, now=now)
    found = await many(
        conn,
        _CreditLine,
        """
        select l.sku, l.name, l.colour, l.size, r.quantity, r.value_minor as total_minor, r.tax_minor, l.tax_rate_basis_points,
          i.year, i.number, e.code, l.seller
        from orders.return_line r
        join orders.order_line l on l.maison_id = r.maison_id and l.id = r.order_line_id
        left join orders.invoice i on i.maison_id = l.maison_id and i.kind = 'invoice' and i.cause_id = l.fulfilment_id
        left join maisons.legal_entity e on e.maison_id = i.maison_id and e.id = i.legal_entity_id
        where r.maison_id = %(maison_id)s and r.return_id = %(return_id)s and r.disposition is not null
        order by r.id
        """,
        maison_id=maison_id,
        return_id=return_id,
    )
    lines = [line.line for line in found]
    carried = await delivery.given_back_with(conn, maison_id=maison_id, return_id=return_id)
    stood_on = await _delivery_stood_on(conn, maison_id, return_id) if carried else ""
    return await _write(
        conn, maison_id, "credit_note", cause, return_id, lines + _carried(carried, stood_on), now
    )


async def _delivery_stood_on(conn: Conn, maison_id: UUID, return_id: UUID) -> str:
    found = await maybe(
        conn,
        _Number,
        """
        select e.code, i.year, i.number from orders.delivery d
        join orders.invoice i on i.maison_id = d.maison_id and i.kind = 'invoice' and i.cause_id = d.fulfilment_id
        join maisons.legal_entity e on e.maison_id = i.maison_id and e.id = i.legal_entity_id
        where d.maison_id = %(maison_id)s and d.return_id = %(return_id)s
        """,
        maison_id=maison_id,
        return_id=return_id,
    )
    return named(found.code, "invoice", found.year, found.number) if found else ""


@dataclass(frozen=True, slots=True)
class _Number:
    code: str
    year: int
    number: int


@dataclass(frozen=True, slots=True)
class _Duties:
    language: str
    minor: int


async def _duties(conn: Conn, maison_id: UUID, fulfilment_id: UUID) -> list[Line]:
    """Duties and import tax paid for what left, in a line of their own; they are no sale, and no tax of ours is in them."""
    found = await maybe(
        conn,
        _Duties,
        """
        select o.language, sum(l.duty_minor)::bigint as minor
        from orders.order_line l join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
        where l.maison_id = %(maison_id)s and l.fulfilment_id = %(fulfilment_id)s and l.state in ('handed_over', 'dispatched')
          and l.duty_minor > 0
        group by o.language
        """,
        maison_id=maison_id,
        fulfilment_id=fulfilment_id,
    )
    if found is None:
        return []
    return [Line("", delivery_words.duties(found.language), "", "", 1, found.minor, 0, 0)]


def _carried(of: Documented | None, stood_on: str) -> list[Line]:
    """Delivery, a line for each rate of tax of what it accompanied; in the order's language, as its pieces are."""
    if of is None:
        return []
    name = delivery_words.named(of.service, of.language)
    return [
        Line("", name, "", "", 1, part.total_minor, part.tax_minor, part.tax_rate_basis_points, stood_on)
        for part in of.by_rate
    ]


async def credit_goodwill(conn: Conn, *, maison_id: UUID, goodwill_id: UUID, now: datetime) -> UUID | None:
    """The credit note of a part given back without its piece, naming the invoice it stood on. Asked again, it is the same one.

    Its one line counts no pieces: none came back. None where nothing is posted.
    """
    cause = await _posted(conn, maison_id, "goodwill", goodwill_id, now)
    if cause is None:
        return None
    sources = await many(
        conn,
        _Source,
        """
        select l.fulfilment_id as id from orders.goodwill g
        join orders.order_line l on l.maison_id = g.maison_id and l.id = g.order_line_id
        where g.maison_id = %(maison_id)s and g.id = %(goodwill_id)s
        """,
        maison_id=maison_id,
        goodwill_id=goodwill_id,
    )
    for source in sources:
        await issue(conn, maison_id=maison_id, fulfilment_id=source.id, now=now)
    found = await many(
        conn,
        _CreditLine,
        """
        select l.sku, l.name, l.colour, l.size, 0 as quantity, g.amount_minor as total_minor, g.tax_minor,
          l.tax_rate_basis_points, i.year, i.number, e.code, l.seller
        from orders.goodwill g
        join orders.order_line l on l.maison_id = g.maison_id and l.id = g.order_line_id
        left join orders.invoice i on i.maison_id = l.maison_id and i.kind = 'invoice' and i.cause_id = l.fulfilment_id
        left join maisons.legal_entity e on e.maison_id = i.maison_id and e.id = i.legal_entity_id
        where g.maison_id = %(maison_id)s and g.id = %(goodwill_id)s
        """,
        maison_id=maison_id,
        goodwill_id=goodwill_id,
    )
    return await _write(
        conn, maison_id, "credit_note", cause, goodwill_id, [line.line for line in found], now
    )


@dataclass(frozen=True, slots=True)
class _Source:
    id: UUID


@dataclass(frozen=True, slots=True)
class _CreditLine:
    sku: str
    name: str
    colour: str
    size: str
    quantity: int
    total_minor: int
    tax_minor: int
    tax_rate_basis_points: int
    year: int | None
    number: int | None
    code: str | None
    seller: dict[str, str] | None

    @property
    def line(self) -> Line:
        stood_on = (
            named(self.code, "invoice", self.year, self.number)
            if self.code and self.year and self.number
            else ""
        )
        return Line(
            self.sku,
            self.name,
            self.colour,
            self.size,
            self.quantity,
            self.total_minor,
            self.tax_minor,
            self.tax_rate_basis_points,
            stood_on,
            self.seller,
        )


async def _posted(
    conn: Conn, maison_id: UUID, kind: Literal["sold", "returned", "goodwill"], cause_id: UUID, now: datetime
) -> _Cause | None:
    """What the ledger says of the fulfilment, return or goodwill; None where nothing is posted for it."""
    return await maybe(
        conn,
        _Cause,
        """
        select distinct e.order_id, e.legal_entity_id, e.currency, (%(now)s::timestamptz at time zone b.zone)::date as day
        from payments.ledger_entry e
        left join orders.fulfilment f on f.maison_id = e.maison_id and f.id = e.cause_id
        left join orders.return r on r.maison_id = e.maison_id and r.id = e.cause_id
        left join orders.goodwill g on g.maison_id = e.maison_id and g.id = e.cause_id
        left join orders.order_line l on l.maison_id = g.maison_id and l.id = g.order_line_id
        left join orders.fulfilment w on w.maison_id = l.maison_id and w.id = l.fulfilment_id
        join boutiques.location b on b.maison_id = e.maison_id
          and b.id = coalesce(f.location_id, r.location_id, w.location_id)
        where e.maison_id = %(maison_id)s and e.kind = %(kind)s and e.cause_id = %(cause_id)s
        """,
        maison_id=maison_id,
        kind=kind,
        cause_id=cause_id,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _Last:
    """The entity's last document of the kind and year, and the one of this cause if there is one."""

    number: int
    issued_on: date
    issued_id: UUID | None


async def _write(
    conn: Conn,
    maison_id: UUID,
    kind: Kind,
    cause: _Cause,
    cause_id: UUID,
    lines: list[Line],
    now: datetime,
) -> UUID:
    # One after the other in each entity; what the lock waited for is seen by the statement after it.
    await execute(
        conn,
        "select 1 from maisons.legal_entity where maison_id = %(maison_id)s and id = %(id)s for no key update",
        maison_id=maison_id,
        id=cause.legal_entity_id,
    )
    last = await one(
        conn,
        _Last,
        """
        select coalesce(max(number), 0) as number, coalesce(max(issued_on), %(day)s::date) as issued_on,
          (select id from orders.invoice where maison_id = %(maison_id)s and kind = %(kind)s and cause_id = %(cause_id)s)
            as issued_id
        from orders.invoice
        where maison_id = %(maison_id)s and legal_entity_id = %(legal_entity_id)s and kind = %(kind)s and year = %(year)s
        """,
        maison_id=maison_id,
        legal_entity_id=cause.legal_entity_id,
        kind=kind,
        cause_id=cause_id,
        day=cause.day,
        year=cause.day.year,
    )
    if last.issued_id is not None:
        return last.issued_id
    invoice_id = new_id(now)
    await execute(
        conn,
        """
        insert into orders.invoice (maison_id, id, legal_entity_id, kind, year, number, issued_on, issued_at, order_id, cause_id,
          seller_name, seller_address, seller_country, seller_tax_id, currency, total_minor, tax_minor, lines)
        select %(maison_id)s, %(id)s, e.id, %(kind)s, %(year)s, %(number)s, %(issued_on)s, %(now)s, %(order_id)s, %(cause_id)s,
          e.name, e.address, e.country, e.tax_id, %(currency)s, %(total)s, %(tax)s, %(lines)s::jsonb
        from maisons.legal_entity e where e.maison_id = %(maison_id)s and e.id = %(legal_entity_id)s
        """,
        maison_id=maison_id,
        id=invoice_id,
        legal_entity_id=cause.legal_entity_id,
        kind=kind,
        year=cause.day.year,
        number=last.number + 1,
        # A clock that went back, or a place further west, does not date a document before the one before it.
        issued_on=max(cause.day, last.issued_on),
        order_id=cause.order_id,
        cause_id=cause_id,
        currency=cause.currency,
        total=sum(line.total_minor for line in lines),
        tax=sum(line.tax_minor for line in lines),
        lines=json_of(lines),
        now=now,
    )
    return invoice_id


@dataclass(frozen=True, slots=True)
class _Missed:
    kind: str
    cause_id: UUID


async def issue_missed(db: Db, *, maison_id: UUID, now: datetime) -> None:
    """What was posted as sold, returned or given back lately and has no document gets it: its job was lost, or failed."""
    async with db.acting(Actor.job(), maison_id) as conn:
        found = await _missed(conn, maison_id, now)
    for one_missed in found:

        async def verb(conn: Conn, missed: _Missed = one_missed) -> object:
            if missed.kind == "sold":
                return await issue(conn, maison_id=maison_id, fulfilment_id=missed.cause_id, now=now)
            if missed.kind == "goodwill":
                return await credit_goodwill(conn, maison_id=maison_id, goodwill_id=missed.cause_id, now=now)
            return await credit(conn, maison_id=maison_id, return_id=missed.cause_id, now=now)

        await db.run(Actor.job(), maison_id, verb)


async def _missed(conn: Conn, maison_id: UUID, now: datetime) -> list[_Missed]:
    return await many(
        conn,
        _Missed,
        """
        select e.kind, e.cause_id from payments.ledger_entry e
        where e.maison_id = %(maison_id)s and e.kind in ('sold', 'returned', 'goodwill')
          and e.posted_at > %(now)s::timestamptz - make_interval(days => %(days)s)
          and not exists (select 1 from orders.invoice i where i.maison_id = e.maison_id and i.cause_id = e.cause_id
            and i.kind = case e.kind when 'sold' then 'invoice' else 'credit_note' end)
        group by e.kind, e.cause_id order by (e.kind = 'sold') desc, e.cause_id limit %(most)s
        """,
        maison_id=maison_id,
        now=now,
        days=MISSED_DAYS,
        most=MISSED_MAX,
    )


@dataclass(frozen=True, slots=True)
class Sale:
    """What stands around a document: the maison, the order, and who bought, as long as that is kept.

    `address` in the fields of a contact: line1, line2, postcode, city, country.
    """

    maison_name: str
    order_number: str
    buyer: str
    address: dict[str, str] | None
    #: Sold at a counter to somebody who gave no name.
    unnamed: bool = False
    #: What is cut on its pieces, by the id of the line, as long as that is kept.
    engravings: dict[str, str] = field(default_factory=dict[str, str])
    #: What was left with us to be engraved, by the id of the line: the day it is ready (ISO 8601), None where none was promised.
    kept: dict[str, str | None] = field(default_factory=dict[str, str | None])


async def sale_of(conn: Conn, *, maison_id: UUID, order_id: UUID) -> Sale:
    """The frame of the order's documents."""
    return await one(
        conn,
        Sale,
        """
        select m.name as maison_name, o.number as order_number, coalesce(c.name, '') as buyer, c.address,
          coalesce(c.name = '', false) as unnamed, coalesce((select jsonb_object_agg(l.id, l.engraving)
            from orders.order_line l
            where l.maison_id = o.maison_id and l.order_id = o.id and l.engraving <> ''), '{}') as engravings,
          coalesce((select jsonb_object_agg(l.id, l.engrave_by) from orders.order_line l
            where l.maison_id = o.maison_id and l.order_id = o.id and l.kept_at is not null), '{}') as kept
        from orders.order o
        join maisons.maison m on m.maison_id = o.maison_id
        left join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id and c.erased_at is null
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


async def to_show(
    conn: Conn, *, maison_id: UUID, order_id: UUID, invoice_id: UUID
) -> tuple[Invoice, Sale] | None:
    """One document of this order with what stands around it; None where the order has none of this id."""
    found = [
        one for one in await of_order(conn, maison_id=maison_id, order_id=order_id) if one.id == invoice_id
    ]
    return (found[0], await sale_of(conn, maison_id=maison_id, order_id=order_id)) if found else None


async def of_order(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Invoice]:
    """The documents of an order, in the order they were issued."""
    return await many(
        conn,
        Invoice,
        """
        select i.id, i.kind, e.code, i.year, i.number, i.issued_on, i.seller_name, i.seller_address, i.seller_country,
          i.seller_tax_id, i.currency, i.total_minor, i.tax_minor, i.lines::text as lines_json
        from orders.invoice i
        join maisons.legal_entity e on e.maison_id = i.maison_id and e.id = i.legal_entity_id
        where i.maison_id = %(maison_id)s and i.order_id = %(order_id)s order by i.issued_at, i.kind desc, i.number
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
