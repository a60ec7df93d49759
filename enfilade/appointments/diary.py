"""The diary of a boutique: who comes on a day, to whom, for what, and what does not fit any more."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

from enfilade.base.db import Conn, many, maybe

DAY_MAX = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece to be tried, or what became of it."""

    appointment_id: UUID
    variant_id: UUID
    name: str
    sku: str
    colour: str
    size: str
    picture: str
    held: bool
    result: str | None
    #: How far the transfer is that brings it, '' where none does any more; from which place; whether it cannot be there by then.
    brought: str
    brought_from: str
    lacking: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment in the diary; the visitor's name is '' when it was erased.

    `unkept`: its advisor is away, gone or not on duty then, or the boutique is closed, or `lacking`: a piece that was to be
    brought cannot be there. Somebody has to call. `answer_by`: another
    time was proposed, and is kept until then for the client to answer.
    """

    id: UUID
    number: str
    state: str
    sequence: int
    service_id: UUID
    service: str
    location_id: UUID
    location_name: str
    zone: str
    wall: datetime
    starts_at: datetime
    ends_at: datetime
    advisor: str
    room: str
    language: str
    name: str
    mail: str
    phone: str
    words: str
    answers: list[list[str]]
    noted: str
    unkept: bool
    lacking: bool
    answer_by: datetime | None


_READ: LiteralString = """
  select a.id, a.number, a.state, a.sequence, a.service_id, t.name as service, a.location_id, l.name as location_name, a.zone,
    a.wall, a.starts_at, a.ends_at, p.name as advisor, coalesce(s.room, '') as room, a.language,
    coalesce(c.name, '') as name, coalesce(c.mail, '') as mail, coalesce(c.phone, '') as phone,
    coalesce(c.words, '') as words, coalesce(c.answers, '[]') as answers, coalesce(c.noted, '') as noted,
    a.state = 'booked' and (not p.active
      or not exists (select 1 from appointments.shift h where h.maison_id = a.maison_id and h.staff_id = a.staff_id
        and h.location_id = a.location_id and h.during @> a.busy)
      or exists (select 1 from appointments.absence b where b.maison_id = a.maison_id and b.staff_id = a.staff_id
        and b.during && a.busy)
      or not exists (select 1 from public_facts.opening o where o.location_id = a.location_id
        and o.opens_at <= a.starts_at and o.closes_at >= a.ends_at)
      or exists (select 1 from public_facts.closure k where k.location_id = a.location_id and 'appointments' = any(k.stops)
        and k.starts_at < a.ends_at and coalesce(k.ends_at, 'infinity') > a.starts_at)
      or m.lacking) and w.answer_by is null as unkept, a.state = 'booked' and m.lacking as lacking,
    w.answer_by
  from appointments.appointment a
  join boutiques.location l on l.maison_id = a.maison_id and l.id = a.location_id
  join staff.person p on p.maison_id = a.maison_id and p.id = a.staff_id
  left join appointments.seat s on s.maison_id = a.maison_id and s.id = a.seat_id
  left join appointments.contact c on c.maison_id = a.maison_id and c.appointment_id = a.id
  left join appointments.alternative w on w.maison_id = a.maison_id and w.appointment_id = a.id and w.state = 'open'
  cross join lateral (select exists (select 1 from appointments.piece x where x.maison_id = a.maison_id
    and x.appointment_id = a.id and x.lacking = 'open') as lacking) m
  cross join lateral (select x.name from appointments.service_text x
    where x.maison_id = a.maison_id and x.service_id = a.service_id
    order by x.language = 'en' desc, x.language limit 1) t
"""


async def day(conn: Conn, *, maison_id: UUID, location_id: UUID, day: date) -> list[Entry]:
    """Those of one day by the boutique's clock, without the cancelled, in their order."""
    return await many(
        conn,
        Entry,
        f"""
        {_READ}
        where a.maison_id = %(maison_id)s and a.location_id = %(location_id)s and a.wall >= %(day)s::date
          and a.wall < %(day)s::date + 1 and a.state <> 'cancelled'
          -- The points in time are within fifteen hours of the wall’s; these an index finds.
          and a.starts_at >= (%(day)s::date - 1)::timestamp at time zone 'UTC'
          and a.starts_at < (%(day)s::date + 2)::timestamp at time zone 'UTC'
        order by a.starts_at, a.id limit %(most)s
        """,
        maison_id=maison_id,
        location_id=location_id,
        day=day,
        most=DAY_MAX,
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who waits for a time on a full day. `part`: see `nearest.part`; `answer_by`: of the time kept for them, else None."""

    id: UUID
    name: str
    mail: str
    service: str
    part: int | None
    zone: str
    asked_at: datetime
    answer_by: datetime | None


async def waiting(conn: Conn, *, maison_id: UUID, location_id: UUID, day: date) -> list[Waiting]:
    """The waitlists of a day, in order."""
    return await many(
        conn,
        Waiting,
        """
        select w.id, w.name, w.mail, t.name as service, w.part, l.zone, w.asked_at, p.answer_by
        from appointments.waiting w
        join boutiques.location l on l.maison_id = w.maison_id and l.id = w.location_id
        left join appointments.alternative p on p.maison_id = w.maison_id and p.waiting_id = w.id and p.state = 'open'
        cross join lateral (select x.name from appointments.service_text x
          where x.maison_id = w.maison_id and x.service_id = w.service_id
          order by x.language = 'en' desc, x.language limit 1) t
        where w.maison_id = %(maison_id)s and w.location_id = %(location_id)s and w.on_day = %(day)s and w.ended_at is null
        order by w.asked_at, w.id limit %(most)s
        """,
        maison_id=maison_id,
        location_id=location_id,
        day=day,
        most=DAY_MAX,
    )


async def unkept(conn: Conn, *, maison_id: UUID, location_id: UUID, now: datetime) -> list[Entry]:
    """What is booked from now on and does not fit any more, or was and nobody has called about; soonest first."""
    return await many(
        conn,
        Entry,
        f"""
        select * from ({_READ}
          where a.maison_id = %(maison_id)s and a.location_id = %(location_id)s and a.state = 'booked'
            and (a.starts_at > %(now)s or exists (select 1 from appointments.alternative x
              where x.maison_id = a.maison_id and x.appointment_id = a.id and x.state in ('lapsed', 'nowhere')))) e
        where e.unkept order by e.starts_at, e.id limit %(most)s
        """,
        maison_id=maison_id,
        location_id=location_id,
        now=now,
        most=DAY_MAX,
    )


async def entry(conn: Conn, *, maison_id: UUID, appointment_id: UUID) -> Entry | None:
    """One of them."""
    found = await many(
        conn,
        Entry,
        f"{_READ} where a.maison_id = %(maison_id)s and a.id = %(appointment_id)s",
        maison_id=maison_id,
        appointment_id=appointment_id,
    )
    return found[0] if found else None


async def pieces(conn: Conn, *, maison_id: UUID, appointment_ids: list[UUID]) -> list[Piece]:
    """The pieces of these, in the order they were asked for."""
    return await many(
        conn,
        Piece,
        """
        select x.appointment_id, x.variant_id, coalesce(t.name, '') as name, v.sku, coalesce(f.colour, '') as colour,
          coalesce(f.size, '') as size, coalesce(g.name, '') as picture,
          exists (select 1 from stock.hold h where h.maison_id = x.maison_id and h.holder_id = x.appointment_id
            and h.variant_id = x.variant_id and h.purpose = 'appointment') as held, x.result,
          coalesce(case when b.ended_at is null and b.keeps_until is not null then b.state end, '') as brought,
          coalesce(l.name, '') as brought_from, x.lacking is not null as lacking
        from appointments.piece x
        left join stock.transfer b on b.maison_id = x.maison_id and b.id = x.transfer_id
        left join boutiques.location l on l.maison_id = b.maison_id and l.id = b.from_location_id
        join catalogue.variant v on v.maison_id = x.maison_id and v.id = x.variant_id
        left join public_facts.variant f on f.id = x.variant_id
        left join lateral (select y.name from public_facts.product_text y where y.product_id = v.product_id
          order by y.language = 'en' desc, y.language limit 1) t on true
        left join lateral (select y.name from catalogue.picture y where y.maison_id = v.maison_id
          and y.product_id = v.product_id order by y.position limit 1) g on true
        where x.maison_id = %(maison_id)s and x.appointment_id = any(%(ids)s::uuid[]) order by x.appointment_id, x.place
        """,
        maison_id=maison_id,
        ids=appointment_ids,
    )


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a colleague books: the boutique’s clock, the maison’s own store, the market of its country."""

    zone: str
    store_id: UUID
    market: str


async def counter(conn: Conn, *, maison_id: UUID, location_id: UUID) -> Counter | None:
    """None where the maison has no store, or the boutique is in no market of it."""
    return await maybe(
        conn,
        Counter,
        """
        select l.zone, s.id as store_id, k.code as market from boutiques.location l
        join public_facts.store s on s.maison_id = l.maison_id
        join public_facts.market k on k.maison_id = l.maison_id and l.country = any(k.countries)
        where l.maison_id = %(maison_id)s and l.id = %(location_id)s order by s.id, k.code limit 1
        """,
        maison_id=maison_id,
        location_id=location_id,
    )


class NoSuchPiece(Exception):
    """A SKU that the maison does not have."""

    def __init__(self) -> None:
        super().__init__("There is no piece of this SKU")


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant by what is printed on its label."""

    id: UUID
    sku: str


async def variants(conn: Conn, *, maison_id: UUID, skus: list[str]) -> list[Variant]:
    """Those of these SKUs that the maison has."""
    return await many(
        conn,
        Variant,
        "select id, sku from catalogue.variant where maison_id = %(maison_id)s and sku = any(%(skus)s::text[])",
        maison_id=maison_id,
        skus=skus,
    )
