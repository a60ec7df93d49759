"""Closures: intervals in which a location is closed against its hours, and what is opened again of them."""

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
    await renew_openings(conn, maison_id=maison_id, now=now, location_ids=[location_id])
    return closure_id


async def reopen(
    conn: Conn,
    *,
    maison_id: UUID,
    location_id: UUID,
    starts_at: datetime,
    ends_at: datetime | None,
    now: datetime,
) -> int:
    """Takes the interval out of the location's closures; what lies before and after stays closed.

    Returns how many closures it touched; 0 when the location was not closed then. Raises EmptyInterval.
    """
    during = _interval(starts_at, ends_at)
    touched = await many(
        conn,
        Closure,
        """
        delete from boutiques.closure
        where maison_id = %(maison_id)s and location_id = %(location_id)s and during && %(during)s::tstzrange
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
        await renew_openings(conn, maison_id=maison_id, now=now, location_ids=[location_id])
    return len(touched)


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


def _interval(starts_at: datetime, ends_at: datetime | None) -> TimestamptzRange:
    if ends_at is not None and ends_at <= starts_at:
        raise EmptyInterval
    return TimestamptzRange(starts_at, ends_at)
