"""Ship to store of serialised pieces: the one that leaves is named, is nobody's on its way, and is collected by its serial."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from enfilade.base.db import Db
from enfilade.orders import cancellation, pickup, preparations, resourcing
from enfilade.orders.preparations import pickup_code
from enfilade.stock import arrivals, departures, transfers
from enfilade.stock.arrivals import Arrived
from enfilade.stock.pieces_told import count
from enfilade.stock.serials import Found, SayTheSerials, SerialRefused
from enfilade.stock.transfers import PackedPiecesGone, Pieces
from tests.orders.counter import KEY, Counter
from tests.orders.test_bringing import brings, follow, sound, transfer_of, transferred
from tests.orders.test_piece_life import told
from tests.serialised import counter_by_serials


async def by_serials(db: Db, there: dict[str, list[str]]) -> Counter:
    shop = await brings(db)
    await counter_by_serials(shop, "BAG-S", there)
    return shop


async def pack(shop: Counter, transfer_id: UUID, *serials: str, pieces: int = 1) -> None:
    packed = [Pieces(shop.variants["BAG-S"], pieces, serials)]
    await transferred(shop, departures.pack, "noor", transfer_id, packed=packed)


async def receive(shop: Counter, transfer_id: UUID, pieces: int = 1, **more: Any) -> None:
    arrived = [Arrived(shop.variants["BAG-S"], pieces, **more)]
    await transferred(shop, arrivals.receive, "claire", transfer_id, receipt_id=uuid4(), arrived=arrived)


async def pieces(shop: Counter) -> dict[str, str]:
    """Serial → where it is, and whether it is somebody's."""
    return await shop.look(
        """
        select jsonb_object_agg(p.serial, p.whereabouts || case when p.order_line_id is not null then ' of a line'
          when p.hold_id is not null then ' held' when p.state is not null then ' ' || p.state else '' end
          || case when p.whereabouts = 'here' then ' at ' || l.name else '' end)
        from stock.piece p join boutiques.location l on l.id = p.location_id
        """
    )


async def test_the_named_piece_leaves_travels_and_is_handed_over(db: Db) -> None:
    shop = await by_serials(db, {"marais": ["M1", "M2"], "rivoli": ["R1"]})
    order_id = await shop.order("BAG-S", brought_from="marais")
    work, transfer_id = await shop.fulfilment(order_id), await transfer_of(shop, order_id)
    line = await shop.line(order_id, "BAG-S")
    assert (await pieces(shop))["M1"] == "here of a line at Auber Marais"
    for wrong, why in (("R1", SerialRefused), ("M1 M2", SayTheSerials)):
        with pytest.raises(why):
            await pack(shop, transfer_id, *wrong.split())
    assert await shop.look("select state from stock.transfer where id = %(id)s", id=transfer_id) == "asked"
    for serial in ("M1", "M2", "M2"):
        await pack(shop, transfer_id, serial)
        assert await pieces(shop) == {
            "M1": "here of a line at Auber Marais" if serial == "M1" else "here at Auber Marais",
            "M2": "here of a line at Auber Marais" if serial == "M2" else "here at Auber Marais",
            "R1": "here at Auber Rivoli",
        }
        await sound(shop)
    for _ in range(2):
        await transferred(shop, departures.send, "noor", transfer_id)
    assert (
        await shop.look("select serial from stock.piece where transfer_id = %(id)s", id=transfer_id) == "M2"
    )
    assert await shop.position("marais", "BAG-S") == (1, 0, 0)
    await sound(shop)
    await receive(shop, transfer_id)
    assert (await pieces(shop))["M2"] == "here of a line at Auber Rivoli"
    assert await shop.position("rivoli", "BAG-S") == (2, 0, 0)
    await sound(shop)
    assert await follow(shop, transfer_id)
    shop.now += timedelta(minutes=1)
    await shop.run(preparations.accept, fulfilment_id=work)
    await shop.run(preparations.pick, fulfilment_id=work, line_id=line, serials=("M2",))
    await shop.run(preparations.ready, fulfilment_id=work, key=KEY)
    leaving = {"fulfilment_id": work, "code": pickup_code(KEY, work), "refused_line_ids": list[UUID]()}
    with pytest.raises(SerialRefused):
        await shop.run(pickup.hand_over, **leaving, in_hand={line: ("M1",)})
    await shop.run(pickup.hand_over, **leaving, in_hand={line: ("M2",)})
    assert (await pieces(shop))["M2"] == "sold of a line"
    await sound(shop)
    assert await told(shop, "M2") == [
        "Received at Auber Marais.",
        "Taken for order N instead of another, at Auber Marais, by Noor.",
        "Left Auber Marais for another place of the maison, by Noor.",
        "Arrived at Auber Rivoli, by Claire.",
        "Promised to order N at Auber Rivoli.",
        "Handed over at Auber Rivoli for order N.",
    ]


async def test_cancelled_at_any_moment_the_piece_is_free_where_it_is(db: Db) -> None:
    moments = ("asked", "packed", "sent", "received", "asked of the boutique")
    shop = await by_serials(db, {"marais": [f"M{n}" for n in range(len(moments))]})
    for n, moment in enumerate(moments):
        order_id = await shop.order("BAG-S", brought_from="marais")
        transfer_id = await transfer_of(shop, order_id)
        if moment != "asked":
            await pack(shop, transfer_id, f"M{n}")
        if n > 1:
            await transferred(shop, departures.send, "noor", transfer_id)
        if n > 2:
            await receive(shop, transfer_id)
        if n > 3:
            assert await follow(shop, transfer_id)
        await shop.run(
            cancellation.cancel,
            "claire",
            order_id=order_id,
            line_ids=[await shop.line(order_id, "BAG-S")],
            reason="client_wish",
        )
        await sound(shop)
        if moment == "sent":
            await receive(shop, transfer_id)
        assert not await follow(shop, transfer_id)
        at = "Rivoli" if n > 1 else "Marais"
        assert (await pieces(shop))[f"M{n}"] == f"here at Auber {at}"
        await sound(shop)


async def not_found(shop: Counter, serial: str) -> Any:
    """A count at the Marais finds all but this piece."""
    here = await shop.look(
        "select array_agg(serial) from stock.piece where whereabouts = 'here' and location_id = %(place)s",
        place=shop.at["marais"],
    )
    return await shop.job(
        count,
        location_id=shop.at["marais"],
        variant_id=shop.variants["BAG-S"],
        found=[Found(each) for each in here if each != serial],
        source="count",
        by_id=None,
        as_of=shop.now,
    )


async def test_a_damaged_or_lost_piece_is_replaced_and_a_part_that_came_is_ordinary_stock(db: Db) -> None:
    shop = await by_serials(db, {"marais": ["M1", "M2", "M3", "M4"], "passy": ["P1", "P2"]})
    order_id = await shop.order("BAG-S", brought_from="marais", quantity=2)
    transfer_id = await transfer_of(shop, order_id)
    await pack(shop, transfer_id, "M3", "M4", pieces=2)
    await transferred(shop, departures.send, "noor", transfer_id)
    with pytest.raises(SayTheSerials):
        await receive(shop, transfer_id)
    await receive(shop, transfer_id, serials=("M4",))
    assert (await pieces(shop))["M4"] == "here of a line at Auber Rivoli"
    assert not await follow(shop, transfer_id), "the other is still on its way"
    await sound(shop)
    await receive(shop, transfer_id, damaged=1)
    assert (await pieces(shop))["M3"] == "here damaged at Auber Rivoli"
    await sound(shop)
    assert await follow(shop, transfer_id)
    assert (await pieces(shop))["M4"] == "here at Auber Rivoli"
    await sound(shop)
    await shop.job(resourcing.resource, order_id=order_id)
    again = await transfer_of(shop, order_id)
    assert again not in (None, transfer_id), "two pieces are brought again, from one place"
    # That place says that none is there: the books follow, and the other one is asked.
    who = {shop.at["marais"]: "noor", shop.at["passy"]: "max"}
    first = await shop.look("select from_location_id from stock.transfer where id = %(id)s", id=again)
    await transferred(shop, transfers.decline, who[first], again, reason="not_there")
    assert await follow(shop, again)
    await sound(shop)
    await shop.job(resourcing.resource, order_id=order_id)
    third = await transfer_of(shop, order_id)
    assert third not in (None, again)
    await sound(shop)
    assert await shop.look("select count(*) from stock.piece where whereabouts = 'gone'") == 2


async def test_everything_at_once_ends_with_every_piece_in_its_place(db: Db) -> None:
    """Naming against a claim of the named piece, a count and a cancellation against sending, grabs against unpacking."""
    shop = await by_serials(db, {"marais": [f"M{n:02}" for n in range(1, 13)]})

    async def grab(place: str) -> Any:
        return await shop.order("BAG-S", place=place)

    for n in range(4):
        order_id = await shop.order("BAG-S", brought_from="marais")
        transfer_id = await transfer_of(shop, order_id)
        line_id = await shop.line(order_id, "BAG-S")
        free = await shop.look(
            """
            select serial from stock.piece where whereabouts = 'here' and order_line_id is null and location_id = %(place)s
            order by id limit 1
            """,
            place=shop.at["marais"],
        )
        both = await asyncio.gather(pack(shop, transfer_id, free), grab("marais"), return_exceptions=True)
        assert not [one for one in both if isinstance(one, BaseException)], "whose it was is given the other"
        await sound(shop)
        mine = await shop.look("select serial from stock.piece where order_line_id = %(id)s", id=line_id)
        assert mine == free
        against: list[Any] = [shop.run(departures.send, "noor", transfer_id=transfer_id)]
        if n % 2:
            against.append(not_found(shop, mine))
        else:
            against.append(
                shop.run(
                    cancellation.cancel, "claire", order_id=order_id, line_ids=[line_id], reason="client_wish"
                )
            )
        outcomes = await asyncio.gather(*against, return_exceptions=True)
        refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert all(
            isinstance(one, transfers.IllegalTransferStep | PackedPiecesGone | SerialRefused)
            for one in refused
        ), refused
        await shop.sound()
        if await shop.look("select state from stock.transfer where id = %(id)s", id=transfer_id) == "sent":
            left = await shop.look(
                "select serial from stock.piece where transfer_id = %(id)s", id=transfer_id
            )
            assert left == mine or (await pieces(shop))[mine].startswith("gone"), (
                "a count before it gave another"
            )
            got = await asyncio.gather(
                receive(shop, transfer_id), *(grab("rivoli") for _ in range(6)), return_exceptions=True
            )
            assert got[0] is None
            ours = await shop.look("select serial from stock.piece where order_line_id = %(id)s", id=line_id)
            assert ours == (left if n % 2 else None), "the client's own, and nobody else's"
        await shop.sound()
