"""Impatient clients over HTTP, two server processes: whoever was told has the piece, nobody else, and none is lost."""

import asyncio
import random
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.orders import verify as promises
from enfilade.orders.checkout import Checkouts
from enfilade.orders.unfinished import settle_unfinished
from enfilade.payments.local_provider import LocalProvider
from enfilade.stock import holds
from enfilade.stock import verify as positions
from tests.served import served
from tests.shop import Shop, count, found_shop
from tests.soaking import figure, sized

CLIENTS = 48
AT_ONCE = 24
PAID = {
    "contact": {"name": "Camille Aubry", "mail": "camille@client.example"},
    "payment_method": "card",
    "card_token": "tok_ok",
}


@dataclass(slots=True)
class Storm:
    """What clients ask of `http`, and what they were told: checkouts placed. `calm`: each asks once, and waits."""

    http: httpx.AsyncClient
    shop: Shop
    chance: random.Random
    calm: bool = False
    placed: set[UUID] = field(default_factory=set[UUID])
    answers: Counter[str] = field(default_factory=Counter[str])

    async def client(self) -> None:
        """From basket to order; gives up a slow answer and sends the same request again, or goes away for good."""
        visitor = secrets.token_urlsafe(16)
        sku = self.chance.choice(("alba-bag", "alba-ring-52"))
        lines = f"/api/v1/baskets/arcade/lines/{self.shop.a.variants[sku]}"
        if await self.ask("PUT", lines, visitor, {"quantity": 1}) is None:
            return
        place = self.shop.a.places[self.chance.choice(("alba-1", "alba-2"))]
        wanted = {
            "store": "arcade",
            "method": "collect",
            "market": "fr",
            "boutiques": [{"maison_id": str(self.shop.a.maison_id), "boutique_id": str(place)}],
        }
        opened = await self.ask(
            "POST", "/api/v1/checkouts", visitor, wanted, twice=self.chance.random() < 0.2
        )
        if opened is None or opened.status_code != 201 or self.chance.random() < 0.2:
            return
        checkout = opened.json()["id"]
        paid = await self.ask(
            "POST", f"/api/v1/checkouts/{checkout}/completion?store=arcade", visitor, PAID, twice=True
        )
        if paid is not None and paid.status_code == 200 and paid.json()["outcome"] == "placed":
            self.placed.add(UUID(checkout))

    async def ask(
        self, method: str, address: str, visitor: str, body: object, *, twice: bool = False
    ) -> httpx.Response | None:
        """The answer, patience growing from one time to the next; None when the client went away. `twice`: at once."""
        headers = {"enfilade-visitor": visitor, "idempotency-key": uuid4().hex}
        for patience in (60,) if self.calm else (self.chance.uniform(0.005, 0.3), 60):
            asked = [
                self.http.request(method, address, json=body, headers=headers, timeout=patience)
                for _ in range(1 if self.calm else 1 + twice)
            ]
            for answer in await asyncio.gather(*asked, return_exceptions=True):
                if isinstance(answer, httpx.Response):
                    self.answers[f"{method} {answer.status_code}"] += 1
                    return answer
                assert isinstance(answer, httpx.TransportError), answer
            self.answers["not waited for"] += 1
            if self.chance.random() < 0.2:
                break
        self.answers["went away"] += 1
        return None


@pytest.mark.soak
async def test_impatient_clients_over_http_are_told_the_truth(
    db: Db, addresses: Addresses, tmp_path: Path, admin
) -> None:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    clients = sized(CLIENTS, 20_000)
    async with served(addresses, tmp_path) as running:
        limits = httpx.Limits(max_connections=2 * AT_ONCE, max_keepalive_connections=AT_ONCE)
        async with httpx.AsyncClient(base_url=running.base, limits=limits, trust_env=False) as http:
            storm = Storm(http, shop, random.Random(1))
            begun = 0
            # Every fifty clients the four last pieces are counted anew: what was sold is gone, one of each has come. Where a slow
            # machine let every buyer go away, calm ones come.
            while begun < clients or (not storm.placed and begun < clients + 5 * CLIENTS):
                at = datetime.now(UTC)
                for place in ("alba-1", "alba-2"):
                    for sku in ("alba-bag", "alba-ring-52"):
                        (sold,) = admin(
                            "select allocated from stock.position where location_id = %s and variant_id = %s",
                            [shop.a.places[place], shop.a.variants[sku]],
                        )[0]
                        await count(db, shop.a, place, sku, sold + 1, at)
                left = iter(range(min(CLIENTS, clients - begun) if begun < clients else CLIENTS))
                begun, storm.calm = begun + CLIENTS, begun >= clients

                async def hand(left=left) -> None:
                    for _ in left:
                        await storm.client()

                await asyncio.gather(*(hand() for _ in range(AT_ONCE)))
    statuses = {int(answer.split()[1]) for answer in storm.answers if answer[:3] in ("PUT", "POS")}
    assert max(statuses) < 500, (storm.answers, (tmp_path / "web.log").read_text(encoding="utf-8")[-3000:])
    provider = LocalProvider(db, running.base)
    checkouts = Checkouts(db, {"local": provider}, b"k" * 48, running.base, 3)
    later = datetime.now(UTC) + timedelta(minutes=30)
    while await settle_unfinished(db, checkouts, now=later):
        later += timedelta(minutes=3)
    figure("clients over HTTP", clients)
    for answer, times in sorted(storm.answers.items()):
        figure(f"over HTTP: {answer}", times)
    ordered = {checkout for (checkout,) in admin("select checkout_id from orders.order")}
    assert storm.placed <= ordered
    assert storm.placed
    # Who went away while paying may have an order too; more than there were pieces nobody has.
    oversold = "select 1 from stock.position where allocated > on_hand"
    assert admin(oversold) == []
    (allocated,) = admin("select sum(allocated) from stock.position where allocated > 0")[0]
    assert allocated == len(ordered)
    for place, variant, free in admin(
        "select location_id, variant_id, on_hand - allocated from stock.position where on_hand > allocated"
    ):
        next_buyer = uuid4()
        if place not in shop.a.places.values():
            continue
        async with db.acting(Actor.checkout(next_buyer), shop.a.maison_id) as conn:
            await holds.claim(
                conn,
                maison_id=shop.a.maison_id,
                purpose="checkout",
                holder_id=next_buyer,
                demands=[holds.Demand(place, variant, free)],
                method="ship",
                expires_at=later + timedelta(minutes=15),
                now=later,
            )
    assert await positions.verify(db, maison_id=shop.a.maison_id) == []
    assert await promises.verify(db, maison_id=shop.a.maison_id) == []
