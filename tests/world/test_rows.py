"""The rows of the demo world: the declared columns, the same each time, true to what is promised of them."""

import csv
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from opening_hours import OpeningHours

from enfilade.world import boutiques, sales, stock
from enfilade.world.catalogue import composed_rows
from enfilade.world.cities import cities
from enfilade.world.compose import COLUMNS, ean13
from enfilade.world.generate import World, world
from enfilade.world.maisons import Maison, maisons
from enfilade.world.markets import MARKETS, market_of
from enfilade.world.pictures import INDEX, album, colours
from enfilade.world.scale import SMALL, TINY
from enfilade.world.words import LANGUAGES

TODAY = date(2026, 11, 22)
EUROS = {"EUR": 1.0, "GBP": 1 / 0.88, "CNY": 1 / 8.9, "USD": 1 / 1.09}
DRAWN = [m for m in maisons() if m.drawn]
CATALOGUES = Path(boutiques.__file__).parent / "catalogue"


@pytest.fixture(scope="module")
def small() -> World:
    return world(SMALL, today=TODAY)


@pytest.fixture(scope="module")
def sold(small: World) -> list[dict[str, str]]:
    return [row for maison in small.maisons for row in small.sales_rows(maison)]


def test_the_same_world_has_the_same_rows():
    def everything() -> list[object]:
        w = world(TINY, today=TODAY)
        return [
            [w.catalogue_rows(m), w.boutique_rows(m), w.stock_rows(m), list(w.sales_rows(m)), w.staff_rows(m)]
            for m in w.maisons
        ]

    first = everything()
    boutiques.boutique_rows.cache_clear()
    assert everything() == first


def test_another_seed_is_another_world():
    from dataclasses import replace

    maison = maisons()[0]
    one = world(TINY, today=TODAY).stock_rows(maison)
    other = world(replace(TINY, seed=TINY.seed + 1), today=TODAY).stock_rows(maison)
    assert one != other


def test_tiny_is_three_maisons_and_twelve_boutiques():
    w = world(TINY, today=TODAY)
    places = [row for m in w.maisons for row in w.boutique_rows(m) if row["kind"] == "boutique"]
    assert (len(w.maisons), len(places)) == (3, 12)


def test_small_has_the_promised_size(small: World, sold: list[dict[str, str]]):
    places = [row for m in small.maisons for row in small.boutique_rows(m) if row["kind"] == "boutique"]
    assert len(places) == SMALL.boutiques == 600
    assert 25_000 <= sum(len(small.stock_rows(m)) for m in small.maisons) <= 40_000
    assert 60_000 <= len(sold) <= 90_000


@pytest.mark.parametrize("maison", DRAWN, ids=lambda maison: maison.slug)
def test_a_catalogue_file_is_what_its_words_compose(maison: Maison):
    with (CATALOGUES / f"{maison.slug}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert reader.fieldnames == COLUMNS
    assert rows == composed_rows(maison)
    assert len({row["handle"] for row in rows}) >= 30


def test_every_piece_is_named_and_described_in_four_languages(small: World):
    for maison in small.maisons:
        described: set[str] = set()
        for row in small.catalogue_rows(maison):
            assert list(row) == COLUMNS
            if row["handle"] in described:
                continue
            described.add(row["handle"])
            for text in ("name", "description", "materials", "care"):
                assert all(row[f"{text}_{language}"] for language in LANGUAGES), (maison.slug, row["handle"])
            assert "{" not in row["name_en"] + row["name_zh"]
        assert len(described) >= 8


def test_skus_and_barcodes_are_unique_and_barcodes_check(small: World):
    barcodes: list[str] = []
    for maison in small.maisons:
        rows = small.catalogue_rows(maison)
        assert len({row["sku"] for row in rows}) == len(rows)
        barcodes += [row["barcode"] for row in rows]
    assert len(set(barcodes)) == len(barcodes)
    assert all(code == ean13(code[:12]) for code in barcodes)
    assert ean13("400638133393") == "4006381333931"  # the example of the GS1 standard's check digit


def test_every_colour_is_known_and_every_price_is_positive(small: World):
    for maison in small.maisons:
        kind = ""
        for row in small.catalogue_rows(maison):
            kind = row["family"] or kind
            assert (kind, row["colour"]) in colours()
            assert all(float(row[f"price_{currency}"]) > 0 for currency in EUROS)


def test_a_picture_named_is_one_that_exists(small: World):
    names = {picture.name for picture in album()}
    assert names or not INDEX.exists()
    for maison in small.maisons:
        for row in small.catalogue_rows(maison):
            assert {row[f"picture_{n}"] for n in (1, 2, 3)} - {""} <= names


def test_places_have_the_declared_columns_and_one_warehouse_that_ships(small: World):
    for maison in (*small.maisons, small.store):
        rows = small.boutique_rows(maison)
        assert all(list(row) == list(boutiques.COLUMNS) for row in rows)
        assert len({row["code"] for row in rows}) == len(rows)
        warehouses = [row for row in rows if row["kind"] == "warehouse"]
        assert [row["ship"] for row in warehouses] == ["yes"]
        assert any(row["kind"] == "boutique" and row["city"] == "Paris" for row in rows)
        assert len({row["address"] for row in rows}) == len(rows)


def test_every_zone_is_valid_and_every_opening_hours_parses(small: World):
    zones = available_timezones()
    rows = [row for maison in (*small.maisons, small.store) for row in small.boutique_rows(maison)]
    for row in rows:
        assert row["zone"] in zones
        # Without the country: the parser knows the holidays of most, not of all.
        assert OpeningHours(row["opening_hours"], timezone=ZoneInfo(row["zone"]))
    hours = [row["opening_hours"] for row in rows if row["kind"] == "boutique"]
    assert any(":00-13:00,1" in text or "-12:30,1" in text for text in hours), "nobody closes for lunch"


def test_most_boutiques_in_france_are_closed_on_sundays(small: World):
    noon = datetime(2026, 11, 22, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
    every = [r for m in small.maisons for r in small.boutique_rows(m)]
    rows = [r for r in every if (r["country"], r["kind"]) == ("FR", "boutique")]
    open_ = sum(OpeningHours(r["opening_hours"], timezone=ZoneInfo(r["zone"])).is_open(noon) for r in rows)
    assert 0 < open_ < len(rows) / 2


@pytest.mark.parametrize("scale", [TINY, SMALL], ids=["tiny", "small"])
def test_a_boutique_of_each_drawn_maison_is_open_in_paris_at_every_hour(scale):
    w = world(scale, today=TODAY)
    zone = ZoneInfo("Europe/Paris")
    for maison in (m for m in w.maisons if m.drawn):
        paris = [r for r in w.boutique_rows(maison) if (r["city"], r["kind"]) == ("Paris", "boutique")]
        assert len(paris) >= 2
        hours = [OpeningHours(row["opening_hours"], timezone=zone, country="FR") for row in paris]
        for hour in range(24):
            moment = datetime(2026, 12, 25, hour, 30, tzinfo=zone)
            assert any(place.is_open(moment) for place in hours), (maison.slug, hour)


def test_no_position_is_promised_beyond_what_is_there(small: World):
    last = displayed = gone = 0
    for maison in small.maisons:
        skus = {row["sku"] for row in small.catalogue_rows(maison)}
        codes = {row["code"] for row in small.boutique_rows(maison)}
        rows = small.stock_rows(maison)
        assert len({(row["location"], row["sku"]) for row in rows}) == len(rows)
        for row in rows:
            assert list(row) == stock.COLUMNS
            assert row["sku"] in skus and row["location"] in codes
            assert 0 <= sum(int(row[state]) for state in stock.STATES) <= int(row["on_hand"])
            as_of = datetime.fromisoformat(row["as_of"])
            assert timedelta(0) <= datetime(2026, 11, 22, 6, tzinfo=UTC) - as_of < timedelta(days=3)
            last += row["on_hand"] == "1"
            displayed += row["display"] != "0"
            gone += row["on_hand"] == "0"
    assert min(last, displayed, gone) > 500


def test_sales_are_what_they_say(small: World, sold: list[dict[str, str]]):
    begin = TODAY - timedelta(days=SMALL.days + 1)
    markets = {market["currency"] for market in MARKETS}
    for row in sold:
        assert list(row) == list(sales.COLUMNS)
        assert begin <= datetime.fromisoformat(row["sold_at"]).date() < TODAY
        assert float(row["net_amount"]) > 0 and int(row["quantity"]) >= 1
        assert row["currency"] in markets
        assert (row["promised_online"] == "yes") == (row["channel"] == "web")
    channels = {row["channel"] for row in sold}
    assert channels == {"boutique", "web", "reserve", "pay_by_link", "endless_aisle", "phone"}


def test_what_is_collected_is_a_visit_and_on_a_fifth_of_them_something_is_bought_beside(
    sold: list[dict[str, str]],
):
    begun: dict[str, str] = {}
    beside: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in sold:
        if row["collected"] == "yes":
            assert row["visit"] and row["channel"] in ("web", "reserve")
            begun.setdefault(row["visit"], row["sold_at"])
        elif row["visit"]:
            assert row["channel"] == "boutique"
            beside[row["visit"]].append(row)
    assert beside.keys() <= begun.keys()
    assert 0.17 < len(beside) / len(begun) < 0.22
    for visit, rows in beside.items():
        assert len(rows) in (1, 2)
        assert all(
            datetime.fromisoformat(row["sold_at"]) > datetime.fromisoformat(begun[visit]) for row in rows
        )


def test_the_largest_maison_has_a_third_of_all_orders(small: World, sold: list[dict[str, str]]):
    orders = Counter(reference[:3] for reference in {row["reference"] for row in sold})
    assert orders[maisons()[0].code] / orders.total() == pytest.approx(1 / 3, abs=0.01)


@pytest.mark.parametrize("today", [TODAY, date(2027, 5, 3)])
def test_the_share_of_e_commerce_climbs_from_a_twentieth_past_a_tenth(today: date):
    w = world(SMALL, today=today)
    amounts: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    for maison in w.maisons:
        for row in w.sales_rows(maison):
            quarter = (today - datetime.fromisoformat(row["sold_at"]).date()).days // 92
            euros = float(row["net_amount"]) * EUROS[row["currency"]]
            amounts[row["promised_online"] == "yes"][quarter] += round(euros)
    share = {q: amounts[True][q] / (amounts[True][q] + amounts[False][q]) for q in amounts[True]}
    assert 0.035 < share[7] < 0.07
    assert 0.10 < share[0] < 0.16


def test_december_is_the_fullest_month_and_sunday_the_emptiest_day(sold: list[dict[str, str]]):
    months: defaultdict[str, set[str]] = defaultdict(set)
    days: Counter[int] = Counter()
    for row in sold:
        months[row["sold_at"][:7]].add(row["reference"])
        days[datetime.fromisoformat(row["sold_at"]).weekday()] += 1
    whole = {month: len(orders) for month, orders in months.items() if month not in ("2024-11", "2026-11")}
    assert max(whole, key=lambda month: whole[month]).endswith("-12")
    assert days.most_common()[0][0] == 5 and days.most_common()[-1][0] == 6


def test_people_have_a_place_and_an_address_of_their_own(small: World):
    emails: set[str] = set()
    for maison in (*small.maisons, small.store):
        codes = {row["code"] for row in small.boutique_rows(maison)}
        rows = small.staff_rows(maison)
        assert f"advisor.{maison.slug}@enfilade.example" in {row["email"] for row in rows}
        assert {row["role"] for row in rows} == {
            "advisor",
            "boutique_manager",
            "client_service",
            "maison_manager",
        }
        assert all(set(row["locations"].split()) <= codes for row in rows)
        assert emails.isdisjoint(row["email"] for row in rows)
        assert len({row["email"] for row in rows}) == len(rows)
        emails |= {row["email"] for row in rows}
    assert [row["role"] for row in small.group_staff_rows()] == ["group_analyst", "group_administrator"]


def test_every_country_belongs_to_one_market_and_every_location_to_a_company(small: World):
    listed = [country for market in MARKETS for country in market["countries"].split()]
    assert len(set(listed)) == len(listed)
    assert {city.country for city in cities()} <= set(listed)
    for maison in small.maisons:
        entities = {row["country"]: row for row in small.legal_entity_rows(maison)}
        assert {row["country"] for row in small.boutique_rows(maison)} == set(entities)
        assert all(row["market"] == market_of(country)["code"] for country, row in entities.items())


def test_the_cities_are_many_and_their_zones_right():
    assert len(cities()) >= 150
    assert {city.zone for city in cities()} <= available_timezones()
    tz = pytest.importorskip("tzfpy")
    for city in cities():
        assert tz.get_tz(city.longitude, city.latitude) == city.zone
        assert len(city.streets) >= 3
        assert all(city.name.in_(language) for language in LANGUAGES)
