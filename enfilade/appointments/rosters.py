"""Who can be booked, when they work, and when they are away.

Lock order: advisors by id, then the turns of their boutiques. What is booked stays; `diary.day` shows what no longer fits.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import errors
from psycopg.types.range import TimestamptzRange

from enfilade.appointments import shifts, turns
from enfilade.appointments.shifts import NoSuchAdvisor
from enfilade.base.db import Conn, execute, many
from enfilade.base.ids import new_id
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS


class ForManagers(Exception):
    """Who works when is for the boutique's manager to say."""

    def __init__(self) -> None:
        super().__init__("Who works when is for the boutique’s manager to say")


class InTwoPlaces(Exception):
    """The advisor works somewhere else at a part of this time."""

    def __init__(self) -> None:
        super().__init__("The advisor works in another boutique at a part of this time")


class RosterRefused(Exception):
    """Hours that end before they begin, an absence without an end, an advisor without a language."""

    def __init__(self) -> None:
        super().__init__("Give hours that end after they begin, and at least one language")


@dataclass(frozen=True, slots=True)
class Hours:
    """On a weekday (1 Monday … 7 Sunday), from one minute of its day until another."""

    weekday: int
    from_minute: int
    until_minute: int


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


def managed(by: Colleague, location_id: UUID) -> None:
    """Raises NotYourBoutique, ForManagers."""
    if not by.works_at(location_id):
        raise NotYourBoutique
    if by.role not in MANAGERS:
        raise ForManagers


async def keep_advisor(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    staff_id: UUID,
    location_id: UUID,
    shown_name: str,
    languages: list[str],
    skills: list[str],
    bookable: bool,
    now: datetime,
    by_name: bool = False,
) -> None:
    """Somebody with a post at the manager's boutique is booked, or no longer; `by_name`: clients may choose them.

    Raises NoSuchAdvisor, RosterRefused.
    """
    managed(by, location_id)
    try:
        async with conn.transaction():
            kept = await execute(
                conn,
                """
                insert into appointments.advisor (maison_id, staff_id, shown_name, languages, skills, bookable, by_name,
                  changed_at)
                select t.maison_id, t.staff_id, %(shown_name)s, %(languages)s::text[], %(skills)s::text[], %(bookable)s,
                  %(by_name)s, %(now)s
                from staff.post t where t.maison_id = %(maison_id)s and t.staff_id = %(staff_id)s
                  and t.location_id = %(location_id)s
                on conflict (maison_id, staff_id) do update set shown_name = excluded.shown_name,
                  languages = excluded.languages, skills = excluded.skills, bookable = excluded.bookable,
                  by_name = excluded.by_name, changed_at = excluded.changed_at
                """,
                maison_id=maison_id,
                staff_id=staff_id,
                location_id=location_id,
                shown_name=shown_name.strip(),
                languages=list(dict.fromkeys(languages)),
                skills=sorted(set(skills)),
                bookable=bookable,
                by_name=by_name,
                now=now,
            )
    except errors.CheckViolation:
        raise RosterRefused from None
    if not kept:
        raise NoSuchAdvisor


async def set_week(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    staff_id: UUID,
    location_id: UUID,
    hours: list[Hours],
    valid_from: date,
    now: datetime,
) -> None:
    """The advisor's week at the boutique from this day on; what was said of the days before stays. Repeatable.

    Raises NoSuchAdvisor, InTwoPlaces, RosterRefused.
    """
    managed(by, location_id)
    await shifts.locked(conn, maison_id, [staff_id])
    await turns.take(conn, maison_id=maison_id, location_ids=[location_id])
    await execute(
        conn,
        """
        with gone as (
          delete from appointments.roster where maison_id = %(maison_id)s and staff_id = %(staff_id)s
            and location_id = %(location_id)s and valid_from >= %(day)s::date and valid_until is null
        )
        update appointments.roster set valid_until = %(day)s::date - 1 where maison_id = %(maison_id)s
          and staff_id = %(staff_id)s and location_id = %(location_id)s and valid_from < %(day)s::date
          and valid_until is null
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        location_id=location_id,
        day=valid_from,
    )
    await _add(conn, maison_id, staff_id, location_id, hours, valid_from, None, now)


async def add_day(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    staff_id: UUID,
    location_id: UUID,
    day: date,
    from_minute: int,
    until_minute: int,
    now: datetime,
) -> None:
    """The advisor works there on this one day, beside their week. Raises as `set_week`."""
    managed(by, location_id)
    await shifts.locked(conn, maison_id, [staff_id])
    await turns.take(conn, maison_id=maison_id, location_ids=[location_id])
    hours = [Hours(day.isoweekday(), from_minute, until_minute)]
    await _add(conn, maison_id, staff_id, location_id, hours, day, day, now)


async def _add(
    conn: Conn,
    maison_id: UUID,
    staff_id: UUID,
    location_id: UUID,
    hours: list[Hours],
    valid_from: date,
    valid_until: date | None,
    now: datetime,
) -> None:
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                insert into appointments.roster (maison_id, id, staff_id, location_id, weekday, from_minute, until_minute,
                  valid_from, valid_until)
                select %(maison_id)s, h.id, %(staff_id)s, %(location_id)s, h.weekday, h.from_minute, h.until_minute,
                  %(valid_from)s, %(valid_until)s
                from unnest(%(ids)s::uuid[], %(weekdays)s::integer[], %(froms)s::integer[], %(untils)s::integer[])
                  as h(id, weekday, from_minute, until_minute)
                """,
                maison_id=maison_id,
                staff_id=staff_id,
                location_id=location_id,
                valid_from=valid_from,
                valid_until=valid_until,
                ids=[new_id(now) for _ in hours],
                weekdays=[one.weekday for one in hours],
                froms=[one.from_minute for one in hours],
                untils=[one.until_minute for one in hours],
            )
            await shifts.write(conn, maison_id, [staff_id], now)
    except errors.CheckViolation:
        raise RosterRefused from None
    except errors.ExclusionViolation:
        raise InTwoPlaces from None


async def add_absence(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    absence_id: UUID,
    staff_id: UUID,
    location_id: UUID,
    begins_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> None:
    """The advisor is away; why is nobody's business. Repeatable under its id. Raises NoSuchAdvisor, RosterRefused."""
    managed(by, location_id)
    await _in_turn(conn, maison_id, staff_id, location_id)
    if begins_at >= ends_at:
        raise RosterRefused
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                insert into appointments.absence (maison_id, id, staff_id, during, said_at)
                values (%(maison_id)s, %(absence_id)s, %(staff_id)s, %(during)s, %(now)s)
                on conflict (maison_id, id) do nothing
                """,
                maison_id=maison_id,
                absence_id=absence_id,
                staff_id=staff_id,
                during=TimestamptzRange(begins_at, ends_at),
                now=now,
            )
    except errors.CheckViolation:
        raise RosterRefused from None


async def remove_absence(
    conn: Conn, *, maison_id: UUID, by: Colleague, absence_id: UUID, staff_id: UUID, location_id: UUID
) -> None:
    """The advisor is there after all. Repeatable."""
    managed(by, location_id)
    await _in_turn(conn, maison_id, staff_id, location_id)
    await execute(
        conn,
        """
        delete from appointments.absence where maison_id = %(maison_id)s and id = %(absence_id)s and staff_id = %(staff_id)s
          and source = 'said'
        """,
        maison_id=maison_id,
        absence_id=absence_id,
        staff_id=staff_id,
    )


async def _in_turn(conn: Conn, maison_id: UUID, staff_id: UUID, location_id: UUID) -> None:
    """The advisor, who has a post at the manager's boutique, and all boutiques they work in, locked."""
    await shifts.locked(conn, maison_id, [staff_id])
    places = await many(
        conn,
        _Id,
        """
        select location_id as id from appointments.roster where maison_id = %(maison_id)s and staff_id = %(staff_id)s
        union
        select location_id from staff.post
        where maison_id = %(maison_id)s and staff_id = %(staff_id)s and location_id = %(location_id)s
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        location_id=location_id,
    )
    if location_id not in {place.id for place in places}:
        raise NoSuchAdvisor
    await turns.take(conn, maison_id=maison_id, location_ids=[place.id for place in places])


@dataclass(frozen=True, slots=True)
class Advisor:
    """Somebody with a post at the boutique, booked or not; `hours` and `absences` as the manager wrote them."""

    staff_id: UUID
    name: str
    shown_name: str
    languages: list[str]
    skills: list[str]
    bookable: bool
    by_name: bool


async def advisors(conn: Conn, *, maison_id: UUID, location_id: UUID) -> list[Advisor]:
    """Everybody with a post there, by name."""
    return await many(
        conn,
        Advisor,
        """
        select p.id as staff_id, p.name, coalesce(a.shown_name, '') as shown_name, coalesce(a.languages, '{}') as languages,
          coalesce(a.skills, '{}') as skills, coalesce(a.bookable, false) as bookable,
          coalesce(a.by_name, false) as by_name
        from staff.post t join staff.person p on p.maison_id = t.maison_id and p.id = t.staff_id and p.active
        left join appointments.advisor a on a.maison_id = t.maison_id and a.staff_id = t.staff_id
        where t.maison_id = %(maison_id)s and t.location_id = %(location_id)s order by p.name, p.id
        """,
        maison_id=maison_id,
        location_id=location_id,
    )


@dataclass(frozen=True, slots=True)
class Worked:
    """A line of somebody’s roster at a boutique, in force or still to come; `valid_until` None: without an end."""

    weekday: int
    from_minute: int
    until_minute: int
    valid_from: date
    valid_until: date | None


async def roster(
    conn: Conn, *, maison_id: UUID, staff_id: UUID, location_id: UUID, today: date
) -> list[Worked]:
    """What is not over, by its first day, then through the week."""
    return await many(
        conn,
        Worked,
        """
        select weekday, from_minute, until_minute, valid_from, valid_until from appointments.roster
        where maison_id = %(maison_id)s and staff_id = %(staff_id)s and location_id = %(location_id)s
          and (valid_until is null or valid_until >= %(today)s)
        order by valid_from, weekday, from_minute, id
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        location_id=location_id,
        today=today,
    )


@dataclass(frozen=True, slots=True)
class Absence:
    """When somebody is away."""

    id: UUID
    begins_at: datetime
    ends_at: datetime


async def absences(conn: Conn, *, maison_id: UUID, staff_id: UUID, now: datetime) -> list[Absence]:
    """Those that were said here and are not over."""
    return await many(
        conn,
        Absence,
        """
        select id, lower(during) as begins_at, upper(during) as ends_at from appointments.absence
        where maison_id = %(maison_id)s and staff_id = %(staff_id)s and source = 'said' and upper(during) > %(now)s
        order by during
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        now=now,
    )
