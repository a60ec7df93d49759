"""Closures: intervals in which a location is closed against its hours, and what is opened again of them.

A closure of an act (`closures.act`) says which methods stop there; it may overlap others, and is taken back by its act alone.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import errors
from psycopg.types.range import TimestamptzRange

from enfilade.base import facts
from enfilade.base.db import Conn, constraint, execute, many
from enfilade.base.ids import new_id
from enfilade.boutiques.openings import renew_openings


@dataclass(frozen=True, slots=True)
class Closure:
    """A location closed from `starts_at` until `ends_at`; no end means until somebody reopens it."""

    id: UUID
    location_id: UUID
    starts_at: datetime
    ends_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Closing:
    """When an act closes a location; no end means until it is reopened."""

    location_id: UUID
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class LocationClosed:
    """Fact: what was promised there in this interval has to be looked at again."""

    subject_id: UUID
    location_id: UUID
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class LocationReopened:
    """Fact: the location is open again, by its hours, in this interval."""

    subject_id: UUID
    location_id: UUID
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Fresh:
    id: UUID


class AlreadyClosed(Exception):
    """A part of the interval is closed already."""

    def __init__(self) -> None:
        super().__init__(
            "the location is already closed for a part of this time; reopen it first, or close the rest"
        )


class NoSuchLocation(Exception):
    """The maison has no such location."""


class EmptyInterval(Exception):
    """The interval ends before it begins."""

    def __init__(self) -> None:
        super().__init__("the end must come after the beginning")


async def close(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    starts_at: datetime,
    ends_at: datetime | None,
    reason: str,
    now: datetime,
) -> UUID:
    """Closes the location for the interval and takes it out of the published openings.

    Raises AlreadyClosed, NoSuchLocation or EmptyInterval.
    """
    during = _interval(starts_at, ends_at)
    closure_id = new_id(now)
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                insert into boutiques.closure (maison_id, id, location_id, during, reason, created_at)
                values (%(maison_id)s, %(id)s, %(location_id)s, %(during)s, %(reason)s, %(now)s)
                """,
                maison_id=maison_id,
                id=closure_id,
                location_id=location_id,
                during=during,
                reason=reason,
                now=now,
            )
    except errors.ExclusionViolation as error:
        assert constraint(error) == "closures_apart"
        raise AlreadyClosed from None
    except errors.ForeignKeyViolation:
        raise NoSuchLocation from None
    closed = LocationClosed(closure_id, location_id, starts_at, ends_at)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[closed])
    await _tell(conn, maison_id, [location_id], now)
    return closure_id


async def close_places(
    conn: Conn,
    *,
    maison_id: UUID,
    act_id: UUID,
    places: list[Closing],
    stops: list[str],
    reason: str,
    now: datetime,
) -> None:
    """Closes the places for an act, each for its interval; what it `stops` there is stopped by this transaction's commit.

    Done again, it changes nothing. Raises NoSuchLocation.
    """
    ids = [new_id(now) for _ in places]
    try:
        async with conn.transaction():
            fresh = await many(
                conn,
                _Fresh,
                """
                insert into boutiques.closure (maison_id, id, location_id, during, reason, created_at, act_id, stops)
                select %(maison_id)s, p.id, p.location_id, tstzrange(p.starts_at, p.ends_at), %(reason)s, %(now)s, %(act_id)s,
                  %(stops)s::text[]
                from unnest(%(ids)s::uuid[], %(locations)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
                  as p(id, location_id, starts_at, ends_at)
                on conflict (maison_id, act_id, location_id) where act_id is not null do nothing
                returning id
                """,
                maison_id=maison_id,
                act_id=act_id,
                ids=ids,
                locations=[place.location_id for place in places],
                starts=[place.starts_at for place in places],
                ends=[place.ends_at for place in places],
                stops=stops,
                reason=reason,
                now=now,
            )
    except errors.ForeignKeyViolation:
        raise NoSuchLocation from None
    known = {closure.id for closure in fresh}
    closed: list[facts.Fact] = [
        LocationClosed(closure_id, place.location_id, place.starts_at, place.ends_at)
        for closure_id, place in zip(ids, places, strict=True)
        if closure_id in known
    ]
    await facts.record(conn, maison_id=maison_id, now=now, facts=closed)
    shut = [place.location_id for closure_id, place in zip(ids, places, strict=True) if closure_id in known]
    await _tell(conn, maison_id, shut, now)


async def reopen_places(
    conn: Conn, *, maison_id: UUID, act_id: UUID, location_ids: list[UUID], now: datetime
) -> int:
    """Ends the act's closures at these places now, or takes them away where they have not begun; those of others stand.

    Returns how many it ended.
    """
    ended = await many(
        conn,
        Closing,
        """
        with found as (
          select id, location_id, lower(during) as starts_at, upper(during) as ends_at from boutiques.closure
          where maison_id = %(maison_id)s and act_id = %(act_id)s and location_id = any(%(locations)s::uuid[])
            and coalesce(upper(during), 'infinity') > %(now)s
        ), gone as (
          delete from boutiques.closure c using found f
          where c.maison_id = %(maison_id)s and c.id = f.id and f.starts_at >= %(now)s
        ), shortened as (
          update boutiques.closure c set during = tstzrange(f.starts_at, %(now)s) from found f
          where c.maison_id = %(maison_id)s and c.id = f.id and f.starts_at < %(now)s
        )
        select location_id, starts_at, ends_at from found order by location_id
        """,
        maison_id=maison_id,
        act_id=act_id,
        locations=location_ids,
        now=now,
    )
    news: list[facts.Fact] = [
        LocationReopened(one.location_id, one.location_id, max(now, one.starts_at), one.ends_at)
        for one in ended
    ]
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
    await _tell(conn, maison_id, [one.location_id for one in ended], now)
    return len(ended)


async def reopen(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    starts_at: datetime,
    ends_at: datetime | None,
    now: datetime,
) -> int:
    """Takes the interval out of the location's closures of no act; what lies before and after stays closed.

    Returns how many closures it touched; 0 when the location was not closed then. Raises EmptyInterval.
    """
    during = _interval(starts_at, ends_at)
    touched = await many(
        conn,
        Closure,
        """
        delete from boutiques.closure
        where maison_id = %(maison_id)s and location_id = %(location_id)s and during && %(during)s::tstzrange
          and act_id is null
        returning id, location_id, lower(during) as starts_at, upper(during) as ends_at, reason
        """,
        maison_id=maison_id,
        location_id=location_id,
        during=during,
    )
    left = [
        (closure, rest)
        for closure in touched
        for rest in ((closure.starts_at, starts_at), (ends_at, closure.ends_at))
        if rest[0] is not None and (rest[1] is None or rest[0] < rest[1])
    ]
    for closure, (begin, end) in left:
        await execute(
            conn,
            """
            insert into boutiques.closure (maison_id, id, location_id, during, reason, created_at)
            values (%(maison_id)s, %(id)s, %(location_id)s, %(during)s, %(reason)s, %(now)s)
            """,
            maison_id=maison_id,
            id=new_id(now),
            location_id=location_id,
            during=TimestamptzRange(begin, end),
            reason=closure.reason,
            now=now,
        )
    if touched:
        reopened = LocationReopened(location_id, location_id, starts_at, ends_at)
        await facts.record(conn, maison_id=maison_id, now=now, facts=[reopened])
        await _tell(conn, maison_id, [location_id], now)
    return len(touched)


async def publish_closures(
    conn: Conn, *, maison_id: UUID, now: datetime, location_ids: list[UUID] | None = None
) -> int:
    """Publishes present and coming closures, of all locations or the given ones; returns how many rows changed."""
    gone = await execute(
        conn,
        """
        delete from public_facts.closure p
        where p.maison_id = %(maison_id)s and (%(every)s::boolean or p.location_id = any(%(ids)s::uuid[])) and not exists (
          select 1 from boutiques.closure c where c.maison_id = p.maison_id and c.id = p.id
            and coalesce(upper(c.during), 'infinity') > %(now)s)
        """,
        maison_id=maison_id,
        every=location_ids is None,
        ids=location_ids or [],
        now=now,
    )
    written = await execute(
        conn,
        """
        insert into public_facts.closure as shown (id, maison_id, location_id, starts_at, ends_at, stops)
        select c.id, c.maison_id, c.location_id, lower(c.during), upper(c.during), c.stops from boutiques.closure c
        where c.maison_id = %(maison_id)s and (%(every)s::boolean or c.location_id = any(%(ids)s::uuid[]))
          and coalesce(upper(c.during), 'infinity') > %(now)s
        on conflict (id) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at, stops = excluded.stops
        where (shown.starts_at, shown.ends_at, shown.stops) is distinct from
          (excluded.starts_at, excluded.ends_at, excluded.stops)
        """,
        maison_id=maison_id,
        every=location_ids is None,
        ids=location_ids or [],
        now=now,
    )
    return gone + written


async def closures_of(conn: Conn, *, maison_id: UUID, location_id: UUID, now: datetime) -> list[Closure]:
    """The location's present and coming closures, the earliest first."""
    return await many(
        conn,
        Closure,
        """
        select id, location_id, lower(during) as starts_at, upper(during) as ends_at, reason
        from boutiques.closure
        where maison_id = %(maison_id)s and location_id = %(location_id)s
          and coalesce(upper(during), 'infinity') > %(now)s
        order by lower(during)
        """,
        maison_id=maison_id,
        location_id=location_id,
        now=now,
    )


async def _tell(conn: Conn, maison_id: UUID, location_ids: list[UUID], now: datetime) -> None:
    """Pages read both: what is stopped, and what is left of the hours."""
    if location_ids:
        await publish_closures(conn, maison_id=maison_id, now=now, location_ids=location_ids)
        await renew_openings(conn, maison_id=maison_id, now=now, location_ids=location_ids)


def _interval(starts_at: datetime, ends_at: datetime | None) -> TimestamptzRange:
    if ends_at is not None and ends_at <= starts_at:
        raise EmptyInterval
    return TimestamptzRange(starts_at, ends_at)
