"""What the holder of an order's link may see of it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many, maybe
from enfilade.base.money import Money
from enfilade.base.secrets import hashed
from enfilade.orders.cancellation import OPEN
from enfilade.orders.withdrawal import AT_A_PLACE, in_europe


@dataclass(frozen=True, slots=True)
class Opened:
    """The order behind a link, and where it stands."""

    maison_id: UUID
    region: str
    order_id: UUID


@dataclass(frozen=True, slots=True)
class Order:
    """The order with its maison's look."""

    id: UUID
    number: str
    method: str
    state: str
    currency: str
    total_minor: int
    paid: bool
    placed_at: datetime
    name: str
    collector_name: str
    gift_words: str | None
    address: dict[str, str] | None
    maison_slug: str
    maison_name: str
    maison_theme: dict[str, object]
    maison_wordmark: str
    delivery: str | None
    delivery_minor: int
    promised_on: date | None
    duty_minor: int
    at_door: bool
    #: Of its market.
    countries: list[str]

    @property
    def withdrawable(self) -> bool:
        """Whether it may be withdrawn from by law, as long as its days last."""
        return self.method not in AT_A_PLACE and in_europe(self.countries)

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    def may_be_readdressed(self, lines: list["Line"]) -> bool:
        """Whether any of its lines is still to be sent."""
        return self.method == "ship" and any(line.state in OPEN for line in lines)


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate of a line's piece."""

    id: UUID
    serial: str
    void: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of the order, with the fulfilment it is in now and its place."""

    id: UUID
    name: str
    colour: str
    size: str
    quantity: int
    returned: int
    total_minor: int
    state: str
    slug: str | None
    picture: str
    fulfilment_id: UUID | None
    fulfilment_state: str | None
    ready_at: datetime | None
    collect_by: datetime | None
    on_my_way_at: datetime | None
    ready_about: datetime | None
    tracking: str | None
    tracking_url: str | None
    standing: str | None
    standing_at: datetime | None
    location_id: UUID | None
    location_kind: str | None
    location_name: str | None
    address: str | None
    postcode: str | None
    city: str | None
    zone: str | None
    phone: str | None
    cancelled: bool
    wished: bool
    closed: bool
    closed_until: datetime | None
    seller: dict[str, str] | None
    certificates_json: str
    #: The words cut on it, '' for none or where they are erased; since when, and until which day.
    engraving: str
    lettering: str
    engrave_by: date | None
    engraving_begun: bool
    engraved: bool

    @property
    def certificates(self) -> list[Certified]:
        """Of its pieces, the one that stands first."""
        return msgspec.json.decode(self.certificates_json, type=list[Certified])

    @property
    def may_be_cancelled(self) -> bool:
        """Whether it has not left, nothing is cut on it, and nothing is wished of it yet."""
        return self.state in OPEN and not self.wished and not self.engraving_begun


async def opened(db: Db, secret: str) -> Opened | None:
    """The order this link opens, or None."""
    async with db.door() as conn:
        return await maybe(
            conn,
            Opened,
            "select maison_id, region, order_id from door.order_of_link(%(link)s)",
            link=hashed(secret),
        )


def actor(found: Opened) -> Actor:
    """Who looks: the holder of the link of this order, and of no other."""
    return Actor.link(found.order_id)


async def order(conn: Conn, *, maison_id: UUID, order_id: UUID) -> Order | None:
    """The order itself."""
    return await maybe(
        conn,
        Order,
        """
        select o.id, o.number, o.method, o.state, o.currency, o.total_minor, o.payment_id is not null and o.method <> 'counter'
            as paid, o.placed_at, c.name, c.collector_name, c.gift_words, c.address,
          m.slug as maison_slug, m.name as maison_name, m.theme as maison_theme, m.wordmark as maison_wordmark,
          d.service as delivery, coalesce(d.total_minor, 0) as delivery_minor, d.promised_on, x.duty_minor, x.at_door,
          coalesce(k.countries, '{}') as countries
        from orders.order o
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        left join orders.delivery d on d.maison_id = o.maison_id and d.order_id = o.id
        cross join lateral (select coalesce(sum(l.duty_minor), 0)::bigint as duty_minor,
            coalesce(bool_or(l.duties = 'at_door'), false) as at_door
          from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id
            and l.state not in ('cancelled', 'refused')) x
        join public_facts.maison m on m.maison_id = o.maison_id
        left join public_facts.market k on k.maison_id = o.maison_id and k.code = o.market
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


async def lines(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Line]:
    """Its pieces, those of one fulfilment together."""
    return await many(
        conn,
        Line,
        """
        select l.id, l.name, l.colour, l.size, l.quantity, l.returned, l.total_minor, l.state, p.slug,
          coalesce(p.pictures -> 0 ->> 'name', '') as picture,
          f.id as fulfilment_id, f.state as fulfilment_state, f.ready_at, f.collect_by, f.on_my_way_at, f.ready_about, f.tracking,
          k.url as tracking_url, k.standing, k.standing_at,
          b.id as location_id, b.kind as location_kind, b.name as location_name, b.address, b.postcode, b.city,
          b.zone, b.phone, coalesce(x.cancelled, false) as cancelled, coalesce(x.wished, false) as wished,
          shut.closed, shut.closed_until,
          l.seller,
          coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'serial', t.serial, 'void', t.void_since is not null)
              order by t.void_since desc nulls first, t.serial)
            from orders.certificate t where t.maison_id = l.maison_id and t.order_line_id = l.id), '[]')::text
            as certificates_json,
          l.engraving, l.lettering, l.engrave_by, l.engraving_begun_at is not null as engraving_begun,
          l.engraved_at is not null as engraved
        from orders.order_line l
        left join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
        left join carriers.label k on k.maison_id = f.maison_id and k.cause_id = f.id and k.purpose = 'out' and k.state = 'made'
          and k.tracking = f.tracking and f.state = 'dispatched'
        left join public_facts.boutique b on b.id = f.location_id
        left join public_facts.variant v on v.id = l.variant_id
        left join public_facts.product p on p.id = v.product_id
        left join lateral (select bool_or(c.outcome = 'cancelled') as cancelled, bool_or(c.outcome is null) as wished
          from orders.cancellation_line c where c.maison_id = l.maison_id and c.order_line_id = l.id) x on true
        cross join lateral (
          select count(*) > 0 as closed, case when count(*) = count(c.ends_at) then max(c.ends_at) end as closed_until
          from public_facts.closure c where c.location_id = f.location_id and f.method = any(c.stops)
            and c.starts_at <= now() and (c.ends_at is null or c.ends_at > now())) shut
        where l.maison_id = %(maison_id)s and l.order_id = %(order_id)s
        order by f.asked_at desc nulls last, f.id, l.id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
