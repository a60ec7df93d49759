"""Several settle one checkout at once, some having heard the provider's answer and some not: they end in one story."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.orders import baskets
from enfilade.orders.checkout import CheckoutOver, Checkouts
from enfilade.orders.placing import Contact
from enfilade.payments.jobs import reconcile
from enfilade.payments.local_provider import LocalProvider
from tests.shop import DOOR, Shop, count, found_shop

ROUNDS = 6
KNOWN_AFTER_SECONDS = 0.5
CONTACT = Contact("Camille Aubry", "camille@client.example", "", DOOR, "")


@pytest.fixture
async def shop(db: Db) -> Shop:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    for house in (shop.a, shop.b):
        await count(db, house, f"{house.slug}-1", f"{house.slug}-bag", 200, datetime.now(UTC))
    return shop


@pytest.fixture
def checkouts(db: Db) -> Checkouts:
    provider = LocalProvider(db, "http://shop.example", known_after_seconds=KNOWN_AFTER_SECONDS)
    return Checkouts(db, {"local": provider}, b"k" * 32, "http://shop.example", 0.2)


async def opened(checkouts: Checkouts, shop: Shop, visitor: UUID) -> UUID:
    """A checkout with a piece of each maison."""
    now = datetime.now(UTC)
    async with checkouts.db.acting(Actor.visitor(visitor), shop.store.maison_id) as conn:
        for house in (shop.a, shop.b):
            await baskets.put(
                conn,
                maison_id=shop.store.maison_id,
                store_id=shop.store.store_id,
                visitor_id=visitor,
                variant_id=house.variants[f"{house.slug}-bag"],
                quantity=1,
                now=now,
            )
    return await checkouts.open(
        shop.store,
        visitor,
        method="collect",
        boutiques={house.maison_id: house.places[f"{house.slug}-1"] for house in (shop.a, shop.b)},
        market="fr",
        language="fr",
        key=uuid4().hex,
        now=now,
    )


async def pay(checkouts: Checkouts, shop: Shop, visitor: UUID, checkout_id: UUID, token: str) -> None:
    await checkouts.complete(
        shop.store,
        visitor,
        checkout_id,
        contact=CONTACT,
        payment_method="card",
        card_token=token,
        key=uuid4().hex,
        now=datetime.now(UTC),
    )


def contradictions(admin) -> list[tuple[object, ...]]:
    """An order without its money or without its checkout, and money without an order."""
    return admin("""
        select o.number, c.state, p.state, h.state from orders.checkout c
        join payments.payment p on p.checkout_id = c.id
        left join local_provider.charge h on h.reference = p.id::text
        left join orders.order o on o.checkout_id = c.id and o.maison_id = p.maison_id
        where p.state <> 'refused' and (
          c.state not in ('completed', 'released') or (c.state = 'released') and o.id is not null
          or o.id is not null and (p.state <> 'authorised' or h.state <> 'authorised'
            or exists (select 1 from payments.operation v where v.payment_id = p.id and v.kind = 'void'))
          or o.id is null and h.state <> 'voided')""")


async def ended(checkouts: Checkouts, shop: Shop, checkout_id: UUID) -> None:
    """Whatever is left to do is done by the rounds."""
    for later in (5, 10, 30):
        now = datetime.now(UTC) + timedelta(minutes=later)
        await checkouts.settle(shop.store.maison_id, checkout_id, now=now)
        await reconcile(checkouts.db, checkouts.providers, timeout_seconds=1, now=now)


async def settled(
    checkouts: Checkouts, shop: Shop, checkout_id: UUID, now: datetime, in_seconds: float
) -> None:
    await asyncio.sleep(in_seconds)
    await checkouts.settle(shop.store.maison_id, checkout_id, now=now)


async def chosen(checkouts: Checkouts, shop: Shop, visitor: UUID, checkout_id: UUID, keep: bool) -> str:
    now = datetime.now(UTC)
    try:
        return (await checkouts.choose(shop.store, visitor, checkout_id, keep=keep, now=now)).kind
    except CheckoutOver:
        return "over"


async def test_giving_up_and_hearing_that_it_is_paid_at_once(checkouts: Checkouts, shop: Shop, admin) -> None:
    """The provider's silence ends in the very moment in which patience does: some give up, some place."""
    for _ in range(ROUNDS):
        visitor = uuid4()
        checkout_id = await opened(checkouts, shop, visitor)
        await pay(checkouts, shop, visitor, checkout_id, "tok_timeout_then_ok")
        ((known_from,),) = admin(
            "select max(known_from) from local_provider.charge where metadata ->> 'checkout' = %s",
            [str(checkout_id)],
        )
        impatient = datetime.now(UTC) + timedelta(minutes=3)

        waiting = (known_from - datetime.now(UTC)).total_seconds()
        moments = [waiting + milliseconds / 1000 for milliseconds in range(-25, 15, 5)]
        await asyncio.gather(*(settled(checkouts, shop, checkout_id, impatient, at) for at in moments))
        await ended(checkouts, shop, checkout_id)
    assert contradictions(admin) == []


async def test_keeping_and_letting_go_at_once(checkouts: Checkouts, shop: Shop, admin) -> None:
    """Two tabs: in one the client keeps what could be paid, in the other everything is let go."""
    for _ in range(ROUNDS):
        visitor = uuid4()
        checkout_id = await opened(checkouts, shop, visitor)
        await pay(checkouts, shop, visitor, checkout_id, "tok_second_step")
        first, second = admin(
            "select second_step_token from local_provider.charge where metadata ->> 'checkout' = %s",
            [str(checkout_id)],
        )
        provider = checkouts.providers["local"]
        assert isinstance(provider, LocalProvider)
        await provider.answer_second_step(token=str(first[0]), approved=True)
        await provider.answer_second_step(token=str(second[0]), approved=False)
        outcome = await checkouts.settle(shop.store.maison_id, checkout_id, now=datetime.now(UTC))
        assert outcome.kind == "choosing"

        tabs = (chosen(checkouts, shop, visitor, checkout_id, keep) for keep in (True, False, True, False))
        told = await asyncio.gather(*tabs)
        await ended(checkouts, shop, checkout_id)
        ((orders,),) = admin("select count(*) from orders.order where checkout_id = %s", [checkout_id])
        assert set(told) - {"over"} <= ({"placed"} if orders else {"released"}), told
    assert contradictions(admin) == []
