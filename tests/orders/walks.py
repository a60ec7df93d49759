"""Walks: legal and illegal steps of orders, by clients, boutiques, the maison and the worker, some of whom die on the way.

The steps are those of `tests.stock.histories`, with what happens to an order besides: cancelled, returned, put away, died.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import psycopg

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, many
from enfilade.orders import cancellation, receiving, returns
from enfilade.orders.receiving import Brought
from enfilade.orders.returns import Wish
from enfilade.orders.states import MACHINES
from tests.shop import House
from tests.stock import histories
from tests.stock.histories import KEY, World


@dataclass(frozen=True, slots=True)
class _Order:
    id: UUID
    lines: list[UUID]


async def _chosen(w: World, house: House, number: int) -> _Order | None:
    """One of the latest orders, open or not."""
    async with w.db.acting(Actor.job(), house.maison_id) as conn:
        found = await many(
            conn,
            _Order,
            """
            select o.id, array(select l.id from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id
              order by l.id) as lines
            from orders.order o order by o.placed_at desc, o.id limit 4
            """,
        )
    return found[number % len(found)] if found else None


async def wish(w: World, a: int, b: int) -> None:
    """The client cancels by the link: all of it, or one line; `b` 7 presses twice at once."""
    house = w.house(a)
    order = await _chosen(w, house, b)
    if order is None:
        return
    lines = order.lines if b % 2 else order.lines[:1]

    async def verb(conn: Conn) -> None:
        await cancellation.ask(conn, maison_id=house.maison_id, order_id=order.id, line_ids=lines, now=w.now)

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
                now=w.now,
            ),
            Actor.staff(by.staff_id),
        )


async def put_away(w: World, a: int, b: int) -> None:
    await histories.step(w, a, cancellation.put_away)


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
        wishes = [Wish(line_id, 1) for line_id in order.lines[: 1 + b % 2]]
        await returns.announce(
            conn, maison_id=house.maison_id, order_id=order.id, wishes=wishes, key=KEY, now=w.now
        )

    await w.run(house, verb, Actor.link(order.id))


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


async def die(w: World, a: int, b: int) -> None:
    """Whoever acts, or the worker, is killed some milliseconds on: between two transactions, or in the midst of one."""
    chosen = (
        histories.pay,
        histories.worker,
        histories.work,
        histories.settle,
        wish,
        cancel,
        histories.rounds,
        histories.go_on_transfer,
    )
    task = asyncio.create_task(chosen[a % len(chosen)](w, a + b, b % 6))
    await asyncio.sleep((1 + a) * (1 + b) / 1000)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    # What the worker held in its hands is done again by its heir.
    w.done.clear()


#: How often each step is dealt.
WEIGHTS: dict[Callable[[World, int, int], Awaitable[None]], int] = {
    histories.open_: 5,
    histories.pay: 7,
    histories.answer_second_step: 2,
    histories.settle: 1,
    histories.work: 9,
    histories.hand_over: 2,
    histories.undo_hand_over: 2,
    histories.put_back: 1,
    histories.give_back: 1,
    histories.reject: 2,
    histories.count: 1,
    wish: 3,
    cancel: 2,
    put_away: 1,
    announce: 3,
    receive: 3,
    die: 3,
    histories.go_on_transfer: 6,
    histories.end_transfer: 1,
    histories.jump: 2,
    histories.rounds: 3,
    histories.worker: 4,
}
histories.VERBS.update({verb.__name__: verb for verb in WEIGHTS})
DEALT = [verb.__name__ for verb, weight in WEIGHTS.items() for _ in range(weight)]


def watch(admin: str) -> None:
    """From now on every step of every row is written down, whoever takes it."""
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("create schema walked")
        conn.execute("create table walked.step (machine text, before text, after text)")
        conn.execute("""
            create function walked.write() returns trigger language plpgsql security definer as $$
            begin
              insert into walked.step values (tg_argv[0], case when tg_op = 'INSERT' then '' else old.state end, new.state);
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
    """Machine, from, to: how often it was seen."""
    with psycopg.connect(admin, autocommit=True) as conn:
        rows = conn.execute(
            "select machine, before, after, count(*) from walked.step group by 1, 2, 3"
        ).fetchall()
    return {(machine, before, after): seen for machine, before, after, seen in rows}
