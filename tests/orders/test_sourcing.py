"""The rules of sourcing, one by one and together, as values."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enfilade.orders.sourcing import (
    Candidate,
    Need,
    can_fill_all,
    chosen_boutique,
    decide,
    most_stock,
    nearest,
)

BAG, RING = UUID(int=1), UUID(int=2)
PARIS, LYON, LILLE = UUID(int=11), UUID(int=12), UUID(int=13)


def place(location: UUID, km: float | None, bags: int, rings: int = 0, *, chosen: bool = False) -> Candidate:
    return Candidate(location, km, {BAG: bags, RING: rings}, chosen)


@pytest.mark.parametrize(
    ("rule", "candidates", "left"),
    [
        (chosen_boutique, [place(PARIS, 1, 1), place(LYON, 2, 1, chosen=True)], [LYON]),
        (chosen_boutique, [place(PARIS, 1, 1), place(LYON, 2, 1)], [PARIS, LYON]),
        (can_fill_all, [place(PARIS, 1, 1), place(LYON, 2, 1, 1)], [LYON]),
        (can_fill_all, [place(PARIS, 1, 1), place(LYON, 2, 1)], [PARIS, LYON]),
        (nearest, [place(PARIS, 5, 1), place(LYON, 2, 1), place(LILLE, None, 9)], [LYON]),
        (nearest, [place(PARIS, None, 1), place(LYON, None, 1)], [PARIS, LYON]),
        (most_stock, [place(PARIS, 5, 1), place(LYON, 2, 4)], [LYON]),
        (most_stock, [place(LYON, 5, 4), place(PARIS, 2, 4)], [PARIS]),
    ],
)
def test_each_rule_reduces_or_abstains(rule, candidates: list[Candidate], left: list[UUID]) -> None:
    assert [c.location_id for c in rule([Need(BAG, 1), Need(RING, 1)], candidates)] == left


def test_one_parcel_before_the_shortest_way() -> None:
    assert decide([Need(BAG, 1), Need(RING, 1)], [place(PARIS, 1, 5), place(LYON, 400, 1, 1)]) == {
        BAG: LYON,
        RING: LYON,
    }


def test_what_one_place_cannot_fill_goes_to_the_next() -> None:
    assert decide([Need(BAG, 1), Need(RING, 1)], [place(PARIS, 1, 1), place(LYON, 400, 0, 1)]) == {
        BAG: PARIS,
        RING: LYON,
    }


def test_nobody_can() -> None:
    assert decide([Need(BAG, 2)], [place(PARIS, 1, 1), place(LYON, 2, 1)]) == {}
    assert decide([Need(BAG, 1)], []) == {}


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.one_of(st.none(), st.floats(0, 500))), max_size=6
    ),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_no_place_is_asked_for_more_than_it_has(stock, bags: int, rings: int) -> None:
    candidates = [place(UUID(int=100 + i), km, b, r) for i, (b, r, km) in enumerate(stock)]
    by_id = {candidate.location_id: candidate for candidate in candidates}
    needs = {BAG: Need(BAG, bags), RING: Need(RING, rings)}
    placed = decide(list(needs.values()), candidates)
    assert all(by_id[location].fills(needs[variant]) for variant, location in placed.items())
    for variant in needs.keys() - placed.keys():
        assert not any(candidate.fills(needs[variant]) for candidate in candidates)
