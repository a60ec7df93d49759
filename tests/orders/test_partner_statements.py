"""A partner's statement: every line of its period once, numbered, never changed; what comes back later stands in the next one."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Db, execute
from enfilade.base.ids import new_id
from enfilade.catalogue import brands, commissions
from enfilade.catalogue.brands import Brand
from enfilade.orders import cancellation, pickup, receiving
from enfilade.orders.partners import issuing, statements
from enfilade.orders.partners.issuing import (
    NoSuchPartner,
    NothingAgreed,
    PeriodNotOver,
    PeriodStated,
    months_over,
)
from enfilade.orders.partners.statements import Statement
from enfilade.orders.receiving import Brought
from enfilade.stock import departures, transfers
from enfilade.stock.transfers import Pieces
from enfilade.web.shared.statements import document
from tests.orders.counter import PRICE, Counter
from tests.orders.test_books import TAX, handed_over, wrong
from tests.orders.test_dues import COMPANY, NET, back, branded, counter, sold  # noqa: F401
from tests.serialised import counter_by_serials

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
KEPT = (NET * 3_500 * 2 + 10_000) // 20_000
LUNE = Brand("Auber", "consignment", "AUBER SARL", "Lyon", "FR", "LYO-1")


async def issue(shop: Counter, partner_id: UUID, ends: date) -> UUID:
    return await shop.job(issuing.issue, partner_id=partner_id, ends=ends)


async def one(shop: Counter, statement_id: UUID) -> Statement:
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        (found,) = await statements.statements(conn, maison_id=shop.maison_id, statement_id=statement_id)
    return found


async def test_a_month_is_told_line_by_line_and_what_comes_back_later_in_the_next(counter: Counter) -> None:  # noqa: F811
    brand_id = await branded(counter, LUNE)
    first = await sold(counter, "BAG-S", "SCARF-U")
    with pytest.raises(PeriodNotOver):
        await issue(counter, brand_id, APRIL)
    # In Paris April has begun, in UTC it has not.
    counter.now = datetime.fromisoformat("2026-03-31T22:30:00+00:00")
    march = await issue(counter, brand_id, APRIL)
    assert await issue(counter, brand_id, APRIL) == march
    with pytest.raises(PeriodStated):
        await issue(counter, brand_id, date(2026, 3, 15))
    with pytest.raises(NoSuchPartner):
        await issue(counter, first, APRIL)
    told = await one(counter, march)
    assert (told.name, told.begins, told.ends) == ("ST-000001", date(2026, 3, 1), APRIL)
    assert [(line.sku, line.quantity, line.kept_minor, line.due_minor) for line in told.lines] == [
        ("BAG-S", 1, KEPT, NET - KEPT),
        ("SCARF-U", 1, KEPT, NET - KEPT),
    ]
    number = await counter.look("select number from orders.order")
    assert {line.order for line in told.lines} == {number}
    (total,) = told.sums
    assert (total.entity, total.currency, total.sold_minor, total.tax_minor, total.kept_minor, total.due_minor) == (
        "fr", "EUR", 2 * PRICE, 2 * TAX, 2 * KEPT, 2 * (NET - KEPT),
    )  # fmt: skip
    assert {(held.sku, held.opening, held.received, held.sold, held.closing) for held in told.stock} == {
        ("BAG-S", 0, 12, 1, 11), ("BAG-M", 0, 12, 0, 12), ("SCARF-U", 0, 12, 1, 11),
    }  # fmt: skip
    await back(counter, first)
    counter.now += timedelta(days=31)
    april = await one(counter, await issue(counter, brand_id, MAY))
    assert [(line.kind, line.quantity, line.due_minor) for line in april.lines] == [
        ("returned", -1, KEPT - NET)
    ]
    assert (april.number, april.begins, april.sums[0].due_minor) == (2, APRIL, KEPT - NET)
    assert ("BAG-S", 11, 0, 1, 12) in {
        (held.sku, held.opening, held.sold, held.returned, held.closing) for held in april.stock
    }
    assert await one(counter, march) == told and await wrong(counter) == []
    for language in ("en", "fr", "nl", "zh"):
        for made in (told, april):
            assert (await document.pdf(made, language)).startswith(b"%PDF-")
    assert document.table(april)[1][0][-2:] == ["-1327.09", ""]


async def test_a_piece_says_whose_it_is_and_who_has_it_and_the_statement_which_it_was(
    counter: Counter,  # noqa: F811
) -> None:
    brand_id = await branded(counter, LUNE)
    await counter_by_serials(counter, "BAG-S", {"rivoli": ["L1"], "marais": ["L2"]})

    async def whose(serial: str = "L1") -> str:
        return await counter.look(
            "select owner || ' ' || holder || ' ' || belongs_to from stock.piece where serial = %(serial)s",
            serial=serial,
        )

    assert await whose() == f"brand place {brand_id}"
    # What the catalogue or the terms say later changes nothing of what has come on consignment.
    await counter.job(brands.keep, brand=replace(COMPANY, name="Aubert"), brand_id=brand_id)
    order_id = await counter.order("BAG-S")
    work = await handed_over(counter, order_id)
    assert await whose() == f"client client {brand_id}"
    counter.now += timedelta(minutes=1)
    await counter.run(pickup.undo_hand_over, fulfilment_id=work)
    assert await whose() == f"brand place {brand_id}"
    await counter.job(brands.keep, brand=LUNE, brand_id=brand_id)
    await counter.run(
        cancellation.cancel,
        "max",
        order_id=order_id,
        line_ids=[await counter.line(order_id, "BAG-S")],
        reason="other",
    )

    order_id = await sold(counter)
    line_id = await counter.line(order_id, "BAG-S")
    counter.now += timedelta(hours=3)
    piece = Brought(line_id, 1, "sellable", serials=("L1",))
    await counter.run(
        receiving.receive, who="max", order_id=order_id, location_id=counter.at["rivoli"], brought=[piece]
    )
    assert await whose() == f"brand place {brand_id}", "the brand's again, as the money is the client's"
    of: dict[str, Any] = {"transfer_id": new_id(counter.now)}
    await counter.run(
        transfers.ask,
        **of,
        from_location_id=counter.at["rivoli"],
        to_location_id=counter.at["marais"],
        wanted=[Pieces(counter.variants["BAG-S"], 1)],
        reason="replenishment",
    )
    await counter.run(departures.pack, **of, packed=[Pieces(counter.variants["BAG-S"], 1)])
    await counter.run(departures.send, **of)
    assert await whose() == f"brand carrier {brand_id}"
    counter.now = datetime.fromisoformat("2026-04-01T09:00:00+00:00")
    march = await one(counter, await issue(counter, brand_id, APRIL))
    assert [(line.kind, line.serials) for line in march.lines] == [("sold", ["L1"]), ("returned", ["L1"])]
    assert document.table(march)[1][0][-1] == "L1"
    assert (await document.pdf(march, "en")).startswith(b"%PDF-")
    assert await wrong(counter) == []


async def test_the_round_issues_every_month_that_is_over_once_however_many_go_it(counter: Counter) -> None:  # noqa: F811
    brand_id = await branded(counter, COMPANY)
    await sold(counter)
    assert await issuing.issue_due(counter.db, maison_id=counter.maison_id, now=counter.now) == 0
    counter.now = datetime.fromisoformat("2026-05-31T22:05:00+00:00")
    await asyncio.gather(
        *(issuing.issue_due(counter.db, maison_id=counter.maison_id, now=counter.now) for _ in range(4)),
        *(issue(counter, brand_id, ends) for ends in (APRIL, APRIL)),
    )
    async with counter.db.acting(Actor.job(), counter.maison_id) as conn:
        found = await statements.statements(conn, maison_id=counter.maison_id)
    assert [(made.number, made.begins, made.ends, len(made.sums)) for made in reversed(found)] == [
        (1, date(2026, 3, 1), APRIL, 1), (2, APRIL, MAY, 0), (3, MAY, JUNE, 0),
    ]  # fmt: skip
    assert (await counter.told()).count("StatementIssued") == 3, "told once"
    assert await wrong(counter) == []


async def test_what_waits_for_a_commission_keeps_its_statement_waiting(counter: Counter) -> None:  # noqa: F811
    brand_id = await branded(counter, LUNE, basis_points=None)
    await sold(counter)
    counter.now += timedelta(days=40)
    with pytest.raises(NothingAgreed):
        await issue(counter, brand_id, APRIL)
    async with counter.db.acting(Actor.job(), counter.maison_id) as conn:
        (waiting,) = await statements.running(conn, maison_id=counter.maison_id)
    assert (waiting.unagreed, waiting.due, waiting.since) == (1, {}, None)
    await counter.job(commissions.agree, brand_id=brand_id, basis_points=3_500, begins=date(2026, 1, 1))
    # Due since it was agreed; told in the statement of that day.
    assert (await one(counter, await issue(counter, brand_id, APRIL))).lines == []
    counter.now += timedelta(days=30)
    assert len((await one(counter, await issue(counter, brand_id, MAY))).lines) == 1
    assert await wrong(counter) == []


async def test_the_database_lets_nobody_tell_a_line_twice_leave_out_a_number_or_change_one(
    counter: Counter,  # noqa: F811
    addresses: Addresses,
) -> None:
    brand_id = await branded(counter, LUNE)
    await sold(counter)
    counter.now += timedelta(days=40)
    await issue(counter, brand_id, APRIL)
    copied = """
        insert into orders.partner_statement (maison_id, region, id, partner_id, kind, number, begins, ends, issued_at, issuer,
          partner, lines, sums, stock)
        select maison_id, region, gen_random_uuid(), partner_id, kind, %s, %s, %s, issued_at, issuer, partner, lines, sums, stock
        from orders.partner_statement limit 1
        """
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        for number, begins, ends, name in (
            (3, APRIL, MAY, "no_statement_is_left_out"),
            (1, APRIL, MAY, "statement_number_once"),
            (2, date(2026, 3, 31), MAY, "statements_apart"),
            (2, APRIL, APRIL, "period_forward"),
        ):
            with pytest.raises(errors.IntegrityError, match=name):
                conn.execute(copied, [number, begins, ends])
        conn.execute(copied, [2, APRIL, MAY])
        with pytest.raises(errors.UniqueViolation, match="stated_once"):
            conn.execute(
                """insert into orders.partner_statement_line select l.maison_id, l.region, s.id, l.kind, l.cause_id, l.partner_id
                from orders.partner_statement_line l, orders.partner_statement s where s.number = 2"""
            )
        # A copy tells sums of which it holds no lines; a line taken out of its statement is missed.
        found = {what for what, *_ in await wrong(counter)}
        assert found == {"sum of partner statement", "lines of partner statement"}
        conn.execute("delete from orders.partner_statement where number = 2")
        assert await wrong(counter) == []
        conn.execute("delete from orders.partner_statement_line")
        assert "in no partner statement of order" in {what for what, *_ in await wrong(counter)}
    for change in (
        "update orders.partner_statement set number = 9",
        "delete from orders.partner_statement_line",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            async with counter.db.acting(Actor.job(), counter.maison_id) as acting:
                await execute(acting, change)  # pyright: ignore[reportArgumentType]


async def test_a_statement_is_read_by_its_maison_alone(counter: Counter, db: Db) -> None:  # noqa: F811
    brand_id = await branded(counter, LUNE)
    await sold(counter)
    counter.now += timedelta(days=40)
    made = await issue(counter, brand_id, APRIL)
    stranger = UUID(int=1)
    async with db.acting(Actor.job(), stranger) as conn:
        assert await statements.statements(conn, maison_id=counter.maison_id) == []
        assert await statements.told_us(conn, maison_id=counter.maison_id, statement_id=made) == []
        assert await statements.running(conn, maison_id=counter.maison_id) == []


def test_months_end_where_the_next_begins() -> None:
    assert months_over(date(2026, 1, 31), date(2026, 3, 1)) == [date(2026, 2, 1), date(2026, 3, 1)]
    assert months_over(date(2026, 12, 1), date(2026, 12, 31)) == []
    assert months_over(date(2026, 12, 31), date(2027, 1, 1)) == [date(2027, 1, 1)]
