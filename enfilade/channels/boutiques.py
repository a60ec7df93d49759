"""What both boutique formats share: a location as told, and how a batch of them is taken."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzfpy import get_tz

from enfilade.base.db import Conn
from enfilade.boutiques.hours import HoursRefused, checked
from enfilade.boutiques.locations import Location, upsert_locations
from enfilade.channels.cells import CellRefused
from enfilade.channels.imports import Taken
from enfilade.stock.exposure import Exposure, expose


@dataclass(frozen=True, slots=True)
class ToldLocation:
    """A location with the methods it opts into; `exposure`'s location id is filled in when it is known."""

    location: Location
    exposure: Exposure


NOWHERE = UUID(int=0)


def zone_at(latitude: float, longitude: float, said: str | None = None) -> str:
    """The IANA zone said, or that of the place."""
    zone = said or get_tz(longitude, latitude)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CellRefused("zone", zone, "is not an IANA time zone", "write it like Europe/Paris") from None
    return zone


def country_code(column: str, value: str) -> str:
    """ISO 3166 alpha-2 in capitals."""
    code = value.strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise CellRefused(column, value, "is not a two-letter country code", "write it like FR")
    return code


def hours(column: str, value: str | None) -> str | None:
    """Opening hours that can be understood; None where blank."""
    if value is None:
        return None
    try:
        return checked(value)
    except HoursRefused as refused:
        raise CellRefused(
            column,
            value,
            f"opening hours {refused}",
            "write OpenStreetMap syntax, like Mo-Sa 10:00-19:00; PH off",
        ) from None


class BoutiquesTaking:
    """Writes batches of locations and what they opt into."""

    def __init__(self, *, maison_id: UUID, now: datetime) -> None:
        self._maison_id, self._now = maison_id, now

    async def __call__(self, conn: Conn, batch: list[ToldLocation]) -> Taken:
        """The batch in the caller's transaction; a code told twice counts as its last row."""
        written = await upsert_locations(
            conn, maison_id=self._maison_id, locations=[told.location for told in batch], now=self._now
        )
        exposures = {
            told.location.code: replace(told.exposure, location_id=written.ids[told.location.code])
            for told in batch
        }
        exposed = await expose(conn, maison_id=self._maison_id, exposures=list(exposures.values()))
        return Taken(
            figures={
                "locations new": written.new,
                "locations changed": written.changed,
                "locations unchanged": len(written.ids) - written.new - written.changed,
                "opt-ins written": exposed,
            }
        )
