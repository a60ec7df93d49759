"""Placing: a checkout's lines at one maison become its order, exactly once, with their allocations, in one transaction."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from enfilade.base import facts
from enfilade.base.db import Conn, maybe
from enfilade.base.ids import new_id
from enfilade.base.money import Money, tax_inside, tax_on_top
from enfilade.base.secrets import CODE_LETTERS, derived, hashed
from enfilade.boutiques.workshops import NoRoom
from enfilade.orders import engraving_room, making_room, proposals
from enfilade.orders.events import FulfilmentAsked, FulfilmentAwaited, LineToMake, OrderPlaced
from enfilade.orders.proposals import Sold
from enfilade.stock import allocations, for_orders
from enfilade.stock.allocations import LineDemand, NoLongerHeld


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom the order is for, who else may receive it, and whether it is a gift: `gift_words` are on its card, None for none."""

    name: str
    mail: str
    phone: str
    address: dict[str, str] | None
    collector_name: str
    gift_words: str | None = None


class Priced:
    """What a line costs at its frozen price."""

    __slots__ = ()
    quantity: int
    currency: str
    unit_price_minor: int
    tax_rate_basis_points: int
    prices_include_tax: bool

    @property
    def unit(self) -> Money:
        return Money(self.unit_price_minor, self.currency)

    @property
    def tax(self) -> Money:
        """Rounded per line, half up."""
        gross = self.unit_price_minor * self.quantity
        rule = tax_inside if self.prices_include_tax else tax_on_top
        return Money(rule(gross, self.tax_rate_basis_points), self.currency)

    @property
    def total(self) -> Money:
        """What the client pays for the line, tax included."""
        gross = self.unit * self.quantity
        return gross if self.prices_include_tax else gross + self.tax


@dataclass(frozen=True, slots=True)
class PlacingLine(Priced):
    """A line as the checkout froze it."""

    selling_maison_id: UUID
    variant_id: UUID
    product_id: UUID
    sku: str
    brand: str
    name: str
    colour: str
    size: str
    quantity: int
    location_id: UUID
    currency: str
    unit_price_minor: int
    tax_rate_basis_points: int
    prices_include_tax: bool
    quota_id: UUID | None = None
    quota_pieces_max: int | None = None
    quota_period: int | None = None
    decided_by: str | None = None
    collect_location_id: UUID | None = None
    ready_about: datetime | None = None
    #: What it is under law, and the age its client must have; None for neither.
    kinds: list[str] | None = None
    age_min: int | None = None
    #: The number of it among those of its variant; words, lettering ('' for none), their part of the unit price, their day.
    line: int = 0
    engraving: str = ""
    lettering: str = ""
    engraving_minor: int = 0
    engrave_by: date | None = None
    #: Duties and import tax where it arrives: paid with it, so much, or at the door; None where there are none.
    duties: str | None = None
    duties_country: str | None = None
    duty_minor: int = 0
    #: The day on which its workshop has finished it; None for a piece that exists.
    make_by: date | None = None
    workshop_id: UUID | None = None
    to_specification: bool = False

    @property
    def made(self) -> bool:
        """Whether it is made to order: nothing of stock is promised to it yet."""
        return self.make_by is not None

    @property
    def due_minor(self) -> int:
        """What the client pays with it: its total, and duties."""
        return self.total.minor + self.duty_minor

    @property
    def work_at(self) -> UUID:
        """The place that has the work: where it is collected, or what it is sent from."""
        return self.collect_location_id or self.location_id


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what delivery costs, by the rate of tax of the goods it accompanies; the tax is in the total."""

    tax_rate_basis_points: int
    total_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """What delivery of an order costs, and what of it goes back where all comes back (`delivery`).

    `back_always`: the maison gives it back where no law asks for it too. `promised_from`, `promised_on`: the days it comes.
    """

    service: str
    parts: list[Part]
    back_parts: list[Part]
    back_always: bool
    promised_from: date | None
    promised_on: date | None

    @property
    def total_minor(self) -> int:
        return sum(part.total_minor for part in self.parts)

    @property
    def tax_minor(self) -> int:
        return sum(part.tax_minor for part in self.parts)


@dataclass(frozen=True, slots=True)
class Placing:
    """What placing needs to know of the checkout."""

    checkout_id: UUID
    store_id: UUID
    store_maison_id: UUID
    client_id: UUID | None
    contact: Contact
    method: str
    market: str
    language: str
    proposal_id: UUID | None = None
    #: The boutique and advisor of a sale at the counter.
    counter: Sold | None = None
    #: The age its client said they have at least, or an advisor has seen.
    age_confirmed: int | None = None


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order and the number people call it by."""

    id: UUID
    number: str


def age_of(lines: list[PlacingLine]) -> int | None:
    """The age their client must have; None where no law asks for one."""
    return max((line.age_min for line in lines if line.age_min is not None), default=None)


def new_number() -> str:
    """Eight letters, unguessable enough not to count orders, short enough to read aloud. Unique within the maison."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


async def place(
    conn: Conn,
    *,
    maison_id: UUID,
    placing: Placing,
    lines: list[PlacingLine],
    payment_id: UUID | None,
    key: bytes,
    now: datetime,
    again: bool = False,
    delivery: Delivery | None = None,
) -> PlacedOrder:
    """The order of this checkout at this maison: placed now, or the one placed before.

    Raises allocations.NoLongerHeld (of its pieces, or of the room to engrave them), after which the transaction must roll back;
    `again`: see allocations.convert. Breaks proposal_paid_once where another checkout of the same proposal was first.
    """
    order_id, number, contact_id = new_id(now), new_number(), new_id(now)
    # What is to be made is work of its own: what lies there already does not wait for it.
    fulfilments = {work: new_id(now) for work in sorted({(line.work_at, line.made) for line in lines})}
    ids = [new_id(now) for _ in lines]
    brought = {n: new_id(now) for n, line in enumerate(lines) if line.collect_location_id and not line.made}
    ready_about = {
        work: max(
            (line.ready_about for line in lines if (line.work_at, line.made) == work and line.ready_about),
            default=None,
        )
        for work in fulfilments
    }
    seller = (
        await proposals.sold_by(conn, maison_id=maison_id, proposal_id=placing.proposal_id)
        if placing.proposal_id
        else placing.counter
    )
    total = sum(line.due_minor for line in lines) + (delivery.total_minor if delivery else 0)
    channels = [_channel(placing, line, seller) for line in lines]
    channel = "endless_aisle" if "endless_aisle" in channels else channels[0]
    fresh = await maybe(
        conn,
        PlacedOrder,
        """
        with placed as (
          insert into orders.order (maison_id, id, number, store_id, store_maison_id, checkout_id, payment_id, legal_entity_id,
            client_id, contact_id, channel, method, state, language, market, currency, total_minor, tax_minor, link_hash,
            placed_at, changed_at, return_days, proposal_id, sold_by_location_id, sold_by_staff_id, age_min, age_confirmed)
          select %(maison_id)s, %(order_id)s, %(number)s, %(store_id)s, %(store_maison_id)s, %(checkout_id)s, %(payment_id)s,
            -- Whose books the money is in, though the market has passed to another entity meanwhile.
            coalesce((select p.legal_entity_id from payments.payment p
                where p.maison_id = %(maison_id)s and p.id = %(payment_id)s),
              (select k.legal_entity_id from maisons.market k where k.maison_id = %(maison_id)s and k.code = %(market)s)),
            case when %(store_maison_id)s = %(maison_id)s then %(client_id)s::uuid end, %(contact_id)s, %(channel)s, %(method)s,
            'placed', %(language)s, %(market)s, %(currency)s, %(total)s, %(tax)s, %(link_hash)s, %(now)s, %(now)s,
            (select y.return_days from maisons.policy y where y.maison_id = %(maison_id)s), %(proposal_id)s::uuid,
            %(sold_by_location_id)s::uuid, %(sold_by_staff_id)s::uuid, %(age_min)s::smallint, %(age_confirmed)s::smallint
          on conflict on constraint placed_once do nothing
          returning id, number
        ), known as (
          insert into orders.contact (maison_id, id, checkout_id, name, mail, phone, address, collector_name, gift_words)
          select %(maison_id)s, %(contact_id)s, %(checkout_id)s, %(name)s, %(mail)s, %(phone)s, %(address)s::jsonb,
            %(collector_name)s, %(gift_words)s from placed
        ), asked as (
          insert into orders.fulfilment (maison_id, id, order_id, location_id, method, state, attempt, asked_at, pick_by,
            ready_about)
          select %(maison_id)s, f.id, p.id, f.location_id, %(method)s,
            case when f.ready_about is null then 'asked' else 'awaited' end, 1, %(now)s,
            -- The time to pick runs while the location is open; where no hours are known, two days. What is made has its own.
            case when f.made then f.ready_about else coalesce(due.pick_by, %(now)s::timestamptz + interval '2 days') end,
            f.ready_about
          from placed p
          cross join unnest(%(fulfilments)s::uuid[], %(locations)s::uuid[], %(picked_at)s::uuid[],
            %(ready_about)s::timestamptz[], %(made)s::boolean[]) as f(id, location_id, picked_at, ready_about, made)
          cross join (select make_interval(mins => y.pick_sla_minutes) as sla from maisons.policy y
            where y.maison_id = %(maison_id)s) terms
          cross join lateral (
            select min(greatest(i.opens_at, %(now)s::timestamptz) + (terms.sla - i.before)) as pick_by
            from (select o.opens_at, o.closes_at, coalesce(sum(o.closes_at - greatest(o.opens_at, %(now)s::timestamptz))
                over (order by o.opens_at rows between unbounded preceding and 1 preceding), interval '0') as before
              from public_facts.opening o where o.location_id = f.picked_at and o.closes_at > %(now)s::timestamptz) i
            where i.before + (i.closes_at - greatest(i.opens_at, %(now)s::timestamptz)) > terms.sla) due
        ), line as (
          select l.*, p.id as order_id from placed p, jsonb_to_recordset(%(lines)s::jsonb) as l(id uuid, fulfilment_id uuid,
            variant_id uuid, product_id uuid, sku text, brand text, name text, colour text, size text, quantity integer,
            unit_price_minor bigint, total_minor bigint, tax_minor bigint, tax_rate_basis_points integer, location_id uuid,
            decided_by text, channel text, transfer_id uuid, kinds text[], age_min smallint, engraving text, lettering text,
            engraving_minor bigint, engrave_by date, duties text, duty_minor bigint, make_by date, workshop_id uuid,
            to_specification boolean)
        ), of_brand as (
          -- Whose goods it is and who sells it, as it is agreed today.
          select l.id, b.id as partner_id, b.terms as kind, case when b.terms = 'concession' then jsonb_build_object('name',
            b.company_name, 'city', b.company_city, 'country', b.company_country, 'number', b.company_number) end as seller,
            c.basis_points
          from line l
          join catalogue.brand b on b.maison_id = %(maison_id)s and lower(b.name) = lower(l.brand)
          left join catalogue.commission c on c.maison_id = b.maison_id and c.brand_id = b.id
            and c.valid @> (%(now)s::timestamptz at time zone public_facts.zone_of(b.maison_id))::date
        ), written as (
          insert into orders.order_line (maison_id, id, order_id, fulfilment_id, variant_id, product_id, sku, brand, name,
            colour, size, quantity, unit_price_minor, total_minor, tax_minor, tax_rate_basis_points, promised_online, state,
            credited_channel, credited_location_id, decided_by, transfer_id, seller, kinds, age_min, engraving,
            lettering, engraving_minor, engrave_by, duties, duty_minor, make_by, workshop_id, to_specification)
          select %(maison_id)s, l.id, l.order_id, l.fulfilment_id, l.variant_id, l.product_id, l.sku, l.brand, l.name, l.colour,
            l.size, l.quantity, l.unit_price_minor, l.total_minor, l.tax_minor, l.tax_rate_basis_points,
            l.channel = 'web', 'sourced', l.channel, l.location_id, l.decided_by, l.transfer_id, o.seller,
            l.kinds, l.age_min, l.engraving, l.lettering, l.engraving_minor, l.engrave_by, l.duties, l.duty_minor, l.make_by,
            l.workshop_id, l.to_specification
          from line l left join of_brand o on o.id = l.id
        ), agreed as (
          insert into orders.line_terms (maison_id, order_line_id, partner_id, kind, basis_points)
          select %(maison_id)s, o.id, o.partner_id, o.kind, o.basis_points from of_brand o
          union all
          select %(maison_id)s, l.id, s.id, 'collaboration', s.share_basis_points
          from line l
          join public_facts.exclusive x on x.product_id = l.product_id and x.maison_id = %(maison_id)s
          join catalogue.collaboration_partner s on s.maison_id = x.maison_id and s.collaboration_id = x.collaboration_id
            and s.kind <> 'seller'
          where l.id not in (select b.id from of_brand b)
        ), delivered as (
          insert into orders.delivery (maison_id, order_id, service, total_minor, tax_minor, parts, back_minor, back_tax_minor,
            back_parts, back_always, promised_from, promised_on)
          select %(maison_id)s, p.id, %(delivery)s, %(delivery_total)s, %(delivery_tax)s, %(delivery_parts)s::jsonb, %(back)s,
            %(back_tax)s, %(back_parts)s::jsonb, %(back_always)s, %(promised_from)s::date, %(promised_on)s::date
          from placed p where %(delivery)s::text is not null
        )
        select id, number from placed
        """,
        maison_id=maison_id,
        order_id=order_id,
        number=number,
        store_id=placing.store_id,
        store_maison_id=placing.store_maison_id,
        checkout_id=placing.checkout_id,
        payment_id=payment_id,
        client_id=placing.client_id,
        contact_id=contact_id,
        channel=channel,
        method=placing.method,
        language=placing.language,
        market=placing.market,
        currency=lines[0].currency,
        total=total,
        tax=sum(line.tax.minor for line in lines) + (delivery.tax_minor if delivery else 0),
        delivery=delivery.service if delivery else None,
        delivery_total=delivery.total_minor if delivery else 0,
        delivery_tax=delivery.tax_minor if delivery else 0,
        delivery_parts=msgspec.json.encode(delivery.parts if delivery else []).decode(),
        back=sum(part.total_minor for part in delivery.back_parts) if delivery else 0,
        back_tax=sum(part.tax_minor for part in delivery.back_parts) if delivery else 0,
        back_parts=msgspec.json.encode(delivery.back_parts if delivery else []).decode(),
        back_always=delivery.back_always if delivery else False,
        promised_from=delivery.promised_from if delivery else None,
        promised_on=delivery.promised_on if delivery else None,
        link_hash=hashed(derived(key, "order", order_id)),
        now=now,
        proposal_id=placing.proposal_id,
        sold_by_location_id=seller.location_id if seller else None,
        sold_by_staff_id=seller.staff_id if seller else None,
        age_min=age_of(lines),
        age_confirmed=placing.age_confirmed,
        name=placing.contact.name,
        mail=placing.contact.mail,
        phone=placing.contact.phone,
        address=msgspec.json.encode(placing.contact.address).decode() if placing.contact.address else None,
        collector_name=placing.contact.collector_name,
        gift_words=placing.contact.gift_words,
        fulfilments=list(fulfilments.values()),
        locations=[at for at, _ in fulfilments],
        made=[made for _, made in fulfilments],
        # What is brought is packed where it lies: that place has the time to pick.
        picked_at=[
            next((lines[n].location_id for n in brought if lines[n].work_at == at and not made), at)
            for at, made in fulfilments
        ],
        ready_about=list(ready_about.values()),
        lines=msgspec.json.encode(
            [
                {
                    "id": line_id,
                    "fulfilment_id": fulfilments[line.work_at, line.made],
                    "variant_id": line.variant_id,
                    "product_id": line.product_id,
                    "sku": line.sku,
                    "brand": line.brand,
                    "name": line.name,
                    "colour": line.colour,
                    "size": line.size,
                    "quantity": line.quantity,
                    "unit_price_minor": line.unit_price_minor,
                    "total_minor": line.total.minor,
                    "tax_minor": line.tax.minor,
                    "tax_rate_basis_points": line.tax_rate_basis_points,
                    "location_id": line.work_at,
                    "decided_by": line.decided_by,
                    "channel": through,
                    "transfer_id": brought.get(n),
                    "kinds": line.kinds,
                    "age_min": line.age_min,
                    "engraving": line.engraving,
                    "lettering": line.lettering,
                    "engraving_minor": line.engraving_minor,
                    "engrave_by": line.engrave_by,
                    "duties": line.duties,
                    "duty_minor": line.duty_minor,
                    "make_by": line.make_by,
                    "workshop_id": line.workshop_id,
                    "to_specification": line.to_specification,
                }
                for n, (line_id, line, through) in enumerate(zip(ids, lines, channels, strict=True))
            ]
        ).decode(),
    )
    if fresh is None:
        known = await placed(conn, maison_id=maison_id, checkout_id=placing.checkout_id)
        assert known is not None
        return known
    demands = [
        LineDemand(line_id, line.location_id, line.variant_id, line.quantity)
        for line_id, line in zip(ids, lines, strict=True)
        if not line.made
    ]
    if demands:
        await allocations.convert(
            conn, maison_id=maison_id, holder_id=placing.checkout_id, lines=demands, now=now, again=again
        )
    try:
        await making_room.keep(
            conn,
            maison_id=maison_id,
            checkout_id=placing.checkout_id,
            order_id=order_id,
            lines=lines,
            now=now,
        )
        await engraving_room.keep(
            conn,
            maison_id=maison_id,
            checkout_id=placing.checkout_id,
            order_id=order_id,
            lines=lines,
            now=now,
        )
    except NoRoom as error:
        raise NoLongerHeld from error
    for location_id in dict.fromkeys(at for at, _ in fulfilments):
        here = [n for n in brought if lines[n].work_at == location_id]
        if here:
            await for_orders.ask(
                conn,
                maison_id=maison_id,
                to_location_id=location_id,
                lines=[
                    LineDemand(ids[n], lines[n].location_id, lines[n].variant_id, lines[n].quantity)
                    for n in here
                ],
                transfer_ids=[brought[n] for n in here],
                now=now,
            )
    await facts.record(
        conn,
        maison_id=maison_id,
        now=now,
        facts=[
            OrderPlaced(order_id, placing.method, total, lines[0].currency),
            *(
                FulfilmentAwaited(fulfilment_id, order_id, location_id, promised)
                if (promised := ready_about[location_id, made])
                else FulfilmentAsked(fulfilment_id, order_id, location_id)
                for (location_id, made), fulfilment_id in fulfilments.items()
                if placing.method != "counter" and not made
            ),
            *(
                LineToMake(line_id, order_id, line.location_id, line.workshop_id, line.make_by)
                for line_id, line in zip(ids, lines, strict=True)
                if line.make_by and line.workshop_id
            ),
        ],
    )
    return fresh


def _channel(placing: Placing, line: PlacingLine, seller: Sold | None) -> str:
    """An advisor's sale by link is of the advisor's own boutique, or of the endless aisle where another place gives the piece.

    What the desk sold is of the phone, whoever gives it.
    """
    if placing.method == "counter":
        return "boutique"
    if seller is None:
        return "reserve" if placing.method == "reserve" else "web"
    if seller.location_id is None:
        return "phone"
    return "pay_by_link" if line.location_id == seller.location_id else "endless_aisle"


async def placed(conn: Conn, *, maison_id: UUID, checkout_id: UUID) -> PlacedOrder | None:
    """The order of this checkout at this maison, if there is one."""
    return await maybe(
        conn,
        PlacedOrder,
        "select id, number from orders.order where maison_id = %(maison_id)s and checkout_id = %(checkout_id)s",
        maison_id=maison_id,
        checkout_id=checkout_id,
    )
