"""Whatever is uncertain ends: operations nobody carried out, and payments that were given up too early."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.payments.jobs import NEVER_ARRIVED_AFTER, UNCERTAIN_AFTER, UNSETTLED_AFTER, reconcile
from enfilade.payments.local_provider import LocalProvider
from tests.payments.paying import LATE_SECONDS, NOW, Till, provider_silent_about
from tests.shop import found_house

SOON, LATER = NOW + UNCERTAIN_AFTER + timedelta(minutes=1), NOW + 2 * (UNCERTAIN_AFTER + timedelta(minutes=1))


@pytest.fixture
async def till(db: Db) -> Till:
    house = await found_house(db, NOW, "alba", kind="maison", shown_in=None, with_pieces=False)
    return Till(
        db, house.maison_id, LocalProvider(db, "http://store.example", known_after_seconds=LATE_SECONDS)
    )


async def round_(till: Till, now: datetime = SOON) -> list[UUID]:
    return await reconcile(till.db, till.providers, timeout_seconds=0.5, now=now)


async def test_an_operation_nobody_carried_out_is_carried_out_when_it_is_due(till: Till, admin) -> None:
    payment = await till.authorised()
    await till.ask_capture(payment, 100_00)
    assert await round_(till, NOW + timedelta(seconds=30)) == []
    assert admin("select captured_minor from local_provider.charge") == [(0,)]
    assert await round_(till) == []
    assert await round_(till) == []
    assert admin("select captured_minor from local_provider.charge") == [(100_00,)]
    assert admin("select state, captured_minor from payments.payment") == [("captured", 100_00)]
    assert admin("select count(*) from base.fact where kind = 'PaymentCaptured'") == [(1,)]


async def test_one_silence_does_not_stop_the_others(till: Till, addresses: Addresses, db: Db, admin) -> None:
    other = await found_house(db, NOW, "borea", kind="maison", shown_in=None, with_pieces=False)
    tills = [till, Till(db, other.maison_id, till.provider)]
    first, *others = [await each.authorised() for each in (*tills, till)]
    for each, payment in zip((*tills, till), (first, *others), strict=True):
        await each.ask_capture(payment, 100_00)
    with provider_silent_about(addresses, first):
        failed = await round_(till)
    assert failed == [
        operation
        for (operation,) in admin(
            "select id from payments.operation where kind = 'capture' and state = 'asked'"
        )
    ]
    assert len(failed) == 1
    assert admin("select count(*) from payments.payment where captured_minor = 10000") == [(2,)]
    assert await round_(till) == []
    assert admin("select count(*) from payments.payment where captured_minor = 10000") == [(3,)]


async def given_up(till: Till, method: str, token: str) -> None:
    payment = await till.intended(method)
    await till.authorise(payment, token)  # silent: the checkout waits no longer
    await till.abandon(payment)
    assert await round_(till, datetime.now(UTC)) == []
    await asyncio.sleep(LATE_SECONDS)


async def test_what_was_authorised_after_we_gave_up_is_let_go(till: Till, admin) -> None:
    await given_up(till, "card", "tok_timeout_then_ok")
    assert await round_(till) == []
    assert admin("select state from payments.operation where kind = 'authorise'") == [("done",)]
    assert await round_(till, LATER) == []
    assert admin("select state, captured_minor from local_provider.charge") == [("voided", 0)]
    assert admin("select state, captured_minor from payments.payment") == [("voided", 0)]
    assert admin("select count(*) from payments.operation where kind = 'void'") == [(1,)]


@pytest.mark.parametrize(
    ("method", "charge"), [("card", ("voided", 0, 0)), ("ideal", ("authorised", 100_00, 100_00))]
)
async def test_what_no_checkout_ever_settles_is_let_go(
    till: Till, admin, method: str, charge: object
) -> None:
    """Asked for by somebody who stood still until the checkout had ended without it, and heard by nobody."""
    payment = await till.intended(method)
    await till.authorise(payment, "tok_timeout_then_ok")
    await asyncio.sleep(LATE_SECONDS)
    assert await round_(till, NOW + UNSETTLED_AFTER) == []
    assert admin("select state from payments.payment") == [("asked",)]
    for minutes in (1, 5, 10):
        assert await round_(till, NOW + UNSETTLED_AFTER + timedelta(minutes=minutes)) == []
    found = admin("select state, captured_minor, refunded_minor from local_provider.charge")
    assert found == [charge]
    assert admin("select state from payments.operation where state = 'asked'") == []


async def test_an_answer_heard_while_somebody_else_gives_up_is_let_go(till: Till, admin) -> None:
    """One settles and has heard yes, another gave up a moment before it writes that down."""
    for method in ("card", "ideal"):
        payment = await till.intended(method)
        await till.abandon(payment)
        await till.authorise(payment, "tok_ok")
    for (token,) in admin("select second_step_token from local_provider.charge where state = 'second_step'"):
        await till.provider.answer_second_step(token=token, approved=True)
    for now in (NOW, SOON, LATER, LATER):
        assert await round_(till, now) == []
    assert sorted(admin("select state, captured_minor, refunded_minor from local_provider.charge")) == [
        ("authorised", 100_00, 100_00),
        ("voided", 0, 0),
    ]


async def test_what_was_paid_after_we_gave_up_is_given_back(till: Till, admin) -> None:
    await given_up(till, "ideal", "tok_timeout_then_ok")
    assert admin("select captured_minor from local_provider.charge") == [(100_00,)]
    for now in (SOON, LATER, LATER):
        assert await round_(till, now) == []
    assert admin("select captured_minor, refunded_minor from local_provider.charge") == [(100_00, 100_00)]
    assert admin("select captured_minor, refunded_minor from payments.payment") == [(100_00, 100_00)]


async def test_what_was_refused_after_we_gave_up_needs_nothing(till: Till, admin) -> None:
    await given_up(till, "card", "tok_timeout_then_refused")
    for now in (SOON, LATER):
        assert await round_(till, now) == []
    assert admin("select kind, state from payments.operation") == [("authorise", "refused")]


async def test_a_second_step_approved_after_we_gave_up_is_let_go(till: Till, admin) -> None:
    payment = await till.intended()
    await till.authorise(payment, "tok_second_step")
    await till.abandon(payment)
    assert await round_(till) == []
    ((token,),) = admin("select second_step_token from local_provider.charge")
    await till.provider.answer_second_step(token=token, approved=True)
    for now in (SOON, LATER):
        assert await round_(till, now) == []
    assert admin("select state from local_provider.charge") == [("voided",)]


async def test_a_second_step_given_up_is_closed_and_cannot_be_approved_days_later(till: Till, admin) -> None:
    for method in ("card", "ideal"):
        payment = await till.intended(method)
        await till.authorise(payment, "tok_second_step")
        await till.abandon(payment)
    much_later = NOW + timedelta(days=3)
    for now in (much_later, much_later + timedelta(minutes=5), much_later + timedelta(minutes=10)):
        assert await round_(till, now) == []
    for (token,) in admin("select second_step_token from local_provider.charge"):
        await till.provider.answer_second_step(token=token, approved=True)
    assert admin("select state, captured_minor from local_provider.charge") == [("voided", 0)] * 2
    assert admin("select count(*) from payments.operation where state = 'asked'") == [(0,)]


async def test_a_second_step_approved_days_later_is_given_back(till: Till, admin) -> None:
    """Nobody looked for two days; the bank let the card holder approve meanwhile."""
    for method in ("card", "ideal"):
        payment = await till.intended(method)
        await till.authorise(payment, "tok_second_step")
        await till.abandon(payment)
    for (token,) in admin("select second_step_token from local_provider.charge"):
        await till.provider.answer_second_step(token=token, approved=True)
    much_later = NOW + timedelta(days=2)
    for now in (much_later, much_later + timedelta(minutes=5), much_later + timedelta(minutes=10)):
        assert await round_(till, now) == []
    assert sorted(admin("select state, captured_minor, refunded_minor from local_provider.charge")) == [
        ("authorised", 100_00, 100_00),
        ("voided", 0, 0),
    ]


async def test_what_never_arrived_is_forgotten_after_a_day(till: Till, admin) -> None:
    payment = await till.intended()
    await till.abandon(payment)
    open_ones = "select state from payments.operation where kind = 'authorise'"
    assert await round_(till, NOW + NEVER_ARRIVED_AFTER - timedelta(minutes=5)) == []
    assert admin(open_ones) == [("asked",)]
    assert await round_(till, NOW + NEVER_ARRIVED_AFTER + timedelta(minutes=5)) == []
    assert admin(open_ones) == [("refused",)]


async def test_a_provider_that_is_gone_does_not_stop_the_others(till: Till, admin) -> None:
    gone, gone_late, there = await till.authorised(), await till.intended(), await till.authorised()
    await till.abandon(gone_late)
    for payment in (gone, there):
        await till.ask_capture(payment, 100_00)
    admin("update payments.payment set provider = 'bygone' where id = any(%s)", [[gone.id, gone_late.id]])
    failed = await round_(till)
    assert len(failed) == 2
    assert gone_late.id in failed
    assert admin("select id from payments.payment where captured_minor = 10000") == [(there.id,)]
