"""Captures, refunds and voids are carried out once, however often and by however many they are asked."""

import asyncio
from uuid import UUID, uuid4

import psycopg
import pytest

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.money import Money
from enfilade.payments import captures
from enfilade.payments.local_provider import LocalProvider
from enfilade.payments.provider import ProviderSilent
from tests.payments.paying import NOW, Till, provider_silent_about
from tests.shop import found_house


@pytest.fixture
async def till(db: Db) -> Till:
    house = await found_house(db, NOW, "alba", kind="maison", shown_in=None, with_pieces=False)
    return Till(db, house.maison_id, LocalProvider(db, "http://store.example"))


def operations(admin) -> list[UUID]:
    return [
        operation
        for (operation,) in admin(
            "select id from payments.operation where kind <> 'authorise' order by asked_at, id"
        )
    ]


def books(admin) -> tuple[int, int, str]:
    """What the provider took, what we know it took, and the operation's state."""
    return admin("""
        select c.captured_minor, p.captured_minor, string_agg(o.state, ' ' order by o.id)
        from payments.payment p join local_provider.charge c on c.reference = p.id::text
        join payments.operation o on o.payment_id = p.id and o.kind <> 'authorise' group by 1, 2""")[0]


def told(admin) -> list[str]:
    return [
        kind for (kind,) in admin("select kind from base.fact where kind like 'Payment%' order by xid, id")
    ]


async def test_asked_twice_for_one_cause_it_is_one_capture(till: Till, admin) -> None:
    payment, cause = await till.authorised(), uuid4()
    await asyncio.gather(*(till.ask_capture(payment, 60_00, cause) for _ in range(4)))
    await till.ask_capture(payment, 60_00, cause)
    (operation,) = operations(admin)
    jobs = (
        "select count(*) from procrastinate.procrastinate_jobs where args ->> 'name' = 'payments.carry_out'"
    )
    assert admin(jobs) == [(1,)]
    assert admin("select capture_asked_minor from payments.payment") == [(60_00,)]
    for _ in range(2):
        await till.carry_out(operation)
    assert books(admin) == (60_00, 60_00, "done")
    assert told(admin) == ["PaymentCaptured"]


async def test_more_than_was_authorised_cannot_even_be_asked(till: Till, admin) -> None:
    payment = await till.authorised()
    await till.ask_capture(payment, 60_00)
    with pytest.raises(psycopg.errors.CheckViolation, match="never_asked_beyond"):
        await till.ask_capture(payment, 60_00)
    assert len(operations(admin)) == 1


async def test_five_workers_at_once_capture_once(till: Till, admin) -> None:
    payment = await till.authorised()
    await till.ask_capture(payment, 100_00)
    (operation,) = operations(admin)
    await asyncio.gather(*(till.carry_out(operation) for _ in range(5)))
    assert books(admin) == (100_00, 100_00, "done")
    assert told(admin) == ["PaymentCaptured"]


async def test_a_silent_provider_is_asked_again_with_the_same_key(
    till: Till, addresses: Addresses, admin
) -> None:
    payment = await till.authorised()
    await till.ask_capture(payment, 100_00)
    (operation,) = operations(admin)
    with provider_silent_about(addresses, payment):
        with pytest.raises(ProviderSilent):
            await till.carry_out(operation, timeout_seconds=0.3)
        assert books(admin) == (0, 0, "asked")
    await till.carry_out(operation)
    assert books(admin) == (100_00, 100_00, "done")


async def test_a_capture_whose_answer_was_lost_is_not_made_twice(till: Till, admin) -> None:
    """The worker died between the provider's answer and our books."""
    payment = await till.authorised()
    await till.ask_capture(payment, 40_00)
    (operation,) = operations(admin)
    await till.provider.capture(key=operation, reference=payment.id, amount=Money(40_00, "EUR"))
    assert books(admin) == (40_00, 0, "asked")
    await till.carry_out(operation)
    assert books(admin) == (40_00, 40_00, "done")


async def test_a_refusal_is_told_and_what_was_asked_is_free_again(till: Till, admin) -> None:
    payment = await till.authorised()
    await till.provider.void(key=uuid4(), reference=payment.id)  # the bank let it go behind our back
    await till.ask_capture(payment, 100_00)
    (operation,) = operations(admin)
    await till.carry_out(operation)
    assert books(admin) == (0, 0, "refused")
    assert told(admin) == ["PaymentOperationRefused"]
    assert admin("select capture_asked_minor, state from payments.payment") == [(0, "authorised")]
    assert admin("select body ->> 'operation' from base.fact where kind like 'Payment%'") == [("capture",)]


async def test_part_is_captured_the_rest_voided_and_all_given_back(till: Till, db: Db, admin) -> None:
    payment = await till.authorised()
    line = uuid4()
    await till.ask_capture(payment, 70_00)
    await till.carry_out(operations(admin)[-1])
    async with db.acting(Actor.job(), till.maison_id) as conn:
        await captures.ask_void(conn, maison_id=till.maison_id, payment_id=payment.id, cause_id=line, now=NOW)
        await captures.ask_refund(
            conn, maison_id=till.maison_id, payment_id=payment.id, cause_id=line, amount_minor=70_00, now=NOW
        )
    for operation in operations(admin):
        await till.carry_out(operation)
    assert admin("select state, captured_minor, refunded_minor from payments.payment") == [
        ("captured", 70_00, 70_00)
    ]
    assert admin("select state, captured_minor, refunded_minor from local_provider.charge") == [
        ("voided", 70_00, 70_00)
    ]
    assert sorted(told(admin)) == ["PaymentCaptured", "PaymentRefunded", "PaymentVoided"]


async def test_more_than_was_captured_cannot_be_given_back(till: Till, db: Db, admin) -> None:
    payment = await till.authorised()
    await till.ask_capture(payment, 50_00)
    await till.carry_out(operations(admin)[0])
    with pytest.raises(psycopg.errors.CheckViolation, match=r"never_(passed|refund_asked)_beyond"):
        async with db.acting(Actor.job(), till.maison_id) as conn:
            await captures.ask_refund(
                conn,
                maison_id=till.maison_id,
                payment_id=payment.id,
                cause_id=uuid4(),
                amount_minor=50_01,
                now=NOW,
            )


async def test_another_maison_carries_out_nothing(till: Till, db: Db, admin) -> None:
    payment = await till.authorised()
    await till.ask_capture(payment, 100_00)
    stranger = Till(db, uuid4(), till.provider)
    await stranger.carry_out(operations(admin)[0])
    assert books(admin) == (0, 0, "asked")
