"""What is offered to be brought is what the checkout brings: the day first, the maison's rules next, never a hold too many."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many
from enfilade.boutiques.locations import Location, upsert_locations
from enfilade.maisons import policies, travel
from enfilade.maisons.travel import Way
from enfilade.orders import baskets
from enfilade.orders import verify as promises
from enfilade.orders.checkout import Checkouts, Outcome, PiecesGone
from enfilade.orders.frozen import frozen
from enfilade.orders.placing import Contact, PlacingLine
from enfilade.orders.sourcing_terms import Sourcing, set_sourcing
from enfilade.payments import local_provider, stripe_provider
from enfilade.payments.local_provider import LocalProvider
from enfilade.payments.provider import MethodTerms
from enfilade.stock import brought
from enfilade.stock.availability import working_day
from enfilade.stock.brought import PROMISED_WITHIN, Brought
from enfilade.stock.exposure import Exposure, expose
from enfilade.stock.holds import Method
from enfilade.stock.verify import verify
from tests.serialised import by_serials
from tests.shop import House, Shop, count, found_shop

CONTACT = Contact("Camille Aubry", "camille@client.example", "", None, "")
PARIS = (48.8675, 2.3295)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Visit:
    """A visitor of the multi-brand store who wants the bag of alba in Paris, where there is none."""

    db: Db
    shop: Shop
    now: datetime
    checkouts: Checkouts
    visitor: UUID

    @property
    def alba(self) -> House:
        return self.shop.a

    @property
    def paris(self) -> UUID:
        return self.alba.places["alba-1"]

    @property
    def bag(self) -> UUID:
        return self.alba.variants["alba-bag"]

    async def inside(self, verb: Any, **more: Any) -> Any:
        async def step(conn: Conn) -> Any:
            return await verb(conn, maison_id=self.alba.maison_id, **more)

        return await self.db.run(Actor.importer(), self.alba.maison_id, step)

    async def bring(self, days: int | None = 2) -> None:
        policy = replace(policies.Policy(), ship_to_store_days=days)
        await self.inside(policies.set_policy, policy=policy, now=self.now)

    async def ways(self, *ways: Way) -> None:
        for way in ways:
            await self.inside(travel.keep_way, way=way)

    async def put(self, *variants: UUID, quantity: int = 1) -> None:
        at = self.shop.store
        for variant in variants:
            async with self.db.acting(Actor.visitor(self.visitor), at.maison_id) as conn:
                await baskets.put(
                    conn,
                    maison_id=at.maison_id,
                    store_id=at.store_id,
                    visitor_id=self.visitor,
                    variant_id=variant,
                    quantity=quantity,
                    now=self.now,
                )

    async def open(self, *, may: bool = True, method: Method = "collect") -> UUID:
        return await self.checkouts.open(
            self.shop.store,
            self.visitor,
            method=method,
            boutiques={self.alba.maison_id: self.paris},
            brought=[self.alba.maison_id] if may else [],
            market="fr",
            language="fr",
            key=uuid4().hex,
            now=self.now,
        )

    async def lines(self, checkout_id: UUID) -> dict[str, PlacingLine]:
        async with self.db.acting(Actor.job(), self.shop.store.maison_id) as conn:
            _, found = await frozen(conn, maison_id=self.shop.store.maison_id, checkout_id=checkout_id)
        return {line.sku: line for line in found}

    async def pay(self, checkout_id: UUID, method: str = "card") -> Outcome:
        return await self.checkouts.complete(
            self.shop.store,
            self.visitor,
            checkout_id,
            contact=CONTACT,
            payment_method=method,
            card_token="tok_ok",
            key=uuid4().hex,
            now=self.now,
        )

    async def told(
        self, quantity: int = 1, more: dict[str, int] | None = None, *, reserving: bool = False
    ) -> list[Brought]:
        """What pages say can be brought to boutiques near Paris."""
        needs = {self.bag: quantity} | {
            self.alba.variants[sku]: pieces for sku, pieces in (more or {}).items()
        }
        async with self.db.public() as conn:
            return await brought.near(
                conn,
                maison_id=self.alba.maison_id,
                needs=needs,
                latitude=PARIS[0],
                longitude=PARIS[1],
                now=self.now,
                reserving=reserving,
            )

    async def only(self, **on_hand: int) -> None:
        """So many bags at `_1` (Paris), `_2` (Lyon) and `_wh`."""
        for place, pieces in on_hand.items():
            self.now += timedelta(milliseconds=1)
            await count(self.db, self.alba, f"alba-{place.strip('_')}", "alba-bag", pieces, self.now)


@pytest.fixture
async def visit(db: Db, now: datetime) -> AsyncIterator[Visit]:
    shop = await found_shop(db, now)
    provider = LocalProvider(db, "http://shop.example", known_after_seconds=0.3)
    checkouts = Checkouts(db, {"local": provider}, b"k" * 32, "http://shop.example", 1)
    made = Visit(db, shop, now, checkouts, uuid4())
    await made.only(_1=0)
    yield made
    assert await verify(db, maison_id=shop.a.maison_id) == []
    assert await promises.verify(db, maison_id=shop.a.maison_id) == []


def expected(now: datetime, days: int) -> datetime:
    """All places are open around the clock and prepare for an hour; it is there in the course of the day, so ready the next."""
    zone = ZoneInfo("Europe/Paris")
    arrives = working_day((now + timedelta(hours=1)).astimezone(zone).date(), days)
    return datetime(arrives.year, arrives.month, arrives.day, tzinfo=zone) + timedelta(days=1, hours=1)


async def test_off_by_default_and_on_by_the_policy(visit: Visit) -> None:
    await visit.put(visit.bag)
    assert await visit.told() == []
    with pytest.raises(PiecesGone):
        await visit.open()
    await visit.bring(2)
    (offer,) = [one for one in await visit.told() if one.location_id == visit.paris]
    assert offer.ready_about == expected(visit.now, 2)
    with pytest.raises(PiecesGone):
        await visit.open(may=False)
    checkout_id = await visit.open()
    line = (await visit.lines(checkout_id))["alba-bag"]
    assert (line.collect_location_id, line.ready_about) == (visit.paris, offer.ready_about)
    assert line.location_id != visit.paris
    outcome = await visit.pay(checkout_id)
    assert outcome.kind == "placed" and outcome.checkout is not None
    (shown,) = outcome.checkout.lines
    assert (shown.location_id, shown.ready_about) == (visit.paris, offer.ready_about), "what the client sees"
    async with visit.db.acting(Actor.job(), visit.alba.maison_id) as conn:
        placed = await many(
            conn,
            _Placed,
            """select f.state, f.location_id, f.ready_about, t.state as transfer, t.from_location_id, t.to_location_id
            from orders.fulfilment f join orders.order_line l on l.fulfilment_id = f.id
            join stock.transfer t on t.id = l.transfer_id""",
        )
    assert placed == [
        _Placed("awaited", visit.paris, offer.ready_about, "asked", line.location_id, visit.paris)
    ]


@dataclass(frozen=True, slots=True)
class _Placed:
    state: str
    location_id: UUID
    ready_about: datetime
    transfer: str
    from_location_id: UUID
    to_location_id: UUID


async def test_what_lies_in_the_boutique_is_not_brought(visit: Visit) -> None:
    await visit.bring(2)
    await visit.put(visit.bag, visit.alba.variants["alba-ring-52"])
    lines = await visit.lines(await visit.open())
    assert lines["alba-ring-52"].collect_location_id is None
    assert (lines["alba-ring-52"].location_id, lines["alba-ring-52"].decided_by) == (visit.paris, "client")
    assert lines["alba-bag"].collect_location_id == visit.paris


@pytest.mark.parametrize(
    "why", ["safety", "closed to parcels", "on display", "held", "nobody collects there", "too many"]
)
async def test_only_what_may_be_promised_is_offered_and_held(visit: Visit, why: str) -> None:
    """As a parcel's: safety stock, display pieces, holds of others, what a place has closed; whether one may collect at all."""
    await visit.bring(2)
    await visit.only(_2=1, _wh=0)
    lyon, pieces = visit.alba.places["alba-2"], 1
    if why == "safety":
        exposures = [Exposure(lyon, collect=True, reserve=True, ship=True, safety_ship=1)]
        await visit.inside(expose, exposures=exposures)
    elif why == "closed to parcels":
        await visit.inside(expose, exposures=[Exposure(lyon, collect=True, reserve=True, ship=False)])
    elif why == "on display":
        visit.now += timedelta(milliseconds=1)
        await count(visit.db, visit.alba, "alba-2", "alba-bag", 1, visit.now, display=1)
    elif why == "held":
        other = replace(visit, visitor=uuid4())
        await other.put(visit.bag)
        await other.open()
    elif why == "nobody collects there":
        await visit.inside(expose, exposures=[Exposure(visit.paris, collect=False, reserve=True, ship=True)])
    else:
        pieces = 2
    await visit.put(visit.bag, quantity=pieces)
    assert [one for one in await visit.told(pieces) if one.location_id == visit.paris] == []
    with pytest.raises(PiecesGone):
        await visit.open()


async def test_over_a_border_only_where_the_maison_says_so_and_in_the_days_it_says(visit: Visit) -> None:
    await visit.bring(2)
    await visit.only(_2=0, _wh=0)
    geneva = Location(
        "alba-ch",
        "Genève",
        country="CH",
        city="Genève",
        latitude=46.2,
        longitude=6.15,
        zone="Europe/Zurich",
        kind="boutique",
        opening_hours="24/7",
        preparation_minutes=60,
    )
    written = await visit.inside(upsert_locations, locations=[geneva], now=visit.now)
    visit.alba.places |= written.ids
    place = visit.alba.places["alba-ch"]
    await visit.inside(expose, exposures=[Exposure(place, collect=True, reserve=True, ship=True)])
    await visit.only(_ch=2)
    await visit.put(visit.bag)
    assert await visit.told() == []
    with pytest.raises(PiecesGone):
        await visit.open()
    await visit.ways(Way("FR", "CH", 1), Way("CH", "FR", 3))
    (offer,) = [one for one in await visit.told() if one.location_id == visit.paris]
    assert offer.ready_about == expected(visit.now, 3), "one way is not the other"
    # What is said of a place goes before what is said of its country.
    await visit.ways(Way(str(place), "FR", 2), Way(str(place), str(visit.paris), 1))
    (offer,) = [one for one in await visit.told() if one.location_id == visit.paris]
    assert offer.ready_about == expected(visit.now, 1)
    line = (await visit.lines(await visit.open()))["alba-bag"]
    assert (line.location_id, line.ready_about) == (place, offer.ready_about)


async def test_the_day_comes_first_and_then_the_maisons_rules(visit: Visit) -> None:
    await visit.bring(2)
    await visit.only(_2=3, _wh=3)
    rules = Sourcing(("warehouse_first",))
    await visit.inside(set_sourcing, sourcing=rules, now=visit.now)
    await visit.put(visit.bag)
    first = (await visit.lines(await visit.open()))["alba-bag"]
    assert (first.location_id, first.decided_by) == (visit.alba.places["alba-wh"], "warehouse_first")
    await visit.ways(Way(str(visit.alba.places["alba-wh"]), "FR", 4))
    other = replace(visit, visitor=uuid4())
    await other.put(visit.bag)
    second = (await other.lines(await other.open()))["alba-bag"]
    assert second.location_id == visit.alba.places["alba-2"], "the client is not made to wait for a rule"
    (offer,) = [one for one in await visit.told() if one.location_id == visit.paris]
    assert second.ready_about == offer.ready_about


async def test_nothing_is_promised_for_after_the_bank_lets_go(visit: Visit) -> None:
    await visit.bring(6)
    await visit.put(visit.bag)
    assert [one for one in await visit.told() if one.location_id == visit.paris] == []
    with pytest.raises(PiecesGone):
        await visit.open()


def test_every_card_holds_longer_than_anything_is_promised() -> None:
    for methods in (local_provider.METHODS, stripe_provider.METHODS):
        for name, terms in methods.items():
            if terms.separate_capture:
                assert timedelta(days=terms.authorised_days) >= PROMISED_WITHIN + timedelta(days=1), name


async def test_a_bank_that_holds_the_money_too_short_is_not_taken_at_its_word(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The authorisation is let go, nothing is placed, and the pieces are free."""
    await visit.bring(1)
    await visit.put(visit.bag)
    checkout_id = await visit.open()
    monkeypatch.setitem(local_provider.METHODS, "card", MethodTerms(True, 1))  # type: ignore[index]
    outcome = await visit.pay(checkout_id)
    assert (outcome.kind, outcome.reason) == ("released", "payment")
    async with visit.db.acting(Actor.job(), visit.alba.maison_id) as conn:
        kinds = await many(conn, _Kind, "select kind from payments.operation order by asked_at")
    assert [one.kind for one in kinds] == ["authorise", "void"]
    other = replace(visit, visitor=uuid4())
    monkeypatch.undo()
    await other.put(visit.bag)
    assert (await other.pay(await other.open(), "ideal")).kind == "second_step", "another way needs no time"


@dataclass(frozen=True, slots=True)
class _Kind:
    kind: str


async def test_a_basket_is_offered_whole(visit: Visit) -> None:
    await visit.bring(2)
    visit.now += timedelta(milliseconds=1)
    await count(visit.db, visit.alba, "alba-1", "alba-ring-52", 0, visit.now)
    whole = [one.location_id for one in await visit.told(1, {"alba-ring-52": 5})]
    assert visit.paris in whole
    assert visit.paris not in [one.location_id for one in await visit.told(1, {"alba-ring-52": 6})]


async def test_serialised_pieces_are_offered_held_and_placed_like_others(visit: Visit) -> None:
    await visit.bring(2)
    await by_serials(visit.db, visit.alba, "alba-bag", {"alba-2": ["A1", "A2"]}, visit.now)
    await visit.put(visit.bag)
    (offered,) = [one for one in await visit.told() if one.location_id == visit.paris]
    checkout_id = await visit.open()
    (line,) = (await visit.lines(checkout_id)).values()
    assert (line.location_id, line.ready_about) == (visit.alba.places["alba-2"], offered.ready_about)
    assert (await visit.pay(checkout_id)).kind == "placed"
    assert await promises.verify(visit.db, maison_id=visit.alba.maison_id) == []
    async with visit.db.acting(Actor.job(), visit.alba.maison_id) as conn:
        asked = await many(
            conn,
            _Asked,
            """
            select t.from_location_id, p.serial from stock.transfer t
            join stock.transfer_line l on l.maison_id = t.maison_id and l.transfer_id = t.id
            join stock.piece p on p.maison_id = l.maison_id and p.order_line_id = l.order_line_id
            """,
        )
    assert asked == [_Asked(visit.alba.places["alba-2"], "A1")]


@dataclass(frozen=True, slots=True)
class _Asked:
    from_location_id: UUID
    serial: str


async def test_a_reservation_is_brought_only_where_the_maison_says_so(visit: Visit) -> None:
    """Nothing is paid: the transfer is asked when it is placed. Switched off, what lies in the boutique is still reserved."""
    await visit.bring(2)
    await visit.put(visit.bag)
    assert await visit.told(reserving=True) == []
    with pytest.raises(PiecesGone):
        await visit.open(method="reserve")
    await visit.inside(
        policies.set_policy,
        policy=replace(policies.Policy(), ship_to_store_days=2, reserve_brought=True),
        now=visit.now,
    )
    closed = [Exposure(visit.paris, collect=True, reserve=False, ship=True)]
    await visit.inside(expose, exposures=closed)
    assert [one for one in await visit.told(reserving=True) if one.location_id == visit.paris] == []
    with pytest.raises(PiecesGone):
        await visit.open(method="reserve")
    await visit.inside(expose, exposures=[Exposure(visit.paris, collect=False, reserve=True, ship=True)])
    (offered,) = [one for one in await visit.told(reserving=True) if one.location_id == visit.paris]
    checkout_id = await visit.open(method="reserve")
    (line,) = (await visit.lines(checkout_id)).values()
    assert (line.collect_location_id, line.ready_about) == (visit.paris, offered.ready_about)
    assert (await visit.pay(checkout_id, "")).kind == "placed"
    async with visit.db.acting(Actor.job(), visit.alba.maison_id) as conn:
        placed = await many(
            conn,
            _Reserved,
            """
            select o.method, f.state, o.payment_id is null as unpaid, t.state as transfer from orders.order o
            join orders.fulfilment f on f.maison_id = o.maison_id and f.order_id = o.id
            join orders.order_line l on l.maison_id = o.maison_id and l.order_id = o.id
            join stock.transfer t on t.maison_id = l.maison_id and t.id = l.transfer_id
            """,
        )
    assert placed == [_Reserved("reserve", "awaited", True, "asked")]
    assert await promises.verify(visit.db, maison_id=visit.alba.maison_id) == []
    await visit.bring(2)
    await visit.only(_1=1)
    await visit.put(visit.bag)
    here = (await visit.lines(await visit.open(method="reserve")))["alba-bag"]
    assert (here.location_id, here.collect_location_id) == (visit.paris, None)


@dataclass(frozen=True, slots=True)
class _Reserved:
    method: str
    state: str
    unpaid: bool
    transfer: str
