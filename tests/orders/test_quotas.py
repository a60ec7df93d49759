"""Quotas: one client, whatever spellings, cookies, cards and checkouts, gets what the maison sells to one client."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.orders import baskets, fulfilment, quota_counts, quotas
from enfilade.orders import verify as promises
from enfilade.orders.checkout import Checkouts, Outcome, QuotaReached, WhoIsItFor
from enfilade.orders.marks import marks_of
from enfilade.orders.placing import Contact
from enfilade.payments.local_provider import LocalProvider
from enfilade.stock import allocations
from enfilade.stock import verify as positions
from tests.shop import Shop, count, found_shop

KEY = b"k" * 32


def contact(mail: str, phone: str = "", **address: str) -> Contact:
    return Contact("Camille Aubry", mail, phone, address or None, "")


class Hot:
    """Fifty pieces of one bag, two for each client."""

    def __init__(self, db: Db, shop: Shop, now: datetime) -> None:
        self.db, self.shop, self.now = db, shop, now
        self.checkouts = Checkouts(
            db, {"local": LocalProvider(db, "http://shop.example")}, KEY, "http://shop.example", 1
        )

    async def limit(self, pieces_max: int = 2, *, days: int = 30, products: list[UUID] | None = None) -> UUID:
        async with self.db.acting(Actor.staff(uuid4()), self.shop.a.maison_id) as conn:
            return await quotas.set_quota(
                conn,
                maison_id=self.shop.a.maison_id,
                name=f"Hot {uuid4().hex[:6]}",
                pieces_max=pieces_max,
                period_days=days,
                product_ids=products or [self.shop.a.products["bag"]],
                begins_at=self.now - timedelta(days=1),
                now=self.now,
            )

    async def open(
        self, who: Contact | None, quantity: int = 1, *, sku: str = "alba-bag", now: datetime | None = None
    ) -> tuple[UUID, UUID]:
        now, visitor = now or self.now, uuid4()
        async with self.db.acting(Actor.visitor(visitor), self.shop.store.maison_id) as conn:
            for name in sku.split():
                await baskets.put(
                    conn,
                    maison_id=self.shop.store.maison_id,
                    store_id=self.shop.store.store_id,
                    visitor_id=visitor,
                    variant_id=self.shop.a.variants[name],
                    quantity=quantity,
                    now=now,
                )
        opened = await self.checkouts.open(
            self.shop.store,
            visitor,
            method="collect",
            boutiques={self.shop.a.maison_id: self.shop.a.places["alba-1"]},
            market="fr",
            language="en",
            key=uuid4().hex,
            now=now,
            contact=who,
        )
        return visitor, opened

    async def pay(
        self, opened: tuple[UUID, UUID], who: Contact, token: str = "tok_ok", now: datetime | None = None
    ) -> Outcome:
        return await self.checkouts.complete(
            self.shop.store,
            opened[0],
            opened[1],
            contact=who,
            payment_method="card",
            card_token=token,
            key=uuid4().hex,
            now=now or self.now,
        )


@pytest.fixture
async def hot(db: Db) -> AsyncIterator[Hot]:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    await count(db, shop.a, "alba-1", "alba-bag", 50, now + timedelta(seconds=1))
    yield Hot(db, shop, now)
    assert await positions.verify(db, maison_id=shop.a.maison_id) == []
    assert await promises.verify(db, maison_id=shop.a.maison_id) == []


async def test_a_piece_under_a_quota_is_held_for_somebody(hot: Hot) -> None:
    await hot.limit()
    with pytest.raises(WhoIsItFor) as refusal:
        await hot.open(None)
    assert refusal.value.product_ids == [hot.shop.a.products["bag"]]
    with pytest.raises(WhoIsItFor):
        await hot.open(contact(""))
    await hot.open(contact("camille@client.example"))
    await hot.open(None, sku="alba-ring-52")


async def test_two_and_no_third(hot: Hot) -> None:
    await hot.limit()
    camille = contact("camille@client.example")
    assert (await hot.pay(await hot.open(camille, 2), camille)).kind == "placed"
    with pytest.raises(QuotaReached) as refusal:
        await hot.open(contact("Camille+more@Client.example"))
    assert refusal.value.pieces_max == 2
    assert (
        await hot.pay(await hot.open(contact("lena@client.example")), contact("lena@client.example"))
    ).kind == "placed"


async def test_more_than_the_quota_at_once_is_refused_whole(hot: Hot, admin) -> None:
    await hot.limit(products=[hot.shop.a.products["bag"], hot.shop.a.products["ring"]])
    with pytest.raises(QuotaReached):
        await hot.open(contact("camille@client.example"), 2, sku="alba-bag alba-ring-52")
    assert admin("select count(*) from stock.hold") == [(0,)]
    await hot.open(contact("camille@client.example"), 1, sku="alba-bag alba-ring-52")


async def test_what_lapsed_or_was_cancelled_may_be_bought_again(hot: Hot) -> None:
    await hot.limit(1)
    camille = contact("camille@client.example")
    await hot.open(camille)
    with pytest.raises(QuotaReached):
        await hot.open(camille)
    later = hot.now + timedelta(hours=1)
    assert (await hot.pay(await hot.open(camille, now=later), camille, now=later)).kind == "placed"
    with pytest.raises(QuotaReached):
        await hot.open(camille, now=later)
    async with hot.db.acting(Actor.job(), hot.shop.a.maison_id) as conn:
        [(order_id, line_id)] = await (
            await conn.execute("select order_id, id from orders.order_line")
        ).fetchall()
        await allocations.release(conn, maison_id=hot.shop.a.maison_id, order_line_ids=[line_id], now=later)
        await conn.execute("update orders.order_line set state = 'cancelled'")
        await conn.execute("update orders.fulfilment set state = 'cancelled'")
        assert await fulfilment.close_if_done(
            conn, maison_id=hot.shop.a.maison_id, order_id=order_id, now=later
        )
    assert (await hot.pay(await hot.open(camille, now=later), camille, now=later)).kind == "placed"


async def test_a_new_period_counts_anew(hot: Hot, admin) -> None:
    await hot.limit(1, days=7)
    camille = contact("camille@client.example")
    assert (await hot.pay(await hot.open(camille), camille)).kind == "placed"
    next_week = hot.now + timedelta(days=8)
    assert (await hot.pay(await hot.open(camille, now=next_week), camille, now=next_week)).kind == "placed"
    async with hot.db.acting(Actor.job(), hot.shop.a.maison_id) as conn:
        gone = await quota_counts.forget_old(
            conn, maison_id=hot.shop.a.maison_id, now=hot.now + timedelta(days=14)
        )
    assert gone == 1
    assert admin("select count(*) from orders.quota_use") == [(1,)]


async def test_another_name_at_payment_does_not_help(hot: Hot) -> None:
    await hot.limit(1)
    camille = contact("camille@client.example", "+33 1 42 60 30 30")
    assert (await hot.pay(await hot.open(camille), camille)).kind == "placed"
    other = contact("somebody.else@client.example")
    opened = await hot.open(other)
    with pytest.raises(QuotaReached):
        await hot.pay(opened, contact("somebody.else@client.example", "0142603030", country="FR"))
    # Nothing was asked for and nothing is lost: the checkout is open, another may still buy with it.
    assert (await hot.pay(opened, other)).kind == "placed"


async def test_one_card_under_two_names_is_one_client(hot: Hot, admin) -> None:
    await hot.limit(1)
    first, second = contact("camille@client.example"), contact("lena@client.example")
    assert (await hot.pay(await hot.open(first), first, "tok_ok:4242")).kind == "placed"
    outcome = await hot.pay(await hot.open(second), second, "tok_ok:4242")
    assert (outcome.kind, outcome.reason) == ("released", "quota")
    assert admin("select count(*) from orders.order") == [(1,)]
    assert admin("select state, kind from payments.operation where kind = 'void'") == [("asked", "void")]
    assert admin("select count(*) from stock.hold") == [(0,)]
    with pytest.raises(QuotaReached):  # the second name is known to be the same client now
        await hot.open(second)


async def test_side_by_side_one_client_gets_no_more(hot: Hot, admin) -> None:
    await hot.limit(2)

    async def one(n: int) -> str:
        who = contact(f"robot+{n}@client.example")
        try:
            return (await hot.pay(await hot.open(who), who)).kind
        except QuotaReached:
            return "quota"

    told = await asyncio.gather(*(one(n) for n in range(40)))
    assert sorted(told) == ["placed"] * 2 + ["quota"] * 38
    assert admin("select sum(pieces) from orders.quota_use where placed_at is not null") == [(2,)]


async def test_without_the_constraint_it_would(hot: Hot, addresses: Addresses, admin) -> None:
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        conn.execute("alter table orders.quota_count drop constraint within_quota")
    await hot.limit(2)
    who = contact("robot@client.example")
    for _ in range(4):
        await hot.open(who)
    assert admin("select pieces from orders.quota_count") == [(4,)]


async def test_marks_tell_nothing_and_do_not_meet(hot: Hot) -> None:
    who = contact("C.amille+x@googlemail.com", line1="1, rue Cambon", postcode="75001", country="FR")
    same = contact("camille@gmail.com", line1="1 Rue Cambon", postcode="75 001", country="FR")
    a, b = hot.shop.a.maison_id, hot.shop.b.maison_id
    assert marks_of(KEY, a, contact=who, client_id=None) == marks_of(KEY, a, contact=same, client_id=None)
    assert not set(marks_of(KEY, a, contact=who, client_id=None)) & set(
        marks_of(KEY, b, contact=who, client_id=None)
    )


async def test_a_name_is_used_once_and_a_product_has_one_quota(hot: Hot) -> None:
    await hot.limit()
    with pytest.raises(quotas.NoSuchProduct):
        await hot.limit()
    with pytest.raises(quotas.NoSuchProduct):
        await hot.limit(products=[hot.shop.b.products["bag"]])
    async with hot.db.acting(Actor.staff(uuid4()), hot.shop.a.maison_id) as conn:
        [known] = await quotas.quotas_of(conn, maison_id=hot.shop.a.maison_id)
        assert known.product_ids == [hot.shop.a.products["bag"]]
        assert await quotas.end_quota(conn, maison_id=hot.shop.a.maison_id, quota_id=known.id)
    await hot.open(None)
