"""The life of a serialised piece through an order: promised, exchanged, handed over, brought back, sent elsewhere, lost."""

from datetime import timedelta
from uuid import UUID

import pytest

from enfilade.base.ids import new_id
from enfilade.orders import books, cancellation, pickup, preparations, receiving, rejections, resourcing
from enfilade.orders import verify as promises
from enfilade.orders.preparations import pickup_code
from enfilade.orders.receiving import Brought
from enfilade.stock import arrivals, departures, piece_history, transfers
from enfilade.stock.arrivals import Arrived
from enfilade.stock.serials import SayTheSerials, SerialRefused
from enfilade.stock.transfers import Pieces
from tests.orders.counter import KEY, Counter
from tests.orders.test_books import finish, provider_does
from tests.serialised import counter_by_serials


async def accepted(shop: Counter, *skus: str, **order: str) -> tuple[UUID, UUID]:
    """Ordered at the rue de Rivoli and accepted by Claire: the order, its work."""
    order_id = await shop.order(*skus, **order)  # type: ignore[arg-type]
    fulfilment_id = await shop.fulfilment(order_id)
    await shop.run(preparations.accept, fulfilment_id=fulfilment_id)
    return order_id, fulfilment_id


async def of(shop: Counter, line_id: UUID) -> list[str]:
    """The serials of the line's pieces."""
    return await shop.look(
        "select array_agg(serial || ' ' || whereabouts order by serial) from stock.piece where order_line_id = %(line)s",
        line=line_id,
    )


async def sound(shop: Counter) -> None:
    """Stock, orders and money agree."""
    await shop.sound()
    assert await promises.verify(shop.db, maison_id=shop.maison_id) == []
    assert await books.verify(shop.db, maison_id=shop.maison_id) == []


async def told(shop: Counter, serial: str) -> list[str]:
    """The piece's history in sentences; every order is called N."""
    piece_id = await shop.look("select id from stock.piece where serial = %(serial)s", serial=serial)

    async def read(conn, *, maison_id: UUID, now: object) -> list[str]:
        found = await piece_history.steps(conn, maison_id=maison_id, piece_id=piece_id)
        return [piece_history.sentence(step, "N" if step.cause_id else "") for step in found]

    return await shop.job(read)


async def test_from_the_vitrine_to_the_client_and_back(shop: Counter) -> None:
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1", "A2", "A3"]})
    order_id, fulfilment_id = await accepted(shop, "BAG-S", "SCARF-U")
    line = await shop.line(order_id, "BAG-S")
    assert await of(shop, line) == ["A1 here"]
    with pytest.raises(SerialRefused, match="no such piece"):
        await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=line, serials=("A9",))
    assert (await shop.lines(order_id))["BAG-S"] == "sourced", "nothing is picked by a wrong number"
    for _ in range(2):
        await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=line, serials=("a3",))
    assert await of(shop, line) == ["A3 here"]
    scarf = await shop.line(order_id, "SCARF-U")
    await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=scarf)
    await shop.run(preparations.ready, fulfilment_id=fulfilment_id, key=KEY)
    leaving = {
        "fulfilment_id": fulfilment_id,
        "code": pickup_code(KEY, fulfilment_id),
        "refused_line_ids": list[UUID](),
    }
    await shop.run(pickup.hand_over, **leaving)
    assert await of(shop, line) == ["A3 sold"]
    await shop.run(pickup.undo_hand_over, fulfilment_id=fulfilment_id)
    assert await of(shop, line) == ["A3 here"]
    await sound(shop)
    await shop.run(pickup.hand_over, **leaving)
    await finish(shop, fulfilment_id)
    await provider_does(shop, "card")
    shop.now += timedelta(hours=3)
    await sound(shop)

    async def back(*serials: str) -> None:
        brought = [Brought(line, 1, "display", serials=serials)]
        await shop.run(
            receiving.receive, "noor", order_id=order_id, location_id=shop.at["marais"], brought=brought
        )

    with pytest.raises(SayTheSerials, match="scan the serial"):
        await back()
    with pytest.raises(SerialRefused, match="A1: is not the piece that was sold, which is A3"):
        await back("A1")
    assert await shop.look("select count(*) from orders.return") == 0
    await back("A3")
    assert await shop.position("marais", "BAG-S") == (1, 0, 1)
    assert await of(shop, line) is None
    await sound(shop)
    assert await told(shop, "A3") == [
        "Received at Auber Rivoli.",
        "Taken for order N instead of another, at Auber Rivoli, by Claire.",
        "Handed over at Auber Rivoli for order N.",
        "Back at Auber Rivoli: the hand-over for order N was undone.",
        "Handed over at Auber Rivoli for order N.",
        "Brought back to Auber Marais, display.",
    ]
    assert (await told(shop, "A1"))[1:] == [
        "Promised to order N at Auber Rivoli.",
        "Free again at Auber Rivoli, by Claire.",
    ]


async def test_what_cannot_be_given_goes_and_the_order_finds_another_place(shop: Counter) -> None:
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1", "A2"], "marais": ["M1"]})
    order_id, fulfilment_id = await accepted(shop, "BAG-S")
    line = await shop.line(order_id, "BAG-S")
    await shop.run(rejections.reject, fulfilment_id=fulfilment_id, line_id=line, reason="mismatch")
    assert await shop.look("select whereabouts from stock.piece where serial = 'A1'") == "gone"
    await shop.job(resourcing.resource, order_id=order_id)
    assert await of(shop, line) == ["M1 here"]
    await sound(shop)
    # The next one is damaged, and then there is none: everything else here is not there either.
    other, work = await accepted(shop, "BAG-S")
    other_line = await shop.line(other, "BAG-S")
    assert await of(shop, other_line) == ["A2 here"]
    await shop.run(rejections.reject, fulfilment_id=work, line_id=other_line, reason="damaged")
    assert await shop.position("rivoli", "BAG-S") == (1, 0, 1)
    await sound(shop)
    await shop.run(cancellation.cancel, "max", order_id=order_id, line_ids=[line], reason="client_wish")
    assert await shop.look("select count(*) from stock.piece where order_line_id is not null") == 0
    await sound(shop)


async def test_a_transfer_takes_the_pieces_that_are_named(shop: Counter) -> None:
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1", "A2", "A3"]})
    transfer_id, variant = new_id(shop.now), shop.variants["BAG-S"]
    await shop.run(
        transfers.ask,
        "noor",
        transfer_id=transfer_id,
        from_location_id=shop.at["rivoli"],
        to_location_id=shop.at["marais"],
        wanted=[Pieces(variant, 2)],
        reason="replenishment",
    )
    await sound(shop)
    with pytest.raises(SerialRefused):
        await shop.run(departures.pack, transfer_id=transfer_id, packed=[Pieces(variant, 2, ("A2", "M9"))])
    for _ in range(2):
        await shop.run(departures.pack, transfer_id=transfer_id, packed=[Pieces(variant, 2, ("A2", "A3"))])
    for _ in range(2):
        await shop.run(departures.send, transfer_id=transfer_id)
    on_the_way = "select array_agg(serial order by serial) from stock.piece where transfer_id = %(id)s"
    assert await shop.look(on_the_way, id=transfer_id) == ["A2", "A3"]
    await sound(shop)
    arriving = {"transfer_id": transfer_id, "receipt_id": new_id(shop.now)}
    with pytest.raises(SayTheSerials):
        await shop.run(arrivals.receive, "noor", **arriving, arrived=[Arrived(variant, 1)])
    for _ in range(2):
        await shop.run(arrivals.receive, "noor", **arriving, arrived=[Arrived(variant, 1, 1, ("A3",))])
    assert await shop.position("marais", "BAG-S") == (1, 0, 1)
    await sound(shop)
    await shop.run(
        arrivals.write_off,
        "mia",
        transfer_id=transfer_id,
        receipt_id=new_id(shop.now),
        lost=[Pieces(variant, 1)],
        reason="stolen",
    )
    assert await shop.look("select whereabouts from stock.piece where serial = 'A2'") == "gone"
    assert (await told(shop, "A2"))[-2:] == [
        "Left Auber Rivoli for another place of the maison, by Claire.",
        "Lost on its way from Auber Rivoli, by Mia.",
    ]
    await sound(shop)
