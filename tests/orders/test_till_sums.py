"""Whatever is done at a till all day, and however much of it is refused: the day's figures, drawer and books add up."""

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.orders.till import drawers, figures, paying, ringing_up, sales
from enfilade.payments.local_terminal import LocalTerminal
from tests.orders.counter import KEY, PRICE, Counter
from tests.orders.tills import FLOAT, Till

SKUS = ("BAG-S", "BAG-M", "SCARF-U")
ACTS = 45


@dataclass(slots=True)
class _Day:
    """What a person with a notebook would have written down."""

    cash: int = FLOAT
    sold: dict[UUID, dict[str, int]] = field(default_factory=dict[UUID, dict[str, int]])
    open: list[UUID] = field(default_factory=list[UUID])
    owed: list[UUID] = field(default_factory=list[UUID])
    refused: int = 0
    done: int = 0


async def _due(till: Till, sale_id: UUID) -> int:
    return await till.shop.look(
        """
        select s.total_minor - coalesce((select p.capture_asked_minor from payments.payment p
          where p.checkout_id = s.id and p.state = 'asked'), 0) from orders.sale s where s.id = %(id)s
        """,
        id=sale_id,
    )


async def _act(till: Till, day: _Day, chance: random.Random) -> None:
    shop, before = till.shop, await till.in_drawer()
    sale_id = chance.choice(day.open) if day.open else None
    what = chance.choice(
        (
            "begin",
            "add",
            "add",
            "out",
            "cash",
            "cash",
            "card",
            "back",
            "settle",
            "settle",
            "give_up",
            "return",
            "give",
            "exchange",
            "pay",
        )
    )
    if what == "begin" or sale_id is None:
        day.open.append(await till.sale(*chance.sample(SKUS, chance.randint(0, 2))))
    elif what == "add":
        await till.add(sale_id, chance.choice(SKUS))
    elif what == "out":
        variant_id = shop.variants[chance.choice(SKUS)]
        await shop.run(ringing_up.take_out, sale_id=sale_id, variant_id=variant_id, key=KEY)
    elif what == "cash":
        due = await _due(till, sale_id)
        given = chance.choice((due, due + 1_234, due // 2, chance.randint(1, PRICE)))
        change = await till.cash(sale_id, given)
        day.cash += given - change
    elif what == "card":
        due = await _due(till, sale_id)
        await till.card(
            sale_id, chance.choice((due, due // 3 // 100 * 100, chance.randint(1, PRICE) // 100 * 100 + 51))
        )
    elif what == "back":
        tender_id = await shop.look(
            """
            select t.id from payments.tender t join payments.payment p on p.id = t.payment_id
            where p.checkout_id = %(id)s and t.way = 'in' and t.state = 'done' and t.back_minor = 0 limit 1
            """,
            id=sale_id,
        )
        back_id = till.id()
        asked: dict[str, Any] = {"sale_id": sale_id, "tender_id": tender_id or till.id(), "back_id": back_id}
        if await shop.run(paying.take_back, **asked):
            await till.ask(back_id)
        day.cash += await till.in_drawer() - before
    elif what == "settle":
        order_id = await till.settle(sale_id)
        day.open.remove(sale_id)
        day.sold[order_id] = {}
    elif what == "give_up":
        await shop.run(sales.give_up, sale_id=sale_id)
        day.open.remove(sale_id)
    elif what == "return" and day.sold:
        order_id = chance.choice(list(day.sold))
        day.owed.append(await till.back(order_id, chance.choice(list(await shop.lines(order_id)))))
    elif what == "give" and day.owed:
        await till.give_back(chance.choice(day.owed))
        day.cash += await till.in_drawer() - before
    elif what == "exchange" and day.owed:
        await till.exchange(sale_id, chance.choice(day.owed))
    elif what == "pay":
        amount = chance.choice((-1, 1)) * chance.randint(1, 30_000)
        await shop.run(
            drawers.pay, drawer_id=till.drawer_id, movement_id=till.id(), amount_minor=amount, words="x"
        )
        day.cash += amount
    day.done += 1
    assert await till.in_drawer() == day.cash, what


@pytest.mark.parametrize("seed", range(3))
async def test_a_day_adds_up(shop: Counter, seed: int) -> None:
    chance, day = random.Random(seed), _Day()
    till = Till(shop, LocalTerminal(shop.db))
    await till.open()
    for _ in range(ACTS):
        try:
            await _act(till, day, chance)
        except AssertionError:
            raise
        except Exception as refusal:
            assert type(refusal).__module__.startswith("enfilade."), refusal
            day.refused += 1
        assert await till.in_drawer() == day.cash
    assert day.done > 10 and day.refused > 0
    by = shop.people["claire"]
    async with shop.db.acting(Actor.staff(by.staff_id), shop.maison_id) as conn:
        found = await figures.of_drawer(
            conn, maison_id=shop.maison_id, by=by, drawer_id=till.drawer_id, now=shop.now
        )
    cash = next((one for one in found.tendered if one.kind == "cash"), None)
    others = sum(one.amount_minor for one in found.moved if one.kind in ("float", "paid_in", "paid_out"))
    assert found.day.expected_minor == day.cash == sum(one.amount_minor for one in found.moved)
    assert day.cash - others == (cash.taken_minor - cash.back_minor if cash else 0)
    assert found.day.sales == len(day.sold)
    assert sum(one.total_minor for one in found.sold) == found.day.sold_minor
    assert all(one.tax_minor <= one.total_minor for one in found.sold + found.returned)
    unfinished = await shop.look(
        """
        select exists (select 1 from orders.sale s join payments.payment p on p.checkout_id = s.id
          where s.state = 'open' and p.captured_minor > 0)
        """
    )
    await till.sound(unfinished=unfinished)
