"""What the screens read of acts: those of one's places, and one of them with how far it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.closures.acts import NoSuchAct
from enfilade.closures.figures import Figures, figures
from enfilade.staff.people import Colleague

LISTED_MAX = 50
#: How long an act that is over is listed still.
OVER_SHOWN = timedelta(days=30)
IMPOSSIBLE_MAX = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """An act as far as it touches one's places. `open_places` are not over; the dates are of the first and the last of them."""

    id: UUID
    scope: str
    scope_value: str
    stops: list[str]
    reason: str
    first_place: str
    zone: str
    places: int
    open_places: int
    starts_at: datetime
    ends_at: datetime | None
    to_do: int
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A place of an act."""

    location_id: UUID
    name: str
    city: str
    zone: str
    starts_at: datetime
    ends_at: datetime | None
    reopened_at: datetime | None
    over_at: datetime | None


@dataclass(frozen=True, slots=True)
class Count:
    """So many effects of one kind came out so."""

    kind: str
    state: str
    why: str
    effects: int


@dataclass(frozen=True, slots=True)
class Impossible:
    """An effect somebody should look at; `number` is the order's or the appointment's, '' of a transfer."""

    kind: str
    why: str
    subject_id: UUID
    number: str
    place: str


@dataclass(frozen=True, slots=True)
class _Act:
    id: UUID
    scope: str
    scope_value: str
    stops: list[str]
    reason: str
    seen: dict[str, int]
    confirmed_at: datetime
    confirmed_by: str


@dataclass(frozen=True, slots=True)
class Progress:
    """An act as it stands, as far as it touches one's places."""

    act: _Act
    places: list[Place]
    counts: list[Count]
    impossible: list[Impossible]
    figures: list[Figures]

    @property
    def to_do(self) -> int:
        return sum(one.effects for one in self.counts if one.state == "to_do")

    @property
    def done(self) -> int:
        return sum(one.effects for one in self.counts if one.state != "to_do")

    @property
    def open(self) -> list[Place]:
        """Places that are closed still, or will be."""
        return [place for place in self.places if place.over_at is None]

    def of(self, kind: str, state: str = "") -> int:
        """How many effects of a kind there are, or came out so."""
        return sum(one.effects for one in self.counts if one.kind == kind and state in ("", one.state))

    @property
    def changed(self) -> dict[str, tuple[int, int]]:
        """What the preview said and what was found, where they differ and the preview was seen."""
        found = {
            "parcels": self.of("resource") - self._picked,
            "ready": self.of("extend"),
            "preparing": self.of("postpone"),
            "appointments": self.of("propose"),
        }
        begun = all(place.starts_at <= self.act.confirmed_at for place in self.places)
        return {
            name: (self.act.seen[name], now)
            for name, now in found.items()
            if begun and name in self.act.seen and self.act.seen[name] != now
        }

    @property
    def _picked(self) -> int:
        return sum(one.effects for one in self.counts if one.why == "picked")


async def listed(conn: Conn, *, maison_id: UUID, by: Colleague, now: datetime) -> list[Listed]:
    """The acts that touch `by`'s places: those in force or coming first, then those that ended of late."""
    return await many(
        conn,
        Listed,
        """
        select a.id, a.scope, a.scope_value, a.stops, a.reason, min(l.name) as first_place, min(l.zone) as zone,
          count(*)::integer as places, (count(*) filter (where p.over_at is null))::integer as open_places,
          min(p.starts_at) as starts_at, case when bool_or(p.ends_at is null) then null else max(p.ends_at) end as ends_at,
          coalesce(sum((select count(*) from closures.effect e where e.maison_id = p.maison_id and e.act_id = p.act_id
            and e.location_id = p.location_id and e.state = 'to_do')), 0)::integer as to_do, a.confirmed_at
        from closures.act a
        join closures.place p on p.maison_id = a.maison_id and p.act_id = a.id
        join boutiques.location l on l.maison_id = p.maison_id and l.id = p.location_id
        where a.maison_id = %(maison_id)s and (%(everywhere)s or p.location_id = any(%(locations)s::uuid[]))
          and (p.over_at is null or p.over_at > %(since)s)
        group by a.maison_id, a.id
        order by bool_and(p.over_at is not null), min(p.starts_at) desc, a.id limit %(most)s
        """,
        maison_id=maison_id,
        everywhere=by.role == "maison_manager",
        locations=sorted(by.location_ids),
        since=now - OVER_SHOWN,
        most=LISTED_MAX,
    )


async def progress(conn: Conn, *, maison_id: UUID, act_id: UUID, by: Colleague, now: datetime) -> Progress:
    """Raises NoSuchAct where none of the act's places is `by`'s."""
    act = await maybe(
        conn,
        _Act,
        """
        select a.id, a.scope, a.scope_value, a.stops, a.reason, a.seen, a.confirmed_at, coalesce(s.name, '') as confirmed_by
        from closures.act a left join staff.person s on s.maison_id = a.maison_id and s.id = a.asked_by
        where a.maison_id = %(maison_id)s and a.id = %(id)s
        """,
        maison_id=maison_id,
        id=act_id,
    )
    places = await many(
        conn,
        Place,
        """
        select p.location_id, l.name, l.city, l.zone, p.starts_at, p.ends_at, p.reopened_at, p.over_at
        from closures.place p join boutiques.location l on l.maison_id = p.maison_id and l.id = p.location_id
        where p.maison_id = %(maison_id)s and p.act_id = %(id)s
          and (%(everywhere)s or p.location_id = any(%(locations)s::uuid[]))
        order by l.city, l.name, l.id
        """,
        maison_id=maison_id,
        id=act_id,
        everywhere=by.role == "maison_manager",
        locations=sorted(by.location_ids),
    )
    if act is None or not places:
        raise NoSuchAct
    own = [place.location_id for place in places]
    counts = await many(
        conn,
        Count,
        """
        select kind, state, why, count(*)::integer as effects from closures.effect
        where maison_id = %(maison_id)s and act_id = %(id)s and location_id = any(%(own)s::uuid[])
        group by kind, state, why order by kind, state, why
        """,
        maison_id=maison_id,
        id=act_id,
        own=own,
    )
    impossible = await many(
        conn,
        Impossible,
        """
        select e.kind, e.why, e.subject_id, coalesce(o.number, v.number, '') as number, l.name as place
        from closures.effect e
        join boutiques.location l on l.maison_id = e.maison_id and l.id = e.location_id
        left join orders.fulfilment f on f.maison_id = e.maison_id and f.id = e.subject_id
        left join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
        left join appointments.appointment v on v.maison_id = e.maison_id and v.id = e.subject_id and e.kind = 'propose'
        where e.maison_id = %(maison_id)s and e.act_id = %(id)s and e.location_id = any(%(own)s::uuid[])
          and e.state = 'impossible'
        order by e.why, number, e.id limit %(most)s
        """,
        maison_id=maison_id,
        id=act_id,
        own=own,
        most=IMPOSSIBLE_MAX,
    )
    # While its work goes on its page is read every few seconds, and nothing can be told yet.
    cost = (
        await figures(conn, maison_id=maison_id, act_id=act_id, location_ids=own, now=now)
        if all(one.state != "to_do" for one in counts)
        else []
    )
    return Progress(act, places, counts, impossible, cost)


@dataclass(frozen=True, slots=True)
class Choice:
    """A city or a country with boutiques, for a form."""

    country: str
    city: str
    boutiques: int


async def choices(conn: Conn, *, maison_id: UUID) -> list[Choice]:
    """Where the maison has boutiques, by country and city."""
    return await many(
        conn,
        Choice,
        """
        select country, city, count(*)::integer as boutiques from boutiques.location
        where maison_id = %(maison_id)s and kind = 'boutique' group by country, city order by country, city
        """,
        maison_id=maison_id,
    )
