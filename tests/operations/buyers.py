"""Buyers who order over HTTP for as long as they are let, and write down what they were told and how long it took."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import httpx

from tests.shop import Shop


@dataclass(frozen=True, slots=True)
class Answer:
    """One request: its seconds and status, 0 where there was no answer and `text` says why."""

    path: str
    status: int
    seconds: float
    text: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An order as its buyer was told: `asked_at` before, `at` after, both by the clock on the wall."""

    order_id: str
    number: str
    asked_at: datetime
    at: datetime


@dataclass(slots=True)
class Journal:
    """What all buyers met."""

    answers: list[Answer] = field(default_factory=list[Answer])
    orders: list[Confirmed] = field(default_factory=list[Confirmed])

    def failures(self) -> list[Answer]:
        return [answer for answer in self.answers if not 200 <= answer.status < 300]

    def slowest(self) -> float:
        return max((answer.seconds for answer in self.answers), default=0.0)


Connect = Callable[[], httpx.AsyncClient]


@contextlib.asynccontextmanager
async def buying(
    connect: Connect, shop: Shop, *, buyers: int, pause_seconds: float = 0.0
) -> AsyncIterator[Journal]:
    """They buy while the block runs, and finish what they began when it ends."""
    journal, enough = Journal(), asyncio.Event()
    tasks = [
        asyncio.create_task(_buy_and_buy(connect, shop, journal, enough, n, pause_seconds))
        for n in range(buyers)
    ]
    try:
        yield journal
    finally:
        enough.set()
        await asyncio.gather(*tasks)


async def _buy_and_buy(
    connect: Connect, shop: Shop, journal: Journal, enough: asyncio.Event, number: int, pause_seconds: float
) -> None:
    async with connect() as client:
        while not enough.is_set():
            bought = await _buy(client, shop, journal, number)
            await asyncio.sleep(pause_seconds if bought else 0.05)


async def _buy(client: httpx.AsyncClient, shop: Shop, journal: Journal, number: int) -> bool:
    visitor = {"enfilade-visitor": secrets.token_urlsafe(16)}

    async def ask(method: str, path: str, json: object = None) -> httpx.Response | None:
        began = time.monotonic()
        headers = {**visitor, **({"idempotency-key": uuid4().hex} if method != "GET" else {})}
        try:
            answer = await client.request(method, path, json=json, headers=headers)
        except httpx.HTTPError as failure:
            journal.answers.append(Answer(path, 0, time.monotonic() - began, repr(failure)))
            return None
        text = "" if answer.is_success else answer.text[:500]
        journal.answers.append(Answer(path, answer.status_code, time.monotonic() - began, text))
        return answer if answer.is_success else None

    house = shop.a if number % 2 else shop.b
    if await ask("GET", "/api/v1/maisons") is None:
        return False
    line = f"/api/v1/baskets/arcade/lines/{house.variants[f'{house.slug}-bag']}"
    if await ask("PUT", line, {"quantity": 1}) is None:
        return False
    place = {"maison_id": str(house.maison_id), "boutique_id": str(house.places[f"{house.slug}-1"])}
    opened = await ask(
        "POST",
        "/api/v1/checkouts",
        {"store": "arcade", "method": "collect", "market": "fr", "boutiques": [place]},
    )
    if opened is None:
        return False
    asked_at = datetime.now(UTC)
    paid = await ask(
        "POST",
        f"/api/v1/checkouts/{opened.json()['id']}/completion?store=arcade",
        {
            "contact": {"name": "Camille Aubry", "mail": "camille@client.example"},
            "payment_method": "card",
            "card_token": "tok_ok",
        },
    )
    if paid is None:
        return False
    said = paid.json()
    if said["outcome"] != "placed":
        journal.answers.append(Answer("completion", 0, 0.0, str(said)[:500]))
        return False
    for order in said["checkout"]["orders"]:
        journal.orders.append(Confirmed(order["order_id"], order["number"], asked_at, datetime.now(UTC)))
    return True
