"""Withdrawing from the purchase: before it left, after, while it leaves, in part, twice; and who may not."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import execute
from enfilade.base.ids import new_id
from enfilade.orders import cancellation, cancellation_letters, preparations, withdrawal
from enfilade.orders import withdrawal_letters as letters
from enfilade.orders.withdrawal import NothingToWithdraw, Part, SayWho
from tests.orders.counter import KEY, Counter
from tests.orders.test_books import provider_does
from tests.orders.test_fulfilment import accepted, in_state
from tests.orders.test_returns import by_link, sold, sound

MAIL = "ines@client.example"


async def state(shop: Counter, order_id: UUID, *skus: str, quantity: int = 1, **said: Any) -> UUID:
    parts = [Part(await shop.line(order_id, sku), quantity) for sku in skus]
    said = {"name": "Inès Moreau", "mail": MAIL, "form_key": new_id(shop.now)} | said
    return await by_link(shop, withdrawal.state, order_id, parts=parts, key=KEY, **said)


async def carry_out(shop: Counter) -> None:
    """What the jobs of a statement do about what had not left."""
    wished = await shop.look("select id from orders.cancellation where state = 'asked'")
    await shop.job(cancellation.carry_out, cancellation_id=wished)
    await shop.job(withdrawal.follow, cancellation_id=wished, key=KEY)


async def reasons(shop: Counter, order_id: UUID) -> dict[str, tuple[int, str | None]]:
    """Size → how many may be withdrawn from, and why not."""
    choices = await by_link(shop, withdrawal.choice, order_id)
    return {one.size: (one.quantity, one.why_not) for one in choices}


async def receipt(shop: Counter, withdrawal_id: UUID) -> str:
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        told = await letters.receipt(
            conn,
            maison_id=shop.maison_id,
            withdrawal_id=withdrawal_id,
            key=KEY,
            base_url="https://shop.example",
        )
    assert told is not None
    assert told.to == await shop.look(
        "select mail from orders.withdrawal where id = %(id)s", id=withdrawal_id
    )
    return told.text


async def test_before_it_left_it_is_cancelled_after_it_comes_back_each_with_day_and_hour(
    shop: Counter,
) -> None:
    order_id = await shop.order("BAG-S", method="ship", quantity=2)
    assert await reasons(shop, order_id) == {"S": (2, None)}
    first = await state(shop, order_id, "BAG-S")
    await shop.job(withdrawal.tell, withdrawal_id=first)
    assert "WithdrawalStated" in await shop.told() and "orders.mail_withdrawal" in await shop.jobs()
    assert await reasons(shop, order_id) == {"S": (0, "wished")}
    await carry_out(shop)
    text = await receipt(shop, first)
    assert "On 2 March 2026, 11:00 CET you, Inès Moreau, withdrew" in text
    assert "Arcade bag · Cognac · S" in text and "is cancelled, and you pay nothing" in text
    assert "/orders/" in text, "it goes where the order's letters go"

    left, work = await in_state(shop, "dispatched")
    await shop.job(lambda conn, **at: _closed(conn, left, **at))
    shop.now += timedelta(days=40)
    assert await reasons(shop, left) == {"S": (0, "late")}
    shop.now -= timedelta(days=20)
    second = await state(shop, left, "BAG-S", mail="elsewhere@client.example")
    text = await receipt(shop, second)
    assert "please bring to any of our boutiques, or send back" in text and "/orders/" not in text
    assert await shop.look("select state from orders.return where order_id = %(id)s", id=left) == "announced"
    assert await reasons(shop, left) == {"S": (0, "announced")}
    assert work


async def _closed(conn: Any, order_id: UUID, **_: Any) -> None:
    await execute(conn, "update orders.order set state = 'completed' where id = %(id)s", id=order_id)


async def test_what_leaves_while_it_is_stated_is_awaited_back(shop: Counter) -> None:
    order_id, work = await accepted(shop, method="ship")
    await shop.run(preparations.pick, fulfilment_id=work, line_id=await shop.line(order_id, "BAG-S"))
    stated = shop.now
    await state(shop, order_id, "BAG-S")
    shop.now += timedelta(minutes=1)
    await shop.run(preparations.dispatch, fulfilment_id=work, tracking="")
    await carry_out(shop)
    found = await shop.look("select array[state, announced_at::text] from orders.return")
    assert found[0] == "announced"
    assert await shop.look("select announced_at from orders.return") == stated
    wished = await shop.look("select id from orders.cancellation")
    assert not await shop.job(withdrawal.follow, cancellation_id=wished, key=KEY), "once"
    assert await shop.look("select quantity from orders.return_wish") == 1
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        told = await cancellation_letters.letter(
            conn, maison_id=shop.maison_id, cancellation_id=wished, key=KEY, base_url="https://shop.example"
        )
    assert told is not None and "It is awaited back" in told.text and "is yours" not in told.text
    await provider_does(shop, "card")
    await sound(shop)


async def test_the_same_form_twice_is_one_statement_and_two_at_once_too(shop: Counter) -> None:
    order_id = await sold(shop, "BAG-S", "SCARF-U")
    form_key = new_id(shop.now)
    told = await asyncio.gather(*(state(shop, order_id, "BAG-S", form_key=form_key) for _ in range(3)))
    assert len(set(told)) == 1
    with pytest.raises(NothingToWithdraw):
        await state(shop, order_id, "BAG-S")
    assert await state(shop, order_id, "SCARF-U") != told[0]
    assert await shop.look("select count(*) from orders.return") == 1
    assert await shop.look("select sum(quantity) from orders.return_wish") == 2
    assert (await shop.jobs()).count("orders.withdrawal_stated") == 2


async def test_some_of_a_line_and_what_is_brought_only_whole(shop: Counter) -> None:
    order_id = await shop.order("BAG-S", quantity=2)
    await state(shop, order_id, "BAG-S")
    await carry_out(shop)
    assert (
        await shop.look("select count(*) from orders.order_line where state = 'cancelled' and quantity = 1")
        == 1
    )
    brought = await shop.order("BAG-S", brought_from="marais", quantity=2)
    with pytest.raises(NothingToWithdraw, match="all of it"):
        await state(shop, brought, "BAG-S")
    await state(shop, brought, "BAG-S", quantity=2)
    await carry_out(shop)
    assert await shop.lines(brought) == {"BAG-S": "cancelled"}
    await sound(shop)


async def test_name_and_address_go_with_the_person(shop: Counter, admin: Any) -> None:
    withdrawal_id = await state(shop, await shop.order("BAG-S"), "BAG-S")
    admin("update orders.contact set erased_at = now()")
    assert await shop.look("select name || mail from orders.withdrawal") == ""
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        of = {"maison_id": shop.maison_id, "withdrawal_id": withdrawal_id}
        assert await letters.receipt(conn, **of, key=KEY, base_url="https://shop.example") is None


async def test_what_the_law_excepts_and_who_says_nothing(shop: Counter) -> None:
    bought = await sold(shop, method="reserve")
    assert await reasons(shop, bought) == {}, "bought in the boutique"
    with pytest.raises(NothingToWithdraw):
        await state(shop, bought, "BAG-S")
    order_id = await sold(shop)
    blanks: tuple[dict[str, Any], ...] = ({"name": " "}, {"mail": ""})
    for said in blanks:
        with pytest.raises(SayWho):
            await state(shop, order_id, "BAG-S", **said)
    with pytest.raises(NothingToWithdraw):
        await state(shop, order_id, "BAG-S", quantity=2)
    with pytest.raises(NothingToWithdraw):
        await state(shop, order_id)
    another = await sold(shop, "BAG-M")
    with pytest.raises(NothingToWithdraw):
        parts = [Part(await shop.line(another, "BAG-M"), 1)]
        await by_link(
            shop,
            withdrawal.state,
            order_id,
            parts=parts,
            name="x",
            mail=MAIL,
            form_key=new_id(shop.now),
            key=KEY,
        )
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        await execute(
            conn,
            "update orders.order_line set lettering = 'AB', engraving = 'AB', engraved_at = now(), engraving_begun_at = now()",
        )
    assert await reasons(shop, order_id) == {"S": (0, "engraved")}
