"""Small cells are joined until none tells of a few purchases, and nothing is lost by it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from enfilade.orders.small_cells import LINES_MIN, Cell, Monthly, cells, joined, months_between

LEAVES = (
    "online_collected",
    "online_shipped",
    "boutique",
    "reserve",
    "pay_by_link",
    "endless_aisle",
    "phone",
)
MONTHS = months_between(date(2025, 11, 1), date(2026, 10, 1))


def of(detail: str, found: list[Cell]) -> list[tuple[str, str, str, int]]:
    return sorted(
        (c.first_month.isoformat()[:7], c.last_month.isoformat()[:7], c.part, c.lines)
        for c in found
        if c.detail == detail
    )


def test_a_month_too_small_joins_the_next_and_the_last_joins_the_one_before() -> None:
    tallies = [
        Monthly(month, "boutique", lines, lines * 100)
        for month, lines in zip(MONTHS, (7, 2, 2, 1, 5, 3), strict=False)
    ]
    assert of("total", cells(tallies)) == [
        ("2025-11", "2025-11", "boutique", 7),
        ("2025-12", "2026-02", "boutique", 5),
        ("2026-03", "2026-04", "boutique", 8),
    ]


def test_fewer_than_five_lines_are_not_told_at_all() -> None:
    assert cells([Monthly(MONTHS[0], "boutique", 3, 900), Monthly(MONTHS[4], "online_shipped", 1, 900)]) == []


def test_few_lines_online_are_told_over_more_months_while_the_months_keep_their_totals() -> None:
    tallies = [Monthly(month, "boutique", 20, 2000) for month in MONTHS[:4]]
    tallies += [Monthly(month, "online_shipped", 3, 300) for month in MONTHS[:4]]
    found = cells(tallies)
    assert [(first, lines) for first, _, _, lines in of("total", found)] == [
        ("2025-11", 23),
        ("2025-12", 23),
        ("2026-01", 23),
        ("2026-02", 23),
    ]
    assert of("promise", found) == [
        ("2025-11", "2025-12", "boutique", 40),
        ("2025-11", "2025-12", "online_shipped", 6),
        ("2026-01", "2026-02", "boutique", 40),
        ("2026-01", "2026-02", "online_shipped", 6),
    ]


def test_what_is_too_small_in_all_the_time_is_folded_into_its_next_of_kin() -> None:
    tallies = [
        Monthly(MONTHS[0], leaf, lines, lines)
        for leaf, lines in (("boutique", 50), ("reserve", 6), ("phone", 2))
    ]
    tallies += [Monthly(MONTHS[0], "online_shipped", 9, 9), Monthly(MONTHS[0], "online_collected", 4, 4)]
    found = cells(tallies)
    assert {part: lines for _, _, part, lines in of("promise", found)} == {
        "boutique+phone+reserve": 58,
        "online_collected+online_shipped": 13,
    }
    assert {part: lines for _, _, part, lines in of("channel", found)} == {
        "boutique": 50,
        "phone+reserve": 8,
        "online_collected+online_shipped": 13,
    }


def test_a_few_online_lines_never_show_beside_the_total() -> None:
    tallies = [Monthly(MONTHS[0], "boutique", 50, 50), Monthly(MONTHS[0], "online_shipped", 4, 4)]
    assert {part for _, _, part, _ in of("promise", cells(tallies))} == {"boutique+online_shipped"}


@given(
    st.lists(
        st.builds(
            Monthly,
            month=st.sampled_from(MONTHS),
            leaf=st.sampled_from(LEAVES),
            lines=st.integers(1, 12),
            net_minor=st.integers(1, 10**7),
        ),
        min_size=1,
        max_size=60,
        unique_by=lambda tally: (tally.month, tally.leaf),
    )
)
def test_no_cell_is_small_every_detail_tells_every_line_once_and_periods_and_parts_nest(
    tallies: list[Monthly],
) -> None:
    found = cells(tallies)
    lines, net = sum(t.lines for t in tallies), sum(t.net_minor for t in tallies)
    if lines < LINES_MIN:
        assert found == []
        return
    before: list[Cell] = []
    for detail in ("total", "promise", "method", "channel"):
        told = [cell for cell in found if cell.detail == detail]
        assert (sum(c.lines for c in told), sum(c.net_minor for c in told)) == (lines, net)
        assert min(c.lines for c in told) >= LINES_MIN
        for coarse in before:
            around = {
                c.first_month
                for c in told
                if c.first_month <= coarse.first_month and coarse.last_month <= c.last_month
            }
            assert len(around) == 1, "each period of the coarser detail lies in one period of the finer"
        for cell in told:
            assert sum(set(cell.part.split("+")) <= set(c.part.split("+")) for c in before) >= bool(before)
        before = told


def test_spans_at_the_end_join_backwards_until_they_are_enough() -> None:
    sizes = {MONTHS[0]: 5, MONTHS[1]: 0, MONTHS[2]: 3}
    spans = joined([(m,) for m in MONTHS[:3]], lambda span: (n := sum(sizes[m] for m in span)) == 0 or n >= 5)
    assert spans == [tuple(MONTHS[:3])]
