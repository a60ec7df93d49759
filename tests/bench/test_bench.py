"""The bench itself, on a shop small enough to know by heart: its keys, its floors, and that it can tell what is slower."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from psycopg.conninfo import conninfo_to_dict

from bench import run, servers
from bench.field import TINY
from bench.figures import around
from bench.ground import Ground, count, places
from bench.load import load
from bench.recording import Statement, Transaction
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.embedded import Cluster
from tests.shop import found_house, found_shop

KEYS = {"value", "unit", "bare", "ratio", "sql_floor", "sql_ratio"}


@pytest.fixture
async def ground(cluster: Cluster, addresses: Addresses, db: Db) -> Ground:
    """A template that holds the small shop."""
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    await found_house(db, now, "celis", kind="maison", shown_in=shop.store.store_id)
    await db.close()
    await count(addresses, [(place, 100) for place in places(addresses)], now + timedelta(seconds=1))
    return Ground(cluster, str(conninfo_to_dict(addresses.admin)["dbname"]))


def test_pages_and_a_purchase_have_both_floors_and_the_floors_place_the_same_orders(ground: Ground) -> None:
    # checkout_figures asserts that both floors placed as many orders as were recorded.
    length = replace(TINY, purchases=4, purchases_warm=2, baskets=2, baskets_warm=1)
    names = ["home_page", "suggest", "checkout", "checkout_three_maisons"]
    told = run.measure(ground, names, length, print, levels=(2,), workers=1)
    assert [told[f"{name}_2"]["errors"] for name in names] == [0, 0, 0, 0]
    figure = told["checkout_2"]
    assert set(figure) >= KEYS and figure["unit"] == "checkouts/s" and figure["errors"] == 0
    assert figure["ratio"] == pytest.approx(figure["value"] / figure["bare"], rel=0.01)
    assert figure["sql_ratio"] == pytest.approx(figure["value"] / figure["sql_floor"], rel=0.01)
    assert len(figure["statements_by_request"]) == 3 and figure["memory_mb"] > 20
    three = told["checkout_three_maisons_2"]
    assert three["orders"] == 3 and set(three) == set(figure)
    assert len(three["statements_by_request"]) == 5 and three["statements"] <= 39
    json.dumps(told)


def test_a_slower_handler_gives_a_smaller_ratio(addresses: Addresses) -> None:
    """The same statement, and one that sleeps: what the bench must be able to tell."""

    def requests(text: str) -> list[list[Transaction]]:
        return [[Transaction("enfilade_public", [Statement(text, {"n": 1}, None)])]]

    rates: list[float] = []
    for text in ("select %(n)s::int", "select %(n)s::int, pg_sleep(0.2)"):
        with servers.bare(addresses, requests(text), workers=1) as server:
            loaded = load(server.port, around([servers.get("/0")]), clients=2, seconds=0.5)
            assert not loaded.errors and loaded.done > 0
            rates.append(loaded.rate)
    assert rates[1] < rates[0] / 2 and rates[1] <= 10
