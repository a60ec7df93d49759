"""Until when: the maison's days, the law's, working days, the way of a parcel; and parts that add up to the whole."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enfilade.orders.return_terms import Terms, Until, part, until

PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("days", "countries", "method", "left", "day", "by_law"),
    [
        # Handed over on Monday the 2nd of March 2026: thirty days are the 1st of April, a Wednesday.
        (30, ["FR"], "collect", datetime(2026, 3, 2, 10, tzinfo=UTC), date(2026, 4, 1), date(2026, 3, 16)),
        # Late in the evening in Paris it is still the 2nd there, though not in UTC.
        (
            30,
            ["FR"],
            "collect",
            datetime(2026, 3, 2, 22, 30, tzinfo=UTC),
            date(2026, 4, 1),
            date(2026, 3, 16),
        ),
        # Fewer than the law are the law's.
        (5, ["FR"], "collect", datetime(2026, 3, 2, 10, tzinfo=UTC), date(2026, 3, 16), date(2026, 3, 16)),
        # A parcel's days begin when it should have been there: four days later.
        (14, ["FR"], "ship", datetime(2026, 3, 2, 10, tzinfo=UTC), date(2026, 3, 20), date(2026, 3, 20)),
        # The 14th of July is no working day in France, the 16th of May a Saturday and Whit Monday is on the 25th.
        (14, ["FR"], "collect", datetime(2026, 6, 30, 10, tzinfo=UTC), date(2026, 7, 15), date(2026, 7, 15)),
        (14, ["FR"], "collect", datetime(2026, 5, 2, 10, tzinfo=UTC), date(2026, 5, 18), date(2026, 5, 18)),
        (14, ["FR"], "collect", datetime(2026, 5, 9, 10, tzinfo=UTC), date(2026, 5, 26), date(2026, 5, 26)),
        # China knows seven days, the United States none.
        (0, ["CN"], "ship", datetime(2026, 3, 2, 10, tzinfo=UTC), date(2026, 3, 13), date(2026, 3, 13)),
        (10, ["US"], "ship", datetime(2026, 3, 2, 10, tzinfo=UTC), date(2026, 3, 16), None),
        # What was bought in the boutique is not bought at a distance.
        (0, ["FR"], "reserve", datetime(2026, 3, 2, 10, tzinfo=UTC), date(2026, 3, 2), None),
        # Of a market of several countries, the client has the longest.
        (
            0,
            ["CN", "FR"],
            "collect",
            datetime(2026, 3, 2, 10, tzinfo=UTC),
            date(2026, 3, 16),
            date(2026, 3, 16),
        ),
        # No market is known any more: the maison's days, as they are.
        (5, [], "collect", datetime(2026, 3, 2, 10, tzinfo=UTC), date(2026, 3, 7), None),
    ],
)
def test_until(
    days: int, countries: list[str], method: str, left: datetime, day: date, by_law: date | None
) -> None:
    found = until(Terms(days, 4, countries), method=method, left_at=left, zone=PARIS)
    assert (found.day, found.by_law) == (day, by_law)


@given(st.integers(0, 10**9), st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_parts_add_up_to_the_total(total: int, taken: list[int]) -> None:
    quantity, before, parts = sum(taken), 0, list[int]()
    for now in taken:
        parts.append(part(total, quantity, before=before, now=now))
        before += now
    assert sum(parts) == total
    assert all(0 <= one <= total for one in parts)


def test_a_parcel_that_came_late_moves_the_day_and_one_that_came_early_does_not() -> None:
    terms = Terms(30, 5, ["FR"])
    sent = datetime(2026, 3, 2, 10, tzinfo=UTC)

    def last(days: int | None) -> Until:
        delivered_at = None if days is None else sent + timedelta(days=days)
        return until(terms, method="ship", left_at=sent, zone=PARIS, delivered_at=delivered_at)

    assert last(1) == last(None) == last(5), "what was promised stays"
    # Delivered on the 14th: thirty days are the 13th of April, a Monday, and fourteen the 28th of March, a Saturday.
    assert last(12) == Until(date(2026, 4, 13), date(2026, 3, 30))
