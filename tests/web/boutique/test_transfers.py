"""Transfers in the boutique app: one boutique asks, another packs and sends, the first receives; nobody else sees any of it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.db import Tally, tally
from enfilade.base.ids import new_id
from enfilade.stock import departures, transfers
from enfilade.stock.transfers import Pieces
from tests.orders.counter import counter
from tests.web.boutique.conftest import App


def of(variant_id: UUID, **numbers: int) -> dict[str, Any]:
    """The fields of a form that say so many of a variant."""
    return {f"{name}-{variant_id}": str(number) for name, number in numbers.items()}


async def asked(app: App, sku: str = "BAG-M", quantity: int = 2) -> UUID:
    """Noor of Marais asks Rivoli, by the verb."""
    shop = app.shop
    transfer_id = new_id(datetime.now(UTC))
    await shop.run(
        transfers.ask,
        "noor",
        transfer_id=transfer_id,
        from_location_id=shop.at["rivoli"],
        to_location_id=shop.at["marais"],
        wanted=[Pieces(shop.variants[sku], quantity)],
        reason="for_order",
    )
    return transfer_id


async def sent(app: App, quantity: int = 2) -> UUID:
    """Claire of Rivoli has sent it."""
    transfer_id = await asked(app, quantity=quantity)
    packed = [Pieces(app.shop.variants["BAG-M"], quantity)]
    await app.shop.run(departures.pack, "claire", transfer_id=transfer_id, packed=packed)
    await app.shop.run(departures.send, "claire", transfer_id=transfer_id)
    return transfer_id


async def test_from_one_boutique_to_the_other(app: App) -> None:
    shop = app.shop
    bag = shop.variants["BAG-M"]
    found = (await app.get("/transfers/asking?q=arcade", "noor")).text
    assert "Auber Rivoli, 3 there" in found and "To come to Auber Marais" in found
    assert "Auber Marais, 3 there" not in found
    fields: dict[str, Any] = {
        "to": str(shop.at["marais"]),
        "from": str(shop.at["rivoli"]),
        "variant": str(bag),
    }
    answer = await app.post("/transfers", "noor", **fields, quantity="2", reason="for_order")
    assert (answer.status_code, answer.headers["location"]) == (303, "/boutique/transfers")
    too_many = await app.post("/transfers", "noor", **fields, quantity="2", q="arcade")
    assert too_many.status_code == 409 and "Only 1 can be given there now" in too_many.text
    assert "Asked of others" in (await app.get("/transfers", "noor")).text
    to_pack = (await app.get("/transfers")).text
    assert "To pack" in to_pack and "2 × Arcade bag" in to_pack and "for a client" in to_pack

    transfer_id = await shop.look("select id from stock.transfer")
    at = f"/transfers/{transfer_id}"
    assert "Put them into the box" in (await app.get(at)).text
    assert "Waits for Auber Rivoli" in (await app.get(at, "noor")).text
    await app.post(f"{at}/packing", **of(bag, packed=2))
    assert "Packed for Auber Marais" in (await app.get(at)).text
    await app.post(f"{at}/dispatch")
    assert "On its way to Auber Marais" in (await app.get(at)).text
    assert "On the way to us" in (await app.get("/transfers", "noor")).text

    assert "What is in the box?" in (await app.get(at, "noor")).text
    none = await app.post(f"{at}/receipts", "noor", **of(bag, count=2))
    assert none.status_code == 409 and "Say of at least one piece" in none.text
    await app.post(f"{at}/receipts", "noor", here=str(bag), **of(bag, count=1, damaged=1))
    assert await shop.position("marais", "BAG-M") == (4, 0, 1)
    assert "Pieces that will not arrive" not in (await app.get(at, "noor")).text
    refused = await app.post(f"{at}/loss", "noor", loss="stolen", **of(bag, lost=1))
    assert refused.status_code == 409 and "A manager of one of the two places" in refused.text
    await app.post(f"{at}/loss", "mia", loss="stolen", **of(bag, lost=1))
    ended = (await app.get(at, "noor")).text
    assert "Received" in ended and "1 damaged, 1 lost" in ended
    assert "Ended" in (await app.get("/transfers", "noor")).text
    await shop.sound()


async def test_packed_and_gone_in_one_act_once(app: App) -> None:
    transfer_id, bag = await asked(app), app.shop.variants["BAG-M"]
    fields: dict[str, Any] = {**of(bag, packed=1), "left": "yes", "key": "a-key-for-this-box"}
    for _ in range(2):
        answer = await app.post(f"/transfers/{transfer_id}/packing", **fields)
        assert answer.status_code == 303
    assert await app.shop.position("rivoli", "BAG-M") == (2, 0, 0)
    late = await app.post(f"/transfers/{transfer_id}/cancellation", "noor")
    assert late.status_code == 409 and "This is on its way" in late.text
    await app.shop.sound()


async def test_declined_and_called_off(app: App) -> None:
    declined, called_off = await asked(app), await asked(app, "BAG-S")
    unsaid = await app.post(f"/transfers/{declined}/declining", reason="lazy")
    assert unsaid.status_code == 400
    await app.post(f"/transfers/{declined}/declining", reason="needed_here")
    assert "they need it themselves" in (await app.get(f"/transfers/{declined}", "noor")).text
    await app.post(f"/transfers/{called_off}/cancellation", "noor")
    assert "Called off" in (await app.get(f"/transfers/{called_off}")).text
    assert await app.shop.look("select sum(held)::integer from stock.position") == 0
    await app.shop.sound()


@pytest.mark.parametrize(
    ("screen", "who", "most"),
    [
        ("/transfers", "claire", 3),
        ("/transfers/{asked}", "claire", 4),
        ("/transfers/{sent}", "noor", 4),
        ("/transfers/asking", "noor", 3),
        ("/transfers/asking?q=arcade", "noor", 4),
    ],
)
async def test_a_screen_asks_the_database_so_often(app: App, screen: str, who: str, most: int) -> None:
    on_its_way = await sent(app, 1)
    address = screen.format(asked=await asked(app, quantity=1), sent=on_its_way)
    await asked(app, "SCARF-U", 1)
    headers = await app.cookie(who)
    counting = Tally()
    token = tally.set(counting)
    answer = await app.client.get(f"/boutique{address}", headers=headers)
    tally.reset(token)
    assert answer.status_code == 200
    assert counting.statements <= most, counting.texts


async def test_what_is_between_others_is_not_there(app: App) -> None:
    """Nobody of a third place, or of another maison, sees or moves it."""
    shop = app.shop
    transfer_id, bag = await sent(app), shop.variants["BAG-M"]
    other = await counter(shop.db, slug="belrose")
    third = shop.people["noor"]
    await shop.look(
        "with moved as (update staff.post set location_id = %(passy)s where staff_id = %(noor)s returning 1)"
        " select count(*) from moved",
        passy=shop.at["passy"],
        noor=third.staff_id,
    )
    told = await shop.told()
    fields = {"here": str(bag), **of(bag, count=1, packed=1, lost=1)}
    for who, house in (("noor", shop), ("claire", other), ("max", other)):
        assert (await app.get(f"/transfers/{transfer_id}", who, house)).status_code == 404
        assert str(transfer_id) not in (await app.get("/transfers", who, house)).text
        for act in ("packing", "dispatch", "declining", "cancellation", "receipts", "loss"):
            answer = await app.post(
                f"/transfers/{transfer_id}/{act}", who, house, **fields, reason="damaged", loss="stolen"
            )
            assert answer.status_code == 404, act
    asking: dict[str, Any] = {
        "from": str(shop.at["rivoli"]),
        "to": str(shop.at["marais"]),
        "variant": str(bag),
    }
    for who, house in (("noor", shop), ("max", other)):
        assert (await app.post("/transfers", who, house, **asking, quantity="1")).status_code == 404
    assert await shop.told() == told
