"""What a client may see of appointments: the one behind their link with its pieces, and those of a signed-in client."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from enfilade.base.db import Conn, many, maybe, scalar
from enfilade.base.secrets import hashed

#: So long after its end a link still opens what was.
SPENT_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Other:
    """Another time kept for it until `answer_by`, at a place (name, address, city); `zone` is that place's."""

    id: UUID
    place: str
    zone: str
    starts_at: datetime
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """An appointment as its client sees it, in the page's language, with its maison's look; `name` '' when it was forgotten.

    `alternative`: open, lapsed or nowhere, where it cannot be at its own time.
    """

    id: UUID
    number: str
    state: str
    sequence: int
    service_id: UUID
    service_code: str
    service: str
    service_words: str
    service_language: str
    location_id: UUID
    location_name: str
    address: str
    postcode: str
    city: str
    phone: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    asked_language: str
    cancel_until_minutes: int
    late_minutes: int
    by_maison: bool
    name: str
    mail: str
    maison_slug: str
    maison_name: str
    maison_theme: dict[str, Any]
    maison_wordmark: str
    alternative: str | None
    alternative_id: UUID | None
    alternative_place: str | None
    alternative_zone: str | None
    alternative_at: datetime | None
    answer_by: datetime | None

    @property
    def cannot_be(self) -> bool:
        """Whether the boutique is closed then, and nobody has found another time yet."""
        return self.state == "booked" and self.alternative is not None

    @property
    def other(self) -> Other | None:
        """The time that is proposed instead."""
        if (
            self.alternative_id
            and self.alternative_zone
            and self.alternative_at
            and self.answer_by
            and self.cannot_be
        ):
            return Other(
                self.alternative_id,
                self.alternative_place or "",
                self.alternative_zone,
                self.alternative_at,
                self.answer_by,
            )
        return None

    def changeable(self, now: datetime) -> bool:
        """Whether its client may still move or cancel it alone."""
        return self.state == "booked" and (now <= self.change_until or self.cannot_be)

    @property
    def change_until(self) -> datetime:
        """The last moment for that."""
        return self.starts_at - timedelta(minutes=self.cancel_until_minutes)

    def spent(self, now: datetime) -> bool:
        """Whether its link opens nothing any more."""
        return self.ends_at + SPENT_AFTER < now


@dataclass(frozen=True, slots=True)
class Tried:
    """A piece to be tried; `held`: it is set aside; `brought`: it comes from elsewhere; `lacking`: it cannot be there by then."""

    variant_id: UUID
    slug: str
    name: str
    text_language: str
    colour: str
    size: str
    pictures: list[Any]
    held: bool
    brought: bool
    lacking: str


async def kept(conn: Conn, *, maison_id: UUID, appointment_id: UUID, language: str) -> Kept | None:
    """The one of this id, as whoever holds its link may see it."""
    return await maybe(
        conn,
        Kept,
        """
        select a.id, a.number, a.state, a.sequence, a.service_id, s.code as service_code, t.name as service,
          t.words as service_words, t.language as service_language, a.location_id, b.name as location_name, b.address,
          b.postcode, b.city, b.phone, a.zone, a.starts_at, a.ends_at, a.asked_language, s.cancel_until_minutes,
          s.late_minutes, a.ended_by is not null as by_maison, coalesce(c.name, '') as name, coalesce(c.mail, '') as mail,
          m.slug as maison_slug, m.name as maison_name, m.theme as maison_theme, m.wordmark as maison_wordmark,
          w.state as alternative, w.id as alternative_id, w.place as alternative_place, w.zone as alternative_zone,
          w.starts_at as alternative_at, w.answer_by
        from appointments.appointment a
        join appointments.service s on s.maison_id = a.maison_id and s.id = a.service_id
        join public_facts.maison m on m.maison_id = a.maison_id
        join public_facts.boutique b on b.id = a.location_id
        left join appointments.contact c on c.maison_id = a.maison_id and c.appointment_id = a.id
        left join lateral (select x.state, case when x.state = 'open' then x.id end as id, x.zone, x.starts_at, x.answer_by,
            concat_ws(', ', o.name, nullif(o.address, ''), o.city) as place
          from appointments.alternative x left join public_facts.boutique o on o.id = x.location_id
          where x.maison_id = a.maison_id and x.appointment_id = a.id and x.state in ('open', 'lapsed', 'nowhere')) w on true
        cross join lateral (select x.language, x.name, x.words from appointments.service_text x
          where x.maison_id = a.maison_id and x.service_id = a.service_id
          order by x.language = %(language)s desc, x.language = 'en' desc, x.language limit 1) t
        where a.maison_id = %(maison_id)s and a.id = %(appointment_id)s
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
        language=language,
    )


async def pieces(conn: Conn, *, maison_id: UUID, appointment_id: UUID, language: str) -> list[Tried]:
    """Its pieces, in the order they were chosen."""
    return await many(
        conn,
        Tried,
        """
        select x.variant_id, p.slug, coalesce(t.name, p.slug) as name, coalesce(t.language, '') as text_language, v.colour,
          v.size, p.pictures, exists (select 1 from stock.hold h where h.maison_id = x.maison_id
            and h.holder_id = x.appointment_id and h.variant_id = x.variant_id and h.purpose = 'appointment') as held,
          x.transfer_id is not null as brought, coalesce(x.lacking, '') as lacking
        from appointments.piece x
        join public_facts.variant v on v.id = x.variant_id
        join public_facts.product p on p.id = v.product_id
        left join lateral (select y.name, y.language from public_facts.product_text y where y.product_id = v.product_id
          order by y.language = %(language)s desc, y.language = 'en' desc, y.language limit 1) t on true
        where x.maison_id = %(maison_id)s and x.appointment_id = %(appointment_id)s order by x.place
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
        language=language,
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place on the waitlist of a full day, with its maison's look; `starts_at`, `answer_by`: of the time kept, else None."""

    id: UUID
    state: str
    on: date
    service: str
    service_language: str
    location_name: str
    city: str
    zone: str
    starts_at: datetime | None
    answer_by: datetime | None
    maison_slug: str
    maison_name: str
    maison_theme: dict[str, Any]
    maison_wordmark: str

    def spent(self, now: datetime) -> bool:
        """Whether its link opens nothing any more."""
        return datetime.combine(self.on, time(), UTC) + SPENT_AFTER < now


async def waiting(conn: Conn, *, maison_id: UUID, waiting_id: UUID, language: str) -> Waiting | None:
    """The one of this id, as whoever holds its link may see it."""
    return await maybe(
        conn,
        Waiting,
        """
        select w.id, w.state, w.on_day as on, t.name as service, t.language as service_language, b.name as location_name, b.city,
          b.zone, p.starts_at, p.answer_by, m.slug as maison_slug, m.name as maison_name, m.theme as maison_theme,
          m.wordmark as maison_wordmark
        from appointments.waiting w
        join public_facts.maison m on m.maison_id = w.maison_id
        join public_facts.boutique b on b.id = w.location_id
        left join appointments.alternative p on p.maison_id = w.maison_id and p.waiting_id = w.id and p.state = 'open'
        cross join lateral (select x.language, x.name from appointments.service_text x
          where x.maison_id = w.maison_id and x.service_id = w.service_id
          order by x.language = %(language)s desc, x.language = 'en' desc, x.language limit 1) t
        where w.maison_id = %(maison_id)s and w.id = %(waiting_id)s
        """,
        maison_id=maison_id,
        waiting_id=waiting_id,
        language=language,
    )


async def receives(conn: Conn, *, location_id: UUID, on: date) -> bool:
    """Whether the boutique is open on that day of its calendar, for appointments too."""
    return await scalar(
        conn,
        """
        select exists (select 1 from public_facts.opening o join public_facts.boutique b on b.id = o.location_id
          where o.location_id = %(location_id)s and (o.opens_at at time zone b.zone)::date = %(on)s
            and not exists (select 1 from public_facts.closure c where c.location_id = o.location_id
              and 'appointments' = any(c.stops) and c.starts_at <= o.opens_at and coalesce(c.ends_at, 'infinity') >= o.closes_at))
        """,
        location_id=location_id,
        on=on,
    )


@dataclass(frozen=True, slots=True)
class Own:
    """One of a signed-in client’s appointments, in their account."""

    id: UUID
    maison_name: str
    state: str
    service: str
    location_name: str
    city: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    pieces: int


async def of_session(conn: Conn, *, secret: str, language: str, now: datetime) -> list[Own]:
    """What the client of the session has made, the latest first."""
    return await many(
        conn,
        Own,
        """
        select id, maison_name, state, service, location_name, city, zone, starts_at, ends_at, pieces
        from door.appointments_of_session(%(token)s, %(now)s, %(language)s)
        """,
        token=hashed(secret),
        now=now,
        language=language,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A boutique that offers the service; `has`: how many of the pieces asked about are free there."""

    id: UUID
    name: str
    country: str
    city: str
    postcode: str
    address: str
    phone: str
    zone: str
    distance_km: float | None
    has: int

    @property
    def said(self) -> str:
        """Lyon, rue de la République: boutiques are often named by their street alone."""
        return self.name if self.city.casefold() in self.name.casefold() else f"{self.city}, {self.name}"


async def places(
    conn: Conn,
    *,
    maison_id: UUID,
    service_id: UUID,
    variant_ids: list[UUID],
    latitude: float,
    longitude: float,
    most: int,
) -> list[Place]:
    """Those that offer it: with most of the pieces first, then the nearest; `most` of them."""
    return await many(
        conn,
        Place,
        """
        select b.id, b.name, b.country, b.city, b.postcode, b.address, b.phone, b.zone,
          public_facts.distance_km(%(latitude)s, %(longitude)s, b.latitude, b.longitude) as distance_km,
          (select count(*) from public_facts.availability x where x.maison_id = b.maison_id and x.location_id = b.id
            and x.variant_id = any(%(variants)s::uuid[]) and x.reserve > 0) as has
        from appointments.service_at a
        join public_facts.boutique b on b.id = a.location_id and b.maison_id = a.maison_id
        where a.maison_id = %(maison_id)s and a.service_id = %(service_id)s
        order by has desc, distance_km, b.city, b.name, b.id limit %(most)s
        """,
        maison_id=maison_id,
        service_id=service_id,
        variants=variant_ids,
        latitude=latitude,
        longitude=longitude,
        most=most,
    )


async def place(conn: Conn, *, maison_id: UUID, service_id: UUID, location_id: UUID) -> Place | None:
    """One of them."""
    return await maybe(
        conn,
        Place,
        """
        select b.id, b.name, b.country, b.city, b.postcode, b.address, b.phone, b.zone, null::float8 as distance_km, 0 as has
        from appointments.service_at a
        join public_facts.boutique b on b.id = a.location_id and b.maison_id = a.maison_id
        where a.maison_id = %(maison_id)s and a.service_id = %(service_id)s and a.location_id = %(location_id)s
        """,
        maison_id=maison_id,
        service_id=service_id,
        location_id=location_id,
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A piece somebody wishes to try, as published; `here`: free in the boutique asked about; `brought`: it can be brought."""

    variant_id: UUID
    slug: str
    name: str
    text_language: str
    colour: str
    size: str
    pictures: list[Any]
    here: bool
    brought: bool = False


async def wanted(
    conn: Conn, *, maison_id: UUID, variant_ids: list[UUID], location_id: UUID | None, language: str
) -> list[Wanted]:
    """The maison's own among them, in their order; what it does not show is left out."""
    return await many(
        conn,
        Wanted,
        """
        select v.id as variant_id, p.slug, coalesce(t.name, p.slug) as name, coalesce(t.language, '') as text_language,
          v.colour, v.size, p.pictures, exists (select 1 from public_facts.availability x where x.maison_id = v.maison_id
            and x.location_id = %(location_id)s::uuid and x.variant_id = v.id and x.reserve > 0) as here
        from unnest(%(variants)s::uuid[]) with ordinality as w(id, place)
        join public_facts.variant v on v.id = w.id and v.maison_id = %(maison_id)s
        join public_facts.product p on p.id = v.product_id
        left join lateral (select y.name, y.language from public_facts.product_text y where y.product_id = v.product_id
          order by y.language = %(language)s desc, y.language = 'en' desc, y.language limit 1) t on true
        order by w.place
        """,
        maison_id=maison_id,
        variants=variant_ids,
        location_id=location_id,
        language=language,
    )


@dataclass(frozen=True, slots=True)
class Named:
    """An advisor who may be chosen by name."""

    id: UUID
    shown_name: str
    languages: list[str]


async def advisors(conn: Conn, *, maison_id: UUID, service_id: UUID, location_id: UUID) -> list[Named]:
    """Those of the boutique who can do the service, by name."""
    return await many(
        conn,
        Named,
        """
        select id, shown_name, languages
        from door.advisors_by_name(%(maison_id)s::uuid, %(service_id)s::uuid, %(location_id)s::uuid)
        """,
        maison_id=maison_id,
        service_id=service_id,
        location_id=location_id,
    )
