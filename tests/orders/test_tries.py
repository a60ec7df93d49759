"""Adversarial tries at last pieces, a million under `bin/soak`: none sold twice, none lost, the next buyer gets what is free."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from time import monotonic
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.embedded import ADMINISTRATOR, Cluster
from tests.conftest import copied
from tests.orders.crowds import gather_crowd
from tests.shop import found_house
from tests.soaking import figure, share, sized
from tests.stock.grabs import Grabs

PIECES = 24
TRIES_A_ROUND = 300
AT_ONCE = 12
CLIENTS = 40
CROWDS_A_DATABASE = 20


@asynccontextmanager
async def pools(at: Addresses, cut_off_ms: int) -> AsyncIterator[tuple[Db, Db]]:
    """The shop's pools, and those of a server that cuts statements off after so long."""
    hurried = make_conninfo(at.app, options=f"-c statement_timeout={cut_off_ms}")
    db = Db(at.app, at.public, at.group, connections_max=AT_ONCE)
    impatient = Db(hurried, at.public, at.group, connections_max=4)
    await db.open()
    await impatient.open()
    try:
        yield db, impatient
    finally:
        await impatient.close()
        await db.close()


async def _grab(at: Addresses, seed: int, rounds: int) -> tuple[list[str], Counter[str]]:
    async with pools(at, cut_off_ms=4) as (db, impatient):
        now = datetime.now(UTC)
        house = await found_house(db, now, f"g{uuid4().hex[:10]}", kind="maison", shown_in=None)
        at_hand = Grabs(db, impatient, house, now, random.Random(seed))
        await at_hand.stock(PIECES)
        for _ in range(rounds):
            await at_hand.round(TRIES_A_ROUND, AT_ONCE)
            if at_hand.wrong:
                break
        return at_hand.wrong, at_hand.answers


def grab(at: Addresses, seed: int, rounds: int) -> tuple[list[str], Counter[str]]:
    """In a process of its own: rounds of tries at the pieces of a maison of its own."""
    return asyncio.run(_grab(at, seed, rounds))


async def _crowd(at: Addresses, seed: int, crowds: int) -> tuple[list[str], Counter[str], int]:
    answers: Counter[str] = Counter()
    tries = 0
    async with pools(at, cut_off_ms=15) as (db, impatient):
        store = (
            await found_house(
                db,
                datetime.now(UTC),
                f"s{uuid4().hex[:10]}",
                kind="retailer",
                shown_in=None,
                with_pieces=False,
            )
        ).store
        for number in range(crowds):
            crowd = await gather_crowd(
                db, db, impatient, store, seed=seed + number, clients=CLIENTS, at_once=AT_ONCE // 2
            )
            answers += crowd.answers
            tries += crowd.tries
            if crowd.w.wrong:
                return [f"crowd {seed + number}: {one}" for one in crowd.w.wrong[:5]], answers, tries
    return [], answers, tries


def crowd(admin: str, template: str, seed: int, crowds: int) -> tuple[list[str], Counter[str], int]:
    """As `grab`, through the whole checkout; rounds visit every tenant there is, so a fresh database after some."""
    answers: Counter[str] = Counter()
    tries = 0
    for begun in range(0, crowds, CROWDS_A_DATABASE):
        with copied(admin, template) as at:
            wrong, told, tried = asyncio.run(_crowd(at, seed + begun, min(CROWDS_A_DATABASE, crowds - begun)))
        answers += told
        tries += tried
        if wrong:
            return wrong, answers, tries
    return [], answers, tries


#: One for every processor under `bin/soak`, each with a seed of its own; the same one in an ordinary run.
SEEDS = [random.randrange(10**6) for _ in range(os.cpu_count() or 1)] if share() else [1]


@pytest.mark.soak
def test_tries_at_last_pieces_sell_each_once_and_lose_none(addresses: Addresses) -> None:
    rounds = sized(6, 3_200)
    began = monotonic()
    with ProcessPoolExecutor(len(SEEDS), get_context("spawn")) as workers:
        asked = [workers.submit(grab, addresses, seed, rounds // len(SEEDS)) for seed in SEEDS]
        ended = [one.result() for one in asked]
    answers = sum((told for _, told in ended), Counter[str]())
    figure("tries at the verbs of stock", sum(answers.values()) - answers["next buyer served"])
    figure("seconds for them", round(monotonic() - began))
    for answer, times in sorted(answers.items()):
        figure(f"answered “{answer}”", times)
    assert [wrong for wrongs, _ in ended for wrong in wrongs] == []
    assert answers["sold"] > 10 * rounds
    # The server may be too busy for some; one that loses its connections would be for most.
    assert answers["waited too long"] < sum(answers.values()) / 100


@pytest.mark.soak
def test_crowds_at_the_checkout_are_told_the_truth(cluster: Cluster, template: str) -> None:
    crowds = sized(3, 800)
    admin = cluster.address(ADMINISTRATOR, "postgres")
    began = monotonic()
    with ProcessPoolExecutor(len(SEEDS), get_context("spawn")) as workers:
        asked = [workers.submit(crowd, admin, template, seed, crowds // len(SEEDS)) for seed in SEEDS]
        ended = [one.result() for one in asked]
    answers = sum((told for _, told, _ in ended), Counter[str]())
    figure("tries through the whole checkout", sum(tries for _, _, tries in ended))
    figure("seconds for them", round(monotonic() - began))
    for answer, times in sorted(answers.items()):
        figure(f"clients told “{answer}”", times)
    assert [wrong for wrongs, _, _ in ended for wrong in wrongs] == []
    assert answers["placed"] > crowds


def _unguarded(at: Addresses, statement: str) -> list[str]:
    with psycopg.connect(at.admin, autocommit=True) as conn:
        conn.execute("alter table stock.position drop constraint never_oversold")
        conn.execute(statement)  # type: ignore[arg-type]
    return grab(at, 1, 1)[0]


def test_without_the_guard_the_same_tries_oversell(addresses: Addresses) -> None:
    """The twin: counters that forget what is promised."""
    wrong = _unguarded(
        addresses,
        """
        create function stock.forget() returns trigger language plpgsql as
          $$ begin new.held := 0; new.allocated := 0; return new; end $$;
        create trigger forget before update on stock.position for each row execute function stock.forget()
        """,
    )
    assert any(one.startswith("oversold") for one in wrong), wrong[:3]


def test_holds_that_never_lapse_undersell(addresses: Addresses) -> None:
    """The other twin: what is held is never given back."""
    wrong = _unguarded(
        addresses,
        """
        create function stock.forget() returns trigger language plpgsql as $$ begin return null; end $$;
        create trigger forget before delete on stock.hold for each row execute function stock.forget()
        """,
    )
    assert any(one.startswith("undersold") for one in wrong), wrong[:3]
