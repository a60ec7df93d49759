"""A hot piece, a robot with thousands of addresses, true clients: it gets what one client may, they get the rest in order."""

import asyncio
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.orders import verify as promises
from enfilade.orders.quotas import set_quota
from enfilade.stock import verify as positions
from tests.served import served
from tests.shop import Shop, count, found_shop
from tests.soaking import figure, sized

pytestmark = pytest.mark.soak

PIECES = 50
#: The robot's tries: each another cookie, another network, another spelling; some under other names with one phone or card.
TRIES = sized(200, 5_000)
CLIENTS = sized(70, 400)
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Journey:
    """`arrived`: when the request that claims a piece was sent, `answered`: when it was answered, in seconds; `told`: the last
    answer's status."""

    arrived: float
    answered: float
    told: int
    placed: bool


async def buy(
    http: httpx.AsyncClient, shop: Shop, *, mail: str, phone: str, card: str, network: str
) -> Journey:
    who = {"enfilade-visitor": secrets.token_urlsafe(16), "x-forwarded-for": network}
    contact = {"name": "Camille Aubry", "mail": mail, "phone": phone}

    async def post(address: str, body: object) -> httpx.Response:
        headers = {**who, "idempotency-key": uuid4().hex}
        answer = await http.post(address, json=body, headers=headers)
        while answer.status_code == 503:  # busy: whoever asks again with the same key loses nothing
            await asyncio.sleep(0.2)
            answer = await http.post(address, json=body, headers=headers)
        return answer

    await http.put(
        f"/api/v1/baskets/arcade/lines/{shop.a.variants['alba-bag']}",
        json={"quantity": 1},
        headers={**who, "idempotency-key": uuid4().hex},
    )
    arrived = time.monotonic()
    place = {"maison_id": str(shop.a.maison_id), "boutique_id": str(shop.a.places["alba-1"])}
    opened = await post(
        "/api/v1/checkouts",
        {"store": "arcade", "method": "collect", "market": "fr", "boutiques": [place], "contact": contact},
    )
    answered = time.monotonic()
    if opened.status_code != 201:
        return Journey(arrived, answered, opened.status_code, False)
    paid = await post(
        f"/api/v1/checkouts/{opened.json()['id']}/completion?store=arcade",
        {"contact": contact, "payment_method": "card", "card_token": card},
    )
    outcome = paid.json().get("outcome", "")
    while outcome == "confirming":  # the provider took its time; reading again settles it
        await asyncio.sleep(0.5)
        read = await http.get(f"/api/v1/checkouts/{opened.json()['id']}?store=arcade", headers=who)
        outcome = read.json().get("outcome", "confirming")
    return Journey(arrived, answered, paid.status_code, outcome == "placed")


async def test_a_robot_gets_no_more_than_one_client_and_clients_are_served_in_order(
    db: Db, addresses: Addresses, tmp_path: Path, admin
) -> None:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    await count(db, shop.a, "alba-1", "alba-bag", PIECES, now + timedelta(seconds=1))
    async with db.acting(Actor.importer(), shop.a.maison_id) as conn:
        await set_quota(
            conn,
            maison_id=shop.a.maison_id,
            name="The bag",
            pieces_max=2,
            period_days=30,
            product_ids=[shop.a.products["bag"]],
            begins_at=now,
            now=now,
        )
    turns = asyncio.Semaphore(AT_ONCE)

    async def robot(http: httpx.AsyncClient, n: int) -> Journey:
        async with turns:
            return await buy(
                http,
                shop,
                # One mailbox under a thousand spellings, and a thousand mailboxes behind one phone.
                mail=f"robot+{n}@robots.example" if n % 2 else f"robot{n}@robots.example",
                phone="" if n % 2 else "+33 1 42 60 30 30",
                card="tok_ok:4242",
                network=f"203.0.{n // 256 % 256}.{n % 256}",
            )

    async def client(http: httpx.AsyncClient, n: int) -> Journey:
        await asyncio.sleep(0.05 * n if n < CLIENTS else 0)
        return await buy(
            http,
            shop,
            mail=f"client{n}@clients.example",
            phone="",
            card=f"tok_ok:{n}",
            network="198.51.100.7",
        )

    async with served(addresses, tmp_path) as running:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
        async with httpx.AsyncClient(
            base_url=running.base, timeout=60, limits=limits, trust_env=False
        ) as http:
            robots, clients = await asyncio.gather(
                asyncio.gather(*(robot(http, n) for n in range(TRIES))),
                asyncio.gather(*(client(http, n) for n in range(CLIENTS))),
            )
            # What the robot held in passing is free again: whoever comes next has it, until all is sold.
            late: list[Journey] = []
            while not late or late[-1].placed:
                late.append(await client(http, CLIENTS + len(late)))

    assert max(journey.told for journey in [*robots, *clients]) < 500
    bought = sum(journey.placed for journey in robots)
    assert bought <= 2, "one client, whatever addresses"
    bags = sorted(journey.arrived for journey in clients if journey.placed)
    assert len(bags) + sum(journey.placed for journey in late) == PIECES - bought
    turned_away = [journey for journey in clients if not journey.placed]
    assert all(journey.told == 409 for journey in turned_away)
    # In order of arrival: nobody is served who came after another was told no, but for the few pieces the robot stood before in
    # passing: two for each of its two names, until its one card gives them away.
    first_no = min(journey.answered for journey in turned_away)
    overtaking = [arrived for arrived in bags if arrived > first_no]
    assert len(overtaking) <= 4
    figure("robots.tries", TRIES)
    figure("robots.bought", bought, "pieces")
    figure("robots.clients_served", len(bags), f"of {CLIENTS} in the first wave, {PIECES} pieces")
    figure("robots.overtaking", len(overtaking), "clients served after another was told no")
    assert admin("select count(*) from orders.order") == [(PIECES,)]
    assert await positions.verify(db, maison_id=shop.a.maison_id) == []
    assert await promises.verify(db, maison_id=shop.a.maison_id) == []
