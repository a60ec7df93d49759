"""What the boutique's screens read of transfers: those of one's places, one of them with its pieces, and who else has a piece."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.staff.people import Colleague
from enfilade.stock.transfers import NoSuchTransfer

LISTED_MAX = 100
FOUND_MAX = 40
#: How long what ended is shown still.
ENDED_SHOWN = timedelta(days=2)
#: A parcel so many days after it was expected is late.
LATE_DAYS = 2


@dataclass(frozen=True, slots=True)
class Listed:
    """A transfer on a list. `pieces` are those that count now: asked, packed, or in transit."""

    id: UUID
    state: str
    reason: str
    from_location_id: UUID
    from_name: str
    to_location_id: UUID
    to_name: str
    to_zone: str
    first_piece: str
    picture: str
    lines: int
    pieces: int
    asked_at: datetime
    sent_at: datetime | None
    expected_on: date | None
    ended_at: datetime | None

    def late(self, today: date) -> bool:
        """Whether somebody should ask the carrier."""
        return self.state == "sent" and self.expected_on is not None and today > self.expected_on


async def listed(conn: Conn, *, maison_id: UUID, by: Colleague, now: datetime) -> list[Listed]:
    """The open transfers from and to `by`'s places, the oldest first, and those that ended a moment ago."""
    return await many(
        conn,
        Listed,
        """
        select t.id, t.state, t.reason, t.from_location_id, f.name as from_name, t.to_location_id, g.name as to_name,
          g.zone as to_zone, coalesce(l.first_piece, '') as first_piece, coalesce(l.picture, '') as picture, l.lines, l.pieces,
          t.asked_at, t.sent_at, t.expected_on, t.ended_at
        from stock.transfer t
        join boutiques.location f on f.maison_id = t.maison_id and f.id = t.from_location_id
        join boutiques.location g on g.maison_id = t.maison_id and g.id = t.to_location_id
        cross join lateral (
          select count(*)::integer as lines, coalesce(sum(case t.state when 'asked' then x.asked
              when 'packed' then x.packed when 'sent' then x.sent - x.received - x.lost else greatest(x.received, x.asked) end),
              0)::integer as pieces,
            (array_agg(coalesce(n.name, p.handle) order by x.variant_id))[1] as first_piece,
            (array_agg(c.name order by x.variant_id))[1] as picture
          from stock.transfer_line x
          join catalogue.variant v on v.maison_id = x.maison_id and v.id = x.variant_id
          join catalogue.product p on p.maison_id = v.maison_id and p.id = v.product_id
          left join lateral (select y.name from catalogue.product_text y
            where y.maison_id = v.maison_id and y.product_id = v.product_id
            order by (y.language = 'en') desc, y.language limit 1) n on true
          left join lateral (select z.name from catalogue.picture z
            where z.maison_id = v.maison_id and z.product_id = v.product_id order by z.position limit 1) c on true
          where x.maison_id = t.maison_id and x.transfer_id = t.id) l
        where t.maison_id = %(maison_id)s and (t.ended_at is null or t.ended_at > %(since)s)
          and (%(everywhere)s or t.from_location_id = any(%(locations)s::uuid[]) or t.to_location_id = any(%(locations)s::uuid[]))
        order by t.ended_at nulls first, t.expected_on nulls last, t.asked_at, t.id
        limit %(most)s
        """,
        maison_id=maison_id,
        everywhere=by.role == "maison_manager",
        locations=sorted(by.location_ids),
        since=now - ENDED_SHOWN,
        most=LISTED_MAX,
    )


@dataclass(frozen=True, slots=True)
class MovedPiece:
    """A line as people look for it. `there` can be given by the origin now, what this transfer keeps included."""

    variant_id: UUID
    name: str
    colour: str
    size: str
    sku: str
    barcode: str
    picture: str
    asked: int
    packed: int
    sent: int
    received: int
    damaged: int
    lost: int
    kept: int
    there: int
    #: Where it is counted piece by piece: those kept for it, or on their way.
    serialised: bool
    serials: list[str]
    #: So many were cancelled when they were in the box: they are to be taken out.
    take_out: int

    @property
    def in_transit(self) -> int:
        """Sent, and nobody has said yet what became of them."""
        return self.sent - self.received - self.lost


@dataclass(frozen=True, slots=True)
class _Head:
    id: UUID
    state: str
    reason: str
    decline_reason: str
    from_location_id: UUID
    from_name: str
    to_location_id: UUID
    to_name: str
    to_zone: str
    asked_at: datetime
    asked_by_name: str
    packed_at: datetime | None
    packed_by_name: str
    sent_at: datetime | None
    sent_by_name: str
    expected_on: date | None
    ended_at: datetime | None
    ended_by_name: str


@dataclass(frozen=True, slots=True)
class Underway:
    """One transfer with its pieces; `ours_to_send` and `ours_to_receive` say which end the reader works at."""

    head: _Head
    pieces: list[MovedPiece]
    ours_to_send: bool
    ours_to_receive: bool


async def underway(conn: Conn, *, maison_id: UUID, by: Colleague, transfer_id: UUID) -> Underway:
    """Raises NoSuchTransfer, also when `by` works at neither place."""
    head = await maybe(
        conn,
        _Head,
        """
        select t.id, t.state, t.reason, coalesce(t.decline_reason, '') as decline_reason, t.from_location_id,
          f.name as from_name, t.to_location_id, g.name as to_name, g.zone as to_zone, t.asked_at,
          coalesce(a.name, '') as asked_by_name, t.packed_at, coalesce(p.name, '') as packed_by_name, t.sent_at,
          coalesce(s.name, '') as sent_by_name, t.expected_on, t.ended_at, coalesce(e.name, '') as ended_by_name
        from stock.transfer t
        join boutiques.location f on f.maison_id = t.maison_id and f.id = t.from_location_id
        join boutiques.location g on g.maison_id = t.maison_id and g.id = t.to_location_id
        left join staff.person a on a.maison_id = t.maison_id and a.id = t.asked_by
        left join staff.person p on p.maison_id = t.maison_id and p.id = t.packed_by
        left join staff.person s on s.maison_id = t.maison_id and s.id = t.sent_by
        left join staff.person e on e.maison_id = t.maison_id and e.id = t.ended_by
        where t.maison_id = %(maison_id)s and t.id = %(transfer_id)s
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
    )
    if head is None:
        raise NoSuchTransfer
    sends, receives = by.works_at(head.from_location_id), by.works_at(head.to_location_id)
    if not (sends or receives):
        raise NoSuchTransfer
    pieces = await many(
        conn,
        MovedPiece,
        """
        select x.variant_id, coalesce(n.name, p.handle) as name, v.colour, v.size, coalesce(v.sku, '') as sku,
          coalesce(v.barcode, '') as barcode, coalesce((select z.name from catalogue.picture z
            where z.maison_id = v.maison_id and z.product_id = v.product_id order by z.position limit 1), '') as picture,
          x.asked, x.packed, x.sent, x.received, x.damaged, x.lost,
          coalesce(h.quantity, a.quantity, 0) as kept,
          greatest(0, coalesce(q.on_hand - q.unavailable - q.allocated - q.held, 0)) + coalesce(h.quantity, a.quantity, 0)
            as there,
          coalesce(q.serialised, false) as serialised, case when q.serialised then array(select y.serial from stock.piece y
            where y.maison_id = x.maison_id and y.variant_id = x.variant_id
              and (y.transfer_id = x.transfer_id or y.hold_id = h.id
                or y.order_line_id = a.order_line_id and y.whereabouts = 'here')
            order by y.serial) else '{}' end as serials, x.take_out
        from stock.transfer_line x
        join catalogue.variant v on v.maison_id = x.maison_id and v.id = x.variant_id
        join catalogue.product p on p.maison_id = v.maison_id and p.id = v.product_id
        left join lateral (select y.name from catalogue.product_text y
          where y.maison_id = v.maison_id and y.product_id = v.product_id
          order by (y.language = 'en') desc, y.language limit 1) n on true
        left join stock.standing q on q.maison_id = x.maison_id and q.location_id = %(from_location_id)s
          and q.variant_id = x.variant_id
        left join stock.hold h on h.maison_id = x.maison_id and h.holder_id = x.transfer_id and h.variant_id = x.variant_id
        left join stock.allocation a on a.maison_id = x.maison_id and a.order_line_id = x.order_line_id
          and a.location_id = %(from_location_id)s
        where x.maison_id = %(maison_id)s and x.transfer_id = %(transfer_id)s
        order by name, v.sku, x.variant_id
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
        from_location_id=head.from_location_id,
    )
    return Underway(head, pieces, sends, receives)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """So many of a variant can be asked of a place."""

    variant_id: UUID
    name: str
    colour: str
    size: str
    sku: str
    picture: str
    location_id: UUID
    location_name: str
    city: str
    left: int


async def elsewhere(
    conn: Conn, *, maison_id: UUID, words: str, to_location_id: UUID, now: datetime
) -> list[Elsewhere]:
    """Who could give a piece to this place: by SKU or barcode, or words of its name."""
    return await many(
        conn,
        Elsewhere,
        """
        select v.id as variant_id, coalesce(n.name, p.handle) as name, v.colour, v.size, coalesce(v.sku, '') as sku,
          coalesce((select z.name from catalogue.picture z
            where z.maison_id = v.maison_id and z.product_id = v.product_id order by z.position limit 1), '') as picture,
          w.id as location_id, w.name as location_name, w.city, a.left
        from catalogue.variant v
        join catalogue.product p on p.maison_id = v.maison_id and p.id = v.product_id
        left join lateral (select y.name from catalogue.product_text y
          where y.maison_id = v.maison_id and y.product_id = v.product_id
          order by (y.language = 'en') desc, y.language limit 1) n on true
        join stock.standing q on q.maison_id = v.maison_id and q.variant_id = v.id and q.location_id <> %(to_location_id)s
        join boutiques.location w on w.maison_id = q.maison_id and w.id = q.location_id
        left join stock.exposure e on e.maison_id = q.maison_id and e.location_id = q.location_id
        cross join lateral (select stock.atp(q.on_hand, q.unavailable, q.allocated, q.held,
          case when q.held = 0 then 0 else (select coalesce(sum(h.quantity), 0)::integer from stock.hold h
            where h.maison_id = q.maison_id and h.location_id = q.location_id and h.variant_id = q.variant_id
              and h.expires_at <= %(now)s) end,
          coalesce(e.safety_ship, 0), coalesce(e.safety_ship_percent, 0)) as left) a
        where v.maison_id = %(maison_id)s and a.left > 0
          and (lower(v.sku) = lower(%(words)s::text) or v.barcode = %(words)s or exists (select 1 from catalogue.product_text y
            where y.maison_id = v.maison_id and y.product_id = v.product_id
              and position(lower(%(words)s::text) in lower(y.name)) > 0))
        order by name, v.sku, v.id, w.name, w.id
        limit %(most)s
        """,
        maison_id=maison_id,
        words=words.strip(),
        to_location_id=to_location_id,
        now=now,
        most=FOUND_MAX,
    )
