"""Acts: places close in one act, looked at first, confirmed once, and reopened place by place."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from enfilade.appointments import turns
from enfilade.base import jobs
from enfilade.base.db import Conn, execute, many, scalar
from enfilade.boutiques import closures
from enfilade.boutiques.closures import Closing
from enfilade.closures import collections, effects, visits
from enfilade.closures.counting import Counted, counted
from enfilade.closures.kinds import KINDS
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS

ScopeKind = Literal["boutiques", "city", "country", "all"]

#: What a place may stop, in the words of a form. Closed doors stop all but parcels.
METHODS = {
    "collect": "collection",
    "reserve": "reservation",
    "ship": "parcels to clients",
    "appointments": "appointments",
}
ALL_STOPS = ["appointments", "collect", "doors", "reserve", "ship"]


class NotYoursToClose(Exception):
    """Only a manager closes places, and only their own; a city, a country or all only a maison's."""


class NothingToClose(Exception):
    """No place is in this scope."""


class EndIsPast(Exception):
    """It would be open again before it closes, or has been by now."""


class NoSuchAct(Exception):
    """The maison has none of this id, or it touches none of the asker's places."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`value`: a city's name or a country (two letters); `location_ids` of boutiques chosen one by one."""

    kind: ScopeKind
    value: str = ""
    location_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to close. `starts` and `ends` are each place's wall time; None: at once, and until somebody reopens it.

    `days`: instead of `ends`, until the beginning of the day that many days after the place's today.
    """

    scope: Scope
    stops: tuple[str, ...]
    starts: datetime | None
    ends: datetime | None
    reason: str = ""
    days: int | None = None

    def __post_init__(self) -> None:
        assert all(one is None or one.tzinfo is None for one in (self.starts, self.ends)), "wall time"


@dataclass(frozen=True, slots=True)
class _Place:
    id: UUID
    zone: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What stands there now, and when each place would close."""

    places: list[Closing]
    rows: list[Counted]


def stopped(doors: bool, methods: list[str]) -> tuple[str, ...]:
    """What stops, with what closed doors stop beside."""
    beside = ["doors", "collect", "reserve", "appointments"] if doors else []
    return tuple(name for name in ALL_STOPS if name in methods or name in beside)


async def preview(
    conn: Conn, *, maison_id: UUID, by: Colleague | None, wanted: Wanted, now: datetime
) -> Preview:
    """Counts, and changes nothing. Raises NotYoursToClose, NothingToClose, EndIsPast."""
    places = await _places(conn, maison_id, by, wanted, now)
    rows = await counted(
        conn,
        maison_id=maison_id,
        places=places,
        stops=list(wanted.stops),
        now=now,
    )
    return Preview(places, rows)


async def confirm(
    conn: Conn,
    *,
    maison_id: UUID,
    act_id: UUID,
    by: Colleague | None,
    wanted: Wanted,
    previewed: dict[str, int],
    now: datetime,
) -> bool:
    """Closes the places and writes down what follows; False where this act was confirmed before. `previewed`: its numbers.

    No booking slips in between what is found and the closing: the boutiques' turns are taken before either.
    Raises NotYoursToClose, NothingToClose, EndIsPast, Crowded.
    """
    known = await scalar(
        conn,
        "select 1 from closures.act where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=act_id,
    )
    if known:
        return False
    places = await _places(conn, maison_id, by, wanted, now)
    fresh = await execute(
        conn,
        """
        insert into closures.act (maison_id, id, scope, scope_value, stops, reason, seen, asked_by, confirmed_at)
        values (%(maison_id)s, %(id)s, %(scope)s, %(value)s, %(stops)s, %(reason)s, %(seen)s::jsonb, %(by)s, %(now)s)
        on conflict (maison_id, id) do nothing
        """,
        maison_id=maison_id,
        id=act_id,
        scope=wanted.scope.kind,
        value=wanted.scope.value,
        stops=list(wanted.stops),
        reason=wanted.reason.strip()[:200],
        seen=msgspec.json.encode(previewed).decode(),
        by=by.staff_id if by else None,
        now=now,
    )
    if not fresh:
        return False
    await execute(
        conn,
        """
        insert into closures.place (maison_id, act_id, location_id, starts_at, ends_at)
        select %(maison_id)s, %(act_id)s, p.location_id, p.starts_at, p.ends_at
        from unnest(%(locations)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
          as p(location_id, starts_at, ends_at)
        """,
        maison_id=maison_id,
        act_id=act_id,
        locations=[place.location_id for place in places],
        starts=[place.starts_at for place in places],
        ends=[place.ends_at for place in places],
    )
    ids = [place.location_id for place in places]
    await turns.take(conn, maison_id=maison_id, location_ids=ids, all_offer=False)
    await closures.close_places(
        conn,
        maison_id=maison_id,
        act_id=act_id,
        places=places,
        stops=list(wanted.stops),
        reason=wanted.reason.strip()[:200],
        now=now,
    )
    await effects.find(conn, maison_id=maison_id, act_id=act_id, known_kinds=KINDS, now=now)
    later = sorted({place.starts_at for place in places if place.starts_at > now})
    work = [
        jobs.Job("closures.carry_out", {"act_id": act_id}),
        *(jobs.Job("closures.carry_out", {"act_id": act_id}, at) for at in later),
    ]
    await jobs.defer(conn, maison_id=maison_id, jobs=work)
    return True


@dataclass(frozen=True, slots=True)
class _Open:
    location_id: UUID
    starts_at: datetime
    ends_at: datetime | None


async def reopen(
    conn: Conn,
    *,
    maison_id: UUID,
    act_id: UUID,
    by: Colleague | None,
    location_ids: list[UUID] | None = None,
    now: datetime,
) -> int:
    """Opens these places of the act, or all that are `by`'s, from now on. Returns how many; done again, none.

    Effects under way end first. Raises NotYoursToClose, NoSuchAct, Crowded.
    """
    if by is not None and by.role not in MANAGERS:
        raise NotYoursToClose
    found = await many(
        conn,
        _Open,
        """
        select location_id, starts_at, ends_at from closures.place
        where maison_id = %(maison_id)s and act_id = %(act_id)s and (over_at is null or reopened_at is not null)
          and (%(every)s::boolean or location_id = any(%(locations)s::uuid[]))
        order by location_id
        for no key update
        """,
        maison_id=maison_id,
        act_id=act_id,
        every=location_ids is None,
        locations=location_ids or [],
    )
    own = [place for place in found if by is None or by.works_at(place.location_id)]
    if not own:
        raise NoSuchAct
    # In a statement of its own: it sees what an effect committed while we waited for its lock.
    ids = [place.location_id for place in own]
    reopened = await many(
        conn,
        _Open,
        """
        update closures.place set reopened_at = %(now)s, reopened_by = %(by)s, over_at = %(now)s
        where maison_id = %(maison_id)s and act_id = %(act_id)s and location_id = any(%(locations)s::uuid[])
          and over_at is null
        returning location_id, starts_at, ends_at
        """,
        maison_id=maison_id,
        act_id=act_id,
        locations=ids,
        by=by.staff_id if by else None,
        now=now,
    )
    if not reopened:
        return 0
    ids = [place.location_id for place in reopened]
    await turns.take(conn, maison_id=maison_id, location_ids=ids, all_offer=False)
    await closures.reopen_places(conn, maison_id=maison_id, act_id=act_id, location_ids=ids, now=now)
    await effects.undo(conn, maison_id=maison_id, act_id=act_id, location_ids=ids, why="reopened", now=now)
    told = await collections.told_closed(conn, maison_id=maison_id, act_id=act_id, location_ids=ids)
    await effects.write(conn, maison_id=maison_id, act_id=act_id, kind="welcome", found=told, now=now)
    booked = await visits.unanswered(conn, maison_id=maison_id, act_id=act_id, location_ids=ids, now=now)
    await effects.write(conn, maison_id=maison_id, act_id=act_id, kind="keep", found=booked, now=now)
    await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job("closures.carry_out", {"act_id": act_id})])
    return len(reopened)


async def _places(
    conn: Conn, maison_id: UUID, by: Colleague | None, wanted: Wanted, now: datetime
) -> list[Closing]:
    scope = wanted.scope
    if by is not None and (
        by.role not in MANAGERS or (scope.kind != "boutiques" and by.role != "maison_manager")
    ):
        raise NotYoursToClose
    found = await many(
        conn,
        _Place,
        """
        select id, zone from boutiques.location
        where maison_id = %(maison_id)s and case %(kind)s::text when 'boutiques' then id = any(%(locations)s::uuid[])
          when 'city' then kind = 'boutique' and city = %(value)s
          when 'country' then kind = 'boutique' and country = %(value)s else kind = 'boutique' end
        order by id
        """,
        maison_id=maison_id,
        kind=scope.kind,
        value=scope.value,
        locations=list(scope.location_ids),
    )
    # Another maison's place is not found; one of a colleague's is as if it were not.
    if not found or (scope.kind == "boutiques" and len(found) != len(set(scope.location_ids))):
        raise NothingToClose
    if by is not None and not all(by.works_at(place.id) for place in found):
        raise NotYoursToClose
    assert wanted.stops, "something stops"
    return [_closing(place, wanted, now) for place in found]


def _closing(place: _Place, wanted: Wanted, now: datetime) -> Closing:
    zone = ZoneInfo(place.zone)
    starts = max(now, wanted.starts.replace(tzinfo=zone).astimezone(UTC)) if wanted.starts else now
    wall = wanted.ends
    if wanted.days is not None:
        wall = datetime.combine(now.astimezone(zone).date() + timedelta(days=wanted.days), time())
    ends = wall.replace(tzinfo=zone).astimezone(UTC) if wall else None
    if ends is not None and ends <= starts + timedelta(minutes=1):
        raise EndIsPast
    return Closing(place.id, starts, ends)
