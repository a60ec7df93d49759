"""The whole way, served for real: sent by express, a part cancelled by its client, the rest dispatched, all of it withdrawn."""

import asyncio
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db
from enfilade.carriers import services
from enfilade.carriers.services import Service
from enfilade.orders import books, preparations, receiving, verify
from enfilade.orders.receiving import Brought
from enfilade.staff import people
from tests.served import free_port, served
from tests.shop import DOOR, found_shop

SECONDS_MAX = 40
BAG, EXPRESS, STANDARD = 120_000, 2500, 900


async def test_express_part_cancelled_the_rest_sent_and_withdrawn(
    db: Db, addresses: Addresses, tmp_path: Path, admin: Any
) -> None:
    shop = await found_shop(db, datetime.now(UTC))
    house = shop.a

    async def prices(conn: Conn) -> None:
        said = [
            Service("fr", "standard", STANDARD),
            Service("fr", "express", EXPRESS, days_min=1, days_max=1),
        ]
        await services.set_services(conn, maison_id=house.maison_id, services=said)

    await db.run(Actor.job(), house.maison_id, prices)

    async def run(verb: Any, **arguments: Any) -> Any:
        async def step(conn: Conn) -> Any:
            by = await people.colleague(
                conn, maison_id=house.maison_id, staff_id=house.staff["maison_manager"]
            )
            return await verb(conn, maison_id=house.maison_id, by=by, now=datetime.now(UTC), **arguments)

        return await db.run(Actor.staff(house.staff["maison_manager"]), house.maison_id, step)

    async def until(query: str) -> list[tuple[Any, ...]]:
        deadline = time.monotonic() + SECONDS_MAX
        while not (found := admin(query)):
            assert time.monotonic() < deadline, query
            await asyncio.sleep(0.1)
        return found

    headers = {"Enfilade-Visitor": "cGxlYXNlIG1ha2UgeW91ci"}

    def once() -> dict[str, str]:
        return headers | {"Idempotency-Key": uuid4().hex}

    async with (
        served(addresses, tmp_path, workers=1, jobs=True, port=free_port()) as shown,
        httpx.AsyncClient(base_url=shown.base, trust_env=False, timeout=20) as client,
    ):
        put = await client.put(
            f"/api/v1/baskets/arcade/lines/{house.variants['alba-bag']}", json={"quantity": 3}, headers=once()
        )
        assert put.status_code == 200, put.text
        opened = (
            await client.post(
                "/api/v1/checkouts",
                json={"store": "arcade", "method": "ship", "market": "fr"},
                headers=once(),
            )
        ).json()
        assert [way["service"] for way in opened["deliveries"] if way["chosen"]] == ["standard"]
        at = f"/api/v1/checkouts/{opened['id']}"
        choice = {"maison_id": str(house.maison_id), "service": "express"}
        chosen = (await client.post(f"{at}/delivery?store=arcade", json=choice, headers=headers)).json()
        assert chosen["totals"] == [{"minor": 3 * BAG + EXPRESS, "currency": "EUR"}]
        contact = {"name": "Camille Aubry", "mail": "camille@client.example", "address": DOOR}
        paid = {"contact": contact, "payment_method": "card", "card_token": "tok_ok"}
        done = (await client.post(f"{at}/completion?store=arcade", json=paid, headers=once())).json()
        assert done["outcome"] == "placed", done
        page = f"/en/orders/{done['checkout']['orders'][0]['secret']}"
        assert "Express delivery" in (await client.get(page)).text

        form = (await client.get(f"{page}/cancellation")).text
        line_id = re.findall(r'name="line" value="([^"]+)"', form)[0]
        for _ in range(2):
            wished = await client.post(f"{page}/cancellation", data={"line": line_id, f"keep-{line_id}": "2"})
            assert wished.status_code == 303
        await until("select 1 from orders.cancellation where state = 'done'")
        ((order_id, work, place),) = admin(
            "select l.order_id, l.fulfilment_id, f.location_id from orders.order_line l "
            "join orders.fulfilment f on f.id = l.fulfilment_id where l.state = 'sourced' and l.quantity = 2"
        )
        await run(preparations.accept, fulfilment_id=work)
        await run(preparations.pick, fulfilment_id=work, line_id=UUID(line_id))
        await run(preparations.dispatch, fulfilment_id=work, tracking="T-1")
        await until(
            f"select 1 from payments.payment where captured_minor = {2 * BAG + EXPRESS} and state = 'captured'"
        )
        await until("select 1 from orders.invoice where kind = 'invoice'")
        brought = [Brought(UUID(line_id), 2, "sellable")]
        await run(receiving.receive, order_id=order_id, location_id=place, brought=brought)
        await until(f"select 1 from payments.payment where refunded_minor = {2 * BAG + STANDARD}")
        ((names,),) = await until(
            "select jsonb_path_query_array(lines, '$[*].name')::text from orders.invoice where kind = 'credit_note'"
        )
        assert "xpress" in names, "what went back of delivery stands on the credit note"
    assert await books.verify(db, maison_id=house.maison_id) == []
    assert await verify.verify(db, maison_id=house.maison_id) == []
    letters = "".join(
        path.read_text(errors="replace") for path in (tmp_path / "mailbox").rglob("*") if path.is_file()
    )
    assert "Express delivery" in letters and "With you by" in letters
