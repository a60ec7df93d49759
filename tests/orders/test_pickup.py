"""Collecting: by code, with refusals at the counter, undone in time, paid afterwards; and who does not come."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn
from enfilade.base.ids import new_id
from enfilade.orders import cancellation, pickup, preparations, preparing, reading, settlement
from enfilade.orders.fulfilment import IllegalStep
from enfilade.orders.pickup import NotAmongThese, TooLateToUndo, WrongCode
from enfilade.orders.preparations import pickup_code
from enfilade.staff.people import Colleague
from tests.orders.counter import KEY, NOW, PRICE, Counter, counter
from tests.orders.test_fulfilment import ready


async def hand_over(shop: Counter, fulfilment_id: UUID, *refused: UUID, who: str = "claire") -> None:
    await shop.run(
        pickup.hand_over,
        who,
        fulfilment_id=fulfilment_id,
        code=pickup_code(KEY, fulfilment_id),
        refused_line_ids=list(refused),
    )


async def order_state(shop: Counter, order_id: UUID) -> str:
    return await shop.look("select state from orders.order where id = %(id)s", id=order_id)


async def test_everything_leaves_and_is_paid_ten_minutes_later(shop: Counter) -> None:
    order_id, fulfilment_id = await ready(shop, "BAG-S", "SCARF-U")
    for _ in range(2):
        await hand_over(shop, fulfilment_id)
    assert await shop.lines(order_id) == {"BAG-S": "handed_over", "SCARF-U": "handed_over"}
    assert await order_state(shop, order_id) == "completed"
    assert await shop.position("rivoli", "BAG-S") == (2, 0, 0)
    assert (await shop.jobs()).count("orders.finish_hand_over") == 1
    shop.now = NOW + timedelta(minutes=9)
    assert not await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    assert await shop.operations() == []
    shop.now = NOW + timedelta(minutes=10)
    assert await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    assert not await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    assert await shop.operations() == [("capture", 2 * PRICE)]
    await shop.sound()


async def test_a_refused_piece_is_for_sale_again_and_not_paid(shop: Counter) -> None:
    order_id, fulfilment_id = await ready(shop, "BAG-S", "SCARF-U")
    await hand_over(shop, fulfilment_id, await shop.line(order_id, "SCARF-U"))
    assert await shop.lines(order_id) == {"BAG-S": "handed_over", "SCARF-U": "refused"}
    assert await shop.position("rivoli", "SCARF-U") == (3, 0, 0)
    assert await order_state(shop, order_id) == "completed"
    shop.now += timedelta(minutes=10)
    await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    assert await shop.operations() == [("capture", PRICE)], "the rest waits until this has been taken"
    await shop.captured(fulfilment_id)
    payment_id = await shop.look("select payment_id from orders.order where id = %(id)s", id=order_id)
    for _ in range(2):
        await shop.job(settlement.captured, payment_id=payment_id)
    assert await shop.operations() == [("capture", PRICE), ("void", 0)]
    await shop.sound()


async def test_what_was_paid_at_once_is_given_back_for_what_is_refused(shop: Counter) -> None:
    order_id, fulfilment_id = await ready(shop, "BAG-S", "SCARF-U", payment="ideal")
    await hand_over(shop, fulfilment_id, await shop.line(order_id, "SCARF-U"))
    assert await shop.operations() == []
    shop.now += timedelta(minutes=10)
    await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    assert await shop.operations() == [("refund", PRICE)]


async def test_everything_refused_ends_the_order(shop: Counter) -> None:
    order_id, fulfilment_id = await ready(shop)
    await hand_over(shop, fulfilment_id, await shop.line(order_id, "BAG-S"))
    assert await shop.state(fulfilment_id) == "cancelled"
    assert await order_state(shop, order_id) == "cancelled"
    shop.now += timedelta(minutes=10)
    await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    assert await shop.operations() == [("void", 0)]


async def test_reserved_is_paid_in_the_boutique(shop: Counter) -> None:
    order_id, fulfilment_id = await ready(shop, method="reserve")
    await hand_over(shop, fulfilment_id)
    shop.now += timedelta(minutes=10)
    await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    assert await shop.operations() == []
    assert await order_state(shop, order_id) == "completed"


async def test_undone_within_ten_minutes_as_if_it_had_not_been(shop: Counter) -> None:
    order_id, fulfilment_id = await ready(shop, "BAG-S", "SCARF-U")
    before = await shop.position("rivoli", "BAG-S"), await shop.position("rivoli", "SCARF-U")
    await hand_over(shop, fulfilment_id, await shop.line(order_id, "SCARF-U"))
    shop.now = NOW + timedelta(minutes=9, seconds=59)
    for _ in range(2):
        assert await shop.run(pickup.undo_hand_over, fulfilment_id=fulfilment_id) == 0
    assert await shop.lines(order_id) == {"BAG-S": "picked", "SCARF-U": "picked"}
    assert (await shop.position("rivoli", "BAG-S"), await shop.position("rivoli", "SCARF-U")) == before
    assert await order_state(shop, order_id) == "placed"
    assert (await shop.told()).count("HandOverUndone") == 1
    # The first hand-over's job comes and finds nothing; the second one's is its own.
    await hand_over(shop, fulfilment_id)
    shop.now = NOW + timedelta(minutes=10)
    assert not await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    shop.now = NOW + timedelta(minutes=20)
    assert await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    assert await shop.operations() == [("capture", 2 * PRICE)]
    await shop.sound()


async def test_a_refused_piece_that_was_sold_meanwhile_stays_refused(shop: Counter) -> None:
    order_id, fulfilment_id = await ready(shop, "BAG-S", "SCARF-U")
    await hand_over(shop, fulfilment_id, await shop.line(order_id, "SCARF-U"))
    for _ in range(3):
        await shop.order("SCARF-U")
    assert await shop.run(pickup.undo_hand_over, fulfilment_id=fulfilment_id) == 1
    assert await shop.lines(order_id) == {"BAG-S": "picked", "SCARF-U": "refused"}
    await shop.sound()


async def test_after_the_capture_nothing_is_undone(shop: Counter) -> None:
    _, fulfilment_id = await ready(shop)
    await hand_over(shop, fulfilment_id)
    shop.now = NOW + timedelta(minutes=10)
    with pytest.raises(TooLateToUndo):
        await shop.run(pickup.undo_hand_over, fulfilment_id=fulfilment_id)
    await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    shop.now = NOW
    with pytest.raises(TooLateToUndo):
        await shop.run(pickup.undo_hand_over, fulfilment_id=fulfilment_id)


async def test_only_the_right_code_opens(shop: Counter) -> None:
    _, fulfilment_id = await ready(shop)
    for code in ("", "WRONGONE", pickup_code(KEY, new_id(NOW))):
        with pytest.raises(WrongCode):
            await shop.run(pickup.hand_over, fulfilment_id=fulfilment_id, code=code, refused_line_ids=[])
    assert await shop.state(fulfilment_id) == "ready"


async def find(shop: Counter, code: str, who: str = "claire") -> UUID | None:
    async def look(conn: Any, *, maison_id: UUID, by: Any, now: object) -> UUID | None:
        return await pickup.with_code(conn, maison_id=maison_id, by=by, code=code)

    return await shop.run(look, who)


async def test_a_code_finds_its_order_however_it_is_typed_and_only_in_its_boutique(shop: Counter) -> None:
    _, fulfilment_id = await ready(shop)
    code = pickup_code(KEY, fulfilment_id)
    for typed in (code, code.lower(), f" {code[:4]}-{code[4:]} ", f"{code[:4]} {code[4:]}"):
        assert await find(shop, typed) == fulfilment_id
    assert await find(shop, code, "max") == fulfilment_id
    assert await find(shop, code, "noor") is None
    assert await find(await counter(shop.db, slug="belrose"), code) is None
    assert await find(shop, "") is None


async def test_a_line_of_another_order_is_not_refused_here(shop: Counter) -> None:
    _, fulfilment_id = await ready(shop)
    other = await shop.order("BAG-M")
    with pytest.raises(NotAmongThese):
        await hand_over(shop, fulfilment_id, await shop.line(other, "BAG-M"))


async def test_two_at_one_counter_hand_it_over_once(shop: Counter) -> None:
    _, fulfilment_id = await ready(shop)
    await asyncio.gather(*(hand_over(shop, fulfilment_id, who=who) for who in ("claire", "hugo")))
    assert (await shop.told()).count("FulfilmentHandedOver") == 1
    assert await shop.position("rivoli", "BAG-S") == (2, 0, 0)
    await shop.sound()


@pytest.mark.parametrize(("payment", "expected"), [("card", ("void", 0)), ("ideal", ("refund", PRICE))])
async def test_who_does_not_come_costs_nothing(
    shop: Counter, payment: str, expected: tuple[str, int]
) -> None:
    order_id, fulfilment_id = await ready(shop, payment=payment)
    last = await shop.look("select collect_by from orders.fulfilment where id = %(id)s", id=fulfilment_id)
    await preparing.go_round(shop.db, maison_id=shop.maison_id, now=last - timedelta(seconds=1))
    assert await shop.state(fulfilment_id) == "ready"
    for _ in range(2):
        await preparing.go_round(shop.db, maison_id=shop.maison_id, now=last)
    assert await shop.state(fulfilment_id) == "no_show"
    assert await shop.lines(order_id) == {"BAG-S": "cancelled"}
    assert await order_state(shop, order_id) == "cancelled"
    assert await shop.position("rivoli", "BAG-S") == (3, 0, 0)
    assert await shop.operations() == [expected]
    assert (await shop.jobs()).count("orders.mail_not_collected") == 1
    # What lay behind the counter is a task until it is back on its shelf.
    assert await _to_put_away(shop) == [1]
    for _ in range(2):
        await shop.run(cancellation.put_away, fulfilment_id=fulfilment_id)
    assert await _to_put_away(shop) == []
    await shop.sound()


async def _to_put_away(shop: Counter) -> list[int]:
    tasks = await shop.run(_tasks)
    return [task.to_put_away for task in tasks if task.to_put_away]


async def _tasks(conn: Conn, *, maison_id: UUID, by: Colleague, now: datetime) -> list[reading.Task]:
    return await reading.tasks(conn, maison_id=maison_id, by=by, now=now)


async def test_on_my_way_is_shown_once_and_only_while_it_waits(shop: Counter) -> None:
    order_id, fulfilment_id = await ready(shop)
    async with shop.db.acting(Actor.link(order_id), shop.maison_id) as conn:
        assert await pickup.ask_on_my_way(conn, maison_id=shop.maison_id, order_id=order_id)
    assert "orders.on_my_way" in await shop.jobs()
    for _ in range(2):
        await shop.job(pickup.on_my_way, fulfilment_id=fulfilment_id)
    assert (await shop.told()).count("ClientOnTheWay") == 1
    await hand_over(shop, fulfilment_id)
    with pytest.raises(IllegalStep):
        await shop.job(pickup.on_my_way, fulfilment_id=fulfilment_id)
    async with shop.db.acting(Actor.link(order_id), shop.maison_id) as conn:
        assert not await pickup.ask_on_my_way(conn, maison_id=shop.maison_id, order_id=order_id)


async def test_the_holder_of_another_orders_link_sends_nobody_on_their_way(shop: Counter) -> None:
    order_id, _ = await ready(shop)
    async with shop.db.acting(Actor.link(new_id(NOW)), shop.maison_id) as conn:
        assert not await pickup.ask_on_my_way(conn, maison_id=shop.maison_id, order_id=order_id)


async def test_ready_again_after_undo_keeps_its_code(shop: Counter) -> None:
    _, fulfilment_id = await ready(shop)
    await hand_over(shop, fulfilment_id)
    await shop.run(pickup.undo_hand_over, fulfilment_id=fulfilment_id)
    assert await find(shop, pickup_code(KEY, fulfilment_id)) == fulfilment_id
    await shop.run(preparations.ready, fulfilment_id=fulfilment_id, key=KEY)
