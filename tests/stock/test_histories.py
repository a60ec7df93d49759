"""Random histories, several hands at once: verify is green at every moment, and at the end nothing is lost."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.embedded import Cluster
from tests.conftest import cloned
from tests.shop import found_shop
from tests.soaking import figure, share, sized
from tests.stock.histories import HANDS, WEIGHTS, Act, happen, smallest

HISTORIES = sized(10, 5_000)
A_DATABASE = 20
ACTS_MAX = 72
DEALT = [verb.__name__ for verb, weight in WEIGHTS.items() for _ in range(weight)]
acts = st.builds(
    Act,
    hand=st.integers(0, HANDS - 1),
    verb=st.sampled_from(DEALT),
    a=st.integers(0, 7),
    b=st.integers(0, 7),
)


class Stage:
    """A shop in which one history after the other happens; figures are summed."""

    def __init__(self, runner: asyncio.Runner, db: Db, watching: Db) -> None:
        self.runner, self.db, self.watching = runner, db, watching
        self.store = runner.run(found_shop(db, datetime.now(UTC))).store
        self.histories = self.acts = self.looks = 0

    def wrong(self, history: list[Act]) -> list[str]:
        found, looks = self.runner.run(happen(self.db, self.watching, self.store, history))
        self.histories += 1
        self.acts += len(history)
        self.looks += looks
        return found

    def told(self, history: list[Act], wrong: list[str], *, tries_max: int, times: int) -> str:
        """The smallest part that fails, tried so many times each: what happens side by side may not happen again."""

        def fails(part: list[Act]) -> list[str]:
            return next((found for _ in range(times) if (found := self.wrong(part))), [])

        small, found = smallest(history, fails, tries_max)
        return "\n".join(
            [
                "went wrong:",
                *(found or wrong)[:5],
                f"the smallest history found, of {len(history)} acts:",
                *map(str, small),
            ]
        )


@contextmanager
def stage(at: Addresses) -> Iterator[Stage]:
    with asyncio.Runner() as runner:
        db = Db(at.app, at.public, at.group, connections_max=2 * HANDS)
        watching = Db(at.app, at.public, at.group, connections_max=2)
        runner.run(db.open())
        runner.run(watching.open())
        try:
            yield Stage(runner, db, watching)
        finally:
            runner.run(db.close())
            runner.run(watching.close())


@pytest.mark.soak
def test_random_histories_keep_verify_green_at_every_moment(cluster: Cluster, template: str) -> None:
    """Rounds visit every tenant there is, so a fresh database after some histories."""
    first = random.randrange(10**6) if share() else 0
    histories = did = looks = 0
    for begun in range(0, HISTORIES, A_DATABASE):
        with cloned(cluster, template) as fresh, stage(fresh) as at:
            failed = some_histories(at, min(A_DATABASE, HISTORIES - begun), first + begun)
            histories, did, looks = histories + at.histories, did + at.acts, looks + at.looks
        assert not failed, failed[0]
    figure("histories", histories)
    figure("acts in them", did)
    figure("looks of verify while they ran", looks)
    assert looks > 2 * histories


def some_histories(at: Stage, most: int, first: int) -> list[str]:
    """What the first that fails tells, if one does."""
    failed: list[str] = []

    @seed(first)
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.lists(acts, min_size=ACTS_MAX // 3, max_size=ACTS_MAX))
    def any_history(history: list[Act]) -> None:
        if not failed and (wrong := at.wrong(history)):
            failed.append(at.told(history, wrong, tries_max=sized(20, 100), times=3))

    any_history()
    return failed


def test_a_verb_that_forgets_the_ledger_is_found(addresses: Addresses) -> None:
    """The twin: what is given back does not reach the ledger."""
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        conn.execute("""
            create function stock.forget() returns trigger language plpgsql as
            $$ begin if new.kind = 'released' then return null; end if; return new; end $$""")
        conn.execute(
            "create trigger forget before insert on stock.movement for each row execute function stock.forget()"
        )
    chance = random.Random(1)
    with stage(addresses) as at:
        for _ in range(20):
            history = [
                Act(chance.randrange(HANDS), chance.choice(DEALT), chance.randrange(8), chance.randrange(8))
                for _ in range(ACTS_MAX // 2)
            ]
            if wrong := at.wrong(history):
                break
        else:
            pytest.fail("no history found the verb that forgets")
    assert "verify: Drift(" in wrong[0]


def test_a_failing_history_is_made_small() -> None:
    """What matters is the order, then the rejection after it; ninety other acts are left out."""
    chance = random.Random(2)
    noise = [Act(chance.randrange(HANDS), "till", chance.randrange(8), 0) for _ in range(90)]
    order, rejection = Act(0, "open_", 1, 1), Act(1, "reject", 2, 2)
    history = [*noise[:30], order, *noise[30:70], rejection, *noise[70:]]

    def fails(part: list[Act]) -> list[str]:
        return ["drift"] if order in part and rejection in part[part.index(order) :] else []

    assert smallest(history, fails, tries_max=200) == ([order, rejection], ["drift"])
