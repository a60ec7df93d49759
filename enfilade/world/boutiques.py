"""Where a maison's boutiques, its warehouse and its atelier stand, and what each of them takes part in."""

import csv
import unicodedata
from functools import cache
from pathlib import Path
from random import Random

from enfilade.world.chance import chance
from enfilade.world.cities import City, Street, cities, city_named
from enfilade.world.maisons import Maison, maisons_of, number_of
from enfilade.world.scale import Scale

Row = dict[str, str]
HERE = Path(__file__).parent
COLUMNS = (
    *("code", "kind", "name", "country", "city", "postcode", "address", "latitude", "longitude", "zone"),
    *("opening_hours", "phone", "preparation_minutes", "daily_cap"),
    *("collect", "reserve", "ship", "safety_collect", "safety_ship"),
)
PLACE_COLUMNS = COLUMNS[3:11]
AFTER_PARIS = ("London", "Amsterdam", "Shanghai", "New York", "Bruxelles", "Hong Kong")
NUMBER_FIRST = "FR MC LU GB IE US CA AU NZ HK SG MY IN ZA MA JP CN"
BREAK_AT_NOON = "FR IT ES CH PT BE GR"
CLOSED_ON_HOLIDAYS = "FR BE LU NL DE AT CH DK SE NO FI PL CZ HU"
NOON = (
    "Mo-Sa 10:30-13:00,14:00-19:00",
    "Tu-Sa 10:00-12:30,14:00-19:00",
    "Mo 14:00-19:00; Tu-Sa 10:30-13:30,14:30-19:00",
)
PARIS_SUNDAY = "Mo-Sa 10:00-20:00; Su 11:00-19:00"
PARIS_OPEN_SUNDAYS = ("avenue des Champs-Élysées", "rue des Francs-Bourgeois", "rue Saint-Honoré")


@cache
def counts(scale: Scale) -> dict[str, int]:
    """Boutiques of each maison: a least number, the rest shared by the square root of the weight."""
    present = maisons_of(scale.maisons)
    least = {m.slug: scale.boutiques_drawn_min if m.drawn else scale.boutiques_other_min for m in present}
    left = scale.boutiques - sum(least.values())
    assert left >= 0, "more boutiques are owed than the scale allows"
    roots = {m.slug: m.weight**0.5 for m in present}
    shares = {slug: left * root / sum(roots.values()) for slug, root in roots.items()}
    result = {slug: least[slug] + int(share) for slug, share in shares.items()}
    by_remainder = sorted(shares, key=lambda slug: (int(shares[slug]) - shares[slug], slug))
    for slug in by_remainder[: scale.boutiques - sum(result.values())]:
        result[slug] += 1
    return result


@cache
def boutique_rows(scale: Scale, maison: Maison) -> tuple[Row, ...]:
    """The warehouse first, then the boutiques, Paris before all others, then the atelier of a maison drawn
    in full.
    """
    draw = chance(scale.seed, "boutiques", maison.slug)
    rows = [_warehouse(draw, maison)]
    seen: dict[str, int] = {}
    if maison.kind == "retailer":
        rows += [
            _boutique(draw, maison, city_named("Paris"), street, seen)
            for street in city_named("Paris").streets[7:9]
        ]
        # The department store, where the pieces of the third-party brands are.
        rows[1] |= {
            "collect": "yes",
            "reserve": "yes",
            "ship": "yes",
            "safety_collect": "0",
            "safety_ship": "0",
        }
        return tuple(rows)
    if maison.drawn:
        rows.append(_airport(draw, maison, seen))
    for city, street in _places(draw, scale, maison, counts(scale)[maison.slug] - len(rows) + 1):
        rows.append(_boutique(draw, maison, city, street, seen))
    rows.sort(key=lambda row: (row["kind"] != "warehouse", row["city"] != "Paris"))
    if maison.drawn:
        rows.append(_atelier(draw, maison))
    return tuple(rows)


def _places(draw: Random, scale: Scale, maison: Maison, wanted: int) -> list[tuple[City, Street]]:
    """Streets for the boutiques: Paris, home, a few capitals, then by chance, dearer cities more often; no
    street twice.
    """
    rank = number_of(maison) - 1
    order = ["Paris", maison.city if maison.city != "Paris" else "Lyon"]
    if maison.drawn:
        start = AFTER_PARIS[rank % len(AFTER_PARIS) :] + AFTER_PARIS[: rank % len(AFTER_PARIS)]
        order += [*start, *["Paris"] * (2 + wanted // 8)]
    open_streets = {city.own_name: draw.sample(city.streets, len(city.streets)) for city in cities()}
    weights = [{1: 6, 2: 3, 3: 1}[city.tier] for city in cities()]
    most = {1: 2 + wanted // 16, 2: 1 + wanted // 30, 3: 1}
    taken: dict[str, int] = {}
    places: list[tuple[City, Street]] = []
    while len(places) < wanted:
        city = city_named(order.pop(0)) if order else draw.choices(cities(), weights)[0]
        held = taken.get(city.own_name, 0)
        if scale.copied and not open_streets[city.own_name]:
            # More boutiques than streets we know: the same street again, at another number.
            open_streets[city.own_name] = draw.sample(city.streets, len(city.streets))
        if not open_streets[city.own_name] or (
            not order and held >= most[city.tier] and city.own_name != "Paris"
        ):
            continue
        if not order and city.own_name == "Paris" and not maison.drawn and held >= 2:
            continue
        taken[city.own_name] = held + 1
        places.append((city, open_streets[city.own_name].pop()))
    return places


def _boutique(draw: Random, maison: Maison, city: City, street: Street, seen: dict[str, int]) -> Row:
    number = draw.randint(2, 96)
    latitude = (street.latitude or city.latitude) + draw.uniform(-1, 1) * (
        0.0006 if street.latitude else 0.003
    )
    longitude = (street.longitude or city.longitude) + draw.uniform(-1, 1) * (
        0.0009 if street.longitude else 0.004
    )
    large = city.tier == 1
    return _row(
        code=_code(maison, city.name.en, seen),
        kind="boutique",
        name=f"{city.own_name}, {street.name}",
        country=city.country,
        city=city.own_name,
        postcode=street.postcode or city.postcode,
        address=f"{number} {street.name}"
        if city.country in NUMBER_FIRST.split()
        else f"{street.name} {number}",
        latitude=f"{latitude:.5f}",
        longitude=f"{longitude:.5f}",
        zone=city.zone,
        opening_hours=_hours(draw, city, street),
        phone=_phone(draw, city.country, city.phone),
        preparation_minutes=draw.choice(("60", "90", "120", "120", "180", "240")),
        daily_cap=str(draw.randint(20, 48) if large else draw.randint(6, 20)),
        collect="yes" if draw.random() < 0.92 else "no",
        reserve="yes" if draw.random() < 0.8 else "no",
        ship="yes" if draw.random() < (0.6 if large else 0.35) else "no",
        safety_collect=draw.choice(("0", "0", "0", "1")),
        safety_ship=draw.choice(("0", "1", "1", "2")),
    )


def _airport(draw: Random, maison: Maison, seen: dict[str, int]) -> Row:
    """The boutique that never closes, so that at every hour one in Paris is open."""
    return _row(
        code=_code(maison, "CDG", seen),
        kind="boutique",
        name="Paris-Charles-de-Gaulle, terminal 2E",
        country="FR",
        city="Paris",
        postcode="95700",
        address="Aéroport Paris-Charles-de-Gaulle, terminal 2E, Roissy-en-France",
        latitude="49.00410",
        longitude="2.57760",
        zone="Europe/Paris",
        opening_hours="24/7",
        phone=_phone(draw, "FR", "+33"),
        preparation_minutes="45",
        daily_cap="60",
        collect="yes",
        reserve="yes",
        ship="no",
        safety_collect="0",
        safety_ship="0",
    )


def _warehouse(draw: Random, maison: Maison) -> Row:
    country = city_named(maison.city).country
    with (HERE / "warehouses.csv").open(encoding="utf-8", newline="") as file:
        place = next(row for row in csv.DictReader(file) if country in row["home_countries"].split())
    return _row(
        **{k: place[k] for k in PLACE_COLUMNS},
        code=f"{maison.code}-WH",
        kind="warehouse",
        name=place["city"],
        phone=_phone(draw, place["country"], place["phone"]),
        preparation_minutes="180",
        daily_cap=str(200 + round(6000 * maison.weight)),
        collect="no",
        reserve="no",
        ship="yes",
        safety_collect="0",
        safety_ship="0",
    )


def _atelier(draw: Random, maison: Maison) -> Row:
    city = city_named(maison.city)
    return _row(
        code=f"{maison.code}-AT",
        kind="atelier",
        name=f"{city.own_name}, atelier",
        country=city.country,
        city=city.own_name,
        postcode=city.streets[-1].postcode or city.postcode,
        address=_address(city, draw.randint(97, 120)),
        latitude=f"{city.latitude + 0.004:.5f}",
        longitude=f"{city.longitude - 0.005:.5f}",
        zone=city.zone,
        opening_hours="Mo-Fr 08:30-12:30,13:30-17:30",
        phone=_phone(draw, city.country, city.phone),
        preparation_minutes="480",
        daily_cap="4",
        collect="no",
        reserve="no",
        ship="no",
        safety_collect="0",
        safety_ship="0",
    )


def _row(**values: str) -> Row:
    return {column: values[column] for column in COLUMNS}


def _address(city: City, number: int) -> str:
    street = city.streets[-1].name
    return f"{number} {street}" if city.country in NUMBER_FIRST.split() else f"{street} {number}"


def _code(maison: Maison, place: str, seen: dict[str, int]) -> str:
    plain = unicodedata.normalize("NFKD", place).encode("ascii", "ignore").decode()
    three = "".join(letter for letter in plain if letter.isalpha())[:3].upper()
    seen[three] = seen.get(three, 0) + 1
    return f"{maison.code}-{three}-{seen[three]:02d}"


def _hours(draw: Random, city: City, street: Street) -> str:
    hours = city.opening_hours
    if street.name in PARIS_OPEN_SUNDAYS:
        hours = PARIS_SUNDAY
    elif city.country in BREAK_AT_NOON.split() and city.tier > 1 and "," not in hours and draw.random() < 0.3:
        hours = draw.choice(NOON)
    return f"{hours}; PH off" if city.country in CLOSED_ON_HOLIDAYS.split() and draw.random() < 0.6 else hours


def _phone(draw: Random, country: str, prefix: str) -> str:
    """Numbers that ring nowhere: the ranges kept for fiction in France, Britain and North America, 555
    elsewhere.
    """
    last = draw.randint(0, 99)
    if country == "FR":
        return f"+33 1 99 00 {draw.randint(10, 99)} {last:02d}"
    if country == "GB":
        return f"+44 20 7946 0{draw.randint(1, 9)}{last:02d}"
    return f"{prefix} 212 555 01{last:02d}" if prefix == "+1" else f"{prefix} 5 555 01{last:02d}"
