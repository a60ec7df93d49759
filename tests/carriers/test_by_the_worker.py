"""The whole way, served for real: a label by the worker, the depot's scans told over HTTP, the news of the order, the letters."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.orders import addresses as readdressing
from enfilade.orders import parcels, preparations, returns
from enfilade.orders.returns import Wish
from tests.orders import counter as counters
from tests.orders.counter import KEY, counter
from tests.orders.test_parcels import ADDRESS, offer, packed
from tests.served import free_port, served

SECONDS_MAX = 40


async def until(shop: counters.Counter, query: Any) -> Any:
    """What the query finds, once it finds something."""
    deadline = time.monotonic() + SECONDS_MAX
    while not (found := await shop.look(query)):
        assert time.monotonic() < deadline, query
        await asyncio.sleep(0.1)
    return found


async def test_from_the_label_to_the_door_and_back(
    db: Db, addresses: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "NOW", datetime.now(UTC))
    shop = await counter(db)
    shop.now = datetime.now(UTC)
    await offer(shop)
    order_id, fulfilment_id = await packed(shop)
    port = free_port()
    async with (
        served(addresses, tmp_path, workers=1, jobs=True, port=port, ENFILADE_KEY=KEY.decode()) as shown,
        httpx.AsyncClient(base_url=shown.base, trust_env=False) as client,
    ):
        await shop.run(parcels.ask_label, fulfilment_id=fulfilment_id)
        await until(shop, "select tracking from carriers.label where state = 'made'")
        new = {**ADDRESS, "line1": "7 quai Neuf"}
        await shop.job(readdressing.change, order_id=order_id, address=new)
        await until(shop, "select id from carriers.label where state = 'void'")
        number = await until(shop, "select tracking from carriers.label where state = 'made'")
        await shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="")
        for standing in ("accepted", "in_transit", "out_for_delivery", "delivered"):
            sent = await client.post(f"/local-carrier/{number}", data={"standing": standing})
            assert sent.status_code == 303
        await until(shop, "select delivered_at from orders.fulfilment")
        await until(shop, "select id from base.fact where kind = 'FulfilmentDelivered'")

        await until(shop, "select capture_after is null from orders.fulfilment")
        wish = Wish(await shop.line(order_id, "BAG-S"), 1)
        await shop.job(returns.announce, order_id=order_id, wishes=[wish], key=KEY)
        back = await until(
            shop, "select tracking from carriers.label where purpose = 'back' and state = 'made'"
        )
        await client.post(f"/local-carrier/{back}", data={"standing": "accepted"})
        await until(shop, "select id from base.fact where kind = 'ReturnUnderway'")
        await until(
            shop,
            """select count(*) = 0 from procrastinate.procrastinate_jobs
            where status in ('todo', 'doing') and args ->> 'name' like 'orders.mail%%'""",
        )
        failed = await shop.look(
            "select array_agg(args) from procrastinate.procrastinate_jobs where status = 'failed' or attempts > 1"
        )
        assert failed is None
    letters = "".join(
        path.read_text(errors="replace") for path in (tmp_path / "mailbox").rglob("*") if path.is_file()
    )
    assert "The label for your return of order" in letters
