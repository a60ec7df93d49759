"""Cancelling what has not left: at every stage, by everybody, whole or in part, and side by side with every step."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many
from enfilade.base.ids import new_id
from enfilade.orders import (
    books,
    cancellation,
    cancellation_letters,
    letters,
    pickup,
    preparations,
    preparing,
    reading,
    rejections,
    resourcing,
    stuck,
    verify,
)
from enfilade.orders.cancellation import HasLeft, NothingToCancel, NothingToPutAway, WhyCancel
from enfilade.orders.fulfilment import IllegalStep, NotYourBoutique
from enfilade.orders.preparations import NothingToPick, pickup_code
from enfilade.orders.rejections import NothingToReject
from enfilade.orders.returns import NoSuchOrder
from tests.orders.counter import KEY, PRICE, Counter, counter
from tests.orders.test_fulfilment import accepted, in_state, ready


async def wish(shop: Counter, order_id: UUID, *line_ids: UUID) -> UUID | None:
    """The client says it, by the link of the order."""

    async def verb(conn: Conn) -> UUID | None:
        return await cancellation.ask(
            conn, maison_id=shop.maison_id, order_id=order_id, line_ids=list(line_ids), now=shop.now
        )

    return await shop.db.run(Actor.link(order_id), shop.maison_id, verb)


async def wished(shop: Counter, order_id: UUID, *skus: str) -> str:
    """The same, carried out; how it ended."""
    cancellation_id = await wish(shop, order_id, *[await shop.line(order_id, sku) for sku in skus])
    assert cancellation_id is not None
    assert await shop.job(cancellation.carry_out, cancellation_id=cancellation_id)
    return await shop.look("select state from orders.cancellation where id = %(id)s", id=cancellation_id)


async def sound(shop: Counter) -> None:
    """Stock, promises and books agree."""
    await shop.sound()
    assert await verify.verify(shop.db, maison_id=shop.maison_id) == []
    assert await books.verify(shop.db, maison_id=shop.maison_id) == []


async def order_state(shop: Counter, order_id: UUID) -> str:
    return await shop.look("select state from orders.order where id = %(id)s", id=order_id)


async def apart(shop: Counter) -> int:
    return await shop.look("select count(*) from orders.putting_away where done_at is null")


async def test_at_every_stage_before_it_leaves(db: Db) -> None:
    shop = await counter(db, stock=9)
    for stage in ("asked", "accepted", "picked", "ready", "unsourced"):
        shop.now += timedelta(minutes=1)
        await _cancelled_at(shop, stage)
    await sound(shop)


async def _cancelled_at(shop: Counter, stage: str) -> None:
    told_before, asked_before, apart_before = await shop.told(), await shop.operations(), await apart(shop)
    if stage == "ready":
        order_id, fulfilment_id = await ready(shop)
    else:
        order_id = await shop.order("BAG-S")
        fulfilment_id = await shop.fulfilment(order_id)
    line_id = await shop.line(order_id, "BAG-S")
    if stage in ("accepted", "picked"):
        await shop.run(preparations.accept, fulfilment_id=fulfilment_id)
    if stage == "picked":
        await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=line_id)
    if stage == "unsourced":
        await shop.run(rejections.reject, fulfilment_id=fulfilment_id, line_id=line_id, reason="worn_display")
    on_hand = (await shop.position("rivoli", "BAG-S"))[0]

    assert await wished(shop, order_id, "BAG-S") == "done"

    assert await shop.lines(order_id) == {"BAG-S": "cancelled"}
    assert await order_state(shop, order_id) == "cancelled"
    assert await shop.state(fulfilment_id) == ("rejected" if stage == "unsourced" else "cancelled")
    assert (await shop.position("rivoli", "BAG-S"))[:2] == (on_hand, 0), "here, and promised to nobody"
    assert (await shop.operations())[len(asked_before) :] == [("void", 0)]
    assert await apart(shop) - apart_before == (stage in ("picked", "ready"))
    told = (await shop.told())[len(told_before) :]
    assert told.count("LineCancelled") == 1 and "OrderClosed" in told
    assert ("FulfilmentCancelled" in told) == (stage != "unsourced")
    assert "orders.mail_cancellation" in await shop.jobs()
    # Every step that comes late is told that there is none any more.
    for verb, more in (
        (preparations.accept, {}),
        (pickup.hand_over, {"code": pickup_code(KEY, fulfilment_id), "refused_line_ids": []}),
        (pickup.undo_hand_over, {}),
    ):
        with pytest.raises(IllegalStep, match="nothing"):
            await shop.run(verb, fulfilment_id=fulfilment_id, **more)
    assert not await shop.job(pickup.no_show, fulfilment_id=fulfilment_id)
    await shop.job(resourcing.resource, order_id=order_id)
    assert await shop.lines(order_id) == {"BAG-S": "cancelled"}


@pytest.mark.parametrize("state", ["handed_over", "dispatched"])
async def test_what_left_is_not_cancelled_and_the_return_is_named(shop: Counter, state: str) -> None:
    order_id, _ = await in_state(shop, state)
    line_id = await shop.line(order_id, "BAG-S")
    with pytest.raises(HasLeft, match="Possible now: return"):
        await wish(shop, order_id, line_id)
    with pytest.raises(HasLeft, match="Possible now: return"):
        await shop.run(
            cancellation.cancel, "max", order_id=order_id, line_ids=[line_id], reason="client_wish"
        )
    assert await shop.lines(order_id) == {"BAG-S": state}
    assert await shop.look("select count(*) from orders.cancellation") == 0
    await sound(shop)


async def test_one_line_of_two_and_the_other_goes_on(shop: Counter) -> None:
    """Picked and packed for collection: the one is put away, the other handed over, and only that is taken."""
    order_id, fulfilment_id = await ready(shop, "BAG-S", "BAG-M")
    assert await wished(shop, order_id, "BAG-M") == "done"
    assert await shop.state(fulfilment_id) == "ready" and await order_state(shop, order_id) == "placed"
    assert await shop.operations() == [], "the rest is still to be paid"
    (task,) = await tasks(shop)
    assert (task.lines, task.to_put_away) == (1, 1)
    await shop.run(cancellation.put_away, fulfilment_id=fulfilment_id)
    await shop.run(cancellation.put_away, fulfilment_id=fulfilment_id)
    assert (await shop.told()).count("PiecesPutAway") == 1
    assert (await tasks(shop))[0].to_put_away == 0
    code = pickup_code(KEY, fulfilment_id)
    await shop.run(pickup.hand_over, fulfilment_id=fulfilment_id, code=code, refused_line_ids=[])
    shop.now += timedelta(minutes=11)
    assert await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    assert await shop.operations() == [("capture", PRICE)]
    assert await shop.lines(order_id) == {"BAG-S": "handed_over", "BAG-M": "cancelled"}
    with pytest.raises(NothingToPutAway):
        other = await shop.order("SCARF-U")
        await shop.run(cancellation.put_away, fulfilment_id=await shop.fulfilment(other))
    await sound(shop)


async def tasks(shop: Counter, who: str = "claire") -> list[reading.Task]:
    async def read(conn: Conn, *, maison_id: UUID, by: Any, now: datetime) -> list[reading.Task]:
        return await reading.tasks(conn, maison_id=maison_id, by=by, now=now)

    return await shop.run(read, who)


async def test_what_lies_apart_is_a_task_until_it_is_put_away(shop: Counter) -> None:
    order_id, fulfilment_id = await ready(shop)
    await wished(shop, order_id, "BAG-S")
    (task,) = await tasks(shop)
    assert (task.state, task.to_put_away) == ("cancelled", 1)
    assert await tasks(shop, "noor") == [], "another boutique's"
    with pytest.raises(NotYourBoutique):
        await shop.run(cancellation.put_away, "noor", fulfilment_id=fulfilment_id)
    await shop.run(cancellation.put_away, fulfilment_id=fulfilment_id)
    assert await tasks(shop) == []


async def test_a_sourced_line_ends_and_what_remains_is_ready(shop: Counter) -> None:
    order_id, fulfilment_id = await accepted(shop, "BAG-S", "BAG-M")
    small, medium = await shop.line(order_id, "BAG-S"), await shop.line(order_id, "BAG-M")
    await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=small)
    await wished(shop, order_id, "BAG-M")
    assert await apart(shop) == 0
    with pytest.raises(NothingToPick):
        await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=medium)
    with pytest.raises(NothingToReject):
        await shop.run(rejections.reject, fulfilment_id=fulfilment_id, line_id=medium, reason="damaged")
    await shop.run(preparations.ready, fulfilment_id=fulfilment_id, key=KEY)
    assert await shop.state(fulfilment_id) == "ready"
    await sound(shop)


#: How it was paid, whether all of it is cancelled, what is asked of the provider then.
MONEY: list[tuple[str, bool, list[tuple[str, int]]]] = [
    ("card", True, [("void", 0)]),
    ("card", False, []),
    ("ideal", True, [("refund", PRICE), ("refund", PRICE)]),
    ("ideal", False, [("refund", PRICE)]),
    ("reserve", True, []),
]


async def test_the_money_follows(db: Db) -> None:
    shop = await counter(db, stock=9)
    for payment, whole, asked in MONEY:
        before = await shop.operations()
        if payment == "reserve":
            order_id = await shop.order("BAG-S", "BAG-M", method="reserve")
        else:
            order_id = await shop.order("BAG-S", "BAG-M", payment=payment)
        await wished(shop, order_id, *(("BAG-S", "BAG-M") if whole else ("BAG-S",)))
        fresh = await shop.operations()
        for one in before:
            fresh.remove(one)
        assert fresh == asked, payment
        assert await order_state(shop, order_id) == ("cancelled" if whole else "placed")
    await sound(shop)


async def test_what_is_left_authorised_is_let_go_when_the_other_part_was_taken(shop: Counter) -> None:
    """Two places: one dispatched and taken, the other cancelled; the rest is voided once the capture has ended."""
    order_id, fulfilment_id = await accepted(shop, "BAG-S", "BAG-M", method="ship")
    medium = await shop.line(order_id, "BAG-M")
    await shop.run(rejections.reject, fulfilment_id=fulfilment_id, line_id=medium, reason="worn_display")
    await shop.job(resourcing.resource, order_id=order_id)
    await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=await shop.line(order_id, "BAG-S"))
    await shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="")
    assert await shop.job(pickup.finish_hand_over, fulfilment_id=fulfilment_id)
    assert await shop.lines(order_id) == {"BAG-S": "dispatched", "BAG-M": "sourced"}
    assert await wished(shop, order_id, "BAG-S", "BAG-M") == "done", "as far as it has not left"
    assert await shop.operations() == [("capture", PRICE)], "the capture is under way"
    told = await shop.told()
    assert "CancellationRefused" in told and await order_state(shop, order_id) == "completed"
    outcomes = await shop.look(
        """
        select array_agg(x.outcome order by l.sku) from orders.cancellation_line x
        join orders.order_line l on l.id = x.order_line_id
        """
    )
    assert outcomes == ["cancelled", "left"]
    await shop.sound()


async def test_repeating_changes_nothing(shop: Counter) -> None:
    order_id = await shop.order("BAG-S")
    line_id = await shop.line(order_id, "BAG-S")
    first, again = await wish(shop, order_id, line_id), await wish(shop, order_id, line_id)
    assert first is not None and first == again
    assert await shop.job(cancellation.carry_out, cancellation_id=first)
    told, operations = await shop.told(), await shop.operations()
    assert not await shop.job(cancellation.carry_out, cancellation_id=first)
    assert await wish(shop, order_id, line_id) is None
    done = await shop.run(
        cancellation.cancel, "max", order_id=order_id, line_ids=[line_id], reason="client_wish"
    )
    assert done is None
    assert (await shop.told(), await shop.operations()) == (told, operations)


async def test_the_maison_cancels_and_a_boutique_its_own(shop: Counter) -> None:
    order_id, fulfilment_id = await accepted(shop)
    line_id = await shop.line(order_id, "BAG-S")
    of = {"order_id": order_id, "line_ids": [line_id]}
    with pytest.raises(WhyCancel):
        await shop.run(cancellation.cancel, "max", reason="because", **of)
    with pytest.raises(NotYourBoutique):
        await shop.run(cancellation.cancel, "noor", reason="client_wish", **of)
    with pytest.raises(NothingToCancel):
        await shop.run(cancellation.cancel, "max", reason="other", order_id=order_id, line_ids=[])
    other = await shop.order("BAG-M")
    with pytest.raises(NothingToCancel):
        await shop.run(cancellation.cancel, "max", reason="other", order_id=other, line_ids=[line_id])
    with pytest.raises(NoSuchOrder):
        await shop.run(
            cancellation.cancel, "max", reason="other", order_id=new_id(shop.now), line_ids=[line_id]
        )
    assert await shop.run(cancellation.cancel, "claire", reason="client_wish", **of)
    assert await shop.state(fulfilment_id) == "cancelled"
    assert await shop.run(
        cancellation.cancel,
        "max",
        reason="fraud",
        order_id=other,
        line_ids=[await shop.line(other, "BAG-M")],
    )
    causes = await shop.look(
        "select array_agg(body ->> 'cause' order by body ->> 'cause') from base.fact where kind = 'LineCancelled'"
    )
    assert causes == ["client", "maison"]
    await sound(shop)


async def test_a_link_wishes_for_its_own_order_alone(shop: Counter) -> None:
    ours, theirs = await shop.order("BAG-S"), await shop.order("BAG-M")
    line_id = await shop.line(theirs, "BAG-M")
    with pytest.raises(NothingToCancel):
        await wish(shop, ours, line_id)

    async def forged(conn: Conn) -> None:
        cancellation_id = new_id(shop.now)
        await execute(
            conn,
            """
            insert into orders.cancellation (maison_id, id, order_id, asked_by, state, asked_at)
            values (%(maison_id)s, %(id)s, %(order_id)s, 'client', 'asked', now())
            """,
            maison_id=shop.maison_id,
            id=cancellation_id,
            order_id=theirs,
        )

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await shop.db.run(Actor.link(ours), shop.maison_id, forged)
    other = await counter(shop.db, slug="belrose")
    with pytest.raises(NoSuchOrder):
        await wish(other, ours, await shop.line(ours, "BAG-S"))


async def test_a_forgotten_wish_is_carried_out_by_the_round(shop: Counter) -> None:
    order_id = await shop.order("BAG-S")
    await wish(shop, order_id, await shop.line(order_id, "BAG-S"))
    assert await preparing.go_round(shop.db, maison_id=shop.maison_id, now=shop.now) == 0
    shop.now += timedelta(minutes=11)
    waits = await shop.job(stuck.stuck, providers=["local"])
    assert [one.what for one in waits if one.order_id == order_id] == ["cancellation"]
    assert await preparing.go_round(shop.db, maison_id=shop.maison_id, now=shop.now) == 1
    assert await order_state(shop, order_id) == "cancelled"


WISHED = {"en": "As you wished", "fr": "Comme vous", "nl": "Zoals u", "zh": "按您的意愿"}


async def test_the_client_is_written_to(db: Db) -> None:
    shop = await counter(db, stock=9)
    of = {"maison_id": shop.maison_id, "key": KEY, "base_url": "http://shop.example"}
    for language, words in WISHED.items():
        order_id = await shop.order("BAG-S", "BAG-M", language=language)
        await wished(shop, order_id, "BAG-S")
        async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
            (this,) = await many(
                conn, _Id, "select id from orders.cancellation where order_id = %(id)s", id=order_id
            )
            written = await cancellation_letters.letter(conn, cancellation_id=this.id, **of)
            unfound = await letters.cancelled_letter(conn, order_id=order_id, event_id=new_id(shop.now), **of)
        assert written is not None
        assert words in written.text and "Arcade bag" in written.text
        assert unfound is None, "what was cancelled was not looked for in vain"


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


@dataclass(frozen=True, slots=True)
class Rival:
    """A step that meets a cancellation: by whom, from which state, what it needs besides, and how many days later."""

    verb: Callable[..., Awaitable[object]]
    state: str
    who: str = "claire"
    needs: str = "fulfilment_id"
    more: tuple[tuple[str, object], ...] = ()
    days: int = 0

    async def step(self, shop: Counter, conn: Conn, ids: dict[str, UUID]) -> object:
        asked: dict[str, Any] = {name: ids[name] for name in self.needs.split()} | dict(self.more)
        if self.verb is pickup.hand_over:
            asked["code"] = pickup_code(KEY, ids["fulfilment_id"])
        if self.verb is cancellation.cancel:
            asked["line_ids"] = [ids["line_id"]]
        if self.who:
            asked["by"] = shop.people[self.who]
        now = shop.now + timedelta(days=self.days)
        return await self.verb(conn, maison_id=shop.maison_id, now=now, **asked)

    def actor(self, shop: Counter) -> Actor:
        return Actor.staff(shop.people[self.who].staff_id) if self.who else Actor.job()


RIVALS = {
    "accept": Rival(preparations.accept, "asked"),
    "pick": Rival(preparations.pick, "accepted", needs="fulfilment_id line_id"),
    "give back": Rival(preparations.give_back, "accepted"),
    "reject": Rival(
        rejections.reject, "accepted", needs="fulfilment_id line_id", more=(("reason", "worn_display"),)
    ),
    "hand over": Rival(pickup.hand_over, "ready", more=(("refused_line_ids", []),)),
    "no show": Rival(pickup.no_show, "ready", "", days=20),
    "expire": Rival(rejections.expire, "asked", "", days=20),
    "resource": Rival(resourcing.resource, "unsourced", "", needs="order_id"),
    "cancel": Rival(
        cancellation.cancel, "accepted", "max", needs="order_id", more=(("reason", "client_wish"),)
    ),
}


async def test_whoever_comes_second_waits_and_reads_what_the_first_has_done(db: Db) -> None:
    """Each step side by side with the cancellation, both ways round: the first is held open until the second waits."""
    shop = await counter(db, stock=40)
    for name, rival in RIVALS.items():
        for ours_first in (True, False):
            order_id, fulfilment_id = await in_state(
                shop, "asked" if rival.state == "unsourced" else rival.state
            )
            line_id = await shop.line(order_id, "BAG-S")
            ids = {"order_id": order_id, "fulfilment_id": fulfilment_id, "line_id": line_id}
            if rival.state == "unsourced":
                await shop.run(
                    rejections.reject, fulfilment_id=fulfilment_id, line_id=line_id, reason="worn_display"
                )
            cancellation_id = await wish(shop, order_id, line_id)
            assert cancellation_id is not None

            async def ours(conn: Conn, cancellation_id: UUID = cancellation_id) -> object:
                return await cancellation.carry_out(
                    conn, maison_id=shop.maison_id, cancellation_id=cancellation_id, now=shop.now
                )

            async def theirs(conn: Conn, rival: Rival = rival, ids: dict[str, UUID] = ids) -> object:
                return await rival.step(shop, conn, ids)

            sides = [(ours, Actor.job()), (theirs, rival.actor(shop))]
            (first, by), (second, then_by) = sides if ours_first else sides[::-1]
            async with db.acting(by, shop.maison_id) as conn:
                await first(conn)
                waiting = asyncio.create_task(db.run(then_by, shop.maison_id, second))
                await asyncio.sleep(0.03)
                assert not waiting.done(), (name, ours_first)
            (answer,) = await asyncio.gather(waiting, return_exceptions=True)

            went = name == "hand over" and not ours_first
            refused = (IllegalStep, NothingToPick, NothingToReject)
            assert not isinstance(answer, Exception) or isinstance(answer, refused), (name, answer)
            assert await shop.lines(order_id) == {"BAG-S": "handed_over" if went else "cancelled"}, name
            assert await order_state(shop, order_id) == ("completed" if went else "cancelled"), name
            ended = await shop.look(
                "select state from orders.cancellation where id = %(id)s", id=cancellation_id
            )
            assert ended == ("refused" if went else "done"), (name, ended)
    await shop.sound()
    assert await verify.verify(db, maison_id=shop.maison_id) == []


async def test_two_wishes_and_the_maison_at_once_are_one_cancellation(shop: Counter) -> None:
    order_id, _ = await ready(shop, "BAG-S", "BAG-M", payment="ideal")
    lines = [await shop.line(order_id, sku) for sku in ("BAG-S", "BAG-M")]
    wishes = await asyncio.gather(wish(shop, order_id, *lines), wish(shop, order_id, lines[0]))
    assert len(set(wishes)) == 1 and wishes[0] is not None
    await asyncio.gather(
        shop.job(cancellation.carry_out, cancellation_id=wishes[0]),
        shop.job(cancellation.carry_out, cancellation_id=wishes[0]),
        shop.run(cancellation.cancel, "max", order_id=order_id, line_ids=lines, reason="client_wish"),
    )
    assert (await shop.told()).count("LineCancelled") == 2
    assert await shop.operations() == [("refund", PRICE), ("refund", PRICE)]
    assert await shop.look("select count(*) from orders.cancellation where state = 'done'") in (1, 2)
    assert await shop.look("select count(*) from orders.putting_away") == 2
    await sound(shop)
