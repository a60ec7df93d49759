"""The table of states is true: every step succeeds from exactly the states it names, and the page is written from it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.orders import bringing, cancellation, closing, pickup, preparations, rejections
from enfilade.orders.preparations import NothingToPick, pickup_code
from enfilade.orders.states import FULFILMENT, LINE, MACHINES, ORDER, IllegalStep, page
from enfilade.stock import arrivals, departures, transfers
from enfilade.stock.arrivals import Arrived
from enfilade.stock.transfers import Pieces
from tests.orders.counter import KEY, Counter, counter
from tests.orders.test_fulfilment import in_state

PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "order-states.md"
Try = Callable[[Counter, UUID, UUID, UUID], Awaitable[Any]]


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "enfilade orders states > docs/algorithms/order-states.md"
    )


def test_the_table_names_every_state_the_database_allows(migrated: Any) -> None:
    """And no other; nothing leads out of nowhere or into nowhere."""
    with psycopg.connect(migrated.admin) as conn:
        for machine in MACHINES:
            rows = conn.execute(
                "select pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and contype = 'c'"
                " and pg_get_constraintdef(oid) like '%%(state = ANY (ARRAY[%%' and conname like '%%state'",
                [machine.table],
            ).fetchall()
            ((allowed,),) = rows
            assert {word.split("'")[1] for word in allowed.split(",")} == set(machine.words), machine.name
            for step in machine.steps:
                assert {step.before, step.after} <= {"", *machine.words}, step


async def _at(shop: Counter, days: int, verb: Any, **more: Any) -> Any:
    async def step(conn: Conn) -> Any:
        return await verb(conn, maison_id=shop.maison_id, now=shop.now + timedelta(days=days), **more)

    return await shop.db.run(Actor.job(), shop.maison_id, step)


async def _picked(
    shop: Counter, order_id: UUID, fulfilment_id: UUID, piece_id: UUID, verb: Any, **more: Any
) -> Any:
    if await shop.state(fulfilment_id) == "accepted":
        await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=piece_id)
    return await shop.run(verb, fulfilment_id=fulfilment_id, **more)


async def _transfer(shop: Counter, order_id: UUID) -> UUID | None:
    return await shop.look("select transfer_id from orders.order_line where order_id = %(id)s", id=order_id)


async def _arrive(shop: Counter, order_id: UUID) -> None:
    """By the transfer's own steps, as far as they are possible."""
    transfer_id = await _transfer(shop, order_id)
    if transfer_id is None:
        return
    variant = shop.variants["BAG-S"]
    await shop.run(departures.pack, "noor", transfer_id=transfer_id, packed=[Pieces(variant, 1)])
    await shop.run(departures.send, "noor", transfer_id=transfer_id)
    arrived = [Arrived(variant, 1)]
    await shop.run(arrivals.receive, transfer_id=transfer_id, receipt_id=transfer_id, arrived=arrived)
    await shop.job(bringing.follow, transfer_id=transfer_id)


async def _not_come(shop: Counter, order_id: UUID) -> None:
    transfer_id = await _transfer(shop, order_id)
    if transfer_id is not None:
        await shop.run(transfers.decline, "noor", transfer_id=transfer_id, reason="needed_here")
        await shop.job(bringing.follow, transfer_id=transfer_id)


#: Each with all that it needs besides the state.
TRIES: dict[str, Try] = {
    "accept": lambda s, o, f, p: s.run(preparations.accept, fulfilment_id=f),
    "pick": lambda s, o, f, p: s.run(preparations.pick, fulfilment_id=f, line_id=p),
    "put back": lambda s, o, f, p: _picked(s, o, f, p, preparations.put_back, line_id=p),
    "give back": lambda s, o, f, p: s.run(preparations.give_back, fulfilment_id=f),
    "ready": lambda s, o, f, p: _picked(s, o, f, p, preparations.ready, key=KEY),
    "reject": lambda s, o, f, p: s.run(rejections.reject, fulfilment_id=f, line_id=p, reason="worn_display"),
    "hand over": lambda s, o, f, p: s.run(
        pickup.hand_over, fulfilment_id=f, code=pickup_code(KEY, f), refused_line_ids=[]
    ),
    "undo the hand-over": lambda s, o, f, p: s.run(pickup.undo_hand_over, fulfilment_id=f),
    "cancel": lambda s, o, f, p: s.run(cancellation.cancel, "max", order_id=o, line_ids=[p], reason="other"),
    "expire": lambda s, o, f, p: _at(s, 20, rejections.expire, fulfilment_id=f),
    "leave a closed place": lambda s, o, f, p: s.job(
        closing.leave, fulfilment_ids=[f], decided_at={p: s.at["passy"]}
    ),
    "arrive": lambda s, o, f, p: _arrive(s, o),
    "not come": lambda s, o, f, p: _not_come(s, o),
    "not be packed": lambda s, o, f, p: _at(s, 20, bringing.expire, fulfilment_id=f),
    "come too late": lambda s, o, f, p: _at(s, 20, bringing.give_up, fulfilment_id=f),
    "not be collected": lambda s, o, f, p: _at(s, 20, pickup.no_show, fulfilment_id=f),
}
REFUSED = (IllegalStep, NothingToPick, cancellation.HasLeft)


async def test_every_step_succeeds_from_exactly_the_states_it_names(db: Db) -> None:
    """All states by all steps. A step that changes nothing is none: it repeats, or its time has not come."""
    shop = await counter(db, stock=200)
    untried = {step.verb for step in FULFILMENT.steps} - set(TRIES)
    assert untried == {
        "place",
        "find another place",
        "dispatch",
        "lose its piece",
        "sell at the counter",
        "finish making",
        "decline to make",
    }, "walks and the till"
    for state in FULFILMENT.words:
        for verb, attempt in TRIES.items():
            begun = shop.now
            order_id, fulfilment_id = await in_state(shop, state)
            line_id = await shop.line(order_id, "BAG-S")
            before, order = await shop.lines(order_id), await _order(shop, order_id)
            words = ""
            try:
                await attempt(shop, order_id, fulfilment_id, line_id)
            except REFUSED as refusal:
                words = str(refusal)
            reached, after = await shop.state(fulfilment_id), await shop.lines(order_id)
            shop.now = begun
            if verb == "put back":
                changed = not words and after == {"BAG-S": "sourced"} and state == "accepted"
            else:
                # A line that looks for another place is not of this work any more.
                changed = reached != state or (after != before and before != {"BAG-S": "unsourced"})
            assert changed == (verb in FULFILMENT.possible(state)), (state, verb, reached, words)
            if reached != state:
                assert FULFILMENT.leads(state, reached), (state, verb, reached)
            if before != after:
                assert LINE.leads(before["BAG-S"], after["BAG-S"]), (state, verb, before, after)
            if (closed := await _order(shop, order_id)) != order:
                assert ORDER.leads(order, closed), (state, verb, order, closed)
            if words:
                assert verb not in FULFILMENT.possible(state) and f"“{verb}”" in words, (state, verb, words)
                legal = ", ".join(_legal(state, verb)) or "nothing"
                assert words.endswith(f"Possible now: {legal}."), (state, verb, words)


async def _order(shop: Counter, order_id: UUID) -> str:
    return await shop.look("select state from orders.order where id = %(id)s", id=order_id)


def _legal(state: str, verb: str) -> list[str]:
    """What a refusal names: the work's own steps, of what is collected; of a cancellation, those of the lines that left."""
    if verb == "cancel":
        return ["return", *LINE.possible(state, "staff")]
    return [step for step in FULFILMENT.possible(state, "staff") if step != "dispatch"]


async def test_a_parcel_is_dispatched_from_where_the_table_says(db: Db) -> None:
    shop = await counter(db, stock=20)
    for state in ("asked", "accepted"):
        order_id = await shop.order("BAG-S", method="ship")
        fulfilment_id = await shop.fulfilment(order_id)
        if state == "accepted":
            await shop.run(preparations.accept, fulfilment_id=fulfilment_id)
        try:
            await _picked(
                shop,
                order_id,
                fulfilment_id,
                await shop.line(order_id, "BAG-S"),
                preparations.dispatch,
                tracking="",
            )
        except IllegalStep:
            assert "dispatch" not in FULFILMENT.possible(state)
        else:
            assert "dispatch" in FULFILMENT.possible(state)
            assert FULFILMENT.leads(state, await shop.state(fulfilment_id))
