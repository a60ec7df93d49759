"""The published opening intervals of the coming weeks, renewed daily and with every change."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from enfilade.base.db import Conn, execute, many
from enfilade.boutiques.hours import Interval, intervals

DAYS_PUBLISHED = 28
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Place:
    id: UUID
    country: str
    zone: str
    opening_hours: str
    closed_from: list[datetime]
    closed_until: list[datetime | None]


async def renew_openings(
    conn: Conn, *, maison_id: UUID, now: datetime, location_ids: list[UUID] | None = None
) -> int:
    """Publishes the openings of 28 local days from today, of all published locations or the given ones.

    Returns how many intervals were written or removed: 0 when all of them stood already.
    """
    places = await many(
        conn,
        _Place,
        """
        select l.id, l.country, l.zone,
          case when l.published then l.opening_hours else '' end as opening_hours,
          array(select lower(c.during)
          from boutiques.closure c where c.maison_id = l.maison_id
            and c.location_id = l.id and coalesce(upper(c.during), 'infinity') > %(past)s
            and 'doors' = any(c.stops) order by c.id)
            as closed_from,
          array(select upper(c.during) from boutiques.closure c where c.maison_id = l.maison_id
            and c.location_id = l.id and coalesce(upper(c.during), 'infinity') > %(past)s
            and 'doors' = any(c.stops) order by c.id) as closed_until
        from boutiques.location l
        where l.maison_id = %(maison_id)s and (%(every)s::boolean or l.id = any(%(ids)s::uuid[]))
        """,
        maison_id=maison_id,
        past=now - timedelta(days=2),
        every=location_ids is None,
        ids=location_ids or [],
    )
    ids: list[UUID] = []
    opens: list[datetime] = []
    closes: list[datetime] = []
    for place in places:
        closures = [
            Interval(begin, end or _FOREVER)
            for begin, end in zip(place.closed_from, place.closed_until, strict=True)
        ]
        today = now.astimezone(ZoneInfo(place.zone)).date()
        for opening in intervals(
            place.opening_hours, place.zone, place.country, closures, today, DAYS_PUBLISHED
        ):
            ids.append(place.id)
            opens.append(opening.opens_at)
            closes.append(opening.closes_at)
    gone = await execute(
        conn,
        """
        delete from public_facts.opening o
        where o.location_id = any(%(places)s::uuid[]) and not exists (
          select 1 from unnest(%(ids)s::uuid[], %(opens)s::timestamptz[]) as f(location_id, opens_at)
          where f.location_id = o.location_id and f.opens_at = o.opens_at)
        """,
        places=[place.id for place in places],
        ids=ids,
        opens=opens,
    )
    written = await execute(
        conn,
        """
        insert into public_facts.opening as shown (location_id, opens_at, closes_at)
        select f.location_id, f.opens_at, f.closes_at
        from unnest(%(ids)s::uuid[], %(opens)s::timestamptz[], %(closes)s::timestamptz[])
          as f(location_id, opens_at, closes_at)
        on conflict (location_id, opens_at) do update set closes_at = excluded.closes_at
        where shown.closes_at <> excluded.closes_at
        """,
        ids=ids,
        opens=opens,
        closes=closes,
    )
    if gone or written:
        # A new version of the row, without another fact in it: who remembers a boutique by it reads the openings again.
        await execute(
            conn,
            "update public_facts.boutique set zone = zone where id = any(%(places)s::uuid[])",
            places=[place.id for place in places],
        )
    return gone + written
