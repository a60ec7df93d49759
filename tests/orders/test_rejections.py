"""Rejecting: each reason corrects stock in its own way; what is late is told, what expires goes elsewhere."""

from datetime import timedelta

import pytest

from enfilade.base.ids import new_id
from enfilade.orders import pickup, preparations, preparing, rejections, resourcing
from enfilade.orders.rejections import NothingToReject, UnknownReason
from enfilade.stock.counts import record_movement
from tests.orders.counter import KEY, NOW, Counter, counter
from tests.orders.test_fulfilment import accepted, ready


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        ("not_in_stock", (0, 0, 0)),
        ("mismatch", (2, 0, 0)),
        ("damaged", (3, 0, 1)),
        ("worn_display", (3, 0, 1)),
    ],
)
async def test_each_reason_corrects_stock(shop: Counter, reason: str, left: tuple[int, int, int]) -> None:
    order_id, fulfilment_id = await accepted(shop)
    line_id = await shop.line(order_id, "BAG-S")
    for _ in range(2):  # said twice, it is one rejection
        await shop.run(rejections.reject, fulfilment_id=fulfilment_id, line_id=line_id, reason=reason)
    assert await shop.position("rivoli", "BAG-S") == left
    assert await shop.state(fulfilment_id) == "rejected"
    assert await shop.lines(order_id) == {"BAG-S": "unsourced"}
    assert (await shop.told()).count("LineRejected") == 1
    assert (await shop.jobs()).count("orders.resource") == 1
    assert await shop.look("select state from orders.order where id = %(id)s", id=order_id) == "placed"
    await shop.sound()


async def test_the_rest_of_the_order_stays(shop: Counter) -> None:
    order_id, fulfilment_id = await accepted(shop, "BAG-S", "SCARF-U")
    await shop.run(
        rejections.reject,
        fulfilment_id=fulfilment_id,
        line_id=await shop.line(order_id, "BAG-S"),
        reason="damaged",
    )
    assert await shop.state(fulfilment_id) == "accepted"
    await shop.run(
        preparations.pick, fulfilment_id=fulfilment_id, line_id=await shop.line(order_id, "SCARF-U")
    )
    await shop.run(preparations.ready, fulfilment_id=fulfilment_id, key=KEY)
    assert await shop.lines(order_id) == {"BAG-S": "unsourced", "SCARF-U": "picked"}


@pytest.mark.parametrize("state", ["asked", "accepted", "ready"])
async def test_a_piece_may_be_rejected_until_it_leaves(shop: Counter, state: str) -> None:
    if state == "asked":
        order_id = await shop.order("BAG-S")
        fulfilment_id = await shop.fulfilment(order_id)
    else:
        order_id, fulfilment_id = await (accepted if state == "accepted" else ready)(shop)
    await shop.run(
        rejections.reject,
        fulfilment_id=fulfilment_id,
        line_id=await shop.line(order_id, "BAG-S"),
        reason="damaged",
    )
    assert await shop.state(fulfilment_id) == "rejected"


async def test_only_a_known_reason_and_an_open_line(shop: Counter) -> None:
    order_id, fulfilment_id = await accepted(shop)
    line_id = await shop.line(order_id, "BAG-S")
    for reason in ("", "expired", "shortage", "lazy"):
        with pytest.raises(UnknownReason):
            await shop.run(rejections.reject, fulfilment_id=fulfilment_id, line_id=line_id, reason=reason)
    with pytest.raises(NothingToReject):
        await shop.run(rejections.reject, fulfilment_id=fulfilment_id, line_id=new_id(NOW), reason="damaged")


async def test_a_count_that_finds_none_takes_other_orders_too(shop: Counter) -> None:
    first, fulfilment_id = await accepted(shop)
    second = await shop.order("BAG-S")
    await shop.run(
        rejections.reject,
        fulfilment_id=fulfilment_id,
        line_id=await shop.line(first, "BAG-S"),
        reason="not_in_stock",
    )
    line_id = await shop.line(second, "BAG-S")
    assert await shop.look("select count(*) from base.fact where kind = 'AllocationLost'") == 1
    assert await shop.job(rejections.lose, line_id=line_id)
    assert await shop.lines(second) == {"BAG-S": "unsourced"}
    assert await shop.state(await shop.fulfilment(second)) == "rejected"
    assert not await shop.job(rejections.lose, line_id=line_id), "heard again, nothing is lost twice"
    await shop.sound()


async def test_a_lost_line_that_found_its_place_since_keeps_it(shop: Counter) -> None:
    order_id = await shop.order("BAG-S")
    line_id = await shop.line(order_id, "BAG-S")
    await shop.job(
        record_movement,
        location_id=shop.at["rivoli"],
        variant_id=shop.variants["BAG-S"],
        kind="sold",
        on_hand=-3,
        source="till",
        reference="1",
    )
    await shop.job(rejections.lose, line_id=line_id)
    await shop.job(resourcing.resource, order_id=order_id)
    assert not await shop.job(rejections.lose, line_id=line_id)
    assert await shop.lines(order_id) == {"BAG-S": "sourced"}
    await shop.sound()


async def test_at_half_the_time_the_manager_is_told_once(shop: Counter) -> None:
    order_id = await shop.order("BAG-S")
    fulfilment_id = await shop.fulfilment(order_id)
    await preparing.go_round(shop.db, maison_id=shop.maison_id, now=NOW + timedelta(minutes=59))
    assert "FulfilmentLate" not in await shop.told()
    for minute in (60, 61):
        await preparing.go_round(shop.db, maison_id=shop.maison_id, now=NOW + timedelta(minutes=minute))
    assert (await shop.told()).count("FulfilmentLate") == 1
    assert (await shop.jobs()).count("orders.mail_late") == 1
    assert await shop.state(fulfilment_id) == "asked"


async def test_accepted_in_time_nobody_is_told(shop: Counter) -> None:
    await accepted(shop)
    await preparing.go_round(shop.db, maison_id=shop.maison_id, now=NOW + timedelta(minutes=90))
    assert "FulfilmentLate" not in await shop.told()


@pytest.mark.parametrize("state", ["asked", "accepted"])
async def test_what_expires_is_free_again_and_goes_elsewhere(shop: Counter, state: str) -> None:
    if state == "asked":
        order_id = await shop.order("BAG-S")
        fulfilment_id = await shop.fulfilment(order_id)
    else:
        order_id, fulfilment_id = await accepted(shop)
        await shop.run(
            preparations.pick, fulfilment_id=fulfilment_id, line_id=await shop.line(order_id, "BAG-S")
        )
    await preparing.go_round(shop.db, maison_id=shop.maison_id, now=NOW + timedelta(minutes=119))
    assert await shop.state(fulfilment_id) == state
    for _ in range(2):
        await preparing.go_round(shop.db, maison_id=shop.maison_id, now=NOW + timedelta(minutes=120))
    assert await shop.state(fulfilment_id) == "expired"
    assert await shop.position("rivoli", "BAG-S") == (3, 0, 0), "nobody said that stock was wrong"
    assert (await shop.jobs()).count("orders.resource") == 1
    shop.now = NOW + timedelta(minutes=121)
    await shop.job(resourcing.resource, order_id=order_id)
    assert await shop.lines(order_id) == {"BAG-S": "sourced"}
    assert await shop.fulfilment(order_id) == fulfilment_id, "not again where nobody had time"
    await shop.sound()


async def test_ready_does_not_expire(shop: Counter) -> None:
    _, fulfilment_id = await ready(shop)
    await preparing.go_round(shop.db, maison_id=shop.maison_id, now=NOW + timedelta(days=1))
    assert await shop.state(fulfilment_id) == "ready"


async def test_a_round_leaves_other_maisons_alone(shop: Counter) -> None:
    _, fulfilment_id = await accepted(shop)
    other = await counter(shop.db, slug="belrose")
    assert await preparing.go_round(shop.db, maison_id=other.maison_id, now=NOW + timedelta(days=1)) == 0
    assert await shop.state(fulfilment_id) == "accepted"
    assert not await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
