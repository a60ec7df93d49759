"""Free times of one service in some boutiques, read in one statement without anybody's name, and the slots they make."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from enfilade.appointments.services import Offered
from enfilade.appointments.slots import Free, Place, Slot, slots
from enfilade.base.db import Conn, tuples

PLACES_MAX = 20
DAYS_MAX = 28
#: Longer than any service with its preparation and clearing: what reaches into the time asked about is read too. Zones differ
#: from each other by a day and two hours at most.
_BESIDE = timedelta(hours=43)


async def times(
    conn: Conn,
    *,
    maison_id: UUID,
    service_id: UUID,
    location_ids: list[UUID],
    since: datetime,
    until: datetime,
    apart: UUID | None = None,
) -> dict[UUID, Place]:
    """What is open and who is free between two moments, boutique by boutique; those that do not offer it are left out.

    `apart`: the appointment that is being moved. Any connection of the application may ask.
    """
    found: dict[UUID, Place] = {}
    for location_id, zone, part, id_, languages, begins, ends, busy_minutes in await tuples(
        conn,
        """
        select location_id, zone, part, id, languages, begins, ends, busy_minutes from door.free_times(%(maison_id)s::uuid,
          %(service_id)s::uuid, %(places)s::uuid[], %(since)s::timestamptz, %(until)s::timestamptz, %(apart)s::uuid)
        """,
        maison_id=maison_id,
        service_id=service_id,
        places=location_ids[:PLACES_MAX],
        since=since,
        until=until,
        apart=apart,
    ):
        place = found.setdefault(location_id, Place(location_id, zone))
        spans = list(zip(begins, ends, strict=True))
        if part == "open":
            place.open = spans
        elif part == "seat":
            place.seats.append(Free(id_, spans))
        else:
            place.advisors.append(Free(id_, spans, frozenset(languages), busy_minutes))
    return found


async def week(
    conn: Conn,
    *,
    maison_id: UUID,
    service: Offered,
    location_ids: list[UUID],
    first_day: date,
    days: int,
    now: datetime,
    language: str = "",
    advisor: UUID | None = None,
    apart: UUID | None = None,
    not_before: datetime | None = None,
) -> dict[UUID, list[Slot]]:
    """The slots of `days` local days from `first_day`, by boutique; an empty list where it is offered and nothing is free."""
    days = min(days, DAYS_MAX)
    midnight = datetime.combine(first_day, time(), UTC)
    found = await times(
        conn,
        maison_id=maison_id,
        service_id=service.id,
        location_ids=location_ids,
        since=midnight - _BESIDE,
        until=midnight + timedelta(days=days) + _BESIDE,
        apart=apart,
    )
    return {
        location_id: slots(
            service.terms,
            place,
            first_day=first_day,
            days=days,
            now=now,
            not_before=not_before,
            language=language,
            advisor=advisor,
        )
        for location_id, place in found.items()
    }
