"""Some pieces of a line end or go elsewhere, the others go on; both together stay what the line was."""

import asyncio
import random
from datetime import timedelta
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn
from enfilade.orders import bringing, cancellation, letters, pickup, preparations, rejections, resourcing
from enfilade.orders import verify as promises
from enfilade.orders.cancellation import HasLeft, NothingToCancel, OnItsWay
from enfilade.orders.cancellation_letters import letter
from enfilade.stock import departures
from enfilade.stock.counts import Count, record_counts
from enfilade.stock.transfers import IllegalTransferStep, Pieces
from tests.orders.counter import KEY, PRICE, Counter
from tests.orders.test_books import provider_does, wrong
from tests.serialised import counter_by_serials
from tests.shop import DOOR


async def sound(shop: Counter) -> None:
    await shop.sound()
    assert await promises.verify(shop.db, maison_id=shop.maison_id) == []
    assert await wrong(shop) == []


async def rows(shop: Counter, order_id: UUID) -> list[tuple[int, str]]:
    """Quantity and state of each line, sorted."""
    found = await shop.look(
        "select array_agg(quantity || ' ' || state order by quantity, state) from orders.order_line where order_id = %(id)s",
        id=order_id,
    )
    return [(int(one.split()[0]), one.split()[1]) for one in found]


async def cancel(shop: Counter, order_id: UUID, line_id: UUID, keep: int, who: str = "max") -> UUID | None:
    return await shop.run(
        cancellation.cancel,
        who,
        order_id=order_id,
        line_ids=[line_id],
        reason="client_wish",
        keep={line_id: keep},
    )


@pytest.mark.parametrize("stage", ["sourced", "picked", "ready"])
@pytest.mark.parametrize("payment", ["card", "ideal"])
async def test_one_of_three_is_cancelled_at_every_stage_and_two_go_on(
    shop: Counter, stage: str, payment: str
) -> None:
    order_id = await shop.order("BAG-S", quantity=3, payment=payment)
    line_id, work = await shop.line(order_id, "BAG-S"), await shop.fulfilment(order_id)
    if stage != "sourced":
        await shop.run(preparations.accept, fulfilment_id=work)
        await shop.run(preparations.pick, fulfilment_id=work, line_id=line_id)
    if stage == "ready":
        await shop.run(preparations.ready, fulfilment_id=work, key=KEY)
    for _ in range(2):
        await cancel(shop, order_id, line_id, 2, "claire")
    state = "sourced" if stage == "sourced" else "picked"
    assert await rows(shop, order_id) == [(1, "cancelled"), (2, state)]
    assert await shop.position("rivoli", "BAG-S") == (3, 2, 0)
    assert await shop.look("select count(*) from orders.putting_away") == (stage != "sourced")
    assert ("refund", PRICE) in await shop.operations() or payment == "card"
    await sound(shop)
    if stage == "sourced":
        await shop.run(preparations.accept, fulfilment_id=work)
        await shop.run(preparations.pick, fulfilment_id=work, line_id=line_id)
    if stage != "ready":
        await shop.run(preparations.ready, fulfilment_id=work, key=KEY)
    code = preparations.pickup_code(KEY, work)
    await shop.run(pickup.hand_over, fulfilment_id=work, code=code, refused_line_ids=[])
    shop.now += timedelta(minutes=11)
    await shop.job(pickup.finish_hand_over, fulfilment_id=work)
    await provider_does(shop, payment)
    assert await shop.look("select captured_minor - refunded_minor from payments.payment") == 2 * PRICE
    await sound(shop)
    with pytest.raises(HasLeft):
        await cancel(shop, order_id, line_id, 1)


async def test_a_wish_for_some_is_carried_out_once_and_told(shop: Counter) -> None:
    order_id = await shop.order("BAG-S", quantity=3)
    line_id = await shop.line(order_id, "BAG-S")

    async def wish(keep: int) -> UUID | None:
        async def step(conn: Conn) -> UUID | None:
            return await cancellation.ask(
                conn,
                maison_id=shop.maison_id,
                order_id=order_id,
                line_ids=[line_id],
                keep={line_id: keep},
                now=shop.now,
            )

        return await shop.db.run(Actor.link(order_id), shop.maison_id, step)

    with pytest.raises(NothingToCancel):
        await wish(-1)
    wished = await wish(1)
    assert wished is not None and await wish(1) == wished
    for _ in range(2):
        await shop.job(cancellation.carry_out, cancellation_id=wished)
    assert await rows(shop, order_id) == [(1, "sourced"), (2, "cancelled")]
    assert await wish(1) is None, "so many are left anyway"
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        told = await letter(
            conn, maison_id=shop.maison_id, cancellation_id=wished, key=KEY, base_url="http://shop.example"
        )
    assert told is not None and "× 2" in told.text
    assert (await shop.told()).count("LineParted") == 1
    await sound(shop)


async def test_many_hands_part_one_line_and_all_parts_are_the_line(shop: Counter) -> None:
    """Amounts that do not divide, in any order, some at the same moment: to the cent and to the piece."""
    dice = random.Random(11)
    for total, tax in ((10_001, 1_667), (7, 1), (5, 5)):
        order_id = await shop.order("SCARF-U", quantity=3)
        line_id = await shop.line(order_id, "SCARF-U")
        async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
            await conn.execute(
                "update orders.order_line set total_minor = %s, tax_minor = %s where id = %s",
                [total, tax, line_id],
            )
            await conn.execute(
                "update orders.order set total_minor = %s, tax_minor = %s where id = %s",
                [total, tax, order_id],
            )
        keeps = [2, 1, dice.choice([1, 2])]
        dice.shuffle(keeps)
        await asyncio.gather(*(cancel(shop, order_id, line_id, keep) for keep in keeps))
        found = await shop.look(
            "select array[sum(quantity), sum(total_minor), sum(tax_minor)]::integer[] from orders.order_line "
            "where order_id = %(id)s",
            id=order_id,
        )
        assert found == [3, total, tax]
        assert (await rows(shop, order_id))[-1][1] != "picked"
        kept = await shop.look(
            "select sum(quantity) from orders.order_line where order_id = %(id)s and state = 'sourced'",
            id=order_id,
        )
        assert kept == 1, "the fewest that anybody left"
        await cancel(shop, order_id, line_id, 0)
        assert await shop.look("select state from orders.order where id = %(id)s", id=order_id) == "cancelled"
        assert await promises.verify(shop.db, maison_id=shop.maison_id) == []


async def test_a_boutique_gives_what_it_has_and_the_rest_is_found_piece_by_piece(shop: Counter) -> None:
    order_id = await shop.order("BAG-S", quantity=3, method="ship", address=DOOR)
    line_id, work = await shop.line(order_id, "BAG-S"), await shop.fulfilment(order_id)
    await shop.run(preparations.accept, fulfilment_id=work)
    counts = [
        Count(
            shop.at[place],
            shop.variants["BAG-S"],
            1 if place == "marais" else 0,
            shop.now + timedelta(minutes=1),
        )
        for place in ("marais", "passy", "tokyo")
    ]
    shop.now += timedelta(minutes=2)
    await shop.job(record_counts, counts=counts, source="scan")
    for _ in range(2):
        await shop.run(rejections.reject, fulfilment_id=work, line_id=line_id, reason="not_in_stock", keep=1)
    assert await rows(shop, order_id) == [(1, "sourced"), (2, "unsourced")]
    assert (await shop.position("rivoli", "BAG-S"))[:2] == (1, 1), "one is there, two never were"
    await shop.job(resourcing.resource, order_id=order_id)
    # Marais has one of the two, and nobody the other.
    assert await rows(shop, order_id) == [(1, "cancelled"), (1, "sourced"), (1, "sourced")]
    assert await shop.look("select decided_by from orders.order_line where decided_by = 'parted'") == "parted"
    await sound(shop)


async def test_each_letter_of_what_was_not_found_tells_what_the_one_before_did_not(shop: Counter) -> None:
    order_id = await shop.order("BAG-S", "BAG-M", method="ship", address=DOOR, language="en")
    work = await shop.fulfilment(order_id)
    await shop.run(preparations.accept, fulfilment_id=work)
    shop.now += timedelta(minutes=2)
    nowhere = [
        Count(shop.at[place], shop.variants[sku], 0, shop.now - timedelta(minutes=1))
        for place in ("marais", "passy", "tokyo")
        for sku in ("BAG-S", "BAG-M")
    ]
    await shop.job(record_counts, counts=sorted(nowhere, key=lambda one: one.location_id), source="scan")
    told: list[str] = []
    for sku in ("BAG-S", "BAG-M"):
        line_id = await shop.line(order_id, sku)
        await shop.run(rejections.reject, fulfilment_id=work, line_id=line_id, reason="damaged")
        for _ in range(2):
            await shop.job(resourcing.resource, order_id=order_id)
        async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
            of = {
                "maison_id": shop.maison_id,
                "order_id": order_id,
                "key": KEY,
                "base_url": "http://shop.example",
            }
            written = await letters.cancelled_letter(conn, **of, event_id=line_id)
        assert written is not None and written.key == f"cancelled-{line_id}"
        told.append(written.text)
    assert (await shop.jobs()).count("orders.mail_cancelled") == 2
    sizes = [[size for size in (" S ·", " M ·") if f"·{size}" in text] for text in told]
    assert sizes == [[" S ·"], [" M ·"]], told


async def test_what_is_brought_is_parted_until_it_has_left_and_a_packed_box_is_opened(shop: Counter) -> None:
    four = Count(shop.at["marais"], shop.variants["BAG-S"], 4, shop.now)
    await shop.job(record_counts, counts=[four], source="scan")
    order_id = await shop.order("BAG-S", quantity=4, brought_from="marais")
    line_id, work = await shop.line(order_id, "BAG-S"), await shop.fulfilment(order_id)
    await cancel(shop, order_id, line_id, 3)
    assert await shop.look("select asked from stock.transfer_line") == 3
    await sound(shop)
    transfer_id = await shop.look("select id from stock.transfer")
    of = {"transfer_id": transfer_id}
    await shop.run(departures.pack, "noor", **of, packed=[Pieces(shop.variants["BAG-S"], 3)])
    # Long after the time to pack is over: nobody is late because a box had to be opened.
    shop.now += timedelta(days=3)
    await cancel(shop, order_id, line_id, 2)
    boxed = "select state || ' ' || asked || ' ' || packed || ' ' || take_out from stock.transfer t join stock.transfer_line l "
    boxed += "on l.transfer_id = t.id"
    assert await shop.look(boxed) == "asked 2 0 1"
    assert (await shop.told()).count("TransferAsked") == 2, "the place is told anew"
    assert not await shop.job(bringing.expire, fulfilment_id=work)
    await sound(shop)
    with pytest.raises(IllegalTransferStep):
        await shop.run(departures.send, "noor", **of)
    await shop.run(departures.pack, "noor", **of, packed=[Pieces(shop.variants["BAG-S"], 2)])
    assert await shop.look(boxed) == "packed 2 2 0"
    # It leaves while somebody cancels one more: the transfer's row decides, and neither is half done.
    sent, taken = await asyncio.gather(
        shop.run(departures.send, "noor", **of), cancel(shop, order_id, line_id, 1), return_exceptions=True
    )
    await sound(shop)
    if isinstance(taken, OnItsWay):
        assert sent is None and await rows(shop, order_id) == [
            (1, "cancelled"),
            (1, "cancelled"),
            (2, "sourced"),
        ]
        with pytest.raises(OnItsWay):
            await cancel(shop, order_id, line_id, 1)
    else:
        assert isinstance(sent, IllegalTransferStep)
    await cancel(shop, order_id, line_id, 0)
    assert {state for _, state in await rows(shop, order_id)} == {"cancelled"}
    await sound(shop)


async def test_of_pieces_told_apart_each_part_keeps_its_own(shop: Counter) -> None:
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1", "A2", "A3"]})
    order_id = await shop.order("BAG-S", quantity=3)
    line_id, work = await shop.line(order_id, "BAG-S"), await shop.fulfilment(order_id)
    await cancel(shop, order_id, line_id, 2, "claire")
    await sound(shop)
    await shop.run(preparations.accept, fulfilment_id=work)
    mine = await shop.look(
        "select array_agg(serial order by serial) from stock.piece where order_line_id = %(id)s", id=line_id
    )
    assert len(mine) == 2
    await shop.run(preparations.pick, fulfilment_id=work, line_id=line_id, serials=mine)
    await cancel(shop, order_id, line_id, 1, "claire")
    assert await shop.look("select count(*) from stock.piece where order_line_id is null") == 2
    assert await rows(shop, order_id) == [(1, "cancelled"), (1, "cancelled"), (1, "picked")]
    await sound(shop)
