"""Certificates: one that stands for each piece that is with its buyer, whatever comes late, twice or at once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, execute
from enfilade.base.jobs import Jobs
from enfilade.orders import certificates, pickup, preparations, receiving
from enfilade.orders.certificates import as_printed, code
from enfilade.orders.preparations import pickup_code
from enfilade.orders.receiving import Brought
from enfilade.payments.local_terminal import LocalTerminal
from enfilade.web.shared.certificates.document import pdf
from tests.orders.counter import KEY, Counter
from tests.orders.test_books import finish, provider_does
from tests.orders.tills import Till
from tests.serialised import counter_by_serials


async def standing(shop: Counter) -> list[str]:
    """Every certificate, in the order they were issued: its serial, and why it is void."""
    return await shop.look(
        """
        select coalesce(array_agg(serial || coalesce(' ' || void_because, '') order by issued_at, serial, void_since nulls last),
          '{}') from orders.certificate
        """
    )


async def follow(shop: Counter, order_id: UUID) -> int:
    return await shop.job(certificates.follow, order_id=order_id, key=KEY)


async def ready(shop: Counter) -> tuple[UUID, UUID]:
    order_id = await shop.order("BAG-S")
    work = await shop.fulfilment(order_id)
    await shop.run(preparations.accept, fulfilment_id=work)
    line = await shop.line(order_id, "BAG-S")
    await shop.run(preparations.pick, fulfilment_id=work, line_id=line, serials=("A1",))
    await shop.run(preparations.ready, fulfilment_id=work, key=KEY)
    return order_id, work


async def hand_over(shop: Counter, work: UUID) -> None:
    code = pickup_code(KEY, work)
    await shop.run(pickup.hand_over, fulfilment_id=work, code=code, refused_line_ids=list[UUID]())


async def back(shop: Counter, order_id: UUID, serial: str = "A1") -> UUID:
    brought = [Brought(await shop.line(order_id, "BAG-S"), 1, "sellable", serials=(serial,))]
    return await shop.run(
        receiving.receive, order_id=order_id, location_id=shop.at["rivoli"], brought=brought
    )


async def missed(shop: Counter) -> None:
    await certificates.follow_missed(shop.db, maison_id=shop.maison_id, key=KEY, now=shop.now)


async def test_it_stands_while_its_piece_is_with_the_buyer(shop: Counter) -> None:
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1", "A2"]})
    order_id, work = await ready(shop)
    assert await follow(shop, order_id) == 0, "nothing has left"
    await hand_over(shop, work)
    assert await asyncio.gather(*(follow(shop, order_id) for _ in range(4))) in (
        [[1, 0, 0, 0][(n - at) % 4] for n in range(4)] for at in range(4)
    )
    assert await standing(shop) == ["A1"]
    shop.now += timedelta(seconds=20)
    await shop.run(pickup.undo_hand_over, fulfilment_id=work)
    await follow(shop, order_id)
    assert await standing(shop) == ["A1 undone"]
    shop.now += timedelta(seconds=20)
    await hand_over(shop, work)
    await follow(shop, order_id)
    assert await standing(shop) == ["A1 undone", "A1"]
    await finish(shop, work)
    await provider_does(shop, "card")
    shop.now += timedelta(hours=3)
    await back(shop, order_id)
    await missed(shop)
    assert await standing(shop) == ["A1 undone", "A1 returned"], "the round finds what no job did"
    # Sold once more, to another: a certificate of its own.
    till = Till(shop, LocalTerminal(shop.db))
    await till.open()
    await till.sold("BAG-S")
    shop.now += timedelta(seconds=1)
    await missed(shop)
    assert await standing(shop) == ["A1 undone", "A1 returned", "A1"]
    await missed(shop)
    assert await shop.look("select count(*) from orders.certificate") == 3
    sold = await shop.look(
        "select sold_at || ' ' || sold_on from orders.certificate where void_since is null"
    )
    assert sold == f"Auber Rivoli {shop.now.date()}"
    assert await shop.look("select count(distinct code_hash) from orders.certificate") == 3
    news = [kind for kind in await shop.told() if kind.startswith("Certificate")]
    assert sorted(news) == ["CertificateIssued"] * 3 + ["CertificateVoided"] * 2


async def test_news_that_comes_late_finds_what_is_so_now(shop: Counter) -> None:
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1"]})
    till = Till(shop, LocalTerminal(shop.db))
    await till.open()
    first = await till.sold("BAG-S")
    shop.now += timedelta(minutes=1)
    await back(shop, first)
    assert await follow(shop, first) == 0, "it came back before anybody certified it"
    second = await till.sold("BAG-S")
    await follow(shop, second)
    shop.now += timedelta(minutes=1)
    await back(shop, second)
    third = await till.sold("BAG-S")
    # The third sale's job comes before that of the second's return, and both at once.
    await asyncio.gather(*(follow(shop, order_id) for order_id in (third, second, first, third)))
    assert await standing(shop) == ["A1 returned", "A1"]
    assert await shop.look("select order_id from orders.certificate where void_since is null") == third


async def test_who_comes_second_waits_and_sees_the_first(shop: Counter) -> None:
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1"]})
    order_id, work = await ready(shop)
    await hand_over(shop, work)
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        issued = await certificates.follow(
            conn, maison_id=shop.maison_id, order_id=order_id, key=KEY, now=shop.now
        )
        second = asyncio.create_task(follow(shop, order_id))
        undone = asyncio.create_task(shop.run(pickup.undo_hand_over, fulfilment_id=work))
        await asyncio.sleep(0.3)
        assert issued == 1 and not second.done() and not undone.done()
    assert await second in (0, 1)
    await undone
    await follow(shop, order_id)
    assert await standing(shop) == ["A1 undone"]


async def test_the_facts_defer_it(shop: Counter) -> None:
    known = Jobs(shop.db)
    certificates.register(known, shop.db, key=KEY)
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1"]})
    _, work = await ready(shop)
    await hand_over(shop, work)
    heard = await shop.look(
        """
        select array_agg(args ->> 'listener' order by 1) from procrastinate.procrastinate_jobs
        where args ->> 'listener' like '%%certify%%'
        """
    )
    assert heard == ["orders.certify_handed_over"]


async def test_the_database_keeps_one_that_stands_and_lets_none_be_mended(
    shop: Counter, addresses: Addresses
) -> None:
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1"]})
    till = Till(shop, LocalTerminal(shop.db))
    await till.open()
    order_id = await till.sold("BAG-S")
    await follow(shop, order_id)
    copied = """
        insert into orders.certificate select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(),
          'code_hash', '\\x00'))).* from orders.certificate c
        """
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        with pytest.raises(errors.UniqueViolation, match="one_valid_certificate"):
            conn.execute(copied)
        with pytest.raises(errors.CheckViolation, match="void_says_why"):
            conn.execute("update orders.certificate set void_since = now()")
    for change in (
        "update orders.certificate set serial = 'B1'",
        "delete from orders.certificate",
        "update orders.certificate set void_since = null, void_because = null",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
                await execute(conn, change)  # pyright: ignore[reportArgumentType]
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        void = "update orders.certificate set void_since = now(), void_because = 'returned'"
        assert await execute(conn, void) == 1
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        assert await execute(conn, void) == 0, "void is the last that is said of it"


def test_a_code_is_read_as_people_write_it() -> None:
    printed = code(KEY, UUID(int=7))
    assert len(printed) == 24 and as_printed(printed) == printed
    assert as_printed(f" {printed.lower().replace('-', ' ')} ") == printed
    for strange in ("", "ABCD", printed[:-1], printed + "A", printed[:-1] + "0", "É" * 20):
        assert as_printed(strange) == ""


@pytest.mark.parametrize("language", ["fr", "en", "nl", "zh"])
async def test_the_document_names_the_piece_and_nobody(shop: Counter, language: Any) -> None:
    await counter_by_serials(shop, "BAG-S", {"rivoli": ["A1"]})
    order_id, work = await ready(shop)
    await hand_over(shop, work)
    await follow(shop, order_id)
    certificate_id = await shop.look("select id from orders.certificate")

    async def read(conn: Conn, *, maison_id: UUID, now: object) -> certificates.Certificate | None:
        return await certificates.read(conn, maison_id=maison_id, certificate_id=certificate_id)

    found = await shop.job(read)
    assert found is not None
    printed = code(KEY, certificate_id)
    opened = await certificates.opened(shop.db, written=printed.lower(), network="here", now=shop.now)
    assert opened is not None and opened.certificate_id == certificate_id
    async with shop.db.acting(Actor.link(certificate_id), shop.maison_id) as conn:
        shown = await certificates.read(conn, maison_id=shop.maison_id, certificate_id=certificate_id)
        assert shown is not None and shown.serial == "A1" and shown.language == ""
    made = await pdf(found, printed, language, "https://shop.example")
    assert made.startswith(b"%PDF-") and len(made) < 200_000
