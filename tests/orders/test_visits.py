"""Visits that began online and what was bought beside, against small cases computed by hand; and what is not told."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enfilade.orders import pickup
from enfilade.orders.preparations import pickup_code
from enfilade.orders.visits import VISITS_MIN, VisitCell, VisitMonth, visit_cells
from tests.orders.counter import KEY, NOW, Counter
from tests.orders.test_aggregates import FEBRUARY, record, refresh, sale
from tests.orders.test_fulfilment import ready

Look = Callable[..., list[tuple[Any, ...]]]


def days(admin: Look) -> list[tuple[Any, ...]]:
    return admin(
        "select day::text, currency, visits, with_beside, till_lines, net_minor from orders.visit_day order by 1, 2"
    )


def published(admin: Look) -> list[tuple[Any, ...]]:
    return admin(
        "select detail, first_month::text, last_month::text, part, visits, net_minor from aggregates.visit"
        " order by detail desc, 2, part desc"
    )


def web(reference: str, **other: Any) -> Any:
    return sale(reference, channel="web", promised_online=True, collected=True, **other)


async def test_lines_of_one_word_are_one_visit_and_boutique_lines_of_that_word_are_beside(
    shop: Counter, admin: Look
) -> None:
    later = FEBRUARY + timedelta(days=3)
    await record(
        shop,
        # Two references and one word are one visit, on the day of the first line.
        web("w1", visit="aa-1"),
        web("w2", visit="AA1", sold_at=FEBRUARY + timedelta(days=1)),
        sale("b1", visit="Aa 1", sold_at=later, net_minor=7_000),
        sale("b1", visit="aa1", sku="SCARF-U", sold_at=later, net_minor=2_000),
        # A reservation, and a piece beside that was brought back.
        sale("r1", channel="reserve", collected=True, visit="bb"),
        sale("b2", visit="bb"),
        sale("b2back", visit="bb", quantity=-1, net_minor=-10_000, tax_minor=-2_000),
        # Without a word a reference is a visit, with nothing beside whatever the till sold.
        web("w3", sku="SCARF-U"),
        web("w3"),
        sale("b3"),
        # In pounds, beside what was reserved in euros.
        web("w4", visit="cc"),
        sale("b4", visit="cc", currency="GBP", net_minor=8_546),
        # None of these is a visit: shipped, brought back, a word of nothing begun online.
        sale("w5", channel="web", promised_online=True, visit="dd"),
        web("w6", visit="ee", quantity=-1, net_minor=-10_000, tax_minor=-2_000),
        sale("b6", visit="ff"),
    )
    await refresh(shop)
    assert days(admin) == [
        ("2026-02-10", "EUR", 4, 2, 3, 9_000),
        ("2026-02-10", "GBP", 0, 0, 1, 8_546),
        ("2026-02-13", "EUR", 0, 0, 2, 0),
    ]
    assert published(admin) == [], "four visits are too few to tell"
    await record(shop, *(web(f"more{n}", visit=f"more{n}") for n in range(6)))
    await record(shop, *(sale(f"beside{n}", visit=f"more{n}", net_minor=1_000) for n in range(3)))
    await refresh(shop, anew=True)
    # Ten visits, five of them with something beside: 90.00, 8,546 pence at 0.85463 and three times 10.00.
    assert published(admin) == [
        ("visits", "2026-02-01", "2026-02-01", "tills_tell", 10, 0),
        ("beside", "2026-02-01", "2026-02-01", "something", 5, 9_000 + round(8_546 / 0.85463) + 3_000),
        ("beside", "2026-02-01", "2026-02-01", "nothing", 5, 0),
    ]


async def test_visits_are_told_and_what_was_beside_is_not_where_tills_never_name_one(
    shop: Counter, admin: Look
) -> None:
    await record(shop, *(web(f"w{n}", visit=f"v{n}") for n in range(6)), *(sale(f"b{n}") for n in range(9)))
    await refresh(shop)
    assert published(admin) == [("visits", "2026-02-01", "2026-02-01", "tills_silent", 6, 0)]


async def test_an_order_handed_over_and_what_the_till_sold_under_its_number(
    shop: Counter, admin: Look
) -> None:
    order_id, fulfilment_id = await ready(shop, "BAG-S")
    number: str = await shop.look("select number from orders.order where id = %(id)s", id=order_id)
    here = {"location_id": shop.at["rivoli"], "sold_at": NOW + timedelta(minutes=5), "visit": number}
    await record(
        shop,
        sale("till", sku="SCARF-U", net_minor=30_000, **(here | {"visit": number.lower().replace("-", "")})),
        # The order's own piece rung up, another boutique, another day: none of them is beside.
        sale("own", sku="BAG-S", **here),
        sale("elsewhere", sku="BAG-M", **(here | {"location_id": shop.at["marais"]})),
        sale("another day", sku="BAG-M", **(here | {"sold_at": NOW + timedelta(days=1)})),
    )
    await refresh(shop)
    assert [row[2:] for row in days(admin)] == [(0, 0, 3, 0), (0, 0, 1, 0)], "not handed over, not a visit"
    await shop.run(
        pickup.hand_over,
        fulfilment_id=fulfilment_id,
        code=pickup_code(KEY, fulfilment_id),
        refused_line_ids=[],
    )
    await refresh(shop)
    expected = [("2026-03-02", "EUR", 1, 1, 3, 30_000), ("2026-03-03", "EUR", 0, 0, 1, 0)]
    assert days(admin) == expected
    await refresh(shop, anew=True)
    assert days(admin) == expected, "read forward or anew alike"
    assert published(admin) == []


async def test_the_database_refuses_a_small_cell_of_visits(shop: Counter, admin: Look) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="no_small_cell"):
        admin(
            "insert into aggregates.visit (maison_id, detail, first_month, last_month, part, visits, net_minor)"
            " values (%s, 'beside', '2026-02-01', '2026-02-01', 'something', 4, 1)",
            [shop.maison_id],
        )


def month(number: int, visits: int, beside: int, *, tell: bool = True) -> VisitMonth:
    return VisitMonth(date(2026, number, 1), visits, beside, beside * 100, tell)


def told(*months: VisitMonth) -> list[tuple[str, int, int, str, int, int]]:
    return [
        (cell.detail, cell.first_month.month, cell.last_month.month, cell.part, cell.visits, cell.net_minor)
        for cell in visit_cells(months)
    ]


def test_months_join_until_neither_visits_nor_those_with_something_beside_are_few() -> None:
    assert told() == []
    assert told(month(1, 4, 4)) == []
    assert told(month(1, 20, 4)) == [("visits", 1, 1, "tills_tell", 20, 0)]
    assert told(month(1, 5, 0, tell=False), month(2, 3, 1), month(4, 9, 5)) == [
        ("visits", 1, 1, "tills_silent", 5, 0),
        ("visits", 2, 4, "tills_tell", 12, 0),
        ("beside", 2, 4, "something", 6, 600),
        ("beside", 2, 4, "nothing", 6, 0),
    ]
    assert told(month(1, 12, 3), month(2, 12, 3), month(3, 12, 1)) == [
        *(("visits", n, n, "tills_tell", 12, 0) for n in (1, 2, 3)),
        ("beside", 1, 3, "something", 7, 700),
        ("beside", 1, 3, "nothing", 29, 0),
    ]


_months = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.booleans()), min_size=1, max_size=12
).map(
    lambda rows: [
        month(n, visits, min(beside, visits) if tell else 0, tell=tell)
        for n, (visits, beside, tell) in enumerate(rows, 1)
    ]
)


@given(_months)
def test_every_period_beside_is_made_of_whole_periods_of_visits_and_none_is_small(
    months: list[VisitMonth],
) -> None:
    found = visit_cells(months)
    assert all(cell.visits >= VISITS_MIN for cell in found)
    by_detail: dict[str, list[VisitCell]] = {"visits": [], "beside": []}
    for cell in found:
        by_detail[cell.detail].append(cell)
    if sum(one.visits for one in months) >= VISITS_MIN:
        assert sum(cell.visits for cell in by_detail["visits"]) == sum(one.visits for one in months)
    for first, last in {(cell.first_month, cell.last_month) for cell in by_detail["beside"]}:
        around = [cell for cell in by_detail["visits"] if first <= cell.first_month <= last]
        assert (around[0].first_month, around[-1].last_month) == (first, last)
        assert all(cell.part == "tills_tell" for cell in around)
        beside = [cell for cell in by_detail["beside"] if cell.first_month == first]
        assert sum(cell.visits for cell in beside) == sum(cell.visits for cell in around)
