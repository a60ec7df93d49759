"""Labels and parcels of an order: one label a parcel, whatever dies or is said twice; news of carriers become the order's."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn
from enfilade.base.facts import Heard
from enfilade.base.money import Money
from enfilade.carriers import jobs as carrier_jobs
from enfilade.carriers import labels, making, tracking
from enfilade.carriers.carrier import (
    Bought,
    Carrier,
    CarrierSilent,
    Parcel,
    Requirements,
    Standing,
)
from enfilade.carriers.local_carrier import LOST_ONCE, MADE_AND_SILENT, UNKNOWN_ADDRESS, LocalCarrier
from enfilade.carriers.terms import Offered, Terms, set_terms
from enfilade.orders import addresses, cancellation, parcels, pickup, preparations, returns
from enfilade.orders.fulfilment import IllegalStep, NotAllPicked, NotYourBoutique
from enfilade.orders.parcels import LabelForOldAddress, LabelForOtherPieces, NoCarrier, TakeOutFirst
from enfilade.orders.returns import Wish
from tests.orders.counter import KEY, NOW, PRICE, Counter

ADDRESS = {"line1": "12 rue des Capucins", "postcode": "69001", "city": "Lyon", "country": "FR"}
SERVICES = ("ground", "ground_signed", "express", "escort")


async def offer(shop: Counter, *services: str, terms: Terms | None = None) -> None:
    async def verb(conn: Conn) -> None:
        await set_terms(
            conn,
            maison_id=shop.maison_id,
            terms=terms or Terms(),
            offered=[Offered("fr", "local", service) for service in services or SERVICES],
            by_id=None,
            now=shop.now,
        )

    await shop.db.run(Actor.job(), shop.maison_id, verb)


async def packed(shop: Counter, *skus: str, **address: str) -> tuple[UUID, UUID]:
    """An order to be sent, picked and packed by Claire."""
    order_id = await shop.order(*(skus or ("BAG-S",)), method="ship", address={**ADDRESS, **address})
    fulfilment_id = await shop.fulfilment(order_id)
    await shop.run(preparations.accept, fulfilment_id=fulfilment_id)
    for sku in skus or ("BAG-S",):
        line_id = await shop.line(order_id, sku)
        await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=line_id)
    return order_id, fulfilment_id


class Watched(LocalCarrier):
    """The local carrier, counting what it is asked; `dies` after the answer came and before we have it."""

    dies = 0
    asked: list[str]

    async def buy(self, *, key: UUID, service: str, parcel: Parcel, metadata: dict[str, str]) -> Bought:
        self.asked.append(service)
        bought = await super().buy(key=key, service=service, parcel=parcel, metadata=metadata)
        if self.dies:
            self.dies -= 1
            raise ConnectionResetError
        return bought


@pytest.fixture
def carrier(shop: Counter) -> Watched:
    made = Watched(shop.db, "http://store.example", silent_seconds=5)
    made.asked = []
    return made


async def carry_out(shop: Counter, carrier: Carrier, label_id: UUID) -> None:
    await making.carry_out(
        shop.db,
        {"local": carrier},
        maison_id=shop.maison_id,
        label_id=label_id,
        timeout_seconds=1,
        now=shop.now,
    )


async def label_of(shop: Counter, label_id: UUID) -> Mapping[str, Any]:
    return await shop.look("select to_jsonb(l) from carriers.label l where id = %(id)s", id=label_id)


async def heard(shop: Counter, kind: str) -> list[Heard]:
    rows = await shop.look(
        "select coalesce(jsonb_agg(to_jsonb(f) order by f.id), '[]') from base.fact f where kind = %(kind)s",
        kind=kind,
    )
    return [
        Heard(
            shop.maison_id,
            UUID(row["id"]),
            kind,
            UUID(row["subject_id"]),
            UUID(row["location_id"]) if row["location_id"] else None,
            row["body"],
            datetime.fromisoformat(row["recorded_at"]),
        )
        for row in rows
    ]


async def scanned(shop: Counter, carrier: LocalCarrier, label_id: UUID, *standings: Standing) -> None:
    """The depot scans it an hour apart, we hear of it, and the news reach the order."""
    number = (await label_of(shop, label_id))["tracking"]
    for standing in standings:
        shop.now += timedelta(hours=1)
        assert await carrier.scan(tracking=number, standing=standing, at=shop.now)
        before = len(await heard(shop, "ParcelMoved"))
        await follow(shop, carrier, label_id)
        for news in (await heard(shop, "ParcelMoved"))[before:]:
            async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
                await parcels.moved(conn, news)


async def follow(shop: Counter, carrier: LocalCarrier, label_id: UUID) -> None:
    await tracking.follow(
        shop.db,
        {"local": carrier},
        maison_id=shop.maison_id,
        label_id=label_id,
        timeout_seconds=5,
        now=shop.now,
    )


async def test_a_label_is_asked_of_what_is_packed_by_who_packs_it(shop: Counter, carrier: Watched) -> None:
    order_id = await shop.order("BAG-S", "BAG-M", method="ship", address=ADDRESS)
    work: dict[str, Any] = {"fulfilment_id": await shop.fulfilment(order_id)}
    with pytest.raises(IllegalStep):
        await shop.run(parcels.ask_label, **work)
    await shop.run(preparations.accept, **work)
    await shop.run(preparations.pick, **work, line_id=await shop.line(order_id, "BAG-S"))
    with pytest.raises(NotAllPicked):
        await shop.run(parcels.ask_label, **work)
    await shop.run(preparations.pick, **work, line_id=await shop.line(order_id, "BAG-M"))
    with pytest.raises(NoCarrier):
        await shop.run(parcels.ask_label, **work)
    await offer(shop)
    with pytest.raises(NotYourBoutique):
        await shop.run(parcels.ask_label, "noor", **work)
    asked = await asyncio.gather(*(shop.run(parcels.ask_label, **work) for _ in range(4)))
    assert len(set(asked)) == 1, "one label, however often the button is pressed"
    (label_id,) = set(asked)
    await asyncio.gather(*(carry_out(shop, carrier, label_id) for _ in range(3)))
    label = await label_of(shop, label_id)
    assert label["state"] == "made" and label["insured_minor"] == 2 * PRICE
    assert label["service"] == "ground_signed", "the cheapest that insures so much"
    assert await shop.look("select count(*) from local_carrier.parcel") == 1
    assert await shop.look("select recipient ->> 'line1' from carriers.label_paper") == ADDRESS["line1"]
    assert (await shop.told()).count("LabelMade") == 1

    await shop.run(preparations.dispatch, **work, tracking="")
    assert await shop.look("select tracking from orders.fulfilment") == label["tracking"]
    assert await parcels.tidy(shop.db, maison_id=shop.maison_id, now=shop.now) == 0
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        number, pdf = await labels.printed(
            conn, maison_id=shop.maison_id, purpose="out", cause_id=work["fulfilment_id"]
        )
    assert number == label["tracking"] and pdf.startswith(b"%PDF")


async def test_a_death_between_any_two_steps_buys_no_second_label(shop: Counter, carrier: Watched) -> None:
    await offer(shop)
    _, fulfilment_id = await packed(shop)
    label_id = await shop.run(parcels.ask_label, fulfilment_id=fulfilment_id)
    carrier.dies = 2
    for _ in range(2):
        with pytest.raises(ConnectionResetError):
            await carry_out(shop, carrier, label_id)
    assert (await label_of(shop, label_id))["state"] == "asked"
    # What the maison offers now is another thing: what was chosen stays chosen, since it may have been bought.
    await offer(shop, "escort")
    shop.now += timedelta(minutes=3)
    assert await carrier_jobs.reconcile(shop.db, {"local": carrier}, timeout_seconds=5, now=shop.now) == []
    label = await label_of(shop, label_id)
    assert label["state"] == "made" and carrier.asked == ["ground_signed"] * 3
    assert await shop.look("select count(*) from local_carrier.parcel") == 1


async def test_a_carrier_that_is_silent_is_asked_again_and_holds_up_nobody(
    shop: Counter, carrier: Watched
) -> None:
    await offer(shop)
    for postcode in (MADE_AND_SILENT, LOST_ONCE):
        _, fulfilment_id = await packed(shop, postcode=postcode)
        label_id = await shop.run(parcels.ask_label, fulfilment_id=fulfilment_id)
        with pytest.raises(CarrierSilent):
            await carry_out(shop, carrier, label_id)
        if postcode == LOST_ONCE:
            # The advisor does not wait: another carrier takes it, by hand; the label that comes late is not used.
            await shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="HAND-1")
        await carry_out(shop, carrier, label_id)
        assert (await label_of(shop, label_id))["state"] == ("void" if postcode == LOST_ONCE else "made")
    assert await shop.look("select array_agg(state order by state) from local_carrier.parcel") == [
        "made",
        "void",
    ]
    assert await shop.look("select max(tracking) from orders.fulfilment") == "HAND-1"


async def test_what_no_service_can_do_is_refused_with_the_reason(shop: Counter, carrier: Watched) -> None:
    await offer(shop, "ground", "express")
    _, fulfilment_id = await packed(shop)
    needs = Requirements(ground_only=True, adult_signature=True)
    label_id = await shop.run(parcels.ask_label, fulfilment_id=fulfilment_id, needs=needs)
    await carry_out(shop, carrier, label_id)
    label = await label_of(shop, label_id)
    assert (label["state"], carrier.asked) == ("refused", [])
    assert label["reason"] == (
        "Express goes by air; Ground asks for no adult’s signature, does not insure €2,450"
    )
    await offer(shop)
    again = await shop.run(parcels.ask_label, fulfilment_id=fulfilment_id, needs=needs)
    assert again != label_id
    await carry_out(shop, carrier, again)
    assert (await label_of(shop, again))["service"] == "ground_signed"

    _, unknown = await packed(shop, "BAG-M", postcode=UNKNOWN_ADDRESS)
    refused = await shop.run(parcels.ask_label, fulfilment_id=unknown)
    await carry_out(shop, carrier, refused)
    assert (await label_of(shop, refused))["reason"] == "no address 00000 Lyon"
    assert (await shop.told()).count("LabelRefused") == 2


async def test_another_address_voids_the_label_and_asks_another(shop: Counter, carrier: Watched) -> None:
    await offer(shop)
    order_id, fulfilment_id = await packed(shop)
    old = await shop.run(parcels.ask_label, fulfilment_id=fulfilment_id)
    await carry_out(shop, carrier, old)
    await shop.job(addresses.change, order_id=order_id, address={**ADDRESS, "line1": "7 quai Neuf"})
    for typed in ("", (await label_of(shop, old))["tracking"]):
        with pytest.raises(LabelForOldAddress):
            await shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking=typed)
    assert await shop.state(fulfilment_id) == "accepted"
    assert [await parcels.tidy(shop.db, maison_id=shop.maison_id, now=shop.now) for _ in range(2)] == [1, 0]
    new = await shop.look("select id from carriers.label where state = 'asked'")
    assert new != old
    for label_id in (old, new, old, new):
        await carry_out(shop, carrier, label_id)
    assert [(await label_of(shop, one))["state"] for one in (old, new)] == ["void", "made"]
    assert await shop.look(
        "select recipient ->> 'line1' from carriers.label_paper where label_id = %(id)s", id=new
    ) == ("7 quai Neuf")
    await shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="")
    assert (
        await shop.look("select tracking from orders.fulfilment") == (await label_of(shop, new))["tracking"]
    )


async def test_what_is_cancelled_lets_its_label_go_and_one_that_was_used_is_told(
    shop: Counter, carrier: Watched
) -> None:
    await offer(shop)
    for used in (False, True):
        order_id, fulfilment_id = await packed(shop)
        label_id = await shop.run(parcels.ask_label, fulfilment_id=fulfilment_id)
        if used:
            await carry_out(shop, carrier, label_id)
            number = (await label_of(shop, label_id))["tracking"]
            await carrier.scan(tracking=number, standing="accepted")
        await shop.run(
            cancellation.cancel,
            order_id=order_id,
            line_ids=[await shop.line(order_id, "BAG-S")],
            reason="client_wish",
        )
        assert await parcels.tidy(shop.db, maison_id=shop.maison_id, now=shop.now) == 1
        await carry_out(shop, carrier, label_id)
        label = await label_of(shop, label_id)
        assert label["state"] == ("kept" if used else "void")
    # The first was let go before any carrier was asked.
    assert len(carrier.asked) == 1


async def test_news_of_a_parcel_come_once_whatever_is_told_twice_or_late(
    shop: Counter, carrier: Watched
) -> None:
    await offer(shop)
    _, fulfilment_id = await packed(shop)
    label_id = await shop.run(parcels.ask_label, fulfilment_id=fulfilment_id)
    await carry_out(shop, carrier, label_id)
    number = (await label_of(shop, label_id))["tracking"]
    await shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="")
    began = shop.now
    await scanned(shop, carrier, label_id, "accepted", "in_transit", "out_for_delivery", "failed_attempt")
    await scanned(shop, carrier, label_id, "out_for_delivery", "delivered")
    # Told late: a scan of yesterday changes nothing.
    await carrier.scan(tracking=number, standing="in_transit", at=began + timedelta(minutes=90))
    for _ in range(3):
        await follow(shop, carrier, label_id)
    label = await label_of(shop, label_id)
    assert label["standing"] == "delivered"
    assert datetime.fromisoformat(label["standing_at"]) == shop.now
    assert await shop.look("select count(*) from carriers.scan") == 7
    told = await shop.told()
    assert told.count("ParcelMoved") == 6
    assert told.count("FulfilmentDelivered") == told.count("FulfilmentNotDelivered") == 1
    assert await shop.look("select delivered_at from orders.fulfilment") == shop.now


async def test_a_return_by_post_has_its_label_until_it_is_kept(shop: Counter, carrier: Watched) -> None:
    await offer(shop)
    order_id, fulfilment_id = await packed(shop)
    await shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="HAND-1")
    shop.now += timedelta(hours=1)
    wish = Wish(await shop.line(order_id, "BAG-S"), 1)
    return_id = await shop.job(returns.announce, order_id=order_id, wishes=[wish], key=KEY)
    asked = [await shop.job(parcels.ask_return_label, return_id=return_id) for _ in range(2)]
    label_id = asked[0]
    assert asked == [label_id] * 2 and label_id is not None
    await carry_out(shop, carrier, label_id)
    label = await label_of(shop, label_id)
    assert (label["purpose"], label["cause_id"], label["state"]) == ("back", str(return_id), "made")
    paper = await shop.look("select to_jsonb(p) from carriers.label_paper p")
    assert (
        paper["sender"]["line1"] == ADDRESS["line1"] and paper["recipient"]["name"] == "Auber, Auber Rivoli"
    )
    # The link of the order reads this paper; that of another order nothing.
    other = await shop.order("BAG-M", method="ship", address=ADDRESS)
    for reader, seen in ((order_id, 1), (other, 0)):
        async with shop.db.acting(Actor.link(reader), shop.maison_id) as conn:
            found = await labels.latest(conn, maison_id=shop.maison_id, purpose="back", cause_id=return_id)
            assert (found is not None) == bool(seen)
            if seen:
                await labels.printed(conn, maison_id=shop.maison_id, purpose="back", cause_id=return_id)
            else:
                with pytest.raises(labels.NoSuchLabel):
                    await labels.printed(conn, maison_id=shop.maison_id, purpose="back", cause_id=return_id)
    await scanned(shop, carrier, label_id, "accepted", "in_transit")
    assert (await shop.told()).count("ReturnUnderway") == 1

    await offer(shop, terms=Terms(return_labels=False))
    await shop.job(returns.withdraw, order_id=order_id)
    assert await parcels.tidy(shop.db, maison_id=shop.maison_id, now=shop.now) == 0, "it is under way"
    again = await shop.job(returns.announce, order_id=order_id, wishes=[wish], key=KEY)
    assert await shop.job(parcels.ask_return_label, return_id=again) is None
    await offer(shop)
    unused = await shop.job(parcels.ask_return_label, return_id=again)
    await shop.job(returns.withdraw, order_id=order_id)
    assert await parcels.tidy(shop.db, maison_id=shop.maison_id, now=shop.now) == 1
    assert unused is not None
    await carry_out(shop, carrier, unused)
    assert (await label_of(shop, unused))["state"] == "void"


def test_a_parcel_weighs_its_pieces_and_their_wrapping() -> None:
    assert Terms(800, 400).grams(3) == 2800
    assert Requirements(insured=Money(1, "EUR")) != Requirements()
    assert NOW.tzinfo is UTC


async def test_a_piece_is_taken_out_of_a_packed_parcel_and_its_label_is_made_anew(
    shop: Counter, carrier: Watched
) -> None:
    """One of three is cancelled when the parcel is closed: it does not leave before somebody has taken it out."""
    await offer(shop)
    order_id = await shop.order("BAG-S", quantity=3, method="ship", address=ADDRESS)
    work: dict[str, Any] = {"fulfilment_id": await shop.fulfilment(order_id)}
    line_id = await shop.line(order_id, "BAG-S")
    await shop.run(preparations.accept, **work)
    await shop.run(preparations.pick, **work, line_id=line_id)
    first = await shop.run(parcels.ask_label, **work)
    await carry_out(shop, carrier, first)
    of: dict[str, Any] = {
        "order_id": order_id,
        "line_ids": [line_id],
        "reason": "client_wish",
        "keep": {line_id: 2},
    }
    await shop.run(cancellation.cancel, "max", **of)
    with pytest.raises(TakeOutFirst):
        await shop.run(preparations.dispatch, **work, tracking="")
    with pytest.raises(TakeOutFirst):
        await shop.run(preparations.dispatch, **work, tracking="typed by hand")
    await shop.run(cancellation.put_away, **work)
    with pytest.raises(LabelForOtherPieces):
        await shop.run(preparations.dispatch, **work, tracking="")
    assert await parcels.tidy(shop.db, maison_id=shop.maison_id, now=shop.now) == 1
    await carry_out(shop, carrier, first)
    assert (await label_of(shop, first))["state"] == "void", "its carrier has taken it back"
    second = UUID(await shop.look("select id::text from carriers.label where state = 'asked'"))
    await carry_out(shop, carrier, second)
    assert (await label_of(shop, second))["insured_minor"] == 2 * PRICE
    assert await parcels.tidy(shop.db, maison_id=shop.maison_id, now=shop.now) == 0
    await shop.run(preparations.dispatch, **work, tracking="")
    assert (
        await shop.look("select tracking from orders.fulfilment")
        == (await label_of(shop, second))["tracking"]
    )
    await shop.job(pickup.finish_hand_over, **work)
    assert ("capture", 2 * PRICE) in await shop.operations(), "what is not sent is not taken"
    await shop.sound()


async def test_a_parcel_leaves_whole_or_waits_for_its_piece_to_be_taken_out(shop: Counter) -> None:
    """The desk cancels one while the bench says that it has left: one of them is told, and never both are right."""
    order_id = await shop.order("BAG-S", quantity=3, method="ship", address=ADDRESS)
    work: dict[str, Any] = {"fulfilment_id": await shop.fulfilment(order_id)}
    line_id = await shop.line(order_id, "BAG-S")
    await shop.run(preparations.accept, **work)
    await shop.run(preparations.pick, **work, line_id=line_id)
    of: dict[str, Any] = {
        "order_id": order_id,
        "line_ids": [line_id],
        "reason": "client_wish",
        "keep": {line_id: 2},
    }
    left, taken = await asyncio.gather(
        shop.run(preparations.dispatch, **work, tracking="by hand"),
        shop.run(cancellation.cancel, "max", **of),
        return_exceptions=True,
    )
    gone = await shop.look(
        "select coalesce(sum(quantity), 0) from orders.order_line where state = 'dispatched'"
    )
    if left is None:
        assert isinstance(taken, cancellation.HasLeft) and gone == 3
    else:
        assert isinstance(left, TakeOutFirst) and isinstance(taken, UUID) and gone == 0
        await shop.run(cancellation.put_away, **work)
        await shop.run(preparations.dispatch, **work, tracking="by hand")
    await shop.sound()
