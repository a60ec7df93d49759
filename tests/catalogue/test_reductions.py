"""docs/algorithms/lowest-price.md says what is told of a reduction; the pages of the piece tell it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.catalogue.entries import PriceEntry, ProductEntry, VariantEntry
from enfilade.catalogue.products import upsert_products
from enfilade.catalogue.publish import publish_products
from enfilade.catalogue.reductions import BEFORE, TOLD_FOR, Past, lowest_before
from tests.shop import found_shop

PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "lowest-price.md"
TABLE = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| 0: ")
]
START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=100)


def past(day: float, amount: int) -> Past:
    return Past(START + timedelta(days=day), "EUR", amount)


def test_the_table_is_found() -> None:
    assert len(TABLE) >= 12


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_what_is_told_is_what_the_table_says(row: list[str]) -> None:
    told, lowest, _ = row
    history = [
        past(int(day), int(amount)) for day, _, amount in (one.partition(": ") for one in told.split(", "))
    ]
    assert lowest_before(history, NOW) == (int(lowest) if lowest else None)


HISTORIES = st.lists(
    st.tuples(st.integers(0, 110), st.integers(1, 20)), max_size=12, unique_by=lambda one: one[0]
)


@given(HISTORIES)
def test_what_is_told_is_the_lowest_of_each_day_before(told: list[tuple[int, int]]) -> None:
    """Counted out day by day, as somebody with a calendar would."""
    history = [past(day, amount) for day, amount in sorted(told)]
    begun = [one for one in history if one.valid_from <= NOW]
    found = lowest_before(history[::-1], NOW)
    assert found == lowest_before(history, NOW)
    if len(begun) < 2 or NOW - begun[-1].valid_from >= TOLD_FOR:
        assert found is None
        return
    since = begun[-1].valid_from
    days = [since - BEFORE + timedelta(days=n) for n in range(30)]
    prices = [
        max((one for one in begun if one.valid_from <= day), key=lambda one: one.valid_from).amount_minor
        for day in days
        if begun[0].valid_from <= day
    ]
    lowest = min(prices)
    assert found == (lowest if begun[-1].amount_minor < lowest else None)


def test_another_currency_is_not_compared() -> None:
    before = Past(START, "FRF", 600)
    assert lowest_before([before, past(95, 100)], NOW) is None
    assert lowest_before([before, past(40, 120), past(95, 100)], NOW) == 120


async def test_publication_writes_it_in_the_union_and_takes_it_away_again(db: Db, admin) -> None:
    shop = await found_shop(db, START)
    house = shop.a

    async def cost(euros: int, dollars: int, at: datetime) -> None:
        prices = [PriceEntry("fr", "EUR", euros), PriceEntry("us", "USD", dollars)]
        entry = ProductEntry(1, "bag", variants=[VariantEntry(1, {}, "alba-bag", prices=prices)])

        async def verb(conn: Conn) -> None:
            await upsert_products(conn, maison_id=house.maison_id, source="main", products=[entry], now=at)

        await db.run(Actor.importer(), house.maison_id, verb)

    async def published(at: datetime) -> list[tuple[object, ...]]:
        async def verb(conn: Conn) -> None:
            await publish_products(conn, maison_id=house.maison_id, now=at)

        await db.run(Actor.importer(), house.maison_id, verb)
        return admin(
            "select market, amount_minor, lowest_minor from public_facts.price where variant_id = %s order by 1",
            [house.variants["alba-bag"]],
        )

    await cost(100_000, 110_000, NOW)
    assert await published(NOW) == [("fr", 100_000, 120_000), ("us", 110_000, None)]
    late = NOW + TOLD_FOR
    assert (await published(late - timedelta(minutes=1)))[0] == ("fr", 100_000, 120_000)
    assert (await published(late))[0] == ("fr", 100_000, None)
