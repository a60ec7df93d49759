"""Serials on the boutique's screens: the piece to pick, another one taken, the number asked of what comes back."""

import re
from datetime import timedelta
from typing import Any

from enfilade.orders import pickup
from enfilade.orders.preparations import pickup_code
from enfilade.payments.local_terminal import LocalTerminal
from tests.orders.counter import PRICE
from tests.orders.tills import Till
from tests.serialised import counter_by_serials
from tests.web.boutique.conftest import App


async def test_the_screen_names_the_piece_and_takes_another(app: App) -> None:
    shop = app.shop
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1", "A2", "A3"]})
    order_id = await shop.order("BAG-S")
    fulfilment_id = await shop.fulfilment(order_id)
    at = f"/preparations/{fulfilment_id}"
    await app.post(f"{at}/acceptance")
    page = (await app.get(at)).text
    assert "No. A1" in page and re.findall(r"<option>(\w+)</option>", page) == ["A1", "A2", "A3"]
    wrong = await app.post(f"{at}/picks", line=str(await shop.line(order_id, "BAG-S")), serials="Z9")
    assert wrong.status_code == 409 and "Z9: the books have no such piece here" in wrong.text
    # Scanned, the serial alone says which line it is for.
    assert (await app.post(f"{at}/picks", code="a2")).status_code == 303
    assert "No. A2" in (await app.get(at)).text
    await app.post(f"{at}/readiness")
    code = pickup_code(app.key, fulfilment_id)
    assert (
        "No. A2" in (await app.get(f"/pickups?code={code}")).text
        or "No. A2" in (await app.get(f"/pickups/{fulfilment_id}")).text
    )
    await shop.run(pickup.hand_over, fulfilment_id=fulfilment_id, code=code, refused_line_ids=[])
    shop.now += timedelta(minutes=30)
    await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)

    form = (await app.get(f"/returns/{order_id}")).text
    line = await shop.line(order_id, "BAG-S")
    assert "The serial number on it" in form
    fields: dict[str, Any] = {"place": str(shop.at["rivoli"]), f"piece-{line}-0": "sellable"}
    for serial, words in (("", "scan the serial number"), ("A1", "A1: is not the piece that was sold")):
        said: dict[str, Any] = {**fields, f"serial-{line}-0": serial}
        refused = await app.post(f"/returns/{order_id}", **said)
        assert refused.status_code == 409 and words in refused.text
        assert f'value="{serial}"' in refused.text, "what was written stays"
    said = {**fields, f"serial-{line}-0": "a2"}
    taken = await app.post(f"/returns/{order_id}", **said)
    assert taken.status_code == 303
    await shop.sound()
    plain = await shop.order("SCARF-U")
    work = await shop.fulfilment(plain)
    await app.post(f"/preparations/{work}/acceptance")
    assert "Which one do you have" not in (await app.get(f"/preparations/{work}")).text


async def test_the_till_asks_which_piece_is_in_the_hand(app: App) -> None:
    shop = app.shop
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1", "A2"]})
    till = Till(shop, LocalTerminal(shop.db))
    await till.open()
    sale_id = await till.sale("BAG-S")
    at, variant = f"/till/sales/{sale_id}", shop.variants["BAG-S"]
    assert "The number on the piece" in (await app.get(at)).text
    wrong = await app.post(f"{at}/pieces/{variant}/serial", serial="Z9")
    assert wrong.status_code == 409 and "Z9: the books have no such piece here" in wrong.text
    # Scanned into the field of codes, a serial rings its piece up and names it.
    assert (await app.post(f"{at}/pieces", q="a2")).status_code == 303
    page = (await app.get(at)).text
    assert "No. A2" in page and "The number on the next piece" in page
    assert (await app.post(f"{at}/pieces/{variant}/serial", serial="a1")).status_code == 303
    page = (await app.get(at)).text
    assert "No. A2, A1" in page and "Another one" in page
    await till.cash(sale_id, 2 * PRICE)
    assert (await app.post(f"{at}/settlement")).status_code == 303
    assert await shop.look("select count(*) from stock.piece where whereabouts = 'sold'") == 2


async def test_the_counter_asks_for_the_number_of_what_is_handed_over(app: App) -> None:
    shop = app.shop
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1", "A2"]})
    order_id = await shop.order("BAG-S", "SCARF-U")
    fulfilment_id, line = await shop.fulfilment(order_id), await shop.line(order_id, "BAG-S")
    await app.post(f"/preparations/{fulfilment_id}/acceptance")
    await app.post(f"/preparations/{fulfilment_id}/picks", code="a1")
    await app.post(f"/preparations/{fulfilment_id}/picks", line=str(await shop.line(order_id, "SCARF-U")))
    await app.post(f"/preparations/{fulfilment_id}/readiness")
    code = pickup_code(app.key, fulfilment_id)
    page = (await app.get(f"/pickups?code={code}")).text
    assert page.count("The number on it") == 1 and f'name="serial-{line}"' in page
    leaving: dict[str, Any] = {"code": code, f"serial-{line}": ""}
    none = await app.post(f"/pickups/{fulfilment_id}/hand-over", **leaving)
    assert none.status_code == 409 and "scan the serial number" in none.text
    leaving[f"serial-{line}"] = " a2"
    done = await app.post(f"/pickups/{fulfilment_id}/hand-over", **leaving)
    assert done.status_code == 303 and "No. A2" in (await app.get(f"/pickups/{fulfilment_id}")).text
