"""The demo world goes through the importers, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from enfilade.appointments import free, services
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.stock.verify import verify
from enfilade.world.generate import world
from enfilade.world.load import load
from enfilade.world.scale import TINY

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
TABLES = (
    "maisons.maison", "maisons.market", "maisons.capability", "boutiques.location", "catalogue.brand", "catalogue.product",
    "catalogue.variant", "catalogue.price", "stock.position", "stock.movement", "stock.exposure", "staff.person",
    "staff.post", "orders.external_sale", "public_facts.product", "public_facts.boutique", "public_facts.opening",
    "appointments.service", "appointments.service_text", "appointments.service_at", "appointments.advisor",
    "appointments.roster",
)  # fmt: skip


async def test_loading_twice_is_loading_once(db: Db, admin):
    small = world(replace(TINY, orders=120, days=20), today=NOW.date())
    heard: list[tuple[str, int, int]] = []
    await load(db, small, NOW, lambda name, done, total: heard.append((name, done, total)))
    assert [done for _, done, _ in heard] == [1, 2, 3, 4]
    assert {total for *_, total in heard} == {4}

    drawn = [*small.maisons, small.store]
    sales = {(row["reference"], row["sku"]) for m in drawn for row in small.sales_rows(m)}
    assert admin("select count(*) from orders.external_sale") == [(len(sales),)]
    assert admin("select count(*) from stock.position") == [(sum(len(small.stock_rows(m)) for m in drawn),)]
    prices = sum(
        len([name for name, value in row.items() if name.startswith("price_") and value])
        for m in drawn
        for row in small.catalogue_rows(m)
    )
    assert admin("select count(*) from public_facts.price where market <> 'nl'") == [(prices,)]
    people = [row["email"] for m in drawn for row in small.staff_rows(m)]
    people += [row["email"] for row in small.group_staff_rows()]
    assert admin("select count(*) from staff.person") == [(len(people),)]
    assert admin("select count(*) from stock.position where as_of > %s", [NOW]) == [(0,)]
    # Each maison in its own store, and in the multi-brand one; the store's own pieces in it too.
    assert admin("select count(*) from public_facts.store_maison") == [(7,)]
    for (maison_id,) in admin("select maison_id from maisons.maison"):
        assert await verify(db, maison_id=maison_id) == []

    await comes_any_day(db, admin)

    versions = " union all ".join(f"select '{t}', xmin::text, ctid::text from {t}" for t in TABLES)
    before = sorted(admin(versions))
    await load(db, small, NOW)
    assert sorted(admin(versions)) == before


async def comes_any_day(db: Db, admin) -> None:
    """Whoever comes to the demo finds a time with every maison drawn in full, on every day, in their language."""
    told = admin("select maison_id, id, count(distinct t.language) from appointments.service join appointments.service_text t"
                 " using (maison_id) where t.service_id = id group by maison_id, id")  # fmt: skip
    assert len({maison_id for maison_id, *_ in told}) == 3
    assert {languages for *_, languages in told} == {4}
    for maison_id, service_id, _ in told:
        async with db.acting(Actor.job(), maison_id) as conn:
            service = await services.read(conn, maison_id=maison_id, service_id=service_id)
            assert service is not None
            found = await free.week(
                conn, maison_id=maison_id, service=service, location_ids=service.location_ids,
                first_day=NOW.date() + timedelta(days=1), days=14, now=NOW,
            )  # fmt: skip
        days = {slot.wall.date() for slots in found.values() for slot in slots}
        assert len(days) == 14
