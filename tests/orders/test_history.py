"""The history of an order: every fact has words for the maison, and its client hears what is theirs, in four languages."""

import dataclasses
import inspect
import re
from datetime import datetime, timedelta
from typing import Any, cast, get_args
from uuid import UUID

import psycopg

from enfilade.base.actors import Actor
from enfilade.base.i18n import Language
from enfilade.orders import events as order_events
from enfilade.orders import history, pickup, rejections, resourcing
from enfilade.orders.preparations import pickup_code
from enfilade.payments import events as payment_events
from enfilade.stock.events import AllocationLost
from tests.orders.counter import KEY, Counter
from tests.orders.test_cancellation import wished
from tests.orders.test_fulfilment import ready


def test_every_fact_of_an_order_has_words() -> None:
    kinds = {
        name
        for module in (order_events, payment_events)
        for name, one in inspect.getmembers(module, inspect.isclass)
        if dataclasses.is_dataclass(one) and one.__module__ == module.__name__
    }
    # An enquiry is of no order.
    kinds -= {name for name in kinds if name.startswith("Enquiry")}
    assert kinds | {AllocationLost.__name__} == set(history.MAISON)
    assert set(history.CLIENT) < kinds and set(history.ADVISOR) < set(history.MAISON)


def test_the_database_shows_a_link_what_its_client_has_words_for(migrated: Any) -> None:
    with psycopg.connect(migrated.admin) as conn:
        ((policy,),) = conn.execute(
            "select qual from pg_policies where schemaname = 'base' and policyname = 'told_to_client'"
        ).fetchall()
    assert set(re.findall(r"'([A-Z][A-Za-z]+)'", policy)) == set(history.CLIENT)


def shown(at: datetime, zone: str) -> str:
    return f"{at:%H:%M}"


async def told(shop: Counter, order_id: UUID, actor: Actor, language: Language) -> list[str]:
    async with shop.db.acting(actor, shop.maison_id) as conn:
        found = await history.events(conn, maison_id=shop.maison_id, order_id=order_id)
    table = history.CLIENT if actor.kind == "link" else history.MAISON
    if actor.kind == "link":
        assert {event.kind for event in found} <= set(history.CLIENT)
        assert not any(event.who for event in found), "no names of ours"
    return [one.text for one in history.history(found, table, shown, zone="Europe/Paris", language=language)]


async def test_the_client_and_the_maison_read_their_own(shop: Counter) -> None:
    order_id, fulfilment_id = await ready(shop, "BAG-S", "BAG-M", "SCARF-U")
    other = await shop.order("BAG-S")
    scarf = await shop.line(order_id, "SCARF-U")
    await shop.run(rejections.reject, fulfilment_id=fulfilment_id, line_id=scarf, reason="damaged")
    await shop.job(resourcing.resource, order_id=order_id)
    shop.now += timedelta(minutes=1)
    await wished(shop, order_id, "BAG-M", "SCARF-U")
    shop.now += timedelta(minutes=1)
    code = pickup_code(KEY, fulfilment_id)
    await shop.run(pickup.hand_over, fulfilment_id=fulfilment_id, code=code, refused_line_ids=[])

    ours = await told(shop, order_id, Actor.link(order_id), "en")
    assert ours[0] == "You ordered it." and ours[-1] == "Your order is complete."
    assert sorted(ours[1:-1]) == [
        "Arcade bag, M was cancelled, as you wished.",
        "Canal scarf, U was cancelled, as you wished.",
        "It was handed over to you at Auber Rivoli.",
        "It was ready for you at Auber Rivoli.",
        "We found Canal scarf, U in another of our boutiques.",
    ]
    theirs = await told(shop, order_id, Actor.job(), "en")
    assert "Claire could not give Canal scarf, U: it was damaged" in theirs
    assert "The client cancelled 1 piece at Auber Rivoli; 1 piece to be put away" in theirs
    assert all("Claire" not in one and "damaged" not in one for one in ours)
    assert await told(shop, order_id, Actor.link(other), "en") == [], (
        "another order's link reads nothing of it"
    )
    words = {
        language: await told(shop, order_id, Actor.link(order_id), language)
        for language in cast("tuple[Language, ...]", get_args(Language))
    }
    assert len({tuple(said) for said in words.values()}) == 4
    assert {len(said) for said in words.values()} == {len(ours)}
