"""Every move of money is posted once, in the transaction that records it; verify and the daily statement find what is not."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db, execute
from enfilade.payments import captures, ledger, statements
from enfilade.payments.jobs import UNCERTAIN_AFTER, reconcile
from enfilade.payments.local_provider import LocalProvider
from enfilade.payments.payment import Payment
from enfilade.payments.verify import UNDER_WAY, verify
from tests.payments.paying import LATE_SECONDS, NOW, Till
from tests.shop import found_house

SOON = NOW + UNCERTAIN_AFTER + timedelta(minutes=1)
TOMORROW = (NOW + timedelta(days=1)).replace(hour=1, minute=7)
TODAY = NOW.date()


@pytest.fixture
async def till(db: Db) -> Till:
    house = await found_house(db, NOW, "alba", kind="maison", shown_in=None, with_pieces=False)
    return Till(
        db, house.maison_id, LocalProvider(db, "http://store.example", known_after_seconds=LATE_SECONDS)
    )


def entries(admin) -> list[tuple[str, str, str, int]]:
    return admin("select kind, debit, credit, amount_minor from payments.ledger_entry order by 1, 2, 3, 4")


async def wrong(till: Till) -> list[tuple[str, int, int]]:
    async with till.db.acting(Actor.job(), till.maison_id, snapshot=True) as conn:
        found = await verify(conn, maison_id=till.maison_id)
    return sorted((one.what, one.expected_minor, one.posted_minor) for one in found)


async def refund(till: Till, payment: Payment, minor: int) -> None:
    async with till.db.acting(Actor.job(), till.maison_id) as conn:
        await captures.ask_refund(
            conn,
            maison_id=till.maison_id,
            payment_id=payment.id,
            cause_id=uuid4(),
            amount_minor=minor,
            now=NOW,
        )


async def carry_out_all(till: Till, admin) -> None:
    """By two at once, and by a third afterwards."""
    asked = admin(
        "select id from payments.operation where state = 'asked' and kind <> 'authorise' order by id"
    )
    for _ in range(2):
        await asyncio.gather(*(till.carry_out(one) for (one,) in asked for _ in range(2)))


async def test_captures_and_refunds_are_posted_once_whoever_carries_them_out(till: Till, admin) -> None:
    payment = await till.authorised()
    assert entries(admin) == []
    for minor in (60_00, 15_00):
        await till.ask_capture(payment, minor)
    await carry_out_all(till, admin)
    await refund(till, payment, 20_00)
    await carry_out_all(till, admin)
    assert entries(admin) == [
        ("captured", "provider", "client", 15_00),
        ("captured", "provider", "client", 60_00),
        ("refunded", "client", "provider", 20_00),
    ]
    assert admin("""select count(distinct e.legal_entity_id) from payments.ledger_entry e
        join maisons.market k on k.code = 'fr' and k.legal_entity_id = e.legal_entity_id""") == [(1,)]
    assert await wrong(till) == []


async def test_what_is_refused_let_go_or_nothing_posts_nothing(till: Till, admin) -> None:
    refused, over, free = await till.authorised(), await till.authorised(), await till.intended("card", 0)
    await till.authorise(free)
    await till.ask_capture(refused, 60_00)
    admin("update local_provider.charge set state = 'voided' where reference = %s", [str(refused.id)])
    async with till.db.acting(Actor.job(), till.maison_id) as conn:
        for payment in (over, free):
            await captures.ask_void(
                conn, maison_id=till.maison_id, payment_id=payment.id, cause_id=uuid4(), now=NOW
            )
    await carry_out_all(till, admin)
    assert admin("select state from payments.operation where kind = 'capture'") == [("refused",)]
    assert entries(admin) == []
    assert await wrong(till) == []


async def test_money_taken_at_once_and_after_we_gave_up_is_posted(till: Till, admin) -> None:
    at_once, given_up = await till.intended("ideal"), await till.intended("ideal", 40_00)
    for payment in (at_once, given_up):
        await till.authorise(payment)
    await till.abandon(given_up)
    for (token,) in admin("select second_step_token from local_provider.charge"):
        await till.provider.answer_second_step(token=token, approved=True)
    await asyncio.gather(*(till.authorise(at_once) for _ in range(3)))
    for now in (NOW, SOON, SOON, SOON + UNCERTAIN_AFTER):
        assert await reconcile(till.db, till.providers, timeout_seconds=5, now=now) == []
    assert entries(admin) == [
        ("captured", "provider", "client", 40_00),
        ("captured", "provider", "client", 100_00),
        ("refunded", "client", "provider", 40_00),
    ]
    assert await wrong(till) == []


async def test_an_entry_is_neither_changed_nor_removed(till: Till, admin) -> None:
    payment = await till.authorised()
    await till.ask_capture(payment, 60_00)
    await carry_out_all(till, admin)
    for statement in (
        "update payments.ledger_entry set amount_minor = 1",
        "delete from payments.ledger_entry",
        "truncate payments.ledger_entry",
        "update payments.statement set captured_minor = 1",
        "delete from payments.statement_difference",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with till.db.acting(Actor.job(), till.maison_id) as conn:
                await execute(conn, statement)  # pyright: ignore[reportArgumentType]
    insert = """
        insert into payments.ledger_entry (maison_id, legal_entity_id, debit, credit, currency, amount_minor, kind, cause_id,
          payment_id, posted_at)
        select maison_id, legal_entity_id, {}, {}, currency, {}, {}, cause_id, payment_id, now() from payments.ledger_entry
    """
    for accounts, rule in (
        (("'client'", "'client'", "5", "'captured'"), "kind_says_its_accounts"),
        (("'sales'", "'client'", "5", "'captured'"), "kind_says_its_accounts"),
        (("'provider'", "'client'", "0", "'captured'"), "entry_moves_something"),
        (("'provider'", "'client'", "60", "'captured'"), "posted_once"),
    ):
        with pytest.raises(psycopg.errors.IntegrityError, match=rule):
            async with till.db.acting(Actor.job(), till.maison_id) as conn:
                await execute(conn, insert.format(*accounts))  # pyright: ignore[reportArgumentType]
    assert len(entries(admin)) == 1


async def test_verify_finds_what_is_missing_too_much_or_in_other_books(till: Till, admin) -> None:
    payment, before = await till.authorised(), await till.authorised()
    admin("update payments.payment set legal_entity_id = null where id = %s", [before.id])
    for one in (payment, before):
        await till.ask_capture(one, 60_00)
    await carry_out_all(till, admin)
    await refund(till, payment, 20_00)
    await carry_out_all(till, admin)
    # What began before there were books has none, and is passed over.
    assert [amount for *_, amount in entries(admin)] == [60_00, 20_00]
    assert await wrong(till) == []
    for change, said in (
        ("update payments.ledger_entry set amount_minor = 1 where kind = 'refunded'", "refunded of payment"),
        ("delete from payments.ledger_entry where kind = 'refunded'", "refunded of payment"),
        ("delete from payments.ledger_entry where kind = 'captured'", "captured of payment"),
        (
            "update payments.ledger_entry set legal_entity_id = gen_random_uuid()",
            "books or currency of payment",
        ),
    ):
        admin("begin")
        kept = admin("select * from payments.ledger_entry")
        admin("rollback")
        admin(change)
        assert {what for what, *_ in await wrong(till)} == {said}, change
        admin("delete from payments.ledger_entry")
        for row in kept:
            admin(f"insert into payments.ledger_entry values ({', '.join(['%s'] * len(row))})", list(row))
        assert await wrong(till) == []
    # An older release's worker ended them beside this one.
    admin("delete from payments.ledger_entry")
    assert len(await wrong(till)) == 2
    async with till.db.acting(Actor.job(), till.maison_id) as conn:
        assert await ledger.post_missing(conn, maison_id=till.maison_id) == 2
        assert await ledger.post_missing(conn, maison_id=till.maison_id) == 0
    assert await wrong(till) == []


async def told(till: Till, now: datetime) -> tuple[list[tuple[str, int, int]], int]:
    """What the provider tells otherwise, and how many charges nobody knows."""
    found, unknown = await statements.with_providers(till.db, till.providers, days=35, now=now)
    differences = found[till.maison_id]
    return [(one.what, one.ledger_minor, one.provider_minor) for one in differences], len(unknown)


async def test_the_provider_is_compared_once_nothing_is_under_way(till: Till, admin) -> None:
    payment, lost = await till.authorised(), await till.authorised(30_00)
    await till.ask_capture(payment, 60_00)
    later = NOW + UNDER_WAY + timedelta(minutes=1)
    admin("update local_provider.charge set captured_minor = 6000 where amount_minor = 10000")
    # Its answer may be on the way.
    assert await told(till, NOW) == ([], 0)
    assert await told(till, later) == ([("captured", 0, 60_00)], 0)
    admin("update local_provider.charge set captured_minor = 0")
    await carry_out_all(till, admin)
    assert await told(till, later) == ([], 0)
    admin("update local_provider.charge set refunded_minor = 500 where amount_minor = 10000")
    admin(
        "update local_provider.charge set reference = gen_random_uuid(), captured_minor = 100 where amount_minor = 3000"
    )
    assert await told(till, later) == ([("refunded", 0, 5_00)], 1)
    # Taken by our ledger, never heard of there.
    admin("update local_provider.charge set reference = gen_random_uuid()")
    assert await told(till, later) == ([("captured", 60_00, 0)], 2)
    assert lost


def days(admin) -> list[tuple[int, int, int, int]]:
    return admin("""
        select captured_minor, refunded_minor, provider_captured_minor, provider_refunded_minor from payments.statement
        where currency = 'EUR' order by day""")


async def test_a_day_has_one_statement_and_its_differences(till: Till, admin) -> None:
    payment = await till.authorised()
    await till.ask_capture(payment, 60_00)
    await carry_out_all(till, admin)

    async def write(now: datetime) -> int:
        return await statements.write_due(till.db, till.providers, now=now)

    assert await write(NOW + timedelta(hours=1)) == 2  # yesterday's, in euros and dollars: nothing moved
    assert await write(NOW + timedelta(hours=1)) == 0
    assert await write(TOMORROW - timedelta(minutes=10)) == 0  # the day has just ended
    admin("delete from payments.statement")
    admin("update local_provider.charge set refunded_minor = 500")
    written = await asyncio.gather(*(write(TOMORROW) for _ in range(3)))
    assert sum(written) == 2
    assert days(admin) == [(60_00, 0, 60_00, 5_00)]
    difference = (
        "select day, payment_id, what, ledger_minor, provider_minor from payments.statement_difference"
    )
    assert admin(difference) == [(TODAY, payment.id, "refunded", 0, 5_00)]
    assert await wrong(till) == []
    # The worker rested for two days; what differs is told again, and counted once.
    assert await write(TOMORROW + timedelta(days=2, hours=3)) == 4
    assert days(admin) == [(60_00, 0, 60_00, 5_00), (0, 0, 0, 0), (0, 0, 0, 0)]
    assert len(admin(difference)) == 3
    # It is settled: the provider's column comes to what the provider has booked.
    admin("update local_provider.charge set refunded_minor = 0")
    assert await write(TOMORROW + timedelta(days=3)) == 2
    assert days(admin)[-1] == (0, 0, 0, -5_00)
    admin("update payments.statement set captured_minor = 1 where captured_minor = 6000")
    ((what, *amounts),) = await wrong(till)
    assert (what, amounts) == (f"captured by the statement of local on {TODAY}", [1, 60_00])


async def test_a_provider_that_does_not_answer_is_asked_again_the_next_hour(
    till: Till, addresses: Addresses
) -> None:
    with psycopg.connect(addresses.admin) as conn:
        conn.execute("alter table local_provider.charge rename to away")
        conn.commit()
        with pytest.raises(ExceptionGroup):
            await statements.write_due(till.db, till.providers, now=datetime.now(UTC))
        conn.execute("alter table local_provider.away rename to charge")
        conn.commit()
    assert await statements.write_due(till.db, till.providers, now=datetime.now(UTC)) == 2
