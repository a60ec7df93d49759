"""The nearest slot for an appointment that cannot be: the one that keeps most of what was agreed. Pure.

What the visit needs is kept always: its service, a language, its pieces. What it would rather keep is weighed in minutes.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from enfilade.appointments.slots import Free, Place, Slot, Terms, chosen

DAY = 24 * 60
#: Another part of the day is as bad as a day later, another boutique of the city as half a day.
OTHER_PART = DAY
OTHER_BOUTIQUE = DAY // 2


@dataclass(frozen=True, slots=True)
class Visit:
    """What was agreed. `wall` by its boutique's clock; `language` '' for any; `elsewhere`: when its client is somewhere else.

    `ready`: boutiques in which all its pieces are only from a moment on.
    """

    id: UUID
    location_id: UUID
    staff_id: UUID
    starts_at: datetime
    wall: datetime
    language: str
    elsewhere: tuple[tuple[datetime, datetime], ...] = ()
    ready: dict[UUID, datetime] = field(default_factory=dict[UUID, datetime])


@dataclass(slots=True)
class Choice:
    """A boutique that could take it. `slots` of a language are asked for when they are needed, and once."""

    place: Place
    slots: Callable[[str], list[Slot]]
    known: dict[str, list[Slot]] = field(default_factory=dict[str, list[Slot]])

    def of(self, language: str) -> list[Slot]:
        if language not in self.known:
            self.known[language] = self.slots(language)
        return self.known[language]


@dataclass(frozen=True, slots=True)
class Better:
    """A slot with who and which seat is kept for it."""

    location_id: UUID
    slot: Slot
    staff_id: UUID
    seat_id: UUID | None


def part(wall: datetime) -> int:
    """Morning, afternoon from noon, evening from five."""
    return (wall.hour >= 12) + (wall.hour >= 17)


def nearest(terms: Terms, visit: Visit, choices: list[Choice], lacking: frozenset[UUID]) -> Better | None:
    """The slot with the least weight, then the earliest, then by boutique; not in a boutique that is `lacking` its pieces."""
    best: tuple[float, datetime, UUID] | None = None
    found: Better | None = None
    for choice in choices:
        place = choice.place
        if place.location_id in lacking:
            continue
        other = OTHER_BOUTIQUE if place.location_id != visit.location_id else 0
        if best is not None and other > best[0]:
            continue
        ready = visit.ready.get(place.location_id)
        for slot in _outward(choice.of(visit.language), visit.starts_at):
            if ready is not None and slot.starts_at < ready:
                continue
            apart = abs(slot.starts_at - visit.starts_at).total_seconds() / 60
            if best is not None and apart + other > best[0]:
                break
            weight = apart + other + (OTHER_PART if part(slot.wall) != part(visit.wall) else 0)
            if best is not None and (weight, slot.starts_at, place.location_id) >= best:
                continue
            if any(begins < _ends(terms, slot) and slot.starts_at < ends for begins, ends in visit.elsewhere):
                continue
            who = chosen(terms, place, slot.starts_at, visit.language, visit.staff_id)
            if who is not None:
                best = (weight, slot.starts_at, place.location_id)
                found = Better(place.location_id, slot, *who)
    return found


def taken(terms: Terms, place: Place, better: Better) -> None:
    """Nobody else is given this time of the advisor and the seat."""
    start = int(better.slot.starts_at.timestamp())
    begins = start - terms.preparation_minutes * 60
    ends = start + (terms.minutes + terms.clearing_minutes) * 60
    kept = (better.staff_id, better.seat_id)
    place.advisors = [_without(one, begins, ends) if one.id in kept else one for one in place.advisors]
    place.seats = [_without(one, begins, ends) if one.id in kept else one for one in place.seats]


def _without(one: Free, begins: int, ends: int) -> Free:
    left: list[tuple[int, int]] = []
    for since, until in one.spans:
        if since < begins:
            left.append((since, min(until, begins)))
        if until > ends:
            left.append((max(since, ends), until))
    return replace(one, spans=left)


def _ends(terms: Terms, slot: Slot) -> datetime:
    return datetime.fromtimestamp(slot.starts_at.timestamp() + terms.minutes * 60, slot.starts_at.tzinfo)


def _outward(slots: list[Slot], wanted: datetime) -> Iterator[Slot]:
    """From the one nearest to the time that was wanted to the one farthest away."""
    after = bisect_left(slots, wanted, key=lambda slot: slot.starts_at)
    before = after - 1
    while before >= 0 or after < len(slots):
        if before < 0 or (
            after < len(slots) and slots[after].starts_at - wanted <= wanted - slots[before].starts_at
        ):
            yield slots[after]
            after += 1
        else:
            yield slots[before]
            before -= 1
