"""A maison's figures against small cases computed by hand: which line counts, when, as what; read forward or anew alike."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.jobs import Jobs
from enfilade.orders import aggregates, pickup, rejections, resourcing
from enfilade.orders.aggregates import ServiceMonths, service_periods
from enfilade.orders.external_sales import ExternalSale, record_external_sales
from enfilade.orders.preparations import pickup_code
from tests.orders.counter import KEY, NOW, Counter
from tests.orders.test_fulfilment import ready

Look = Callable[..., list[tuple[Any, ...]]]
FEBRUARY = datetime(2026, 2, 10, 12, tzinfo=UTC)
#: 2,450.00 with 20 % tax inside.
NET = 204_167


def sale(reference: str, **other: Any) -> ExternalSale:
    given = {
        "sold_at": FEBRUARY,
        "channel": "boutique",
        "location_id": None,
        "sku": "BAG-S",
        "quantity": 1,
        "net_minor": 10_000,
        "tax_minor": 2_000,
        "currency": "EUR",
        "promised_online": False,
        "collected": False,
    }
    return ExternalSale(reference=reference, **(given | other))


async def record(shop: Counter, *sales: ExternalSale) -> None:
    async with shop.db.acting(Actor.importer(), shop.maison_id) as conn:
        await record_external_sales(conn, maison_id=shop.maison_id, sales=list(sales))


async def refresh(shop: Counter, *, anew: bool = False) -> int:
    verb = aggregates.refresh_all if anew else aggregates.refresh
    return await shop.db.run(
        Actor.job(), shop.maison_id, lambda conn: verb(conn, maison_id=shop.maison_id, now=shop.now)
    )


def days(admin: Look) -> list[tuple[Any, ...]]:
    return admin(
        "select day::text, channel, promised_online, collected, currency, lines, net_minor from orders.sales_day"
        " order by 1, 2, 3, 4, 5"
    )


def everything(admin: Look) -> list[list[tuple[Any, ...]]]:
    return [
        admin(f"select * from {table} order by 1, 2, 3, 4, 5, 6, 7")
        for table in (
            *("orders.sales_day", "orders.service_day", "orders.visit_day"),
            *("aggregates.sales", "aggregates.service", "aggregates.visit"),
        )
    ]


async def test_lines_are_told_by_what_promised_them_net_of_tax_and_of_returns_in_euros(
    shop: Counter, admin: Look
) -> None:
    await record(
        shop,
        *(sale(f"b{n}") for n in range(9)),
        sale("returned", quantity=-1, net_minor=-10_000, tax_minor=-2_000),
        # 85.463 pounds are 100 euros at the reference rates; 8 of them rounded together, by month.
        *(
            sale(f"w{n}", channel="web", promised_online=True, currency="GBP", net_minor=8_546)
            for n in range(8)
        ),
        *(
            sale(f"c{n}", channel="web", promised_online=True, collected=True, net_minor=5_000)
            for n in range(5)
        ),
        *(sale(f"r{n}", channel="reserve", collected=True, net_minor=2_000) for n in range(6)),
    )
    await refresh(shop)
    told = admin("select detail, part, currency, lines, net_minor from aggregates.sales order by 1, 2")
    assert {row[2] for row in told} == {"EUR"}
    web = round(8 * 8_546 / 0.85463)
    assert [
        (detail, part, lines, net) for detail, part, _, lines, net in told if detail in ("promise", "channel")
    ] == [
        ("channel", "boutique", 8, 80_000),
        ("channel", "online_collected", 5, 25_000),
        ("channel", "online_shipped", 8, web),
        ("channel", "reserve", 6, 12_000),
        ("promise", "boutique+reserve", 14, 92_000),
        ("promise", "online_collected+online_shipped", 13, 25_000 + web),
    ]
    assert admin(
        "select first_month::text, last_month::text, lines from aggregates.sales where detail = 'total'"
    ) == [("2026-02-01", "2026-02-01", 27)]


async def test_a_currency_without_a_reference_rate_is_told_by_itself(shop: Counter, admin: Look) -> None:
    await record(shop, *(sale(f"e{n}") for n in range(5)), *(sale(f"a{n}", currency="AED") for n in range(6)))
    await refresh(shop)
    assert admin(
        "select currency, lines, net_minor from aggregates.sales where detail = 'total' order by 1"
    ) == [
        ("AED", 6, 60_000),
        ("EUR", 5, 50_000),
    ]


async def test_the_day_is_that_of_the_place_or_of_utc_where_there_is_none(shop: Counter, admin: Look) -> None:
    evening = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    await record(
        shop,
        sale("nowhere", sold_at=evening),
        sale("tokyo", sold_at=evening, location_id=shop.at["tokyo"]),
        sale("paris", sold_at=evening, location_id=shop.at["rivoli"]),
    )
    await refresh(shop)
    assert [(day, lines) for day, *_, lines, _ in days(admin)] == [("2026-02-28", 1), ("2026-03-01", 2)]


async def test_every_month_with_something_in_it_is_counted_however_far_apart_and_at_its_edges(
    shop: Counter, admin: Look
) -> None:
    admin("update boutiques.location set zone = 'America/New_York' where id = %s", [shop.at["rivoli"]])
    edges = {
        # A day earlier in New York, a day later in Tokyo, and UTC's own, before years of nothing.
        "1999-12-31": sale("old", sold_at=datetime(1999, 12, 31, 23, 59, tzinfo=UTC)),
        "2025-12-31": sale(
            "early", sold_at=datetime(2026, 1, 1, 3, tzinfo=UTC), location_id=shop.at["rivoli"]
        ),
        "2026-03-01": sale(
            "late", sold_at=datetime(2026, 2, 28, 23, tzinfo=UTC), location_id=shop.at["tokyo"]
        ),
        "2026-03-31": sale("full", sold_at=datetime(2026, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        "2026-05-01": sale("first", sold_at=datetime(2026, 5, 1, tzinfo=UTC)),
    }
    await record(shop, *edges.values())
    assert await refresh(shop, anew=True) == len(edges)
    assert [(day, lines) for day, *_, lines, _ in days(admin)] == [(day, 1) for day in edges]
    admin("delete from orders.external_sale where reference <> 'old'")
    assert await refresh(shop, anew=True) == 1
    assert [day for day, *_ in days(admin)] == ["1999-12-31"], "what is no more is not counted"


async def test_an_order_counts_when_placed_and_no_more_when_refused_a_reservation_when_handed_over(
    shop: Counter, admin: Look
) -> None:
    order_id, fulfilment_id = await ready(shop, "BAG-S", "SCARF-U")
    _, reserved = await ready(shop, "BAG-M", method="reserve")
    await refresh(shop)
    assert days(admin) == [("2026-03-02", "web", True, True, "EUR", 2, 2 * NET)]
    await shop.run(
        pickup.hand_over,
        fulfilment_id=fulfilment_id,
        code=pickup_code(KEY, fulfilment_id),
        refused_line_ids=[await shop.line(order_id, "SCARF-U")],
    )
    shop.now = NOW + timedelta(days=2)
    await shop.run(
        pickup.hand_over, fulfilment_id=reserved, code=pickup_code(KEY, reserved), refused_line_ids=[]
    )
    assert await refresh(shop) > 0
    told = days(admin)
    assert told[0] == ("2026-03-02", "web", True, True, "EUR", 1, NET)
    assert (told[1][0], told[1][1], told[1][2], told[1][-2:]) == ("2026-03-04", "reserve", False, (1, NET))
    assert len(told) == 2
    assert admin("select day::text, visits from orders.visit_day order by 1") == [
        ("2026-03-02", 1),
        ("2026-03-04", 1),
    ]


async def test_service_is_what_the_orders_of_a_day_asked_of_places(shop: Counter, admin: Look) -> None:
    order_id = await shop.order("BAG-S", "SCARF-U")
    await shop.run(
        rejections.reject,
        fulfilment_id=await shop.fulfilment(order_id),
        line_id=await shop.line(order_id, "BAG-S"),
        reason="damaged",
    )
    await shop.job(resourcing.resource, order_id=order_id)
    _, fulfilment_id = await ready(shop, "BAG-M")
    admin(
        "update orders.fulfilment set ready_at = %s where id = %s",
        [NOW + timedelta(minutes=47, seconds=59), fulfilment_id],
    )
    await refresh(shop)
    # Three pieces of work; three lines, one of them asked twice; one rejection; one ready after 47 whole minutes.
    assert admin(
        "select day::text, fulfilments, lines_asked, rejections, ready, minutes_to_ready"
        " from orders.service_day"
    ) == [("2026-03-02", 3, 4, 1, 1, 47)]
    assert admin("select * from aggregates.service") == [], "three fulfilments are too few to tell"


async def test_read_forward_or_anew_the_figures_are_the_same(shop: Counter, admin: Look) -> None:
    await record(shop, *(sale(f"b{n}") for n in range(12)))
    await refresh(shop)
    first, one = await ready(shop, "BAG-S", "SCARF-U")
    await refresh(shop)
    second = await shop.order("BAG-S", "BAG-M", place="marais")
    await shop.run(
        rejections.reject,
        fulfilment_id=await shop.fulfilment(second, "marais"),
        line_id=await shop.line(second, "BAG-M"),
        reason="not_in_stock",
        who="noor",
    )
    await shop.job(resourcing.resource, order_id=second)
    await refresh(shop)
    _, third = await ready(shop, "BAG-M", method="reserve")
    await shop.run(
        pickup.hand_over,
        fulfilment_id=one,
        code=pickup_code(KEY, one),
        refused_line_ids=[await shop.line(first, "SCARF-U")],
    )
    await refresh(shop)
    shop.now = NOW + timedelta(minutes=5)
    await shop.run(pickup.undo_hand_over, fulfilment_id=one)
    await refresh(shop)
    shop.now = NOW + timedelta(days=20)
    assert await shop.job(pickup.no_show, fulfilment_id=third)
    await refresh(shop)
    forward = everything(admin)
    await refresh(shop, anew=True)
    assert everything(admin) == forward
    assert sum(row[-2] for row in days(admin)) == 12 + 4
    assert await refresh(shop) == 0, "nothing happened since"


async def test_refreshing_is_told_by_a_time_even_when_nothing_happened(shop: Counter, admin: Look) -> None:
    await refresh(shop)
    shop.now = NOW + timedelta(minutes=1)
    await refresh(shop)
    assert admin("select as_of from aggregates.freshness") == [(shop.now,)]


async def test_an_import_of_sales_is_counted_by_the_next_round(shop: Counter, admin: Look) -> None:
    await refresh(shop)
    await record(shop, *(sale(f"b{n}") for n in range(6)))
    assert await refresh(shop) == 0, "rows without a run are not news"
    admin(
        "insert into base.import_run (maison_id, id, kind, format, file_name, started_at, finished_at)"
        " values (%s, gen_random_uuid(), 'sales', 'own', 'sales.csv', %s, %s)",
        [shop.maison_id, NOW, NOW + timedelta(seconds=1)],
    )
    shop.now = NOW + timedelta(minutes=1)
    assert await refresh(shop) == 1
    assert admin("select lines from aggregates.sales where detail = 'total'") == [(6,)]


async def test_the_round_visits_every_maison_and_the_work_counts_one_anew(shop: Counter, admin: Look) -> None:
    jobs = Jobs(shop.db)
    aggregates.register(jobs, shop.db)
    await record(shop, *(sale(f"b{n}") for n in range(6)))
    await jobs.go_round("orders.figures", NOW)
    assert admin("select lines from aggregates.sales where detail = 'total'") == [(6,)]
    await record(shop, sale("one more"))
    await jobs.do("orders.count_figures_anew", shop.maison_id, {})
    assert admin("select lines from aggregates.sales where detail = 'total'") == [(7,)]


@pytest.mark.parametrize(
    "table",
    [
        "orders.sales_day",
        "orders.service_day",
        "orders.visit_day",
        "orders.figures_read",
        "orders.external_sale",
        "orders.order",
        "clients.client",
        "staff.person",
        "maisons.maison",
        "boutiques.location",
        "stock.position",
        "base.fact",
    ],
)
async def test_the_group_reads_none_of_what_the_figures_are_made_of(addresses: Addresses, table: str) -> None:
    with psycopg.connect(addresses.group) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(f"select * from {table}".encode())


async def test_the_group_cannot_write_what_it_reads(db: Db) -> None:
    async with db.group() as conn:
        for table in ("sales", "service", "visit", "freshness"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await conn.execute(f"delete from aggregates.{table}".encode())


def test_service_months_join_until_five_fulfilments() -> None:
    def month(number: int, fulfilments: int) -> ServiceMonths:
        return ServiceMonths(date(2026, number, 1), date(2026, number, 1), fulfilments, fulfilments, 0, 0, 0)

    assert service_periods([]) == []
    assert service_periods([month(1, 4)]) == []
    told = service_periods([month(1, 3), month(3, 4), month(4, 6), month(6, 1)])
    assert [(p.first_month.month, p.last_month.month, p.fulfilments) for p in told] == [(1, 3, 7), (4, 6, 7)]
