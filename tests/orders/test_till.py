"""The till: pieces leave when they are paid, cash is the sum of its movements, nothing is charged or posted twice."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import execute
from enfilade.base.money import Money
from enfilade.orders import stuck
from enfilade.orders.receiving import ForAManager
from enfilade.orders.till import drawers, figures, paying, ringing_up, sales, settling
from enfilade.orders.till.drawers import (
    NoSuchDrawer,
    NotAnAmount,
    NotSoMuchThere,
    SalesUnfinished,
    SayWhy,
    TillNotOpen,
    TillOpenAlready,
)
from enfilade.orders.till.ringing_up import NotSoldHere, NotToBeHad
from enfilade.orders.till.sales import NoSuchSale, SaleBeingPaid, SaleOver
from enfilade.orders.till.settling import NothingRungUp, NotPaid
from enfilade.payments.giving_back import NothingOwed, Source, parts
from enfilade.payments.local_terminal import LocalTerminal
from enfilade.payments.tender import MoreThanDue, NoSuchTender, TerminalAsked
from enfilade.stock.exposure import Exposure, expose
from tests.orders.counter import KEY, PRICE, Counter, counter
from tests.orders.test_books import finish, handed_over
from tests.orders.tills import FLOAT, Till

TAX = 40_833


@pytest.fixture
async def till(shop: Counter) -> Till:
    made = Till(shop, LocalTerminal(shop.db, known_after_seconds=0.3))
    await made.open()
    return made


async def test_two_tenders_pay_a_sale_and_its_pieces_leave_at_once(till: Till) -> None:
    shop = till.shop
    sale_id = await till.sale("BAG-S", "SCARF-U", "SCARF-U")
    assert await shop.position("rivoli", "SCARF-U") == (3, 0, 0)
    with pytest.raises(NotPaid):
        await till.settle(sale_id)
    assert await till.cash(sale_id, 100_000) == 0
    with pytest.raises(NotPaid):
        await till.settle(sale_id)
    _card, state = await till.card(sale_id, 3 * PRICE - 150_000)
    assert state == "done"
    assert await till.cash(sale_id, 60_000) == 10_000, "the rest is the client's change"
    assert await till.in_drawer() == FLOAT + 150_000
    order_id = await till.settle(sale_id, mail="ines@client.example")
    assert await till.settle(sale_id) == order_id, "settled again, it is the same order"
    assert await shop.position("rivoli", "SCARF-U") == (1, 0, 0)
    assert await shop.lines(order_id) == {"BAG-S": "handed_over", "SCARF-U": "handed_over"}
    seen = await shop.look(
        """
        select array[o.channel, o.method, o.state, o.sold_by_location_id::text, o.total_minor::text, (select i.total_minor::text
          from orders.invoice i where i.order_id = o.id)] from orders.order o where o.id = %(id)s
        """,
        id=order_id,
    )
    total = str(3 * PRICE)
    assert seen == ["boutique", "counter", "completed", str(till.at), total, total]
    assert sorted(await till.entries()) == sorted(
        [
            ("captured", "cash", "client", 100_000),
            ("captured", "terminal", "client", 3 * PRICE - 150_000),
            ("captured", "cash", "client", 50_000),
            ("sold", "client", "sales", 3 * PRICE - 122_500),
            ("sold", "client", "tax", 122_500),
        ]
    )
    told = ["FulfilmentHandedOver", "OrderClosed", "OrderPlaced", "TillOpened"]
    assert sorted(await shop.told()) == told
    assert "orders.mail_receipt" in await shop.jobs()
    await till.sound()


async def test_a_piece_that_somebody_holds_is_refused_with_the_reason(till: Till) -> None:
    """Two at once on the last one: one sells it. Safety stock is for promises: the piece in the hand is sold."""
    shop = till.shop
    await till.sale("BAG-S", "BAG-S")
    other = await till.sale()
    first, second = await asyncio.gather(
        till.add(other, "BAG-S"), till.add(await till.sale(), "BAG-S"), return_exceptions=True
    )
    refused = first or second
    assert [first, second].count(None) == 1 and isinstance(refused, NotToBeHad)
    assert "held for somebody who is buying it, until 12:00" in str(refused)
    order_id = await shop.order("SCARF-U")
    sale_id = await till.sale("SCARF-U", "SCARF-U")
    number = await shop.look("select number from orders.order where id = %(id)s", id=order_id)
    with pytest.raises(NotToBeHad, match=f"promised to order {number}"):
        await till.add(sale_id, "SCARF-U")
    with pytest.raises(NotSoldHere):
        await shop.run(ringing_up.add, sale_id=sale_id, variant_id=till.id(), key=KEY)
    await shop.run(ringing_up.take_out, sale_id=sale_id, variant_id=shop.variants["SCARF-U"], key=KEY)
    await till.add(other, "SCARF-U")
    shop.now += timedelta(hours=2)
    await till.add(sale_id, "BAG-S")
    await till.sound()


async def test_the_terminal_is_never_asked_twice_for_two_charges(till: Till) -> None:
    shop = till.shop
    sale_id = await till.sale("BAG-S")
    tender_id, state = await till.card(sale_id, 100_071)
    assert state == "asked", "no answer came"
    with pytest.raises(TerminalAsked):
        await till.card(sale_id, 10_000)
    for refused, verb in (
        (NotPaid, till.settle(sale_id)),
        (SaleBeingPaid, till.add(sale_id, "SCARF-U")),
        (SaleBeingPaid, shop.run(sales.give_up, sale_id=sale_id)),
        (SalesUnfinished, till.count(FLOAT)),
        (MoreThanDue, till.card(sale_id, PRICE)),
        (ForAManager, shop.run(paying.say_by_hand, tender_id=tender_id, done=False, slip="")),
    ):
        with pytest.raises(refused):
            await verb
    await asyncio.sleep(0.4)
    assert await asyncio.gather(*(till.ask(tender_id) for _ in range(3))) == ["done"] * 3
    refused_id, state = await till.card(sale_id, 10_051)
    assert state == "refused"
    lost_id, state = await till.card(sale_id, 20_073)
    assert state == "asked"
    assert await till.ask(lost_id) == "done", "it had never arrived; asked again, it charges once"
    assert await shop.look("select count(*) from local_provider.slip where state = 'approved'") == 2
    await till.cash(sale_id, PRICE)
    await till.settle(sale_id)
    assert await shop.look("select state from payments.tender where id = %(id)s", id=refused_id) == "refused"
    await till.sound()


async def test_a_manager_says_what_the_terminals_paper_says(till: Till) -> None:
    sale_id = await till.sale("BAG-S")
    tender_id, state = await till.card(sale_id, 100_072)
    assert state == "asked"
    await till.shop.run(paying.say_by_hand, "mia", tender_id=tender_id, done=True, slip="0042")
    assert await till.ask(tender_id) == "done", "said once, the terminal's own late word changes nothing"
    await till.cash(sale_id, PRICE)
    await till.settle(sale_id)
    await till.sound()


async def test_tenders_go_back_while_the_sale_is_open(till: Till) -> None:
    shop = till.shop
    sale_id = await till.sale("BAG-S")
    tender_id = till.id()
    await till.cash(sale_id, 50_000, tender_id)
    card_id, _state = await till.card(sale_id, 80_000)
    back: Any = {"sale_id": sale_id, "back_id": till.id()}
    assert await shop.run(paying.take_back, tender_id=tender_id, **back) is False
    with pytest.raises(NoSuchTender):
        await shop.run(paying.take_back, tender_id=tender_id, **(back | {"back_id": till.id()}))
    assert await till.in_drawer() == FLOAT
    card_back = till.id()
    assert await shop.run(paying.take_back, sale_id=sale_id, tender_id=card_id, back_id=card_back)
    with pytest.raises(NotPaid):
        await till.settle(sale_id)
    await till.sound(unfinished=True)
    assert await till.ask(card_back) == "done"
    await shop.run(sales.give_up, sale_id=sale_id)
    await shop.run(sales.give_up, sale_id=sale_id)
    for verb in (till.add(sale_id, "BAG-S"), till.cash(sale_id, 1), till.settle(sale_id)):
        with pytest.raises(SaleOver):
            await verb
    assert await shop.look("select count(*) from stock.hold") == 0
    assert await shop.look("select sum(back_minor) from local_provider.slip") == 80_000
    await till.sound()


async def test_what_comes_back_goes_where_it_was_paid_from(till: Till) -> None:
    """To the card first, as much as it paid, the rest in cash; each once, whoever asks at once."""
    shop = till.shop
    order_id = await till.sold("BAG-S", "SCARF-U", cash=300_000)
    return_id = await till.back(order_id, "BAG-S")
    await till.sound()
    assert await shop.operations() == [], "no provider is asked for what a till owes"
    shown = await asyncio.gather(*(till.give_back(return_id) for _ in range(3)), return_exceptions=True)
    assert [one for one in shown if not isinstance(one, NothingOwed)] == [["done"]]
    on_card = 2 * PRICE - 300_000
    assert await till.in_drawer() == FLOAT + 300_000 - (PRICE - on_card)
    assert await shop.look("select max(back_minor) from local_provider.slip") == on_card
    second = await till.back(order_id, "SCARF-U")
    assert await till.give_back(second) == []
    assert await till.in_drawer() == FLOAT
    await till.sound()


async def test_a_return_and_a_sale_are_settled_together(till: Till) -> None:
    """An exchange keeps what its money was at first, through a second exchange too."""
    shop = till.shop
    first = await till.sold("BAG-S", cash=PRICE)
    return_id = await till.back(first, "BAG-S")
    sale_id = await till.sale("BAG-M", "SCARF-U")
    assert await till.exchange(sale_id, return_id) == PRICE
    with pytest.raises(NothingOwed):
        await till.exchange(sale_id, return_id)
    exchanged = await shop.look("select id from payments.tender where kind = 'exchange'")
    await shop.run(paying.take_back, sale_id=sale_id, tender_id=exchanged, back_id=till.id())
    await till.sound()
    assert await till.exchange(sale_id, return_id) == PRICE
    _card, state = await till.card(sale_id, PRICE)
    assert state == "done"
    second = await till.settle(sale_id)
    await till.sound()
    # Of the second sale a piece goes for a cheaper one: the difference leaves the drawer, where the first one's money is.
    both = [await till.back(second, "SCARF-U"), await till.back(second, "BAG-M")]
    third = await till.sale("BAG-S")
    assert await till.exchange(third, both[0]) == PRICE
    await till.settle(third)
    assert await till.give_back(both[1]) == []
    assert await till.in_drawer() == FLOAT
    await till.sound()


async def test_a_day_is_counted_and_never_changed(till: Till) -> None:
    shop = till.shop
    with pytest.raises(TillOpenAlready):
        await till.shop.run(drawers.open_drawer, drawer_id=till.id(), location_id=till.at, float_minor=0)
    pay: dict[str, Any] = {"drawer_id": till.drawer_id}
    movement_id = till.id()
    for _ in range(2):
        await shop.run(drawers.pay, **pay, movement_id=movement_id, amount_minor=-4_500, words="Flowers")
    for refused, amount, words in (
        (SayWhy, -100, " "),
        (NotAnAmount, 0, "x"),
        (NotSoMuchThere, -FLOAT, "Bank"),
    ):
        with pytest.raises(refused):
            await shop.run(drawers.pay, **pay, movement_id=till.id(), amount_minor=amount, words=words)
    order_id = await till.sold("BAG-S", cash=PRICE)
    unfinished = await till.sale("SCARF-U")
    expected = FLOAT - 4_500 + PRICE
    with pytest.raises(SayWhy):
        await till.count(expected - 100)
    await till.count(expected - 100, "A euro of change too much")
    assert await shop.look("select state from orders.sale where id = %(id)s", id=unfinished) == "given_up"
    assert await shop.look("select count(*) from stock.hold") == 0
    for verb in (
        till.count(expected),
        shop.run(drawers.pay, **pay, movement_id=till.id(), amount_minor=1, words="Late"),
        till.sale(),
        till.give_back(await till.back(order_id, "BAG-S")),
    ):
        with pytest.raises(TillNotOpen):
            await verb
    async with shop.db.acting(Actor.staff(shop.people["max"].staff_id), shop.maison_id) as conn:
        assert await execute(conn, "update orders.drawer set words = 'nothing'") == 0
    with pytest.raises(errors.InsufficientPrivilege):
        async with shop.db.acting(Actor.staff(shop.people["max"].staff_id), shop.maison_id) as conn:
            await execute(conn, "update orders.cash_movement set amount_minor = 1")
    with pytest.raises(errors.InsufficientPrivilege):
        async with shop.db.acting(Actor.staff(shop.people["max"].staff_id), shop.maison_id) as conn:
            await execute(
                conn,
                """
                insert into orders.cash_movement (maison_id, drawer_id, kind, cause_id, amount_minor, recorded_at, by_id)
                values (%(maison_id)s, %(id)s, 'taken', %(id)s, 5, now(), %(id)s)
                """,
                maison_id=shop.maison_id,
                id=till.drawer_id,
            )
    await till.open()
    await till.sound()


async def test_a_drawer_gives_no_more_than_it_holds(till: Till) -> None:
    order_id = await till.sold("BAG-S", cash=PRICE)
    await till.shop.run(
        drawers.pay, drawer_id=till.drawer_id, movement_id=till.id(), amount_minor=-PRICE, words="To the bank"
    )
    return_id = await till.back(order_id, "BAG-S")
    with pytest.raises(NotSoMuchThere):
        await till.give_back(return_id)
    await till.sound()


async def test_nobody_works_another_boutiques_or_maisons_till(till: Till) -> None:
    shop = till.shop
    sale_id = await till.sale("BAG-S")
    tender_id, _state = await till.card(sale_id, 100)
    stranger = await counter(shop.db, slug="borea")
    asked: list[tuple[Any, dict[str, Any]]] = [
        (
            drawers.pay,
            {"drawer_id": till.drawer_id, "movement_id": till.id(), "amount_minor": 1, "words": "x"},
        ),
        (drawers.close, {"drawer_id": till.drawer_id, "counted_minor": 0, "words": ""}),
        (drawers.open_drawer, {"drawer_id": till.id(), "location_id": till.at, "float_minor": 0}),
        (sales.open_sale, {"sale_id": till.id(), "location_id": till.at}),
        (sales.give_up, {"sale_id": sale_id}),
        (ringing_up.add, {"sale_id": sale_id, "variant_id": shop.variants["BAG-S"], "key": KEY}),
        (ringing_up.take_out, {"sale_id": sale_id, "variant_id": shop.variants["BAG-S"], "key": KEY}),
        (ringing_up.name_client, {"sale_id": sale_id, "written": "", "key": KEY}),
        (paying.pay_cash, {"sale_id": sale_id, "tender_id": till.id(), "given_minor": 100}),
        (paying.pay_card, {"sale_id": sale_id, "tender_id": till.id(), "amount_minor": 100}),
        (paying.take_back, {"sale_id": sale_id, "tender_id": tender_id, "back_id": till.id()}),
        (paying.may_ask, {"tender_id": tender_id}),
        (paying.give_back, {"location_id": till.at, "return_id": till.id()}),
        (paying.exchange, {"sale_id": sale_id, "return_id": till.id()}),
        (settling.settle, {"sale_id": sale_id, "language": "en", "mail": "", "key": KEY}),
    ]
    for verb, arguments in asked:
        for house, who in ((shop, "noor"), (stranger, "claire")):
            with pytest.raises((NoSuchDrawer, NoSuchSale, NoSuchTender)):
                await house.run(verb, who, **arguments)
    await till.sound(unfinished=True)


async def test_a_death_between_two_steps_leaves_something_to_go_on_with(till: Till) -> None:
    """The terminal charged and nobody recorded it; the sale was paid and not settled; settled, and the answer lost."""
    shop = till.shop
    sale_id = await till.sale("BAG-S")
    tender_id = till.id()
    await shop.run(paying.pay_card, sale_id=sale_id, tender_id=tender_id, amount_minor=PRICE)
    await till.terminal.charge(key=tender_id, amount=Money(PRICE, "EUR"))
    await till.sound()
    assert await till.ask(tender_id) == "done"
    assert await shop.look("select count(*) from local_provider.slip") == 1
    shop.now += timedelta(hours=3)
    other = await till.sale("BAG-S", "BAG-S", "BAG-S")
    with pytest.raises(Exception, match="gone meanwhile"):
        await till.settle(sale_id)
    await shop.run(sales.give_up, sale_id=other)
    orders = await asyncio.gather(*(till.settle(sale_id) for _ in range(4)))
    assert len(set(orders)) == 1
    assert await shop.look("select count(*) from orders.order") == 1
    await till.sound()


async def test_paid_in_full_is_held_by_the_table_too(till: Till) -> None:
    sale_id = await till.sale("BAG-S")
    with pytest.raises(NothingRungUp):
        await till.settle(await till.sale())
    with pytest.raises(errors.CheckViolation, match="paid_before_pieces_leave"):
        async with till.shop.db.acting(Actor.job(), till.shop.maison_id) as conn:
            await execute(
                conn,
                """
                update orders.sale set state = 'settled', order_id = id, ended_at = now(), ended_by = opened_by
                where id = %(id)s
                """,
                id=sale_id,
            )


def test_cards_are_given_back_to_first_and_nobody_more_than_they_paid() -> None:
    one, two, three = (UUID(int=number) for number in range(3))
    sources = [Source(one, one, "cash", 70), Source(two, two, "card", 50), Source(three, one, "card", 10)]
    for amount in range(131):
        given = parts(sources, amount)
        assert sum(share for _source, share in given) == amount
        assert all(0 < share <= source.left_minor for source, share in given)
    assert [(source.id, share) for source, share in parts(sources, 65)] == [(two, 50), (three, 10), (one, 5)]


async def test_what_the_web_was_paid_goes_back_by_its_provider(till: Till) -> None:
    """Brought back in a boutique, a till owes nothing for it."""
    shop = till.shop
    order_id = await shop.order("BAG-S", payment="ideal")
    fulfilment_id = await handed_over(shop, order_id)
    await finish(shop, fulfilment_id)
    return_id = await till.back(order_id, "BAG-S")
    assert await shop.operations() == [("refund", PRICE)]
    with pytest.raises(NothingOwed):
        await till.give_back(return_id)


async def test_what_is_kept_back_from_promises_is_sold_from_the_hand(till: Till) -> None:
    """Neither safety stock nor a boutique that gives nothing online keeps an advisor from selling. A till left open is told."""
    shop = till.shop
    async with shop.db.acting(Actor.importer(), shop.maison_id) as conn:
        kept_back = Exposure(till.at, collect=False, reserve=False, ship=False, safety_collect=3)
        await expose(conn, maison_id=shop.maison_id, exposures=[kept_back])
    await till.sold("BAG-S", cash=PRICE)
    assert await shop.position("rivoli", "BAG-S") == (2, 0, 0)
    shop.now += timedelta(days=2)
    waiting = await shop.job(stuck.stuck, providers=["local"])
    assert [one.about for one in waiting if one.what == "till"] == ["Auber Rivoli"]
    async with shop.db.acting(Actor.staff(shop.people["claire"].staff_id), shop.maison_id) as conn:
        day = await figures.day(
            conn, maison_id=shop.maison_id, by=shop.people["claire"], drawer_id=till.drawer_id, now=shop.now
        )
    assert day.left_open
    await till.sound()
