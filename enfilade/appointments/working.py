"""When somebody works: weekly patterns in the boutique's wall time, turned into points in time. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from enfilade.boutiques.zones import zone_of

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A weekday (1 Monday … 7 Sunday) from one minute of its day until another, while it is valid; the last day included."""

    weekday: int
    from_minute: int
    until_minute: int
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open, in UTC."""

    begins_at: datetime
    ends_at: datetime


def worked(patterns: Iterable[Pattern], zone: str, first_day: date, days: int) -> list[Span]:
    """Spans of the `days` local days from `first_day`, sorted and apart; those of one day that meet or overlap are one.

    What goes on over midnight is two spans that meet, so that none is longer than a day.
    """
    there, weekly = zone_of(zone), list(patterns)
    joined: list[Span] = []
    for number in range(days):
        day = first_day + timedelta(days=number)
        found = sorted(
            Span(begins, ends)
            for pattern in weekly
            if day.isoweekday() == pattern.weekday
            and pattern.valid_from <= day
            and (pattern.valid_until is None or day <= pattern.valid_until)
            and (begins := _first(there, _wall(day, pattern.from_minute)))
            < (ends := _last(there, _wall(day, pattern.until_minute) - MINUTE))
        )
        of_day: list[Span] = []
        for span in found:
            if of_day and of_day[-1].ends_at >= span.begins_at:
                of_day[-1] = Span(of_day[-1].begins_at, max(of_day[-1].ends_at, span.ends_at))
            else:
                of_day.append(span)
        joined += of_day
    return joined


def _wall(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def _first(there: ZoneInfo, wall: datetime) -> datetime:
    """When the clock first shows `wall`; where it skips it, when it jumps."""
    at = wall.replace(tzinfo=there, fold=0).astimezone(UTC)
    return at if _shows(there, at, wall) else _jump(there, wall)


def _last(there: ZoneInfo, wall: datetime) -> datetime:
    """The end of the last minute in which the clock shows `wall`; where it skips it, when it jumps."""
    at = wall.replace(tzinfo=there, fold=1).astimezone(UTC)
    return at + MINUTE if _shows(there, at, wall) else _jump(there, wall)


def _shows(there: ZoneInfo, at: datetime, wall: datetime) -> bool:
    return at.astimezone(there).replace(tzinfo=None) == wall


def _jump(there: ZoneInfo, wall: datetime) -> datetime:
    """The minute at which the clock passes over `wall`: before it shows less, from it on more."""
    low = wall.replace(tzinfo=there, fold=1).astimezone(UTC)
    high = wall.replace(tzinfo=there, fold=0).astimezone(UTC)
    while high - low > MINUTE:
        middle = low + (high - low) // MINUTE // 2 * MINUTE
        if middle.astimezone(there).replace(tzinfo=None) < wall:
            low = middle
        else:
            high = middle
    return high
