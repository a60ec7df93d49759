"""Ship to store: what a client collects here comes from there, is nobody else's between, and is never lost on paper."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, scalar
from enfilade.maisons import policies
from enfilade.orders import (
    bringing,
    cancellation,
    pickup,
    preparations,
    preparing,
    rejections,
    resourcing,
    sending_back,
)
from enfilade.orders import verify as promises
from enfilade.orders.fulfilment import IllegalStep, NotYourBoutique
from enfilade.orders.preparations import pickup_code
from enfilade.staff.people import Colleague
from enfilade.stock import arrivals, departures, transfers, underway
from enfilade.stock.arrivals import Arrived
from enfilade.stock.counts import Count, record_counts
from enfilade.stock.transfers import NotAsked, PackedPiecesGone, Pieces
from tests.orders.counter import KEY, Counter, counter


async def brings(db: Db, **more: Any) -> Counter:
    """A maison that brings pieces to any boutique of the country within two working days."""
    shop = await counter(db, **more)
    async with db.acting(Actor.job(), shop.maison_id) as conn:
        policy = await policies.policy_of(conn, maison_id=shop.maison_id)
        await policies.set_policy(
            conn, maison_id=shop.maison_id, policy=replace(policy, ship_to_store_days=2), now=shop.now
        )
    return shop


async def transfer_of(shop: Counter, order_id: UUID, sku: str = "BAG-S") -> UUID:
    return await shop.look(
        "select transfer_id from orders.order_line where order_id = %(id)s and sku = %(sku)s",
        id=order_id,
        sku=sku,
    )


async def transferred(shop: Counter, verb: Any, who: str, transfer_id: UUID, **more: Any) -> None:
    shop.now += timedelta(minutes=1)
    await shop.run(verb, who, transfer_id=transfer_id, **more)


async def pack(shop: Counter, transfer_id: UUID, sku: str = "BAG-S", who: str = "noor") -> None:
    packed = [Pieces(shop.variants[sku], 1)]
    await transferred(shop, departures.pack, who, transfer_id, packed=packed)


async def send(shop: Counter, transfer_id: UUID, sku: str = "BAG-S", who: str = "noor") -> None:
    await pack(shop, transfer_id, sku, who)
    await transferred(shop, departures.send, who, transfer_id)


async def receive(
    shop: Counter, transfer_id: UUID, sku: str = "BAG-S", *, damaged: int = 0, receipt: UUID | None = None
) -> None:
    arrived = [Arrived(shop.variants[sku], 1, damaged)]
    await transferred(
        shop, arrivals.receive, "claire", transfer_id, receipt_id=receipt or uuid4(), arrived=arrived
    )


async def follow(shop: Counter, transfer_id: UUID) -> bool:
    return await shop.job(bringing.follow, transfer_id=transfer_id)


async def sound(shop: Counter) -> None:
    await shop.sound()
    assert await promises.verify(shop.db, maison_id=shop.maison_id) == []


async def free(shop: Counter, place: str, sku: str = "BAG-S") -> int:
    return await shop.look(
        "select collect from public_facts.availability where location_id = %(place)s and variant_id = %(variant)s",
        place=shop.at[place],
        variant=shop.variants[sku],
    )


async def test_from_the_order_to_the_hand_over(db: Db) -> None:
    shop = await brings(db)
    order_id = await shop.order("BAG-S", "SCARF-U", brought_from="marais")
    work, transfer_id = await shop.fulfilment(order_id), await transfer_of(shop, order_id)
    assert await shop.state(work) == "awaited"
    assert await shop.position("marais", "BAG-S") == (3, 1, 0), "it lies there, and is promised"
    assert await shop.position("rivoli", "SCARF-U") == (3, 1, 0), "what lies here is kept here"
    with pytest.raises(IllegalStep):
        await shop.run(preparations.accept, fulfilment_id=work)
    await sound(shop)
    await pack(shop, transfer_id)
    await sound(shop)
    await transferred(shop, departures.send, "noor", transfer_id)
    expected = await shop.look("select expected_on from stock.transfer where id = %(id)s", id=transfer_id)
    assert (expected - shop.now.date()).days == 2, "the maison’s two days, from a Monday on"
    assert await shop.position("marais", "BAG-S") == (2, 0, 0)
    assert (await free(shop, "marais"), await free(shop, "rivoli")) == (2, 3), "on its way it is nobody's"
    await shop.job(bringing.underway, transfer_id=transfer_id)
    await sound(shop)
    assert not await follow(shop, transfer_id), "nothing follows from its being on its way"
    receipt = uuid4()
    await receive(shop, transfer_id, receipt=receipt)
    await receive(shop, transfer_id, receipt=receipt)
    assert await shop.position("rivoli", "BAG-S") == (4, 1, 0), "it is here, and the client's"
    assert await free(shop, "rivoli") == 3
    await sound(shop)
    assert await follow(shop, transfer_id)
    assert not await follow(shop, transfer_id), "done before"
    assert await shop.state(work) == "asked"
    await sound(shop)
    await shop.run(preparations.accept, fulfilment_id=work)
    for sku in ("BAG-S", "SCARF-U"):
        await shop.run(preparations.pick, fulfilment_id=work, line_id=await shop.line(order_id, sku))
    await shop.run(preparations.ready, fulfilment_id=work, key=KEY)
    await shop.run(pickup.hand_over, fulfilment_id=work, code=pickup_code(KEY, work), refused_line_ids=[])
    assert await shop.position("rivoli", "BAG-S") == (3, 0, 0)
    await sound(shop)
    told = await shop.told()
    wanted = ["FulfilmentAwaited", "FulfilmentUnderway", "FulfilmentAsked", "FulfilmentReady"]
    assert sorted(kind for kind in told if kind in wanted) == sorted(wanted), "each once"


async def test_what_is_packed_for_a_client_is_packed_whole_and_gone_when_it_is_gone(db: Db) -> None:
    shop = await brings(db, stock=1)
    order_id = await shop.order("BAG-S", brought_from="marais")
    transfer_id = await transfer_of(shop, order_id)
    with pytest.raises(NotAsked):
        await transferred(
            shop, departures.pack, "noor", transfer_id, packed=[Pieces(shop.variants["BAG-M"], 1)]
        )
    async with db.acting(Actor.job(), shop.maison_id) as conn:
        count = Count(shop.at["marais"], shop.variants["BAG-S"], 0, shop.now + timedelta(hours=1))
        await record_counts(
            conn, maison_id=shop.maison_id, counts=[count], source="count", now=shop.now + timedelta(hours=1)
        )
    with pytest.raises(PackedPiecesGone):
        await pack(shop, transfer_id)
    line_id = await shop.line(order_id, "BAG-S")
    assert await shop.job(rejections.lose, line_id=line_id)
    assert (
        await shop.look("select state from stock.transfer where id = %(id)s", id=transfer_id) == "cancelled"
    )
    at = await shop.look("select location_id from orders.rejection where order_line_id = %(id)s", id=line_id)
    assert at == shop.at["marais"], "the place that lost it is not asked again"
    await sound(shop)
    await shop.job(resourcing.resource, order_id=order_id)
    assert await shop.lines(order_id) == {"BAG-S": "sourced"}
    await sound(shop)


async def test_an_origin_that_declines_is_followed_by_another_or_by_the_boutique_itself(db: Db) -> None:
    """And what stock says there is corrected by the reason."""
    shop = await brings(db, stock=1)
    other = await shop.order("BAG-S", place="rivoli")
    order_id = await shop.order("BAG-S", brought_from="marais")
    first = await transfer_of(shop, order_id)
    await transferred(shop, transfers.decline, "noor", first, reason="not_there")
    await sound_soon(shop)
    assert await follow(shop, first)
    assert await shop.position("marais", "BAG-S") == (0, 0, 0)
    await shop.job(resourcing.resource, order_id=order_id)
    second = await transfer_of(shop, order_id)
    came = await shop.look("select from_location_id from stock.transfer where id = %(id)s", id=second)
    assert second != first and came == shop.at["passy"], "brought to the same boutique from another"
    work = await shop.fulfilment(order_id)
    assert await shop.state(work) == "awaited"
    await sound(shop)
    # The first client does not come for theirs: the boutique has one itself.
    await shop.run(
        cancellation.cancel,
        "max",
        order_id=other,
        line_ids=[await shop.line(other, "BAG-S")],
        reason="client_wish",
    )
    await transferred(shop, transfers.decline, "max", second, reason="needed_here")
    assert await follow(shop, second)
    assert await shop.position("passy", "BAG-S") == (1, 0, 0)
    await shop.job(resourcing.resource, order_id=order_id)
    assert await transfer_of(shop, order_id) is None
    assert await shop.state(await shop.fulfilment(order_id)) == "asked"
    await sound(shop)


async def sound_soon(shop: Counter) -> None:
    """Between a step and its listener stock adds up all the same."""
    await shop.sound()


async def test_its_screen_counts_the_piece_that_is_promised(db: Db) -> None:
    """The last one, though it is free for nobody else."""
    shop = await brings(db, stock=1)
    transfer_id = await transfer_of(shop, await shop.order("BAG-S", brought_from="marais"))
    async with db.acting(Actor.job(), shop.maison_id) as conn:
        found = await underway.underway(
            conn, maison_id=shop.maison_id, by=shop.people["noor"], transfer_id=transfer_id
        )
    assert [(piece.kept, piece.there) for piece in found.pieces] == [(1, 1)]


async def test_a_parcel_lost_or_damaged_is_looked_for_elsewhere_and_its_place_may_give_another(
    db: Db,
) -> None:
    shop = await brings(db)
    mia = shop.people["mia"]
    for damaged in (0, 1):
        order_id = await shop.order("BAG-S", brought_from="marais")
        transfer_id = await transfer_of(shop, order_id)
        before = await shop.position("rivoli", "BAG-S")
        await send(shop, transfer_id)
        if damaged:
            await receive(shop, transfer_id, damaged=1)
            assert await shop.position("rivoli", "BAG-S") == (before[0] + 1, before[1], before[2] + 1)
        else:
            await transferred(
                shop,
                arrivals.write_off,
                "mia",
                transfer_id,
                receipt_id=uuid4(),
                lost=[Pieces(shop.variants["BAG-S"], 1)],
                reason="never_arrived",
            )
        assert mia
        assert await follow(shop, transfer_id)
        assert await shop.lines(order_id) == {"BAG-S": "unsourced"}
        await sound(shop)
        await empty(shop, "rivoli")
        await shop.job(resourcing.resource, order_id=order_id)
        again = await transfer_of(shop, order_id)
        assert again not in (None, transfer_id), "brought again"
        await sound(shop)


async def empty(shop: Counter, place: str, sku: str = "BAG-S") -> None:
    """Nothing free is left there: the boutique sold it."""
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        taken: Any = await scalar(
            conn,
            """select allocated + held + unavailable from stock.position
            where location_id = %(place)s and variant_id = %(variant)s""",
            place=shop.at[place],
            variant=shop.variants[sku],
        )
        damaged: Any = await scalar(
            conn,
            "select damaged from stock.position where location_id = %(place)s and variant_id = %(variant)s",
            place=shop.at[place],
            variant=shop.variants[sku],
        )
        count = Count(shop.at[place], shop.variants[sku], taken, shop.now, damaged=damaged)
        await record_counts(conn, maison_id=shop.maison_id, counts=[count], source="count", now=shop.now)


async def test_when_nobody_else_has_it_the_client_is_told_and_the_money_let_go(db: Db) -> None:
    shop = await brings(db, stock=1)
    order_id = await shop.order("BAG-S", brought_from="marais")
    transfer_id = await transfer_of(shop, order_id)
    for place in ("rivoli", "passy", "tokyo"):
        await empty(shop, place)
    await send(shop, transfer_id)
    await receive(shop, transfer_id, damaged=1)
    await follow(shop, transfer_id)
    await shop.job(resourcing.resource, order_id=order_id)
    assert await shop.lines(order_id) == {"BAG-S": "cancelled"}
    assert [kind for kind, _ in await shop.operations()] == ["void"]
    assert "orders.mail_cancelled" in await shop.jobs()
    await sound(shop)


@pytest.mark.parametrize("sent", ["asked", "packed", "sent", "received", "asked_of_the_boutique"])
async def test_cancelled_at_any_moment_the_piece_is_free_where_it_is(db: Db, sent: str) -> None:
    shop = await brings(db)
    order_id = await shop.order("BAG-S", brought_from="marais")
    work, transfer_id = await shop.fulfilment(order_id), await transfer_of(shop, order_id)
    if sent == "packed":
        await pack(shop, transfer_id)
    elif sent != "asked":
        await send(shop, transfer_id)
    if sent in ("received", "asked_of_the_boutique"):
        await receive(shop, transfer_id)
    if sent == "asked_of_the_boutique":
        await follow(shop, transfer_id)
    await shop.run(
        cancellation.cancel,
        "claire",
        order_id=order_id,
        line_ids=[await shop.line(order_id, "BAG-S")],
        reason="client_wish",
    )
    assert await shop.state(work) == "cancelled"
    assert [kind for kind, _ in await shop.operations()] == ["void"]
    await sound(shop)
    assert not await follow(shop, transfer_id)
    if sent == "sent":
        await receive(shop, transfer_id)
        assert not await follow(shop, transfer_id)
    where = "marais" if sent in ("asked", "packed") else "rivoli"
    assert await free(shop, where) == (3 if where == "marais" else 4)
    await sound(shop)


async def test_cancelled_while_it_is_sent_one_of_the_two_is_told(db: Db) -> None:
    """Whoever comes first, the piece is in one place, and free."""
    shop = await brings(db, stock=40)
    for _ in range(6):
        order_id = await shop.order("BAG-S", brought_from="marais")
        transfer_id = await transfer_of(shop, order_id)
        await pack(shop, transfer_id)
        line_id = await shop.line(order_id, "BAG-S")
        outcomes = await asyncio.gather(
            shop.run(
                cancellation.cancel, "claire", order_id=order_id, line_ids=[line_id], reason="client_wish"
            ),
            shop.run(departures.send, "noor", transfer_id=transfer_id),
            shop.job(bringing.follow, transfer_id=transfer_id),
            return_exceptions=True,
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert all(isinstance(one, transfers.IllegalTransferStep | PackedPiecesGone) for one in refused), (
            refused
        )
        state = await shop.look("select state from stock.transfer where id = %(id)s", id=transfer_id)
        assert state == ("cancelled" if refused else "sent")
        assert await shop.lines(order_id) == {"BAG-S": "cancelled"}
        await sound(shop)
        if state == "sent":
            await receive(shop, transfer_id)
            await sound(shop)


async def test_nobody_takes_it_between_the_parcel_and_the_counter(db: Db) -> None:
    """Clients who order the last piece of the boutique while the parcel is unpacked never get this one."""
    shop = await brings(db, stock=1)
    await empty(shop, "rivoli")
    order_id = await shop.order("BAG-S", brought_from="marais")
    transfer_id = await transfer_of(shop, order_id)
    await send(shop, transfer_id)

    async def grab() -> Any:
        return await shop.order("BAG-S", place="rivoli")

    outcomes = await asyncio.gather(
        receive(shop, transfer_id), *(grab() for _ in range(8)), return_exceptions=True
    )
    assert all(isinstance(outcome, Exception) for outcome in outcomes[1:])
    assert await follow(shop, transfer_id)
    await sound(shop)


async def test_the_guard_is_what_holds_it(db: Db) -> None:
    """Received as stock first and allocated a moment later, somebody else takes it in between: the race has its twin."""
    shop = await brings(db, stock=1)
    await empty(shop, "rivoli")
    order_id = await shop.order("BAG-S", brought_from="marais")
    transfer_id = await transfer_of(shop, order_id)
    await send(shop, transfer_id)
    async with db.acting(Actor.job(), shop.maison_id) as conn:
        await execute(
            conn,
            "update stock.transfer_line set order_line_id = null where transfer_id = %(id)s",
            id=transfer_id,
        )
    await receive(shop, transfer_id)
    assert await shop.order("BAG-S", place="rivoli")
    wrong = await promises.verify(db, maison_id=shop.maison_id)
    assert [one.what for one in wrong] == ["open line without allocation"]


async def round_(shop: Counter) -> int:
    return await preparing.go_round(shop.db, maison_id=shop.maison_id, now=shop.now)


async def test_the_round_does_what_a_lost_job_should_have_done(db: Db) -> None:
    shop = await brings(db)
    order_id = await shop.order("BAG-S", brought_from="marais")
    work, transfer_id = await shop.fulfilment(order_id), await transfer_of(shop, order_id)
    await send(shop, transfer_id)
    await receive(shop, transfer_id)
    assert await shop.state(work) == "awaited", "the listener died"
    shop.now += timedelta(minutes=3)
    assert await round_(shop) >= 1
    assert await shop.state(work) == "asked"
    await sound(shop)


async def test_a_place_that_does_not_pack_in_time_is_asked_no_more(db: Db) -> None:
    shop = await brings(db)
    await empty(shop, "rivoli")
    order_id = await shop.order("BAG-S", brought_from="marais")
    transfer_id = await transfer_of(shop, order_id)
    work = await shop.fulfilment(order_id)
    shop.now += timedelta(hours=2, minutes=1)
    assert await round_(shop) >= 1
    assert await shop.state(work) == "expired"
    assert (
        await shop.look("select state from stock.transfer where id = %(id)s", id=transfer_id) == "cancelled"
    )
    await shop.job(resourcing.resource, order_id=order_id)
    again = await transfer_of(shop, order_id)
    came = await shop.look("select from_location_id from stock.transfer where id = %(id)s", id=again)
    assert came == shop.at["passy"]
    await sound(shop)


async def test_what_is_so_late_that_the_money_could_lapse_is_given_up_and_becomes_stock(db: Db) -> None:
    shop = await brings(db)
    order_id = await shop.order("BAG-S", "SCARF-U", brought_from="marais")
    work, transfer_id = await shop.fulfilment(order_id), await transfer_of(shop, order_id)
    await send(shop, transfer_id)
    shop.now += timedelta(days=5)
    await round_(shop)
    assert await shop.state(work) == "awaited", "there is time yet"
    shop.now += timedelta(days=1)
    assert await round_(shop) >= 1
    assert await shop.lines(order_id) == {"BAG-S": "cancelled", "SCARF-U": "sourced"}
    assert await shop.state(work) == "asked", "what lies here can still be collected"
    assert "orders.mail_cancelled" in await shop.jobs()
    await sound(shop)
    await receive(shop, transfer_id)
    assert await free(shop, "rivoli") == 4
    await sound(shop)


async def test_no_show_of_what_was_brought_leaves_it_in_the_boutique(db: Db) -> None:
    shop = await brings(db)
    order_id = await shop.order("BAG-S", brought_from="marais", payment="ideal")
    work, transfer_id = await shop.fulfilment(order_id), await transfer_of(shop, order_id)
    await send(shop, transfer_id)
    await receive(shop, transfer_id)
    await follow(shop, transfer_id)
    await shop.run(preparations.accept, fulfilment_id=work)
    await shop.run(preparations.pick, fulfilment_id=work, line_id=await shop.line(order_id, "BAG-S"))
    await shop.run(preparations.ready, fulfilment_id=work, key=KEY)
    shop.now += timedelta(days=9)
    assert await shop.job(pickup.no_show, fulfilment_id=work)
    assert await free(shop, "rivoli") == 4
    await sound(shop)


async def test_a_verb_that_dies_leaves_all_as_it_was(db: Db) -> None:
    """Killed after its last statement: nothing of it is there, and done again it is done."""
    shop = await brings(db)
    order_id = await shop.order("BAG-S", brought_from="marais")
    transfer_id = await transfer_of(shop, order_id)
    await pack(shop, transfer_id)
    arrived = [Arrived(shop.variants["BAG-S"], 1)]

    class Killed(Exception):
        pass

    async def dying(verb: Any, by: Colleague | None, **more: Any) -> None:
        async def step(conn: Conn) -> None:
            given = {"by": by} if by else {}
            await verb(conn, maison_id=shop.maison_id, transfer_id=transfer_id, now=shop.now, **given, **more)
            raise Killed

        actor = Actor.staff(by.staff_id) if by else Actor.job()
        with pytest.raises(Killed):
            await shop.db.run(actor, shop.maison_id, step)
        await sound(shop)

    await dying(departures.send, shop.people["noor"])
    await transferred(shop, departures.send, "noor", transfer_id)
    await dying(arrivals.receive, shop.people["claire"], receipt_id=uuid4(), arrived=arrived)
    await receive(shop, transfer_id)
    await dying(bringing.follow, None)
    assert await follow(shop, transfer_id)
    await sound(shop)


async def reserved(shop: Counter, moment: str, *, sku: str = "BAG-S") -> tuple[UUID, UUID, UUID]:
    """A reservation that is brought, as far as `moment`; its order, its work, its transfer."""
    order_id = await shop.order(sku, brought_from="marais", method="reserve")
    work, transfer_id = await shop.fulfilment(order_id), await transfer_of(shop, order_id, sku)
    if moment in ("packed", "sent", "received", "ready"):
        await pack(shop, transfer_id, sku)
    if moment in ("sent", "received", "ready"):
        await transferred(shop, departures.send, "noor", transfer_id)
    if moment in ("received", "ready"):
        await receive(shop, transfer_id, sku)
        assert await follow(shop, transfer_id)
    if moment == "ready":
        await shop.run(preparations.accept, fulfilment_id=work)
        await shop.run(preparations.pick, fulfilment_id=work, line_id=await shop.line(order_id, sku))
        await shop.run(preparations.ready, fulfilment_id=work, key=KEY)
    return order_id, work, transfer_id


async def test_a_reservation_is_kept_from_its_arrival_on_and_goes_back_if_its_people_say_so(db: Db) -> None:
    shop = await brings(db)
    shop.now += timedelta(days=1)
    order_id, work, transfer_id = await reserved(shop, "sent")
    shop.now += timedelta(days=12)
    assert await round_(shop) == 0, "no money lapses, however late the parcel is"
    await receive(shop, transfer_id)
    assert await follow(shop, transfer_id)
    await shop.run(preparations.accept, fulfilment_id=work)
    await shop.run(preparations.pick, fulfilment_id=work, line_id=await shop.line(order_id, "BAG-S"))
    await shop.run(preparations.ready, fulfilment_id=work, key=KEY)
    until = await shop.look("select collect_by from orders.fulfilment where id = %(id)s", id=work)
    assert 6 <= (until - shop.now).days <= 7, "the maison's seven days, from the day it was there"
    shop.now = until + timedelta(minutes=1)
    assert await round_(shop) == 1
    assert await shop.state(work) == "no_show" and await free(shop, "rivoli") == 4
    assert await shop.operations() == []
    await sound(shop)
    with pytest.raises(NotYourBoutique):
        await shop.run(sending_back.send_back, "noor", fulfilment_id=work)
    for _ in range(2):
        await shop.run(sending_back.send_back, fulfilment_id=work)
    asked = await shop.look(
        """
        select array_agg(t.from_location_id || ' ' || t.to_location_id || ' ' || x.asked) from stock.transfer t
        join stock.transfer_line x on x.transfer_id = t.id where t.reason = 'replenishment'
        """
    )
    assert asked == [f"{shop.at['rivoli']} {shop.at['marais']} 1"], "once, and nobody waits for it"
    assert await shop.look("select sum(held) from stock.position") == 1
    await sound(shop)


async def test_a_reservation_cancelled_lost_or_declined_at_any_moment_leaves_every_piece_in_its_place(
    db: Db,
) -> None:
    shop = await brings(db, stock=9)
    for moment in ("asked", "packed", "sent", "received", "ready"):
        order_id, work, transfer_id = await reserved(shop, moment)
        line_ids = [await shop.line(order_id, "BAG-S")]
        await shop.run(cancellation.cancel, order_id=order_id, line_ids=line_ids, reason="client_wish")
        assert await shop.state(work) == "cancelled" and await shop.operations() == []
        await sound(shop)
        if moment == "sent":
            await receive(shop, transfer_id)
        assert not await follow(shop, transfer_id)
        await sound(shop)
    await empty(shop, "rivoli")
    order_id, work, transfer_id = await reserved(shop, "asked")
    await transferred(shop, transfers.decline, "noor", transfer_id, reason="needed_here")
    assert await follow(shop, transfer_id)
    await shop.job(resourcing.resource, order_id=order_id)
    # Not switched on for reservations, it is put aside where it lies, as ever.
    assert await transfer_of(shop, order_id) is None
    assert await shop.lines(order_id) == {"BAG-S": "sourced"}
    await sound(shop)
    async with db.acting(Actor.job(), shop.maison_id) as conn:
        policy = await policies.policy_of(conn, maison_id=shop.maison_id)
        policy = replace(policy, reserve_brought=True)
        await policies.set_policy(conn, maison_id=shop.maison_id, policy=policy, now=shop.now)
    order_id, work, transfer_id = await reserved(shop, "packed")
    await transferred(shop, transfers.decline, "noor", transfer_id, reason="not_there")
    assert await follow(shop, transfer_id)
    await shop.job(resourcing.resource, order_id=order_id)
    again = await transfer_of(shop, order_id)
    assert again not in (None, transfer_id), "brought to the same boutique from another place"
    await sound(shop)
