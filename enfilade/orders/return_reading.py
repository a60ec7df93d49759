"""An order's returns as they are shown: to the client who announced them, to the boutique that takes them in, to the maison."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many, maybe


@dataclass(frozen=True, slots=True)
class Shown:
    """A return. `place` is where it was taken in, else where a parcel with it goes. `refund`: '' or the operation's state.

    `label_state`: '' where no carrier was asked for a label; `standing`: '' while it told nothing of the parcel.
    """

    id: UUID
    state: str
    place: str
    address: str
    country: str
    zone: str
    announced_at: datetime | None
    lapses_at: datetime | None
    received_at: datetime | None
    received_by: str
    late: bool
    value_minor: int
    refund_minor: int | None
    refund: str
    label_state: str
    tracking: str
    tracking_url: str
    standing: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """Pieces of a return: as announced (`disposition` and `reason` None), or as they were found."""

    return_id: UUID
    name: str
    colour: str
    size: str
    quantity: int
    disposition: str | None
    reason: str | None
    value_minor: int
    line_id: UUID
    #: What is wished in its place, '' for its money; how far that is (`orders.exchange`), why it ended, the order it became.
    instead_colour: str = ""
    instead_size: str = ""
    instead: str = ""
    because: str | None = None
    placed_number: str = ""
    placed_order_id: UUID | None = None
    exchanged_minor: int = 0

    @property
    def another(self) -> str:
        """The variant that is wished, or was."""
        return ", ".join(part for part in (self.instead_colour, self.instead_size) if part)


async def of_order(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Shown]:
    """The last first; withdrawn and lapsed ones too."""
    return await many(
        conn,
        Shown,
        """
        select r.id, r.state, coalesce(b.name, '') as place, concat_ws(', ', nullif(b.address, ''),
            nullif(concat_ws(' ', nullif(b.postcode, ''), b.city), '')) as address,
          coalesce(b.country, '') as country, coalesce(b.zone, 'UTC') as zone, r.announced_at, r.lapses_at, r.received_at,
          coalesce(s.name, '') as received_by, r.late, r.value_minor, r.refund_minor, coalesce(a.state, '') as refund,
          coalesce(k.state, '') as label_state, coalesce(k.tracking, '') as tracking, coalesce(k.url, '') as tracking_url,
          coalesce(k.standing, '') as standing
        from orders.return r
        left join boutiques.location b on b.maison_id = r.maison_id and b.id = coalesce(r.location_id, r.send_to_id)
        left join staff.person s on s.maison_id = r.maison_id and s.id = r.received_by
        left join orders.order o on o.maison_id = r.maison_id and o.id = r.order_id
        left join payments.operation a on a.maison_id = r.maison_id and a.payment_id = o.payment_id and a.kind = 'refund'
          and a.cause_id = r.id
        left join lateral (select l.state, l.tracking, l.url, l.standing from carriers.label l
          where l.maison_id = r.maison_id and l.cause_id = r.id and l.purpose = 'back' and l.state in ('asked', 'made', 'refused')
          order by l.asked_at desc limit 1) k on true
        where r.maison_id = %(maison_id)s and r.order_id = %(order_id)s
        order by coalesce(r.received_at, r.announced_at) desc, r.id desc
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


async def lines_of_order(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[ShownLine]:
    """What was found of each return; of those nobody has seen, what was announced."""
    return await many(
        conn,
        ShownLine,
        """
        select r.id as return_id, l.name, l.colour, l.size, f.quantity, f.disposition, f.reason,
          f.value_minor, l.id as line_id, coalesce(e.colour, '') as instead_colour, coalesce(e.size, '') as instead_size,
          coalesce(e.state, '') as instead, e.because, coalesce(e.placed_number, '') as placed_number, e.placed_order_id,
          coalesce(e.value_minor, 0)::bigint as exchanged_minor
        from orders.return r
        join lateral (
          select x.id, x.order_line_id, x.quantity, x.disposition, x.reason, x.value_minor from orders.return_line x
          where x.maison_id = r.maison_id and x.return_id = r.id
          union all
          select w.order_line_id, w.order_line_id, w.quantity, null, null, 0 from orders.return_wish w
          where w.maison_id = r.maison_id and w.return_id = r.id and r.state <> 'received') f on true
        join orders.order_line l on l.maison_id = r.maison_id and l.id = f.order_line_id
        left join lateral (
          select x.state, x.because, v.colour, v.size, x.placed_number, x.placed_order_id, x.value_minor
          from orders.exchange x
          left join public_facts.variant v on v.id = x.variant_id
          where x.maison_id = r.maison_id and x.return_id = r.id and x.order_line_id = l.id
            and x.because is distinct from 'client'
          order by x.wished_at desc, x.id desc limit 1) e on true
        where r.maison_id = %(maison_id)s and r.order_id = %(order_id)s order by r.id, f.id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


@dataclass(frozen=True, slots=True)
class Head:
    """The order a return belongs to, as the counter needs it: a name to greet, no address."""

    order_id: UUID
    number: str
    currency: str
    client_name: str
    paid: bool


async def head(conn: Conn, *, maison_id: UUID, order_id: UUID) -> Head | None:
    """None where this maison has no such order."""
    return await maybe(
        conn,
        Head,
        """
        select o.id as order_id, o.number, o.currency, c.name as client_name,
          o.payment_id is not null and o.method <> 'counter' as paid
        from orders.order o join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
