"""Another address: while something is still to be sent, by the order's own link or the maison's manager, and never elsewhere."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute
from enfilade.base.ids import new_id
from enfilade.orders import address_letters, addresses, cancellation, preparations, rejections
from enfilade.orders.addresses import AddressIncomplete, NothingToSend, OtherCountry
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.orders.returns import NoSuchOrder
from tests.orders.counter import KEY, Counter, counter
from tests.orders.test_cancellation import sound

OLD = {"line1": "1 rue Vieille", "postcode": "75003", "city": "Paris", "country": "FR"}
NEW = {
    "line1": "7 quai Neuf",
    "line2": "3e, porte B",
    "postcode": "69002",
    "city": "Lyon",
    "country": "FR",
}


async def to_send(shop: Counter, *skus: str, **order: Any) -> tuple[UUID, UUID]:
    """An order on its way to OLD, and its work, asked for."""
    order_id = await shop.order(*(skus or ("BAG-S",)), method="ship", **{"address": OLD, **order})
    return order_id, await shop.fulfilment(order_id)


async def picked(shop: Counter, order_id: UUID, fulfilment_id: UUID, *skus: str) -> None:
    await shop.run(preparations.accept, fulfilment_id=fulfilment_id)
    for sku in skus or ("BAG-S",):
        await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=await shop.line(order_id, sku))


async def changed(
    shop: Counter, order_id: UUID, address: dict[str, str] = NEW, *, link: UUID | None = None
) -> bool:
    """The client says it, by the link of the order."""

    async def verb(conn: Conn) -> bool:
        return await addresses.change(
            conn, maison_id=shop.maison_id, order_id=order_id, address=address, now=shop.now
        )

    return await shop.db.run(Actor.link(link or order_id), shop.maison_id, verb)


async def address_of(shop: Counter, order_id: UUID) -> dict[str, str] | None:
    return await shop.look(
        """
        select c.address from orders.order o join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        where o.id = %(id)s
        """,
        id=order_id,
    )


async def told(shop: Counter) -> list[tuple[str, str | None]]:
    """Who changed an address, as the facts have it."""
    found = await shop.look(
        """
        select coalesce(jsonb_agg(jsonb_build_array(body ->> 'by', body ->> 'by_id') order by id), '[]')
        from base.fact where kind = 'AddressChanged'
        """
    )
    return [tuple(one) for one in found]


async def test_at_every_stage_until_it_has_left(db: Db) -> None:
    shop = await counter(db, stock=9)
    for stage in ("asked", "accepted", "picked", "unsourced"):
        shop.now += timedelta(minutes=1)
        order_id, fulfilment_id = await to_send(shop)
        if stage == "accepted":
            await shop.run(preparations.accept, fulfilment_id=fulfilment_id)
        elif stage == "picked":
            await picked(shop, order_id, fulfilment_id)
        elif stage == "unsourced":
            line_id = await shop.line(order_id, "BAG-S")
            await shop.run(
                rejections.reject, fulfilment_id=fulfilment_id, line_id=line_id, reason="worn_display"
            )
        before = await shop.lines(order_id)
        assert await changed(shop, order_id), stage
        assert not await changed(shop, order_id), "a repetition changes nothing"
        assert await address_of(shop, order_id) == NEW
        assert await shop.lines(order_id) == before, "its source stays as it is"
    assert (await shop.jobs()).count("orders.address_changed") == 4

    for stage, more in (("dispatched", {}), ("cancelled", {}), ("collect", {"method": "collect"})):
        order_id = await shop.order("BAG-M", **{"method": "ship", "address": OLD, **more})
        fulfilment_id = await shop.fulfilment(order_id)
        if stage == "dispatched":
            await picked(shop, order_id, fulfilment_id, "BAG-M")
            await shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="")
        if stage == "cancelled":
            line_ids = [await shop.line(order_id, "BAG-M")]
            await shop.run(
                cancellation.cancel, "max", order_id=order_id, line_ids=line_ids, reason="client_wish"
            )
        with pytest.raises(NothingToSend):
            await changed(shop, order_id)
        with pytest.raises(NothingToSend):
            await shop.run(addresses.change_for_client, "max", order_id=order_id, address=NEW)
        assert await address_of(shop, order_id) == OLD, stage
    await sound(shop)


async def test_some_left_and_the_rest_goes_elsewhere(shop: Counter) -> None:
    order_id, fulfilment_id = await to_send(shop, "BAG-S", "BAG-M")
    medium = await shop.line(order_id, "BAG-M")
    await shop.run(rejections.reject, fulfilment_id=fulfilment_id, line_id=medium, reason="damaged")
    await picked(shop, order_id, fulfilment_id)
    await shop.run(preparations.dispatch, fulfilment_id=fulfilment_id, tracking="")
    assert await changed(shop, order_id)
    letter = await written(shop, order_id)
    assert letter is not None and "What has left us already" in letter.text


async def test_the_country_stays_and_no_address_lacks_its_town(shop: Counter) -> None:
    order_id, _ = await to_send(shop)
    for other in ({**NEW, "country": "BE"}, {name: NEW[name] for name in ("line1", "postcode", "city")}):
        with pytest.raises(OtherCountry):
            await changed(shop, order_id, other)
        with pytest.raises(OtherCountry):
            await shop.run(addresses.change_for_client, "max", order_id=order_id, address=other)
    for name in addresses.NEEDED:
        with pytest.raises(AddressIncomplete):
            await changed(shop, order_id, {**NEW, name: ""})
    assert await address_of(shop, order_id) == OLD
    assert await changed(shop, order_id, {**NEW, "line2": "", "note": "x"})
    assert await address_of(shop, order_id) == {name: NEW[name] for name in NEW if name != "line2"}


async def test_a_link_changes_its_own_order_and_of_its_contact_the_address_alone(shop: Counter) -> None:
    ours, _ = await to_send(shop)
    theirs, _ = await to_send(shop, "BAG-M")
    with pytest.raises(NoSuchOrder):
        await changed(shop, theirs, link=ours)
    other = await counter(shop.db, slug="belrose")
    with pytest.raises(NoSuchOrder):
        await changed(other, ours)

    async def everywhere(conn: Conn) -> int:
        return await execute(conn, "update orders.contact set address = '{}'")

    assert await shop.db.run(Actor.link(ours), shop.maison_id, everywhere) == 1, "its own"
    assert await address_of(shop, theirs) == OLD
    collected = await shop.order("BAG-M")
    assert await shop.db.run(Actor.link(collected), shop.maison_id, everywhere) == 0
    for actor in (Actor.checkout(ours), Actor.client(ours), Actor.visitor(ours)):
        assert await shop.db.run(actor, shop.maison_id, everywhere) == 0

    async def renamed(conn: Conn) -> int:
        return await execute(conn, "update orders.contact set mail = 'another@client.example'")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await shop.db.run(Actor.link(ours), shop.maison_id, renamed)


async def test_the_maisons_manager_for_the_client(shop: Counter) -> None:
    order_id, _ = await to_send(shop)
    for who in ("claire", "mia"):
        with pytest.raises(NotYourBoutique):
            await shop.run(addresses.change_for_client, who, order_id=order_id, address=NEW)
    with pytest.raises(NoSuchOrder):
        await shop.run(addresses.change_for_client, "max", order_id=new_id(shop.now), address=NEW)
    for fresh in (True, False):
        assert await shop.run(addresses.change_for_client, "max", order_id=order_id, address=NEW) is fresh
    max_id = shop.people["max"].staff_id
    assert await told(shop) == [("maison", str(max_id))]
    audited = await shop.look(
        "select array_agg(staff_id) from base.audit where act = 'change_address' and subject_id = %(id)s",
        id=order_id,
    )
    assert audited == [max_id]
    assert (await shop.jobs()).count("orders.mail_address_changed") == 1


async def test_no_address_stands_anywhere_but_in_the_contact(shop: Counter) -> None:
    order_id, _ = await to_send(shop)
    assert await changed(shop, order_id)
    assert await told(shop) == [], "a link tells no news; its job does"
    await shop.job(addresses.tell_changed, order_id=order_id, change_id=new_id(shop.now))
    assert await told(shop) == [("client", None)]
    everything = await shop.look(
        """
        select (select string_agg(body::text, ' ') from base.fact) || (select string_agg(args::text, ' ')
          from procrastinate.procrastinate_jobs) || coalesce((select string_agg(a::text, ' ') from base.audit a), '')
        """
    )
    for word in (OLD["line1"], NEW["line1"], NEW["city"]):
        assert word not in everything
    assert await shop.look("select count(*) from orders.contact where address::text like '%%Vieille%%'") == 0


async def written(shop: Counter, order_id: UUID) -> Any:
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        return await address_letters.letter(
            conn,
            maison_id=shop.maison_id,
            order_id=order_id,
            change_id=order_id,
            key=KEY,
            base_url="http://shop.example",
        )


WORDS = {
    "en": "What is still with us now goes to",
    "fr": "Ce qui est encore chez nous part",
    "nl": "Wat nog bij ons is",
    "zh": "尚未寄出的部分将送往",
}


async def test_the_client_is_written_to(db: Db) -> None:
    shop = await counter(db, stock=9)
    for language, words in WORDS.items():
        order_id, _ = await to_send(shop, language=language)
        await changed(shop, order_id)
        letter = await written(shop, order_id)
        assert letter is not None and letter.to == "ines@client.example"
        assert words in letter.text and "7 quai Neuf" in letter.text and "69002 Lyon" in letter.text
        assert "Vieille" not in letter.text + letter.html
    unknown, _ = await to_send(shop, mail="")
    await changed(shop, unknown)
    assert await written(shop, unknown) is None


async def test_side_by_side_with_the_parcel_that_leaves(db: Db) -> None:
    """Both ways round: the first is held open until the second waits. What left has its old address, and is told so."""
    shop = await counter(db, stock=9)
    for by_client in (True, False):
        for change_first in (True, False):
            order_id, fulfilment_id = await to_send(shop)
            await picked(shop, order_id, fulfilment_id)
            by = shop.people["claire"]

            async def change(conn: Conn, order_id: UUID = order_id, by_client: bool = by_client) -> object:
                of: dict[str, Any] = {"order_id": order_id, "address": NEW, "now": shop.now}
                if by_client:
                    return await addresses.change(conn, maison_id=shop.maison_id, **of)
                return await addresses.change_for_client(
                    conn, maison_id=shop.maison_id, by=shop.people["max"], **of
                )

            async def leave(conn: Conn, fulfilment_id: UUID = fulfilment_id) -> object:
                return await preparations.dispatch(
                    conn,
                    maison_id=shop.maison_id,
                    by=shop.people["claire"],
                    fulfilment_id=fulfilment_id,
                    tracking="",
                    now=shop.now,
                )

            manager = Actor.staff(shop.people["max"].staff_id)
            sides = [
                (change, Actor.link(order_id) if by_client else manager),
                (leave, Actor.staff(by.staff_id)),
            ]
            (first, actor), (second, then) = sides if change_first else sides[::-1]
            async with db.acting(actor, shop.maison_id) as conn:
                await first(conn)
                waiting = asyncio.create_task(db.run(then, shop.maison_id, second))
                await asyncio.sleep(0.03)
                assert not waiting.done()
            (answer,) = await asyncio.gather(waiting, return_exceptions=True)
            assert await shop.lines(order_id) == {"BAG-S": "dispatched"}
            assert await address_of(shop, order_id) == (NEW if change_first else OLD)
            assert isinstance(answer, NothingToSend) is not change_first, answer
    await sound(shop)


async def test_one_button_pressed_twice_at_once(shop: Counter) -> None:
    order_id, _ = await to_send(shop)
    assert sorted(await asyncio.gather(changed(shop, order_id), changed(shop, order_id))) == [False, True]
    assert (await shop.jobs()).count("orders.address_changed") == 1
    assert msgspec.convert(await address_of(shop, order_id), dict[str, str]) == NEW
