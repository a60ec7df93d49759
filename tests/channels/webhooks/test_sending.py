"""Messages go out signed, once each as far as anybody can see, again when they failed, and nobody waits for who hangs."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.facts import record
from enfilade.base.outgoing import Answer, Outgoing
from enfilade.base.settings import Settings
from enfilade.channels.webhooks import deliveries, endpoints, sending
from enfilade.channels.webhooks.endpoints import secret_of, shown
from enfilade.channels.webhooks.tries import (
    PAUSES,
    TRIES_MAX,
    asked_to_wait,
    heard,
    meaning_of,
    next_pause,
    rest,
)
from enfilade.orders.events import OrderClosed
from enfilade.payments.events import PaymentVoided
from tests.channels.webhooks.receiving import Sender, answered, receiver, states, worker
from tests.shop import Shop


@pytest.fixture
def sender(db: Db, shop: Shop) -> Sender:
    return Sender(db, shop.a)


def closed(count: int = 1) -> list[OrderClosed]:
    return [OrderClosed(uuid4(), "completed") for _ in range(count)]


async def test_a_message_arrives_signed_and_once_and_to_nobody_else(
    sender: Sender, shop: Shop, admin: Any
) -> None:
    other = Sender(sender.db, shop.b)
    async with receiver() as ours, receiver() as theirs, receiver() as few:
        await sender.tell(*closed())  # before anybody wanted to know
        await sender.add(ours)
        await sender.add(few, "payment.voided")
        await other.add(theirs)
        told = [*closed(3), PaymentVoided(uuid4())]
        await sender.tell(*told)
        assert await sender.deliver() == 5
        assert await sender.deliver() == await other.deliver() == 0
        assert sorted(
            one.said["data"].get("order_id", "") for one in ours.came if one.type == "order.closed"
        ) == sorted(str(one.subject_id) for one in told[:3])
        assert [one.type for one in few.came] == ["payment.voided"] and theirs.came == []
        facts_of_a = {f"msg_{id.hex}" for (id,) in admin("select id from base.fact")}
        assert len(set(ours.ids)) == 4 and set(ours.ids) < facts_of_a and few.ids[0] in ours.ids
        assert set(states(admin)) == {("delivered", 1)}
        # Somebody else's secret does not fit, nor does another body.
        one = ours.came[0]
        for secret, body in ((few.secrets[0], one.body), (ours.secrets[0], one.body + b" ")):
            with pytest.raises(WebhookVerificationError):
                Webhook(secret).verify(body, one.headers)


async def test_what_is_committed_late_is_not_lost(sender: Sender) -> None:
    """A cursor that went by the newest fact it saw would be past the one that commits last."""
    async with receiver() as ours:
        await sender.add(ours)
        begun, go_on = asyncio.Event(), asyncio.Event()
        (late,) = closed()

        async def slowly() -> None:
            async with sender.db.acting(Actor.job(), sender.house.maison_id) as conn:
                await record(conn, maison_id=sender.house.maison_id, now=sender.now, facts=[late])
                begun.set()
                await go_on.wait()

        writing = asyncio.create_task(slowly())
        await begun.wait()
        await sender.tell(*closed())
        await sender.deliver()
        assert ours.came == []  # what is newer than the oldest transaction under way waits
        go_on.set()
        await writing
        await sender.deliver()
        assert len(ours.came) == 2
        assert str(late.subject_id) in {one.said["data"]["order_id"] for one in ours.came}


async def test_many_couriers_send_each_message_once_and_eight_at_a_time(sender: Sender, admin: Any) -> None:
    async def soon() -> bytes:
        await asyncio.sleep(0.005)
        return answered(204)

    async with receiver() as ours:
        ours.answers = lambda _: soon()
        endpoint_id = await sender.add(ours)
        await sender.run(record, now=sender.now, facts=closed(60))
        await sender.tell(*closed(60))
        await asyncio.gather(*(sender.deliver() for _ in range(4)))
        while await sender.deliver():
            pass
        assert len(ours.came) == len(set(ours.ids)) == 120
        assert 1 < ours.most <= 8
        assert admin("select count(*), min(state), max(state) from channels.webhook_delivery") == [
            (120, "delivered", "delivered")
        ]
        # The guard behind it: read once more from the beginning, each fact still has one delivery; without it, two.
        for guarded, kept in ((True, 120), (False, 240)):
            if not guarded:
                admin("alter table channels.webhook_delivery drop constraint one_delivery_a_fact")
                admin("alter table channels.webhook_delivery add constraint one_delivery_a_fact unique (id)")
            admin("update channels.webhook_progress set seen = '0'")
            await sender.run(deliveries.read_forward, endpoint_id=endpoint_id, now=sender.now)
            [(count,)] = admin("select count(*) from channels.webhook_delivery")
            assert count == kept


async def test_a_killed_worker_loses_nothing_and_another_sends_the_same_again(
    sender: Sender, admin: Any, settings: Settings
) -> None:
    """A real worker, killed while it waits for the answer; after its minute the message is sent as it was."""
    sender.key = settings.key
    async with receiver() as ours, worker(settings, ENFILADE_WEBHOOKS_INSIDE="yes") as process:
        hanging = asyncio.Event()

        async def for_ever() -> bytes:
            hanging.set()
            await asyncio.sleep(60)
            return b""

        ours.answers = lambda number: for_ever() if number == 1 else answered(204)
        await sender.add(ours)
        await sender.tell(*closed())
        await asyncio.wait_for(hanging.wait(), 120)
        process.kill()
        await asyncio.to_thread(process.wait)
        assert states(admin) == [("waiting", 0)]
        sender.now = datetime.now(UTC)
        assert await sender.deliver() == 0  # it may live still
        assert await sender.deliver(sending.TAKEN_FOR) == 1
        assert len(ours.came) == 2 and len(set(ours.ids)) == 1 and ours.came[0].body == ours.came[1].body
        assert states(admin) == [("delivered", 1)]


async def test_ten_tries_in_three_days_then_dead_and_sent_again_when_somebody_says_so(
    sender: Sender, admin: Any
) -> None:
    async with receiver() as ours:
        endpoint_id = await sender.add(ours)
        ours.answers = lambda _: answered(400, "no\x00 <b>such</b>\r\n field " + "x" * 9000)
        began = sender.now
        await sender.tell(*closed())
        when = [timedelta()]
        while states(admin)[:1] != [("dead", TRIES_MAX)]:
            if not await sender.deliver():
                [(due,)] = states(admin, "due_at")
                sender.now = due
            elif sender.now - began > when[-1]:
                when.append(sender.now - began)
        assert len(ours.came) == len(when) == TRIES_MAX == 10 and len(set(ours.ids)) == 1
        assert timedelta(days=2.8) < when[-1] < timedelta(days=3.5)
        assert len({one.headers["webhook-timestamp"] for one in ours.came}) == TRIES_MAX
        [(status, why, answer)] = states(admin, "status, why, answer")
        assert (status, why, len(answer)) == (400, "Answered 400", 200)
        assert answer.startswith("no <b>such</b> field xxx")
        assert await sender.deliver(timedelta(days=9)) == 0
        # The endpoint is there: it only would not have this message.
        assert admin("select failures from channels.webhook_progress") == [(0,)]
        ours.answers = lambda _: answered(200)
        again = {"endpoint_id": endpoint_id, "now": sender.now}
        assert await sender.run(deliveries.send_dead_again, **again) == 1
        assert await sender.run(deliveries.send_dead_again, **again) == 0
        assert await sender.deliver() == 1 and states(admin) == [("delivered", 1)]
        assert ours.ids[-1] == ours.ids[0]


async def test_who_is_away_rests_and_is_asked_one_thing_at_a_time(sender: Sender, admin: Any) -> None:
    async with receiver() as ours:
        endpoint_id = await sender.add(ours)
        ours.answers = lambda _: answered(503, "later")
        await sender.tell(*closed(20))
        await sender.deliver()
        first = ours.asked
        assert first <= 8
        assert await sender.deliver() == 0
        for failures in range(1, 12):
            await sender.deliver(rest(failures))
            assert ours.asked == first + failures
        [(failures, rests)] = admin("select failures, rests_until from channels.webhook_progress")
        assert failures == 12 and rests - sender.now == timedelta(minutes=5)
        assert max(tries for _, tries in states(admin)) < TRIES_MAX
        # Back again: the first one taken lets the others follow at once.
        ours.answers = lambda _: answered(204)
        await sender.deliver(timedelta(minutes=40))
        assert [state for state, _ in states(admin)] == ["delivered"] * 20
        # Five days away, and it is switched off; what waits stays, and what it missed follows if somebody says so.
        ours.answers = lambda _: answered(500)
        await sender.tell(*closed(2))
        await sender.deliver()
        await sender.deliver(timedelta(days=5, minutes=1))
        assert admin("select off from channels.webhook_endpoint") == [("away",)]
        await sender.tell(*closed(3))
        assert await sender.deliver(timedelta(days=30)) == 0
        ours.answers = lambda _: answered(204)
        resumed = {"endpoint_id": endpoint_id, "now": sender.now, "changed_by": None}
        await sender.run(endpoints.resume, with_missed=True, **resumed)
        await sender.deliver()
        assert [state for state, _ in states(admin)] == ["delivered"] * 25
        # Or it begins with what happens from now.
        await sender.run(endpoints.pause, **resumed)
        await sender.tell(*closed(3))
        await sender.run(endpoints.resume, with_missed=False, **resumed)
        await sender.tell(*closed(1))
        await sender.deliver()
        assert len(states(admin)) == 26


async def test_gone_is_believed_and_a_receiver_may_ask_us_to_wait(sender: Sender, admin: Any) -> None:
    async with receiver() as ours:
        await sender.add(ours)
        ours.answers = lambda _: answered(429, "", "retry-after: 1200")
        await sender.tell(*closed())
        await sender.deliver()
        assert await sender.deliver(timedelta(seconds=1199)) == 0
        ours.answers = lambda _: answered(410)
        assert await sender.deliver(timedelta(seconds=1)) == 1
        assert admin("select off from channels.webhook_endpoint") == [("gone",)]
        assert [state for state, _ in states(admin)] == ["waiting"]
        assert await sender.deliver(timedelta(days=2)) == 0


async def test_who_hangs_holds_back_nobody_else(
    sender: Sender, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten endpoints of one maison that never answer, one that drips, one without end; and those who listen."""

    async def hang() -> bytes:
        await asyncio.sleep(30)
        return b""

    sender.outgoing = Outgoing(inside=True, seconds_max=30)
    other = Sender(sender.db, shop.b, outgoing=sender.outgoing)
    async with receiver() as dead, receiver() as endless, receiver() as ours, receiver() as theirs:
        dead.answers = lambda _: hang()
        endless.answers = lambda _: answered(500, "x" * 3_000_000)
        for _ in range(8):
            await sender.add(dead.url)
        await sender.add(endless)
        await sender.add(ours)
        await other.add(theirs)
        news = closed(30)
        await sender.tell(*news)
        await other.tell(*news)
        courier = sender.courier
        began = time.monotonic()
        await courier.look()
        while len(ours.came) < 30 or len(theirs.came) < 30:
            await asyncio.sleep(0.01)
            assert time.monotonic() - began < 60
        assert dead.under_way > 0, "those who hang had ended before the others had heard everything"
        # At most eight at a time for each, and what a try takes has an end.
        assert dead.most <= 8 * 8 and endless.most <= 8
        monkeypatch.setattr("enfilade.channels.webhooks.courier.FINISH_SECONDS_MAX", 0.1)
        await courier.stop()


async def test_two_secrets_sign_while_one_is_exchanged(sender: Sender, admin: Any) -> None:
    async with receiver() as ours:
        endpoint_id = await sender.add(ours)
        old = ours.secrets[0]
        exchanged = {"endpoint_id": endpoint_id, "now": sender.now}
        new = shown(secret_of(sender.key, await sender.run(endpoints.exchange_secret, **exchanged)))
        with pytest.raises(endpoints.BeingExchanged):
            await sender.run(endpoints.exchange_secret, **exchanged)
        ours.secrets = [old, new]  # both fit
        await sender.tell(*closed())
        await sender.deliver()
        assert len(ours.came) == 2
        ours.secrets = []
        sender.now += timedelta(hours=24, seconds=1)
        await sender.tell(*closed())
        await sender.deliver()
        ours.secrets = []
        assert admin("select count(*) from channels.webhook_secret") == [(2,)]
        assert ours.asked == 2
        assert new != old and new.startswith("whsec_") and len(new) == 50
        stored = str(admin("select * from channels.webhook_secret, channels.webhook_endpoint"))
        assert new not in stored and old not in stored


async def test_a_test_is_sent_once_and_old_deliveries_are_forgotten(sender: Sender, admin: Any) -> None:
    async with receiver() as ours:
        endpoint_id = await sender.add(ours, "stock.shortage")
        asked = {"endpoint_id": endpoint_id, "now": sender.now}
        await sender.run(deliveries.ask_for_test, **asked)
        with pytest.raises(deliveries.TestWaiting):
            await sender.run(deliveries.ask_for_test, **asked)
        ours.answers = lambda _: answered(404)
        assert await sender.deliver() == 1
        assert ours.came[0].type == "webhook.test" and states(admin) == [("dead", 1)]
        assert await sender.run(deliveries.send_dead_again, **asked) == 0
        assert await sender.run(deliveries.forget_old, now=sender.now + timedelta(days=29)) == 0
        assert await sender.run(deliveries.forget_old, now=sender.now + timedelta(days=31)) == 1
        await sender.run(endpoints.pause, changed_by=None, **asked)
        with pytest.raises(deliveries.Paused):
            await sender.run(deliveries.ask_for_test, **asked)


async def test_a_fact_that_cannot_be_told_holds_up_no_message_before_it(sender: Sender, admin: Any) -> None:
    async with receiver() as ours:
        endpoint_id = await sender.add(ours)
        await sender.tell(*closed(2))
        assert await sender.run(deliveries.read_forward, endpoint_id=endpoint_id, now=sender.now) == 2
        (bad,) = closed()
        await sender.tell(bad)
        admin("update base.fact set body = '[]' where subject_id = %s", [bad.subject_id])
        assert await sender.deliver() == 2
        assert await sender.deliver() == 0
        assert states(admin) == [("delivered", 1)] * 2 and len(ours.came) == 2


async def test_a_maison_has_ten_endpoints_and_a_table_has_an_end(
    sender: Sender, admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(9):
        await sender.add("https://hooks.example/x")
    added = await asyncio.gather(
        *(sender.add("https://hooks.example/x", "order.closed") for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in added) == ["TooManyEndpoints"] * 3 + ["UUID"]
    for types in ((), ("order.eaten",)):
        with pytest.raises(endpoints.TypesRefused):
            endpoints.chosen(types)
    (endpoint_id,) = [one for one in added if not isinstance(one, BaseException)]
    monkeypatch.setattr(deliveries, "WAITING_MAX", 50)
    monkeypatch.setattr(deliveries, "READ_AT_ONCE", 20)
    await sender.tell(*closed(70))
    counts = [
        await sender.run(deliveries.read_forward, endpoint_id=endpoint_id, now=sender.now) for _ in range(5)
    ]
    assert counts == [20, 20, 20, 0, 0]
    admin("update channels.webhook_delivery set state = 'delivered'")
    assert await sender.run(deliveries.read_forward, endpoint_id=endpoint_id, now=sender.now) == 10


def test_what_answers_mean_and_how_long_to_wait() -> None:
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    means = {
        204: "delivered",
        301: "there",
        400: "there",
        404: "there",
        410: "gone",
        429: "away",
        500: "away",
    }
    assert {status: meaning_of(status) for status in means} == means
    waits = {"": 0, "7": 7, "-7": 0, "999999999999": 86_400, "soon": 0, "Mon, 02 Mar 2026 10:01:00 GMT": 60}
    waits |= {"Mon, 02 Mar 2026 09:00:00 GMT": 0, "1.5": 0, "Mon, 99 Mar 2026 10:01:00 GMT": 0}
    assert {said: asked_to_wait(said, now).total_seconds() for said in waits} == waits
    first, last = next_pause(1, uuid4()), next_pause(TRIES_MAX, uuid4())
    assert first is not None and timedelta(seconds=4.4) < first < timedelta(seconds=5.6) and last is None
    assert timedelta(days=3) < sum(PAUSES, timedelta()) < timedelta(days=3.3)
    assert [rest(number).seconds for number in (1, 2, 8, 9, 90)] == [2, 4, 256, 300, 300]
    outcome = heard(uuid4(), Answer(302, "", ""), now)
    assert "redirects are not followed" in outcome.why
