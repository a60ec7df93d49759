"""The cities where boutiques stand: facts from cities.csv."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from enfilade.world.words import Words

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Street:
    """A street known for its boutiques; place and postcode only where cities.csv gives them."""

    name: str
    latitude: float | None
    longitude: float | None
    postcode: str | None


@dataclass(frozen=True, slots=True)
class City:
    """A city, its own name, its names in four languages, and what is usual there. Tier 1 holds the most
    boutiques.
    """

    own_name: str
    name: Words
    country: str
    latitude: float
    longitude: float
    zone: str
    postcode: str
    streets: tuple[Street, ...]
    opening_hours: str
    phone: str
    tier: int


@cache
def cities() -> tuple[City, ...]:
    with (HERE / "cities.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_city(row) for row in csv.DictReader(file))


@cache
def city_named(own_name: str) -> City:
    """By the name the city gives itself."""
    return next(city for city in cities() if city.own_name == own_name)


def _city(row: dict[str, str]) -> City:
    return City(
        own_name=row["city"],
        name=Words(row["name_en"], row["name_fr"], row["name_nl"], row["name_zh"]),
        country=row["country"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        zone=row["zone"],
        postcode=row["postcode"],
        streets=tuple(_street(text) for text in row["streets"].split(";")),
        opening_hours=row["opening_hours"],
        phone=row["phone"],
        tier=int(row["tier"]),
    )


def _street(text: str) -> Street:
    name, *rest = text.split("@")
    if not rest:
        return Street(name, None, None, None)
    place, postcode = rest
    latitude, longitude = place.split(",")
    return Street(name, float(latitude), float(longitude), postcode)
