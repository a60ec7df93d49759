"""Whose goods a sold piece was, who sold it and what is due for it: frozen when sold, once in the books, taken back with it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db, execute
from enfilade.catalogue import brands, commissions
from enfilade.catalogue.brands import Brand
from enfilade.catalogue.commissions import CommissionRefused, CommissionRuns
from enfilade.orders import confirmation, invoices, receiving
from enfilade.orders.partners import dues
from enfilade.orders.receiving import Brought
from enfilade.web.shared.invoices import document
from tests.orders import counter as counters
from tests.orders.counter import KEY, PRICE, Counter
from tests.orders.test_books import TAX, entries, finish, handed_over, wrong
from tests.orders.test_goodwill import give
from tests.orders.test_returns import sold as taken_and_sold

NET = PRICE - TAX
COMPANY = Brand("Auber", "concession", "AUBER ESSAI S.r.l.", "Milano", "IT", "MI-0000001")


@pytest.fixture
async def counter(db: Db, addresses: Addresses) -> Counter:
    """The shop of one maison as a store whose every piece is a brand's."""
    shop = await counters.counter(db)
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        conn.execute("update maisons.maison set kind = 'retailer' where maison_id = %s", [shop.maison_id])
        conn.execute(
            "update public_facts.store set multi_brand = true where maison_id = %s", [shop.maison_id]
        )
    return shop


async def branded(shop: Counter, brand: Brand, *, basis_points: int | None = 3_500) -> UUID:
    brand_id = await shop.job(brands.keep, brand=brand)
    await shop.job(brands.publish, brand_id=brand_id)
    if basis_points is not None:
        await shop.job(
            commissions.agree, brand_id=brand_id, basis_points=basis_points, begins=shop.now.date()
        )
    return brand_id


async def sold(shop: Counter, *skus: str) -> UUID:
    order_id = await shop.order(*(skus or ("BAG-S",)))
    await finish(shop, await handed_over(shop, order_id))
    return order_id


async def due(shop: Counter) -> list[str]:
    return await shop.look(
        """
        select coalesce(array_agg(kind || ' ' || quantity || ' ' || total_minor || ' ' || kept_minor || ' ' || due_minor
          order by posted_at, cause_id), '{}') from orders.due
        """
    )


async def back(shop: Counter, order_id: UUID, less: int = 0) -> None:
    shop.now += timedelta(hours=3)
    piece = Brought(await shop.line(order_id, "BAG-S"), 1, "sellable", "worn" if less else None, less)
    await shop.run(
        receiving.receive, who="max", order_id=order_id, location_id=shop.at["rivoli"], brought=[piece]
    )


async def test_on_consignment_the_store_sells_and_owes_the_price_without_tax_less_its_commission(
    counter: Counter,
) -> None:
    brand_id = await branded(counter, Brand("Auber", "consignment"))
    order_id = await counter.order("BAG-S")
    work = await handed_over(counter, order_id)
    assert await due(counter) == []  # it can still be undone
    # A later change of terms changes nothing sold.
    await counter.job(brands.keep, brand=COMPANY, brand_id=brand_id)
    await counter.job(
        commissions.agree,
        brand_id=brand_id,
        basis_points=9_000,
        begins=counter.now.date() + timedelta(days=1),
    )
    await finish(counter, work)
    kept = (NET * 3_500 * 2 + 10_000) // 20_000
    assert await due(counter) == [f"sold 1 {PRICE} {kept} {NET - kept}"]
    assert f"owed sales partner {NET - kept}" in await entries(counter)
    assert await counter.look("select count(*) from orders.order_line where seller is not null") == 0
    assert await wrong(counter) == []
    await back(counter, order_id)
    assert (await due(counter))[1] == f"returned -1 {-PRICE} {-kept} {kept - NET}"
    assert f"owed_back partner sales {NET - kept}" in await entries(counter)
    await counter.job(dues.post_missing)
    assert len(await due(counter)) == 2 and await wrong(counter) == []


async def test_in_a_concession_its_company_sells_and_is_owed_the_tax_too(counter: Counter) -> None:
    await branded(counter, COMPANY)
    order_id = await sold(counter)
    kept = (NET * 3_500 * 2 + 10_000) // 20_000
    assert await due(counter) == [f"sold 1 {PRICE} {kept} {PRICE - kept}"]
    books = await entries(counter)
    assert f"owed sales partner {NET - kept}" in books and f"owed tax partner {TAX}" in books
    # Every paper of the sale names who sold.
    async with counter.db.acting(Actor.job(), counter.maison_id) as conn:
        found = await confirmation.read(conn, maison_id=counter.maison_id, order_id=order_id)
        assert found is not None
        letter = confirmation.letter(*found, key=KEY, base_url="https://x.example").text
        await invoices.issue(
            conn,
            maison_id=counter.maison_id,
            fulfilment_id=await counter.fulfilment(order_id),
            now=counter.now,
        )
        (made,) = await invoices.of_order(conn, maison_id=counter.maison_id, order_id=order_id)
        around = await invoices.sale_of(conn, maison_id=counter.maison_id, order_id=order_id)
    assert "AUBER ESSAI S.r.l., Milano" in letter and "MI-0000001" in letter
    told = document.told(made, around, "en")
    assert "AUBER ESSAI S.r.l., Milano, Italy, MI-0000001" in str(told["lines"])
    assert "auber SAS invoices in its name and on its behalf" in str(told["notes"])
    assert (await document.pdf(made, around, "zh")).startswith(b"%PDF-")
    # A part of the price was kept for wear: the client's loss is shared as the price was.
    await back(counter, order_id, less=10_001)
    assert await wrong(counter) == []
    again = await counter.look(
        "select array_agg(total_minor - tax_minor - kept_minor order by kind) from orders.due"
    )
    assert again[1] == NET - kept and 0 > again[0] > -(NET - kept)


async def test_what_was_sold_before_a_commission_was_agreed_waits_for_it_by_name(counter: Counter) -> None:
    brand_id = await branded(counter, Brand("Auber", "consignment"), basis_points=None)
    await sold(counter)
    assert await due(counter) == []
    assert await wrong(counter) == [("due of line of order", PRICE, 0)]
    await counter.job(commissions.agree, brand_id=brand_id, basis_points=0, begins=date(2026, 1, 1))
    for _ in range(2):
        await counter.job(dues.post_missing)
    assert await due(counter) == [f"sold 1 {PRICE} 0 {NET}"]
    assert await wrong(counter) == []


async def test_goodwill_is_the_maisons_and_a_return_after_it_leaves_nothing_due(counter: Counter) -> None:
    await branded(counter, COMPANY)
    order_id = await taken_and_sold(counter)
    await give(counter, order_id, PRICE // 10)
    assert len(await due(counter)) == 1
    await back(counter, order_id)
    assert await counter.look("select sum(due_minor)::bigint from orders.due") == 0
    assert await counter.look("select sum(total_minor)::bigint from orders.due") == 0
    assert await wrong(counter) == []


async def test_what_is_nobodys_or_the_stores_own_is_due_to_nobody(counter: Counter) -> None:
    await branded(counter, Brand("Somebody else", "consignment"))
    await sold(counter)
    assert await due(counter) == [] and await wrong(counter) == []
    assert await counter.look("select count(*) from orders.line_terms") == 0


async def test_books_find_what_is_owed_otherwise(counter: Counter, addresses: Addresses) -> None:
    await branded(counter, Brand("Auber", "consignment"))
    await sold(counter)
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        conn.execute("update payments.ledger_entry set amount_minor = amount_minor - 1 where kind = 'owed'")
        found = await wrong(counter)
        assert [(what, expected - posted) for what, expected, posted in found] == [("owed of order", 1)]
        conn.execute("delete from payments.ledger_entry where kind = 'owed'")
        conn.execute("delete from orders.due")
        assert await wrong(counter) == [("due of line of order", PRICE, 0)]
    for change in ("update orders.due set due_minor = 0", "delete from orders.line_terms"):
        with pytest.raises(errors.InsufficientPrivilege):
            async with counter.db.acting(Actor.job(), counter.maison_id) as acting:
                await execute(acting, change)  # pyright: ignore[reportArgumentType]


async def test_one_commission_a_day_and_none_over_what_runs(counter: Counter, addresses: Addresses) -> None:
    brand_id = await branded(counter, Brand("Auber", "consignment"))
    today = counter.now.date()

    async def agree(days: int, share: int) -> None:
        await counter.job(
            commissions.agree, brand_id=brand_id, basis_points=share, begins=today + timedelta(days=days)
        )

    async def known() -> list[tuple[int, int | None, int]]:
        async with counter.db.acting(Actor.job(), counter.maison_id) as conn:
            found = await commissions.commissions_of(conn, maison_id=counter.maison_id)
        return [
            ((one.begins - today).days, one.ends and (one.ends - today).days, one.basis_points)
            for one in found
        ]

    await agree(0, 3_500)  # again
    for days, share, error in (
        (0, 4_000, CommissionRuns),
        (-3, 4_000, CommissionRuns),
        (9, 10_001, CommissionRefused),
    ):
        with pytest.raises(error):
            await agree(days, share)
    await agree(10, 4_000)
    await agree(20, 5_000)
    assert await known() == [(0, 10, 3_500), (10, 20, 4_000), (20, None, 5_000)]
    await agree(5, 4_500)  # what was to begin later is replaced
    assert await known() == [(0, 5, 3_500), (5, None, 4_500)]
    with (
        psycopg.connect(addresses.admin) as conn,
        pytest.raises(errors.ExclusionViolation, match="one_commission_a_day"),
    ):
        conn.execute(
            """insert into catalogue.commission (maison_id, brand_id, valid, basis_points, agreed_at)
            values (%s, %s, daterange('2026-03-04', '2026-03-05'), 1, now())""",
            [counter.maison_id, brand_id],
        )


async def test_terms_are_frozen_by_the_checkout_and_read_by_no_client(counter: Counter) -> None:
    brand_id = await branded(counter, replace(COMPANY))
    order_id = await counter.order("BAG-S")
    seen: dict[str, Any] = {}
    for actor in (Actor.link(order_id), Actor.visitor(brand_id), Actor.job()):
        async with counter.db.acting(actor, counter.maison_id) as conn:
            seen[actor.kind] = [
                (await (await conn.execute(f"select count(*) from {table}")).fetchone() or [None])[0]
                for table in ("orders.line_terms", "catalogue.commission")
            ]
    assert seen == {"link": [0, 0], "visitor": [0, 0], "job": [1, 1]}
