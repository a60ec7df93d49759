"""Slots: the times at which an appointment can begin. Pure: decided from what is open and who is free, nothing else.

Points in time are whole seconds since 1970 within, so that a fortnight of twenty boutiques is looked through in milliseconds.
`docs/algorithms/slots.md` tells it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from uuid import UUID

from enfilade.boutiques.zones import zone_of

#: Half-open, sorted and apart, in seconds since 1970.
Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a visit takes, what goes before and after it, and which starts a service offers. All lengths in minutes."""

    minutes: int
    preparation_minutes: int
    clearing_minutes: int
    step_minutes: int
    notice_minutes: int
    horizon_days: int
    needs_seat: bool


@dataclass(frozen=True, slots=True)
class Free:
    """An advisor or a seat, and when nothing keeps them. `busy_minutes` of an advisor: what is booked in the time asked about."""

    id: UUID
    spans: Spans
    languages: frozenset[str] = frozenset()
    busy_minutes: int = 0


@dataclass(slots=True)
class Place:
    """A boutique in the time asked about: when it is open, its advisors who can do the service, its seats."""

    location_id: UUID
    zone: str
    open: Spans = ()
    advisors: list[Free] = field(default_factory=list[Free])
    seats: list[Free] = field(default_factory=list[Free])


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A start: the point in time (UTC), and what the clock on the boutique's wall shows then."""

    starts_at: datetime
    wall: datetime


def slots(
    terms: Terms,
    place: Place,
    *,
    first_day: date,
    days: int,
    now: datetime,
    not_before: datetime | None = None,
    language: str = "",
    advisor: UUID | None = None,
) -> list[Slot]:
    """Starts on the `days` local days from `first_day`, sorted; each has an advisor, and a seat where one is needed.

    `language`: of the advisor, '' for any; `advisor`: that one alone. `not_before`: the pieces are not there earlier.
    """
    starts, minutes = _grid_of(terms, place, first_day, days, now)
    earliest = max(
        now + timedelta(minutes=terms.notice_minutes), not_before or now, key=lambda at: at.timestamp()
    )
    first = bisect_left(starts, -int(-earliest.timestamp() // 1))
    open_at = _counted(starts, place.open, 0, terms.minutes)
    before, after = terms.preparation_minutes, terms.minutes + terms.clearing_minutes
    advisors = [one for one in place.advisors if _serves(one, language, advisor)]
    attended = _counted(starts, (span for one in advisors for span in one.spans), before, after)
    seated = (
        _counted(starts, (span for one in place.seats for span in one.spans), before, after)
        if terms.needs_seat
        else [1] * len(starts)
    )
    return [
        Slot(datetime.fromtimestamp(starts[at], UTC), minutes[at])
        for at in range(first, len(starts))
        if open_at[at] and attended[at] and seated[at]
    ]


def _serves(one: Free, language: str, advisor: UUID | None) -> bool:
    return (not language or language in one.languages) and advisor in (None, one.id)


def fits(terms: Terms, free: Free, starts_at: datetime) -> bool:
    """Whether an advisor or a seat is free from the preparation to the end of the clearing."""
    start = int(starts_at.timestamp())
    begins = start - terms.preparation_minutes * 60
    ends = start + (terms.minutes + terms.clearing_minutes) * 60
    return any(since <= begins and ends <= until for since, until in free.spans)


def chosen(
    terms: Terms,
    place: Place,
    starts_at: datetime,
    language: str = "",
    before: UUID | None = None,
    advisor: UUID | None = None,
) -> tuple[UUID, UUID | None] | None:
    """The `advisor` asked for, else who was it `before`, else the one with the least to do, then by id; and the first free seat.

    None: nobody, or no seat.
    """
    advisors = [
        one for one in place.advisors if _serves(one, language, advisor) and fits(terms, one, starts_at)
    ]
    seats = [one for one in place.seats if fits(terms, one, starts_at)] if terms.needs_seat else []
    if not advisors or (terms.needs_seat and not seats):
        return None
    best = min(advisors, key=lambda one: (one.id != before, one.busy_minutes, one.id))
    return best.id, min(one.id for one in seats) if seats else None


def _counted(starts: Sequence[int], spans: Iterable[tuple[int, int]], before: int, after: int) -> list[int]:
    """For each start, how many spans hold it whole, from `before` minutes before it until `after` minutes after it."""
    changes = [0] * (len(starts) + 1)
    for since, until in spans:
        low = bisect_left(starts, since + before * 60)
        high = bisect_right(starts, until - after * 60)
        if low < high:
            changes[low] += 1
            changes[high] -= 1
    return list(accumulate(changes))[: len(starts)]


def _grid_of(
    terms: Terms, place: Place, first_day: date, days: int, now: datetime
) -> tuple[list[int], list[datetime]]:
    last = now.astimezone(zone_of(place.zone)).date() + timedelta(days=terms.horizon_days)
    starts: list[int] = []
    walls: list[datetime] = []
    for number in range(days):
        day = first_day + timedelta(days=number)
        if day <= last:
            more, clocks = grid(place.zone, day, terms.step_minutes)
            starts += more
            walls += clocks
    return starts, walls


@lru_cache(maxsize=4096)
def grid(zone: str, day: date, step_minutes: int) -> tuple[tuple[int, ...], tuple[datetime, ...]]:
    """Every `step_minutes` from midnight by the zone's clock: points in time, and what the clock shows.

    What the clock skips is left out; what it shows twice is the first of both.
    """
    there = zone_of(zone)
    starts: list[int] = []
    walls: list[datetime] = []
    for minute in range(0, 24 * 60, step_minutes):
        wall = datetime.combine(day, time(minute // 60, minute % 60))
        at = wall.replace(tzinfo=there).astimezone(UTC)
        if at.astimezone(there).replace(tzinfo=None) == wall:
            starts.append(int(at.timestamp()))
            walls.append(wall)
    return tuple(starts), tuple(walls)
