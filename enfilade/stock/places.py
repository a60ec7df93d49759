"""What is told of boutiques: each is read once, and again when its published row or its openings have changed.

A boutique is remembered by the version of its row, which every statement that finds it reads too: so what is remembered
is never older than what was just read. Openings belong to it: whoever renews them renews the row.
"""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from enfilade.base.db import Conn, many
from enfilade.boutiques.zones import zone_of

REMEMBERED_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Boutique:
    """A published boutique. `opens` and `closes` are seconds since 1970, sorted and apart, of the coming 28 days."""

    location_id: UUID
    version: str
    name: str
    address: str
    city: str
    country: str
    zone: str
    latitude: float
    longitude: float
    phone: str
    preparation_minutes: int
    opens: Sequence[float]
    closes: Sequence[float]


@dataclass(frozen=True, slots=True)
class Hours:
    """A boutique at a moment, in its zone: until when it is open, and from when a piece asked for now can be collected."""

    closes_at: datetime | None
    collect_from: datetime | None


class Places:
    """The boutiques that one process remembers of one database."""

    def __init__(self) -> None:
        self._known: dict[UUID, Boutique] = {}

    def get(self, location_id: UUID, version: str) -> Boutique | None:
        """The boutique, if it is remembered as its row stands."""
        found = self._known.get(location_id)
        return found if found is not None and found.version == version else None

    async def read(self, conn: Conn, location_ids: set[UUID]) -> dict[UUID, Boutique]:
        """Reads these, and remembers them in place of what was known of them. One unpublished a moment ago is missing."""
        found = await many(
            conn,
            Boutique,
            """
            select b.id as location_id, b.xmin::text as version, b.name, b.address, b.city, b.country, b.zone, b.latitude,
              b.longitude, b.phone,
              b.preparation_minutes, coalesce(o.opens, '{}') as opens, coalesce(o.closes, '{}') as closes
            from public_facts.boutique b
            cross join lateral (
              select array_agg(extract(epoch from i.opens_at)::float8 order by i.opens_at) as opens,
                array_agg(extract(epoch from i.closes_at)::float8 order by i.opens_at) as closes
              from public_facts.opening i where i.location_id = b.id) o
            where b.id = any(%(ids)s)
            """,
            ids=list(location_ids),
        )
        read = {
            boutique.location_id: replace(
                boutique, opens=array("d", boutique.opens), closes=array("d", boutique.closes)
            )
            for boutique in found
        }
        if len(self._known) + len(read) > REMEMBERED_MAX:
            self._known.clear()
        self._known.update(read)
        return read


def hours(boutique: Boutique, now: float, free_from: float) -> Hours:
    """The boutique at `now`, in seconds since 1970; `free_from`: when it has time for one order more."""
    zone = zone_of(boutique.zone)
    coming = bisect_right(boutique.closes, now)
    open_now = coming < len(boutique.opens) and boutique.opens[coming] <= now
    ready = collect_from(
        boutique.opens, boutique.closes, boutique.preparation_minutes * 60, max(now, free_from)
    )
    return Hours(
        _local(boutique.closes[coming], zone) if open_now else None,
        _local(ready, zone) if ready is not None else None,
    )


def _local(moment: float, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(moment, zone)


def collect_from(
    opens: Sequence[float], closes: Sequence[float], preparation: float, now: float
) -> float | None:
    """When a piece asked for now is ready and somebody is there to hand it over; all in seconds.

    Preparation runs only while the boutique is open, over as many intervals as it takes; ready at the minute of closing
    means ready at the next opening. None when the known intervals (sorted, apart) do not suffice.
    """
    left = preparation
    for coming in range(bisect_right(closes, now), len(opens)):
        start = max(opens[coming], now)
        if start + left < closes[coming]:
            return start + left
        left = max(0, left - (closes[coming] - start))
    return None
