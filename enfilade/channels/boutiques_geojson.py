"""Boutiques in GeoJSON with OpenStreetMap tags: a FeatureCollection, read whole and bounded in size."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from enfilade.boutiques.locations import Location
from enfilade.channels import cells
from enfilade.channels.boutiques import NOWHERE, ToldLocation, country_code, hours, zone_at
from enfilade.channels.boutiques_csv import CODE_CHARACTERS_MAX
from enfilade.channels.cells import CellRefused
from enfilade.channels.files import Row, encoding_of
from enfilade.channels.imports import FileRefused, Item, Notice, Refusal
from enfilade.stock.exposure import Exposure

#: Fifty thousand boutiques with all their tags; whoever has more has several files.
GEOJSON_BYTES_MAX = 64 * 1024 * 1024

Read = Iterator[Item[ToldLocation] | Refusal | Notice]


def read_boutiques(path: Path, country: str | None = None) -> Read:
    """A location a feature. `country` stands in where a feature does not name its own. Raises FileRefused.

    A feature's place in the file is its number, the first is 1: GeoJSON knows no lines.
    """
    if path.stat().st_size > GEOJSON_BYTES_MAX:
        raise FileRefused(
            f"{path.name} is larger than {GEOJSON_BYTES_MAX >> 20} MB", "split it into several collections"
        )
    encoding, notices = encoding_of(path)
    yield from notices
    try:
        document = json.loads(path.read_text(encoding=encoding, errors="replace"))
    except (ValueError, RecursionError) as error:
        raise FileRefused(f"{path.name} is not JSON ({error})", "export it again") from None
    yield from features(document, country)


def features(document: Any, country: str | None = None) -> Read:
    """The same, of what was parsed."""
    found = cast("dict[str, Any]", document).get("features") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise FileRefused("not a GeoJSON FeatureCollection", "export the features as one collection")
    for number, feature in enumerate(cast("list[Any]", found), 1):
        try:
            told = _location(number, feature, country)
        except CellRefused as refused:
            yield refused.at(number)
            continue
        if not told.location.opening_hours:
            yield Notice(
                number, f"{told.location.code} has no opening hours: no collection is promised there"
            )
        yield Item(number, 1, told)


def _location(number: int, feature: Any, country: str | None) -> ToldLocation:
    parts = cast("dict[str, Any]", feature) if isinstance(feature, dict) else {}
    given = parts.get("properties")
    tags = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    if isinstance(tags.get("tags"), dict):
        # Some exports keep the tags one level down.
        tags = {**tags, **cast("dict[str, Any]", tags["tags"])}
    row = Row(
        number,
        {str(name): str(value) for name, value in tags.items() if isinstance(value, str | int | float)},
    )
    longitude, latitude = _point(parts.get("geometry"))
    name = cells.text(row, "name", 200) or cells.required(row, "brand", 200)
    where = cells.text(row, "addr:country", 10) or country
    if where is None:
        raise CellRefused(
            "addr:country", "", "is absent", "add the tag, or give --country for all of the file"
        )
    city = (
        cells.text(row, "addr:city", 200)
        or cells.text(row, "addr:town", 200)
        or cells.text(row, "addr:suburb", 200)
        or cells.text(row, "addr:place", 200)
    )
    if city is None:
        raise CellRefused("addr:city", "", "is absent", "add the tag addr:city")
    street = " ".join(
        part
        for part in (cells.text(row, "addr:housenumber", 40), cells.text(row, "addr:street", 200))
        if part
    )
    return ToldLocation(
        Location(
            code=_code(row, parts, name, city),
            kind="boutique",
            name=name,
            country=country_code("addr:country", where),
            city=city,
            postcode=cells.text(row, "addr:postcode", 20),
            address=cells.text(row, "addr:full", 300) or street or None,
            latitude=latitude,
            longitude=longitude,
            zone=zone_at(latitude, longitude),
            opening_hours=hours("opening_hours", cells.text(row, "opening_hours", 1000)),
            phone=_first(cells.text(row, "phone", 300) or cells.text(row, "contact:phone", 300)),
        ),
        Exposure(NOWHERE),
    )


def _point(geometry: Any) -> tuple[float, float]:
    """Longitude and latitude of a point, or the middle of the corners of any other shape."""
    shape = cast("dict[str, Any]", geometry) if isinstance(geometry, dict) else {}
    corners = list(_corners(shape.get("coordinates"), 0))
    if not corners:
        raise CellRefused(
            "geometry", str(shape.get("type", "")), "has no coordinates", "give the feature a point"
        )
    longitude = (min(x for x, _ in corners) + max(x for x, _ in corners)) / 2
    latitude = (min(y for _, y in corners) + max(y for _, y in corners)) / 2
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise CellRefused(
            "geometry",
            f"{longitude:g}, {latitude:g}",
            "is not longitude and latitude",
            "export in WGS 84 degrees",
        )
    return longitude, latitude


def _corners(coordinates: Any, depth: int) -> Iterator[tuple[float, float]]:
    if not isinstance(coordinates, list) or depth > 4:
        return
    values = cast("list[Any]", coordinates)
    if len(values) >= 2 and all(isinstance(value, int | float) for value in values[:2]):
        yield float(values[0]), float(values[1])
        return
    for value in values:
        yield from _corners(value, depth + 1)


def _code(row: Row, parts: dict[str, Any], name: str, city: str) -> str:
    """The maison's own reference, else OpenStreetMap's id, else name and city: the same in every export."""
    said = cells.text(row, "ref", CODE_CHARACTERS_MAX) or cells.text(row, "@id", CODE_CHARACTERS_MAX)
    if said is None and isinstance(parts.get("id"), str | int):
        said = str(parts["id"])[:CODE_CHARACTERS_MAX]
    if said is None:
        said = re.sub(r"[^\w]+", "-", f"{name}-{city}".lower()).strip("-")[:CODE_CHARACTERS_MAX]
    return said


def _first(phones: str | None) -> str | None:
    return phones.split(";")[0].strip()[:60] if phones else None
