"""Goodwill: a part of what was paid goes back without its piece, within limits, once, and never more than there is."""

import asyncio
import random
from typing import Any
from uuid import UUID

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, execute
from enfilade.base.ids import new_id
from enfilade.maisons.policies import Policy, set_policy
from enfilade.orders import books, invoices, receiving, settlement
from enfilade.orders.desk import goodwill, goodwill_letters
from enfilade.orders.desk.goodwill import (
    GoodwillDecided,
    GoodwillWaits,
    ManagersDecide,
    MoreThanWasPaid,
    NoSuchGoodwill,
    NothingToGiveBack,
    PaidAtTheCounter,
    WhyGoodwill,
)
from enfilade.orders.desk.notes import NotAtTheDesk
from enfilade.orders.receiving import BackAlready, Brought
from enfilade.orders.return_terms import part, without_goodwill
from enfilade.payments import captures
from enfilade.payments.local_provider import LocalProvider
from tests.orders.counter import KEY, PRICE, Counter
from tests.orders.test_books import TAX, entries, finish, handed_over, provider_does
from tests.orders.test_returns import answered, back, charged, sold, sound

TENTH = PRICE // 10


async def give(
    shop: Counter, order_id: UUID, amount: int, who: str = "dora", sku: str = "BAG-S", **more: Any
) -> str:
    return await shop.run(
        goodwill.ask,
        who,
        order_id=order_id,
        line_id=await shop.line(order_id, sku),
        amount_minor=amount,
        **{"goodwill_id": new_id(shop.now), "reason": "late", **more},
    )


async def all_answered(shop: Counter) -> None:
    """The provider has every payment, and does all that was asked."""
    provider = LocalProvider(shop.db, "")
    await charged(shop, provider)
    await answered(shop, provider)


async def resting(shop: Counter) -> int:
    return await shop.look("select sum(goodwill_minor)::bigint from orders.order_line")


@pytest.mark.parametrize("payment", ["card", "ideal"])
async def test_within_the_limit_it_goes_to_the_card_and_into_the_books(shop: Counter, payment: str) -> None:
    order_id = await sold(shop, payment=payment)
    before, same = await entries(shop), new_id(shop.now)
    assert [await give(shop, order_id, TENTH, goodwill_id=same) for _ in range(2)] == ["given", "given"]
    tax = TAX * TENTH // PRICE
    assert (await shop.operations())[-1] == ("refund", TENTH)
    assert sorted(set(await entries(shop)) - set(before)) == [
        f"goodwill sales client {TENTH - tax}",
        f"goodwill tax client {tax}",
    ]
    await provider_does(shop, payment)
    await sound(shop)
    assert (await shop.told()).count("GoodwillGiven") == 1
    note = await shop.job(invoices.credit_goodwill, goodwill_id=same)
    assert note == await shop.job(invoices.credit_goodwill, goodwill_id=same)
    assert await shop.look("select total_minor from orders.invoice where kind = 'credit_note'") == TENTH
    assert await shop.look("select lines -> 0 ->> 'invoice' from orders.invoice where kind = 'credit_note'")
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        letter = await goodwill_letters.letter(
            conn, maison_id=shop.maison_id, goodwill_id=same, key=KEY, base_url=""
        )
    assert letter is not None and "€245" in letter.text
    await sound(shop)
    # What the order was given before counts: a cent more is a manager's to decide.
    assert await give(shop, order_id, 1) == "asked"


async def test_above_it_a_manager_approves_or_declines(shop: Counter) -> None:
    order_id, asked = await sold(shop), new_id(shop.now)
    assert await give(shop, order_id, TENTH + 1, goodwill_id=asked) == "asked"
    assert await give(shop, order_id, TENTH + 1, goodwill_id=asked) == "asked"
    with pytest.raises(GoodwillWaits):
        await give(shop, order_id, PRICE)
    assert not [one for one in await shop.operations() if one[0] == "refund"]
    for who in ("dora", "mia", "claire"):
        with pytest.raises(ManagersDecide):
            await shop.run(goodwill.approve, who, goodwill_id=asked)
    assert {await shop.run(goodwill.approve, "max", goodwill_id=asked) for _ in range(2)} == {order_id}
    with pytest.raises(GoodwillDecided):
        await shop.run(goodwill.decline, "max", goodwill_id=asked)
    assert [one for one in await shop.operations() if one[0] == "refund"] == [("refund", TENTH + 1)]
    declined = new_id(shop.now)
    assert await give(shop, order_id, PRICE // 2, goodwill_id=declined) == "asked"
    await shop.run(goodwill.decline, "max", goodwill_id=declined)
    with pytest.raises(GoodwillDecided):
        await shop.run(goodwill.approve, "max", goodwill_id=declined)
    with pytest.raises(NoSuchGoodwill):
        await shop.run(goodwill.approve, "max", goodwill_id=new_id(shop.now))
    assert await give(shop, order_id, PRICE // 2, "max") == "given"
    await provider_does(shop, "card")
    await sound(shop)
    await shop.job(lambda conn, **kept: set_policy(conn, policy=Policy(goodwill_percent=100), **kept))
    other = await sold(shop, "SCARF-U", captured=False)
    await all_answered(shop)
    assert await give(shop, other, PRICE, sku="SCARF-U") == "given"


async def test_who_may_not_and_what_may_not(shop: Counter) -> None:
    order_id = await sold(shop)
    for who in ("claire", "mia"):
        with pytest.raises(NotAtTheDesk):
            await give(shop, order_id, 1, who)
    for refused in ({"amount": 0}, {"amount": -5}, {"amount": 5, "reason": "because"}):
        with pytest.raises(WhyGoodwill):
            await give(shop, order_id, **refused)  # type: ignore[arg-type]
    with pytest.raises(MoreThanWasPaid):
        await give(shop, order_id, PRICE + 1, "max")
    waits = await shop.order("BAG-M")
    with pytest.raises(NothingToGiveBack):
        await give(shop, waits, 5, sku="BAG-M")
    work = await handed_over(shop, waits)
    with pytest.raises(NothingToGiveBack):  # it can still be undone
        await give(shop, waits, 5, sku="BAG-M")
    await finish(shop, work)
    with pytest.raises(NothingToGiveBack):  # its money is not taken yet
        await give(shop, waits, 5, sku="BAG-M")
    await all_answered(shop)
    assert await give(shop, waits, 5, sku="BAG-M") == "given"
    await all_answered(shop)
    reserved = await sold(shop, "SCARF-U", method="reserve")
    with pytest.raises(PaidAtTheCounter):
        await give(shop, reserved, 5, sku="SCARF-U")
    with pytest.raises(errors.InsufficientPrivilege):
        async with shop.db.acting(Actor.link(order_id), shop.maison_id) as conn:
            await execute(
                conn,
                """insert into orders.goodwill select maison_id, region, uuidv7(), order_id, order_line_id, 1, 0, currency,
                  reason, 'given', now(), asked_by, now(), asked_by from orders.goodwill
                union all select base.maison(), 'eu', uuidv7(), %(id)s, uuidv7(), 1, 0, 'EUR', 'late', 'asked', now(), uuidv7(),
                  null, null limit 1""",
                id=order_id,
            )
    await sound(shop)


async def test_a_return_after_it_is_worth_so_much_less_piece_by_piece(shop: Counter) -> None:
    order_id = await sold(shop, quantity=3)
    line_id = await shop.line(order_id, "BAG-S")
    assert await give(shop, order_id, 100_001, "max") == "given"
    worth: list[int] = []
    for _ in range(3):
        await back(shop, order_id, "BAG-S")
        worth.append(await shop.look("select value_minor from orders.return order by id desc limit 1"))
    assert worth == [PRICE - 33_333, PRICE - 33_334, PRICE - 33_334]
    assert await resting(shop) == 0
    assert sum(amount for kind, amount in await shop.operations() if kind == "refund") == 3 * PRICE
    with pytest.raises(MoreThanWasPaid):
        await give(shop, order_id, 1, "max")
    await provider_does(shop, "card")
    await sound(shop)
    taxes = await shop.look(
        """
        select sum(case when debit = 'tax' then -amount_minor else amount_minor end) from payments.ledger_entry
        where 'tax' in (debit, credit)
        """
    )
    assert taxes == 0, f"tax of line {line_id}"


def test_shares_of_goodwill_add_up_and_stay_within_the_worth() -> None:
    chance = random.Random(5)
    for _ in range(5_000):
        quantity, total = chance.randint(1, 9), chance.randint(1, 60)
        before = chance.randint(0, quantity - 1)
        left = part(total, quantity, before=before, now=quantity - before)
        rests = given = chance.randint(0, left)
        tax = given_tax = chance.randint(0, given)
        while before < quantity:
            now = chance.randint(1, quantity - before)
            worth = part(total, quantity, before=before, now=now)
            share, of_tax = without_goodwill(
                rests, tax, total_minor=total, quantity=quantity, before=before, now=now
            )
            before, rests, tax = before + now, rests - share, tax - of_tax
            assert 0 <= share <= worth
            assert 0 <= tax <= rests <= part(total, quantity, before=before, now=quantity - before)
        assert (rests, tax) == (0, 0), (given, given_tax)


async def test_two_at_the_desk_and_a_return_never_give_more_than_was_paid(shop: Counter) -> None:
    order_id = await sold(shop, quantity=3, payment="ideal")
    line_id = await shop.line(order_id, "BAG-S")

    async def one(who: str, amount: int) -> str:
        try:
            return await give(shop, order_id, amount, who)
        except (MoreThanWasPaid, GoodwillWaits) as no:
            return type(no).__name__

    async def brought() -> str:
        try:
            await shop.run(
                receiving.receive,
                order_id=order_id,
                location_id=shop.at["rivoli"],
                brought=[Brought(line_id, 1, "sellable")],
            )
        except BackAlready:
            return "back already"
        return "back"

    done = await asyncio.gather(
        *(one("max", PRICE) for _ in range(4)),
        *(one("dora", TENTH) for _ in range(3)),
        *(brought() for _ in range(2)),
    )
    assert "MoreThanWasPaid" in done and "given" in done
    taken = await shop.look("select captured_minor - refund_asked_minor from payments.payment")
    assert taken >= 0
    for _ in range(2):
        await shop.job(settlement.refund_returned, order_id=order_id)
    await provider_does(shop, "ideal")
    await sound(shop)


async def test_without_the_constraint_two_at_once_would_give_too_much(shop: Counter, admin: Any) -> None:
    """The guard is the table's: a verb that did not look would be refused all the same."""
    order_id = await sold(shop)
    await give(shop, order_id, PRICE - 5, "max")
    more = "update orders.order_line set goodwill_minor = goodwill_minor + 6 where order_id = %s"
    with pytest.raises(errors.CheckViolation):
        admin(more, [order_id])
    admin("alter table orders.order_line drop constraint never_goodwill_beyond")
    admin(more, [order_id])
    assert ("goodwill of line", PRICE - 5, PRICE + 1) in [
        (one.what, one.expected_minor, one.posted_minor)
        for one in await books.verify(shop.db, maison_id=shop.maison_id)
    ]


async def test_dying_between_any_two_steps_gives_it_once_or_not_at_all(
    shop: Counter, monkeypatch: Any
) -> None:
    """The verb's own steps are one transaction; after it, jobs and the hourly round finish what a dead worker left."""
    order_id, same = await sold(shop), new_id(shop.now)

    class Killed(Exception):
        pass

    for module, step in (
        (captures, "ask_refund"),
        (goodwill.ledger, "post_goodwill"),
        (goodwill.facts, "record"),
        (goodwill.jobs, "defer"),
    ):
        whole = getattr(module, step)

        async def dies(*args: Any, whole: Any = whole, **kept: Any) -> None:
            await whole(*args, **kept)
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(module, step, dies)
            with pytest.raises(Killed):
                await give(shop, order_id, TENTH, goodwill_id=same)
        assert await resting(shop) == 0
        assert not [one for one in await shop.operations() if one[0] == "refund"]
        await sound(shop)
    assert await give(shop, order_id, TENTH, goodwill_id=same) == "given"
    # The worker dies before it has asked the provider, or written the note: the rounds find both.
    await provider_does(shop, "card")
    await invoices.issue_missed(shop.db, maison_id=shop.maison_id, now=shop.now)
    assert await shop.look("select count(*) from orders.invoice where kind = 'credit_note'") == 1
    await sound(shop)


async def test_a_refund_the_provider_refuses_stays_due_and_is_asked_again(shop: Counter) -> None:
    order_id, same = await sold(shop), new_id(shop.now)
    await give(shop, order_id, TENTH, goodwill_id=same)

    async def refuse(conn: Conn, **_: Any) -> None:
        await execute(
            conn,
            """
            with no as (update payments.operation set state = 'refused', ended_at = now() where cause_id = %(id)s
              returning payment_id, amount_minor)
            update payments.payment p set refund_asked_minor = refund_asked_minor - n.amount_minor from no n
            where p.id = n.payment_id
            """,
            id=same,
        )

    await shop.job(refuse)
    assert [one.what for one in await books.verify(shop.db, maison_id=shop.maison_id)] == ["due of order"]
    await shop.job(captures.ask_refund_again, cause_id=same)
    await provider_does(shop, "card")
    await sound(shop)
