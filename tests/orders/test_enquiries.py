"""Enquiries: asked on the page of a piece on request, one advisor answers, and who asked is forgotten."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, execute
from enfilade.base.ids import new_id
from enfilade.base.limits import TooManyAttempts
from enfilade.clients.contact_points import NotAContactPoint
from enfilade.orders import enquiries, proposals
from enfilade.orders.enquiries import (
    ASKED_PER_ADDRESS_MAX,
    Enquiry,
    EnquiryClosed,
    EnquiryTaken,
    NoSuchEnquiry,
    NotOnRequest,
    SayWho,
)
from enfilade.orders.proposals import Proposed
from tests.orders.counter import KEY, Counter


@pytest.fixture
async def shop(shop: Counter, admin: Any) -> Counter:
    """The counter, whose scarf has a price on request."""
    for schema in ("catalogue", "public_facts"):
        admin(f"delete from {schema}.price where variant_id = %s", [shop.variants["SCARF-U"]])
    return shop


async def ask(shop: Counter, **other: Any) -> UUID:
    given: dict[str, Any] = {
        "store_id": shop.store_id,
        "variant_id": shop.variants["SCARF-U"],
        "market": "fr",
        "country": "FR",
        "language": "fr",
        "name": " Inès  Moreau ",
        "written": "Ines@Client.example",
        "city": "",
        "words": "For my mother",
        "agreed": True,
        "network": "here",
        "now": shop.now,
    }
    return await enquiries.ask(shop.db, **(given | other))


async def listed(shop: Counter, who: str) -> list[Enquiry]:
    async def verb(conn: Conn, *, maison_id: UUID, by: Any, now: object) -> list[Enquiry]:
        return await enquiries.listed(conn, maison_id=maison_id, by=by)

    return await shop.run(verb, who)


async def test_asked_taken_by_one_and_answered_by_an_offer(shop: Counter) -> None:
    enquiry_id = await ask(shop)
    (one,) = await listed(shop, "claire")
    assert (one.id, one.name, one.mail, one.phone, one.state) == (
        enquiry_id,
        "Inès Moreau",
        "ines@client.example",
        "",
        "asked",
    )

    async def takes(who: str) -> bool:
        try:
            await shop.run(enquiries.take, who, enquiry_id=enquiry_id)
        except EnquiryTaken:
            return False
        return True

    assert sorted(await asyncio.gather(*(takes(who) for who in ("claire", "noor", "claire")))) in (
        [False, True, True],
        [False, False, True],
    )
    (one,) = await listed(shop, "claire")
    taker = next(name for name, who in shop.people.items() if who.staff_id == one.taken_by)
    other = "noor" if taker == "claire" else "claire"
    with pytest.raises(EnquiryTaken):
        await shop.run(enquiries.close, other, enquiry_id=enquiry_id, because="nothing")
    await shop.run(enquiries.take, "max", enquiry_id=enquiry_id)  # a manager takes it over
    proposal_id = new_id(shop.now)

    async def offers(conn: Conn, *, maison_id: UUID, by: Any, now: Any, price: int) -> None:
        await proposals.make(
            conn,
            maison_id=maison_id,
            proposal_id=proposal_id,
            by=by,
            location_id=shop.at["rivoli"],
            pieces=[Proposed(shop.variants["SCARF-U"], 1, price)],
            collect_at=None,
            language="fr",
            words="",
            mail=one.mail,
            expires_at=now + timedelta(days=2),
            key=KEY,
            now=now,
        )
        await enquiries.offer(
            conn, maison_id=maison_id, enquiry_id=enquiry_id, by=by, proposal_id=proposal_id, now=now
        )

    await shop.run(offers, "max", price=900_000)
    (one,) = await listed(shop, "noor")
    assert (one.state, one.closed_because, one.proposal_id) == ("closed", "offered", proposal_id)
    for verb, more in ((enquiries.close, {"because": "told"}), (enquiries.take, {})):
        with pytest.raises(EnquiryClosed):
            await shop.run(verb, "noor", enquiry_id=enquiry_id, **more)
    news = [kind for kind in await shop.told() if kind.startswith("Enquiry")]
    assert sorted(news) == ["EnquiryAnswered", "EnquiryAsked", "EnquiryTakenUp", "EnquiryTakenUp"], (
        "each once"
    )
    assert "ines" not in str(await shop.look("select json_agg(body)::text from base.fact")).lower()


async def test_each_boutique_sees_what_it_is_to_answer(shop: Counter) -> None:
    paris = await ask(shop, city="Paris", written="+33 6 12 34 56 78")
    tokyo = await ask(shop, city="Tokyo", written="a@client.example")
    nowhere = await ask(shop, city="Atlantis", written="b@client.example")
    seen = {who: {one.id for one in await listed(shop, who)} for who in ("claire", "max")}
    assert seen == {"claire": {paris, nowhere}, "max": {paris, tokyo, nowhere}}
    assert {one.id: one.phone for one in await listed(shop, "claire")}[paris] == "+33612345678"
    with pytest.raises(NoSuchEnquiry):
        await shop.run(enquiries.take, "claire", enquiry_id=tokyo)
    for _ in range(2):
        await shop.run(enquiries.close, "claire", enquiry_id=paris, because="told")
    assert (await shop.told()).count("EnquiryEnded") == 1
    assert [one.id for one in await listed(shop, "claire")] == [nowhere, paris]


async def test_what_is_not_asked(shop: Counter) -> None:
    for other, refusal in (
        ({"name": "  "}, SayWho),
        ({"agreed": False}, SayWho),
        ({"written": "nobody"}, NotAContactPoint),
        ({"variant_id": shop.variants["BAG-S"]}, NotOnRequest),
        ({"variant_id": new_id(shop.now)}, NotOnRequest),
        ({"store_id": new_id(shop.now)}, NotOnRequest),
    ):
        with pytest.raises(refusal):
            await ask(shop, **other)
    assert await shop.look("select count(*) from orders.enquiry") == 0
    with pytest.raises(TooManyAttempts):
        for n in range(ASKED_PER_ADDRESS_MAX + 1):
            await ask(shop, network=str(n))


async def test_who_asked_is_forgotten_and_read_by_nobody_outside(shop: Counter, addresses: Addresses) -> None:
    answered, waiting = await ask(shop), await ask(shop)
    await shop.run(enquiries.close, enquiry_id=answered, because="told")
    async with shop.db.acting(Actor.link(waiting), shop.maison_id) as conn:
        assert await execute(conn, "select 1 from orders.enquiry") == 0
    async with shop.db.acting(Actor.visitor(waiting), shop.maison_id) as conn:
        assert await execute(conn, "delete from orders.enquiry") == 0
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        for broken, by in (
            ("set phone = '+33612345678'", "one_way_to_answer"),
            ("set taken_at = now(), taken_by = null", "taken_by_somebody"),
            ("set closed_because = 'told'", "closed_says_why"),
            ("set closed_at = now(), closed_by = id, closed_because = 'offered'", "offered_by_a_proposal"),
        ):
            with pytest.raises(errors.CheckViolation, match=by):
                conn.execute(f"update orders.enquiry {broken} where id = %s", [waiting])  # pyright: ignore[reportArgumentType]
    shop.now += enquiries.KEPT_AFTER + timedelta(minutes=1)
    assert await shop.job(enquiries.forget) == 1
    assert [one.id for one in await listed(shop, "max")] == [waiting]
    shop.now += enquiries.KEPT_OPEN
    assert await shop.job(enquiries.forget) == 1
