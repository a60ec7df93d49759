"""The row of windows: everybody's turn comes, and nobody stands beside whom one of the two will not stand beside."""

import itertools
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from enfilade.editorial.arranging import PLACES, Guest, arranged

DAY = date(2026, 12, 1)
IDS = [UUID(int=number) for number in range(1, 31)]


def days(ids: list[UUID], apart: set[frozenset[UUID]], count: int) -> list[list[UUID]]:
    """So many days, one after the other."""
    first: dict[UUID, date] = {}
    shown: dict[UUID, date] = {}
    rows: list[list[UUID]] = []
    for number in range(count):
        day = DAY + timedelta(days=number)
        row = arranged([Guest(one, first.get(one), shown.get(one)) for one in ids], apart, day=day)
        rows.append(row)
        first.update(dict.fromkeys(row[:1], day))
        shown.update(dict.fromkeys(row, day))
    return rows


pairs = some.frozensets(some.sampled_from(IDS), min_size=2, max_size=2)


@given(some.integers(1, 30), some.sets(pairs, max_size=40))
def test_no_two_stand_side_by_side_unwillingly_and_each_stands_once(
    number: int, apart: set[frozenset[UUID]]
) -> None:
    for row in days(IDS[:number], apart, 12):
        assert 1 <= len(row) <= PLACES
        assert len(set(row)) == len(row)
        assert not apart & {frozenset(two) for two in itertools.pairwise(row)}


@given(some.integers(1, 30), some.sets(pairs, max_size=40))
def test_each_stands_first_once_before_anybody_does_twice(number: int, apart: set[frozenset[UUID]]) -> None:
    firsts = [row[0] for row in days(IDS[:number], apart, 3 * number)]
    for turn in range(3):
        assert set(firsts[turn * number : (turn + 1) * number]) == set(IDS[:number])


def test_where_nobody_minds_all_are_seen_equally_often() -> None:
    rows = days(IDS[:21], set(), 63)
    seen = [sum(one in row for row in rows) for one in IDS[:21]]
    assert sum(seen) == 63 * PLACES
    assert max(seen) - min(seen) <= 3


def test_who_comes_new_stands_first_once_and_then_waits_like_the_others() -> None:
    rows = days(IDS[:10], set(), 100)
    last: dict[UUID, date] = {}
    for number, row in enumerate(rows):
        last[row[0]] = DAY + timedelta(days=number)
    guests = [Guest(one, last[one], DAY + timedelta(days=99)) for one in IDS[:10]]
    new = Guest(IDS[20])
    day = DAY + timedelta(days=100)
    assert arranged([*guests, new], set(), day=day)[0] == new.maison_id
    later = [*guests, Guest(IDS[20], day, day)]
    assert arranged(later, set(), day=day + timedelta(days=1))[0] == min(last, key=lambda one: last[one])


def test_what_stands_stays_until_it_may_not() -> None:
    guests = [Guest(one) for one in IDS[:12]]
    row = arranged(guests, set(), day=DAY)
    assert arranged(guests, set(), day=DAY, standing=row) == row
    without = arranged([g for g in guests if g.maison_id != row[2]], set(), day=DAY, standing=row)
    assert without[:6] == [*row[:2], *row[3:]]
    assert len(without) == PLACES
    assert row[2] not in without
    parted = arranged(guests, {frozenset(row[:2])}, day=DAY, standing=row)
    assert parted[:6] == [row[0], *row[2:]]
    assert len(parted) == PLACES


def test_who_stands_beside_nobody_stands_alone_on_its_day_only() -> None:
    apart = {frozenset((IDS[0], one)) for one in IDS[1:10]}
    rows = days(IDS[:10], apart, 10)
    assert [row for row in rows if IDS[0] in row] == [[IDS[0]]]
    assert all(len(row) == PLACES for row in rows if IDS[0] not in row)
