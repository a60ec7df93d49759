"""Many buyers after one piece, over HTTP: each comes, puts it in the basket, and all ask for it at the same moment."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

import httpx

from enfilade.demo.last_piece import LastPiece

ARRIVE_SECONDS, BREATH_SECONDS = 1.2, 0.6


class Moment(StrEnum):
    """How far a buyer has come; the words are what the screen shows."""

    AWAY = "·"
    BASKET = "basket"
    ASKS = "asks"
    HOLDS = "holds"
    SOLD_OUT = "sold out"
    ORDER = "order"
    WRONG = "wrong"


#: Hears which buyer has come how far.
Changed = Callable[[int, Moment], None]


@dataclass(frozen=True, slots=True)
class Told:
    """What a buyer was told in the end, and what went wrong, if anything."""

    moment: Moment
    wrong: str = ""


async def race(base: str, piece: LastPiece, buyers: int, changed: Changed) -> list[Told]:
    """All of them through the public API, each a visitor of their own; returns what each was told."""
    limits = httpx.Limits(max_connections=buyers, max_keepalive_connections=buyers)
    ready, go = asyncio.Semaphore(0), asyncio.Event()
    async with httpx.AsyncClient(base_url=base, timeout=60, limits=limits, trust_env=False) as client:
        running = [
            asyncio.create_task(_buyer(client, piece, number, buyers, ready, go, changed))
            for number in range(buyers)
        ]
        for _ in running:
            await ready.acquire()
        await asyncio.sleep(BREATH_SECONDS)
        go.set()
        return await asyncio.gather(*running)


async def _buyer(
    client: httpx.AsyncClient,
    piece: LastPiece,
    number: int,
    buyers: int,
    ready: asyncio.Semaphore,
    go: asyncio.Event,
    changed: Changed,
) -> Told:
    await asyncio.sleep(ARRIVE_SECONDS * number / buyers)
    try:
        told = await _buy(client, piece, number, ready, go, changed)
    except httpx.HTTPError as failure:
        told = Told(Moment.WRONG, repr(failure))
        ready.release()
    changed(number, told.moment)
    return told


async def _buy(
    client: httpx.AsyncClient,
    piece: LastPiece,
    number: int,
    ready: asyncio.Semaphore,
    go: asyncio.Event,
    changed: Changed,
) -> Told:
    visitor = secrets.token_urlsafe(16)

    def headers() -> dict[str, str]:
        return {"enfilade-visitor": visitor, "idempotency-key": uuid4().hex}

    put = await client.put(
        f"/api/v1/baskets/{piece.store}/lines/{piece.variant_id}", json={"quantity": 1}, headers=headers()
    )
    ready.release()
    if put.is_error:
        return Told(Moment.WRONG, f"basket: {put.status_code} {put.text[:200]}")
    changed(number, Moment.BASKET)
    await go.wait()
    changed(number, Moment.ASKS)
    opened = await client.post(
        "/api/v1/checkouts",
        json={
            "store": piece.store,
            "method": "collect",
            "market": "fr",
            "boutiques": [{"maison_id": str(piece.maison_id), "boutique_id": str(piece.boutique_id)}],
        },
        headers=headers(),
    )
    if opened.status_code == 409:
        return Told(Moment.SOLD_OUT)
    if opened.status_code != 201:
        return Told(Moment.WRONG, f"checkout: {opened.status_code} {opened.text[:200]}")
    changed(number, Moment.HOLDS)
    paid = await client.post(
        f"/api/v1/checkouts/{opened.json()['id']}/completion?store={piece.store}",
        json={
            "contact": {"name": "Camille Aubry", "mail": f"buyer{number}@client.example"},
            "payment_method": "card",
            "card_token": "tok_ok",
            "age_confirmed": 30,
        },
        headers=headers(),
    )
    if paid.status_code != 200:
        return Told(Moment.WRONG, f"payment: {paid.status_code} {paid.text[:200]}")
    return Told(Moment.ORDER)
