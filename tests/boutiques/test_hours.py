"""Opening hours become points in time: by wall clock, around holidays, across clock changes, without closures."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enfilade.boutiques.hours import HoursRefused, Interval, checked, intervals, without


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def paris(hours: str, start: date, days: int = 1, closures: tuple[Interval, ...] = ()) -> list[Interval]:
    return intervals(hours, "Europe/Paris", "FR", closures, start, days)


def test_a_week_in_winter_time():
    week = paris("Mo-Sa 10:00-19:00", date(2026, 11, 23), 7)
    assert week[0] == Interval(utc(11, 23, 9), utc(11, 23, 18))
    assert len(week) == 6


def test_a_lunch_break_gives_two_intervals():
    assert paris("Mo 10:00-12:30,14:00-19:00", date(2026, 11, 23)) == [
        Interval(utc(11, 23, 9), utc(11, 23, 11, 30)),
        Interval(utc(11, 23, 13), utc(11, 23, 18)),
    ]


def test_a_public_holiday_closes_where_the_hours_say_so_and_follows_the_country():
    assert paris("Mo-Sa 10:00-19:00; PH off", date(2026, 7, 14)) == []
    in_belgium = intervals("Mo-Sa 10:00-19:00; PH off", "Europe/Brussels", "BE", [], date(2026, 7, 14), 1)
    assert len(in_belgium) == 1
    nowhere = intervals("Mo-Sa 10:00-19:00; PH off", "Asia/Dubai", "AE", [], date(2026, 7, 14), 1)
    assert len(nowhere) == 1, "a country whose holidays are unknown is open as written"


def test_the_day_clocks_go_forward_is_an_hour_shorter():
    assert paris("24/7", date(2026, 3, 29)) == [Interval(utc(3, 28, 23), utc(3, 29, 22))]
    # 02:30 does not exist that day: the place opens when the clock has passed it.
    assert paris("Su 02:30-05:00", date(2026, 3, 29)) == [Interval(utc(3, 29, 1), utc(3, 29, 3))]


def test_the_day_clocks_go_back_is_an_hour_longer():
    assert paris("24/7", date(2026, 10, 25)) == [Interval(utc(10, 24, 22), utc(10, 25, 23))]
    opens, closes = paris("Su 01:00-05:00", date(2026, 10, 25))[0].opens_at, utc(10, 25, 4)
    assert (closes - opens).total_seconds() == 5 * 3600


def test_the_same_wall_clock_before_and_after_the_change():
    hours = paris("Mo-Su 10:00-19:00", date(2026, 10, 24), 2)
    assert hours == [Interval(utc(10, 24, 8), utc(10, 24, 17)), Interval(utc(10, 25, 9), utc(10, 25, 18))]


def test_hours_past_midnight_belong_together():
    assert paris("Fr 22:00-26:00", date(2026, 11, 27), 2) == [Interval(utc(11, 27, 21), utc(11, 28, 1))]


@pytest.mark.parametrize("silent", ["", "   ", "off", "Mo-Sa 10:00-19:00 unknown"])
def test_what_is_not_known_to_be_open_is_closed(silent: str):
    assert paris(silent, date(2026, 11, 23), 7) == []


@pytest.mark.parametrize("wrong", ["Mo-Sa 10h-19h", "ouvert tous les jours", "25:99-26:99", "Mo" * 300])
def test_other_text_is_refused(wrong: str):
    with pytest.raises(HoursRefused):
        checked(wrong)


def test_a_closure_takes_away_shortens_and_cuts():
    day = (Interval(utc(11, 23, 9), utc(11, 23, 18)),)
    assert without(list(day), [Interval(utc(11, 23, 0), utc(11, 24, 0))]) == []
    assert without(list(day), [Interval(utc(11, 23, 12), utc(11, 24, 0))]) == [
        Interval(utc(11, 23, 9), utc(11, 23, 12))
    ]
    assert without(list(day), [Interval(utc(11, 23, 12), utc(11, 23, 14))]) == [
        Interval(utc(11, 23, 9), utc(11, 23, 12)),
        Interval(utc(11, 23, 14), utc(11, 23, 18)),
    ]
    assert without(list(day), [Interval(utc(11, 23, 18), utc(11, 24, 0))]) == list(day), "ends where it began"


minutes = st.integers(0, 600)
spans = st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1]).map(sorted)


@given(st.lists(spans, max_size=4), st.lists(spans, max_size=6))
def test_without_is_set_difference(opened: list[list[int]], closed: list[list[int]]):
    def at(minute: int) -> datetime:
        return datetime.fromtimestamp(1_800_000_000 + 60 * minute, UTC)

    # Open intervals are apart by contract: join them first.
    inside = {m for begin, end in opened for m in range(begin, end)}
    apart: list[Interval] = []
    for m in sorted(inside):
        if apart and apart[-1].closes_at == at(m):
            apart[-1] = Interval(apart[-1].opens_at, at(m + 1))
        else:
            apart.append(Interval(at(m), at(m + 1)))
    left = without(apart, [Interval(at(begin), at(end)) for begin, end in closed])
    expected = inside - {m for begin, end in closed for m in range(begin, end)}
    got = {m for m in range(601) for hours in left if hours.opens_at <= at(m) < hours.closes_at}
    assert got == expected
    assert all(hours.opens_at < hours.closes_at for hours in left)
