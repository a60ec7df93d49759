"""The checkout from basket to order, with every answer a payment provider may give."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, Tally, tally
from enfilade.base.idempotency import KeyReused
from enfilade.boutiques import closures
from enfilade.boutiques.closures import Closing
from enfilade.orders import baskets
from enfilade.orders.checkout import (
    BasketEmpty,
    CheckoutOver,
    Checkouts,
    CheckoutUnderway,
    NotOffered,
    Outcome,
    PiecesGone,
    PlaceClosed,
    Store,
)
from enfilade.orders.placing import Contact
from enfilade.orders.settling import Settling
from enfilade.orders.unfinished import settle_unfinished
from enfilade.payments.jobs import reconcile
from enfilade.payments.local_provider import LocalProvider
from enfilade.stock.holds import Method
from enfilade.stock.verify import verify
from tests.shop import Shop, count, found_shop

DOOR = {"line1": "1 rue des Essais", "postcode": "75001", "city": "Paris", "country": "FR"}
CONTACT = Contact("Camille Aubry", "camille@client.example", "", DOOR, "")


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def shop(db: Db, now: datetime) -> Shop:
    return await found_shop(db, now)


@pytest.fixture
async def counter(db: Db, shop: Shop, now: datetime) -> AsyncIterator["Counter"]:
    provider = LocalProvider(db, "http://shop.example", known_after_seconds=0.3)
    counter = Counter(
        db, shop, now, Checkouts(db, {"local": provider}, b"k" * 32, "http://shop.example", 0.2), provider
    )
    yield counter
    for house in (shop.a, shop.b):
        assert await verify(db, maison_id=house.maison_id) == []


class Counter:
    """A visitor of the multi-brand store at the checkout."""

    def __init__(
        self, db: Db, shop: Shop, now: datetime, checkouts: Checkouts, provider: LocalProvider
    ) -> None:
        self.db, self.shop, self.now, self.checkouts, self.provider = db, shop, now, checkouts, provider
        self.visitor = uuid4()

    async def put(self, variant_id: UUID, quantity: int = 1, store: Store | None = None) -> None:
        store = store or self.shop.store
        async with self.db.acting(Actor.visitor(self.visitor), store.maison_id) as conn:
            await baskets.put(
                conn,
                maison_id=store.maison_id,
                store_id=store.store_id,
                visitor_id=self.visitor,
                variant_id=variant_id,
                quantity=quantity,
                now=self.now,
            )

    async def open(
        self,
        method: str = "collect",
        *,
        key: str = "",
        market: str = "fr",
        b_by: Method | None = None,
        **boutiques: UUID,
    ) -> UUID:
        """`b_by`: how Borea's part is received, where it is not as Alba's."""
        chosen = boutiques or {"a": self.shop.a.places["alba-1"], "b": self.shop.b.places["borea-1"]}
        return await self.checkouts.open(
            self.shop.store,
            self.visitor,
            method=method,  # type: ignore[arg-type]
            boutiques={getattr(self.shop, house).maison_id: place for house, place in chosen.items()},
            market=market,
            language="fr",
            key=key or uuid4().hex,
            now=self.now,
            methods={self.shop.b.maison_id: b_by} if b_by else None,
        )

    async def pay(
        self, checkout_id: UUID, token: str = "tok_ok", *, method: str = "card", key: str = ""
    ) -> Outcome:
        return await self.checkouts.complete(
            self.shop.store,
            self.visitor,
            checkout_id,
            contact=CONTACT,
            payment_method=method,
            card_token=token,
            key=key or uuid4().hex,
            now=self.now,
        )

    async def settle(self, checkout_id: UUID, later: timedelta = timedelta(0)) -> Outcome:
        return await self.checkouts.settle(self.shop.store.maison_id, checkout_id, now=self.now + later)


def standing(admin, shop: Shop) -> SimpleNamespace:
    """What there is, past all policies."""
    (orders,) = admin("select count(*) from orders.order")[0]
    held, allocated = admin("select coalesce(sum(held),0), coalesce(sum(allocated),0) from stock.position")[0]
    payments = dict(admin("select state, count(*) from payments.payment group by 1"))
    return SimpleNamespace(orders=orders, held=held, allocated=allocated, payments=payments)


async def test_a_piece_is_held_at_checkout_and_allocated_when_paid(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    assert standing(admin, counter.shop).held == 0
    checkout = await counter.open()
    assert standing(admin, counter.shop).held == 1
    assert (await counter.pay(checkout)).kind == "placed"
    left = standing(admin, counter.shop)
    assert (left.orders, left.held, left.allocated, left.payments) == (1, 0, 1, {"authorised": 1})
    (total, tax, channel) = admin("select total_minor, tax_minor, channel from orders.order")[0]
    assert (total, tax, channel) == (120_000, 20_000, "web")


async def test_a_whole_checkout_takes_at_most_twelve_statements(counter: Counter) -> None:
    for method in ("collect", "ship"):
        await counter.put(counter.shop.a.variants["alba-bag"])
        counting = Tally()
        token = tally.set(counting)
        try:
            checkout = await counter.open(method)
            assert (await counter.pay(checkout)).kind == "placed"
        finally:
            tally.reset(token)
        assert counting.statements <= 12, (
            method,
            counting.statements,
            [text.split("\n")[1:3] for text in counting.texts],
        )
        assert counting.transactions <= 6


async def test_one_basket_two_maisons_two_orders(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    await counter.put(counter.shop.b.variants["borea-ring-52"], 2)
    checkout = await counter.open()
    assert (await counter.pay(checkout)).kind == "placed"
    assert standing(admin, counter.shop).allocated == 3
    assert sorted(admin("select maison_id, total_minor from orders.order")) == sorted(
        [(counter.shop.a.maison_id, 120_000), (counter.shop.b.maison_id, 240_000)]
    )
    seen = await counter.checkouts.read(counter.shop.store, counter.visitor, checkout)
    assert seen is not None
    assert seen.state == "completed"
    assert all(seller.order_id and seller.number and seller.link for seller in seen.sellers)


@pytest.mark.parametrize(
    ("a_by", "b_by"), [("ship", "collect"), ("collect", "ship"), ("ship", "reserve"), ("reserve", "collect")]
)
async def test_one_basket_goes_two_ways(counter: Counter, admin, a_by: str, b_by: Method) -> None:
    a, b = counter.shop.a, counter.shop.b
    await counter.put(a.variants["alba-bag"])
    await counter.put(b.variants["borea-ring-52"])
    key = uuid4().hex
    checkout = await counter.open(a_by, b_by=b_by, key=key)
    assert await counter.open(a_by, b_by=b_by, key=key) == checkout
    with pytest.raises(KeyReused):
        await counter.open(a_by, key=key)
    assert standing(admin, counter.shop).held == 2
    seen = await counter.checkouts.read(counter.shop.store, counter.visitor, checkout)
    assert seen is not None
    assert {line.selling_maison_id: line.method for line in seen.lines} == {
        a.maison_id: a_by,
        b.maison_id: b_by,
    }
    asks_most = "ship" if "ship" in (a_by, b_by) else "collect"
    assert seen.method == asks_most
    assert [total.minor for total in seen.totals] == [120_000 if "reserve" in (a_by, b_by) else 240_000]
    assert (await counter.pay(checkout)).kind == "placed"
    orders = admin(
        "select o.maison_id, o.method, c.address is not null, o.payment_id is not null, f.method from orders.order o"
        " join orders.contact c on c.id = o.contact_id join orders.fulfilment f on f.order_id = o.id"
    )
    assert sorted(orders) == sorted(
        (house.maison_id, by, by == "ship", by != "reserve", by) for house, by in ((a, a_by), (b, b_by))
    )
    assert standing(admin, counter.shop).held == 0


@pytest.mark.parametrize("closed", ["alba", "borea"])
async def test_a_part_is_held_up_only_by_what_its_own_way_needs(counter: Counter, closed: str) -> None:
    """Alba's bag is sent from Paris and Borea's ring collected in Paris: no door of Alba's matters, and no parcel of Borea's."""
    a, b = counter.shop.a, counter.shop.b
    await counter.put(a.variants["alba-bag"])
    await counter.put(b.variants["borea-ring-52"])
    checkout = await counter.open("ship", b_by="collect", a=a.places["alba-1"], b=b.places["borea-1"])
    house = a if closed == "alba" else b
    stops = ["collect", "reserve", "doors"] if closed == "alba" else ["ship"]
    for more in ([], ["ship"] if closed == "alba" else ["collect"]):
        async with counter.db.acting(Actor.job(), house.maison_id) as conn:
            await closures.close_places(
                conn,
                maison_id=house.maison_id,
                act_id=uuid4(),
                places=[Closing(place, counter.now, None) for place in house.places.values()],
                stops=more or stops,
                reason="",
                now=counter.now,
            )
        if more:
            with pytest.raises(PlaceClosed):
                await counter.pay(checkout)
        else:
            assert (await counter.pay(checkout, "tok_refused")).kind == "refused"


async def test_what_is_reserved_needs_no_card_and_is_kept_or_let_go_with_the_rest(
    counter: Counter, admin
) -> None:
    a, b = counter.shop.a, counter.shop.b
    for keep in (True, False, None, None, None):
        counter.visitor = uuid4()
        await counter.put(a.variants["alba-bag"])
        await counter.put(b.variants["borea-ring-52"])
        checkout = await counter.open("ship", b_by="reserve")
        assert (await counter.pay(checkout, "tok_refused")).kind == "choosing"

        async def choose(keep: bool, checkout: UUID = checkout) -> Outcome | None:
            with suppress(CheckoutOver):
                return await counter.checkouts.choose(
                    counter.shop.store, counter.visitor, checkout, keep=keep, now=counter.now
                )

        if keep is None:  # in two windows at once: whoever is first, what stands is told
            await asyncio.gather(choose(True), choose(False))
        else:
            await choose(keep)
        seen = await counter.checkouts.read(counter.shop.store, counter.visitor, checkout)
        assert seen is not None
        told = {seller.order_id for seller in seen.sellers if seller.order_id}
        stands = {id for (id,) in admin("select id from orders.order where checkout_id = %s", [checkout])}
        assert told == stands and len(stands) <= 1
        assert seen.state == ("completed" if stands else "released")
        assert keep is None or bool(stands) is keep
    left = standing(admin, counter.shop)
    assert left.held == 0 and left.allocated == left.orders


async def test_prices_without_tax_get_it_on_top(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    assert (await counter.pay(await counter.open("ship", market="us"))).kind == "placed"
    assert admin("select total_minor, tax_minor, currency from orders.order") == [(141_531, 11_531, "USD")]


@pytest.mark.parametrize("method", ["collect", "ship"])
async def test_a_place_that_closed_meanwhile_is_told_before_anything_is_paid(
    counter: Counter, admin, method: str
) -> None:
    house = counter.shop.a
    await counter.put(house.variants["alba-bag"])
    checkout = await counter.open(method)
    places = list(house.places.values())

    async def close(conn: Conn) -> None:
        await closures.close_places(
            conn,
            maison_id=house.maison_id,
            act_id=checkout,
            places=[Closing(place, counter.now, None) for place in places],
            stops=["collect", "doors", "reserve", "ship"],
            reason="",
            now=counter.now,
        )

    await counter.db.run(Actor.job(), house.maison_id, close)
    with pytest.raises(PlaceClosed):
        await counter.pay(checkout)
    left = standing(admin, counter.shop)
    assert (left.orders, left.held, left.payments) == (0, 1, {})
    with pytest.raises((NotOffered, PiecesGone)):
        await counter.open(method)

    async def reopen(conn: Conn) -> None:
        await closures.reopen_places(
            conn, maison_id=house.maison_id, act_id=checkout, location_ids=places, now=counter.now
        )

    await counter.db.run(Actor.job(), house.maison_id, reopen)
    assert (await counter.pay(await counter.open(method))).kind == "placed"


async def test_a_reservation_needs_no_payment(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    assert (await counter.pay(await counter.open("reserve"), method="")).kind == "placed"
    left = standing(admin, counter.shop)
    assert (left.orders, left.allocated, left.payments) == (1, 1, {})
    assert admin(
        "select channel, promised_online from orders.order o join orders.order_line l on l.order_id = o.id"
    ) == [("reserve", False)]


async def test_a_refused_card_loses_nothing_and_another_may_be_tried(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    checkout = await counter.open()
    assert (await counter.pay(checkout, "tok_refused")).kind == "refused"
    left = standing(admin, counter.shop)
    assert (left.orders, left.held, left.payments) == (0, 1, {"refused": 1})
    assert (await counter.pay(checkout)).kind == "placed"
    assert standing(admin, counter.shop).payments == {"refused": 1, "authorised": 1}


async def test_the_second_step_is_asked_for_and_then_places(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    checkout = await counter.open()
    outcome = await counter.pay(checkout, "tok_second_step")
    assert outcome.kind == "second_step"
    assert outcome.url is not None
    assert (await counter.settle(checkout)).kind == "second_step"
    token = outcome.url.rpartition("/")[2]
    back = await counter.provider.answer_second_step(token=token, approved=True)
    assert back == f"http://shop.example/fr/checkout/{checkout}/return"
    assert (await counter.settle(checkout)).kind == "placed"
    assert standing(admin, counter.shop).orders == 1


async def test_a_method_that_takes_money_at_once_is_given_back_when_nothing_is_placed(
    counter: Counter, admin
) -> None:
    variant = counter.shop.a.variants["alba-bag"]
    await counter.put(variant)
    checkout = await counter.open()
    outcome = await counter.pay(checkout, method="ideal")
    assert outcome.url is not None
    await count(counter.db, counter.shop.a, "alba-1", "alba-bag", 0, counter.now + timedelta(minutes=1))
    await counter.provider.answer_second_step(token=outcome.url.rpartition("/")[2], approved=True)
    assert (await counter.settle(checkout)).kind == "released"
    await reconcile(
        counter.db, {"local": counter.provider}, timeout_seconds=1, now=counter.now + timedelta(minutes=10)
    )
    assert admin("select captured_minor, refunded_minor from payments.payment") == [(120_000, 120_000)]
    assert admin("select captured_minor, refunded_minor from local_provider.charge") == [(120_000, 120_000)]
    assert standing(admin, counter.shop).orders == 0


async def test_a_silent_provider_is_asked_again_and_the_order_is_placed_once(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    checkout = await counter.open()
    assert (await counter.pay(checkout, "tok_timeout_then_ok")).kind == "confirming"
    assert standing(admin, counter.shop).orders == 0

    await asyncio.sleep(0.4)
    outcomes = await asyncio.gather(*(counter.settle(checkout, timedelta(seconds=30)) for _ in range(5)))
    assert {outcome.kind for outcome in outcomes} == {"placed"}
    left = standing(admin, counter.shop)
    assert (left.orders, left.allocated, left.held, left.payments) == (1, 1, 0, {"authorised": 1})


async def test_what_the_provider_did_after_we_gave_up_is_let_go(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    checkout = await counter.open()
    counter.provider._late = timedelta(seconds=1)
    assert (await counter.pay(checkout, "tok_timeout_then_ok")).kind == "confirming"
    assert (await counter.settle(checkout, timedelta(minutes=3))).kind == "released"
    assert standing(admin, counter.shop).payments == {"voided": 1}

    await asyncio.sleep(1.1)
    for minutes in (3, 6):
        await reconcile(
            counter.db,
            {"local": counter.provider},
            timeout_seconds=1,
            now=counter.now + timedelta(minutes=minutes),
        )
    assert admin("select state from local_provider.charge") == [("voided",)]
    assert standing(admin, counter.shop).orders == 0


async def test_a_refusal_of_before_does_not_end_the_try_that_has_begun(
    counter: Counter, admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody settles between the second try's beginning and its asking for money: only the first try's answer is there."""
    await counter.put(counter.shop.a.variants["alba-bag"])
    checkout = await counter.open()
    assert (await counter.pay(checkout, "tok_refused")).kind == "refused"
    intend, seen = Settling.intend, list[str]()

    async def looked_at_first(*given: object) -> None:
        seen.append((await counter.settle(checkout)).kind)
        await intend(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(Settling, "intend", looked_at_first)
    outcome = await counter.pay(checkout, method="ideal")
    assert (seen, outcome.kind) == (["confirming"], "second_step")
    assert admin("select state from orders.checkout") == [("paying",)]
    assert outcome.url
    await counter.provider.answer_second_step(token=outcome.url.rpartition("/")[2], approved=True)
    assert (await counter.settle(checkout)).kind == "placed"
    assert standing(admin, counter.shop).payments == {"refused": 1, "captured": 1}


async def test_who_found_a_refusal_late_does_not_open_the_next_try_again(
    counter: Counter, admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two settle the refused first try; between their steps the client has begun the second."""
    await counter.put(counter.shop.a.variants["alba-bag"])
    checkout = await counter.open()
    set_state, later = Settling.set_state, list[str]()

    async def twice(*given: object) -> bool:
        done = await set_state(*given)  # type: ignore[arg-type]
        if not later:
            later.append("begun")
            later.append((await counter.pay(checkout, method="ideal")).kind)
            assert not await set_state(*given)  # type: ignore[arg-type]
        return done

    monkeypatch.setattr(Settling, "set_state", twice)
    await counter.pay(checkout, "tok_refused")
    assert later == ["begun", "second_step"]
    assert admin("select state from orders.checkout") == [("paying",)]


async def test_when_one_maison_is_refused_the_client_chooses(counter: Counter, admin) -> None:
    for keep in (True, False):
        await counter.put(counter.shop.a.variants["alba-bag"])
        await counter.put(counter.shop.b.variants["borea-bag"])
        checkout = await counter.open()
        real = counter.provider.authorise
        answers = ["tok_ok", "tok_refused"]

        async def one_refused(real=real, answers=answers, **asked):
            return await real(**{**asked, "token": answers.pop()})

        counter.provider.authorise = one_refused  # type: ignore[method-assign]
        assert (await counter.pay(checkout)).kind == "choosing"
        counter.provider.authorise = real  # type: ignore[method-assign]
        outcome = await counter.checkouts.choose(
            counter.shop.store, counter.visitor, checkout, keep=keep, now=counter.now
        )
        assert outcome.kind == ("placed" if keep else "released")
        assert standing(admin, counter.shop).held == 0
    assert standing(admin, counter.shop).orders == 1
    await reconcile(
        counter.db, {"local": counter.provider}, timeout_seconds=1, now=counter.now + timedelta(minutes=5)
    )
    assert sorted(admin("select state from local_provider.charge")) == [
        ("authorised",),
        ("refused",),
        ("refused",),
        ("voided",),
    ]


async def test_the_same_key_opens_one_checkout_and_another_request_under_it_is_refused(
    counter: Counter, admin
) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    key = uuid4().hex
    first = await counter.open(key=key)
    assert await counter.open(key=key) == first
    assert standing(admin, counter.shop).held == 1
    with pytest.raises(KeyReused):
        await counter.open("ship", key=key)


async def test_paying_twice_pays_once(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    checkout = await counter.open()
    key = uuid4().hex
    assert (await counter.pay(checkout, key=key)).kind == "placed"
    assert (await counter.pay(checkout, key=key)).kind == "placed"
    assert (await counter.pay(checkout)).kind == "placed"
    left = standing(admin, counter.shop)
    assert (left.orders, left.payments) == (1, {"authorised": 1})


async def test_a_second_tab_takes_over_the_basket(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    first = await counter.open()
    second = await counter.open("ship")
    assert standing(admin, counter.shop).held == 1
    assert (await counter.pay(first)).kind == "released"
    await counter.pay(second, "tok_second_step")
    with pytest.raises(CheckoutUnderway):
        await counter.open()


async def test_what_is_not_there_is_refused_by_name_with_what_is_left(counter: Counter, admin) -> None:
    await count(
        counter.db, counter.shop.a, "alba-1", "alba-bag", 2, counter.now + timedelta(seconds=1), display=1
    )
    await counter.put(counter.shop.a.variants["alba-bag"], 2)
    await counter.put(counter.shop.b.variants["borea-bag"])
    with pytest.raises(PiecesGone) as refused:
        await counter.open()
    assert [(gone.name, gone.asked, gone.left) for gone in refused.value.lacking] == [("Le sac", 2, 1)]
    assert standing(admin, counter.shop).held == 0


async def test_a_lapsed_hold_does_not_hide_the_piece(counter: Counter, admin) -> None:
    await count(counter.db, counter.shop.a, "alba-1", "alba-bag", 1, counter.now + timedelta(seconds=1))
    await counter.put(counter.shop.a.variants["alba-bag"])
    await counter.open()
    other = Counter(counter.db, counter.shop, counter.now, counter.checkouts, counter.provider)
    await other.put(counter.shop.a.variants["alba-bag"])
    with pytest.raises(PiecesGone):
        await other.open()
    other.now += timedelta(minutes=20)
    assert (await other.pay(await other.open())).kind == "placed"


async def test_a_checkout_that_ran_out_is_released_and_the_basket_is_still_there(
    counter: Counter, admin
) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    checkout = await counter.open()
    await settle_unfinished(counter.db, counter.checkouts, now=counter.now + timedelta(minutes=17))
    assert standing(admin, counter.shop).held == 0
    assert (await counter.pay(checkout)).kind == "released"
    assert (await counter.pay(await counter.open())).kind == "placed"


async def test_death_after_asking_for_money_is_finished_by_the_round(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    checkout = await counter.open()

    class Killed(BaseException): ...

    async def die(*_: object, **__: object) -> None:
        raise Killed

    real = Settling.conclude
    Settling.conclude = die  # type: ignore[assignment, method-assign]
    try:
        with pytest.raises(Killed):
            await counter.pay(checkout)
    finally:
        Settling.conclude = real  # type: ignore[method-assign]
    assert standing(admin, counter.shop).orders == 0
    await settle_unfinished(counter.db, counter.checkouts, now=counter.now + timedelta(seconds=90))
    left = standing(admin, counter.shop)
    assert (left.orders, left.held, left.allocated, left.payments) == (1, 0, 1, {"authorised": 1})


async def test_death_before_asking_for_money_frees_the_pieces(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    checkout = await counter.open()

    class Killed(BaseException): ...

    async def die(*_: object, **__: object) -> None:
        raise Killed

    real = Settling.intend
    Settling.intend = die  # type: ignore[assignment, method-assign]
    try:
        with pytest.raises(Killed):
            await counter.pay(checkout)
    finally:
        Settling.intend = real  # type: ignore[method-assign]
    assert (await counter.settle(checkout, timedelta(seconds=30))).kind == "confirming"
    assert (await counter.settle(checkout, timedelta(minutes=3))).kind == "refused"
    assert standing(admin, counter.shop).payments == {}


async def test_nothing_to_check_out_and_no_boutique_chosen(counter: Counter) -> None:
    with pytest.raises(BasketEmpty):
        await counter.open()
    await counter.put(counter.shop.a.variants["alba-bag"])
    with pytest.raises(NotOffered):
        await counter.open("collect", b=counter.shop.b.places["borea-1"])


async def test_a_boutique_of_another_maison_holds_nothing(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    with pytest.raises(PiecesGone):
        await counter.open("collect", a=counter.shop.b.places["borea-1"])
    assert standing(admin, counter.shop).held == 0


async def test_the_same_request_twice_at_once_opens_one_checkout(counter: Counter, admin) -> None:
    await counter.put(counter.shop.a.variants["alba-bag"])
    for _ in range(5):
        key = uuid4().hex
        assert len(set(await asyncio.gather(*(counter.open(key=key) for _ in range(4))))) == 1
        assert standing(admin, counter.shop).held == 1
