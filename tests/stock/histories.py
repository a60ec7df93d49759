"""Histories: acts of clients, boutiques, tills, counts and the worker, dealt to several hands that act at the same time.

Every act is a real verb with the history's own clock, which an act may push ahead. Numbers choose among what there is.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID, uuid4

from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many, scalar
from enfilade.base.idempotency import KeyReused
from enfilade.base.secrets import derived_code
from enfilade.boutiques import closures
from enfilade.catalogue.entries import PriceEntry, ProductEntry, TextEntry, VariantEntry
from enfilade.catalogue.products import upsert_products
from enfilade.catalogue.publish import publish_products
from enfilade.closures import working as closing
from enfilade.maisons import policies
from enfilade.orders import (
    baskets,
    books,
    bringing,
    cancellation,
    confirmation,
    exchanges,
    external_sales,
    invoices,
    pickup,
    preparations,
    proposals,
    receiving,
    rejections,
    returns,
    settlement,
    waiting,
    withdrawal,
)
from enfilade.orders import verify as promises
from enfilade.orders.checkout import (
    BasketEmpty,
    CheckoutOver,
    Checkouts,
    CheckoutUnderway,
    PiecesGone,
    PlaceClosed,
    Store,
)
from enfilade.orders.desk import goodwill
from enfilade.orders.exchange_wishes import EXCHANGE, NotExchangeable
from enfilade.orders.fulfilment import NotAllPicked, TakenBy
from enfilade.orders.fulfilment import PiecesGone as PieceTaken
from enfilade.orders.placing import Contact
from enfilade.orders.preparations import NothingToPick
from enfilade.orders.preparing import FOLLOWED, go_round
from enfilade.orders.states import IllegalStep
from enfilade.orders.till import drawers, ringing_up
from enfilade.orders.till.sales import SaleOver
from enfilade.orders.unfinished import settle_unfinished
from enfilade.payments import captures
from enfilade.payments.jobs import reconcile
from enfilade.payments.local_provider import LocalProvider
from enfilade.staff.people import Colleague
from enfilade.stock import arrivals, departures, holds, pieces_told, transfers
from enfilade.stock import verify as positions
from enfilade.stock.counts import Count, record_counts, record_movement
from enfilade.stock.holds import Demand, NotEnoughStock
from enfilade.stock.serials import Found, SerialRefused
from tests import letters
from tests.letters import OWED, Owed, Post
from tests.serialised import by_serials
from tests.shop import DOOR, House, found_house

T = TypeVar("T")
HANDS = 4
KEY = b"k" * 48
CONTACT = Contact("Camille Aubry", "camille@client.example", "", DOOR, "")
GIFT = replace(CONTACT, gift_words="For you")
TOKENS = (
    "tok_ok",
    "tok_ok",
    "tok_second_step",
    "tok_refused",
    "tok_timeout_then_ok",
    "tok_timeout_then_refused",
)
JUMPS = (20, 90, 150, 700, 1_000, 18_000, 200_000, 900_000)
#: What a shop may answer to a bad moment; anything else is a fault.
REFUSALS = (
    BasketEmpty,
    CheckoutOver,
    CheckoutUnderway,
    IllegalStep,
    KeyReused,
    NotAllPicked,
    NothingToPick,
    PiecesGone,
    PlaceClosed,
    TakenBy,
    baskets.TooMany,
    PieceTaken,
    pickup.NotAmongThese,
    pickup.TooLateToUndo,
    pickup.WrongCode,
    rejections.NothingToReject,
    arrivals.MoreThanSent,
    transfers.IllegalTransferStep,
    transfers.NotAsked,
    transfers.NotSoManyThere,
    transfers.PackedPiecesGone,
    NotExchangeable,
    cancellation.HasLeft,
    cancellation.NothingToCancel,
    cancellation.NothingToPutAway,
    receiving.BackAlready,
    receiving.LawTakesItBack,
    receiving.StillToUndo,
    returns.NothingToReturn,
    returns.ReturnTooLate,
    withdrawal.NothingToWithdraw,
    goodwill.MoreThanWasPaid,
    goodwill.NothingToGiveBack,
    goodwill.PaidAtTheCounter,
    proposals.ProposalOver,
    closures.AlreadyClosed,
    drawers.TillNotOpen,
    ringing_up.NotToBeHad,
    SaleOver,
    SerialRefused,
)


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one hand; what `a` and `b` choose depends on the verb."""

    hand: int
    verb: str
    a: int
    b: int

    def __str__(self) -> str:
        return f"hand {self.hand}: {self.verb}({self.a}, {self.b})"


@dataclass(slots=True)
class Opened:
    """A checkout somebody opened, with the key it was last paid with and the page of its second step."""

    visitor: UUID
    id: UUID
    method: str
    store: Store
    key: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class _Work:
    id: UUID
    order_id: UUID
    location_id: UUID
    method: str
    state: str
    lines: list[UUID]


@dataclass(frozen=True, slots=True)
class _Job:
    id: int
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Fact:
    id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class _Wrong:
    what: str
    subject: str


@dataclass(frozen=True, slots=True)
class _Free:
    location_id: UUID
    variant_id: UUID
    pieces: int


@dataclass(slots=True)
class World:
    """Two maisons seen in one store, one clock, and what the hands know of each other's doings."""

    db: Db
    store: Store
    houses: list[House]
    now: datetime
    patience_seconds: float = 0.1
    visitors: list[UUID] = field(default_factory=lambda: [uuid4() for _ in range(3)])
    opened: list[Opened] = field(default_factory=list[Opened])
    done: set[int] = field(default_factory=set[int])
    wrong: list[str] = field(default_factory=list[str])
    looks: int = 0
    post: Post = field(init=False)
    #: Whether some job was done again, as by the heir of a worker that died.
    again: bool = False
    #: By maison, another size of its first piece, for which that may be exchanged.
    others: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])

    def __post_init__(self) -> None:
        self.post = Post(self.db, KEY, "http://shop.example")

    def forget(self) -> None:
        """What the worker did is done again."""
        self.done.clear()
        self.again = True

    @property
    def checkouts(self) -> Checkouts:
        return Checkouts(self.db, {"local": self.provider}, KEY, "http://shop.example", self.patience_seconds)

    @property
    def provider(self) -> LocalProvider:
        return LocalProvider(self.db, "http://shop.example", known_after_seconds=self.patience_seconds * 2)

    def house(self, number: int) -> House:
        """The first more often than the second."""
        return self.houses[number % 3 == 2]

    def place(self, house: House, number: int) -> UUID:
        return list(house.places.values())[number % 2]

    def variant(self, house: House, number: int) -> UUID:
        return list(house.variants.values())[number % 2]

    def one_by_one(self, house: House, variant: UUID) -> bool:
        """Of the two pieces of a house the second is counted by its serials."""
        return variant == self.variant(house, 1)

    def manager(self, house: House) -> Colleague:
        return Colleague(house.staff["maison_manager"], "Max", "maison_manager", frozenset())

    async def run(self, house: House, verb: Callable[[Conn], Awaitable[T]], actor: Actor | None = None) -> T:
        return await self.db.run(actor or Actor.job(), house.maison_id, verb)

    async def act(self, act: Act) -> None:
        """Does it; a refusal is an answer, everything else is wrong."""
        self.now += timedelta(seconds=1)
        try:
            await VERBS[act.verb](self, act.a, act.b)
        except REFUSALS:
            pass
        except Exception as error:
            self.wrong.append(f"{act} raised {type(error).__name__}: {error}")


# Clients.


async def open_(w: World, a: int, b: int) -> None:
    visitor = w.visitors[a % 3]
    chosen = [w.house(b)] if b < 6 else w.houses
    async with w.db.acting(Actor.visitor(visitor), w.store.maison_id) as conn:
        for house in chosen:
            for variant in list(house.variants.values())[: 1 + a % 2]:
                await baskets.put(
                    conn,
                    maison_id=w.store.maison_id,
                    store_id=w.store.store_id,
                    visitor_id=visitor,
                    variant_id=variant,
                    quantity=1 + (b == 3),
                    now=w.now,
                )
    await _open(w, visitor, a, b, uuid4().hex)


async def open_twice(w: World, a: int, b: int) -> None:
    """The page was slow, the same request is sent again before the first was answered."""
    key, visitor = uuid4().hex, w.visitors[a % 3]
    asked = [_open(w, visitor, a, b, key) for _ in range(2)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer


async def _open(w: World, visitor: UUID, a: int, b: int, key: str) -> None:
    method = ("collect", "collect", "reserve", "ship")[(a + b) % 4]
    opened = await w.checkouts.open(
        w.store,
        visitor,
        method=method,
        boutiques={house.maison_id: w.place(house, a // 3) for house in w.houses},
        brought=[house.maison_id for house in w.houses] if b % 3 else [],
        market="fr",
        language="fr",
        key=key,
        now=w.now,
    )
    w.opened.append(Opened(visitor, opened, method, w.store))


def _chosen(w: World, number: int) -> Opened | None:
    """The latest ones first."""
    return w.opened[-1 - number % len(w.opened)] if w.opened else None


async def pay(w: World, a: int, b: int) -> None:
    if (at := _chosen(w, a)) is None:
        return
    again = b == 7 and at.key
    at.key = at.key if again else uuid4().hex
    outcome = await w.checkouts.complete(
        at.store,
        at.visitor,
        at.id,
        contact=GIFT if b == 1 and at.method != "reserve" else CONTACT,
        payment_method="" if at.method == "reserve" else "ideal" if b == 6 else "card",
        card_token="" if at.method == "reserve" else TOKENS[b % 6],
        key=at.key,
        now=w.now,
    )
    at.url = outcome.url or at.url


async def answer_second_step(w: World, a: int, b: int) -> None:
    at = _chosen(w, a)
    if at is not None and at.url is not None:
        await w.provider.answer_second_step(token=at.url.rpartition("/")[2], approved=b > 1)
        await settle(w, a, b)


async def settle(w: World, a: int, b: int) -> None:
    if (at := _chosen(w, a)) is not None:
        await w.checkouts.settle(at.store.maison_id, at.id, now=w.now)


async def choose(w: World, a: int, b: int) -> None:
    if (at := _chosen(w, a)) is not None:
        await w.checkouts.choose(at.store, at.visitor, at.id, keep=b > 3, now=w.now)


# Boutiques.


async def _works(w: World, house: House) -> list[_Work]:
    async with w.db.acting(Actor.job(), house.maison_id) as conn:
        return await many(
            conn,
            _Work,
            """
            select f.id, f.order_id, f.location_id, f.method, f.state, array(select l.id from orders.order_line l
              where l.maison_id = f.maison_id and l.fulfilment_id = f.id order by l.id) as lines
            from orders.fulfilment f order by f.ended_at is null desc, f.id
            """,
        )


async def step(
    w: World, a: int, verb: Callable[..., Awaitable[Any]], *, states: tuple[str, ...] = (), **more: Any
) -> None:
    """A colleague does `verb` to the chosen work, be it possible or not; `states` chooses among some works only."""
    house = w.house(a)
    found = [work for work in await _works(w, house) if not states or work.state in states]
    if not found:
        return
    work = found[a % len(found)]
    if "line_id" in more:
        if not work.lines:
            return
        more["line_id"] = work.lines[more["line_id"] % len(work.lines)]
    if "refused_line_ids" in more:
        more["refused_line_ids"] = work.lines[: more["refused_line_ids"]]
        more["code"] = derived_code(KEY, "pickup", work.id)
    by = w.manager(house)
    await w.run(
        house,
        lambda conn: verb(conn, maison_id=house.maison_id, by=by, fulfilment_id=work.id, now=w.now, **more),
        Actor.staff(by.staff_id),
    )


async def work(w: World, a: int, b: int) -> None:
    """The next step there is for the chosen work, all lines of it picked."""
    house = w.house(a)
    found = [one for one in await _works(w, house) if one.state in ("asked", "accepted", "ready")]
    if not found:
        return
    state = found[a % len(found)].state
    if state == "asked":
        await step(w, a, preparations.accept, states=("asked", "accepted", "ready"))
    elif state == "ready":
        await hand_over(w, a, b)
    else:
        for line in range(2):
            await step(w, a, preparations.pick, states=("asked", "accepted", "ready"), line_id=line)
        if found[a % len(found)].method == "ship":
            await step(w, a, preparations.dispatch, states=("asked", "accepted", "ready"), tracking="")
        else:
            await step(w, a, preparations.ready, states=("asked", "accepted", "ready"), key=KEY)


async def hand_over(w: World, a: int, b: int) -> None:
    """The client may refuse a piece, or all."""
    await step(
        w, a, pickup.hand_over, states=("ready", "handed_over"), refused_line_ids=max(0, b - 4), code=""
    )


async def undo_hand_over(w: World, a: int, b: int) -> None:
    await step(w, a, pickup.undo_hand_over, states=("handed_over", "cancelled"))


async def leave_all_and_undo(w: World, a: int, b: int) -> None:
    """The client leaves everything at the counter, and a moment later it was a mistake."""
    house = w.house(a)
    found = [work for work in await _works(w, house) if work.state == "ready"]
    if not found:
        return
    chosen, by = found[a % len(found)], w.manager(house)
    of = {"maison_id": house.maison_id, "by": by, "fulfilment_id": chosen.id, "now": w.now}
    code = derived_code(KEY, "pickup", chosen.id)

    async def left(conn: Conn) -> None:
        await pickup.hand_over(conn, **of, code=code, refused_line_ids=chosen.lines)

    async def undone(conn: Conn) -> None:
        await pickup.undo_hand_over(conn, **of)

    for verb in (left, undone):
        await w.run(house, verb, Actor.staff(by.staff_id))


async def put_back(w: World, a: int, b: int) -> None:
    await step(w, a, preparations.put_back, line_id=b)


async def give_back(w: World, a: int, b: int) -> None:
    await step(w, a, preparations.give_back, states=("accepted",))


async def reject(w: World, a: int, b: int) -> None:
    reason = tuple(rejections.REASONS)[b % 4]
    await step(w, a, rejections.reject, states=("asked", "accepted", "ready"), line_id=b, reason=reason)


# Stock, as people and tills tell it.


async def count(w: World, a: int, b: int) -> None:
    """`b` from 4 on: found an hour ago, told now."""
    house = w.house(a)
    if w.one_by_one(house, variant := w.variant(house, a // 2)):
        states = [None, None, None, "display"]
        pieces = [Found(serial(a, n), states[n]) for n in range(b % 4 + b // 6)]
        told = w.now - timedelta(hours=b // 4)
        of = {"maison_id": house.maison_id, "location_id": w.place(house, a), "variant_id": variant}
        await w.run(
            house,
            lambda conn: pieces_told.count(
                conn, **of, found=pieces, source="count", by_id=None, as_of=told, now=w.now
            ),
        )
        return
    found = Count(
        w.place(house, a),
        w.variant(house, a // 2),
        b % 4,
        w.now - timedelta(hours=b // 4),
        display=int(b % 4 > 2),
    )
    await w.run(
        house,
        lambda conn: record_counts(
            conn, maison_id=house.maison_id, counts=[found], source="count", now=w.now
        ),
    )


def serial(place: int, number: int) -> str:
    """The few pieces that belong to a place, wherever they are."""
    return f"P{place % 2}-{number}"


async def till(w: World, a: int, b: int) -> None:
    """Few references: many are told twice, and in any order."""
    house = w.house(a)
    await w.run(
        house,
        lambda conn: record_movement(
            conn,
            maison_id=house.maison_id,
            location_id=w.place(house, a),
            variant_id=w.variant(house, a // 2),
            kind="sold" if b < 5 else "returned",
            on_hand=-1 if b < 5 else 1,
            source="till",
            reference=f"{a}-{b}",
            now=w.now,
            serials=[serial(a, b % 4)] if w.one_by_one(house, w.variant(house, a // 2)) else None,
        ),
    )


async def transfer(w: World, a: int, b: int) -> None:
    """A piece goes from one place to the other, both told by the same feed in one transaction, in lock order."""
    house, reference = w.house(a), uuid4().hex
    variant = w.variant(house, b)

    async def verb(conn: Conn) -> None:
        moves = [(w.place(house, a), -1), (w.place(house, a + 1), 1)]
        for place, pieces in sorted(moves):
            await record_movement(
                conn,
                maison_id=house.maison_id,
                location_id=place,
                variant_id=variant,
                kind="transferred",
                on_hand=pieces,
                source="transfers",
                reference=f"{reference}{pieces}",
                now=w.now,
                serials=[serial(a, b % 4)] if w.one_by_one(house, variant) else None,
            )

    await w.run(house, verb)


@dataclass(frozen=True, slots=True)
class _Way:
    id: UUID
    state: str
    for_order: bool
    variants: list[UUID]
    counts: list[int]


class _Killed(Exception):
    """The process dies before its transaction ends."""


async def ask_transfer(w: World, a: int, b: int) -> None:
    """One or two variants, some of each, to the other place; `b` 7 twice under one id, at once."""
    house, transfer_id = w.house(a), uuid4()
    wanted = [transfers.Pieces(w.variant(house, b + n), 1 + (a + n) % 2) for n in range(1 + b % 2)]

    async def verb(conn: Conn) -> None:
        await transfers.ask(
            conn,
            maison_id=house.maison_id,
            transfer_id=transfer_id,
            by=w.manager(house),
            from_location_id=w.place(house, a),
            to_location_id=w.place(house, a + 1),
            wanted=wanted,
            reason="replenishment",
            now=w.now,
        )

    asked = [w.run(house, verb, Actor.staff(w.manager(house).staff_id)) for _ in range(1 + (b == 7))]
    for answer in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(answer, Exception):
            raise answer


async def go_on_transfer(w: World, a: int, b: int) -> None:
    """The next step of a transfer, of fewer pieces where `b` is odd; `b` 6 and 7: whoever does it dies at the end."""
    house = w.house(a)
    found = await _ways(w, house)
    if found:
        with suppress(_Killed):
            await _step_of_way(w, house, found[a % len(found)], fewer=b % 2, killed=b > 5, names=b in (2, 4))


async def end_transfer(w: World, a: int, b: int) -> None:
    """Called off or declined, possible or not; `b` 6 and 7: pieces in transit are written off."""
    house = w.house(a)
    found = await _ways(w, house)
    if not found:
        return
    way = found[a % len(found)]
    if b > 5:
        way = next((one for one in found if one.state == "sent"), way)
        most = max(range(len(way.counts)), key=lambda line: way.counts[line])
        named = await _on_the_way(w, house, way)
        most_lost = max(1, way.counts[most])
        lost = [
            transfers.Pieces(way.variants[most], most_lost, named.get(way.variants[most], ())[:most_lost])
        ]
        await _transfer(
            w, house, way, arrivals.write_off, receipt_id=uuid4(), lost=lost, reason="never_arrived"
        )
    elif b % 2:
        await _transfer(w, house, way, transfers.cancel)
    else:
        await _transfer(w, house, way, transfers.decline, reason="needed_here")


async def _ways(w: World, house: House) -> list[_Way]:
    """Open ones, with what may be told of each line: asked, packed, or in transit."""
    async with w.db.acting(Actor.job(), house.maison_id) as conn:
        return await many(
            conn,
            _Way,
            """
            select t.id, t.state, t.reason = 'for_order' as for_order,
              array_agg(l.variant_id order by l.variant_id) as variants,
              array_agg(case t.state when 'asked' then l.asked when 'packed' then l.packed
                else l.sent - l.received - l.lost end order by l.variant_id) as counts
            from stock.transfer t join stock.transfer_line l on l.transfer_id = t.id
            where t.ended_at is null group by t.id, t.state, t.reason order by t.id
            """,
        )


async def _on_the_way(w: World, house: House, way: _Way) -> dict[UUID, tuple[str, ...]]:
    """The serials that were sent with it and are awaited still, by variant."""
    async with w.db.acting(Actor.job(), house.maison_id) as conn:
        found = await many(
            conn,
            _Sent,
            """
            select variant_id, array_agg(serial order by serial) as serials from stock.piece
            where transfer_id = %(id)s group by 1
            """,
            id=way.id,
        )
    return {row.variant_id: tuple(row.serials) for row in found}


async def _there(w: World, house: House, way: _Way) -> dict[UUID, tuple[str, ...]]:
    """The serials for sale where it leaves from, whoever they are promised to, the last first."""
    async with w.db.acting(Actor.job(), house.maison_id) as conn:
        found = await many(
            conn,
            _Sent,
            """
            select p.variant_id, array_agg(p.serial order by p.serial desc) as serials from stock.piece p
            join stock.transfer t on t.maison_id = p.maison_id and t.id = %(id)s and t.from_location_id = p.location_id
            where p.whereabouts = 'here' and p.state is null group by 1
            """,
            id=way.id,
        )
    return {row.variant_id: tuple(row.serials) for row in found}


@dataclass(frozen=True, slots=True)
class _Sent:
    variant_id: UUID
    serials: list[str]


async def _step_of_way(
    w: World, house: House, way: _Way, *, fewer: int = 0, killed: bool = False, names: bool = False
) -> None:
    counted = {
        variant: max(0, pieces - fewer) for variant, pieces in zip(way.variants, way.counts, strict=True)
    }
    if way.state == "packed" and not fewer:
        await _transfer(w, house, way, departures.send, killed=killed)
    elif way.state in ("asked", "packed"):
        # What is told apart may be named: another piece than the books had for it.
        named = await _there(w, house, way) if names else {}
        packed = [
            transfers.Pieces(variant, pieces, named.get(variant, ())[:pieces] if pieces else ())
            for variant, pieces in counted.items()
        ]
        await _transfer(w, house, way, departures.pack, killed=killed, packed=packed)
    else:
        named = await _on_the_way(w, house, way)
        arrived = [
            arrivals.Arrived(variant, n, n // 2, named.get(variant, ())[:n], named.get(variant, ())[: n // 2])
            for variant, n in counted.items()
        ]
        await _transfer(w, house, way, arrivals.receive, killed=killed, receipt_id=uuid4(), arrived=arrived)


async def _transfer(
    w: World,
    house: House,
    way: _Way,
    verb: Callable[..., Awaitable[Any]],
    killed: bool = False,
    **more: Any,
) -> None:
    by = w.manager(house)

    async def step(conn: Conn) -> None:
        await verb(conn, maison_id=house.maison_id, transfer_id=way.id, by=by, now=w.now, **more)
        if killed:
            raise _Killed

    await w.run(house, step, Actor.staff(by.staff_id))


async def finish_transfers(w: World) -> None:
    """Everybody does their part: boxes leave and are received, what nobody waits for and is not packed is called off."""
    for house in w.houses:
        for state in ("asked", "packed", "sent"):
            for way in await _ways(w, house):
                if way.state == "asked" and not way.for_order:
                    await _transfer(w, house, way, transfers.cancel)
                elif way.state == state and state != "sent":
                    try:
                        await _step_of_way(w, house, way)
                    except transfers.PackedPiecesGone:
                        await _transfer(w, house, way, transfers.cancel)
                elif way.state == state:
                    await _step_of_way(w, house, way)


async def sales(w: World, a: int, b: int) -> None:
    """The till's day is imported late, out of order, some of it twice: figures, no pieces."""
    house = w.house(a)
    told = [
        external_sales.ExternalSale(
            f"{a}-{number}",
            w.now - timedelta(days=b * number),
            "boutique",
            w.place(house, a),
            "sku",
            1,
            100,
            20,
            "EUR",
            False,
            True,
        )
        for number in range(3)
    ]
    await w.run(
        house,
        lambda conn: external_sales.record_external_sales(conn, maison_id=house.maison_id, sales=told),
    )


# The worker and the clock.


async def jump(w: World, a: int, b: int) -> None:
    w.now += timedelta(seconds=JUMPS[a % 8])


async def rounds(w: World, a: int, b: int) -> None:
    if a < 3:
        await settle_unfinished(w.db, w.checkouts, now=w.now)
    elif a < 6:
        await go_round(w.db, maison_id=w.house(b).maison_id, now=w.now)
        await closing.go_round(w.db, maison_id=w.house(b).maison_id, now=w.now)
    else:
        await reconcile(w.db, {"local": w.provider}, timeout_seconds=1, now=w.now)


async def worker(w: World, a: int, b: int) -> None:
    """Does the jobs and hears the facts of a maison; `b` 7 does what was done again, as a killed worker's heir."""
    house = w.house(a)
    if b == 7:
        w.forget()
    await work_through(w, house)


async def work_through(w: World, house: House) -> int:
    """Everything that waits now, once; returns how much that was."""
    async with w.db.acting(Actor.job(), house.maison_id) as conn:
        waiting = await many(
            conn,
            _Job,
            """
            select id, args from procrastinate.procrastinate_jobs
            where args ->> 'maison_id' = %(maison)s and args ? 'name' and (scheduled_at is null or scheduled_at <= %(now)s)
              and id <> all(%(done)s) order by id
            """,
            maison=str(house.maison_id),
            now=w.now,
            done=list(w.done),
        )
        unheard = await many(
            conn,
            _Fact,
            """
            select id, kind from base.fact f where kind = any(%(kinds)s)
              and not exists (select 1 from base.handled_fact h where h.fact_id = f.id) order by id
            """,
            kinds=[
                "AllocationLost",
                "PaymentCaptured",
                "PaymentOperationRefused",
                "TransferSent",
                "OrderPlaced",
                *FOLLOWING,
            ],
        )
    for fact in unheard:
        await w.run(house, lambda conn, fact=fact: _hear(w, house, conn, fact))
    for job in waiting:
        if job.id not in w.done:
            w.done.add(job.id)
            await _do(
                w, house, job.args["name"], {key: UUID(value) for key, value in job.args["ids"].items()}
            )
    return len(unheard) + len(waiting)


async def _hear(w: World, house: House, conn: Conn, fact: _Fact) -> None:
    names = {"AllocationLost": "orders.lose", "TransferSent": "orders.underway"} | FOLLOWING
    names["OrderPlaced"] = "orders.mail_when_placed"
    listener = names.get(fact.kind, "orders.captured")
    heard = await facts.hear(conn, maison_id=house.maison_id, fact_id=fact.id, listener=listener, now=w.now)
    if heard is None:
        return
    if fact.kind == "OrderPlaced":
        await confirmation.mail_when_placed(conn, heard)
    elif fact.kind == "AllocationLost":
        await rejections.lose(conn, maison_id=house.maison_id, line_id=heard.subject_id, now=w.now)
    elif fact.kind == "TransferSent":
        await bringing.underway(conn, maison_id=house.maison_id, transfer_id=heard.subject_id, now=w.now)
    elif fact.kind in FOLLOWING:
        await bringing.follow(conn, maison_id=house.maison_id, transfer_id=heard.subject_id, now=w.now)
    else:
        await settlement.captured(conn, maison_id=house.maison_id, payment_id=heard.subject_id, now=w.now)


async def _do(w: World, house: House, name: str, ids: dict[str, UUID]) -> None:
    if name == captures.CARRY_OUT:
        await captures.carry_out(
            w.db,
            {"local": w.provider},
            maison_id=house.maison_id,
            operation_id=ids["operation_id"],
            timeout_seconds=1,
            now=w.now,
        )
    elif name == "orders.resource":
        await waiting.source(w.db, maison_id=house.maison_id, order_ids=[ids["order_id"]], now=w.now)
    elif name == "closures.carry_out":
        await closing.carry_out(w.db, maison_id=house.maison_id, act_id=ids["act_id"], now=w.now)
    elif name.startswith("orders.mail_"):
        await w.post.carry(name, house.maison_id, ids)
    elif name in JOBS:
        await w.run(house, lambda conn: JOBS[name](conn, maison_id=house.maison_id, now=w.now, **ids))


FOLLOWING = {kind.__name__: name for kind, name in FOLLOWED.items()}
#: What the worker does by itself, by the name of its job.
JOBS: dict[str, Callable[..., Awaitable[object]]] = {
    "orders.cancel": cancellation.carry_out,
    "orders.finish_hand_over": pickup.finish_hand_over,
    "orders.invoice": invoices.issue,
    "orders.credit_note": invoices.credit,
    "orders.credit_goodwill": invoices.credit_goodwill,
    EXCHANGE: partial(exchanges.carry_out, key=KEY),
    "orders.return_announced": partial(exchanges.tell_announced, key=KEY),
    "orders.return_ended": returns.tell_ended,
    "orders.withdrawal_stated": withdrawal.tell,
    "orders.follow_withdrawal": partial(withdrawal.follow, key=KEY),
}


#: More often where more can go wrong.
WEIGHTS: dict[Callable[[World, int, int], Awaitable[None]], int] = {
    open_: 5,
    open_twice: 2,
    pay: 6,
    answer_second_step: 2,
    settle: 2,
    choose: 1,
    work: 6,
    hand_over: 1,
    undo_hand_over: 1,
    put_back: 1,
    give_back: 1,
    reject: 2,
    count: 3,
    till: 3,
    transfer: 1,
    ask_transfer: 4,
    go_on_transfer: 7,
    end_transfer: 1,
    sales: 1,
    jump: 2,
    rounds: 3,
    worker: 4,
}
VERBS = {verb.__name__: verb for verb in WEIGHTS}


async def happen(db: Db, watching: Db, store: Store, history: list[Act]) -> tuple[list[str], int]:
    """Lets a history happen in two fresh maisons, watched all the while; what went wrong, and how often it was looked."""
    now = datetime.now(UTC)
    slug = f"m{uuid4().hex[:10]}"
    houses = [
        await found_house(db, now, f"{slug}{letter}", kind="maison", shown_in=store.store_id)
        for letter in "ab"
    ]
    w = World(db, store, houses, now)
    for house in houses:
        policy = replace(policies.Policy(), ship_to_store_days=1, reserve_brought=True)
        await w.run(
            house,
            lambda conn, house=house, policy=policy: policies.set_policy(
                conn, maison_id=house.maison_id, policy=policy, now=now
            ),
        )
    for house in (
        houses
    ):  # few pieces, so that they are fought for, and fewer in one boutique, so that some are brought
        few = [Count(w.place(house, n), w.variant(house, 0), 1 + 2 * n, now) for n in range(2)]
        none = [Count(list(house.places.values())[2], w.variant(house, 0), 0, now)]
        w.others[house.maison_id] = await another_size(db, house, now)
        few += [Count(w.place(house, 1), w.others[house.maison_id], 2, now)]
        there = {list(house.places)[n]: [serial(n, m) for m in range(1 + 2 * n)] for n in range(2)}
        await by_serials(db, house, list(house.variants)[1], there, now)
        await w.run(
            house,
            lambda conn, house=house, counts=few + none: record_counts(
                conn, maison_id=house.maison_id, counts=counts, source="opening", now=now
            ),
        )
    acts = sorted(history, key=lambda act: act.hand)
    ended = asyncio.Event()

    async def hand(own: list[Act]) -> None:
        for act in own:
            if not w.wrong:
                await w.act(act)

    async def watch() -> None:
        while not ended.is_set() and not w.wrong:
            await look(w, watching)

    async def hands() -> None:
        dealt = [list(own) for _, own in groupby(acts, key=lambda act: act.hand)]
        await asyncio.gather(*(hand(own) for own in dealt))
        ended.set()

    await asyncio.gather(hands(), watch())
    if not w.wrong:
        await look(w, watching)
    if not w.wrong:
        await quiet(w)
        await look(w, watching)
        await reckon(w)
    return w.wrong, w.looks


async def another_size(db: Db, house: House, now: datetime) -> UUID:
    """The first piece of a house in a larger size, at the same price; its id."""
    prices = [PriceEntry("fr", "EUR", 120_000), PriceEntry("us", "USD", 130_000)]
    large = f"{house.slug}-bag-large"

    async def verb(conn: Conn) -> UUID:
        await upsert_products(
            conn,
            maison_id=house.maison_id,
            source="main",
            products=[
                ProductEntry(
                    1,
                    "bag",
                    family="bag",
                    published=True,
                    texts=[TextEntry("fr", "Le sac", "Un sac."), TextEntry("en", "The bag", "A bag.")],
                    variants=[
                        VariantEntry(1, {}, f"{house.slug}-bag", prices=prices),
                        VariantEntry(3, {"size": "L"}, large, prices=prices),
                    ],
                )
            ],
            now=now,
        )
        await publish_products(conn, maison_id=house.maison_id, now=now)
        return await scalar(conn, "select id from catalogue.variant where sku = %(sku)s", sku=large)

    return await db.run(Actor.importer(), house.maison_id, verb)


async def look(w: World, db: Db) -> None:
    """`enfilade stock verify`, each maison in snapshots of its own."""
    for house in w.houses:
        for drift in [
            *await positions.verify(db, maison_id=house.maison_id),
            *await promises.verify(db, maison_id=house.maison_id),
            *await books.verify(db, maison_id=house.maison_id),
        ]:
            w.wrong.append(f"verify: {drift}")
        w.looks += 1


async def quiet(w: World) -> None:
    """Nobody comes any more: boxes arrive, rounds and jobs go on until nothing is left to do."""
    await finish_transfers(w)
    for turn in range(60):
        # More than a month, after which a return nobody has seen lapses.
        w.now += timedelta(minutes=5) if turn < 10 else timedelta(days=3)
        did = await settle_unfinished(w.db, w.checkouts, now=w.now)
        await reconcile(w.db, {"local": w.provider}, timeout_seconds=1, now=w.now)
        for house in w.houses:
            did += await work_through(w, house)
            did += await go_round(w.db, maison_id=house.maison_id, now=w.now)
            did += await closing.go_round(w.db, maison_id=house.maison_id, now=w.now)
        if not did and turn > 20:
            return
    w.wrong.append("the rounds never came to an end")


async def reckon(w: World) -> None:
    """What must be true when all is quiet: everything ended, money follows pieces, everybody was written to, and every free piece
    can be bought."""
    owed: list[Owed] = []
    for house in w.houses:
        async with w.db.acting(Actor.job(), house.maison_id) as conn:
            for row in await _wrongs(conn):
                w.wrong.append(f"at the end: {row.what} {row.subject}")
            owed += await many(conn, Owed, OWED)
            free = await many(
                conn,
                _Free,
                """
                select location_id, variant_id, on_hand - unavailable - allocated as pieces from stock.standing
                where on_hand - unavailable - allocated > 0
                """,
            )
        for spot in free:
            await _buyable(w, house, spot)
    for maison_id in {w.store.maison_id, *(opened.store.maison_id for opened in w.opened)}:
        async with w.db.acting(Actor.job(), maison_id) as conn:
            left = await many(
                conn,
                _Wrong,
                """
                select 'checkout still ' || c.state as what, c.id::text as subject from orders.checkout c
                where c.state in ('open', 'paying', 'choosing') and c.id = any(%(ids)s::uuid[])
                """,
                ids=[opened.id for opened in w.opened],
            )
        w.wrong += [f"at the end: {row.what} {row.subject}" for row in left]
    w.wrong += [f"at the end: {one}" for one in letters.wrong(owed, w.post.sent)]
    # Who says the same return again is sent the same receipt again.
    twice = {key for key, sent in Counter(w.post.sent).items() if sent > 1 and not key.startswith("return-")}
    w.wrong += [] if w.again else [f"at the end: letter {key} was sent twice" for key in twice]


async def _buyable(w: World, house: House, spot: _Free) -> None:
    try:
        await w.run(
            house,
            lambda conn: holds.claim(
                conn,
                maison_id=house.maison_id,
                purpose="checkout",
                holder_id=uuid4(),
                demands=[Demand(spot.location_id, spot.variant_id, spot.pieces)],
                method="ship",
                expires_at=w.now + timedelta(minutes=15),
                now=w.now,
            ),
        )
    except NotEnoughStock as error:
        w.wrong.append(f"undersold: {spot} but {error}")


async def _wrongs(conn: Conn) -> list[_Wrong]:
    return await many(
        conn,
        _Wrong,
        """
        with recursive root as (
          -- The payment whose money it is: an exchange is paid by another one.
          select p.id, p.id as root from payments.payment p where p.of_payment_id is null
          union all
          select p.id, r.root from payments.payment p join root r on r.id = p.of_payment_id
        )
        select 'order still open' as what, o.id::text as subject from orders.order o where o.state = 'placed'
        union all
        select 'exchange never decided: ' || e.state, e.id::text from orders.exchange e where e.state in ('wished', 'held', 'due')
        union all
        select 'piece kept for an exchange that ended', e.id::text from orders.exchange e
        join stock.hold h on h.maison_id = e.maison_id and h.holder_id = e.id
        union all
        select 'capture never asked', f.id::text from orders.fulfilment f where f.capture_after is not null
        union all
        select 'no document of what was ' || e.kind, e.cause_id::text from payments.ledger_entry e
        where e.kind in ('sold', 'returned', 'goodwill') and not exists (select 1 from orders.invoice i
          where i.cause_id = e.cause_id and i.kind = case e.kind when 'sold' then 'invoice' else 'credit_note' end)
        union all
        select 'wish to cancel never heard', x.id::text from orders.cancellation x where x.state = 'asked'
        union all
        select 'operation never ended', p.id::text || ' ' || p.kind from payments.operation p
        where p.state = 'asked' and p.kind <> 'authorise'
        union all
        select 'operation refused', p.id::text || ' ' || p.kind from payments.operation p
        join payments.payment q on q.maison_id = p.maison_id and q.id = p.payment_id
        where p.state = 'refused' and p.kind <> 'authorise'
          -- A second step that was approved while it was to be closed took the money at once: it was given back instead.
          and not (p.kind = 'void' and not q.separate_capture and q.captured_minor = q.refunded_minor)
        union all
        -- The pieces that left by the ledger are those of the lines that were handed over or dispatched.
        select 'line ' || l.state || ' but left by the ledger ' || coalesce(m.gone, 0), l.id::text
        from orders.order_line l
        left join (select cause_id, -sum(on_hand)::integer as gone from stock.movement
          where kind in ('collected', 'dispatched', 'returned') group by 1) m on m.cause_id = l.id
        where coalesce(m.gone, 0) <> case when l.state in ('handed_over', 'dispatched') then l.quantity else 0 end
        union all
        -- Of the pieces of transfers none is nowhere: what left is there, or somebody said that it is lost.
        select 'transfer ' || t.state || ', moved by the ledger ' || coalesce(m.pieces, 0) || ', lost ' || coalesce(l.lost, 0),
          t.id::text
        from stock.transfer t
        left join (select transfer_id, sum(lost)::integer as lost from stock.transfer_line group by 1) l on l.transfer_id = t.id
        left join (select cause_id, sum(on_hand)::integer as pieces from stock.movement where kind = 'transferred' group by 1) m
          on m.cause_id = t.id
        where t.ended_at is null or coalesce(m.pieces, 0) + coalesce(l.lost, 0) <> 0
        union all
        -- What the client pays in the end is what they kept, less what was given back of it as goodwill.
        select 'kept ' || coalesce(k.total, 0) - coalesce(r.back, 0) - coalesce(g.given, 0) || ' and paid '
          || c.captured_minor - c.refunded_minor,
          p.id::text
        from payments.payment p
        join local_provider.charge c on c.reference = p.id::text
        left join (select t.root as payment_id, sum(l.total_minor) as total from orders.order o
          join root t on t.id = o.payment_id
          join orders.order_line l on l.order_id = o.id and l.state in ('handed_over', 'dispatched') group by 1) k
          on k.payment_id = p.id
        left join (select t.root as payment_id, sum(x.value_minor) as back from orders.order o
          join root t on t.id = o.payment_id
          join orders.return x on x.order_id = o.id group by 1) r on r.payment_id = p.id
        left join (select t.root as payment_id, sum(y.amount_minor) as given from orders.order o
          join root t on t.id = o.payment_id
          join orders.goodwill y on y.order_id = o.id and y.state = 'given' group by 1) g on g.payment_id = p.id
        where coalesce(k.total, 0) - coalesce(r.back, 0) - coalesce(g.given, 0) <> c.captured_minor - c.refunded_minor
        union all
        select 'books differ: ours ' || p.captured_minor || ' ' || p.refunded_minor || ' theirs ' || c.captured_minor || ' '
          || c.refunded_minor, p.id::text
        from payments.payment p join local_provider.charge c on c.reference = p.id::text
        where (p.captured_minor, p.refunded_minor) <> (c.captured_minor, c.refunded_minor)
        union all
        select 'money still authorised, order ' || coalesce(o.state, 'never placed'), p.id::text
        from payments.payment p join local_provider.charge c on c.reference = p.id::text
        left join orders.order o on o.payment_id = p.id
        where c.state = 'authorised' and c.captured_minor = 0
        """,
    )


Fails = Callable[[list[Act]], list[str]]


def smallest(history: list[Act], fails: Fails, tries_max: int) -> tuple[list[Act], list[str]]:
    """A part of a failing history that still fails, found by leaving out ever smaller pieces (delta debugging)."""
    wrong, piece, tries = fails(history), max(1, len(history) // 2), 0
    while piece and tries < tries_max:
        shorter = False
        for start in range(0, len(history), piece):
            without = history[:start] + history[start + piece :]
            tries += 1
            if without and tries <= tries_max and (found := fails(without)):
                history, wrong, shorter = without, found, True
                break
        piece = piece if shorter else piece // 2
    return history, wrong
