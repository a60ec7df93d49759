"""Serials on the boutique's screens: the piece to pick, another one taken, the number asked of what comes back."""

import re
from datetime import timedelta
from typing import Any

from enfilade.orders import pickup
from enfilade.orders.preparations import pickup_code
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
