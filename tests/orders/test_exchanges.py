"""Another size in place of what comes back: held, sent as an order of its own, paid by what the client has; or their money."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, execute
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.orders import (
    cancellation,
    exchange_wishes,
    exchanges,
    preparing,
    return_letters,
    returns,
    settlement,
)
from enfilade.orders.exchange_wishes import Instead, NotExchangeable
from enfilade.orders.of_client import bought
from enfilade.orders.returns import NothingToReturn, Wish
from enfilade.orders.states import IllegalStep
from enfilade.payments import captures, statements
from enfilade.payments.exchanging import NotSoMuchLeft, pass_on
from enfilade.payments.local_provider import LocalProvider
from enfilade.stock.counts import Count, record_counts
from tests.orders.counter import KEY, PRICE, Counter
from tests.orders.test_books import entries, finish, handed_over
from tests.orders.test_returns import back, by_link, sold, sound


async def provider(shop: Counter, payment: str = "card") -> LocalProvider:
    """With every charge that was really made."""
    local = LocalProvider(shop.db, "")
    for paid in await shop.look(
        "select coalesce(array_agg(array[id::text, amount_minor::text]), '{}') from payments.payment where provider = 'local'"
    ):
        charge = await local.authorise(
            key=UUID(paid[0]),
            reference=UUID(paid[0]),
            amount=Money(int(paid[1]), "EUR"),
            method=payment,
            token="tok_ok",
            return_url="",
            metadata={},
        )
        if charge.second_step_url:
            token = charge.second_step_url.rpartition("/")[2]
            await local.answer_second_step(token=token, approved=True)
    return local


async def answered(shop: Counter, local: LocalProvider) -> None:
    """All that is asked is done, and what follows from it, and its news are heard."""
    while asked := await shop.look(
        "select coalesce(array_agg(id order by id), '{}') from payments.operation where state = 'asked'"
    ):
        for operation_id in asked:
            await captures.carry_out(
                shop.db,
                {"local": local},
                maison_id=shop.maison_id,
                operation_id=operation_id,
                timeout_seconds=5,
                now=shop.now,
            )
    for payment_id in await shop.look("select array_agg(id) from payments.payment"):
        await shop.job(settlement.captured, payment_id=payment_id)


async def announced(shop: Counter, order_id: UUID, **instead: str) -> UUID:
    """The client says these come back and wishes others in their place: SKU of the line (BAG_S) → SKU."""
    wishes = [
        Wish(await shop.line(order_id, sku.replace("_", "-")), 1, instead=shop.variants[to] if to else None)
        for sku, to in instead.items()
    ]
    return_id = await by_link(shop, returns.announce, order_id, wishes=wishes, key=KEY)
    await shop.job(exchanges.tell_announced, return_id=return_id, key=KEY)
    return return_id


async def worked(shop: Counter, return_id: UUID) -> None:
    await shop.job(exchanges.carry_out, return_id=return_id, key=KEY)


async def how(shop: Counter, return_id: UUID) -> list[str]:
    return await shop.look(
        """
        select array_agg(x.said order by x.said)
        from (select state || coalesce(' ' || because, '') as said from orders.exchange where return_id = %(id)s) x
        """,
        id=return_id,
    )


async def held(shop: Counter) -> int:
    return await shop.look("select coalesce(sum(quantity), 0) from stock.hold where purpose = 'exchange'")


async def new_order(shop: Counter, return_id: UUID) -> UUID:
    return await shop.look("select id from orders.order where checkout_id = %(id)s", id=return_id)


async def exchanged(shop: Counter, payment: str = "card", **order: Any) -> tuple[UUID, UUID, LocalProvider]:
    """An order of a bag, come back and exchanged; the new order's id, the return's, the provider."""
    order_id = await sold(shop, "BAG-S", "SCARF-U", captured=False, payment=payment, **order)
    local = await provider(shop, payment)
    await answered(shop, local)
    return_id = await announced(shop, order_id, BAG_S="BAG-M")
    await back(shop, order_id, "BAG-S")
    await worked(shop, return_id)
    return await new_order(shop, return_id), return_id, local


@pytest.mark.parametrize("payment", ["card", "ideal"])
async def test_another_size_is_held_sent_and_paid_by_what_the_client_has(shop: Counter, payment: str) -> None:
    order_id = await sold(shop, "BAG-S", "SCARF-U", captured=False, payment=payment)
    local = await provider(shop, payment)
    await answered(shop, local)
    offered = await by_link(shop, exchange_wishes.offered, order_id)
    assert [(one.variant_id, one.pieces_max) for one in offered] == [(shop.variants["BAG-M"], 1)]
    return_id = await announced(shop, order_id, BAG_S="BAG-M")
    assert (await how(shop, return_id), await held(shop)) == (["held"], 1)
    asked = await shop.operations()
    # Its two halves: taken in, and decided by a job that may die before it has begun.
    await back(shop, order_id, "BAG-S")
    assert (await how(shop, return_id), await new_order(shop, return_id)) == (["due"], None)
    assert "orders.mail_return_received" not in await shop.jobs()
    await sound(shop)
    shop.now += timedelta(minutes=5)
    before = (await shop.jobs()).count("orders.exchange")
    assert await preparing.go_round(shop.db, maison_id=shop.maison_id, now=shop.now) == 0
    assert (await shop.jobs()).count("orders.exchange") == before + 1, "the round reminds"
    for _ in range(2):
        await worked(shop, return_id)
    assert (await how(shop, return_id), await held(shop)) == (["placed"], 0)
    assert (await shop.jobs()).count("orders.mail_return_received") == 1
    assert await shop.operations() == asked, "nothing is taken and nothing given back"
    assert [e for e in await entries(shop) if "exchange" in e] == [
        f"captured exchange client {PRICE}",
        f"passed client exchange {PRICE}",
    ]
    order = await new_order(shop, return_id)
    assert await shop.lines(order) == {"BAG-M": "sourced"}
    same = "(language, market, currency, method, client_id, return_days)"
    assert await shop.look(
        f"select count(distinct {same}) = 1 and count(*) = 2 from orders.order where id = any(%(ids)s)",
        ids=[order_id, order],
    )
    assert await shop.look("select refund_minor from orders.return") == 0
    await sound(shop)
    assert {"LineExchanged", "OrderPlaced", "ReturnReceived"} <= set(await shop.told())
    await finish(shop, await handed_over(shop, order))
    await answered(shop, local)
    assert await shop.operations() == asked
    await sound(shop)
    assert await statements.with_providers(shop.db, {"local": local}, days=400, now=shop.now) == (
        {shop.maison_id: []},
        [],
    )
    # Of the new order its own days run; its money goes back to what was paid with, once.
    shop.now += timedelta(days=1)
    await back(shop, order, "BAG-M")
    await answered(shop, local)
    assert await shop.look(
        "select array_agg(array[captured_minor, passed_minor, refunded_minor] order by created_at) from payments.payment"
    ) == [[2 * PRICE, 0, PRICE], [PRICE, 0, PRICE]]
    assert {"PaymentPassedBack", "PaymentRefunded"} <= set(await shop.told())
    await sound(shop)
    assert await statements.with_providers(shop.db, {"local": local}, days=400, now=shop.now) == (
        {shop.maison_id: []},
        [],
    )


async def test_what_cannot_be_exchanged_is_paid_back_and_the_letter_says_why(shop: Counter) -> None:
    orders = [await sold(shop, "BAG-S", captured=False) for _ in range(3)]
    local = await provider(shop)
    await answered(shop, local)
    shop.now += timedelta(minutes=1)
    fates: dict[str, UUID] = {}
    # Less is paid for it; it is not taken back at all; nobody sees it for a month.
    for order_id, why in zip(orders, ("worn", "not_ours", ""), strict=True):
        return_id = await announced(shop, order_id, BAG_S="BAG-M")
        fates[why] = return_id
        if why == "worn":
            await back(shop, order_id, "BAG-S", who="max", reason="worn", deduction_minor=5_000)
        elif why:
            await back(shop, order_id, "BAG-S", disposition=None, reason=why)
        else:
            shop.now += timedelta(days=31)
            await preparing.go_round(shop.db, maison_id=shop.maison_id, now=shop.now)
        await worked(shop, return_id)
    assert [await how(shop, one) for one in fates.values()] == [
        ["ended not_accepted"],
        ["ended not_accepted"],
        ["ended lapsed"],
    ]
    assert await held(shop) == 0
    assert (await shop.jobs()).count("orders.mail_return_received") == 2
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        letter = await return_letters.received_letter(
            conn, maison_id=shop.maison_id, return_id=fates["worn"], key=KEY, base_url="https://auber.example"
        )
    assert letter and "you wished Arcade bag, M: we exchange what comes back whole" in letter.text
    assert "2,400" in letter.text
    # It came after all: paid back.
    shop.now += timedelta(days=1)
    await back(shop, orders[2], "BAG-S", who="max")
    await answered(shop, local)
    assert await shop.look("select sum(refunded_minor) from payments.payment") == 2 * PRICE - 5_000
    await sound(shop)


async def test_the_piece_is_gone_and_the_money_goes_back(shop: Counter) -> None:
    order_id = await sold(shop, "BAG-S", captured=False)
    local = await provider(shop)
    await answered(shop, local)
    return_id = await announced(shop, order_id, BAG_S="BAG-M")
    # Somebody lets the hold lapse, and all there are are counted away.
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        for place in ("rivoli", "marais", "passy", "tokyo"):
            count = Count(shop.at[place], shop.variants["BAG-M"], on_hand=0, as_of=shop.now)
            await record_counts(conn, maison_id=shop.maison_id, counts=[count], source="scan", now=shop.now)
        await exchanges.holds.release(
            conn,
            maison_id=shop.maison_id,
            holder_id=await shop.look("select holder_id from stock.hold where purpose = 'exchange'"),
        )
    shop.now += timedelta(minutes=1)
    await back(shop, order_id, "BAG-S")
    await worked(shop, return_id)
    assert await how(shop, return_id) == ["ended gone"]
    await answered(shop, local)
    assert await shop.look("select refunded_minor from payments.payment") == PRICE
    assert (await shop.jobs()).count("orders.mail_return_received") == 1
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        letter = await return_letters.received_letter(
            conn, maison_id=shop.maison_id, return_id=return_id, key=KEY, base_url="https://auber.example"
        )
    assert letter and "it is not there any more" in letter.text
    await sound(shop)


async def test_a_wish_is_changed_until_it_is_decided(shop: Counter) -> None:
    order_id = await sold(shop, "BAG-S", captured=False)
    line_id = await shop.line(order_id, "BAG-S")
    with pytest.raises(NotExchangeable):
        await by_link(
            shop,
            returns.announce,
            order_id,
            wishes=[Wish(line_id, 1, instead=shop.variants["SCARF-U"])],
            key=KEY,
        )
    return_id = await announced(shop, order_id, BAG_S="BAG-M")
    assert await held(shop) == 1
    for wanted, after in ((None, 0), (shop.variants["BAG-M"], 1)):
        await by_link(shop, exchanges.change, order_id, wanted=[Instead(line_id, wanted)])
        await worked(shop, return_id)
        assert await held(shop) == after
    assert await how(shop, return_id) == ["ended client", "held"]
    # They keep the bag: the other is for sale again.
    await by_link(shop, returns.withdraw, order_id)
    await worked(shop, return_id)
    assert (await how(shop, return_id), await held(shop)) == (["ended client", "ended kept"], 0)
    # It is back, its money under way: the exchange waits for it, and may still be taken back.
    return_id = await announced(shop, order_id, BAG_S="BAG-M")
    again = [Wish(line_id, 1)]
    await by_link(shop, returns.announce, order_id, wishes=again, key=KEY, exchanging=False)
    assert await how(shop, return_id) == ["held"], "who withdraws from another piece says nothing of this one"
    await back(shop, order_id, "BAG-S")
    await worked(shop, return_id)
    assert await how(shop, return_id) == ["due"]
    with pytest.raises(NotExchangeable):
        await by_link(shop, exchanges.change, order_id, wanted=[Instead(line_id, shop.variants["BAG-S"])])
    await by_link(shop, exchanges.change, order_id, wanted=[Instead(line_id, shop.variants["BAG-M"])])
    assert await how(shop, return_id) == ["due"], "a form of several lines says again what stays"
    await by_link(shop, exchanges.change, order_id, wanted=[Instead(line_id, None)])
    assert (await shop.jobs()).count("orders.mail_return_received") == 1
    await worked(shop, return_id)
    local = await provider(shop)
    await answered(shop, local)
    await answered(shop, local)
    assert await shop.look("select refunded_minor from payments.payment") == PRICE
    with pytest.raises(NothingToReturn):
        await by_link(shop, exchanges.change, order_id, wanted=[Instead(line_id, None)])
    await sound(shop)


async def test_what_was_never_paid_is_not_sent(shop: Counter) -> None:
    order_id = await sold(shop, "BAG-S", captured=False)
    return_id = await announced(shop, order_id, BAG_S="BAG-M")
    await back(shop, order_id, "BAG-S")
    await worked(shop, return_id)
    assert await how(shop, return_id) == ["due"], "it waits for the capture"
    await answered(shop, LocalProvider(shop.db, ""))  # which does not know the charge, and refuses
    assert (await shop.jobs()).count("orders.exchange") >= 3
    await worked(shop, return_id)
    assert await how(shop, return_id) == ["ended unpaid"]
    assert (await held(shop), await shop.look("select refund_minor from orders.return")) == (0, 0)


async def test_an_exchange_of_an_exchange_goes_back_to_the_card(shop: Counter) -> None:
    order, _, local = await exchanged(shop)
    await finish(shop, await handed_over(shop, order))
    shop.now += timedelta(hours=1)
    again = await announced(shop, order, BAG_M="BAG-S")
    await back(shop, order, "BAG-M")
    await worked(shop, again)
    third = await new_order(shop, again)
    assert await shop.lines(third) == {"BAG-S": "sourced"}
    await sound(shop)
    # Not sent yet, it is cancelled by its client's link.
    wish = await by_link(shop, cancellation.ask, third, line_ids=[await shop.line(third, "BAG-S")], keep=None)
    await shop.job(cancellation.carry_out, cancellation_id=wish)
    await answered(shop, local)
    assert await shop.look(
        "select array_agg(array[captured_minor, passed_minor, refunded_minor] order by created_at) from payments.payment"
    ) == [[2 * PRICE, 0, PRICE], [PRICE, 0, PRICE], [PRICE, 0, PRICE]]
    assert [kind for kind, _ in await shop.operations()].count("refund") == 3
    await sound(shop)
    assert await statements.with_providers(shop.db, {"local": local}, days=400, now=shop.now) == (
        {shop.maison_id: []},
        [],
    )
    first = await shop.look("select id from payments.payment where provider = 'local'")
    with pytest.raises(NotSoMuchLeft):
        await shop.job(pass_on, payment_id=first, checkout_id=again, amount_minor=PRICE + 1)


async def test_the_account_names_what_an_exchange_replaces(shop: Counter) -> None:
    order_id = await sold(shop, "BAG-S", captured=True)
    client_id = new_id(shop.now)
    async with shop.db.acting(Actor.importer(), shop.maison_id) as conn:
        await execute(
            conn,
            "insert into clients.client (maison_id, id, name, language, created_at)"
            " values (%(maison_id)s, %(id)s, 'Inès Moreau', 'fr', now())",
            maison_id=shop.maison_id,
            id=client_id,
        )
        await execute(conn, "update orders.order set client_id = %(id)s", id=client_id)
    return_id = await announced(shop, order_id, BAG_S="BAG-M")
    await back(shop, order_id, "BAG-S")
    await worked(shop, return_id)
    async with shop.db.acting(Actor.client(client_id), shop.maison_id) as conn:
        (one,) = await bought(conn, maison_id=shop.maison_id, client_id=client_id)
    first = await shop.look("select number from orders.order where id = %(id)s", id=order_id)
    assert (one.order_id, one.replaces) == (await new_order(shop, return_id), first)


async def test_no_refund_is_decided_while_something_is_to_be_exchanged(shop: Counter) -> None:
    """As a process of the release before would, which knows of no exchange."""
    order_id = await sold(shop, "BAG-S", captured=True)
    return_id = await announced(shop, order_id, BAG_S="BAG-M")
    await back(shop, order_id, "BAG-S")
    for state in ("held", "due"):
        async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
            # What such a process takes in is not judged.
            await execute(conn, "update orders.exchange set state = %(state)s", state=state)
        with pytest.raises(errors.CheckViolation, match="decided first"):
            async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
                await execute(conn, "update orders.return set refund_minor = value_minor")
    await worked(shop, return_id)
    assert await shop.look("select refund_minor from orders.return") == 0


async def test_hands_that_meet_decide_once(shop: Counter) -> None:
    """Two receivings, two jobs and a client who changes their mind, at once: one order or one refund."""
    for seed in range(3):
        order_id = await sold(shop, "BAG-S", captured=False)
        local = await provider(shop)
        await answered(shop, local)
        line_id = await shop.line(order_id, "BAG-S")
        return_id = await announced(shop, order_id, BAG_S="BAG-M")
        taken = await asyncio.gather(
            back(shop, order_id, "BAG-S", who="claire"),
            back(shop, order_id, "BAG-S", who="noor", place="marais"),
            return_exceptions=True,
        )
        assert sorted(isinstance(one, IllegalStep) for one in taken) == [False, True], seed
        met = await asyncio.gather(
            worked(shop, return_id),
            by_link(shop, exchanges.change, order_id, wanted=[Instead(line_id, None)]),
            worked(shop, return_id),
            return_exceptions=True,
        )
        assert all(one is None or isinstance(one, NothingToReturn) for one in met), met
        await worked(shop, return_id)
        await answered(shop, local)
        refunds = await shop.look(
            "select count(*) from payments.operation where kind = 'refund' and cause_id = %(id)s",
            id=return_id,
        )
        assert (await how(shop, return_id), refunds) in ((["placed"], 0), (["ended client"], 1))
        assert await held(shop) == 0
        await sound(shop)


async def test_two_wish_the_last_piece_and_one_has_it(shop: Counter) -> None:
    orders = [await sold(shop, "BAG-S", captured=False) for _ in range(2)]
    local = await provider(shop)
    await answered(shop, local)
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        left = [Count(shop.at["rivoli"], shop.variants["BAG-M"], on_hand=1, as_of=shop.now)]
        await record_counts(conn, maison_id=shop.maison_id, counts=left, source="scan", now=shop.now)

    async def said(order_id: UUID) -> UUID:
        wish = Wish(await shop.line(order_id, "BAG-S"), 1, instead=shop.variants["BAG-M"])
        return await by_link(shop, returns.announce, order_id, wishes=[wish], key=KEY)

    both = [await said(order_id) for order_id in orders]
    await asyncio.gather(*(worked(shop, return_id) for return_id in both))
    assert sorted([(await how(shop, one))[0] for one in both]) == ["ended gone", "held"]
    for order_id, return_id in zip(orders, both, strict=True):
        await back(shop, order_id, "BAG-S")
        await worked(shop, return_id)
    await answered(shop, local)
    assert sorted([(await how(shop, one))[0] for one in both]) == ["ended gone", "placed"]
    assert await shop.look("select sum(refunded_minor) from payments.payment") == PRICE
    await sound(shop)


async def test_a_link_wishes_for_its_own_order_alone(shop: Counter) -> None:
    mine, other = [await sold(shop, "BAG-S", captured=False) for _ in range(2)]
    return_id = await announced(shop, other, BAG_S="BAG-M")

    async def reach(conn: Conn) -> list[int]:
        of = {"maison_id": shop.maison_id, "order_id": other, "now": shop.now}
        found = await exchanges.scalar(conn, "select count(*) from orders.exchange")
        ended = await exchanges.execute(
            conn, "update orders.exchange set state = 'ended', because = 'client'"
        )
        return [len(await exchange_wishes.offered(conn, **of)), found, ended]

    assert await shop.db.run(Actor.link(mine), shop.maison_id, reach) == [0, 0, 0]
    assert await how(shop, return_id) == ["held"]
