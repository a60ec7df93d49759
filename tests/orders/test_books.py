"""What has left for good is sold in the books, once; what was paid for it and given back leaves nothing due."""

from datetime import timedelta
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db, scalar
from enfilade.base.money import Money
from enfilade.orders import books, pickup, preparations
from enfilade.payments import captures
from enfilade.payments.local_provider import LocalProvider
from tests.orders import counter as counters
from tests.orders.counter import KEY, PRICE, Counter

TAX = PRICE * 2000 // 12000 + (1 if PRICE * 2000 % 12000 * 2 >= 12000 else 0)


@pytest.fixture
async def counter(db: Db) -> Counter:
    return await counters.counter(db)


async def entries(counter: Counter) -> list[str]:
    return await counter.look(
        """
        select coalesce(array_agg(kind || ' ' || debit || ' ' || credit || ' ' || amount_minor
          order by kind, credit, amount_minor), '{}') from payments.ledger_entry
        """
    )


async def wrong(counter: Counter) -> list[tuple[str, int, int]]:
    found = await books.verify(counter.db, maison_id=counter.maison_id)
    return sorted((one.what, one.expected_minor, one.posted_minor) for one in found)


async def handed_over(counter: Counter, order: UUID, *refused: str) -> UUID:
    """Prepared and handed over, with these SKUs left at the counter."""
    work = await counter.fulfilment(order)
    await counter.run(preparations.accept, fulfilment_id=work)
    for sku in await counter.lines(order):
        await counter.run(preparations.pick, fulfilment_id=work, line_id=await counter.line(order, sku))
    await counter.run(preparations.ready, fulfilment_id=work, key=KEY)
    await counter.run(
        pickup.hand_over,
        fulfilment_id=work,
        code=preparations.pickup_code(KEY, work),
        refused_line_ids=[await counter.line(order, sku) for sku in refused],
    )
    return work


async def finish(counter: Counter, work: UUID) -> None:
    counter.now += timedelta(minutes=11)
    for _ in range(2):
        await counter.job(pickup.finish_hand_over, fulfilment_id=work)


async def provider_does(counter: Counter, method: str) -> None:
    """The provider has the charge that the counter's order stands on, and does all that was asked."""
    provider = LocalProvider(counter.db, "")
    payment = await counter.look("select id from payments.payment")
    amount = await counter.look("select amount_minor from payments.payment")
    await provider.authorise(
        key=payment,
        reference=payment,
        amount=Money(amount, "EUR"),
        method=method,
        token="tok_ok",
        return_url="",
        metadata={},
    )
    async with counter.db.door() as conn:
        token = await scalar(conn, "select second_step_token from local_provider.charge")
    if token:
        await provider.answer_second_step(token=token, approved=True)
    asked = await counter.look(
        "select coalesce(array_agg(id order by id), '{}') from payments.operation where state = 'asked'"
    )
    for operation_id in asked:
        await captures.carry_out(
            counter.db,
            {"local": provider},
            maison_id=counter.maison_id,
            operation_id=operation_id,
            timeout_seconds=5,
            now=counter.now,
        )


@pytest.mark.parametrize("method", ["card", "ideal"])
async def test_what_is_kept_is_sold_and_what_is_refused_leaves_nothing_due(counter: Counter, method: str):
    order = await counter.order("BAG-S", "BAG-M", payment=method)
    work = await handed_over(counter, order, "BAG-M")
    at_once = [f"captured provider client {2 * PRICE}"] if method == "ideal" else []
    assert await entries(counter) == at_once
    assert await wrong(counter) == []  # it can still be undone
    await finish(counter, work)
    sold = [f"sold client sales {PRICE - TAX}", f"sold client tax {TAX}"]
    assert await entries(counter) == at_once + sold
    assert await wrong(counter) == []  # asked of the provider, and under way
    await provider_does(counter, method)
    given_back = [f"refunded client provider {PRICE}"] if method == "ideal" else []
    assert await entries(counter) == (at_once or [f"captured provider client {PRICE}"]) + given_back + sold
    assert await wrong(counter) == []


async def test_an_undone_hand_over_leaves_no_entry_and_the_next_one_its_own(counter: Counter) -> None:
    order = await counter.order("BAG-S", payment="ideal")
    work = await handed_over(counter, order)
    await counter.run(pickup.undo_hand_over, fulfilment_id=work)
    await finish(counter, work)
    assert await entries(counter) == [f"captured provider client {PRICE}"]
    await counter.run(
        pickup.hand_over, fulfilment_id=work, code=preparations.pickup_code(KEY, work), refused_line_ids=[]
    )
    await finish(counter, work)
    assert len(await entries(counter)) == 3
    assert await wrong(counter) == []


async def test_what_is_paid_at_the_counter_posts_nothing(counter: Counter) -> None:
    order = await counter.order("BAG-S", method="reserve")
    await finish(counter, await handed_over(counter, order))
    assert await entries(counter) == []
    assert await wrong(counter) == []


async def test_what_left_and_was_not_paid_is_due(counter: Counter) -> None:
    order = await counter.order("BAG-S")
    await finish(counter, await handed_over(counter, order))
    assert await wrong(counter) == []
    # The provider does not know the charge: it refuses.
    await captures.carry_out(
        counter.db,
        {"local": LocalProvider(counter.db, "")},
        maison_id=counter.maison_id,
        operation_id=await counter.look("select id from payments.operation where kind = 'capture'"),
        timeout_seconds=5,
        now=counter.now,
    )
    assert await wrong(counter) == [("due of order", 0, -PRICE)]


async def test_a_sale_that_is_missing_or_wrong_is_found_and_posted(counter: Counter, db: Db, admin) -> None:
    order = await counter.order("BAG-S", payment="ideal")
    await finish(counter, await handed_over(counter, order))
    admin("update payments.ledger_entry set amount_minor = amount_minor + 1 where credit = 'tax'")
    assert await wrong(counter) == [("due of order", 0, -1), ("tax of order", TAX, TAX + 1)]
    admin("delete from payments.ledger_entry where kind = 'sold'")
    assert await wrong(counter) == [
        ("due of order", 0, PRICE),
        ("sales of order", PRICE - TAX, 0),
        ("tax of order", TAX, 0),
    ]
    for posted in (1, 0):
        async with db.acting(Actor.job(), counter.maison_id) as c:
            assert await books.post_missing(c, maison_id=counter.maison_id) == posted
    assert await wrong(counter) == []


async def test_money_without_an_order_is_due_after_half_an_hour(counter: Counter, admin) -> None:
    await counter.order("BAG-S", payment="ideal")
    assert await wrong(counter) == []
    admin("update orders.order set payment_id = gen_random_uuid()")
    admin("update payments.payment set changed_at = now()")
    assert await wrong(counter) == []
    admin("update payments.payment set changed_at = now() - interval '31 minutes'")
    assert await wrong(counter) == [("due of payment", 0, PRICE)]
