"""One piece, sixty-four buyers at once, over HTTP, two server processes: one order. And the same without the guard."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions
from tests.served import served
from tests.shop import Shop, count, found_shop

BUYERS = 64


async def buy(client: httpx.AsyncClient, shop: Shop) -> list[httpx.Response]:
    """One visitor, from basket to payment; stops where the shop says no."""
    visitor = {"enfilade-visitor": secrets.token_urlsafe(16)}

    def headers() -> dict[str, str]:
        return {**visitor, "idempotency-key": uuid4().hex}

    put = await client.put(
        f"/api/v1/baskets/arcade/lines/{shop.a.variants['alba-bag']}", json={"quantity": 1}, headers=headers()
    )
    opened = await client.post(
        "/api/v1/checkouts",
        json={
            "store": "arcade",
            "method": "collect",
            "market": "fr",
            "boutiques": [
                {"maison_id": str(shop.a.maison_id), "boutique_id": str(shop.a.places["alba-1"])},
            ],
        },
        headers=headers(),
    )
    if opened.status_code != 201:
        return [put, opened]
    paid = await client.post(
        f"/api/v1/checkouts/{opened.json()['id']}/completion?store=arcade",
        json={
            "contact": {"name": "Camille Aubry", "mail": "camille@client.example"},
            "payment_method": "card",
            "card_token": "tok_ok",
        },
        headers=headers(),
    )
    return [put, opened, paid]


async def race(db: Db, shop: Shop, addresses: Addresses, data: Path) -> list[list[httpx.Response]]:
    async with served(addresses, data) as running:
        limits = httpx.Limits(max_connections=BUYERS, max_keepalive_connections=BUYERS)
        async with httpx.AsyncClient(
            base_url=running.base, timeout=60, limits=limits, trust_env=False
        ) as client:
            return await asyncio.gather(*(buy(client, shop) for _ in range(BUYERS)))


async def test_one_piece_sixty_four_buyers_one_order(
    db: Db, addresses: Addresses, tmp_path: Path, admin
) -> None:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    await count(db, shop.a, "alba-1", "alba-bag", 1, now + timedelta(seconds=1))
    journeys = await race(db, shop, addresses, tmp_path)
    statuses = sorted(response.status_code for journey in journeys for response in journey)
    assert max(statuses) < 500, (statuses[-1], (tmp_path / "web.log").read_text(encoding="utf-8")[-3000:])
    assert admin("select count(*) from orders.order") == [(1,)]
    placed = [journey for journey in journeys if len(journey) == 3]
    assert len(placed) == 1
    assert placed[0][2].status_code == 200
    refused = [journey[1] for journey in journeys if len(journey) == 2]
    assert {response.status_code for response in refused} == {409}
    assert refused[0].headers["content-type"].startswith("application/problem+json")
    assert await positions.verify(db, maison_id=shop.a.maison_id) == []
    assert await promises.verify(db, maison_id=shop.a.maison_id) == []


async def test_without_the_guard_the_same_race_oversells(
    db: Db, addresses: Addresses, tmp_path: Path, admin
) -> None:
    """The twin: no constraint, and a definition of ATP that forgets what is held. It proves that the test can fail."""
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    await count(db, shop.a, "alba-1", "alba-bag", 1, now + timedelta(seconds=1))
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        conn.execute("alter table stock.position drop constraint never_oversold")
        # Position and hold keep their counters apart: what a claim's guard compares never goes down.
        conn.execute("""
            create function stock.forget() returns trigger language plpgsql as
            $$ begin new.held := 0; new.allocated := 0; return new; end $$""")
        conn.execute(
            "create trigger forget before update on stock.position for each row execute function stock.forget()"
        )
    await race(db, shop, addresses, tmp_path)
    (orders,) = admin("select count(*) from orders.order")[0]
    assert orders > 1
    assert await positions.verify(db, maison_id=shop.a.maison_id) != []
