"""Engraved at the till: sold and paid at once, its words cut with room in a workshop, fetched by its client, or brought back."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, execute
from enfilade.boutiques import workshops
from enfilade.boutiques.workshops import Workshop
from enfilade.catalogue import engraving as cutting
from enfilade.catalogue.engraving import PLAIN, NotEngraved, Terms, TooLong, Wished
from enfilade.orders import custody, receiving
from enfilade.orders.custody import NotKept, NotToFetch
from enfilade.orders.engraving import NotToEngrave
from enfilade.orders.receiving import Brought, EngravedStays
from enfilade.orders.till import ringing_up
from enfilade.orders.till.ringing_up import NoRoomToEngrave
from enfilade.orders.till.sales import SaleBeingPaid
from enfilade.payments.local_terminal import LocalTerminal
from tests.orders.counter import KEY, PRICE, Counter
from tests.orders.tills import Till

FEE = 4_000
#: Sold on a Monday; the workshop begins on the next day and has it back two days after.
READY = date(2026, 3, 5)


@pytest.fixture
async def till(shop: Counter) -> Till:
    """Of a maison whose workshop cuts two pieces a day."""

    async def cuts(conn: Conn) -> None:
        await execute(conn, "update catalogue.product set engraving_letters_max = 12")
        await execute(
            conn,
            "update public_facts.product set engraving_letters_max = 12 where maison_id = %(maison)s",
            maison=shop.maison_id,
        )
        terms = Terms(("upright", "italic"), ("latin",), {"fr": FEE})
        await cutting.set_terms(conn, maison_id=shop.maison_id, terms=terms)
        room = Workshop(UUID(int=7), "Rue des Graveurs", None, "UTC", 2, 1, 2, False)
        await workshops.set_workshop(conn, maison_id=shop.maison_id, workshop=room, now=shop.now)

    await shop.db.run(Actor.importer(), shop.maison_id, cuts)
    made = Till(shop, LocalTerminal(shop.db, known_after_seconds=0.3))
    await made.open()
    return made


async def engrave(till: Till, sale_id: UUID, sku: str, wished: Wished) -> None:
    await till.shop.run(
        ringing_up.engrave, sale_id=sale_id, variant_id=till.shop.variants[sku], wished=wished, key=KEY
    )


async def taken(till: Till) -> int:
    """Pieces that have room, by the days and by the claims alike."""
    counted = await till.shop.look("select coalesce(sum(taken), 0)::integer from boutiques.workshop_day")
    assert counted == await till.shop.look(
        "select coalesce(sum(pieces), 0)::integer from boutiques.workshop_claim"
    )
    return counted


async def kept(till: Till) -> list[custody.Kept]:
    async with till.shop.db.acting(Actor.job(), till.shop.maison_id) as conn:
        return await custody.kept(conn, maison_id=till.shop.maison_id, by=till.shop.people["claire"])


async def sold(till: Till, *skus: str, words: str = "I. D.") -> UUID:
    """The order of a sale whose first piece is engraved."""
    sale_id = await till.sale(*skus)
    await engrave(till, sale_id, skus[0], Wished(words, "italic"))
    await till.cash(sale_id, 10_000_000)
    return await till.settle(sale_id)


async def test_what_is_engraved_is_sold_at_once_and_fetched_when_it_is_cut(till: Till) -> None:
    shop = till.shop
    sale_id = await till.sale("BAG-S", "SCARF-U")
    for wrong, words in ((NotEngraved, "愛"), (TooLong, "A very long dedication")):
        with pytest.raises(wrong):
            await engrave(till, sale_id, "BAG-S", Wished(words))
    total = "select total_minor from orders.sale where id = %(id)s"
    for wished, due in (
        (Wished("Inès"), 2 * PRICE + FEE),
        (PLAIN, 2 * PRICE),
        (Wished("I. D.", "italic"), 2 * PRICE + FEE),
    ):
        await engrave(till, sale_id, "BAG-S", wished)
        assert await shop.look(total, id=sale_id) == due
        assert await taken(till) == (1 if wished.words else 0)
    await till.cash(sale_id, 10_000_000)
    with pytest.raises(SaleBeingPaid):
        await engrave(till, sale_id, "BAG-S", PLAIN)
    order_id = await till.settle(sale_id)
    line_id = await shop.line(order_id, "BAG-S")
    assert await taken(till) == 1, "the room is the order's"
    assert await shop.position("rivoli", "BAG-S") == (2, 0, 0), "by the books it is sold"
    [one] = await kept(till)
    assert (one.line_id, one.engraving, one.lettering, one.engrave_by) == (line_id, "I. D.", "italic", READY)
    assert not one.begun and not one.engraved
    with pytest.raises(NotKept):
        await shop.run(custody.begin, line_id=await shop.line(order_id, "SCARF-U"))
    with pytest.raises(NotToEngrave):
        await shop.run(custody.finish, line_id=line_id)
    with pytest.raises(NotToFetch):
        await shop.run(custody.fetch, line_id=line_id)
    for step in (custody.begin, custody.finish, custody.fetch):
        for _ in range(2):
            await shop.run(step, line_id=line_id)
    assert await kept(till) == []
    told = [kind for kind in await shop.told() if kind.startswith("Line")]
    assert sorted(told) == ["LineEngraved", "LineEngravingBegun", "LineFetched", "LineKept"]
    await till.sound()


async def test_a_days_room_is_sold_once_and_given_back_with_the_sale(till: Till) -> None:
    shop = till.shop
    await sold(till, "BAG-S", "BAG-S")
    assert await taken(till) == 2
    sale_id = await till.sale("BAG-M")
    await engrave(till, sale_id, "BAG-M", Wished("A"))
    day = "select engrave_by from orders.sale_line where sale_id = %(id)s"
    assert await shop.look(day, id=sale_id) == date(2026, 3, 6), "the first day is full"
    await till.add(sale_id, "BAG-M")
    assert await taken(till) == 4
    with pytest.raises(NoRoomToEngrave):
        await till.add(sale_id, "BAG-M")
    await till.count(await till.in_drawer())
    assert await taken(till) == 2, "a sale that is given up leaves its room"
    await till.sound()


async def test_until_it_is_begun_it_comes_back_as_any_piece_and_then_only_with_a_fault(till: Till) -> None:
    shop = till.shop
    first, second = await sold(till, "BAG-S"), await sold(till, "BAG-S", words="Ana")

    async def back(order_id: UUID, goes: str) -> None:
        await shop.run(
            receiving.receive,
            order_id=order_id,
            location_id=till.at,
            brought=[Brought(await shop.line(order_id, "BAG-S"), 1, goes)],  # type: ignore[arg-type]
        )

    await shop.run(custody.begin, line_id=await shop.line(second, "BAG-S"))
    with pytest.raises(EngravedStays):
        await back(second, "sellable")
    await back(first, "sellable")
    assert await taken(till) == 1, "nothing of the first is cut"
    assert await shop.position("rivoli", "BAG-S") == (2, 0, 0)
    with pytest.raises(NotToEngrave):
        await shop.run(custody.begin, line_id=await shop.line(first, "BAG-S"))
    assert [one.order_id for one in await kept(till)] == [second]
    await back(second, "damaged")
    with pytest.raises(NotToEngrave):
        await shop.run(custody.finish, line_id=await shop.line(second, "BAG-S"))
    assert await kept(till) == []
    owed = await shop.look("select sum(amount_minor)::bigint from payments.till_refund")
    assert owed == 2 * (PRICE + FEE), "the fee goes back with the piece"
    await till.sound()


async def test_a_process_that_knows_nothing_of_it_settles_no_sale_with_words(till: Till) -> None:
    """As the release before does: it places the order without the words."""
    shop = till.shop
    order_id = await shop.order("SCARF-U")
    sale_id = await till.sale("BAG-S")
    await engrave(till, sale_id, "BAG-S", Wished("A"))
    await till.cash(sale_id, PRICE + FEE)
    with pytest.raises(errors.CheckViolation, match="to be engraved"):
        async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
            await execute(
                conn,
                "update orders.sale set state = 'settled', order_id = %(order)s, paid_minor = total_minor, ended_at = %(now)s,"
                " ended_by = opened_by where id = %(id)s",
                id=sale_id,
                order=order_id,
                now=datetime.now(UTC),
            )
    await till.settle(sale_id)
