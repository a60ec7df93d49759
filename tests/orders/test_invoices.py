"""Invoices and credit notes: one for what left and one for what came back, numbered without a gap, never changed."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, execute
from enfilade.maisons.legal_entities import LegalEntity, establish
from enfilade.orders import invoices, pickup, receiving
from enfilade.orders.invoices import Invoice
from enfilade.orders.receiving import Brought
from enfilade.web.shared.invoices.document import pdf
from tests.orders.counter import PRICE, Counter
from tests.orders.test_books import TAX, finish, handed_over, wrong


async def documents(shop: Counter, order_id: UUID) -> list[Invoice]:
    return await shop.job(_of_order, order_id=order_id)


async def _of_order(conn: Conn, *, maison_id: UUID, order_id: UUID, now: datetime) -> list[Invoice]:
    assert now
    return await invoices.of_order(conn, maison_id=maison_id, order_id=order_id)


async def gone(shop: Counter, *skus: str, **order: Any) -> tuple[UUID, UUID]:
    """An order handed over for good, and its fulfilment."""
    order_id = await shop.order(*(skus or ("BAG-S",)), **order)
    work = await handed_over(shop, order_id)
    await finish(shop, work)
    return order_id, work


async def test_what_left_for_good_is_invoiced_once(shop: Counter) -> None:
    entity = LegalEntity("fr", "Auber SAS", "FR", "FR00123456789", address="12 rue de la Paix\n75002 Paris")
    await shop.job(_establish, entity=entity)
    order_id = await shop.order("BAG-S", "SCARF-U")
    work = await handed_over(shop, order_id, "SCARF-U")
    assert await shop.job(invoices.issue, fulfilment_id=work) is None  # it can still be undone
    await finish(shop, work)
    assert "orders.invoice" in await shop.jobs()
    issued = await shop.job(invoices.issue, fulfilment_id=work)
    assert await shop.job(invoices.issue, fulfilment_id=work) == issued
    (made,) = await documents(shop, order_id)
    assert (made.id, made.kind, made.name) == (issued, "invoice", f"FR-{made.year}-000001")
    assert (made.seller_name, made.seller_tax_id) == (entity.name, entity.tax_id)
    assert made.seller_address == entity.address
    assert [(line.sku, line.quantity, line.total_minor, line.tax_minor) for line in made.lines] == [
        ("BAG-S", 1, PRICE, TAX)
    ]
    assert (made.total_minor, made.tax_minor, made.currency) == (PRICE, TAX, "EUR")
    # A document says what was so then.
    await shop.job(_establish, entity=LegalEntity("fr", "Auber Paris SA", "FR"))
    assert await documents(shop, order_id) == [made]
    assert await wrong(shop) == []


async def _establish(conn: Conn, *, maison_id: UUID, entity: LegalEntity, now: datetime) -> None:
    await establish(conn, maison_id=maison_id, entities=[entity], now=now)


async def test_what_came_back_is_credited_and_says_on_which_invoice_it_stood(shop: Counter) -> None:
    order_id, _ = await gone(shop, "BAG-S", "SCARF-U")
    shop.now += timedelta(hours=3)
    brought = [Brought(await shop.line(order_id, "BAG-S"), 1, disposition="sellable")]
    return_id = await shop.run(
        receiving.receive, order_id=order_id, location_id=shop.at["rivoli"], brought=brought
    )
    assert "orders.credit_note" in await shop.jobs()
    # Its job came before that of the invoice.
    for _ in range(2):
        await shop.job(invoices.credit, return_id=return_id)
    invoice, credit = await documents(shop, order_id)
    assert (invoice.kind, invoice.total_minor) == ("invoice", 2 * PRICE)
    assert (credit.kind, credit.name) == ("credit_note", f"FR-{credit.year}-C000001")
    assert [(line.sku, line.total_minor, line.invoice) for line in credit.lines] == [
        ("BAG-S", PRICE, invoice.name)
    ]
    assert (credit.total_minor, credit.tax_minor) == (PRICE, TAX)
    assert await wrong(shop) == []


async def test_what_the_till_took_has_the_tills_receipt(shop: Counter) -> None:
    order_id, work = await gone(shop, method="reserve")
    assert await shop.job(invoices.issue, fulfilment_id=work) is None
    assert await documents(shop, order_id) == []


class Dies(Exception):
    """In the middle of a transaction."""


async def test_numbers_have_no_gap_whoever_issues_at_once_and_whoever_dies(shop: Counter) -> None:
    works = [(await gone(shop, sku))[1] for sku in ("BAG-S", "BAG-M", "SCARF-U", "BAG-S", "BAG-M", "SCARF-U")]

    async def dies(conn: Conn, work: UUID) -> None:
        await invoices.issue(conn, maison_id=shop.maison_id, fulfilment_id=work, now=shop.now)
        await asyncio.sleep(0.02)
        raise Dies

    async def tries(work: UUID) -> None:
        with pytest.raises(Dies):
            await shop.db.run(Actor.job(), shop.maison_id, lambda conn: dies(conn, work))
        await shop.job(invoices.issue, fulfilment_id=work)

    await asyncio.gather(*(tries(work) for work in works * 2))
    numbers = await shop.look("select array_agg(number order by number) from orders.invoice")
    assert numbers == list(range(1, len(works) + 1))


async def test_the_database_lets_nobody_leave_out_a_number_or_change_one(
    shop: Counter, addresses: Addresses
) -> None:
    _, work = await gone(shop)
    await shop.job(invoices.issue, fulfilment_id=work)
    copied = """
        insert into orders.invoice (maison_id, region, id, legal_entity_id, kind, year, number, issued_on, issued_at, order_id,
          cause_id, seller_name, seller_address, seller_country, seller_tax_id, currency, total_minor, tax_minor, lines)
        select maison_id, region, gen_random_uuid(), legal_entity_id, kind, year, %s, issued_on, issued_at, order_id,
          gen_random_uuid(), seller_name, seller_address, seller_country, seller_tax_id, currency, total_minor, tax_minor, lines
        from orders.invoice limit 1
        """
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        with pytest.raises(errors.ForeignKeyViolation, match="no_number_is_left_out"):
            conn.execute(copied, [3])
        with pytest.raises(errors.UniqueViolation, match="invoice_number_once"):
            conn.execute(copied, [1])
        with pytest.raises(errors.CheckViolation, match="numbered_from_one"):
            conn.execute(copied, [0])
        conn.execute(copied, [2])
    for change in ("update orders.invoice set total_minor = 1", "delete from orders.invoice"):
        with pytest.raises(errors.InsufficientPrivilege):
            async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
                await execute(conn, change)  # pyright: ignore[reportArgumentType]


async def test_a_year_begins_at_one_and_no_document_is_dated_before_the_one_before_it(shop: Counter) -> None:
    works = [(await gone(shop))[1] for _ in range(3)]
    moments = (
        # In Paris it is the new year already.
        datetime(2027, 12, 31, 12, tzinfo=UTC),
        datetime(2027, 12, 30, 12, tzinfo=UTC),
        datetime(2027, 12, 31, 23, 30, tzinfo=UTC),
    )
    for work, shop.now in zip(works, moments, strict=True):
        await shop.job(invoices.issue, fulfilment_id=work)
    assert await shop.look(
        "select array_agg(year || '/' || number || ' ' || issued_on order by year, number) from orders.invoice"
    ) == ["2027/1 2027-12-31", "2027/2 2027-12-31", "2028/1 2028-01-01"]


async def test_the_round_finds_what_a_lost_job_left(shop: Counter) -> None:
    order_id, _ = await gone(shop)
    for _ in range(2):
        await invoices.issue_missed(shop.db, maison_id=shop.maison_id, now=shop.now)
    assert [made.number for made in await documents(shop, order_id)] == [1]


async def test_books_find_a_document_that_says_something_else(shop: Counter, addresses: Addresses) -> None:
    _, work = await gone(shop)
    await shop.job(invoices.issue, fulfilment_id=work)
    with psycopg.connect(addresses.admin, autocommit=True) as conn:
        conn.execute("update orders.invoice set total_minor = total_minor - 100")
    assert await wrong(shop) == [("invoice of order", PRICE, PRICE - 100)]


@pytest.mark.parametrize("language", ["fr", "en", "nl", "zh"])
async def test_a_document_is_a_pdf_in_the_readers_language(language: Any) -> None:
    line = invoices.Line(
        "BAG", "Sac « Arcade » #1 \\ *[x]* 青", "", "U", 2, 590000, 98333, 2000, "FR-2026-000001"
    )
    for kind in ("invoice", "credit_note"):
        made = Invoice(
            UUID(int=1),
            kind,
            "FR",
            2026,
            12,
            date(2026, 11, 23),
            "Auber SAS",
            "12 rue de la Paix\n75002 Paris",
            "FR",
            "FR00123456789",
            "EUR",
            590000,
            98333,
            invoices.json_of([line] * 40),
        )
        for sale in (
            invoices.Sale("Auber", "AUB-1", "Inès #show()", {"line1": "1 rue", "country": "FR"}),
            invoices.Sale("Auber", "AUB-1", "", None),
        ):
            assert (await pdf(made, sale, language)).startswith(b"%PDF-")


async def test_what_was_undone_has_none(shop: Counter) -> None:
    order_id = await shop.order("BAG-S")
    work = await handed_over(shop, order_id)
    await shop.run(pickup.undo_hand_over, fulfilment_id=work)
    await shop.job(pickup.finish_hand_over, fulfilment_id=work)
    assert await shop.job(invoices.issue, fulfilment_id=work) is None
