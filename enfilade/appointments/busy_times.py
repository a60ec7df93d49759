"""Busy times in a calendar file somebody else wrote: begin and end of each, and no word of what it is.

Run as a program of its own (`python -m`): the file comes by its standard input, a line of JSON before it, and the operating
system ends it when it takes too long or too much. A file may ask for an event every second of a century.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events  # pyright: ignore[reportMissingTypeStubs]
from icalendar import Calendar

MEMORY_BYTES_MAX = 600_000_000
EVENTS_MAX = 20_000
SPANS_MAX = 2_000
#: An all-day event begins at a midnight somewhere; zones differ by a day and two hours at most.
_BESIDE = timedelta(hours=43)

#: Begin and end in seconds since 1970, and the event's id.
Span = tuple[int, int, str]


class NotRead(Exception):
    """The words say why."""


def busy(content: bytes, *, zone: str, since: datetime, until: datetime) -> list[Span]:
    """What keeps its owner between two moments, sorted. Times without a zone, and days, are of `zone`. Raises NotRead.

    Left out: what is cancelled, and what its owner marked as free.
    """
    if content.count(b"BEGIN:VEVENT") > EVENTS_MAX:
        raise NotRead("It has too many entries.")
    try:
        calendar = Calendar.from_ical(content)
        found = recurring_ical_events.of(calendar, skip_bad_series=True).between(
            since - _BESIDE, until + _BESIDE
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise NotRead("It is not a calendar that can be read.") from error
    spans = sorted(set(_spans(found, ZoneInfo(zone), int(since.timestamp()), int(until.timestamp()))))
    if len(spans) > SPANS_MAX:
        raise NotRead("It has too many entries.")
    return spans


def _spans(found: list[Any], zone: ZoneInfo, since: int, until: int) -> Iterator[Span]:
    for event in found:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
            continue
        if str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE":
            continue
        begins, ends = _moment(event.start, zone), _moment(event.end, zone)
        begins, ends = max(begins, since), min(ends, until)
        if begins < ends:
            yield begins, ends, str(event.get("UID", ""))[:100]


def _moment(at: date | datetime, zone: ZoneInfo) -> int:
    if not isinstance(at, datetime):
        at = datetime.combine(at, time())
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone)
    return int(at.astimezone(UTC).timestamp())


def main() -> None:
    """Reads and answers; a line of JSON, either `spans` or `why`."""
    asked = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_CPU, (asked["cpu_seconds"], asked["cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    since, until = (datetime.fromtimestamp(asked[name], UTC) for name in ("since", "until"))
    try:
        answer: dict[str, object] = {
            "spans": busy(sys.stdin.buffer.read(), zone=asked["zone"], since=since, until=until)
        }
    except NotRead as refusal:
        answer = {"why": str(refusal)}
    except (MemoryError, RecursionError):
        answer = {"why": "It asks for too much."}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
