"""Orders walk at random, several hands at once, some of which die: no row goes a way the table of states does not name."""

import random

import pytest

from enfilade.base.embedded import Cluster
from enfilade.orders.states import MACHINES
from tests.conftest import cloned
from tests.orders.walks import DEALT, facts_told, steps, watch
from tests.soaking import figure, share, sized
from tests.stock.histories import HANDS, Act
from tests.stock.test_histories import stage

#: The long version ends when every way has been walked, and not before so many walks; at the latest after the second figure.
WALKS = sized(6, 60)
WALKS_MAX = sized(6, 240)
A_DATABASE = 20
#: Of each hand, after what it has bought.
ACTS = 24


@pytest.mark.soak
def test_random_walks_of_orders_end_with_everything_in_its_place(cluster: Cluster, template: str) -> None:
    """At every moment stock, promises and books agree; at the end nothing waits, and money follows pieces."""
    first = random.randrange(10**6) if share() else 1
    walked: dict[tuple[str, str, str], int] = {}
    walks = looks = made = 0
    for begun in range(0, WALKS_MAX, A_DATABASE):
        if begun >= WALKS and not _never(walked):
            break
        with cloned(cluster, template) as fresh:
            watch(fresh.admin)
            with stage(fresh) as at:
                for number in range(begun, min(begun + A_DATABASE, WALKS_MAX)):
                    history = walk(first + number)
                    if wrong := at.wrong(history):
                        told = at.told(history, wrong, tries_max=sized(10, 100), times=3)
                        pytest.fail(f"seed {first + number} {told}")
                walks, looks = walks + at.histories, looks + at.looks
            made += facts_told(fresh.admin, "LineMade")
            for way, seen in steps(fresh.admin).items():
                walked[way] = walked.get(way, 0) + seen
    machines = {machine.name: machine for machine in MACHINES}
    astray = {way: seen for way, seen in walked.items() if not machines[way[0]].leads(*way[1:])}
    assert astray == {}, "steps that enfilade/orders/states.py does not name"
    never = _never(walked)
    figure("walks", walks)
    figure("steps of rows in them", sum(walked.values()))
    figure("lines made to order in them", made)
    figure("looks of verify while they ran", looks)
    figure("ways never walked", ", ".join(f"{name}: {a} to {b}" for name, a, b in never) or "none")
    if share() >= 1:
        assert not never


def _never(walked: dict[tuple[str, str, str], int]) -> list[tuple[str, str, str]]:
    """The ways that nothing has gone yet."""
    ways = {
        (machine.name, step.before, step.after)
        for machine in MACHINES
        for step in machine.steps
        if step.before != step.after
    }
    return sorted(ways - set(walked))


def walk(seed: int) -> list[Act]:
    """The acts of one walk, always the same for one seed: each hand buys something first, then anything goes.

    One hand leads a piece to a rare end in the midst of it, another one in each walk.
    """
    chance = random.Random(seed)

    def dealt(hand: int, verb: str = "", b: int | None = None) -> Act:
        other = chance.randrange(8)
        return Act(hand, verb or chance.choice(DEALT), chance.randrange(8), other if b is None else b)

    acts: list[Act] = []
    for hand in range(HANDS):
        for _ in range(2):
            acts += [dealt(hand, "open_"), Act(hand, "pay", 0, chance.choice((0, 1, 2, 6)))]
        acts += [dealt(hand) for _ in range(chance.randrange(ACTS // 2, ACTS))]
        if hand == seed // 8 % HANDS:
            acts.insert(len(acts) - ACTS // 4, dealt(hand, "towards", seed % 8))
    return acts
