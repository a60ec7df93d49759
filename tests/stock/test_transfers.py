"""Transfers between two places: nothing sent that is not there, nothing received that was not sent, verify always green."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db, scalar
from enfilade.staff.people import Colleague
from enfilade.stock import arrivals, departures, holds, transfers
from enfilade.stock.arrivals import Arrived, MoreThanSent, NotForAdvisors
from enfilade.stock.holds import Demand, NotEnoughStock
from enfilade.stock.transfers import (
    IllegalTransferStep,
    NoSuchTransfer,
    NotAsked,
    NotSoManyThere,
    PackedPiecesGone,
    Pieces,
)
from enfilade.stock.verify import Astray, verify
from tests.shop import Shop, count
from tests.stock import histories


@dataclass(slots=True)
class Way:
    """From alba-1 (Paris) to alba-2 (Lyon), of bags and rings: five of each at both."""

    db: Db
    shop: Shop
    admin: Callable[..., Any]
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def bag(self) -> UUID:
        return self.shop.a.variants["alba-bag"]

    @property
    def ring(self) -> UUID:
        return self.shop.a.variants["alba-ring-52"]

    def place(self, name: str) -> UUID:
        return self.shop.a.places[f"alba-{name}"]

    def at(self, *names: str, role: str = "advisor") -> Colleague:
        staff = self.shop.a.staff["advisor"]
        return Colleague(staff, "Somebody", role, frozenset(self.place(name) for name in names))

    async def do(self, verb: Callable[..., Awaitable[Any]], transfer_id: UUID, **more: Any) -> Any:
        """The verb in a transaction of its own, a second after the last."""
        self.now += timedelta(seconds=1)

        async def step(conn: Conn) -> Any:
            return await verb(
                conn, maison_id=self.shop.a.maison_id, transfer_id=transfer_id, now=self.now, **more
            )

        return await self.db.run(Actor.staff(self.shop.a.staff["advisor"]), self.shop.a.maison_id, step)

    async def ask(self, transfer_id: UUID | None = None, /, **pieces: int) -> UUID:
        transfer_id = transfer_id or uuid4()
        await self.do(
            transfers.ask,
            transfer_id,
            by=self.at("2"),
            from_location_id=self.place("1"),
            to_location_id=self.place("2"),
            wanted=self.some(**pieces),
            reason="replenishment",
        )
        return transfer_id

    def some(self, **pieces: int) -> list[Pieces]:
        return [Pieces(getattr(self, name), quantity) for name, quantity in pieces.items()]

    async def sent(self, **pieces: int) -> UUID:
        transfer_id = await self.ask(**pieces)
        await self.do(departures.pack, transfer_id, by=self.at("1"), packed=self.some(**pieces))
        await self.do(departures.send, transfer_id, by=self.at("1"))
        return transfer_id

    async def receive(self, transfer_id: UUID, receipt_id: UUID | None = None, **pieces: int) -> None:
        arrived = [Arrived(one.variant_id, one.quantity) for one in self.some(**pieces)]
        await self.do(
            arrivals.receive,
            transfer_id,
            receipt_id=receipt_id or uuid4(),
            by=self.at("2"),
            arrived=arrived,
        )

    async def look(self, query: Any, **parameters: object) -> Any:
        async with self.db.acting(Actor.job(), self.shop.a.maison_id) as conn:
            return await scalar(conn, query, **parameters)

    async def position(self, place: str, variant: UUID) -> tuple[int, int, int]:
        """on_hand, held, damaged."""
        found = await self.look(
            """select array[on_hand, held, damaged] from stock.position
            where location_id = %(place)s and variant_id = %(variant)s""",
            place=self.place(place),
            variant=variant,
        )
        return tuple(found)

    async def shown(self, place: str) -> int:
        """What pages say can be collected there."""
        return await self.look(
            "select collect from public_facts.availability where location_id = %(place)s and variant_id = %(variant)s",
            place=self.place(place),
            variant=self.bag,
        )

    async def state(self, transfer_id: UUID) -> str:
        return await self.look("select state from stock.transfer where id = %(id)s", id=transfer_id)

    async def sound(self) -> None:
        assert await verify(self.db, maison_id=self.shop.a.maison_id) == []


@pytest.fixture
def way(db: Db, shop: Shop, admin: Callable[..., Any]) -> Way:
    return Way(db, shop, admin)


async def test_the_whole_way_with_a_part_that_comes_later(way: Way) -> None:
    transfer_id = await way.ask(bag=3, ring=2)
    assert await way.position("1", way.bag) == (5, 3, 0)
    assert await way.shown("1") == 2
    await way.sound()
    await way.do(departures.pack, transfer_id, by=way.at("1"), packed=way.some(bag=3, ring=1))
    assert await way.position("1", way.ring) == (5, 1, 0)
    await way.sound()
    await way.do(departures.send, transfer_id, by=way.at("1"))
    assert await way.position("1", way.bag) == (2, 0, 0)
    assert (await way.shown("1"), await way.shown("2")) == (2, 5), "what is in transit is nobody's"
    expected_on: date = await way.look("select expected_on from stock.transfer")
    assert expected_on.weekday() < 5 and 4 <= (expected_on - way.now.date()).days <= 7, "four working days"
    await way.sound()
    await way.do(
        arrivals.receive,
        transfer_id,
        receipt_id=uuid4(),
        by=way.at("2"),
        arrived=[Arrived(way.bag, 2, damaged=1), Arrived(way.ring, 1)],
    )
    assert await way.position("2", way.bag) == (7, 0, 1)
    assert await way.state(transfer_id) == "sent"
    await way.sound()
    await way.receive(transfer_id, bag=1)
    assert await way.position("2", way.bag) == (8, 0, 1)
    assert await way.state(transfer_id) == "received"
    await way.sound()
    assert await way.look(
        "select array_agg(kind order by recorded_at, id) from base.fact where left(kind, 8) = 'Transfer'"
    ) == ["TransferAsked", "TransferPacked", "TransferSent", "TransferReceived", "TransferReceived"]


async def test_each_step_done_again_changes_nothing(way: Way) -> None:
    transfer_id, receipt_id = await way.ask(bag=2), uuid4()
    await way.ask(transfer_id, bag=2)
    for _ in range(2):
        await way.do(departures.pack, transfer_id, by=way.at("1"), packed=way.some(bag=2))
    for _ in range(2):
        await way.do(departures.send, transfer_id, by=way.at("1"))
    for _ in range(2):
        await way.receive(transfer_id, receipt_id, bag=1)
    assert await way.position("2", way.bag) == (6, 0, 0)
    await way.receive(transfer_id, bag=1)
    await way.receive(transfer_id, receipt_id, bag=1)
    assert (await way.position("1", way.bag), await way.position("2", way.bag)) == ((3, 0, 0), (7, 0, 0))
    assert await way.look("select count(*) from stock.movement where kind = 'transferred'") == 3
    await way.sound()


async def test_called_off_or_declined_everything_is_free_again(way: Way) -> None:
    called_off, declined = await way.ask(bag=2), await way.ask(bag=3)
    with pytest.raises(NotSoManyThere, match="None can be given"):
        await way.ask(bag=1)
    await way.do(departures.pack, declined, by=way.at("1"), packed=way.some(bag=1))
    for _ in range(2):
        await way.do(transfers.cancel, called_off, by=way.at("2"))
        await way.do(transfers.decline, declined, by=way.at("1"), reason="needed_here")
    assert await way.position("1", way.bag) == (5, 0, 0)
    assert await way.shown("1") == 5
    for step in (departures.send, transfers.cancel):
        with pytest.raises(IllegalTransferStep, match="This is declined"):
            await way.do(step, declined, by=way.at("1"))
    await way.sound()


async def test_a_place_keeps_its_safety_stock_but_may_give_it(way: Way) -> None:
    way.admin(
        "update stock.exposure set safety_ship = 4, ship = false where location_id = %s", [way.place("1")]
    )
    with pytest.raises(NotSoManyThere, match="Only 1 can be given"):
        await way.ask(bag=2)
    transfer_id = await way.ask(bag=1)
    way.admin("update stock.exposure set safety_ship = 5 where location_id = %s", [way.place("1")])
    await way.do(departures.pack, transfer_id, by=way.at("1"), packed=way.some(bag=1))
    await way.do(departures.send, transfer_id, by=way.at("1"))
    await way.sound()


async def test_who_asked_is_kept_waiting_three_days_and_no_longer(way: Way) -> None:
    transfer_id = await way.ask(bag=5)
    claim: dict[str, Any] = {
        "maison_id": way.shop.a.maison_id,
        "purpose": "checkout",
        "demands": [Demand(way.place("1"), way.bag, 2)],
        "method": "collect",
    }

    async def buy(conn: Conn) -> None:
        await holds.claim(
            conn, holder_id=uuid4(), expires_at=way.now + timedelta(minutes=15), now=way.now, **claim
        )

    with pytest.raises(NotEnoughStock):
        await way.db.run(Actor.job(), way.shop.a.maison_id, buy)
    way.now += timedelta(days=transfers.ASKED_DAYS, minutes=1)
    await way.db.run(Actor.job(), way.shop.a.maison_id, buy)
    await way.sound()
    with pytest.raises(NotSoManyThere, match="Only 3"):
        await way.do(departures.pack, transfer_id, by=way.at("1"), packed=way.some(bag=5))
    await way.do(departures.pack, transfer_id, by=way.at("1"), packed=way.some(bag=3))
    way.now += timedelta(days=30)
    await way.do(departures.send, transfer_id, by=way.at("1"))
    assert await way.position("1", way.bag) == (2, 2, 0), "what is packed is kept without an end"
    await way.sound()


async def test_a_count_takes_packed_pieces_before_those_of_a_client(way: Way) -> None:
    async def hold(conn: Conn) -> None:
        await holds.claim(
            conn,
            maison_id=way.shop.a.maison_id,
            purpose="checkout",
            holder_id=uuid4(),
            demands=[Demand(way.place("1"), way.bag, 1)],
            method="collect",
            expires_at=way.now + timedelta(minutes=15),
            now=way.now,
        )

    transfer_id = await way.ask(bag=3)
    await way.do(departures.pack, transfer_id, by=way.at("1"), packed=way.some(bag=3))
    await way.db.run(Actor.job(), way.shop.a.maison_id, hold)
    await count(way.db, way.shop.a, "alba-1", "alba-bag", 2, way.now + timedelta(minutes=1))
    assert await way.position("1", way.bag) == (2, 1, 0), "the client's stays"
    await way.sound()
    with pytest.raises(PackedPiecesGone):
        await way.do(departures.send, transfer_id, by=way.at("1"))
    await way.do(departures.pack, transfer_id, by=way.at("1"), packed=way.some(bag=1))
    await way.do(departures.send, transfer_id, by=way.at("1"))
    assert await way.position("1", way.bag) == (1, 1, 0)
    await way.sound()


async def test_a_count_from_before_the_parcel_does_not_undo_it(way: Way) -> None:
    way.now += timedelta(hours=2)
    transfer_id = await way.sent(bag=2)
    await way.receive(transfer_id, bag=2)
    for place in ("alba-1", "alba-2"):
        await count(way.db, way.shop.a, place, "alba-bag", 5, way.now - timedelta(hours=1))
    assert (await way.position("1", way.bag), await way.position("2", way.bag)) == ((3, 0, 0), (7, 0, 0))


async def test_pieces_come_to_a_place_that_never_had_one(way: Way) -> None:
    transfer_id, there = uuid4(), way.place("wh")
    for table in ("movement", "position"):
        way.admin(f"delete from stock.{table} where location_id = %s", [there])
    await way.do(
        transfers.ask,
        transfer_id,
        by=None,
        from_location_id=way.place("1"),
        to_location_id=there,
        wanted=way.some(bag=1),
        reason="for_order",
    )
    await way.do(departures.pack, transfer_id, by=None, packed=way.some(bag=1))
    await way.do(departures.send, transfer_id, by=None)
    await way.do(
        arrivals.receive,
        transfer_id,
        receipt_id=uuid4(),
        by=way.at("wh"),
        arrived=[Arrived(way.bag, 1, 1)],
    )
    assert await way.position("wh", way.bag) == (1, 0, 1)
    await way.sound()


async def test_a_manager_writes_off_what_will_not_come(way: Way) -> None:
    transfer_id, told = await way.sent(bag=3), uuid4()
    await way.receive(transfer_id, bag=1)
    loss: dict[str, Any] = {"receipt_id": told, "lost": way.some(bag=2), "reason": "never_arrived"}
    with pytest.raises(NotForAdvisors):
        await way.do(arrivals.write_off, transfer_id, by=way.at("2"), **loss)
    with pytest.raises(MoreThanSent):
        await way.do(
            arrivals.write_off,
            transfer_id,
            by=way.at("2", role="boutique_manager"),
            **{**loss, "lost": way.some(bag=3)},
        )
    for _ in range(2):
        await way.do(arrivals.write_off, transfer_id, by=way.at("2", role="boutique_manager"), **loss)
    assert await way.state(transfer_id) == "received"
    assert (await way.position("1", way.bag), await way.position("2", way.bag)) == ((2, 0, 0), (6, 0, 0))
    with pytest.raises(IllegalTransferStep, match="This is received"):
        await way.receive(transfer_id, bag=1)
    await way.sound()


async def test_steps_are_of_the_place_whose_they_are(way: Way) -> None:
    transfer_id = await way.ask(bag=1)
    packed = {"packed": way.some(bag=1)}
    receipt = {"receipt_id": uuid4(), "arrived": [Arrived(way.bag, 1)]}
    for verb, who, more in (
        (departures.pack, "2", packed),
        (transfers.decline, "2", {"reason": "damaged"}),
        (transfers.cancel, "wh", {}),
        (arrivals.receive, "1", receipt),
    ):
        with pytest.raises(NoSuchTransfer):
            await way.do(verb, transfer_id, by=way.at(who), **more)
    with pytest.raises(IllegalTransferStep, match="Possible now: pack, decline, cancel"):
        await way.do(departures.send, transfer_id, by=way.at("1"))
    with pytest.raises(IllegalTransferStep, match="waiting to be packed"):
        await way.do(arrivals.receive, transfer_id, by=way.at("2"), **receipt)
    for wrong in ({"bag": 2}, {"bag": 0}, {"ring": 1}):
        with pytest.raises(NotAsked):
            await way.do(departures.pack, transfer_id, by=way.at("1"), packed=way.some(**wrong))
    for places in (("1", "1"), ("1", "nowhere"), ("nowhere", "2")):
        one, other = (uuid4() if name == "nowhere" else way.place(name) for name in places)
        with pytest.raises(NoSuchTransfer):
            await way.do(
                transfers.ask,
                uuid4(),
                by=None,
                from_location_id=one,
                to_location_id=other,
                wanted=way.some(bag=1),
                reason="replenishment",
            )
    await way.sound()


async def test_many_ask_for_few_and_a_parcel_is_taken_in_once(way: Way) -> None:
    asked = await asyncio.gather(*(way.ask(bag=2) for _ in range(6)), return_exceptions=True)
    got = [one for one in asked if isinstance(one, UUID)]
    assert len(got) == 2 and sum(isinstance(one, NotSoManyThere) for one in asked) == 4
    assert await way.position("1", way.bag) == (5, 4, 0)
    await asyncio.gather(
        *(way.do(departures.pack, got[0], by=way.at("1"), packed=way.some(bag=2)) for _ in range(4))
    )
    first = await asyncio.gather(
        *(way.do(departures.send, got[0], by=way.at("1")) for _ in range(3)),
        *(way.do(transfers.cancel, got[0], by=way.at("2")) for _ in range(3)),
        return_exceptions=True,
    )
    refused = [one for one in first if one is not None]
    assert len(refused) == 3 and all(isinstance(one, IllegalTransferStep) for one in refused)
    await way.sound()
    if await way.state(got[0]) == "cancelled":
        await way.do(departures.pack, got[1], by=way.at("1"), packed=way.some(bag=2))
        await way.do(departures.send, got[1], by=way.at("1"))
        got = got[1:]
    taken = await asyncio.gather(*(way.receive(got[0], bag=2) for _ in range(4)), return_exceptions=True)
    assert sum(one is None for one in taken) == 1
    assert await way.position("2", way.bag) == (7, 0, 0)
    await way.sound()


async def test_random_steps_of_several_hands_lose_no_piece(way: Way, addresses: Addresses) -> None:
    """Some hands die before their transaction ends, tills and counts take pieces away, and verify looks all the while."""
    chance = random.Random(3)
    watching = Db(addresses.app, addresses.public, addresses.group, connections_max=2)
    await watching.open()
    w = histories.World(way.db, way.shop.store, [way.shop.a, way.shop.b], way.now)
    dealt = [
        *[histories.ask_transfer] * 5,
        *[histories.go_on_transfer] * 12,
        *[histories.end_transfer] * 3,
        histories.till,
        histories.count,
        histories.jump,
    ]

    async def hand() -> None:
        for _ in range(35):
            act = histories.Act(0, chance.choice(dealt).__name__, chance.randrange(8), chance.randrange(8))
            await w.act(act)

    try:
        hands = asyncio.gather(*(hand() for _ in range(histories.HANDS)))
        while not hands.done() and not w.wrong:
            await histories.look(w, watching)
        await hands
        await histories.finish_transfers(w)
        await histories.look(w, watching)
    finally:
        await watching.close()
    assert w.wrong == [] and w.looks > 4
    told = {kind for (kind,) in way.admin("select distinct kind from base.fact")}
    assert told >= {"TransferAsked", "TransferPacked", "TransferSent", "TransferReceived"}
    assert way.admin("select count(*) from stock.transfer where ended_at is null") == [(0,)]
    assert way.admin("select count(*) from stock.hold where purpose = 'transfer'") == [(0,)]
    ((left, lost),) = way.admin("""
        select (select coalesce(sum(on_hand), 0) from stock.movement m join stock.transfer t on t.id = m.cause_id),
          (select coalesce(sum(lost), 0) from stock.transfer_line)""")
    assert left + lost == 0


async def test_the_database_refuses_what_a_verb_forgets(way: Way) -> None:
    transfer_id = await way.sent(bag=1)
    for change, rule in (
        ("received = 2", "never_more_than_sent"),
        ("lost = 2", "never_more_than_sent"),
        ("sent = 2", "never_more_than_packed"),
        ("packed = 2", "never_more_than_asked"),
        ("damaged = 1", "damaged_of_the_received"),
    ):
        with pytest.raises(errors.CheckViolation) as refused:
            way.admin(f"update stock.transfer_line set {change}")
        assert refused.value.diag.constraint_name == rule
    assert await way.state(transfer_id) == "sent"


@pytest.mark.parametrize(
    ("tampering", "what"),
    [
        ("update stock.transfer_line set received = 1", "received otherwise than it reached"),
        ("update stock.transfer_line set lost = 1", "received, damaged, lost otherwise than told"),
        ("update stock.transfer_line set sent = 1", "sent otherwise than it left"),
        (
            "update stock.transfer set state = 'received', ended_at = now()",
            "ended otherwise than its pieces",
        ),
        (
            "insert into stock.hold (maison_id, id, location_id, variant_id, purpose, holder_id, quantity, expires_at,"
            " created_at) select l.maison_id, l.transfer_id, t.from_location_id, l.variant_id, 'transfer', l.transfer_id, 1,"
            " now(), now()"
            " from stock.transfer_line l join stock.transfer t on t.id = l.transfer_id",
            "kept otherwise than asked or packed",
        ),
    ],
)
async def test_verify_finds_what_goes_astray(way: Way, tampering: str, what: str) -> None:
    transfer_id = await way.sent(bag=2)
    await way.sound()
    way.admin(tampering)
    found = await verify(way.db, maison_id=way.shop.a.maison_id)
    assert (what, transfer_id) in {(one.what, one.transfer_id) for one in found if isinstance(one, Astray)}


async def test_another_maison_sees_and_moves_nothing(way: Way) -> None:
    transfer_id = await way.ask(bag=1)
    stranger = Colleague(way.shop.b.staff["maison_manager"], "Max", "maison_manager", frozenset())
    for maison_id in (way.shop.a.maison_id, way.shop.b.maison_id):
        with pytest.raises(NoSuchTransfer):
            async with way.db.acting(Actor.staff(stranger.staff_id), way.shop.b.maison_id) as conn:
                await transfers.cancel(
                    conn, maison_id=maison_id, transfer_id=transfer_id, by=stranger, now=way.now
                )
    assert await way.state(transfer_id) == "asked"
