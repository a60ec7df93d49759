"""What the boutique's screens read: today's tasks, one preparation, what can still be undone, what is short."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.base.money import Money
from enfilade.orders.fulfilment import NoSuchFulfilment, NotYourBoutique
from enfilade.orders.requirements import Requirements, of_fulfilment
from enfilade.staff.people import Colleague

TASKS_MAX = 200


@dataclass(frozen=True, slots=True)
class Task:
    """One fulfilment on the list of the day. `zone` is the boutique's, in which its times are read."""

    id: UUID
    number: str
    method: str
    state: str
    location_name: str
    zone: str
    client_name: str
    pieces: int
    picked: int
    lines: int
    first_piece: str
    picture: str
    asked_at: datetime
    pick_by: datetime
    sla_minutes: int
    accepted_by_name: str
    collect_by: datetime | None
    on_my_way_at: datetime | None
    capture_after: datetime | None
    certain: bool
    to_put_away: int
    apart_piece: str
    ready_about: datetime | None
    #: Lines of it whose words are still to be cut.
    to_engrave: int
    #: Lines of it that a workshop still makes.
    to_make: int


async def tasks(conn: Conn, *, maison_id: UUID, by: Colleague, now: datetime) -> list[Task]:
    """Open work at `by`'s boutiques, most urgent first, what is to be put away, and the hand-overs that can still be undone."""
    return await many(
        conn,
        Task,
        """
        select f.id, o.number, f.method, f.state, p.name as location_name, p.zone,
          coalesce(nullif(c.collector_name, ''), c.name) as client_name,
          l.pieces, l.picked, l.lines, coalesce(l.first_piece, '') as first_piece, coalesce(g.name, '') as picture,
          f.asked_at, f.pick_by, t.pick_sla_minutes as sla_minutes, coalesce(s.name, '') as accepted_by_name,
          f.collect_by, f.on_my_way_at, f.capture_after,
          not exists (select 1 from orders.order_line ol
            join stock.position q on q.maison_id = ol.maison_id and q.location_id = f.location_id
              and q.variant_id = ol.variant_id
            where ol.maison_id = f.maison_id and ol.fulfilment_id = f.id and f.state = 'asked'
              and q.as_of < %(now)s::timestamptz - make_interval(mins => t.as_of_limit_minutes)) as certain,
          coalesce(a.lines, 0)::integer as to_put_away, coalesce(a.first_piece, '') as apart_piece,
          f.ready_about, l.to_engrave, l.to_make
        from orders.fulfilment f
        join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        join boutiques.location p on p.maison_id = f.maison_id and p.id = f.location_id
        join maisons.policy t on t.maison_id = f.maison_id
        left join staff.person s on s.maison_id = f.maison_id and s.id = f.accepted_by
        cross join lateral (
          select coalesce(sum(x.quantity), 0)::integer as pieces, count(*)::integer as lines,
            (count(*) filter (where x.state = 'picked'))::integer as picked,
            (count(*) filter (where x.lettering <> '' and x.engraved_at is null and x.state in ('sourced', 'picked')))::integer
              as to_engrave,
            (count(*) filter (where x.make_by is not null and x.made_at is null and x.state = 'sourced'))::integer as to_make,
            (array_agg(x.name order by x.id))[1] as first_piece, (array_agg(x.product_id order by x.id))[1] as product_id
          from orders.order_line x
          where x.maison_id = f.maison_id and x.fulfilment_id = f.id and x.state <> 'cancelled') l
        left join (select y.fulfilment_id, count(*) as lines, (array_agg(z.name order by z.id))[1] as first_piece
          from orders.putting_away y join orders.order_line z on z.maison_id = y.maison_id and z.id = y.order_line_id
          where y.maison_id = %(maison_id)s and y.done_at is null group by 1) a on a.fulfilment_id = f.id
        left join catalogue.picture g on g.maison_id = f.maison_id and g.product_id = l.product_id
          and g.position = (select min(h.position) from catalogue.picture h
            where h.maison_id = f.maison_id and h.product_id = l.product_id)
        where f.maison_id = %(maison_id)s
          and (%(everywhere)s or f.location_id = any(%(locations)s::uuid[]))
          and (f.state in ('asked', 'accepted', 'ready') or f.state = 'awaited'
            or f.capture_after > %(now)s and f.state <> 'dispatched'
            or f.id = any(array(select y.fulfilment_id from orders.putting_away y
              where y.maison_id = %(maison_id)s and y.done_at is null)))
        order by f.on_my_way_at nulls last, f.pick_by, f.id
        limit %(most)s
        """,
        maison_id=maison_id,
        everywhere=by.role == "maison_manager",
        locations=sorted(by.location_ids),
        now=now,
        most=TASKS_MAX,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    id: UUID


async def places_of(conn: Conn, *, maison_id: UUID, by: Colleague) -> frozenset[UUID]:
    """The locations whose news are for `by`: the posts, or all of the maison's for its manager."""
    if by.role != "maison_manager":
        return by.location_ids
    rows = await many(
        conn, _Place, "select id from boutiques.location where maison_id = %(maison_id)s", maison_id=maison_id
    )
    return frozenset(row.id for row in rows)


@dataclass(frozen=True, slots=True)
class Piece:
    """A line as the advisor looks for it."""

    id: UUID
    name: str
    brand: str
    colour: str
    size: str
    sku: str
    barcode: str
    quantity: int
    state: str
    total_minor: int
    picture: str
    to_put_away: bool
    #: Where it was brought from, '' where it lay here.
    came_from: str
    #: Where it is counted piece by piece: those promised to this line or sold by it, and others that could be taken here.
    serialised: bool
    serials: list[str]
    others: list[str]
    kinds: list[str]
    #: The age its client must have, by law.
    age_min: int | None
    #: The words to cut on it in `lettering`, '' for none or where they are erased; by which day; how far that is.
    engraving: str
    lettering: str
    engrave_by: date | None
    begun: bool
    engraved: bool

    @property
    def choice(self) -> list[str]:
        """The serials that may be taken for it, the promised ones first."""
        return [*self.serials, *self.others]


@dataclass(frozen=True, slots=True)
class _Head:
    id: UUID
    order_id: UUID
    number: str
    order_state: str
    method: str
    channel: str
    state: str
    location_id: UUID
    location_name: str
    location_city: str
    zone: str
    client_name: str
    collector_name: str
    gift_words: str | None
    phone: str
    address: dict[str, str] | None
    language: str
    currency: str
    paid: bool
    asked_at: datetime
    pick_by: datetime
    sla_minutes: int
    accepted_by: UUID | None
    accepted_by_name: str
    ended_by_name: str
    ended_at: datetime | None
    ready_at: datetime | None
    collect_by: datetime | None
    on_my_way_at: datetime | None
    capture_after: datetime | None
    code_hash: bytes | None
    tracking: str
    credited_minor: int
    credited_to: str
    ready_about: datetime | None


@dataclass(frozen=True, slots=True)
class Preparation:
    """One fulfilment with its pieces, for the screen that prepares it or hands it over."""

    head: _Head
    pieces: list[Piece]
    requires: Requirements | None = None

    @property
    def credit(self) -> Money:
        """What this boutique is credited for it, tax included."""
        return Money(self.head.credited_minor, self.head.currency)

    @property
    def age(self) -> int | None:
        """The age the client must have to take what is picked."""
        return max((piece.age_min for piece in self.picked if piece.age_min), default=None)

    @property
    def left(self) -> list[Piece]:
        """Still to pick."""
        return [piece for piece in self.pieces if piece.state == "sourced"]

    @property
    def picked(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.state == "picked"]

    @property
    def open(self) -> list[Piece]:
        """Still wanted: picked or to pick."""
        return [piece for piece in self.pieces if piece.state in ("sourced", "picked")]

    @property
    def to_put_away(self) -> list[Piece]:
        """Cancelled, and still apart."""
        return [piece for piece in self.pieces if piece.to_put_away]

    @property
    def to_engrave(self) -> list[Piece]:
        """Picked, and their words not cut yet."""
        return [piece for piece in self.picked if piece.lettering and not piece.engraved]

    @property
    def collector(self) -> str:
        """Whose name is checked at the counter, and is on the parcel."""
        return self.head.collector_name or self.head.client_name


async def preparation(conn: Conn, *, maison_id: UUID, by: Colleague, fulfilment_id: UUID) -> Preparation:
    """Raises NoSuchFulfilment, NotYourBoutique."""
    head = await maybe(
        conn,
        _Head,
        """
        select f.id, f.order_id, o.number, o.state as order_state, f.method, o.channel, f.state, f.location_id,
          p.name as location_name, p.city as location_city, p.zone, c.name as client_name, c.collector_name,
          c.gift_words, c.phone, c.address, o.language, o.currency, o.payment_id is not null as paid, f.asked_at, f.pick_by,
          t.pick_sla_minutes as sla_minutes, f.accepted_by, coalesce(s.name, '') as accepted_by_name,
          coalesce(e.name, '') as ended_by_name, f.ended_at, f.ready_at, f.collect_by, f.on_my_way_at,
          f.capture_after, f.code_hash, f.tracking,
          (select coalesce(sum(x.total_minor), 0)::bigint from orders.order_line x
            where x.maison_id = f.maison_id and x.fulfilment_id = f.id and x.state not in ('cancelled', 'refused')
              and coalesce(x.credited_location_id, f.location_id) = f.location_id) as credited_minor,
          coalesce((select n.name from orders.order_line x
            join staff.person n on n.maison_id = x.maison_id and n.id = x.credited_staff_id
            where x.maison_id = f.maison_id and x.fulfilment_id = f.id order by x.id limit 1), '') as credited_to,
          f.ready_about
        from orders.fulfilment f
        join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        join boutiques.location p on p.maison_id = f.maison_id and p.id = f.location_id
        join maisons.policy t on t.maison_id = f.maison_id
        left join staff.person s on s.maison_id = f.maison_id and s.id = f.accepted_by
        left join staff.person e on e.maison_id = f.maison_id and e.id = f.ended_by
        where f.maison_id = %(maison_id)s and f.id = %(fulfilment_id)s
        """,
        maison_id=maison_id,
        fulfilment_id=fulfilment_id,
    )
    if head is None:
        raise NoSuchFulfilment
    if not by.works_at(head.location_id):
        raise NotYourBoutique
    pieces = await many(
        conn,
        Piece,
        """
        select l.id, l.name, l.brand, l.colour, l.size, l.sku, coalesce(v.barcode, '') as barcode, l.quantity,
          l.state, l.total_minor, coalesce((select g.name from catalogue.picture g
            where g.maison_id = l.maison_id and g.product_id = l.product_id order by g.position limit 1), '') as picture,
          a.order_line_id is not null as to_put_away, coalesce(w.name, '') as came_from,
          coalesce(q.serialised, false) as serialised,
          case when q.serialised then array(select x.serial from stock.piece x
            where x.maison_id = l.maison_id and x.order_line_id = l.id order by x.serial) else '{}' end as serials,
          case when q.serialised and l.state = 'sourced' then array(select x.serial from stock.piece x
            where x.maison_id = l.maison_id and x.location_id = f.location_id and x.variant_id = l.variant_id
              and x.whereabouts = 'here' and x.state is null and x.order_line_id is null order by x.serial limit 200)
            else '{}' end as others, coalesce(l.kinds, '{}') as kinds, l.age_min, l.engraving, l.lettering, l.engrave_by,
          l.engraving_begun_at is not null as begun, l.engraved_at is not null as engraved
        from orders.order_line l
        join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
        left join stock.position q on q.maison_id = l.maison_id and q.location_id = f.location_id
          and q.variant_id = l.variant_id
        left join catalogue.variant v on v.maison_id = l.maison_id and v.id = l.variant_id
        left join orders.putting_away a on a.maison_id = l.maison_id and a.order_line_id = l.id and a.done_at is null
        left join stock.transfer b on b.maison_id = l.maison_id and b.id = l.transfer_id
        left join boutiques.location w on w.maison_id = b.maison_id and w.id = b.from_location_id
        where l.maison_id = %(maison_id)s and l.fulfilment_id = %(fulfilment_id)s
        order by l.id
        """,
        maison_id=maison_id,
        fulfilment_id=fulfilment_id,
    )
    bound = any(piece.kinds for piece in pieces)
    return Preparation(
        head,
        pieces,
        await of_fulfilment(conn, maison_id=maison_id, fulfilment_id=fulfilment_id) if bound else None,
    )


def scanned(pieces: list[Piece], code: str) -> Piece | None:
    """The piece still to pick whose SKU or barcode was scanned or typed, or a serial that may be taken for it."""
    text = code.strip().casefold()
    return next(
        (
            one
            for one in pieces
            if one.state == "sourced"
            and text
            and (text in (one.sku.casefold(), one.barcode) or text.upper() in one.choice)
        ),
        None,
    )


@dataclass(frozen=True, slots=True)
class Missing:
    """A shortage as a person can look into it."""

    id: UUID
    location_name: str
    zone: str
    name: str
    colour: str
    size: str
    sku: str
    picture: str
    quantity: int
    cause: str
    recorded_at: datetime
    on_hand: int


async def missing(conn: Conn, *, maison_id: UUID, by: Colleague, most: int = 100) -> list[Missing]:
    """The open shortages at `by`'s boutiques, oldest first, with what stock says is there now."""
    return await many(
        conn,
        Missing,
        """
        select s.id, p.name as location_name, p.zone, coalesce(x.name, pr.handle) as name, v.colour, v.size,
          coalesce(v.sku, '') as sku, coalesce((select g.name from catalogue.picture g
            where g.maison_id = s.maison_id and g.product_id = v.product_id order by g.position limit 1), '') as picture,
          s.quantity, s.cause, s.recorded_at, coalesce(q.on_hand, 0) as on_hand
        from stock.shortage s
        join boutiques.location p on p.maison_id = s.maison_id and p.id = s.location_id
        join catalogue.variant v on v.maison_id = s.maison_id and v.id = s.variant_id
        join catalogue.product pr on pr.maison_id = v.maison_id and pr.id = v.product_id
        left join lateral (select name from catalogue.product_text n
          where n.maison_id = v.maison_id and n.product_id = v.product_id
          order by (n.language = 'en') desc, n.language limit 1) x on true
        left join stock.position q on q.maison_id = s.maison_id and q.location_id = s.location_id
          and q.variant_id = s.variant_id
        where s.maison_id = %(maison_id)s and s.resolved_at is null
          and (%(everywhere)s or s.location_id = any(%(locations)s::uuid[]))
        order by s.recorded_at, s.id limit %(most)s
        """,
        maison_id=maison_id,
        everywhere=by.role == "maison_manager",
        locations=sorted(by.location_ids),
        most=most,
    )
