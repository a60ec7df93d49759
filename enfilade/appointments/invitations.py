"""What a calendar is told of an appointment (RFC 5545, 5546): one event whose id stays, whose sequence rises, or its end.

And a calendar of many of them, which programs read again and again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, cast
from uuid import UUID

from icalendar import Calendar, Event, Timezone, vCalAddress, vUri
from icalendar.prop import vDDDLists, vDDDTypes

from enfilade.boutiques.zones import zone_of

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
AGAIN = timedelta(minutes=30)
MAKER = "-//Enfilade//Appointments//EN"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the calendar shows, in the client's language. `to` is '' where the file is fetched from a page, not mailed."""

    appointment_id: UUID
    sequence: int
    cancelled: bool
    starts_at: datetime
    ends_at: datetime
    zone: str
    said_at: datetime
    summary: str
    words: str
    location: str
    address: str
    organiser: str
    organiser_mail: str
    language: str
    name: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment in a calendar of many; nobody is invited."""

    appointment_id: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    said_at: datetime
    summary: str
    words: str
    location: str
    address: str


def uid(appointment_id: UUID) -> str:
    """The event's id for ever, moved or cancelled: RFC 7986 asks for a UUID and no host."""
    return str(appointment_id)


def calendar(invitation: Invitation) -> bytes:
    """The file: a request or its cancellation where it is mailed to somebody, else what is to be kept."""
    method: Method = "PUBLISH" if not invitation.to else "CANCEL" if invitation.cancelled else "REQUEST"
    made: Any = Calendar()
    made.add("prodid", MAKER)
    made.add("version", "2.0")
    made.add("method", method)
    made.add_component(_zone(invitation.zone, invitation.starts_at.year, invitation.starts_at.year))
    made.add_component(_event(invitation))
    return made.to_ical()


def calendar_of(entries: Sequence[Entry], *, name: str) -> bytes:
    """The file of a whole calendar, the same bytes for the same entries; programs look again after half an hour."""
    made: Any = Calendar()
    made.add("prodid", MAKER)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", AGAIN, parameters={"value": "DURATION"})
    made.add("x-published-ttl", "PT30M")
    years = {
        (entry.zone, at.astimezone(UTC).year) for entry in entries for at in (entry.starts_at, entry.ends_at)
    }
    for zone in sorted({zone for zone, _ in years}):
        of = [year for known, year in years if known == zone]
        made.add_component(_zone(zone, min(of), max(of)))
    for entry in entries:
        event = _plain(entry)
        event.add("status", "CONFIRMED")
        event.add("transp", "OPAQUE")
        event.add("class", "PRIVATE")
        made.add_component(event)
    return made.to_ical()


def method(invitation: Invitation) -> Method:
    """What the mail's part says beside it."""
    return "CANCEL" if invitation.cancelled else "REQUEST"


def _plain(said: Invitation | Entry) -> Any:
    there = zone_of(said.zone)
    event: Any = Event()
    event.add("uid", uid(said.appointment_id))
    event.add("sequence", said.sequence)
    event.add("dtstamp", said.said_at.astimezone(UTC))
    event.add("last-modified", said.said_at.astimezone(UTC))
    event.add("dtstart", said.starts_at.astimezone(there))
    event.add("dtend", said.ends_at.astimezone(there))
    language = {"language": said.language} if isinstance(said, Invitation) else {}
    event.add("summary", said.summary, parameters=language)
    event.add("location", said.location)
    event.add("description", said.words)
    if said.address:
        event.add("url", vUri(said.address))
    return event


def _event(invitation: Invitation) -> Event:
    event = _plain(invitation)
    event.add("status", "CANCELLED" if invitation.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if invitation.cancelled else "OPAQUE")
    organiser = vCalAddress(f"mailto:{invitation.organiser_mail}")
    organiser.params["CN"] = invitation.organiser
    event.add("organizer", organiser)
    if invitation.to:
        # They asked for this time themselves: their calendar need not ask them, nor answer us.
        attendee = vCalAddress(f"mailto:{invitation.to}")
        attendee.params["CN"] = invitation.name or invitation.to
        attendee.params["ROLE"] = "REQ-PARTICIPANT"
        attendee.params["PARTSTAT"] = "ACCEPTED"
        attendee.params["RSVP"] = "FALSE"
        event.add("attendee", attendee)
    return event


@lru_cache(maxsize=256)
def _zone(zone: str, first: int, last: int) -> Timezone:
    """The zone's rules from the year before the first to the year after the last.

    The library writes when the clock goes forward by what it shows then; the standard asks for what it showed until then
    (RFC 5545, 3.6.5), and a reader that keeps to it would be an hour late on that night.
    """
    made = Timezone.from_tzid(zone, first_date=date(first - 1, 1, 1), last_date=date(last + 1, 12, 31))
    for part in cast("list[Any]", made.subcomponents):
        forward: timedelta = part["TZOFFSETTO"].td - part["TZOFFSETFROM"].td
        if forward <= timedelta(0):
            continue
        part["DTSTART"] = vDDDTypes(part["DTSTART"].dt - forward)
        if (more := part.get("RDATE")) is not None:
            part["RDATE"] = vDDDLists([one.dt - forward for one in more.dts])
    return made
