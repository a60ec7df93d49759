"""Promises over opening intervals: the examples of docs/algorithms/availability.md, and what pages read."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db, Tally, tally
from enfilade.boutiques.hours import intervals
from enfilade.boutiques.openings import renew_openings
from enfilade.stock.availability import near
from enfilade.stock.places import collect_from
from tests.shop import Shop, count

PARIS = ZoneInfo("Europe/Paris")
HOURS = "Mo 14:00-19:00; Tu-Sa 10:00-19:00; PH off"


@pytest.mark.parametrize(
    ("asked", "preparation", "ready"),
    [
        ("2026-11-24 10:00", 60, "2026-11-24 11:00"),  # a Tuesday
        ("2026-11-24 18:30", 60, "2026-11-25 10:30"),
        ("2026-11-24 18:00", 60, "2026-11-25 10:00"),
        ("2026-11-28 18:30", 60, "2026-11-30 14:30"),  # Saturday, Sunday closed, Monday afternoon
        ("2026-12-24 18:30", 60, "2026-12-26 10:30"),  # Christmas Day is a holiday
        ("2026-11-24 09:00", 0, "2026-11-24 10:00"),
        (
            "2027-03-27 18:30",
            60,
            "2027-03-30 10:30",
        ),  # clocks go forward on the 28th; Easter Monday is the 29th
    ],
)
def test_ready_when_prepared_and_open(asked: str, preparation: int, ready: str) -> None:
    at = datetime.fromisoformat(asked).replace(tzinfo=PARIS)
    open_at = intervals(HOURS, zone=PARIS.key, country="FR", closures=[], start=at.date(), days=10)
    opens = [interval.opens_at.timestamp() for interval in open_at]
    closes = [interval.closes_at.timestamp() for interval in open_at]
    found = collect_from(opens, closes, preparation * 60, at.timestamp())
    assert found is not None
    assert datetime.fromtimestamp(found, PARIS).strftime("%Y-%m-%d %H:%M") == ready


def test_nothing_is_promised_beyond_what_is_known() -> None:
    assert collect_from([], [], 0, 36_000) is None
    assert collect_from([36_000], [39_600], 3600, 36_000) is None
    assert collect_from([36_000], [39_600], 3599, 36_000) == 39_599


async def test_a_page_reads_it_in_at_most_four_statements(db: Db, shop: Shop) -> None:
    now = datetime.now(UTC)
    await count(
        db, shop.a, "alba-2", "alba-bag", 1, now - timedelta(days=3)
    )  # older than the limit: passed over
    await count(db, shop.a, "alba-2", "alba-bag", 1, now + timedelta(seconds=1))
    counting = Tally()
    token = tally.set(counting)
    try:
        async with db.public() as conn:
            found = await near(
                conn, product_id=shop.a.products["bag"], latitude=48.87, longitude=2.33, now=now
            )
    finally:
        tally.reset(token)
    assert counting.statements <= 4
    offers = found.offers[shop.a.variants["alba-bag"]]
    assert [(offer.city, offer.collect) for offer in offers] == [("Paris", 5), ("Lyon", 1)]
    assert offers[0].distance_km is not None
    assert offers[0].distance_km < 1 < 390 < (offers[1].distance_km or 0) < 395
    assert all(offer.certain and offer.open_now and offer.collect_from for offer in offers)
    delivery = found.delivery[shop.a.variants["alba-bag"]]
    assert delivery is not None
    assert delivery.from_day > now.date()
    later = now + timedelta(days=2)
    async with db.acting(Actor.job(), shop.a.maison_id) as conn:
        await renew_openings(conn, maison_id=shop.a.maison_id, now=later)
    async with db.public() as conn:
        stale = await near(conn, product_id=shop.a.products["bag"], latitude=None, longitude=None, now=later)
    by_city = {offer.city: offer.certain for offer in stale.offers[shop.a.variants["alba-bag"]]}
    assert by_city == {
        "Paris": True,
        "Lyon": False,
    }  # two days old: five are promised, the last one is confirmed first


async def test_a_boutique_whose_day_is_full_promises_the_next_it_has_time_on(
    db: Db, shop: Shop, admin: Any
) -> None:
    """Two orders a day: asked of two it promises tomorrow, of four the day after; what it refused takes no time."""
    now = datetime.now(UTC)
    a, paris = shop.a, shop.a.places["alba-1"]
    # Somewhere it is noon: no midnight passes meanwhile.
    zone = ZoneInfo(f"Etc/GMT{now.hour - 12:+d}")
    admin("update boutiques.location set zone = %s where id = %s", [zone.key, paris])
    admin("update public_facts.boutique set zone = %s where id = %s", [zone.key, paris])
    admin("alter table orders.fulfilment drop constraint fulfilment_maison_id_order_id_region_fkey")
    asked = (
        "insert into orders.fulfilment (maison_id, id, order_id, location_id, method, state, attempt, asked_at, pick_by)"
        " select %s, uuidv7(), uuidv7(), %s, 'collect', %s, 1, now(), now() from generate_series(1, %s)"
    )

    async def promised() -> float:
        """How many days from the boutique's midnight."""
        async with db.public() as conn:
            found = await near(conn, product_id=a.products["bag"], latitude=48.87, longitude=2.33, now=now)
        offer = next(one for one in found.offers[a.variants["alba-bag"]] if one.location_id == paris)
        assert offer.collect_from is not None and offer.open_now
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return (offer.collect_from.replace(tzinfo=None) - midnight) / timedelta(days=1)

    soon = await promised()
    admin("update boutiques.location set daily_cap = 2 where id = %s", [paris])
    admin(asked, [a.maison_id, paris, "accepted", 1])
    admin(asked, [a.maison_id, paris, "rejected", 5])
    assert await promised() == soon
    hour = 1 / 24
    for more, days in ((1, 1), (1, 1), (1, 2)):
        admin(asked, [a.maison_id, paris, "dispatched", more])
        assert days <= await promised() <= days + 2 * hour, "prepared first thing that day"
    admin("update boutiques.location set daily_cap = null where id = %s", [paris])
    assert await promised() == soon
