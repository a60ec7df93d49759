"""The piece in the hand is the piece sold: named at the till and at the hand-over, the books follow or say why not."""

import asyncio
from uuid import UUID

import pytest

from enfilade.orders import pickup, preparations
from enfilade.orders.preparations import pickup_code
from enfilade.orders.till import ringing_up, sales
from enfilade.orders.till.sales import SaleOver
from enfilade.payments.local_terminal import LocalTerminal
from enfilade.stock.serials import SayTheSerials, SerialRefused
from tests.orders.counter import KEY, PRICE, Counter
from tests.orders.test_piece_life import accepted, of, sound
from tests.orders.tills import Till
from tests.serialised import counter_by_serials


@pytest.fixture
async def till(shop: Counter) -> Till:
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1", "A2", "A3"], "marais": ["M1"]})
    await counter_by_serials(shop, "BAG-M", {"rivoli": ["B1"]})
    made = Till(shop, LocalTerminal(shop.db))
    await made.open()
    return made


async def name(till: Till, sale_id: UUID, serial: str, sku: str = "BAG-S") -> None:
    await till.shop.run(
        ringing_up.name_serial, sale_id=sale_id, variant_id=till.shop.variants[sku], serial=serial
    )


async def kept(shop: Counter, sale_id: UUID) -> list[str]:
    """The serials of what the sale holds."""
    return await shop.look(
        """
        select coalesce(array_agg(p.serial order by p.serial), '{}') from stock.hold h
        join stock.piece p on p.hold_id = h.id where h.holder_id = %(id)s
        """,
        id=sale_id,
    )


async def test_the_piece_named_is_sold_and_the_other_is_free(till: Till) -> None:
    shop = till.shop
    sale_id = await till.sale("BAG-S")
    assert await kept(shop, sale_id) == ["A1"]
    await till.cash(sale_id, PRICE)
    with pytest.raises(SerialRefused, match="Scan or type the serial of each piece"):
        await till.settle(sale_id)
    for serial in ("a3", "A2", "A2"):
        await name(till, sale_id, serial)
    assert await kept(shop, sale_id) == ["A2"], "the last named counts, paid or not"
    order_id = await till.settle(sale_id)
    assert await of(shop, await shop.line(order_id, "BAG-S")) == ["A2 sold"]
    free = await shop.look(
        "select array_agg(serial order by serial) from stock.piece where hold_id is null and whereabouts = 'here'"
    )
    assert free == ["A1", "A3", "B1", "M1"]
    with pytest.raises(SaleOver):
        await name(till, sale_id, "A1")
    await sound(shop)


async def test_a_named_piece_stays_through_what_is_rung_up_after(till: Till) -> None:
    shop = till.shop
    sale_id = await till.sale("BAG-S")
    await name(till, sale_id, "A3")
    await till.add(sale_id, "BAG-S")
    await till.add(sale_id, "SCARF-U")
    assert await kept(shop, sale_id) == ["A1", "A3"]
    await name(till, sale_id, "A2")
    assert await kept(shop, sale_id) == ["A2", "A3"]
    await shop.run(ringing_up.take_out, sale_id=sale_id, variant_id=shop.variants["BAG-S"], key=KEY)
    with pytest.raises(SerialRefused, match="Scan or type"):
        await till.cash(sale_id, 2 * PRICE)
        await till.settle(sale_id)
    await name(till, sale_id, "A2")
    order_id = await till.settle(sale_id)
    assert await of(shop, await shop.line(order_id, "BAG-S")) == ["A2 sold"]
    await sound(shop)


async def test_what_is_not_to_be_had_is_refused_with_its_reason(till: Till) -> None:
    shop = till.shop
    sold = await till.sale("BAG-S")
    await name(till, sold, "A1")
    await till.cash(sold, PRICE)
    await till.settle(sold)
    ordered, work = await accepted(shop, "BAG-S")
    line = await shop.line(ordered, "BAG-S")
    await shop.run(preparations.pick, fulfilment_id=work, line_id=line, serials=("A2",))
    sale_id = await till.sale("BAG-S")
    for serial, why in (
        ("A1", "A1: the books have it as sold, from Auber Rivoli"),
        ("A2", "A2: lies ready for another order"),
        ("B1", "B1: is another piece: Arcade bag"),
        ("M1", "M1: the books have it at Auber Marais: transfer it first"),
        ("Z9", "Z9: the books have no such piece here"),
    ):
        with pytest.raises(SerialRefused, match=why):
            await name(till, sale_id, serial)
    assert await kept(shop, sale_id) == ["A3"]
    plain = await till.sale("SCARF-U")
    with pytest.raises(SerialRefused, match="counted by number"):
        await name(till, plain, "A3", "SCARF-U")
    await sound(shop)


async def test_one_piece_is_named_in_one_sale(till: Till) -> None:
    shop = till.shop
    one, other = await till.sale("BAG-S"), await till.sale("BAG-S")

    async def tries(sale_id: UUID) -> str:
        try:
            await name(till, sale_id, "A3")
        except SerialRefused as refusal:
            return str(refusal)
        return ""

    said = sorted(await asyncio.gather(tries(one), tries(other)))
    assert said == ["", "A3: is named in another sale that is open here"]
    assert sorted(await kept(shop, one) + await kept(shop, other)) in (["A1", "A3"], ["A2", "A3"])
    has = one if await kept(shop, one) == ["A3"] else other
    await shop.run(sales.give_up, sale_id=has)
    await name(till, one if has == other else other, "A3")
    await sound(shop)


async def test_at_the_hand_over_the_books_follow_the_hand(till: Till) -> None:
    shop = till.shop
    order_id, work = await accepted(shop, "BAG-S")
    line = await shop.line(order_id, "BAG-S")
    await shop.run(preparations.pick, fulfilment_id=work, line_id=line, serials=("A1",))
    await shop.run(preparations.ready, fulfilment_id=work, key=KEY)
    leaving = {"fulfilment_id": work, "code": pickup_code(KEY, work), "refused_line_ids": list[UUID]()}
    for serials, refusal in (((), SayTheSerials), (("M1",), SerialRefused), (("B1",), SerialRefused)):
        with pytest.raises(refusal):
            await shop.run(pickup.hand_over, **leaving, in_hand={line: serials})
    assert await shop.state(work) == "ready"
    await shop.run(pickup.hand_over, **leaving, in_hand={line: ("A3",)})
    await shop.run(pickup.hand_over, **leaving, in_hand={line: ("A3",)})
    assert await of(shop, line) == ["A3 sold"]
    assert await shop.look("select order_line_id from stock.piece where serial = 'A1'") is None
    await sound(shop)
