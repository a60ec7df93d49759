"""Sourcing as values: the rules one by one and together, the cheapest division, many orders at once."""

import time
from collections.abc import Iterator
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enfilade.orders.sourcing import rules
from enfilade.orders.sourcing.batch import Places, Waiting, Way, cost_minor, one_by_one, together
from enfilade.orders.sourcing.costs import (
    Candidate,
    Need,
    Place,
    Selling,
    Terms,
    missed_minor,
    parcel_minor,
    pieces_minor,
)
from enfilade.orders.sourcing.plan import cheapest
from enfilade.orders.sourcing.replay import Day, after, drawn, in_batches, nearest_first
from enfilade.orders.sourcing.rules import RULES, decide, decided

BAG, RING, SCARF = UUID(int=1), UUID(int=2), UUID(int=3)
PARIS, LYON, LILLE = UUID(int=11), UUID(int=12), UUID(int=13)
BOTH = [Need(BAG, 1), Need(RING, 1)]


def place(
    location: UUID,
    km: float | None,
    bags: int,
    rings: int = 0,
    *,
    chosen: bool = False,
    abroad: bool = False,
    over_customs: bool = False,
    kind: str = "boutique",
    a_day: float = 0.0,
    spare: int | None = None,
) -> Candidate:
    selling = {BAG: Selling(a_day, 100_000)} if a_day else {}
    at = Place(location, {BAG: bags, RING: rings}, kind, selling, spare)
    return Candidate(at, km, abroad, chosen, over_customs)


@pytest.mark.parametrize(
    ("rule", "candidates", "left"),
    [
        ("chosen_boutique", [place(PARIS, 1, 1), place(LYON, 2, 1, chosen=True)], [LYON]),
        ("chosen_boutique", [place(PARIS, 1, 1), place(LYON, 2, 1)], [PARIS, LYON]),
        ("one_parcel", [place(PARIS, 1, 1), place(LYON, 2, 1, 1)], [LYON]),
        ("one_parcel", [place(PARIS, 1, 1), place(LYON, 2, 1)], [PARIS, LYON]),
        ("same_country", [place(PARIS, 1, 1, abroad=True), place(LYON, 2, 1)], [LYON]),
        ("same_country", [place(PARIS, 1, 1, abroad=True)], [PARIS]),
        ("same_customs", [place(PARIS, 1, 1, over_customs=True), place(LYON, 2, 1, abroad=True)], [LYON]),
        ("same_customs", [place(PARIS, 1, 1, over_customs=True)], [PARIS]),
        ("warehouse_first", [place(PARIS, 1, 1), place(LYON, 2, 1, kind="warehouse")], [LYON]),
        ("boutique_first", [place(PARIS, 1, 1), place(LYON, 2, 1, kind="warehouse")], [PARIS]),
        ("with_time", [place(PARIS, 1, 1, spare=0), place(LYON, 2, 1, spare=3)], [LYON]),
        ("with_time", [place(PARIS, 1, 1, spare=0), place(LYON, 2, 1, spare=0)], [PARIS, LYON]),
        ("nearest", [place(PARIS, 5, 1), place(LYON, 2, 1), place(LILLE, None, 9)], [LYON]),
        ("nearest", [place(PARIS, None, 1), place(LYON, None, 1)], [PARIS, LYON]),
        ("slowest", [place(PARIS, 5, 1, a_day=0.2), place(LYON, 2, 1, a_day=0.01)], [LYON]),
        ("slowest", [place(PARIS, 5, 1), place(LYON, 2, 1)], [PARIS, LYON]),
        ("most_stock", [place(PARIS, 5, 1), place(LYON, 2, 4)], [LYON]),
    ],
)
def test_each_rule_keeps_some_or_abstains(rule: str, candidates: list[Candidate], left: list[UUID]) -> None:
    assert [c.location_id for c in RULES[rule](BOTH, candidates, Terms())] == left


def test_every_rule_and_no_other_can_be_named() -> None:
    assert set(rules.USUAL) <= RULES.keys()
    assert all(RULES[name].__doc__ for name in RULES)


def test_the_first_rule_that_decides_wins() -> None:
    candidates = [place(PARIS, 1, 1), place(LYON, 400, 1, kind="warehouse")]
    assert decide([Need(BAG, 1)], candidates, rules=("nearest", "warehouse_first")) == {BAG: PARIS}
    assert decide([Need(BAG, 1)], candidates, rules=("warehouse_first", "nearest")) == {BAG: LYON}


@pytest.mark.parametrize(
    ("candidates", "rules", "by"),
    [
        ([place(PARIS, 1, 1)], ("nearest",), {BAG: "only_place"}),
        ([place(PARIS, 1, 1), place(LYON, 400, 1)], (), {BAG: "least_cost"}),
        ([place(PARIS, 1, 1), place(LYON, 400, 1)], ("warehouse_first", "nearest"), {BAG: "nearest"}),
        # The first keeps two, the second leaves one: that decided, and who comes after has no say.
        (
            [place(PARIS, 1, 1), place(LYON, 9, 1), place(LILLE, 5, 1, kind="warehouse")],
            ("boutique_first", "nearest", "most_stock"),
            {BAG: "nearest"},
        ),
        ([place(PARIS, 1, 1), place(LYON, 9, 0, 1)], ("nearest",), {BAG: "nearest", RING: "only_place"}),
    ],
)
def test_what_decided_is_told(
    candidates: list[Candidate], rules: tuple[str, ...], by: dict[UUID, str]
) -> None:
    wanted = [Need(variant, 1) for variant in by]
    found = decided(wanted, candidates, rules=rules)
    assert {variant: one.by for variant, one in found.items()} == by
    assert decide(wanted, candidates, rules=rules) == {v: one.location_id for v, one in found.items()}


def test_one_parcel_before_the_shortest_way() -> None:
    assert decide(BOTH, [place(PARIS, 1, 5), place(LYON, 400, 1, 1)]) == {BAG: LYON, RING: LYON}


def test_what_one_place_cannot_fill_goes_to_the_next() -> None:
    assert decide(BOTH, [place(PARIS, 1, 1), place(LYON, 400, 0, 1)]) == {BAG: PARIS, RING: LYON}


def test_nobody_can() -> None:
    assert decide([Need(BAG, 2)], [place(PARIS, 1, 1), place(LYON, 2, 1)]) == {}
    assert decide([Need(BAG, 1)], []) == {}


def test_a_piece_that_sells_is_sent_from_where_it_does_not() -> None:
    paris, lyon = place(PARIS, 1, 1, a_day=0.5), place(LYON, 400, 1)
    assert decide([Need(BAG, 1)], [paris, lyon]) == {BAG: LYON}
    assert decide([Need(BAG, 1)], [place(PARIS, 1, 1), lyon]) == {BAG: PARIS}


def test_the_last_piece_costs_more_than_the_one_before() -> None:
    paris = place(PARIS, 1, 3, a_day=0.05).place
    costs = [missed_minor(paris, BAG, Terms(), left) for left in (3, 2, 1)]
    # Poisson with 0.7 expected: P(3 or more) 3.4 %, P(2 or more) 15.6 %, P(1 or more) 50.3 %; of 30 % of 1,000.00.
    assert costs == [1024, 4674, 15102]
    assert pieces_minor(paris, Need(BAG, 3), Terms()) == 3 * 900 + sum(costs)


needs = st.sampled_from([[Need(BAG, 1)], BOTH, [*BOTH, Need(SCARF, 2)]])


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    found: list[Candidate] = []
    for n in range(draw(st.integers(1, 5))):
        stock = {v: draw(st.integers(0, 2)) for v in (BAG, RING, SCARF)}
        selling = {BAG: Selling(draw(st.sampled_from([0.0, 0.02, 0.3])), 90_000)}
        kind = draw(st.sampled_from(["boutique", "warehouse"]))
        km = draw(st.one_of(st.none(), st.integers(0, 1500)))
        found.append(Candidate(Place(UUID(int=100 + n), stock, kind, selling), km, draw(st.booleans())))
    return found


def divisions(wanted: list[Need], of: list[Candidate]) -> Iterator[tuple[int, int, dict[UUID, UUID]]]:
    """Every way to place or not to place each line: lines left open, cost, places."""
    for choice in product([None, *of], repeat=len(wanted)):
        pairs = [(n, c) for n, c in zip(wanted, choice, strict=True) if c is not None]
        if all(c.fills(n) for n, c in pairs):
            parcels = {c.location_id: parcel_minor(c, Terms()) for _, c in pairs}
            cost = sum(parcels.values()) + sum(pieces_minor(c.place, n, Terms()) for n, c in pairs)
            yield len(wanted) - len(pairs), cost, {n.variant_id: c.location_id for n, c in pairs}


@settings(deadline=None)
@given(needs, candidates())
def test_no_division_of_an_order_is_cheaper(wanted: list[Need], of: list[Candidate]) -> None:
    known = {tuple(sorted(placed.items())): (left, cost) for left, cost, placed in divisions(wanted, of)}
    assert known[tuple(sorted(cheapest(wanted, of, Terms()).items()))] == min(known.values())


@settings(deadline=None)
@given(needs, candidates(), st.permutations(sorted(RULES)), st.integers(0, 9))
def test_no_order_of_rules_leaves_a_line_that_somebody_has(
    wanted: list[Need], of: list[Candidate], order: list[str], first: int
) -> None:
    placed = decide(wanted, of, rules=order[:first])
    by_id = {candidate.location_id: candidate for candidate in of}
    for need in wanted:
        if need.variant_id in placed:
            assert by_id[placed[need.variant_id]].fills(need)
        else:
            assert not any(candidate.fills(need) for candidate in of)


def test_many_lines_are_placed_in_groups() -> None:
    many = [Need(UUID(int=200 + n), 1) for n in range(20)]
    candidate = Candidate(Place(PARIS, {need.variant_id: 1 for need in many}))
    assert cheapest(many, [candidate], Terms()) == {need.variant_id: PARIS for need in many}


def test_two_orders_together_cost_less_than_one_after_the_other() -> None:
    """The first takes the piece next door, though only there the second's two lines lie together."""
    near, far = Place(PARIS, {BAG: 1, RING: 1}), Place(LYON, {BAG: 1})
    ways = {PARIS: Way(1), LYON: Way(300)}
    orders = [
        Waiting(UUID(int=1), [Need(BAG, 1)], ways),
        Waiting(UUID(int=2), [Need(BAG, 1), Need(RING, 1)], ways),
    ]
    alone, both = one_by_one(orders, [near, far], Terms()), together(orders, [near, far], Terms())
    assert both.optimal and both.proved_minor == both.cost_minor < alone.cost_minor
    assert both.places == {(UUID(int=1), BAG): LYON, (UUID(int=2), BAG): PARIS, (UUID(int=2), RING): PARIS}


@st.composite
def days(draw: st.DrawFn) -> Day:
    return drawn(
        seed=draw(st.integers(0, 10_000)),
        orders=draw(st.integers(1, 6)),
        boutiques=draw(st.integers(1, 5)),
        variants=draw(st.integers(1, 4)),
    )


def all_answers(day: Day) -> Iterator[int]:
    """The cost of every answer there is."""
    lines = [(order, need) for order in day.orders for need in order.needs]
    for choice in product([None, *(place.location_id for place in day.places)], repeat=len(lines)):
        found: Places = {
            (order.order_id, need.variant_id): at
            for (order, need), at in zip(lines, choice, strict=True)
            if at is not None
        }
        try:
            yield cost_minor(day.orders, day.places, found, Terms())
        except ValueError:
            continue


@settings(deadline=None, max_examples=25)
@given(
    st.builds(
        lambda seed, orders: drawn(seed=seed, orders=orders, boutiques=3, variants=3),
        st.integers(0, 10_000),
        st.integers(1, 3),
    ).filter(lambda day: sum(len(order.needs) for order in day.orders) <= 5)
)
def test_no_answer_at_all_is_cheaper_than_the_one_that_is_proved(day: Day) -> None:
    answer = together(day.orders, day.places, Terms(), seconds=5, gap=0)
    assert answer.optimal
    assert answer.cost_minor == min(all_answers(day))


@settings(deadline=None, max_examples=25)
@given(days())
def test_every_way_of_sourcing_stays_within_stock_and_time(day: Day) -> None:
    terms = Terms()
    best = together(day.orders, day.places, terms, seconds=5)
    assert best.proved_minor is not None
    for other in (
        one_by_one(day.orders, day.places, terms),
        nearest_first(day.orders, day.places, terms),
        in_batches(day, terms, size=2, seconds=5),
    ):
        # cost_minor raises where more is taken than there is.
        assert other.cost_minor >= best.proved_minor
        left = after(day.places, day.orders, other.places)
        assert all(count >= 0 for place in left for count in place.stock.values())
    assert best.cost_minor <= one_by_one(day.orders, day.places, terms).cost_minor


def test_out_of_time_the_answer_is_that_of_one_by_one() -> None:
    day = drawn(seed=3, orders=30, boutiques=40, variants=60)
    hurried = together(day.orders, day.places, Terms(), seconds=0)
    assert not hurried.optimal
    assert hurried.places == one_by_one(day.orders, day.places, Terms()).places


def test_a_border_costs_where_customs_stand_at_it() -> None:
    terms = Terms(parcel_minor=1_000, per_100_km_minor=0, border_minor=3_000)
    assert parcel_minor(place(LYON, 400, 1, abroad=True), terms) == 1_000
    assert parcel_minor(place(LYON, 400, 1, abroad=True, over_customs=True), terms) == 4_000


def test_forty_orders_are_decided_well_and_in_less_than_a_second() -> None:
    """What is aimed at, on drawn days: online within 10 % of the proved optimum over all of them, each batch within 2 %.

    A single day may be further off for who does not know the orders to come: the worst of these is. The seconds are this
    process's own, those of all its threads, so that a busy machine decides nothing.
    """
    terms = Terms()
    online = optimum = 0
    for seed in range(100, 108):
        day = drawn(seed=seed, orders=40, boutiques=75, variants=200)
        proved = together(day.orders, day.places, terms, seconds=60, gap=0).proved_minor
        assert proved is not None
        began = time.process_time()
        online += one_by_one(day.orders, day.places, terms).cost_minor
        decided_online = time.process_time()
        batch = together(day.orders, day.places, terms).cost_minor
        took = decided_online - began, time.process_time() - decided_online
        optimum += proved
        assert batch <= 1.02 * proved, seed
        assert max(took) < 1.0, (seed, took)
    assert online <= 1.10 * optimum


def test_the_same_day_is_drawn_twice() -> None:
    assert drawn(seed=7, orders=5, boutiques=4, variants=6) == drawn(
        seed=7, orders=5, boutiques=4, variants=6
    )
    assert drawn(seed=7, orders=5, boutiques=4, variants=6) != drawn(
        seed=8, orders=5, boutiques=4, variants=6
    )
