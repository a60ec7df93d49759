"""The maison's money by days: sums, what differs, a day as a file; nobody else's, and nothing of the day that is not over."""

from datetime import UTC, datetime, timedelta

from enfilade.payments import statements
from enfilade.payments.local_provider import LocalProvider
from tests.web.studio.conftest import Studio


async def test_a_maison_reads_what_its_days_took_and_what_differs(studio: Studio, admin) -> None:
    maison_id, order_id = studio.shop.a.maison_id, await studio.order()
    before = await studio.get("/money")
    assert before.response.status_code == 200
    assert "No money moved on these days." in before.text
    ((number, payment_id, total),) = admin("select number, payment_id, total_minor from orders.order")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    admin(
        """insert into payments.ledger_entry (maison_id, legal_entity_id, debit, credit, currency, amount_minor, kind, cause_id,
          payment_id, posted_at)
        select maison_id, legal_entity_id, 'provider', 'client', currency, amount_minor, 'captured', id, id, %s
        from payments.payment""",
        [yesterday],
    )
    admin("update payments.payment set changed_at = now() - interval '1 hour'")
    admin("update payments.operation set ended_at = now() - interval '1 hour'")
    admin("update maisons.legal_entity set name = '=SUM(A1)' where maison_id = %s", [maison_id])
    providers = {"local": LocalProvider(studio.db, "")}
    over = datetime.now(UTC) + timedelta(hours=1)
    assert await statements.write_due(studio.db, providers, now=over) > 0
    page = await studio.get("/money")
    # The session, the maison's name, the days, what differs.
    assert page.statements <= 4
    assert "Told differently" in page.text
    assert f'href="/studio/orders/{order_id}">{number}' in page.text
    assert f"€{total / 100:,.0f}" in page.text
    path = f"/money/{yesterday.date()}/entries.csv"
    assert f'href="/studio{path}"' in page.text
    file = await studio.get(path)
    assert file.statements <= 2
    head, row = file.response.content.decode("utf-8-sig").splitlines()
    assert head.startswith("posted_at,legal_entity,kind,debit,credit,currency,amount,order")
    assert row.split(",")[1:8] == [
        "'=SUM(A1)",
        *("captured", "provider", "client", "EUR", f"{total / 100:.2f}", number),
    ]
    assert str(payment_id) in row
    # Earlier days, days that are none, and the other maison.
    earlier = (yesterday - timedelta(days=31)).date()
    for asked in (f"?until={earlier}", "?until=0001-01-01", "?until=x"):
        assert (await studio.get(f"/money{asked}")).response.status_code == 200
    assert "No money moved on these days." in (await studio.get(f"/money?until={earlier}")).text
    assert (await studio.get("/money/x/entries.csv")).response.status_code == 404
    theirs = await studio.as_("maison_manager", studio.shop.b)
    assert "No money moved on these days." in (await studio.get("/money", theirs)).text
    assert len((await studio.get(path, theirs)).response.content.splitlines()) == 1
