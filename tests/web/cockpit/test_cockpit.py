"""The cockpit over HTTP: who reads what, what the screen and its files say, in how many statements."""

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from enfilade.base.actors import Actor
from enfilade.base.db import Db, Tally, execute, tally
from enfilade.base.settings import Settings
from enfilade.base.tenants import at_each
from enfilade.editorial.arranging import arrange
from enfilade.orders import aggregates
from enfilade.orders.external_sales import Channel, ExternalSale, record_external_sales
from enfilade.staff import sign_in
from enfilade.web.cockpit.drawing import axis, curves
from enfilade.web.cockpit.showing import VISIT_COLUMNS
from enfilade.web.shared.spreadsheets import FORMULA_STARTS, safe
from tests.applications import browser
from tests.shop import House, Shop


@dataclass(slots=True)
class Cockpit:
    """The application, and whoever is signed in."""

    client: AsyncClient
    db: Db
    shop: Shop
    now: datetime

    async def cookie(self, maison_id: UUID, staff_id: UUID) -> dict[str, str]:
        async with self.db.acting(Actor.staff(staff_id), maison_id) as conn:
            token = await sign_in.open_session(
                conn, maison_id=maison_id, staff_id=staff_id, now=datetime.now(UTC)
            )
        return {"cookie": f"staff={token}"}

    async def as_group(self, path: str, role: str = "group_analyst") -> Response:
        async with self.db.door() as conn:
            found = await conn.execute(
                "select staff_id from door.staff_of_mail(%s)", [f"{role}@enfilade.example"]
            )
            (staff_id,) = await found.fetchone() or (None,)
        assert staff_id is not None
        return await self.client.get(path, headers=await self.cookie(self.shop.group_id, staff_id))

    async def as_one_of(self, house: House, role: str, path: str) -> Response:
        return await self.client.get(path, headers=await self.cookie(house.maison_id, house.staff[role]))

    async def sell(self, house: House, *, online: int, boutique: int, net_minor: int = 100_000) -> None:
        """Lines of today, and the figures refreshed."""
        sales = [
            ExternalSale(
                reference=f"{house.slug}-{channel}-{number}",
                sold_at=self.now - timedelta(seconds=number),
                channel=channel,  # type: ignore
                location_id=None,
                sku="x",
                quantity=1,
                net_minor=net_minor,
                tax_minor=0,
                currency="EUR",
                promised_online=channel == "web",
                collected=False,
            )
            for channel, many in (("web", online), ("boutique", boutique))
            for number in range(many)
        ]
        async with self.db.acting(Actor.importer(), house.maison_id) as conn:
            await record_external_sales(conn, maison_id=house.maison_id, sales=sales)
        await at_each(self.db, aggregates.refresh_all, now=self.now)


@pytest.fixture
async def cockpit(db: Db, shop: Shop, settings: Settings) -> AsyncIterator[Cockpit]:
    now = datetime.now(UTC)
    async with browser(settings) as client:
        yield Cockpit(client, db, shop, now)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\xa0", " "))


def rows(answer: Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_the_page_says_what_was_sold_and_which_share_of_it_online_in_four_statements(
    cockpit: Cockpit,
) -> None:
    await cockpit.sell(cockpit.shop.a, online=10, boutique=30)
    await cockpit.sell(cockpit.shop.b, online=5, boutique=55)
    counting = Tally()
    token = tally.set(counting)
    answer = await cockpit.as_group("/cockpit/")
    tally.reset(token)
    assert answer.status_code == 200
    # Signing in for the test is one of them.
    assert counting.statements <= 1 + 4, counting.texts
    said = words(answer.text)
    assert "Share of e-commerce 15.0 %" in said, "15 of 100 lines, all of 1,000.00"
    assert "Net sales €100 k 100 lines" in said
    assert "Online €15 k 15 lines" in said
    assert "In boutique €85 k 85 lines" in said

    assert "European Central Bank" in said and "30 September 2026" in said
    assert " style=" not in answer.text


async def visit(cockpit: Cockpit, house: House, *, begun: int, beside: int) -> None:
    """Visits of today that began online, some with a piece of 250.00 bought beside."""

    def line(number: int, channel: Channel, net_minor: int) -> ExternalSale:
        return ExternalSale(
            reference=f"{channel}-{number}",
            sold_at=cockpit.now,
            channel=channel,
            location_id=None,
            sku="x",
            quantity=1,
            net_minor=net_minor,
            tax_minor=0,
            currency="EUR",
            promised_online=channel == "web",
            collected=channel == "web",
            visit=f"v{number}" if beside else "",
        )

    sales = [line(n, "web", 10_000) for n in range(begun)] + [
        line(n, "boutique", 25_000) for n in range(beside)
    ]
    async with cockpit.db.acting(Actor.importer(), house.maison_id) as conn:
        await record_external_sales(conn, maison_id=house.maison_id, sales=sales)
    await at_each(cockpit.db, aggregates.refresh_all, now=cockpit.now)


async def test_visits_begun_online_and_what_was_bought_beside(cockpit: Cockpit) -> None:
    said = words((await cockpit.as_group("/cockpit/")).text)
    assert "Visits begun online – Shown from 5 visits of a maison on" in said
    await visit(cockpit, cockpit.shop.a, begun=20, beside=5)
    await visit(cockpit, cockpit.shop.b, begun=7, beside=0)
    said = words((await cockpit.as_group("/cockpit/")).text)
    assert "Visits begun online 27 Hand-overs" in said
    assert "Bought beside 25.0 % 5 of 20 visits; €1,250, €62 a visit" in said
    assert "Measured in 1 of 2 maisons; in 1 the tills do not tell visits." in said
    alba = words((await cockpit.as_group("/cockpit/maisons/alba")).text)
    borea = words((await cockpit.as_group("/cockpit/maisons/borea")).text)
    assert "Bought beside 25.0 % 5 of 20 visits" in alba and "tills do not tell" not in alba
    assert "Bought beside – Not measured: the tills do not tell visits." in borea
    file = {row["maison"]: row for row in rows(await cockpit.as_group("/cockpit/figures.csv"))}
    assert [file["Alba"][column] for column in VISIT_COLUMNS] == [
        *("20", "20", "5", "25.0", "1250.0", "62.5", "measured", "no")
    ]
    assert [file["Borea"][column] for column in VISIT_COLUMNS] == [
        *("7", "", "", "", "", "", "not measured: the tills do not tell visits", "no")
    ]
    months = rows(await cockpit.as_group("/cockpit/maisons/alba/months.csv"))
    assert (months[-1]["visits_begun_online"], months[-1]["net_eur_beside"]) == ("20", "1250.0")


async def test_too_few_visits_with_something_beside_are_not_told(cockpit: Cockpit) -> None:
    await visit(cockpit, cockpit.shop.a, begun=20, beside=4)
    page = words((await cockpit.as_group("/cockpit/maisons/alba")).text)
    assert "Visits begun online 20" in page and "Bought beside – Too few to show" in page


async def test_the_table_is_sorted_and_filtered_by_the_address(cockpit: Cockpit) -> None:
    await cockpit.sell(cockpit.shop.a, online=10, boutique=30)
    await cockpit.sell(cockpit.shop.b, online=5, boutique=55)

    async def order(parameters: str) -> list[str]:
        answer = await cockpit.as_group(f"/cockpit/{parameters}")
        return re.findall(r'<a href="/cockpit/maisons/([a-z-]+)"', answer.text)

    assert await order("") == ["borea", "alba", "arcade"], "greatest sales first, unknown last"
    assert await order("?sort=share&order=desc") == ["alba", "borea", "arcade"]
    assert await order("?sort=share&order=asc") == ["borea", "alba", "arcade"]
    assert await order("?sort=name") == ["alba", "arcade", "borea"]
    assert await order("?segment=nobody") == []
    assert await order("?sort=drop%20table&order=x&months=99") == ["borea", "alba", "arcade"]


async def test_too_few_lines_are_not_told(cockpit: Cockpit) -> None:
    await cockpit.sell(cockpit.shop.a, online=2, boutique=40)
    (told,) = [row for row in rows(await cockpit.as_group("/cockpit/figures.csv")) if row["maison"] == "Alba"]
    assert (told["net_eur"], told["lines"], told["online_net_eur"], told["share_of_ecommerce_percent"]) == (
        *("42000.0", "42"),
        *("", ""),
    )
    await cockpit.sell(cockpit.shop.b, online=1, boutique=3)
    (told,) = [
        row for row in rows(await cockpit.as_group("/cockpit/figures.csv")) if row["maison"] == "Borea"
    ]
    assert (told["net_eur"], told["lines"]) == ("0.0", "0")


async def test_the_file_says_the_same_and_carries_no_formula(cockpit: Cockpit) -> None:
    await cockpit.sell(cockpit.shop.a, online=10, boutique=30)
    async with cockpit.db.acting(Actor.importer(), cockpit.shop.a.maison_id) as conn:
        await execute(
            conn,
            "update public_facts.maison set name = %(name)s where maison_id = %(maison_id)s",
            name='=HYPERLINK("http://elsewhere.example")',
            maison_id=cockpit.shop.a.maison_id,
        )
    answer = await cockpit.as_group("/cockpit/figures.csv?sort=share")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    first = rows(answer)[0]
    assert first["maison"] == '\'=HYPERLINK("http://elsewhere.example")'
    assert (first["share_of_ecommerce_percent"], first["online_net_eur"], first["estimated"]) == (
        "25.0",
        "10000.0",
        "no",
    )


def test_words_that_begin_a_formula_are_quoted_and_numbers_are_not() -> None:
    assert all(safe(f"{start}1").startswith("'") for start in FORMULA_STARTS)
    assert (safe(-12.5), safe("Alba"), safe("")) == ("-12.5", "Alba", "")


async def test_a_manager_reads_the_own_maison_and_is_refused_every_other(cockpit: Cockpit) -> None:
    await cockpit.sell(cockpit.shop.a, online=10, boutique=30)
    await cockpit.sell(cockpit.shop.b, online=5, boutique=55)
    manager, a = "maison_manager", cockpit.shop.a
    led = await cockpit.as_one_of(a, manager, "/cockpit/")
    assert (led.status_code, led.headers["location"]) == (303, "/cockpit/maisons/alba")
    own = await cockpit.as_one_of(a, manager, "/cockpit/maisons/alba")
    assert own.status_code == 200 and "Share of e-commerce 25.0 %" in words(own.text)
    assert "borea" not in own.text.lower()
    months = rows(await cockpit.as_one_of(a, manager, "/cockpit/maisons/alba/months.csv"))
    assert (len(months), months[-1]["lines"]) == (25, "40")
    for path in ("/cockpit/maisons/borea", "/cockpit/maisons/borea/months.csv", "/cockpit/maisons/nobody"):
        refused = await cockpit.as_one_of(a, manager, path)
        assert refused.status_code == 404, path
        assert "55" not in words(refused.text)
    assert (await cockpit.as_one_of(a, manager, "/cockpit/figures.csv")).status_code == 403


async def test_the_group_reads_a_maison_in_four_statements(cockpit: Cockpit) -> None:
    await cockpit.sell(cockpit.shop.b, online=5, boutique=55)
    for role in ("group_analyst", "group_administrator"):
        counting = Tally()
        token = tally.set(counting)
        answer = await cockpit.as_group("/cockpit/maisons/borea", role)
        tally.reset(token)
        assert answer.status_code == 200 and "8.3 %" in words(answer.text)
        assert counting.statements <= 1 + 4, counting.texts


@pytest.mark.parametrize("role", ["advisor", "boutique_manager"])
async def test_who_works_in_a_boutique_does_not_enter(cockpit: Cockpit, role: str) -> None:
    for path in (
        "/cockpit/",
        "/cockpit/figures.csv",
        "/cockpit/maisons/alba",
        "/cockpit/maisons/alba/months.csv",
    ):
        assert (await cockpit.as_one_of(cockpit.shop.a, role, path)).status_code == 403, path


async def test_nobody_is_led_to_the_door(cockpit: Cockpit) -> None:
    for path in (
        "/cockpit/",
        "/cockpit/figures.csv",
        "/cockpit/maisons/alba",
        "/cockpit/maisons/alba/months.csv",
    ):
        answer = await cockpit.client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/boutique/sign-in"), path


async def test_before_anything_is_counted_the_page_says_so(cockpit: Cockpit) -> None:
    said = words((await cockpit.as_group("/cockpit/")).text)
    assert "Not counted yet: Alba, Arcade, Borea" in said
    assert "Share of e-commerce –" in said
    assert (await cockpit.as_group("/cockpit/maisons/alba")).status_code == 200


def test_an_axis_has_round_steps_and_holds_its_values() -> None:
    assert axis([0.05, 0.141, None]).ticks == pytest.approx((0.15, 0.1, 0.05, 0.0))
    assert axis([]).top == pytest.approx(1.0)
    assert axis([11_300_000_00]).top >= 11_300_000_00
    for greatest in (0.9, 1, 3, 7.3, 99, 101, 12345):
        found = axis([greatest])
        assert found.top >= greatest and 3 <= len(found.ticks) <= 6, greatest


def test_a_curve_breaks_where_a_month_is_unknown() -> None:
    scale = axis([1.0])
    assert curves([0.0, 1.0, None, 0.5], scale) == ["0,100.0 10,0.0", "30,50.0 31,50.0"]
    assert curves([None], scale) == []


async def test_shares_of_first_places_are_everybodys_to_see_and_purchases_the_stores_own(
    cockpit: Cockpit,
) -> None:
    shop, today = cockpit.shop, datetime.now(UTC).date()
    for days in range(4, -1, -1):
        async with cockpit.db.acting(Actor.job(), shop.store.maison_id) as conn:
            await arrange(conn, maison_id=shop.store.maison_id, day=today - timedelta(days=days))
    async with cockpit.db.acting(Actor.job(), shop.store.maison_id) as conn:
        await execute(
            conn,
            "insert into aggregates.purchase (maison_id, first_month, last_month, purchases, by_new, second, over_several) "
            "values (%(id)s, '2026-01-01', '2026-01-01', 77, 20, 10, 15)",
            id=shop.store.maison_id,
        )
    counting = Tally()
    token = tally.set(counting)
    page = (await cockpit.as_group("/cockpit/windows")).text
    tally.reset(token)
    assert counting.statements <= 12, "the session is opened in the same count"
    assert "Alba" in page and "50" in page and '<td class="n">77</td>' in page
    theirs = (await cockpit.as_one_of(shop.a, "maison_manager", "/cockpit/windows")).text
    assert "Borea" in theirs and '<td class="n">77<' not in theirs
