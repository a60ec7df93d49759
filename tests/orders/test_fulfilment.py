"""Preparing: every legal and illegal step, whose boutique it is, and two advisors at one task."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.ids import new_id
from enfilade.base.secrets import hashed
from enfilade.orders import fulfilment, pickup, preparations, reading, rejections
from enfilade.orders.fulfilment import (
    IllegalStep,
    NoSuchFulfilment,
    NotAllPicked,
    NotYourBoutique,
    Opening,
    PiecesGone,
    TakenBy,
)
from enfilade.orders.preparations import NothingToPick, Terms, last_moment
from enfilade.stock.counts import Count, record_counts
from tests.orders.counter import KEY, NOW, PRICE, Counter, counter


async def accepted(shop: Counter, *skus: str, **order: Any) -> tuple[UUID, UUID]:
    """An order and its fulfilment, accepted by Claire."""
    order_id = await shop.order(*(skus or ("BAG-S",)), **order)
    fulfilment_id = await shop.fulfilment(order_id)
    await shop.run(preparations.accept, fulfilment_id=fulfilment_id)
    return order_id, fulfilment_id


async def ready(shop: Counter, *skus: str, **order: Any) -> tuple[UUID, UUID]:
    """The same, picked and ready."""
    order_id, fulfilment_id = await accepted(shop, *skus, **order)
    for sku in skus or ("BAG-S",):
        await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=await shop.line(order_id, sku))
    await shop.run(preparations.ready, fulfilment_id=fulfilment_id, key=KEY)
    return order_id, fulfilment_id


async def test_from_asked_to_ready(shop: Counter) -> None:
    order_id, fulfilment_id = await accepted(shop, "BAG-S", "BAG-M")
    small, medium = await shop.line(order_id, "BAG-S"), await shop.line(order_id, "BAG-M")
    await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=small)
    with pytest.raises(NotAllPicked, match="1 still to pick"):
        await shop.run(preparations.ready, fulfilment_id=fulfilment_id, key=KEY)
    await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=medium)
    await shop.run(preparations.ready, fulfilment_id=fulfilment_id, key=KEY)
    assert await shop.state(fulfilment_id) == "ready"
    assert await shop.lines(order_id) == {"BAG-S": "picked", "BAG-M": "picked"}
    assert await shop.look(
        "select code_hash from orders.fulfilment where id = %(id)s", id=fulfilment_id
    ) == hashed(preparations.pickup_code(KEY, fulfilment_id))
    assert sorted(await shop.told()) == [
        "FulfilmentAccepted",
        "FulfilmentAsked",
        "FulfilmentReady",
        "LinePicked",
        "LinePicked",
        "OrderPlaced",
    ]
    assert "orders.mail_ready" in await shop.jobs()
    await shop.sound()


async def test_accepting_credits_the_advisor_and_shows_what(shop: Counter) -> None:
    order_id = await shop.order("BAG-S", "BAG-M")
    fulfilment_id = await shop.fulfilment(order_id)
    before = await shop_reading(shop, fulfilment_id)
    assert before.credit.minor == 2 * PRICE and before.head.credited_to == ""
    await shop.run(preparations.accept, fulfilment_id=fulfilment_id)
    after = await shop_reading(shop, fulfilment_id)
    assert after.credit.minor == 2 * PRICE and after.head.credited_to == "Claire"
    await shop.run(preparations.give_back, fulfilment_id=fulfilment_id)
    assert (await shop_reading(shop, fulfilment_id)).head.credited_to == ""


async def shop_reading(shop: Counter, fulfilment_id: UUID, who: str = "claire") -> reading.Preparation:
    async def read(conn: Any, *, maison_id: UUID, by: Any, now: datetime) -> reading.Preparation:
        return await reading.preparation(conn, maison_id=maison_id, by=by, fulfilment_id=fulfilment_id)

    return await shop.run(read, who)


async def test_repeating_a_step_changes_nothing(shop: Counter) -> None:
    order_id, fulfilment_id = await ready(shop)
    told, jobs = await shop.told(), await shop.jobs()
    await shop.run(preparations.ready, fulfilment_id=fulfilment_id, key=KEY)
    assert (await shop.told(), await shop.jobs()) == (told, jobs)
    other = await shop.order("BAG-M")
    other_fulfilment = await shop.fulfilment(other)
    for _ in range(2):
        await shop.run(preparations.accept, fulfilment_id=other_fulfilment)
        await shop.run(
            preparations.pick, fulfilment_id=other_fulfilment, line_id=await shop.line(other, "BAG-M")
        )
    assert (await shop.told()).count("LinePicked") == 2
    assert (await shop.told()).count("FulfilmentAccepted") == 2
    assert order_id != other


async def test_put_back_and_give_back_undo(shop: Counter) -> None:
    order_id, fulfilment_id = await accepted(shop)
    line_id = await shop.line(order_id, "BAG-S")
    await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=line_id)
    await shop.run(preparations.put_back, fulfilment_id=fulfilment_id, line_id=line_id)
    assert await shop.lines(order_id) == {"BAG-S": "sourced"}
    await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=line_id)
    await shop.run(preparations.give_back, fulfilment_id=fulfilment_id)
    assert await shop.state(fulfilment_id) == "asked"
    assert await shop.lines(order_id) == {"BAG-S": "sourced"}
    await shop.run(preparations.accept, "hugo", fulfilment_id=fulfilment_id)


async def in_state(shop: Counter, state: str) -> tuple[UUID, UUID]:
    """An order whose fulfilment came to this state by its own verbs."""
    if state == "asked":
        order_id = await shop.order("BAG-S")
        return order_id, await shop.fulfilment(order_id)
    if state == "awaited":
        order_id = await shop.order("BAG-S", brought_from="marais")
        return order_id, await shop.fulfilment(order_id)
    if state == "accepted":
        return await accepted(shop)
    if state == "dispatched":
        order_id, fulfilment_id = await accepted(shop, method="ship")
        line_id = await shop.line(order_id, "BAG-S")
        await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=line_id)
        await shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="")
        return order_id, fulfilment_id
    if state in ("rejected", "expired"):
        order_id, fulfilment_id = await accepted(shop)
        if state == "rejected":
            await shop.run(
                rejections.reject,
                fulfilment_id=fulfilment_id,
                line_id=await shop.line(order_id, "BAG-S"),
                reason="mismatch",
            )
        else:
            shop.now += timedelta(hours=3)
            assert await shop.job(rejections.expire, fulfilment_id=fulfilment_id)
        return order_id, fulfilment_id
    order_id, fulfilment_id = await ready(shop)
    if state in ("handed_over", "cancelled"):
        line_id = await shop.line(order_id, "BAG-S")
        await shop.run(
            pickup.hand_over,
            fulfilment_id=fulfilment_id,
            code=preparations.pickup_code(KEY, fulfilment_id),
            refused_line_ids=[line_id] if state == "cancelled" else [],
        )
    if state == "no_show":
        shop.now += timedelta(days=20)
        assert await shop.job(pickup.no_show, fulfilment_id=fulfilment_id)
    return order_id, fulfilment_id


@pytest.mark.parametrize("state", sorted(fulfilment.STEPS))
async def test_every_step_that_does_not_follow_is_refused_by_name(shop: Counter, state: str) -> None:
    order_id, fulfilment_id = await in_state(shop, state)
    assert await shop.state(fulfilment_id) == state
    line_id = await shop.line(order_id, "BAG-S")
    steps: dict[str, tuple[Any, dict[str, Any]]] = {
        "accept": (preparations.accept, {}),
        "pick": (preparations.pick, {"line_id": line_id}),
        "put back": (preparations.put_back, {"line_id": line_id}),
        "give back": (preparations.give_back, {}),
        "ready": (preparations.ready, {"key": KEY}),
        "dispatch": (preparations.dispatch, {"tracking": ""}),
        "hand over": (
            pickup.hand_over,
            {"code": preparations.pickup_code(KEY, fulfilment_id), "refused_line_ids": []},
        ),
        "undo the hand-over": (pickup.undo_hand_over, {}),
    }
    # Being where a step leads is its repetition, and quiet.
    quiet = {
        "accepted": {"accept"},
        "asked": {"give back"},
        "ready": {"ready", "undo the hand-over"},
        "dispatched": {"dispatch"},
        "handed_over": {"hand over"},
        "cancelled": {"hand over"},
    }
    for step, (verb, more) in steps.items():
        if step in fulfilment.STEPS[state] or step in quiet.get(state, set()):
            continue
        with pytest.raises(IllegalStep) as refused:
            await shop.run(verb, fulfilment_id=fulfilment_id, **more)
        assert fulfilment.STATE_WORDS[state] in str(refused.value) and f"“{step}”" in str(refused.value)
        other = "ready" if state == "dispatched" else "dispatch"
        legal = [one for one in fulfilment.STEPS[state] if one != other]
        assert str(refused.value).endswith(f"Possible now: {', '.join(legal) or 'nothing'}.")
    assert await shop.state(fulfilment_id) == state


async def test_a_ready_parcel_and_a_dispatched_collection_do_not_exist(shop: Counter) -> None:
    for method, step in (("ship", "ready"), ("collect", "dispatch")):
        order_id, fulfilment_id = await accepted(shop, method=method)
        await shop.run(
            preparations.pick, fulfilment_id=fulfilment_id, line_id=await shop.line(order_id, "BAG-S")
        )
        with pytest.raises(IllegalStep):
            if step == "ready":
                await shop.run(preparations.ready, fulfilment_id=fulfilment_id, key=KEY)
            else:
                await shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="")


async def test_the_one_who_comes_second_hears_who_was_first(shop: Counter) -> None:
    order_id = await shop.order("BAG-S")
    fulfilment_id = await shop.fulfilment(order_id)
    answers = await asyncio.gather(
        *(shop.run(preparations.accept, who, fulfilment_id=fulfilment_id) for who in ("claire", "hugo")),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if answer is not None]
    assert len(refused) == 1 and isinstance(refused[0], TakenBy)
    winner = "Hugo" if answers[1] is None else "Claire"
    assert str(refused[0]) == f"{winner} has accepted this already"
    assert (await shop_reading(shop, fulfilment_id)).head.accepted_by_name == winner


async def test_work_is_done_at_ones_own_boutique(shop: Counter) -> None:
    order_id = await shop.order("BAG-S")
    fulfilment_id = await shop.fulfilment(order_id)
    line_id = await shop.line(order_id, "BAG-S")
    steps: list[tuple[Any, dict[str, Any]]] = [
        (preparations.accept, {}),
        (preparations.give_back, {}),
        (preparations.pick, {"line_id": line_id}),
        (preparations.put_back, {"line_id": line_id}),
        (preparations.ready, {"key": KEY}),
        (preparations.dispatch, {"tracking": ""}),
        (rejections.reject, {"line_id": line_id, "reason": "damaged"}),
        (pickup.hand_over, {"code": "x", "refused_line_ids": []}),
        (pickup.undo_hand_over, {}),
    ]
    for verb, more in steps:
        with pytest.raises(NotYourBoutique):
            await shop.run(verb, "noor", fulfilment_id=fulfilment_id, **more)
    assert (await shop_reading(shop, fulfilment_id, "max")).head.number
    await shop.run(preparations.accept, "max", fulfilment_id=fulfilment_id)


async def test_another_maison_finds_nothing(shop: Counter) -> None:
    order_id = await shop.order("BAG-S")
    fulfilment_id = await shop.fulfilment(order_id)
    other = await counter(shop.db, slug="belrose")
    for who in ("claire", "max"):
        with pytest.raises(NoSuchFulfilment):
            await other.run(preparations.accept, who, fulfilment_id=fulfilment_id)
        with pytest.raises(NoSuchFulfilment):
            await shop_reading(other, fulfilment_id, who)
    assert await shop.state(fulfilment_id) == "asked"


async def test_a_line_of_another_order_is_not_picked_here(shop: Counter) -> None:
    _, fulfilment_id = await accepted(shop)
    other = await shop.order("BAG-M")
    for line_id in (await shop.line(other, "BAG-M"), new_id(NOW)):
        with pytest.raises(NothingToPick):
            await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=line_id)


async def test_dispatch_lets_the_piece_leave_and_asks_for_its_money(shop: Counter) -> None:
    order_id, fulfilment_id = await in_state(shop, "dispatched")
    assert await shop.position("rivoli", "BAG-S") == (2, 0, 0)
    assert await shop.look("select state from orders.order where id = %(id)s", id=order_id) == "completed"
    assert {"orders.finish_hand_over", "orders.mail_dispatched"} <= set(await shop.jobs())
    assert await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    assert await shop.operations() == [("capture", PRICE)]
    await shop.sound()


PARIS = Terms(7, 10, "Europe/Paris", True, None)


def test_the_last_moment_is_the_end_of_a_day_in_the_boutique() -> None:
    assert last_moment(PARIS, NOW) == datetime(2026, 3, 9, 22, 59, 59, tzinfo=UTC)
    tokyo = Terms(7, 10, "Asia/Tokyo", False, None)
    # 20:00 in UTC is the next morning in Tokyo.
    late = datetime(2026, 3, 2, 20, tzinfo=UTC)
    assert last_moment(tokyo, late) == datetime(2026, 3, 10, 14, 59, 59, tzinfo=UTC)


def test_the_last_moment_never_outlives_the_authorisation() -> None:
    until = NOW + timedelta(days=3)
    terms = Terms(7, 10, "Europe/Paris", True, until)
    assert last_moment(terms, NOW) < until
    assert last_moment(Terms(7, 10, "Europe/Paris", False, until), NOW) > until, (
        "money taken at once does not lapse"
    )


async def test_collect_by_is_within_the_authorisation(shop: Counter) -> None:
    _, fulfilment_id = await ready(shop, authorised_days=2)
    assert await shop.look(
        """
        select f.collect_by < p.authorised_until from orders.fulfilment f
        join orders.order o on o.id = f.order_id join payments.payment p on p.id = o.payment_id
        where f.id = %(id)s
        """,
        id=fulfilment_id,
    )


def opening(day: int, begins: int, ends: int) -> Opening:
    return Opening(datetime(2026, 3, day, begins, tzinfo=UTC), datetime(2026, 3, day, ends, tzinfo=UTC))


@pytest.mark.parametrize(
    ("openings", "minutes", "expected"),
    [
        ([opening(2, 9, 18)], 120, datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ([opening(2, 9, 11), opening(3, 9, 18)], 120, datetime(2026, 3, 3, 10, tzinfo=UTC)),
        ([opening(3, 9, 18)], 60, datetime(2026, 3, 3, 10, tzinfo=UTC)),
        ([opening(2, 9, 12)], 120, datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ([], 60, NOW + timedelta(days=2)),
        ([opening(2, 9, 11)], 600, NOW + timedelta(days=2)),
    ],
)
def test_the_time_to_prepare_counts_open_hours_only(
    openings: list[Opening], minutes: int, expected: datetime
) -> None:
    assert fulfilment.after_working(openings, minutes, NOW) == expected


async def test_a_parcel_does_not_leave_with_a_piece_that_stock_has_lost(shop: Counter) -> None:
    order_id, fulfilment_id = await accepted(shop, method="ship")
    line_id = await shop.line(order_id, "BAG-S")
    await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=line_id)
    none = Count(shop.at["rivoli"], shop.variants["BAG-S"], 0, shop.now)
    await shop.job(record_counts, counts=[none], source="count")
    with pytest.raises(PiecesGone):
        await shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="")
    assert await shop.state(fulfilment_id) == "accepted"
