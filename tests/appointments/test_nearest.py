"""The nearest other time: against a search through everything, in drawn weeks."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from enfilade.appointments.nearest import OTHER_BOUTIQUE, OTHER_PART, Choice, Visit, nearest, part, taken
from enfilade.appointments.slots import Free, Place, Slot, Terms, chosen, slots

TERMS = Terms(30, 15, 15, 30, 0, 27, needs_seat=True)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = 3600
BASE = int(NOW.timestamp())


def spans(hours: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for begin, length in sorted(hours):
        since, until = BASE + begin * HOUR, BASE + (begin + length) * HOUR
        if not found or found[-1][1] < since:
            found.append((since, until))
    return found


hours = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 9)), max_size=4).map(spans)
places = st.lists(
    st.tuples(
        st.lists(st.tuples(hours, st.sampled_from(["fr", "zh"])), max_size=3), st.lists(hours, max_size=2)
    ),
    min_size=1,
    max_size=3,
)


def made(
    drawn: list[tuple[list[tuple[list[tuple[int, int]], str]], list[list[tuple[int, int]]]]],
) -> list[Place]:
    return [
        Place(
            UUID(int=number),
            "UTC",
            [(BASE, BASE + 120 * HOUR)],
            [Free(UUID(int=100 + 10 * number + at), free, frozenset({speaks})) for at, (free, speaks) in enumerate(advisors)],
            [Free(UUID(int=500 + 10 * number + at), free) for at, free in enumerate(seats)],
        )
        for number, (advisors, seats) in enumerate(drawn)
    ]  # fmt: skip


def choice(place: Place) -> Choice:
    return Choice(
        place, lambda language: slots(TERMS, place, first_day=NOW.date(), days=5, now=NOW, language=language)
    )


@settings(max_examples=150, deadline=None)
@given(places, st.integers(0, 110), st.sampled_from(["", "zh"]), hours, st.booleans())
def test_it_is_the_best_there_is_and_nobody_is_given_it_twice(
    drawn: list[tuple[list[tuple[list[tuple[int, int]], str]], list[list[tuple[int, int]]]]],
    hour: int,
    language: str,
    busy: list[tuple[int, int]],
    lacking: bool,
) -> None:
    found = made(drawn)
    wanted = NOW + timedelta(hours=hour)
    elsewhere = tuple((datetime.fromtimestamp(a, UTC), datetime.fromtimestamp(b, UTC)) for a, b in busy)
    visit = Visit(
        UUID(int=1),
        found[0].location_id,
        UUID(int=100),
        wanted,
        wanted.replace(tzinfo=None),
        language,
        elsewhere,
    )
    without = frozenset({found[-1].location_id}) if lacking else frozenset[UUID]()

    def weight(place: Place, slot: Slot) -> float:
        return (
            abs(slot.starts_at - wanted).total_seconds() / 60
            + (OTHER_BOUTIQUE if place is not found[0] else 0)
            + (OTHER_PART if part(slot.wall) != part(visit.wall) else 0)
        )

    before = None
    choices = [choice(place) for place in found]
    while True:
        every = [
            (weight(place, slot), slot.starts_at, place.location_id)
            for place in found
            if place.location_id not in without
            for slot in slots(TERMS, place, first_day=NOW.date(), days=5, now=NOW, language=language)
            if not any(
                a < slot.starts_at + timedelta(minutes=30) and slot.starts_at < b for a, b in elsewhere
            )
        ]
        better = nearest(TERMS, visit, choices, without)
        if better is None:
            assert not every
            return
        assert (better.location_id, better.slot.starts_at) == min(every)[::-1][:2]
        place = next(place for place in found if place.location_id == better.location_id)
        who = chosen(TERMS, place, better.slot.starts_at, language, visit.staff_id)
        assert who == (better.staff_id, better.seat_id)
        assert (better, "again") != before
        before = (better, "again")
        taken(TERMS, place, better)
