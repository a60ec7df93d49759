"""When a place is open: OpenStreetMap opening hours, public holidays and closures turned into points in time.

Pure functions; the syntax is https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo

import opening_hours as osm
from opening_hours import OpeningHours, State

# The package's type stub leaves its exceptions out.
_ParserError = cast("type[Exception]", vars(osm)["ParserError"])
_UnknownCountryError = cast("type[Exception]", vars(osm)["UnknownCountryError"])

HOURS_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Half-open: from `opens_at` until just before `closes_at`, both aware, in UTC."""

    opens_at: datetime
    closes_at: datetime


class HoursRefused(ValueError):
    """The text is not opening hours in OpenStreetMap syntax."""


def checked(opening_hours: str) -> str:
    """The text without outer spaces; '' stays '' and means never known to be open. Raises HoursRefused."""
    text = opening_hours.strip()
    if len(text) > HOURS_CHARACTERS_MAX:
        raise HoursRefused(f"longer than {HOURS_CHARACTERS_MAX} characters")
    if text:
        try:
            OpeningHours(text)
        except _ParserError as error:
            found = str(error).splitlines()
            pointer = next((line.index("^") for line in found if "^" in line), None)
            # The parser shows the text behind "1 | "; what stands at the pointer is what it could not read.
            place = text[max(0, pointer - 4) :][:20] if pointer is not None else text[:20]
            raise HoursRefused(f"not understood from “{place}” on") from None
    return text


def intervals(
    opening_hours: str,
    zone: str,
    country: str,
    closures: Iterable[Interval],
    start: date,
    days: int,
) -> list[Interval]:
    """Open intervals of the `days` local days from `start`, sorted, apart, without what falls in a closure.

    Hours are wall time in `zone`, so a day on which clocks change is an hour shorter or longer. `country`
    (ISO 3166 alpha-2) decides what `PH` means; where its holidays are unknown, `PH` never applies.
    Hours marked unknown or off are closed. Raises HoursRefused.
    """
    text = checked(opening_hours)
    if not text or days <= 0:
        return []
    local = ZoneInfo(zone)
    # The end of a local day is the next one's midnight in wall time, whatever its length.
    begin = datetime.combine(start, time(), local)
    end = datetime.combine(start + timedelta(days=days), time(), local)
    open_hours: list[Interval] = []
    for opens, closes, state, _ in _expression(text, local, country).intervals(begin, end):
        # A comparison of two local times of one zone ignores the clock change between them: go to UTC first.
        opens_at, closes_at = opens.astimezone(UTC), min(closes.astimezone(UTC), end.astimezone(UTC))
        if state != State.OPEN or opens_at >= closes_at:
            continue
        if open_hours and open_hours[-1].closes_at >= opens_at:
            open_hours[-1] = Interval(open_hours[-1].opens_at, max(open_hours[-1].closes_at, closes_at))
        else:
            open_hours.append(Interval(opens_at, closes_at))
    return without(open_hours, closures)


def without(open_hours: list[Interval], closures: Iterable[Interval]) -> list[Interval]:
    """What remains open: a closure may take an interval away, shorten it, or cut it in two."""
    left = open_hours
    for closure in closures:
        remaining: list[Interval] = []
        for hours in left:
            if closure.closes_at <= hours.opens_at or closure.opens_at >= hours.closes_at:
                remaining.append(hours)
                continue
            if hours.opens_at < closure.opens_at:
                remaining.append(Interval(hours.opens_at, closure.opens_at))
            if closure.closes_at < hours.closes_at:
                remaining.append(Interval(closure.closes_at, hours.closes_at))
        left = remaining
    return left


def _expression(text: str, local: ZoneInfo, country: str) -> OpeningHours:
    try:
        return OpeningHours(text, timezone=local, country=country)
    except _UnknownCountryError:
        return OpeningHours(text, timezone=local)


def next_working_day(day: date, country: str) -> date:
    """The day, or the first after it that is neither of a weekend nor a public holiday of the country (ISO 3166, capitals)."""
    working = _working(country)
    while not working.is_open(datetime.combine(day, time(12))):
        day += timedelta(days=1)
    return day


@cache
def _working(country: str) -> OpeningHours:
    try:
        return OpeningHours("Mo-Fr; PH off", country=country)
    except _UnknownCountryError:
        return OpeningHours("Mo-Fr")
