"""What a maison makes with others: agreed by each in its own tenant, sold only where and while agreed, shared to the cent."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db, scalar
from enfilade.catalogue import collaborations
from enfilade.catalogue.collaborations import (
    AnotherVersion,
    CollaborationRefused,
    CollaborationStands,
    NoSuchCollaboration,
    Partner,
    PieceInAnother,
    Terms,
)
from enfilade.orders.checkout import Checkouts, NotOffered, Store
from enfilade.orders.partners import issuing, statements
from enfilade.payments.local_provider import LocalProvider
from enfilade.web.shared.statements import document
from tests.orders import counter as counters
from tests.orders.counter import Counter
from tests.orders.test_books import entries, wrong
from tests.orders.test_checkout import Counter as Visitor
from tests.orders.test_dues import NET, back, sold
from tests.shop import Shop, found_shop


def terms(shop: Counter, house: UUID, *, now: datetime, **changed: Any) -> Terms:
    """Sixty for the seller, thirty for the house, ten for an artist."""
    made = Terms(
        "Arcade by Borea",
        now - timedelta(days=1),
        None,
        (
            Partner("seller", "Auber", 6_000, shop.maison_id),
            Partner("house", "Borea", 3_000, house),
            Partner("artist", "Inès Trait", 1_000, signed_on=date(2026, 1, 15)),
        ),
        (shop.products["BAG-S"],),
    )
    return replace(made, **changed)


async def answered(
    db: Db, house: UUID, seller: UUID, collaboration_id: UUID, now: datetime, **given: Any
) -> None:
    async with db.acting(Actor.job(), house) as conn:
        await collaborations.answer(
            conn,
            maison_id=house,
            selling_maison_id=seller,
            collaboration_id=collaboration_id,
            **({"version": 1, "approved": True} | given),
            now=now,
        )


@pytest.fixture
async def seller(db: Db) -> Counter:
    return await counters.counter(db)


@pytest.fixture
async def house(db: Db) -> Counter:
    return await counters.counter(db, slug="borea")


async def agreed(seller: Counter, house: Counter) -> UUID:
    made = await seller.job(collaborations.keep, terms=terms(seller, house.maison_id, now=seller.now))
    await seller.job(collaborations.propose, collaboration_id=made)
    await answered(seller.db, house.maison_id, seller.maison_id, made, seller.now)
    assert await seller.job(collaborations.settle) == 1
    return made


async def test_each_partner_has_its_share_and_its_statement_and_sees_no_order(
    seller: Counter, house: Counter
) -> None:
    await agreed(seller, house)
    order_id = await sold(seller, "BAG-S", "SCARF-U")
    shares = [NET * 3_000 // 10_000, NET * 1_000 // 10_000]
    assert await seller.look("select array_agg(due_minor order by due_minor desc) from orders.due") == shares
    assert f"owed sales partner {sum(shares)}" in await entries(seller)
    await back(seller, order_id)
    assert await seller.look("select sum(due_minor)::integer from orders.due") == 0
    assert await wrong(seller) == []
    await sold(seller, "BAG-S")
    seller.now += timedelta(days=40)
    assert await issuing.issue_due(seller.db, maison_id=seller.maison_id, now=seller.now) == 2
    assert await wrong(seller) == []
    async with seller.db.acting(Actor.job(), house.maison_id) as conn:
        (told,) = await statements.told_us(conn, maison_id=house.maison_id)
        (whole,) = await statements.told_us(conn, maison_id=house.maison_id, statement_id=told.id)
        seen = await scalar(
            conn,
            """
            select (select count(*) from orders.due) + (select count(*) from orders.line_terms)
              + (select count(*) from orders.partner_statement_line) + (select count(*) from orders.order)
              + (select count(*) from orders.contact)
            """,
        )
        assert seen == 0
        assert await statements.statements(conn, maison_id=house.maison_id) == []
    assert [line.due_minor for line in whole.lines] == [shares[0], -shares[0], shares[0]]
    assert {line.order for line in whole.lines} == {""} and whole.stock == []
    assert (whole.partner.name, whole.maison_name) == ("Borea", "Auber")
    assert (await document.pdf(whole, "fr")).startswith(b"%PDF-")
    async with seller.db.acting(Actor.job(), seller.maison_id) as conn:
        issued = await statements.statements(conn, maison_id=seller.maison_id)
    assert {one.partner.name for one in issued} == {"Borea", "Inès Trait"}


async def test_both_approve_the_same_words_each_in_its_own_house(seller: Counter, house: Counter) -> None:
    wished = terms(seller, house.maison_id, now=seller.now)
    made = await seller.job(collaborations.keep, terms=wished)

    async def read(who: Counter) -> list[str]:
        async with who.db.acting(Actor.job(), who.maison_id) as conn:
            return [one.state for one in await collaborations.collaborations(conn, maison_id=who.maison_id)]

    say: Any = {"db": seller.db, "house": house.maison_id, "seller": seller.maison_id, "now": seller.now}
    assert await read(house) == []  # a draft is the seller's alone
    with pytest.raises(NoSuchCollaboration):
        await answered(**say, collaboration_id=made)
    for _ in range(2):
        await seller.job(collaborations.propose, collaboration_id=made)
    assert await read(house) == ["proposed"] == await read(seller)
    assert await seller.job(collaborations.settle) == 0
    await answered(**say, collaboration_id=made, approved=False)
    await answered(**say, collaboration_id=made, approved=False)
    with pytest.raises(AnotherVersion):  # one's word stands
        await answered(**say, collaboration_id=made)
    assert await seller.job(collaborations.settle) == 0
    # Written anew, it is another version; what was said of the first is no answer to it.
    await seller.job(
        collaborations.keep, terms=replace(wished, name="Arcade with Borea"), collaboration_id=made
    )
    await seller.job(collaborations.propose, collaboration_id=made)
    with pytest.raises(AnotherVersion):
        await answered(**say, collaboration_id=made)
    await answered(**say, collaboration_id=made, version=2)
    assert await asyncio.gather(*(seller.job(collaborations.settle) for _ in range(3))) in (
        [1, 0, 0], [0, 1, 0], [0, 0, 1],
    )  # fmt: skip
    assert await read(house) == ["in_force"]
    for verb, given in (
        (collaborations.keep, {"terms": wished, "collaboration_id": made}),
        (collaborations.propose, {"collaboration_id": made}),
    ):
        with pytest.raises(CollaborationStands):
            await seller.job(verb, **given)
    with pytest.raises(PieceInAnother):
        await seller.job(collaborations.keep, terms=wished)
    # The other house can write nothing of it, nor answer for somebody else.
    for verb in (collaborations.propose, collaborations.end):
        with pytest.raises(NoSuchCollaboration):
            await house.job(verb, collaboration_id=made)
    with pytest.raises(NoSuchCollaboration):
        await answered(**say | {"house": uuid4()}, collaboration_id=made)


async def test_what_does_not_add_up_is_refused_by_the_verb_and_by_the_database(
    seller: Counter, house: Counter, addresses: Addresses
) -> None:
    good = terms(seller, house.maison_id, now=seller.now)
    ours, theirs, artist = good.partners
    for bad in (
        replace(good, name=" "),
        replace(good, partners=(ours, theirs)),
        replace(good, partners=(theirs, artist)),
        replace(good, partners=(replace(ours, share_basis_points=10_000),)),
        replace(good, partners=(ours, theirs, replace(artist, signed_on=None))),
        replace(good, ends_at=good.begins_at),
        replace(good, product_ids=()),
        replace(good, product_ids=(house.products["BAG-S"],)),
        replace(good, markets=()),
    ):
        with pytest.raises(CollaborationRefused):
            await seller.job(collaborations.keep, terms=bad)
    await seller.job(collaborations.keep, terms=good)
    with psycopg.connect(addresses.admin) as conn:
        conn.execute(
            "update catalogue.collaboration_partner set share_basis_points = 3001 where kind = 'house'"
        )
        with pytest.raises(errors.CheckViolation) as broken:
            conn.commit()
    assert broken.value.diag.constraint_name == "shares_add_up"
    # Nobody limits where another house's pieces are sold.
    with pytest.raises(errors.ForeignKeyViolation, match="exclusive_of_its_maison"):
        async with house.db.acting(Actor.job(), house.maison_id) as acting:
            await acting.execute(
                "insert into public_facts.exclusive values (%s, %s, %s, 'empty', null, null)",
                [seller.products["BAG-S"], house.maison_id, uuid4()],
            )


@pytest.fixture
async def shop(db: Db) -> Shop:
    return await found_shop(db, datetime.now(UTC))


async def test_it_is_sold_where_and_while_agreed_and_nowhere_else(db: Db, shop: Shop) -> None:
    now = datetime.now(UTC)
    provider = LocalProvider(db, "http://shop.example")
    visitor = Visitor(
        db, shop, now, Checkouts(db, {"local": provider}, b"k" * 32, "http://shop.example", 5), provider
    )
    alba, borea = shop.a, shop.b
    bag = alba.variants["alba-bag"]

    async def job(verb: Any, **given: Any) -> Any:
        async with db.acting(Actor.job(), alba.maison_id) as conn:
            return await verb(conn, maison_id=alba.maison_id, now=visitor.now, **given)

    async def sells(store: Store, market: str = "fr") -> bool:
        visitor.visitor = uuid4()
        await visitor.put(bag, store=store)
        try:
            await visitor.checkouts.open(
                store, visitor.visitor, method="collect", boutiques={alba.maison_id: alba.places["alba-1"]},
                market=market, language="fr", key=uuid4().hex, now=visitor.now,
            )  # fmt: skip
        except NotOffered:
            return False
        return True

    wished = Terms(
        "Alba and Borea",
        now + timedelta(hours=1),
        now + timedelta(hours=3),
        (Partner("seller", "Alba", 5_000, alba.maison_id), Partner("house", "Borea", 5_000, borea.maison_id)),
        (alba.products["bag"],),
        stores=(shop.store.store_id,),
        markets=("fr",),
    )
    made = await job(collaborations.keep, terms=wished)
    assert await sells(shop.store) and await sells(alba.store)  # a draft changes nothing
    await job(collaborations.propose, collaboration_id=made)
    assert not await sells(shop.store) and not await sells(alba.store)
    await answered(db, borea.maison_id, alba.maison_id, made, now)
    await job(collaborations.settle)
    assert not await sells(shop.store)  # its time has not come
    visitor.now = now + timedelta(hours=1)
    assert await sells(shop.store)
    assert not await sells(alba.store) and not await sells(shop.store, "us")
    visitor.now = now + timedelta(hours=3)
    assert not await sells(shop.store)
    visitor.now = now + timedelta(hours=2)
    for _ in range(2):
        await job(collaborations.end, collaboration_id=made)
    assert not await sells(shop.store)
    # Other pieces are sold as ever.
    visitor.visitor = uuid4()
    await visitor.put(alba.variants["alba-ring-52"])
    await visitor.open(a=alba.places["alba-1"])
