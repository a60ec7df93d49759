"""Slots against an oracle that goes through every minute: none outside, none missing, none twice, on days clocks change too."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from enfilade.appointments.slots import Free, Place, Slot, Terms, chosen, fits, slots
from enfilade.appointments.working import Pattern, Span, worked
from enfilade.boutiques.hours import Interval, intervals

MINUTE = timedelta(minutes=1)
#: A zone, a country whose holidays are known, and a first day: with a gap, with an overlap, or with neither.
DAYS = [
    ("Europe/Paris", "FR", date(2027, 3, 27)),
    ("Europe/Paris", "FR", date(2026, 10, 24)),
    ("Europe/Paris", "FR", date(2026, 12, 24)),
    ("America/New_York", "US", date(2027, 3, 13)),
    ("America/New_York", "US", date(2026, 10, 31)),
    ("Australia/Lord_Howe", "AU", date(2027, 4, 3)),
    ("Australia/Lord_Howe", "AU", date(2026, 10, 3)),
    ("Asia/Shanghai", "CN", date(2026, 10, 1)),
    ("Asia/Kathmandu", "NP", date(2026, 11, 22)),
    ("Africa/Cairo", "EG", date(2027, 4, 29)),
]
HOURS = [
    "24/7",
    "Mo-Sa 10:00-19:00; PH off",
    "Mo-Su 00:00-05:00,10:00-13:00,14:00-20:15",
    "Mo-Su 01:45-03:10",
    "",
]
NIGHT_OR_DAY = st.one_of(
    st.integers(0, 5 * 12).map(lambda n: n * 5), st.integers(0, 24 * 12 - 1).map(lambda n: n * 5)
)


@st.composite
def patterns(draw: st.DrawFn) -> list[Pattern]:
    found: list[Pattern] = []
    for _ in range(draw(st.integers(0, 3))):
        since = draw(NIGHT_OR_DAY)
        until = draw(st.integers(since // 5 + 1, 24 * 12)) * 5
        found.append(Pattern(draw(st.integers(1, 7)), since, until, date(2026, 1, 1)))
        found.append(Pattern(found[-1].weekday % 7 + 1, since, until, date(2026, 1, 1)))
    return found


def free_of(
    number: int, spans: list[tuple[datetime, datetime]], languages: frozenset[str] = frozenset()
) -> Free:
    return Free(UUID(int=number), [(int(a.timestamp()), int(b.timestamp())) for a, b in spans], languages)


def joined(spans: list[Span]) -> list[tuple[datetime, datetime]]:
    """As range_agg does it."""
    found: list[tuple[datetime, datetime]] = []
    for span in spans:
        assert not found or found[-1][1] <= span.begins_at, "sorted and apart"
        if found and found[-1][1] == span.begins_at:
            found[-1] = (found[-1][0], span.ends_at)
        else:
            found.append((span.begins_at, span.ends_at))
    return found


def minutes_worked(weekly: list[Pattern], zone: str, first: date, days: int) -> set[datetime]:
    """Minute by minute: from the first that shows the beginning or later until the last that shows less than the end."""
    found: set[datetime] = set()
    there = ZoneInfo(zone)
    for number in range(days):
        day = first + timedelta(days=number)
        begin = datetime.combine(day, time(), there).astimezone(UTC) - timedelta(hours=2)
        shown = [begin + n * MINUTE for n in range(29 * 60)]
        clocks = [at.astimezone(there).replace(tzinfo=None) for at in shown]
        midnight = datetime.combine(day, time())
        for pattern in weekly:
            if pattern.weekday != day.isoweekday():
                continue
            since, until = midnight + pattern.from_minute * MINUTE, midnight + pattern.until_minute * MINUTE
            inside = [n for n, clock in enumerate(clocks) if since <= clock < until]
            if inside:
                found.update(shown[inside[0] : inside[-1] + 1])
    return found


def without(
    spans: list[tuple[datetime, datetime]], gone: list[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    left = spans
    for begin, end in gone:
        left = (
            [
                piece
                for a, b in left
                for piece in ((a, min(b, begin)), (max(a, end), b))
                if piece[0] < piece[1]
            ]
            if begin < end
            else left
        )
    return sorted(left)


@settings(max_examples=60, deadline=None)
@given(
    where=st.sampled_from(DAYS),
    hours=st.sampled_from(HOURS),
    weekly=st.lists(patterns(), min_size=1, max_size=3),
    absences=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4000), st.integers(5, 900)), max_size=4),
    closures=st.lists(st.tuples(st.integers(0, 4000), st.integers(5, 900)), max_size=2),
    taken=st.lists(st.tuples(st.integers(0, 4000), st.integers(5, 300)), max_size=3),
    lengths=st.tuples(
        st.sampled_from([15, 30, 45, 90]), st.sampled_from([0, 10, 25]), st.sampled_from([0, 5, 15])
    ),
    step=st.sampled_from([5, 10, 15, 20, 30, 60]),
    asked=st.sampled_from(["", "zh"]),
    since=st.integers(-600, 3000),
    pieces_after=st.one_of(st.none(), st.integers(0, 4000)),
    needs_seat=st.booleans(),
)
@example(
    where=DAYS[1],
    hours="24/7",
    weekly=[[Pattern(7, 0, 300, date(2026, 1, 1))]],
    absences=[],
    closures=[],
    taken=[],
    lengths=(15, 0, 0),
    step=15,
    asked="",
    since=-600,
    pieces_after=None,
    needs_seat=False,
)
@example(
    where=DAYS[0],
    hours="24/7",
    weekly=[[Pattern(7, 130, 155, date(2026, 1, 1))]],
    absences=[],
    closures=[],
    taken=[],
    lengths=(15, 0, 0),
    step=5,
    asked="",
    since=-600,
    pieces_after=None,
    needs_seat=False,
)
def test_slots_are_those_of_the_minute_by_minute_oracle(
    where: tuple[str, str, date],
    hours: str,
    weekly: list[list[Pattern]],
    absences: list[tuple[int, int, int]],
    closures: list[tuple[int, int]],
    taken: list[tuple[int, int]],
    lengths: tuple[int, int, int],
    step: int,
    asked: str,
    since: int,
    pieces_after: int | None,
    needs_seat: bool,
) -> None:
    zone, country, first = where
    there = ZoneInfo(zone)
    begin = datetime.combine(first, time(), there).astimezone(UTC)

    def span(after: int, length: int) -> tuple[datetime, datetime]:
        return begin + after * MINUTE, begin + (after + length) * MINUTE

    terms = Terms(*lengths, step, 60, 1, needs_seat)
    shut = [Interval(*span(*closure)) for closure in closures]
    opened = [
        (one.opens_at, one.closes_at)
        for one in intervals(hours, zone, country, shut, first - timedelta(days=1), 5)
    ]
    away = [[span(a, n) for who, a, n in absences if who == number] for number in range(len(weekly))]
    shifts = [joined(worked(one, zone, first - timedelta(days=1), 5)) for one in weekly]
    speaks = [frozenset({"zh"}) if number == 0 else frozenset({"fr"}) for number in range(len(weekly))]
    seat = without([(begin - timedelta(days=3), begin + timedelta(days=6))], [span(*one) for one in taken])
    place = Place(
        UUID(int=1),
        zone,
        free_of(0, opened).spans,
        [free_of(n, without(shifts[n], away[n]), speaks[n]) for n in range(len(weekly))],
        [free_of(9, seat)],
    )
    now = begin + since * MINUTE
    not_before = None if pieces_after is None else begin + pieces_after * MINUTE
    found = slots(terms, place, first_day=first, days=2, now=now, not_before=not_before, language=asked)

    open_minutes = {a + n * MINUTE for a, b in opened for n in range(int((b - a) / MINUTE))}
    free_minutes = [
        {
            at
            for at in minutes_worked(weekly[n], zone, first - timedelta(days=1), 5)
            if not any(a <= at < b for a, b in away[n])
        }
        for n in range(len(weekly))
        if not asked or asked in speaks[n]
    ]
    seated = {a + n * MINUTE for a, b in seat for n in range(int((b - a) / MINUTE))}
    last = now.astimezone(there).date() + timedelta(days=terms.horizon_days)
    expected: list[Slot] = []
    walls: set[datetime] = set()
    for number in range(52 * 60):
        at = begin + (number - 120) * MINUTE
        wall = at.astimezone(there).replace(tzinfo=None)
        if (
            not first <= wall.date() <= min(last, first + timedelta(days=1))
            or (wall.hour * 60 + wall.minute) % step
        ):
            continue
        if wall in walls:
            continue
        walls.add(wall)
        visit = {at + n * MINUTE for n in range(lengths[0])}
        whole = {at + n * MINUTE for n in range(-lengths[1], lengths[0] + lengths[2])}
        if (
            at >= now + timedelta(minutes=60)
            and (not_before is None or at >= not_before)
            and visit <= open_minutes
            and any(whole <= free for free in free_minutes)
            and (not needs_seat or whole <= seated)
        ):
            expected.append(Slot(at, wall))
    assert found == expected
    assert all(before < after for before, after in pairwise(found))
    for slot in found:
        who = chosen(terms, place, slot.starts_at, asked)
        assert who is not None
        advisor = next(one for one in place.advisors if one.id == who[0])
        assert fits(terms, advisor, slot.starts_at)
        assert not asked or asked in advisor.languages
        assert (who[1] is not None) == needs_seat


def test_who_has_least_to_do_is_chosen() -> None:
    at = datetime(2026, 11, 24, 10, tzinfo=UTC)
    day = [(int(at.timestamp()) - 3600, int(at.timestamp()) + 3600 * 8)]
    terms = Terms(60, 0, 0, 15, 0, 30, False)
    busy, idle, other = (
        Free(UUID(int=1), day, busy_minutes=60),
        Free(UUID(int=3), day),
        Free(UUID(int=2), day),
    )
    assert chosen(terms, Place(UUID(int=9), "UTC", day, [busy, idle, other]), at) == (other.id, None)
    assert chosen(terms, Place(UUID(int=9), "UTC", day, []), at) is None
