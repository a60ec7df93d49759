"""Walks: legal and illegal steps of orders, by clients, boutiques, the maison and the worker, some of whom die on the way.

The steps are those of `tests.stock.histories`, with what happens to an order besides: proposed, made to order, cancelled whole or
in part, returned, put away or sent back, given a part of its price back, closed for, died.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, many, maybe, scalar
from enfilade.closures import acts
from enfilade.orders import (
    baskets,
    cancellation,
    exchanges,
    making,
    pickup,
    preparations,
    proposals,
    proposed,
    receiving,
    rejections,
    returns,
    sending_back,
    withdrawal,
)
from enfilade.orders.desk import goodwill
from enfilade.orders.exchange_wishes import Instead
from enfilade.orders.preparing import go_round
from enfilade.orders.proposals import Proposed
from enfilade.orders.receiving import Brought
from enfilade.orders.returns import Wish
from enfilade.orders.states import BEGINNING, MACHINES
from enfilade.orders.till import drawers, paying, ringing_up, sales, settling
from enfilade.orders.withdrawal import NothingToWithdraw, Part
from enfilade.stock.allocations import NoLongerHeld
from enfilade.stock.counts import record_movement
from tests.shop import House
from tests.stock import histories
from tests.stock.histories import KEY, Opened, World


@dataclass(frozen=True, slots=True)
class _Order:
    id: UUID
    lines: list[UUID]


async def _chosen(w: World, house: House, number: int, *, left: bool = False) -> _Order | None:
    """One of the latest orders, open or not; `left`: of which something went to its client."""
    async with w.db.acting(Actor.job(), house.maison_id) as conn:
        found = await many(
            conn,
            _Order,
            """
            select o.id, array(select l.id from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id
              order by l.id) as lines
            from orders.order o where not %(left)s or exists (select 1 from orders.order_line l
              where l.maison_id = o.maison_id and l.order_id = o.id and l.state in ('handed_over', 'dispatched'))
            order by o.placed_at desc, o.id limit 4
            """,
            left=left,
        )
    return found[number % len(found)] if found else None


async def wish(w: World, a: int, b: int) -> None:
    """The client cancels by the link: all of it, or one line, or some of one; `b` 7 presses twice at once."""
    house = w.house(a)
    order = await _chosen(w, house, b)
    if order is None:
        return
    lines = order.lines if b % 2 else order.lines[:1]
    keep = {lines[0]: 1} if b in (5, 6) else None

    async def verb(conn: Conn) -> None:
        await cancellation.ask(
            conn, maison_id=house.maison_id, order_id=order.id, line_ids=lines, keep=keep, now=w.now
        )

    asked = [w.run(house, verb, Actor.link(order.id)) for _ in range(1 + (b == 7))]
    for answer in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(answer, Exception):
            raise answer


async def cancel(w: World, a: int, b: int) -> None:
    """The maison does."""
    house = w.house(a)
    by = w.manager(house)
    order = await _chosen(w, house, b)
    if order is not None:
        await w.run(
            house,
            lambda conn: cancellation.cancel(
                conn,
                maison_id=house.maison_id,
                by=by,
                order_id=order.id,
                line_ids=order.lines[b % 2 :] or order.lines,
                reason="fraud" if a % 2 else "client_wish",
                keep={order.lines[b % 2 :][0]: 1} if b > 4 and order.lines[b % 2 :] else None,
                now=w.now,
            ),
            Actor.staff(by.staff_id),
        )


async def cancel_some(w: World, a: int, b: int) -> None:
    """Of several pieces of one line the maison cancels one, wherever they are: looked for, made, packed; `b` from 3 on, after the
    boutique has set them apart, if it can."""
    house = w.house(a)
    by = w.manager(house)
    async with w.db.acting(Actor.job(), house.maison_id) as conn:
        lines = await many(
            conn,
            _Several,
            """
            select l.order_id, l.id, l.quantity, l.fulfilment_id from orders.order_line l
            left join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
            where l.quantity > 1 and l.state in ('sourced', 'unsourced', 'picked')
            order by (coalesce(f.state, '') in ('asked', 'accepted', 'ready')) = %(apart)s desc, l.id desc limit 3
            """,
            apart=b > 2,
        )
    if not lines:
        return
    line = lines[0 if b > 2 else b % len(lines)]
    if b > 2 and line.fulfilment_id is not None:
        of: dict[str, Any] = {
            "maison_id": house.maison_id,
            "by": by,
            "fulfilment_id": line.fulfilment_id,
            "now": w.now,
        }
        with suppress(*histories.REFUSALS):
            await w.run(house, lambda conn: preparations.accept(conn, **of), Actor.staff(by.staff_id))
            await w.run(
                house,
                lambda conn: preparations.pick(conn, **of, line_id=line.id),
                Actor.staff(by.staff_id),
            )
    await w.run(
        house,
        lambda conn: cancellation.cancel(
            conn,
            maison_id=house.maison_id,
            by=by,
            order_id=line.order_id,
            line_ids=[line.id],
            reason="client_wish",
            keep={line.id: line.quantity - 1},
            now=w.now,
        ),
        Actor.staff(by.staff_id),
    )


@dataclass(frozen=True, slots=True)
class _Several:
    order_id: UUID
    id: UUID
    quantity: int
    fulfilment_id: UUID | None


async def put_away(w: World, a: int, b: int) -> None:
    """Or sent back to where it was brought from."""
    await histories.step(w, a, sending_back.send_back if b % 2 else cancellation.put_away)


async def propose(w: World, a: int, b: int) -> None:
    """An advisor proposes a piece or two, brought or not, perhaps below its price; its client takes it up. `b` 7: withdrawn."""
    house, visitor, proposal_id = w.house(a), w.visitors[b % 3], uuid4()
    by = w.manager(house)
    pieces = [
        Proposed(w.variant(house, n), 1 + (b == 6), 60_000 if b == 5 else None) for n in range(1 + a % 2)
    ]
    collect_at = w.place(house, b) if (a + b) % 3 else None

    async def makes(conn: Conn) -> None:
        await proposals.make(
            conn,
            maison_id=house.maison_id,
            proposal_id=proposal_id,
            by=by,
            location_id=w.place(house, a),
            pieces=pieces,
            collect_at=collect_at,
            language="fr",
            words="",
            mail="",
            expires_at=w.now + timedelta(days=2),
            key=KEY,
            now=w.now,
            brought=bool(a % 4) and collect_at is not None,
        )

    await w.run(house, makes, Actor.staff(by.staff_id))
    opened = await proposed.open_checkout(
        w.checkouts,
        maison_id=house.maison_id,
        proposal_id=proposal_id,
        visitor_id=visitor,
        language="fr",
        key=uuid4().hex,
        now=w.now,
    )
    w.opened.append(Opened(visitor, opened, "collect" if collect_at else "ship", house.store))
    if b < 5:
        await histories.pay(w, 0, b)
    if b == 7:
        await w.run(
            house,
            lambda conn: proposals.withdraw(
                conn, maison_id=house.maison_id, proposal_id=proposal_id, by=by, now=w.now
            ),
            Actor.staff(by.staff_id),
        )


async def close_place(w: World, a: int, b: int) -> None:
    """A boutique closes for some days, or until it is opened again; `b` from 5 on: what closed first opens."""
    house = w.house(a)
    by = w.manager(house)
    if b > 4:
        async with w.db.acting(Actor.job(), house.maison_id) as conn:
            act_id = await scalar(
                conn,
                "select act_id from closures.place where over_at is null order by starts_at, act_id limit 1",
            )
        if act_id is not None:
            await w.run(
                house,
                lambda conn: acts.reopen(conn, maison_id=house.maison_id, act_id=act_id, by=by, now=w.now),
                Actor.staff(by.staff_id),
            )
        return
    wanted = acts.Wanted(
        acts.Scope("boutiques", location_ids=(w.place(house, b),)),
        acts.stopped(True, ["ship"] if a % 2 else []),
        None,
        None,
        days=2 if b % 3 else None,
    )
    act_id = uuid4()
    await w.run(
        house,
        lambda conn: acts.confirm(
            conn, maison_id=house.maison_id, act_id=act_id, by=by, wanted=wanted, previewed={}, now=w.now
        ),
        Actor.staff(by.staff_id),
    )


async def give_goodwill(w: World, a: int, b: int) -> None:
    """A part of a line is given back while its piece stays, once its money is taken; a manager needs nobody's word."""
    house = w.house(a)
    by = w.manager(house)
    w.now += timedelta(minutes=11)
    for _ in range(2):
        await go_round(w.db, maison_id=house.maison_id, now=w.now)
        await histories.work_through(w, house)
    order = await _chosen(w, house, b, left=True)
    if order is not None:
        await w.run(
            house,
            lambda conn: goodwill.ask(
                conn,
                maison_id=house.maison_id,
                by=by,
                goodwill_id=uuid4(),
                order_id=order.id,
                line_id=order.lines[a % len(order.lines)],
                amount_minor=(1 + a) * 997,
                reason="late",
                now=w.now,
            ),
            Actor.staff(by.staff_id),
        )


async def announce(w: World, a: int, b: int) -> None:
    """The client says that pieces come back, or keeps them after all."""
    house = w.house(a)
    order = await _chosen(w, house, b)
    if order is None:
        return

    async def verb(conn: Conn) -> None:
        if b == 6:
            await returns.withdraw(conn, maison_id=house.maison_id, order_id=order.id, now=w.now)
            return
        # The first, or every second time both, for another size where it is the piece that has one.
        other = w.others[house.maison_id] if a % 2 else None
        wishes = [Wish(line_id, 1, instead=other) for line_id in order.lines[: 1 + b % 2]]
        await returns.announce(
            conn, maison_id=house.maison_id, order_id=order.id, wishes=wishes, key=KEY, now=w.now
        )

    await w.run(house, verb, Actor.link(order.id))


async def think_again(w: World, a: int, b: int) -> None:
    """The client wishes another size in place of what is awaited, or their money after all; `b` from 5 on while it is decided."""
    house = w.house(a)
    order = await _chosen(w, house, b, left=True)
    if order is None:
        return
    wanted = [
        Instead(line_id, w.others[house.maison_id] if b in (0, 2) else None) for line_id in order.lines[:2]
    ]

    async def verb(conn: Conn) -> None:
        await exchanges.change(conn, maison_id=house.maison_id, order_id=order.id, wanted=wanted, now=w.now)

    said = [w.run(house, verb, Actor.link(order.id))]
    if b > 4:
        said.append(histories.work_through(w, house))  # type: ignore[arg-type]
    for answer in await asyncio.gather(*said, return_exceptions=True):
        if isinstance(answer, Exception):
            raise answer


async def exchange(w: World, a: int, b: int) -> None:
    """A piece that left is announced for another size, and brought soon after; `b` 6: two boutiques take it in at once."""
    house = w.house(a)
    by = w.manager(house)
    w.now += timedelta(minutes=11)
    await go_round(w.db, maison_id=house.maison_id, now=w.now)
    await histories.work_through(w, house)
    order = await _chosen(w, house, b, left=True)
    if order is None:
        return
    line_id = order.lines[a % len(order.lines)]
    other = w.others[house.maison_id]

    async def announces(conn: Conn) -> None:
        wish = Wish(line_id, 1, instead=other)
        await returns.announce(
            conn, maison_id=house.maison_id, order_id=order.id, wishes=[wish], key=KEY, now=w.now
        )

    await w.run(house, announces, Actor.link(order.id))
    if b % 2:
        await histories.work_through(w, house)

    async def takes(conn: Conn) -> None:
        await receiving.receive(
            conn,
            maison_id=house.maison_id,
            by=by,
            order_id=order.id,
            location_id=w.place(house, b),
            brought=[Brought(line_id, 1, "sellable")],
            now=w.now,
        )

    taken = [w.run(house, takes, Actor.staff(by.staff_id)) for _ in range(1 + (b == 6))]
    for answer in await asyncio.gather(*taken, return_exceptions=True):
        if isinstance(answer, Exception):
            raise answer


async def withdraw(w: World, a: int, b: int) -> None:
    """The client withdraws from the purchase: of all that may be, or of one line; `b` 7 confirms twice at once."""
    house = w.house(a)
    order = await _chosen(w, house, b)
    if order is None:
        return
    form_key = uuid4()

    async def verb(conn: Conn) -> None:
        found = await withdrawal.choice(conn, maison_id=house.maison_id, order_id=order.id, now=w.now)
        choices = [one for one in found if one.quantity]
        parts = [Part(one.line_id, one.quantity) for one in (choices if a % 2 else choices[:1])]
        await withdrawal.state(
            conn,
            maison_id=house.maison_id,
            order_id=order.id,
            parts=parts,
            name="Inès",
            mail="ines@walks.example",
            form_key=form_key,
            key=KEY,
            now=w.now,
        )

    said = [w.run(house, verb, Actor.link(order.id)) for _ in range(1 + (b == 7))]
    for answer in await asyncio.gather(*said, return_exceptions=True):
        # The second, once the first is known: there is nothing left to choose.
        if isinstance(answer, Exception) and not (b == 7 and isinstance(answer, NothingToWithdraw)):
            raise answer


async def receive(w: World, a: int, b: int) -> None:
    """A boutique takes in what comes back, damaged or as new; `b` 7: refuses it."""
    house = w.house(a)
    by = w.manager(house)
    order = await _chosen(w, house, b)
    if order is None:
        return
    goes, why = (None, "not_ours") if b == 7 else ("damaged" if b % 3 == 0 else "sellable", None)
    brought = [Brought(line_id, 1, goes, why) for line_id in order.lines[: 1 + b % 2]]
    await w.run(
        house,
        lambda conn: receiving.receive(
            conn,
            maison_id=house.maison_id,
            by=by,
            order_id=order.id,
            location_id=w.place(house, a + b),
            brought=brought,
            now=w.now,
        ),
        Actor.staff(by.staff_id),
    )


async def sell(w: World, a: int, b: int) -> None:
    """A boutique sells what lies there at its till, in cash; `b` 7: the client goes, and it is given up."""
    house = w.house(a)
    by, place, sale_id = w.manager(house), w.place(house, b), uuid4()

    async def at_the_till(verb: Callable[..., Awaitable[Any]], **more: Any) -> Any:
        async def step(conn: Conn) -> Any:
            return await verb(conn, maison_id=house.maison_id, by=by, now=w.now, **more)

        return await w.run(house, step, Actor.staff(by.staff_id))

    with suppress(drawers.TillOpenAlready):
        await at_the_till(drawers.open_drawer, drawer_id=uuid4(), location_id=place, float_minor=20_000)
    await at_the_till(sales.open_sale, sale_id=sale_id, location_id=place)
    await at_the_till(ringing_up.add, sale_id=sale_id, variant_id=w.variant(house, 0), key=KEY)
    if b == 7:
        await at_the_till(sales.give_up, sale_id=sale_id)
        return
    await at_the_till(paying.pay_cash, sale_id=sale_id, tender_id=uuid4(), given_minor=10_000_000)
    for again in (False, True):
        with suppress(NoLongerHeld):
            await at_the_till(settling.settle, sale_id=sale_id, language="fr", mail="", key=KEY, again=again)
            return


async def order_made(w: World, a: int, b: int) -> None:
    """A visitor orders a piece or two that a workshop makes, `b` from 4 on with another piece, to be sent or collected."""
    house, visitor = w.house(a), uuid4()
    wanted = {w.made(house): 1 + b % 2} | ({w.variant(house, b): 1} if b > 3 else {})
    async with w.db.acting(Actor.visitor(visitor), w.store.maison_id) as conn:
        for variant, quantity in wanted.items():
            await baskets.put(
                conn,
                maison_id=w.store.maison_id,
                store_id=w.store.store_id,
                visitor_id=visitor,
                variant_id=variant,
                quantity=quantity,
                now=w.now,
            )
    opened = await w.checkouts.open(
        w.store,
        visitor,
        method="ship" if a % 2 else "collect",
        boutiques={} if a % 2 else {house.maison_id: w.place(house, b)},
        brought=[],
        market="fr",
        language="fr",
        key=uuid4().hex,
        now=w.now,
    )
    w.opened.append(Opened(visitor, opened, "ship" if a % 2 else "collect", w.store))
    await histories.pay(w, 0, b % 6)


async def make(w: World, a: int, b: int) -> None:
    """The next step of a piece to be made, the first or the last; `b` 6: another day is said; `b` 7: it cannot be made."""
    house = w.house(a)
    by = w.manager(house)
    async with w.db.acting(Actor.staff(by.staff_id), house.maison_id) as conn:
        lines = await making.to_make(conn, maison_id=house.maison_id, by=by)
    if not lines:
        return
    line = lines[-(a % 2)]
    of = {"maison_id": house.maison_id, "by": by, "line_id": line.line_id, "now": w.now}

    async def step(conn: Conn) -> None:
        if b == 6:
            later = max(line.make_by, w.now.date()) + timedelta(days=1 + a)
            await making.delay(conn, **of, make_by=later)
        elif b == 7:
            await making.decline(conn, **of)
        elif line.begun:
            await making.finish(conn, **of)
        else:
            await making.begin(conn, **of)

    await w.run(house, step, Actor.staff(by.staff_id))


async def buy_by_bank(w: World, a: int, b: int) -> None:
    """A visitor pays by a method that takes the money at once, at the bank's page or, `b` even, as an answer that came late."""
    house, visitor = w.house(a), uuid4()
    async with w.db.acting(Actor.visitor(visitor), w.store.maison_id) as conn:
        await baskets.put(
            conn,
            maison_id=w.store.maison_id,
            store_id=w.store.store_id,
            visitor_id=visitor,
            variant_id=w.variant(house, b),
            quantity=1,
            now=w.now,
        )
    opened = await w.checkouts.open(
        w.store,
        visitor,
        method="ship",
        boutiques={},
        brought=[],
        market="fr",
        language="fr",
        key=uuid4().hex,
        now=w.now,
    )
    at = Opened(visitor, opened, "ship", w.store)
    w.opened.append(at)
    outcome = await w.checkouts.complete(
        at.store,
        at.visitor,
        at.id,
        contact=histories.CONTACT,
        payment_method="ideal",
        card_token="tok_ok" if b % 2 else "tok_timeout_then_ok",
        key=uuid4().hex,
        now=w.now,
    )
    if outcome.url is not None:
        await w.provider.answer_second_step(token=outcome.url.rpartition("/")[2], approved=True)
    else:
        await asyncio.sleep(w.patience_seconds * 3)
    await w.checkouts.settle(at.store.maison_id, at.id, now=w.now)


@dataclass(frozen=True, slots=True)
class _Bought:
    order_id: UUID
    fulfilment_id: UUID
    line_id: UUID


async def _bought(w: World, house: House, place: UUID, quantity: int) -> _Bought | None:
    """The first piece of a house, delivered a moment before, ordered and paid by somebody new who collects it."""
    visitor, piece = uuid4(), w.variant(house, 0)
    await w.run(
        house,
        lambda conn: record_movement(
            conn,
            maison_id=house.maison_id,
            location_id=place,
            variant_id=piece,
            kind="received",
            on_hand=quantity + 1,
            source="deliveries",
            reference=str(visitor),
            now=w.now,
        ),
    )
    async with w.db.acting(Actor.visitor(visitor), w.store.maison_id) as conn:
        await baskets.put(
            conn,
            maison_id=w.store.maison_id,
            store_id=w.store.store_id,
            visitor_id=visitor,
            variant_id=piece,
            quantity=quantity,
            now=w.now,
        )
    opened = await w.checkouts.open(
        w.store,
        visitor,
        method="collect",
        boutiques={house.maison_id: place},
        brought=[],
        market="fr",
        language="fr",
        key=uuid4().hex,
        now=w.now,
    )
    w.opened.append(Opened(visitor, opened, "collect", w.store))
    await w.checkouts.complete(
        w.store,
        visitor,
        opened,
        contact=histories.CONTACT,
        payment_method="card",
        card_token="tok_ok",
        key=uuid4().hex,
        now=w.now,
    )
    async with w.db.acting(Actor.job(), house.maison_id) as conn:
        return await maybe(
            conn,
            _Bought,
            """
            select o.id as order_id, l.fulfilment_id, l.id as line_id from orders.order o
            join orders.order_line l on l.maison_id = o.maison_id and l.order_id = o.id and l.fulfilment_id is not null
            where o.checkout_id = %(id)s
            """,
            id=opened,
        )


async def towards(w: World, a: int, b: int) -> None:
    """One piece goes a way of its own to a rare end, among all others: `b` says which.

    0: exchanged. 1, 2, 3: wished for another size, and paid back after all: when it is held, due, only wished. 4: kept after all.
    5: put back, picked, ready, and rejected. 6: of two that are picked, one is cancelled. 7: not as it left.
    """
    house = w.house(a)
    # Where its other size lies.
    by, place = w.manager(house), w.place(house, 1)
    found = await _bought(w, house, place, 2 if b == 6 else 1)
    if found is None:
        return

    async def staff(verb: Callable[..., Awaitable[Any]], **more: Any) -> None:
        async def step(conn: Conn) -> None:
            await verb(conn, maison_id=house.maison_id, by=by, now=w.now, **more)

        await w.run(house, step, Actor.staff(by.staff_id))

    async def client(verb: Callable[..., Awaitable[Any]], **more: Any) -> None:
        async def step(conn: Conn) -> None:
            await verb(conn, maison_id=house.maison_id, order_id=found.order_id, now=w.now, **more)

        await w.run(house, step, Actor.link(found.order_id))

    work, line = {"fulfilment_id": found.fulfilment_id}, {"line_id": found.line_id}
    money = [Instead(found.line_id, None)]
    await staff(preparations.accept, **work)
    await staff(preparations.pick, **work, **line)
    if b == 6:
        await staff(
            cancellation.cancel,
            order_id=found.order_id,
            line_ids=[found.line_id],
            reason="client_wish",
            keep={found.line_id: 1},
        )
        return
    if b == 5:
        await staff(preparations.put_back, **work, **line)
        await staff(preparations.pick, **work, **line)
    await staff(preparations.ready, **work, key=KEY)
    if b == 5:
        await staff(rejections.reject, **work, **line, reason="damaged")
        return
    code = preparations.pickup_code(KEY, found.fulfilment_id)
    await staff(pickup.hand_over, **work, code=code, refused_line_ids=[])
    w.now += timedelta(minutes=11)
    await go_round(w.db, maison_id=house.maison_id, now=w.now)
    for _ in range(2):
        # What left is captured, and what follows from that is done.
        await histories.work_through(w, house)
    wish = Wish(found.line_id, 1, instead=w.others[house.maison_id])
    await client(returns.announce, wishes=[wish], key=KEY)
    if b == 4:
        await client(returns.withdraw)
        return
    if b != 3:
        await histories.work_through(w, house)
    if b in (1, 3):
        await client(exchanges.change, wanted=money)
        return
    worn = Brought(found.line_id, 1, "damaged", "worn", 1_000)
    await staff(
        receiving.receive,
        order_id=found.order_id,
        location_id=place,
        brought=[worn if b == 7 else Brought(found.line_id, 1, "sellable")],
    )
    if b == 2:
        await client(exchanges.change, wanted=money)
    await histories.work_through(w, house)


async def die(w: World, a: int, b: int) -> None:
    """Whoever acts, or the worker, is killed some milliseconds on: between two transactions, or in the midst of one."""
    chosen = (
        histories.pay,
        histories.worker,
        histories.work,
        histories.settle,
        wish,
        withdraw,
        cancel,
        histories.rounds,
        histories.go_on_transfer,
        make,
        cancel_some,
        exchange,
    )
    task = asyncio.create_task(chosen[a % len(chosen)](w, a + b, b % 6))
    await asyncio.sleep((1 + a) * (1 + b) / 1000)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    # What the worker held in its hands is done again by its heir.
    w.forget()


#: How often each step is dealt.
WEIGHTS: dict[Callable[[World, int, int], Awaitable[None]], int] = {
    histories.open_: 5,
    histories.pay: 7,
    histories.answer_second_step: 2,
    histories.settle: 1,
    histories.work: 9,
    histories.hand_over: 2,
    histories.undo_hand_over: 2,
    histories.leave_all_and_undo: 2,
    histories.put_back: 1,
    histories.give_back: 1,
    histories.reject: 2,
    histories.count: 1,
    wish: 3,
    cancel: 2,
    cancel_some: 2,
    order_made: 2,
    make: 4,
    put_away: 2,
    propose: 3,
    sell: 2,
    buy_by_bank: 2,
    give_goodwill: 3,
    close_place: 1,
    announce: 3,
    exchange: 4,
    think_again: 2,
    withdraw: 2,
    receive: 3,
    die: 3,
    histories.go_on_transfer: 6,
    histories.end_transfer: 1,
    histories.jump: 2,
    histories.rounds: 3,
    histories.worker: 4,
}
histories.VERBS.update({verb.__name__: verb for verb in (*WEIGHTS, towards)})
DEALT = [verb.__name__ for verb, weight in WEIGHTS.items() for _ in range(weight)]


def watch(admin: str) -> None:
    """From now on every step of every row is written down, whoever takes it, and whether the row was made a moment before."""
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("create schema walked")
        conn.execute("""
            create table walked.step (machine text, before text, after text, row_id uuid, xid xid8 default pg_current_xact_id(),
              just_made boolean)""")
        conn.execute("create index on walked.step (row_id)")
        conn.execute("""
            create function walked.write() returns trigger language plpgsql security definer as $$
            begin
              insert into walked.step (machine, before, after, row_id, just_made)
              values (tg_argv[0], case when tg_op = 'INSERT' then '' else old.state end, new.state, new.id,
                tg_op = 'UPDATE' and exists (select 1 from walked.step s where s.row_id = new.id and s.machine = tg_argv[0]
                  and s.before = '' and s.xid = pg_current_xact_id()));
              return null;
            end $$""")
        for one in MACHINES:
            conn.execute(
                f"create trigger walked after insert on {one.table} for each row execute function walked.write('{one.name}')"  # type: ignore[arg-type]
            )
            conn.execute(
                f"create trigger walked_on after update on {one.table} for each row"  # type: ignore[arg-type]
                f" when (old.state is distinct from new.state) execute function walked.write('{one.name}')"
            )


def steps(admin: str) -> dict[tuple[str, str, str], int]:
    """Machine, from, to: how often it was seen.

    One that goes on in the transaction that makes it may begin where that leaves it: nobody else has seen it in between.
    """
    with psycopg.connect(admin, autocommit=True) as conn:
        rows = conn.execute(
            "select machine, before, after, just_made, count(*) from walked.step group by 1, 2, 3, 4"
        ).fetchall()
    machines = {machine.name: machine for machine in MACHINES}
    ways: dict[tuple[str, str, str], int] = {}
    for name, before, after, just_made, seen in rows:
        begins = just_made and machines[name].leads(BEGINNING, after)
        way = (name, BEGINNING if begins else before, after)
        ways[way] = ways.get(way, 0) + seen
    return ways


def facts_told(admin: str, kind: str) -> int:
    """How often a fact of this kind was told."""
    with psycopg.connect(admin, autocommit=True) as conn:
        row = conn.execute("select count(*) from base.fact where kind = %s", [kind]).fetchone()
    assert row is not None
    return int(row[0])
