"""What left comes back: announced or simply brought, anywhere, once, and its money to where it came from."""

import asyncio
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, execute, many
from enfilade.base.money import Money
from enfilade.boutiques.locations import Location, upsert_locations
from enfilade.maisons.policies import Policy, set_policy
from enfilade.orders import books, pickup, preparations, preparing, receiving, returns, settlement, stuck
from enfilade.orders import verify as promises
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.orders.receiving import (
    BackAlready,
    Brought,
    ForAManager,
    LawTakesItBack,
    NotJudged,
    ReturnElsewhere,
    StillToUndo,
)
from enfilade.orders.returns import NoSuchOrder, NothingToReturn, ReturnTooLate, Wish, return_code
from enfilade.orders.states import IllegalStep
from enfilade.payments import captures
from enfilade.payments.local_provider import LocalProvider
from enfilade.stock.counts import Count, record_counts
from tests.orders.counter import KEY, PRICE, Counter
from tests.orders.test_books import TAX, entries, finish, handed_over, provider_does, wrong

AFTERNOON = timedelta(hours=3)


async def sold(shop: Counter, *skus: str, captured: bool = True, **order: Any) -> UUID:
    """An order of these pieces, handed over for good and paid."""
    order_id = await shop.order(*(skus or ("BAG-S",)), **order)
    await finish(shop, await handed_over(shop, order_id))
    if captured and order.get("method") != "reserve":
        await provider_does(shop, order.get("payment", "card"))
    shop.now += AFTERNOON
    return order_id


async def back(
    shop: Counter, order_id: UUID, *skus: str, who: str = "claire", place: str = "rivoli", **judged: Any
) -> UUID:
    """These pieces are taken in at the place, for sale unless judged otherwise."""
    judged = {"disposition": "sellable"} | judged
    brought = [Brought(await shop.line(order_id, sku), 1, **judged) for sku in skus]
    return await shop.run(
        receiving.receive, who, order_id=order_id, location_id=shop.at[place], brought=brought
    )


async def by_link(shop: Counter, verb: Any, order_id: UUID, **arguments: Any) -> Any:
    """The verb as the holder of the order's link does it."""

    async def step(conn: Conn) -> Any:
        return await verb(conn, maison_id=shop.maison_id, order_id=order_id, now=shop.now, **arguments)

    return await shop.db.run(Actor.link(order_id), shop.maison_id, step)


async def announce(shop: Counter, order_id: UUID, *skus: str) -> UUID:
    wishes = [Wish(await shop.line(order_id, sku), 1) for sku in skus]
    return await by_link(shop, returns.announce, order_id, wishes=wishes, key=KEY)


async def state(shop: Counter, return_id: UUID) -> str:
    return await shop.look("select state from orders.return where id = %(id)s", id=return_id)


async def sound(shop: Counter) -> None:
    """Stock, promises and books agree."""
    await shop.sound()
    assert await promises.verify(shop.db, maison_id=shop.maison_id) == []
    assert await wrong(shop) == []


async def manage(shop: Counter, **policy: Any) -> None:
    await shop.job(lambda conn, **kept: set_policy(conn, policy=Policy(**policy), **kept))


@pytest.mark.parametrize("payment", ["card", "ideal"])
async def test_a_piece_comes_back_to_another_boutique_and_its_money_to_the_card(
    shop: Counter, payment: str
) -> None:
    order_id = await sold(shop, "BAG-S", "SCARF-U", payment=payment)
    before = await entries(shop)
    assert await back(shop, order_id, "BAG-S", who="noor", place="marais")
    assert await shop.position("marais", "BAG-S") == (4, 0, 0)
    assert await shop.position("rivoli", "BAG-S") == (2, 0, 0)
    assert (await shop.operations())[-1] == ("refund", PRICE)
    assert sorted(set(await entries(shop)) - set(before)) == [
        f"returned sales client {PRICE - TAX}",
        f"returned tax client {TAX}",
    ]
    await provider_does(shop, payment)
    assert f"refunded client provider {PRICE}" in await entries(shop)
    await sound(shop)
    assert "ReturnReceived" in await shop.told()
    assert "orders.mail_return_received" in await shop.jobs()


@pytest.mark.parametrize("disposition", ["display", "quality_control", "damaged", "at_atelier"])
async def test_a_piece_that_is_not_for_sale_again_says_where_it_is(shop: Counter, disposition: str) -> None:
    order_id = await sold(shop)
    await back(shop, order_id, "BAG-S", disposition=disposition)
    assert await shop.position("rivoli", "BAG-S") == (3, 0, 1)
    assert await shop.look(f"select {disposition} from stock.position where {disposition} > 0") == 1
    await sound(shop)


async def test_a_place_that_never_had_the_piece_has_it_now(shop: Counter) -> None:
    order_id = await sold(shop)
    new = Location(
        "new", "Auber New", "FR", "Paris", 48.86, 2.34, "Europe/Paris", kind="boutique", opening_hours="24/7"
    )
    written = await shop.job(upsert_locations, locations=[new])
    shop.at |= written.ids
    await back(shop, order_id, "BAG-S", who="max", place="new")
    assert await shop.position("new", "BAG-S") == (1, 0, 0)
    await sound(shop)


async def test_a_count_taken_before_it_came_back_does_not_take_it_away(shop: Counter) -> None:
    order_id = await sold(shop)
    variant_id = await shop.look("select id from catalogue.variant where sku = 'BAG-S'")
    counted_at = shop.now
    shop.now += timedelta(minutes=10)
    await back(shop, order_id, "BAG-S")
    late = Count(shop.at["rivoli"], variant_id, on_hand=2, as_of=counted_at)
    await shop.job(record_counts, counts=[late], source="scan")
    assert await shop.position("rivoli", "BAG-S") == (3, 0, 0)
    await sound(shop)


async def test_two_boutiques_take_one_piece_and_only_one_has_it(shop: Counter) -> None:
    order_id = await sold(shop)
    done = await asyncio.gather(
        back(shop, order_id, "BAG-S", who="claire"),
        back(shop, order_id, "BAG-S", who="noor", place="marais"),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["BackAlready", "UUID"]
    assert [one for one in await shop.operations() if one[0] == "refund"] == [("refund", PRICE)]
    await provider_does(shop, "card")
    await sound(shop)


async def test_the_refund_waits_for_the_capture_and_is_asked_once(shop: Counter) -> None:
    order_id = await sold(shop, captured=False)
    await back(shop, order_id, "BAG-S")
    assert await shop.operations() == [("capture", PRICE)]
    assert await wrong(shop) == []
    shop.now += timedelta(minutes=5)
    assert await preparing.go_round(shop.db, maison_id=shop.maison_id, now=shop.now) == 0, "it waits"
    await provider_does(shop, "card")
    payment_id = await shop.look("select payment_id from orders.order where id = %(id)s", id=order_id)
    await asyncio.gather(*(shop.job(settlement.captured, payment_id=payment_id) for _ in range(3)))
    assert await shop.operations() == [("capture", PRICE), ("refund", PRICE)]
    await provider_does(shop, "card")
    await sound(shop)


async def test_a_forgotten_refund_is_found_by_the_round(shop: Counter) -> None:
    order_id = await sold(shop, captured=False)
    await back(shop, order_id, "BAG-S")
    await provider_does(shop, "card")  # and the listener never heard of it
    shop.now += timedelta(minutes=5)
    assert await preparing.go_round(shop.db, maison_id=shop.maison_id, now=shop.now) == 1
    assert (await shop.operations())[-1] == ("refund", PRICE)
    await provider_does(shop, "card")
    await sound(shop)


async def test_what_was_never_paid_is_not_paid_back_and_others_are(shop: Counter) -> None:
    order_id = await sold(shop, captured=False)
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        await execute(conn, "update payments.operation set state = 'refused', ended_at = now()")
        await execute(conn, "update payments.payment set capture_asked_minor = 0")
    await back(shop, order_id, "BAG-S")
    assert await shop.look("select refund_minor from orders.return") == 0
    assert [kind for kind, _ in await shop.operations()] == ["capture"]
    await sound(shop)


async def test_a_refused_refund_is_asked_again_by_a_person_once(shop: Counter) -> None:
    order_id = await sold(shop)
    return_id = await back(shop, order_id, "BAG-S")
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        await execute(
            conn,
            """
            with no as (update payments.operation set state = 'refused', ended_at = now() where kind = 'refund'
              returning payment_id)
            update payments.payment p set refund_asked_minor = 0 from no where p.id = no.payment_id
            """,
        )
    assert [one.what for one in await wrong_whole(shop)] == ["due of order"]
    waiting = await shop.job(lambda conn, **at: stuck.stuck(conn, providers=["local"], **at))
    assert [(one.what, one.refund_id) for one in waiting] == [("refused", return_id)]
    key = await shop.look("select id from payments.operation where kind = 'refund'")
    for _ in range(2):
        await shop.job(captures.ask_refund_again, cause_id=return_id)
    assert await shop.look("select id from payments.operation where kind = 'refund'") != key
    assert (await shop.jobs()).count("payments.carry_out") == 3  # capture, refund, refund again
    await provider_does(shop, "card")
    await sound(shop)
    await shop.job(captures.ask_refund_again, cause_id=return_id)
    assert await shop.look("select state from payments.operation where kind = 'refund'") == "done"
    with pytest.raises(captures.NoSuchRefund):
        await shop.job(captures.ask_refund_again, cause_id=order_id)


async def wrong_whole(shop: Counter) -> list[books.Disagreement]:
    return await books.verify(shop.db, maison_id=shop.maison_id)


async def test_reserved_pieces_come_back_and_the_till_pays(shop: Counter) -> None:
    order_id = await sold(shop, method="reserve")
    await back(shop, order_id, "BAG-S")
    assert await shop.look("select array[value_minor, refund_minor] from orders.return") == [PRICE, 0]
    assert await shop.operations() == []
    await sound(shop)


async def test_what_can_still_be_undone_is_not_returned_and_what_came_back_not_undone(shop: Counter) -> None:
    order_id = await shop.order("BAG-S")
    work = await handed_over(shop, order_id)
    with pytest.raises(StillToUndo):
        await back(shop, order_id, "BAG-S")
    await finish(shop, work)
    await back(shop, order_id, "BAG-S")
    with pytest.raises(errors.CheckViolation, match="never_returned_beyond"):
        async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
            await execute(conn, "update orders.order_line set state = 'picked'")


async def test_after_the_last_day_a_manager_decides(shop: Counter) -> None:
    order_id = await sold(shop, "BAG-S", "BAG-M", "SCARF-U")
    shop.now += timedelta(days=30)
    await back(shop, order_id, "BAG-S")
    shop.now += timedelta(days=1)
    with pytest.raises(ReturnTooLate, match="1 April 2026"):
        await back(shop, order_id, "BAG-M")
    with pytest.raises(ReturnTooLate):
        await announce(shop, order_id, "BAG-M")
    return_id = await back(shop, order_id, "BAG-M", who="mia")
    assert await shop.look("select late from orders.return where id = %(id)s", id=return_id)
    with pytest.raises(ReturnTooLate):
        await back(shop, order_id, "SCARF-U", who="hugo")


async def test_what_the_maison_said_when_it_sold_stays_said(shop: Counter) -> None:
    order_id = await sold(shop)
    await manage(shop, return_days=0)
    shop.now += timedelta(days=29)
    assert await back(shop, order_id, "BAG-S")


async def test_announced_in_time_is_in_time_though_it_comes_later_and_in_parts(shop: Counter) -> None:
    order_id = await sold(shop, "BAG-S", "BAG-M")
    shop.now += timedelta(days=29)
    return_id = await announce(shop, order_id, "BAG-S", "BAG-M")
    shop.now += timedelta(days=10)
    assert await back(shop, order_id, "BAG-S") == return_id
    assert await state(shop, return_id) == "received"
    shop.now += timedelta(days=20)
    assert await back(shop, order_id, "BAG-M") != return_id
    await provider_does(shop, "card")
    await sound(shop)


async def test_announcing_again_adds_to_what_is_announced(shop: Counter) -> None:
    order_id = await sold(shop, "BAG-S", "BAG-M")
    first = await announce(shop, order_id, "BAG-S")
    assert await announce(shop, order_id, "BAG-M") == first
    assert await announce(shop, order_id, "BAG-M") == first
    pieces = await shop.job(returns.pieces_of, order_id=order_id)
    assert [piece.announced for piece in pieces] == [1, 1]
    await asyncio.gather(*(shop.job(returns.tell_announced, return_id=first) for _ in range(1)))
    assert "ReturnAnnounced" in await shop.told()


async def test_a_client_keeps_it_after_all_and_announces_it_anew(shop: Counter) -> None:
    order_id = await sold(shop)
    first = await announce(shop, order_id, "BAG-S")
    assert await by_link(shop, returns.withdraw, order_id)
    assert not await by_link(shop, returns.withdraw, order_id)
    assert await state(shop, first) == "withdrawn"
    assert await announce(shop, order_id, "BAG-S") != first
    await shop.job(returns.tell_ended, return_id=first)
    assert "ReturnEnded" in await shop.told()


async def test_what_nobody_has_seen_for_thirty_days_is_awaited_no_more_and_still_taken(shop: Counter) -> None:
    order_id = await sold(shop)
    return_id = await announce(shop, order_id, "BAG-S")
    shop.now += timedelta(days=29)
    assert await preparing.go_round(shop.db, maison_id=shop.maison_id, now=shop.now) == 0
    shop.now += timedelta(days=10)
    assert await preparing.go_round(shop.db, maison_id=shop.maison_id, now=shop.now) == 1
    assert await state(shop, return_id) == "lapsed"
    assert await back(shop, order_id, "BAG-S") != return_id, "announced in time"


async def test_the_law_takes_back_what_is_worn_and_a_manager_pays_less(shop: Counter) -> None:
    order_id = await sold(shop, "BAG-S", "SCARF-U")
    with pytest.raises(LawTakesItBack):
        await back(shop, order_id, "BAG-S", disposition=None, reason="worn")
    less = {"disposition": "damaged", "reason": "worn", "deduction_minor": 45_000}
    with pytest.raises(ForAManager):
        await back(shop, order_id, "BAG-S", **less)
    await back(shop, order_id, "BAG-S", who="mia", **less)
    assert (await shop.operations())[-1] == ("refund", PRICE - 45_000)
    await provider_does(shop, "card")
    await sound(shop)
    # Beyond the days of the law the maison's own are a favour: it may say no.
    shop.now += timedelta(days=15)
    await back(shop, order_id, "SCARF-U", disposition=None, reason="worn")
    assert await shop.look("select returned from orders.order_line where sku = 'SCARF-U'") == 0
    await sound(shop)


async def test_abroad_as_the_maison_says(shop: Counter) -> None:
    order_id = await sold(shop, "BAG-S", "BAG-M")
    await back(shop, order_id, "BAG-S", who="max", place="tokyo")
    assert await shop.position("tokyo", "BAG-S") == (4, 0, 0)
    await manage(shop, return_abroad=False)
    with pytest.raises(ReturnElsewhere):
        await back(shop, order_id, "BAG-M", who="max", place="tokyo")


@pytest.mark.parametrize(
    ("brought", "why"),
    [
        ({"quantity": 0, "disposition": "sellable"}, NothingToReturn),
        ({"quantity": 2, "disposition": "sellable"}, NothingToReturn),
        ({"quantity": 1, "disposition": None}, NotJudged),
        ({"quantity": 1, "disposition": "sellable", "reason": "worn"}, NotJudged),
        ({"quantity": 1, "disposition": "sellable", "deduction_minor": 1}, NotJudged),
        (
            {"quantity": 1, "disposition": "sellable", "reason": "worn", "deduction_minor": PRICE + 1},
            NotJudged,
        ),
    ],
)
async def test_what_is_not_judged_is_refused(shop: Counter, brought: dict[str, Any], why: type[Exception]):
    order_id = await sold(shop)
    line = await shop.line(order_id, "BAG-S")
    with pytest.raises(why):
        await shop.run(
            receiving.receive,
            "mia",
            order_id=order_id,
            location_id=shop.at["rivoli"],
            brought=[Brought(line, **brought)],
        )


async def test_who_may_not(shop: Counter) -> None:
    order_id, other = await sold(shop), await shop.order("SCARF-U")
    with pytest.raises(NotYourBoutique):
        await back(shop, order_id, "BAG-S", who="noor", place="rivoli")
    with pytest.raises(NoSuchOrder):
        await shop.run(receiving.receive, order_id=UUID(int=7), location_id=shop.at["rivoli"], brought=[])
    foreign = await shop.line(other, "SCARF-U")
    for wishes in ([], [Wish(foreign, 1)], [Wish(await shop.line(order_id, "BAG-S"), 2)]):
        with pytest.raises(NothingToReturn):
            await by_link(shop, returns.announce, order_id, wishes=wishes, key=KEY)
    with pytest.raises(NothingToReturn):
        await by_link(shop, returns.announce, other, wishes=[Wish(foreign, 1)], key=KEY)
    return_id = await announce(shop, order_id, "BAG-S")

    async def found(asked: str) -> UUID | None:
        async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
            return await receiving.found(conn, maison_id=shop.maison_id, asked=asked)

    assert await found(return_code(KEY, return_id).lower()) == order_id
    number = await shop.look("select number from orders.order where id = %(id)s", id=order_id)
    assert await found(f" {number.lower()} ") == order_id
    assert await found("nothing") is None


async def test_a_link_writes_of_its_own_order_and_judges_nothing(shop: Counter) -> None:
    order_id, other = await sold(shop), await sold(shop, "SCARF-U", captured=False)
    return_id = await announce(shop, order_id, "BAG-S")
    for statement in (
        """insert into orders.return_wish (maison_id, return_id, order_line_id, quantity, wished_at)
           select maison_id, %(return_id)s, id, 1, now() from orders.order_line where sku = 'SCARF-U'
           union all select base.maison(), %(return_id)s, %(foreign)s, 1, now() limit 1""",
        """insert into orders.return_line (maison_id, id, return_id, order_line_id, quantity, disposition)
           values (base.maison(), uuidv7(), %(return_id)s, %(foreign)s, 1, 'sellable')""",
        """update orders.return set state = 'received', received_at = now(), received_by = uuidv7(), location_id = uuidv7()
           where id = %(return_id)s and %(foreign)s::uuid is not null""",
    ):
        foreign = await shop.line(other, "SCARF-U")
        with pytest.raises(errors.InsufficientPrivilege):
            async with shop.db.acting(Actor.link(order_id), shop.maison_id) as conn:
                await execute(conn, statement, return_id=return_id, foreign=foreign)
    async with shop.db.acting(Actor.link(other), shop.maison_id) as conn:
        cursor = await conn.execute(
            "select (select count(*) from orders.return), (select count(*) from orders.return_wish)"
        )
        assert await cursor.fetchone() == (0, 0)


async def test_parcels_come_back_too(shop: Counter) -> None:
    order_id = await shop.order("BAG-S", method="ship")
    work = await shop.fulfilment(order_id)
    await shop.run(preparations.accept, fulfilment_id=work)
    await shop.run(preparations.pick, fulfilment_id=work, line_id=await shop.line(order_id, "BAG-S"))
    await shop.run(preparations.dispatch, fulfilment_id=work, tracking="1Z")
    await shop.job(pickup.finish_hand_over, fulfilment_id=work)
    await provider_does(shop, "card")
    shop.now += timedelta(days=37)  # the 5th is Easter Sunday, the 6th Easter Monday
    with pytest.raises(ReturnTooLate):
        await back(shop, order_id, "BAG-S")
    shop.now -= timedelta(days=2)
    await back(shop, order_id, "BAG-S")
    await provider_does(shop, "card")
    await sound(shop)
    with pytest.raises(BackAlready):
        await back(shop, order_id, "BAG-S")


async def test_whatever_many_hands_do_pieces_and_money_balance(shop: Counter) -> None:
    """Clients announce and withdraw, three boutiques take in, captures end late or are refused, all at once, many times."""
    skus = ("BAG-S", "BAG-M", "SCARF-U")
    orders = [
        await sold(shop, *skus, captured=False, payment=payment) for payment in ("card", "ideal", "card")
    ]
    lines = {(order, sku): await shop.line(order, sku) for order in orders for sku in skus}
    refused = await shop.look(
        """
        with no as (update payments.operation set state = 'refused', ended_at = now() where state = 'asked' and kind = 'capture'
            and payment_id = (select payment_id from orders.order where id = %(id)s) returning payment_id, amount_minor)
        update payments.payment p set capture_asked_minor = capture_asked_minor - n.amount_minor from no n
        where p.id = n.payment_id returning p.id
        """,
        id=orders[2],
    )
    chance, provider = random.Random(7), LocalProvider(shop.db, "")
    await charged(shop, provider)
    told: dict[str, int] = defaultdict(int)

    async def hand(who: str, place: str) -> None:
        for _ in range(25):
            order = chance.choice(orders)
            some = chance.sample(skus, chance.randint(1, 3))
            step = chance.choice(("receive", "receive", "announce", "withdraw", "answer"))
            try:
                if step == "receive":
                    brought = [
                        Brought(lines[order, sku], 1, "sellable")
                        if chance.random() < 0.8
                        else Brought(lines[order, sku], 1, None, "not_ours")
                        for sku in some
                    ]
                    await shop.run(
                        receiving.receive, who, order_id=order, location_id=shop.at[place], brought=brought
                    )
                elif step == "announce":
                    await announce(shop, order, *some)
                elif step == "withdraw":
                    await by_link(shop, returns.withdraw, order)
                else:
                    await answered(shop, provider)
                told[step] += 1
            except (IllegalStep, NothingToReturn) as no:
                told[type(no).__name__] += 1

    await asyncio.gather(hand("claire", "rivoli"), hand("noor", "marais"), hand("max", "passy"))
    for _ in range(3):
        await answered(shop, provider)
        for order in orders:
            await shop.job(settlement.refund_returned, order_id=order)
    assert told["receive"] > 5 and told["BackAlready"] > 5, told
    back = await shop.look("select coalesce(sum(returned), 0) from orders.order_line")
    assert await shop.look("select coalesce(sum(refund_minor), 0) from orders.return") == await shop.look(
        "select coalesce(sum(refunded_minor), 0) from payments.payment"
    )
    assert await shop.look("select refunded_minor from payments.payment where id = %(id)s", id=refused) == 0
    on_hand = await shop.look("select sum(on_hand) from stock.position")
    assert on_hand == 4 * len(skus) * 3 - len(orders) * len(skus) + back
    await sound(shop)


async def charged(shop: Counter, provider: LocalProvider) -> None:
    """The provider has authorised what our books say it has."""
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        payments = await many(conn, _Paid, "select id, method, amount_minor from payments.payment")
    for payment in payments:
        charge = await provider.authorise(
            key=payment.id,
            reference=payment.id,
            amount=Money(payment.amount_minor, "EUR"),
            method=payment.method,
            token="tok_ok",
            return_url="",
            metadata={},
        )
        if charge.second_step_url:
            token = charge.second_step_url.rpartition("/")[2]
            await provider.answer_second_step(token=token, approved=True)


@dataclass(frozen=True, slots=True)
class _Paid:
    id: UUID
    method: str
    amount_minor: int


async def answered(shop: Counter, provider: LocalProvider) -> None:
    """The provider does what it was asked, and its news are heard."""
    asked = await shop.look(
        """
        select coalesce(array_agg(o.id order by o.id), '{}') from payments.operation o where o.state = 'asked'
        """
    )
    for operation_id in asked:
        await captures.carry_out(
            shop.db,
            {"local": provider},
            maison_id=shop.maison_id,
            operation_id=operation_id,
            timeout_seconds=5,
            now=shop.now,
        )
    payments = await shop.look("select array_agg(id) from payments.payment")
    for payment_id in payments:
        await shop.job(settlement.captured, payment_id=payment_id)
