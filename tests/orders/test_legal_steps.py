"""Returns, cancellations and money: every step tried in every state, and what is refused names the reason and what is legal.

Fulfilments and their lines are tried so in `test_states`; what remains, walks prove (`test_walks`).
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.orders import cancellation, exchanges, pickup, returns
from enfilade.orders.cancellation import HasLeft
from enfilade.orders.exchange_wishes import Instead
from enfilade.orders.preparations import pickup_code
from enfilade.orders.returns import NothingToReturn, Wish
from enfilade.orders.states import BEGINNING, CANCELLATION, EXCHANGE, PAYMENT, RETURN, IllegalStep
from enfilade.orders.till import sales, settling
from enfilade.payments import captures, intents
from enfilade.payments.local_provider import LocalProvider
from enfilade.payments.local_terminal import LocalTerminal
from enfilade.payments.payment import Payment
from enfilade.payments.provider import Charge
from tests.orders.counter import KEY, PRICE, Counter, counter
from tests.orders.test_fulfilment import ready
from tests.orders.test_returns import announce, back, by_link, sold
from tests.orders.tills import Till

MONTH = timedelta(days=31)
LEGAL = "Possible now: "


OF_ORDER: dict[str, LiteralString] = {
    "return": "select id, state from orders.return where order_id = %(id)s",
    "exchange": "select id, state from orders.exchange where order_id = %(id)s",
    "cancellation": "select id, state from orders.cancellation where order_id = %(id)s",
}


async def _rows(shop: Counter, of: str, order_id: UUID) -> dict[UUID, str]:
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        found = await many(conn, _Row, OF_ORDER[of], id=order_id)
    return {row.id: row.state for row in found}


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    state: str


async def _return_in(shop: Counter, state: str) -> UUID:
    """An order whose bag was announced, and what became of that."""
    order_id = await sold(shop, "BAG-S")
    await announce(shop, order_id, "BAG-S")
    if state == "received":
        await back(shop, order_id, "BAG-S")
    elif state == "withdrawn":
        await by_link(shop, returns.withdraw, order_id)
    elif state == "lapsed":
        await _lapse(shop, order_id)
    return order_id


async def _lapse(shop: Counter, order_id: UUID) -> bool:
    now, rows = shop.now, await _rows(shop, "return", order_id)
    shop.now += MONTH
    try:
        return any([await shop.job(returns.lapse, return_id=return_id) for return_id in rows])
    finally:
        shop.now = now


async def _announce(shop: Counter, order_id: UUID) -> None:
    wish = Wish(await shop.line(order_id, "BAG-S"), 1)
    await by_link(shop, returns.announce, order_id, wishes=[wish], key=KEY)


RETURN_TRIES: dict[str, Callable[[Counter, UUID], Awaitable[Any]]] = {
    "announce": _announce,
    "receive": lambda s, o: back(s, o, "BAG-S"),
    "withdraw": lambda s, o: by_link(s, returns.withdraw, o),
    "lapse": _lapse,
}


async def test_every_step_of_a_return_in_every_state(db: Db) -> None:
    """A return that ended without its piece leaves it to another; one that took it in leaves nothing."""
    assert set(RETURN_TRIES) == {step.verb for step in RETURN.steps}
    shop = await counter(db, stock=40)
    for state in RETURN.words:
        for verb, attempt in RETURN_TRIES.items():
            order_id = await _return_in(shop, state)
            before = await _rows(shop, "return", order_id)
            ((return_id, was),) = before.items()
            assert was == state
            said = ""
            try:
                await attempt(shop, order_id)
            except IllegalStep as refusal:
                said = str(refusal)
            after = await _rows(shop, "return", order_id)
            legal = RETURN.possible(state) or (RETURN.possible(BEGINNING) if state != "received" else ())
            moved, begun = after[return_id] != state, len(after) > 1
            again = (state, verb) == ("announced", "announce")
            assert (moved or begun or again) == (verb in legal), (state, verb, after, said)
            if moved:
                assert RETURN.leads(state, after[return_id]) and verb in RETURN.possible(state)
            if begun:
                ((_, other),) = after.items() - before.items()
                assert RETURN.leads(BEGINNING, other) and not RETURN.possible(state)
            # Said again by who wished it, or tried by the round whose time has not come: nothing happens, and nothing is said.
            quiet = verb == "lapse" or (state, verb) == ("withdrawn", "withdraw")
            if verb not in legal and not quiet:
                mine = RETURN.words[state] if verb == "withdraw" else "came back already"
                assert mine in said and f"“{verb}”" in said, (state, verb, said)
                possible = [step for step in legal if step == "announce"]
                assert said.endswith(f"{LEGAL}{', '.join(possible) or 'nothing'}."), (state, verb, said)
    await shop.sound()


async def _exchange_in(shop: Counter, state: str) -> UUID:
    """An order whose bag was announced for its other size, and what became of that."""
    order_id = await sold(shop, "BAG-S", captured=False)
    await shop.captured(await shop.fulfilment(order_id))
    await _wish_instead(shop, order_id)
    if state == "ended":
        await _wish_money(shop, order_id)
    elif state != "wished":
        await _exchange(shop, order_id)
    if state in ("due", "placed"):
        await back(shop, order_id, "BAG-S")
    if state == "placed":
        await _exchange(shop, order_id)
    return order_id


async def _wish_instead(shop: Counter, order_id: UUID) -> None:
    wish = Wish(await shop.line(order_id, "BAG-S"), 1, instead=shop.variants["BAG-M"])
    await by_link(shop, returns.announce, order_id, wishes=[wish], key=KEY)


async def _wish_money(shop: Counter, order_id: UUID) -> None:
    wanted = [Instead(await shop.line(order_id, "BAG-S"), None)]
    await by_link(shop, exchanges.change, order_id, wanted=wanted)


async def _exchange(shop: Counter, order_id: UUID) -> None:
    for return_id in await _rows(shop, "return", order_id):
        await shop.job(exchanges.carry_out, return_id=return_id, key=KEY)


#: One job holds what is wished, and decides what is due.
EXCHANGE_TRIES: dict[tuple[str, ...], Callable[[Counter, UUID], Awaitable[Any]]] = {
    ("wish",): _wish_instead,
    ("hold", "decide"): _exchange,
    ("wish otherwise",): _wish_money,
    ("end the return",): lambda s, o: by_link(s, returns.withdraw, o),
    ("receive",): lambda s, o: back(s, o, "BAG-S"),
}


async def test_every_step_of_an_exchange_in_every_state(db: Db) -> None:
    """Whatever does not follow leaves it as it was; after its end another may be wished while its return is awaited."""
    assert {verb for verbs in EXCHANGE_TRIES for verb in verbs} == {step.verb for step in EXCHANGE.steps}
    shop = await counter(db, stock=60)
    for state in EXCHANGE.words:
        for verbs, attempt in EXCHANGE_TRIES.items():
            order_id = await _exchange_in(shop, state)
            ((exchange_id, was),) = (await _rows(shop, "exchange", order_id)).items()
            assert was == state
            with suppress(IllegalStep, NothingToReturn):
                await attempt(shop, order_id)
            after = await _rows(shop, "exchange", order_id)
            moved = after[exchange_id] != state
            assert moved == bool(set(verbs) & set(EXCHANGE.possible(state))), (state, verbs, after)
            if moved:
                assert EXCHANGE.leads(state, after[exchange_id])
            begun = [one for key, one in after.items() if key != exchange_id]
            assert begun == (["wished"] if (state, verbs) == ("ended", ("wish",)) else []), (state, verbs)
    await shop.sound()


async def _cancellation_in(shop: Counter, state: str) -> UUID:
    order_id, fulfilment_id = await ready(shop)
    await _wish(shop, order_id)
    if state == "refused":
        code = pickup_code(KEY, fulfilment_id)
        await shop.run(pickup.hand_over, fulfilment_id=fulfilment_id, code=code, refused_line_ids=[])
    if state != "asked":
        await _carry_out(shop, order_id)
    return order_id


async def _wish(shop: Counter, order_id: UUID) -> None:
    await by_link(shop, cancellation.ask, order_id, line_ids=[await shop.line(order_id, "BAG-S")])


async def _carry_out(shop: Counter, order_id: UUID) -> None:
    for cancellation_id in await _rows(shop, "cancellation", order_id):
        await shop.job(cancellation.carry_out, cancellation_id=cancellation_id)


async def _cancel(shop: Counter, order_id: UUID) -> None:
    lines = [await shop.line(order_id, "BAG-S")]
    await shop.run(cancellation.cancel, order_id=order_id, line_ids=lines, reason="other")


CANCELLATION_TRIES: dict[str, Callable[[Counter, UUID], Awaitable[Any]]] = {
    "wish": _wish,
    "cancel": _cancel,
    "carry out": _carry_out,
}


async def test_every_step_of_a_cancellation_in_every_state(db: Db) -> None:
    assert set(CANCELLATION_TRIES) == {step.verb for step in CANCELLATION.steps}
    shop = await counter(db, stock=40)
    for state in CANCELLATION.words:
        for verb, attempt in CANCELLATION_TRIES.items():
            order_id = await _cancellation_in(shop, state)
            ((first, was),) = (await _rows(shop, "cancellation", order_id)).items()
            assert was == state
            said = ""
            try:
                await attempt(shop, order_id)
            except HasLeft as refusal:
                said = str(refusal)
            after = await _rows(shop, "cancellation", order_id)
            moved, begun = after.pop(first), list(after.values())
            assert (moved != state) == (verb in CANCELLATION.possible(state)), (state, verb, moved, said)
            assert moved == state or CANCELLATION.leads(state, moved)
            # While a wish waits the maison may be quicker; a second wish is the first one.
            assert begun == (["done"] if (state, verb) == ("asked", "cancel") else []), (state, verb, begun)
            assert all(CANCELLATION.leads(BEGINNING, one) for one in begun)
            if state == "refused" and verb != "carry out":
                legal = "return" if verb == "wish" else "return, undo the hand-over"
                assert said == f"This is handed over: “cancel” is not possible. {LEGAL}{legal}."
            else:
                assert said == "", "as it was wished, or a moment later"
    await shop.sound()


async def _payment_in(shop: Counter, provider: LocalProvider, state: str, method: str = "card") -> Payment:
    """One that came to this state by its own verbs, at the provider as in our books."""
    checkout_id = new_id(shop.now)

    async def intend(conn: Conn) -> Payment:
        return await intents.intend(
            conn,
            maison_id=shop.maison_id,
            checkout_id=checkout_id,
            provider="local",
            method=method,
            separate_capture=method == "card",
            amount=Money(PRICE, "EUR"),
            market="fr",
            attempt=1,
            now=shop.now,
        )

    payment = await shop.db.run(Actor.checkout(checkout_id), shop.maison_id, intend)
    if state in ("asked", "voided"):
        if state == "voided":
            assert await shop.job(intents.abandon, payment=payment)
        return payment
    token = {"second_step": "tok_second_step", "refused": "tok_refused"}.get(state, "tok_ok")
    charge = await provider.authorise(
        key=payment.operation_id,
        reference=payment.id,
        amount=payment.amount,
        method=method,
        token=token,
        return_url="",
        metadata={},
    )
    assert await shop.job(intents.record_answer, payment=payment, charge=charge)
    if state == "captured":
        await _ask(shop, provider, payment, captures.ask_capture, amount_minor=PRICE // 2)
    return payment


async def _ask(shop: Counter, provider: LocalProvider, payment: Payment, verb: Any, **more: Any) -> None:
    cause = new_id(shop.now)
    await shop.job(verb, payment_id=payment.id, cause_id=cause, **more)
    operation_id = await shop.look("select id from payments.operation where cause_id = %(id)s", id=cause)
    await captures.carry_out(
        shop.db,
        {"local": provider},
        maison_id=shop.maison_id,
        operation_id=operation_id,
        timeout_seconds=2,
        now=shop.now,
    )


Attempt = Callable[[Counter, LocalProvider, Payment], Awaitable[Any]]
PAYMENT_TRIES: dict[str, Attempt] = {
    "answer": lambda s, v, p: s.job(
        intents.record_answer, payment=p, charge=Charge("authorised", s.now + timedelta(days=7))
    ),
    "give up": lambda s, v, p: s.job(intents.abandon, payment=p),
    "capture": lambda s, v, p: _ask(s, v, p, captures.ask_capture, amount_minor=PRICE // 4),
    "let go": lambda s, v, p: _ask(s, v, p, captures.ask_void),
}


async def test_every_step_of_a_payment_in_every_state(db: Db) -> None:
    """What a provider will not do leaves the payment where it was, ends refused, and is told to a person."""
    tried = {
        "ask",
        "begin at the till",
        "sell at the counter",
        "give the sale up",
        "exchange",
        *PAYMENT_TRIES,
    }
    assert tried == {step.verb for step in PAYMENT.steps}
    shop = await counter(db, stock=40)
    provider = LocalProvider(db, "http://store.example")
    for state in PAYMENT.words:
        for verb, attempt in PAYMENT_TRIES.items():
            payment = await _payment_in(shop, provider, state)
            before = await _money(shop, payment.id)
            assert before[0] == state
            answer = await attempt(shop, provider, payment)
            after = await _money(shop, payment.id)
            assert (before != after) == (verb in PAYMENT.possible(state)), (state, verb, before, after)
            if before[0] != after[0]:
                assert PAYMENT.leads(before[0], after[0]), (state, verb, after)
            if before == after and verb in ("answer", "give up"):
                assert answer is False, (state, verb)
            if before == after and verb == "capture":
                # Nothing is let go twice, so a void that finds nothing is done; money that cannot be had is told.
                assert await _refused(shop, payment.id) == [1, 1], (state, verb)
    for begun in ("asked", "second_step"):
        ideal = await _payment_in(shop, provider, begun, "ideal")
        assert await PAYMENT_TRIES["answer"](shop, provider, ideal)
        assert (await _money(shop, ideal.id))[0] == "captured", "the method takes the money at once"
        assert PAYMENT.leads(begun, "captured")
        assert not await shop.job(intents.record_answer, payment=ideal, charge=Charge("refused"))
        assert (await _money(shop, ideal.id))[0] == "captured", "what is known is not unlearnt"
    await _at_the_till(shop, Till(shop, LocalTerminal(db)))


async def _refused(shop: Counter, payment_id: UUID) -> list[int]:
    """How many operations the provider refused, and how many facts say so."""
    return await shop.look(
        """
        select array[(select count(*) from payments.operation o
            where o.payment_id = %(id)s and o.kind <> 'authorise' and o.state = 'refused'),
          (select count(*) from base.fact where kind = 'PaymentOperationRefused' and subject_id = %(id)s)]
        """,
        id=payment_id,
    )


async def _money(shop: Counter, payment_id: UUID) -> tuple[str, int]:
    row = await shop.look(
        "select array[state, captured_minor::text] from payments.payment where id = %(id)s", id=payment_id
    )
    return row[0], int(row[1])


#: The payment of a sale: what its state and its tenders let the person at the till do.
AT_THE_TILL = {
    "nothing tendered": ("asked", "give the sale up"),
    "tendered in full": ("asked", "sell at the counter"),
    "settled": ("captured", ""),
    "given up": ("voided", ""),
}


async def _at_the_till(shop: Counter, till: Till) -> None:
    """Of a sale's payment: sold when it is paid, given up while nothing is tendered; done again it changes nothing."""
    await till.open()
    for begun, (state, legal) in AT_THE_TILL.items():
        for verb in ("sell at the counter", "give the sale up"):
            sale_id = await till.sale("SCARF-U")
            if begun in ("tendered in full", "settled"):
                await till.cash(sale_id, PRICE)
            else:
                assert (await till.card(sale_id, 100_51))[1] == "refused"
            if begun == "settled":
                await till.settle(sale_id)
            if begun == "given up":
                await shop.run(sales.give_up, sale_id=sale_id)
            assert await _of_sale(shop, sale_id) == state
            said = ""
            try:
                if verb == "give the sale up":
                    await shop.run(sales.give_up, sale_id=sale_id)
                else:
                    await till.settle(sale_id)
            except (sales.SaleOver, sales.SaleBeingPaid, settling.NotPaid) as refusal:
                said = str(refusal)
            after = await _of_sale(shop, sale_id)
            assert (after != state) == (verb == legal), (begun, verb, after, said)
            assert after == state or (PAYMENT.leads(state, after) and verb in PAYMENT.possible(state))
            again = (begun, verb) in (("settled", "sell at the counter"), ("given up", "give the sale up"))
            assert (LEGAL in said) == (verb != legal and not again), (begun, verb, said)


async def _of_sale(shop: Counter, sale_id: UUID) -> str:
    return await shop.look("select state from payments.payment where checkout_id = %(id)s", id=sale_id)
