"""Identifiers sort by the time they were given, and say nothing else."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enfilade.base.ids import new_id

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(days=1), timedelta(days=84_000)).map(lambda since: EPOCH + since)


@given(moments)
def test_an_id_is_a_uuid_of_version_7_and_holds_its_millisecond(now: datetime) -> None:
    made = new_id(now)
    assert (made.version, made.variant) == (7, RFC_4122)
    held = EPOCH + timedelta(milliseconds=made.int >> 80)
    assert abs(held - now) < timedelta(milliseconds=1.1)


@given(moments, st.timedeltas(timedelta(milliseconds=2), timedelta(days=36500)))
def test_a_later_id_sorts_after_an_earlier_one(now: datetime, later: timedelta) -> None:
    first, second = new_id(now), new_id(now + later)
    assert first < second
    assert str(first) < str(second)


@given(moments)
def test_the_zone_of_the_clock_does_not_matter(now: datetime) -> None:
    elsewhere = now.astimezone(timezone(timedelta(hours=9, minutes=30)))
    assert new_id(now).int >> 80 == new_id(elsewhere).int >> 80


def test_ids_of_one_moment_differ() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    assert len({new_id(now) for _ in range(10_000)}) == 10_000


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(AssertionError, match="zone"):
        new_id(datetime(2026, 3, 1))  # noqa: DTZ001 - that is the point
