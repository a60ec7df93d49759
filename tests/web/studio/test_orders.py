"""Orders in pages and one in full: only the maison's own, with what happened told in words."""

import dataclasses
import inspect
import re
from uuid import UUID, uuid4

from enfilade.base.actors import Actor
from enfilade.base.db import Conn
from enfilade.orders import events as order_events
from enfilade.orders import pickup, preparations, rejections
from enfilade.orders.preparations import pickup_code
from enfilade.payments import events as payment_events
from enfilade.staff import people
from enfilade.stock.events import AllocationLost
from enfilade.web.studio.orders.history import SENTENCES
from tests.web.studio.conftest import Studio

KEY = b"k" * 48


async def worked_on(studio: Studio, order_id: UUID, *, hand_over: bool = False, reject: bool = False) -> UUID:
    """The advisor accepts and goes on, by the verbs; returns the fulfilment's id."""
    house = studio.shop.a
    staff_id = house.staff["advisor"]

    async def verb(conn: Conn) -> UUID:
        by = await people.colleague(conn, maison_id=house.maison_id, staff_id=staff_id)
        cursor = await conn.execute(
            "select l.id, l.fulfilment_id, now() from orders.order_line l where l.order_id = %s", [order_id]
        )
        [(line_id, fulfilment_id, now)] = await cursor.fetchall()
        of = {"maison_id": house.maison_id, "by": by, "fulfilment_id": fulfilment_id, "now": now}
        await preparations.accept(conn, **of)
        if reject:
            await rejections.reject(conn, line_id=line_id, reason="damaged", **of)
            return fulfilment_id
        await preparations.pick(conn, line_id=line_id, **of)
        await preparations.ready(conn, key=KEY, **of)
        if hand_over:
            await pickup.hand_over(conn, code=pickup_code(KEY, fulfilment_id), refused_line_ids=[], **of)
        return fulfilment_id

    return await studio.db.run(Actor.staff(staff_id), house.maison_id, verb)


def numbers(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/studio/orders/[0-9a-f-]+">([^<]+)</a>', text)


async def test_orders_come_in_pages_newest_first(studio: Studio) -> None:
    for _ in range(3):
        await studio.order()
    every = numbers((await studio.get("/orders")).text)
    assert len(every) == 3
    page = await studio.get("/orders?limit=2")
    assert page.statements <= 3
    first = numbers(page.text)
    following = page.text.split('rel="next" href="/studio')[1].split('"')[0].replace("&amp;", "&")
    rest = await studio.get(following)
    assert first + numbers(rest.text) == every
    assert 'rel="next"' not in rest.text
    assert (await studio.get("/orders?after=nonsense")).response.status_code == 400
    assert (await studio.get("/orders?limit=0")).response.status_code == 400


async def test_orders_are_filtered_by_state(studio: Studio) -> None:
    open_id, done_id = await studio.order(), await studio.order()
    await worked_on(studio, done_id, hand_over=True)
    placed, completed = (
        (await studio.get("/orders?state=placed")).text,
        (await studio.get("/orders?state=completed")).text,
    )
    assert str(open_id) in placed
    assert str(done_id) not in placed
    assert str(done_id) in completed
    assert str(open_id) not in completed
    assert "No order is cancelled." in (await studio.get("/orders?state=cancelled")).text
    assert len(numbers((await studio.get("/orders?state=%27%3B--")).text)) == 2


async def test_another_maisons_orders_are_not_there(studio: Studio) -> None:
    ours, theirs = await studio.order(), await studio.order(studio.shop.b)
    text = (await studio.get("/orders")).text
    assert str(ours) in text
    assert str(theirs) not in text
    refused = await studio.get(f"/orders/{theirs}")
    never = await studio.get(f"/orders/{uuid4()}")
    assert refused.response.status_code == never.response.status_code == 404
    assert refused.text == never.text
    assert (await studio.get("/orders/none")).response.status_code == 404


async def test_an_order_is_told_in_full(studio: Studio) -> None:
    order_id = await studio.order()
    await worked_on(studio, order_id, hand_over=True)
    page = await studio.get(f"/orders/{order_id}")
    assert page.response.status_code == 200
    # The session, the order, the maison's name, lines, work, payment, returns, documents, facts.
    assert page.statements <= 9
    for words in ("Ada Martin", "Paul Moreau", "ada@example.com", "+33 6 12 34 56 78", "Le sac", "€1,200"):
        assert words in page.text
    told = re.findall(r"</time><span>([^<]+)</span>", page.text)
    assert told[0] == "The order was placed, to collect, for €1,200"
    assert "Paris was asked to prepare it" in told
    advisor = "advisor.alba"
    assert f"{advisor} accepted it at Paris" in told
    assert f"{advisor} picked Le sac" in told
    assert any(one.startswith(f"{advisor} said it is ready at Paris; it waits until ") for one in told)
    assert f"{advisor} handed it over at Paris" in told
    assert told[-1] == "The order was completed"
    assert "€1,200 is authorised until" in page.text
    assert "nothing is taken yet" in page.text


async def test_a_rejection_is_told_with_its_reason(studio: Studio) -> None:
    order_id = await studio.order()
    await worked_on(studio, order_id, reject=True)
    told = (await studio.get(f"/orders/{order_id}")).text
    assert "advisor.alba could not give Le sac: it was damaged" in told


async def test_a_reservation_says_that_nothing_is_paid(studio: Studio) -> None:
    order_id = await studio.order(method="reserve")
    text = (await studio.get(f"/orders/{order_id}")).text
    assert "Reservation" in text
    assert "Nothing is paid online" in text


def test_every_fact_of_an_order_has_words() -> None:
    kinds = {
        name
        for module in (order_events, payment_events)
        for name, one in inspect.getmembers(module, inspect.isclass)
        if dataclasses.is_dataclass(one) and one.__module__ == module.__name__
    }
    assert kinds | {AllocationLost.__name__} == set(SENTENCES)
